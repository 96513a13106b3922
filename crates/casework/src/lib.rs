//! Cases: the one write path for every act, the tables that pages and figures read, and the reads themselves.

pub mod approval;
mod body;
pub mod drive;
mod issue;
mod party;
mod perform;
pub mod read;
mod tables;
pub mod verified;

use std::sync::Arc;

use documents::Engine;
use evidence::Evidence;
use law::corpus::Corpus;
use ledger::{Ledger, Table};
use office::standing::Standings;

pub use body::{Body, PARTY_SLOTS, slot_of};
pub use issue::{Document, Issued, document};
pub use party::Identity;
pub use perform::{Committed, Error, Proposed, Where};
pub use tables::project;

/// What a case's write path needs and nothing else.
#[derive(Clone)]
pub struct Casework {
    /// The journal.
    pub ledger: Ledger,
    /// Files.
    pub evidence: Evidence,
    /// The law as data.
    pub corpus: &'static Corpus,
    /// Who may act, by date.
    pub standings: Standings,
    /// Sets documents; none where no fonts are to be had, then documents are settled but cannot be opened here.
    pub engine: Option<Arc<Engine>>,
    /// Address that QR codes begin with, `https://cg.example`.
    pub address: Arc<str>,
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    tables::TABLES.iter().chain(approval::TABLES).collect()
}

/// The name of a case's stream.
pub fn stream(case: i64) -> String {
    format!("case/{case}")
}
