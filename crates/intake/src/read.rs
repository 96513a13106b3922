//! Reads for pages and exports: keyset lists, one ticket, counts that stop.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Fault, Row as DbRow, Tx, Value};

use crate::act::{Act, CONTENT, NOTE};
use crate::clocks::{Clock, clocks};
use crate::insight::{Cell, Quality};
pub use crate::order::Order;
use crate::tables::{self, NO_DAY};
use crate::ticket::Ticket;
use crate::words::{Channel, Kind, Stage, Track};
use crate::write::Caller;

/// Rows of a page.
pub const PAGE: i64 = 50;
/// Asks for those that have no unit, town or matter.
pub const NONE: &str = "none";
/// Totals stop here and are shown as `10,000+`.
pub const COUNT_MAX: i64 = 10_000;

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
    /// Only about this matter, or of this group of matters (one letter).
    pub matter: Option<String>,
    /// Only from this town.
    pub town: Option<String>,
    /// Received in these days, both ends counted.
    pub received: Option<(Date, Date)>,
    /// Only what is late, by this day.
    pub late: Option<Date>,
    /// Only what this unit handles together with another.
    pub with: Option<String>,
    /// Only what a figure counts, as of a day.
    pub quality: Option<(Quality, Date)>,
    /// The period in which such a figure tells repeats, where it is another than that of receipt.
    pub span: Option<(Date, Date)>,
    /// Only of this place of the gazetteer.
    pub place: Option<String>,
    /// Only in this cell of the ground.
    pub cell: Option<Cell>,
    /// Words of the text, the address or the number; of the tickets that have them, the newest thousand count.
    pub words: Option<String>,
    /// Order.
    pub order: Order,
    /// After this row, as [`Page::next`] gave it.
    pub after: Option<String>,
}

/// Rows that are rather sorted than passed over.
const SORTED: i64 = 3_000;

impl Filter {
    /// The order in which the rows are walked: what is over has no deadline and presses no more, so its oldest come first, which is the same
    /// order by another index.
    fn walked(&self) -> Order {
        let over = |s: &Stage| matches!(s, Stage::Closed | Stage::Returned | Stage::Transferred);
        let all_over = !self.stages.is_empty() && self.stages.iter().all(over);
        if all_over && matches!(self.order, Order::Due | Order::Urgent) { Order::Oldest } else { self.order }
    }

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
    /// Code of the matter, settled or proposed.
    pub matter: Option<String>,
    /// A person settled the matter.
    pub settled: bool,
    /// The ticket it follows.
    pub follows: Option<i64>,
    /// Tickets that follow it.
    pub followers: i64,
    /// Its term stands still.
    pub still: bool,
    /// An answer waits for approval.
    pub drafted: bool,
    /// Looked at again so often.
    pub reopened: i64,
    /// The day of the next look.
    pub follow_up: Option<Date>,
    /// WGS-84, millionths of a degree.
    pub at: Option<(i64, i64)>,
    /// The town.
    pub town: Option<String>,
    /// It needs care: words in it say so.
    pub sensitive: bool,
    rank: String,
    updated: i64,
}

const COLUMNS: &str = "t.id, t.order_no, t.channel, t.kind, t.received, t.title, t.address, t.unit, t.state, t.due, t.case_id, t.urgent, t.track, \
    t.matter, t.settled, t.follows, t.followers, t.still, t.drafted, t.reopened, t.follow_up, t.lon, t.lat, t.town, t.rank, t.updated, t.sensitive, u.name";
const FROM: &str = "tickets t LEFT JOIN units u ON u.bureau = t.bureau AND u.id = t.unit";

fn row(row: &DbRow<'_>) -> Row {
    let due = row.text(9);
    Row {
        id: row.int(0),
        order_no: row.text(1),
        channel: Channel::parse(&row.text(2)).unwrap_or(Channel::Other),
        kind: Kind::parse(&row.text(3)).unwrap_or(Kind::Help),
        received: row.text(4),
        title: row.text(5),
        address: row.text(6),
        unit: row.opt_text(7),
        state: Stage::parse(&row.text(8)).unwrap_or(Stage::Received),
        due: due.parse().ok().filter(|_| due != NO_DAY),
        case: row.opt_int(10),
        urgent: row.int(11) == 1,
        track: row.opt_text(12).and_then(|t| Track::parse(&t)),
        matter: row.opt_text(13),
        settled: row.int(14) == 1,
        follows: row.opt_int(15),
        followers: row.int(16),
        still: row.int(17) == 1,
        drafted: row.int(18) == 1,
        reopened: row.int(19),
        follow_up: row.opt_text(20).and_then(|d| d.parse().ok()),
        at: row.opt_int(21).zip(row.opt_int(22)),
        town: row.opt_text(23),
        rank: row.text(24),
        updated: row.int(25),
        sensitive: row.int(26) == 1,
        unit_name: row.opt_text(27),
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
    let mut sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE t.bureau = $1");
    let ids: Vec<i64>;
    let way = way(tx, filter)?;
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
    // A column the way does not go by is compared as an expression, so that no planner is tempted by its index.
    let column = |name: &str, by: Way| if way == by { format!("t.{name}") } else { format!("t.{name} || ''") };
    if filter.unit.as_deref() == Some(NONE) {
        sql.push_str(" AND t.scope = ''");
    } else if let Some(unit) = &filter.unit {
        args.push(unit.into());
        sql.push_str(&format!(" AND {} = ${}", column("scope", Way::Scope), args.len()));
    }
    if let Some(channel) = filter.channel {
        args.push(channel.code().into());
        sql.push_str(&format!(" AND {} = ${}", column("channel", Way::Channel), args.len()));
    }
    if !filter.stages.is_empty() {
        let codes: Vec<String> = filter.stages.iter().map(|s| format!("'{}'", s.code())).collect();
        sql.push_str(&format!(" AND {} IN ({})", column("state", Way::Stage), codes.join(", ")));
    }
    let group;
    if let Some(matter) = &filter.matter {
        if matter == NONE {
            sql.push_str(" AND t.matter IS NULL");
        } else if matter.chars().count() == 1 {
            group = format!("{matter}%");
            args.push((&group).into());
            sql.push_str(&format!(" AND t.matter LIKE ${}", args.len()));
        } else {
            args.push(matter.into());
            sql.push_str(&format!(" AND {} = ${}", column("matter", Way::Matter), args.len()));
        }
    }
    if filter.town.as_deref() == Some(NONE) {
        sql.push_str(" AND t.town IS NULL");
    } else if let Some(town) = &filter.town {
        args.push(town.into());
        sql.push_str(&format!(" AND t.town = ${}", args.len()));
    }
    let days;
    if let Some((from, to)) = filter.received {
        days = [from.to_string(), to.to_string()];
        args.extend([Value::from(&days[0]), Value::from(&days[1])]);
        sql.push_str(&format!(" AND t.received >= ${} AND t.received <= ${}", args.len() - 1, args.len()));
    }
    let today;
    if let Some(late) = filter.late {
        today = late.to_string();
        args.push((&today).into());
        sql.push_str(&format!(" AND t.due < ${}", args.len()));
    }
    if let Some(unit) = &filter.with {
        args.push(unit.into());
        sql.push_str(&format!(
            " AND t.id IN (SELECT w.ticket FROM ticket_units w WHERE w.bureau = $1 AND w.unit = ${})",
            args.len()
        ));
    }
    if let Some((quality, today)) = filter.quality {
        sql.push_str(&format!(" AND {}", quality.sql(today, filter.span.or(filter.received))));
    }
    if let Some(place) = &filter.place {
        args.push(place.into());
        sql.push_str(&format!(" AND t.place = ${}", args.len()));
    }
    if let Some(cell) = filter.cell {
        // Ground that is not there has no tickets.
        args.extend(cell.bounds().unwrap_or([-1; 4]).map(Value::from));
        let n = args.len();
        sql.push_str(&format!(
            " AND t.lon >= ${} AND t.lon < ${} AND t.lat >= ${} AND t.lat < ${n}",
            n - 3,
            n - 2,
            n - 1
        ));
    }
    let order = filter.walked();
    order.page(&mut sql, &mut args, filter.after.as_deref(), limit);
    let mut rows = tx.rows(&sql, &args, |r| Ok(row(r)))?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| {
        let day = |d: Option<Date>| d.map(|d| d.to_string());
        let due = day(row.due).unwrap_or_else(|| NO_DAY.into());
        order.key(row.id, &due, &row.rank, row.updated, day(row.follow_up).as_deref())
    });
    Ok((Page { rows, next }, beyond || more))
}

/// By which index a list is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Order,
    Scope,
    Channel,
    Stage,
    Matter,
}

/// The way with the fewest rows to look at, by the counts there are: the rows of an index that stand in the wanted order are walked until the page is
/// full, those of another are all read and sorted.
fn way(tx: &mut Tx<'_>, filter: &Filter) -> Result<Way, Fault> {
    if filter.words.as_deref().is_some_and(|w| !w.trim().is_empty())
        || filter.received.is_some()
        || filter.with.is_some()
        || filter.unit.as_deref() == Some(NONE)
    {
        return Ok(Way::Order);
    }
    let newest = matches!(filter.walked(), Order::Newest | Order::Oldest);
    if let Some(matter) = filter.matter.as_ref().filter(|m| m.chars().count() > 1) {
        // Few of a matter are all read and sorted; of many there is soon a page in any order.
        let bureau = tx.bureau().to_owned();
        let few = newest
            || tx
                .row(
                    "SELECT COUNT(*) FROM (SELECT 1 AS one FROM tickets WHERE bureau = $1 AND matter = $2 LIMIT $3) counted",
                    &[bureau.as_str().into(), matter.into(), SORTED.into()],
                    |row| Ok(row.int(0)),
                )?
                .is_none_or(|rows| rows < SORTED);
        return Ok(if few { Way::Matter } else { Way::Order });
    }
    if filter.unit.is_none() && filter.channel.is_none() && filter.stages.is_empty() {
        return Ok(Way::Order);
    }
    let counts = tallies(tx)?;
    let sum = |scope: bool, channel: bool, stage: bool| -> i64 {
        counts
            .iter()
            .filter(|c| !scope || filter.unit.as_ref().is_none_or(|u| *u == c.scope))
            .filter(|c| !channel || filter.channel.is_none_or(|ch| ch == c.channel))
            .filter(|c| !stage || filter.stages.is_empty() || filter.stages.contains(&c.stage))
            .map(|c| c.tickets)
            .sum()
    };
    let wanted = sum(true, true, true).max(1);
    // How many rows are looked at: all where they must be sorted, else so many that a page of the wanted ones is among them.
    let cost = |rows: i64, sorted: bool| if sorted { rows.min(rows / wanted * PAGE + PAGE) } else { rows * 3 };
    let one_stage = filter.stages.len() == 1;
    let mut ways = vec![(cost(sum(false, false, false), true), Way::Order)];
    if filter.unit.is_some() {
        ways.push((
            cost(sum(true, false, false), newest || matches!(filter.walked(), Order::Urgent | Order::Updated)),
            Way::Scope,
        ));
    }
    if filter.channel.is_some() {
        ways.push((cost(sum(false, true, false), newest), Way::Channel));
    }
    if !filter.stages.is_empty() {
        ways.push((cost(sum(false, false, true), one_stage && (newest || filter.walked() == Order::Due)), Way::Stage));
    }
    Ok(ways.into_iter().min_by_key(|w| w.0).map_or(Way::Order, |w| w.1))
}

/// How many tickets of a unit, channel and state there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Unit that has them or is proposed.
    pub scope: String,
    /// Channel.
    pub channel: Channel,
    /// State.
    pub stage: Stage,
    /// How many.
    pub tickets: i64,
}

/// Every count there is; some hundreds.
///
/// # Errors
/// The database fails.
pub fn tallies(tx: &mut Tx<'_>) -> Result<Vec<Tally>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT scope, channel, state, tickets FROM ticket_counts WHERE bureau = $1 AND tickets > 0",
        &[bureau.as_str().into()],
        |row| {
            let (channel, stage) = (Channel::parse(&row.text(1)), Stage::parse(&row.text(2)));
            Ok(channel.zip(stage).map(|(channel, stage)| Tally {
                scope: row.text(0),
                channel,
                stage,
                tickets: row.int(3),
            }))
        },
    )?;
    Ok(rows.into_iter().flatten().collect())
}

/// How many tickets stand in each state, of a unit or of all.
///
/// # Errors
/// The database fails.
pub fn counts(tx: &mut Tx<'_>, unit: Option<&str>) -> Result<Vec<(Stage, i64)>, Fault> {
    let tallies = tallies(tx)?;
    let of = |stage: Stage| {
        let mine = tallies.iter().filter(|t| t.stage == stage && unit.is_none_or(|unit| unit == t.scope));
        mine.map(|t| t.tickets).sum()
    };
    Ok(Stage::ALL.iter().map(|stage| (*stage, of(*stage))).collect())
}

/// How many tickets each unit has under way.
///
/// # Errors
/// The database fails.
pub fn load(tx: &mut Tx<'_>) -> Result<BTreeMap<String, i64>, Fault> {
    let mut load = BTreeMap::new();
    for tally in tallies(tx)? {
        if matches!(tally.stage, Stage::Assigned | Stage::Answered) {
            *load.entry(tally.scope).or_insert(0) += tally.tickets;
        }
    }
    Ok(load)
}

/// The ticket of this source and number.
///
/// # Errors
/// The database fails.
pub fn of_order(tx: &mut Tx<'_>, source: &str, order_no: &str) -> Result<Option<i64>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row(
        "SELECT id FROM tickets WHERE bureau = $1 AND source = $2 AND order_no = $3",
        &[bureau.as_str().into(), source.into(), order_no.into()],
        |row| Ok(row.int(0)),
    )
}

/// Rows by number, in no order.
///
/// # Errors
/// The database fails.
pub fn of_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Row>, Fault> {
    let Some(last) = ids.last().copied() else { return Ok(Vec::new()) };
    let bureau = tx.bureau().to_owned();
    let length = ids.len().next_power_of_two().max(8);
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(ids.iter().copied().chain(std::iter::repeat_n(last, length - ids.len())).map(Value::from));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE t.bureau = $1 AND t.id IN ({})", marks.join(", "));
    tx.rows(&sql, &args, |r| Ok(row(r)))
}

/// Tickets that follow this one, the oldest first, at most a hundred.
///
/// # Errors
/// The database fails.
pub fn followers(tx: &mut Tx<'_>, id: i64) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE t.bureau = $1 AND t.follows = $2 ORDER BY t.id LIMIT 100");
    tx.rows(&sql, &[bureau.as_str().into(), id.into()], |r| Ok(row(r)))
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
    /// The code by which the caller follows it.
    pub code: Option<String>,
    /// Tickets it belongs with.
    pub linked: Vec<i64>,
}

/// One ticket.
///
/// # Errors
/// The database fails.
pub fn file(tx: &mut Tx<'_>, id: i64) -> Result<Option<File>, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE t.bureau = $1 AND t.id = $2");
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
    let code =
        tx.row("SELECT code FROM ticket_callers WHERE bureau = $1 AND ticket = $2", &[b.into(), id.into()], |row| {
            Ok(row.opt_text(0))
        })?;
    let linked = tx.rows(
        "SELECT other FROM ticket_links WHERE bureau = $1 AND one = $2 ORDER BY other LIMIT 50",
        &[b.into(), id.into()],
        |row| Ok(row.int(0)),
    )?;
    Ok(Some(File { id, version, row, ticket, content, caller, acts, clocks, code: code.flatten(), linked }))
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
