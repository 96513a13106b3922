//! A few made-up records for every register, through the same write path as people use.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::names::Names;
use crate::state::{Row, State};
use crate::write::{Error, Who, split};
use crate::{Field, Registers};

/// Fields as people write them, lines as lists of such.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Lines(Vec<BTreeMap<String, String>>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    register: String,
    fields: BTreeMap<String, Written>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    record: Vec<Record>,
}

/// Records them and gives how many; those of days after `who.today` are left out. Cases 1 to 9 must be there.
///
/// # Errors
/// A record is refused, or the ledger fails.
pub fn fill(registers: &Registers, who: &Who) -> Result<usize, Error> {
    let data: Data = toml::from_str(include_str!("../demonstration/records.toml"))
        .map_err(|e| ledger::Fault::Bug(format!("demonstration/records.toml: {e}")))?;
    let mut done = 0;
    for record in data.record {
        let d = registers.descriptor(&record.register)?;
        let set = registers.set;
        let written = record.clone();
        let read = registers.ledger.read_blocking(move |tx| {
            split((|| {
                let mut names = Names::read(tx, set)?;
                let mut row = |all: &[Field],
                               texts: &mut dyn Iterator<Item = (&String, &String)>|
                 -> Result<Row, Error> {
                    let mut row = Row::new();
                    for (key, text) in texts {
                        let field = all.iter().find(|f| &f.key == key);
                        let field = field.ok_or_else(|| ledger::Fault::Bug(format!("{}: no field {key}", d.name)))?;
                        let value = names.parse(tx, field, text, None)?;
                        let value = value.map_err(|why| ledger::Fault::Bug(format!("{}.{key}: {why}", d.name)))?;
                        row.extend(value.map(|v| (key.clone(), v)));
                    }
                    Ok(row)
                };
                let mut texts = written.fields.iter().filter_map(|(k, w)| match w {
                    Written::Text(text) => Some((k, text)),
                    Written::Lines(_) => None,
                });
                let mut state = State { fields: row(&d.fields, &mut texts)?, ..State::default() };
                for (key, written) in &written.fields {
                    let Written::Lines(rows) = written else { continue };
                    let lines =
                        d.lines_of(key).ok_or_else(|| ledger::Fault::Bug(format!("{}: no lines {key}", d.name)))?;
                    for texts in rows {
                        let row = row(&lines.fields, &mut texts.iter())?;
                        state.lines.entry(key.clone()).or_default().push(row);
                    }
                }
                Ok(state)
            })())
        })?;
        let state = read?;
        if state.text(&d.day) > who.today.to_string().as_str() {
            continue;
        }
        registers.record_blocking(who.clone(), &record.register, state)?;
        done += 1;
    }
    Ok(done)
}
