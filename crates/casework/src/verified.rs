//! Matter versions that the bureau's own legal officer compared with the official text: who, when, against which text.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use law::Day;
use ledger::{ChainHash, Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

/// The stream of everything recorded about the law itself.
pub(crate) const STREAM: &str = "law";
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
    tx.append(ledger::Draft {
        stream: STREAM,
        expects: None,
        happened_at: on,
        actor,
        kind: KIND,
        kind_version: 1,
        body,
    })
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

/// The verified versions in memory, kept until the stream grows.
#[derive(Debug, Default, Clone)]
pub(crate) struct Kept(Arc<Mutex<State>>);

type State = (Option<ChainHash>, Arc<BTreeSet<(String, Day)>>);

impl Kept {
    /// Every verified version, where the stream ends like this.
    pub(crate) fn at(&self, tx: &mut Tx<'_>, end: Option<ChainHash>) -> Result<Arc<BTreeSet<(String, Day)>>, Fault> {
        if end.is_none() {
            return Ok(Arc::default());
        }
        let state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if state.0 == end {
            return Ok(state.1);
        }
        let all = Arc::new(all(tx)?);
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (end, Arc::clone(&all));
        Ok(all)
    }
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
