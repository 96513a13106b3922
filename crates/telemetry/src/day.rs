//! Days of receipt, and places in the stream of blocks.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// China keeps one time, eight hours before UTC, without summer time since 1992.
const OFFSET_MS: i64 = 8 * 3600 * 1000;
const DAY_MS: i64 = 86_400_000;

/// The civil day in China of a moment in milliseconds since 1970 UTC.
pub fn day_of(ms: i64) -> Date {
    let span = jiff::Span::new().days(day_number(ms).clamp(-100_000, 1_000_000));
    Date::constant(1970, 1, 1).checked_add(span).unwrap_or(Date::MAX)
}

/// The number of that day, without making a date of it.
pub(crate) const fn day_number(ms: i64) -> i64 {
    ms.saturating_add(OFFSET_MS).div_euclid(DAY_MS)
}

/// Civil date and time in China of a moment.
pub(crate) fn civil(ms: i64) -> jiff::civil::DateTime {
    let within = ms.saturating_add(OFFSET_MS).rem_euclid(DAY_MS);
    day_of(ms).to_datetime(jiff::civil::Time::midnight()).saturating_add(jiff::SignedDuration::from_millis(within))
}

/// The file of a day.
pub fn file_name(day: Date) -> String {
    format!("{day}.sqlite")
}

/// The day of a file's name; `None` when it is no day file.
pub(crate) fn day_of_file(name: &str) -> Option<Date> {
    let day: Date = name.strip_suffix(".sqlite")?.parse().ok()?;
    (file_name(day) == name).then_some(day)
}

/// How far a reader has come: everything up to and including this block was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The day of the block.
    pub day: Date,
    /// The block; 0 before the first of the day.
    pub block: i64,
}

impl Cursor {
    /// Before everything.
    pub const START: Cursor = Cursor { day: Date::MIN, block: 0 };

    /// Before the first block of a day.
    pub const fn before(day: Date) -> Cursor {
        Cursor { day, block: 0 }
    }
}

/// `2026-11-25/1024`.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.day, self.block)
    }
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDayError;

impl fmt::Display for ParseDayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("读取位置写法不对，应为“日期/块号”")
    }
}

impl std::error::Error for ParseDayError {}

impl FromStr for Cursor {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Cursor, ParseDayError> {
        let (day, block) = text.split_once('/').ok_or(ParseDayError)?;
        let (day, block) = day.parse().ok().zip(block.parse().ok()).ok_or(ParseDayError)?;
        Ok(Cursor { day, block })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_sixteen_hours_utc() {
        // 2026-11-24 16:00:00 UTC is midnight in China.
        let midnight = 1_795_536_000_000;
        assert_eq!(day_of(midnight).to_string(), "2026-11-25");
        assert_eq!(day_of(midnight - 1).to_string(), "2026-11-24");
        assert_eq!(civil(midnight - 1).to_string(), "2026-11-24T23:59:59.999");
        assert_eq!(day_of(-OFFSET_MS - 1).to_string(), "1969-12-31");
    }

    #[test]
    fn cursors_and_file_names_go_both_ways() {
        let cursor: Cursor = "2026-11-25/1024".parse().unwrap();
        assert_eq!(cursor.to_string(), "2026-11-25/1024");
        assert_eq!(Cursor::START.to_string().parse(), Ok(Cursor::START));
        assert!("2026-11-25".parse::<Cursor>().is_err());
        assert_eq!(day_of_file(&file_name(cursor.day)), Some(cursor.day));
        assert_eq!(day_of_file("kept.sqlite"), None);
        assert_eq!(day_of_file("2026-11-25.sqlite-wal"), None);
    }
}
