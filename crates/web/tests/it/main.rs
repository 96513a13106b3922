//! Pages asked for as a browser asks, without a browser.

mod dossier;
mod law;
mod registers;
mod report;
