//! The standing order of things: organs, units, persons, certificates, roles, powers, places, number series.
//!
//! Every change is one entry in the stream `office`; the tables here are projections of that stream, so "who held a
//! certificate on that day" has one answer, today and when a file is graded years later.

pub mod account;
pub mod change;
pub mod delegation;
pub mod demonstration;
pub mod directory;
mod duty;
pub mod files;
pub mod import;
pub mod number;
pub mod orders;
pub mod places;
pub mod read;
pub mod role;
pub mod sheet;
pub mod standing;
mod tables;
pub mod view;

pub use change::Change;
pub use role::Role;
pub use tables::{TABLES, project};

/// The stream that all changes of the standing order belong to.
pub const STREAM: &str = "office";

/// An input that cannot be used: which field, and what to do, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadInput {
    /// The field as the user sees it.
    pub field: String,
    /// What is wrong and what would be right.
    pub text: String,
}

impl BadInput {
    /// A fault of the field `field`.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        BadInput { field: field.into(), text: text.into() }
    }
}

impl std::fmt::Display for BadInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}", self.field, self.text)
    }
}

impl std::error::Error for BadInput {}
