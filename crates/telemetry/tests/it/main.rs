//! The server over real sockets, and what it keeps.
#![expect(clippy::disallowed_methods, reason = "a child process of the test is told its folder by the environment")]

mod answers;
mod archive;
mod crash;
mod entering;
mod limits;
mod requests;
mod uploads;
mod world;
