//! What the typesetter may see: one source, the fonts, the inputs. No file, no network, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Faces;

static MAIN: LazyLock<FileId> = LazyLock::new(|| {
    let path = VirtualPath::new("document.typ").expect("a plain file name is a valid path");
    RootedPath::new(VirtualRoot::Project, path).intern()
});

/// The world of one rendering.
pub(crate) struct DocumentWorld<'a> {
    library: LazyHash<Library>,
    source: Source,
    faces: &'a Faces,
}

impl<'a> DocumentWorld<'a> {
    pub(crate) fn new(source: &str, inputs: Dict, faces: &'a Faces) -> Self {
        DocumentWorld {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            source: Source::new(*MAIN, source.to_owned()),
            faces,
        }
    }

    /// Line of the source (from 1) at a place the typesetter names.
    pub(crate) fn line(&self, span: typst::syntax::DiagSpan) -> Option<usize> {
        use typst::WorldExt;
        let range = self.range(span)?;
        self.source.lines().byte_to_line(range.start).map(|line| line + 1)
    }
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.faces.book
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
