//! Which days are worked: weekends, statutory holidays and the weekends worked in exchange, year by year as announced.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Weekday;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Day;
use crate::corpus::Corpus;
use crate::corpus::hex;

/// The days worked in the years whose holiday notice is known.
///
/// Outside these years Monday to Friday are taken as worked; a term that reaches there is provisional
/// ([`Due::provisional`](crate::deadline::Due)).
#[derive(Debug, Clone)]
pub struct Calendar {
    years: Vec<Year>,
    every_day: bool,
    digest: String,
}

impl Calendar {
    /// The calendar that ships with the product, from the State Council's yearly notices.
    pub fn builtin() -> &'static Calendar {
        Corpus::builtin().calendar()
    }

    /// A calendar for tests in which every day is worked, so that all terms count alike whatever the date.
    pub fn every_day() -> &'static Calendar {
        static EVERY_DAY: LazyLock<Calendar> =
            LazyLock::new(|| Calendar { years: Vec::new(), every_day: true, digest: "every-day".into() });
        &EVERY_DAY
    }

    /// Reads one TOML text per year; `files` are (path, text), as in `data/calendars/`.
    ///
    /// # Errors
    /// The first file that does not parse, has an unknown key, is not named for its year, leaves a gap between years, gives a
    /// date outside its year, declares an exchanged workday that is no weekend day, or a wrong total of workdays.
    pub fn parse(files: &[(&str, &str)]) -> Result<Calendar, CalendarError> {
        let mut years = Vec::new();
        let mut hash = Sha256::new();
        for (path, text) in files {
            let fail = |message: String| CalendarError { file: (*path).to_owned(), message };
            let raw: RawYear = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
            years.push(Year::build(path, raw).map_err(fail)?);
            for part in [path.as_bytes(), text.as_bytes()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        years.sort_by_key(|y| y.year);
        for pair in years.windows(2) {
            if pair[0].year + 1 != pair[1].year {
                let message = format!("{}年之后应当是{}年", pair[0].year, pair[0].year + 1);
                return Err(CalendarError { file: format!("calendars/{}.toml", pair[1].year), message });
            }
        }
        Ok(Calendar { years, every_day: false, digest: hex(&hash.finalize()) })
    }

    /// Whether the day is worked.
    pub fn is_workday(&self, day: Day) -> bool {
        match self.year(day) {
            Some(year) => year.worked.has(day),
            None => self.every_day || !weekend(day),
        }
    }

    /// Whether the day belongs to a statutory holiday as announced, the weekends inside it included.
    pub fn is_holiday(&self, day: Day) -> bool {
        self.holiday(day).is_some()
    }

    /// The name of the statutory holiday the day belongs to, for example `春节`.
    pub fn holiday(&self, day: Day) -> Option<&str> {
        let year = self.year(day)?;
        year.holidays.iter().find(|h| h.from <= day && day <= h.to).map(|h| h.name.as_str())
    }

    /// Why the day is worked or not, in Chinese, without the day itself: `星期日,调休上班`, `春节放假`, `星期六`, `星期三`.
    pub fn describe(&self, day: Day) -> String {
        let name = weekday(day);
        match self.holiday(day) {
            Some(holiday) => format!("{name}，{holiday}放假"),
            None if !self.every_day && weekend(day) && self.is_workday(day) => format!("{name}，调休上班"),
            None => name.to_owned(),
        }
    }

    /// The first day whose notice is known.
    pub fn known_from(&self) -> Day {
        self.years.first().map_or(Day::MIN, |y| jiff::civil::date(y.year, 1, 1))
    }

    /// The last day whose notice is known; terms that end later are provisional.
    pub fn known_until(&self) -> Day {
        self.years.last().map_or(Day::MAX, |y| jiff::civil::date(y.year, 12, 31))
    }

    /// SHA-256 (hex) of the texts this calendar was read from: which calendar a term was counted with.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The days worked in a known year.
    pub fn workdays_in(&self, year: i16) -> Option<u32> {
        self.years.iter().find(|y| y.year == year).map(|y| y.worked.count())
    }

    fn year(&self, day: Day) -> Option<&Year> {
        let first = self.years.first()?.year;
        let at = usize::try_from(day.year() - first).ok()?;
        self.years.get(at)
    }
}

/// What is wrong with a calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError {
    /// The file, as in `calendars/2026.toml`.
    pub file: String,
    /// What to mend in it.
    pub message: String,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "日历文件 {} 有误：{}", self.file, self.message)
    }
}

impl std::error::Error for CalendarError {}

/// The Chinese name of the day of the week.
pub(crate) fn weekday(day: Day) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

fn weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[derive(Debug, Clone)]
struct Year {
    year: i16,
    worked: Days,
    holidays: Vec<RawHoliday>,
}

impl Year {
    fn build(path: &str, raw: RawYear) -> Result<Year, String> {
        let year = raw.year;
        if path != format!("calendars/{year}.toml") {
            return Err(format!("文件名与年份{year}不一致"));
        }
        let first = Day::new(year, 1, 1).map_err(|_| format!("没有{year}年"))?;
        let mut worked = Days::default();
        let inside = |day: Day| if day.year() == year { Ok(day) } else { Err(format!("{day}不在{year}年内")) };
        for day in each_day(first, jiff::civil::date(year, 12, 31)) {
            worked.set(day, !weekend(day));
        }
        for holiday in &raw.holiday {
            if inside(holiday.from)? > inside(holiday.to)? {
                return Err(format!("{}的首日在末日之后", holiday.name));
            }
            for day in each_day(holiday.from, holiday.to) {
                worked.set(day, false);
            }
        }
        for holiday in &raw.holiday {
            for day in &holiday.worked {
                if !weekend(inside(*day)?) {
                    return Err(format!("{day}不是周末，不能是调休上班日"));
                }
                if raw.holiday.iter().any(|h| h.from <= *day && *day <= h.to) {
                    return Err(format!("{day}既放假又上班"));
                }
                worked.set(*day, true);
            }
        }
        if worked.count() != raw.workdays {
            return Err(format!("按所列日期全年有{}个工作日，文件写的是{}个", worked.count(), raw.workdays));
        }
        if raw.source.trim().is_empty() {
            return Err("没有写明来源".into());
        }
        Ok(Year { year, worked, holidays: raw.holiday })
    }
}

fn each_day(from: Day, to: Day) -> impl Iterator<Item = Day> {
    from.series(jiff::Span::new().days(1)).take_while(move |day| *day <= to)
}

/// One bit for each day of a year.
#[derive(Debug, Clone, Default)]
struct Days([u64; 6]);

impl Days {
    fn place(day: Day) -> (usize, u64) {
        let at = day.day_of_year() as usize - 1;
        (at / 64, 1 << (at % 64))
    }

    fn has(&self, day: Day) -> bool {
        let (word, bit) = Days::place(day);
        self.0[word] & bit != 0
    }

    fn set(&mut self, day: Day, on: bool) {
        let (word, bit) = Days::place(day);
        if on {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i16,
    source: String,
    #[expect(dead_code, reason = "read by people who check the file; its presence is required")]
    checked: Day,
    workdays: u32,
    holiday: Vec<RawHoliday>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: String,
    from: Day,
    to: Day,
    #[serde(default)]
    worked: Vec<Day>,
}
