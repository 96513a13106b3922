//! `/office/documents/numbers`: every number of an organ, word and year with its document; voided ones stay, none is missing.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use casework::read::numbers;
use office::role::Right;
use serde::Deserialize;

use super::page::title_of;
use super::percent;
use crate::app::App;
use crate::error::{Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Numbers on a page.
const SHOWN: u32 = 100;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    word: String,
    #[serde(default)]
    year: String,
    /// Numbers below this one.
    #[serde(default)]
    before: String,
}

struct SeriesRow {
    href: String,
    organ: String,
    word: String,
    year: i64,
    last: i64,
    void: i64,
    missing: i64,
    current: bool,
}

struct NumberRow {
    number: String,
    title: String,
    day: String,
    /// The page of the document, none where this person does not see its case.
    href: Option<String>,
    void: bool,
    stamped: bool,
    /// Numbers missing between this row and the one above.
    gap: i64,
}

#[derive(Template)]
#[template(path = "office/documents/numbers.html")]
struct NumbersPage {
    shell: Shell,
    series: Vec<SeriesRow>,
    missing: i64,
    void: i64,
    /// What is listed; empty where there is no series.
    title: String,
    rows: Vec<NumberRow>,
    next: Option<String>,
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let scope = if who.0.may(Right::ReadBureau) { None } else { Some(who.0.organ.clone()) };
    let year: i64 = asked.year.parse().unwrap_or_default();
    let before: i64 = asked.before.parse().ok().filter(|n| *n > 0).unwrap_or(i64::MAX);
    let (organ, word) = (asked.organ.clone(), asked.word.clone());
    let (series, chosen, rows) = app
        .read(move |tx| {
            let series = numbers::series(tx, scope.as_deref())?;
            let named = |s: &&numbers::Series| s.organ == organ && s.word == word && s.year == year;
            let chosen = series.iter().find(named).or(series.first()).cloned();
            let rows = match &chosen {
                Some(s) => numbers::numbers(tx, &s.organ, &s.word, s.year, before, SHOWN + 1)?,
                None => Vec::new(),
            };
            Ok((series, chosen, rows))
        })
        .await?;
    let directory = app.directory().await?;
    let organ_of = |id: &str| directory.organ(id).map_or_else(|| id.to_owned(), |organ| organ.name.clone());
    let href = |s: &numbers::Series| {
        format!("/office/documents/numbers?organ={}&word={}&year={}", percent(&s.organ), percent(&s.word), s.year)
    };
    let more = rows.len() > SHOWN as usize;
    let mut above = chosen.as_ref().map_or(0, |s| s.last + 1).min(before);
    let mut listed = Vec::new();
    let mut last = 0;
    for row in rows.into_iter().take(SHOWN as usize) {
        let gap = above - row.serial - 1;
        (above, last) = (row.serial, row.serial);
        listed.push(NumberRow {
            gap,
            href: who.sees(&row.unit).is_ok().then(|| format!("/office/documents/{}", row.code)),
            title: title_of(&row.kind, None),
            number: row.number,
            day: row.day,
            void: row.void,
            stamped: row.stamped,
        });
    }
    let current = chosen.as_ref().map(href);
    let (missing, void) = series.iter().fold((0, 0), |all, s| (all.0 + s.missing(), all.1 + s.void));
    let series: Vec<SeriesRow> = series
        .iter()
        .map(|s| SeriesRow {
            current: current.as_deref() == Some(href(s).as_str()),
            href: href(s),
            organ: organ_of(&s.organ),
            word: s.word.clone(),
            year: s.year,
            last: s.last,
            void: s.void,
            missing: s.missing(),
        })
        .collect();
    html(&NumbersPage {
        title: chosen
            .as_ref()
            .map(|s| format!("{}“{}”字 {} 年", organ_of(&s.organ), s.word, s.year))
            .unwrap_or_default(),
        next: current.filter(|_| more).map(|href| format!("{href}&before={last}")),
        shell: Shell::new(&app, &who, "/office/cases"),
        series,
        missing,
        void,
        rows: listed,
    })
}
