//! `/office/reviews`: what waits for a legal officer, the file beside the checklist, and the calendar of hearings.

pub(crate) mod file;
pub(crate) mod hearings;

use std::sync::Arc;

use ::law::rules::REVIEW;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::reviews::waiting;
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, short_day};

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    after: String,
}

struct Row {
    id: i64,
    title: String,
    number: String,
    unit: String,
    matter: String,
    since: String,
    left: Left,
}

#[derive(Template)]
#[template(path = "office/reviews/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    first: bool,
    next: Option<String>,
}

/// Cases that wait for legal review, those that wait longest first.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let scope = who.scope();
    let after = match asked.after.split_once(',') {
        Some((since, case)) => {
            let case: i64 = case.parse().map_err(|_| Error::Bad("页码不对，请从第一页看起。".into()))?;
            Some((since.to_owned(), case))
        }
        None => None,
    };
    let first = after.is_none();
    let standings = app.casework.standings.clone();
    let (found, next, directory) = app
        .read(move |tx| {
            let key = after.as_ref().map(|(since, case)| (since.as_str(), *case));
            let (rows, next) = waiting(tx, scope.as_deref(), key)?;
            Ok((rows, next, standings.directory(tx)?))
        })
        .await?;
    let corpus = app.casework.corpus;
    let today = app.today();
    let rows = found
        .into_iter()
        .map(|w| {
            let due = corpus.calendar().due(w.since, REVIEW, &[]).last;
            Row {
                id: w.row.id,
                matter: corpus.matter(&w.row.matter).map_or_else(|| w.row.matter.clone(), |m| m.name.clone()),
                unit: directory.unit(&w.row.unit).map_or(w.row.unit.clone(), |u| u.name.clone()),
                since: short_day(w.since),
                left: left(corpus, w.since, due, today, true),
                title: w.row.title,
                number: w.row.number,
            }
        })
        .collect();
    html(&ListPage { rows, first, next, shell: Shell::new(&app, &who, "/office/reviews") })
}
