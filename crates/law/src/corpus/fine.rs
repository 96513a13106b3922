//! What a fine may be: a formula, the quantities it asks for, and the band between its limits.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

use super::measure::{Area, Measure, Measures, Rate};
use crate::money::Fen;

/// What a fine may be. Both limits belong to the band ("以上", "以下").
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
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
    /// From `min` to `max` for each unit of one measure, or of the product of several (square metres times days).
    Per {
        /// The measures multiplied; none of them money.
        unit: Vec<Measure>,
        /// Lower limit for one unit.
        #[serde(deserialize_with = "money")]
        min: Fen,
        /// Upper limit for one unit.
        #[serde(deserialize_with = "money")]
        max: Fen,
        /// The least whole sum, where the text names one.
        #[serde(default, deserialize_with = "some_money")]
        floor: Option<Fen>,
        /// The highest whole sum, where the text names one.
        #[serde(default, deserialize_with = "some_money")]
        cap: Option<Fen>,
    },
    /// From `min` to `max` of a value in money: a percentage or a multiple.
    Share {
        /// The value; always money.
        of: Measure,
        /// Lower limit; zero means that the text names only the upper one.
        min: Rate,
        /// Upper limit.
        max: Rate,
        /// The least sum, where the text names one.
        #[serde(default, deserialize_with = "some_money")]
        floor: Option<Fen>,
        /// The highest sum, where the text names one.
        #[serde(default, deserialize_with = "some_money")]
        cap: Option<Fen>,
    },
    /// The text says that a fine follows "by law" and leaves the sum to another text.
    ByLaw,
    /// The text sets a sum that nobody here has read: it may be shown, no amount fits it.
    Unread,
}

/// The lowest and highest lawful sum for known quantities, with how they were reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The lowest sum, in the band.
    pub min: Fen,
    /// The highest sum, in the band. Below `min` where no whole fen lies between the limits.
    pub max: Fen,
    /// The computation in words, one step each; empty for a plain range.
    pub steps: Vec<String>,
}

/// Why there is no band; `Display` is the sentence to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBand {
    /// The formula asks for a quantity that was not found yet.
    Needs(Measure),
    /// The text leaves the sum to another text.
    ByLaw,
    /// Nobody here has read the sum.
    Unread,
    /// The sum depends on a circumstance that was not named: the choices, as text.
    Branch(String),
    /// No fine for this party.
    NoFine(String),
    /// The circumstance named is not one of this version's.
    UnknownBranch(String),
    /// The text does not let fines follow day by day, or not for this party: why.
    NoDaily(String),
    /// The product is beyond all money.
    TooLarge,
}

impl fmt::Display for NoBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoBand::Needs(measure) => write!(f, "罚款按{measure}计算，须先查明并填写{measure}（{}）", measure.unit()),
            NoBand::ByLaw => f.write_str("规定只写“依法处罚”，没有数额，须另引规定数额的条文"),
            NoBand::Unread => f.write_str("现行条文的数额未查明，须先核对现行文本"),
            NoBand::Branch(which) => write!(f, "罚款数额因情形而不同，须先确定情形：{which}"),
            NoBand::NoFine(why) | NoBand::NoDaily(why) => f.write_str(why),
            NoBand::UnknownBranch(id) => write!(f, "没有“{id}”这一情形"),
            NoBand::TooLarge => f.write_str("按填写的数量计算，数额超出可以表示的范围，请核对数量"),
        }
    }
}

impl Fine {
    /// The measures the formula asks for.
    pub fn needs(&self) -> &[Measure] {
        match self {
            Fine::Per { unit, .. } => unit,
            Fine::Share { of, .. } => std::slice::from_ref(of),
            Fine::Range { .. } | Fine::ByLaw | Fine::Unread => &[],
        }
    }

    /// The band for known quantities. Parts of a fen narrow it: the lower limit is rounded up, the upper down.
    ///
    /// # Errors
    /// The first measure that is missing, a text without a sum, or a product beyond all money.
    pub fn band(&self, known: &Measures) -> Result<Band, NoBand> {
        let (low, high, parts, mut steps, floor, cap) = match self {
            Fine::Range { min, max } => return Ok(Band { min: *min, max: *max, steps: Vec::new() }),
            Fine::ByLaw => return Err(NoBand::ByLaw),
            Fine::Unread => return Err(NoBand::Unread),
            Fine::Per { unit, min, max, floor, cap } => {
                let (mut low, mut high, mut parts) = (i128::from(min.0), i128::from(max.0), 1_i128);
                let mut words = Vec::new();
                for measure in unit {
                    let amount = known.get(*measure).ok_or(NoBand::Needs(*measure))?;
                    low = low.checked_mul(i128::from(amount)).ok_or(NoBand::TooLarge)?;
                    high = high.checked_mul(i128::from(amount)).ok_or(NoBand::TooLarge)?;
                    parts *= i128::from(measure.parts());
                    words.push(measure.write(amount));
                }
                (low, high, parts, vec![format!("{self}，{}", words.join("，"))], floor, cap)
            }
            Fine::Share { of, min, max, floor, cap } => {
                let value = i128::from(known.get(*of).ok_or(NoBand::Needs(*of))?);
                let told = format!("{self}，{of}{}", of.write(known.get(*of).unwrap_or_default()));
                (value * i128::from(min.0), value * i128::from(max.0), i128::from(Rate::WHOLE), vec![told], floor, cap)
            }
        };
        let fen = |value: i128| i64::try_from(value).map(Fen).map_err(|_| NoBand::TooLarge);
        let mut min = fen(low.checked_add(parts - 1).ok_or(NoBand::TooLarge)?.div_euclid(parts))?;
        let mut max = fen(high.div_euclid(parts))?;
        steps.push(format!("算得{min}以上{max}以下"));
        if let Some(floor) = floor.filter(|floor| min < *floor) {
            (min, max) = (floor, max.max(floor));
            steps.push(format!("不低于{floor}，为{min}以上{max}以下"));
        }
        if let Some(cap) = cap.filter(|cap| max > *cap) {
            (min, max) = (min.min(cap), cap);
            steps.push(format!("不高于{cap}，为{min}以上{max}以下"));
        }
        Ok(Band { min, max, steps })
    }

    /// The lowest and highest sum where an area is all that is known. `None` where the text has no sum, another measure is
    /// asked for, or the product is beyond all money.
    pub fn limits(&self, area: Option<Area>) -> Option<(Fen, Fen)> {
        let known = area.map(Measures::from).unwrap_or_default();
        self.band(&known).ok().map(|band| (band.min, band.max))
    }

    /// Whether an amount fits, both limits included.
    ///
    /// # Errors
    /// The sentence to show: no amount, no band, below or above it.
    pub fn fits(&self, amount: Fen, known: &Measures) -> Result<(), String> {
        if amount <= Fen::ZERO {
            return Err("罚款数额应当大于零".into());
        }
        let Band { min, max, .. } = self.band(known).map_err(|why| why.to_string())?;
        if amount < min {
            return Err(format!("罚款{amount}低于法定下限{min}（法定幅度：{self}）"));
        }
        if amount > max {
            return Err(format!("罚款{amount}高于法定上限{max}（法定幅度：{self}）"));
        }
        Ok(())
    }

    /// What is wrong with the formula itself.
    pub(super) fn check(&self) -> Result<(), String> {
        let ends = |floor: &Option<Fen>, cap: &Option<Fen>| match (floor, cap) {
            (Some(floor), Some(cap)) if floor > cap => Err("罚款的 floor 高于 cap".to_owned()),
            _ => Ok(()),
        };
        let upside = || Err("罚款下限高于上限，或者上限是零".to_owned());
        match self {
            Fine::Range { min, max } | Fine::Per { min, max, .. } if min > max || *max == Fen::ZERO => upside(),
            Fine::Share { min, max, .. } if min > max || max.0 == 0 => upside(),
            Fine::Per { unit, .. } if unit.is_empty() || unit.iter().any(|m| m.is_money() || m.is_daily()) => {
                Err("per 的 unit 须是一个以上的数量（如 area、days），不能是金额、按日连续处罚天数".into())
            }
            Fine::Per { unit, .. } if (1..unit.len()).any(|at| unit[at..].contains(&unit[at - 1])) => {
                Err("per 的 unit 有重复".into())
            }
            Fine::Share { of, .. } if !of.is_money() || of.is_daily() => {
                Err(format!("share 的 of 须是金额（如 cost、gains），不能是“{of}”"))
            }
            Fine::Per { floor, cap, .. } | Fine::Share { floor, cap, .. } => ends(floor, cap),
            Fine::Range { .. } | Fine::ByLaw | Fine::Unread => Ok(()),
        }
    }
}

impl fmt::Display for Fine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (floor, cap) = match self {
            Fine::Range { min, max } => return between(f, *min == Fen::ZERO, min == max, min, max),
            Fine::ByLaw => return f.write_str("依法处罚（本条没有数额）"),
            Fine::Unread => return f.write_str("数额未查明"),
            Fine::Per { unit, min, max, floor, cap } => {
                for measure in unit {
                    write!(f, "每{}", measure.unit())?;
                }
                between(f, *min == Fen::ZERO, min == max, min, max)?;
                (floor, cap)
            }
            Fine::Share { of, min, max, floor, cap } => {
                write!(f, "{of}的")?;
                between(f, min.0 == 0, min == max, min, max)?;
                (floor, cap)
            }
        };
        if let Some(floor) = floor {
            write!(f, "，不低于{floor}")?;
        }
        if let Some(cap) = cap {
            write!(f, "，不高于{cap}")?;
        }
        Ok(())
    }
}

fn between<T: fmt::Display>(f: &mut fmt::Formatter<'_>, open: bool, fixed: bool, min: &T, max: &T) -> fmt::Result {
    match (open, fixed) {
        (_, true) => write!(f, "{max}"),
        (true, _) => write!(f, "{max}以下"),
        _ => write!(f, "{min}以上{max}以下"),
    }
}

/// What consecutive daily fines add: the original fine once for each further day (生态环境法典1060); the first fine is not in it.
///
/// `None` past the range of 64 bits.
pub fn daily(original: Fen, further_days: u32) -> Option<Fen> {
    original.checked_mul(i64::from(further_days))
}

pub(super) fn money<'de, D: Deserializer<'de>>(from: D) -> Result<Fen, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

pub(super) fn some_money<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Fen>, D::Error> {
    money(from).map(Some)
}

/// Measures as a table of texts: `{ area = "12.5", days = "3" }`.
pub(super) fn measures<'de, D: Deserializer<'de>>(from: D) -> Result<Measures, D::Error> {
    let mut known = Measures::default();
    for (measure, text) in BTreeMap::<Measure, String>::deserialize(from)? {
        let amount = measure.read(&text).map_err(serde::de::Error::custom)?;
        known.set(measure, amount);
    }
    Ok(known)
}
