//! Blocks kept in SQLite, a file for each day.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::Sink;
use super::day_file::DayFile;
use super::desk::Line;
use crate::Fault;
use crate::block::Block;
use crate::day::{Cursor, day_of, day_of_file};
use crate::devices::Device;

/// The days of a folder, from the oldest.
pub(crate) fn days_in(folder: &Path) -> Result<Vec<Date>, Fault> {
    let mut days = Vec::new();
    for file in std::fs::read_dir(folder).map_err(Fault::store)? {
        let name = file.map_err(Fault::store)?.file_name();
        days.extend(name.to_str().and_then(day_of_file));
    }
    days.sort();
    Ok(days)
}

/// The folder's writer. It never goes back to an earlier day: were the clock set back over midnight, frames go on into the later file, so
/// that a reader who left a day has missed nothing.
pub(crate) struct Days {
    folder: PathBuf,
    open: Option<DayFile>,
    newest: Date,
    batch: (u64, i64),
}

impl Days {
    /// Opens the folder; loose blocks of days that are over become batches, the newest day goes on where it stopped.
    pub(crate) fn open(folder: &Path, today: Date, batch: (u64, i64)) -> Result<Days, Fault> {
        std::fs::create_dir_all(folder).map_err(Fault::store)?;
        let days = days_in(folder)?;
        let newest = days.last().copied().unwrap_or(today).max(today);
        for day in days.iter().filter(|day| **day < newest) {
            // A damaged day is a matter for whoever verifies; devices are received all the same.
            if let Err(fault) = DayFile::open(folder, *day).and_then(|mut file| close(&mut file)) {
                tracing::error!(%day, %fault, "a day that is over cannot be closed");
            }
        }
        let open = if days.contains(&newest) { Some(DayFile::open(folder, newest)?) } else { None };
        Ok(Days { folder: folder.to_owned(), open, newest, batch })
    }

    /// Where the newest block lies.
    pub(crate) fn latest(&self) -> Cursor {
        self.open.as_ref().map_or(Cursor::before(self.newest), |file| Cursor { day: file.day, block: file.last() })
    }

    fn file(&mut self, day: Date) -> Result<&mut DayFile, Fault> {
        self.newest = self.newest.max(day);
        let newest = self.newest;
        if self.open.as_ref().is_some_and(|file| file.day != newest) {
            self.open.iter_mut().try_for_each(close)?;
            self.open = None;
        }
        if self.open.is_none() {
            self.open = Some(DayFile::open(&self.folder, newest)?);
        }
        self.open.as_mut().ok_or(Fault::Missing)
    }
}

fn close(file: &mut DayFile) -> Result<(), Fault> {
    if file.has_loose() {
        file.begin()?;
        file.close_batch()?;
        file.commit()?;
    }
    Ok(())
}

impl Sink for Days {
    fn write(&mut self, blocks: &[Block], names: &[Device], lines: &[Line]) -> Result<(Option<Cursor>, u64), Fault> {
        let mut commits = 0;
        let limits = self.batch;
        let newest = self.newest;
        // One commit for all blocks of one day; more than one day only at midnight.
        for group in blocks.chunk_by(|a, b| a.day.max(newest) == b.day.max(newest)) {
            let day = group[0].day.max(newest);
            let file = self.file(day)?;
            file.begin()?;
            for block in group {
                file.insert(block, names)?;
            }
            for line in lines.iter().filter(|line| day_of(line.since).max(newest) == day) {
                file.line(line, names)?;
            }
            if file.is_due(group[group.len() - 1].to, limits) {
                file.close_batch()?;
            }
            file.commit()?;
            commits += 1;
        }
        Ok((self.open.as_ref().map(|file| Cursor { day: file.day, block: file.last() }), commits))
    }

    fn tick(&mut self, now: i64) -> Result<(), Fault> {
        let limits = self.batch;
        match &mut self.open {
            Some(file) if file.is_due(now, limits) => close(file),
            _ => Ok(()),
        }
    }
}
