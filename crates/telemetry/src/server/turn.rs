//! What parsing one frame may touch.

use super::media::Uploads;
use super::sessions::Sessions;
use super::slots::{At, Conn};
use crate::config::Limits;
use crate::counters::{Count, Counters};
use crate::devices::Devices;
use crate::downlink::Requests;
use crate::store::desk::{Batch, NONE, Run};

/// One round of parsing, with the open batch in hand.
pub(crate) struct Turn<'a> {
    pub(crate) batch: &'a mut Batch,
    pub(crate) sessions: &'a mut Sessions,
    pub(crate) requests: &'a mut Requests,
    pub(crate) uploads: &'a mut Uploads,
    pub(crate) counters: &'a Counters,
    pub(crate) limits: &'a Limits,
    pub(crate) devices: &'a dyn Devices,
    /// The register's version.
    pub(crate) version: u64,
    pub(crate) now: i64,
    /// Room for one body.
    pub(crate) body: &'a mut Vec<u8>,
}

impl Turn<'_> {
    pub(crate) fn count(&self, count: Count) {
        self.counters.add(count, 1);
    }

    /// Appends an answer to a connection; it leaves after the commit.
    pub(crate) fn answer(&mut self, conn: &mut Conn, at: At, write: impl FnOnce(&mut Vec<u8>)) {
        let from = self.batch.answers.len() as u32;
        write(&mut self.batch.answers);
        let to = self.batch.answers.len() as u32;
        let newest = self.batch.runs.len() as u32;
        let known = conn.batch == self.batch.number && conn.run != NONE;
        if known && let Some(last) = self.batch.runs.get_mut(conn.run as usize) {
            if last.to == from {
                last.to = to;
                last.frames += 1;
                return;
            }
            last.next = newest;
        }
        let At { slot, generation } = at;
        self.batch.runs.push(Run { slot, generation, from, to, next: NONE, first: !known, frames: 1 });
        conn.batch = self.batch.number;
        conn.run = newest;
    }
}
