//! The program as it is run.

mod released;
mod report;
mod year;
