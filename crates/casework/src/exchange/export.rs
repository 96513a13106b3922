//! Cases taken away, act by act: JSONL of any length, or a workbook.
//!
//! A void and what it takes back are left out: they count as not entered.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use law::Day;
use law::acts::{Act, FieldType};
use law::case::Subject;
use ledger::{Fault, Tx, Value};
use office::directory::Directory;
use office::sheet::EXPORT_MAX;

use super::book;
use super::keys::Keys;
use super::row::{FORMAT, Header, Party, Row};
use super::whole::Whole;
use crate::Casework;

/// Which acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only those after this position of the journal.
    pub after: i64,
    /// Only of this unit.
    pub unit: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Cases.
    pub cases: usize,
    /// Acts.
    pub acts: usize,
    /// The position of the journal up to which everything is in it: the next export begins after it.
    pub until: i64,
}

/// The last position recorded before a day began in UTC+8, for exports since that day.
///
/// # Errors
/// The database fails.
pub fn before(tx: &mut Tx<'_>, day: Day) -> Result<i64, Fault> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let begins = day.to_zoned(zone).map_err(|e| Fault::Bug(e.to_string()))?.timestamp().as_millisecond();
    let bureau = tx.bureau().to_owned();
    let last = tx.row(
        "SELECT MAX(position) FROM journal WHERE bureau = $1 AND recorded_at < $2",
        &[bureau.as_str().into(), begins.into()],
        |row| Ok(row.opt_int(0)),
    )?;
    Ok(last.flatten().unwrap_or(0))
}

impl Casework {
    /// Writes JSONL: a header, then one act a line.
    ///
    /// # Errors
    /// The database fails, or the file cannot be written.
    pub fn export_lines(
        &self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        today: Day,
        out: &mut dyn Write,
    ) -> Result<Written, Fault> {
        let written = |e: std::io::Error| Fault::Unavailable(format!("不能写入文件：{e}"));
        let until = tx.position()?;
        let header =
            Header { format: FORMAT.into(), system: super::system(tx)?, exported: Some(today), until: Some(until) };
        let mut line = |value: Result<String, serde_json::Error>| {
            let text = value.map_err(|e| Fault::Bug(e.to_string()))?;
            writeln!(out, "{text}").map_err(written)
        };
        line(serde_json::to_string(&header))?;
        let mut done = Written { until, ..Written::default() };
        self.rows(tx, wanted, until, |rows| {
            done.cases += 1;
            done.acts += rows.len();
            rows.iter().try_for_each(|row| line(serde_json::to_string(row)))
        })?;
        Ok(done)
    }

    /// A workbook of the same. At most [`EXPORT_MAX`] acts: a workbook is for people.
    ///
    /// # Errors
    /// The database fails, or there is more: the inner answer then says how many acts at least.
    pub fn export_book(
        &self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        today: Day,
    ) -> Result<Result<(Vec<u8>, Written), usize>, Fault> {
        let until = tx.position()?;
        let system = super::system(tx)?;
        let mut all = Vec::new();
        let mut done = Written { until, ..Written::default() };
        let max = usize::try_from(EXPORT_MAX).unwrap_or(usize::MAX);
        let mut over = false;
        self.rows(tx, wanted, until, |rows| {
            over |= all.len() + rows.len() > max;
            if !over {
                done.cases += 1;
                all.extend(rows);
            }
            Ok(())
        })?;
        if over {
            return Ok(Err(max));
        }
        done.acts = all.len();
        Ok(Ok((book::write(&system, today, &all)?, done)))
    }

    /// Gives the rows of one case after the other, in the order of cases.
    fn rows(
        &self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        until: i64,
        mut each: impl FnMut(Vec<Row>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        const CASES: i64 = 500;
        let own = super::system(tx)?;
        let directory = self.standings.directory(tx)?;
        let bureau = tx.bureau().to_owned();
        let touched = if wanted.after > 0 { Some(touched(tx, wanted.after, until)?) } else { None };
        let mut last = 0;
        loop {
            let mut sql = "SELECT id, unit FROM cases WHERE bureau = $1 AND id > $2".to_owned();
            let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), last.into()];
            if let Some(unit) = &wanted.unit {
                sql.push_str(" AND unit = $3");
                args.push(unit.into());
            }
            sql.push_str(&format!(" ORDER BY id LIMIT {CASES}"));
            let ids = tx.rows(&sql, &args, |row| Ok(row.int(0)))?;
            let Some(end) = ids.last() else { return Ok(()) };
            last = *end;
            for id in ids.into_iter().filter(|id| touched.as_ref().is_none_or(|touched| touched.contains(id))) {
                let whole = Whole::read(tx, id)?;
                let rows = of_case(&whole, &own, &directory, wanted.after);
                if !rows.is_empty() {
                    each(rows)?;
                }
            }
        }
    }
}

/// The cases that got an act after a position.
fn touched(tx: &mut Tx<'_>, after: i64, until: i64) -> Result<BTreeSet<i64>, Fault> {
    let bureau = tx.bureau().to_owned();
    let streams = tx.rows(
        "SELECT DISTINCT stream FROM journal WHERE bureau = $1 AND position > $2 AND position <= $3 AND kind LIKE 'case.%'",
        &[bureau.as_str().into(), after.into(), until.into()],
        |row| Ok(row.text(0)),
    )?;
    Ok(streams.iter().filter_map(|stream| stream.strip_prefix("case/")?.parse().ok()).collect())
}

/// The standing acts of a case after a position.
fn of_case(whole: &Whole, own: &str, directory: &Directory, after: i64) -> Vec<Row> {
    let keys = Keys::of(&whole.log, own);
    let case = &whole.log.case;
    let standing =
        case.log().iter().enumerate().filter(|(_, rec)| !case.is_void(rec.no) && !matches!(rec.act, Act::Voided(_)));
    let newer = standing.filter(|(at, _)| whole.log.entries.get(*at).is_some_and(|entry| entry.position > after));
    newer.filter_map(|(at, _)| row(whole, &keys, own, directory, at)).collect()
}

/// The row of one act.
fn row(whole: &Whole, keys: &Keys, own: &str, directory: &Directory, at: usize) -> Option<Row> {
    let case = &whole.log.case;
    let rec = case.log().get(at)?;
    let kind = rec.act.kind();
    let name = |no| keys.name(no).unwrap_or_default().to_owned();
    let person = |id: &str| {
        let number: u32 = id.parse().ok()?;
        directory.known_as(number, rec.happened).map(str::to_owned)
    };
    let party_of = |no: law::acts::PartyNo| case.parties().find(|p| p.no == no).map(|p| p.by);
    let draft = rec.act.to_draft();
    let mut fields = BTreeMap::new();
    for field in kind.fields() {
        let items = || draft.get_text(field.key).unwrap_or_default();
        let each = |one: &dyn Fn(&str) -> Option<String>| {
            items().split('、').filter(|item| !item.is_empty()).filter_map(one).collect::<Vec<_>>().join("、")
        };
        let text = match field.ty {
            FieldType::PartyKey => continue,
            FieldType::Words => match whole.words(at, field.key) {
                Some(text) => text.to_owned(),
                None if field.optional => String::new(),
                None => crate::party::ERASED.to_owned(),
            },
            FieldType::Person | FieldType::Persons => each(&person),
            FieldType::Act(_) | FieldType::Acts(_) => each(&|item| Some(name(law::acts::ActNo(item.parse().ok()?)))),
            FieldType::Party => each(&|item| Some(name(party_of(law::acts::PartyNo(item.parse().ok()?))?))),
            FieldType::Conducts => each(&|item| {
                let no = law::acts::ConductNo(item.parse().ok()?);
                Some(name(case.conduct_of(no)?.by))
            }),
            _ => items(),
        };
        if !text.is_empty() {
            fields.insert(field.label.to_owned(), text);
        }
    }
    let subject = match rec.subject {
        Subject::Case => None,
        Subject::Party(no) => party_of(no).map(name),
        Subject::Document(no) | Subject::Item(no) => Some(name(no)),
    };
    let party = whole.identity(at).map(|(_, who)| Party {
        kind: if who.person { "个人" } else { "单位" }.into(),
        name: who.name,
        id_number: who.id_number,
        address: who.address,
        phone: who.phone,
        representative: who.representative,
    });
    let opens = at == 0;
    let source = match &rec.entry {
        law::case::Entry::Reported { source } => Some(source.clone()),
        law::case::Entry::Live => None,
    };
    Some(Row {
        system: (keys.system != own).then(|| keys.system.clone()),
        case: keys.case.clone(),
        act: keys.name(rec.no)?.to_owned(),
        order: Some(rec.no.0),
        organ: opens.then(|| directory.organ(&rec.organ.0).map_or_else(|| rec.organ.0.clone(), |o| o.name.clone())),
        unit: opens.then(|| directory.unit(&whole.log.unit).map_or_else(|| whole.log.unit.clone(), |u| u.name.clone())),
        kind: kind.label().to_owned(),
        day: rec.happened.to_string(),
        time: rec.time.map(|t| format!("{:02}:{:02}", t.hour(), t.minute())),
        subject,
        team: rec.team.iter().filter_map(|p| person(&p.0.to_string())).collect(),
        capacity: Some(rec.capacity.clone()),
        number: rec.allocated.number.clone(),
        source,
        fields,
        party,
    })
}

/// A workbook to begin with: one made-up case, so that every column is seen in use.
///
/// # Errors
/// The workbook could not be written.
pub fn example(today: Day) -> Result<Vec<u8>, Fault> {
    let day = today.to_string();
    let row = |act: &str, kind: law::acts::Kind, fields: &[(&str, &str)]| Row {
        case: "示例-0001".into(),
        act: act.into(),
        kind: kind.label().into(),
        day: day.clone(),
        team: vec!["沪A000001".into(), "沪A000002".into()],
        fields: fields.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned())).collect(),
        ..Row::default()
    };
    let clue = Row {
        organ: Some("（机关名称）".into()),
        unit: Some("（承办单位名称）".into()),
        party: Some(Party { kind: "单位".into(), name: "示例公司（虚构）".into(), ..Party::default() }),
        ..row(
            "1",
            law::acts::Kind::ClueRegistered,
            &[
                ("来源", "巡查发现"),
                ("事项", "A01"),
                ("行为终了日", &day),
                ("发现日", &day),
                ("地点", "示例路 1 号"),
                ("线索内容", "占道设摊。"),
            ],
        )
    };
    let scene = Row {
        time: Some("10:20".into()),
        ..row(
            "2",
            law::acts::Kind::SceneRecorded,
            &[
                ("地点", "示例路 1 号"),
                ("出示证件", "是"),
                ("笔录内容", "现场有摊位一处。"),
                ("签字", "签字确认"),
                ("全程录音录像", "是"),
            ],
        )
    };
    let served = Row {
        subject: Some("1".into()),
        team: Vec::new(),
        ..row("3", law::acts::Kind::OrderedToCorrect, &[("改正要求", "立即改正。"), ("改正期限", &day)])
    };
    book::write("示例系统", today, &[clue, scene, served])
}
