//! Cases on a real ledger.

mod approvals;
mod dues;
mod exchange;
mod export;
mod files;
mod frozen;
mod issue;
mod lead;
mod numbers;
mod ports;
mod scans;
mod seals;
mod search;
mod sequences;
mod statutes;
