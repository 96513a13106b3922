//! `GET /office/tickets` and its export.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use intake::insight::{Cell, Quality};
use intake::read::{self, COUNT_MAX, Filter, NONE, Order};
use intake::{Channel, Stage};
use jiff::civil::Date;
use office::role::Right;
use serde::Deserialize;

use super::scope;
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::office::documents::{percent, take_away};
use crate::office::views::Views;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left};

/// What may stand behind the question mark.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    words: String,
    /// Code of a matter, or one letter for a group.
    #[serde(default)]
    matter: String,
    #[serde(default)]
    town: String,
    /// First and last day of receipt.
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// A unit, for whoever sees every ticket.
    #[serde(default)]
    unit: String,
    /// What a figure counts.
    #[serde(default)]
    quality: String,
    /// First and last day of the period in which it tells repeats, with a point between.
    #[serde(default)]
    span: String,
    /// A place of the gazetteer.
    #[serde(default)]
    place: String,
    /// A cell of the heat map, `east.north.size`.
    #[serde(default)]
    cell: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    after: String,
    /// `xlsx` or `csv`, of the export.
    #[serde(default)]
    format: String,
}

impl Asked {
    fn filter(&self, who: &Who, today: Date) -> Filter {
        let day = |t: &str| t.trim().parse::<Date>().ok();
        let days = match (day(&self.from), day(&self.to)) {
            (None, None) => None,
            (from, to) => Some((from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX))),
        };
        let text = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
        Filter {
            unit: if self.state == "with" { None } else { scope(who).or_else(|| text(&self.unit)) },
            with: if self.state == "with" { Some(who.0.unit.clone()) } else { None },
            late: (self.state == "late").then_some(today),
            matter: text(&self.matter),
            town: text(&self.town),
            received: days,
            channel: Channel::parse(&self.channel),
            stages: if matches!(self.state.as_str(), "todo" | "late") {
                Filter::todo(None).stages
            } else {
                Stage::parse(&self.state).into_iter().collect()
            },
            words: text(&self.words),
            quality: Quality::parse(&self.quality).map(|quality| (quality, today)),
            span: self.span.split_once('.').and_then(|(from, to)| Some((day(from)?, day(to)?))),
            place: text(&self.place),
            cell: cell(&self.cell),
            order: Order::of(&self.order),
            after: text(&self.after),
        }
    }

    /// The conditions that few lists have.
    fn more(&self) -> String {
        let fields = [
            ("matter", &self.matter),
            ("town", &self.town),
            ("from", &self.from),
            ("to", &self.to),
            ("unit", &self.unit),
            ("quality", &self.quality),
            ("span", &self.span),
            ("place", &self.place),
            ("cell", &self.cell),
        ];
        let given = fields.iter().filter(|(_, value)| !value.trim().is_empty());
        given.map(|(name, value)| format!("&{name}={}", percent(value.trim()))).collect()
    }

    /// The same list with another state, from its beginning.
    fn query(&self, state: &str) -> String {
        format!(
            "state={state}&channel={}&words={}&order={}{}",
            percent(&self.channel),
            percent(self.words.trim()),
            percent(&self.order),
            self.more()
        )
    }
}

fn cell(text: &str) -> Option<Cell> {
    let mut parts = text.split('.').map(|n| n.trim().parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    Some(Cell { east: next()?, north: next()?, size: next()? })
}

struct Tab {
    href: String,
    label: &'static str,
    count: String,
    current: bool,
}

struct Row {
    id: i64,
    title: String,
    order_no: String,
    channel: &'static str,
    kind: &'static str,
    address: String,
    unit: String,
    chip: (&'static str, &'static str),
    urgent: bool,
    left: Option<Left>,
    received: String,
    case: Option<i64>,
    matter: String,
    settled: bool,
    /// `后随 3`, `并入 12`, `待批答复`, …
    tags: Vec<String>,
}

#[derive(Template)]
#[template(path = "office/tickets/list.html")]
struct ListPage {
    shell: Shell,
    scope: String,
    tabs: Vec<Tab>,
    channels: Vec<(&'static str, &'static str, bool)>,
    words: String,
    orders: Vec<(&'static str, &'static str, bool)>,
    /// What the rows are sorted by, in words.
    order_word: &'static str,
    due: bool,
    newest: bool,
    state: String,
    matters: Vec<(String, String, bool)>,
    town: String,
    from: String,
    to: String,
    unit: String,
    quality: String,
    span: String,
    place: String,
    cell: String,
    /// The conditions that no field of the form shows, in words.
    limits: String,
    narrowed: bool,
    rows: Vec<Row>,
    first: String,
    /// The first page is shown.
    at_first: bool,
    next: Option<String>,
    views: Views,
    export: String,
}

/// How a state looks.
pub(super) fn chip(stage: Stage) -> (&'static str, &'static str) {
    let class = match stage {
        Stage::Received => "warn",
        Stage::Assigned => "info",
        Stage::Answered | Stage::Closed => "ok",
        Stage::Returned | Stage::Transferred => "hold",
    };
    (class, stage.label())
}

/// `1,234`, or `10,000+` where counting stopped.
fn count(n: i64) -> String {
    match n {
        n if n >= COUNT_MAX => "10,000+".into(),
        n if n >= 1000 => format!("{},{:03}", n / 1000, n % 1000),
        n => n.to_string(),
    }
}

/// The conditions that no field of the form shows, in words.
async fn limits(app: &App, asked: &Asked) -> Result<String, Error> {
    if asked.more().is_empty() {
        return Ok(String::new());
    }
    let directory = app.directory().await?;
    let mut said = Vec::new();
    if let Some(quality) = Quality::parse(&asked.quality) {
        said.push(quality.label().to_owned());
    }
    match asked.town.trim() {
        "" => {}
        NONE => said.push("没有识别出街镇".into()),
        town => said.push(town.to_owned()),
    }
    match (asked.from.trim(), asked.to.trim()) {
        ("", "") => {}
        (from, "") => said.push(format!("{from} 起收到")),
        ("", to) => said.push(format!("{to} 前收到")),
        (from, to) => said.push(format!("{from} 至 {to} 收到")),
    }
    match asked.matter.trim() {
        "" => {}
        NONE => said.push("没有识别出事项".into()),
        code => {
            let name = app.casework.corpus.matter(code).map(|m| m.name.as_str());
            said.push(format!("事项“{}”", name.unwrap_or(code)));
        }
    }
    match asked.unit.trim() {
        "" => {}
        NONE => said.push("没有承办单位".into()),
        unit => said.push(format!("承办 {}", directory.unit(unit).map_or(unit, |u| u.name.as_str()))),
    }
    if !asked.place.trim().is_empty() {
        let minds = app.intake.minds.clone();
        let place = asked.place.trim().to_owned();
        let name = app
            .read(move |tx| {
                let mind = minds.of(tx)?;
                let found = mind.learner().reader().gazetteer().place(&place).map(|p| p.name.clone());
                Ok(found.unwrap_or(place))
            })
            .await?;
        said.push(name);
    }
    if !asked.cell.trim().is_empty() {
        said.push("热力图的一格".into());
    }
    Ok(said.join("、"))
}

/// The list.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::Tickets)?;
    let today = app.today();
    let (filter, unit) = (asked.filter(&who, today), scope(&who));
    let (person, own_unit) = (who.0.person, who.0.unit.clone());
    let (found, counts, views) = app
        .read(move |tx| {
            let views = office::view::list(tx, person, &own_unit, "tickets")?;
            Ok((read::page(tx, &filter)?, read::counts(tx, unit.as_deref())?, views))
        })
        .await?;
    let of = |stages: &[Stage]| -> i64 { counts.iter().filter(|c| stages.contains(&c.0)).map(|c| c.1).sum() };
    let todo = Filter::todo(None).stages;
    let mut tabs = Vec::new();
    let mut tab = |state: &'static str, label, n: i64| {
        tabs.push(Tab {
            href: format!("/office/tickets?{}", asked.query(state)),
            label,
            count: count(n),
            current: asked.state == state,
        });
    };
    tab("", "全部", of(Stage::ALL));
    tab("todo", "待办", of(&todo));
    for stage in Stage::ALL {
        tab(stage.code(), stage.label(), of(&[*stage]));
    }
    let mut plain = |state: &'static str, label| {
        let href = format!("/office/tickets?{}", asked.query(state));
        tabs.push(Tab { href, label, count: String::new(), current: asked.state == state });
    };
    plain("late", "已经超期");
    plain("with", "协办");
    let rows = found
        .rows
        .into_iter()
        .map(|r| Row {
            left: r.due.map(|due| left(app.casework.corpus, r.received.parse().unwrap_or(today), due, today, true)),
            id: r.id,
            title: r.title,
            order_no: r.order_no,
            channel: r.channel.label(),
            kind: r.kind.label(),
            address: r.address,
            unit: r.unit_name.unwrap_or_default(),
            chip: chip(r.state),
            urgent: r.urgent,
            matter: r
                .matter
                .as_deref()
                .map(|code| app.casework.corpus.matter(code).map_or_else(|| code.to_owned(), |m| m.name.clone()))
                .unwrap_or_default(),
            settled: r.settled,
            tags: [
                (r.followers > 0).then(|| format!("并入 {} 件", r.followers)),
                r.follows.map(|to| format!("随第 {to} 件")),
                r.drafted.then(|| "答复待批".to_owned()),
                r.still.then(|| "中止计时".to_owned()),
                (r.reopened > 0).then(|| format!("第 {} 次办理", r.reopened + 1)),
                r.sensitive.then(|| "敏感".to_owned()),
                r.follow_up.map(|day| format!("{}回头看", crate::words::short_day(day))),
            ]
            .into_iter()
            .flatten()
            .collect(),
            received: r.received,
            case: r.case,
        })
        .collect();
    let own = asked.query(&asked.state);
    let limits = limits(&app, &asked).await?;
    let narrowed =
        [&asked.state, &asked.channel, &asked.words, &asked.order].iter().any(|text| !text.trim().is_empty())
            || !asked.more().is_empty();
    let page = ListPage {
        views: Views::of(&who, "tickets", if narrowed { own.clone() } else { String::new() }, views),
        shell: Shell::new(&app, &who, "/office/tickets"),
        scope: if scope(&who).is_none() { "全区".into() } else { who.0.unit_name.clone() },
        tabs,
        channels: Channel::ALL.iter().map(|c| (c.code(), c.label(), asked.channel == c.code())).collect(),
        orders: Order::ALL.iter().map(|o| (o.1, o.2, Order::of(&asked.order) == o.0)).collect(),
        order_word: Order::ALL.iter().find(|o| o.0 == Order::of(&asked.order)).map_or("", |o| o.2),
        due: matches!(Order::of(&asked.order), Order::Due | Order::Urgent),
        newest: Order::of(&asked.order) == Order::Newest,
        matters: app
            .casework
            .corpus
            .matters()
            .map(|m| (m.code.clone(), m.name.clone(), m.code == asked.matter))
            .collect(),
        narrowed: !asked.more().is_empty(),
        town: asked.town.clone(),
        from: asked.from.clone(),
        to: asked.to.clone(),
        unit: asked.unit.clone(),
        quality: asked.quality.clone(),
        span: asked.span.clone(),
        place: asked.place.clone(),
        cell: asked.cell.clone(),
        limits,
        rows,
        at_first: asked.after.is_empty(),
        next: found.next.map(|key| format!("/office/tickets?{own}&after={}", percent(&key))),
        first: format!("/office/tickets?{own}"),
        export: format!("/office/tickets/export?{own}"),
        words: asked.words,
        state: asked.state,
    };
    html(&page)
}

/// `GET /office/tickets/export`: the same list as a file, without callers.
pub(crate) async fn export(State(app): State<Arc<App>>, who: Who, Query(mut asked): Query<Asked>) -> Page {
    who.need(Right::Tickets)?;
    asked.after = String::new();
    let filter = asked.filter(&who, app.today());
    let table = app.read(move |tx| intake::export::table(tx, &filter)).await?;
    take_away(table, "诉求", app.today(), &asked.format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1005), "1,005");
        assert_eq!(count(9_999), "9,999");
        assert_eq!(count(10_000), "10,000+");
        assert_eq!(count(30_000), "10,000+");
    }

    #[test]
    fn a_query_keeps_its_words() {
        let asked = Asked { words: " 烧烤&油烟 ".into(), order: "due".into(), ..Asked::default() };
        assert_eq!(
            asked.query("received"),
            "state=received&channel=&words=%E7%83%A7%E7%83%A4%26%E6%B2%B9%E7%83%9F&order=due"
        );
    }
}
