//! Trucks: positions and sensor states of waste trucks, judged in order of time with constant state per truck.

pub mod rule;
