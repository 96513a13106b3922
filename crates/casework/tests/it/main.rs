//! Cases on a real ledger.

mod approvals;
mod frozen;
mod lead;
mod sequences;
