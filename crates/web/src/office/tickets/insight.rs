//! `GET /office/tickets/insight`: how tickets are handled, what comes back and where; every number opens its tickets.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use intake::insight::{self, Asked as Wanted, Figures, HotSpot, Quality, monday};
use intake::read::NONE;
use jiff::ToSpan;
use jiff::civil::Date;
use office::role::Right;
use serde::Deserialize;

use super::heat::{self, Heat};
use super::scope;
use crate::app::App;
use crate::error::{Page, html};
use crate::office::documents::percent;
use crate::session::Who;
use crate::shell::Shell;

/// The longest period.
const DAYS_MAX: i64 = 3 * 366;
/// Days that hot spots look back.
const HOT_DAYS: i64 = 90;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `week`, `month`, `quarter` or `year` up to today.
    #[serde(default)]
    period: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    town: String,
    #[serde(default)]
    matter: String,
}

impl Asked {
    /// First and last day: what was asked for, else thirty days up to today.
    fn days(&self, today: Date) -> (Date, Date) {
        let back = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
        let month = |month: i8| Date::new(today.year(), month, 1).unwrap_or(today);
        match self.period.as_str() {
            "week" => return (monday(today).unwrap_or(today), today),
            "month" => return (month(today.month()), today),
            "quarter" => return (month((today.month() - 1) / 3 * 3 + 1), today),
            "year" => return (month(1), today),
            _ => {}
        }
        let day = |text: &str| text.trim().parse::<Date>().ok();
        let (from, to) = match (day(&self.from), day(&self.to)) {
            (Some(from), Some(to)) if from > to => (to, from),
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, today.max(from)),
            (None, Some(to)) => (to.checked_sub(29.days()).unwrap_or(to), to),
            (None, None) => (back(29), today),
        };
        (from.max(to.checked_sub(DAYS_MAX.days()).unwrap_or(from)), to)
    }
}

/// A number and the list it opens.
pub(super) struct Number {
    pub(super) count: i64,
    pub(super) href: String,
}

/// A share with the two numbers it is made of.
pub(super) struct Rate {
    pub(super) label: &'static str,
    /// `87.5%`, or a dash where there is nothing to divide by.
    pub(super) share: String,
    pub(super) top: Number,
    pub(super) bottom: Number,
}

/// A row of a table: what it is about, how many, and the rates.
struct Line {
    name: String,
    /// The same page about this alone.
    href: String,
    received: Number,
    rates: Vec<Rate>,
}

struct Table {
    id: &'static str,
    title: &'static str,
    first: &'static str,
    lines: Vec<Line>,
}

struct Spot {
    name: String,
    spot: HotSpot,
    href: String,
}

#[derive(Template)]
#[template(path = "office/tickets/insight.html")]
struct InsightPage {
    shell: Shell,
    scope: String,
    from: String,
    to: String,
    periods: Vec<(String, &'static str, bool)>,
    /// Value, name, chosen; none where the person sees one unit only.
    units: Vec<(String, String, bool)>,
    towns: Vec<(String, bool)>,
    matters: Vec<(String, String, bool)>,
    received: Number,
    rates: Vec<Rate>,
    late: Number,
    /// Heads of the columns of rates.
    heads: Vec<&'static str>,
    tables: Vec<Table>,
    heat: Option<Heat>,
    spots: Vec<Spot>,
    hot_from: String,
    again: i64,
    digest: String,
    clear: bool,
}

/// Shares: word, what is divided, by what; by all that came in where nothing is named.
const RATES: [(&str, Quality, Option<Quality>); 8] = [
    ("先行联系率", Quality::Contacted, Some(Quality::ContactDue)),
    ("按时办结率", Quality::InTime, Some(Quality::Finished)),
    ("实际解决率", Quality::Solved, Some(Quality::Told)),
    ("满意率", Quality::Satisfied, Some(Quality::CalledBack)),
    ("退单率", Quality::Returned, None),
    ("重复率", Quality::Repeated, None),
    ("重新办理率", Quality::Reopened, None),
    ("移送率", Quality::Transferred, None),
];

/// A share in percent with one digit; a dash where there is nothing to divide by.
pub(super) fn share(top: i64, bottom: i64) -> String {
    if bottom <= 0 {
        return "–".into();
    }
    let thousandths = (top * 2_000 + bottom) / (2 * bottom);
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// The address of the list of exactly what is counted.
pub(super) fn href(wanted: &Wanted, quality: Option<Quality>) -> String {
    let mut href = format!("/office/tickets?from={}&to={}", wanted.days.0, wanted.days.1);
    for (name, value) in [("unit", &wanted.unit), ("town", &wanted.town), ("matter", &wanted.matter)] {
        if let Some(value) = value {
            href.push_str(&format!("&{name}={}", percent(value)));
        }
    }
    if let Some(quality) = quality {
        href.push_str(&format!("&quality={}", quality.code()));
        if let Some((from, to)) = wanted.span.filter(|_| quality == Quality::Repeated) {
            href.push_str(&format!("&span={from}.{to}"));
        }
    }
    href
}

pub(super) fn number(wanted: &Wanted, figures: &Figures, quality: Option<Quality>) -> Number {
    Number { count: quality.map_or(figures.received, |q| figures.of(q)), href: href(wanted, quality) }
}

pub(super) fn rates(wanted: &Wanted, figures: &Figures) -> Vec<Rate> {
    let rate = |(label, top, bottom): (&'static str, Quality, Option<Quality>)| {
        let (top, bottom) = (number(wanted, figures, Some(top)), number(wanted, figures, bottom));
        Rate { label, share: share(top.count, bottom.count), top, bottom }
    };
    RATES.into_iter().map(rate).collect()
}

fn line(name: String, wanted: &Wanted, figures: &Figures) -> Line {
    Line {
        name,
        href: href(wanted, None).replacen("/office/tickets?", "/office/tickets/insight?", 1),
        received: number(wanted, figures, None),
        rates: rates(wanted, figures),
    }
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::Tickets)?;
    let today = app.today();
    let text = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted {
        days: asked.days(today),
        unit: scope(&who).or_else(|| text(&asked.unit)),
        town: text(&asked.town),
        matter: text(&asked.matter),
        today,
        span: None,
    };
    let hot_from = today.checked_sub(HOT_DAYS.days()).unwrap_or(today);
    let hot = Wanted { days: (hot_from, today), ..wanted.clone() };
    let (minds, this) = (app.intake.minds.clone(), wanted.clone());
    let (found, cells, spots, again, mind) = app
        .read({
            let hot = hot.clone();
            move |tx| {
                let spots = insight::hot_spots(tx, &hot)?;
                let again = insight::repeat_callers(tx, &hot)?;
                Ok((insight::insight(tx, &this)?, insight::cells(tx, &this)?, spots, again, minds.of(tx)?))
            }
        })
        .await?;
    let directory = app.directory().await?;
    let gazetteer = mind.learner().reader().gazetteer();
    let corpus = app.casework.corpus;
    let matter = |code: &str| match code {
        "" => "没有识别出事项".to_owned(),
        code => corpus.matter(code).map_or_else(|| code.to_owned(), |m| m.name.clone()),
    };
    let key = |key: &str| Some(if key.is_empty() { NONE.to_owned() } else { key.to_owned() });
    let mut units: Vec<Line> = Vec::new();
    // In the order of the standing order: this is no ranking.
    for unit in &directory.units {
        if let Some(figures) = found.units.get(&unit.id) {
            units.push(line(unit.name.clone(), &Wanted { unit: key(&unit.id), ..wanted.clone() }, figures));
        }
    }
    for (id, figures) in found.units.iter().filter(|(id, _)| directory.unit(id).is_none()) {
        let name = if id.is_empty() { "还没有承办单位".to_owned() } else { id.clone() };
        units.push(line(name, &Wanted { unit: key(id), ..wanted.clone() }, figures));
    }
    let matters = found
        .matters
        .iter()
        .map(|(code, f)| line(matter(code), &Wanted { matter: key(code), ..wanted.clone() }, f))
        .collect();
    let towns = found
        .towns
        .iter()
        .map(|(town, f)| {
            let name = if town.is_empty() { "没有识别出街镇".to_owned() } else { town.clone() };
            line(name, &Wanted { town: key(town), ..wanted.clone() }, f)
        })
        .collect();
    let weeks = found
        .weeks
        .iter()
        .map(|(monday, f)| {
            let sunday = monday.checked_add(6.days()).unwrap_or(*monday);
            let days = ((*monday).max(wanted.days.0), sunday.min(wanted.days.1));
            line(format!("{} 至 {}", days.0, days.1), &Wanted { days, span: Some(wanted.days), ..wanted.clone() }, f)
        })
        .collect();
    let chosen = |wanted: &Option<String>, value: &str| wanted.as_deref() == Some(value);
    let names = gazetteer.towns();
    let page = InsightPage {
        scope: match wanted.unit.as_deref() {
            None => "全区".into(),
            Some(NONE) => "没有承办单位".into(),
            Some(id) => directory.unit(id).map_or_else(|| id.to_owned(), |u| u.name.clone()),
        },
        shell: Shell::new(&app, &who, "/office/tickets"),
        from: wanted.days.0.to_string(),
        to: wanted.days.1.to_string(),
        periods: [("", "近 30 天"), ("week", "本周"), ("month", "本月"), ("quarter", "本季度"), ("year", "本年")]
            .into_iter()
            .map(|(code, label)| {
                let plain = asked.from.is_empty() && asked.to.is_empty();
                let days = Wanted { days: wanted.days, ..wanted.clone() };
                let keep = href(&days, None);
                let keep = keep.split_once('?').map_or("", |(_, query)| query);
                let keep: String = keep
                    .split('&')
                    .filter(|p| !p.starts_with("from=") && !p.starts_with("to="))
                    .map(|p| format!("&{p}"))
                    .collect();
                (
                    format!("/office/tickets/insight?period={code}{keep}"),
                    label,
                    asked.period == code && (plain || !code.is_empty()),
                )
            })
            .collect(),
        units: if scope(&who).is_some() {
            Vec::new()
        } else {
            let of = |u: &office::read::Unit| (u.id.clone(), u.name.clone(), chosen(&wanted.unit, &u.id));
            directory.units.iter().map(of).collect()
        },
        towns: names.into_iter().map(|t| (t.clone(), chosen(&wanted.town, &t))).collect(),
        matters: corpus.matters().map(|m| (m.code.clone(), m.name.clone(), chosen(&wanted.matter, &m.code))).collect(),
        received: number(&wanted, &found.all, None),
        rates: rates(&wanted, &found.all),
        late: number(&wanted, &found.all, Some(Quality::Late)),
        heads: RATES.iter().map(|r| r.0).collect(),
        tables: vec![
            Table { id: "weeks", title: "按周", first: "周", lines: weeks },
            Table { id: "units", title: "按承办单位", first: "单位", lines: units },
            Table { id: "matters", title: "按事项", first: "事项", lines: matters },
            Table { id: "towns", title: "按街镇", first: "街镇", lines: towns },
        ],
        heat: heat::of(&cells, &wanted, gazetteer),
        spots: spots
            .into_iter()
            .map(|spot| Spot {
                name: gazetteer.place(&spot.place).map_or_else(|| spot.place.clone(), |p| p.name.clone()),
                href: format!("{}&place={}", href(&hot, None), percent(&spot.place)),
                spot,
            })
            .collect(),
        hot_from: hot_from.to_string(),
        again,
        digest: today
            .checked_sub(7.days())
            .ok()
            .and_then(monday)
            .map_or_else(String::new, |monday| format!("/office/tickets/digest/{monday}")),
        clear: wanted.town.is_some() || wanted.matter.is_some() || (wanted.unit.is_some() && scope(&who).is_none()),
    };
    html(&page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn nothing_to_divide_by_is_no_share() {
        assert_eq!(share(0, 0), "–");
        assert_eq!(share(0, 3), "0.0%");
        assert_eq!((share(3, 3), share(2, 3), share(1, 8)), ("100.0%".into(), "66.7%".into(), "12.5%".into()));
    }

    #[test]
    fn periods_end_today_and_free_days_are_bounded() {
        let today = date(2024, 5, 15);
        let of = |period: &str, from: &str, to: &str| {
            Asked { period: period.into(), from: from.into(), to: to.into(), ..Asked::default() }.days(today)
        };
        assert_eq!(of("", "", ""), (date(2024, 4, 16), today));
        assert_eq!(of("week", "", ""), (date(2024, 5, 13), today));
        assert_eq!(of("quarter", "", ""), (date(2024, 4, 1), today));
        assert_eq!(of("", "2024-03-09", "2024-03-01"), (date(2024, 3, 1), date(2024, 3, 9)));
        // Three years before are 1,096 days, for 2024 had a 29 February; two more are 27 February.
        assert_eq!(of("", "1900-01-01", "2024-03-01").0, date(2021, 2, 27));
        assert_eq!(of("", "x", ""), (date(2024, 4, 16), today));
    }
}
