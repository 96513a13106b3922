//! The committed tables, compiled in.

use crate::Trouble;
use crate::lesson::Core;

pub(crate) const CATALOGUE: &str = include_str!("../data/catalogue.toml");
pub(crate) const WORDS: &str = include_str!("../data/words.toml");
pub(crate) const CONCEPTS: &str = include_str!("../data/concepts.toml");
const SENTENCES: &[(&str, &str)] = &[
    ("cores.jsonl", include_str!("../data/cores.jsonl")),
    ("cores-spoken.jsonl", include_str!("../data/cores-spoken.jsonl")),
    ("cores-b.jsonl", include_str!("../data/cores-b.jsonl")),
    ("cores-c.jsonl", include_str!("../data/cores-c.jsonl")),
    ("bodies.jsonl", include_str!("../data/bodies.jsonl")),
];

/// The sentences the model begins with.
///
/// # Errors
/// When a line is not the JSON it should be.
pub fn sentences() -> Result<Vec<Core>, Trouble> {
    let mut cores = Vec::new();
    for (file, text) in SENTENCES {
        for (at, line) in text.lines().enumerate() {
            cores.push(serde_json::from_str(line).map_err(|e| Trouble::new(file, format!("line {}: {e}", at + 1)))?);
        }
    }
    Ok(cores)
}

/// Complaints that are never learnt from, with what a careful officer would accept: a training that does worse on them is not used.
///
/// # Errors
/// When a line is not the JSON it should be.
pub fn frozen() -> Result<Vec<Core>, Trouble> {
    #[derive(serde::Deserialize)]
    struct Line {
        text: String,
        accepted: Vec<String>,
        bodies: Vec<String>,
    }
    let lines = include_str!("../benchmark/own-style.jsonl").lines().enumerate();
    lines
        .map(|(at, line)| {
            let line: Line = serde_json::from_str(line)
                .map_err(|e| Trouble::new("own-style.jsonl", format!("line {}: {e}", at + 1)))?;
            Ok(Core { text: line.text, matters: line.accepted, body: line.bodies.into_iter().next() })
        })
        .collect()
}
