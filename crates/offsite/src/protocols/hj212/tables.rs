//! The standard's code tables, as data: systems, commands, data flags, factors, units, results.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::profile::Edition;
use crate::protocols::num::Num;

/// A unit of measure: `10^power` of its base.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// How profiles name it, in ASCII.
    pub id: String,
    /// How it is shown.
    pub text: String,
    /// The unit that values are compared in.
    pub base: String,
    /// One of this is `10^power` of the base.
    pub power: i8,
}

impl Unit {
    /// The number in another unit of the same base, exactly; `None` when the units do not compare or it does not fit.
    pub fn convert(&self, value: Num, to: &Unit) -> Option<Num> {
        if self.base != to.base {
            return None;
        }
        value.shift(self.power.checked_sub(to.power)?)
    }
}

/// A factor: what is measured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Its code, of the 2017 edition or of 2005.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// The standard's unit by name.
    pub unit: String,
    /// Whether it is field practice and not in the standard's appendix B.
    #[serde(default)]
    pub practice: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: BTreeMap<String, String>,
    command: BTreeMap<String, String>,
    flag: BTreeMap<String, String>,
    flag_2005: BTreeMap<String, String>,
    request_result: BTreeMap<String, String>,
    execution_result: BTreeMap<String, String>,
    facility_state: BTreeMap<String, String>,
    pair: BTreeMap<String, String>,
    unit: Vec<Unit>,
    factor: Vec<Factor>,
}

/// All tables.
pub struct Tables {
    file: File,
    units: BTreeMap<String, usize>,
    factors: BTreeMap<String, usize>,
}

impl Tables {
    /// The tables shipped.
    pub fn builtin() -> &'static Tables {
        static TABLES: LazyLock<Tables> = LazyLock::new(|| {
            let file: File =
                toml::from_str(include_str!("../../../data/hj212.toml")).expect("the shipped tables are well formed");
            let units = file.unit.iter().enumerate().map(|(i, u)| (u.id.clone(), i)).collect();
            let factors = file.factor.iter().enumerate().map(|(i, f)| (f.code.clone(), i)).collect();
            Tables { file, units, factors }
        });
        &TABLES
    }

    /// The Chinese name of a system (ST).
    pub fn system(&self, st: &[u8]) -> Option<&str> {
        look(&self.file.system, st)
    }

    /// The Chinese name of a command (CN).
    pub fn command(&self, cn: u16) -> Option<&str> {
        self.file.command.get(&cn.to_string()).map(String::as_str)
    }

    /// What a data flag says.
    pub fn flag(&self, flag: char, edition: Edition) -> Option<&str> {
        let table = if edition == Edition::E2005 { &self.file.flag_2005 } else { &self.file.flag };
        table.get(flag.encode_utf8(&mut [0; 4]) as &str).map(String::as_str)
    }

    /// What QnRtn says.
    pub fn request_result(&self, code: &[u8]) -> Option<&str> {
        look(&self.file.request_result, code)
    }

    /// What ExeRtn says.
    pub fn execution_result(&self, code: &[u8]) -> Option<&str> {
        look(&self.file.execution_result, code)
    }

    /// What a facility's state says.
    pub fn facility_state(&self, code: &[u8]) -> Option<&str> {
        look(&self.file.facility_state, code)
    }

    /// The Chinese name of a pair of CP.
    pub fn pair(&self, key: &[u8]) -> Option<&str> {
        look(&self.file.pair, key)
    }

    /// A unit by its name.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id).map(|i| &self.file.unit[*i])
    }

    /// All units.
    pub fn units(&self) -> &[Unit] {
        &self.file.unit
    }

    /// A factor by its code; devices that write everything in capitals are understood.
    pub fn factor(&self, code: &str) -> Option<&Factor> {
        let found = self.factors.get(code).or_else(|| self.factors.get(&code.to_ascii_lowercase()));
        found.map(|i| &self.file.factor[*i]).or_else(|| facility(code).map(|_| &self.file.factor[self.factors["SB"]]))
    }

    /// All factors.
    pub fn factors(&self) -> &[Factor] {
        &self.file.factor
    }

    /// The standard's unit of a factor.
    pub fn factor_unit(&self, code: &str) -> Option<&Unit> {
        self.factor(code).and_then(|f| self.unit(&f.unit))
    }
}

/// The number of a facility, of `SB7`.
fn facility(code: &str) -> Option<u16> {
    code.strip_prefix("SB").and_then(|n| n.parse().ok())
}

fn look<'a>(table: &'a BTreeMap<String, String>, key: &[u8]) -> Option<&'a str> {
    table.get(std::str::from_utf8(key).ok()?).map(String::as_str)
}
