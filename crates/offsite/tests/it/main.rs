//! The protocols against real frames and against random bytes.

mod hj212;
mod jt808;
mod messages;
mod random;
