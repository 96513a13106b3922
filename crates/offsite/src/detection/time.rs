//! Days and hours in China, from UTC seconds and back.

use jiff::civil::Date;

/// Seconds of a day.
pub const DAY_S: i64 = 86_400;
/// Seconds by which local time is ahead of UTC; China has had one time zone and no summer time since 1991.
pub const AHEAD_S: i64 = 8 * 3_600;

/// The local day, counted from 1970-01-01.
pub fn day_of(at: i64) -> i64 {
    (at + AHEAD_S).div_euclid(DAY_S)
}

/// The instant at which a local day begins.
pub fn day_start(day: i64) -> i64 {
    day * DAY_S - AHEAD_S
}

/// Minutes since local midnight, 0 to 1439.
pub fn minute_of_day(at: i64) -> i64 {
    (at + AHEAD_S).rem_euclid(DAY_S) / 60
}

/// The number of a calendar day.
pub fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_secs() / DAY_S
}

/// A span of the day in minutes since midnight; it goes over midnight where `from` is after `to`. `to` is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First minute.
    pub from: i64,
    /// First minute after.
    pub to: i64,
}

impl Hours {
    /// Whether the minute of the day lies in the span.
    pub fn holds(self, minute: i64) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}
