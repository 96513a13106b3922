//! Pages asked for as a browser asks, without a browser.

mod access;
mod law;
mod registers;
mod report;
