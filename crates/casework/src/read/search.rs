//! Looking for cases: by exact number and name, by words in what they are called, by words in their documents.

use std::collections::BTreeMap;

use law::Day;
use law::acts::Kind;
use ledger::{Fault, Piece, Tx, Value, highlight, snippet};

use super::list::{COLUMNS, Row, row};
use crate::tables::cases::tag;

/// Cases shown for one question.
pub const SHOWN: usize = 50;
/// The newest of this many cases found by words are looked at.
const CASES: u32 = 600;
/// And of this many documents.
const PAPERS: u32 = 200;
/// Cases found by an exact number or name.
const EXACT: i64 = 50;
/// Slots in which the long texts of an act may stand.
const SLOTS: u32 = 24;
/// Places in documents shown.
const SNIPPETS: usize = 20;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Words, a name, a number, a plate.
    pub words: String,
    /// Only of this unit.
    pub unit: Option<String>,
    /// Only this matter.
    pub matter: Option<String>,
    /// Only at this step.
    pub stage: Option<i64>,
    /// Only open, or only closed.
    pub open: Option<bool>,
    /// Only where this officer acted last.
    pub officer: Option<u32>,
    /// Only opened on this day or later.
    pub from: Option<Day>,
    /// Only opened on this day or earlier.
    pub until: Option<Day>,
    /// Look at words even where a number or a name is met exactly.
    pub wide: bool,
}

/// Why a case is shown, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// A number or a name, exactly.
    Exact,
    /// The words stand in title, number or place as they were typed.
    Whole,
    /// Every word is in what the case is found by.
    Words,
    /// Every word is in a document of it.
    Paper,
}

/// A case found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The case.
    pub row: Row,
    /// Why.
    pub why: Match,
    /// Its title, marked.
    pub title: Vec<Piece>,
    /// Number and place, marked.
    pub detail: Vec<Piece>,
    /// The document in which the words stand: number of the act, its word, and the place, marked.
    pub paper: Option<(u32, &'static str, Vec<Piece>)>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// At most [`SHOWN`] cases, the best first, then the newest.
    pub found: Vec<Found>,
    /// Whether there may be more: narrower words or filters show them.
    pub more: bool,
    /// A number or a name was met exactly, and nothing else was looked at.
    pub exact: bool,
}

/// Looks for cases; a few statements, whatever is found.
///
/// # Errors
/// The database fails.
pub fn search(tx: &mut Tx<'_>, question: &Question) -> Result<Answer, Fault> {
    let words = question.words.trim();
    if words.is_empty() {
        return Ok(Answer::default());
    }
    let exact = exact(tx, words)?;
    let met = narrowed(tx, question, &exact)?;
    let alone = !met.is_empty() && !question.wide;
    let mut ranks: BTreeMap<i64, Match> = BTreeMap::new();
    let mut places: BTreeMap<i64, (i64, u32)> = BTreeMap::new();
    let mut more = false;
    // Whoever knows the number or the whole name means these cases; the words of a long name are in many others.
    if !alone {
        more = by_words(tx, question, words, &mut ranks, &mut places)?;
    }
    ranks.extend(exact.into_iter().map(|case| (case, Match::Exact)));
    let rows = if alone { met } else { narrowed(tx, question, &ranks.keys().copied().collect::<Vec<_>>())? };
    let folded = words.replace(char::is_whitespace, "");
    let mut found: Vec<(Match, Row)> = rows
        .into_iter()
        .map(|row| {
            let rank = ranks.get(&row.id).copied().unwrap_or(Match::Words);
            let whole = [&row.title, &row.number, &row.place].iter().any(|text| text.contains(&folded));
            (if whole && rank > Match::Whole { Match::Whole } else { rank }, row)
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.id.cmp(&a.1.id)));
    more |= found.len() > SHOWN;
    found.truncate(SHOWN);
    let shown: Vec<(i64, (i64, u32))> =
        found.iter().filter_map(|(_, row)| Some((row.id, *places.get(&row.id)?))).take(SNIPPETS).collect();
    let mut texts = said(tx, words, &shown)?;
    let found = found
        .into_iter()
        .map(|(why, row)| {
            let detail: Vec<&str> =
                [row.number.as_str(), row.place.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
            Found {
                title: highlight(&row.title, words),
                detail: highlight(&detail.join(" · "), words),
                paper: texts.remove(&row.id),
                why,
                row,
            }
        })
        .collect();
    Ok(Answer { found, more, exact: alone })
}

/// What the words find: the rank of each case, and where in its papers they stand. Whether there may be more.
fn by_words(
    tx: &mut Tx<'_>,
    question: &Question,
    words: &str,
    ranks: &mut BTreeMap<i64, Match>,
    places: &mut BTreeMap<i64, (i64, u32)>,
) -> Result<bool, Fault> {
    let unit = question.unit.as_deref().map(|unit| tag("unit", unit));
    let matter = question.matter.as_deref().map(|matter| tag("matter", matter));
    let mut tags: Vec<&str> = unit.iter().map(String::as_str).collect();
    let papers = tx.search_tagged(Some("paper"), words, &tags, PAPERS)?;
    tags.extend(matter.iter().map(String::as_str));
    let cases = tx.search_tagged(Some("case"), words, &tags, CASES)?;
    for hit in &papers {
        let parts = hit.id.split_once('/').and_then(|(case, act)| Some((case.parse().ok()?, act.parse().ok()?)));
        let Some((case, act)) = parts else { continue };
        ranks.insert(case, Match::Paper);
        places.entry(case).or_insert((hit.position, act));
    }
    ranks.extend(cases.iter().filter_map(|hit| Some((hit.id.parse().ok()?, Match::Words))));
    Ok(papers.len() >= PAPERS as usize || cases.len() >= CASES as usize)
}

/// Cases that have exactly this number, or a party of exactly this name or identity number.
fn exact(tx: &mut Tx<'_>, words: &str) -> Result<Vec<i64>, Fault> {
    let bureau = tx.bureau().to_owned();
    let one = |from: &str, column: &str, id: &str| {
        format!(
            "SELECT id FROM (SELECT {id} AS id FROM {from} WHERE bureau = $1 AND {column} = $2 ORDER BY {id} DESC LIMIT $3) {from}_{column}"
        )
    };
    let sql = [
        one("cases", "number", "id"),
        one("issued", "number", "case_id"),
        one("case_parties", "name", "case_id"),
        one("case_parties", "id_number", "case_id"),
        one("case_origins", "key", "case_id"),
    ]
    .join(" UNION ALL ");
    tx.rows(&sql, &[bureau.as_str().into(), words.into(), EXACT.into()], |row| Ok(row.int(0)))
}

/// The cases of these ids that the filters let through.
fn narrowed(tx: &mut Tx<'_>, question: &Question, ids: &[i64]) -> Result<Vec<Row>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(ids.iter().map(|id| Value::from(*id)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let mut sql = format!("SELECT {COLUMNS} FROM cases WHERE bureau = $1 AND id IN ({})", marks.join(", "));
    let (from, until) = (question.from.map(|d| d.to_string()), question.until.map(|d| d.to_string()));
    let filters: [(&str, Option<Value<'_>>); 6] = [
        ("unit =", question.unit.as_deref().map(Value::from)),
        ("matter =", question.matter.as_deref().map(Value::from)),
        ("stage =", question.stage.map(Value::from)),
        ("handler =", question.officer.map(|o| Value::from(i64::from(o)))),
        ("opened >=", from.as_deref().map(Value::from)),
        ("opened <=", until.as_deref().map(Value::from)),
    ];
    for (condition, value) in filters {
        if let Some(value) = value {
            args.push(value);
            sql.push_str(&format!(" AND {condition} ${}", args.len()));
        }
    }
    match question.open {
        Some(true) => sql.push_str(" AND closed IS NULL"),
        Some(false) => sql.push_str(" AND closed IS NOT NULL"),
        None => {}
    }
    tx.rows(&sql, &args, |r| Ok(row(r)))
}

type Said = BTreeMap<i64, (u32, &'static str, Vec<Piece>)>;

/// Where in a document the words stand, for each of these cases: position of the act's entry and its number.
fn said(tx: &mut Tx<'_>, words: &str, places: &[(i64, (i64, u32))]) -> Result<Said, Fault> {
    let keys: Vec<(i64, u32)> =
        places.iter().flat_map(|(_, (position, _))| (1..=SLOTS).map(move |slot| (*position, slot))).collect();
    let texts = tx.texts(&keys)?;
    let bureau = tx.bureau().to_owned();
    let mut found = Said::new();
    if places.is_empty() {
        return Ok(found);
    }
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(places.iter().map(|(_, (position, _))| Value::from(*position)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT position, kind FROM journal WHERE bureau = $1 AND position IN ({})", marks.join(", "));
    let kinds: BTreeMap<i64, String> = tx.rows(&sql, &args, |row| Ok((row.int(0), row.text(1))))?.into_iter().collect();
    for (case, (position, act)) in places {
        let kind = kinds.get(position).and_then(|kind| Kind::from_code(kind.strip_prefix("case.")?));
        let of = texts.range((*position, 0)..=(*position, SLOTS));
        let place = of.filter_map(|(_, text)| snippet(text, words)).max_by_key(|p| p.iter().filter(|p| p.hit).count());
        if let (Some(kind), Some(place)) = (kind, place) {
            found.insert(*case, (*act, kind.label(), place));
        }
    }
    Ok(found)
}
