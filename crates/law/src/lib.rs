//! The law of an administrative penalty case, as a pure function.
//!
//! A case is a list of recorded acts. [`judge::judge`] answers whether the next act may be taken, [`guide::guide`] says what may come next,
//! [`clocks::clocks`] lists every running term and [`grade::grade`] re-judges a finished file, all by the same [`rules`].
//! Nothing here reads a clock, a file, a network or a database: whatever is needed comes in as a value, so the same input gives the same
//! answer for ever.

pub mod acts;
pub mod bureau;
pub mod calendar;
pub mod case;
pub mod clocks;
pub mod corpus;
pub mod credit;
pub mod deadline;
pub mod discretion;
pub mod dossier;
pub mod grade;
pub mod guide;
pub mod judge;
pub mod money;
pub mod obligations;
pub mod office;
pub mod on_spot;
pub mod papers;
pub mod recording;
pub mod remedy;
pub mod rules;
pub mod scenario;
pub mod surcharge;

/// A civil day in Asia/Shanghai.
pub type Day = jiff::civil::Date;
