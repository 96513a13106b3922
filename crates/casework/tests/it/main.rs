//! Cases on a real ledger.

mod approvals;
mod export;
mod files;
mod frozen;
mod issue;
mod lead;
mod sequences;
mod statutes;
