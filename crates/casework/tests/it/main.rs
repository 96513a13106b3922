//! Cases on a real ledger.

mod lead;
