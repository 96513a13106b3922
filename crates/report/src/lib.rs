//! Figures that are lists, and the yearly report made of them.
//!
//! An [`Indicator`] is a folder `indicators/<id>/`: a query that returns records (`list.sql`) and how they are measured, worded and shown
//! (`meta.toml`). The number of a figure is computed by wrapping that same query, so it is by construction a measure of the list that
//! opens behind it. Nothing here is stored: a report is a function of a period and of the tables as one transaction sees them, so it works
//! unchanged on a past position ([`ledger::Ledger::past`]).
//!
//! No figure ranks persons or sets them a number to reach (行政处罚法 74).

mod export;
mod figure;
mod indicator;
mod indicators;
mod period;
mod wording;
mod yearly;

pub use export::{EXPORT_MAX, Export, csv, xlsx};
pub use figure::{Cell, Claim, Figure, LIMIT_MAX, Page, Record, against, claims, figure, figures, list};
pub use indicator::{Column, ColumnKind, Indicator, Kind, Measure, OneByOne, Test, Until};
pub use indicators::{indicator, indicators};
pub use period::Period;
pub use wording::{Rule, Wording};
pub use yearly::{AsOf, Part, Report, Section, yearly};
