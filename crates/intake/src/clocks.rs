//! Terms of a ticket, from one data file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use law::calendar::Calendar;
use law::deadline::Term;
use serde::Deserialize;

use crate::ticket::{Kind, Ticket, Track};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    to_confirm: bool,
    contact: Limit,
    answer: BTreeMap<Kind, Limit>,
    track: BTreeMap<Track, Limit>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    workdays: u16,
    article: String,
}

static LIMITS: LazyLock<Limits> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/limits.toml"))
        .expect("data/limits.toml is part of the program; a test reads it")
});

/// A term of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What must be done.
    pub label: &'static str,
    /// Where it is written.
    pub article: String,
    /// Day of receipt, not counted.
    pub start: Date,
    /// How long.
    pub term: Term,
    /// Last day.
    pub last: Date,
    /// Reaches past the calendar that is known.
    pub provisional: bool,
    /// Done on this day.
    pub done: Option<Date>,
}

/// First contact and answer. An answer is a contact too, so a ticket answered at once has no contact outstanding; a supervised, reviewed
/// or complex ticket has the term of its track whatever was asked.
pub fn clocks(ticket: &Ticket, calendar: &Calendar) -> Vec<Clock> {
    let Some(received) = &ticket.received else { return Vec::new() };
    let start = received.received.date();
    let clock = |label, limit: &Limit, done| {
        let term = Term::workdays(limit.workdays);
        let due = calendar.due(start, term, &[]);
        Clock { label, article: limit.article.clone(), start, term, last: due.last, provisional: due.provisional, done }
    };
    let mut clocks = vec![clock("先行联系", &LIMITS.contact, ticket.contacted.or(ticket.answered))];
    let limit = received.track.and_then(|track| LIMITS.track.get(&track)).or_else(|| LIMITS.answer.get(&received.kind));
    if let Some(limit) = limit {
        clocks.push(clock("办理答复", limit, ticket.answered));
    }
    clocks
}

/// Are the terms still to be confirmed by the bureau?
pub fn to_confirm() -> bool {
    LIMITS.to_confirm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_term() {
        assert!(Kind::ALL.iter().all(|kind| LIMITS.answer.contains_key(kind)));
        assert!(Track::ALL.iter().all(|track| LIMITS.track.contains_key(track)));
        let limits = LIMITS.answer.values().chain(LIMITS.track.values()).chain([&LIMITS.contact]);
        assert!(limits.into_iter().all(|limit| limit.workdays > 0 && !limit.article.is_empty()));
    }
}
