//! One case, whole: acts, parties, documents, guide, clocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use law::Day;
use law::acts::PersonId;
use law::acts::{ActNo, FieldType, Kind};
use law::case::{Case, Recorded};
use law::clocks::{Clock, clocks};
use law::guide::{Choice, guide};
use law::judge::{Now, looks_elsewhere};
use ledger::{Fault, Tx};
use office::directory::Directory;
use office::orders::Orders;

use crate::Casework;
use crate::body::{Log, slot_of};
use crate::party::{self, Identity};

/// A case as its page shows it.
pub struct CaseFile {
    /// The case.
    pub id: i64,
    /// Version, for the next act's form.
    pub version: i64,
    /// Row of the list.
    pub row: super::list::Row,
    /// Its acts, oldest first.
    pub acts: Vec<ActRow>,
    /// Folded.
    pub case: Case,
    /// Parties: number, key, identity.
    pub parties: Vec<(i64, String, Identity)>,
    /// What may be done next.
    pub guide: Vec<Choice>,
    /// Its clocks.
    pub clocks: Vec<Clock>,
    /// Who signs for whom, and what the organ has approved by whom.
    pub orders: Arc<Orders>,
    /// The approvals of it that are open.
    pub approvals: Vec<super::approvals::Row>,
    /// Names of officers, units and organs.
    pub directory: Arc<Directory>,
}

/// An act with what is kept beside it.
pub struct ActRow {
    /// Position in the journal.
    pub position: i64,
    /// When it was recorded, UTC milliseconds.
    pub recorded_at: i64,
    /// Hash of its entry, hexadecimal, shortened.
    pub hash: String,
    /// The act.
    pub recorded: Recorded,
    /// Document it issued.
    pub document: Option<crate::Issued>,
    /// The approval whose last signature performed it.
    pub approval: Option<i64>,
    /// Long texts by field key; absent where erased by order.
    pub texts: BTreeMap<&'static str, String>,
}

impl Casework {
    /// Reads a case for its page in four statements, whatever its length: row, acts, texts, and whether the standing order changed; one
    /// more where approvals are open.
    ///
    /// # Errors
    /// The database fails.
    pub fn file(&self, tx: &mut Tx<'_>, id: i64, today: Day) -> Result<Option<CaseFile>, Fault> {
        let Some(row) = super::list::one(tx, id)? else { return Ok(None) };
        let log = Arc::unwrap_or_clone(tx.fold::<Log>(&crate::stream(id))?);
        let version = log.version();
        let sources = party::sources(&log);
        let Log { entries, case, .. } = log;
        let mut keys = Vec::new();
        for (entry, recorded) in entries.iter().zip(case.log()) {
            let kind = recorded.act.kind();
            keys.extend(kind.fields().iter().filter_map(|f| Some((entry.position, slot_of(kind, f.key)?))));
        }
        keys.extend(sources.values().flatten());
        let mut texts = tx.texts(&keys)?;
        let parties = case
            .parties()
            .filter_map(|facts| {
                let keys = sources.get(&facts.no.0)?;
                let identity = Identity::from_fields(facts.person, keys.map(|key| texts.remove(&key)));
                Some((i64::from(facts.no.0), facts.key.clone(), identity))
            })
            .collect();
        let acts: Vec<ActRow> = entries
            .into_iter()
            .zip(case.log())
            .map(|(entry, recorded)| {
                let kind = recorded.act.kind();
                let long = kind.fields().iter().filter(|f| f.ty == FieldType::Words);
                let texts = long
                    .filter_map(|f| Some((f.key, texts.remove(&(entry.position, slot_of(kind, f.key)?))?)))
                    .collect();
                let hash = entry.hash.chars().take(12).collect();
                ActRow {
                    position: entry.position,
                    recorded_at: entry.recorded_at,
                    hash,
                    recorded: recorded.clone(),
                    document: entry.issued,
                    approval: entry.approval,
                    texts,
                }
            })
            .collect();
        let order = self.order(tx, &row.organ)?;
        let last = case.log().last();
        let looked = case.log().iter().rev().find(|act| looks_elsewhere(act.act.kind()));
        let now = Now {
            today,
            corpus: self.corpus,
            calendar: self.corpus.calendar(),
            office: &order.office,
            neighbours: looked.map(|act| act.neighbours.clone()).unwrap_or_default(),
            verified: &order.verified,
        };
        // The guide supposes that those who acted last act next.
        let team = last.map(|act| act.team.clone()).unwrap_or_default();
        let guide = guide(&case, &now, &team);
        let clocks = clocks(&case, &now);
        let approvals = if row.approving > 0 { super::approvals::open_of(tx, id)? } else { Vec::new() };
        let (orders, directory) = (order.orders, order.directory);
        Ok(Some(CaseFile { id, version, row, acts, case, parties, guide, clocks, orders, approvals, directory }))
    }
}

impl CaseFile {
    /// The act of this number.
    pub fn act(&self, no: ActNo) -> Option<&ActRow> {
        self.acts.iter().find(|a| a.recorded.no == no)
    }

    /// The newest standing act of a kind.
    pub fn last(&self, kind: Kind) -> Option<&ActRow> {
        self.acts.iter().rev().find(|a| a.recorded.act.kind() == kind && !self.case.is_void(a.recorded.no))
    }

    /// Name of an officer.
    pub fn name(&self, person: PersonId) -> &str {
        self.directory.name(person.0).unwrap_or("（不详）")
    }
}

/// The unit of a case one of whose acts names this file, or one of whose documents has it as a stamped original; none where neither does.
///
/// # Errors
/// The database fails.
pub fn blob(tx: &mut Tx<'_>, case: i64, id: &str) -> Result<Option<String>, Fault> {
    let log: Arc<Log> = tx.fold(&crate::stream(case))?;
    let named = log.case.log().iter().any(|act| act.act.blobs().iter().any(|blob| blob.0 == id));
    let bureau = tx.bureau().to_owned();
    let named = named
        || tx
            .row(
                "SELECT 1 FROM scans WHERE bureau = $1 AND case_id = $2 AND file = $3 LIMIT 1",
                &[bureau.as_str().into(), case.into(), id.into()],
                |row| Ok(row.int(0)),
            )?
            .is_some();
    Ok(named.then(|| log.unit.clone()))
}

/// The parties of a case: number, key, identity.
///
/// # Errors
/// The database fails.
pub fn parties(tx: &mut Tx<'_>, case: i64) -> Result<Vec<(i64, String, Identity)>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT no, party, person, name, id_number, address, phone, representative FROM case_parties WHERE bureau = $1 AND case_id = $2 ORDER BY no LIMIT 200",
        &[bureau.as_str().into(), case.into()],
        |row| {
            let identity = Identity {
                person: row.int(2) == 1,
                name: row.text(3),
                id_number: row.opt_text(4),
                address: row.opt_text(5),
                phone: row.opt_text(6),
                representative: row.opt_text(7),
            };
            Ok((row.int(0), row.text(1), identity))
        },
    )
}
