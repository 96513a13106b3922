//! Days of a demonstration year.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

fn calendar() -> &'static law::calendar::Calendar {
    law::corpus::Corpus::builtin().calendar()
}

/// The `n`th workday after a day.
pub(crate) fn after(day: Date, n: i32) -> Date {
    let mut day = day;
    for _ in 0..n {
        day = plus(day, 1);
        while !calendar().is_workday(day) {
            day = plus(day, 1);
        }
    }
    day
}

/// So many days later.
pub(crate) fn plus(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The workdays of a span, both ends included.
pub(crate) fn workdays(from: Date, to: Date) -> Vec<Date> {
    from.series(1.day()).take_while(|day| *day <= to).filter(|day| calendar().is_workday(*day)).collect()
}

/// The first workday of a year.
pub(crate) fn opening(year: i16) -> Date {
    after(date(year, 1, 1), 1)
}

/// The first day of each of `n` actions of a campaign, from March on and over before the last six weeks, so that their cases are decided.
pub(crate) fn actions(year: i16, until: Date, n: usize) -> Vec<Date> {
    let (first, last) = (date(year, 3, 4), plus(until, -60));
    let room = (last - first).get_days();
    let gaps = i32::try_from(n.max(2) - 1).unwrap_or(1);
    (0..n).map(|i| after(plus(first, room * i32::try_from(i).unwrap_or(0) / gaps - 1), 1)).collect()
}

/// Days each action lasts.
pub(crate) const ACTION: i32 = 8;

/// Seeded numbers: the same for ever, and nothing else is asked of them.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2024)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }
}
