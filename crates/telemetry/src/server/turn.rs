//! What parsing one frame may touch.

use offsite::protocols::jt808::head::Phone;

use super::media::Uploads;
use super::sessions::{Refusal, Rules, Sessions};
use super::slots::{At, Conn};
use crate::config::Unknown;
use crate::counters::{Count, Counters};
use crate::devices::Device;
use crate::downlink::Requests;
use crate::store::desk::{Batch, Line, NONE, Run};

/// One round of parsing, with the open batch in hand.
pub(crate) struct Turn<'a> {
    pub(crate) batch: &'a mut Batch,
    pub(crate) sessions: &'a mut Sessions,
    pub(crate) requests: &'a mut Requests,
    pub(crate) uploads: &'a mut Uploads,
    pub(crate) counters: &'a Counters,
    pub(crate) rules: Rules<'a>,
    pub(crate) now: i64,
    /// Room for one body.
    pub(crate) body: &'a mut Vec<u8>,
}

impl Turn<'_> {
    pub(crate) fn count(&self, count: Count) {
        self.counters.add(count, 1);
    }

    /// Decides about a frame: the number of its device and its marks, or why it is not taken, which is counted.
    ///
    /// `known` is the device's number if it was seen before; else `name` says who it is.
    pub(crate) fn admit(
        &mut self,
        known: Option<u32>,
        at: At,
        policy: Unknown,
        name: impl FnOnce() -> (Device, Option<Phone>),
    ) -> Result<(u32, u16), Refusal> {
        let number = match known {
            Some(number) => Ok(number),
            None => {
                let (device, phone) = name();
                let added = self.sessions.add(&device, phone, at, self.rules, policy);
                if added.is_ok() {
                    self.batch.names.push(device);
                }
                added
            }
        };
        let admitted =
            number.and_then(|number| Ok((number, self.sessions.admit(number, self.now, self.rules, policy)?)));
        match admitted {
            Ok((_, 0)) => {}
            Ok(_) => self.count(Count::UnknownMarked),
            Err(refusal) => self.count(refusal.count()),
        }
        admitted
    }

    /// Keeps a frame, and where its device reports from when that is new.
    pub(crate) fn keep(&mut self, conn: &Conn, at: At, number: u32, marks: u16, bytes: &[u8]) {
        if let Some(session) = self.sessions.get(number)
            && session.is_elsewhere(at, self.now)
            && let Ok(peer) = conn.stream.peer_addr()
            && session.note(at, self.now, peer.ip())
        {
            self.batch.lines.push(Line { device: number, since: self.now, address: peer.ip() });
        }
        self.batch.keep(number, self.now, marks, bytes);
    }

    /// Whether the connection is to be closed for one more malformed frame.
    pub(crate) fn malformed(&self, conn: &mut Conn) -> Option<Count> {
        self.count(Count::Malformed);
        conn.malformed = conn.malformed.saturating_add(1);
        (conn.malformed >= self.rules.limits.malformed).then_some(Count::ClosedMalformed)
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
