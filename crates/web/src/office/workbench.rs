//! The first page: everything this person's unit must do, by deadline.

use std::sync::Arc;

use ::law::acts::Kind;
use askama::Template;
use axum::extract::State;
use casework::read::{approvals, list, refusals};
use office::role::Right;

use crate::app::App;
use crate::error::{Page, html};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, short_day};

const SHOWN: i64 = 100;
/// Approvals shown in the box; the list has the rest.
const WAITING: i64 = 6;

struct Due {
    case: i64,
    title: String,
    number: String,
    label: String,
    article: String,
    left: Left,
}

/// An approval that waits for this person.
struct Waiting {
    id: i64,
    label: &'static str,
    title: String,
    day: String,
}

struct Ticket {
    id: i64,
    title: String,
    channel: &'static str,
    state: &'static str,
    due: String,
    over: bool,
}

struct Refused {
    act: &'static str,
    why: String,
}

#[derive(Template)]
#[template(path = "office/workbench.html")]
struct Workbench {
    shell: Shell,
    dues: Vec<Due>,
    full: bool,
    over: usize,
    today: usize,
    waiting: Vec<Waiting>,
    waiting_count: i64,
    tickets_shown: bool,
    tickets: Vec<Ticket>,
    refusals: Vec<Refused>,
}

/// `GET /office`.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    let (scope, person, today) = (who.scope(), who.0.person, app.today());
    let tickets_shown = who.0.may(Right::Tickets);
    let filter = intake::read::Filter::todo(if who.0.roles.contains(&office::Role::Desk) {
        None
    } else {
        Some(who.0.unit.clone())
    });
    let cases = who.0.may(Right::ReadUnit);
    let (organ, standings) = (who.0.organ.clone(), app.casework.standings.clone());
    let (dues, tickets, refused, (waiting, waiting_count)) = app
        .read(move |tx| {
            let dues = if cases { list::dues(tx, scope.as_deref(), SHOWN)? } else { Vec::new() };
            let tickets = if tickets_shown { intake::read::page(tx, &filter)?.rows } else { Vec::new() };
            let refused = refusals::newest(tx, Some(person), i64::MAX, 5)?;
            let turns = standings.with_orders(tx, &organ)?.1.turns(person, today);
            let mine = approvals::Which::Mine(person, turns);
            let waiting = (approvals::page(tx, &mine, i64::MAX, WAITING)?.0, approvals::count(tx, &mine)?);
            Ok((dues, tickets, refused, waiting))
        })
        .await?;
    let full = dues.len() as i64 == SHOWN;
    let dues: Vec<Due> = dues
        .into_iter()
        .filter(|d| d.ends != "opens")
        .filter_map(|d| {
            let last = d.due.parse().ok()?;
            let left = left(app.casework.corpus, d.start.parse().ok()?, last, today, d.workdays);
            Some(Due { case: d.case, title: d.title, number: d.number, label: d.label, article: d.article, left })
        })
        .collect();
    let over = dues.iter().filter(|d| d.left.class == "over").count();
    let due_today = dues.iter().filter(|d| d.left.number == "今天").count();
    let tickets = tickets
        .into_iter()
        .take(12)
        .map(|t| Ticket {
            id: t.id,
            title: t.title,
            channel: t.channel.label(),
            state: t.state.label(),
            due: t.due.map(short_day).unwrap_or_default(),
            over: t.due.is_some_and(|due| due < today),
        })
        .collect();
    let waiting = waiting
        .into_iter()
        .map(|a| Waiting { id: a.id, label: a.kind.label(), title: a.title, day: a.submitted })
        .collect();
    let refusals = refused
        .into_iter()
        .map(|r| Refused { act: Kind::from_code(&r.act).map_or("", Kind::label), why: r.why })
        .collect();
    let shell = Shell::new(&app, &who, "/office");
    html(&Workbench {
        shell,
        dues,
        full,
        over,
        today: due_today,
        waiting,
        waiting_count,
        tickets_shown,
        tickets,
        refusals,
    })
}
