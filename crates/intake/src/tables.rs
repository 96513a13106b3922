//! The tables of tickets: projections of the entries `ticket.*`.

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Entry, Fault, Table, TableKind, Tx};

use crate::act::{Act, CODE, CONTENT, NAME, PHONE};
use crate::clocks::{clocks, in_time, next_due};
use crate::lessons;
use crate::ticket::Ticket;
use crate::words::Track;

pub(crate) static TABLES: &[Table] = &[
    Table {
        name: "tickets",
        create: "CREATE TABLE tickets (bureau TEXT NOT NULL, id BIGINT NOT NULL, source TEXT NOT NULL, order_no TEXT NOT NULL, channel TEXT NOT NULL, \
                 kind TEXT NOT NULL, received TEXT NOT NULL, received_at TEXT NOT NULL, title TEXT NOT NULL, address TEXT NOT NULL, entry BIGINT NOT NULL, \
                 first TEXT NOT NULL, three TEXT NOT NULL, fallback TEXT, proposed_unit TEXT, place TEXT, town TEXT, lon BIGINT, lat BIGINT, \
                 unit TEXT, scope TEXT NOT NULL, matter TEXT, body TEXT, settled BIGINT NOT NULL, track TEXT, state TEXT NOT NULL, due TEXT NOT NULL, rank TEXT NOT NULL, \
                 contact_due TEXT NOT NULL, contacted TEXT, assigned TEXT, answered TEXT, closed TEXT, called_back TEXT, satisfied BIGINT, solved BIGINT, in_time BIGINT, \
                 reopened BIGINT NOT NULL, follows BIGINT, followers BIGINT NOT NULL, follow_up TEXT, still BIGINT NOT NULL, drafted BIGINT NOT NULL, case_id BIGINT, \
                 urgent BIGINT NOT NULL, sensitive BIGINT NOT NULL, version BIGINT NOT NULL, updated BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &[
            "CREATE UNIQUE INDEX tickets_order ON tickets (bureau, source, order_no)",
            "CREATE INDEX tickets_due ON tickets (bureau, due, id)",
            "CREATE INDEX tickets_rank ON tickets (bureau, rank, id)",
            "CREATE INDEX tickets_updated ON tickets (bureau, updated)",
            "CREATE INDEX tickets_follow_up ON tickets (bureau, follow_up, id)",
            "CREATE INDEX tickets_state ON tickets (bureau, state, due, id)",
            "CREATE INDEX tickets_state_newest ON tickets (bureau, state, id)",
            // The scope is the unit that has it, before that the one proposed: one column, so that a unit's list is one range.
            "CREATE INDEX tickets_scope ON tickets (bureau, scope, state, due, id)",
            "CREATE INDEX tickets_scope_newest ON tickets (bureau, scope, id)",
            "CREATE INDEX tickets_scope_rank ON tickets (bureau, scope, rank, id)",
            "CREATE INDEX tickets_scope_updated ON tickets (bureau, scope, updated)",
            "CREATE INDEX tickets_received ON tickets (bureau, received, id, contacted, contact_due)",
            "CREATE INDEX tickets_channel ON tickets (bureau, channel, received, id)",
            "CREATE INDEX tickets_channel_newest ON tickets (bureau, channel, id)",
            "CREATE INDEX tickets_matter_newest ON tickets (bureau, matter, id)",
            "CREATE INDEX tickets_closed ON tickets (bureau, closed, answered, id)",
            "CREATE INDEX tickets_follows ON tickets (bureau, follows, id)",
        ],
        kind: TableKind::Projection,
    },
    Table {
        name: "ticket_callers",
        create: "CREATE TABLE ticket_callers (bureau TEXT NOT NULL, ticket BIGINT NOT NULL, name TEXT, phone TEXT, confidential BIGINT NOT NULL, code TEXT, \
                 PRIMARY KEY (bureau, ticket))",
        indexes: &["CREATE INDEX ticket_callers_code ON ticket_callers (bureau, code)"],
        kind: TableKind::Projection,
    },
    // How many tickets of a unit, channel and state there are: what tabs show, and by which the list chooses its way.
    Table {
        name: "ticket_counts",
        create: "CREATE TABLE ticket_counts (bureau TEXT NOT NULL, scope TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, tickets BIGINT NOT NULL, \
                 PRIMARY KEY (bureau, scope, channel, state))",
        indexes: &[],
        kind: TableKind::Projection,
    },
    // Units that handle a ticket together with the one that has it.
    Table {
        name: "ticket_units",
        create: "CREATE TABLE ticket_units (bureau TEXT NOT NULL, unit TEXT NOT NULL, ticket BIGINT NOT NULL, PRIMARY KEY (bureau, unit, ticket))",
        indexes: &["CREATE INDEX ticket_units_ticket ON ticket_units (bureau, ticket)"],
        kind: TableKind::Projection,
    },
    Table {
        name: "ticket_links",
        create: "CREATE TABLE ticket_links (bureau TEXT NOT NULL, one BIGINT NOT NULL, other BIGINT NOT NULL, PRIMARY KEY (bureau, one, other))",
        indexes: &[],
        kind: TableKind::Projection,
    },
    // Tickets given back or sent on, with what for: counted by the week.
    Table {
        name: "ticket_returns",
        create: "CREATE TABLE ticket_returns (bureau TEXT NOT NULL, position BIGINT NOT NULL, ticket BIGINT NOT NULL, day TEXT NOT NULL, unit TEXT NOT NULL, \
                 reason TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (bureau, position))",
        indexes: &["CREATE INDEX ticket_returns_day ON ticket_returns (bureau, day, ticket)"],
        kind: TableKind::Projection,
    },
    // What the desk taught the model.
    Table {
        name: "ticket_lessons",
        create: "CREATE TABLE ticket_lessons (bureau TEXT NOT NULL, position BIGINT NOT NULL, ticket BIGINT NOT NULL, matters TEXT NOT NULL, body TEXT, actor TEXT NOT NULL, \
                 day TEXT NOT NULL, first BIGINT NOT NULL, three BIGINT NOT NULL, PRIMARY KEY (bureau, position))",
        indexes: &["CREATE INDEX ticket_lessons_day ON ticket_lessons (bureau, day)"],
        kind: TableKind::Projection,
    },
    crate::repeats::TRACES_TABLE,
    crate::repeats::KEYS_TABLE,
    crate::columns::TABLE,
];

/// Day of a ticket that has no deadline, after all others.
pub(crate) const NO_DAY: &str = "9999-12-31";

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
    let Some((_, last)) = acts.last() else { return Ok(()) };
    let ticket = Ticket::of(acts.iter().map(|(day, act)| (*day, act)));
    let before = Ticket::of(acts[..acts.len() - 1].iter().map(|(day, act)| (*day, act)));
    if let Act::Received(_) = last {
        insert(tx, id, entry, &ticket)?;
    }
    let assigned = acts.iter().find(|(_, act)| matches!(act, Act::Assigned { .. })).map(|(day, _)| *day);
    update(tx, id, entry, &ticket, assigned)?;
    count(tx, &before, &ticket)?;
    beside(tx, id, entry, last, &ticket)?;
    lessons::project(tx, id, entry, last)
}

/// The act of an entry.
pub(crate) fn act(entry: &Entry) -> Result<Act, Fault> {
    serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))
}

/// The unit whose list a ticket stands in: the one that has it, before that the one proposed.
fn scope(ticket: &Ticket) -> &str {
    let proposed = ticket.received.as_ref().and_then(|r| r.proposed_unit.as_ref()).map(|u| u.0.as_str());
    ticket.unit.as_deref().or(proposed).unwrap_or_default()
}

fn insert(tx: &mut Tx<'_>, id: i64, entry: &Entry, ticket: &Ticket) -> Result<(), Fault> {
    let Some(received) = &ticket.received else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let texts = tx.texts(&[CONTENT, NAME, PHONE, CODE].map(|slot| (entry.position, slot)))?;
    let text = |slot: u32| texts.get(&(entry.position, slot));
    let content = text(CONTENT).cloned().unwrap_or_else(|| "（已依令删除）".into());
    let title: String = {
        let one_line: String = content.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.chars().count() > 40 { one_line.chars().take(39).chain(['…']).collect() } else { one_line }
    };
    let read = received.read.as_deref();
    let first = read.and_then(|r| r.matters.first()).map_or("", |m| m.0.as_str());
    let three = read.map(|r| r.matters.iter().map(|m| m.0.as_str()).collect::<Vec<_>>().join(" ")).unwrap_or_default();
    tx.execute(
        "INSERT INTO tickets (bureau, id, source, order_no, channel, kind, received, received_at, title, address, entry, first, three, fallback, proposed_unit, \
         scope, settled, state, due, rank, contact_due, reopened, followers, still, drafted, urgent, sensitive, version, updated) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', 0, 'received', '', '', '', 0, 0, 0, 0, 0, $16, $17, $11)",
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
            entry.position.into(),
            first.into(),
            (&three).into(),
            read.and_then(|r| r.fallback.as_deref()).into(),
            received.proposed_unit.as_ref().map(|u| u.0.as_str()).into(),
            read.is_some_and(|r| !r.sensitive.is_empty()).into(),
            entry.version.into(),
        ],
    )?;
    tx.execute(
        "INSERT INTO ticket_callers (bureau, ticket, name, phone, confidential, code) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            b.into(),
            id.into(),
            text(NAME).map(String::as_str).into(),
            text(PHONE).map(String::as_str).into(),
            received.confidential.into(),
            text(CODE).map(String::as_str).into(),
        ],
    )?;
    // Neither name nor telephone is searchable.
    tx.index("ticket", &id.to_string(), &format!("{content} {} {}", received.address, received.order_no))
}

fn update(tx: &mut Tx<'_>, id: i64, entry: &Entry, ticket: &Ticket, assigned: Option<Date>) -> Result<(), Fault> {
    let Some(received) = &ticket.received else { return Ok(()) };
    let bureau = tx.bureau().to_owned();
    let clocks = clocks(ticket, Corpus::builtin().calendar());
    let due = next_due(ticket, &clocks).map_or_else(|| NO_DAY.into(), |d| d.to_string());
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    let contact = clocks.first().map_or_else(String::new, |c| c.last.to_string());
    let read = received.read.as_deref();
    let urgent = received.urgent
        || ticket.pressing
        || (ticket.classified.is_none() && read.is_some_and(|r| !r.urgent.is_empty()));
    let spot = ticket.spot.as_ref().or_else(|| read.and_then(|r| r.spot.as_ref()));
    let town = ticket.spot.as_ref().map(|s| s.town.as_str()).filter(|t| !t.is_empty());
    let town = town.or_else(|| read.and_then(|r| r.town.as_deref()));
    let place = spot.and_then(|s| s.place.as_deref()).or(received.place.as_deref());
    let matter = match &ticket.classified {
        Some((matters, _)) => matters.first().map(String::as_str),
        None => received.proposed_matter.as_ref().map(|m| m.0.as_str()),
    };
    // What presses comes first, then what ends first.
    let rank = format!("{} {due}", if urgent && !ticket.is_over() { 0 } else { 1 });
    tx.execute(
        "UPDATE tickets SET unit = $3, state = $4, due = $5, contact_due = $6, contacted = $7, answered = $8, closed = $9, satisfied = $10, solved = $11, \
         case_id = $12, version = $13, track = $14, scope = $15, place = $16, town = $17, lon = $18, lat = $19, matter = $20, body = $21, settled = $22, \
         rank = $23, assigned = $24, called_back = $25, in_time = $26, reopened = $27, follows = $28, follow_up = $29, still = $30, drafted = $31, urgent = $32, \
         updated = $33 WHERE bureau = $1 AND id = $2",
        &[
            bureau.as_str().into(),
            id.into(),
            ticket.unit.as_deref().into(),
            ticket.stage().code().into(),
            (&due).into(),
            (&contact).into(),
            (&day(ticket.contacted)).into(),
            (&day(ticket.answered)).into(),
            (&day(ticket.closed)).into(),
            ticket.called_back.map(|c| c.1).into(),
            ticket.solved.into(),
            ticket.case.into(),
            entry.version.into(),
            if ticket.extended.is_some() { Some(Track::Complex) } else { received.track }.map(Track::code).into(),
            scope(ticket).into(),
            place.into(),
            town.into(),
            spot.and_then(|s| s.at).map(|p| p.0).into(),
            spot.and_then(|s| s.at).map(|p| p.1).into(),
            matter.into(),
            ticket.classified.as_ref().and_then(|c| c.1.as_deref()).into(),
            ticket.classified.is_some().into(),
            (&rank).into(),
            (&day(assigned)).into(),
            (&day(ticket.called_back.map(|c| c.0))).into(),
            in_time(ticket, &clocks).into(),
            i64::from(ticket.reopened.map_or(0, |r| r.1)).into(),
            ticket.joined.into(),
            (&day(ticket.follow_up)).into(),
            ticket.stands_still().into(),
            ticket.drafted.is_some().into(),
            urgent.into(),
            entry.position.into(),
        ],
    )?;
    Ok(())
}

/// Moves the ticket from the count it stood in to the one it stands in now.
fn count(tx: &mut Tx<'_>, before: &Ticket, now: &Ticket) -> Result<(), Fault> {
    let key = |t: &Ticket| Some((scope(t).to_owned(), t.received.as_ref()?.channel, t.stage()));
    let (was, is) = (key(before), key(now));
    if was == is {
        return Ok(());
    }
    let bureau = tx.bureau().to_owned();
    for (key, by) in [(was, -1_i64), (is, 1)] {
        let Some((scope, channel, stage)) = key else { continue };
        tx.execute(
            "INSERT INTO ticket_counts (bureau, scope, channel, state, tickets) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (bureau, scope, channel, state) DO UPDATE SET tickets = ticket_counts.tickets + $5",
            &[bureau.as_str().into(), (&scope).into(), channel.code().into(), stage.code().into(), by.into()],
        )?;
    }
    Ok(())
}

/// The small tables beside the tickets.
fn beside(tx: &mut Tx<'_>, id: i64, entry: &Entry, act: &Act, ticket: &Ticket) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    match act {
        Act::Assigned { with, .. } => {
            tx.execute("DELETE FROM ticket_units WHERE bureau = $1 AND ticket = $2", &[b.into(), id.into()])?;
            for unit in with {
                tx.execute(
                    "INSERT INTO ticket_units (bureau, unit, ticket) VALUES ($1, $2, $3) ON CONFLICT (bureau, unit, ticket) DO NOTHING",
                    &[b.into(), unit.into(), id.into()],
                )?;
            }
        }
        Act::Joined { to, .. } => {
            follower(tx, *to, 1)?;
        }
        Act::Unjoined { .. } => {
            // Whom it followed is what the act before said.
            let entries = tx.stream(&entry.stream)?;
            let mut acts = Vec::new();
            for earlier in entries.iter().filter(|e| e.version < entry.version) {
                acts.push((earlier.happened_at, self::act(earlier)?));
            }
            if let Some(to) = Ticket::of(acts.iter().map(|(day, act)| (*day, act))).joined {
                follower(tx, to, -1)?;
            }
        }
        Act::Linked { to } => {
            for (one, other) in [(id, *to), (*to, id)] {
                tx.execute(
                    "INSERT INTO ticket_links (bureau, one, other) VALUES ($1, $2, $3) ON CONFLICT (bureau, one, other) DO NOTHING",
                    &[b.into(), one.into(), other.into()],
                )?;
            }
        }
        Act::Returned { reason, body, .. } => returned(tx, id, entry, ticket, reason, body)?,
        Act::Transferred { body, name, .. } => {
            returned(tx, id, entry, ticket, "transfer", if body.is_empty() { name } else { body })?;
        }
        _ => {}
    }
    Ok(())
}

fn follower(tx: &mut Tx<'_>, of: i64, by: i64) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "UPDATE tickets SET followers = followers + $3 WHERE bureau = $1 AND id = $2",
        &[bureau.as_str().into(), of.into(), by.into()],
    )?;
    Ok(())
}

fn returned(tx: &mut Tx<'_>, id: i64, entry: &Entry, ticket: &Ticket, reason: &str, body: &str) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO ticket_returns (bureau, position, ticket, day, unit, reason, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            bureau.as_str().into(),
            entry.position.into(),
            id.into(),
            (&entry.happened_at.to_string()).into(),
            scope(ticket).into(),
            reason.into(),
            body.into(),
        ],
    )?;
    Ok(())
}
