//! All integration tests of the law crate, in one binary because linking is slow.

mod acts;
mod amounts;
mod calendar;
mod checker;
mod corpus;
mod corpus_choice;
mod corpus_citations;
mod corpus_faults;
mod corpus_fines;
mod corpus_tiers;
mod coverage;
mod deadline;
mod dossier;
mod evaluation;
mod exhaustive;
mod kernel;
mod money;
mod properties;
mod rulebook;
mod scenarios;
mod walk;
