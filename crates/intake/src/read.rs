//! Reads for pages and exports: keyset lists, one ticket, counts that stop.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Fault, Row as DbRow, Tx, Value};

pub use casework::read::list::Order;

use crate::clocks::{Clock, clocks};
use crate::tables;
use crate::ticket::{Act, CONTENT, Channel, Kind, NOTE, Stage, Ticket, Track};
use crate::write::Caller;

/// Rows of a page.
pub const PAGE: i64 = 50;
/// Totals stop here and are shown as `10,000+`.
pub const COUNT_MAX: i64 = 10_000;

/// Day of a ticket that has no deadline, after all others.
const NO_DAY: &str = "9999-12-31";

/// Hits of a search that are looked at.
const HITS_MAX: u32 = 1_000;

/// Which tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this unit, or proposed for it and not assigned yet.
    pub unit: Option<String>,
    /// Only from this channel.
    pub channel: Option<Channel>,
    /// Only in these states; empty for all.
    pub stages: Vec<Stage>,
    /// Words of the text, the address or the number; of the tickets that have them, the newest thousand count.
    pub words: Option<String>,
    /// Order.
    pub order: Order,
    /// After this row: `id` for newest, `due,id` for deadlines.
    pub after: Option<String>,
}

impl Filter {
    /// What is still to be done, by deadline: of a unit, or of everybody.
    pub fn todo(unit: Option<String>) -> Filter {
        Filter {
            unit,
            stages: vec![Stage::Received, Stage::Assigned, Stage::Answered],
            order: Order::Due,
            ..Filter::default()
        }
    }
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The ticket.
    pub id: i64,
    /// Number of the source.
    pub order_no: String,
    /// Channel.
    pub channel: Channel,
    /// What is asked.
    pub kind: Kind,
    /// Day of receipt.
    pub received: String,
    /// Beginning of the text.
    pub title: String,
    /// Address.
    pub address: String,
    /// Unit id.
    pub unit: Option<String>,
    /// Name of the unit.
    pub unit_name: Option<String>,
    /// State.
    pub state: Stage,
    /// Next last day.
    pub due: Option<Date>,
    /// The case it led to.
    pub case: Option<i64>,
    /// Urgent.
    pub urgent: bool,
    /// Handled as supervised, review or complex.
    pub track: Option<Track>,
}

const COLUMNS: &str = "t.id, t.order_no, t.channel, t.kind, t.received, t.title, t.address, t.unit, u.name, t.state, t.due, t.case_id, t.urgent, t.track";

fn row(row: &DbRow<'_>) -> Row {
    let due = row.text(10);
    Row {
        id: row.int(0),
        order_no: row.text(1),
        channel: Channel::parse(&row.text(2)).unwrap_or(Channel::Other),
        kind: Kind::parse(&row.text(3)).unwrap_or(Kind::Help),
        received: row.text(4),
        title: row.text(5),
        address: row.text(6),
        unit: row.opt_text(7),
        unit_name: row.opt_text(8),
        state: Stage::parse(&row.text(9)).unwrap_or(Stage::Received),
        due: due.parse().ok().filter(|_| due != NO_DAY),
        case: row.opt_int(11),
        urgent: row.int(12) == 1,
        track: row.opt_text(13).and_then(|t| Track::parse(&t)),
    }
}

/// A page of tickets and the key of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Rows.
    pub rows: Vec<Row>,
    /// Where the next page begins.
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
    let hits = HITS_MAX.max(u32::try_from(limit).unwrap_or(HITS_MAX));
    let mut beyond = false;
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let mut sql = format!(
        "SELECT {COLUMNS} FROM tickets t LEFT JOIN units u ON u.bureau = t.bureau AND u.id = t.unit WHERE t.bureau = $1"
    );
    let ids: Vec<i64>;
    if let Some(words) = filter.words.as_deref().filter(|w| !w.trim().is_empty()) {
        let mut found: Vec<i64> =
            tx.search(Some("ticket"), words, hits)?.iter().filter_map(|h| h.id.parse().ok()).collect();
        let Some(last) = found.last().copied() else { return Ok((Page { rows: Vec::new(), next: None }, false)) };
        beyond = found.len() >= hits as usize;
        // Few different lengths, so that few different statements are prepared.
        let length = found.len().next_power_of_two().max(32);
        found.resize(length, last);
        ids = found;
        let first = args.len() + 1;
        args.extend(ids.iter().map(|id| Value::from(*id)));
        let marks: Vec<String> = (first..=args.len()).map(|n| format!("${n}")).collect();
        sql.push_str(&format!(" AND t.id IN ({})", marks.join(", ")));
    }
    if let Some(unit) = &filter.unit {
        args.push(unit.into());
        sql.push_str(&format!(" AND t.scope = ${}", args.len()));
    }
    if let Some(channel) = filter.channel {
        args.push(channel.code().into());
        sql.push_str(&format!(" AND t.channel = ${}", args.len()));
    }
    if !filter.stages.is_empty() {
        let codes: Vec<String> = filter.stages.iter().map(|s| format!("'{}'", s.code())).collect();
        sql.push_str(&format!(" AND t.state IN ({})", codes.join(", ")));
    }
    filter.order.page(&mut sql, &mut args, "t.", filter.after.as_deref(), limit);
    let mut rows = tx.rows(&sql, &args, |r| Ok(row(r)))?;
    let due = |row: &Row| row.due.map_or_else(|| NO_DAY.into(), |d| d.to_string());
    let next = filter.order.next(&mut rows, limit, |row| (due(row), row.id));
    let more = beyond || next.is_some();
    Ok((Page { rows, next }, more))
}

/// How many tickets stand in each state, each count stopping at [`COUNT_MAX`]; of a unit or of all.
///
/// # Errors
/// The database fails.
pub fn counts(tx: &mut Tx<'_>, unit: Option<&str>) -> Result<Vec<(Stage, i64)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut counts = Vec::new();
    for stage in Stage::ALL {
        let limit = COUNT_MAX.to_string();
        let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), stage.code().into()];
        let mine = if let Some(unit) = unit {
            args.push(unit.into());
            " AND scope = $3"
        } else {
            ""
        };
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM tickets WHERE bureau = $1 AND state = $2{mine} LIMIT {limit}) counted"
        );
        counts.push((*stage, tx.row(&sql, &args, |row| Ok(row.int(0)))?.unwrap_or(0)));
    }
    Ok(counts)
}

/// An act of a ticket with what was written.
#[derive(Debug, Clone)]
pub struct ActRow {
    /// Day.
    pub happened: Date,
    /// When recorded, UTC milliseconds.
    pub recorded_at: i64,
    /// Position in the journal.
    pub position: i64,
    /// Who recorded it.
    pub actor: String,
    /// The act.
    pub act: Act,
    /// The note, none where there is none or it was erased.
    pub note: Option<String>,
}

/// A ticket as its page shows it.
#[derive(Debug, Clone)]
pub struct File {
    /// The ticket.
    pub id: i64,
    /// Version, for the next act's form.
    pub version: i64,
    /// Its row.
    pub row: Row,
    /// Folded.
    pub ticket: Ticket,
    /// The complaint's text.
    pub content: String,
    /// The caller, telephone masked.
    pub caller: Caller,
    /// Acts, oldest first.
    pub acts: Vec<ActRow>,
    /// Terms.
    pub clocks: Vec<Clock>,
}

/// One ticket.
///
/// # Errors
/// The database fails.
pub fn file(tx: &mut Tx<'_>, id: i64) -> Result<Option<File>, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let sql = format!(
        "SELECT {COLUMNS} FROM tickets t LEFT JOIN units u ON u.bureau = t.bureau AND u.id = t.unit WHERE t.bureau = $1 AND t.id = $2"
    );
    let Some(row) = tx.row(&sql, &[b.into(), id.into()], |r| Ok(row(r)))? else { return Ok(None) };
    let entries = tx.stream(&crate::stream(id))?;
    let keys: Vec<(i64, u32)> = entries.iter().flat_map(|e| [(e.position, CONTENT), (e.position, NOTE)]).collect();
    let mut texts = tx.texts(&keys)?;
    let version = entries.last().map_or(0, |e| e.version);
    let content =
        entries.first().and_then(|e| texts.remove(&(e.position, CONTENT))).unwrap_or_else(|| "（已依令删除）".into());
    let mut acts = Vec::new();
    for entry in entries {
        acts.push(ActRow {
            happened: entry.happened_at,
            recorded_at: entry.recorded_at,
            position: entry.position,
            act: tables::act(&entry)?,
            note: texts.remove(&(entry.position, NOTE)),
            actor: entry.actor,
        });
    }
    let ticket = Ticket::of(acts.iter().map(|a| (a.happened, &a.act)));
    let clocks = clocks(&ticket, Corpus::builtin().calendar());
    let caller = mask(caller(tx, id)?);
    Ok(Some(File { id, version, row, ticket, content, caller, acts, clocks }))
}

fn caller(tx: &mut Tx<'_>, id: i64) -> Result<Caller, Fault> {
    let bureau = tx.bureau().to_owned();
    let found = tx.row(
        "SELECT name, phone FROM ticket_callers WHERE bureau = $1 AND ticket = $2",
        &[bureau.as_str().into(), id.into()],
        |row| Ok(Caller { name: row.opt_text(0), phone: row.opt_text(1) }),
    )?;
    Ok(found.unwrap_or_default())
}

fn mask(caller: Caller) -> Caller {
    Caller { name: caller.name.map(|n| masked_name(&n)), phone: caller.phone.map(|p| masked(&p)) }
}

/// The caller in full: for a person with the right, who says why; the asking is recorded.
///
/// # Errors
/// The database fails.
pub fn unmask(tx: &mut Tx<'_>, id: i64, person: u32, reason: &str) -> Result<Caller, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let last = tx.row("SELECT MAX(id) FROM lookups WHERE bureau = $1", &[b.into()], |row| Ok(row.opt_int(0)))?;
    let now = tx.now_ms();
    tx.execute(
        "INSERT INTO lookups (bureau, id, at, person, what, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            b.into(),
            (last.flatten().unwrap_or(0) + 1).into(),
            now.into(),
            i64::from(person).into(),
            (&crate::stream(id)).into(),
            reason.into(),
        ],
    )?;
    caller(tx, id)
}

/// Somebody asked for a caller in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Running number.
    pub id: i64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who.
    pub person: u32,
    /// The ticket.
    pub ticket: i64,
    /// Number of its source. Nothing of what was written in it: whoever audits need not read complaints.
    pub order_no: String,
    /// Why, as they said.
    pub reason: String,
}

/// Who asked for callers in full, the newest before `before` first, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn lookups(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Lookup>, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let mut found = tx.rows(
        "SELECT id, at, person, what, reason FROM lookups WHERE bureau = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        &[b.into(), before.into(), limit.into()],
        |row| {
            Ok(Lookup {
                id: row.int(0),
                at: row.int(1),
                person: u32::try_from(row.int(2)).unwrap_or_default(),
                ticket: row.text(3).strip_prefix("ticket/").and_then(|id| id.parse().ok()).unwrap_or_default(),
                order_no: String::new(),
                reason: row.text(4),
            })
        },
    )?;
    if found.is_empty() {
        return Ok(found);
    }
    let mut args: Vec<Value<'_>> = vec![b.into()];
    args.extend(found.iter().map(|l| Value::from(l.ticket)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT id, order_no FROM tickets WHERE bureau = $1 AND id IN ({})", marks.join(", "));
    let numbers: BTreeMap<i64, String> =
        tx.rows(&sql, &args, |row| Ok((row.int(0), row.text(1))))?.into_iter().collect();
    for lookup in &mut found {
        lookup.order_no = numbers.get(&lookup.ticket).cloned().unwrap_or_default();
    }
    Ok(found)
}

/// `138****5678`; a short number is hidden whole.
pub fn masked(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    chars[..3].iter().chain(&['*', '*', '*', '*']).chain(&chars[chars.len() - 4..]).collect()
}

/// The first character of a name; `罗**`.
pub fn masked_name(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_ends_only() {
        assert_eq!(masked("13812345678"), "138****5678");
        assert_eq!(masked("02159720000"), "021****0000");
        assert_eq!(masked("5972000"), "*******");
        assert_eq!(masked(""), "");
        assert_eq!((masked_name("罗女士"), masked_name("")), ("罗**".into(), String::new()));
    }
}
