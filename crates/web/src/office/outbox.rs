//! `/office/outbox`: messages to others and what became of them. What they say is not shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use office::role::Right;
use outbox::PortName;
use outbox::read::{Filter, Row, State as Stand, page as read_page, unit_of};
use serde::Deserialize;

use super::documents::percent;
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::form::Plain;
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Where messages stand.
    #[serde(default)]
    state: String,
    /// Only of this case.
    case: Option<i64>,
    /// `POSITION,KEY`: before this row.
    #[serde(default)]
    before: String,
}

struct Tab {
    href: String,
    label: &'static str,
    current: bool,
}

struct Line {
    row: Row,
    unit: String,
    chip: &'static str,
    next: String,
    done: String,
}

#[derive(Template)]
#[template(path = "office/outbox.html")]
struct OutboxPage {
    shell: Shell,
    scope: String,
    case: Option<i64>,
    tabs: Vec<Tab>,
    /// Ways out that are not connected.
    missing: Vec<&'static str>,
    rows: Vec<Line>,
    /// Some of them were caused before their way out was connected.
    late: bool,
    /// May this person try again?
    acts: bool,
    next: Option<String>,
}

/// The list, the newest first.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let before = asked.before.split_once(',').and_then(|(at, key)| Some((at.parse().ok()?, key.to_owned())));
    let filter = Filter { unit: who.scope(), case: asked.case, state: Stand::parse(&asked.state), before };
    let (rows, next) = app.read(move |tx| read_page(tx, &filter)).await?;
    let directory = app.directory().await?;
    let late = rows.iter().any(|row| row.state == Stand::Unconnected);
    let rows = rows
        .into_iter()
        .map(|row| Line {
            unit: directory.unit(&row.unit).map_or_else(|| row.unit.clone(), |unit| unit.name.clone()),
            chip: match row.state {
                Stand::Sent => "ok",
                Stand::Dead => "bad",
                Stand::Waiting => "warn",
                Stand::Void | Stand::Unconnected => "",
            },
            next: row.next_at.map(civil_minute).unwrap_or_default(),
            done: row.done_at.map(civil_minute).unwrap_or_default(),
            row,
        })
        .collect();
    let case = asked.case.map(|case| format!("&case={case}")).unwrap_or_default();
    let tab = |state: &'static str, label| Tab {
        href: format!("/office/outbox?state={state}{case}"),
        label,
        current: asked.state == state,
    };
    let tabs =
        std::iter::once(tab("", "全部")).chain(Stand::ALL.map(|state| tab(state.code(), state.label()))).collect();
    let next = next
        .map(|(at, key)| format!("/office/outbox?state={}{case}&before={at},{}", percent(&asked.state), percent(&key)));
    html(&OutboxPage {
        shell: Shell::new(&app, &who, "/office/outbox"),
        scope: if who.scope().is_none() { "全区".into() } else { who.0.unit_name.clone() },
        case: asked.case,
        tabs,
        missing: PortName::ALL.iter().filter(|p| !app.outbox.ports.0.contains_key(p)).map(|p| p.label()).collect(),
        rows,
        late,
        acts: who.0.may(Right::Act),
        next,
    })
}

/// Tries a given-up message again.
pub(crate) async fn retry(State(app): State<Arc<App>>, who: Who, form: Plain) -> Page {
    let fields: &BTreeMap<String, String> = &form.0.0;
    who.checked(fields.get("csrf").map(String::as_str))?;
    who.need(Right::Act)?;
    let key = fields.get("key").cloned().unwrap_or_default();
    let of = key.clone();
    let unit = app.read(move |tx| unit_of(tx, &of)).await?.ok_or(Error::NotFound("没有这条消息。"))?;
    who.sees(&unit)?;
    app.outbox.retry(key, app.now()).await?;
    Ok(Redirect::to("/office/outbox?state=waiting").into_response())
}
