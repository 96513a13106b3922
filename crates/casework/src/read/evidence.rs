//! The files of a case: which act names each, what it is evidence of, what it says of itself, and what does not fit together.
//!
//! What is found here is shown as a mark and refuses nothing: a clock may be wrong, a place may be a neighbour's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evidence::content::{Class, of};
use evidence::facts::{Facts, metres};
use jiff::civil::{DateTime, Time};
use law::Day;
use law::acts::{Act, ActNo, EvidenceKind, Kind, PersonId};
use law::recording::{ARTICLE, RECORDED, kind_of};
use ledger::{Fault, Tx};
use office::files::Known;

use crate::body::Log;

/// Files on one page.
pub const FILES_MAX: usize = 200;
/// A file taken further than this from the time of its act is marked, minutes.
pub const APART_MINUTES: i64 = 60;
/// A file taken further than this from the place of its act is marked, metres.
pub const APART_METRES: u64 = 500;

/// The files of a case.
pub struct CaseFiles {
    /// The unit that handles it.
    pub unit: String,
    /// One page of them, in the order of the acts.
    pub items: Vec<Item>,
    /// How many there are in all.
    pub count: usize,
    /// What does not fit together in the case: recordings that are missing or do not reach.
    pub marks: Vec<String>,
    /// Days on which an act of the case says, by itself or by a file, at what time it was, newest first.
    pub days: Vec<Day>,
}

/// A file as an act names it.
pub struct Item {
    /// Its address.
    pub id: String,
    /// The act that names it.
    pub act: ActNo,
    /// The kind of that act.
    pub kind: Kind,
    /// When the act happened.
    pub day: Day,
    /// At what time, where it says.
    pub time: Option<Time>,
    /// Which of the eight kinds of evidence it is, none where it proves the procedure.
    pub sort: Option<EvidenceKind>,
    /// What it is called in the act.
    pub name: String,
    /// Who provided it or where it was taken; empty where the act does not say.
    pub source: String,
    /// What it is to prove; empty where the act does not say.
    pub purpose: String,
    /// Where the act says it was; empty where it does not.
    pub place: String,
    /// Who collected it.
    pub team: Vec<PersonId>,
    /// Whether the act was voided.
    pub void: bool,
    /// The act that it records.
    pub records: Option<ActNo>,
    /// Whether its content was verified as evidence, and with which result.
    pub verified: Option<law::acts::EvidenceResult>,
    /// What is known of the bytes.
    pub known: Option<Known>,
    /// What they say of themselves.
    pub facts: Facts,
    /// What does not fit.
    pub marks: Vec<String>,
}

impl Item {
    /// What kind of thing it is, none where its bytes were not read.
    pub fn class(&self) -> Option<Class> {
        of(&self.facts.media).map(|content| content.class)
    }

    /// From when to when it was recorded, where it says.
    pub fn span(&self) -> Option<(DateTime, DateTime)> {
        span(&self.facts)
    }
}

/// From when to when a file was recorded, where it says; a photograph takes no time.
pub(super) fn span(facts: &Facts) -> Option<(DateTime, DateTime)> {
    let from = facts.taken?;
    let length = i64::try_from(facts.length_ms.unwrap_or_default()).ok()?;
    Some((from, from.checked_add(jiff::Span::new().try_milliseconds(length).ok()?).ok()?))
}

/// The files of a case, beginning after the `after`th. None where there is no such case.
///
/// # Errors
/// The database fails.
pub fn of_case(tx: &mut Tx<'_>, case: i64, after: usize) -> Result<Option<CaseFiles>, Fault> {
    let log: Arc<Log> = tx.fold(&crate::stream(case))?;
    if log.entries.is_empty() {
        return Ok(None);
    }
    let mut items = named(&log);
    know(tx, &mut items)?;
    let places = places(tx, &items)?;
    compare(&mut items, &places);
    let marks = recordings(&log, &items);
    let mut days: Vec<Day> = items.iter().filter_map(|item| Some(item.facts.taken?.date())).collect();
    days.extend(log.case.standing().filter(|act| act.time.is_some()).map(|act| act.happened));
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    let count = items.len();
    let items = items.into_iter().skip(after).take(FILES_MAX).collect();
    Ok(Some(CaseFiles { unit: log.unit.clone(), items, count, marks, days }))
}

/// One file of a case, once for each act that names it. None where no act does.
///
/// # Errors
/// The database fails.
pub fn naming(tx: &mut Tx<'_>, case: i64, id: &str) -> Result<Option<CaseFiles>, Fault> {
    let log: Arc<Log> = tx.fold(&crate::stream(case))?;
    let mut items = named(&log);
    if !items.iter().any(|item| item.id == id) {
        return Ok(None);
    }
    know(tx, &mut items)?;
    let places = places(tx, &items)?;
    compare(&mut items, &places);
    items.retain(|item| item.id == id);
    let count = items.len();
    Ok(Some(CaseFiles { unit: log.unit.clone(), items, count, marks: Vec::new(), days: Vec::new() }))
}

/// Puts to each file what is known of it; one that two acts name is read once.
fn know(tx: &mut Tx<'_>, items: &mut [Item]) -> Result<(), Fault> {
    let ids: BTreeSet<String> = items.iter().map(|item| item.id.clone()).collect();
    let known = office::files::known(tx, &ids.into_iter().collect::<Vec<_>>())?;
    for item in items {
        item.known = known.get(&item.id).cloned();
        item.facts = item.known.as_ref().and_then(|known| serde_json::from_str(&known.facts).ok()).unwrap_or_default();
    }
    Ok(())
}

/// Every file an act of the case names.
fn named(log: &Log) -> Vec<Item> {
    let mut items = Vec::new();
    for act in log.case.log() {
        let blobs = act.act.blobs();
        if blobs.is_empty() {
            continue;
        }
        let kind = act.act.kind();
        let draft = act.act.to_draft();
        let text = |key: &str| kind.field(key).and_then(|field| draft.get_text(field.key)).unwrap_or_default();
        let records = match &act.act {
            Act::EvidenceTaken(taken) => taken.records.map(ActNo),
            _ => RECORDED.contains(&kind).then_some(act.no),
        };
        let name = text("name");
        for blob in blobs {
            items.push(Item {
                id: blob.0.clone(),
                act: act.no,
                kind,
                day: act.happened,
                time: act.time,
                sort: kind_of(&act.act),
                name: if name.is_empty() { kind.label().to_owned() } else { name.clone() },
                source: text("source"),
                purpose: text("purpose"),
                place: text("place"),
                team: act.team.clone(),
                void: log.case.is_void(act.no),
                records,
                verified: log.case.evidence_result(act.no),
                known: None,
                facts: Facts::default(),
                marks: Vec::new(),
            });
        }
    }
    items
}

/// Where the places that acts name lie, for those that the bureau's list of places knows: latitude and longitude by name.
fn places(tx: &mut Tx<'_>, items: &[Item]) -> Result<BTreeMap<String, (i64, i64)>, Fault> {
    let names: BTreeMap<&str, ()> =
        items.iter().filter(|i| !i.place.is_empty()).map(|i| (i.place.as_str(), ())).collect();
    let names: Vec<&str> = names.into_keys().take(FILES_MAX).collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<ledger::Value<'_>> = vec![bureau.as_str().into()];
    args.extend(names.iter().map(|name| ledger::Value::from(*name)));
    let asked: Vec<String> = (2..2 + names.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT name, lat, lon FROM places WHERE bureau = $1 AND name IN ({}) AND lat IS NOT NULL AND lon IS NOT NULL ORDER BY id LIMIT 1000",
        asked.join(", ")
    );
    let rows = tx.rows(&sql, &args, |row| Ok((row.text(0), (row.int(1), row.int(2)))))?;
    Ok(rows.into_iter().collect())
}

/// Marks what a file says against what its act says.
fn compare(items: &mut [Item], places: &BTreeMap<String, (i64, i64)>) {
    // Where the act names no known place, its files are compared with the first of them that knows where it is.
    let mut first: BTreeMap<ActNo, (i64, i64)> = BTreeMap::new();
    for item in items.iter() {
        if let Some(place) = item.facts.place {
            first.entry(item.act).or_insert(place);
        }
    }
    for item in items {
        if let Some(taken) = item.facts.taken {
            item.marks.extend(apart(taken, item.day, item.time));
        }
        if let Some(place) = item.facts.place {
            let known = places.get(&item.place);
            let against = known.or_else(|| first.get(&item.act));
            let far = against.map(|against| metres(*against, place)).filter(|far| *far > APART_METRES);
            if let Some(far) = far {
                let what = if known.is_some() { "办理地点" } else { "同一次办理的其他文件" };
                item.marks.push(format!("拍摄地点与{what}相距{}", distance(far)));
            }
        }
    }
}

/// A distance as it is shown.
pub fn distance(metres: u64) -> String {
    if metres < 1000 { format!("{metres}米") } else { format!("{}.{}公里", metres / 1000, metres % 1000 / 100) }
}

/// The mark of a file that was not taken when its act happened. Without a time the act happened on its day.
fn apart(taken: DateTime, day: Day, time: Option<Time>) -> Option<String> {
    let shown = taken.strftime("%Y-%m-%d %H:%M");
    let Some(time) = time else {
        return (taken.date() != day).then(|| format!("拍摄时间{shown}，不是办理当天（{day}）"));
    };
    let at = day.to_datetime(time);
    let minutes = (taken - at).total(jiff::Unit::Minute).ok()?.abs() as i64;
    (minutes > APART_MINUTES).then(|| {
        let shown_at = at.strftime("%Y-%m-%d %H:%M");
        format!("拍摄时间{shown}与办理时间{shown_at}相差{}", length(minutes))
    })
}

/// A number of minutes as it is shown.
pub fn length(minutes: i64) -> String {
    match (minutes / 1440, minutes % 1440 / 60, minutes % 60) {
        (0, 0, m) => format!("{m}分钟"),
        (0, h, 0) => format!("{h}小时"),
        (0, h, m) => format!("{h}小时{m}分"),
        (d, 0, _) => format!("{d}天"),
        (d, h, _) => format!("{d}天{h}小时"),
    }
}

/// Marks each act that has to be recorded from beginning to end and has no recording, or one that does not reach its time.
fn recordings(log: &Log, items: &[Item]) -> Vec<String> {
    let mut marks = Vec::new();
    for act in log.case.standing().filter(|act| RECORDED.contains(&act.act.kind())) {
        let called = format!("第{}号{}", act.no, act.act.kind().label());
        let bound = items.iter().filter(|item| !item.void && item.records == Some(act.no));
        let bound: Vec<&Item> =
            bound.filter(|item| matches!(item.class(), Some(Class::Video | Class::Sound))).collect();
        if bound.is_empty() {
            marks.push(format!("{called}：没有音像记录（{ARTICLE}）"));
            continue;
        }
        let spans: Vec<(DateTime, DateTime)> = bound.iter().filter_map(|item| item.span()).collect();
        if spans.is_empty() {
            continue;
        }
        let reaches = |(from, to): &(DateTime, DateTime)| match act.time {
            Some(time) => {
                let at = act.happened.to_datetime(time);
                *from <= at && at <= *to
            }
            None => from.date() <= act.happened && act.happened <= to.date(),
        };
        if !spans.iter().any(reaches) {
            let (from, to) = spans[0];
            let at = act.time.map_or_else(
                || act.happened.to_string(),
                |time| act.happened.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string(),
            );
            marks.push(format!(
                "{called}：音像记录{}至{}，没有覆盖办理时间{at}（{ARTICLE}）",
                from.strftime("%Y-%m-%d %H:%M"),
                to.strftime("%H:%M")
            ));
        }
    }
    marks
}
