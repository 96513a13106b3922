//! Files of the evidence store as the bureau knows them: who sent each, under which name, and what it says of itself.
//!
//! No journal entry stands behind these rows: a file becomes a matter of record when an act names it. Who sent it decides who may name it;
//! were the rows lost, nobody could name a file that no act names yet, and would send it once more. Digests and facts can be
//! read again from the bytes.

use std::collections::BTreeMap;

use ledger::{Fault, Table, TableKind, Tx, Value};

/// Ids asked for in one statement.
const ASKED_MAX: usize = 200;

/// What is known of each file.
pub(crate) const FILES: Table = Table {
    name: "files",
    create: "CREATE TABLE files (bureau TEXT NOT NULL, id TEXT NOT NULL, sm3 TEXT NOT NULL, bytes BIGINT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (bureau, id))",
    indexes: &[],
    kind: TableKind::Primary,
};

/// Who sent each file.
pub(crate) const SENDERS: Table = Table {
    name: "file_senders",
    create: "CREATE TABLE file_senders (bureau TEXT NOT NULL, id TEXT NOT NULL, person BIGINT NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL, \
             PRIMARY KEY (bureau, id, person))",
    indexes: &[],
    kind: TableKind::Primary,
};

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Known {
    /// SM3 digest, hexadecimal.
    pub sm3: String,
    /// Size in bytes.
    pub bytes: i64,
    /// What it says of itself, JSON of the crate that read it.
    pub facts: String,
    /// Name under which it was first sent, empty where nobody sent it by a form.
    pub name: String,
    /// Who sent it first.
    pub person: Option<u32>,
    /// When, UTC milliseconds.
    pub at: i64,
}

/// Keeps what is known of a file; what was read before is replaced, for it is read from the same bytes.
///
/// # Errors
/// The database fails.
pub fn know(tx: &mut Tx<'_>, id: &str, sm3: &str, bytes: u64, facts: &str) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO files (bureau, id, sm3, bytes, facts) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (bureau, id) DO UPDATE SET facts = $5",
        &[bureau.as_str().into(), id.into(), sm3.into(), bytes.into(), facts.into()],
    )?;
    Ok(())
}

/// Keeps who sent a file, and under which name.
///
/// # Errors
/// The database fails.
pub fn sent(tx: &mut Tx<'_>, id: &str, person: u32, name: &str) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let now = tx.now_ms();
    tx.execute(
        "INSERT INTO file_senders (bureau, id, person, name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (bureau, id, person) DO NOTHING",
        &[bureau.as_str().into(), id.into(), i64::from(person).into(), name.into(), now.into()],
    )?;
    Ok(())
}

/// Which of these files this person did not send.
///
/// # Errors
/// The database fails.
pub fn not_sent(tx: &mut Tx<'_>, ids: &[String], person: u32) -> Result<Vec<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut own = Vec::new();
    for some in ids.chunks(ASKED_MAX) {
        let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), i64::from(person).into()];
        args.extend(some.iter().map(Value::from));
        let sql = format!(
            "SELECT id FROM file_senders WHERE bureau = $1 AND person = $2 AND id IN ({})",
            places(3, some.len())
        );
        own.extend(tx.rows(&sql, &args, |row| Ok(row.text(0)))?);
    }
    Ok(ids.iter().filter(|id| !own.contains(id)).cloned().collect())
}

/// What is known of these files; those nobody knows are absent.
///
/// # Errors
/// The database fails.
pub fn known(tx: &mut Tx<'_>, ids: &[String]) -> Result<BTreeMap<String, Known>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut all = BTreeMap::new();
    for some in ids.chunks(ASKED_MAX) {
        let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
        args.extend(some.iter().map(Value::from));
        let sql = format!(
            "SELECT f.id, f.sm3, f.bytes, f.facts, s.name, s.person, s.at FROM files f LEFT JOIN file_senders s ON s.bureau = f.bureau AND s.id = f.id \
             WHERE f.bureau = $1 AND f.id IN ({}) ORDER BY f.id, s.at, s.person",
            places(2, some.len())
        );
        let rows = tx.rows(&sql, &args, |row| {
            let known = Known {
                sm3: row.text(1),
                bytes: row.int(2),
                facts: row.text(3),
                name: row.opt_text(4).unwrap_or_default(),
                person: row.opt_int(5).and_then(|person| u32::try_from(person).ok()),
                at: row.opt_int(6).unwrap_or_default(),
            };
            Ok((row.text(0), known))
        })?;
        for (id, known) in rows {
            // The first sender is the one shown.
            all.entry(id).or_insert(known);
        }
    }
    Ok(all)
}

fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
