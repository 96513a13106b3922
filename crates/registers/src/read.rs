//! Reads for pages and sheets: keyset lists, one record with its changes, counts that stop.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Entry, Fault, Row as DbRow, Tx, Value as Db};

use crate::clocks::{Running, clocks};
use crate::descriptor::{Descriptor, Field, Set, Type};
use crate::names::Names;
use crate::state::{Body, Row, State, Value, Voided, read};
use crate::stream;

/// Rows of a page.
pub const PAGE: i64 = 50;
/// Totals stop here and are shown as `10,000+`.
pub const COUNT_MAX: i64 = 10_000;
/// Hits of a search that are looked at.
const HITS_MAX: u32 = 1_000;

/// Which records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// With these words; of the records that have them, the newest thousand count.
    pub words: Option<String>,
    /// Not before this day.
    pub from: Option<Date>,
    /// Not after this day.
    pub until: Option<Date>,
    /// Which of [`Descriptor::all_orders`].
    pub order: usize,
    /// After the record of this key.
    pub after: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its records.
    pub rows: Vec<Listed>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// A record in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Number.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Its fields, without lines.
    pub state: State,
    /// Its terms.
    pub clocks: Vec<Running>,
}

/// One page of a register.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx<'_>, d: &Descriptor, filter: &Filter, limit: i64) -> Result<Page, Fault> {
    let bureau = tx.bureau().to_owned();
    let orders = d.all_orders();
    let order = orders.get(filter.order).unwrap_or(&orders[0]);
    let int = d.field(&order.field).is_some_and(|f| f.ty.is_int());
    let mut args: Vec<Db<'_>> = vec![bureau.as_str().into()];
    let mut sql = format!("SELECT id, title, {} FROM {} WHERE bureau = $1", columns(&d.fields), d.table());
    let ids: Vec<i64>;
    if let Some(words) = filter.words.as_deref().filter(|w| !w.trim().is_empty()) {
        let hits = tx.search(Some(d.search), words, HITS_MAX)?;
        let mut found: Vec<i64> = hits.iter().filter_map(|h| h.id.parse().ok()).collect();
        let Some(last) = found.last().copied() else { return Ok(Page { rows: Vec::new(), next: None }) };
        // Few different lengths, so that few different statements are prepared.
        found.resize(found.len().next_power_of_two().max(32), last);
        ids = found;
        let first = args.len() + 1;
        args.extend(ids.iter().map(|id| Db::from(*id)));
        let marks: Vec<String> = (first..=args.len()).map(|n| format!("${n}")).collect();
        sql.push_str(&format!(" AND id IN ({})", marks.join(", ")));
    }
    let days = [(filter.from, ">="), (filter.until, "<=")].map(|(day, how)| (day.map(|d| d.to_string()), how));
    for (day, how) in &days {
        if let Some(day) = day {
            args.push(day.into());
            sql.push_str(&format!(" AND {} {how} ${}", d.day, args.len()));
        }
    }
    let (than, direction) = if order.descending { ("<", "DESC") } else { (">", "ASC") };
    let after = filter.after.as_deref().and_then(|key| {
        let (value, id) = key.rsplit_once(',')?;
        Some((value.to_owned(), id.parse::<i64>().ok()?))
    });
    if let Some((value, id)) = &after {
        args.push(if int { value.parse::<i64>().unwrap_or(0).into() } else { value.into() });
        args.push((*id).into());
        sql.push_str(&format!(
            " AND ({0} {than} ${1} OR ({0} = ${1} AND id {than} ${2}))",
            order.field,
            args.len() - 1,
            args.len()
        ));
    }
    args.push((limit + 1).into());
    sql.push_str(&format!(" ORDER BY {} {direction}, id {direction} LIMIT ${}", order.field, args.len()));
    let mut rows = tx.rows(&sql, &args, |row| {
        Ok(Listed {
            id: row.int(0),
            title: row.text(1),
            state: State { fields: cells(&d.fields, row, 2), ..State::default() },
            clocks: Vec::new(),
        })
    })?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    for row in &mut rows {
        row.clocks = clocks(d, &row.state, Corpus::builtin().calendar());
    }
    let next = rows.last().filter(|_| more).map(|last| {
        let value = match last.state.fields.get(&order.field) {
            Some(Value::Int(n)) => n.to_string(),
            Some(Value::Bool(yes)) => i64::from(*yes).to_string(),
            Some(Value::Text(text)) => text.clone(),
            _ if int => "0".into(),
            _ => String::new(),
        };
        format!("{value},{}", last.id)
    });
    Ok(Page { rows, next })
}

fn columns(fields: &[Field]) -> String {
    fields.iter().map(|f| f.key.as_str()).collect::<Vec<_>>().join(", ")
}

/// The values of a row of a table, from column `first`.
fn cells(fields: &[Field], row: &DbRow<'_>, first: usize) -> Row {
    let mut values = Row::new();
    for (at, field) in (first..).zip(fields) {
        let value = if field.ty.is_int() {
            row.opt_int(at).map(|n| if field.ty == Type::Bool { Value::Bool(n != 0) } else { Value::Int(n) })
        } else {
            row.opt_text(at).filter(|t| !t.is_empty()).map(|text| match field.ty {
                Type::Persons => Value::Ints(text.split(',').filter_map(|n| n.parse().ok()).collect()),
                Type::Blobs => Value::Texts(text.split(',').map(str::to_owned).collect()),
                _ => Value::Text(text),
            })
        };
        if let Some(value) = value {
            values.insert(field.key.clone(), value);
        }
    }
    values
}

/// The numbers of the records of a register, at most so many.
pub(crate) fn all_ids(tx: &mut Tx<'_>, d: &Descriptor, most: usize) -> Result<Vec<i64>, Fault> {
    let bureau = tx.bureau().to_owned();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let sql = format!("SELECT id FROM {} WHERE bureau = $1 ORDER BY id LIMIT $2", d.table());
    tx.rows(&sql, &[bureau.as_str().into(), most.into()], |row| Ok(row.int(0)))
}

/// Whole states of these records, from the tables, in the order asked for.
pub(crate) fn states(tx: &mut Tx<'_>, d: &Descriptor, ids: &[i64]) -> Result<Vec<(i64, State)>, Fault> {
    const CHUNK: usize = 200;
    let bureau = tx.bureau().to_owned();
    let mut all: BTreeMap<i64, State> = BTreeMap::new();
    for some in ids.chunks(CHUNK) {
        let Some(last) = some.last() else { continue };
        let mut args: Vec<Db<'_>> = vec![bureau.as_str().into()];
        args.extend(some.iter().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(|id| Db::from(*id)));
        let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
        let marks = marks.join(", ");
        let sql = format!("SELECT id, {} FROM {} WHERE bureau = $1 AND id IN ({marks})", columns(&d.fields), d.table());
        let rows = tx.rows(&sql, &args, |row| Ok((row.int(0), cells(&d.fields, row, 1))))?;
        all.extend(rows.into_iter().map(|(id, fields)| (id, State { fields, ..State::default() })));
        for lines in &d.lines {
            let sql = format!(
                "SELECT record, {} FROM {}_{} WHERE bureau = $1 AND record IN ({marks}) ORDER BY record, line",
                columns(&lines.fields),
                d.table(),
                lines.key
            );
            for (id, row) in tx.rows(&sql, &args, |row| Ok((row.int(0), cells(&lines.fields, row, 1))))? {
                if let Some(state) = all.get_mut(&id) {
                    state.lines.entry(lines.key.clone()).or_default().push(row);
                }
            }
        }
    }
    Ok(ids.iter().filter_map(|id| Some((*id, all.remove(id)?))).collect())
}

/// How many records each register has, each count stopping at [`COUNT_MAX`].
///
/// # Errors
/// The database fails.
pub fn counts(tx: &mut Tx<'_>, set: &Set) -> Result<Vec<i64>, Fault> {
    let bureau = tx.bureau().to_owned();
    let count = |d: &Descriptor| {
        format!("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE bureau = $1 LIMIT {COUNT_MAX}) counted", d.table())
    };
    let sql: Vec<String> = set
        .descriptors
        .iter()
        .enumerate()
        .map(|(at, d)| format!("SELECT {at} AS place, ({}) AS many", count(d)))
        .collect();
    let rows = tx.rows(&format!("{} ORDER BY place", sql.join(" UNION ALL ")), &[bureau.as_str().into()], |row| {
        Ok(row.int(1))
    })?;
    Ok(rows)
}

/// How many records a register has, stopping at [`COUNT_MAX`].
///
/// # Errors
/// The database fails.
pub fn count(tx: &mut Tx<'_>, d: &Descriptor) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE bureau = $1 LIMIT {COUNT_MAX}) counted",
        d.table()
    );
    Ok(tx.row(&sql, &[bureau.as_str().into()], |row| Ok(row.int(0)))?.unwrap_or(0))
}

/// A record with all that happened to it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Number.
    pub id: i64,
    /// Version of its stream.
    pub version: i64,
    /// What it is called; of a voided one, only its number is known.
    pub title: String,
    /// Its state, or the last one before it was voided.
    pub state: State,
    /// Why it was voided.
    pub voided: Option<String>,
    /// Its terms.
    pub clocks: Vec<Running>,
    /// What was recorded, oldest first.
    pub history: Vec<Change>,
}

/// One entry of a record's stream.
#[derive(Debug, Clone)]
pub struct Change {
    /// Position in the journal.
    pub position: i64,
    /// Day.
    pub happened: Date,
    /// When recorded, UTC milliseconds.
    pub recorded_at: i64,
    /// Who recorded it.
    pub actor: String,
    /// `register.recorded`, `register.changed` or `register.voided`.
    pub kind: String,
    /// What became of which field: label, before, after.
    pub fields: Vec<(String, String, String)>,
}

/// One record; none where nothing was ever recorded under this number.
///
/// # Errors
/// The database fails.
pub fn record(tx: &mut Tx<'_>, d: &Descriptor, id: i64, names: &mut Names) -> Result<Option<Record>, Fault> {
    let entries = tx.stream(&stream(&d.name, id))?;
    let Some(last) = entries.last() else { return Ok(None) };
    let version = last.version;
    let mut record = Record {
        id,
        version,
        title: format!("{} {id}", d.title),
        state: State::default(),
        voided: None,
        clocks: Vec::new(),
        history: Vec::new(),
    };
    for entry in &entries {
        let fields = if entry.kind == "register.voided" {
            let body: Voided = read(entry)?;
            let reason = if body.reason.is_empty() { None } else { tx.text(entry.position, 1)? };
            record.voided = Some(reason.unwrap_or_else(|| crate::state::ERASED.into()));
            Vec::new()
        } else {
            let state = Body::of(tx, entry)?.state;
            let fields =
                if entry.version == 1 { Vec::new() } else { differences(tx, d, names, &record.state, &state)? };
            record.state = state;
            fields
        };
        record.history.push(change(entry, fields));
    }
    if record.voided.is_none() {
        let bureau = tx.bureau().to_owned();
        let sql = format!("SELECT title FROM {} WHERE bureau = $1 AND id = $2", d.table());
        let title = tx.row(&sql, &[bureau.as_str().into(), id.into()], |row| Ok(row.text(0)))?;
        record.title = title.unwrap_or(record.title);
        record.clocks = clocks(d, &record.state, Corpus::builtin().calendar());
    }
    Ok(Some(record))
}

fn change(entry: &Entry, fields: Vec<(String, String, String)>) -> Change {
    Change {
        position: entry.position,
        happened: entry.happened_at,
        recorded_at: entry.recorded_at,
        actor: entry.actor.clone(),
        kind: entry.kind.clone(),
        fields,
    }
}

/// Fields that differ, and kinds of lines by how many rows came and went.
fn differences(
    tx: &mut Tx<'_>,
    d: &Descriptor,
    names: &mut Names,
    before: &State,
    after: &State,
) -> Result<Vec<(String, String, String)>, Fault> {
    let mut found = Vec::new();
    for field in &d.fields {
        let (old, new) = (before.fields.get(&field.key), after.fields.get(&field.key));
        if old != new {
            found.push((field.label.clone(), names.text(tx, field, old)?, names.text(tx, field, new)?));
        }
    }
    for lines in &d.lines {
        let none = Vec::new();
        let (old, new) = (before.lines.get(&lines.key).unwrap_or(&none), after.lines.get(&lines.key).unwrap_or(&none));
        if old == new {
            continue;
        }
        // Rows have no numbers of their own: the first that differs is enough to see where to look.
        let rows = old.len().max(new.len());
        for at in (0..rows).filter(|at| old.get(*at) != new.get(*at)).take(5) {
            let label = format!("{}第 {} 行", lines.label, at + 1);
            let said = [said(tx, names, &lines.fields, old.get(at))?, said(tx, names, &lines.fields, new.get(at))?];
            let [old, new] = said;
            found.push((label, old, new));
        }
    }
    Ok(found)
}

/// A row of lines in words.
pub(crate) fn said(tx: &mut Tx<'_>, names: &mut Names, fields: &[Field], row: Option<&Row>) -> Result<String, Fault> {
    let Some(row) = row else { return Ok(String::new()) };
    let mut parts = Vec::new();
    for field in fields {
        let text = names.text(tx, field, row.get(&field.key))?;
        if !text.is_empty() {
            parts.push(text);
        }
    }
    Ok(parts.join("，"))
}

/// Whole records to be quoted, oldest first, at most so many: those whose day lies within the days given or, where `standing` is a day, those
/// that had begun by then and whose day `ended` had not come.
///
/// # Errors
/// The database fails.
pub fn quoted(
    tx: &mut Tx<'_>,
    d: &Descriptor,
    from: Option<Date>,
    until: Date,
    standing: Option<Date>,
    most: usize,
) -> Result<Vec<(i64, String, State)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let from = from.map_or_else(String::new, |day| day.to_string());
    let until = until.to_string();
    let standing = standing.filter(|_| d.field("ended").is_some()).map(|day| day.to_string());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut args: Vec<Db<'_>> = vec![bureau.as_str().into(), from.as_str().into(), until.as_str().into(), most.into()];
    let mut still = "";
    if let Some(day) = &standing {
        args.push(day.as_str().into());
        still = " AND COALESCE(ended, '9999-12-31') >= $5";
    }
    let sql = format!(
        "SELECT id, title FROM {0} WHERE bureau = $1 AND {1} >= $2 AND {1} <= $3{still} ORDER BY {1}, id LIMIT $4",
        d.table(),
        d.day
    );
    let found = tx.rows(&sql, &args, |row| Ok((row.int(0), row.text(1))))?;
    let ids: Vec<i64> = found.iter().map(|r| r.0).collect();
    let mut titles: BTreeMap<i64, String> = found.into_iter().collect();
    let states = states(tx, d, &ids)?;
    Ok(states.into_iter().map(|(id, state)| (id, titles.remove(&id).unwrap_or_default(), state)).collect())
}
