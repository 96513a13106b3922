//! Where reader and writer meet: one batch fills while another is being written.

use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, eventfd};

use crate::Fault;
use crate::block::Block;
use crate::config::Linger;
use crate::devices::Device;

/// No run.
pub(crate) const NONE: u32 = u32::MAX;

/// Answers to one connection that lie together; a list when several belong to one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) slot: u32,
    /// The connection's: a slot may be another connection's by the time of the commit.
    pub(crate) generation: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) next: u32,
    /// Whether no run of the same connection stands before.
    pub(crate) first: bool,
    /// Frames it answers.
    pub(crate) frames: u32,
}

/// A device reports from another address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Its session.
    pub(crate) device: u32,
    pub(crate) since: i64,
    pub(crate) address: IpAddr,
}

/// What is committed together, and the answers it sets free.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Tells a connection whether the run it remembers lies in this batch.
    pub(crate) number: u64,
    /// The blocks in use come first.
    pub(crate) blocks: Vec<Block>,
    pub(crate) used: usize,
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
    pub(crate) answers: Vec<u8>,
    pub(crate) runs: Vec<Run>,
    /// Devices seen for the first time, in the order of their numbers.
    pub(crate) names: Vec<Device>,
    /// Each with a frame of its device in a block.
    pub(crate) lines: Vec<Line>,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.frames == 0 && self.runs.is_empty() && self.names.is_empty()
    }

    /// Bytes waiting.
    pub(crate) fn weight(&self) -> usize {
        self.bytes + self.answers.len()
    }

    /// Keeps a frame.
    pub(crate) fn keep(&mut self, device: u32, now: i64, marks: u16, bytes: &[u8]) {
        if self.used == 0 || !self.blocks[self.used - 1].suits(now) {
            match self.blocks.get_mut(self.used) {
                Some(block) => block.restart(now),
                None => self.blocks.push(Block::new(now)),
            }
            self.used += 1;
        }
        let block = &mut self.blocks[self.used - 1];
        if block.entries.is_empty() {
            block.restart(now);
        }
        block.push(device, now, marks, bytes);
        self.frames += 1;
        self.bytes += bytes.len();
    }

    /// Empties it, with at most so much memory kept as usual load needs.
    pub(crate) fn clear(&mut self) {
        const USUAL: usize = 1 << 20;
        self.used = 0;
        self.blocks.truncate(1);
        for block in &mut self.blocks {
            block.raw.clear();
            block.entries.clear();
            block.raw.shrink_to(USUAL);
            block.entries.shrink_to(USUAL / 32);
        }
        (self.frames, self.bytes) = (0, 0);
        self.answers.clear();
        self.answers.shrink_to(USUAL);
        self.runs.clear();
        self.names.clear();
        self.lines.clear();
    }
}

#[derive(Debug, Default)]
struct Shared {
    open: Batch,
    number: u64,
    done: Vec<Batch>,
    spare: Vec<Batch>,
    closing: bool,
    ended: bool,
    fault: Option<Fault>,
}

/// The desk.
#[derive(Debug)]
pub(crate) struct Desk {
    shared: Mutex<Shared>,
    filled: Condvar,
    wake: OwnedFd,
}

/// The open batch, locked.
pub(crate) struct Open<'a> {
    desk: &'a Desk,
    guard: MutexGuard<'a, Shared>,
    crowd: usize,
    before: (bool, usize),
}

impl Open<'_> {
    pub(crate) fn batch(&mut self) -> &mut Batch {
        &mut self.guard.open
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let (was_empty, frames) = self.before;
        let open = &self.guard.open;
        // Only these two changes end a wait of the writer.
        if (was_empty && !open.is_empty()) || (frames <= self.crowd && open.frames > self.crowd) {
            self.desk.filled.notify_one();
        }
    }
}

impl Desk {
    pub(crate) fn new() -> std::io::Result<Desk> {
        let wake = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        let shared = Shared { number: 1, open: Batch { number: 1, ..Batch::default() }, ..Shared::default() };
        Ok(Desk { shared: Mutex::new(shared), filled: Condvar::new(), wake })
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The descriptor that becomes readable when something was given back.
    pub(crate) fn wake(&self) -> &OwnedFd {
        &self.wake
    }

    /// Wakes the reader.
    pub(crate) fn ring(&self) {
        // Full means that it rings already.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Stops the ringing.
    pub(crate) fn hush(&self) {
        let _ = rustix::io::read(&self.wake, &mut [0_u8; 8]);
    }

    /// The reader fills the open batch.
    pub(crate) fn open(&self, crowd: usize) -> Open<'_> {
        let guard = self.lock();
        let before = (guard.open.is_empty(), guard.open.frames);
        Open { desk: self, guard, crowd, before }
    }

    /// How many bytes wait.
    pub(crate) fn weight(&self) -> usize {
        self.lock().open.weight()
    }

    /// The reader takes what was committed.
    pub(crate) fn take_done(&self, into: &mut Vec<Batch>) {
        into.append(&mut self.lock().done);
    }

    /// The reader returns emptied batches.
    pub(crate) fn give_spare(&self, batches: &mut Vec<Batch>) {
        let mut shared = self.lock();
        shared.spare.append(batches);
        shared.spare.truncate(2);
    }

    /// No more will come; the writer ends after what waits.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.filled.notify_one();
    }

    /// Whether the writer has ended, and why if it was not asked to.
    pub(crate) fn ended(&self) -> (bool, Option<Fault>) {
        let shared = self.lock();
        (shared.ended, shared.fault.clone())
    }

    /// The writer waits for something to write, lingers, and takes it. `None` after `patience` without anything, `Err` at the end.
    pub(crate) fn take(&self, linger: &Linger, last: Instant, patience: Duration) -> Result<Option<Batch>, ()> {
        let mut shared = self.lock();
        let give_up = Instant::now() + patience;
        while shared.open.is_empty() {
            if shared.closing {
                return Err(());
            }
            let left = give_up.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            shared = self.filled.wait_timeout(shared, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let until = last + linger.quiet;
        while shared.open.frames <= linger.crowd && !shared.closing {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            shared = self.filled.wait_timeout(shared, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        if shared.open.frames > linger.crowd && !linger.busy.is_zero() {
            drop(shared);
            std::thread::sleep(linger.busy);
            shared = self.lock();
        }
        shared.number += 1;
        let mut next = shared.spare.pop().unwrap_or_default();
        next.number = shared.number;
        Ok(Some(std::mem::replace(&mut shared.open, next)))
    }

    /// The writer gives back what is durable.
    pub(crate) fn give_back(&self, batch: Batch) {
        self.lock().done.push(batch);
        self.ring();
    }

    /// The writer ends.
    pub(crate) fn end(&self, fault: Option<Fault>) {
        let mut shared = self.lock();
        shared.ended = true;
        shared.fault = fault;
        drop(shared);
        self.ring();
    }
}
