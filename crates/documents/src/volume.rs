//! A case's whole file on paper: its words come ready, its documents come set, its pictures as they were taken.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;
use typst::foundations::{Array, Bytes, Str, Value};

use crate::engine::{Engine, Fault};

/// The template with the parts it shares with the documents.
const SOURCE: &str = concat!(include_str!("../parts/base.typ"), include_str!("../parts/volume.typ"));

/// Every page of a PDF once, to try whether it can be taken in.
const TRIAL: &str = "#set page(width: auto, height: auto, margin: 0pt)\n\
    #for n in range(int(sys.inputs.input)) { page(image(sys.inputs.files.at(0), format: \"pdf\", page: n + 1)) }\n";

/// Pages beyond which a foreign PDF is named and not taken in.
const FOREIGN_PAGES: usize = 300;

/// A file to be set. The same volume and files give the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VolumePaper {
    /// Title of the cover, `行政处罚案卷`.
    pub title: String,
    /// Whole file, or the part that may be inspected.
    pub scope: String,
    /// The organ's name.
    #[serde(rename = "organ")]
    pub organ: VolumeOrgan,
    /// Case number.
    pub number: String,
    /// Creation date of the PDF, `2024-11-05`.
    pub made: String,
    /// Rows of the cover.
    pub cover: Vec<(String, String)>,
    /// What follows, in order.
    pub parts: Vec<VolumePart>,
    /// Sentences of the last page.
    pub remarks: Vec<String>,
}

/// The organ in the head of the cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VolumeOrgan {
    /// Full name.
    pub name: String,
}

/// How a part is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeForm {
    /// A page of what is known, without a picture.
    #[default]
    Record,
    /// A picture above what is known of it.
    Picture,
    /// Pages of a PDF.
    Pages,
}

/// A part of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VolumePart {
    /// Heading of its class in the index.
    pub class: String,
    /// It has a row in the index; what belongs to the part before has none.
    pub entry: bool,
    /// Depth among the bookmarks, from 1.
    pub level: u8,
    /// Its bookmark.
    pub mark: String,
    /// Title in the index.
    pub title: String,
    /// Document number.
    pub number: String,
    /// Who made it.
    pub maker: String,
    /// Day.
    pub day: String,
    /// Form.
    pub form: VolumeForm,
    /// Heading of a record or picture.
    pub heading: String,
    /// What is known, label and text.
    pub fields: Vec<(String, String)>,
    /// A sentence below.
    pub note: String,
    /// Which of the files.
    pub file: usize,
    /// How many pages it has, where it is a PDF.
    pub pages: usize,
}

/// A file set as one PDF.
pub struct Volume {
    /// The PDF, fonts embedded.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// The page each part begins on, from 1, in the order of the parts; last, that of the remarks.
    pub starts: Vec<usize>,
    /// The text on the pages set here; what is on the pages of files taken in is not in it.
    pub text: String,
    /// Chinese; empty in the ordinary case.
    pub warnings: Vec<String>,
}

impl std::fmt::Debug for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Volume").field("bytes", &self.pdf.len()).field("pages", &self.pages).finish_non_exhaustive()
    }
}

impl Engine {
    /// Sets a whole file. `files` are JPEG, PNG or PDF; PDFs must have passed [`Engine::takes_in`].
    ///
    /// # Errors
    /// The day is none, a file is not what its part says, or the template is wrong.
    pub fn render_volume(&self, paper: &VolumePaper, files: Vec<Arc<[u8]>>) -> Result<Volume, Fault> {
        let json = serde_json::to_string(paper).map_err(|error| Fault::Template(vec![error.to_string()]))?;
        let mut volume = self.set_volume(SOURCE, json, files, &paper.made)?;
        // Cover and index have headings of their own before those of the parts.
        volume.starts.drain(..volume.starts.len().min(2));
        Ok(volume)
    }

    /// The number of pages of a PDF where all of them can be taken into a volume; none where it is damaged, locked, or not a PDF.
    ///
    /// Foreign files are read here by code that was not written for this program: whatever it does, the answer is none.
    pub fn takes_in(&self, pdf: &Arc<[u8]>) -> Option<usize> {
        let tried = catch_unwind(AssertUnwindSafe(|| {
            let pages = hayro_syntax::Pdf::new(Arc::new(Shared(pdf.clone()))).ok()?.pages().len();
            let trial = || self.set_volume(TRIAL, pages.to_string(), vec![pdf.clone()], "2000-01-01").is_ok();
            ((1..=FOREIGN_PAGES).contains(&pages) && trial()).then_some(pages)
        }));
        tried.ok().flatten()
    }
}

/// Files as the templates see them.
pub(crate) fn values(files: Vec<Arc<[u8]>>) -> Value {
    let files: Array = files.into_iter().map(|file| Value::Bytes(Bytes::new(Shared(file)))).collect();
    Value::Array(files)
}

/// Name of the files among the inputs.
pub(crate) fn name() -> Str {
    Str::from("files")
}

struct Shared(Arc<[u8]>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
