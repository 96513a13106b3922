//! What streams make, kept between acts.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use crate::{Entry, Fault};

/// Something that the entries of a stream make one by one, oldest first: a case, a ticket.
pub trait Folded: Clone + Default + Send + Sync + 'static {
    /// Takes the next entry in.
    ///
    /// # Errors
    /// The entry is not of a shape this version knows.
    fn step(&mut self, entry: &Entry) -> Result<(), Fault>;
}

/// Streams kept folded. What is committed never changes, so a fold stays right; what an act added and lost again is dropped.
#[derive(Default)]
pub(crate) struct Folds {
    known: HashMap<Key, (i64, Arc<dyn Any + Send + Sync>)>,
    /// Folds that hold an entry of the current act.
    touched: Vec<Key>,
}

type Key = (String, TypeId);

/// Streams of everyday work; a case file takes some ten kilobytes.
const FOLDS_MAX: usize = 2_048;

impl Folds {
    /// The fold of a stream and its version, taken out so that it can go on without a copy, if it does not reach beyond `until`.
    pub(crate) fn take<S: Folded>(&mut self, stream: &str, until: i64) -> Option<(i64, Arc<S>)> {
        let key = (stream.to_owned(), TypeId::of::<S>());
        if self.known.get(&key)?.0 > until {
            return None;
        }
        let (version, state) = self.known.remove(&key)?;
        Some((version, state.downcast().ok()?))
    }

    pub(crate) fn put<S: Folded>(&mut self, stream: &str, version: i64, state: &Arc<S>) {
        if self.known.len() >= FOLDS_MAX {
            self.known.clear();
        }
        let key = (stream.to_owned(), TypeId::of::<S>());
        self.touched.push(key.clone());
        self.known.insert(key, (version, Arc::clone(state) as Arc<dyn Any + Send + Sync>));
    }

    /// The act is kept.
    pub(crate) fn keep(&mut self) {
        self.touched.clear();
    }

    /// The act is undone, and with it every fold it made or moved on.
    pub(crate) fn undo(&mut self) {
        for key in self.touched.drain(..) {
            self.known.remove(&key);
        }
    }

    pub(crate) fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
    }
}
