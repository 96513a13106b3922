//! Matters: what may be punished, whom, how, and with how much, version by version.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::{Citation, Sort};
use crate::Day;
use crate::money::Fen;

/// A matter of enforcement: one conduct through all the texts that have governed it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// The catalogue code without prefix, the name of its file: `A01`.
    pub code: String,
    /// The name used in lists.
    pub name: String,
    /// The texts that governed it, oldest first, without overlap.
    #[serde(rename = "version")]
    pub versions: Vec<Version>,
}

impl Matter {
    /// The version in force on the day.
    pub fn on(&self, day: Day) -> Option<&Version> {
        self.versions.iter().find(|v| v.from <= day && v.to.is_none_or(|to| day <= to))
    }

    pub(super) fn parse(stem: &str, text: &str) -> Result<Matter, String> {
        let matter: Matter = toml::from_str(text).map_err(|e| e.to_string())?;
        if matter.code != stem {
            return Err(format!("文件名与 code“{}”不一致", matter.code));
        }
        if matter.versions.is_empty() {
            return Err("没有任何版本".into());
        }
        for version in &matter.versions {
            version.check().map_err(|why| format!("{}起的版本：{why}", version.from))?;
        }
        for pair in matter.versions.windows(2) {
            if pair[0].to.is_none_or(|to| to >= pair[1].from) {
                return Err(format!("{}起与{}起的两个版本重叠或次序颠倒", pair[0].from, pair[1].from));
            }
        }
        Ok(matter)
    }
}

/// A matter under one text of law.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The first day in force.
    pub from: Day,
    /// The last day in force, once repealed or replaced.
    #[serde(default)]
    pub to: Option<Day>,
    /// The conduct in our own words, as this text draws it.
    pub name: String,
    /// The article that forbids or requires.
    pub conduct: Citation,
    /// The article that punishes.
    pub penalty: Citation,
    /// The further text a penalty article points to, where it sends the reader elsewhere for the amount.
    #[serde(default)]
    pub through: Option<Citation>,
    /// Whom it reaches.
    pub subject: Subject,
    /// The kinds of penalty it provides.
    pub sorts: Vec<Sort>,
    /// Those of them it provides for persons only.
    #[serde(default)]
    pub person_only: Vec<Sort>,
    /// The fine for a person.
    #[serde(default)]
    pub fine_person: Option<Fine>,
    /// The fine for a legal person or other organisation.
    #[serde(default)]
    pub fine_unit: Option<Fine>,
    /// How the order to correct and the fine hang together.
    pub order: Order,
    /// Whether a warning alone is a lawful outcome.
    #[serde(default)]
    pub warning: bool,
    /// A fact that must be found before a penalty, beyond the conduct itself: `情节严重`.
    #[serde(default)]
    pub condition: Option<String>,
    /// Whether a person read the text.
    pub verification: Verification,
    /// What the legal officer should know.
    #[serde(default)]
    pub note: Option<String>,
    /// Worked examples; the tests run them all.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

impl Version {
    /// Whether a decision may rest on what ships with the product. A version a bureau's own legal officer verified is named
    /// by the caller, not here.
    pub fn decidable(&self) -> bool {
        matches!(self.verification, Verification::Verified { .. })
    }

    /// Whether the version reaches this kind of party.
    pub fn reaches(&self, party: Party) -> bool {
        match self.subject {
            Subject::Any => true,
            Subject::Person => party == Party::Person,
            Subject::Unit => party == Party::Unit,
        }
    }

    /// Whether the version provides this kind of penalty for this kind of party.
    pub fn provides(&self, sort: Sort, party: Party) -> bool {
        let whom = party == Party::Person || !self.person_only.contains(&sort);
        let fined = sort != Sort::Fine || self.fine(party).is_some();
        self.reaches(party) && self.sorts.contains(&sort) && whom && fined
    }

    /// The fine for this kind of party, where the version reaches it and sets one.
    pub fn fine(&self, party: Party) -> Option<&Fine> {
        match party {
            _ if !self.reaches(party) => None,
            Party::Person => self.fine_person.as_ref(),
            Party::Unit => self.fine_unit.as_ref(),
        }
    }

    /// Whether an amount lies inside what the version lets this party be fined, both limits included.
    ///
    /// # Errors
    /// The sentence to show: wrong party, no fine provided, no sum in this text, area missing, below or above the range. A
    /// lawful mitigation (处罚法32) below the range is for the rules to weigh, not for this function.
    pub fn fine_fits(&self, party: Party, amount: Fen, area: Option<Area>) -> Result<(), String> {
        if !self.reaches(party) {
            return Err(format!("“{}”只适用于{}，不适用于{}", self.name, self.subject.label(), party.label()));
        }
        let fine = self.fine(party).ok_or_else(|| format!("“{}”对{}没有规定罚款", self.name, party.label()))?;
        if amount <= Fen::ZERO {
            return Err("罚款数额应当大于零".into());
        }
        if matches!(fine, Fine::ByLaw) {
            return Err(format!("“{}”对{}只写“依法处罚”，没有数额，须另引规定数额的条文", self.name, party.label()));
        }
        let (min, max) = fine.limits(area).ok_or("按面积计算罚款，须先填写面积（平方米）")?;
        if amount < min {
            return Err(format!("罚款{amount}低于法定下限{min}（法定幅度：{fine}）"));
        }
        if amount > max {
            return Err(format!("罚款{amount}高于法定上限{max}（法定幅度：{fine}）"));
        }
        Ok(())
    }

    /// Every article this version cites.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        [&self.conduct, &self.penalty].into_iter().chain(&self.through)
    }

    fn check(&self) -> Result<(), String> {
        if self.to.is_some_and(|to| to < self.from) {
            return Err("to 在 from 之前".into());
        }
        let fined = self.fine_person.is_some() || self.fine_unit.is_some();
        if fined != self.sorts.contains(&Sort::Fine) {
            return Err("sorts 中有无罚款（fine）须与 fine_person、fine_unit 一致".into());
        }
        if self.warning != self.sorts.contains(&Sort::Warning) {
            return Err("sorts 中有无警告（warning）须与 warning 一致".into());
        }
        if self.person_only.iter().any(|s| !self.sorts.contains(s)) {
            return Err("person_only 中有 sorts 没有的种类".into());
        }
        for (fine, party) in [(&self.fine_person, Party::Person), (&self.fine_unit, Party::Unit)] {
            let Some(fine) = fine else { continue };
            if !self.reaches(party) {
                return Err(format!("规定了对{}的罚款，但适用对象不含{}", party.label(), party.label()));
            }
            if let Fine::Range { min, max } | Fine::PerSquareMetre { min, max } = fine
                && (min > max || *max == Fen::ZERO)
            {
                return Err("罚款下限高于上限".into());
            }
        }
        Ok(())
    }
}

/// A party as far as amounts ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A natural person.
    Person,
    /// A legal person or other organisation.
    Unit,
}

impl Party {
    /// Both.
    pub const ALL: [Party; 2] = [Party::Person, Party::Unit];

    /// The Chinese word.
    pub const fn label(self) -> &'static str {
        match self {
            Party::Person => "个人",
            Party::Unit => "单位",
        }
    }
}

/// Whom a version reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Persons and organisations.
    Any,
    /// Persons only.
    Person,
    /// Legal persons and other organisations only.
    Unit,
}

impl Subject {
    /// The Chinese word.
    pub const fn label(self) -> &'static str {
        match self {
            Subject::Any => "个人和单位",
            Subject::Person => "个人",
            Subject::Unit => "单位",
        }
    }
}

/// What a fine may be. Both limits belong to the range ("以上", "以下").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fine {
    /// From `min` to `max`; a `min` of zero means that the text names only the upper limit.
    Range {
        /// Lower limit.
        #[serde(deserialize_with = "money")]
        min: Fen,
        /// Upper limit.
        #[serde(deserialize_with = "money")]
        max: Fen,
    },
    /// From `min` to `max` for each square metre.
    PerSquareMetre {
        /// Lower limit per square metre.
        #[serde(deserialize_with = "money")]
        min: Fen,
        /// Upper limit per square metre.
        #[serde(deserialize_with = "money")]
        max: Fen,
    },
    /// The text says that a fine follows "by law" and leaves the sum to another text.
    ByLaw,
}

impl Fine {
    /// The lowest and highest sum, given the area where the fine goes by area. `None` where the text has no sum, or the
    /// area is needed and missing, or the product is beyond all money. Parts of a fen narrow the range.
    pub fn limits(&self, area: Option<Area>) -> Option<(Fen, Fen)> {
        match *self {
            Fine::Range { min, max } => Some((min, max)),
            Fine::PerSquareMetre { min, max } => {
                let hundredths = i64::from(area?.0);
                let low = min.checked_mul(hundredths)?;
                let high = max.checked_mul(hundredths)?;
                Some((Fen(low.0.checked_add(99)?.div_euclid(100)), Fen(high.0.div_euclid(100))))
            }
            Fine::ByLaw => None,
        }
    }
}

impl fmt::Display for Fine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Fine::Range { min: Fen::ZERO, max } => write!(f, "{max}以下"),
            Fine::Range { min, max } => write!(f, "{min}以上{max}以下"),
            Fine::PerSquareMetre { min, max } => write!(f, "每平方米{min}以上{max}以下"),
            Fine::ByLaw => f.write_str("依法处罚（本条没有数额）"),
        }
    }
}

/// An area in hundredths of a square metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(pub u32);

impl FromStr for Area {
    type Err = String;

    /// Reads `12` or `12.5` square metres, with or without the unit `平方米`.
    fn from_str(text: &str) -> Result<Area, String> {
        let bad = || {
            format!(
                "“{}”不是面积，请写成 12 或 12.5（平方米，最多两位小数）",
                text.chars().take(40).collect::<String>()
            )
        };
        let number = text.trim();
        let number = number.strip_suffix("平方米").unwrap_or(number).trim_end();
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 || number.ends_with('.') {
            return Err(bad());
        }
        format!("{whole}{part:0<2}").parse().map(Area).map_err(|_| bad())
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}平方米"),
            (whole, part) => write!(f, "{whole}.{}平方米", format!("{part:02}").trim_end_matches('0')),
        }
    }
}

/// How the order to correct and the fine hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Order first; a fine only after a proven refusal or an expired time (拒不改正、逾期不改正).
    First,
    /// Order and fine in the same decision.
    With,
    /// An order; the fine is optional (可以) and waits for no refusal.
    Optional,
}

impl Order {
    /// The Chinese phrase for pages.
    pub const fn label(self) -> &'static str {
        match self {
            Order::First => "先责令改正，拒不改正或者逾期不改正的才可罚款",
            Order::With => "责令改正并处罚款",
            Order::Optional => "责令改正，可以并处罚款",
        }
    }
}

/// Whether the text behind a version was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Verification {
    /// Read in a current text.
    Verified {
        /// What was read.
        source: String,
        /// When.
        on: Day,
    },
    /// Not read, or not known to be current: may be proposed, is refused at decision.
    Unverified {
        /// What is missing.
        why: String,
    },
}

/// A worked example of a version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Who is fined.
    pub party: Party,
    /// With how much.
    #[serde(deserialize_with = "money")]
    pub amount: Fen,
    /// For how large an area, where the fine goes by area.
    #[serde(default, deserialize_with = "area")]
    pub area: Option<Area>,
    /// Whether that is lawful.
    pub fits: bool,
    /// What the example shows.
    pub why: String,
}

fn money<'de, D: Deserializer<'de>>(from: D) -> Result<Fen, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn area<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Area>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
