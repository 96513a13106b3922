//! One case, whole: acts, parties, documents, guide, clocks.

use std::collections::BTreeMap;

use law::Day;
use law::acts::PersonId;
use law::acts::{ActNo, FieldType, Kind};
use law::case::{Case, Recorded};
use law::clocks::{Clock, clocks};
use law::guide::{Choice, guide};
use law::judge::Now;
use ledger::{Fault, Tx};

use crate::body::{self, slot_of};
use crate::party::Identity;
use crate::{Casework, verified};

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
    /// Names of officers.
    pub names: BTreeMap<u32, String>,
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
    /// Reads a case for its page: two statements for the file itself, whatever its length.
    ///
    /// # Errors
    /// The database fails.
    pub fn file(&self, tx: &mut Tx<'_>, id: i64, today: Day) -> Result<Option<CaseFile>, Fault> {
        let Some(row) = super::list::one(tx, id)? else { return Ok(None) };
        let log = body::log(tx, id, None)?;
        let mut keys = Vec::new();
        for (entry, body) in &log {
            let kind = body.recorded.act.kind();
            keys.extend(kind.fields().iter().filter_map(|f| Some((entry.position, slot_of(kind, f.key)?))));
        }
        let mut texts = tx.texts(&keys)?;
        let version = log.last().map_or(0, |(entry, _)| entry.version);
        let acts: Vec<ActRow> = log
            .into_iter()
            .map(|(entry, body)| {
                let kind = body.recorded.act.kind();
                let long = kind.fields().iter().filter(|f| f.ty == FieldType::Words);
                let texts = long
                    .filter_map(|f| Some((f.key, texts.remove(&(entry.position, slot_of(kind, f.key)?))?)))
                    .collect();
                let hash = entry.hash.to_string().chars().take(12).collect();
                ActRow {
                    position: entry.position,
                    recorded_at: entry.recorded_at,
                    hash,
                    recorded: body.recorded,
                    document: body.issued,
                    approval: body.approval,
                    texts,
                }
            })
            .collect();
        let recorded: Vec<Recorded> = acts.iter().map(|a| a.recorded.clone()).collect();
        let case = Case::of(&recorded);
        let office = self.standings.of(tx, &row.organ)?;
        let verified = verified::all(tx)?;
        let neighbours = recorded.last().map(|a| a.neighbours.clone()).unwrap_or_default();
        let now = Now {
            today,
            corpus: self.corpus,
            calendar: self.corpus.calendar(),
            office: &office,
            neighbours,
            verified: &verified,
        };
        // The guide supposes that those who acted last act next.
        let team = recorded.last().map(|a| a.team.clone()).unwrap_or_default();
        let guide = guide(&case, &now, &team);
        let clocks = clocks(&case, &now);
        let parties = parties(tx, id)?;
        let names = office::read::names(tx)?;
        Ok(Some(CaseFile { id, version, row, acts, case, parties, guide, clocks, names }))
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
        self.names.get(&person.0).map_or("（不详）", String::as_str)
    }
}

/// The unit of a case one of whose acts names this file; none where no act of it does.
///
/// # Errors
/// The database fails.
pub fn blob(tx: &mut Tx<'_>, case: i64, id: &str) -> Result<Option<String>, Fault> {
    let log = body::log(tx, case, None)?;
    let named = log.iter().any(|(_, body)| body.recorded.act.blobs().iter().any(|blob| blob.0 == id));
    Ok(log.last().filter(|_| named).map(|(_, body)| body.unit.clone()))
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
