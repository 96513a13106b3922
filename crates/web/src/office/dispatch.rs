//! `/office/dispatch`: the rules by which complaints go to units. A changed list is tried on the tickets of the past before it stands.

use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::Channel;
use intake::dispatch::{self, REPLAY_MAX, Replayed, Version};
use office::role::Right;
use understanding::dispatch::Rule;

use super::tickets::ticket::Group;
use super::tickets::{actor, sees_all};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::{Fields, Upload};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::short_day;

/// Rules a bureau may have at most.
const RULES_MAX: usize = 60;
/// Tickets of a trial that are shown one by one.
const SHOWN: usize = 50;

/// A rule as its row of the form has it.
#[derive(Default)]
struct Row {
    n: usize,
    id: String,
    unit: String,
    reason: String,
    matters: String,
    towns: String,
    /// The outline kept with the rule, as it goes with the form.
    area: String,
    corners: usize,
    sources: Vec<String>,
    from: String,
    to: String,
    urgent: &'static str,
}

impl Row {
    fn of(n: usize, rule: &Rule) -> Row {
        Row {
            n,
            id: rule.id.clone(),
            unit: rule.unit.clone(),
            reason: rule.reason.clone(),
            matters: rule.matters.join("、"),
            towns: rule.towns.join("、"),
            area: if rule.area.is_empty() {
                String::new()
            } else {
                serde_json::to_string(&rule.area).unwrap_or_default()
            },
            corners: rule.area.len(),
            sources: rule.sources.clone(),
            from: rule.hours.map_or_else(String::new, |h| h[0].to_string()),
            to: rule.hours.map_or_else(String::new, |h| h[1].to_string()),
            urgent: match rule.urgent {
                None => "",
                Some(true) => "yes",
                Some(false) => "no",
            },
        }
    }

    fn has(&self, source: &str) -> bool {
        self.sources.iter().any(|s| s == source)
    }
}

struct Moved {
    ticket: i64,
    order_no: String,
    title: String,
    from: String,
    to: String,
    rule: String,
}

struct Trial {
    from: String,
    to: String,
    tickets: usize,
    cut: bool,
    moved: usize,
    shown: Vec<Moved>,
    units: Vec<(String, usize, usize)>,
}

struct Changed {
    version: i64,
    day: String,
    actor: String,
    reason: String,
    rules: usize,
}

#[derive(Template)]
#[template(path = "office/dispatch.html")]
struct DispatchPage {
    shell: Shell,
    edits: bool,
    version: i64,
    rows: Vec<Row>,
    units: Vec<Group>,
    sources: Vec<(&'static str, &'static str)>,
    areas: Vec<(String, String)>,
    load: Vec<(String, i64)>,
    errors: Vec<String>,
    reason: String,
    from: String,
    to: String,
    trial: Option<Trial>,
    changes: Vec<Changed>,
}

fn edits(who: &Who) -> bool {
    who.0.may(Right::Tickets) && sees_all(who)
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Tickets)?;
    draw(&app, &who, StatusCode::OK, None, &Fields::default(), Vec::new()).await
}

async fn draw(
    app: &App,
    who: &Who,
    status: StatusCode,
    typed: Option<Vec<Rule>>,
    fields: &Fields,
    errors: Vec<String>,
) -> Page {
    let today = app.today();
    let standings = app.casework.standings.clone();
    let (from, to) = period(fields, today);
    let tried = typed.clone().filter(|_| errors.is_empty() && fields.get("do") == Some("try"));
    let (set, versions, directory, load, areas, trial) = app
        .read(move |tx| {
            let trial = match tried {
                Some(rules) => Some(dispatch::replay(tx, &rules, from, to)?),
                None => None,
            };
            let asked = office::places::Asked { kind: "area".into(), ..office::places::Asked::default() };
            let areas = office::places::page(tx, &asked, 500)?;
            Ok((
                dispatch::newest(tx)?,
                dispatch::versions(tx)?,
                standings.directory(tx)?,
                intake::read::load(tx)?,
                areas,
                trial,
            ))
        })
        .await?;
    let (present, version) = set.map_or((Vec::new(), 0), |(set, version)| (set.rules, version));
    let edits = edits(who);
    let shown = typed.unwrap_or(present);
    let mut rows: Vec<Row> = shown.iter().enumerate().map(|(n, rule)| Row::of(n + 1, rule)).collect();
    if edits {
        rows.push(Row { n: rows.len() + 1, ..Row::default() });
    }
    let name = |id: &str| directory.unit(id).map_or_else(|| id.to_owned(), |u| u.name.clone());
    let page = DispatchPage {
        shell: Shell::new(app, who, "/office/tickets"),
        edits,
        version: fields.get("seen").and_then(|s| s.parse().ok()).unwrap_or(version),
        rows,
        units: Group::all(&directory),
        sources: Channel::ALL.iter().map(|c| (c.code(), c.label())).collect(),
        areas: areas.into_iter().filter(|a| !a.area.is_empty()).map(|a| (a.id, a.name)).collect(),
        load: directory.units.iter().filter_map(|u| Some((u.name.clone(), load.get(&u.id).copied()?))).collect(),
        errors,
        reason: fields.get("reason").unwrap_or_default().to_owned(),
        from: from.to_string(),
        to: to.to_string(),
        trial: trial.map(|t| shown_trial(t, from, to, &name)),
        changes: versions.into_iter().map(changed).collect(),
    };
    html_with(status, &page)
}

fn changed(v: Version) -> Changed {
    Changed { version: v.version, day: short_day(v.day), actor: v.actor, reason: v.reason, rules: v.rules }
}

fn shown_trial(trial: Replayed, from: Day, to: Day, name: &dyn Fn(&str) -> String) -> Trial {
    let none = || "没有单位".to_owned();
    Trial {
        from: from.to_string(),
        to: to.to_string(),
        tickets: trial.tickets,
        cut: trial.cut,
        moved: trial.moved.len(),
        units: trial.units.iter().map(|(unit, before, after)| (name(unit), *before, *after)).collect(),
        shown: trial
            .moved
            .into_iter()
            .take(SHOWN)
            .map(|m| Moved {
                ticket: m.ticket,
                order_no: m.order_no,
                title: m.title,
                from: m.from.as_deref().map_or_else(none, name),
                rule: m.to.as_ref().map(|t| t.1.clone()).unwrap_or_default(),
                to: m.to.as_ref().map_or_else(none, |t| name(&t.0)),
            })
            .collect(),
    }
}

/// The days a trial plays again: as asked, else the month before today.
fn period(fields: &Fields, today: Day) -> (Day, Day) {
    let day = |name: &str| fields.get(name).and_then(|d| d.parse::<Day>().ok());
    let to = day("to").unwrap_or(today);
    let from = day("from").unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(30)));
    (from, to)
}

/// The rules of the form in the order of their numbers; rows without a name and a unit are left out.
fn read(fields: &Fields, areas: &dyn Fn(&str) -> Option<Vec<[f64; 2]>>) -> Result<Vec<Rule>, Vec<String>> {
    let mut rules: Vec<(u32, Rule)> = Vec::new();
    let mut wrong = Vec::new();
    for n in 1..=RULES_MAX {
        let get = |name: &str| fields.get(&format!("{name}_{n}"));
        let list = |name: &str| -> Vec<String> {
            let parts = get(name).unwrap_or_default().split(['、', '，', ',', ' ']).map(str::trim);
            parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
        };
        if get("away").is_some() || (get("id").is_none() && get("unit").is_none()) {
            continue;
        }
        let hour = |name: &str| get(name).map(str::parse::<u8>).transpose();
        let hours = match (hour("from"), hour("to")) {
            (Ok(Some(from)), Ok(Some(to))) => Some([from, to]),
            (Ok(None), Ok(None)) => None,
            _ => {
                wrong.push(format!("第 {n} 条的时段要写两个整点，例如 22 至 6"));
                None
            }
        };
        let area = match get("newarea") {
            Some("none") => Vec::new(),
            Some(id) => match areas(id) {
                Some(area) => area,
                None => {
                    wrong.push(format!("第 {n} 条选的责任区域不在地名库里"));
                    Vec::new()
                }
            },
            None => get("area").and_then(|a| serde_json::from_str(a).ok()).unwrap_or_default(),
        };
        let rule = Rule {
            id: get("id").unwrap_or_default().to_owned(),
            unit: get("unit").unwrap_or_default().to_owned(),
            reason: get("why").unwrap_or_default().to_owned(),
            matters: list("matters"),
            towns: list("towns"),
            area,
            sources: list("sources"),
            hours,
            urgent: match get("urgent") {
                Some("yes") => Some(true),
                Some("no") => Some(false),
                _ => None,
            },
        };
        let place = get("n").and_then(|p| p.parse().ok()).unwrap_or(n as u32);
        rules.push((place, rule));
    }
    rules.sort_by_key(|(place, _)| *place);
    if wrong.is_empty() { Ok(rules.into_iter().map(|(_, rule)| rule).collect()) } else { Err(wrong) }
}

/// Tries the list on the past, or puts it in force.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    if !edits(&who) {
        return Err(Error::NotAllowed("派遣规则由诉求专员或者负责人修改。"));
    }
    let fields = form.fields;
    let places = app.read(office::places::all).await?;
    let outline = |id: &str| {
        let place = places.get(id)?;
        Some(place.area.iter().map(|p| [p.0 as f64 / 1e6, p.1 as f64 / 1e6]).collect())
    };
    let rules = match read(&fields, &outline) {
        Ok(rules) => rules,
        Err(wrong) => return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, None, &fields, wrong).await,
    };
    let tried = rules.clone();
    let wrong = app.read(move |tx| dispatch::check(tx, &tried)).await?;
    if !wrong.is_empty() {
        return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Some(rules), &fields, wrong).await;
    }
    if fields.get("do") == Some("try") {
        return draw(&app, &who, StatusCode::OK, Some(rules), &fields, Vec::new()).await;
    }
    let seen = fields.get("seen").and_then(|s| s.parse().ok()).unwrap_or(0);
    let reason = fields.get("reason").unwrap_or_default().to_owned();
    match app.intake.set_rules(actor(&app, &who), seen, rules.clone(), reason).await {
        Ok(()) => Ok(Redirect::to("/office/dispatch").into_response()),
        Err(intake::Error::Conflict) => Err(Error::Conflict),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(other) => {
            let why = vec![other.to_string()];
            draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Some(rules), &fields, why).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_gives_the_rules_in_the_order_of_their_numbers() {
        let fields = Fields(
            [
                ("id_1", "乙"),
                ("unit_1", "b"),
                ("n_1", "2"),
                ("why_1", "x"),
                ("id_2", "甲"),
                ("unit_2", "a"),
                ("n_2", "1"),
                ("matters_2", "A01、D"),
                ("from_2", "22"),
                ("to_2", "6"),
                ("sources_2", "call、visit"),
                ("urgent_2", "no"),
                ("id_3", "丙"),
                ("unit_3", "c"),
                ("away_3", "yes"),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        );
        let rules = read(&fields, &|_| None).unwrap();
        assert_eq!(rules.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["甲", "乙"]);
        assert_eq!(rules[0].matters, ["A01", "D"]);
        assert_eq!((rules[0].hours, rules[0].urgent), (Some([22, 6]), Some(false)));
        assert_eq!(rules[0].sources, ["call", "visit"]);
        let half = Fields([("id_1", "乙"), ("from_1", "22")].map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert!(read(&half, &|_| None).is_err());
    }
}
