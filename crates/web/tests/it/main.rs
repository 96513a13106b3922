//! Pages asked for as a browser asks, without a browser.

mod access;
mod dossier;
mod law;
mod living;
mod orders;
mod papers;
mod progress;
mod registers;
mod report;
mod uploads;
