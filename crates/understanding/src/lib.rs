//! What a complaint says: the matters it may be about, the place, whose business it is, how urgent it is.
//!
//! Pure: a text, a catalogue and a gazetteer go in, proposals with their reasons come out. A person decides.

mod catalogue;
pub mod cli;
mod concepts;
mod data;
pub mod dispatch;
mod features;
mod gazetteer;
mod geometry;
mod homophone;
mod index;
mod learning;
mod lesson;
mod likeness;
mod linear;
mod locate;
mod mind;
mod reader;
mod short_names;
mod terms;
mod text;
mod urgency;
mod words;

pub use catalogue::{Answer, Catalogue, Family, GridClass, family_of, grid_classes};
pub use data::{frozen, sentences};
pub use gazetteer::{Gazetteer, Naming, Place};
pub use geometry::{Point, crossing, inside, metres};
pub use index::Index;
pub use learning::{Correction, Learner, Mark, State};
pub use lesson::{BODIES, Core};
pub use likeness::{Likeness, Trace, WEEKS, hash, likeness};
pub use locate::{Candidate, Whereabouts};
pub use reader::{Body, FamilyProposed, Matter, Reader, Reading};
pub use text::Text;
pub use urgency::Flag;

/// Why a table or a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The table or file.
    pub source: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Trouble {
    pub(crate) fn new(source: &str, reason: impl std::fmt::Display) -> Self {
        Self { source: source.to_owned(), reason: reason.to_string() }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.source, self.reason)
    }
}

impl std::error::Error for Trouble {}
