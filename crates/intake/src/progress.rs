//! What somebody who holds the code of a ticket may see of it and say: the public steps and, after it is closed, whether it helped.
//!
//! Nothing here names the caller, repeats the complaint, or tells of other tickets; notes of officials stay inside, but for the answer.

use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Fault, Tx};

use crate::Intake;
use crate::act::{Act, NOTE};
use crate::clocks::{Clock, clocks};
use crate::tables;
use crate::ticket::Ticket;
use crate::words::{Channel, Kind, Stage};
use crate::write::{self, Error, Who};

/// The actor of what a holder of the code says.
pub const COMPLAINANT: &str = "complainant";

/// A public step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It came in.
    Registered,
    /// This unit has it.
    Assigned(String),
    /// The caller was called: somebody answered, or nobody.
    Contacted(bool),
    /// Somebody went there.
    Inspected,
    /// Answered, with the answer; none where it was erased.
    Answered(Option<String>),
    /// It is done.
    Closed,
    /// It is handled once more.
    Reopened,
    /// This body has it.
    Transferred(String),
    /// It went back to where it came from; the body whose business it is, where one was named.
    Returned(String),
    /// It was said whether it is solved, and whether that satisfies.
    Said(bool, bool),
}

/// A ticket as its code shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Number of its source.
    pub order_no: String,
    /// Channel.
    pub channel: Channel,
    /// What is asked.
    pub kind: Kind,
    /// Day of receipt.
    pub received: Date,
    /// Where it stands.
    pub stage: Stage,
    /// The unit that has it.
    pub unit: Option<String>,
    /// Terms, of what is not over.
    pub clocks: Vec<Clock>,
    /// Steps, oldest first.
    pub steps: Vec<(Date, Step)>,
    /// One answer is given to several callers.
    pub shared: bool,
    /// What was said after it was closed: solved, satisfied.
    pub said: Option<(bool, bool)>,
}

impl Progress {
    /// May the holder of the code still say whether it helped?
    pub fn may_say(&self) -> bool {
        self.stage == Stage::Closed && self.said.is_none()
    }
}

/// A code as it is kept: people type it with spaces, dashes and small letters. What cannot be one is empty.
pub fn code_of(text: &str) -> String {
    let code: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—')).collect();
    if code.len() <= 32 && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        code.to_ascii_uppercase()
    } else {
        String::new()
    }
}

/// The ticket of a code.
fn ticket(tx: &mut Tx<'_>, code: &str) -> Result<Option<(i64, i64)>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row(
        "SELECT t.id, t.followers FROM ticket_callers c JOIN tickets t ON t.bureau = c.bureau AND t.id = c.ticket \
         WHERE c.bureau = $1 AND c.code = $2",
        &[bureau.as_str().into(), code_of(code).as_str().into()],
        |row| Ok((row.int(0), row.int(1))),
    )
}

/// What the code shows; none where no ticket has it.
///
/// # Errors
/// The database fails.
pub fn progress(tx: &mut Tx<'_>, code: &str) -> Result<Option<Progress>, Fault> {
    let Some((id, followers)) = ticket(tx, code)? else { return Ok(None) };
    let entries = tx.stream(&crate::stream(id))?;
    let mut acts = Vec::new();
    for entry in &entries {
        acts.push((entry.happened_at, tables::act(entry)?, entry.position));
    }
    let ticket = Ticket::of(acts.iter().map(|(day, act, _)| (*day, act)));
    let Some(received) = &ticket.received else { return Ok(None) };
    let answers: Vec<(i64, u32)> =
        acts.iter().filter(|a| matches!(a.1, Act::Answered { .. })).map(|a| (a.2, NOTE)).collect();
    let mut texts = tx.texts(&answers)?;
    let mut steps = Vec::new();
    for (day, act, position) in &acts {
        let step = match act {
            Act::Received(_) => Step::Registered,
            Act::Assigned { unit, .. } => Step::Assigned(unit.clone()),
            Act::Joined { unit: Some(unit), .. } => Step::Assigned(unit.clone()),
            Act::Contacted { reached, .. } => Step::Contacted(*reached),
            Act::Inspected { .. } => Step::Inspected,
            Act::Answered { .. } => Step::Answered(texts.remove(&(*position, NOTE))),
            Act::Closed {} => Step::Closed,
            Act::Reopened { .. } => Step::Reopened,
            Act::Transferred { name, .. } => Step::Transferred(name.clone()),
            Act::Returned { body, .. } => Step::Returned(body.clone()),
            Act::CalledBack { solved, satisfied } => Step::Said(*solved, *satisfied),
            // What is inside: what was settled, paused, drafted, joined, linked, led to a case.
            _ => continue,
        };
        // The same unit named twice in a row is one step.
        if let (Step::Assigned(unit), Some((_, Step::Assigned(last)))) = (&step, steps.last())
            && unit == last
        {
            continue;
        }
        steps.push((*day, step));
    }
    Ok(Some(Progress {
        order_no: received.order_no.clone(),
        channel: received.channel,
        kind: received.kind,
        received: received.received.date(),
        stage: ticket.stage(),
        unit: ticket.unit.clone(),
        clocks: clocks(&ticket, Corpus::builtin().calendar())
            .into_iter()
            .filter(|c| c.done.is_none() && !ticket.is_over())
            .collect(),
        steps,
        shared: followers > 0 || ticket.joined.is_some(),
        said: ticket.called_back.map(|(_, satisfied)| (ticket.solved.unwrap_or(false), satisfied)),
    }))
}

/// What came of saying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Recorded.
    Recorded,
    /// Something was recorded before; that stands.
    Before,
    /// It is not closed.
    Open,
    /// No ticket has this code.
    Unknown,
}

impl Intake {
    /// Records once what the holder of the code says of a closed ticket.
    ///
    /// # Errors
    /// The ledger fails.
    pub async fn said_by_code(&self, code: String, today: Date, solved: bool, satisfied: bool) -> Result<Said, Error> {
        let done = self.ledger.act(move |tx| {
            let Some((id, _)) = ticket(tx, &code)? else { return Ok(Ok(Said::Unknown)) };
            let (ticket, version) = match write::state(tx, id, None) {
                Ok(found) => found,
                Err(Error::Fault(fault)) => return Err(fault),
                Err(other) => return Ok(Err(other)),
            };
            if ticket.called_back.is_some() {
                return Ok(Ok(Said::Before));
            }
            if ticket.stage() != Stage::Closed {
                return Ok(Ok(Said::Open));
            }
            let who = Who { login: COMPLAINANT.into(), person: 0, today };
            write::append(tx, &who, id, Some(version), &Act::CalledBack { solved, satisfied })?;
            Ok(Ok(Said::Recorded))
        });
        done.await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(code_of(" abcd-2345 ef "), "ABCD2345EF");
        assert_eq!(
            (code_of("獬豸"), code_of("a'b"), code_of(&"A".repeat(33))),
            (String::new(), String::new(), String::new())
        );
    }
}
