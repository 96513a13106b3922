//! The messages entries cause: written in the entry's transaction, rebuilt from the journal.

use casework::Body;
use law::case::Entry as EntryOf;
use ledger::{Entry, Fault, Table, TableKind, Tx, Value};

use crate::rules::{Rule, rules_on};

/// Day of a ticket without a deadline.
const NO_DAY: &str = "9999-12-31";

/// What is to be said; nothing of what it says.
pub(crate) static MESSAGES: Table = Table {
    name: "messages",
    create: "CREATE TABLE messages (bureau TEXT NOT NULL, key TEXT NOT NULL, position BIGINT NOT NULL, rule TEXT NOT NULL, port TEXT NOT NULL, on_day TEXT NOT NULL, \
             case_id BIGINT, act BIGINT, ticket BIGINT, unit TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (bureau, key))",
    indexes: &[
        "CREATE INDEX messages_ticket ON messages (bureau, ticket, rule)",
        "CREATE INDEX messages_port ON messages (bureau, port, position, key)",
        "CREATE INDEX messages_case ON messages (bureau, case_id, position)",
        "CREATE INDEX messages_unit ON messages (bureau, unit, position)",
    ],
    kind: TableKind::Projection,
};

/// Writes the messages of one entry. Must run after the projections of cases and tickets, whose tables it reads.
///
/// # Errors
/// The database fails, or the entry has a shape this version does not know.
pub fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    if let Some(code) = entry.kind.strip_prefix("case.") {
        return case(tx, entry, code);
    }
    if entry.kind.starts_with("ticket.") {
        return ticket(tx, entry);
    }
    Ok(())
}

fn case(tx: &mut Tx<'_>, entry: &Entry, code: &str) -> Result<(), Fault> {
    let body = Body::of(entry)?;
    // What happened elsewhere was told elsewhere.
    let own = body.origin.is_none();
    let live =
        body.recorded.entry == EntryOf::Live || body.recorded.act.kind().entries() == law::acts::Entries::Reported;
    let no = i64::from(body.recorded.no.0);
    let label = body.recorded.act.kind().label();
    for rule in rules_on(code, true).filter(|_| own && live) {
        let key = format!("{}/{}", rule.id, entry.position);
        let day = entry.happened_at.to_string();
        insert(tx, rule, &key, entry.position, &day, Some(body.case), Some(no), None, &body.unit, label)?;
    }
    terms(tx, entry, body.case)
}

/// The terms of the case that run after this entry are told as they now stand; those that ended are no longer told.
fn terms(tx: &mut Tx<'_>, entry: &Entry, case: i64) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    for rule in rules_on("term", false) {
        tx.later(
            "DELETE FROM messages WHERE bureau = $1 AND case_id = $2 AND rule = $3",
            &[b.into(), case.into(), (&rule.id).into()],
        )?;
        tx.later(
            "INSERT INTO messages (bureau, key, position, rule, port, on_day, case_id, act, ticket, unit, label) \
             SELECT k.bureau, CAST($3 AS TEXT) || '/' || CAST(k.case_id AS TEXT) || '/' || k.clock || '/' || k.due, CAST($4 AS BIGINT), CAST($3 AS TEXT), CAST($5 AS TEXT), \
             k.due, k.case_id, NULL, NULL, k.unit, k.label FROM case_clocks k JOIN cases c ON c.bureau = k.bureau AND c.id = k.case_id \
             WHERE k.bureau = $1 AND k.case_id = $2 AND k.ends = 'late' AND c.closed IS NULL ON CONFLICT (bureau, key) DO NOTHING",
            &[b.into(), case.into(), (&rule.id).into(), entry.position.into(), rule.port.code().into()],
        )?;
    }
    Ok(())
}

fn ticket(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let Some(id) = entry.stream.strip_prefix("ticket/").and_then(|id| id.parse::<i64>().ok()) else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    let row = tx.row(
        "SELECT scope, due, follow_up FROM tickets WHERE bureau = $1 AND id = $2",
        &[bureau.as_str().into(), id.into()],
        |row| Ok((row.text(0), row.text(1), row.opt_text(2))),
    )?;
    let Some((unit, due, follow_up)) = row else { return Ok(()) };
    // The next last day and the next look as they now stand are told; those that are over are no longer.
    let days = [("ticket.term", Some(due).filter(|due| due < &NO_DAY.to_owned())), ("ticket.follow_up", follow_up)];
    for (on, day) in days {
        for rule in rules_on(on, false) {
            tx.later(
                "DELETE FROM messages WHERE bureau = $1 AND ticket = $2 AND rule = $3",
                &[bureau.as_str().into(), id.into(), (&rule.id).into()],
            )?;
            if let Some(day) = &day {
                let key = format!("{}/{id}/{day}", rule.id);
                insert(tx, rule, &key, entry.position, day, None, None, Some(id), &unit, &rule.label)?;
            }
        }
    }
    for rule in rules_on(&entry.kind, false) {
        let key = format!("{}/{}", rule.id, entry.position);
        let day = entry.happened_at.to_string();
        insert(tx, rule, &key, entry.position, &day, None, None, Some(id), &unit, &rule.label)?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one call writes one row")]
fn insert(
    tx: &mut Tx<'_>,
    rule: &Rule,
    key: &str,
    position: i64,
    day: &str,
    case: Option<i64>,
    act: Option<i64>,
    ticket: Option<i64>,
    unit: &str,
    label: &str,
) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let args: [Value<'_>; 11] = [
        bureau.as_str().into(),
        key.into(),
        position.into(),
        (&rule.id).into(),
        rule.port.code().into(),
        day.into(),
        case.into(),
        act.into(),
        ticket.into(),
        unit.into(),
        label.into(),
    ];
    tx.later(
        "INSERT INTO messages (bureau, key, position, rule, port, on_day, case_id, act, ticket, unit, label) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &args,
    )
}
