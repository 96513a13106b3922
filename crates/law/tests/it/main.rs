//! All integration tests of the law crate, in one binary because linking is slow.

mod acts;
mod calendar;
mod checker;
mod corpus;
mod corpus_choice;
mod corpus_citations;
mod corpus_faults;
mod corpus_fines;
mod corpus_tiers;
mod deadline;
mod kernel;
mod money;
mod scenarios;
mod walk;
