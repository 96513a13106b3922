//! The writer: one thread that puts waiting acts into one transaction.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::tx::{Access, Frame, Link, Mode, Tip, Tx};
use crate::{Clock, Fault, Schema};

/// Acts that may wait before further callers wait to be let in.
const WAITING_MAX: usize = 1024;
/// Acts in one transaction: bounds what a crash can leave unanswered and how long the first of them waits for the last.
const BATCH_MAX: usize = 256;

pub(crate) enum Job {
    Act(Box<dyn Act>),
    /// Work that needs the writer's connection to itself.
    Alone(Box<dyn FnOnce(&mut Writer) + Send>),
    Close,
}

/// An act waiting to be run, without its types.
pub(crate) trait Act: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault>;
    fn answer(self: Box<Self>, outcome: Result<(), Fault>);
}

pub(crate) struct Waiting<T, F> {
    f: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Waiting<T, F> {
    pub(crate) fn new(f: F, reply: oneshot::Sender<Result<T, Fault>>) -> Self {
        Waiting { f, value: None, reply }
    }
}

impl<T: Send, F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send> Act for Waiting<T, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.value = None;
        self.value = Some((self.f)(tx)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Fault>) {
        let Waiting { value, reply, .. } = *self;
        let answer = outcome.and_then(|()| value.ok_or_else(|| Fault::bug("the act gave no value")));
        // The caller may have gone; what was recorded stays recorded.
        let _ = reply.send(answer);
    }
}

pub(crate) struct Writer {
    pub(crate) link: Link,
    pub(crate) bureau: Arc<str>,
    pub(crate) clock: Clock,
    pub(crate) schema: Arc<Schema>,
    stopped: Arc<AtomicBool>,
    frame: Frame,
}

pub(crate) fn start(
    link: Link,
    bureau: &Arc<str>,
    clock: &Clock,
    schema: &Arc<Schema>,
    stopped: &Arc<AtomicBool>,
) -> Result<(mpsc::Sender<Job>, JoinHandle<()>), Fault> {
    let (send, receive) = mpsc::channel(WAITING_MAX);
    let mut writer = Writer {
        link,
        bureau: Arc::clone(bureau),
        clock: Arc::clone(clock),
        schema: Arc::clone(schema),
        stopped: Arc::clone(stopped),
        frame: Frame::new(Mode::Act, Tip::beginning(bureau), 0),
    };
    let thread = std::thread::Builder::new()
        .name("ledger-write".into())
        .spawn(move || writer.work(receive))
        .map_err(Fault::bug)?;
    Ok((send, thread))
}

/// Tells the writer to stop after what waits before.
pub(crate) fn close(jobs: &mpsc::Sender<Job>) {
    let mut stop = Job::Close;
    // Called from synchronous code that may run on a runtime's thread, where waiting is not allowed.
    while let Err(mpsc::error::TrySendError::Full(back)) = jobs.try_send(stop) {
        stop = back;
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// Why a batch did not come about.
enum Spoiled {
    /// One of several acts made the transaction fail, and it is not known which: run them one by one.
    ByOne,
    /// The storage; nothing was recorded for anybody.
    ByStorage(Fault),
}

impl Spoiled {
    /// A statement that failed somewhere in the batch, unless the storage itself did.
    fn by(fault: Fault, alone: bool) -> Spoiled {
        match fault {
            Fault::Bug(_) if !alone => Spoiled::ByOne,
            other => Spoiled::ByStorage(other),
        }
    }
}

impl From<Fault> for Spoiled {
    fn from(fault: Fault) -> Self {
        Spoiled::ByStorage(fault)
    }
}

type Acts = Vec<Box<dyn Act>>;

impl Writer {
    fn work(&mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| jobs.blocking_recv()) {
            match job {
                Job::Act(act) => {
                    let mut acts = vec![act];
                    while acts.len() < BATCH_MAX {
                        match jobs.try_recv() {
                            Ok(Job::Act(act)) => acts.push(act),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.batch(acts);
                    self.link.rest();
                }
                Job::Alone(work) => {
                    work(self);
                    self.frame.versions.forget();
                    self.frame.folds.forget();
                    self.link.rest();
                }
                Job::Close => return,
            }
        }
    }

    /// Answers every act, after the commit.
    fn batch(&mut self, mut acts: Acts) {
        match self.together(&mut acts) {
            Ok(outcomes) => {
                for (act, outcome) in acts.into_iter().zip(outcomes) {
                    act.answer(outcome);
                }
            }
            Err(Spoiled::ByStorage(fault)) => self.refuse(acts, &fault),
            Err(Spoiled::ByOne) => {
                for act in acts {
                    let mut one = vec![act];
                    let outcome = match self.together(&mut one) {
                        Ok(mut outcomes) => outcomes.pop().unwrap_or_else(|| Err(Fault::bug("an act had no outcome"))),
                        Err(Spoiled::ByStorage(fault)) => Err(fault),
                        Err(Spoiled::ByOne) => Err(Fault::bug("an act alone was spoiled by another")),
                    };
                    if let Some(act) = one.pop() {
                        act.answer(outcome);
                    }
                }
            }
        }
    }

    fn refuse(&mut self, acts: Acts, fault: &Fault) {
        tracing::error!(?fault, acts = acts.len(), "a batch of acts was not recorded");
        for act in acts {
            act.answer(Err(fault.again()));
        }
    }

    /// Runs the acts in one transaction and gives the outcome of each.
    fn together(&mut self, acts: &mut Acts) -> Result<Vec<Result<(), Fault>>, Spoiled> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(Fault::Stopped.into());
        }
        let done = self.transact(acts);
        if done.is_err() {
            self.link.rollback();
            // What was remembered of the chain may never have happened.
            self.frame.versions.forget();
            self.frame.folds.forget();
            if let Err(Spoiled::ByStorage(Fault::Unknown)) = done {
                self.stopped.store(true, Ordering::Release);
                tracing::error!("the outcome of a commit is unknown: the ledger stops until it is reopened");
            }
        }
        done
    }

    fn transact(&mut self, acts: &mut Acts) -> Result<Vec<Result<(), Fault>>, Spoiled> {
        let alone = acts.len() == 1;
        let spoiled = |fault| Spoiled::by(fault, alone);
        self.link.begin(Access::Write)?;
        let tip = self.link.take_tip(&self.bureau)?;
        if tip.turn != self.frame.tip.turn + 1 {
            // Another node wrote since: what is remembered of its streams may be old.
            self.frame.versions.forget();
        }
        let start = tip.position;
        self.frame = Frame {
            mode: Mode::Act,
            tip,
            clock_ms: (self.clock)(),
            docs: Vec::new(),
            versions: std::mem::take(&mut self.frame.versions),
            folds: std::mem::take(&mut self.frame.folds),
            kept: 0,
            texts: Vec::new(),
            alone,
        };
        let mut outcomes = Vec::with_capacity(acts.len());
        for act in acts.iter_mut() {
            outcomes.push(self.one(act.as_mut(), alone)?);
        }
        if outcomes.iter().all(Result::is_err) {
            // Nobody has anything to commit.
            self.link.rollback();
            self.frame.tip.turn -= 1;
            return Ok(outcomes);
        }
        self.link.write_search(&self.bureau, &mut self.frame.docs).map_err(spoiled)?;
        if self.frame.tip.position > start {
            self.link.put_tip(&self.bureau, &self.frame.tip).map_err(spoiled)?;
        }
        self.link.settle().map_err(spoiled)?;
        self.link.commit().map_err(spoiled)?;
        Ok(outcomes)
    }

    /// One act in its savepoint. `Err` spoils the whole batch.
    fn one(&mut self, act: &mut dyn Act, alone: bool) -> Result<Result<(), Fault>, Spoiled> {
        let (tip, docs) = (self.frame.tip.clone(), self.frame.docs.len());
        self.link.savepoint().map_err(|fault| Spoiled::by(fault, alone))?;
        self.link.take_failed();
        let mut tx = Tx { link: &mut self.link, bureau: &self.bureau, schema: &self.schema, frame: &mut self.frame };
        let mut done = catch_unwind(AssertUnwindSafe(|| act.run(&mut tx)))
            .unwrap_or_else(|panic| Err(Fault::bug(format!("an act panicked: {}", panic_words(panic.as_ref())))));
        if alone && done.is_ok() {
            done = self.link.settle();
        }
        if !self.link.in_transaction() {
            // The database has given up the transaction: on SQLite the storage failed, on PostgreSQL a statement did, perhaps an
            // earlier act's.
            return match done {
                Err(fault @ (Fault::Full | Fault::ReadOnly | Fault::Unavailable(_) | Fault::Unknown)) => {
                    Err(fault.into())
                }
                _ if !alone => Err(Spoiled::ByOne),
                Err(fault) => Err(fault.into()),
                Ok(()) => Err(Fault::bug("an act went on after its transaction had failed").into()),
            };
        }
        if done.is_ok() && self.link.take_failed() {
            done = Err(Fault::bug("an act passed over a statement that had failed"));
        }
        if done.is_ok() && self.frame.kept > 0 {
            done = Err(Fault::bug("an act kept a text and appended no entry that names it"));
        }
        if done.is_ok() {
            self.link.release().map_err(|fault| Spoiled::by(fault, alone))?;
            self.frame.versions.keep();
            self.frame.folds.keep();
        } else {
            self.link.undo().map_err(|fault| Spoiled::by(fault, alone))?;
            self.frame.tip = tip;
            self.frame.docs.truncate(docs);
            self.frame.versions.undo();
            self.frame.folds.undo();
            self.frame.mode = Mode::Act;
            self.frame.kept = 0;
            self.frame.texts.clear();
        }
        if let Err(fault @ (Fault::Bug(_) | Fault::Full | Fault::ReadOnly | Fault::Unavailable(_))) = &done {
            tracing::error!(?fault, "an act was not recorded");
        }
        Ok(done)
    }
}

/// What a panic said.
pub(crate) fn panic_words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
