//! Evidence: files that arrive in pieces, the files of a case, one file, its bytes.

pub(crate) mod bytes;
pub(crate) mod file;
pub(crate) mod page;
pub(crate) mod taking;
pub(crate) mod upload;
