//! Records as people write them, before names become numbers: what the demonstration is made of.
//!
//! A record is given as it ends up. As of an earlier day it is what could be known then: without what is dated later, and without
//! what hangs on such a date ([`Written::as_of`]).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use ledger::{Fault, Tx};
use serde::Deserialize;

use crate::descriptor::{Descriptor, Field, Type};
use crate::names::Names;
use crate::state::{Row, State, Value};
use crate::write::{Error, Who};
use crate::{Registers, Set};

/// What is written in a row, by key.
type Texts = BTreeMap<String, String>;

/// What is written into one field: a text, or rows of a kind of lines.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    /// A text as it would be typed.
    Text(String),
    /// Rows, each by key.
    Lines(Vec<BTreeMap<String, String>>),
}

/// A record as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Name of the register.
    pub register: String,
    /// Fields and lines by key.
    pub fields: BTreeMap<String, Entry>,
}

fn day(field: &Field, text: &str) -> Option<Date> {
    (field.ty == Type::Day && !field.future).then(|| text.parse().ok()).flatten()
}

/// The fields of a row that could be known on a day: those dated later are left out, and what hangs on them.
fn known(fields: &[Field], row: &Texts, on: Date) -> Texts {
    let find = |key: &str| fields.iter().find(|f| f.key == key);
    let later = |key: &str| row.get(key).zip(find(key)).and_then(|(text, f)| day(f, text)).is_some_and(|d| d > on);
    let mut kept = row.clone();
    kept.retain(|key, _| !later(key) && !find(key).and_then(|f| f.with.as_deref()).is_some_and(later));
    kept
}

impl Written {
    fn split(&self) -> (Texts, Vec<(&String, &Vec<Texts>)>) {
        let (mut fields, mut lines) = (BTreeMap::new(), Vec::new());
        for (key, entry) in &self.fields {
            match entry {
                Entry::Text(text) => drop(fields.insert(key.clone(), text.clone())),
                Entry::Lines(rows) => lines.push((key, rows)),
            }
        }
        (fields, lines)
    }

    /// The days on which something of the record happened, in order; the first is the record's own.
    pub fn days(&self, set: &Set) -> Vec<Date> {
        let Some(d) = set.get(&self.register) else { return Vec::new() };
        let (fields, lines) = self.split();
        let days_of =
            |own: &[Field], row: &Texts| -> Vec<Date> { own.iter().filter_map(|f| day(f, row.get(&f.key)?)).collect() };
        let mut days: BTreeSet<Date> = days_of(&d.fields, &fields).into_iter().collect();
        for (key, rows) in lines {
            let Some(own) = d.lines_of(key) else { continue };
            days.extend(rows.iter().flat_map(|row| days_of(&own.fields, row)));
        }
        // A plan is put down before the days it speaks of; what was dated earlier is entered with the record.
        let first = fields.get(&d.day).and_then(|text| text.parse().ok());
        first
            .map(|first: Date| std::iter::once(first).chain(days.into_iter().filter(|d| *d > first)).collect())
            .unwrap_or_default()
    }

    /// The record as it could be written on a day.
    pub fn as_of(&self, set: &Set, on: Date) -> Written {
        let Some(d) = set.get(&self.register) else { return self.clone() };
        let (fields, lines) = self.split();
        let mut kept: BTreeMap<String, Entry> =
            known(&d.fields, &fields, on).into_iter().map(|(key, text)| (key, Entry::Text(text))).collect();
        for (key, rows) in lines {
            let Some(own) = d.lines_of(key) else { continue };
            let first = own.fields.iter().find(|f| f.ty == Type::Day && f.required && !f.future);
            let happened = |row: &&Texts| {
                first.and_then(|f| row.get(&f.key)).and_then(|t| t.parse::<Date>().ok()).is_none_or(|d| d <= on)
            };
            let rows: Vec<_> = rows.iter().filter(happened).map(|row| known(&own.fields, row, on)).collect();
            if !rows.is_empty() {
                kept.insert(key.clone(), Entry::Lines(rows));
            }
        }
        Written { register: self.register.clone(), fields: kept }
    }
}

impl Registers {
    /// Records what is written, or changes the record `id` into it, inside a transaction that does more; gives its number. What is
    /// written wrongly is the ledger's fault: the program wrote it.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn write_in(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        who: &Who,
        id: Option<i64>,
        written: &Written,
    ) -> Result<Result<i64, Error>, Fault> {
        let done = self.try_write(tx, names, who, id, written);
        crate::write::split(done)
    }

    fn try_write(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        who: &Who,
        id: Option<i64>,
        written: &Written,
    ) -> Result<i64, Error> {
        let d = self.descriptor(&written.register)?;
        let state = read(tx, d, names, written)?;
        match id {
            None => {
                let state = crate::write::pictured(tx, self.set, d, state)?;
                self.record_with(tx, names, who, d, &state)
            }
            Some(id) => self.change_with(tx, names, who, d, id, None, &state).map(|_| id),
        }
    }
}

/// The state that is written.
fn read(tx: &mut Tx<'_>, d: &Descriptor, names: &mut Names, written: &Written) -> Result<State, Fault> {
    let mut state = State::default();
    for (key, entry) in &written.fields {
        match entry {
            Entry::Text(text) => {
                let value = value(tx, names, &d.fields, key, text)?;
                state.fields.extend(value.map(|v| (key.clone(), v)));
            }
            Entry::Lines(rows) => {
                let lines = d.lines_of(key).ok_or_else(|| Fault::Bug(format!("{}: no lines {key}", d.name)))?;
                for texts in rows {
                    let mut row = Row::new();
                    for (key, text) in texts {
                        let value = value(tx, names, &lines.fields, key, text)?;
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
