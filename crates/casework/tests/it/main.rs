//! Cases on a real ledger.

mod frozen;
mod lead;
mod sequences;
