//! Blobs in a folder: `ab/ab12…`, each renamed into place when all its bytes are on the disk.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::{Fault, Stored};

/// A folder of blobs.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Blobs in this folder.
    pub fn new(folder: &Path) -> Folder {
        Folder(folder.to_path_buf())
    }

    /// Where the blob of a checked address is.
    pub(crate) fn path(&self, id: &str) -> PathBuf {
        self.0.join(&id[..2]).join(id)
    }

    pub(super) fn place(&self, files: &[(&Path, &Stored)]) -> Result<(), Fault> {
        let mut folders = BTreeSet::new();
        for (file, stored) in files {
            let path = self.path(&stored.id);
            let folder = path.parent().unwrap_or(&self.0).to_path_buf();
            fs::create_dir_all(&folder)?;
            // Renaming is atomic: a name in the store always has all its bytes behind it.
            fs::rename(file, path)?;
            folders.insert(folder);
        }
        for folder in folders {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    pub(super) fn reader(&self, id: &str, from: u64) -> Result<Box<dyn Read + Send>, Fault> {
        let missing =
            |e: io::Error| if e.kind() == io::ErrorKind::NotFound { Fault::Missing(id.into()) } else { Fault::Io(e) };
        let mut file = File::open(self.path(id)).map_err(missing)?;
        if from > 0 {
            file.seek(SeekFrom::Start(from))?;
        }
        Ok(Box::new(file))
    }

    pub(super) fn size(&self, id: &str) -> Result<Option<u64>, Fault> {
        match fs::metadata(self.path(id)) {
            Ok(about) if about.is_file() => Ok(Some(about.len())),
            Ok(_) => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<String>, Fault> {
        let mut all = Vec::new();
        for folder in fs::read_dir(&self.0)? {
            let folder = folder?;
            // What is being received and what can be made again lies beside the blobs, under longer names.
            if folder.file_name().len() != 2 || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                all.push(file?.file_name().to_string_lossy().into_owned());
            }
        }
        all.sort();
        Ok(all)
    }
}
