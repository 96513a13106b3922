//! The clock, read here and nowhere else.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::Date;

/// UTC milliseconds.
pub(crate) fn now_ms() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0)
}

const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// The bureau's clock: the machine's, or one moved by whole days so that it is `today` now.
pub(crate) fn clock(today: Option<Date>) -> ledger::Clock {
    let shift = today.map_or(0, |day| (days(day) - (now_ms() + SHANGHAI_MS).div_euclid(DAY_MS)) * DAY_MS);
    Arc::new(move || now_ms() + shift)
}

/// Days since 1970-01-01.
fn days(day: Date) -> i64 {
    i64::from(day.since(Date::constant(1970, 1, 1)).map(|s| s.get_days()).unwrap_or(0))
}

/// Ten in the morning in Shanghai of a day, UTC milliseconds.
pub(crate) fn ten(day: Date) -> i64 {
    days(day) * DAY_MS + 2 * 3_600_000
}

/// The civil day in Shanghai.
pub(crate) fn day_of(ms: i64) -> Date {
    let days = (ms + SHANGHAI_MS).div_euclid(DAY_MS);
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap_or(Date::MAX)
}
