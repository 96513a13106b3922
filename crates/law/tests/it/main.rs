//! All integration tests of the law crate, in one binary because linking is slow.

mod acts;
mod calendar;
mod checker;
mod corpus;
mod coverage;
mod deadline;
mod evaluation;
mod exhaustive;
mod kernel;
mod money;
mod properties;
mod rulebook;
mod scenarios;
mod walk;
