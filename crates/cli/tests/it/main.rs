//! The program as it is run.

mod recompute;
mod released;
mod report;
mod year;
