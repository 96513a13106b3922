//! `GET /office/search`: one box over cases, their documents and tickets.

use std::sync::Arc;

use ::law::Day;
use ::law::acts::Stage;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::search::{Match, Question, search};
use ledger::{Piece, highlight};
use office::role::Right;
use serde::Deserialize;

use super::documents::percent;
use super::tickets;
use super::views::Views;
use crate::app::App;
use crate::error::{Page, html};
use crate::public::verify::code_of;
use crate::session::Who;
use crate::shell::Shell;

/// Tickets shown; the list of tickets has the rest.
const TICKETS: usize = 20;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    officer: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// `1`: look at words even where a number or a name is met exactly.
    #[serde(default)]
    wide: String,
}

struct Hit {
    href: String,
    title: Vec<Piece>,
    detail: Vec<Piece>,
    /// The document the words stand in: its address, its word and the place.
    paper: Option<(String, &'static str, Vec<Piece>)>,
    exact: bool,
    state: String,
}

/// Something to choose: value, label.
type Choices = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "office/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    asked: Asked,
    units: Choices,
    matters: Choices,
    stages: Choices,
    officers: Choices,
    views: Views,
    /// A filter beside the words is set.
    narrowed: bool,
    /// It is shaped like the code of a document.
    code: Option<String>,
    cases_shown: bool,
    cases: Vec<Hit>,
    /// Where the words are looked at as well, if only exact numbers and names were.
    wide: Option<String>,
    /// There may be more cases than are shown.
    further: bool,
    tickets_shown: bool,
    tickets: Vec<Hit>,
    more: Option<String>,
}

/// What was found, at most a page of each.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    let q: String = asked.q.trim().chars().take(100).collect();
    let (cases_shown, tickets_shown) = (who.0.may(Right::ReadUnit), who.0.may(Right::Tickets));
    let text = |t: &str| if t.is_empty() { None } else { Some(t.to_owned()) };
    let day = |t: &str| t.parse::<Day>().ok();
    let question = Question {
        words: q.clone(),
        // Whoever sees one unit sees it alone, whatever is asked.
        unit: who.scope().or_else(|| text(&asked.unit)),
        matter: text(&asked.matter),
        stage: asked.stage.parse().ok(),
        open: match asked.state.as_str() {
            "open" => Some(true),
            "closed" => Some(false),
            _ => None,
        },
        officer: asked.officer.parse().ok(),
        from: day(&asked.from),
        until: day(&asked.until),
        wide: asked.wide == "1",
    };
    let (ticket_unit, words) = (tickets::scope(&who), q.clone());
    let (person, unit) = (who.0.person, who.0.unit.clone());
    let unit_of = question.unit.clone();
    let (cases, found, views) = app
        .read(move |tx| {
            let views = office::view::list(tx, person, &unit, "search")?;
            let cases = if cases_shown { search(tx, &question)? } else { Default::default() };
            let by_ticket = intake::read::Filter {
                unit: ticket_unit,
                words: Some(words.clone()),
                ..intake::read::Filter::default()
            };
            let asks = tickets_shown && !words.is_empty();
            let found = if asks { intake::read::page(tx, &by_ticket)?.rows } else { Vec::new() };
            Ok((cases, found, views))
        })
        .await?;
    let directory = app.directory().await?;
    let (further, exact) = (cases.more, cases.exact);
    let cases = cases.found.into_iter().map(|found| Hit {
        href: format!("/office/cases/{}", found.row.id),
        paper: found.paper.map(|(act, word, place)| (format!("/office/cases/{}#act-{act}", found.row.id), word, place)),
        exact: found.why == Match::Exact,
        state: match (&found.row.closed, found.row.due_label.is_empty()) {
            (Some(day), _) => format!("{day} 结案"),
            (None, false) => format!("{} {}", found.row.due_label, found.row.due),
            (None, true) => "在办".into(),
        },
        title: found.title,
        detail: found.detail,
    });
    let many = found.len() > TICKETS;
    let more = many.then(|| format!("/office/tickets?words={}", percent(&q)));
    let tickets = found.into_iter().take(TICKETS).map(|t| {
        let detail: Vec<String> =
            [t.channel.label().to_owned(), t.order_no, t.address].into_iter().filter(|t| !t.is_empty()).collect();
        Hit {
            href: format!("/office/tickets/{}", t.id),
            title: highlight(&t.title, &q),
            detail: highlight(&detail.join(" · "), &q),
            paper: None,
            exact: false,
            state: t.due.map_or_else(|| t.state.label().to_owned(), |d| format!("{} {d} 到期", t.state.label())),
        }
    });
    let (cases, tickets): (Vec<Hit>, Vec<Hit>) = (cases.collect(), tickets.collect());
    let filters = [
        ("unit", &asked.unit),
        ("matter", &asked.matter),
        ("stage", &asked.stage),
        ("state", &asked.state),
        ("officer", &asked.officer),
        ("from", &asked.from),
        ("until", &asked.until),
    ];
    let narrowed = filters.iter().any(|(_, value)| !value.is_empty());
    let set = filters.iter().filter(|(_, value)| !value.is_empty());
    let query = std::iter::once(format!("q={}", percent(&q)))
        .chain(set.map(|(name, value)| format!("{name}={}", percent(value))))
        .collect::<Vec<_>>()
        .join("&");
    let wide = exact.then(|| format!("/office/search?{query}&wide=1"));
    let units = if who.scope().is_none() {
        directory.units.iter().map(|u| (u.id.clone(), u.name.clone())).collect()
    } else {
        Vec::new()
    };
    let officers = unit_of.map(|unit| directory.officers(&unit, app.today())).unwrap_or_default();
    html(&SearchPage {
        shell: Shell::new(&app, &who, "/office/search"),
        code: code_of(&q),
        units,
        matters: app.casework.corpus.matters().map(|m| (m.code.clone(), m.name.clone())).collect(),
        stages: Stage::ALL.iter().enumerate().map(|(at, s)| (at.to_string(), s.label().to_owned())).collect(),
        officers: officers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        views: Views::of(&who, "search", if q.is_empty() { String::new() } else { query }, views),
        narrowed,
        cases_shown,
        cases,
        wide,
        further,
        tickets_shown,
        tickets,
        more,
        asked,
        q,
    })
}
