//! Answers leave: one write for each connection of a committed batch.

use std::io::Write as _;

use rustix::event::epoll::{self, EventData, EventFlags};

use super::Server;
use super::slots::At;
use crate::Fault;
use crate::counters::Count;
use crate::store::desk::NONE;

impl Server {
    /// Sends what committed batches set free.
    pub(super) fn write_done(&mut self) -> Result<(), Fault> {
        let mut done = std::mem::take(&mut self.done);
        self.shared.desk.take_done(&mut done);
        let mut gather = std::mem::take(&mut self.gather);
        for batch in &mut done {
            let (mut answered, mut dropped) = (0_u64, 0_u64);
            for run in batch.runs.iter().filter(|run| run.first) {
                let at = At { slot: run.slot, generation: run.generation };
                let mut frames = u64::from(run.frames);
                let sent = if run.next == NONE {
                    self.send(at, &batch.answers[run.from as usize..run.to as usize])
                } else {
                    gather.clear();
                    gather.extend_from_slice(&batch.answers[run.from as usize..run.to as usize]);
                    let mut next = run.next;
                    while let Some(run) = batch.runs.get(next as usize) {
                        gather.extend_from_slice(&batch.answers[run.from as usize..run.to as usize]);
                        frames += u64::from(run.frames);
                        next = run.next;
                    }
                    self.send(at, &gather)
                };
                if sent {
                    answered += frames;
                } else {
                    dropped += frames;
                }
            }
            self.shared.counters.add(Count::Answered, answered);
            self.shared.counters.add(Count::AnswersDropped, dropped);
            batch.clear();
        }
        self.gather = gather;
        if !done.is_empty() {
            self.shared.desk.give_spare(&mut done);
            done.clear();
        }
        self.done = done;
        match self.shared.desk.ended() {
            (true, Some(fault)) => Err(fault),
            _ => Ok(()),
        }
    }

    /// Sends to a connection, or keeps what it does not take now; `false` when it is gone.
    pub(super) fn send(&mut self, at: At, bytes: &[u8]) -> bool {
        let most = self.config.limits.unread;
        let Some(conn) = self.slots.get(at) else { return false };
        if conn.unread() > 0 {
            if conn.unread() + bytes.len() > most {
                self.close(at, Count::ClosedUnread);
                return false;
            }
            conn.extra.get_or_insert_default().out.extend_from_slice(bytes);
            return true;
        }
        let sent = match (&conn.stream).write(bytes) {
            Ok(sent) => sent,
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted) => 0,
            Err(_) => {
                self.close(at, Count::ClosedByPeer);
                return false;
            }
        };
        if sent < bytes.len() {
            conn.extra.get_or_insert_default().out.extend_from_slice(&bytes[sent..]);
            self.shared.counters.add(Count::ShortWrites, 1);
            // Until it has read its answers, nothing more is read from it.
            self.want(at, EventFlags::OUT);
        }
        true
    }

    /// A connection takes more.
    pub(super) fn go_on_writing(&mut self, at: At) {
        let Some(conn) = self.slots.get(at) else { return };
        let Some(extra) = conn.extra.as_mut() else { return };
        match (&conn.stream).write(&extra.out) {
            Ok(sent) => {
                extra.out.drain(..sent);
                if extra.out.is_empty() {
                    if extra.part.is_empty() {
                        conn.extra = None;
                    }
                    self.want(at, EventFlags::IN);
                }
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted) => {}
            Err(_) => self.close(at, Count::ClosedByPeer),
        }
    }

    fn want(&mut self, at: At, flags: EventFlags) {
        let data = EventData::new_u64(u64::from(at.generation) << 32 | u64::from(at.slot));
        let wanted =
            self.slots.get(at).is_some_and(|conn| epoll::modify(&self.epoll, &conn.stream, data, flags).is_ok());
        if !wanted {
            self.close(at, Count::ClosedByPeer);
        }
    }
}
