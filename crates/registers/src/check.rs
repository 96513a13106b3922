//! Whether a state may be recorded: types, bounds, and references to what really is there.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx};

use crate::descriptor::{Descriptor, Field, Lines, Type};
use crate::names::{Names, is_day, time};
use crate::state::{Row, State, Value};

const LINE_CHARS_MAX: usize = 200;
const WORDS_CHARS_MAX: usize = 5_000;
/// Rows of one kind in one record.
pub(crate) const LINES_MAX: usize = 2_000;
const PERSONS_MAX: usize = 100;
const BLOBS_MAX: usize = 30;
/// Beyond it sums over a register would not fit.
const NUMBER_MAX: i64 = 1_000_000_000_000;

/// Something that stands against recording a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Kind and place (from 0) of the line, none for a field of the record.
    pub line: Option<(String, usize)>,
    /// Key of the field; empty where a kind of lines is meant.
    pub key: String,
    /// The field as the user sees it.
    pub field: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}", self.field, self.text)
    }
}

impl Problem {
    /// A fault of a field of the record.
    pub(crate) fn of(field: &Field, text: impl Into<String>) -> Problem {
        Problem { line: None, key: field.key.clone(), field: field.label.clone(), text: text.into() }
    }

    /// A fault of a field of a line.
    pub(crate) fn in_line(lines: &Lines, at: usize, field: &Field, text: impl Into<String>) -> Problem {
        Problem {
            line: Some((lines.key.clone(), at)),
            key: field.key.clone(),
            field: format!("{}第 {} 行·{}", lines.label, at + 1, field.label),
            text: text.into(),
        }
    }

    fn of_lines(lines: &Lines, text: impl Into<String>) -> Problem {
        Problem {
            line: Some((lines.key.clone(), 0)),
            key: String::new(),
            field: lines.label.clone(),
            text: text.into(),
        }
    }
}

/// Everything that stands against a state, in the order of its fields. `has_blob` says whether a file is in the evidence store.
pub(crate) fn check(
    tx: &mut Tx<'_>,
    d: &Descriptor,
    names: &mut Names,
    state: &State,
    today: Date,
    has_blob: &dyn Fn(&str) -> bool,
) -> Result<Vec<Problem>, Fault> {
    let mut problems = Vec::new();
    let unknown = |row: &Row, fields: &[Field]| row.keys().find(|k| fields.iter().all(|f| &f.key != *k)).cloned();
    if let Some(key) = unknown(&state.fields, &d.fields) {
        problems
            .push(Problem { line: None, field: key.clone(), key, text: "台账没有这一项，请去掉".into() });
    }
    let mut cx = Checking { names, today, has_blob, found: BTreeMap::new() };
    for (field, text) in cx.row(tx, &d.fields, &state.fields)? {
        problems.push(Problem::of(field, text));
    }
    for (key, rows) in &state.lines {
        let Some(lines) = d.lines_of(key) else {
            problems.push(Problem {
                line: None,
                key: key.clone(),
                field: key.clone(),
                text: "台账没有这种明细，请去掉".into(),
            });
            continue;
        };
        if rows.len() > LINES_MAX {
            problems.push(Problem::of_lines(lines, format!("{} 行，超过 {LINES_MAX} 行，请分成几条记录", rows.len())));
            continue;
        }
        for (at, row) in rows.iter().enumerate() {
            if let Some(key) = unknown(row, &lines.fields) {
                problems.push(Problem::of_lines(lines, format!("没有“{key}”这一项，请去掉")));
            }
            for (field, text) in cx.row(tx, &lines.fields, row)? {
                problems.push(Problem::in_line(lines, at, field, text));
            }
        }
        problems.extend(repeated(lines, rows));
    }
    for lines in d.lines.iter().filter(|l| l.required) {
        if state.lines.get(&lines.key).is_none_or(Vec::is_empty) {
            problems.push(Problem::of_lines(lines, "至少要有一行"));
        }
    }
    Ok(problems)
}

/// Rows that share what no two may.
fn repeated(lines: &Lines, rows: &[Row]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if lines.unique.is_empty() {
        return problems;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let parts: Vec<String> = lines.unique.iter().map(|key| format!("{:?}", row.get(key))).collect();
        if let Some(first) = seen.insert(parts.join("/"), at) {
            let field = lines.fields.iter().find(|f| Some(&f.key) == lines.unique.first());
            problems
                .extend(field.map(|f| Problem::in_line(lines, at, f, format!("与第 {} 行重复，只留一行", first + 1))));
        }
    }
    problems
}

struct Checking<'a> {
    names: &'a mut Names,
    today: Date,
    has_blob: &'a dyn Fn(&str) -> bool,
    /// Cases and tickets asked for already.
    found: BTreeMap<(Elsewhere, i64), bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Elsewhere {
    Case,
    Ticket,
}

impl Checking<'_> {
    fn row<'f>(&mut self, tx: &mut Tx<'_>, fields: &'f [Field], row: &Row) -> Result<Vec<(&'f Field, String)>, Fault> {
        let mut bad = Vec::new();
        for field in fields {
            let Some(value) = row.get(&field.key) else {
                if field.required {
                    bad.push((field, "不能为空".to_owned()));
                } else if let Some(with) = field.with.as_ref().filter(|with| row.contains_key(*with)) {
                    let other = fields.iter().find(|f| &f.key == with).map_or(with.as_str(), |f| f.label.as_str());
                    bad.push((field, format!("填了“{other}”的，这一项也要填")));
                }
                continue;
            };
            if let Some(why) = self.value(tx, field, value)?.or_else(|| self.beside(fields, row, field, value)) {
                bad.push((field, why));
            }
        }
        Ok(bad)
    }

    /// The value by itself.
    fn value(&mut self, tx: &mut Tx<'_>, field: &Field, value: &Value) -> Result<Option<String>, Fault> {
        use Type::*;
        let wrong = || Some("填写的内容不合这一项的类型，请重新填写".to_owned());
        Ok(match (field.ty, value) {
            (Line | Private, Value::Text(text)) => text_fits(text, LINE_CHARS_MAX),
            (Words, Value::Text(text)) => text_fits(text, WORDS_CHARS_MAX),
            (Day, Value::Text(text)) => match is_day(text) {
                None => wrong(),
                Some(day) if day.year() < 1990 || day.year() > 2200 => Some(format!("{day} 的年份不对，请核对")),
                Some(day) if day > self.today && !field.future => Some(format!("{day} 晚于今天，请核对")),
                Some(_) => None,
            },
            (Time, Value::Text(text)) => {
                if time(text).as_ref() == Some(text) {
                    None
                } else {
                    wrong()
                }
            }
            (Number | Tenths | Money, Value::Int(n)) => {
                let said = |n: i64| crate::names::plain(field, &Value::Int(n));
                let (min, max) = (field.min.unwrap_or(0), field.max.unwrap_or(NUMBER_MAX));
                if *n < min {
                    Some(format!("不能小于 {}", said(min)))
                } else if *n > max {
                    Some(format!("不能大于 {}", said(max)))
                } else {
                    None
                }
            }
            (Bool, Value::Bool(_)) => None,
            (Choice, Value::Text(code)) if field.options.iter().any(|o| &o[0] == code) => None,
            (Persons, Value::Ints(ids)) if ids.len() > PERSONS_MAX => {
                Some(format!("超过 {PERSONS_MAX} 人，请分开登记"))
            }
            (Person, Value::Int(_)) | (Persons, Value::Ints(_)) | (Unit | Organ | Place | Matter, Value::Text(_)) => {
                if self.names.has(field.ty, value) {
                    None
                } else {
                    Some(format!("没有这个{}，请从列表中选择", what(field.ty)))
                }
            }
            (Case, Value::Int(id)) => {
                if self.there(tx, Elsewhere::Case, *id)? {
                    None
                } else {
                    Some(format!("没有第 {id} 号案，请核对案件序号"))
                }
            }
            (Ticket, Value::Int(id)) => {
                if self.there(tx, Elsewhere::Ticket, *id)? {
                    None
                } else {
                    Some(format!("没有第 {id} 号诉求，请核对诉求序号"))
                }
            }
            (Record, Value::Int(id)) => {
                let register = field.register.clone().unwrap_or_default();
                match self.names.record(tx, &register, *id)? {
                    Some(_) => None,
                    None => Some(format!("没有编号为 {id} 的记录，或者已经作废，请核对编号")),
                }
            }
            (Blobs, Value::Texts(ids)) if ids.len() > BLOBS_MAX => Some(format!("超过 {BLOBS_MAX} 个附件，请分开登记")),
            (Blobs, Value::Texts(ids)) => {
                if ids.iter().all(|id| (self.has_blob)(id)) {
                    None
                } else {
                    Some("附件没有存好，请重新上传".into())
                }
            }
            _ => wrong(),
        })
    }

    /// The value beside the others of its row.
    fn beside(&self, fields: &[Field], row: &Row, field: &Field, value: &Value) -> Option<String> {
        let label = |key: &str| fields.iter().find(|f| f.key == key).map_or("", |f| f.label.as_str());
        if let Some(key) = &field.not_before
            && let (Some(earlier), Some(day)) = (row.get(key).and_then(Value::text), value.text())
            && day < earlier
        {
            return Some(format!("{day} 早于“{}”{earlier}，请核对", label(key)));
        }
        if let Some(key) = &field.within_unit
            && let (Some(unit), Some(n)) = (row.get(key).and_then(Value::text), value.int())
            && n > self.names.heads(unit)
        {
            return Some(format!("{n} 人，多于该单位的 {} 人，请核对", self.names.heads(unit)));
        }
        None
    }

    fn there(&mut self, tx: &mut Tx<'_>, what: Elsewhere, id: i64) -> Result<bool, Fault> {
        if let Some(there) = self.found.get(&(what, id)) {
            return Ok(*there);
        }
        let bureau = tx.bureau().to_owned();
        let table = match what {
            Elsewhere::Case => "cases",
            Elsewhere::Ticket => "tickets",
        };
        let sql = format!("SELECT 1 FROM {table} WHERE bureau = $1 AND id = $2");
        let there = tx.row(&sql, &[bureau.as_str().into(), id.into()], |_| Ok(()))?.is_some();
        self.found.insert((what, id), there);
        Ok(there)
    }
}

fn what(ty: Type) -> &'static str {
    match ty {
        Type::Unit => "单位",
        Type::Organ => "机关",
        Type::Place => "地点",
        Type::Matter => "事项",
        _ => "人员",
    }
}

fn text_fits(text: &str, most: usize) -> Option<String> {
    if text.trim().is_empty() {
        Some("不能为空".into())
    } else if text.contains('\0') {
        Some("含有不能保存的字符，请重新录入".into())
    } else if text.chars().count() > most {
        Some(format!("超过 {most} 字，请缩短"))
    } else {
        None
    }
}
