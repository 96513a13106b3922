//! Between what people write and what a record holds: names of persons, units and the rest, both ways.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use law::corpus::Corpus;
use law::money::Fen;
use ledger::{Fault, Tx};

use crate::descriptor::{Field, Set, Type};
use crate::state::Value;

/// Persons of a bureau read at most.
const PERSONS_MAX: i64 = 100_000;

/// The names a record may mention, read once for a page or a sheet.
#[derive(Debug, Default)]
pub struct Names {
    set: Option<&'static Set>,
    persons: BTreeMap<i64, (String, String, bool)>,
    by_name: BTreeMap<String, Vec<i64>>,
    units: Vec<(String, String)>,
    organs: Vec<(String, String)>,
    places: Vec<(String, String)>,
    /// People at work in each unit.
    heads: BTreeMap<String, i64>,
    titles: BTreeMap<(String, i64), Option<String>>,
    /// Names of private persons are shown whole.
    pub whole: bool,
}

impl Names {
    /// Reads them.
    ///
    /// # Errors
    /// The database fails.
    pub fn read(tx: &mut Tx<'_>, set: &'static Set) -> Result<Names, Fault> {
        let bureau = tx.bureau().to_owned();
        let mut names = Names { set: Some(set), ..Names::default() };
        let persons = tx.rows(
            "SELECT id, name, unit, active FROM persons WHERE bureau = $1 ORDER BY id LIMIT $2",
            &[bureau.as_str().into(), PERSONS_MAX.into()],
            |row| Ok((row.int(0), row.text(1), row.text(2), row.int(3) == 1)),
        )?;
        for (id, name, unit, active) in persons {
            names.by_name.entry(name.clone()).or_default().push(id);
            if active {
                *names.heads.entry(unit.clone()).or_default() += 1;
            }
            names.persons.insert(id, (name, unit, active));
        }
        names.units = office::read::units(tx)?.into_iter().map(|u| (u.id, u.name)).collect();
        names.organs = office::read::organs(tx)?.into_iter().map(|o| (o.id, o.name)).collect();
        names.places = office::places::all(tx)?.into_values().map(|p| (p.id, p.name)).collect();
        Ok(names)
    }

    /// People at work in a unit.
    pub fn heads(&self, unit: &str) -> i64 {
        self.heads.get(unit).copied().unwrap_or(0)
    }

    /// Every person at work, as an input takes them.
    pub fn active(&self) -> impl Iterator<Item = String> + '_ {
        self.persons.iter().filter(|(_, p)| p.2).map(|(id, _)| self.person(*id))
    }

    /// Units, id and name.
    pub fn units(&self) -> &[(String, String)] {
        &self.units
    }

    /// Organs, id and name.
    pub fn organs(&self) -> &[(String, String)] {
        &self.organs
    }

    /// Places, id and name.
    pub fn places(&self) -> &[(String, String)] {
        &self.places
    }

    /// A person: the name, with the number where another has the same.
    fn person(&self, id: i64) -> String {
        match self.persons.get(&id) {
            Some((name, ..)) if self.by_name.get(name).is_some_and(|all| all.len() == 1) => name.clone(),
            Some((name, ..)) => format!("{name}#{id}"),
            None => format!("#{id}"),
        }
    }

    /// Is there such a person, unit, organ, place or matter?
    pub(crate) fn has(&self, ty: Type, value: &Value) -> bool {
        let listed = |list: &[(String, String)]| value.text().is_some_and(|id| list.iter().any(|e| e.0 == id));
        match (ty, value) {
            (Type::Person, Value::Int(id)) => self.persons.contains_key(id),
            (Type::Persons, Value::Ints(ids)) => ids.iter().all(|id| self.persons.contains_key(id)),
            (Type::Unit, _) => listed(&self.units),
            (Type::Organ, _) => listed(&self.organs),
            (Type::Place, _) => listed(&self.places),
            (Type::Matter, Value::Text(code)) => Corpus::builtin().matter(code).is_some(),
            _ => true,
        }
    }

    /// The name of a record; none where there is no such record.
    ///
    /// # Errors
    /// The database fails.
    pub fn record(&mut self, tx: &mut Tx<'_>, register: &str, id: i64) -> Result<Option<String>, Fault> {
        let key = (register.to_owned(), id);
        if let Some(title) = self.titles.get(&key) {
            return Ok(title.clone());
        }
        let Some(d) = self.set.and_then(|set| set.get(register)) else { return Ok(None) };
        let bureau = tx.bureau().to_owned();
        let title = tx.row(
            &format!("SELECT title FROM {} WHERE bureau = $1 AND id = $2", d.table()),
            &[bureau.as_str().into(), id.into()],
            |row| Ok(row.text(0)),
        )?;
        self.titles.insert(key, title.clone());
        Ok(title)
    }

    /// A value as pages and sheets show it, and as [`Names::parse`] reads it again.
    ///
    /// # Errors
    /// The database fails.
    pub fn text(&mut self, tx: &mut Tx<'_>, field: &Field, value: Option<&Value>) -> Result<String, Fault> {
        let Some(value) = value else { return Ok(String::new()) };
        let listed = |list: &[(String, String)], id: &str| {
            list.iter().find(|e| e.0 == id).map_or_else(|| id.to_owned(), |e| e.1.clone())
        };
        Ok(match (field.ty, value) {
            (Type::Private, Value::Text(text)) if !self.whole => masked(text),
            (Type::Person, Value::Int(id)) => self.person(*id),
            (Type::Persons, Value::Ints(ids)) => ids.iter().map(|id| self.person(*id)).collect::<Vec<_>>().join("、"),
            (Type::Unit, Value::Text(id)) => listed(&self.units, id),
            (Type::Organ, Value::Text(id)) => listed(&self.organs, id),
            (Type::Place, Value::Text(id)) => listed(&self.places, id),
            (Type::Matter, Value::Text(code)) => match Corpus::builtin().matter(code) {
                Some(m) => format!("{code} {}", m.name),
                None => code.clone(),
            },
            (Type::Record, Value::Int(id)) => {
                let register = field.register.clone().unwrap_or_default();
                let title = self.record(tx, &register, *id)?;
                title.map_or_else(|| format!("{id}（已作废）"), |title| format!("{id} {title}"))
            }
            (_, value) => plain(field, value),
        })
    }

    /// Reads what somebody wrote into a field. Nothing written is no value; `before` is what the field held, so that a masked name
    /// written back stays what it was.
    ///
    /// # Errors
    /// Inside: what is wrong and what to do. Outside: the database fails.
    pub fn parse(
        &mut self,
        tx: &mut Tx<'_>,
        field: &Field,
        text: &str,
        before: Option<&Value>,
    ) -> Result<Result<Option<Value>, String>, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Ok(None));
        }
        Ok(match field.ty {
            Type::Private => match before {
                Some(Value::Text(old)) if masked(old) == text => Ok(Value::Text(old.clone())),
                // A hidden name that belongs to no record here is nobody's name.
                _ if is_masked(text) => Err(format!("“{text}”是隐去的姓名，应写全名")),
                _ => Ok(Value::Text(text.to_owned())),
            },
            Type::Line | Type::Words => Ok(Value::Text(text.to_owned())),
            Type::Day => match office::sheet::day(text) {
                Some(day) => Ok(Value::Text(day.to_string())),
                None => Err(format!("“{text}”不是日期，应写成 2024-03-05")),
            },
            Type::Time => time(text).map(Value::Text).ok_or_else(|| format!("“{text}”不是时间，应写成 08:30")),
            Type::Number => whole(text).map(Value::Int).ok_or_else(|| format!("“{text}”不是整数，应写成 12")),
            Type::Tenths => tenths(text)
                .map(Value::Int)
                .ok_or_else(|| format!("“{text}”不是数字，应写成 12 或者 1.5，最多一位小数")),
            Type::Money => match text.parse::<Fen>() {
                Ok(fen) => Ok(Value::Int(fen.0)),
                Err(_) => Err(format!("“{text}”不是金额，应写成 1200 元")),
            },
            Type::Bool => match text {
                "是" | "有" | "yes" | "1" => Ok(Value::Bool(true)),
                "否" | "无" | "no" | "0" => Ok(Value::Bool(false)),
                _ => Err(format!("不认识“{text}”，应写“是”或者“否”")),
            },
            Type::Choice => match field.options.iter().find(|o| o[0] == text || o[1] == text) {
                Some(option) => Ok(Value::Text(option[0].clone())),
                None => {
                    let all: Vec<&str> = field.options.iter().map(|o| o[1].as_str()).collect();
                    Err(format!("不认识“{text}”，可以填 {}", all.join("、")))
                }
            },
            Type::Person => self.find_person(text).map(Value::Int),
            Type::Persons => {
                let parts = text.split(['、', '，', ',', ' ', '\n']).filter(|p| !p.is_empty());
                parts.map(|p| self.find_person(p)).collect::<Result<Vec<_>, _>>().map(Value::Ints)
            }
            Type::Unit => find(&self.units, text, "部门或者中队"),
            Type::Organ => find(&self.organs, text, "机关"),
            Type::Place => find(&self.places, text, "地点"),
            Type::Matter => {
                let corpus = Corpus::builtin();
                let code = text.split_whitespace().next().unwrap_or(text);
                let found = corpus.matters().find(|m| m.code == code || m.name == text);
                found
                    .map(|m| Value::Text(m.code.clone()))
                    .ok_or_else(|| format!("目录中没有事项“{text}”，应写编号，例如 A01"))
            }
            Type::Case => self.find_case(tx, text)?,
            Type::Ticket => self.find_ticket(tx, text)?,
            // `12` or `12 标题`; a title may itself begin with digits.
            Type::Record => match leading(text) {
                Some(id) => Ok(Value::Int(id)),
                None => self.find_record(tx, field, text)?,
            },
            Type::Blobs => {
                let parts = text.split(['、', ',', ' ']).filter(|p| !p.is_empty());
                Ok(Value::Texts(parts.map(str::to_owned).collect()))
            }
        }
        .map(Some))
    }

    fn find_person(&self, text: &str) -> Result<i64, String> {
        if let Some((_, id)) = text.split_once('#')
            && let Ok(id) = id.parse::<i64>()
        {
            return if self.persons.contains_key(&id) {
                Ok(id)
            } else {
                Err(format!("没有编号为 {id} 的人员"))
            };
        }
        match self.by_name.get(text).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some(ids) => {
                let all: Vec<String> = ids.iter().map(|id| format!("{text}#{id}")).collect();
                Err(format!("有几个人叫“{text}”，请写明编号：{}", all.join("、")))
            }
            None => Err(format!("本单位没有“{text}”，请核对姓名，或者先在机构与证件中登记")),
        }
    }

    fn find_case(&self, tx: &mut Tx<'_>, text: &str) -> Result<Result<Value, String>, Fault> {
        let bare = text.trim_start_matches('第').trim_end_matches("号案").trim();
        if let Ok(id) = bare.parse::<i64>() {
            return Ok(Ok(Value::Int(id)));
        }
        let bureau = tx.bureau().to_owned();
        let found = tx.row(
            "SELECT id FROM cases WHERE bureau = $1 AND number = $2",
            &[bureau.as_str().into(), text.into()],
            |row| Ok(row.int(0)),
        )?;
        Ok(found.map(Value::Int).ok_or_else(|| format!("没有案件“{text}”，应写案件序号或者立案号")))
    }

    fn find_ticket(&self, tx: &mut Tx<'_>, text: &str) -> Result<Result<Value, String>, Fault> {
        let bare = text.trim_start_matches('第').trim_end_matches("号诉求").trim();
        if let Ok(id) = bare.parse::<i64>()
            && bare.len() < 9
        {
            return Ok(Ok(Value::Int(id)));
        }
        let bureau = tx.bureau().to_owned();
        let found = tx.row(
            "SELECT id FROM tickets WHERE bureau = $1 AND order_no = $2",
            &[bureau.as_str().into(), text.into()],
            |row| Ok(row.int(0)),
        )?;
        Ok(found.map(Value::Int).ok_or_else(|| format!("没有诉求“{text}”，应写诉求序号或者工单编号")))
    }

    fn find_record(&self, tx: &mut Tx<'_>, field: &Field, text: &str) -> Result<Result<Value, String>, Fault> {
        let Some(d) = field.register.as_deref().and_then(|r| self.set.and_then(|set| set.get(r))) else {
            return Ok(Err("没有这个台账".into()));
        };
        let bureau = tx.bureau().to_owned();
        let found = tx.rows(
            &format!("SELECT id FROM {} WHERE bureau = $1 AND title = $2 ORDER BY id LIMIT 2", d.table()),
            &[bureau.as_str().into(), text.into()],
            |row| Ok(row.int(0)),
        )?;
        Ok(match found.as_slice() {
            [id] => Ok(Value::Int(*id)),
            [] => Err(format!("“{}”台账中没有“{text}”，应写编号或者完整名称", d.title)),
            _ => Err(format!("“{}”台账中有几条“{text}”，请写编号", d.title)),
        })
    }
}

/// `罗**`: the first character of a name.
fn masked(text: &str) -> String {
    text.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

fn find(list: &[(String, String)], text: &str, what: &str) -> Result<Value, String> {
    let found = list.iter().find(|e| e.0 == text || e.1 == text);
    found.map(|e| Value::Text(e.0.clone())).ok_or_else(|| format!("没有{what}“{text}”，应写全称"))
}

/// A time of day as it is kept, `08:30`.
pub(crate) fn time(text: &str) -> Option<String> {
    let mut parts = text.split([':', '：']);
    let (hour, minute) = (parts.next()?.trim().parse().ok()?, parts.next()?.trim().parse().ok()?);
    Time::new(hour, minute, 0, 0).ok().map(|t| t.strftime("%H:%M").to_string())
}

/// The number a reference begins with, where it ends the text or a space follows.
fn leading(text: &str) -> Option<i64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Does the text look like a name that [`masked`] hid?
fn is_masked(text: &str) -> bool {
    text.chars().count() > 1 && text.chars().skip(1).all(|c| c == '*')
}

fn whole(text: &str) -> Option<i64> {
    text.replace(['，', ','], "").parse().ok()
}

/// A number with at most one decimal, in tenths.
pub(crate) fn tenths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let part = part.trim_end_matches('0');
    let digit = if part.is_empty() { 0 } else { part.parse::<u8>().ok().filter(|_| part.len() == 1)? };
    let whole: i64 = whole.parse().ok().filter(|n: &i64| *n >= 0)?;
    whole.checked_mul(10)?.checked_add(i64::from(digit))
}

/// A value that needs no other record to be said.
pub(crate) fn plain(field: &Field, value: &Value) -> String {
    match (field.ty, value) {
        (Type::Tenths, Value::Int(n)) if n % 10 == 0 => (n / 10).to_string(),
        (Type::Tenths, Value::Int(n)) => format!("{}.{}", n / 10, n % 10),
        (Type::Money, Value::Int(fen)) => Fen(*fen).to_string(),
        (Type::Choice, Value::Text(code)) => field.option(code).to_owned(),
        (_, Value::Bool(yes)) => if *yes { "是" } else { "否" }.into(),
        (_, Value::Int(n)) => n.to_string(),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Ints(list)) => list.iter().map(i64::to_string).collect::<Vec<_>>().join("、"),
        (_, Value::Texts(list)) => list.join("、"),
        (_, Value::Kept { .. }) => String::new(),
    }
}

/// Is this a day as it is kept?
pub(crate) fn is_day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|d| d.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_read_exactly() {
        assert_eq!(tenths("58"), Some(580));
        assert_eq!(tenths("2.5"), Some(25));
        assert_eq!(tenths("2.50"), Some(25));
        assert_eq!(tenths("0.5"), Some(5));
        assert_eq!(
            (tenths("2.55"), tenths("-1"), tenths("x"), tenths("1.x"), tenths("")),
            (None, None, None, None, None)
        );
    }

    #[test]
    fn times_are_kept_in_one_form() {
        assert_eq!(time("8:30").as_deref(), Some("08:30"));
        assert_eq!(time("24:00"), None);
        assert_eq!(time("0830"), None);
    }
}
