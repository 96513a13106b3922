//! Off-site enforcement: what devices report, kept as it came, and what may become evidence of it.
//!
//! The protocols and the detection are pure: no clock, no socket, no database; the same bytes give the same answer for ever.

pub mod detection;
pub mod protocols;
pub mod simulate;
