//! Cases on a real ledger.

mod lead;
mod sequences;
