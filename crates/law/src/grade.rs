//! A finished or running file judged act by act, with what was never done.

mod sheet;

pub use sheet::*;

use crate::Day;
use crate::acts::ActNo;
use crate::case::{Case, Recorded, Subject, voids};
use crate::clocks::{End, State, clocks};
use crate::judge::{Mark, Now, defects};

/// What is wrong with a file as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The defects of each standing act under today's rulebook, in order.
    pub marks: Vec<(ActNo, Mark)>,
    /// What should have been done by the day and was not.
    pub omissions: Vec<Omission>,
    /// The marks as they were said at recording. Where they differ from `marks`, both are shown.
    pub recorded_marks: Vec<(ActNo, Mark)>,
}

/// A duty not done in its time; there is no act to carry a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// The clock that ended.
    pub clock: &'static str,
    /// What it is about.
    pub of: Subject,
    /// Its articles.
    pub article: &'static str,
    /// What was not done, in Chinese.
    pub why: String,
}

/// Judges every standing act that happened up to the day against the acts before it, and lists what was left undone on that day.
pub fn grade(log: &[Recorded], as_of: Day, now: &Now<'_>) -> Grade {
    let now = Now { today: as_of, ..now.clone() };
    let voided: Vec<ActNo> = log.iter().filter_map(voids).collect();
    let mut case = Case::default();
    let mut marks = Vec::new();
    let mut recorded_marks = Vec::new();
    for rec in log {
        // What happened later is not there yet; it keeps its number, so that later numbers stay right.
        let void = voided.contains(&rec.no) || rec.happened > as_of;
        if !void {
            marks.extend(defects(&case, rec, &now).into_iter().map(|mark| (rec.no, mark)));
            recorded_marks.extend(rec.marks.iter().cloned().map(|mark| (rec.no, mark)));
        }
        case.push(rec, void);
    }
    let omissions = clocks(&case, &now)
        .into_iter()
        .filter(|clock| matches!(clock.end, End::Late | End::Lapses) && clock.state == State::Over)
        .map(|clock| Omission {
            clock: clock.id,
            of: clock.of,
            article: clock.article,
            why: format!("{}期限{}届满，至{as_of}没有办理", clock.label, clock.due.last),
        })
        .collect();
    Grade { marks, omissions, recorded_marks }
}
