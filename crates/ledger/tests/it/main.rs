//! The ledger from outside, on SQLite always and on PostgreSQL where `XIEZHI_TEST_POSTGRES` gives a server's URL.
#![expect(clippy::disallowed_methods, reason = "a test reads which servers it may use")]

mod acts;
mod crashing;
mod frozen;
mod logged;
mod opening;
mod proofs;
mod rebuilding;
mod searching;
mod tampering;
mod texts;
mod world;
