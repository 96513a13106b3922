//! What may be done next, what is missing, and from when.
//!
//! No graph of requirements is written anywhere. The guide asks the rules about closing the case, follows each cure back to the act
//! that makes it, asks the rules about that act, and so on until it meets acts that can be done.

mod prefill;
mod targets;

use std::collections::BTreeSet;

pub use prefill::prefill;

use crate::Day;
use crate::acts::*;
use crate::case::{Case, Subject};
use crate::clocks::{Clock, clocks};
use crate::judge::{Cure, Judgement, Mark, Now, Proposal, Unmet, judge, record};

/// An act that may come next.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What it is addressed to.
    pub subject: Subject,
    /// Its kind.
    pub kind: Kind,
    /// How far it is from being possible.
    pub state: State,
    /// Whether it leads towards closing the case.
    pub toward_goal: bool,
}

/// How far an act is from being possible.
#[derive(Debug, Clone)]
pub enum State {
    /// Nothing is missing.
    Can,
    /// Nothing forbids it; these fields are to be filled.
    Open(Vec<&'static FieldSpec>),
    /// Possible from that day on.
    Wait(Day, Vec<Unmet>),
    /// Other acts or changes come first.
    Missing(Vec<Unmet>),
}

impl State {
    /// Whether the act may be begun today.
    pub fn possible(&self) -> bool {
        matches!(self, State::Can | State::Open(_))
    }

    fn rank(&self) -> u8 {
        match self {
            State::Can | State::Open(_) => 0,
            State::Wait(..) => 1,
            State::Missing(_) => 3,
        }
    }
}

/// What may come next for a team today: what leads towards closing first, then what waits, then side acts, last what is still barred.
pub fn guide(case: &Case, now: &Now<'_>, team: &[PersonId]) -> Vec<Choice> {
    let mut seen: BTreeSet<(Kind, Subject)> = BTreeSet::new();
    let mut choices = Vec::new();
    let mut queue = targets::goals(case);
    while let Some((kind, subject)) = queue.pop() {
        if !seen.insert((kind, subject)) {
            continue;
        }
        let Some(state) = state(case, now, team, kind, subject) else { continue };
        if let State::Missing(unmet) | State::Wait(_, unmet) = &state {
            for unmet in unmet {
                if let Cure::Do(next) = unmet.cure
                    && !matches!(next, Kind::DecisionRevoked | Kind::Voided)
                {
                    let party = case.party_of_subject(subject);
                    queue.extend(targets::subjects(case, next, party).into_iter().map(|subject| (next, subject)));
                }
            }
        }
        choices.push(Choice { subject, kind, state, toward_goal: true });
    }
    for &kind in Kind::ALL {
        for subject in targets::subjects(case, kind, None) {
            if targets::beside(case, kind, subject) && seen.insert((kind, subject)) {
                let Some(state) = state(case, now, team, kind, subject) else { continue };
                if state.possible() {
                    choices.push(Choice { subject, kind, state, toward_goal: false });
                }
            }
        }
    }
    choices.sort_by_key(|choice| {
        let rank = if choice.toward_goal { choice.state.rank() } else { 2 };
        (rank, choice.kind, choice.subject)
    });
    choices
}

/// What a case would be like with one more act.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// The marks the act would carry.
    pub marks: Vec<Mark>,
    /// What could come next, on the day of the act.
    pub choices: Vec<Choice>,
    /// Every clock after it.
    pub clocks: Vec<Clock>,
    /// The clocks that would be new or end on another day.
    pub moved: Vec<Clock>,
}

/// What would follow if this act were taken; nothing is recorded.
///
/// # Errors
/// The answer of the judge, where the act is not allowed as it stands.
pub fn what_if(case: &Case, proposal: &Proposal, now: &Now<'_>) -> Result<WhatIf, Box<Judgement>> {
    let (act, marks) = match judge(case, proposal, now) {
        Judgement::Allowed { act, marks } => (act, marks),
        other => return Err(Box::new(other)),
    };
    let today = proposal.at.max(now.today);
    let then = Now { today, ..now.clone() };
    let rec = record(case, proposal, &then, act, marks.clone(), "what-if");
    let after = Case::of(&case.log().iter().cloned().chain([rec]).collect::<Vec<_>>());
    let before = clocks(case, &then);
    let list = clocks(&after, &then);
    let moved = list
        .iter()
        .filter(|clock| {
            !before.iter().any(|old| {
                (old.id, old.of, old.due.last, old.state) == (clock.id, clock.of, clock.due.last, clock.state)
            })
        })
        .cloned()
        .collect();
    Ok(WhatIf { marks, choices: guide(&after, &then, &proposal.team), clocks: list, moved })
}

/// How far one act is from being possible; none where it cannot even be spoken of.
pub fn state(case: &Case, now: &Now<'_>, team: &[PersonId], kind: Kind, subject: Subject) -> Option<State> {
    let proposal = Proposal {
        subject,
        entry: kind.usual_entry(),
        at: now.today,
        time: None,
        team: team.to_vec(),
        draft: prefill(case, kind, subject, team),
    };
    Some(match judge(case, &proposal, now) {
        Judgement::Allowed { .. } => State::Can,
        Judgement::Incomplete(fields) => State::Open(fields),
        Judgement::Bad(_) => return None,
        Judgement::Refused(refusal) => {
            let waits: Option<Vec<Day>> = refusal
                .unmet
                .iter()
                .map(|unmet| if let Cure::Until(day) = unmet.cure { Some(day) } else { None })
                .collect();
            match waits.and_then(|days| days.into_iter().max()) {
                Some(day) => State::Wait(day, refusal.unmet),
                // What only a field of this act cures is a matter of filling the form.
                None => field_cures(kind, &refusal.unmet).map_or(State::Missing(refusal.unmet), State::Open),
            }
        }
    })
}

fn field_cures(kind: Kind, unmet: &[Unmet]) -> Option<Vec<&'static FieldSpec>> {
    unmet.iter().map(|unmet| if let Cure::Change(key) = unmet.cure { kind.field(key) } else { None }).collect()
}
