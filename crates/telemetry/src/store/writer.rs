//! The writer thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Sink;
use super::desk::Desk;
use crate::config::{Clock, Linger};
use crate::counters::{Count, Counters};
use crate::devices::Device;
use crate::feed::Latest;

/// How often time passes for a sink that gets nothing.
const TICK: Duration = Duration::from_secs(1);

/// Writes until the desk closes or the sink fails. After a failure nothing more is given back: nobody is answered.
pub(crate) fn write(
    desk: &Desk,
    mut sink: Box<dyn Sink>,
    linger: Linger,
    clock: &Clock,
    latest: &Latest,
    counters: &Arc<Counters>,
) {
    let mut names: Vec<Device> = Vec::new();
    let mut last = Instant::now().checked_sub(linger.quiet).unwrap_or_else(Instant::now);
    loop {
        let mut batch = match desk.take(&linger, last, TICK) {
            Err(()) => {
                let fault = sink.tick(clock()).err();
                return desk.end(fault);
            }
            Ok(None) => {
                if let Err(fault) = sink.tick(clock()) {
                    return stop(desk, fault);
                }
                continue;
            }
            Ok(Some(batch)) => batch,
        };
        last = Instant::now();
        names.append(&mut batch.names);
        if batch.used > 0 {
            match sink.write(&batch.blocks[..batch.used], &names, &batch.lines) {
                Ok((cursor, commits)) => {
                    counters.add(Count::Commits, commits);
                    counters.add(Count::Kept, batch.frames as u64);
                    if let Some(cursor) = cursor {
                        latest.set(cursor);
                    }
                }
                Err(fault) => return stop(desk, fault),
            }
        }
        desk.give_back(batch);
    }
}

fn stop(desk: &Desk, fault: crate::Fault) {
    tracing::error!(%fault, "the store of frames stops; nothing is answered any more");
    desk.end(Some(fault));
}
