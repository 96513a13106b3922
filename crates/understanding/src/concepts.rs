//! Words that mean the same thing to a caller, and the words of urgency and of sensitive content: `data/concepts.toml`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::Trouble;
use crate::terms::Terms;

/// Synonyms by their head word.
#[derive(Debug, Default, Clone)]
pub(crate) struct Concepts {
    terms: Terms,
    groups: Vec<Vec<String>>,
    by_head: HashMap<String, usize>,
}

/// The lists of words that make a text urgent or sensitive, by kind.
pub(crate) type Kinds = BTreeMap<String, String>;

#[derive(Deserialize)]
struct File {
    groups: Vec<String>,
    urgent: Kinds,
    sensitive: Kinds,
}

impl Concepts {
    /// Reads the table; the second and third part are the words of urgency and of sensitive content.
    ///
    /// # Errors
    /// When the table is not the TOML it should be.
    pub(crate) fn read(toml: &str) -> Result<(Self, Kinds, Kinds), Trouble> {
        let file: File = toml::from_str(toml).map_err(|e| Trouble::new("concepts", e))?;
        let mut concepts = Self::default();
        for line in &file.groups {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let Some(head) = words.first().cloned() else { continue };
            let number = concepts.groups.len();
            for word in &words {
                concepts.terms.add(word, u32::try_from(number).unwrap_or(u32::MAX));
            }
            concepts.by_head.insert(head, number);
            concepts.groups.push(words);
        }
        Ok((concepts, file.urgent, file.sensitive))
    }

    /// All words of the group whose head this word is, or the word alone.
    pub(crate) fn widened<'a>(&'a self, word: &'a str) -> Vec<&'a str> {
        match self.by_head.get(word).and_then(|&n| self.groups.get(n)) {
            Some(words) => words.iter().map(String::as_str).collect(),
            None => vec![word],
        }
    }

    /// The groups met in a text, each with where it was met first, in order of their numbers.
    pub(crate) fn met(&self, chars: &[char]) -> BTreeMap<u32, Range<usize>> {
        let mut met: BTreeMap<u32, Range<usize>> = BTreeMap::new();
        self.terms.find(chars, |group, span| {
            met.entry(group).or_insert(span);
        });
        met
    }
}
