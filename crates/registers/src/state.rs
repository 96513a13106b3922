//! The state of a record, as the journal carries it.

use std::collections::BTreeMap;

use ledger::{Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

/// A filled-in field. Which variant it is, is said by the field's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A number, an amount of fen, or the number of a person, case, ticket or record.
    Int(i64),
    /// A text, a day, a time, a code or an id.
    Text(String),
    /// Numbers of persons.
    Ints(Vec<i64>),
    /// Attached files.
    Texts(Vec<String>),
    /// A text that stands beside the journal. Only in the journal.
    Kept {
        /// Its slot under the entry's position.
        slot: u32,
        /// Its commitment.
        commitment: String,
    },
}

impl Value {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The number, where it is one.
    pub fn int(&self) -> Option<i64> {
        if let Value::Int(n) = self { Some(*n) } else { None }
    }
}

/// The filled-in fields of a record or a line; empty ones are absent.
pub type Row = BTreeMap<String, Value>;

/// A record: its fields and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Fields by key.
    pub fields: Row,
    /// Rows by the key of their lines; kinds without rows are absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Vec<Row>>,
}

/// The body of `register.recorded` and `register.changed`, version 1. Frozen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    pub(crate) register: String,
    pub(crate) id: i64,
    pub(crate) state: State,
}

/// The body of `register.voided`, version 1. Frozen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Voided {
    pub(crate) register: String,
    pub(crate) id: i64,
    /// Commitment to the reason, kept in slot 1.
    pub(crate) reason: String,
}

/// What stands for a text erased by order.
pub(crate) const ERASED: &str = "（已依令删除）";

impl State {
    /// The text of a field, empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::text).unwrap_or_default()
    }

    /// Without kinds of lines that have no rows, so that equal states compare as such.
    pub(crate) fn tidied(mut self) -> State {
        self.lines.retain(|_, rows| !rows.is_empty());
        self
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        std::iter::once(&mut self.fields).chain(self.lines.values_mut().flatten())
    }
}

impl Body {
    /// Reads an entry and the texts beside it.
    pub(crate) fn of(tx: &mut Tx<'_>, entry: &Entry) -> Result<Body, Fault> {
        let mut body: Body = read(entry)?;
        let mut keys: Vec<(i64, u32)> = Vec::new();
        for value in body.state.rows_mut().flat_map(|row| row.values_mut()) {
            if let Value::Kept { slot, .. } = value {
                keys.push((entry.position, *slot));
            }
        }
        let mut texts = if keys.is_empty() { BTreeMap::new() } else { tx.texts(&keys)? };
        for value in body.state.rows_mut().flat_map(|row| row.values_mut()) {
            if let Value::Kept { slot, .. } = value {
                *value = Value::Text(texts.remove(&(entry.position, *slot)).unwrap_or_else(|| ERASED.into()));
            }
        }
        Ok(body)
    }
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(entry: &Entry) -> Result<T, Fault> {
    serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))
}
