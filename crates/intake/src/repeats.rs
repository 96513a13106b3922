//! Complaints about the same thing: what is kept of each to find its fellows, and the search among all of them.
//!
//! Kept beside the journal and not rebuilt: traces hold hashes of a text's words, which go when the text is erased, and they depend on the model
//! of their day. `Intake::retrace` makes them anew.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use ledger::{Fault, Table, TableKind, Tx, Value};
use understanding::{Likeness, Trace, hash, likeness};

use crate::read::Row;

pub(crate) const TRACES_TABLE: Table = Table {
    name: "ticket_traces",
    create: "CREATE TABLE ticket_traces (bureau TEXT NOT NULL, ticket BIGINT NOT NULL, day BIGINT NOT NULL, trace BYTEA NOT NULL, PRIMARY KEY (bureau, ticket))",
    indexes: &[],
    kind: TableKind::Primary,
};

pub(crate) const KEYS_TABLE: Table = Table {
    name: "ticket_keys",
    create: "CREATE TABLE ticket_keys (bureau TEXT NOT NULL, key BIGINT NOT NULL, ticket BIGINT NOT NULL, PRIMARY KEY (bureau, key, ticket))",
    indexes: &[],
    kind: TableKind::Primary,
};

/// Days since a fixed one.
pub(crate) fn day(on: Date) -> i32 {
    let since = date(2000, 1, 1);
    since.until(on).map_or(0, |span| span.get_days())
}

/// A caller by telephone: the last eight digits, hashed; none for what is too short to tell anybody.
pub(crate) fn caller(phone: &str) -> Option<u64> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().checked_sub(8)?..)?;
    Some(hash(&["caller", tail]))
}

/// A trace as bytes, little endian: a fixed head, then the sketch.
pub(crate) fn encode(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96 + trace.sketch.len() * 4);
    bytes.push(1);
    bytes.extend(trace.day.to_le_bytes());
    for family in trace.families {
        bytes.extend(family.to_le_bytes());
    }
    for hash in [trace.place, trace.named, trace.road, trace.caller] {
        bytes.push(u8::from(hash.is_some()));
        bytes.extend(hash.unwrap_or(0).to_le_bytes());
    }
    bytes.push(u8::from(trace.point.is_some()));
    for degrees in trace.point.unwrap_or([0.0, 0.0]) {
        bytes.extend(degrees.to_le_bytes());
    }
    for word in &trace.sketch {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

/// The trace of these bytes; none where another version wrote them.
pub(crate) fn decode(bytes: &[u8]) -> Option<Trace> {
    let mut at = 0;
    let mut take = |n: usize| {
        let part = bytes.get(at..at + n);
        at += n;
        part
    };
    if take(1)? != [1] {
        return None;
    }
    let day = i32::from_le_bytes(take(4)?.try_into().ok()?);
    let mut families = [0; 3];
    for family in &mut families {
        *family = u64::from_le_bytes(take(8)?.try_into().ok()?);
    }
    let mut hashes = [None; 4];
    for hash in &mut hashes {
        let there = take(1)? == [1];
        let value = u64::from_le_bytes(take(8)?.try_into().ok()?);
        *hash = there.then_some(value);
    }
    let there = take(1)? == [1];
    let mut point = [0.0; 2];
    for degrees in &mut point {
        *degrees = f64::from_le_bytes(take(8)?.try_into().ok()?);
    }
    let sketch = bytes.get(at..)?.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
    let [place, named, road, caller] = hashes;
    Some(Trace { day, families, place, named, road, point: there.then_some(point), caller, sketch })
}

/// A hash as the signed number a database keeps.
fn signed(key: u64) -> i64 {
    i64::from_le_bytes(key.to_le_bytes())
}

/// Keeps the trace of a ticket, instead of an older one.
pub(crate) fn keep(tx: &mut Tx<'_>, ticket: i64, trace: &Trace, fresh: bool) -> Result<(), Fault> {
    if !fresh {
        forget(tx, ticket)?;
    }
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let bytes = encode(trace);
    tx.later(
        "INSERT INTO ticket_traces (bureau, ticket, day, trace) VALUES ($1, $2, $3, $4) ON CONFLICT (bureau, ticket) DO UPDATE SET day = $3, trace = $4",
        &[b.into(), ticket.into(), i64::from(trace.day).into(), Value::Blob(&bytes)],
    )?;
    let mut keys: Vec<i64> = trace.keys().into_iter().map(signed).collect();
    keys.sort_unstable();
    keys.dedup();
    for some in keys.chunks(8) {
        let mut args: Vec<Value<'_>> = vec![b.into(), ticket.into()];
        // The last one again and again: one statement, whatever is left.
        let last = some.last().copied().unwrap_or_default();
        args.extend(some.iter().copied().chain(std::iter::repeat_n(last, 8 - some.len())).map(Value::from));
        tx.later(
            "INSERT INTO ticket_keys (bureau, key, ticket) VALUES ($1, $3, $2), ($1, $4, $2), ($1, $5, $2), ($1, $6, $2), ($1, $7, $2), ($1, $8, $2), \
             ($1, $9, $2), ($1, $10, $2) ON CONFLICT (bureau, key, ticket) DO NOTHING",
            &args,
        )?;
    }
    Ok(())
}

/// Forgets what was kept of a ticket.
pub(crate) fn forget(tx: &mut Tx<'_>, ticket: i64) -> Result<(), Fault> {
    let Some(trace) = of(tx, ticket)? else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    for key in trace.keys() {
        tx.execute(
            "DELETE FROM ticket_keys WHERE bureau = $1 AND key = $2 AND ticket = $3",
            &[b.into(), signed(key).into(), ticket.into()],
        )?;
    }
    tx.execute("DELETE FROM ticket_traces WHERE bureau = $1 AND ticket = $2", &[b.into(), ticket.into()])?;
    Ok(())
}

/// What was kept of a ticket, to look for its fellows.
///
/// # Errors
/// The database fails.
pub fn kept(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<Trace>, Fault> {
    of(tx, ticket)
}

/// What was kept of a ticket.
fn of(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<Trace>, Fault> {
    let bureau = tx.bureau().to_owned();
    let found = tx.row(
        "SELECT trace FROM ticket_traces WHERE bureau = $1 AND ticket = $2",
        &[bureau.as_str().into(), ticket.into()],
        |row| Ok(decode(&row.blob(0))),
    )?;
    Ok(found.flatten())
}

/// Puts what a person settled in the place of what was understood.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    ticket: i64,
    matter: Option<&str>,
    spot: Option<&crate::act::Spot>,
) -> Result<(), Fault> {
    let Some(mut trace) = of(tx, ticket)? else { return Ok(()) };
    if let Some(family) = matter.and_then(understanding::family_of) {
        let settled = hash(&[family]);
        if trace.families[0] != settled {
            trace.families = [settled, trace.families[0], trace.families[1]];
        }
    }
    if let Some(place) = spot.and_then(|s| s.place.as_deref()) {
        let settled = hash(&[place, "", ""]);
        let at = spot.and_then(|s| s.at).map(|p| [p.0 as f64 / 1e6, p.1 as f64 / 1e6]);
        if trace.place.is_none() || at.is_some_and(|at| trace.point.is_none_or(|p| understanding::metres(p, at) > 1.0))
        {
            (trace.place, trace.named, trace.road, trace.point) = (Some(settled), None, None, at);
        }
    }
    keep(tx, ticket, &trace, false)
}

/// Keys looked up at a time; a search has at most some hundreds.
const CHUNK: usize = 256;
/// Tickets that are compared at most, the newest first.
const COMPARED: usize = 600;
/// Tickets of one key that are looked at: a key with more tells little.
const FEW: i64 = 1_500;

/// A likely fellow.
#[derive(Debug, Clone, PartialEq)]
pub struct Fellow {
    /// The ticket.
    pub row: Row,
    /// How alike, and why.
    pub like: Likeness,
}

/// The likeliest fellows of a complaint, without the ticket `but`.
///
/// # Errors
/// The database fails.
pub fn fellows(tx: &mut Tx<'_>, trace: &Trace, but: Option<i64>, most: usize) -> Result<Vec<Fellow>, Fault> {
    let found = likely(tx, trace, but, most)?;
    let ids: Vec<i64> = found.iter().map(|f| f.0).collect();
    let mut rows: HashMap<i64, Row> = crate::read::of_ids(tx, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    Ok(found.into_iter().filter_map(|(id, like)| Some(Fellow { row: rows.remove(&id)?, like })).collect())
}

/// The same as numbers alone.
///
/// # Errors
/// The database fails.
pub fn likely(tx: &mut Tx<'_>, trace: &Trace, but: Option<i64>, most: usize) -> Result<Vec<(i64, Likeness)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let mut keys: Vec<i64> = trace.search_keys().into_iter().map(signed).collect();
    keys.sort_unstable();
    keys.dedup();
    let marks = |from: usize, n: usize| (from..from + n).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let mut numbers: Vec<i64> = Vec::new();
    for some in keys.chunks(CHUNK) {
        let last = some.last().copied().unwrap_or_default();
        let mut args: Vec<Value<'_>> = vec![b.into(), FEW.into()];
        args.extend(some.iter().copied().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(Value::from));
        let sql = format!("SELECT ticket FROM ticket_keys WHERE bureau = $1 AND key IN ({}) LIMIT $2", marks(3, CHUNK));
        numbers.extend(tx.rows(&sql, &args, |row| Ok(row.int(0)))?);
    }
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers.dedup();
    numbers.truncate(COMPARED);
    let mut alike: Vec<(i64, Likeness)> = Vec::new();
    for some in numbers.chunks(CHUNK) {
        let last = some.last().copied().unwrap_or_default();
        let mut args: Vec<Value<'_>> = vec![b.into()];
        args.extend(some.iter().copied().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(Value::from));
        let sql =
            format!("SELECT ticket, trace FROM ticket_traces WHERE bureau = $1 AND ticket IN ({})", marks(2, CHUNK));
        let traces = tx.rows(&sql, &args, |row| Ok((row.int(0), decode(&row.blob(1)))))?;
        alike.extend(
            traces
                .into_iter()
                .filter(|(id, _)| Some(*id) != but)
                .filter_map(|(id, other)| Some((id, likeness(trace, &other?))))
                .filter(|(_, like)| like.score >= LISTED),
        );
    }
    alike.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(b.0.cmp(&a.0)));
    alike.truncate(most);
    Ok(alike)
}

/// Below this likeness a ticket is not listed.
const LISTED: f32 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_back_as_it_was() {
        let whole = Trace {
            day: -3,
            families: [u64::MAX, 0, 7],
            place: Some(1),
            named: None,
            road: Some(u64::MAX - 1),
            point: Some([121.1, 31.2]),
            caller: None,
            sketch: Box::new([0, u32::MAX, 17]),
        };
        assert_eq!(decode(&encode(&whole)), Some(whole.clone()));
        let bare = Trace { place: None, road: None, point: None, sketch: Box::new([]), ..whole };
        assert_eq!(decode(&encode(&bare)), Some(bare));
        assert_eq!(decode(&[2]), None);
        assert_eq!(decode(&[]), None);
    }

    #[test]
    fn a_caller_is_known_by_the_end_of_the_number() {
        assert_eq!(caller("138 1234 5678"), caller("+86-13812345678"));
        assert_ne!(caller("13812345678"), caller("13812345679"));
        assert_eq!(caller("5972000"), None);
        assert_eq!(caller(""), None);
    }
}
