//! Legal documents (文书): what each kind must contain, and how it becomes a PDF.
//!
//! A document is a [`Kind`] (its template and the contents the law demands of it) filled with one [`Input`] by the [`Engine`]:
//!
//! ```no_run
//! # fn main() -> Result<(), documents::Fault> {
//! let engine = documents::Engine::open(&[std::path::Path::new("fonts")])?;
//! let kind = documents::kind("penalty_decision").expect("a built-in kind");
//! let rendered = engine.render(kind, &kind.example())?;
//! assert!(rendered.pdf.starts_with(b"%PDF"));
//! # Ok(()) }
//! ```
//!
//! The yearly report is no document of a case: its words are computed elsewhere, [`Engine::render_report`] sets them in the same layout.
//!
//! The same template, input and fonts give the same bytes under the same [`typesetter`]. An issue therefore needs to keep
//! the input, [`Kind::source`] (or its digest) and the font files only. After an upgrade of the typesetter the text is the
//! same, while the bytes need not be: whoever upgrades renders what is issued and not yet rendered first.
//!
//! This crate reads no clock and no environment: every date on the paper comes from the input.

mod docx;
mod draft;
mod engine;
mod fonts;
mod input;
mod kind;
mod qr;
mod report;
mod scan;
mod seal;
mod sheet;
mod volume;
mod world;

pub use docx::report_docx;
pub use engine::{Engine, Fault, Look, Rendered, typesetter};
pub use fonts::FontFile;
pub use input::{
    Attendee, Days, Discretion, Exchange, Hearing, INPUT_VERSION, Input, Item, Law, Officer, Opinion, Order, Organ,
    Paper, Party, PartyKind, Pay, Point, Receipt, Remedies, Row, ServedDocument, Service, Span, Sum, Terms,
};
pub use kind::{Annex, Content, Gap, Kind, Size, kind, kinds};
pub use qr::svg as qr_svg;
pub use report::{ReportBlock, ReportFigure, ReportPaper, ReportSection, ReportTable};
pub use scan::{SCAN_PAGES, ScanForm, Scanned, Unread, cut, scanned};
pub use seal::{SEAL_BYTES_MAX, seal_picture};
pub use volume::{Volume, VolumeForm, VolumeOrgan, VolumePaper, VolumePart};

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
