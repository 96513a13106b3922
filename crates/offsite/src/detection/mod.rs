//! From readings and positions to sightings: what a device reported that a person should look at.
//!
//! Everything here is pure and exact. Time is what the devices wrote, places are integer micro-degrees, means are compared as
//! fractions: the same inputs give the same sightings byte for byte, in whatever order, how often and how late they came.
//! A sighting is never evidence by itself (处罚法 41: it is reviewed first) and says with which parameters it was found.

pub mod air;
pub mod parameters;
pub mod sighting;
pub mod time;
pub mod truck;
