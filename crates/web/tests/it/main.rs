//! Pages asked for as a browser asks, without a browser.

mod registers;
mod report;
