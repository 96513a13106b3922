//! Detection: exact windows against a slow twin, tracks against thought-out stories, and the same answer whatever the order.

mod air;
mod order;
mod parameters;
mod rng;
mod stories;
