//! `GET /office/lookups`: who asked for a complainant's name and number in full, for the audit administrator.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use office::role::Right;
use serde::Deserialize;

use crate::app::{App, civil_minute};
use crate::error::{Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Rows of a page.
const PAGE: usize = 50;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<i64>,
}

struct Row {
    at: String,
    who: String,
    unit: String,
    ticket: i64,
    order_no: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "office/lookups.html")]
struct LookupsPage {
    shell: Shell,
    rows: Vec<Row>,
    /// Ticket links lead somewhere for this person.
    tickets: bool,
    first: bool,
    next: Option<i64>,
}

/// The list, newest first.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::Audit)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let standings = app.casework.standings.clone();
    let (mut found, directory) =
        app.read(move |tx| Ok((intake::read::lookups(tx, before, PAGE as i64 + 1)?, standings.directory(tx)?))).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|l| l.id);
    let rows = found
        .into_iter()
        .map(|l| Row {
            at: civil_minute(l.at),
            who: directory.name(l.person).unwrap_or("（不详）").to_owned(),
            unit: directory
                .unit_of(l.person)
                .and_then(|unit| directory.unit(unit))
                .map_or_else(String::new, |unit| unit.name.clone()),
            ticket: l.ticket,
            order_no: l.order_no,
            reason: l.reason,
        })
        .collect();
    html(&LookupsPage {
        tickets: who.0.may(Right::Tickets),
        shell: Shell::new(&app, &who, "/office/lookups"),
        rows,
        first: asked.before.is_none(),
        next,
    })
}
