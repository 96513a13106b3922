//! Frames from a cursor on, of a device in a time, or at a place.

use std::net::IpAddr;

use jiff::civil::Date;

use super::{Archive, Frame, Place, Stored, missing_is, start_in};
use crate::Fault;
use crate::block::{MOST_SPAN_MS, mask_of};
use crate::day::{Cursor, day_of};
use crate::devices::Device;

/// What to look for.
#[derive(Clone, Debug)]
pub struct Window {
    /// Whose frames.
    pub device: Device,
    /// Received at or after this, in milliseconds since 1970 UTC.
    pub from: i64,
    /// And before this.
    pub to: i64,
    /// At most so many.
    pub most: usize,
}

impl Archive {
    /// The frames after a cursor: whole blocks, until there are `most` frames or none is left, and the cursor to go on from.
    ///
    /// Each frame is given exactly once while writing goes on: blocks are numbered without gaps, and no block is added to a day once a later
    /// day has begun.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a block that is not what it was: [`Fault::Broken`] names it, and whoever has noted it goes on behind it.
    pub fn after(&self, cursor: Cursor, most: usize) -> Result<(Vec<Frame>, Cursor), Fault> {
        let mut frames = Vec::new();
        let mut at = cursor;
        // The list of days is older than the reading: a day that has a later one in it is over, so its last block is then the last for ever.
        for day in self.days()?.into_iter().filter(|day| *day >= cursor.day) {
            let start = start_in(day, at);
            let read = self.with(day, |open| {
                let mut last = start;
                loop {
                    let stored = {
                        let mut query = open.db.prepare_cached(
                            "SELECT id, from_ms, digest, ix, raw FROM blocks WHERE id > ?1 ORDER BY id LIMIT 1",
                        )?;
                        let mut rows = query.query([last])?;
                        match rows.next()? {
                            None => return Ok((last, false)),
                            Some(row) => Stored::of_row(day, row)?,
                        }
                    };
                    for (offset, entry) in stored.lines() {
                        let device = open.device(entry.device, stored.id)?;
                        frames.push(stored.frame(day, device, offset, entry)?);
                    }
                    last = stored.id;
                    if frames.len() >= most {
                        return Ok((last, true));
                    }
                }
            });
            let (last, enough) = missing_is(read, (start, false))?;
            at = Cursor { day, block: last };
            if enough {
                break;
            }
        }
        Ok((frames, at))
    }

    /// A device's frames received in a time, oldest first: blocks by time and by the device's bit, then by index.
    ///
    /// # Errors
    ///
    /// As [`Archive::after`].
    pub fn frames(&self, window: &Window) -> Result<Vec<Frame>, Fault> {
        let mut frames = Vec::new();
        // Were the clock set back over midnight, frames of the day before lie in the later file.
        let (first, last) = (day_of(window.from), day_of(window.to).tomorrow().unwrap_or(Date::MAX));
        for day in self.days()?.into_iter().filter(|day| (first..=last).contains(day)) {
            missing_is(self.frames_of_day(day, window, &mut frames), ())?;
            if frames.len() >= window.most {
                break;
            }
        }
        frames.sort_by_key(|frame| frame.received);
        frames.truncate(window.most);
        Ok(frames)
    }

    fn frames_of_day(&self, day: Date, window: &Window, frames: &mut Vec<Frame>) -> Result<(), Fault> {
        self.with(day, |open| {
            let id = open
                .db
                .prepare_cached("SELECT id FROM devices WHERE protocol = ?1 AND key = ?2")?
                .query_row(rusqlite::params![window.device.protocol.number(), window.device.key], |row| row.get(0));
            let id: u32 = match id {
                Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(()),
                other => other?,
            };
            let device = open.device(id, 0)?;
            let mut query = open.db.prepare_cached(
                "SELECT id, from_ms, digest, ix, raw FROM blocks WHERE to_ms >= ?1 AND to_ms <= ?2 AND from_ms < ?3 \
                 AND mask & ?4 <> 0 ORDER BY to_ms, id",
            )?;
            let latest = window.to.saturating_add(MOST_SPAN_MS);
            let mut rows = query.query(rusqlite::params![window.from, latest, window.to, mask_of(id)])?;
            while let Some(row) = rows.next()? {
                let stored = Stored::of_row(day, row)?;
                for (offset, entry) in stored.lines() {
                    let received = stored.from + i64::from(entry.after);
                    if entry.device == id && (window.from..window.to).contains(&received) {
                        frames.push(stored.frame(day, std::sync::Arc::clone(&device), offset, entry)?);
                    }
                }
                if frames.len() >= window.most {
                    break;
                }
            }
            Ok(())
        })
    }

    /// From where a device reported on a day: each address with the moment of the first frame from it, oldest first, at most a thousand.
    ///
    /// A change is noted at most once a minute. Addresses are what the network said; no digest covers them.
    ///
    /// # Errors
    ///
    /// [`Fault::Missing`] without such a day, or its file cannot be read.
    pub fn addresses(&self, day: Date, device: &Device) -> Result<Vec<(i64, IpAddr)>, Fault> {
        self.with(day, |open| {
            let mut query = open.db.prepare_cached(
                "SELECT since_ms, address FROM lines JOIN devices ON devices.id = lines.device WHERE protocol = ?1 AND key = ?2 \
                 ORDER BY since_ms LIMIT 1000",
            )?;
            let mut rows = query.query(rusqlite::params![device.protocol.number(), device.key])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let text: String = row.get(1)?;
                found.push((row.get(0)?, text.parse().map_err(Fault::store)?));
            }
            Ok(found)
        })
    }

    /// The frame at a place, from its day's file or from what was pinned; its block's digest must be the place's.
    ///
    /// # Errors
    ///
    /// [`Fault::Missing`] when neither has it, [`Fault::Broken`] when it is not what it was.
    pub fn fetch(&self, place: &Place) -> Result<Frame, Fault> {
        match self.fetch_from_day(place) {
            Err(Fault::Missing) => self.fetch_kept(place),
            other => other,
        }
    }

    fn fetch_from_day(&self, place: &Place) -> Result<Frame, Fault> {
        self.with(place.day, |open| {
            let stored = {
                let mut query =
                    open.db.prepare_cached("SELECT id, from_ms, digest, ix, raw FROM blocks WHERE id = ?1")?;
                let mut rows = query.query([place.block])?;
                Stored::of_row(place.day, rows.next()?.ok_or(Fault::Missing)?)?
            };
            let entry = stored.entry(place)?;
            let device = open.device(entry.device, stored.id)?;
            stored.frame(place.day, device, place.offset, entry)
        })
    }
}

impl Stored {
    /// The index line of a place.
    pub(super) fn entry(&self, place: &Place) -> Result<crate::block::Entry, Fault> {
        if self.digest != place.digest {
            return Err(Fault::Broken { day: place.day, block: place.block });
        }
        let found = self.lines().find(|(offset, entry)| *offset == place.offset && entry.length == place.length);
        found.map(|(_, entry)| entry).ok_or(Fault::Missing)
    }
}
