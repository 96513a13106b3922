//! Terms: how long, from when, what is left out, and the last day with the steps that gave it.
//!
//! The day a term starts on is never counted (民事诉讼法85; 部令55-45). The short terms of the penalty law are working days
//! (处罚法85), all others calendar days; which a term is, is said by its [`Length`].

use crate::Day;
use crate::calendar::{Calendar, weekday};

/// The length of a term. Working days and calendar days are different things and never convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// Working days: weekends and statutory holidays are skipped, exchanged workdays count.
    Workdays(u16),
    /// Calendar days.
    Days(u16),
    /// Calendar months: ends on the day of the same number, or on the last day of a shorter month.
    Months(u16),
    /// Calendar years, ending like months.
    Years(u16),
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Length::Workdays(n) => write!(f, "{n}个工作日"),
            Length::Days(n) => write!(f, "{n}日"),
            Length::Months(n) => write!(f, "{n}个月"),
            Length::Years(n) => write!(f, "{n}年"),
        }
    }
}

/// A term as a text of law sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    /// How long.
    pub length: Length,
    /// Whether a last day that is not worked moves to the next workday. Set for the party's terms only; the organ's own
    /// terms end where they end.
    pub roll: bool,
}

impl Term {
    /// A term of working days. Its last day is a workday by itself.
    pub const fn workdays(n: u16) -> Term {
        Term { length: Length::Workdays(n), roll: false }
    }

    /// The organ's own term in calendar days: the last day never moves.
    pub const fn days(n: u16) -> Term {
        Term { length: Length::Days(n), roll: false }
    }

    /// The organ's own term in months: the last day never moves.
    pub const fn months(n: u16) -> Term {
        Term { length: Length::Months(n), roll: false }
    }

    /// A term of years whose last day never moves.
    pub const fn years(n: u16) -> Term {
        Term { length: Length::Years(n), roll: false }
    }

    /// The same term in the party's favour: a last day that is not worked moves to the next workday.
    pub const fn rolling(self) -> Term {
        Term { length: self.length, roll: true }
    }
}

/// Days in a row, both ends included; empty when `to` is before `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Span {
    /// The days from `from` to `to`, both included.
    pub const fn new(from: Day, to: Day) -> Span {
        Span { from, to }
    }

    /// Whether the day is one of them.
    pub fn has(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// When a term ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Due {
    /// The last day on which the thing is still in time.
    pub last: Day,
    /// Whether the count used days whose holiday notice is not known yet: the day may still change.
    pub provisional: bool,
}

/// One step of a derivation shown to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The day the step is about, where it is about one day.
    pub day: Option<Day>,
    /// What happens there, in Chinese.
    pub text: String,
}

impl Calendar {
    /// The last day of a term that starts on `start`.
    ///
    /// `start` itself is not counted, nor is any day of `excluded` (time of a hearing, a test, a suspension). A rolling last
    /// day moves to the next workday outside `excluded`. At the end of the civil calendar (year 9999) the count stops there.
    pub fn due(&self, start: Day, term: Term, excluded: &[Span]) -> Due {
        let counted = self.count(start, term, excluded);
        let last = if term.roll { self.roll(counted, excluded) } else { counted };
        Due { last, provisional: self.provisional(start, term, counted, last) }
    }

    /// The steps that lead to [`Calendar::due`], in order; the last one states the result.
    ///
    /// Terms of up to thirty working days are told day by day, longer ones in segments.
    pub fn explain(&self, start: Day, term: Term, excluded: &[Span]) -> Vec<Step> {
        let due = self.due(start, term, excluded);
        let counted = self.count(start, term, excluded);
        let mut steps = vec![step(start, format!("{}，起算之日，不计入", weekday(start)))];
        match term.length {
            Length::Workdays(n) if n <= 30 => self.tell_days(start, counted, excluded, &mut steps),
            Length::Workdays(n) => {
                self.tell_excluded(start, counted, excluded, &mut steps);
                steps.push(step(counted, format!("{}，第{n}个工作日", weekday(counted))));
            }
            Length::Days(n) => {
                self.tell_excluded(start, counted, excluded, &mut steps);
                steps.push(step(counted, format!("{}，第{n}日", weekday(counted))));
            }
            Length::Months(_) | Length::Years(_) => {
                let plain = self.count(start, term, &[]);
                steps.push(step(plain, format!("自{}起满{}", chinese(start), term.length)));
                self.tell_excluded(start, counted, excluded, &mut steps);
            }
        }
        let mut day = counted;
        while day < due.last {
            let why = if spans_have(excluded, day) && self.is_workday(day) {
                format!("{}，依法扣除", weekday(day))
            } else {
                self.describe(day)
            };
            steps.push(step(day, format!("{why}，期满顺延")));
            day = next(day);
        }
        let provisional = match due.provisional {
            true => format!("（放假安排只公布至{}，到期日暂定）", chinese(self.known_until())),
            false => String::new(),
        };
        steps.push(step(due.last, format!("{}届满{provisional}", chinese(due.last))));
        steps
    }

    /// Working days after `a` up to and including `b`; negative when `b` is before `a`.
    pub fn workdays_between(&self, a: Day, b: Day) -> i64 {
        if b < a {
            return -self.workdays_between(b, a);
        }
        let mut day = a;
        let mut count = 0;
        while day < b {
            day = next(day);
            count += i64::from(self.is_workday(day));
        }
        count
    }

    /// Whole working days that lie between a notice and an event, neither day counted: what "seven days before the hearing"
    /// is measured with (处罚法64). Zero when the event is not after the notice.
    pub fn full_days_before(&self, notice: Day, event: Day) -> i64 {
        if event <= notice {
            return 0;
        }
        self.workdays_between(notice, event) - i64::from(self.is_workday(event))
    }

    /// The first day on which an event may be held when `n` whole working days must lie between it and its notice.
    pub fn first_day_with_full(&self, notice: Day, n: u16) -> Due {
        let due = self.due(notice, Term::workdays(n), &[]);
        let first = next(due.last);
        Due { last: first, provisional: due.provisional || first > self.known_until() }
    }

    fn count(&self, start: Day, term: Term, excluded: &[Span]) -> Day {
        let (workdays, left) = match term.length {
            Length::Workdays(n) => (true, i64::from(n)),
            Length::Days(n) => (false, i64::from(n)),
            Length::Months(n) => (false, days_in(start, jiff::Span::new().months(i64::from(n)))),
            // The widest span a date can hold is below 20,000 years; more is the end of the calendar all the same.
            Length::Years(n) => (false, days_in(start, jiff::Span::new().years(i64::from(n.min(19_000))))),
        };
        if !workdays && excluded.is_empty() {
            return start.saturating_add(jiff::SignedDuration::from_hours(left * 24));
        }
        let mut left = left;
        let mut day = start;
        while left > 0 && day < Day::MAX {
            day = next(day);
            let counts = !spans_have(excluded, day) && (!workdays || self.is_workday(day));
            left -= i64::from(counts);
        }
        day
    }

    fn roll(&self, last: Day, excluded: &[Span]) -> Day {
        let mut day = last;
        while day < Day::MAX && (!self.is_workday(day) || day > last && spans_have(excluded, day)) {
            day = next(day);
        }
        day
    }

    /// A count that never asked whether a day is worked cannot change when a notice comes out.
    fn provisional(&self, start: Day, term: Term, counted: Day, last: Day) -> bool {
        let first_asked = match term.length {
            Length::Workdays(_) => next(start),
            _ if term.roll => counted,
            _ => return false,
        };
        last > self.known_until() || first_asked < self.known_from()
    }

    fn tell_days(&self, start: Day, last: Day, excluded: &[Span], steps: &mut Vec<Step>) {
        let mut day = start;
        let mut count = 0;
        while day < last {
            day = next(day);
            let about = self.describe(day);
            steps.push(step(
                day,
                if !self.is_workday(day) {
                    format!("{about}，不计")
                } else if spans_have(excluded, day) {
                    format!("{about}，依法扣除，不计")
                } else {
                    count += 1;
                    format!("{about}，第{count}个工作日")
                },
            ));
        }
    }

    /// Tells each run of excluded days that lies inside the counted term.
    fn tell_excluded(&self, start: Day, last: Day, excluded: &[Span], steps: &mut Vec<Step>) {
        let mut day = start;
        let mut run: Option<(Day, i32)> = None;
        while day < last {
            day = next(day);
            match (spans_have(excluded, day), &mut run) {
                (true, Some((_, n))) => *n += 1,
                (true, None) => run = Some((day, 1)),
                (false, Some((from, n))) => {
                    let text = format!("{}起{n}日依法扣除，不计", chinese(*from));
                    steps.push(step(*from, text));
                    run = None;
                }
                (false, None) => {}
            }
        }
    }
}

/// The day as documents write it: `2026年9月18日`.
pub fn chinese(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn step(day: Day, text: String) -> Step {
    Step { day: Some(day), text }
}

fn spans_have(spans: &[Span], day: Day) -> bool {
    spans.iter().any(|s| s.has(day))
}

/// The day after; the last day of the civil calendar is its own successor.
fn next(day: Day) -> Day {
    day.tomorrow().unwrap_or(Day::MAX)
}

/// Calendar days from `start` to `start + span`.
fn days_in(start: Day, span: jiff::Span) -> i64 {
    let end = start.checked_add(span).unwrap_or(Day::MAX);
    start.duration_until(end).as_hours() / 24
}
