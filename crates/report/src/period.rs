//! The days a figure looks at.

use jiff::civil::date;
use law::Day;
use office::BadInput;
use serde::Serialize;

/// The days from the first to the last, both included, within one calendar year. Civil days in Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    from: Day,
    until: Day,
}

impl Period {
    /// From 1 January to `until`.
    ///
    /// # Errors
    /// `until` is not a day of `year`, or the year is not one a bureau can report on (2000 to 2999).
    pub fn of_year(year: i16, until: Day) -> Result<Period, BadInput> {
        if !(2000..3000).contains(&year) {
            return Err(BadInput::new("年度", format!("“{year}”不是可以报告的年度，请填写四位数的年份，例如 2024")));
        }
        if until.year() != year {
            return Err(BadInput::new(
                "截止日期",
                format!("{until} 不在 {year} 年内，请填写 {year}-01-01 至 {year}-12-31 之间的日期"),
            ));
        }
        Ok(Period { from: date(year, 1, 1), until })
    }

    /// Some days of one year.
    ///
    /// # Errors
    /// The days are reversed or not of one year.
    pub fn of_days(from: Day, until: Day) -> Result<Period, BadInput> {
        let year = Period::of_year(until.year(), until)?;
        if from < year.from || from > until {
            return Err(BadInput::new("起始日期", format!("{from} 应在 {} 至 {until} 之间", year.from)));
        }
        Ok(Period { from, until })
    }

    /// First day.
    pub fn from(&self) -> Day {
        self.from
    }

    /// Last day.
    pub fn until(&self) -> Day {
        self.until
    }

    /// The year it lies in.
    pub fn year(&self) -> i16 {
        self.until.year()
    }

    /// The same days of the year before; none before the first year a bureau can report on.
    pub fn year_before(&self) -> Option<Period> {
        let back = |day: Day| day.checked_sub(jiff::Span::new().years(1)).ok();
        Period::of_days(back(self.from)?, back(self.until)?).ok()
    }

    /// Where the records behind a figure of this period are opened. Says the days only where the year alone would not.
    pub fn records_url(&self, id: &str) -> String {
        let year = self.year();
        let mut url = format!("/office/report/{year}/{id}");
        let mut joint = '?';
        if self.from != date(year, 1, 1) {
            url.push_str(&format!("{joint}from={}", self.from));
            joint = '&';
        }
        if self.until != date(year, 12, 31) {
            url.push_str(&format!("{joint}until={}", self.until));
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_stays_within_its_year() {
        let period = Period::of_year(2024, date(2024, 11, 21)).unwrap();
        assert_eq!((period.from(), period.until(), period.year()), (date(2024, 1, 1), date(2024, 11, 21), 2024));
        assert!(Period::of_year(2024, date(2025, 1, 1)).unwrap_err().text.contains("2024-12-31"));
        assert!(Period::of_year(24, date(24, 1, 1)).is_err());
        assert!(Period::of_days(date(2024, 3, 1), date(2024, 2, 29)).is_err());
        assert!(Period::of_days(date(2023, 12, 31), date(2024, 1, 1)).is_err());
        assert!(Period::of_days(date(2024, 1, 1), date(2024, 1, 1)).is_ok());
    }

    #[test]
    fn the_year_before_has_the_same_days() {
        let before = |from, until| {
            let last = Period::of_days(from, until).unwrap().year_before().unwrap();
            (last.from(), last.until())
        };
        assert_eq!(before(date(2024, 1, 1), date(2024, 11, 21)), (date(2023, 1, 1), date(2023, 11, 21)));
        // 2023 has no 29 February.
        assert_eq!(before(date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 2, 1), date(2023, 2, 28)));
        assert!(Period::of_year(2000, date(2000, 5, 1)).unwrap().year_before().is_none());
    }

    #[test]
    fn the_address_says_days_only_where_needed() {
        let url = |from, until| Period::of_days(from, until).unwrap().records_url("ticket.12345");
        assert_eq!(url(date(2024, 1, 1), date(2024, 12, 31)), "/office/report/2024/ticket.12345");
        assert_eq!(url(date(2024, 1, 1), date(2024, 11, 21)), "/office/report/2024/ticket.12345?until=2024-11-21");
        assert_eq!(
            url(date(2024, 2, 1), date(2024, 2, 29)),
            "/office/report/2024/ticket.12345?from=2024-02-01&until=2024-02-29"
        );
    }
}
