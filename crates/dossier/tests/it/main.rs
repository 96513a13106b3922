//! The file as PDF and as package, on a real ledger.
