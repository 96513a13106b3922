//! Cases: the one write path for every act, the tables that pages and figures read, and the reads themselves.

pub mod approval;
mod body;
pub mod drive;
pub mod exchange;
mod issue;
mod party;
pub mod payments;
mod perform;
pub mod ports;
pub mod read;
pub mod scans;
pub mod seals;
pub mod statutes;
mod tables;
pub mod verified;

use std::collections::BTreeSet;
use std::sync::Arc;

use documents::Engine;
use evidence::Evidence;
use law::Day;
use law::corpus::Corpus;
use law::office::Office;
use ledger::{Fault, Ledger, Table, Tx};
use office::directory::Directory;
use office::orders::Orders;
use office::standing::Standings;

pub use body::{Body, INPUT_SLOT, Origin, PARTY_SLOTS, slot_of};
pub use issue::{Annexed, Document, Issued, OWN_RECORD, Preview, document, numbered};
pub use party::Identity;
pub use perform::{Committed, Error, Proposed, Where};
pub use tables::project;
use verified::Kept;

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
    /// Programs that documents are given to; none where none are connected.
    pub ports: Arc<ports::Ports>,
    verified: Kept,
}

impl Casework {
    /// The write path over these stores, with the law this program carries.
    pub fn new(ledger: Ledger, evidence: Evidence, engine: Option<Arc<Engine>>, address: &str) -> Casework {
        Casework {
            ledger,
            evidence,
            corpus: Corpus::builtin(),
            standings: Standings::default(),
            engine,
            address: address.into(),
            ports: Arc::default(),
            verified: Kept::default(),
        }
    }

    /// What acts of an organ are judged by: one statement, as long as nobody changes it.
    ///
    /// # Errors
    /// The database fails.
    pub fn order(&self, tx: &mut Tx<'_>, organ: &str) -> Result<Order, Fault> {
        let [office, law] = tx.ends([office::STREAM, verified::STREAM])?;
        let (standing, orders) = self.standings.with_orders_at(tx, organ, office)?;
        Ok(Order {
            office: standing,
            orders,
            directory: self.standings.directory_at(tx, office)?,
            verified: self.verified.at(tx, law)?,
        })
    }
}

/// The standing order and the state of the law's verification, as one transaction sees them.
#[derive(Debug, Clone)]
pub struct Order {
    /// Who may act for the organ, by date.
    pub office: Arc<Office>,
    /// Who signs for whom, and what the organ has approved by whom.
    pub orders: Arc<Orders>,
    /// Names of everything.
    pub directory: Arc<Directory>,
    /// Matter versions a legal officer has compared with the official text.
    pub verified: Arc<BTreeSet<(String, Day)>>,
}

/// Every table of this crate.
pub fn tables() -> Vec<&'static Table> {
    tables::TABLES.iter().chain(approval::TABLES).chain([&exchange::TABLE, &scans::TABLE, &seals::TABLE]).collect()
}

/// The name of a case's stream.
pub fn stream(case: i64) -> String {
    format!("case/{case}")
}
