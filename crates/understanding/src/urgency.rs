//! What cannot wait, and what the desk should handle with care.

use serde::Serialize;

use crate::concepts::Kinds;
use crate::terms::Terms;
use crate::text::Text;

/// A kind of urgency or care, and the words that showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// `now`, `danger`, `matter` (its family cannot wait); `violence`, `selfharm`, `crowd`, `media`, `minor`, `privacy`, `official`.
    pub kind: String,
    /// The words.
    pub words: Vec<String>,
}

/// Words by kind.
#[derive(Debug, Clone)]
pub(crate) struct Flags {
    kinds: Vec<String>,
    terms: Terms,
}

impl Flags {
    pub(crate) fn new(kinds: &Kinds) -> Self {
        let mut terms = Terms::default();
        for (number, words) in (0..).zip(kinds.values()) {
            for word in words.split_whitespace() {
                terms.add(word, number);
            }
        }
        Self { kinds: kinds.keys().cloned().collect(), terms }
    }

    /// The kinds met, in the order of the table.
    pub(crate) fn met(&self, text: &Text) -> Vec<Flag> {
        let mut words: Vec<Vec<String>> = vec![Vec::new(); self.kinds.len()];
        self.terms.find(text.chars(), |kind, span| {
            let written = text.written(&span);
            let list = &mut words[kind as usize];
            if !list.contains(&written) {
                list.push(written);
            }
        });
        self.kinds
            .iter()
            .zip(words)
            .filter(|(_, words)| !words.is_empty())
            .map(|(kind, words)| Flag { kind: kind.clone(), words })
            .collect()
    }
}
