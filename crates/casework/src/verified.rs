//! Matter versions that the bureau's own legal officer compared with the official text: who, when, against which text.

use std::collections::BTreeSet;

use law::Day;
use ledger::{Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

/// Kind of the journal entry.
pub const KIND: &str = "law.verified";

/// A verification as the journal keeps it, version 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Matter code.
    pub matter: String,
    /// First day of the version.
    pub from: Day,
    /// The legal officer.
    pub person: u32,
    /// The text compared with.
    pub against: String,
}

/// Records a verification. From then on the version may be decided on.
///
/// # Errors
/// The database fails.
pub fn record(tx: &mut Tx<'_>, actor: &str, on: Day, verification: &Verification) -> Result<Entry, Fault> {
    let body = serde_json::to_string(verification).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.append(ledger::Draft { stream: "law", expects: None, happened_at: on, actor, kind: KIND, kind_version: 1, body })
}

/// Every verified version, `(code, from)`.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx<'_>) -> Result<BTreeSet<(String, Day)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows =
        tx.rows("SELECT matter, from_day FROM verified_matters WHERE bureau = $1", &[bureau.as_str().into()], |row| {
            Ok((row.text(0), row.text(1)))
        })?;
    rows.into_iter()
        .map(|(matter, from)| Ok((matter, from.parse().map_err(|_| Fault::Bug(format!("not a day: {from}")))?)))
        .collect()
}

pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let v: Verification =
        serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO verified_matters (bureau, matter, from_day, person, day, against) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (bureau, matter, from_day) DO UPDATE SET person = $4, day = $5, against = $6",
        &[
            bureau.as_str().into(),
            (&v.matter).into(),
            (&v.from.to_string()).into(),
            i64::from(v.person).into(),
            (&entry.happened_at.to_string()).into(),
            (&v.against).into(),
        ],
    )?;
    Ok(())
}
