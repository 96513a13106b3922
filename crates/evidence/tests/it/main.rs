//! The store, its homes, uploads and what is looked at in a file.

mod content;
mod facts;
mod homes;
mod memory;
mod picture;
mod upload;

use evidence::Evidence;

/// A store in a folder that goes with the test.
fn store() -> (tempfile::TempDir, Evidence) {
    let folder = tempfile::tempdir().unwrap();
    let evidence = Evidence::open(folder.path()).unwrap();
    (folder, evidence)
}
