//! `GET /office/refusals`: acts the rulebook refused, for guidance and training, never for the ranking of persons (行政处罚法74).

use std::sync::Arc;

use ::law::acts::Kind;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::refusals;
use office::role::Right;
use serde::Deserialize;

use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
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
    case: Option<i64>,
    act: String,
    /// Rules that stood against it, each with its page in the rulebook.
    rules: Vec<String>,
    why: String,
}

#[derive(Template)]
#[template(path = "office/refusals.html")]
struct RefusalsPage {
    shell: Shell,
    rows: Vec<Row>,
    /// Case links lead somewhere for this person.
    cases: bool,
    first: bool,
    next: Option<i64>,
}

/// The list, newest first.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    let cases = who.0.may(Right::ReadBureau);
    if !cases && !who.0.may(Right::Audit) {
        return Err(Error::NotAllowed("未获准许的记录由法制、监督和审计人员查看。自己被拒的，请看工作台右侧。"));
    }
    let before = asked.before.unwrap_or(i64::MAX);
    let standings = app.casework.standings.clone();
    let (mut found, directory) = app
        .read(move |tx| Ok((refusals::newest(tx, None, before, PAGE as i64 + 1)?, standings.directory(tx)?)))
        .await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|r| r.id);
    let rows = found
        .into_iter()
        .map(|r| Row {
            at: civil_minute(r.at),
            who: directory.name(r.person).unwrap_or("（不详）").to_owned(),
            unit: directory.unit(&r.unit).map_or(r.unit, |u| u.name.clone()),
            case: r.case,
            act: Kind::from_code(&r.act).map_or(r.act, |k| k.label().into()),
            rules: r.rules.split_whitespace().map(str::to_owned).collect(),
            why: r.why,
        })
        .collect();
    html(&RefusalsPage {
        shell: Shell::new(&app, &who, "/office/refusals"),
        rows,
        cases,
        first: asked.before.is_none(),
        next,
    })
}
