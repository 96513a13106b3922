//! Many words looked for in one pass over a text.

use std::collections::HashMap;
use std::ops::Range;

/// A set of words, each with the numbers of what it stands for.
#[derive(Debug, Default, Clone)]
pub(crate) struct Terms {
    by_first: HashMap<char, Vec<Term>>,
}

#[derive(Debug, Clone)]
struct Term {
    word: Vec<char>,
    meanings: Vec<u32>,
}

impl Terms {
    /// Adds a word that stands for `meaning`. An empty word stands for nothing.
    pub(crate) fn add(&mut self, word: &str, meaning: u32) {
        let word: Vec<char> = word.chars().map(crate::text::fold).collect();
        let Some(&first) = word.first() else { return };
        let terms = self.by_first.entry(first).or_default();
        match terms.iter_mut().find(|term| term.word == word) {
            Some(term) => term.meanings.push(meaning),
            None => terms.push(Term { word, meanings: vec![meaning] }),
        }
    }

    /// Calls `found` for each place where a word stands and each thing it stands for, in the order of the text.
    pub(crate) fn find(&self, chars: &[char], mut found: impl FnMut(u32, Range<usize>)) {
        for (at, first) in chars.iter().enumerate() {
            let Some(terms) = self.by_first.get(first) else { continue };
            for term in terms {
                if chars[at..].starts_with(&term.word) {
                    for &meaning in &term.meanings {
                        found(meaning, at..at + term.word.len());
                    }
                }
            }
        }
    }
}
