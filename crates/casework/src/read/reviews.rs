//! What waits for a legal officer, the hearings by their day, and the sheet of a file for whoever reviews it.

use std::sync::Arc;

use law::Day;
use law::grade::{Sheet, sheet};
use law::judge::{Neighbours, Now};
use ledger::{Fault, Tx, Value};

use super::list::{self, PAGE, Row};
use crate::Casework;
use crate::body::Log;

/// Hearings of one month at most.
pub const HEARINGS: i64 = 500;

/// A case that waits for legal review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The case.
    pub row: Row,
    /// Since when.
    pub since: Day,
}

/// A hearing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hearing {
    /// The case.
    pub case: i64,
    /// The notice's act.
    pub act: i64,
    /// The case's title.
    pub title: String,
    /// The unit that handles it.
    pub unit: String,
    /// The day.
    pub day: Day,
    /// The time, `09:30:00`.
    pub time: String,
    /// The place.
    pub place: String,
    /// Who presides.
    pub chair: u32,
    /// Whether anybody may come.
    pub open: bool,
    /// `set`, `held`, `ended` or `moved`.
    pub state: String,
}

/// The cases that wait for review, those that wait longest first; of one unit or of all, after a `since,case` of the page before.
///
/// # Errors
/// The database fails.
pub fn waiting(
    tx: &mut Tx<'_>,
    unit: Option<&str>,
    after: Option<(&str, i64)>,
) -> Result<(Vec<Waiting>, Option<String>), Fault> {
    let bureau = tx.bureau().to_owned();
    let mut sql = "SELECT case_id, since FROM case_reviews WHERE bureau = $1".to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    if let Some(unit) = unit {
        args.push(unit.into());
        sql.push_str(&format!(" AND unit = ${}", args.len()));
    }
    if let Some((since, case)) = after {
        args.push(since.into());
        args.push(case.into());
        let n = args.len();
        sql.push_str(&format!(" AND (since > ${0} OR (since = ${0} AND case_id > ${1}))", n - 1, n));
    }
    sql.push_str(&format!(" ORDER BY since, case_id LIMIT {}", PAGE + 1));
    let mut found = tx.rows(&sql, &args, |row| Ok((row.int(0), row.text(1))))?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|(case, since)| format!("{since},{case}"));
    let ids: Vec<i64> = found.iter().map(|(case, _)| *case).collect();
    let rows = list::by_ids(tx, &ids)?;
    let mut list = Vec::new();
    for (case, since) in found {
        let since = since.parse().map_err(|_| Fault::Bug(format!("not a day: {since}")))?;
        list.extend(rows.iter().find(|row| row.id == case).map(|row| Waiting { row: row.clone(), since }));
    }
    Ok((list, next))
}

/// The hearings from a day to a day, in their order; of one unit or of all. And whether there are more than [`HEARINGS`].
///
/// # Errors
/// The database fails.
pub fn hearings(tx: &mut Tx<'_>, unit: Option<&str>, from: Day, to: Day) -> Result<(Vec<Hearing>, bool), Fault> {
    let bureau = tx.bureau().to_owned();
    let (from, to) = (from.to_string(), to.to_string());
    let mut sql = "SELECT h.case_id, h.act, c.title, h.unit, h.day, h.time, h.place, h.chair, h.open, h.state FROM case_hearings h \
         JOIN cases c ON c.bureau = h.bureau AND c.id = h.case_id WHERE h.bureau = $1 AND h.day >= $2 AND h.day <= $3"
        .to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), (&from).into(), (&to).into()];
    if let Some(unit) = unit {
        args.push(unit.into());
        sql.push_str(" AND h.unit = $4");
    }
    sql.push_str(&format!(" ORDER BY h.day, h.time, h.case_id, h.act LIMIT {}", HEARINGS + 1));
    let rows = tx.rows(&sql, &args, |row| {
        Ok((
            (row.int(0), row.int(1), row.text(2), row.text(3), row.text(4)),
            (row.text(5), row.text(6), row.int(7), row.int(8) == 1, row.text(9)),
        ))
    })?;
    let more = rows.len() > usize::try_from(HEARINGS).unwrap_or(usize::MAX);
    let list = rows.into_iter().take(usize::try_from(HEARINGS).unwrap_or(usize::MAX)).map(
        |((case, act, title, unit, day), (time, place, chair, open, state))| {
            let day = day.parse().map_err(|_| Fault::Bug(format!("not a day: {day}")))?;
            Ok(Hearing {
                case,
                act,
                title,
                unit,
                day,
                time,
                place,
                chair: u32::try_from(chair).unwrap_or(0),
                open,
                state,
            })
        },
    );
    Ok((list.collect::<Result<_, Fault>>()?, more))
}

impl Casework {
    /// The sheet of a case as it stands on a day: what the rules say of each point of a file, for whoever reviews it. None where there is
    /// no such case.
    ///
    /// # Errors
    /// The database fails.
    pub fn sheet(&self, tx: &mut Tx<'_>, id: i64, today: Day) -> Result<Option<Sheet>, Fault> {
        let Some(row) = list::one(tx, id)? else { return Ok(None) };
        let log: Arc<Log> = tx.fold(&crate::stream(id))?;
        let order = self.order(tx, &row.organ)?;
        let now = Now {
            today,
            corpus: self.corpus,
            calendar: self.corpus.calendar(),
            office: &order.office,
            neighbours: Neighbours::default(),
            verified: &order.verified,
        };
        Ok(Some(sheet(log.case.log(), today, &now)))
    }
}
