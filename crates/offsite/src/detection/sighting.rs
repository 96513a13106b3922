//! What was found: an offence that a device’s reports point to, with the facts and the parameters it was found with.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::parameters::Used;

/// What the reports point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    /// More means above a dust limit in a day than the standard allows.
    Dust,
    /// Means above the limit by day.
    NoiseDay,
    /// Means above the limit by night.
    NoiseNight,
    /// A peak by night further above the limit than allowed.
    NoisePeak,
    /// Cooking while the purifier is off.
    FumeUnpurified,
    /// Body lifted outside sites while laden.
    DumpLift,
    /// Load gone within a stop outside sites, without a lift seen.
    DumpLoad,
    /// Left laden, came back for more, was at no site between, stood somewhere as long as dumping takes.
    DumpStop,
    /// Laden away from the permitted corridor.
    OffRoute,
    /// Laden on the move in a restricted area in forbidden hours.
    OutOfHours,
    /// Laden, moving, cover open.
    Uncovered,
    /// Carrying without a certificate valid on the day.
    NoCertificate,
    /// Silent while laden, and elsewhere when it spoke again.
    SilentTrip,
    /// Main power cut on the move.
    PowerCut,
    /// Antenna open or shorted on the move.
    Antenna,
    /// Position stands still while the odometer runs.
    Frozen,
    /// Body never lifted over several visits to disposal sites.
    LiftStuck,
    /// Load never changed over several visits to disposal sites.
    LoadStuck,
    /// Cover never opened or closed over several visits to disposal sites.
    CoverStuck,
    /// Two places at once under one number.
    Clone,
}

impl Offence {
    /// All of them.
    pub const ALL: [Offence; 20] = [
        Offence::Dust,
        Offence::NoiseDay,
        Offence::NoiseNight,
        Offence::NoisePeak,
        Offence::FumeUnpurified,
        Offence::DumpLift,
        Offence::DumpLoad,
        Offence::DumpStop,
        Offence::OffRoute,
        Offence::OutOfHours,
        Offence::Uncovered,
        Offence::NoCertificate,
        Offence::SilentTrip,
        Offence::PowerCut,
        Offence::Antenna,
        Offence::Frozen,
        Offence::LiftStuck,
        Offence::LoadStuck,
        Offence::CoverStuck,
        Offence::Clone,
    ];

    /// In Chinese, as shown to users.
    pub fn title(self) -> &'static str {
        match self {
            Offence::Dust => "扬尘超标",
            Offence::NoiseDay => "昼间噪声超标",
            Offence::NoiseNight => "夜间噪声超标",
            Offence::NoisePeak => "夜间突发噪声超标",
            Offence::FumeUnpurified => "烹饪时未开启油烟净化设施",
            Offence::DumpLift => "消纳场所外举升倾倒",
            Offence::DumpLoad => "消纳场所外卸载",
            Offence::DumpStop => "疑似消纳场所外倾倒",
            Offence::OffRoute => "偏离核定路线",
            Offence::OutOfHours => "禁行时段在限行区域载货行驶",
            Offence::Uncovered => "载货行驶未密闭",
            Offence::NoCertificate => "当日无有效处置证运输",
            Offence::SilentTrip => "载货途中失联",
            Offence::PowerCut => "行驶中切断终端主电源",
            Offence::Antenna => "行驶中定位天线断开",
            Offence::Frozen => "定位静止而里程增加",
            Offence::LiftStuck => "举升传感器长期无变化",
            Offence::LoadStuck => "载重传感器长期无变化",
            Offence::CoverStuck => "密闭传感器长期无变化",
            Offence::Clone => "同一终端号多处同时上线",
        }
    }
}

/// What a number of a fact is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain number of things.
    Count,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// UTC seconds since 1970.
    Instant,
    /// Centimetres.
    Centimetre,
    /// A tenth of a kilometre per hour.
    DeciKmh,
    /// Tenths of a kilometre.
    Hectometre,
    /// Nanograms per cubic metre.
    NanogramPerCubicMetre,
    /// Tenths of a decibel.
    DeciBel,
    /// Number of a site, route or sensor in the registers given.
    Number,
    /// 1 for yes, 0 for no.
    Truth,
}

/// A number that the finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, as an English identifier.
    pub name: Cow<'static, str>,
    /// How much.
    pub value: i64,
    /// Of what.
    pub unit: Unit,
}

/// A fact.
pub fn fact(name: &'static str, value: i64, unit: Unit) -> Fact {
    Fact { name: Cow::Borrowed(name), value, unit }
}

/// Where something was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Latitude, micro-degrees, WGS-84.
    pub lat: i32,
    /// Longitude, micro-degrees, WGS-84.
    pub lon: i32,
}

/// Something a person should look at. Offence, device and `from` name it: the same three are the same incident.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting {
    /// What the reports point to.
    pub offence: Offence,
    /// Device or vehicle.
    pub device: u32,
    /// Where the span it rests on begins, UTC seconds.
    pub from: i64,
    /// Where it ends.
    pub to: i64,
    /// The instant, by the device’s own time, at which the rule was first met.
    pub met: i64,
    /// Where; none for a device that stands still.
    pub place: Option<Place>,
    /// The numbers it rests on.
    pub facts: Vec<Fact>,
    /// The parameters used.
    pub used: Used,
    /// Whether an input it rests on came late.
    pub late: bool,
    /// SHA-256 over the inputs in the span, in order and each once, as hexadecimal digits.
    pub digest: String,
}

impl Sighting {
    /// What makes it one incident.
    pub fn key(&self) -> Key {
        (self.device, self.offence, self.from)
    }

    /// The value of a fact.
    pub fn fact(&self, name: &str) -> Option<i64> {
        self.facts.iter().find(|f| f.name == name).map(|f| f.value)
    }
}

/// Device, offence, begin.
pub type Key = (u32, Offence, i64);

/// What became of a sighting when inputs were added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new incident.
    New(Sighting),
    /// A known incident with other facts: it went on, or a late input changed it.
    Revised(Sighting),
    /// A known incident that the inputs no longer bear out: a late batch filled a silence, a reading was corrected.
    Withdrawn(Key),
}

/// Digest of inputs that are already in order and each once.
pub fn digest(inputs: impl IntoIterator<Item = impl AsRef<[u8]>>) -> String {
    let mut hash = Sha256::new();
    for input in inputs {
        let input = input.as_ref();
        hash.update((input.len() as u32).to_be_bytes());
        hash.update(input);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
