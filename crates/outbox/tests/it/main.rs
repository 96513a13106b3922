//! Messages on a real ledger.

mod delivery;
