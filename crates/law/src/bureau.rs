//! What the three systems ask of a bureau as a whole, not of a case: enough legal reviewers, yearly figures in time.

use crate::Day;

/// Of a hundred officers at least this many review (国办发〔2018〕118号，第十一点：原则上不少于百分之五).
pub const REVIEWERS_PER_HUNDRED: u32 = 5;

/// Where the share of reviewers is written.
pub const REVIEWERS_ARTICLE: &str = "国办发〔2018〕118号第十一点";

/// Where the yearly figures are written.
pub const FIGURES_ARTICLE: &str = "国办发〔2018〕118号第六点";

/// The fewest legal reviewers for so many officers: five in a hundred, a part of one counting as one.
pub fn reviewers_needed(officers: u32) -> u32 {
    u32::try_from((u64::from(officers) * u64::from(REVIEWERS_PER_HUNDRED)).div_ceil(100)).unwrap_or(u32::MAX)
}

/// Whether there are enough reviewers; a bureau without officers needs none.
pub fn reviewers_enough(reviewers: u32, officers: u32) -> bool {
    reviewers >= reviewers_needed(officers)
}

/// The last day to publish the figures of a year: 31 January of the next. `None` past the calendar's years.
pub fn figures_due(year: i16) -> Option<Day> {
    Day::new(year.checked_add(1)?, 1, 31).ok()
}
