//! What one ticket's act brings about in others: the answer to a ticket goes to everybody who follows it.

use ledger::Tx;

use crate::act::{Act, NOTE};
use crate::read::followers;
use crate::repeats;
use crate::write::{Error, Who, append, state};

/// Does what follows from an act, in the same transaction.
pub(crate) fn after(tx: &mut Tx<'_>, who: &Who, ticket: i64, act: &Act, note: Option<&str>) -> Result<(), Error> {
    match act {
        // The words are kept with each of them: erasing one caller's leaves the others'.
        Act::Answered { solved, shared: None, .. } => {
            for follower in followers(tx, ticket)? {
                let (folded, version) = state(tx, follower.id, None)?;
                if folded.is_over() {
                    continue;
                }
                let note = note.map(|n| tx.keep(NOTE, n)).transpose()?.unwrap_or_default();
                let shared = Act::Answered { solved: *solved, note, shared: Some(ticket) };
                append(tx, who, follower.id, Some(version), &shared)?;
            }
        }
        // Whoever handles the one handles those that follow it.
        Act::Assigned { unit, .. } => {
            for follower in followers(tx, ticket)? {
                let (folded, version) = state(tx, follower.id, None)?;
                if folded.is_over() || folded.unit.as_ref() == Some(unit) {
                    continue;
                }
                let same = Act::Assigned { unit: unit.clone(), note: None, with: Vec::new(), rule: None };
                append(tx, who, follower.id, Some(version), &same)?;
            }
        }
        Act::Closed {} => {
            for follower in followers(tx, ticket)? {
                let (folded, version) = state(tx, follower.id, None)?;
                if !folded.is_over() && folded.answered.is_some() {
                    append(tx, who, follower.id, Some(version), &Act::Closed {})?;
                }
            }
        }
        // Its fellows are looked for by what a person settled.
        Act::Classified { matters, spot, .. } => {
            repeats::settle(tx, ticket, matters.first().map(String::as_str), spot.as_ref())?;
        }
        _ => {}
    }
    Ok(())
}
