//! The list of cases: keyset pages, filters, named orders.

use ledger::{Fault, Row as DbRow, Tx, Value};

pub use super::order::Order;
use crate::tables::cases::tag;

/// Rows of a page.
pub const PAGE: i64 = 50;
/// A word search looks at the newest of this many hits.
const HITS: u32 = 500;

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case.
    pub id: i64,
    /// Organ that signs.
    pub organ: String,
    /// Unit that handles it.
    pub unit: String,
    /// Title.
    pub title: String,
    /// Newest document number.
    pub number: String,
    /// Matter code.
    pub matter: String,
    /// `simple` or `ordinary`.
    pub procedure: String,
    /// Number of its step.
    pub stage: i64,
    /// Where.
    pub place: String,
    /// What it came from, `ticket/12`.
    pub lead: Option<String>,
    /// Opened on.
    pub opened: String,
    /// Filed on.
    pub filed: Option<String>,
    /// Decided on.
    pub decided: Option<String>,
    /// Closed on.
    pub closed: Option<String>,
    /// Fine as it stands, fen.
    pub fine: i64,
    /// Next own deadline, `9999-12-31` when none runs.
    pub due: String,
    /// Which.
    pub due_label: String,
    /// Day it is counted from, empty when none runs.
    pub due_start: String,
    /// It counts working days.
    pub due_workdays: bool,
    /// Marks on its acts.
    pub marks: i64,
    /// Approvals of its acts that are open.
    pub approving: i64,
}

pub(super) const COLUMNS: &str = "id, organ, unit, title, number, matter, procedure, stage, place, lead, opened, filed, decided, closed, fine, due, due_label, due_start, due_workdays, marks, \
     (SELECT COUNT(*) FROM approvals a WHERE a.bureau = cases.bureau AND a.case_id = cases.id AND a.state = 'open')";

pub(super) fn row(row: &DbRow<'_>) -> Row {
    Row {
        id: row.int(0),
        organ: row.text(1),
        unit: row.text(2),
        title: row.text(3),
        number: row.text(4),
        matter: row.text(5),
        procedure: row.text(6),
        stage: row.int(7),
        place: row.text(8),
        lead: row.opt_text(9),
        opened: row.text(10),
        filed: row.opt_text(11),
        decided: row.opt_text(12),
        closed: row.opt_text(13),
        fine: row.int(14),
        due: row.text(15),
        due_label: row.text(16),
        due_start: row.text(17),
        due_workdays: row.int(18) == 1,
        marks: row.int(19),
        approving: row.int(20),
    }
}

/// Which cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this unit.
    pub unit: Option<String>,
    /// Only open, or only closed.
    pub open: Option<bool>,
    /// Only this matter.
    pub matter: Option<String>,
    /// Only this procedure.
    pub procedure: Option<String>,
    /// Words in title, number or place.
    pub words: Option<String>,
    /// Order.
    pub order: Order,
    /// After this row: `id` for newest, `due,id` for deadlines.
    pub after: Option<String>,
}

/// A page of cases and the key of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most [`PAGE`] rows.
    pub rows: Vec<Row>,
    /// Where the next page begins, none on the last.
    pub next: Option<String>,
}

/// One page of the list.
///
/// # Errors
/// The database fails.
pub fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Page, Fault> {
    Ok(rows(tx, filter, PAGE)?.0)
}

/// The same with another length, for a list to take away; and whether there is more than stands in it, on further pages or beyond
/// the hits that a search looks at.
pub(crate) fn rows(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<(Page, bool), Fault> {
    let hits = HITS.max(u32::try_from(limit).unwrap_or(HITS));
    let mut beyond = false;
    let bureau = tx.bureau().to_owned();
    let mut sql = format!("SELECT {COLUMNS} FROM cases WHERE bureau = $1");
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    if let Some(words) = filter.words.as_deref().filter(|w| !w.trim().is_empty()) {
        // Narrowed where the words are looked up, so that a small unit's cases are not lost behind the newest of others.
        let tags: Vec<String> = [("unit", &filter.unit), ("matter", &filter.matter)]
            .into_iter()
            .filter_map(|(what, which)| Some(tag(what, which.as_deref()?)))
            .collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let ids: Vec<i64> =
            tx.search_tagged(Some("case"), words, &tags, hits)?.iter().filter_map(|h| h.id.parse().ok()).collect();
        if ids.is_empty() {
            return Ok((Page { rows: Vec::new(), next: None }, false));
        }
        beyond = ids.len() >= hits as usize;
        let first = args.len() + 1;
        args.extend(ids.into_iter().map(Value::from));
        let marks: Vec<String> = (first..=args.len()).map(|n| format!("${n}")).collect();
        sql.push_str(&format!(" AND id IN ({})", marks.join(", ")));
    }
    for (column, value) in [("unit", &filter.unit), ("matter", &filter.matter), ("procedure", &filter.procedure)] {
        if let Some(value) = value {
            args.push(value.into());
            sql.push_str(&format!(" AND {column} = ${}", args.len()));
        }
    }
    match filter.open {
        Some(true) => sql.push_str(" AND closed IS NULL"),
        Some(false) => sql.push_str(" AND closed IS NOT NULL"),
        None => {}
    }
    filter.order.page(&mut sql, &mut args, "", filter.after.as_deref(), limit);
    let mut rows = tx.rows(&sql, &args, |r| Ok(row(r)))?;
    let next = filter.order.next(&mut rows, limit, |row| (row.due.clone(), row.id));
    let more = beyond || next.is_some();
    Ok((Page { rows, next }, more))
}

/// The cases of these ids, in that order; one statement.
///
/// # Errors
/// The database fails.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Row>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(ids.iter().map(|id| Value::from(*id)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT {COLUMNS} FROM cases WHERE bureau = $1 AND id IN ({})", marks.join(", "));
    let mut rows = tx.rows(&sql, &args, |r| Ok(row(r)))?;
    rows.sort_by_key(|r| ids.iter().position(|id| *id == r.id));
    Ok(rows)
}

/// The row of one case.
///
/// # Errors
/// The database fails.
pub fn one(tx: &mut Tx<'_>, id: i64) -> Result<Option<Row>, Fault> {
    Ok(by_ids(tx, &[id])?.into_iter().next())
}

/// A running clock as the workbench shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The case.
    pub case: i64,
    /// Its title.
    pub title: String,
    /// Its newest number.
    pub number: String,
    /// What ends.
    pub label: String,
    /// Article.
    pub article: String,
    /// Last day.
    pub due: String,
    /// `late`, `lapses` or `opens`.
    pub ends: String,
    /// Day it is counted from.
    pub start: String,
    /// It counts working days.
    pub workdays: bool,
}

/// The running clocks of a unit (or of the bureau), the earliest first, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn dues(tx: &mut Tx<'_>, unit: Option<&str>, limit: i64) -> Result<Vec<Due>, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!(
        "SELECT k.case_id, c.title, c.number, k.label, k.article, k.due, k.ends, k.start, k.workdays FROM case_clocks k JOIN cases c ON c.bureau = k.bureau AND c.id = k.case_id \
         WHERE k.bureau = $1 {} AND c.closed IS NULL ORDER BY k.due, k.case_id LIMIT $2",
        if unit.is_some() { "AND k.unit = $3" } else { "" }
    );
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), limit.into()];
    args.extend(unit.map(Value::from));
    tx.rows(&sql, &args, |row| {
        Ok(Due {
            case: row.int(0),
            title: row.text(1),
            number: row.text(2),
            label: row.text(3),
            article: row.text(4),
            due: row.text(5),
            ends: row.text(6),
            start: row.text(7),
            workdays: row.int(8) == 1,
        })
    })
}
