//! From a row to the act it reports: names become numbers, what the other system never wrote down is said to be so.

use std::collections::BTreeMap;

use law::acts::{ActNo, FieldSpec, FieldType, Kind, PersonId, SubjectKind};
use law::case::{Case, Entry, Subject};
use office::directory::Directory;
use office::sheet;

use super::import::{Problem, Who};
use super::keys::Keys;
use super::row::{Party, Row};
use crate::{Casework, Identity, Proposed};

/// What stands in a text the other system has not.
pub(super) const UNKNOWN: &str = "（原系统未记载）";

/// Yes or no about how an act was done: what is not in the file cannot be shown from the file, so it counts as no. What decides (approve,
/// corrected, filed …) is never filled.
const ATTESTED: &[&str] = &[
    "certificate_shown",
    "rights_told",
    "recording",
    "receipt",
    "list_signed",
    "list_given",
    "told",
    "signed",
    "present",
    "defence_heard",
    "device_reviewed",
    "location_published",
    "disinterested",
    "cites_hearing",
];

/// What a row stands in.
pub(super) struct Ground<'a> {
    pub(super) own: &'a Casework,
    pub(super) who: &'a Who,
    pub(super) directory: &'a Directory,
    pub(super) case: &'a Case,
    pub(super) keys: &'a Keys,
}

/// A row as an act to be judged.
pub(super) struct Built {
    pub(super) proposed: Proposed,
    /// Fields that the other system left open and that are said to be so.
    pub(super) filled: usize,
    /// Files it names that are not here.
    pub(super) missing_files: usize,
}

/// The kind a row names.
pub(super) fn kind_of(row: &Row) -> Option<Kind> {
    let name = row.kind.trim();
    Kind::from_label(name).or_else(|| Kind::from_code(name))
}

impl Ground<'_> {
    /// Reads a row; every problem of it, by column.
    pub(super) fn build(&self, line: usize, row: &Row, system: &str) -> Result<Built, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut bad = |column: &str, text: String| problems.push(Problem { line, column: column.to_owned(), text });
        for (column, text) in [("案件编号", &row.case), ("行为编号", &row.act)] {
            if text.trim().is_empty() {
                bad(column, "不能为空，请填原系统的编号".into());
            }
        }
        let Some(kind) = kind_of(row) else {
            bad("行为", format!("“{}”不是行为种类，请写“线索登记”“立案”这样的名称", row.kind));
            return Err(problems);
        };
        let day = sheet::day(row.day.trim());
        let time = row.time.as_deref().map(str::trim).filter(|t| !t.is_empty());
        let time = match time.map(|t| t.replace('：', ":").parse::<jiff::civil::Time>()) {
            Some(Err(_)) => {
                bad("发生时间", format!("“{}”不是时间，请按“14:30”填写", row.time.as_deref().unwrap_or_default()));
                None
            }
            Some(Ok(time)) => Some(time),
            None => None,
        };
        if day.is_none() {
            bad("发生日期", format!("“{}”不是日期，请按“2024-03-05”填写", row.day));
        }
        let at = day.unwrap_or(self.who.today);
        let mut team = Vec::new();
        for officer in row.team.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            match self.person(officer) {
                Ok(person) => team.push(PersonId(person)),
                Err(text) => bad("执法证号", text),
            }
        }
        let subject = self.subject(kind, row.subject.as_deref().unwrap_or_default().trim()).unwrap_or_else(|text| {
            bad("对象", text);
            Subject::Case
        });
        let party = match &row.party {
            None => None,
            Some(_) if !kind.fields().iter().any(|f| f.ty == FieldType::PartyKey) => {
                bad("当事人", format!("“{}”不带入当事人，请写在“线索登记”或者“追加当事人”的行里", kind.label()));
                None
            }
            Some(party) => identity(party).map_err(|text| bad("当事人", text)).ok(),
        };
        let (mut fields, mut filled, mut missing_files) = (BTreeMap::new(), 0, 0);
        for (name, text) in &row.fields {
            match kind.field(name.trim()) {
                None if text.trim().is_empty() => {}
                None => bad(name, format!("“{}”没有“{name}”这一项，请删去或者改用声明的名称", kind.label())),
                Some(field) if field.ty == FieldType::PartyKey => {}
                Some(field) => match self.field(field, text.trim(), &mut missing_files) {
                    Ok(text) => {
                        fields.insert(field.key.to_owned(), text);
                    }
                    Err(text) => bad(field.label, text),
                },
            }
        }
        if let Some(party) = &party {
            fields.entry("party_kind".into()).or_insert_with(|| if party.person { "个人" } else { "单位" }.into());
        }
        for field in kind.fields().iter().filter(|f| !f.optional && f.ty != FieldType::PartyKey) {
            if fields.get(field.key).is_some_and(|text| !text.is_empty()) {
                continue;
            }
            let text = match field.ty {
                FieldType::Words | FieldType::Line => UNKNOWN,
                FieldType::Bool if ATTESTED.contains(&field.key) => "否",
                _ => continue,
            };
            filled += 1;
            fields.insert(field.key.to_owned(), text.to_owned());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let source = row.source.as_deref().map(str::trim).filter(|text| !text.is_empty()).unwrap_or(system);
        let capacity = row.capacity.as_deref().map(str::trim).filter(|text| !text.is_empty()).unwrap_or("执法人员");
        let proposed = Proposed {
            subject,
            entry: Entry::Reported { source: source.to_owned() },
            at,
            time,
            team,
            capacity: capacity.to_owned(),
            kind,
            fields,
            party,
            recorded_by: self.who.login.clone(),
            person: self.who.person,
            today: self.who.today,
        };
        Ok(Built { proposed, filled, missing_files })
    }

    /// Somebody by certificate number, or by a name nobody shares.
    fn person(&self, text: &str) -> Result<u32, String> {
        let found = self.directory.holder(text).or_else(|| self.directory.named(text));
        found.ok_or_else(|| format!("没有证号是“{text}”的人员，也没有唯一叫这个名字的人，请先导入人员和证件"))
    }

    /// What an act of this kind is addressed to; where nothing is written, the only thing it can be.
    fn subject(&self, kind: Kind, key: &str) -> Result<Subject, String> {
        let act =
            |key: &str| self.keys.find(key).ok_or_else(|| format!("前面没有编号为“{key}”的行为；所针对的行为要先有"));
        match kind.subject() {
            SubjectKind::Case => Ok(Subject::Case),
            SubjectKind::Party if key.is_empty() => {
                let mut parties = self.case.parties();
                match (parties.next(), parties.next()) {
                    (Some(one), None) => Ok(Subject::Party(one.no)),
                    (None, _) => Err("本案还没有当事人，请先有带入当事人的行".into()),
                    _ => Err("本案有多名当事人，请写明带入该当事人的行为编号".into()),
                }
            }
            SubjectKind::Party => {
                let no = act(key)?;
                let party = self.case.parties().find(|p| p.by == no).map(|p| p.no);
                party.map(Subject::Party).ok_or_else(|| format!("编号为“{key}”的行为没有带入当事人"))
            }
            of => {
                let no = if key.is_empty() { self.only(kind)? } else { act(key)? };
                Ok(if of == SubjectKind::Document { Subject::Document(no) } else { Subject::Item(no) })
            }
        }
    }

    fn only(&self, kind: Kind) -> Result<ActNo, String> {
        let kinds = kind.subject_kinds();
        let mut able = self.case.standing().filter(|rec| kinds.contains(&rec.act.kind()));
        match (able.next(), able.next()) {
            (Some(one), None) => Ok(one.no),
            (None, _) => Err(format!("本案没有“{}”可以针对的行为，请写明行为编号", kind.label())),
            _ => Err(format!("本案有多个“{}”可以针对的行为，请写明行为编号", kind.label())),
        }
    }

    /// The text of a field with names from outside put into ours.
    fn field(&self, field: &FieldSpec, text: &str, missing_files: &mut usize) -> Result<String, String> {
        let items = || text.split(['、', ',', '，', ';', '；', ' ']).map(str::trim).filter(|item| !item.is_empty());
        let each = |one: &dyn Fn(&str) -> Result<String, String>| -> Result<String, String> {
            Ok(items().map(one).collect::<Result<Vec<_>, _>>()?.join("、"))
        };
        let act = |item: &str| {
            let no = self.keys.find(item).map(|no| no.to_string());
            no.ok_or_else(|| format!("前面没有编号为“{item}”的行为"))
        };
        match field.ty {
            FieldType::Person | FieldType::Persons => each(&|item| self.person(item).map(|id| id.to_string())),
            FieldType::Act(_) | FieldType::Acts(_) => each(&act),
            FieldType::Party => each(&|item| {
                let by = self.keys.find(item);
                let found = self.case.parties().find(|p| Some(p.by) == by).map(|p| p.no.to_string());
                found.ok_or_else(|| format!("编号为“{item}”的行为没有带入当事人"))
            }),
            FieldType::Conducts => each(&|item| {
                let by = self.keys.find(item);
                let found = self.case.conducts().find(|c| Some(c.by) == by).map(|c| c.no.to_string());
                found.ok_or_else(|| format!("编号为“{item}”的行为没有登记违法行为，请写登记它的行为的编号"))
            }),
            // An act names only files that are here.
            FieldType::Blobs => {
                let (here, missing): (Vec<&str>, Vec<&str>) = items().partition(|id| self.own.evidence.has(id));
                *missing_files += missing.len();
                Ok(here.join("、"))
            }
            FieldType::Day => Ok(sheet::day(text).map_or_else(|| text.to_owned(), |day| day.to_string())),
            _ => Ok(text.to_owned()),
        }
    }
}

fn identity(party: &Party) -> Result<Identity, String> {
    let person = match party.kind.trim() {
        "个人" | "person" => true,
        "单位" | "unit" => false,
        other => return Err(format!("“{other}”不是当事人类别，请写“个人”或者“单位”")),
    };
    if party.name.trim().is_empty() {
        return Err("当事人名称不能为空".into());
    }
    let text = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    Ok(Identity {
        person,
        name: party.name.trim().to_owned(),
        id_number: text(&party.id_number),
        address: text(&party.address),
        phone: text(&party.phone),
        representative: text(&party.representative),
    })
}
