//! Tests of the documents: examples, mandatory contents, reproducible bytes, strange names.

mod contents;
mod examples;
mod kinds;
mod names;
mod report;
mod scan;
mod support;
