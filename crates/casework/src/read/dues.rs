//! The list of fines that are owed, those due first.

use std::collections::BTreeMap;

use law::Day;
use law::money::Fen;
use ledger::{Fault, Tx, Value};

use super::list::PAGE;

/// Whose fines somebody may see or enter payments of: everybody's, one organ's or one unit's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Of the whole bureau.
    Bureau,
    /// Of one organ.
    Organ(String),
    /// Of one unit.
    Unit(String),
}

impl Reach {
    /// Narrows a query whose arguments so far are `args`.
    pub(crate) fn narrow<'a>(&'a self, sql: &mut String, args: &mut Vec<Value<'a>>) {
        let (column, id) = match self {
            Reach::Bureau => return,
            Reach::Organ(id) => ("organ", id),
            Reach::Unit(id) => ("unit", id),
        };
        args.push(id.as_str().into());
        sql.push_str(&format!(" AND {column} = ${}", args.len()));
    }
}

/// A fine that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The case.
    pub case: i64,
    /// The decision's act.
    pub act: i64,
    /// The unit that handles it.
    pub unit: String,
    /// Number of the decision.
    pub number: String,
    /// Name of the party.
    pub party: String,
    /// The fine.
    pub fine: Fen,
    /// What was paid of it.
    pub paid: Fen,
    /// The day the time to pay starts from, not counted, and the last day to pay in time; none while the decision has not reached the party.
    pub term: Option<(Day, Day)>,
}

/// The fines owed, those due first, after a `due,case,act` of the page before.
///
/// # Errors
/// The database fails.
pub fn owed(
    tx: &mut Tx<'_>,
    reach: &Reach,
    after: Option<(&str, i64, i64)>,
) -> Result<(Vec<Due>, Option<String>), Fault> {
    let bureau = tx.bureau().to_owned();
    let mut sql =
        "SELECT case_id, act, unit, number, party, fine, paid, due, since FROM case_dues WHERE bureau = $1 AND state = 'owed'"
            .to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    reach.narrow(&mut sql, &mut args);
    if let Some((due, case, act)) = after {
        let n = args.len();
        args.extend([Value::from(due), Value::from(case), Value::from(act)]);
        sql.push_str(&format!(
            " AND (due > ${0} OR (due = ${0} AND (case_id > ${1} OR (case_id = ${1} AND act > ${2}))))",
            n + 1,
            n + 2,
            n + 3
        ));
    }
    sql.push_str(&format!(" ORDER BY due, case_id, act LIMIT {}", PAGE + 1));
    let mut rows = tx.rows(&sql, &args, |row| {
        Ok((
            row.int(0),
            row.int(1),
            row.text(2),
            row.text(3),
            row.int(4),
            Fen(row.int(5)),
            Fen(row.int(6)),
            row.text(7),
            row.opt_text(8),
        ))
    })?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).map(|row| format!("{},{},{}", row.7, row.0, row.1));
    let names = names(tx, rows.iter().map(|row| row.0))?;
    let list = rows.into_iter().map(|(case, act, unit, number, party, fine, paid, due, since)| {
        let day = |text: &str| text.parse::<Day>().map_err(|_| Fault::Bug(format!("not a day: {text}")));
        let term = since.map(|since| Ok::<_, Fault>((day(&since)?, day(&due)?))).transpose()?;
        let party = names.get(&(case, party)).cloned().unwrap_or_default();
        Ok(Due { case, act, unit, number, party, fine, paid, term })
    });
    Ok((list.collect::<Result<_, Fault>>()?, next))
}

/// Names of the parties of some cases, by case and number.
fn names(tx: &mut Tx<'_>, cases: impl Iterator<Item = i64>) -> Result<BTreeMap<(i64, i64), String>, Fault> {
    let mut cases: Vec<i64> = cases.collect();
    cases.sort_unstable();
    cases.dedup();
    if cases.is_empty() {
        return Ok(BTreeMap::new());
    }
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(cases.iter().map(|case| Value::from(*case)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let sql =
        format!("SELECT case_id, no, name FROM case_parties WHERE bureau = $1 AND case_id IN ({})", marks.join(", "));
    Ok(tx.rows(&sql, &args, |row| Ok(((row.int(0), row.int(1)), row.text(2))))?.into_iter().collect())
}
