//! Devices on the line: their frames are received, kept as they came, and answered once they are durable.
//!
//! One thread reads and answers, one writes. Frames go into blocks, one row for each commit, in one file for each day; only after the commit
//! does a device get its answer, so an answered frame is a kept one. What a frame says is decoded later, by whoever reads on from a [`Cursor`]:
//! nothing is lost however slow the reader is. A frame is named for ever by its [`Place`]: day, block, offset, length and the block's digest.

mod archive;
mod block;
mod config;
mod counters;
mod day;
mod devices;
mod downlink;
mod fault;
mod feed;
mod handle;
pub mod load;
mod server;
mod store;

pub use archive::{Archive, Broken, Frame, Place, Retained, Verified, Window};
pub use block::{MARK_UNKNOWN, MOST_SPAN_MS};
pub use config::{Clock, Config, Limits, Linger, Listener, Speaks, Unknown};
pub use counters::{Count, Counters};
pub use day::{Cursor, ParseDayError, day_of, file_name};
pub use devices::{AnyDevice, Device, Devices, Protocol, Registration, Standing};
pub use downlink::{Message, Outcome, Request};
pub use fault::Fault;
pub use feed::Feed;
pub use handle::{Handle, run, start};
pub use store::witness::{ClosedBatch, Witness};
