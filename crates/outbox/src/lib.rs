//! What the bureau tells others: messages that acts cause, and their delivery.
//!
//! A message is a row that the projection of its entry writes: it is there exactly when its act is. It names case, act and rule and nothing
//! private; the text is made when it is sent, from what is kept beside the journal, so that what was erased is not sent either. Whether it
//! was sent stands apart, in a primary table that no rebuild touches. Delivery is at least once: a process that dies between
//! sending and noting sends again, under the same key, by which the receiver knows it.

mod compose;
mod delivery;
mod message;
mod port;
pub mod read;
mod rules;

use std::sync::Arc;

use casework::Casework;
use ledger::{Ledger, Table};

pub use delivery::{ATTEMPTS, Round};
pub use message::project;
pub use port::{Failure, Http, Outgoing, Port, PortName, Ports, Sign, Sms, Wecom, signature};
pub use rules::{Rule, To, rules};

/// Sends what is due.
#[derive(Clone)]
pub struct Outbox {
    /// The journal.
    pub ledger: Ledger,
    /// Cases, for what messages say.
    pub casework: Casework,
    /// The ways out that are configured.
    pub ports: Arc<Ports>,
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    vec![&message::MESSAGES, &delivery::DELIVERIES, &delivery::PORTS]
}
