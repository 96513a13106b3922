//! Indicators against a small world made by hand, on every database there is.

mod contents;
mod exports;
mod frozen;
mod kept;
mod numbers;
mod pages;
mod past;
mod registers;
mod sentences;
mod template;
mod world;
