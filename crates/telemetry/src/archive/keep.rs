//! Blocks that are evidence stay; whole days go when their time is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Archive, Frame, Place, Stored};
use crate::Fault;
use crate::block::Entry;
use crate::day::file_name;
use crate::devices::{Device, Protocol};

/// The file of pinned blocks.
const KEPT: &str = "kept.sqlite";

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS blocks (day TEXT NOT NULL, id INTEGER NOT NULL, from_ms INTEGER NOT NULL, digest BLOB NOT NULL, ix BLOB NOT NULL,
  raw BLOB NOT NULL, PRIMARY KEY (day, id));
CREATE TABLE IF NOT EXISTS devices (day TEXT NOT NULL, id INTEGER NOT NULL, protocol INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (day, id));
";

/// What became of old days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Deleted.
    pub deleted: Vec<Date>,
    /// Old enough, but with batches the journal has not got, or not to be read, so they stay.
    pub waiting: Vec<Date>,
}

impl Archive {
    /// Copies a block to where retention does not reach; again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Fault::Missing`] without such a block, [`Fault::Broken`] when it is not what it was.
    pub fn pin(&self, day: Date, block: i64) -> Result<(), Fault> {
        let (stored, devices) = self.with(day, |open| {
            let stored = {
                let mut query =
                    open.db.prepare_cached("SELECT id, from_ms, digest, ix, raw FROM blocks WHERE id = ?1")?;
                let mut rows = query.query([block])?;
                rows.next()?.map(|row| Stored::of_row(day, row)).transpose()?
            };
            let Some(stored) = stored else { return Err(Fault::Missing) };
            let mut ids: Vec<u32> = Entry::all(&stored.index).map(|e| e.device).collect();
            ids.sort_unstable();
            ids.dedup();
            let devices: Result<Vec<_>, Fault> = ids.into_iter().map(|id| Ok((id, open.device(id, block)?))).collect();
            Ok((stored, devices?))
        })?;
        let mut kept = self.kept()?;
        let tx = kept.transaction()?;
        let text = day.to_string();
        tx.execute(
            "INSERT OR IGNORE INTO blocks (day, id, from_ms, digest, ix, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![text, block, stored.from, &stored.digest[..], stored.index, stored.raw],
        )?;
        for (id, device) in devices {
            tx.execute(
                "INSERT OR IGNORE INTO devices (day, id, protocol, key) VALUES (?1, ?2, ?3, ?4)",
                params![text, id, device.protocol.number(), device.key],
            )?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Whether a block is pinned.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn is_pinned(&self, day: Date, block: i64) -> Result<bool, Fault> {
        if !self.folder.join(KEPT).exists() {
            return Ok(false);
        }
        let found = self
            .kept()?
            .query_row("SELECT 1 FROM blocks WHERE day = ?1 AND id = ?2", params![day.to_string(), block], |_| Ok(()))
            .optional()?;
        Ok(found.is_some())
    }

    /// Deletes the files of days more than `keep` days old, today counted as one; days with batches the journal has not got stay unless
    /// there is no journal (`witnessed` false).
    ///
    /// # Errors
    ///
    /// A file that cannot be read or deleted.
    pub fn retain(&self, today: Date, keep: u32, witnessed: bool) -> Result<Retained, Fault> {
        let mut retained = Retained::default();
        let back = i64::from(keep.clamp(1, 100_000)) - 1;
        let oldest = today.checked_sub(back.days()).map_err(Fault::store)?;
        for day in self.days()?.into_iter().filter(|day| *day < oldest) {
            // A day that cannot be read may owe.
            if witnessed && self.with(day, |open| Ok(owes(&open.db)?)).unwrap_or(true) {
                retained.waiting.push(day);
                continue;
            }
            self.forget(day);
            let path = self.folder.join(file_name(day));
            // The log first: a file without its log is a shorter day, a log without its file is nothing.
            for end in ["-shm", "-wal", ""] {
                let mut name = path.clone().into_os_string();
                name.push(end);
                match std::fs::remove_file(&name) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Fault::store(error)),
                    _ => {}
                }
            }
            retained.deleted.push(day);
        }
        Ok(retained)
    }

    pub(super) fn fetch_kept(&self, place: &Place) -> Result<Frame, Fault> {
        if !self.folder.join(KEPT).exists() {
            return Err(Fault::Missing);
        }
        let kept = self.kept()?;
        let day = place.day.to_string();
        let mut query = kept.prepare("SELECT id, from_ms, digest, ix, raw FROM blocks WHERE day = ?1 AND id = ?2")?;
        let mut rows = query.query(params![day, place.block])?;
        let stored = Stored::of_row(place.day, rows.next()?.ok_or(Fault::Missing)?)?;
        let entry = stored.entry(place)?;
        let (protocol, key): (u8, String) = kept.query_row(
            "SELECT protocol, key FROM devices WHERE day = ?1 AND id = ?2",
            params![day, entry.device],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let protocol = Protocol::of(protocol).ok_or(Fault::Broken { day: place.day, block: place.block })?;
        stored.frame(place.day, Arc::new(Device { protocol, key }), place.offset, entry)
    }

    fn kept(&self) -> Result<Connection, Fault> {
        let db = Connection::open(self.folder.join(KEPT))?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        db.execute_batch(TABLES)?;
        Ok(db)
    }
}

/// Whether batches or loose blocks wait for the journal.
fn owes(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row(
        "SELECT EXISTS (SELECT 1 FROM batches WHERE witnessed = 0)
             OR EXISTS (SELECT 1 FROM blocks WHERE id > (SELECT COALESCE(MAX(last), 0) FROM batches))",
        [],
        |row| row.get(0),
    )
}
