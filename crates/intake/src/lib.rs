//! Tickets from every channel: receive, assign, contact, answer, close, lead to a case; import and export.
//!
//! A ticket is the list of its acts, like a case. Who called and what they said stands beside the journal; the caller is never
//! shown to the party complained about.

pub mod clocks;
mod decide;
pub mod example;
pub mod export;
pub mod import;
pub mod read;
mod steps;
mod suggest;
mod tables;
mod texts;
mod ticket;
mod write;

use casework::Casework;
use ledger::{Ledger, Table};

pub use decide::{Refused, decide};
pub use tables::project;
pub use texts::demonstration_texts;
pub use ticket::{Act, Channel, Kind, RETURN_REASONS, Received, Stage, Ticket, Track};
pub use write::{Caller, Error, LeadTo, NewTicket, Who};

/// What the write path of tickets needs.
#[derive(Clone)]
pub struct Intake {
    /// The journal.
    pub ledger: Ledger,
    /// Cases, for leading a ticket to one.
    pub casework: Casework,
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    tables::TABLES.iter().collect()
}

/// The name of a ticket's stream.
pub fn stream(ticket: i64) -> String {
    format!("ticket/{ticket}")
}
