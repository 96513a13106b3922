//! Who may act for an organ, as the rulebook asks it, by date.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use law::acts::{OrganId, PersonId};
use law::office::{Office, Power, Standing, Validity};
use ledger::{Fault, Tx};

use crate::orders::{self, Orders};
use crate::{Role, STREAM};

/// Standings by organ, kept until the stream `office` grows.
///
/// The version is read in the same transaction as the act that is judged, so an answer is never older than that
/// transaction's view.
#[derive(Debug, Default, Clone)]
pub struct Standings(Arc<Mutex<HashMap<String, Kept>>>);

/// A standing, who signs for whom, and the version of the stream they were read at.
type Kept = (i64, Arc<Office>, Arc<Orders>);

impl Standings {
    /// The standing of everybody with regard to `organ`.
    ///
    /// # Errors
    /// The database fails.
    pub fn of(&self, tx: &mut Tx<'_>, organ: &str) -> Result<Arc<Office>, Fault> {
        Ok(self.with_orders(tx, organ)?.0)
    }

    /// The same, with who holds which role and what the organ has approved by whom.
    ///
    /// # Errors
    /// The database fails.
    pub fn with_orders(&self, tx: &mut Tx<'_>, organ: &str) -> Result<(Arc<Office>, Arc<Orders>), Fault> {
        let version = version(tx)?;
        let key = format!("{}\u{1f}{organ}", tx.bureau());
        {
            let kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
            if let Some((at, office, orders)) = kept.get(&key)
                && *at == version
            {
                return Ok((office.clone(), orders.clone()));
            }
        }
        let (office, orders) = (Arc::new(read(tx, organ)?), Arc::new(orders::read(tx, organ)?));
        let kept = (version, office.clone(), orders.clone());
        self.0.lock().unwrap_or_else(|e| e.into_inner()).insert(key, kept);
        Ok((office, orders))
    }
}

/// The number of changes so far.
fn version(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let version = tx.row(
        "SELECT MAX(version) FROM journal WHERE bureau = $1 AND stream = $2",
        &[bureau.as_str().into(), STREAM.into()],
        |row| Ok(row.opt_int(0)),
    )?;
    Ok(version.flatten().unwrap_or(0))
}

pub(crate) fn day(text: &str) -> Result<Date, Fault> {
    text.parse().map_err(|_| Fault::Bug(format!("not a day: {text}")))
}

fn validity(from: &str, to: Option<&str>) -> Result<Validity, Fault> {
    Ok(Validity { from: day(from)?, to: to.map(day).transpose()? })
}

fn read(tx: &mut Tx<'_>, organ: &str) -> Result<Office, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let demonstration = tx
        .row("SELECT demonstration FROM bureaus WHERE bureau = $1", &[b.into()], |row| Ok(row.int(0)))?
        .is_some_and(|d| d == 1);
    let mut persons: BTreeMap<PersonId, Standing> = BTreeMap::new();
    let number = |n: i64| PersonId(u32::try_from(n).expect("person numbers stay below 2^32"));
    for (person, from, to) in tx.rows(
        "SELECT person, from_day, to_day FROM certificates WHERE bureau = $1 ORDER BY person, from_day",
        &[b.into()],
        |row| Ok((row.int(0), row.text(1), row.text(2))),
    )? {
        persons.entry(number(person)).or_default().certificates.push(validity(&from, Some(&to))?);
    }
    for (person, role, from, to, of) in tx.rows(
        "SELECT person, role, from_day, to_day, organ FROM roles WHERE bureau = $1 AND role IN ('head', 'deputy_head', 'legal_reviewer', 'squad_legal_officer') \
         UNION ALL SELECT d.to_person, d.role, CASE WHEN r.from_day > d.from_day THEN r.from_day ELSE d.from_day END, \
         CASE WHEN r.to_day < d.to_day THEN r.to_day ELSE d.to_day END, r.organ FROM delegations d JOIN roles r \
         ON r.bureau = d.bureau AND r.person = d.from_person AND r.role = d.role WHERE d.bureau = $1",
        &[b.into()],
        |row| Ok((row.int(0), row.text(1), row.text(2), row.opt_text(3), row.text(4))),
    )? {
        let standing = persons.entry(number(person)).or_default();
        let validity = validity(&from, to.as_deref())?;
        match Role::parse(&role) {
            Some(Role::Head | Role::DeputyHead) if of == organ => standing.head.push(validity),
            // The district's reviewers review for every organ; a squad's legal officer for the own one.
            Some(Role::LegalReviewer) => standing.reviewer.push(validity),
            Some(Role::SquadLegalOfficer) if of == organ => standing.reviewer.push(validity),
            _ => {}
        }
    }
    for (person, kind, from) in
        tx.rows("SELECT person, kind, from_day FROM qualifications WHERE bureau = $1", &[b.into()], |row| {
            Ok((row.int(0), row.text(1), row.text(2)))
        })?
    {
        let standing = persons.entry(number(person)).or_default();
        match kind.as_str() {
            "legal" => standing.legal_qualification = Some(day(&from)?),
            _ => standing.reviewed_before_2018 = true,
        }
    }
    let mut powers = Vec::new();
    for (matter, from, to, basis, confirmed) in tx.rows(
        "SELECT matter, from_day, to_day, basis, confirmed FROM powers WHERE bureau = $1 AND organ = $2 ORDER BY matter, from_day",
        &[b.into(), organ.into()],
        |row| Ok((row.text(0), row.text(1), row.opt_text(2), row.text(3), row.int(4))),
    )? {
        powers.push(Power {
            matter,
            from: day(&from)?,
            to: to.as_deref().map(day).transpose()?,
            basis,
            confirmed: confirmed == 1,
        });
    }
    Ok(Office { organ: OrganId(organ.into()), demonstration, persons, powers })
}
