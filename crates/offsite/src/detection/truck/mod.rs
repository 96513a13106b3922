//! Trucks: positions and sensor states of waste trucks, judged in order of time with constant state per truck.
//!
//! [`Tracker`](tracker::Tracker) takes the fixes of one truck in order; [`Fleet`](fleet::Fleet) puts late, repeated and
//! shuffled ones into that order first and takes back what no longer holds.

use serde::{Deserialize, Serialize};

mod cargo;
pub mod fleet;
pub(crate) mod geo;
mod motion;
mod offences;
pub mod rule;
mod spell;
pub mod tracker;
pub mod world;

/// State of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lift {
    /// Down.
    Down,
    /// On its way up or down.
    Raising,
    /// Up.
    Raised,
}

/// What the truck carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// Nothing.
    Empty,
    /// Something.
    Part,
    /// All it may.
    Full,
}

/// State of the cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// Shut.
    Closed,
    /// Open.
    Open,
    /// Moving.
    Moving,
    /// The sensor says it is out of order.
    Fault,
}

/// One report of a truck. What a terminal does not send is `None`, never a guess.
///
/// The order of the fields is the order of fixes: vehicle, instant, then content; when we received it comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// Vehicle.
    pub vehicle: u32,
    /// When, by the terminal’s clock corrected by its known offset; UTC seconds.
    pub at: i64,
    /// Latitude, micro-degrees, WGS-84.
    pub lat: i32,
    /// Longitude, micro-degrees, WGS-84.
    pub lon: i32,
    /// Speed, 0.1 km/h.
    pub speed: u16,
    /// Heading, degrees from north.
    pub heading: u16,
    /// Odometer, 0.1 km.
    pub mileage: Option<u32>,
    /// Satellites.
    pub satellites: Option<u8>,
    /// Ignition.
    pub acc: bool,
    /// Whether the position is one.
    pub fixed: bool,
    /// Whether the position is encrypted; such a position is never used.
    pub encrypted: bool,
    /// Body.
    pub lift: Option<Lift>,
    /// Load.
    pub load: Option<Load>,
    /// Cover.
    pub cover: Option<Cover>,
    /// Alarm bits as JT/T 808 numbers them.
    pub alarms: u32,
    /// When we received it, UTC seconds.
    pub received: i64,
}

/// Alarm bit: antenna open.
pub const ANTENNA_OPEN: u32 = 1 << 5;
/// Alarm bit: antenna shorted.
pub const ANTENNA_SHORT: u32 = 1 << 6;
/// Alarm bit: main power cut.
pub const POWER_CUT: u32 = 1 << 8;

impl Fix {
    /// What the terminal said, as bytes for a digest; when we received it stays out.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(48);
        bytes.extend(self.vehicle.to_be_bytes());
        bytes.extend(self.at.to_be_bytes());
        bytes.extend(self.lat.to_be_bytes());
        bytes.extend(self.lon.to_be_bytes());
        bytes.extend(self.speed.to_be_bytes());
        bytes.extend(self.heading.to_be_bytes());
        bytes.extend(self.mileage.map_or([0xFF; 4], u32::to_be_bytes));
        bytes.push(self.satellites.unwrap_or(0xFF));
        bytes.push(u8::from(self.acc) | u8::from(self.fixed) << 1 | u8::from(self.encrypted) << 2);
        bytes.push(self.lift.map_or(0xFF, |l| l as u8));
        bytes.push(self.load.map_or(0xFF, |l| l as u8));
        bytes.push(self.cover.map_or(0xFF, |c| c as u8));
        bytes.extend(self.alarms.to_be_bytes());
        bytes
    }

    /// Whether two reports say the same, whenever they came.
    pub(crate) fn same(&self, other: &Fix) -> bool {
        Fix { received: 0, ..*self } == Fix { received: 0, ..*other }
    }
}
