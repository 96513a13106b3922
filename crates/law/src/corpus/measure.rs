//! The quantities formulas ask for, as whole numbers, and rates in ten-thousandths.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::money::Fen;

/// A quantity that a fine is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 面积, in hundredths of a square metre.
    Area,
    /// 天数, whole days.
    Days,
    /// 重量, in hundredths of a tonne.
    Tonnes,
    /// 动物只数.
    Animals,
    /// 树木株数.
    Trees,
    /// 建设工程造价, money.
    Cost,
    /// 临时建设工程造价, money.
    TemporaryCost,
    /// 合同价款, money.
    Contract,
    /// 违法所得, money.
    Gains,
    /// 货值 (制造、销售额), money.
    Goods,
    /// 绿化补偿标准 for what was damaged, money.
    Compensation,
    /// 修复费用, money.
    Repair,
    /// 按日连续处罚天数, whole days: of the daily fine, never of a formula.
    FurtherDays,
    /// 原罚款数额, money: of the daily fine, never of a formula.
    OriginalFine,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 14] = [
        Measure::Area,
        Measure::Days,
        Measure::Tonnes,
        Measure::Animals,
        Measure::Trees,
        Measure::Cost,
        Measure::TemporaryCost,
        Measure::Contract,
        Measure::Gains,
        Measure::Goods,
        Measure::Compensation,
        Measure::Repair,
        Measure::FurtherDays,
        Measure::OriginalFine,
    ];

    /// The stable name used in data and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Measure::Area => "area",
            Measure::Days => "days",
            Measure::Tonnes => "tonnes",
            Measure::Animals => "animals",
            Measure::Trees => "trees",
            Measure::Cost => "cost",
            Measure::TemporaryCost => "temporary_cost",
            Measure::Contract => "contract",
            Measure::Gains => "gains",
            Measure::Goods => "goods",
            Measure::Compensation => "compensation",
            Measure::Repair => "repair",
            Measure::FurtherDays => "further_days",
            Measure::OriginalFine => "original_fine",
        }
    }

    /// The Chinese name.
    pub const fn label(self) -> &'static str {
        match self {
            Measure::Area => "面积",
            Measure::Days => "天数",
            Measure::Tonnes => "重量",
            Measure::Animals => "动物只数",
            Measure::Trees => "树木株数",
            Measure::Cost => "建设工程造价",
            Measure::TemporaryCost => "临时建设工程造价",
            Measure::Contract => "合同价款",
            Measure::Gains => "违法所得",
            Measure::Goods => "制造、销售额",
            Measure::Compensation => "绿化补偿标准",
            Measure::Repair => "修复费用",
            Measure::FurtherDays => "按日连续处罚天数",
            Measure::OriginalFine => "原罚款数额",
        }
    }

    /// What one of it is called.
    pub const fn unit(self) -> &'static str {
        match self {
            Measure::Area => "平方米",
            Measure::Days | Measure::FurtherDays => "日",
            Measure::Tonnes => "吨",
            Measure::Animals => "只",
            Measure::Trees => "株",
            _ => "元",
        }
    }

    /// Whether it is an amount of money.
    pub const fn is_money(self) -> bool {
        !matches!(
            self,
            Measure::Area | Measure::Days | Measure::Tonnes | Measure::Animals | Measure::Trees | Measure::FurtherDays
        )
    }

    /// Whether it belongs to the daily fine alone.
    pub const fn is_daily(self) -> bool {
        matches!(self, Measure::FurtherDays | Measure::OriginalFine)
    }

    /// Into how many parts one unit is counted: 100 for square metres, tonnes and yuan, 1 for what is only whole.
    pub const fn parts(self) -> i64 {
        match self {
            Measure::Days | Measure::Animals | Measure::Trees | Measure::FurtherDays => 1,
            _ => 100,
        }
    }

    /// Reads an amount in its parts: `12.5` square metres as 1250, `3` days as 3, `1.2万元` as fen.
    ///
    /// # Errors
    /// The sentence to show beside the field.
    pub fn read(self, text: &str) -> Result<i64, String> {
        if self.is_money() {
            return text.parse::<Fen>().map(|fen| fen.0).map_err(|why| why.to_string());
        }
        let places = if self.parts() == 100 { 2 } else { 0 };
        decimal(text, self.unit(), places).ok_or_else(|| {
            let how = if places == 0 { "3（整数" } else { "12 或 12.5（" };
            let end = if places == 0 { "）".into() } else { format!("{}，最多两位小数）", self.unit()) };
            let given: String = text.chars().take(40).collect();
            format!("“{given}”不是{}，请写成 {how}{end}", self.label())
        })
    }

    /// The amount with its unit: `12.5平方米`, `3日`, `12,000元`.
    pub fn write(self, amount: i64) -> String {
        if self.is_money() {
            return Fen(amount).to_string();
        }
        match (amount / self.parts(), amount % self.parts()) {
            (whole, 0) => format!("{whole}{}", self.unit()),
            (whole, part) => format!("{whole}.{}{}", format!("{part:02}").trim_end_matches('0'), self.unit()),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Measured quantities, each in the parts of its measure; never negative. In the journal a map from the measure's code to the number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Measures(BTreeMap<Measure, i64>);

impl<'de> Deserialize<'de> for Measures {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Measures, D::Error> {
        let known = BTreeMap::<Measure, i64>::deserialize(from)?;
        match known.iter().find(|(_, amount)| **amount < 0) {
            Some((measure, amount)) => {
                Err(serde::de::Error::custom(format!("{} is negative: {amount}", measure.code())))
            }
            None => Ok(Measures(known)),
        }
    }
}

impl Measures {
    /// The quantity with one more, replacing what was there; a negative amount counts as zero.
    #[must_use]
    pub fn with(mut self, measure: Measure, amount: i64) -> Measures {
        self.set(measure, amount);
        self
    }

    /// Sets a quantity; a negative amount counts as zero.
    pub fn set(&mut self, measure: Measure, amount: i64) {
        self.0.insert(measure, amount.max(0));
    }

    /// The quantity in the parts of its measure.
    pub fn get(&self, measure: Measure) -> Option<i64> {
        self.0.get(&measure).copied()
    }

    /// What was measured, each with its amount in the parts of its measure.
    pub fn iter(&self) -> impl Iterator<Item = (Measure, i64)> {
        self.0.iter().map(|(measure, amount)| (*measure, *amount))
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Area> for Measures {
    fn from(area: Area) -> Measures {
        Measures::default().with(Measure::Area, i64::from(area.0))
    }
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (measure, amount)) in self.0.iter().enumerate() {
            let comma = if at > 0 { "，" } else { "" };
            write!(f, "{comma}{measure}{}", measure.write(*amount))?;
        }
        Ok(())
    }
}

/// A rate in ten-thousandths: 5% is 500, three times is 30,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u32);

impl Rate {
    /// The whole: one time, a hundred per cent.
    pub const WHOLE: u32 = 10_000;
}

impl FromStr for Rate {
    type Err = String;

    /// Reads `5%`, `0.5%`, `3倍`, `0`.
    fn from_str(text: &str) -> Result<Rate, String> {
        let bad = || format!("“{text}”不是比例，请写成 5%、0.25% 或者 3倍");
        let narrow = text.trim();
        if narrow == "0" {
            return Ok(Rate(0));
        }
        let parsed = match (narrow.strip_suffix('%'), narrow.strip_suffix('倍')) {
            (Some(number), _) => decimal(number, "", 2),
            (_, Some(number)) => decimal(number, "", 4),
            _ => None,
        };
        parsed.and_then(|n| u32::try_from(n).ok()).map(Rate).ok_or_else(bad)
    }
}

impl fmt::Display for Rate {
    /// Multiples from one time upwards, per cent below.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part, size, sign) = match self.0 >= Rate::WHOLE {
            true => (self.0 / Rate::WHOLE, self.0 % Rate::WHOLE, 4, "倍"),
            false => (self.0 / 100, self.0 % 100, 2, "%"),
        };
        let part = format!("{part:0size$}");
        match part.trim_end_matches('0') {
            "" => write!(f, "{whole}{sign}"),
            part => write!(f, "{whole}.{part}{sign}"),
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Rate, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An area in hundredths of a square metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(pub u32);

impl FromStr for Area {
    type Err = String;

    /// Reads `12` or `12.5` square metres, with or without the unit `平方米`.
    fn from_str(text: &str) -> Result<Area, String> {
        let hundredths = Measure::Area.read(text)?;
        u32::try_from(hundredths).map(Area).map_err(|_| format!("“{text}”太大，请写成 12 或 12.5（平方米）"))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Measure::Area.write(i64::from(self.0)))
    }
}

/// A number that is not negative, with at most so many decimal places, in units of the last of them.
fn decimal(text: &str, unit: &str, places: usize) -> Option<i64> {
    let number = text.trim();
    let number = number.strip_suffix(unit).unwrap_or(number).trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > places || number.ends_with('.') {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}
