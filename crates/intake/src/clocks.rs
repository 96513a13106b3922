//! Terms of a ticket, from one data file: by the day it came in and its channel.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use law::calendar::Calendar;
use law::deadline::{Span, Step, Term};
use serde::Deserialize;

use crate::act::Received;
use crate::ticket::Ticket;
use crate::words::{Channel, Kind, Stage, Track};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    to_confirm: bool,
    limits: Vec<Limits>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    from: toml::value::Datetime,
    channels: Vec<Channel>,
    contact: Limit,
    rework: Limit,
    transfer: Limit,
    give_back: Limit,
    answer: BTreeMap<Kind, Limit>,
    track: BTreeMap<Track, Limit>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    #[serde(default)]
    workdays: u16,
    #[serde(default)]
    months: u16,
    article: String,
}

impl Limit {
    fn term(&self) -> Term {
        if self.months > 0 { Term::months(self.months) } else { Term::workdays(self.workdays) }
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/limits.toml"))
        .expect("data/limits.toml is part of the program; a test reads it")
});

/// The limits for what came in on this day by this channel: the newest block that fits, else the first one.
fn limits(channel: Channel, day: Date) -> &'static Limits {
    let day = day.to_string();
    let fits = |l: &&Limits| l.from.to_string() <= day && (l.channels.is_empty() || l.channels.contains(&channel));
    DATA.limits.iter().rev().find(fits).unwrap_or(&DATA.limits[0])
}

/// What a term is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The caller is called first.
    Contact,
    /// It is handled and answered.
    Answer,
    /// It is handled once more and answered.
    Rework,
    /// Transferred with an explanation.
    Transfer,
}

impl Task {
    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Task::Contact => "先行联系",
            Task::Answer => "办理答复",
            Task::Rework => "重新办理答复",
            Task::Transfer => "移送并说明",
        }
    }
}

/// A term of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What must be done.
    pub task: Task,
    /// What must be done, as pages say it.
    pub label: &'static str,
    /// Where it is written.
    pub article: String,
    /// Day it starts from, not counted.
    pub start: Date,
    /// How long.
    pub term: Term,
    /// Days not counted, because the term stood still.
    pub left_out: Vec<Span>,
    /// Last day.
    pub last: Date,
    /// Reaches past the calendar that is known, or stands still now.
    pub provisional: bool,
    /// It stands still now.
    pub still: bool,
    /// Done on this day.
    pub done: Option<Date>,
}

impl Clock {
    /// The steps that gave the last day.
    pub fn steps(&self, calendar: &Calendar) -> Vec<Step> {
        calendar.explain(self.start, self.term, &self.left_out)
    }
}

/// First contact and answer; transfer where it was transferred.
///
/// An answer is a contact too, so a ticket answered at once has no contact outstanding; a supervised, reviewed or complex ticket has the
/// term of its track whatever was asked. A ticket looked at again has the term of that, from the day it was decided.
pub fn clocks(ticket: &Ticket, calendar: &Calendar) -> Vec<Clock> {
    let Some(received) = &ticket.received else { return Vec::new() };
    let start = received.received.date();
    let limits = limits(received.channel, start);
    let left_out = ticket.left_out();
    let still = ticket.stands_still();
    let clock = |task: Task, limit: &Limit, start: Date, left_out: &[Span], done: Option<Date>| {
        let term = limit.term();
        let due = calendar.due(start, term, left_out);
        let still = still && done.is_none() && task != Task::Contact;
        Clock {
            task,
            label: task.label(),
            article: limit.article.clone(),
            start,
            term,
            left_out: left_out.to_vec(),
            last: due.last,
            provisional: due.provisional || still,
            still,
            done,
        }
    };
    // What was sent on needs no first contact here: the explanation is one.
    let moved = ticket.transferred.as_ref().map(|(day, _)| *day);
    let mut clocks = vec![clock(
        Task::Contact,
        &limits.contact,
        start,
        &[],
        ticket.contacted.or(ticket.answered).or(ticket.reopened.map(|_| start)).or(moved),
    )];
    if let Some((day, _)) = ticket.reopened {
        clocks.push(clock(Task::Rework, &limits.rework, day, &left_out, ticket.answered));
    } else if let Some(day) = moved {
        clocks.push(clock(Task::Transfer, &limits.transfer, start, &left_out, Some(day)));
    } else if let Some(limit) = answer_limit(limits, received, ticket.extended.is_some()) {
        clocks.push(clock(Task::Answer, limit, start, &left_out, ticket.answered));
    }
    clocks
}

fn answer_limit<'a>(limits: &'a Limits, received: &Received, extended: bool) -> Option<&'a Limit> {
    let track = if extended { Some(Track::Complex) } else { received.track };
    track.and_then(|track| limits.track.get(&track)).or_else(|| limits.answer.get(&received.kind))
}

/// The last day on which a ticket that was assigned on `assigned` may be given back, and where this is written.
pub fn give_back(ticket: &Ticket, assigned: Date, calendar: &Calendar) -> Option<(Date, &'static str)> {
    let received = ticket.received.as_ref()?;
    let limit = &limits(received.channel, received.received.date()).give_back;
    Some((calendar.due(assigned, limit.term(), &[]).last, limit.article.as_str()))
}

/// The last day of the next thing to be done; none when nothing is left or the term stands still.
pub fn next_due(ticket: &Ticket, clocks: &[Clock]) -> Option<Date> {
    let open = |c: &&Clock| c.done.is_none() && !c.still && !ticket.is_over();
    clocks.iter().filter(open).map(|c| c.last).min()
}

/// Was everything done in time that was done? None while nothing is over.
pub fn in_time(ticket: &Ticket, clocks: &[Clock]) -> Option<bool> {
    let answer = clocks.iter().find(|c| c.task != Task::Contact)?;
    matches!(ticket.stage(), Stage::Answered | Stage::Closed | Stage::Transferred)
        .then(|| answer.done.is_some_and(|done| done <= answer.last))
}

/// Are the terms still to be confirmed by the bureau?
pub fn to_confirm() -> bool {
    DATA.to_confirm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_term() {
        for limits in &DATA.limits {
            assert!(Kind::ALL.iter().all(|kind| limits.answer.contains_key(kind)));
            assert!(Track::ALL.iter().all(|track| limits.track.contains_key(track)));
            let all = limits.answer.values().chain(limits.track.values());
            let all = all.chain([&limits.contact, &limits.rework, &limits.transfer, &limits.give_back]);
            assert!(all.into_iter().all(|l| (l.workdays > 0) != (l.months > 0) && !l.article.is_empty()));
        }
    }

    #[test]
    fn the_first_block_is_the_oldest_and_holds_for_everybody() {
        assert!(DATA.limits[0].channels.is_empty());
        assert!(DATA.limits.windows(2).all(|pair| pair[0].from.to_string() <= pair[1].from.to_string()));
    }
}
