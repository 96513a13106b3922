//! How cases and acts are called outside, and the table that finds a case by it.

use std::collections::BTreeMap;

use law::acts::ActNo;
use ledger::{Entry, Fault, Table, TableKind, Tx, Value};

use crate::body::Log;

/// Which case of another system is which of ours.
pub(crate) static TABLE: Table = Table {
    name: "case_origins",
    create: "CREATE TABLE case_origins (bureau TEXT NOT NULL, system TEXT NOT NULL, key TEXT NOT NULL, case_id BIGINT NOT NULL, PRIMARY KEY (bureau, system, key))",
    indexes: &["CREATE INDEX case_origins_key ON case_origins (bureau, key, case_id)"],
    kind: TableKind::Projection,
};

/// Writes the row of a case that opens by import.
pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry, log: &Log) -> Result<(), Fault> {
    let origin = log.entries.first().and_then(|first| first.origin.as_ref());
    let Some(origin) = origin.filter(|_| entry.version == 1) else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    tx.later(
        "INSERT INTO case_origins (bureau, system, key, case_id) VALUES ($1, $2, $3, $4)",
        &[bureau.as_str().into(), (&origin.system).into(), (&origin.case).into(), log.id.into()],
    )
}

/// The names of a case and its acts outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    pub(crate) system: String,
    pub(crate) case: String,
    /// By act number, from 1.
    acts: Vec<String>,
}

impl Keys {
    /// A case that came from elsewhere keeps its names from there, and what was done here since is called after this system; a case of
    /// ours is called by its number.
    pub(crate) fn of(log: &Log, own: &str) -> Keys {
        let origin = log.entries.first().and_then(|first| first.origin.as_ref());
        let (system, case) =
            origin.map_or_else(|| (own.to_owned(), log.id.to_string()), |o| (o.system.clone(), o.case.clone()));
        let named = |entry: &crate::body::Kept, no: usize| match &entry.origin {
            Some(of) if of.system == system && of.case == case => of.act.clone(),
            _ if origin.is_some() => format!("{own}/{}", no + 1),
            _ => (no + 1).to_string(),
        };
        let acts = log.entries.iter().enumerate().map(|(no, entry)| named(entry, no)).collect();
        Keys { system, case, acts }
    }

    /// A case that is not here yet.
    pub(crate) fn named(system: &str, case: &str) -> Keys {
        Keys { system: system.to_owned(), case: case.to_owned(), acts: Vec::new() }
    }

    /// The name of an act.
    pub(crate) fn name(&self, no: ActNo) -> Option<&str> {
        self.acts.get((no.0 as usize).checked_sub(1)?).map(String::as_str)
    }

    /// The newest act of this name: an older one may have been voided and entered again.
    pub(crate) fn find(&self, key: &str) -> Option<ActNo> {
        let at = self.acts.iter().rposition(|name| name == key)?;
        u32::try_from(at + 1).ok().map(ActNo)
    }

    /// The next act gets this name.
    pub(crate) fn push(&mut self, key: &str) {
        self.acts.push(key.to_owned());
    }
}

/// Our cases of these keys of one system; a few statements, whatever their number.
pub(crate) fn cases(tx: &mut Tx<'_>, system: &str, keys: &[&str]) -> Result<BTreeMap<String, i64>, Fault> {
    const CHUNK: usize = 200;
    let bureau = tx.bureau().to_owned();
    let marks: Vec<String> = (3..CHUNK + 3).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT key, case_id FROM case_origins WHERE bureau = $1 AND system = $2 AND key IN ({})",
        marks.join(", ")
    );
    let mut found = BTreeMap::new();
    for some in keys.chunks(CHUNK) {
        let Some(last) = some.last() else { continue };
        let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), system.into()];
        args.extend(some.iter().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(|key| Value::from(*key)));
        found.extend(tx.rows(&sql, &args, |row| Ok((row.text(0), row.int(1))))?);
    }
    Ok(found)
}
