//! The tables of tickets: projections of the entries `ticket.*`.

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Entry, Fault, Table, TableKind, Tx};

use crate::clocks::clocks;
use crate::ticket::{Act, CONTENT, NAME, PHONE, Stage, Ticket};

pub(crate) static TABLES: &[Table] = &[
    Table {
        name: "tickets",
        create: "CREATE TABLE tickets (bureau TEXT NOT NULL, id BIGINT NOT NULL, source TEXT NOT NULL, order_no TEXT NOT NULL, channel TEXT NOT NULL, \
                 kind TEXT NOT NULL, received TEXT NOT NULL, received_at TEXT NOT NULL, title TEXT NOT NULL, address TEXT NOT NULL, place TEXT, \
                 unit TEXT, proposed_unit TEXT, scope TEXT NOT NULL, matter TEXT, track TEXT, state TEXT NOT NULL, due TEXT NOT NULL, contact_due TEXT NOT NULL, contacted TEXT, answered TEXT, \
                 closed TEXT, satisfied BIGINT, solved BIGINT, case_id BIGINT, urgent BIGINT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &[
            "CREATE UNIQUE INDEX tickets_order ON tickets (bureau, source, order_no)",
            "CREATE INDEX tickets_state ON tickets (bureau, state, due, id)",
            "CREATE INDEX tickets_due ON tickets (bureau, due, id)",
            "CREATE INDEX tickets_scope_due ON tickets (bureau, scope, due, id)",
            // The scope is the unit that has it, before that the one proposed: one column, so that a unit's list is one range.
            "CREATE INDEX tickets_scope ON tickets (bureau, scope, state, due, id)",
            "CREATE INDEX tickets_scope_newest ON tickets (bureau, scope, id)",
            "CREATE INDEX tickets_received ON tickets (bureau, received, id, contacted, contact_due)",
            "CREATE INDEX tickets_channel ON tickets (bureau, channel, received, id)",
            "CREATE INDEX tickets_closed ON tickets (bureau, closed, answered, id)",
        ],
        kind: TableKind::Projection,
    },
    Table {
        name: "ticket_callers",
        create: "CREATE TABLE ticket_callers (bureau TEXT NOT NULL, ticket BIGINT NOT NULL, name TEXT, phone TEXT, confidential BIGINT NOT NULL, \
                 PRIMARY KEY (bureau, ticket))",
        indexes: &[],
        kind: TableKind::Projection,
    },
];

/// Writes one entry into the tables of tickets.
///
/// # Errors
/// The database fails, or the entry has a shape this version does not know.
pub fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    if !entry.kind.starts_with("ticket.") {
        return Ok(());
    }
    let id: i64 = entry
        .stream
        .strip_prefix("ticket/")
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| Fault::Bug(format!("stream {}", entry.stream)))?;
    let entries = tx.stream(&entry.stream)?;
    let mut acts = Vec::new();
    for earlier in entries.iter().filter(|e| e.version <= entry.version) {
        acts.push((earlier.happened_at, act(earlier)?));
    }
    let ticket = Ticket::of(acts.iter().map(|(day, act)| (*day, act)));
    if let Some((_, Act::Received(_))) = acts.last() {
        insert(tx, id, entry, &ticket)?;
    }
    update(tx, id, entry, &ticket)
}

/// The act of an entry.
pub(crate) fn act(entry: &Entry) -> Result<Act, Fault> {
    serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))
}

fn insert(tx: &mut Tx<'_>, id: i64, entry: &Entry, ticket: &Ticket) -> Result<(), Fault> {
    let Some(received) = &ticket.received else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let content = tx.text(entry.position, CONTENT)?.unwrap_or_else(|| "（已依令删除）".into());
    let title: String = {
        let one_line: String = content.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.chars().count() > 40 { one_line.chars().take(39).chain(['…']).collect() } else { one_line }
    };
    tx.execute(
        "INSERT INTO tickets (bureau, id, source, order_no, channel, kind, received, received_at, title, address, place, proposed_unit, scope, matter, state, due, \
         contact_due, urgent, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', $13, 'received', '', '', $14, $15)",
        &[
            b.into(),
            id.into(),
            (&received.source).into(),
            (&received.order_no).into(),
            received.channel.code().into(),
            received.kind.code().into(),
            (&received.received.date().to_string()).into(),
            (&received.received.to_string()).into(),
            (&title).into(),
            (&received.address).into(),
            received.place.as_deref().into(),
            received.proposed_unit.as_ref().map(|u| u.0.as_str()).into(),
            received.proposed_matter.as_ref().map(|m| m.0.as_str()).into(),
            received.urgent.into(),
            entry.version.into(),
        ],
    )?;
    let name = tx.text(entry.position, NAME)?;
    let phone = tx.text(entry.position, PHONE)?;
    tx.execute(
        "INSERT INTO ticket_callers (bureau, ticket, name, phone, confidential) VALUES ($1, $2, $3, $4, $5)",
        &[b.into(), id.into(), (&name).into(), (&phone).into(), received.confidential.into()],
    )?;
    // Neither name nor telephone is searchable.
    tx.index("ticket", &id.to_string(), &format!("{content} {} {}", received.address, received.order_no))
}

fn update(tx: &mut Tx<'_>, id: i64, entry: &Entry, ticket: &Ticket) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let clocks = clocks(ticket, Corpus::builtin().calendar());
    let over = matches!(ticket.stage(), Stage::Closed | Stage::Returned);
    let open = clocks.iter().filter(|c| c.done.is_none() && !over).map(|c| c.last).min();
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    let proposed = ticket.received.as_ref().and_then(|r| r.proposed_unit.as_ref()).map(|u| u.0.as_str());
    let scope = ticket.unit.as_deref().or(proposed).unwrap_or_default();
    let contact = clocks.first().map_or_else(String::new, |c| c.last.to_string());
    tx.execute(
        "UPDATE tickets SET unit = $3, state = $4, due = $5, contact_due = $6, contacted = $7, answered = $8, closed = $9, satisfied = $10, solved = $11, \
         case_id = $12, version = $13, track = $14, scope = $15 WHERE bureau = $1 AND id = $2",
        &[
            bureau.as_str().into(),
            id.into(),
            ticket.unit.as_deref().into(),
            ticket.stage().code().into(),
            (&open.map_or_else(|| "9999-12-31".into(), |d| d.to_string())).into(),
            (&contact).into(),
            (&day(ticket.contacted)).into(),
            (&day(ticket.answered)).into(),
            (&day(ticket.closed)).into(),
            ticket.called_back.map(|c| c.1).into(),
            ticket.solved.into(),
            ticket.case.into(),
            entry.version.into(),
            ticket.received.as_ref().and_then(|r| r.track).map(crate::ticket::Track::code).into(),
            scope.into(),
        ],
    )?;
    Ok(())
}
