//! How one make of device writes HJ 212: edition, tolerances, units, meaning of `DataTime`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::DateTime;
use serde::Deserialize;

use super::cipher::Key;
use super::frame::Limits;
use super::tables::{Tables, Unit};
use super::{Tolerance, Tolerances};

/// The edition a device follows. Flag's version bits are a hint only: surface-water devices of 2017 use those of 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// HJ/T 212-2005.
    E2005,
    /// HJ 212-2017.
    E2017,
    /// HJ 212-2025.
    E2025,
}

impl Edition {
    /// The year.
    pub const fn year(self) -> u16 {
        match self {
            Edition::E2005 => 2005,
            Edition::E2017 => 2017,
            Edition::E2025 => 2025,
        }
    }

    /// Flag's version bits, in place.
    pub const fn version_bits(self) -> u8 {
        match self {
            Edition::E2005 => 0,
            Edition::E2017 => 1 << 2,
            Edition::E2025 => 2 << 2,
        }
    }
}

/// What `DataTime` means in minute, hour and day data; the standard says the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The start of the interval.
    Start,
    /// The end of the interval.
    End,
}

/// Whether data of this command are of an interval rather than of an instant (HJ 212-2017, table 4).
pub const fn is_interval(cn: u16) -> bool {
    matches!(cn, 2031 | 2041 | 2051 | 2061)
}

/// A device's way of writing; belongs to the device's register entry and is kept with the evidence.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is for, in Chinese.
    pub title: String,
    /// The edition.
    pub edition: Edition,
    /// What `DataTime` means.
    pub data_time: Moment,
    /// The deviations let in.
    pub allow: Tolerances,
    /// The unit of each factor where the device does not use that of the standard.
    units: BTreeMap<String, Unit>,
    /// How frames are cut.
    pub limits: Limits,
    /// The key of an enciphered CP; never in a file, handed in by whoever keeps secrets.
    pub key: Option<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    title: String,
    edition: u16,
    data_time: Moment,
    #[serde(default)]
    tolerances: Vec<String>,
    #[serde(default)]
    units: BTreeMap<String, String>,
    segment: Option<usize>,
    #[serde(default)]
    binary: bool,
}

impl Profile {
    /// Reads a profile file.
    ///
    /// # Errors
    ///
    /// In Chinese: what in the file is unknown or malformed.
    pub fn from_toml(text: &str) -> Result<Profile, String> {
        let file: File = toml::from_str(text).map_err(|e| format!("设备配置格式不对：{e}"))?;
        let edition = match file.edition {
            2005 => Edition::E2005,
            2017 => Edition::E2017,
            2025 => Edition::E2025,
            other => return Err(format!("没有{other}版，可用2005、2017、2025")),
        };
        let allow = file
            .tolerances
            .iter()
            .map(|name| Tolerance::named(name).ok_or_else(|| format!("没有容错项“{name}”")))
            .collect::<Result<Tolerances, String>>()?;
        let tables = Tables::builtin();
        let units = file
            .units
            .into_iter()
            .map(|(code, unit)| match tables.unit(&unit) {
                Some(unit) => Ok((code, unit.clone())),
                None => Err(format!("没有单位“{unit}”")),
            })
            .collect::<Result<_, String>>()?;
        let segment = file.segment.unwrap_or(Limits::default().segment);
        if !(64..=9999).contains(&segment) {
            return Err(format!("数据段上限{segment}不在64至9999之间"));
        }
        Ok(Profile {
            name: file.name,
            title: file.title,
            edition,
            data_time: file.data_time,
            allow,
            units,
            limits: Limits { segment, binary: file.binary },
            key: None,
        })
    }

    /// The same profile for a device that enciphers CP: frames are then cut by their length, since CP may hold any byte.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Profile {
        self.key = Some(key);
        self.limits.binary = true;
        self
    }

    /// The profiles shipped; the first is what decoding uses when none is named.
    pub fn builtin() -> &'static [Profile] {
        &BUILTIN
    }

    /// A shipped profile.
    pub fn named(name: &str) -> Option<&'static Profile> {
        BUILTIN.iter().find(|p| p.name == name)
    }

    /// The unit in which this device sends the factor: the profile's own, else the standard's.
    pub fn unit(&self, code: &[u8]) -> Option<&Unit> {
        let code = std::str::from_utf8(code).ok()?;
        self.units.get(code).or_else(|| Tables::builtin().factor_unit(code))
    }

    /// When the interval of minute, hour or day data began, from `DataTime` and the interval's length; `DataTime` itself
    /// for an instant. `None` when it would leave the calendar.
    pub fn began(&self, cn: u16, data_time: DateTime, minutes: u32) -> Option<DateTime> {
        match (is_interval(cn), self.data_time) {
            (true, Moment::End) => data_time.checked_sub(jiff::SignedDuration::from_mins(minutes.into())).ok(),
            _ => Some(data_time),
        }
    }

    /// Whether the factor's unit is this device's own rather than the standard's.
    pub fn names_unit(&self, code: &[u8]) -> bool {
        std::str::from_utf8(code).is_ok_and(|code| self.units.contains_key(code))
    }
}

static BUILTIN: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    [
        include_str!("../../../data/profiles/hj212-field-2017.toml"),
        include_str!("../../../data/profiles/hj212-strict-2017.toml"),
        include_str!("../../../data/profiles/hj212-field-2005.toml"),
        include_str!("../../../data/profiles/hj212-strict-2005.toml"),
        include_str!("../../../data/profiles/hj212-field-2025.toml"),
        include_str!("../../../data/profiles/hj212-strict-2025.toml"),
        include_str!("../../../data/profiles/hj212-dust-ug.toml"),
        include_str!("../../../data/profiles/hj212-dust-mg.toml"),
        include_str!("../../../data/profiles/hj212-fume.toml"),
        include_str!("../../../data/profiles/hj212-any.toml"),
    ]
    .iter()
    .map(|text| Profile::from_toml(text).expect("a shipped profile is well formed"))
    .collect()
});
