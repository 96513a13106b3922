//! A few made-up records for every register, through the same write path as people use.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx};
use serde::Deserialize;

use crate::names::Names;
use crate::state::{Row, State, Value};
use crate::write::{Error, Who};
use crate::{Descriptor, Field, Registers, Set};

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

/// From this day on every record can be made.
const WHOLE: Date = Date::constant(2024, 11, 21);

/// Records them and gives how many; those of days after `who.today` are left out. Cases 1 to 4 must be there.
///
/// # Errors
/// A record is refused, or the ledger fails.
pub fn fill(registers: &Registers, who: &Who) -> Result<usize, Error> {
    let data: Data = toml::from_str(include_str!("../demonstration/records.toml"))
        .map_err(|e| Fault::Bug(format!("demonstration/records.toml: {e}")))?;
    let (set, mut done) = (registers.set, 0);
    for record in data.record {
        let d = registers.descriptor(&record.register)?;
        let written = record.fields.clone();
        let state = registers.ledger.read_blocking(move |tx| read(tx, set, d, &written));
        let recorded = state.map_err(Error::from).and_then(|state| {
            if state.text(&d.day) > who.today.to_string().as_str() {
                return Ok(0);
            }
            registers.record_blocking(who.clone(), &record.register, state).map(|_| 1)
        });
        match recorded {
            Ok(more) => done += more,
            // On an earlier day a record may speak of what has not come yet: another record, a case, its own end.
            Err(Error::Bad(_) | Error::Fault(Fault::Bug(_))) if who.today < WHOLE => {}
            Err(why) => return Err(why),
        }
    }
    Ok(done)
}

/// The state that is written.
fn read(
    tx: &mut Tx<'_>,
    set: &'static Set,
    d: &Descriptor,
    written: &BTreeMap<String, Written>,
) -> Result<State, Fault> {
    let mut names = Names::read(tx, set)?;
    let mut state = State::default();
    for (key, written) in written {
        match written {
            Written::Text(text) => {
                let value = value(tx, &mut names, &d.fields, key, text)?;
                state.fields.extend(value.map(|v| (key.clone(), v)));
            }
            Written::Lines(rows) => {
                let lines = d.lines_of(key).ok_or_else(|| Fault::Bug(format!("{}: no lines {key}", d.name)))?;
                for texts in rows {
                    let mut row = Row::new();
                    for (key, text) in texts {
                        let value = value(tx, &mut names, &lines.fields, key, text)?;
                        row.extend(value.map(|v| (key.clone(), v)));
                    }
                    state.lines.entry(key.clone()).or_default().push(row);
                }
            }
        }
    }
    Ok(state)
}

fn value(tx: &mut Tx<'_>, names: &mut Names, fields: &[Field], key: &str, text: &str) -> Result<Option<Value>, Fault> {
    let field = fields.iter().find(|f| f.key == key).ok_or_else(|| Fault::Bug(format!("no field {key}")))?;
    names.parse(tx, field, text, None)?.map_err(|why| Fault::Bug(format!("{key}: {why}")))
}
