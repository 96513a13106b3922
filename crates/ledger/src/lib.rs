//! The journal: what happened, in order, so that nobody can change it unseen.
//!
//! Every entry carries the hash of the one before (SM3 and SHA-256); a tree over all of them gives checkpoints that are signed and
//! handed out, and proofs that need nothing but such a checkpoint. The tables that pages and figures read are written in the same
//! transaction as their entry, by the same functions that rebuild them. Persons and free text stand beside the journal, bound to it by
//! salted commitments, so that they can be erased by order without breaking the chain.
//!
//! The ledger does not know what a case is. It runs on SQLite in a folder, or on PostgreSQL for several nodes; only `tx` knows which.
//!
//! An act is answered when its commit is durable. Acts that wait while a transaction runs go into the next one together, each in
//! a savepoint of its own, so that a refused or panicking act leaves nothing and disturbs nobody.
//!
//! ```
//! use std::sync::Arc;
//! use jiff::civil::date;
//! use ledger::{Draft, Entry, Fault, Ledger, Place, Schema, Table, TableKind, Tx};
//!
//! static CASES: Table = Table {
//!     name: "cases",
//!     create: "CREATE TABLE cases (bureau TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, PRIMARY KEY (bureau, id))",
//!     indexes: &[],
//!     kind: TableKind::Projection,
//! };
//!
//! fn case(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
//!     let bureau = tx.bureau().to_owned();
//!     tx.later(
//!         "INSERT INTO cases (bureau, id, step) VALUES ($1, $2, $3) ON CONFLICT (bureau, id) DO UPDATE SET step = EXCLUDED.step",
//!         &[(&bureau).into(), (&entry.stream).into(), (&entry.kind).into()],
//!     )?;
//!     let told = tx.text(entry.position, 0)?.unwrap_or_default();
//!     tx.index("case", &entry.stream, &told)
//! }
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let schema = Schema { tables: vec![&CASES], projects: vec![case] };
//! let ledger = Ledger::open(Place::Sqlite(folder.path().into()), "示例区", Arc::new(|| 1_795_500_000_000), schema)?;
//! let entry = ledger.act_blocking(|tx| {
//!     let told = tx.keep(0, "张三反映人民路有人占道经营")?;
//!     tx.append(Draft {
//!         stream: "case-1",
//!         expects: Some(0),
//!         happened_at: date(2026, 11, 24),
//!         actor: "officer-7",
//!         kind: "filed",
//!         kind_version: 1,
//!         body: format!(r#"{{"told":"{told}"}}"#),
//!     })
//! })?;
//! assert_eq!((entry.position, entry.version), (1, 1));
//! let found = ledger.read_blocking(|tx| tx.search(Some("case"), "占道", 10))?;
//! assert_eq!(found[0].id, "case-1");
//! ledger.close();
//! # Ok::<(), Fault>(())
//! ```

mod backup;
mod checkpoint;
mod digest;
mod encode;
mod entry;
mod export;
mod fault;
mod ledger;
mod merkle;
pub mod note;
mod open;
mod past;
mod proof;
mod readers;
mod rebuild;
mod schema;
mod search;
mod text;
mod tx;
mod value;
mod verify;
mod writer;

pub use checkpoint::Checkpoint;
pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use entry::{ChainHash, Draft, Entry, FORMAT};
pub use export::{Line, check_export};
pub use fault::Fault;
pub use ledger::{Clock, Head, Ledger, Place};
pub use merkle::Root;
pub use proof::{Checked, Proof, Proved, check_proof, included};
pub use rebuild::Rebuilt;
pub use schema::{Project, Schema, Table, TableKind};
pub use search::{Hit, Piece, highlight, snippet};
pub use text::commitment;
pub use tx::{Folded, Row, Tx, heaviest, statements};
pub use value::Value;
pub use verify::{Broken, Verified};
