//! The one writer: takes what waits, commits it, and only then lets it be answered.

pub(crate) mod day_file;
pub(crate) mod days;
pub(crate) mod desk;
pub(crate) mod witness;
pub(crate) mod writer;

use crate::Fault;
use crate::block::Block;
use crate::day::Cursor;
use crate::devices::Device;
use desk::Line;

/// Where blocks are kept. The writer thread owns it.
pub(crate) trait Sink: Send {
    /// Stores the blocks durably, in order, or fails; after a failure the outcome is unknown and the sink is not used again.
    ///
    /// `names` are the devices of the session numbers in blocks and lines, by number. Returns the place of the last block and the number of commits.
    fn write(&mut self, blocks: &[Block], names: &[Device], lines: &[Line]) -> Result<(Option<Cursor>, u64), Fault>;

    /// Time passes without a frame: closes a batch that is old enough.
    fn tick(&mut self, now: i64) -> Result<(), Fault>;
}
