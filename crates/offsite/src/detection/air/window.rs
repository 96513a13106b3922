//! A window of minutes and what became of it.

use serde::Serialize;

use super::Factor;

/// What became of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few valid minutes, or not yet over: counts neither way.
    Insufficient,
    /// At or below every limit.
    Within,
    /// Above this many of the limits, the lowest first.
    Above(u8),
    /// Above, while a permit held.
    Excused,
}

/// A window of whole minutes that does not go over its day or night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Device.
    pub device: u32,
    /// What is averaged.
    pub factor: Factor,
    /// Begin, UTC seconds.
    pub from: i64,
    /// First second after.
    pub to: i64,
    /// Valid minutes.
    pub valid: i64,
    /// Of them, above range.
    pub over_range: i64,
    /// Minutes reported and not valid.
    pub invalid: i64,
    /// Of the valid minutes, those reported with more than one content.
    pub corrected: i64,
    /// Whether a valid minute came late.
    pub late: bool,
    /// Sum of the valid values; for sound the sum of energies against the limit is compared instead.
    pub sum: i128,
    /// What became of it.
    pub verdict: Verdict,
}

impl Window {
    /// An empty window.
    pub(crate) fn new(device: u32, factor: Factor, from: i64, to: i64) -> Window {
        Window {
            device,
            factor,
            from,
            to,
            valid: 0,
            over_range: 0,
            invalid: 0,
            corrected: 0,
            late: false,
            sum: 0,
            verdict: Verdict::Insufficient,
        }
    }

    /// Minutes not reported.
    pub fn missing(&self) -> i64 {
        (self.to - self.from) / 60 - self.valid - self.invalid
    }
}
