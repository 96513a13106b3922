//! A ticket: what its acts add up to.

use jiff::civil::Date;
use law::deadline::Span;

use crate::act::{Act, Received, Spot};
use crate::words::{Finding, Stage};

/// A ticket folded from its acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticket {
    /// What came in.
    pub received: Option<Received>,
    /// What the desk settled: codes (the main one first) and another body's key.
    pub classified: Option<(Vec<String>, Option<String>)>,
    /// Where, as a person settled it.
    pub spot: Option<Spot>,
    /// It cannot wait, as a person settled it.
    pub pressing: bool,
    /// The unit that has it.
    pub unit: Option<String>,
    /// Units that handle it too.
    pub with: Vec<String>,
    /// First contact.
    pub contacted: Option<Date>,
    /// Its term was prolonged.
    pub extended: Option<Date>,
    /// Days its term stood still; the last may be open.
    pub still: Vec<(Date, Option<Date>)>,
    /// Newest finding on the spot.
    pub inspected: Option<(Date, Finding)>,
    /// A draft of an answer waits: solved or explained.
    pub drafted: Option<bool>,
    /// Newest answer.
    pub answered: Option<Date>,
    /// Solved: what the caller said when called back, before that what the newest answer says.
    pub solved: Option<bool>,
    /// Closed.
    pub closed: Option<Date>,
    /// Given back.
    pub returned: Option<Date>,
    /// Another body has it: day and name.
    pub transferred: Option<(Date, String)>,
    /// Called back, and whether the caller is satisfied.
    pub called_back: Option<(Date, bool)>,
    /// Looked at again since this day, and how often.
    pub reopened: Option<(Date, u32)>,
    /// The ticket it follows.
    pub joined: Option<i64>,
    /// Tickets it belongs with.
    pub linked: Vec<i64>,
    /// The day on which it will be looked at again.
    pub follow_up: Option<Date>,
    /// The case it led to.
    pub case: Option<i64>,
}

impl Ticket {
    /// The ticket that these acts make.
    pub fn of<'a>(acts: impl IntoIterator<Item = (Date, &'a Act)>) -> Ticket {
        let mut ticket = Ticket::default();
        for (day, act) in acts {
            ticket.take(day, act);
        }
        ticket
    }

    fn take(&mut self, day: Date, act: &Act) {
        match act {
            Act::Received(received) => self.received = Some((**received).clone()),
            Act::Classified { matters, body, spot, urgent } => {
                self.classified = Some((matters.clone(), body.clone()));
                self.spot = spot.clone().or(self.spot.take());
                self.pressing = *urgent;
            }
            Act::Assigned { unit, with, .. } => (self.unit, self.with) = (Some(unit.clone()), with.clone()),
            Act::Contacted { reached, .. } if *reached => self.contacted = self.contacted.or(Some(day)),
            Act::Contacted { .. } => {}
            Act::Extended { .. } => self.extended = Some(day),
            Act::Suspended { .. } => self.still.push((day, None)),
            Act::Resumed {} => self.resume(day),
            Act::Inspected { finding, .. } => self.inspected = Some((day, *finding)),
            Act::Drafted { solved, .. } => self.drafted = Some(*solved),
            Act::DraftReturned { .. } => self.drafted = None,
            Act::Answered { solved, .. } => {
                (self.answered, self.solved) =
                    (Some(day), self.solved.filter(|_| self.called_back.is_some()).or(Some(*solved)));
                self.drafted = None;
                self.resume(day);
            }
            Act::Closed {} => self.closed = Some(day),
            Act::CalledBack { solved, satisfied } => {
                (self.called_back, self.solved) = (Some((day, *satisfied)), Some(*solved));
            }
            Act::Reopened { .. } => {
                self.reopened = Some((day, self.reopened.map_or(0, |(_, times)| times) + 1));
                (self.closed, self.answered, self.drafted, self.inspected) = (None, None, None, None);
                // What the caller says of the first answer is said; the second is asked about anew.
                (self.called_back, self.solved) = (None, None);
            }
            Act::Joined { to, unit, .. } => {
                self.joined = Some(*to);
                if let Some(unit) = unit {
                    self.unit = Some(unit.clone());
                }
            }
            Act::Unjoined { .. } => self.joined = None,
            Act::Linked { to } => {
                if !self.linked.contains(to) {
                    self.linked.push(*to);
                }
            }
            Act::Returned { .. } => self.returned = Some(day),
            Act::Transferred { name, .. } => self.transferred = Some((day, name.clone())),
            Act::FollowUpSet { on } => self.follow_up = Some(*on),
            Act::FollowedUp { .. } => self.follow_up = None,
            Act::Led { case } => self.case = Some(*case),
        }
    }

    fn resume(&mut self, day: Date) {
        if let Some((_, end @ None)) = self.still.last_mut() {
            *end = Some(day);
        }
    }

    /// Its term stands still now.
    pub fn stands_still(&self) -> bool {
        self.still.last().is_some_and(|(_, end)| end.is_none())
    }

    /// The days that its term does not count: from the day it stood still to the day before it ran again.
    pub fn left_out(&self) -> Vec<Span> {
        self.still
            .iter()
            .filter_map(|(from, to)| Some(Span::new(*from, (*to)?.yesterday().ok()?)).filter(|s| s.from <= s.to))
            .collect()
    }

    /// It is done with here, one way or another.
    pub fn is_over(&self) -> bool {
        matches!(self.stage(), Stage::Closed | Stage::Returned | Stage::Transferred)
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        match () {
            () if self.returned.is_some() => Stage::Returned,
            () if self.transferred.is_some() => Stage::Transferred,
            () if self.closed.is_some() => Stage::Closed,
            () if self.answered.is_some() => Stage::Answered,
            () if self.unit.is_some() => Stage::Assigned,
            () => Stage::Received,
        }
    }
}
