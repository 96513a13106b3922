//! The standard's code tables, as data: messages, alarm and status bits, vehicle signals, parameters.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// How a parameter's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number of `size` bytes.
    Number,
    /// A text in GBK.
    Text,
    /// Bytes.
    Bytes,
}

/// A terminal parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    id: u32,
    /// Its Chinese name.
    pub name: String,
    /// How its value is written.
    pub kind: Kind,
    /// Bytes of a number.
    #[serde(default)]
    pub size: u8,
    /// Its unit; empty for none.
    #[serde(default)]
    pub unit: String,
}

/// A named bit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bit {
    /// Its place.
    pub bit: u32,
    /// Its meaning when set, in Chinese.
    pub name: String,
    /// Whether it tells of tampering with the terminal.
    #[serde(default)]
    pub tamper: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    message: BTreeMap<String, String>,
    alarm: Vec<Bit>,
    status: Vec<Bit>,
    signal: Vec<Bit>,
    video_alarm: Vec<Bit>,
    parameter: Vec<Parameter>,
}

/// All tables.
pub struct Tables {
    file: File,
    parameters: BTreeMap<u32, usize>,
}

impl Tables {
    /// The tables shipped.
    pub fn builtin() -> &'static Tables {
        static TABLES: LazyLock<Tables> = LazyLock::new(|| {
            let file: File =
                toml::from_str(include_str!("../../../data/jt808.toml")).expect("the shipped tables are well formed");
            let parameters = file.parameter.iter().enumerate().map(|(i, p)| (p.id, i)).collect();
            Tables { file, parameters }
        });
        &TABLES
    }

    /// The Chinese name of a message.
    pub fn message(&self, id: u16) -> Option<&str> {
        self.file.message.get(&format!("{id:04X}")).map(String::as_str)
    }

    /// The alarm bits.
    pub fn alarms(&self) -> &[Bit] {
        &self.file.alarm
    }

    /// The alarm bits that tell of tampering.
    pub fn tampering(&self) -> u32 {
        self.file.alarm.iter().filter(|b| b.tamper).fold(0, |sum, b| sum | 1 << b.bit)
    }

    /// The status bits that stand alone.
    pub fn statuses(&self) -> &[Bit] {
        &self.file.status
    }

    /// The vehicle signals of item 25.
    pub fn signals(&self) -> &[Bit] {
        &self.file.signal
    }

    /// The video alarms of item 14.
    pub fn video_alarms(&self) -> &[Bit] {
        &self.file.video_alarm
    }

    /// A parameter.
    pub fn parameter(&self, id: u32) -> Option<&Parameter> {
        self.parameters.get(&id).map(|i| &self.file.parameter[*i])
    }
}

/// The names of the bits set.
pub fn names(bits: &[Bit], word: u32) -> impl Iterator<Item = &str> {
    bits.iter().filter(move |b| word & 1 << b.bit != 0).map(|b| b.name.as_str())
}
