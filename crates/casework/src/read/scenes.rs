//! Who was where on a day, over all cases: one device in two recordings at once, one officer in two recordings or two places at once.
//!
//! One day is read at a time, in two statements; what is found is a mark for people to look at, never a refusal and never a figure
//! about a person.

use std::collections::BTreeMap;

use evidence::content::{Class, of};
use evidence::facts::{Facts, metres};
use jiff::civil::{DateTime, Time};
use law::Day;
use law::acts::Kind;
use ledger::{Fault, Tx};

use super::evidence::{APART_METRES, distance, span};

/// Acts of one day that are looked at.
const SCENES_MAX: i64 = 2_000;
/// Moments nearer than this are the same time, seconds: clocks are set by hand.
const SAME_SECONDS: f64 = 60.0;

/// An act that says who was where.
#[derive(Debug, Clone)]
struct Scene {
    case: i64,
    act: i64,
    label: String,
    place: String,
    officers: Vec<u32>,
    moments: Vec<Moment>,
}

/// A time that an act or one of its files shows.
#[derive(Debug, Clone)]
struct Moment {
    from: DateTime,
    to: DateTime,
    /// Latitude and longitude, where the file says.
    at: Option<(i64, i64)>,
    /// Whether sound or pictures run.
    recording: bool,
    device: String,
}

/// What was found about two acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The day.
    pub day: Day,
    /// Case and number of the one act.
    pub one: (i64, i64),
    /// Case and number of the other.
    pub other: (i64, i64),
    /// The officers it is about; empty where it is about a device.
    pub officers: Vec<u32>,
    /// What was found, without the names of the officers.
    pub what: String,
}

/// What was found on a day, for one case where it is given.
///
/// # Errors
/// The database fails.
pub fn clashes(tx: &mut Tx<'_>, day: Day, case: Option<i64>) -> Result<Vec<Clash>, Fault> {
    let scenes = of_day(tx, day)?;
    let mut found = Vec::new();
    for (n, one) in scenes.iter().enumerate() {
        for other in &scenes[n + 1..] {
            if case.is_none_or(|case| case == one.case || case == other.case) {
                found.extend(between(day, one, other));
            }
        }
    }
    Ok(found)
}

fn of_day(tx: &mut Tx<'_>, day: Day) -> Result<Vec<Scene>, Fault> {
    let bureau = tx.bureau().to_owned();
    let text = day.to_string();
    let rows = tx.rows(
        "SELECT case_id, act, time, kind, place, device, officers, files FROM case_scenes WHERE bureau = $1 AND day = $2 ORDER BY case_id, act LIMIT $3",
        &[bureau.as_str().into(), (&text).into(), SCENES_MAX.into()],
        |row| Ok((row.int(0), row.int(1), row.opt_text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7))),
    )?;
    let list = |text: &str| text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<String>>();
    let ids: Vec<String> = rows.iter().flat_map(|row| list(&row.7)).collect();
    let known = office::files::known(tx, &ids)?;
    let facts: BTreeMap<&String, Facts> =
        known.iter().filter_map(|(id, known)| Some((id, serde_json::from_str(&known.facts).ok()?))).collect();
    let mut scenes = Vec::new();
    for (case, act, time, kind, place, device, officers, files) in rows {
        let mut moments = Vec::new();
        if let Some(time) = time.and_then(|time| time.parse::<Time>().ok()) {
            let at = day.to_datetime(time);
            moments.push(Moment { from: at, to: at, at: None, recording: false, device: String::new() });
        }
        for facts in list(&files).iter().filter_map(|id| facts.get(id)) {
            let Some((from, to)) = span(facts) else { continue };
            let class = of(&facts.media).map(|content| content.class);
            let recording = matches!(class, Some(Class::Video | Class::Sound));
            moments.push(Moment { from, to, at: facts.place, recording, device: device.trim().to_owned() });
        }
        if moments.is_empty() {
            continue;
        }
        let label = Kind::from_code(&kind).map_or(kind, |kind| kind.label().to_owned());
        let officers = list(&officers).iter().filter_map(|id| id.parse().ok()).collect();
        scenes.push(Scene { case, act, label, place, officers, moments });
    }
    Ok(scenes)
}

/// The first thing of each sort that does not fit between two acts.
fn between(day: Day, one: &Scene, other: &Scene) -> Vec<Clash> {
    let mut found = Vec::new();
    let clash = |officers: Vec<u32>, what: String| Clash {
        day,
        one: (one.case, one.act),
        other: (other.case, other.act),
        officers,
        what,
    };
    let called = |scene: &Scene| format!("第{}号案{}“{}”", scene.case, scene.act, scene.label);
    let both: Vec<u32> = one.officers.iter().filter(|person| other.officers.contains(person)).copied().collect();
    let pairs =
        || one.moments.iter().flat_map(|a| other.moments.iter().map(move |b| (a, b))).filter(|(a, b)| together(a, b));
    let time = |a: &Moment, b: &Moment| a.from.max(b.from).strftime("%H:%M").to_string();
    if let Some((a, b)) =
        pairs().find(|(a, b)| a.recording && b.recording && !a.device.is_empty() && a.device == b.device)
    {
        found.push(clash(
            Vec::new(),
            format!("{}，设备{}同时在{}和{}的两段录制里", time(a, b), a.device, called(one), called(other)),
        ));
    }
    if both.is_empty() {
        return found;
    }
    let far = |a: &Moment, b: &Moment| match (a.at, b.at) {
        (Some(a), Some(b)) => {
            Some(metres(a, b)).filter(|far| *far > APART_METRES).map(|far| format!("，两处相距{}", distance(far)))
        }
        _ => (one.place.trim() != other.place.trim()).then(String::new),
    };
    let apart = pairs().find_map(|(a, b)| Some((a, b, far(a, b)?)));
    if one.case != other.case
        && let Some((a, b, far)) = apart
    {
        found.push(clash(
            both,
            format!("{}同时在{}（{}）和{}（{}）{far}", time(a, b), called(one), one.place, called(other), other.place),
        ));
    } else if let Some((a, b)) = pairs().find(|(a, b)| a.recording && b.recording) {
        found.push(clash(both, format!("{}同时在{}和{}的两段录制里", time(a, b), called(one), called(other))));
    }
    found
}

/// Do two moments overlap, or lie nearer than clocks are right?
fn together(a: &Moment, b: &Moment) -> bool {
    let after = |from: DateTime, to: DateTime| (from - to).total(jiff::Unit::Second).unwrap_or(f64::MAX);
    after(a.from, b.to) < SAME_SECONDS && after(b.from, a.to) < SAME_SECONDS
}
