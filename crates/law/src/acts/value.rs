//! The values a field of an act can hold, and how each is read from and written back to text.

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::Day;
use crate::corpus::{Measure, Measures, Sort};
use crate::money::Fen;

/// The number of an act in its case, from 1, never reused. Order in law is the order of these numbers, never of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActNo(pub u32);

/// The number of a party in its case, from 0, in the order in which acts brought them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyNo(pub u8);

/// The number of a conduct in its case, from 0, in the order in which acts brought them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConductNo(pub u8);

/// An officer of the bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub u32);

/// The body that signs: district bureau, town or sub-district office.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganId(pub String);

/// The code of a matter in the corpus, such as `A01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MatterCode(pub String);

/// The address of a stored file: the hexadecimal digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Blob(pub String);

macro_rules! shown_as_inner {
    ($($t:ty),*) => { $(
        impl std::fmt::Display for $t {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}
shown_as_inner!(ActNo, PartyNo, ConductNo, PersonId, OrganId, MatterCode, Blob);

/// Long free text. It is typed into a draft and kept outside the journal, which holds only a commitment to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// The text itself.
    Given(String),
    /// The place of the kept text and the salted commitment to it.
    Kept {
        /// Which row of the act's texts.
        slot: u32,
        /// The commitment, hexadecimal.
        commitment: String,
    },
}

impl Words {
    /// Whether nothing was written. A kept text was not empty when it was kept.
    pub fn is_empty(&self) -> bool {
        matches!(self, Words::Given(text) if text.trim().is_empty())
    }
}

/// A thing the law itself leaves optional: the birthday of a company, the place of payment of a warning.
pub type Maybe<T> = Option<T>;

/// What kind of value a field holds, for the form that asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Long free text, kept outside the journal.
    Words,
    /// One line of text, in the journal.
    Line,
    /// An amount of money.
    Money,
    /// A civil day.
    Day,
    /// A time of day.
    Time,
    /// Yes or no.
    Bool,
    /// A whole number, not negative.
    Number,
    /// One of a fixed list of (key, label).
    Choice(&'static [(&'static str, &'static str)]),
    /// One officer.
    Person,
    /// Several officers.
    Persons,
    /// A party of the case.
    Party,
    /// An earlier act of the case, of one of these kinds.
    Act(&'static [Kind]),
    /// Earlier acts of the case, of these kinds.
    Acts(&'static [Kind]),
    /// A matter of the corpus.
    Matter,
    /// Kinds of penalty.
    Sorts,
    /// Conducts of the case.
    Conducts,
    /// Stored files.
    Blobs,
    /// An area in square metres.
    Area,
    /// The quantities a fine is computed from.
    Measures,
    /// A circumstance of the text applied.
    Branch,
    /// Factors of the benchmark that were found.
    Factors,
    /// A tier of the benchmark.
    Tier,
    /// The stable key of a party's identity: filled by the caller, not by a person.
    PartyKey,
}

/// One field of a kind of act, for forms, scenarios, errors and the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// The name in code and in the journal.
    pub key: &'static str,
    /// The name in Chinese.
    pub label: &'static str,
    /// What it holds.
    pub ty: FieldType,
    /// What to write there, in Chinese; may be empty.
    pub hint: &'static str,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// A field text that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The key of the field, or the name as typed when there is no such field.
    pub field: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.text)
    }
}

impl std::error::Error for FieldError {}

/// Resolves names a text may use instead of numbers: 甲 for a party, 事先告知 for the last act of that kind.
pub trait Names {
    /// The act a word stands for.
    fn act(&self, text: &str) -> Option<ActNo>;
    /// The party a word stands for.
    fn party(&self, text: &str) -> Option<PartyNo>;
    /// The officer a word stands for.
    fn person(&self, text: &str) -> Option<PersonId>;
}

/// No names: only numbers are read.
#[derive(Debug, Clone, Copy)]
pub struct NoNames;

impl Names for NoNames {
    fn act(&self, _: &str) -> Option<ActNo> {
        None
    }
    fn party(&self, _: &str) -> Option<PartyNo> {
        None
    }
    fn person(&self, _: &str) -> Option<PersonId> {
        None
    }
}

/// One field of a draft: known or still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<T> {
    pub(crate) key: &'static str,
    /// The value, where it is known.
    pub value: Option<T>,
}

/// What a type needs to be the type of a field.
pub trait Value: Clone + Sized {
    /// The type for forms.
    const TYPE: FieldType;
    /// Whether the field may be left empty.
    const OPTIONAL: bool = false;
    /// What an untouched field holds: nothing, except where emptiness is a value.
    fn blank() -> Option<Self> {
        None
    }
    /// A value that says nothing, where the type has one: no words, an empty line, an empty list. No text reads as one; a program can pass it.
    fn hollow() -> Option<Self> {
        None
    }
    /// Reads a trimmed, non-empty text. The error is Chinese and names what was typed.
    fn read(text: &str, names: &dyn Names) -> Result<Self, String>;
    /// Writes what [`Value::read`] reads.
    fn write(&self) -> String;
    /// The value as long text, where it is one.
    fn words_mut(&mut self) -> Option<&mut Words> {
        None
    }
    /// The files the value names.
    fn blobs(&self) -> &[Blob] {
        &[]
    }
}

impl<T: Value> Ask<T> {
    pub(crate) fn blank(key: &'static str) -> Ask<T> {
        Ask { key, value: T::blank() }
    }

    pub(crate) fn known(key: &'static str, value: T) -> Ask<T> {
        Ask { key, value: Some(value) }
    }

    pub(crate) fn set(&mut self, text: &str, names: &dyn Names) -> Result<(), FieldError> {
        let text = text.trim();
        self.value = if text.is_empty() {
            T::blank()
        } else {
            Some(T::read(text, names).map_err(|text| FieldError { field: self.key.to_owned(), text })?)
        };
        Ok(())
    }

    pub(crate) fn hollow(&mut self) {
        self.value = T::hollow();
    }
}

/// Splits a list on the marks people use between items.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ' ', '\u{3000}']).filter(|s| !s.is_empty())
}

fn number<N: std::str::FromStr>(text: &str, what: &str) -> Result<N, String> {
    let plain: String = text.chars().map(|c| if ('０'..='９').contains(&c) { ascii_digit(c) } else { c }).collect();
    plain.parse().map_err(|_| format!("“{text}”不是{what}，请填数字"))
}

fn ascii_digit(full: char) -> char {
    char::from_u32(full as u32 - '０' as u32 + '0' as u32).unwrap_or(full)
}

fn join<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

impl Value for Words {
    const TYPE: FieldType = FieldType::Words;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(Words::Given(text.to_owned()))
    }
    fn hollow() -> Option<Self> {
        Some(Words::Given(String::new()))
    }
    fn write(&self) -> String {
        match self {
            Words::Given(text) => text.clone(),
            Words::Kept { .. } => String::new(),
        }
    }
    fn words_mut(&mut self) -> Option<&mut Words> {
        Some(self)
    }
}

impl Value for String {
    const TYPE: FieldType = FieldType::Line;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        if text.contains(['\n', '\r']) {
            return Err("只能填一行，请去掉换行".to_owned());
        }
        Ok(text.to_owned())
    }
    fn hollow() -> Option<Self> {
        Some(String::new())
    }
    fn write(&self) -> String {
        self.clone()
    }
}

impl Value for Fen {
    const TYPE: FieldType = FieldType::Money;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        let fen: Fen = text.parse().map_err(|_| format!("“{text}”不是金额，请按“12,000元”填写"))?;
        if fen.0 < 0 {
            return Err(format!("“{text}”是负数，金额不能小于零"));
        }
        Ok(fen)
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for Day {
    const TYPE: FieldType = FieldType::Day;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        text.parse().map_err(|_| format!("“{text}”不是日期，请按“2026-09-18”填写"))
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for jiff::civil::Time {
    const TYPE: FieldType = FieldType::Time;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        text.replace('：', ":").parse().map_err(|_| format!("“{text}”不是时间，请按“14:30”填写"))
    }
    fn write(&self) -> String {
        format!("{:02}:{:02}", self.hour(), self.minute())
    }
}

impl Value for bool {
    const TYPE: FieldType = FieldType::Bool;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        match text {
            "是" | "true" | "on" | "1" | "yes" => Ok(true),
            "否" | "false" | "off" | "0" | "no" => Ok(false),
            _ => Err(format!("“{text}”不是“是”或者“否”")),
        }
    }
    fn write(&self) -> String {
        if *self { "是" } else { "否" }.to_owned()
    }
}

impl Value for u32 {
    const TYPE: FieldType = FieldType::Number;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        number(text, "整数")
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for PersonId {
    const TYPE: FieldType = FieldType::Person;
    fn read(text: &str, names: &dyn Names) -> Result<Self, String> {
        match names.person(text) {
            Some(id) => Ok(id),
            None => number(text, "人员编号").map(PersonId),
        }
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for Vec<PersonId> {
    const TYPE: FieldType = FieldType::Persons;
    fn read(text: &str, names: &dyn Names) -> Result<Self, String> {
        items(text).map(|item| PersonId::read(item, names)).collect()
    }
    fn hollow() -> Option<Self> {
        Some(Vec::new())
    }
    fn write(&self) -> String {
        join(self)
    }
}

impl Value for PartyNo {
    const TYPE: FieldType = FieldType::Party;
    fn read(text: &str, names: &dyn Names) -> Result<Self, String> {
        match names.party(text) {
            Some(no) => Ok(no),
            None => number(text, "当事人序号").map(PartyNo),
        }
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for MatterCode {
    const TYPE: FieldType = FieldType::Matter;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(MatterCode(text.strip_prefix("CG-").unwrap_or(text).to_owned()))
    }
    fn write(&self) -> String {
        self.0.clone()
    }
}

impl Value for Vec<Sort> {
    const TYPE: FieldType = FieldType::Sorts;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        items(text)
            .map(|item| {
                Sort::from_label(item).or_else(|| Sort::from_code(item)).ok_or_else(|| format!("“{item}”不是处罚种类"))
            })
            .collect()
    }
    fn hollow() -> Option<Self> {
        Some(Vec::new())
    }
    fn write(&self) -> String {
        self.iter().map(|sort| sort.label()).collect::<Vec<_>>().join("、")
    }
}

impl Value for Vec<ConductNo> {
    const TYPE: FieldType = FieldType::Conducts;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        items(text).map(|item| number(item, "违法行为序号").map(ConductNo)).collect()
    }
    fn hollow() -> Option<Self> {
        Some(Vec::new())
    }
    fn write(&self) -> String {
        join(self)
    }
}

impl Value for Vec<ActNo> {
    const TYPE: FieldType = FieldType::Acts(Kind::EVIDENCE);
    fn read(text: &str, names: &dyn Names) -> Result<Self, String> {
        items(text)
            .map(|item| match names.act(item) {
                Some(no) => Ok(no),
                None => number(item, "行为序号").map(ActNo),
            })
            .collect()
    }
    fn hollow() -> Option<Self> {
        Some(Vec::new())
    }
    fn write(&self) -> String {
        join(self)
    }
}

impl Value for Vec<Blob> {
    const TYPE: FieldType = FieldType::Blobs;
    const OPTIONAL: bool = true;
    fn blank() -> Option<Self> {
        Some(Vec::new())
    }
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(items(text).map(|item| Blob(item.to_owned())).collect())
    }
    fn write(&self) -> String {
        join(self)
    }
    fn blobs(&self) -> &[Blob] {
        self
    }
}

impl<T: Value> Value for Maybe<T> {
    const TYPE: FieldType = T::TYPE;
    const OPTIONAL: bool = true;
    fn blank() -> Option<Self> {
        Some(None)
    }
    fn read(text: &str, names: &dyn Names) -> Result<Self, String> {
        if text == "无" { Ok(None) } else { T::read(text, names).map(Some) }
    }
    fn write(&self) -> String {
        self.as_ref().map(T::write).unwrap_or_default()
    }
    fn words_mut(&mut self) -> Option<&mut Words> {
        self.as_mut().and_then(T::words_mut)
    }
}

/// The key of a party's identity: stable, opaque, the same for the same person in every case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyKey(pub String);

impl Value for PartyKey {
    const TYPE: FieldType = FieldType::PartyKey;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(PartyKey(text.to_owned()))
    }
    fn write(&self) -> String {
        self.0.clone()
    }
}

/// An area in hundredths of a square metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hundredths(pub u32);

impl Value for Hundredths {
    const TYPE: FieldType = FieldType::Area;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        text.parse::<crate::corpus::Area>().map(|area| Hundredths(area.0))
    }
    fn write(&self) -> String {
        crate::corpus::Area(self.0).to_string()
    }
}

/// Items stand between `、`, `；` or line ends, never a comma, which an amount of money may hold.
impl Value for Measures {
    const TYPE: FieldType = FieldType::Measures;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        let mut known = Measures::default();
        for item in text.split(['、', '；', ';', '\n']).map(str::trim).filter(|item| !item.is_empty()) {
            let named = Measure::ALL.iter().find_map(|measure| {
                let rest = item.strip_prefix(measure.label()).or_else(|| item.strip_prefix(measure.code()))?;
                Some((*measure, rest.trim_start_matches([':', '：', '=', '＝', ' '])))
            });
            let (measure, amount) =
                named.ok_or_else(|| format!("“{item}”没有写明是什么数量，请写成“面积12.5、天数4”"))?;
            if known.get(measure).is_some() {
                return Err(format!("{measure}写了两次，请只写一次"));
            }
            let amount = measure.read(amount)?;
            if amount < 0 {
                return Err(format!("{measure}不能小于零"));
            }
            known.set(measure, amount);
        }
        Ok(known)
    }
    fn write(&self) -> String {
        self.iter()
            .map(|(measure, amount)| format!("{measure}{}", measure.write(amount)))
            .collect::<Vec<_>>()
            .join("、")
    }
}

/// The circumstances an act names, each by its id in the version of a matter: `refused`, or `D14:refused` where an act speaks of several
/// matters and only one of them was refused; between them `、`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BranchId(pub String);

impl BranchId {
    /// Each circumstance as (matter, id); without a matter it is meant for every matter that has it.
    pub fn items(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        self.0.split('、').map(|item| item.split_once(':').map_or((None, item), |(matter, id)| (Some(matter), id)))
    }

    /// Those meant for this version of this matter; a lawful act has at most one.
    pub fn named<'a>(&'a self, matter: &'a str, version: &'a crate::corpus::Version) -> impl Iterator<Item = &'a str> {
        let fits = move |(only, id): &(Option<&str>, &str)| {
            only.is_none_or(|only| only == matter) && version.branch(id).is_some()
        };
        self.items().filter(fits).map(|(_, id)| id)
    }
}

/// The id of a factor of a matter's benchmark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FactorId(pub String);

/// The name of a tier of a matter's benchmark, or `减轻` below all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TierName(pub String);
shown_as_inner!(BranchId, FactorId, TierName);

impl Value for BranchId {
    const TYPE: FieldType = FieldType::Branch;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(BranchId(items(&text.replace('：', ":")).collect::<Vec<_>>().join("、")))
    }
    fn write(&self) -> String {
        self.0.clone()
    }
}

impl Value for Vec<FactorId> {
    const TYPE: FieldType = FieldType::Factors;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(items(text).map(|item| FactorId(item.to_owned())).collect())
    }
    fn write(&self) -> String {
        join(self)
    }
}

impl Value for TierName {
    const TYPE: FieldType = FieldType::Tier;
    fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
        Ok(TierName(text.to_owned()))
    }
    fn write(&self) -> String {
        self.0.clone()
    }
}
