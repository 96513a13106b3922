//! Batches of blocks, closed and handed to whoever keeps the journal.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::Fault;
use crate::block::Sha;

/// A run of blocks whose digests are digested together; its digest is what the journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedBatch {
    /// The day.
    pub day: Date,
    /// Its number within the day, from 1.
    pub number: i64,
    /// The first block.
    pub first: i64,
    /// The last block.
    pub last: i64,
    /// Blocks.
    pub blocks: u64,
    /// Frames.
    pub frames: u64,
    /// SHA-256 over the day's text, first and last block as eight bytes little-endian, and the SHA-256 of the blocks' digests in order.
    pub digest: [u8; 32],
}

/// Takes closed batches, after they are durable: the journal.
///
/// A batch comes again when the program ended before it was noted as taken, so taking it twice must be the same as once; day and number name it.
pub trait Witness: Send + Sync {
    /// Records the batch durably.
    ///
    /// # Errors
    ///
    /// Why not; the batch comes again later.
    fn witness(&self, batch: &ClosedBatch) -> Result<(), String>;
}

/// The digest of a batch as it grows. The first block is known at the start, the last at the end.
#[derive(Clone, Debug)]
pub(crate) struct Growing {
    day: Date,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) blocks: u64,
    pub(crate) frames: u64,
    /// When its first block began.
    pub(crate) since: i64,
    digests: Sha256,
}

impl Growing {
    pub(crate) fn new(day: Date, first: i64, since: i64) -> Growing {
        Growing { day, first, last: first, blocks: 0, frames: 0, since, digests: Sha256::new() }
    }

    pub(crate) fn add(&mut self, block: i64, frames: u64, digest: &Sha) {
        self.last = block;
        self.blocks += 1;
        self.frames += frames;
        self.digests.update(digest);
    }

    pub(crate) fn close(&self, number: i64) -> ClosedBatch {
        let mut sha = Sha256::new();
        sha.update(self.day.to_string());
        sha.update(self.first.to_le_bytes());
        sha.update(self.last.to_le_bytes());
        sha.update(self.digests.clone().finalize());
        ClosedBatch {
            day: self.day,
            number,
            first: self.first,
            last: self.last,
            blocks: self.blocks,
            frames: self.frames,
            digest: sha.finalize().into(),
        }
    }
}

/// Reads a batch's row: id, first, last, blocks, frames, digest.
pub(crate) fn of_row(day: Date, row: &rusqlite::Row<'_>) -> Result<ClosedBatch, Fault> {
    let digest = row.get_ref(5)?.as_blob().ok().and_then(crate::block::sha_of);
    let digest = digest.ok_or(Fault::Broken { day, block: row.get(1)? })?;
    Ok(ClosedBatch {
        day,
        number: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        blocks: row.get::<_, i64>(3)?.unsigned_abs(),
        frames: row.get::<_, i64>(4)?.unsigned_abs(),
        digest,
    })
}
