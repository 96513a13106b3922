//! Where blobs live: a folder, or a bucket that speaks S3. One is chosen when the store is opened; everything above is the same.

mod bucket;
mod folder;

use std::io::Read;
use std::path::Path;

pub use bucket::{Credentials, S3};
pub use folder::Folder;

use crate::{Fault, Stored};

/// A home of blobs.
#[derive(Debug)]
pub(crate) enum Home {
    /// On a disk of this machine.
    Folder(Folder),
    /// In a bucket.
    S3(Box<S3>),
}

impl Home {
    /// Moves synced files to their addresses; when this returns they are durable there and no longer where they were.
    pub(crate) fn place(&self, files: &[(&Path, &Stored)]) -> Result<(), Fault> {
        match self {
            Home::Folder(folder) => folder.place(files),
            Home::S3(bucket) => bucket.place(files),
        }
    }

    /// The bytes from an offset on.
    pub(crate) fn reader(&self, id: &str, from: u64) -> Result<Box<dyn Read + Send>, Fault> {
        match self {
            Home::Folder(folder) => folder.reader(id, from),
            Home::S3(bucket) => bucket.reader(id, from),
        }
    }

    /// Bytes of a blob, none where there is no such blob.
    pub(crate) fn size(&self, id: &str) -> Result<Option<u64>, Fault> {
        match self {
            Home::Folder(folder) => folder.size(id),
            Home::S3(bucket) => bucket.size(id),
        }
    }

    /// Every address, sorted.
    pub(crate) fn list(&self) -> Result<Vec<String>, Fault> {
        match self {
            Home::Folder(folder) => folder.list(),
            Home::S3(bucket) => bucket.list(),
        }
    }
}
