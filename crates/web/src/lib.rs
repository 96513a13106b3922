//! Pages and the JSON interface. The only crate that knows HTTP and HTML.
//!
//! URL space, fixed because it is printed on documents: `/` public, `/office` staff, `/api/v1`, `/q/CODE` follow a matter,
//! `/v/DOCUMENT` verify a document.

mod api;
mod app;
mod assets;
mod error;
mod form;
mod limit;
mod office;
mod paper;
mod peer;
mod pending;
mod public;
mod router;
mod session;
mod shell;
mod words;

pub use app::{App, Clock, Platform};
pub use paper::{edition_docx, edition_pdf, report_docx, report_html, report_pdf};
pub use router::router;
