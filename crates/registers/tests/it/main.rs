//! Registers against a bureau made for the test, on SQLite or, where one is given, on PostgreSQL.

mod added;
mod descriptors;
mod frozen;
mod import;
mod random;
mod records;
mod world;
