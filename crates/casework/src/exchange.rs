//! Cases to and from another system: what one writes, the other reads (`docs/cases-format.md`).
//!
//! A row is one act, called by the keys of the system it comes from. Whatever arrives has already happened: it enters as reported, is
//! never refused for what the law says of it, and is graded on arrival.

mod book;
mod build;
mod compare;
pub mod export;
pub mod import;
mod keys;
mod row;
mod whole;

use ledger::{Fault, Tx};

pub(crate) use keys::{TABLE, project};
pub use row::{Header, Party, Row};

/// What this installation is called in files: the bureau's id with the beginning of the hash of its first entry, so that two
/// installations never share it. `-` before the first entry.
///
/// # Errors
/// The database fails.
pub fn system(tx: &mut Tx<'_>) -> Result<String, Fault> {
    let bureau = tx.bureau().to_owned();
    let first = tx.entry(1)?.map(|entry| entry.hash.to_string()).unwrap_or_default();
    Ok(format!("xiezhi-{bureau}-{}", first.get(..8).unwrap_or("-")))
}
