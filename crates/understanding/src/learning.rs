//! Learning from the desk: each correction has effect at once, is kept, and is trained in anew when that is not worse.

use serde::{Deserialize, Serialize};

use crate::gazetteer::Gazetteer;
use crate::lesson::{CORRECTION, Core};
use crate::reader::Reader;
use crate::{Trouble, data};

/// A correction: what the desk chose for a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The text and the choice.
    #[serde(flatten)]
    pub chosen: Core,
    /// Who chose, as the journal names the person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// How a version scored on the frozen set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// How many corrections it knew.
    pub corrections: usize,
    /// Share of texts whose first matter was accepted, from 0 to 1.
    pub first: f32,
    /// Share of texts with an accepted matter among the first three.
    pub three: f32,
    /// Whether it was kept.
    pub kept: bool,
}

/// All that must be stored: the same state gives the same model again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Counts every change: a correction, a training, a rolling back.
    pub version: u32,
    /// Every correction in its order.
    pub corrections: Vec<Correction>,
    /// How many of them were trained in together; the rest were learnt one by one.
    pub trained: usize,
    /// The marks of every training, oldest first.
    pub marks: Vec<Mark>,
}

/// A reader that learns.
#[derive(Debug, Clone)]
pub struct Learner {
    reader: Reader,
    base: Vec<Core>,
    state: State,
}

impl Learner {
    /// Begins with the committed sentences.
    ///
    /// # Errors
    /// When a committed table is broken.
    pub fn new(gazetteer: Gazetteer) -> Result<Self, Trouble> {
        Self::restore(gazetteer, State::default())
    }

    /// Comes back to a stored state.
    ///
    /// # Errors
    /// When the state names a code that is not in the catalogue.
    pub fn restore(gazetteer: Gazetteer, state: State) -> Result<Self, Trouble> {
        let base = data::sentences()?;
        let reader = build(gazetteer, &base, &state.corrections, state.trained)?;
        Ok(Self { reader, base, state })
    }

    /// Puts other places in; what was learnt stays.
    pub fn set_gazetteer(&mut self, gazetteer: Gazetteer) {
        self.reader.set_gazetteer(gazetteer);
    }

    /// The reader as it is now.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What to store.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Learns a correction at once.
    ///
    /// # Errors
    /// When it names an unknown code or body; nothing is learnt then.
    pub fn correct(&mut self, correction: Correction) -> Result<(), Trouble> {
        self.reader.correct(&correction.chosen)?;
        self.state.corrections.push(correction);
        self.state.version += 1;
        Ok(())
    }

    /// Trains anew from the sentences and all corrections, and keeps the result when it is not worse than the present reader on texts
    /// that are never learnt from.
    ///
    /// # Errors
    /// When a sentence names an unknown code.
    pub fn train(&mut self, frozen: &[Core]) -> Result<Mark, Trouble> {
        let all = self.state.corrections.len();
        let fresh = build(self.reader.gazetteer().clone(), &self.base, &self.state.corrections, all)?;
        let (before, after) = (mark(&self.reader, frozen), mark(&fresh, frozen));
        let kept = after.0 >= before.0 && after.1 >= before.1;
        let (first, three) = if kept { after } else { before };
        if kept {
            self.reader = fresh;
            self.state.trained = all;
        }
        let mark = Mark { corrections: all, first, three, kept };
        self.state.marks.push(mark);
        self.state.version += 1;
        Ok(mark)
    }

    /// Forgets every correction after the first `keep`.
    ///
    /// # Errors
    /// When a sentence names an unknown code.
    pub fn roll_back(&mut self, keep: usize) -> Result<(), Trouble> {
        self.state.corrections.truncate(keep);
        self.state.trained = self.state.trained.min(keep);
        self.state.version += 1;
        self.reader = build(self.reader.gazetteer().clone(), &self.base, &self.state.corrections, self.state.trained)?;
        Ok(())
    }
}

fn build(gazetteer: Gazetteer, base: &[Core], corrections: &[Correction], trained: usize) -> Result<Reader, Trouble> {
    let (old, new) = corrections.split_at(trained.min(corrections.len()));
    let mut sentences = base.to_vec();
    for correction in old {
        sentences.extend(std::iter::repeat_n(correction.chosen.clone(), CORRECTION));
    }
    // Nothing trained in: what every bureau begins with, trained once.
    let mut reader = if old.is_empty() { Reader::base(gazetteer)? } else { Reader::taught(gazetteer, &sentences)? };
    for correction in old {
        reader.remember(&correction.chosen);
    }
    for correction in new {
        reader.correct(&correction.chosen)?;
    }
    Ok(reader)
}

/// Shares of texts right in the first place and in the first three; texts without a matter count by their body.
fn mark(reader: &Reader, frozen: &[Core]) -> (f32, f32) {
    let (mut first, mut three) = (0, 0);
    for core in frozen {
        let reading = reader.understand(&core.text);
        let right: Vec<bool> = if core.matters.is_empty() {
            reading.bodies.iter().map(|b| core.body.as_deref() == Some(b.key)).collect()
        } else {
            reading.matters.iter().take(3).map(|m| core.matters.contains(&m.code)).collect()
        };
        first += usize::from(right.first() == Some(&true));
        three += usize::from(right.contains(&true));
    }
    let all = frozen.len().max(1) as f32;
    (first as f32 / all, three as f32 / all)
}
