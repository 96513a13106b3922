//! How text becomes searchable words: overlapping pairs of Han characters, and whole Latin words and numbers.
//!
//! `占道经营` is kept as `占道 道经 经营 营`; asking for `占道经营` asks for the phrase `占道 道经 经营`, asking for `经营` for
//! that pair, asking for one character for all pairs that begin with it. The last character of a run also stands alone, so that every
//! single character is found. Letters and digits are words of their own, folded to half width and lower case, found by their
//! beginning (`粤A12` finds `粤A12345`).

use sha2::{Digest, Sha256};

/// PostgreSQL counts word positions up to 16,383; longer texts are searchable in their beginning only, on both databases alike.
const WORDS_MAX: usize = 16_000;
/// A single word longer than this (a URL, a hash) is cut.
const WORD_CHARS_MAX: usize = 64;
/// Terms of a query beyond this are ignored.
const TERMS_MAX: usize = 16;

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The kind given to [`Tx::index`](crate::Tx::index).
    pub kind: String,
    /// The id given to it.
    pub id: String,
    /// The position of the entry whose projection last indexed it.
    pub position: i64,
}

/// A search row to be written at the end of the batch.
#[derive(Debug)]
pub(crate) struct Doc {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) position: i64,
    pub(crate) words: Vec<String>,
    pub(crate) digest: Vec<u8>,
}

impl Doc {
    pub(crate) fn new(kind: &str, id: &str, position: i64, text: &str) -> Doc {
        let words = words(text);
        let mut sha = Sha256::new();
        for word in &words {
            sha.update(word.as_bytes());
            sha.update(b" ");
        }
        Doc { kind: kind.to_owned(), id: id.to_owned(), position, words, digest: sha.finalize()[..16].to_vec() }
    }
}

/// All terms must be found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) terms: Vec<Term>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// These words, one right after the other.
    Phrase(Vec<String>),
    /// A word that begins so.
    Prefix(String),
}

impl Query {
    pub(crate) fn new(text: &str) -> Query {
        let terms = runs(text).into_iter().take(TERMS_MAX).map(|run| match run {
            Run::Han(run) if run.len() == 1 => Term::Prefix(run[0].to_string()),
            Run::Han(run) => Term::Phrase(run.windows(2).map(|pair| pair.iter().collect()).collect()),
            Run::Word(word) => Term::Prefix(word),
        });
        Query { terms: terms.collect() }
    }
}

/// The words under which a text is found.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in runs(text) {
        match run {
            Run::Han(run) => {
                words.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
                words.extend(run.last().map(char::to_string));
            }
            Run::Word(word) => words.push(word),
        }
        if words.len() >= WORDS_MAX {
            words.truncate(WORDS_MAX);
            break;
        }
    }
    words
}

enum Run {
    Han(Vec<char>),
    Word(String),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for c in text.chars() {
        let c = half_width(c);
        if is_han(c) {
            match runs.last_mut() {
                Some((Run::Han(run), true)) => run.push(c),
                _ => runs.push((Run::Han(vec![c]), true)),
            }
        } else if c.is_alphanumeric() {
            match runs.last_mut() {
                Some((Run::Word(run), true)) => {
                    if run.chars().count() < WORD_CHARS_MAX {
                        run.extend(c.to_lowercase());
                    }
                }
                _ => runs.push((Run::Word(c.to_lowercase().collect()), true)),
            }
        } else if let Some((_, open)) = runs.last_mut() {
            *open = false;
        }
    }
    runs.into_iter().map(|(run, _)| run).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_words_and_folding() {
        assert_eq!(words("占道经营,粤A12345 ABC路"), ["占道", "道经", "经营", "营", "粤", "a12345", "abc", "路"]);
        assert_eq!(words(""), Vec::<String>::new());
        assert_eq!(words("'\"*()-&|:"), Vec::<String>::new(), "nothing that a query language could read");
    }

    #[test]
    fn queries() {
        let phrase = |words: &[&str]| Term::Phrase(words.iter().map(|w| (*w).to_owned()).collect());
        assert_eq!(Query::new("经营").terms, [phrase(&["经营"])]);
        assert_eq!(Query::new("占道经营 a1").terms, [phrase(&["占道", "道经", "经营"]), Term::Prefix("a1".into())]);
        assert_eq!(Query::new("店").terms, [Term::Prefix("店".into())]);
        assert!(Query::new("!?").terms.is_empty());
    }
}
