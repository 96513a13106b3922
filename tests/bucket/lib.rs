//! Nothing but tests: see `tests/bucket.rs`.
