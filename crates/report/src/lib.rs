//! Figures that are lists, and the yearly report made of them.
//!
//! An [`Indicator`] is a folder `indicators/<id>/`: a query that returns records (`list.sql`) and how they are measured, worded and shown
//! (`meta.toml`). The number of a figure is computed by wrapping that same query, so it is by construction a measure of the list that
//! opens behind it. Nothing here is stored: a report is a function of a period and of the tables as one transaction sees them, so it works
//! unchanged on a past position ([`ledger::Ledger::past`]).
//!
//! No figure ranks persons or sets them a number to reach (行政处罚法 74).

#[cfg(test)]
mod added;
mod edit;
mod edition;
mod export;
mod figure;
mod indicator;
mod indicators;
mod period;
mod template;
mod text;
mod totals;
mod wording;
mod yearly;

pub use edit::{Current, NotSaved, TEMPLATE_STREAM, current, save};
pub use edition::{Change, Edition, Frozen, Held, differences, edition, editions, freeze, over};
pub use export::{EXPORT_MAX, Export, csv, xlsx};
pub use figure::{
    Before, Cell, Claim, Figure, Import, LIMIT_MAX, Page, Record, against, before, claims, figure, figures, list,
};
pub use indicator::{Column, ColumnKind, Indicator, Kind, Measure, OneByOne, Test, Until};
pub use indicators::{indicator, indicators};
pub use period::Period;
pub use template::{BUILTIN, Problem, TEMPLATE_MAX, Template};
pub use text::{Block, Grid, Origin, Piece, Section};
pub use totals::{Imported, Known, TOTALS_STREAM, Total, Totals};
pub use wording::{Rule, Wording};
pub use yearly::{AsOf, Report, yearly};

/// Who changes what a report is made of, and when.
#[derive(Debug, Clone)]
pub struct Who {
    /// Sign-in name, recorded as the actor.
    pub login: String,
    /// Today, by the bureau's clock.
    pub today: law::Day,
}
