//! Files in pieces: one that arrives, and one that leaves.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::{BLOCK, Digests, FILE_MAX, Fault, Stored};

/// A file being received. Dropped before [`crate::Evidence::keep`], nothing of it stays.
#[derive(Debug)]
pub struct Receiving {
    path: PathBuf,
    file: File,
    digests: Digests,
    ended: bool,
}

impl Receiving {
    pub(crate) fn new(path: PathBuf) -> Result<Receiving, Fault> {
        let file = File::create(&path)?;
        Ok(Receiving { path, file, digests: Digests::default(), ended: false })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// The file grows beyond [`FILE_MAX`], or the disk fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.digests.bytes() + bytes.len() as u64 > FILE_MAX {
            return Err(Fault::Refused("文件超过 2 GB，请分段录制或者分成几个文件后再上传".into()));
        }
        self.file.write_all(bytes)?;
        self.digests.update(bytes);
        Ok(())
    }

    /// How many bytes have arrived.
    pub fn bytes(&self) -> u64 {
        self.digests.bytes()
    }

    /// Where it lies, for those who look into it before it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn end(mut self) -> Result<(PathBuf, Stored), Fault> {
        self.file.sync_all()?;
        self.ended = true;
        Ok((self.path.clone(), self.digests.clone().finish()))
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if !self.ended {
            // What cannot be removed now is swept later.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A whole file in blocks. The last one is given out only after the digest of all was compared with the address: whoever reads to
/// the end has read what was stored, and a changed file never looks complete.
pub struct Blocks {
    reader: Box<dyn Read + Send>,
    id: String,
    digest: Sha256,
    ahead: Option<Vec<u8>>,
    ended: bool,
}

impl Blocks {
    pub(crate) fn new(reader: Box<dyn Read + Send>, id: &str) -> Blocks {
        Blocks { reader, id: id.to_owned(), digest: Sha256::new(), ahead: None, ended: false }
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut block = vec![0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.reader.read(&mut block[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        block.truncate(filled);
        self.digest.update(&block);
        Ok(if block.is_empty() { None } else { Some(block) })
    }

    fn step(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.ahead.is_none() {
            self.ahead = self.read()?;
        }
        match self.read()? {
            Some(next) => Ok(self.ahead.replace(next)),
            None => {
                self.ended = true;
                let digest = std::mem::take(&mut self.digest);
                if hex(&digest.finalize()) != self.id {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, Fault::Changed(self.id.clone())));
                }
                Ok(self.ahead.take())
            }
        }
    }
}

impl Iterator for Blocks {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.ended = true;
        }
        step.transpose()
    }
}
