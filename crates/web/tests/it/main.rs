//! Pages asked for as a browser asks, without a browser.

mod law;
mod registers;
mod report;
mod uploads;
