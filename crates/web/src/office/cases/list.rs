//! `GET /office/cases`.

use std::sync::Arc;

use ::law::acts::Stage;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::list::{self, Filter, Order};
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Page, html};
use crate::office::documents::{percent, take_away};
use crate::office::views::Views;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, yuan};

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    after: String,
    /// `xlsx` or `csv`: the whole list as a file.
    #[serde(default)]
    format: String,
}

struct Tab {
    href: String,
    label: &'static str,
    current: bool,
}

struct Row {
    id: i64,
    title: String,
    number: String,
    place: String,
    stage: &'static str,
    simple: bool,
    marks: i64,
    left: Option<Left>,
    due_label: String,
    fine: String,
    filed: String,
}

#[derive(Template)]
#[template(path = "office/cases/list.html")]
struct ListPage {
    shell: Shell,
    scope: String,
    tabs: Vec<Tab>,
    words: String,
    matters: Vec<(String, String)>,
    matter: String,
    due: bool,
    state: String,
    rows: Vec<Row>,
    next: Option<String>,
    views: Views,
    /// May this person bring in cases of another system?
    imports: bool,
    /// Where the list is taken away, but for the form.
    export: String,
}

/// The list, newest or by deadline.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let text = |t: &str| if t.is_empty() { None } else { Some(t.to_owned()) };
    let due = asked.order == "due";
    let filter = Filter {
        unit: who.scope(),
        open: match asked.state.as_str() {
            "open" => Some(true),
            "closed" => Some(false),
            _ => None,
        },
        matter: text(&asked.matter),
        procedure: None,
        words: text(&asked.words),
        order: if due { Order::Due } else { Order::Newest },
        after: text(&asked.after).filter(|_| asked.format.is_empty()),
    };
    if !asked.format.is_empty() {
        return export(&app, filter, &asked.format).await;
    }
    let (person, unit) = (who.0.person, who.0.unit.clone());
    let (found, views) =
        app.read(move |tx| Ok((list::page(tx, &filter)?, office::view::list(tx, person, &unit, "cases")?))).await?;
    let today = app.today();
    let rows = found
        .rows
        .into_iter()
        .map(|r| {
            let last = if r.closed.is_none() && !r.due_label.is_empty() { r.due.parse().ok() } else { None };
            let start = r.due_start.parse().unwrap_or(today);
            Row {
                id: r.id,
                left: last.map(|last| left(app.casework.corpus, start, last, today, r.due_workdays)),
                title: r.title,
                number: r.number,
                place: r.place,
                stage: if r.closed.is_some() {
                    "已结案"
                } else {
                    usize::try_from(r.stage).ok().and_then(|at| Stage::ALL.get(at)).map_or("", |s| s.label())
                },
                simple: r.procedure == "simple",
                marks: r.marks,
                due_label: r.due_label,
                fine: yuan(r.fine),
                filed: r.filed.unwrap_or_default(),
            }
        })
        .collect();
    let query = format!(
        "words={}&matter={}&order={}",
        percent(asked.words.trim()),
        percent(&asked.matter),
        percent(&asked.order)
    );
    let tab = |state: &str, label| Tab {
        href: format!("/office/cases?state={state}&{query}"),
        label,
        current: asked.state == state,
    };
    let matters = app.casework.corpus.matters().map(|m| (m.code.clone(), m.name.clone())).collect();
    let own = format!("/office/cases?state={}&{query}", percent(&asked.state));
    let narrowed = due || [&asked.words, &asked.matter, &asked.state].iter().any(|text| !text.is_empty());
    let next = found.next.map(|key| format!("{own}&after={}", percent(&key)));
    let scope = if who.scope().is_none() { "全区".into() } else { who.0.unit_name.clone() };
    html(&ListPage {
        shell: Shell::new(&app, &who, "/office/cases"),
        imports: super::import::may(&who),
        views: Views::of(
            &who,
            "cases",
            own.strip_prefix("/office/cases?").filter(|_| narrowed).unwrap_or_default().to_owned(),
            views,
        ),
        scope,
        tabs: vec![tab("", "全部"), tab("open", "在办"), tab("closed", "已结")],
        words: asked.words,
        matters,
        matter: asked.matter,
        due,
        state: asked.state,
        rows,
        next,
        export: own,
    })
}

/// The same list as a file.
async fn export(app: &App, filter: Filter, format: &str) -> Page {
    let (corpus, standings) = (app.casework.corpus, app.casework.standings.clone());
    let read = app.read(move |tx| {
        let directory = standings.directory(tx)?;
        casework::read::export::table(tx, &filter, corpus, &directory)
    });
    take_away(read.await?, "案件", app.today(), format)
}
