//! What the crate promises, piece by piece.

mod command;
mod learning;
mod places;
mod repeats;

use understanding::Gazetteer;

/// The made-up gazetteer of the benchmark.
fn gazetteer() -> Gazetteer {
    let towns = include_str!("../../benchmark/towns.json");
    Gazetteer::read(include_str!("../../benchmark/places.jsonl")).expect("places").with_towns(towns).expect("towns")
}
