//! Who may act for an organ, as the rulebook asks it, by date.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use law::acts::{OrganId, PersonId};
use law::office::{Office, Power, Standing, Validity};
use ledger::{ChainHash, Fault, Tx};

use crate::directory::Directory;
use crate::orders::{self, Orders};
use crate::{Role, STREAM};

/// The standing order in memory, kept until the stream `office` grows.
///
/// The end of the stream is read in the same transaction as the act that is judged or the page that is drawn, so an answer is
/// never older than that transaction's view.
#[derive(Debug, Default, Clone)]
pub struct Standings(Arc<Mutex<HashMap<String, Kept>>>);

/// What was read of one bureau, and the newest entry of the stream at that time.
#[derive(Debug, Default)]
struct Kept {
    end: Option<ChainHash>,
    directory: Option<Arc<Directory>>,
    organs: HashMap<String, (Arc<Office>, Arc<Orders>)>,
}

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
        let [end] = tx.ends([STREAM])?;
        self.with_orders_at(tx, organ, end)
    }

    /// The same where the end of the stream is known already.
    ///
    /// # Errors
    /// The database fails.
    pub fn with_orders_at(
        &self,
        tx: &mut Tx<'_>,
        organ: &str,
        end: Option<ChainHash>,
    ) -> Result<(Arc<Office>, Arc<Orders>), Fault> {
        if let Some(found) = self.with(tx.bureau(), end, |kept| kept.organs.get(organ).cloned()) {
            return Ok(found);
        }
        let read = (Arc::new(read(tx, organ)?), Arc::new(orders::read(tx, organ)?));
        self.with(tx.bureau(), end, |kept| kept.organs.insert(organ.to_owned(), read.clone()));
        Ok(read)
    }

    /// The whole standing order.
    ///
    /// # Errors
    /// The database fails.
    pub fn directory(&self, tx: &mut Tx<'_>) -> Result<Arc<Directory>, Fault> {
        let [end] = tx.ends([STREAM])?;
        self.directory_at(tx, end)
    }

    /// The same where the end of the stream is known already.
    ///
    /// # Errors
    /// The database fails.
    pub fn directory_at(&self, tx: &mut Tx<'_>, end: Option<ChainHash>) -> Result<Arc<Directory>, Fault> {
        if let Some(directory) = self.with(tx.bureau(), end, |kept| kept.directory.clone()) {
            return Ok(directory);
        }
        let directory = Arc::new(Directory::read(tx)?);
        self.with(tx.bureau(), end, |kept| kept.directory = Some(directory.clone()));
        Ok(directory)
    }

    /// What is kept for this end of the stream; what was kept for another is dropped first.
    fn with<T>(&self, bureau: &str, end: Option<ChainHash>, f: impl FnOnce(&mut Kept) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let kept = all.entry(bureau.to_owned()).or_default();
        if kept.end != end {
            *kept = Kept { end, ..Kept::default() };
        }
        f(kept)
    }
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
         ON r.bureau = d.bureau AND r.person = d.from_person AND r.role = d.role \
         JOIN persons t ON t.bureau = d.bureau AND t.id = d.to_person JOIN units u ON u.bureau = t.bureau AND u.id = t.unit AND u.organ = r.organ \
         WHERE d.bureau = $1",
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
            "reviewed_before_2018" => standing.reviewed_before_2018 = true,
            // Other qualifications say nothing about the final review.
            _ => {}
        }
    }
    for (person, name) in
        tx.rows("SELECT id, name FROM persons WHERE bureau = $1", &[b.into()], |row| Ok((row.int(0), row.text(1))))?
    {
        persons.entry(number(person)).or_default().name = name;
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
