//! Many terminals at once, for measuring: their own loop, frames by the protocol's own writer, every answer matched.

mod histogram;
mod terminal;

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};

use self::histogram::Histogram;
use self::terminal::Terminal;
pub use self::terminal::{phone, position};
use crate::Fault;

/// What to send.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where.
    pub address: SocketAddr,
    /// How many terminals, each on its own connection.
    pub connections: u32,
    /// The number of the first terminal.
    pub first: u32,
    /// Positions in flight for each connection; with a pace, the most.
    pub window: usize,
    /// Frames a second of all together; `None` for as many as are answered.
    pub pace: Option<u32>,
    /// Not measured.
    pub warm_up: Duration,
    /// Measured.
    pub measure: Duration,
}

/// What came back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Answers in the time measured.
    pub answered: u64,
    /// Seconds measured.
    pub seconds: f64,
    /// Milliseconds from sending (with a pace: from when it was to be sent) to the answer: half of them, 99 and 99.9 of a hundred, the longest.
    pub p50: f64,
    /// See [`Report::p50`].
    pub p99: f64,
    /// See [`Report::p50`].
    pub p999: f64,
    /// See [`Report::p50`].
    pub longest: f64,
    /// Answers that fit no frame sent, over the whole time.
    pub wrong: u64,
    /// Connections lost.
    pub lost: u64,
}

impl Report {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.answered as f64 / self.seconds } else { 0.0 }
    }
}

/// Connects all terminals, one after another.
///
/// # Errors
///
/// A connection is refused.
pub fn connect(address: SocketAddr, first: u32, count: u32) -> Result<Vec<TcpStream>, Fault> {
    (first..first.saturating_add(count))
        .map(|_| {
            let stream = TcpStream::connect(address).map_err(Fault::line)?;
            stream.set_nodelay(true).map_err(Fault::line)?;
            stream.set_nonblocking(true).map_err(Fault::line)?;
            Ok(stream)
        })
        .collect()
}

/// Connects, warms up, measures, and hangs up.
///
/// # Errors
///
/// A connection is refused, or the loop fails.
pub fn run(plan: &Plan) -> Result<Report, Fault> {
    let streams = connect(plan.address, plan.first, plan.connections)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(Fault::line)?;
    let mut terminals = Vec::with_capacity(streams.len());
    for (number, stream) in (plan.first..).zip(streams) {
        let data = EventData::new_u64(terminals.len() as u64);
        epoll::add(&epoll, &stream, data, EventFlags::IN).map_err(Fault::line)?;
        terminals.push(Terminal::new(stream, number));
    }
    let begun = Instant::now();
    let mut run =
        Run { plan, terminals, begun, from: plan.warm_up, report: Report::default(), histogram: Histogram::default() };
    if plan.pace.is_none() {
        for at in 0..run.terminals.len() {
            run.fill(at, begun.elapsed());
        }
    }
    let end = plan.warm_up + plan.measure;
    let mut events = Vec::with_capacity(1024);
    let (mut sent, mut turn) = (0_u64, 0_usize);
    loop {
        let now = begun.elapsed();
        if now >= end {
            break;
        }
        if let Some(pace) = plan.pace {
            let gap = Duration::from_nanos(1_000_000_000 / u64::from(pace.max(1)));
            // As many as should have been sent by now, each with the moment at which it should have been.
            let due = (now.as_nanos() * u128::from(pace) / 1_000_000_000) as u64;
            while sent < due {
                let at = turn % run.terminals.len();
                let when = gap.saturating_mul(u32::try_from(sent).unwrap_or(u32::MAX));
                run.send(at, when);
                turn += 1;
                sent += 1;
            }
        }
        let wait = Timespec { tv_sec: 0, tv_nsec: if plan.pace.is_some() { 500_000 } else { 10_000_000 } };
        events.clear();
        match epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Fault::line(error)),
        }
        for event in &events {
            run.read(event.data.u64() as usize);
        }
    }
    let [p50, p99, p999, longest] = run.histogram.milliseconds();
    Ok(Report { seconds: plan.measure.as_secs_f64(), p50, p99, p999, longest, ..run.report })
}

struct Run<'a> {
    plan: &'a Plan,
    terminals: Vec<Terminal>,
    begun: Instant,
    from: Duration,
    report: Report,
    histogram: Histogram,
}

impl Run<'_> {
    /// One more frame of a terminal, due at `when`.
    fn send(&mut self, at: usize, when: Duration) {
        let terminal = &mut self.terminals[at];
        if terminal.in_flight() < self.plan.window && !terminal.send(&[when]) {
            self.report.lost += 1;
        }
    }

    /// As many frames of a terminal as its window takes.
    fn fill(&mut self, at: usize, now: Duration) {
        let terminal = &mut self.terminals[at];
        let count = self.plan.window.saturating_sub(terminal.in_flight());
        if count > 0 && !terminal.send(&vec![now; count]) {
            self.report.lost += 1;
        }
    }

    fn read(&mut self, at: usize) {
        let Some(terminal) = self.terminals.get_mut(at) else { return };
        let now = self.begun.elapsed();
        let (from, report, histogram) = (self.from, &mut self.report, &mut self.histogram);
        let alive = terminal.read(|sent| match sent {
            Some(sent) if now >= from => {
                report.answered += 1;
                histogram.add(now.saturating_sub(sent));
            }
            Some(_) => {}
            None => report.wrong += 1,
        });
        if !alive {
            self.report.lost += 1;
        } else if self.plan.pace.is_none() {
            self.fill(at, now);
        }
    }
}
