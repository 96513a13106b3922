//! Cases on a real ledger.

mod export;
mod frozen;
mod issue;
mod lead;
mod sequences;
