//! The keyword table: what a word, or two words near each other, say for or against a label. `data/words.toml`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::Trouble;
use crate::concepts::Concepts;
use crate::terms::Terms;

/// How far apart the two words of a pair may stand, in characters.
const REACH: usize = 22;
/// What each further entry of the same label adds, as a share of the one before: ten weak hints are not a proof.
const FADE: f32 = 0.55;

/// Keyword entries for a row of labels.
#[derive(Debug, Default, Clone)]
pub(crate) struct Words {
    terms: Terms,
    entries: Vec<Entry>,
    groups: u32,
}

#[derive(Debug, Clone)]
struct Entry {
    label: usize,
    weight: f32,
    parts: Vec<u32>,
}

/// What the table says about one label.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// Sum of the weights, later ones faded. Never negative.
    pub(crate) score: f32,
    /// The spans that spoke for it, heaviest first.
    pub(crate) spans: Vec<(Range<usize>, f32)>,
}

#[derive(Deserialize)]
struct File {
    matter: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
}

/// Entries by label.
pub(crate) type Lines = BTreeMap<String, String>;

/// Reads the table: the entries of `[matter]` and of `[body]`, by label.
///
/// # Errors
/// When the table is not the TOML it should be.
pub(crate) fn read(toml: &str) -> Result<(Lines, Lines), Trouble> {
    let file: File = toml::from_str(toml).map_err(|e| Trouble::new("words", e))?;
    Ok((file.matter, file.body))
}

impl Words {
    /// Builds the table for `labels`; an entry of another label is a mistake.
    ///
    /// # Errors
    /// When an entry names a label that is not one, or its weight is no number.
    pub(crate) fn new(
        lines: &BTreeMap<String, String>,
        labels: &[String],
        concepts: &Concepts,
    ) -> Result<Self, Trouble> {
        let mut words = Self::default();
        let mut known: HashMap<String, u32> = HashMap::new();
        for (label, line) in lines {
            let number = labels
                .iter()
                .position(|l| l == label)
                .ok_or_else(|| Trouble::new("words", format!("no such label: {label}")))?;
            for entry in line.split_whitespace() {
                let (against, entry) = entry.strip_prefix('-').map_or((false, entry), |rest| (true, rest));
                let (term, weight) = entry.split_once('=').unwrap_or((entry, "2"));
                let weight: f32 = weight.parse().map_err(|_| Trouble::new("words", format!("{label}: {entry}")))?;
                let parts = term.split('+').map(|part| words.group(part, &mut known, concepts)).collect();
                words.entries.push(Entry { label: number, weight: if against { -weight } else { weight }, parts });
            }
        }
        Ok(words)
    }

    fn group(&mut self, part: &str, known: &mut HashMap<String, u32>, concepts: &Concepts) -> u32 {
        if let Some(&group) = known.get(part) {
            return group;
        }
        let group = self.groups;
        self.groups += 1;
        known.insert(part.to_owned(), group);
        for word in part.trim_matches(['(', ')']).split('/') {
            for word in concepts.widened(word) {
                self.terms.add(word, group);
            }
        }
        group
    }

    /// What the table says about each of `labels` labels.
    pub(crate) fn say(&self, chars: &[char], labels: usize) -> Vec<Said> {
        let mut met: Vec<Vec<Range<usize>>> = vec![Vec::new(); self.groups as usize];
        self.terms.find(chars, |group, span| met[group as usize].push(span));
        let mut hits: Vec<Vec<Hit>> = vec![Vec::new(); labels];
        for entry in &self.entries {
            if let Some((first, second)) = meets(&entry.parts, &met) {
                hits[entry.label].push((entry.weight, first, second));
            }
        }
        hits.into_iter().map(said).collect()
    }
}

/// A weight and the one or two spans it comes from.
type Hit = (f32, Range<usize>, Range<usize>);

/// Where an entry is met: its one or two spans; a third word may stand anywhere.
fn meets(parts: &[u32], met: &[Vec<Range<usize>>]) -> Option<(Range<usize>, Range<usize>)> {
    let first = met.get(*parts.first()? as usize)?;
    let Some(&second) = parts.get(1) else {
        return first.first().map(|span| (span.clone(), span.clone()));
    };
    let second = met.get(second as usize)?;
    let third = parts.get(2).map(|&p| &met[p as usize]);
    if third.is_some_and(Vec::is_empty) {
        return None;
    }
    for a in first {
        for b in second {
            let apart = if a.end <= b.start {
                b.start - a.end
            } else if b.end <= a.start {
                a.start - b.end
            } else {
                continue;
            };
            if apart <= REACH {
                return Some((a.clone(), b.clone()));
            }
        }
    }
    None
}

fn said(mut hits: Vec<Hit>) -> Said {
    hits.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.len().cmp(&a.1.len())));
    let mut said = Said::default();
    let mut share = 1.0;
    let mut against = 0.0;
    for (weight, a, b) in hits {
        if weight < 0.0 {
            against -= weight;
            continue;
        }
        let inside = |span: &Range<usize>| said.spans.iter().any(|(s, _)| s.start <= span.start && span.end <= s.end);
        if inside(&a) && inside(&b) {
            continue;
        }
        said.score += weight * share;
        share *= FADE;
        said.spans.push((a.clone(), weight));
        if b != a {
            said.spans.push((b, weight));
        }
    }
    said.score = (said.score - against * 0.5).max(0.0);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Words {
        let lines = BTreeMap::from([
            ("a".to_owned(), "油烟=5 烟=1 (店/铺)+外=3 -厂=4".to_owned()),
            ("b".to_owned(), "烟=2".to_owned()),
        ]);
        Words::new(&lines, &["a".into(), "b".into()], &Concepts::default()).expect("the table is sound")
    }

    fn scores(text: &str) -> Vec<f32> {
        table().say(&text.chars().collect::<Vec<_>>(), 2).iter().map(|s| s.score).collect()
    }

    #[test]
    fn a_longer_word_hides_the_one_inside() {
        assert_eq!(scores("有油烟"), [5.0, 2.0]);
    }

    #[test]
    fn a_pair_wants_both_and_a_word_against_takes_away() {
        assert_eq!(scores("铺子摆到外面"), [3.0, 0.0]);
        assert_eq!(scores("铺子"), [0.0, 0.0]);
        assert_eq!(scores("厂里有油烟"), [3.0, 2.0]);
    }
}
