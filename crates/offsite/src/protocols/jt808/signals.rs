//! Lift, load and cover of a tipper truck, which JT/T 808 leaves to each maker and city.
//!
//! A mapping names the bits as data; the result is the same model for every make.

use serde::Deserialize;

use super::location::{Items, Location};
use crate::protocols::num::Num;

/// Where a signal's bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The status word.
    Status,
    /// The item of number `id`.
    Item,
    /// Message 0x0900 of kind `id`.
    Transparent,
}

/// What a signal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The bed: `down`, `raising`, `raised`.
    Lift,
    /// The cover: `open`, `closed`, `moving`, `fault`.
    Cover,
    /// The load: `empty`, `part`, `full`.
    Load,
    /// The lock of the lift: `locked`, `unlocked`.
    Lock,
    /// The load's weight, a number in kg.
    Weight,
    /// The bed's angle, a number in degrees.
    Angle,
}

/// The state a value stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Bed down.
    Down,
    /// Bed going up.
    Raising,
    /// Bed up.
    Raised,
    /// Cover open.
    Open,
    /// Cover closed.
    Closed,
    /// Cover moving.
    Moving,
    /// Cover at fault.
    Fault,
    /// No load.
    Empty,
    /// Some load.
    Part,
    /// Full load.
    Full,
    /// Lift locked.
    Locked,
    /// Lift free.
    Unlocked,
}

impl State {
    /// In Chinese.
    pub const fn label(self) -> &'static str {
        match self {
            State::Down => "落下",
            State::Raising => "正在举升",
            State::Raised => "举升",
            State::Open => "未密闭",
            State::Closed => "密闭",
            State::Moving => "正在开合",
            State::Fault => "故障",
            State::Empty => "空载",
            State::Part => "半载",
            State::Full => "满载",
            State::Locked => "锁定",
            State::Unlocked => "解锁",
        }
    }

    const fn belongs(self, what: What) -> bool {
        match what {
            What::Lift => matches!(self, State::Down | State::Raising | State::Raised),
            What::Cover => matches!(self, State::Open | State::Closed | State::Moving | State::Fault),
            What::Load => matches!(self, State::Empty | State::Part | State::Full),
            What::Lock => matches!(self, State::Locked | State::Unlocked),
            What::Weight | What::Angle => false,
        }
    }
}

/// One signal of a mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    what: What,
    source: Source,
    /// The item's number or the kind of 0x0900.
    #[serde(default)]
    id: u8,
    /// The first byte.
    #[serde(default)]
    offset: usize,
    /// How many bytes, read big-endian: 1 to 4.
    #[serde(default = "one")]
    bytes: usize,
    /// How many bits to drop at the low end.
    #[serde(default)]
    shift: u32,
    /// How many bits to keep.
    bits: u32,
    /// What each value stands for; a value not listed says nothing.
    #[serde(default)]
    states: Vec<Meaning>,
    /// A number is the value times `10^power`.
    #[serde(default)]
    power: i8,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meaning {
    value: u32,
    is: State,
}

const fn one() -> usize {
    1
}

impl Signal {
    /// Checks what a file says.
    pub(crate) fn check(&self) -> Result<(), String> {
        let width = self.bytes as u32 * 8;
        if !(1..=4).contains(&self.bytes) || self.bits == 0 || self.shift + self.bits > width {
            return Err(format!("信号{:?}的位置超出{}字节", self.what, self.bytes));
        }
        if self.source == Source::Status && self.offset + self.bytes > 4 {
            return Err("状态位只有4字节".into());
        }
        match self.states.iter().find(|m| !m.is.belongs(self.what)) {
            Some(m) => Err(format!("“{}”不是信号{:?}的状态", m.is.label(), self.what)),
            None => Ok(()),
        }
    }

    fn value(&self, bytes: &[u8]) -> Option<u32> {
        let field = bytes.get(self.offset..self.offset.checked_add(self.bytes)?)?;
        let whole = field.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Some((whole >> self.shift & ((1 << self.bits) - 1)) as u32)
    }
}

/// A truck's works in one model for every make; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Works {
    /// The bed.
    pub lift: Option<State>,
    /// The cover.
    pub cover: Option<State>,
    /// The load.
    pub load: Option<State>,
    /// The lock of the lift.
    pub lock: Option<State>,
    /// The load's weight in kg.
    pub weight: Option<Num>,
    /// The bed's angle in degrees.
    pub angle: Option<Num>,
}

impl Works {
    /// What a location says under a mapping; a later signal of the mapping overrules an earlier one.
    pub fn of_location(signals: &[Signal], location: &Location, items: Items<'_>) -> Works {
        let mut works = Works::default();
        let status = location.status.to_be_bytes();
        for signal in signals {
            match signal.source {
                Source::Status => works.put(signal, &status),
                Source::Item => {
                    if let Some(raw) = items.into_iter().find(|raw| raw.id == signal.id) {
                        works.put(signal, raw.value);
                    }
                }
                Source::Transparent => {}
            }
        }
        works
    }

    /// What bytes passed through say.
    pub fn of_transparent(signals: &[Signal], kind: u8, data: &[u8]) -> Works {
        let mut works = Works::default();
        for signal in signals.iter().filter(|s| s.source == Source::Transparent && s.id == kind) {
            works.put(signal, data);
        }
        works
    }

    fn put(&mut self, signal: &Signal, bytes: &[u8]) {
        let Some(value) = signal.value(bytes) else { return };
        let state = signal.states.iter().find(|m| m.value == value).map(|m| m.is);
        let number = || Num::whole(i64::from(value)).shift(signal.power);
        match signal.what {
            What::Lift => self.lift = state.or(self.lift),
            What::Cover => self.cover = state.or(self.cover),
            What::Load => self.load = state.or(self.load),
            What::Lock => self.lock = state.or(self.lock),
            What::Weight => self.weight = number().or(self.weight),
            What::Angle => self.angle = number().or(self.angle),
        }
    }
}
