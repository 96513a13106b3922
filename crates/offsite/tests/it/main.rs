//! The protocols against real frames and against random bytes.

mod hj212;
mod random;
