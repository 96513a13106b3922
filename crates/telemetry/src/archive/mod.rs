//! Reading what is kept: by place, by device and time, and from a cursor on. Any process may, while another writes.

mod keep;
mod read;
mod verify;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use rusqlite::{Connection, OpenFlags};

use crate::block::{Entry, MARK_UNKNOWN};
use crate::day::file_name;
use crate::devices::{Device, Protocol};
use crate::store::days::days_in;
use crate::store::witness::{ClosedBatch, Witness, of_row};
use crate::{Cursor, Fault};

pub use keep::Retained;
pub use read::Window;
pub use verify::{Broken, Verified};

/// The name of a frame for ever: what a piece of evidence cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The day of receipt, in China.
    pub day: Date,
    /// The block within the day.
    pub block: i64,
    /// Where in the block's raw bytes the frame begins.
    pub offset: u32,
    /// Bytes.
    pub length: u16,
    /// SHA-256 of the block: its index, then its raw bytes.
    pub digest: [u8; 32],
}

/// A frame as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whose it is.
    pub device: Arc<Device>,
    /// When it was received, in milliseconds since 1970 UTC.
    pub received: i64,
    /// The bytes as received, line ends left off (HJ 212), delimiters kept (JT/T 808).
    pub bytes: Vec<u8>,
    /// What is to be said of it.
    pub marks: u16,
    /// Its name.
    pub place: Place,
}

impl Frame {
    /// Whether its device was not registered when it came.
    pub const fn is_of_unknown(&self) -> bool {
        self.marks & MARK_UNKNOWN != 0
    }
}

/// The day files of a folder.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: PathBuf,
    /// The day read last: cursors read the same one again and again.
    recent: Arc<Mutex<Option<Day>>>,
}

/// One day, open for reading.
#[derive(Debug)]
struct Day {
    day: Date,
    db: Connection,
    devices: HashMap<u32, Arc<Device>>,
}

impl Archive {
    /// The archive in a folder, which need not be there yet.
    pub fn new(folder: &Path) -> Archive {
        Archive { folder: folder.to_owned(), recent: Arc::new(Mutex::new(None)) }
    }

    /// The days kept, from the oldest.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn days(&self) -> Result<Vec<Date>, Fault> {
        if self.folder.exists() { days_in(&self.folder) } else { Ok(Vec::new()) }
    }

    /// Batches closed and not yet handed over, oldest first, at most `most`. A day that cannot be read keeps no other back.
    ///
    /// # Errors
    ///
    /// A file cannot be read, and no other has batches.
    pub fn closed_batches(&self, most: usize) -> Result<Vec<ClosedBatch>, Fault> {
        let mut batches = Vec::new();
        let mut failed = Ok(());
        for day in self.days()? {
            let left = most.saturating_sub(batches.len());
            if left == 0 {
                break;
            }
            let read = self.with(day, |open| {
                let mut query = open.db.prepare_cached(
                    "SELECT id, first, last, blocks, frames, digest FROM batches WHERE witnessed = 0 ORDER BY id LIMIT ?1",
                )?;
                let mut rows = query.query([i64::try_from(left).unwrap_or(i64::MAX)])?;
                while let Some(row) = rows.next()? {
                    batches.push(of_row(day, row)?);
                }
                Ok(())
            });
            failed = failed.and(missing_is(read, ()));
        }
        if batches.is_empty() { failed.map(|()| batches) } else { Ok(batches) }
    }

    /// Notes that the journal has a batch; noting it again changes nothing.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or there is no such batch.
    pub fn witnessed(&self, batch: &ClosedBatch) -> Result<(), Fault> {
        let db = self.open_to_write(batch.day)?;
        let noted = db.execute(
            "UPDATE batches SET witnessed = 1 WHERE id = ?1 AND digest = ?2",
            rusqlite::params![batch.number, &batch.digest[..]],
        )?;
        if noted == 0 { Err(Fault::Missing) } else { Ok(()) }
    }

    /// Hands every closed batch to the witness, oldest first, and notes it as taken; returns how many.
    ///
    /// # Errors
    ///
    /// The first refusal ends it; what was taken stays taken.
    pub fn hand_over(&self, witness: &dyn Witness) -> Result<usize, Fault> {
        let mut count = 0;
        loop {
            let batches = self.closed_batches(256)?;
            if batches.is_empty() {
                return Ok(count);
            }
            for batch in &batches {
                witness.witness(batch).map_err(Fault::Witness)?;
                self.witnessed(batch)?;
                count += 1;
            }
        }
    }

    fn open_to_write(&self, day: Date) -> Result<Connection, Fault> {
        let path = self.folder.join(file_name(day));
        if !path.exists() {
            return Err(Fault::Missing);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.execute_batch("PRAGMA synchronous = FULL")?;
        Ok(db)
    }

    /// Does something with a day, open for reading; [`Fault::Missing`] when there is no file of it.
    fn with<T>(&self, day: Date, act: impl FnOnce(&mut Day) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = match recent.take().filter(|open| open.day == day) {
            Some(open) => open,
            None => {
                let db = self.open_to_write(day)?;
                db.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096;")?;
                Day { day, db, devices: HashMap::new() }
            }
        };
        let done = act(&mut open);
        *recent = Some(open);
        done
    }

    /// Lets go of a day, before its file is deleted.
    fn forget(&self, day: Date) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.as_ref().is_some_and(|open| open.day == day) {
            *recent = None;
        }
    }
}

impl Day {
    /// The device of a number; the file's own rows, read once.
    fn device(&mut self, id: u32, block: i64) -> Result<Arc<Device>, Fault> {
        if let Some(device) = self.devices.get(&id) {
            return Ok(Arc::clone(device));
        }
        let broken = Fault::Broken { day: self.day, block };
        let row = self
            .db
            .prepare_cached("SELECT protocol, key FROM devices WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get::<_, u8>(0)?, row.get::<_, String>(1)?)));
        let (protocol, key) = match row {
            Err(rusqlite::Error::QueryReturnedNoRows) => return Err(broken),
            other => other?,
        };
        let device = Arc::new(Device { protocol: Protocol::of(protocol).ok_or(broken)?, key });
        self.devices.insert(id, Arc::clone(&device));
        Ok(device)
    }
}

/// One block's row, as read.
struct Stored {
    id: i64,
    from: i64,
    digest: [u8; 32],
    index: Vec<u8>,
    raw: Vec<u8>,
}

impl Stored {
    /// Reads `id, from_ms, digest, ix, raw` and compares the digest.
    fn of_row(day: Date, row: &rusqlite::Row<'_>) -> Result<Stored, Fault> {
        let id = row.get(0)?;
        let broken = Fault::Broken { day, block: id };
        let digest = row.get_ref(2)?.as_blob().ok().and_then(crate::block::sha_of).ok_or_else(|| broken.clone())?;
        let blob =
            |at| -> Result<Vec<u8>, Fault> { Ok(row.get_ref(at)?.as_blob().map_err(|_| broken.clone())?.to_vec()) };
        let stored = Stored { id, from: row.get(1)?, digest, index: blob(3)?, raw: blob(4)? };
        if crate::block::digest(&stored.index, &stored.raw) == digest { Ok(stored) } else { Err(broken) }
    }

    /// The lines of the index with the offset of each.
    fn lines(&self) -> impl Iterator<Item = (u32, Entry)> {
        Entry::all(&self.index).scan(0_u32, |offset, entry| {
            let at = *offset;
            *offset = offset.checked_add(u32::from(entry.length))?;
            Some((at, entry))
        })
    }

    fn frame(&self, day: Date, device: Arc<Device>, offset: u32, entry: Entry) -> Result<Frame, Fault> {
        let from = offset as usize;
        let bytes = self.raw.get(from..from + usize::from(entry.length));
        let bytes = bytes.ok_or(Fault::Broken { day, block: self.id })?.to_vec();
        let place = Place { day, block: self.id, offset, length: entry.length, digest: self.digest };
        Ok(Frame { device, received: self.from + i64::from(entry.after), bytes, marks: entry.marks, place })
    }
}

/// Reading on never waits for a day whose file is gone.
fn missing_is<T>(done: Result<T, Fault>, otherwise: T) -> Result<T, Fault> {
    match done {
        Err(Fault::Missing) => Ok(otherwise),
        other => other,
    }
}

/// The place after which to go on in a day.
fn start_in(day: Date, cursor: Cursor) -> i64 {
    if day == cursor.day { cursor.block } else { 0 }
}
