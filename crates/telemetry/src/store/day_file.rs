//! One day's file as its writer has it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use rusqlite::{Connection, OpenFlags, params};

use super::desk::Line;
use super::witness::Growing;
use crate::Fault;
use crate::block::{Block, digest, sha_of};
use crate::day::file_name;
use crate::devices::Device;

/// Blocks are never changed or deleted; a batch is noted as witnessed once the journal has it.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS devices (id INTEGER PRIMARY KEY, protocol INTEGER NOT NULL, key TEXT NOT NULL, UNIQUE (protocol, key));
CREATE TABLE IF NOT EXISTS blocks (id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, frames INTEGER NOT NULL,
  mask INTEGER NOT NULL, digest BLOB NOT NULL, ix BLOB NOT NULL, raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS blocks_time ON blocks (to_ms, from_ms, mask);
CREATE TABLE IF NOT EXISTS lines (device INTEGER NOT NULL, since_ms INTEGER NOT NULL, address TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS lines_device ON lines (device, since_ms);
CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, blocks INTEGER NOT NULL,
  frames INTEGER NOT NULL, digest BLOB NOT NULL, witnessed INTEGER NOT NULL DEFAULT 0);
";
const FORMAT: &str = "1";

/// The writer's side of one day.
pub(crate) struct DayFile {
    pub(crate) day: Date,
    db: Connection,
    ids: HashMap<Device, u32>,
    /// By session number; 0 for not yet.
    of_session: Vec<u32>,
    last: i64,
    growing: Option<Growing>,
    index: Vec<u8>,
}

impl DayFile {
    /// Opens the file of the day, or makes it; returns when file and name are durable.
    pub(crate) fn open(folder: &Path, day: Date) -> Result<DayFile, Fault> {
        let path: PathBuf = folder.join(file_name(day));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&path, flags)?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.set_prepared_statement_cache_capacity(16);
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;",
        )?;
        db.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES}"))?;
        db.execute("INSERT OR IGNORE INTO about VALUES ('format', ?1), ('day', ?2)", params![FORMAT, day.to_string()])?;
        let format: String = db.query_row("SELECT value FROM about WHERE name = 'format'", [], |row| row.get(0))?;
        db.execute_batch("COMMIT")?;
        if format != FORMAT {
            return Err(Fault::Store(format!("{day}的报文库是第{format}版格式，本程序只认第{FORMAT}版")));
        }
        std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(Fault::store)?;
        let last = db.query_row("SELECT COALESCE(MAX(id), 0) FROM blocks", [], |row| row.get(0))?;
        let mut file =
            DayFile { day, db, ids: HashMap::new(), of_session: Vec::new(), last, growing: None, index: Vec::new() };
        file.load()?;
        Ok(file)
    }

    /// Devices known, and the blocks of no batch yet.
    fn load(&mut self) -> Result<(), Fault> {
        let mut devices = self.db.prepare("SELECT id, protocol, key FROM devices")?;
        let mut rows = devices.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(protocol) = crate::devices::Protocol::of(row.get(1)?) {
                self.ids.insert(Device { protocol, key: row.get(2)? }, row.get(0)?);
            }
        }
        let mut blocks = self.db.prepare(
            "SELECT id, from_ms, frames, digest FROM blocks WHERE id > (SELECT COALESCE(MAX(last), 0) FROM batches) ORDER BY id",
        )?;
        let mut rows = blocks.query([])?;
        let mut growing: Option<Growing> = None;
        while let Some(row) = rows.next()? {
            let block = row.get(0)?;
            let sha = row.get_ref(3)?.as_blob().ok().and_then(sha_of).ok_or(Fault::Broken { day: self.day, block })?;
            let since = row.get(1)?;
            let frames: i64 = row.get(2)?;
            growing.get_or_insert_with(|| Growing::new(self.day, block, since)).add(block, frames.unsigned_abs(), &sha);
        }
        drop(rows);
        drop(blocks);
        self.growing = growing;
        Ok(())
    }

    /// The last block.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// Begins a transaction.
    pub(crate) fn begin(&mut self) -> Result<(), Fault> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    /// Ends it; an error leaves the outcome unknown.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Stores a block within the transaction.
    pub(crate) fn insert(&mut self, block: &Block, names: &[Device]) -> Result<(), Fault> {
        let mut index = std::mem::take(&mut self.index);
        let mut numbered = Block { entries: Vec::with_capacity(block.entries.len()), raw: Vec::new(), ..*block };
        for entry in &block.entries {
            let device = self.id(entry.device, names)?;
            numbered.entries.push(crate::block::Entry { device, ..*entry });
        }
        numbered.index(&mut index);
        let sha = digest(&index, &block.raw);
        self.db
            .prepare_cached(
                "INSERT INTO blocks (id, from_ms, to_ms, frames, mask, digest, ix, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.last + 1,
                block.from,
                block.to,
                block.entries.len() as i64,
                numbered.mask(),
                &sha[..],
                &index[..],
                &block.raw[..]
            ])?;
        self.index = index;
        self.last += 1;
        let (day, last) = (self.day, self.last);
        self.growing.get_or_insert_with(|| Growing::new(day, last, block.from)).add(
            last,
            block.entries.len() as u64,
            &sha,
        );
        Ok(())
    }

    /// Notes where a device reports from, within the transaction.
    pub(crate) fn line(&mut self, line: &Line, names: &[Device]) -> Result<(), Fault> {
        let device = self.id(line.device, names)?;
        self.db
            .prepare_cached("INSERT INTO lines (device, since_ms, address) VALUES (?1, ?2, ?3)")?
            .execute(params![device, line.since, line.address.to_string()])?;
        Ok(())
    }

    /// The number in this file of a device of the session.
    fn id(&mut self, session: u32, names: &[Device]) -> Result<u32, Fault> {
        let at = session as usize;
        if let Some(&id) = self.of_session.get(at)
            && id != 0
        {
            return Ok(id);
        }
        let device = names.get(at).ok_or_else(|| Fault::Store(format!("没有第{session}号设备")))?;
        let id = match self.ids.get(device) {
            Some(&id) => id,
            None => {
                let id = u32::try_from(self.ids.len() + 1).map_err(Fault::store)?;
                self.db
                    .prepare_cached("INSERT INTO devices (id, protocol, key) VALUES (?1, ?2, ?3)")?
                    .execute(params![id, device.protocol.number(), device.key])?;
                self.ids.insert(device.clone(), id);
                id
            }
        };
        if self.of_session.len() <= at {
            self.of_session.resize(at + 1, 0);
        }
        self.of_session[at] = id;
        Ok(id)
    }

    /// Whether a batch is due.
    pub(crate) fn is_due(&self, now: i64, (blocks, age): (u64, i64)) -> bool {
        self.growing.as_ref().is_some_and(|g| g.blocks >= blocks || now.saturating_sub(g.since) >= age)
    }

    /// Whether blocks are in no batch yet.
    pub(crate) fn has_loose(&self) -> bool {
        self.growing.is_some()
    }

    /// Closes the batch of the loose blocks within the transaction.
    pub(crate) fn close_batch(&mut self) -> Result<(), Fault> {
        let Some(growing) = self.growing.take() else { return Ok(()) };
        let batch = growing.close(0);
        self.db
            .prepare_cached("INSERT INTO batches (first, last, blocks, frames, digest) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![batch.first, batch.last, batch.blocks as i64, batch.frames as i64, &batch.digest[..]])?;
        Ok(())
    }
}
