//! Registers: what the bureau keeps a list of beside cases and tickets, each described by one file in `data/`.
//!
//! From a description come its tables on both databases, its pages, its checks and its sheets. A record is a stream of its own in the
//! journal, `register/NAME/ID`; every entry carries the whole new state, so that the one before stays readable for ever. Long texts and
//! names of private persons stand beside the journal.

mod builtin;
mod check;
mod clocks;

pub mod descriptor;
pub mod export;
pub mod import;
mod names;
pub mod read;
mod state;
mod tables;
mod write;
mod written;

use evidence::Evidence;
use ledger::{Entry, Fault, Ledger, Table, Tx};

pub use builtin::{builtin, descriptor, descriptors};
pub use check::Problem;
pub use clocks::Running;
pub use descriptor::{Descriptor, Field, Lines, Set, Type};
pub use names::Names;
pub use state::{Row, State, Value};
pub use write::{Error, Who};
pub use written::{Entry as WrittenEntry, Written};

/// What the write path of registers needs.
#[derive(Clone)]
pub struct Registers {
    /// The journal.
    pub ledger: Ledger,
    /// Attachments.
    pub evidence: Evidence,
    /// Which registers there are.
    pub set: &'static Set,
}

impl Registers {
    /// The registers this program carries.
    pub fn new(ledger: Ledger, evidence: Evidence) -> Registers {
        Registers { ledger, evidence, set: builtin() }
    }
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    builtin().tables.clone()
}

/// Writes one entry into the tables of registers.
///
/// # Errors
/// The database fails, or the entry has a shape this version does not know.
pub fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    builtin().project(tx, entry)
}

/// The name of a record's stream.
pub fn stream(register: &str, id: i64) -> String {
    format!("register/{register}/{id}")
}
