//! Starting the server, and what its owner can do with it.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::archive::Archive;
use crate::config::Config;
use crate::counters::Counters;
use crate::day::day_of;
use crate::downlink::{Counter, Outcome, Request};
use crate::feed::{Feed, Latest};
use crate::server::{Server, Shared};
use crate::store::days::Days;
use crate::store::desk::Desk;
use crate::store::writer;
use crate::{Cursor, Fault};

/// How often closed batches are handed over, and how many of these turns pass between two looks at old days.
const KEEPER: Duration = Duration::from_secs(1);
const RETAIN_EVERY: u32 = 3600;
/// A thread that panics must not look as if it were still serving.
const BUG: &str = "程序内部错误，已停止";

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Handle {
    shared: Arc<Shared>,
    archive: Archive,
    latest: Arc<Latest>,
    addresses: Vec<SocketAddr>,
    requests: usize,
    threads: Vec<JoinHandle<()>>,
    outcome: Arc<Mutex<Option<Result<(), Fault>>>>,
}

/// Starts the threads: one reads and answers, one writes, one hands batches over and lets old days go.
///
/// # Errors
///
/// An address is taken, the folder cannot be written, or a day file is of another format.
pub fn start(config: Config) -> Result<Handle, Fault> {
    let today = day_of((config.clock)());
    let days = Days::open(&config.folder, today, config.batch)?;
    let latest = Arc::new(Latest::new(days.latest()));
    let archive = Archive::new(&config.folder);
    let shared = Arc::new(Shared {
        desk: Desk::new().map_err(Fault::line)?,
        counters: Arc::new(Counters::default()),
        counter: Counter::default(),
        stop: AtomicBool::new(false),
    });
    let server = Server::new(config.clone(), Arc::clone(&shared))?;
    let addresses = server.addresses();
    let outcome = Arc::new(Mutex::new(None));
    let requests = config.limits.requests;
    let mut threads = Vec::new();
    threads.push({
        let (shared, latest, config) = (Arc::clone(&shared), Arc::clone(&latest), config.clone());
        spawn("frames-write", move || {
            let Config { linger, clock, .. } = &config;
            let sink = Box::new(days);
            let write = || writer::write(&shared.desk, sink, *linger, clock, &latest, &shared.counters);
            if catch_unwind(AssertUnwindSafe(write)).is_err() {
                shared.desk.end(Some(Fault::Store(BUG.into())));
            }
        })?
    });
    threads.push({
        let (outcome, closing) = (Arc::clone(&outcome), Arc::clone(&shared));
        spawn("frames-serve", move || {
            let served = catch_unwind(AssertUnwindSafe(|| server.serve()));
            let ended = served.unwrap_or_else(|_| Err(Fault::Line(BUG.into())));
            if let Err(fault) = &ended {
                tracing::error!(%fault, "the server of devices has stopped");
            }
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
            // However it ended, the writer ends after what waits.
            closing.desk.close();
        })?
    });
    threads.push({
        let (shared, archive) = (Arc::clone(&shared), archive.clone());
        spawn("frames-keep", move || keep(&config, &shared, &archive))?
    });
    Ok(Handle { shared, archive, latest, addresses, requests, threads, outcome })
}

/// Serves until it fails: what a service calls.
///
/// # Errors
///
/// As [`start`], and why it stopped.
pub fn run(config: Config) -> Result<(), Fault> {
    start(config)?.wait()
}

fn spawn(name: &str, act: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    std::thread::Builder::new().name(name.into()).spawn(act).map_err(Fault::line)
}

/// Hands batches to the journal and deletes what is over.
fn keep(config: &Config, shared: &Shared, archive: &Archive) {
    let mut turn = 0_u32;
    while !shared.stop.load(Ordering::Acquire) {
        if let Some(witness) = &config.witness
            && let Err(fault) = archive.hand_over(&**witness)
        {
            tracing::warn!(%fault, "batches wait for the journal");
        }
        if turn.is_multiple_of(RETAIN_EVERY)
            && let Some(days) = config.keep_days
        {
            match archive.retain(day_of((config.clock)()), days, config.witness.is_some()) {
                Ok(retained) if retained.waiting.is_empty() => {}
                Ok(retained) => tracing::warn!(days = ?retained.waiting, "old days wait for the journal"),
                Err(fault) => tracing::warn!(%fault, "old days stay"),
            }
        }
        turn = turn.wrapping_add(1);
        std::thread::park_timeout(KEEPER);
    }
}

impl Handle {
    /// The addresses, in the order of the listeners.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What happened so far.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// What is kept.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Every frame after a cursor, as it becomes durable.
    pub fn feed(&self, cursor: Cursor) -> Feed {
        Feed::new(self.archive.clone(), Arc::clone(&self.latest), cursor)
    }

    /// Where the newest durable block lies.
    pub fn latest(&self) -> Cursor {
        self.latest.get()
    }

    /// Sends a request to a device; its number comes back with its outcome.
    pub fn ask(&self, request: Request) -> u64 {
        let number = self.shared.counter.ask(request, self.requests);
        self.shared.desk.ring();
        number
    }

    /// The requests that ended since this was last called.
    pub fn outcomes(&self) -> Vec<(u64, Outcome)> {
        self.shared.counter.outcomes()
    }

    /// Whether it still serves.
    pub fn is_serving(&self) -> bool {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Waits until it stops by itself.
    ///
    /// # Errors
    ///
    /// Why it stopped.
    pub fn wait(mut self) -> Result<(), Fault> {
        if self.threads.len() > 1 {
            let _ = self.threads.remove(1).join();
        }
        self.end()
    }

    /// Stops taking, commits what waits, answers it, and closes.
    ///
    /// # Errors
    ///
    /// Why it had stopped already.
    pub fn stop(mut self) -> Result<(), Fault> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.shared.stop.store(true, Ordering::Release);
        self.shared.desk.ring();
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(Ok(()))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
