//! Detection held against what the simulator knows.
//!
//! `cargo test --release -p offsite --test evaluation -- --ignored --nocapture` prints the whole table. Thresholds were chosen on
//! other weeks of another district than those that are judged.

mod air;
mod score;
mod trucks;
