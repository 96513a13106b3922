//! Complaints in memory by their keys, to find fellows: for a file of texts and for measuring. A bureau keeps the keys in a table.

use std::collections::HashMap;

use crate::likeness::{Likeness, Trace, likeness};

/// Traces and the index of their keys.
#[derive(Debug, Default)]
pub struct Index {
    traces: Vec<Trace>,
    by_key: HashMap<u64, Vec<u32>>,
}

/// The newest entries of a key that are compared; a key with more tells little.
const MOST: usize = 400;

impl Index {
    /// Adds a complaint; its number is the count before.
    pub fn add(&mut self, trace: Trace) -> u32 {
        let number = self.traces.len() as u32;
        for key in trace.keys() {
            self.by_key.entry(key).or_default().push(number);
        }
        self.traces.push(trace);
        number
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.traces.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }

    /// The trace of a number.
    pub fn trace(&self, number: u32) -> Option<&Trace> {
        self.traces.get(number as usize)
    }

    /// The `most` likeliest fellows of a complaint that is not in the index yet, or is (`but`).
    pub fn fellows(&self, trace: &Trace, but: Option<u32>, most: usize) -> Vec<(u32, Likeness)> {
        let mut numbers: Vec<u32> = Vec::new();
        for key in trace.search_keys() {
            if let Some(list) = self.by_key.get(&key) {
                numbers.extend(list.iter().rev().take(MOST));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut fellows: Vec<(u32, Likeness)> = numbers
            .into_iter()
            .filter(|number| Some(*number) != but)
            .map(|number| (number, likeness(trace, &self.traces[number as usize])))
            .filter(|(_, like)| like.score >= 0.3)
            .collect();
        fellows.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(b.0.cmp(&a.0)));
        fellows.truncate(most);
        fellows
    }
}
