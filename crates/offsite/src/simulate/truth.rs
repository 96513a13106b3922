//! What really happened, to hold detection against.
//!
//! Where the simulator is kinder than life: roads are straight between junctions and known, sites are registered where they are,
//! clocks run within ninety seconds, lift sensors report a change at once, noise is drawn from a few simple laws, and a driver
//! who dumps comes back for the next load. Where it is not: a truck turned away comes back laden after a break, a jam stands
//! beside a disposal site, a workshop lifts the body, half of the silences are filled later, and some never are.

use crate::detection::sighting::{Offence, Place};

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// What.
    pub offence: Offence,
    /// Vehicle or device.
    pub device: u32,
    /// Begin, UTC seconds.
    pub from: i64,
    /// End.
    pub to: i64,
    /// Where it began.
    pub place: Place,
    /// So slight that to see it is no error and to miss it none either.
    pub slight: bool,
}
