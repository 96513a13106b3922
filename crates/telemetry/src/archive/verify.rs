//! Whether what is kept is what was kept.

use jiff::civil::Date;

use super::Archive;
use crate::Fault;
use crate::block::{Entry, digest, sha_of};
use crate::store::witness::{Growing, of_row};

/// The most broken blocks that are named.
const MOST_NAMED: usize = 1000;

/// What a check of a day found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The day.
    pub day: Date,
    /// Blocks read.
    pub blocks: u64,
    /// Frames in them.
    pub frames: u64,
    /// Batches compared.
    pub batches: u64,
    /// What is broken, at most a thousand.
    pub broken: Vec<Broken>,
}

/// Something that is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The block's bytes or index do not give its digest.
    Digest(i64),
    /// Index and raw bytes do not fit, or the count differs.
    Index(i64),
    /// A block of this number is missing.
    Gap(i64),
    /// The batch's digest is not that of its blocks.
    Batch(i64),
}

impl Archive {
    /// Computes every digest of a day anew, of blocks and of batches.
    ///
    /// # Errors
    ///
    /// The file is missing or cannot be read at all.
    pub fn verify(&self, day: Date) -> Result<Verified, Fault> {
        // A connection of its own: this reads the whole day, and readers must not wait for it.
        let db = self.open_to_write(day)?;
        db.execute_batch("PRAGMA query_only = ON; BEGIN")?;
        let mut found = Verified { day, blocks: 0, frames: 0, batches: 0, broken: Vec::new() };
        let mut name = |broken| {
            if found.broken.len() < MOST_NAMED {
                found.broken.push(broken);
            }
        };
        let mut batches = Vec::new();
        let mut query = db.prepare("SELECT id, first, last, blocks, frames, digest FROM batches ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            match of_row(day, row) {
                Ok(batch) => batches.push(batch),
                Err(_) => name(Broken::Batch(row.get(0)?)),
            }
        }
        let mut batches = batches.into_iter().peekable();
        let mut growing: Option<Growing> = None;
        let mut query = db.prepare("SELECT id, from_ms, frames, digest, ix, raw FROM blocks ORDER BY id")?;
        let mut rows = query.query([])?;
        let mut expected = 1;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            while expected < id {
                name(Broken::Gap(expected));
                expected += 1;
            }
            expected = id + 1;
            let blob = |at| row.get_ref(at).map(|v| v.as_blob().unwrap_or_default());
            let (kept, index, raw) = (blob(3)?, blob(4)?, blob(5)?);
            let computed = digest(index, raw);
            if computed != kept {
                name(Broken::Digest(id));
            }
            let (count, bytes) = Entry::all(index).fold((0, 0), |(n, sum), e| (n + 1_i64, sum + usize::from(e.length)));
            if bytes != raw.len() || row.get::<_, i64>(2)? != count || index.len() % Entry::BYTES != 0 {
                name(Broken::Index(id));
            }
            found.blocks += 1;
            found.frames += count.unsigned_abs();
            let sha = sha_of(kept).unwrap_or(computed);
            growing.get_or_insert_with(|| Growing::new(day, id, 0)).add(id, count.unsigned_abs(), &sha);
            if batches.peek().is_some_and(|b| b.last <= id)
                && let (Some(batch), Some(growing)) = (batches.next(), growing.take())
            {
                found.batches += 1;
                if growing.close(batch.number) != batch {
                    name(Broken::Batch(batch.number));
                }
            }
        }
        batches.for_each(|batch| name(Broken::Batch(batch.number)));
        Ok(found)
    }
}
