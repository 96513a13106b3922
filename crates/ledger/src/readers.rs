//! The readers: a few threads, each with a connection of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::ledger::view;
use crate::tx::{Access, Link};
use crate::writer::panic_words;
use crate::{Clock, Fault, Place, Schema, Tx};

/// Reads that may wait before further callers wait to be let in.
const WAITING_MAX: usize = 1024;

/// A read to be done, or the order to stop.
pub(crate) struct Read(Option<Work>);

type Work = Box<dyn FnOnce(&mut Reader) + Send>;

pub(crate) struct Reader {
    link: Option<Link>,
    place: Place,
    bureau: Arc<str>,
    clock: Clock,
    schema: Arc<Schema>,
}

impl Read {
    pub(crate) fn new<T: Send + 'static>(
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> (Read, oneshot::Receiver<Result<T, Fault>>) {
        let (reply, answer) = oneshot::channel();
        let work = move |reader: &mut Reader| {
            if reply.is_closed() {
                return;
            }
            let done = reader.read(f);
            // The caller may have gone; then nobody needs the answer.
            let _ = reply.send(done);
        };
        (Read(Some(Box::new(work))), answer)
    }
}

impl Reader {
    fn read<T>(&mut self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.place, Access::Read)?,
        };
        let done = catch_unwind(AssertUnwindSafe(|| view(&mut link, &self.bureau, &self.clock, &self.schema, f)));
        match done {
            // After these the connection may be of no more use; the next read opens another.
            Ok(Err(Fault::Unavailable(why))) => Err(Fault::Unavailable(why)),
            Err(panic) => Err(Fault::bug(format!("a read panicked: {}", panic_words(panic.as_ref())))),
            Ok(done) => {
                self.link = Some(link);
                done
            }
        }
    }
}

pub(crate) fn start(
    place: &Place,
    bureau: &Arc<str>,
    clock: &Clock,
    schema: &Arc<Schema>,
) -> Result<(mpsc::Sender<Read>, Vec<JoinHandle<()>>), Fault> {
    let count = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let (send, receive) = mpsc::channel::<Read>(WAITING_MAX);
    let receive = Arc::new(Mutex::new(receive));
    let mut threads = Vec::new();
    for number in 0..count {
        let mut reader = Reader {
            link: Some(Link::open(place, Access::Read)?),
            place: place.clone(),
            bureau: Arc::clone(bureau),
            clock: Arc::clone(clock),
            schema: Arc::clone(schema),
        };
        let receive = Arc::clone(&receive);
        let thread = std::thread::Builder::new().name(format!("ledger-read-{number}")).spawn(move || {
            loop {
                let next = receive.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                match next {
                    Some(Read(Some(work))) => work(&mut reader),
                    Some(Read(None)) | None => return,
                }
            }
        });
        threads.push(thread.map_err(Fault::bug)?);
    }
    Ok((send, threads))
}

/// Tells `count` readers to stop after what waits before them.
pub(crate) fn close(reads: &mpsc::Sender<Read>, count: usize) {
    for _ in 0..count {
        let mut stop = Read(None);
        // Called from synchronous code that may run on a runtime's thread, where waiting is not allowed.
        while let Err(mpsc::error::TrySendError::Full(back)) = reads.try_send(stop) {
            stop = back;
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}
