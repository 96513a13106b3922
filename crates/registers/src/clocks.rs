//! Terms of a record, by the obligations of the law crate.

use jiff::civil::Date;
use law::calendar::Calendar;
use law::deadline::{Due, Span, Term};
use law::obligations::{Obligation, obligation};

use crate::descriptor::{Clock, Descriptor};
use crate::state::{State, Value};

/// A term of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Key of the clock.
    pub key: String,
    /// What must be done.
    pub label: String,
    /// Where it is written.
    pub article: &'static str,
    /// The day it starts from, not counted.
    pub start: Date,
    /// How long.
    pub term: Term,
    /// The days not counted.
    pub excluded: Vec<Span>,
    /// Its last day.
    pub due: Due,
    /// Done on this day.
    pub done: Option<Date>,
}

fn day(state: &State, key: &str) -> Option<Date> {
    state.fields.get(key).and_then(Value::text).and_then(|t| t.parse().ok())
}

fn running(clock: &Clock, owed: &'static Obligation, state: &State, calendar: &Calendar) -> Option<Running> {
    if let Some([key, code]) = &clock.when
        && state.text(key) != code
    {
        return None;
    }
    let start = day(state, &clock.start)?;
    let extended = clock.extended.as_ref().is_some_and(|key| state.fields.get(key) == Some(&Value::Bool(true)));
    let term = owed.extended.filter(|_| extended).unwrap_or(owed.term);
    let excluded: Vec<Span> =
        clock.excluded.iter().filter_map(|[from, to]| Some(Span::new(day(state, from)?, day(state, to)?))).collect();
    Some(Running {
        key: clock.key.clone(),
        label: clock.label.clone(),
        article: owed.article,
        start,
        term,
        due: calendar.due(start, term, &excluded),
        excluded,
        done: day(state, &clock.done),
    })
}

/// The terms of a record that have begun.
pub(crate) fn clocks(d: &Descriptor, state: &State, calendar: &Calendar) -> Vec<Running> {
    d.clocks.iter().filter_map(|c| running(c, obligation(&c.term)?, state, calendar)).collect()
}

/// Every clock of the description with its last day, where it runs.
pub(crate) fn last_days<'a>(d: &'a Descriptor, state: &State, calendar: &Calendar) -> Vec<(&'a Clock, Option<Due>)> {
    d.clocks
        .iter()
        .map(|c| (c, obligation(&c.term).and_then(|owed| running(c, owed, state, calendar)).map(|r| r.due)))
        .collect()
}
