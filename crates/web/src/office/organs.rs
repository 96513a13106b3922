//! `GET /office/organs`: organs, units, who is certified, and what an organ may punish. All of it is public information.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::{Query, State};
use ledger::{Fault, Tx};
use office::read;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Certificates that end within so many days are pointed out.
const SOON_DAYS: i64 = 60;
/// Persons, certificates or powers shown at most.
const SHOWN: i64 = 500;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    unit: String,
}

struct UnitRow {
    id: String,
    name: String,
    kind: &'static str,
    current: bool,
}

struct OrganRow {
    id: String,
    name: String,
    seal: String,
    /// The person looking at the page is its head.
    own_head: bool,
    address: String,
    phone: String,
    current: bool,
    units: Vec<UnitRow>,
}

struct PersonRow {
    name: String,
    post: String,
    certificate: String,
    until: String,
    chip: (&'static str, String),
    published: bool,
}

struct SoonRow {
    name: String,
    unit: String,
    number: String,
    until: String,
    days: i32,
}

struct PowerRow {
    matter: String,
    name: String,
    basis: String,
    since: String,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "office/organs.html")]
struct OrgansPage {
    shell: Shell,
    bureau: String,
    demonstration: bool,
    today: String,
    valid: (i64, i64),
    soon: Vec<SoonRow>,
    organs: Vec<OrganRow>,
    organ_name: String,
    powers: Vec<PowerRow>,
    unit_name: String,
    persons: Vec<PersonRow>,
}

/// A certificate: number, holder, last day, published.
struct Certificate {
    person: u32,
    number: String,
    to: Day,
    published: bool,
}

fn day(text: &str) -> Result<Day, Fault> {
    text.parse().map_err(|_| Fault::Bug(format!("not a day: {text}")))
}

/// The newest certificate of each person of a unit, valid or not.
fn certificates(tx: &mut Tx<'_>, unit: &str) -> Result<BTreeMap<u32, Certificate>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT c.person, c.number, c.to_day, c.published FROM certificates c JOIN persons p ON p.bureau = c.bureau AND p.id = c.person \
         WHERE c.bureau = $1 AND p.unit = $2 ORDER BY c.person, c.from_day LIMIT $3",
        &[bureau.as_str().into(), unit.into(), (SHOWN * 4).into()],
        |row| Ok((row.int(0), row.text(1), row.text(2), row.int(3) == 1)),
    )?;
    let mut found = BTreeMap::new();
    for (person, number, to, published) in rows {
        let person = u32::try_from(person).unwrap_or_default();
        found.insert(person, Certificate { person, number, to: day(&to)?, published });
    }
    Ok(found)
}

/// Certificates whose last day lies within the two days and that nothing later follows: holder, unit, number, last day.
fn ending(tx: &mut Tx<'_>, from: Day, to: Day) -> Result<Vec<(String, String, String, Day)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let (from, to) = (from.to_string(), to.to_string());
    let rows = tx.rows(
        "SELECT p.name, u.name, c.number, c.to_day FROM certificates c JOIN persons p ON p.bureau = c.bureau AND p.id = c.person \
         JOIN units u ON u.bureau = p.bureau AND u.id = p.unit WHERE c.bureau = $1 AND p.active = 1 AND c.to_day >= $2 AND c.to_day <= $3 \
         AND NOT EXISTS (SELECT 1 FROM certificates n WHERE n.bureau = c.bureau AND n.person = c.person AND n.to_day > c.to_day) \
         ORDER BY c.to_day, p.id LIMIT $4",
        &[bureau.as_str().into(), from.as_str().into(), to.as_str().into(), SHOWN.into()],
        |row| Ok((row.text(0), row.text(1), row.text(2), row.text(3))),
    )?;
    rows.into_iter().map(|(name, unit, number, to)| Ok((name, unit, number, day(&to)?))).collect()
}

fn unit_kind(kind: &str) -> &'static str {
    match kind {
        "department" => "科室",
        "brigade" => "大队",
        "squadron" => "机动中队",
        "squad" => "中队",
        _ => "",
    }
}

fn days(from: Day, to: Day) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// How a certificate stands today.
fn standing(certificate: Option<&Certificate>, today: Day) -> (&'static str, String) {
    match certificate.map(|c| days(today, c.to)) {
        None => ("", "没有证件".into()),
        Some(rest) if rest < 0 => ("bad", "已过期".into()),
        Some(rest) if i64::from(rest) <= SOON_DAYS => ("warn", format!("剩 {rest} 日")),
        Some(_) => ("ok", "有效".into()),
    }
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    let today = app.today();
    let standings = app.casework.standings.clone();
    let (mut organ, mut unit) = (asked.organ, asked.unit);
    if organ.is_empty() && unit.is_empty() {
        organ.clone_from(&who.0.organ);
        unit.clone_from(&who.0.unit);
    }
    let soon_until = today.checked_add(jiff::Span::new().days(SOON_DAYS)).unwrap_or(Day::MAX);
    let read = app
        .read(move |tx| {
            let (bureau, organs, units) = (read::bureau(tx)?, read::organs(tx)?, read::units(tx)?);
            if organ.is_empty() {
                organ = units.iter().find(|u| u.id == unit).map(|u| u.organ.clone()).unwrap_or_default();
            }
            if !organs.iter().any(|o| o.id == organ)
                || !(unit.is_empty() || units.iter().any(|u| u.id == unit && u.organ == organ))
            {
                return Ok(None);
            }
            let valid = read::valid_certificates(tx, today)?;
            let soon = ending(tx, today, soon_until)?;
            let powers = standings.of(tx, &organ)?;
            let persons = if unit.is_empty() { Vec::new() } else { read::persons(tx, Some(&unit), SHOWN)? };
            let certificates = if unit.is_empty() { BTreeMap::new() } else { certificates(tx, &unit)? };
            Ok(Some((bureau, organs, units, organ, unit, valid, soon, powers, persons, certificates)))
        })
        .await?;
    let (bureau, organs, units, organ, unit, valid, soon, powers, persons, certificates) =
        read.ok_or(Error::NotFound("没有这个机关或者单位。请从左侧选择。"))?;
    let organ_name = organs.iter().find(|o| o.id == organ).map(|o| o.name.clone()).unwrap_or_default();
    let unit_name = units.iter().find(|u| u.id == unit).map(|u| u.name.clone()).unwrap_or_default();
    let corpus = app.casework.corpus;
    let powers = powers
        .powers
        .iter()
        .filter(|p| p.from <= today && p.to.is_none_or(|to| today <= to))
        .take(usize::try_from(SHOWN).unwrap_or(usize::MAX))
        .map(|p| PowerRow {
            matter: p.matter.clone(),
            name: corpus.matter(&p.matter).map_or_else(String::new, |m| m.name.clone()),
            basis: p.basis.clone(),
            since: p.from.to_string(),
            confirmed: p.confirmed,
        })
        .collect();
    let organs = organs
        .into_iter()
        .map(|o| OrganRow {
            current: o.id == organ,
            own_head: o.id == who.0.organ && who.0.roles.contains(&office::Role::Head),
            units: units
                .iter()
                .filter(|u| u.organ == o.id)
                .map(|u| UnitRow {
                    id: u.id.clone(),
                    name: u.name.clone(),
                    kind: unit_kind(&u.kind),
                    current: u.id == unit,
                })
                .collect(),
            id: o.id,
            name: o.name,
            seal: o.seal,
            address: o.address,
            phone: o.phone,
        })
        .collect();
    let persons = persons
        .into_iter()
        .map(|p| {
            let certificate = certificates.get(&p.id).filter(|c| c.person == p.id);
            PersonRow {
                chip: standing(certificate, today),
                certificate: certificate.map(|c| c.number.clone()).unwrap_or_default(),
                until: certificate.map(|c| c.to.to_string()).unwrap_or_default(),
                published: certificate.is_some_and(|c| c.published),
                name: p.name,
                post: p.post,
            }
        })
        .collect();
    let soon = soon
        .into_iter()
        .map(|(name, unit, number, to)| SoonRow { name, unit, number, until: to.to_string(), days: days(today, to) })
        .collect();
    html(&OrgansPage {
        shell: Shell::new(&app, &who, "/office/organs"),
        bureau: bureau.name,
        demonstration: bureau.demonstration,
        today: today.to_string(),
        valid,
        soon,
        organs,
        organ_name,
        powers,
        unit_name,
        persons,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_valid_on_its_last_day() {
        let today = Day::constant(2024, 11, 21);
        let until = |to| Certificate { person: 1, number: String::new(), to, published: true };
        assert_eq!(standing(None, today).1, "没有证件");
        assert_eq!(standing(Some(&until(Day::constant(2024, 11, 20))), today).1, "已过期");
        assert_eq!(standing(Some(&until(today)), today).1, "剩 0 日");
        assert_eq!(standing(Some(&until(Day::constant(2025, 1, 20))), today).1, "剩 60 日");
        assert_eq!(standing(Some(&until(Day::constant(2025, 1, 21))), today).1, "有效");
    }
}
