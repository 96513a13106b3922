//! What the model sees of a text: runs of one to three Han characters, concepts and pairs of concepts, and what the keyword table says.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::concepts::Concepts;
use crate::text::GAP;
use crate::words::Said;

/// Features of a text: hashed name to value, of length one together; and where each stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// In order of the names, each once.
    pub(crate) values: Vec<(u32, f32)>,
    spans: BTreeMap<u32, Range<usize>>,
}

impl Features {
    /// Where a feature stands in the text, when it stands in one place.
    pub(crate) fn span(&self, name: u32) -> Option<Range<usize>> {
        self.spans.get(&name).cloned()
    }

    /// At most 48 names, spread evenly over all possible ones, so that two texts of the same words have the same.
    pub(crate) fn sketch(&self) -> Vec<u32> {
        let mut names: Vec<u32> = self.values.iter().map(|(name, _)| name.wrapping_mul(0x9e37_79b1)).collect();
        names.sort_unstable();
        names.truncate(48);
        names
    }

    /// The cosine of two texts.
    pub(crate) fn cosine(&self, other: &[(u32, f32)]) -> f32 {
        let (mut a, mut b, mut sum) = (0, 0, 0.0);
        while a < self.values.len() && b < other.len() {
            match self.values[a].0.cmp(&other[b].0) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    sum += self.values[a].1 * other[b].1;
                    a += 1;
                    b += 1;
                }
            }
        }
        sum
    }
}

/// How rare each feature was in the sentences the model began with: a rare one says more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rarity {
    seen: BTreeMap<u32, u32>,
    texts: u32,
}

impl Rarity {
    /// Counts a text.
    pub(crate) fn count(&mut self, features: &Features) {
        self.texts += 1;
        for &(name, _) in &features.values {
            *self.seen.entry(name).or_default() += 1;
        }
    }

    /// Leaves out what only one sentence has: nothing can be learnt from it but that sentence.
    pub(crate) fn leave_out_lonely(&self, features: &mut Features) {
        features.values.retain(|(name, _)| self.seen.get(name).is_none_or(|&seen| seen > 1));
    }

    /// Weighs features by rarity and brings them back to length one.
    pub(crate) fn weigh(&self, features: &mut Features) {
        for (name, value) in &mut features.values {
            let seen = self.seen.get(name).copied().unwrap_or(0);
            *value *= ((self.texts + 2) as f32 / (seen + 1) as f32).ln().min(6.0) / 4.0;
        }
        unit(&mut features.values);
    }
}

/// Reads the features of masked characters.
pub(crate) fn read(chars: &[char], concepts: &Concepts, matters: &[Said], bodies: &[Said]) -> Features {
    let mut values: BTreeMap<u32, f32> = BTreeMap::new();
    let mut spans = BTreeMap::new();
    for (kind, length, value) in [(1, 1, 0.35), (2, 2, 1.0), (3, 3, 0.8)] {
        for (at, run) in chars.windows(length).enumerate() {
            if !run.contains(&GAP) {
                let name = hash(kind, run.iter().map(|&c| c as u32));
                values.insert(name, value);
                spans.entry(name).or_insert(at..at + length);
            }
        }
    }
    let met = concepts.met(chars);
    for (&group, span) in &met {
        let name = hash(11, [group]);
        values.insert(name, 1.4);
        spans.insert(name, span.clone());
    }
    for (&a, at) in &met {
        for (&b, bt) in met.range(a + 1..) {
            if at.start.abs_diff(bt.start) <= 24 {
                values.insert(hash(12, [a, b]), 0.6);
            }
        }
    }
    for (kind, said) in [(13, matters), (14, bodies)] {
        let best = said.iter().map(|s| s.score).fold(0.0, f32::max);
        for (label, s) in (0..).zip(said).filter(|(_, s)| s.score > 0.0) {
            values.insert(hash(kind, [label]), 2.4 * s.score / (best + 2.0));
        }
    }
    let mut features = Features { values: values.into_iter().collect(), spans };
    unit(&mut features.values);
    features
}

fn unit(values: &mut [(u32, f32)]) {
    let length = values.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
    if length > 0.0 {
        for (_, value) in values {
            *value /= length;
        }
    }
}

/// A name of a feature: FNV-1a over its kind and its parts, folded to 22 bits.
fn hash(kind: u32, parts: impl IntoIterator<Item = u32>) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    for part in std::iter::once(kind).chain(parts) {
        for byte in part.to_le_bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    (hash ^ (hash >> 22)) & 0x3f_ffff
}
