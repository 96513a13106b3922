//! Sentences to learn from, and what they should teach.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::catalogue::Catalogue;
use crate::features::Features;

/// A sentence to learn from: how a caller names a problem, and what a careful officer would take it for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Core {
    /// The words.
    pub text: String,
    /// Every matter that fits, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<String>,
    /// The other body whose business it is, or partly is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// The keys of the other bodies, in order; the model for bodies has one class more: ours.
pub const BODIES: [&str; 14] = [
    "civil",
    "culture",
    "ecology",
    "fire",
    "greening",
    "health",
    "housing",
    "labor",
    "market",
    "police",
    "property",
    "telecom",
    "transport",
    "water",
];

/// A correction counts as much as three sentences.
pub(crate) const CORRECTION: usize = 3;

/// A sentence as the model learns from it.
pub(crate) struct Lesson {
    pub(crate) features: Features,
    pub(crate) matters: Option<Vec<f32>>,
    pub(crate) bodies: Vec<f32>,
}

/// Repeats the sentences of matters that have few, so that no family wins by the number of its sentences.
pub(crate) fn balance(lessons: &mut Vec<Lesson>, codes: usize) {
    let mut count: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, lesson) in lessons.iter().enumerate() {
        if let Some(wanted) = &lesson.matters {
            let main = (0..codes).max_by(|&a, &b| wanted[a].total_cmp(&wanted[b])).unwrap_or(0);
            count.entry(main).or_default().push(at);
        }
    }
    for members in count.values() {
        for turn in members.len()..6 {
            let lesson = &lessons[members[turn % members.len()]];
            let again = Lesson {
                features: lesson.features.clone(),
                matters: lesson.matters.clone(),
                bodies: lesson.bodies.clone(),
            };
            lessons.push(again);
        }
    }
}

/// The shares of matters a sentence should give; none for another body's business.
///
/// # Errors
/// When it names an unknown matter.
pub(crate) fn wanted(catalogue: &Catalogue, core: &Core) -> Result<Option<Vec<f32>>, Trouble> {
    if core.matters.is_empty() {
        return Ok(None);
    }
    let mut wanted = vec![0.0; catalogue.codes().len()];
    for (at, code) in core.matters.iter().enumerate() {
        let number =
            catalogue.number(code).ok_or_else(|| Trouble::new("sentence", format!("no such matter: {code}")))?;
        wanted[number] = if at == 0 { 1.0 } else { 0.45 };
    }
    let sum: f32 = wanted.iter().sum();
    for share in &mut wanted {
        *share /= sum;
    }
    Ok(Some(wanted))
}

/// The shares of bodies a sentence should give, ours last.
///
/// # Errors
/// When it names an unknown body.
pub(crate) fn wanted_bodies(core: &Core) -> Result<Vec<f32>, Trouble> {
    let mut wanted = vec![0.0; BODIES.len() + 1];
    if let Some(body) = &core.body {
        let number = body_number(body).ok_or_else(|| Trouble::new("sentence", format!("no such body: {body}")))?;
        wanted[number] = if core.matters.is_empty() { 1.0 } else { 0.4 };
    }
    if !core.matters.is_empty() {
        wanted[BODIES.len()] = if core.body.is_some() { 0.6 } else { 1.0 };
    }
    Ok(wanted)
}

/// The number of a body.
pub(crate) fn body_number(body: &str) -> Option<usize> {
    BODIES.iter().position(|&b| b == body)
}
