//! What pages show of messages: whom they are for and what became of them, nothing of what they say.

use ledger::{Fault, Tx, Value};

use crate::port::PortName;
use crate::rules::rule;

/// Rows of a page.
pub const PAGE: i64 = 50;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was sent and taken.
    Sent,
    /// It has its turn.
    Waiting,
    /// It was given up.
    Dead,
    /// What it was about is over.
    Void,
    /// Its way out is not connected, or was connected later.
    Unconnected,
}

impl State {
    /// Every one, in the order of pages.
    pub const ALL: [State; 5] = [State::Waiting, State::Sent, State::Dead, State::Void, State::Unconnected];

    /// The word in addresses and tables.
    pub fn code(self) -> &'static str {
        match self {
            State::Sent => "sent",
            State::Waiting => "waiting",
            State::Dead => "dead",
            State::Void => "void",
            State::Unconnected => "none",
        }
    }

    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            State::Sent => "已发",
            State::Waiting => "待发",
            State::Dead => "失败",
            State::Void => "已不需要",
            State::Unconnected => "未接入",
        }
    }

    /// The one with this code.
    pub fn parse(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A message on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Key.
    pub key: String,
    /// Position of its entry.
    pub position: i64,
    /// The word of its rule.
    pub rule: String,
    /// Whom it is for.
    pub to: &'static str,
    /// The way it goes.
    pub port: &'static str,
    /// The day of its act, or the last day of its term.
    pub day: String,
    /// The case.
    pub case: Option<i64>,
    /// The ticket.
    pub ticket: Option<i64>,
    /// The unit.
    pub unit: String,
    /// The act or term.
    pub label: String,
    /// Where it stands.
    pub state: State,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried next, UTC milliseconds.
    pub next_at: Option<i64>,
    /// When that became so, UTC milliseconds.
    pub done_at: Option<i64>,
    /// What the receiver said, or what is the matter.
    pub answer: String,
}

/// Where a page of messages begins or ends: position and key of a row.
pub type Place = (i64, String);

/// Which messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this unit.
    pub unit: Option<String>,
    /// Only of this case.
    pub case: Option<i64>,
    /// Only in this state.
    pub state: Option<State>,
    /// Before this row: position and key.
    pub before: Option<Place>,
}

/// A page of messages, the newest first, and where the next begins.
///
/// # Errors
/// The database fails.
pub fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<(Vec<Row>, Option<Place>), Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let mut sql = "SELECT m.key, m.position, m.rule, m.port, m.on_day, m.case_id, m.ticket, m.unit, m.label, d.state, d.attempts, d.next_at, d.done_at, d.answer \
                   FROM messages m LEFT JOIN deliveries d ON d.bureau = m.bureau AND d.key = m.key WHERE m.bureau = $1"
        .to_owned();
    if let Some(unit) = &filter.unit {
        args.push(unit.into());
        sql.push_str(&format!(" AND m.unit = ${}", args.len()));
    }
    if let Some(case) = filter.case {
        args.push(case.into());
        sql.push_str(&format!(" AND m.case_id = ${}", args.len()));
    }
    match filter.state {
        Some(State::Unconnected) => sql.push_str(" AND d.key IS NULL"),
        Some(state) => {
            args.push(state.code().into());
            sql.push_str(&format!(" AND d.state = ${}", args.len()));
        }
        None => {}
    }
    if let Some((position, key)) = &filter.before {
        args.extend([(*position).into(), Value::from(key)]);
        let at = args.len();
        sql.push_str(&format!(" AND (m.position < ${} OR (m.position = ${} AND m.key < ${at}))", at - 1, at - 1));
    }
    args.push((PAGE + 1).into());
    sql.push_str(&format!(" ORDER BY m.position DESC, m.key DESC LIMIT ${}", args.len()));
    let mut rows = tx.rows(&sql, &args, |row| {
        let (of, state) = (row.text(2), row.opt_text(9));
        let state = state.as_deref().and_then(State::parse).unwrap_or(State::Unconnected);
        let port = row.text(3);
        Ok(Row {
            key: row.text(0),
            position: row.int(1),
            rule: rule(&of).map_or(of.clone(), |r| r.label.clone()),
            to: rule(&of).map_or("", |r| r.to.label()),
            port: PortName::ALL.iter().find(|p| p.code() == port).map_or("", |p| p.label()),
            day: row.text(4),
            case: row.opt_int(5),
            ticket: row.opt_int(6),
            unit: row.text(7),
            label: row.text(8),
            state,
            attempts: row.opt_int(10).unwrap_or(0),
            next_at: row.opt_int(11).filter(|_| state == State::Waiting),
            done_at: row.opt_int(12),
            answer: row.opt_text(13).unwrap_or_default(),
        })
    })?;
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = if rows.len() > size {
        rows.truncate(size);
        rows.last().map(|row| (row.position, row.key.clone()))
    } else {
        None
    };
    Ok((rows, next))
}

/// The unit of a message; none where there is no such message.
///
/// # Errors
/// The database fails.
pub fn unit_of(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row("SELECT unit FROM messages WHERE bureau = $1 AND key = $2", &[bureau.as_str().into(), key.into()], |row| {
        Ok(row.text(0))
    })
}
