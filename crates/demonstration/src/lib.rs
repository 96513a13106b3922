//! The demonstration year: a bureau's cases, complaints and registers over a whole year, made up by a fixed seed and performed through
//! the write paths people use, so that its figures come to given numbers.
//!
//! [`Targets`] says which numbers; Qingpu's of 2024 are built in. Everybody in it is invented.

mod cast;
mod days;
mod facts;
mod files;
mod mix;
mod parties;
mod plan;
mod records;
mod stage;
mod story;
mod targets;
mod tickets;
mod totals;

use jiff::civil::Date;

pub use stage::Site;
pub use targets::{Group, Line, Procedure, Side, Targets};
pub use totals::last_year;

/// Matters on every organ's example power list.
pub const MATTERS: &[&str] =
    &["A01", "A02", "A04", "A07", "B14", "C01", "C02", "C07", "C08", "C09", "D08", "D13", "F04", "J01", "J02", "J05"];

/// Performs the year to a day, on a bureau whose standing order is recorded; gives the number of acts, deeds and records.
///
/// # Errors
/// The numbers leave no room, something is refused that should not be, or the ledger fails.
pub fn fill(site: &Site, targets: &Targets, until: Date) -> Result<usize, String> {
    let opening = days::opening(targets.year);
    let cast = site.ledger.read_blocking(move |tx| cast::Cast::read(tx, opening));
    let cast = cast.map_err(|fault| format!("{fault}（{fault:?}）"))?;
    let plans = plan::plans(targets, &cast)?;
    let tickets = tickets::tickets(targets, &cast, &plans);
    let records = records::records(targets, &cast, &plans, site.registers.set)?;
    stage::perform(site, stage::Script { cast, plans, tickets, records, opening }, until)
}
