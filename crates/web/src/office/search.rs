//! `GET /office/search`: one box over cases and tickets.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use casework::read::list;
use office::role::Right;
use serde::Deserialize;

use super::documents::percent;
use super::tickets;
use crate::app::App;
use crate::error::{Page, html};
use crate::public::verify::code_of;
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

struct Hit {
    href: String,
    title: String,
    detail: String,
    state: String,
}

#[derive(Template)]
#[template(path = "office/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    /// It is shaped like the code of a document.
    code: Option<String>,
    cases_shown: bool,
    cases: Vec<Hit>,
    tickets_shown: bool,
    tickets: Vec<Hit>,
    more: Option<String>,
}

/// What was found, at most a page of each.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    let q: String = asked.q.trim().chars().take(100).collect();
    let (cases_shown, tickets_shown) = (who.0.may(Right::ReadUnit), who.0.may(Right::Tickets));
    let (unit, ticket_unit, words) = (who.scope(), tickets::scope(&who), q.clone());
    let (cases, found) = app
        .read(move |tx| {
            if words.is_empty() {
                return Ok((Vec::new(), Vec::new()));
            }
            let by_case = list::Filter { unit, words: Some(words.clone()), ..list::Filter::default() };
            let by_ticket =
                intake::read::Filter { unit: ticket_unit, words: Some(words), ..intake::read::Filter::default() };
            let cases = if cases_shown { list::page(tx, &by_case)?.rows } else { Vec::new() };
            let found = if tickets_shown { intake::read::page(tx, &by_ticket)?.rows } else { Vec::new() };
            Ok((cases, found))
        })
        .await?;
    let cases = cases.into_iter().map(|c| Hit {
        href: format!("/office/cases/{}", c.id),
        detail: [c.number, c.place].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
        state: match (&c.closed, c.due_label.is_empty()) {
            (Some(day), _) => format!("{day} 结案"),
            (None, false) => format!("{} {}", c.due_label, c.due),
            (None, true) => "在办".into(),
        },
        title: c.title,
    });
    let more = (found.len() as i64 >= intake::read::PAGE).then(|| format!("/office/tickets?words={}", percent(&q)));
    let tickets = found.into_iter().map(|t| Hit {
        href: format!("/office/tickets/{}", t.id),
        detail: [t.channel.label().to_owned(), t.order_no, t.address]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        state: t.due.map_or_else(|| t.state.label().to_owned(), |d| format!("{} {d} 到期", t.state.label())),
        title: t.title,
    });
    html(&SearchPage {
        shell: Shell::new(&app, &who, "/office/search"),
        code: code_of(&q),
        cases_shown,
        cases: cases.collect(),
        tickets_shown,
        tickets: tickets.collect(),
        more,
        q,
    })
}
