//! `/office/hearings`: the hearings of a month, day by day.

use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::reviews::hearings;
use jiff::ToSpan;
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark: a month, `2024-04`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    month: String,
}

struct Row {
    case: i64,
    act: i64,
    title: String,
    unit: String,
    time: String,
    place: String,
    chair: String,
    open: bool,
    chip: (&'static str, &'static str),
}

/// One day of the month's grid.
struct Cell {
    day: i8,
    class: &'static str,
    href: String,
    hearings: usize,
}

struct DayShown {
    id: String,
    label: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "office/reviews/hearings.html")]
struct HearingsPage {
    shell: Shell,
    month: String,
    before: String,
    after: String,
    weeks: Vec<Vec<Option<Cell>>>,
    days: Vec<DayShown>,
    more: bool,
}

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// Draws the page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let today = app.today();
    let first: Day = match asked.month.as_str() {
        "" => today.first_of_month(),
        month => format!("{month}-01").parse().map_err(|_| Error::Bad("月份应写成 2024-04。".into()))?,
    };
    let last = first.last_of_month();
    let scope = who.scope();
    let standings = app.casework.standings.clone();
    let (found, more, directory) = app
        .read(move |tx| {
            let (rows, more) = hearings(tx, scope.as_deref(), first, last)?;
            Ok((rows, more, standings.directory(tx)?))
        })
        .await?;
    let calendar = app.casework.corpus.calendar();
    let mut days: Vec<DayShown> = Vec::new();
    for hearing in found {
        let id = format!("d-{}", hearing.day);
        if days.last().is_none_or(|day| day.id != id) {
            let weekday = WEEKDAYS[usize::from(hearing.day.weekday().to_monday_zero_offset().unsigned_abs())];
            days.push(DayShown {
                id,
                label: format!("{} 月 {} 日 {weekday}", hearing.day.month(), hearing.day.day()),
                rows: Vec::new(),
            });
        }
        let row = Row {
            case: hearing.case,
            act: hearing.act,
            unit: directory.unit(&hearing.unit).map_or(hearing.unit.clone(), |u| u.name.clone()),
            time: hearing.time.chars().take(5).collect(),
            place: hearing.place,
            chair: directory.name(hearing.chair).unwrap_or("（不详）").to_owned(),
            open: hearing.open,
            chip: match hearing.state.as_str() {
                "held" => ("ok", "已举行"),
                "ended" => ("", "已终止"),
                "moved" => ("", "已改期"),
                _ if hearing.day < today => ("bad", "过期未举行"),
                _ => ("info", "待举行"),
            },
            title: hearing.title,
        };
        if let Some(day) = days.last_mut() {
            day.rows.push(row);
        }
    }
    let lead = usize::from(first.weekday().to_monday_zero_offset().unsigned_abs());
    let mut cells: Vec<Option<Cell>> = (0..lead).map(|_| None).collect();
    for day in 1..=last.day() {
        let date = first.with().day(day).build().map_err(|e| Error::Bug(e.to_string()))?;
        let hearings = days.iter().find(|d| d.id == format!("d-{date}")).map_or(0, |d| d.rows.len());
        let class = match () {
            () if date == today => "today",
            () if !calendar.is_workday(date) => "off",
            () => "",
        };
        cells.push(Some(Cell { day, class, href: format!("#d-{date}"), hearings }));
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let mut weeks: Vec<Vec<Option<Cell>>> = Vec::new();
    for cell in cells {
        match weeks.last_mut() {
            Some(week) if week.len() < 7 => week.push(cell),
            _ => weeks.push(vec![cell]),
        }
    }
    let month = |day: Day| format!("{:04}-{:02}", day.year(), day.month());
    html(&HearingsPage {
        month: format!("{} 年 {} 月", first.year(), first.month()),
        before: month(first.saturating_sub(1.month())),
        after: month(first.saturating_add(1.month())),
        weeks,
        days,
        more,
        shell: Shell::new(&app, &who, "/office/reviews"),
    })
}
