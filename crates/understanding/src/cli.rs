//! `understand` of the command line: a JSON line for each text.

use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::dispatch::{Chosen, Facts, Rule, decide, squads_by_town};
use crate::gazetteer::Gazetteer;
use crate::index::Index;
use crate::likeness::{Likeness, Trace, hash};
use crate::reader::{Reader, Reading};

/// What to read.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// One text.
    Text(&'a str),
    /// Lines of JSON: `{"id","text","day","caller"}`; everything but `text` may be left out.
    Lines(&'a str),
}

/// What the bureau knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// Places, one JSON object a line.
    pub places: Option<&'a str>,
    /// Outlines of towns, a JSON object from name to polygon.
    pub towns: Option<&'a str>,
    /// Rules of dispatch, a JSON array; without them every town has its own squad.
    pub rules: Option<&'a str>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Option<String>,
    text: String,
    #[serde(default)]
    day: i32,
    #[serde(default)]
    caller: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    hour: Option<u8>,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    reading: &'a Reading,
    squad: Option<Chosen>,
    repeats: Vec<Repeat<'a>>,
}

#[derive(Serialize)]
struct Repeat<'a> {
    id: &'a str,
    #[serde(flatten)]
    likeness: Likeness,
}

/// Reads every text and writes a JSON line for each. Repeats are looked for among the lines before.
///
/// # Errors
/// When an input is not what it should be, or `out` cannot be written to.
pub fn run(input: Input<'_>, given: Given<'_>, out: &mut impl Write) -> Result<(), Trouble> {
    let mut gazetteer = Gazetteer::read(given.places.unwrap_or_default())?;
    if let Some(towns) = given.towns {
        gazetteer = gazetteer.with_towns(towns)?;
    }
    let reader = Reader::new(gazetteer)?;
    let rules = match given.rules {
        Some(json) => crate::dispatch::read(json)?,
        None => squads_by_town(reader.gazetteer().towns().iter().map(String::as_str)),
    };
    let lines: Vec<Line> = match input {
        Input::Text(text) => {
            vec![Line { id: None, text: text.to_owned(), day: 0, caller: None, source: None, hour: None }]
        }
        Input::Lines(jsonl) => jsonl
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| {
                serde_json::from_str(line).map_err(|e| Trouble::new("jsonl", format!("line {}: {e}", at + 1)))
            })
            .collect::<Result<_, _>>()?,
    };
    let mut index = Index::default();
    let names: Vec<String> =
        lines.iter().enumerate().map(|(at, line)| line.id.clone().unwrap_or_else(|| (at + 1).to_string())).collect();
    for line in &lines {
        let reading = reader.understand(&line.text);
        let trace = Trace::new(&reading, line.day, line.caller.as_deref().map(|caller| hash(&[caller])));
        let repeats = index
            .fellows(&trace, None, 5)
            .into_iter()
            .map(|(number, likeness)| Repeat { id: &names[number as usize], likeness })
            .collect();
        index.add(trace);
        let squad = squad(&rules, &reading, line.source.as_deref(), line.hour);
        let answer = Answer { id: line.id.as_deref(), reading: &reading, squad, repeats };
        serde_json::to_writer(&mut *out, &answer).map_err(|e| Trouble::new("output", e))?;
        writeln!(out).map_err(|e| Trouble::new("output", e))?;
    }
    Ok(())
}

/// The squad for a reading: by its first matter and its likeliest place.
pub fn squad(rules: &[Rule], reading: &Reading, source: Option<&str>, hour: Option<u8>) -> Option<Chosen> {
    let first = reading.place.candidates.first();
    let facts = Facts {
        matter: reading.matters.first().map(|m| m.code.as_str()),
        town: reading.place.town.as_deref(),
        point: first.and_then(crate::locate::Candidate::point),
        source,
        hour,
        urgent: !reading.urgent.is_empty(),
    };
    decide(rules, &facts)
}
