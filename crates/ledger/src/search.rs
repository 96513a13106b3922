//! How text becomes searchable words: overlapping pairs of Han characters, and whole Latin words and numbers.
//!
//! `占道经营` is kept as `占道 道经 经营 营`; asking for `占道经营` asks for the phrase `占道 道经 经营`, asking for `经营` for
//! that pair, asking for one character for all pairs that begin with it. The last character of a run also stands alone, so that every
//! single character is found. Letters and digits are words of their own, folded to half width and lower case, found by their
//! beginning (`粤A12` finds `粤A12345`).
//!
//! A tag (a unit, a matter) stands among the words behind a character that no text and no question has: it narrows a search where the words
//! are looked up, so that few rows of a small unit are found among many of others.

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
    pub(crate) fn new(kind: &str, id: &str, position: i64, text: &str, tags: &[&str]) -> Doc {
        // Before the text, so that a long one does not push them out.
        let mut words: Vec<String> = tags.iter().map(|name| tag(name)).chain(words(text)).collect();
        words.truncate(WORDS_MAX);
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
    /// This tag.
    Tag(String),
}

/// The word a tag stands as: letters and digits behind a character of private use, which [`runs`] drops from every text.
fn tag(name: &str) -> String {
    name.bytes().fold('\u{e000}'.to_string(), |word, byte| word + &format!("{byte:02x}"))
}

impl Query {
    pub(crate) fn new(text: &str, tags: &[&str]) -> Query {
        let terms = runs(text).into_iter().take(TERMS_MAX).map(|run| match run {
            Run::Han(run) if run.len() == 1 => Term::Prefix(run[0].to_string()),
            Run::Han(run) => Term::Phrase(run.windows(2).map(|pair| pair.iter().collect()).collect()),
            Run::Word(word) => Term::Prefix(word),
        });
        let mut terms: Vec<Term> = terms.collect();
        // A single character stands in so many texts that looking for it costs more than all the rest; beside longer words it tells
        // hardly anything, and whoever orders what was found sees whether it stands where it was typed.
        let short =
            |term: &Term| matches!(term, Term::Prefix(word) if word.chars().count() == 1 && word.chars().all(is_han));
        if terms.iter().any(|term| !short(term)) {
            terms.retain(|term| !short(term));
        }
        if !terms.is_empty() {
            terms.extend(tags.iter().map(|name| Term::Tag(tag(name))));
        }
        Query { terms }
    }
}

/// A part of a text, and whether it is what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The part.
    pub text: String,
    /// Asked for.
    pub hit: bool,
}

/// The text in parts, those marked that the question asks for: whole runs of Han characters, beginnings of other words.
pub fn highlight(text: &str, question: &str) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let folded: Vec<char> = chars.iter().map(|c| fold(*c)).collect();
    let mut marked = vec![false; chars.len()];
    for run in runs(question).into_iter().take(TERMS_MAX) {
        let (sought, word): (Vec<char>, bool) = match run {
            Run::Han(run) => (run, false),
            Run::Word(word) => (word.chars().collect(), true),
        };
        for at in 0..(folded.len() + 1).saturating_sub(sought.len()) {
            let begins = !word || at == 0 || !folded[at - 1].is_alphanumeric() || is_han(folded[at - 1]);
            if begins && folded[at..at + sought.len()] == sought[..] {
                marked[at..at + sought.len()].fill(true);
            }
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for (c, hit) in chars.into_iter().zip(marked) {
        match pieces.last_mut() {
            Some(piece) if piece.hit == hit => piece.text.push(c),
            _ => pieces.push(Piece { text: c.to_string(), hit }),
        }
    }
    pieces
}

/// Some eighty characters of a long text around the first place that was asked for; none where there is no such place.
pub fn snippet(text: &str, question: &str) -> Option<Vec<Piece>> {
    const BEFORE: usize = 20;
    const LONG: usize = 80;
    let pieces = highlight(text, question);
    let before: usize = pieces.iter().take_while(|piece| !piece.hit).map(|piece| piece.text.chars().count()).sum();
    pieces.iter().find(|piece| piece.hit)?;
    let from = before.saturating_sub(BEFORE);
    let part: String = text.chars().skip(from).take(LONG).map(|c| if c == '\n' { ' ' } else { c }).collect();
    let mut pieces = highlight(&part, question);
    let dots = |hit| Piece { text: "…".into(), hit };
    if from > 0 {
        pieces.insert(0, dots(false));
    }
    if text.chars().count() > from + LONG {
        pieces.push(dots(false));
    }
    Some(pieces)
}

/// Half width and lower case, one character for one.
fn fold(c: char) -> char {
    let c = half_width(c);
    c.to_lowercase().next().unwrap_or(c)
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
    fn what_was_asked_for_is_marked() {
        let marked = |text: &str, q: &str| {
            highlight(text, q).into_iter().filter(|p| p.hit).map(|p| p.text).collect::<Vec<_>>().join("|")
        };
        assert_eq!(marked("人民路占道经营，车牌粤Ａ12345", "占道 粤a12"), "占道|粤Ａ12");
        assert_eq!(marked("ABC 超门线", "bc"), "", "only beginnings of words");
        assert_eq!(marked("经营", "占道经营"), "");
        let long = "甲".repeat(100) + "占道经营" + &"乙".repeat(100);
        let parts = snippet(&long, "占道").unwrap();
        assert_eq!(parts.iter().map(|p| p.text.chars().count()).sum::<usize>(), 82);
        assert!(snippet(&long, "油烟").is_none());
    }

    #[test]
    fn queries() {
        let phrase = |words: &[&str]| Term::Phrase(words.iter().map(|w| (*w).to_owned()).collect());
        assert_eq!(Query::new("经营", &[]).terms, [phrase(&["经营"])]);
        assert_eq!(
            Query::new("占道经营 a1", &[]).terms,
            [phrase(&["占道", "道经", "经营"]), Term::Prefix("a1".into())]
        );
        assert_eq!(Query::new("店", &[]).terms, [Term::Prefix("店".into())]);
        assert_eq!(Query::new("粤A37号", &[]).terms, [Term::Prefix("a37".into())], "single characters beside a word");
        assert!(Query::new("!?", &["unit"]).terms.is_empty());
        // What somebody types is never a tag.
        assert_eq!(Query::new(&tag("u"), &[]).terms, [Term::Prefix("75".into())]);
    }
}
