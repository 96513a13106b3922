//! Tickets from every channel: receive, assign, contact, answer, close, lead to a case; import and export.
//!
//! A ticket is the list of its acts, like a case. Who called and what they said stands beside the journal; the caller is never
//! shown to the party complained about.

mod act;
pub mod answers;
pub mod clocks;
pub mod columns;
mod decide;
pub mod dispatch;
pub mod example;
pub mod export;
mod follow;
pub mod import;
pub mod insight;
pub mod lessons;
pub mod mind;
mod order;
pub mod progress;
pub mod read;
mod reading;
pub mod repeats;
mod steps;
mod tables;
mod texts;
mod ticket;
mod words;
mod write;

use casework::Casework;
use ledger::{Ledger, Table};

pub use act::{ACTS, Act, Received, Spot};
pub use decide::{Refused, decide};
pub use mind::{Mind, Minds};
pub use reading::Read;
pub use tables::project;
pub use texts::demonstration_texts;
pub use ticket::Ticket;
pub use words::{Channel, Finding, Kind, RETURN_REASONS, SUSPENSIONS, Stage, Track};
pub use write::{Caller, Error, LeadTo, NewTicket, Who};

/// What the write path of tickets needs.
#[derive(Clone)]
pub struct Intake {
    /// The journal.
    pub ledger: Ledger,
    /// Cases, for leading a ticket to one.
    pub casework: Casework,
    /// What the bureau knows of matters, places and squads.
    pub minds: Minds,
}

impl Intake {
    /// Tickets over a journal, with nothing learnt or read yet.
    pub fn new(ledger: Ledger, casework: Casework) -> Intake {
        Intake { ledger, casework, minds: Minds::default() }
    }
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    tables::TABLES.iter().collect()
}

/// The name of a ticket's stream.
pub fn stream(ticket: i64) -> String {
    format!("ticket/{ticket}")
}
