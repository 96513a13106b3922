//! `/office/spot`: a penalty on the spot, made for a telephone in one hand. Choose the matter, name the party, photograph, fine, hand over.
//!
//! The act is the same `OnSpotPenalty` as anywhere, judged by the same rules; the page only asks for what nobody knows yet and writes the
//! usual words of the rest.

pub(crate) mod done;

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use ::law::acts::{Kind, PartyKind};
use ::law::corpus::Corpus;
use ::law::money::Fen;
use ::law::on_spot::offer;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::{Error as NotDone, Where};
use office::role::Right;
use serde::Deserialize;

use super::cases::act::{explain, proposal};
use super::cases::form::{Reason, Typed};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

/// Matters offered as tiles.
const TILES: i64 = 6;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    matter: String,
    #[serde(default)]
    team2: String,
}

/// A matter to choose.
struct Tile {
    code: String,
    name: String,
    range: String,
}

#[derive(Template)]
#[template(path = "office/spot/choose.html")]
struct ChoosePage {
    shell: Shell,
    tiles: Vec<Tile>,
    all: Vec<Tile>,
    team2: String,
    gone: bool,
}

#[derive(Template)]
#[template(path = "office/spot/form.html")]
struct FormPage {
    shell: Shell,
    csrf: String,
    matter: Tile,
    /// What may be fined: persons, units; none where the matter does not reach them on the spot.
    person: Option<String>,
    unit: Option<String>,
    /// The matter offers a warning, a fine.
    warning: bool,
    fine: bool,
    cite: String,
    officers: Vec<(u32, String)>,
    me: String,
    values: BTreeMap<String, String>,
    field_errors: BTreeMap<String, String>,
    error_title: String,
    errors: Vec<Reason>,
}

impl FormPage {
    fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.value(key) == value
    }

    fn wrong(&self, key: &str) -> &str {
        self.field_errors.get(key).map_or("", String::as_str)
    }
}

fn range(fine: Option<(Fen, Fen)>, warning: bool) -> String {
    match fine {
        Some((min, max)) if min == max => format!("罚款{max}"),
        Some((min, max)) => format!("罚款{min}至{max}"),
        None if warning => "警告".into(),
        None => String::new(),
    }
}

fn tile(corpus: &Corpus, code: &str, day: Day) -> Option<Tile> {
    let of = |party| offer(corpus, code, day, party);
    let (person, unit) = (of(PartyKind::Person), of(PartyKind::Unit));
    let first = person.as_ref().or(unit.as_ref())?;
    Some(Tile { code: code.to_owned(), name: first.version.name.clone(), range: range(first.fine, first.warning) })
}

/// The first page: which matter.
async fn choose(app: &App, who: &Who, team2: String, gone: bool) -> Page {
    let (unit, organ, today) = (who.0.unit.clone(), who.0.organ.clone(), app.today());
    let own = app.casework.clone();
    let (usual, order) = app
        .read(move |tx| Ok((casework::read::usual::on_spot_matters(tx, &unit, TILES)?, own.order(tx, &organ)?)))
        .await?;
    let corpus = app.casework.corpus;
    let has = |code: &str| order.office.power(code, today).is_some();
    let all: Vec<Tile> = corpus
        .matters()
        .filter(|matter| has(&matter.code))
        .filter_map(|matter| tile(corpus, &matter.code, today))
        .collect();
    let tiles = usual.iter().filter(|code| has(code)).filter_map(|code| tile(corpus, code, today)).collect();
    let shell = Shell::new(app, who, "/office/cases");
    html_with(StatusCode::OK, &ChoosePage { shell, tiles, all, team2, gone })
}

/// `GET /office/spot`: the matters; with `?matter=`, the form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::Act)?;
    if asked.matter.is_empty() {
        return choose(&app, &who, asked.team2, false).await;
    }
    let values = BTreeMap::from([("matter".to_owned(), asked.matter), ("team2".to_owned(), asked.team2)]);
    draw(&app, &who, StatusCode::OK, Typed { values, ..Typed::default() }).await
}

async fn draw(app: &App, who: &Who, status: StatusCode, typed: Typed) -> Page {
    let (corpus, today) = (app.casework.corpus, app.today());
    let code = typed.values.get("matter").cloned().unwrap_or_default();
    let Some(matter) = tile(corpus, &code, today) else {
        return choose(app, who, typed.values.get("team2").cloned().unwrap_or_default(), true).await;
    };
    let (person, unit) = (offer(corpus, &code, today, PartyKind::Person), offer(corpus, &code, today, PartyKind::Unit));
    let both = [person.as_ref(), unit.as_ref()];
    let cite = both.iter().flatten().next().map(|one| corpus.cite(&one.version.penalty)).unwrap_or_default();
    let any = |is: fn(&::law::on_spot::Offer<'_>) -> bool| both.iter().flatten().any(|one| is(one));
    let officers = app.directory().await?.officers(&who.0.unit, today);
    let page = FormPage {
        csrf: who.0.csrf.clone(),
        warning: any(|one| one.warning),
        fine: any(|one| one.fine.is_some()),
        person: person.as_ref().map(|one| range(one.fine, one.warning)),
        unit: unit.as_ref().map(|one| range(one.fine, one.warning)),
        cite,
        matter,
        me: who.0.name.clone(),
        officers: officers.into_iter().filter(|one| one.0 != who.0.person).collect(),
        values: typed.values,
        field_errors: typed.field_errors,
        error_title: typed.error_title,
        errors: typed.errors,
        shell: Shell::new(app, who, "/office/cases"),
    };
    html_with(status, &page)
}

/// The day of birth an identity number says (GB 11643: digits 7 to 14), where it is a day.
fn born(id_number: &str) -> Option<Day> {
    let digits = id_number.trim();
    if digits.len() != 18 || !digits.is_char_boundary(6) || !digits.is_char_boundary(14) {
        return None;
    }
    let text = digits.get(6..14)?;
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    Day::new(part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?).ok()
}

/// What the officer need not write: today, the team, the sentence of the facts, the citation, the day of birth in the identity number.
fn completed(app: &App, who: &Who, mut values: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let (corpus, today) = (app.casework.corpus, app.today());
    let get = |values: &BTreeMap<String, String>, key: &str| {
        values.get(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let mut set = |key: &str, value: String| {
        if values.get(key).is_none_or(|old| old.trim().is_empty()) {
            values.insert(key.to_owned(), value);
        }
    };
    set("kind", Kind::OnSpotPenalty.code().to_owned());
    set("on", "case".into());
    set("entry", "live".into());
    set("team1", who.0.person.to_string());
    set("conduct_day", today.to_string());
    set("lightening", "none".into());
    // What is not ticked was not done: the rules then say so, instead of asking.
    set("certificate_shown", "否".into());
    set("defence_heard", "否".into());
    let person = get(&values, "party_kind").as_deref() == Some("person");
    if let Some(day) = get(&values, "party_id_number").filter(|_| person).as_deref().and_then(born) {
        values.entry("party_born".into()).or_insert_with(|| day.to_string());
    }
    let code = get(&values, "matter").unwrap_or_default();
    let version = corpus.applicable(&code, today, today).map(|applied| applied.version);
    if let Some(version) = version {
        let (party, place) = (get(&values, "party_name"), get(&values, "place"));
        if let (Some(party), Some(place)) = (party, place) {
            let facts = format!("{party}于{}在{place}{}。", minute(app), version.name);
            values.entry("facts".into()).or_insert(facts);
        }
        let reason = format!(
            "上述行为违反{}，依据{}的规定予以当场处罚。",
            corpus.cite(&version.conduct),
            corpus.cite(&version.penalty)
        );
        values.entry("reason".into()).or_insert(reason);
    }
    if get(&values, "sorts").as_deref() == Some("warning") {
        values.insert("fine".into(), "0".into());
    }
    values
}

/// `2026年9月1日14时05分`.
fn minute(app: &App) -> String {
    let now = civil_minute(app.now());
    let (day, time) = now.split_once(' ').unwrap_or((now.as_str(), ""));
    let day = day.parse().map_or_else(|_| day.to_owned(), ::law::deadline::chinese);
    let time = time.split_once(':').map(|(h, m)| format!("{h}时{m}分")).unwrap_or_default();
    format!("{day}{time}")
}

/// Performs it.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, upload: Upload) -> Page {
    who.checked(upload.fields.get("csrf"))?;
    who.need(Right::Act)?;
    let typed = upload.fields.0;
    let values = completed(&app, &who, typed.clone());
    let place = Where::New { organ: who.0.organ.clone(), unit: who.0.unit.clone(), lead: None };
    // Drawn again, the page has what was typed and not what was added to it.
    let again = |mut found: Typed| {
        let files = found.values.remove("files");
        found.values = typed.clone();
        found.values.extend(files.map(|files| ("files".to_owned(), files)));
        found
    };
    let proposed = match proposal(&app, &who, &values) {
        Ok(proposed) => proposed,
        Err(found) => return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, again(found)).await,
    };
    match app.casework.perform(place, proposed).await {
        Ok(done) => Ok(Redirect::to(&format!("/office/spot/{}", done.case)).into_response()),
        Err(NotDone::Fault(fault)) => Err(Error::from(fault)),
        Err(not_done) => draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, again(explain(not_done, values))).await,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::born;

    #[test]
    fn a_day_of_birth_is_read_from_an_identity_number_and_from_nothing_else() {
        assert_eq!(born("310118198602291234"), None, "1986 had no 29 February");
        assert_eq!(born("310118198403150017"), Some(date(1984, 3, 15)));
        assert_eq!(born("31011819840315001X"), Some(date(1984, 3, 15)));
        assert_eq!(born("3101181984031500"), None);
        assert_eq!(born("身份证号码十八个字"), None);
        assert_eq!(born(""), None);
    }
}
