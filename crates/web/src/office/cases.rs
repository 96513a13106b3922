//! Cases: list, file, the form of an act.

pub(crate) mod act;
pub(crate) mod dossier;
pub(crate) mod file;
pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod new;
mod points;
