//! The handle everybody holds.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::readers::{self, Read};
use crate::tx::{Access, Frame, Link, Mode, Tip};
use crate::writer::{self, Job, Waiting};
use crate::{ChainHash, Fault, Root, Schema, Tx};

/// Where a ledger lives.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder with an SQLite database in it.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database (version 12 or newer), which several nodes and several bureaus may share.
    Postgres(String),
}

impl fmt::Debug for Place {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Sqlite(folder) => write!(f, "SQLite in {}", folder.display()),
            Place::Postgres(_) => f.write_str("PostgreSQL"),
        }
    }
}

/// Gives the time, UTC milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A bureau's ledger. Clones are handles to the same one.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) place: Place,
    pub(crate) bureau: Arc<str>,
    pub(crate) clock: Clock,
    pub(crate) schema: Arc<Schema>,
    pub(crate) stopped: Arc<AtomicBool>,
    /// `None` for a past position, which takes no acts.
    pub(crate) jobs: Option<mpsc::Sender<Job>>,
    pub(crate) reads: mpsc::Sender<Read>,
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
}

/// The end of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The position of the last entry; 0 in an empty journal.
    pub position: i64,
    /// When it was recorded, UTC milliseconds.
    pub recorded_at: i64,
    /// Its hash.
    pub hash: ChainHash,
    /// The root of the tree over all entries.
    pub root: Root,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ledger({} on {:?})", self.inner.bureau, self.inner.place)
    }
}

impl Ledger {
    /// Opens the bureau's ledger, creating database, tables and chain where they are not there yet.
    ///
    /// Tables may have been added, columns added to primary tables; projections whose text changed are rebuilt before this returns.
    /// What was created is synced to disk, and the head is compared with the last entry.
    ///
    /// # Errors
    /// [`Fault::Bug`] where the schema does not fit the database or the head does not fit the journal; [`Fault::Unavailable`],
    /// [`Fault::Full`] and [`Fault::ReadOnly`] as the storage says.
    pub fn open(place: Place, bureau: &str, clock: Clock, schema: Schema) -> Result<Ledger, Fault> {
        let schema = Arc::new(schema);
        let bureau: Arc<str> = bureau.into();
        let stopped = Arc::new(AtomicBool::new(false));
        let (jobs, reads, threads) = apart(|| {
            let mut link = Link::open(&place, Access::Write)?;
            crate::open::prepare(&mut link, &bureau, &schema)?;
            let (jobs, writer) = writer::start(link, &bureau, &clock, &schema, &stopped)?;
            let (reads, mut threads) = readers::start(&place, &bureau, &clock, &schema)?;
            threads.push(writer);
            Ok((jobs, reads, threads))
        })?;
        let inner =
            Inner { place, bureau, clock, schema, stopped, jobs: Some(jobs), reads, threads: Mutex::new(threads) };
        Ok(Ledger { inner: Arc::new(inner) })
    }

    /// The bureau whose ledger this is.
    pub fn bureau(&self) -> &str {
        &self.inner.bureau
    }

    /// Whether the outcome of a commit is unknown (or the ledger was closed): every act is refused until the process reopens the
    /// ledger, so the process should end now.
    pub fn stopped(&self) -> bool {
        self.inner.stopped.load(Ordering::Acquire)
    }

    /// Runs an act: all its writes are durable when this answers, or none happened.
    ///
    /// The closure runs on the writer's thread in a savepoint of its own, with the chain taken, so what it reads stays true until its
    /// commit. It may run more than once (only its last run counts), must not wait for anything, and should be short: everybody
    /// waits for it. A fault or panic in it leaves nothing.
    pub async fn act<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (job, answer) = self.job(f);
        self.jobs()?.send(job).await.map_err(|_| Fault::Stopped)?;
        answer.await.unwrap_or(Err(Fault::Stopped))
    }

    /// [`Ledger::act`] for the command line. Must not be called on an asynchronous runtime's thread.
    pub fn act_blocking<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (job, answer) = self.job(f);
        self.jobs()?.blocking_send(job).map_err(|_| Fault::Stopped)?;
        answer.blocking_recv().unwrap_or(Err(Fault::Stopped))
    }

    /// Reads in one consistent view of the database, beside the writer. The database refuses writes.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (read, answer) = Read::new(f);
        self.inner.reads.send(read).await.map_err(|_| Fault::Stopped)?;
        answer.await.unwrap_or(Err(Fault::Stopped))
    }

    /// [`Ledger::read`] for the command line. Must not be called on an asynchronous runtime's thread.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (read, answer) = Read::new(f);
        self.inner.reads.blocking_send(read).map_err(|_| Fault::Stopped)?;
        answer.blocking_recv().unwrap_or(Err(Fault::Stopped))
    }

    /// The end of the journal as last committed.
    pub async fn head(&self) -> Result<Head, Fault> {
        self.read(|tx| {
            let tip = tx.tip()?;
            Ok(Head { position: tip.position, recorded_at: tip.recorded_at, hash: tip.hash, root: tip.frontier.root() })
        })
        .await
    }

    /// Finishes the acts under way and ends the ledger's threads. Other handles answer [`Fault::Stopped`] from then on.
    pub fn close(self) {
        self.inner.stopped.store(true, Ordering::Release);
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(jobs) = &self.inner.jobs {
            writer::close(jobs);
        }
        readers::close(&self.inner.reads, threads.len());
        for thread in threads {
            // A thread that panicked outside an act has been logged by then; there is nothing left to save.
            let _ = thread.join();
        }
    }

    pub(crate) fn jobs(&self) -> Result<&mpsc::Sender<Job>, Fault> {
        let jobs = self.inner.jobs.as_ref().ok_or(Fault::ReadOnly)?;
        if self.stopped() { Err(Fault::Stopped) } else { Ok(jobs) }
    }

    fn job<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> (Job, oneshot::Receiver<Result<T, Fault>>) {
        let (reply, answer) = oneshot::channel();
        (Job::Act(Box::new(Waiting::new(f, reply))), answer)
    }

    /// Runs long work on a connection and a thread of its own, so that it keeps nobody waiting.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Link, &Inner) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        let inner = Arc::clone(&self.inner);
        std::thread::Builder::new()
            .name("ledger-aside".into())
            .spawn(move || {
                let done = Link::open(&inner.place, Access::Read).and_then(|mut link| f(&mut link, &inner));
                // The caller may have gone; then nobody needs the answer.
                let _ = reply.send(done);
            })
            .map_err(Fault::bug)?;
        answer.await.unwrap_or_else(|_| Err(Fault::bug("work beside the ledger panicked")))
    }
}

/// Runs blocking work on a thread of its own: the caller may be on an asynchronous runtime, where a connection to PostgreSQL, which
/// has a runtime of its own, can neither be opened nor dropped.
pub(crate) fn apart<T: Send>(f: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    std::thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|_| Err(Fault::bug("opening the ledger panicked")))
}

/// Runs `f` in one read-only view on this connection.
pub(crate) fn view<T>(
    link: &mut Link,
    bureau: &str,
    clock: &Clock,
    schema: &Schema,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    link.begin(Access::Read)?;
    let mut frame = Frame::new(Mode::Read, Tip::beginning(bureau), clock());
    let done = f(&mut Tx { link, bureau, schema, frame: &mut frame });
    // Nothing was written, so there is nothing to commit.
    link.rollback();
    done
}
