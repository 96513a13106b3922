//! Whom an act is about and which document it concerns, for whoever is to be told.

use std::sync::Arc;

use law::acts::ActNo;
use law::case::Subject;
use ledger::{Fault, Tx};

use crate::body::Log;

/// The one an act is addressed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addressee {
    /// The code of the act.
    pub kind: &'static str,
    /// The number of the document the act itself issued; empty where none.
    pub own_number: String,
    /// The word of the document the act is addressed to; empty where it is addressed to none.
    pub document: String,
    /// Its number; empty where it has none.
    pub number: String,
    /// Telephone of the party; none where it has none or it was erased.
    pub phone: Option<String>,
}

/// Whom a standing act is about; none where there is no such act or it was voided.
///
/// # Errors
/// The database fails.
pub fn addressee(tx: &mut Tx<'_>, case: i64, act: u32) -> Result<Option<Addressee>, Fault> {
    let log: Arc<Log> = tx.fold(&crate::stream(case))?;
    let Some(record) = log.case.record(ActNo(act)) else { return Ok(None) };
    let mut found = Addressee {
        kind: record.act.kind().code(),
        own_number: record.allocated.number.clone().unwrap_or_default(),
        ..Addressee::default()
    };
    if let Subject::Document(no) = record.subject
        && let Some(of) = log.case.record(no)
    {
        found.document = of.act.kind().label().to_owned();
        found.number = of.allocated.number.clone().unwrap_or_default();
    }
    if let Some(no) = log.case.party_of_subject(record.subject) {
        let parties = super::file::parties(tx, case)?;
        let party = parties.into_iter().find(|(at, _, _)| *at == i64::from(no.0));
        found.phone = party.and_then(|(_, _, identity)| identity.phone).filter(|phone| !phone.trim().is_empty());
    }
    Ok(Some(found))
}
