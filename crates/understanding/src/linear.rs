//! A linear model that learns one text at a time (AdaGrad), the same way each time it is run.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::features::Features;

/// Weights of `classes` labels over hashed features; a feature takes memory once it was learnt from.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    classes: usize,
    rows: HashMap<u32, usize, Spread>,
    weights: Vec<f32>,
    squares: Vec<f32>,
    base: Vec<f32>,
}

/// Names are hashes already: one multiplication spreads them.
type Spread = BuildHasherDefault<Spreading>;

#[derive(Debug, Default, Clone)]
struct Spreading(u64);

impl Hasher for Spreading {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, name: u32) {
        self.0 = u64::from(name).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Shrinks weights that are learnt from, so that one sentence cannot own a rare word.
const DECAY: f32 = 2e-4;
/// An error below this moves nothing.
const SLIGHT: f32 = 1e-3;

impl Linear {
    /// A model that knows nothing.
    pub(crate) fn new(classes: usize) -> Self {
        Self { classes, rows: HashMap::default(), weights: Vec::new(), squares: Vec::new(), base: vec![0.0; classes] }
    }

    /// The share of belief in each label, summing to one.
    pub(crate) fn shares(&self, features: &Features) -> Vec<f32> {
        let mut scores = self.scores(features);
        soften(&mut scores);
        scores
    }

    fn scores(&self, features: &Features) -> Vec<f32> {
        let mut scores = self.base.clone();
        for (name, value) in &features.values {
            if let Some(&row) = self.rows.get(name) {
                for (score, weight) in scores.iter_mut().zip(&self.weights[row..row + self.classes]) {
                    *score += weight * value;
                }
            }
        }
        scores
    }

    /// Moves the belief about these features towards `wanted` (shares that sum to one).
    pub(crate) fn learn(&mut self, features: &Features, wanted: &[f32], rate: f32) {
        let mut error = self.shares(features);
        for (share, want) in error.iter_mut().zip(wanted) {
            *share -= want;
        }
        for (base, error) in self.base.iter_mut().zip(&error) {
            *base -= rate * 0.02 * error;
        }
        // Of a hundred labels a few are wrong by anything worth a step.
        let wrong: Vec<(usize, f32)> = error.into_iter().enumerate().filter(|(_, e)| e.abs() > SLIGHT).collect();
        for &(name, value) in &features.values {
            let row = match self.rows.get(&name) {
                Some(&row) => row,
                None => {
                    let row = self.weights.len();
                    self.weights.resize(row + self.classes, 0.0);
                    self.squares.resize(row + self.classes, 1e-3);
                    self.rows.insert(name, row);
                    row
                }
            };
            let weights = &mut self.weights[row..row + self.classes];
            let squares = &mut self.squares[row..row + self.classes];
            for &(class, error) in &wrong {
                let slope = error * value + DECAY * weights[class];
                squares[class] += slope * slope;
                weights[class] -= rate * slope / squares[class].sqrt();
            }
        }
    }

    /// How much each feature of a text speaks for a label against the mean of all labels, heaviest first.
    pub(crate) fn reasons(&self, features: &Features, class: usize) -> Vec<(u32, f32)> {
        let mut reasons: Vec<(u32, f32)> = features
            .values
            .iter()
            .filter_map(|&(name, value)| {
                let row = *self.rows.get(&name)?;
                let all = &self.weights[row..row + self.classes];
                let mean = all.iter().sum::<f32>() / self.classes as f32;
                Some((name, (all.get(class)? - mean) * value))
            })
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        reasons.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        reasons
    }

    /// How many features it has learnt from.
    pub(crate) fn features(&self) -> usize {
        self.rows.len()
    }
}

fn soften(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - top).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

/// A row of numbers that looks like chance and is the same each time (xorshift).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Shuffles in place.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = (self.next() % (at as u64 + 1)) as usize;
            items.swap(at, other);
        }
    }
}
