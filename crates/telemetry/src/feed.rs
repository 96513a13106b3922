//! Reading on as frames become durable.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::archive::{Archive, Frame};
use crate::{Cursor, Fault};

/// The newest durable block, and a bell for those who wait for a newer one.
#[derive(Debug)]
pub(crate) struct Latest {
    cursor: Mutex<Cursor>,
    newer: Condvar,
}

impl Latest {
    pub(crate) fn new(cursor: Cursor) -> Latest {
        Latest { cursor: Mutex::new(cursor), newer: Condvar::new() }
    }

    pub(crate) fn set(&self, cursor: Cursor) {
        *self.cursor.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
        self.newer.notify_all();
    }

    pub(crate) fn get(&self) -> Cursor {
        *self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, after: Cursor, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        while *cursor <= after {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            cursor = self.newer.wait_timeout(cursor, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// Every durable frame once, in order, from a cursor on. It may be as slow as it likes: it reads from the day files.
///
/// Whoever keeps [`Feed::cursor`] with what came of the frames before it can go on there after a restart.
#[derive(Debug)]
pub struct Feed {
    archive: Archive,
    latest: Arc<Latest>,
    cursor: Cursor,
}

impl Feed {
    pub(crate) fn new(archive: Archive, latest: Arc<Latest>, cursor: Cursor) -> Feed {
        Feed { archive, latest, cursor }
    }

    /// Everything before and at this place was given out.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The next frames: whole blocks until there are `most` frames; none when nothing came within `patience`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a block whose digest differs; the cursor stays before it.
    pub fn next(&mut self, most: usize, patience: Duration) -> Result<Vec<Frame>, Fault> {
        if !self.latest.wait(self.cursor, patience) {
            return Ok(Vec::new());
        }
        let seen = self.latest.get();
        let (frames, cursor) = self.archive.after(self.cursor, most)?;
        // Nothing left: all up to what was durable before has been given out, also where no file is any more.
        self.cursor = if frames.is_empty() { cursor.max(seen) } else { cursor };
        Ok(frames)
    }
}
