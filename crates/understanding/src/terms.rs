//! Many words looked for in one pass over a text.

use std::collections::HashMap;
use std::ops::Range;

/// A set of words, each with the numbers of what it stands for.
#[derive(Debug, Default, Clone)]
pub(crate) struct Terms {
    by_first: HashMap<char, Vec<(Vec<char>, u32)>>,
}

impl Terms {
    /// Adds a word that stands for `meaning`. An empty word stands for nothing.
    pub(crate) fn add(&mut self, word: &str, meaning: u32) {
        let word: Vec<char> = word.chars().map(crate::text::fold).collect();
        if let Some(&first) = word.first() {
            self.by_first.entry(first).or_default().push((word, meaning));
        }
    }

    /// Calls `found` for each place where a word stands, in the order of the text.
    pub(crate) fn find(&self, chars: &[char], mut found: impl FnMut(u32, Range<usize>)) {
        for (at, first) in chars.iter().enumerate() {
            let Some(words) = self.by_first.get(first) else { continue };
            for (word, meaning) in words {
                if chars[at..].starts_with(word) {
                    found(*meaning, at..at + word.len());
                }
            }
        }
    }
}
