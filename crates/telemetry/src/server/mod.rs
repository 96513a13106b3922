//! The reader's thread: read all, parse all, hand over, write all.

mod accept;
mod answer;
mod hj212;
mod jt808;
mod media;
pub(crate) mod sessions;
pub(crate) mod slots;
mod turn;

use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use offsite::protocols::hj212::profile::Edition;
use offsite::protocols::hj212::segment::Reader;
use offsite::protocols::jt808::frame::{Buffer, Style};
use offsite::protocols::stream::Scan;
use offsite::protocols::{hj212 as p212, jt808 as p808};
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use self::accept::Bound;
use self::media::Uploads;
use self::sessions::{Rules, Sessions};
use self::slots::{At, Conn, Slots};
use self::turn::Turn;
use crate::Fault;
use crate::config::{Config, Listener, Speaks};
use crate::counters::{Count, Counters};
use crate::downlink::{Counter, Requests};
use crate::store::desk::{Batch, Desk};

/// Connections read in one phase, and bytes of each. More in a phase makes bigger commits.
const READS: usize = 1024;
const READ: usize = 2048;
/// The event of the bell; events below it are of listeners, in generation 0.
const BELL: u64 = u32::MAX as u64;

/// What is shared with those who hold the handle.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) desk: Desk,
    pub(crate) counters: Arc<Counters>,
    pub(crate) counter: Counter,
    pub(crate) stop: AtomicBool,
}

/// Bytes of one connection in the arena.
struct Piece {
    at: At,
    from: usize,
    to: usize,
}

/// Readers of both protocols, reused from frame to frame.
#[derive(Default)]
struct Parsers {
    buffer: Buffer,
    reader: Reader,
    body: Vec<u8>,
}

/// The server.
pub(crate) struct Server {
    config: Config,
    shared: Arc<Shared>,
    epoll: OwnedFd,
    listeners: Vec<Bound>,
    slots: Slots,
    sessions: Sessions,
    requests: Requests,
    uploads: Uploads,
    parsers: Parsers,
    arena: Vec<u8>,
    pieces: Vec<Piece>,
    done: Vec<Batch>,
    gather: Vec<u8>,
    started: Instant,
    swept: u32,
}

impl Server {
    /// Takes the addresses.
    pub(crate) fn new(config: Config, shared: Arc<Shared>) -> Result<Server, Fault> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(Fault::line)?;
        epoll::add(&epoll, shared.desk.wake(), EventData::new_u64(BELL), EventFlags::IN).map_err(Fault::line)?;
        let mut listeners = Vec::new();
        for (number, listener) in config.listeners.iter().enumerate() {
            let bound = Bound::bind(listener)?;
            epoll::add(&epoll, &bound.socket, EventData::new_u64(number as u64), EventFlags::IN)
                .map_err(Fault::line)?;
            listeners.push(bound);
        }
        Ok(Server {
            config,
            shared,
            epoll,
            listeners,
            slots: Slots::default(),
            sessions: Sessions::default(),
            requests: Requests::default(),
            uploads: Uploads::default(),
            parsers: Parsers::default(),
            arena: vec![0; READS * READ],
            pieces: Vec::with_capacity(READS),
            done: Vec::new(),
            gather: Vec::new(),
            started: Instant::now(),
            swept: 0,
        })
    }

    /// The addresses taken.
    pub(crate) fn addresses(&self) -> Vec<std::net::SocketAddr> {
        self.listeners.iter().map(|bound| bound.address).collect()
    }

    /// Serves until it is stopped or the store fails; then every connection is closed.
    pub(crate) fn serve(mut self) -> Result<(), Fault> {
        let mut events = Vec::with_capacity(READS);
        loop {
            let wait = if self.requests.is_empty() { 1_000_000_000 } else { 100_000_000 };
            let wait = Timespec { tv_sec: wait / 1_000_000_000, tv_nsec: wait % 1_000_000_000 };
            events.clear();
            match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&wait)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Fault::line(error)),
            }
            if self.shared.stop.load(Ordering::Acquire) {
                return self.finish();
            }
            let second = self.second();
            for event in &events {
                let data = event.data.u64();
                let at = At { slot: data as u32, generation: (data >> 32) as u32 };
                match (at.generation, u64::from(at.slot)) {
                    (0, BELL) => self.shared.desk.hush(),
                    (0, number) => self.accept(number as usize, second),
                    _ => self.ready(at, event.flags, second),
                }
            }
            self.parse();
            self.write_done()?;
            self.pause()?;
            self.ask();
            if second != self.swept {
                self.sweep(second);
            }
        }
    }

    fn second(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    /// A connection can be read, or takes more answers.
    fn ready(&mut self, at: At, flags: EventFlags, second: u32) {
        if flags.contains(EventFlags::OUT) {
            self.go_on_writing(at);
        }
        if !flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR | EventFlags::RDHUP) {
            return;
        }
        if self.pieces.len() == READS {
            self.parse();
        }
        let from = self.pieces.len() * READ;
        let Some(conn) = self.slots.get(at) else { return };
        match (&conn.stream).read(&mut self.arena[from..from + READ]) {
            Ok(0) => self.close(at, Count::ClosedByPeer),
            Ok(count) => {
                conn.seen = second;
                self.pieces.push(Piece { at, from, to: from + count });
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted) => {}
            Err(_) => self.close(at, Count::ClosedByPeer),
        }
    }

    /// Parses all that was read, into the open batch.
    fn parse(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        let mut closing = Vec::new();
        let bytes: usize = pieces.iter().map(|piece| piece.to - piece.from).sum();
        self.shared.counters.add(Count::BytesIn, bytes as u64);
        {
            let mut open = self.shared.desk.open(self.config.linger.crowd);
            let mut turn = Turn {
                batch: open.batch(),
                sessions: &mut self.sessions,
                requests: &mut self.requests,
                uploads: &mut self.uploads,
                counters: &self.shared.counters,
                rules: Rules {
                    limits: &self.config.limits,
                    register: &*self.config.devices,
                    version: self.config.devices.version(),
                },
                now: (self.config.clock)(),
                body: &mut self.parsers.body,
            };
            let (buffer, reader) = (&mut self.parsers.buffer, &mut self.parsers.reader);
            for piece in pieces.drain(..) {
                let Some(conn) = self.slots.get(piece.at) else { continue };
                let listener = &self.config.listeners[usize::from(conn.listener)];
                let read = &self.arena[piece.from..piece.to];
                let held = conn.take_part();
                let reason = if held.is_empty() {
                    let (used, reason) = walk(&mut turn, conn, piece.at, listener, buffer, reader, read);
                    conn.hold(read[used..].to_vec());
                    reason
                } else {
                    let mut held = held;
                    held.extend_from_slice(read);
                    let (used, reason) = walk(&mut turn, conn, piece.at, listener, buffer, reader, &held);
                    held.drain(..used);
                    conn.hold(held);
                    reason
                };
                closing.extend(reason.map(|reason| (piece.at, reason)));
            }
        }
        self.pieces = pieces;
        for (at, reason) in closing {
            self.close(at, reason);
        }
    }

    /// Reads nothing while too much waits for the commit; the senders' windows fill, and they wait.
    fn pause(&mut self) -> Result<(), Fault> {
        if self.shared.desk.weight() <= self.config.limits.open {
            return Ok(());
        }
        self.shared.counters.add(Count::Paused, 1);
        while self.shared.desk.weight() > self.config.limits.open && !self.shared.stop.load(Ordering::Acquire) {
            self.await_bell()?;
            self.write_done()?;
        }
        Ok(())
    }

    fn await_bell(&self) -> Result<(), Fault> {
        let wait = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        let mut fds = [PollFd::from_borrowed_fd(self.shared.desk.wake().as_fd(), PollFlags::IN)];
        match poll(&mut fds, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Fault::line(error)),
        }
        self.shared.desk.hush();
        Ok(())
    }

    /// New requests, and those due again.
    fn ask(&mut self) {
        let Server { requests, sessions, slots, config, shared, .. } = self;
        requests.take_up(&shared.counter, (config.clock)(), config.limits.requests, |device| {
            let number = sessions.find(device)?;
            let at = sessions.get(number)?.at;
            let conn = slots.get(at)?;
            let serial = conn.next_serial();
            Some(match &config.listeners[usize::from(conn.listener)].speaks {
                Speaks::Hj212(profile) => (number, serial, Style::Standard, profile.edition),
                Speaks::Jt808(profile) => (number, serial, profile.style, Edition::E2017),
            })
        });
        if self.requests.is_empty() {
            return;
        }
        let mut requests = std::mem::take(&mut self.requests);
        let shared = Arc::clone(&self.shared);
        let wait = self.config.limits.answer;
        let (sent, given_up) = requests.send_due(&shared.counter, wait, |session, bytes| {
            let Some(at) = self.sessions.get(session).map(|session| session.at) else { return false };
            self.send(at, bytes)
        });
        shared.counters.add(Count::RequestsSent, sent);
        shared.counters.add(Count::RequestsTimedOut, given_up);
        self.requests = requests;
    }

    /// Once a second.
    fn sweep(&mut self, second: u32) {
        self.swept = second;
        self.resume_accepting();
        let idle = u32::try_from(self.config.limits.idle.as_secs()).unwrap_or(u32::MAX);
        for at in self.slots.silent(second.saturating_sub(idle), READS) {
            self.close(at, Count::ClosedIdle);
        }
    }

    fn close(&mut self, at: At, reason: Count) {
        if let Some(conn) = self.slots.remove(at) {
            self.shared.counters.add(reason, 1);
            self.shared.counters.set(Count::Connections, self.slots.len() as u64);
            if matches!(reason, Count::ClosedJunk | Count::ClosedMalformed | Count::ClosedStorm | Count::ClosedUnread) {
                let device = self.sessions.get(conn.session).map(|session| session.device.to_string());
                let peer = conn.stream.peer_addr().ok();
                tracing::info!(?peer, ?device, reason = reason.name(), "a device's connection was closed");
            }
        }
    }

    /// Stops taking, lets the writer finish, and sends what it set free.
    fn finish(mut self) -> Result<(), Fault> {
        self.listeners.clear();
        self.shared.desk.close();
        loop {
            let (ended, fault) = self.shared.desk.ended();
            self.write_done()?;
            if ended {
                return fault.map_or(Ok(()), Err);
            }
            self.await_bell()?;
        }
    }
}

/// Cuts frames and takes them; says how many bytes are dealt with, and why the connection is to be closed, if it is.
fn walk(
    turn: &mut Turn<'_>,
    conn: &mut Conn,
    at: At,
    listener: &Listener,
    buffer: &mut Buffer,
    reader: &mut Reader,
    bytes: &[u8],
) -> (usize, Option<Count>) {
    let mut done = 0;
    while done < bytes.len() {
        let rest = &bytes[done..];
        let Scan { used, junk, frame } = match &listener.speaks {
            Speaks::Hj212(profile) => p212::frame::scan(rest, &profile.limits),
            Speaks::Jt808(profile) => p808::frame::scan(rest, profile.style, profile.shared_delimiter),
        };
        if junk > 0 {
            turn.counters.add(Count::Junk, junk as u64);
            conn.junk = conn.junk.saturating_add(u32::try_from(junk).unwrap_or(u32::MAX));
            if conn.junk > turn.rules.limits.junk {
                return (bytes.len(), Some(Count::ClosedJunk));
            }
        }
        if let Some(range) = frame {
            turn.count(Count::Frames);
            let frame = &rest[range];
            let reason = match &listener.speaks {
                Speaks::Hj212(profile) => hj212::take(turn, conn, at, listener, profile, reader, frame),
                Speaks::Jt808(profile) => jt808::take(turn, conn, at, listener, profile, buffer, frame),
            };
            if reason.is_some() {
                return (bytes.len(), reason);
            }
        }
        if used == 0 {
            break;
        }
        done += used;
    }
    (done, None)
}
