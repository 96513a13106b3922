//! The file as PDF and as package, on a real ledger.

mod forged;
mod package;
mod paper;
mod record;
mod scanned;
mod secrecy;
mod support;
