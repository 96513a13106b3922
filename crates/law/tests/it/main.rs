//! All integration tests of the law crate, in one binary because linking is slow.

mod acts;
mod calendar;
mod checker;
mod corpus;
mod deadline;
mod kernel;
mod money;
mod scenarios;
mod walk;
