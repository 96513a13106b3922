//! Files by content: photographs, recordings, scans, templates and fonts, kept under the digest of their bytes.
//!
//! A blob is stored, synced and read back by name before any act may mention it; the same bytes are kept once. The
//! address is SHA-256, and the SM3 digest (GB/T 32905-2016) is kept beside it for those who must verify with it. Where blobs live
//! ([`home`]), how large files arrive in pieces ([`upload`]), which files are taken at all ([`content`], [`name`]) and what a file
//! says of itself ([`facts`], [`thumbnail`]) have a module each.

pub mod content;
mod digest;
pub mod facts;
mod fault;
pub mod home;
mod movie;
pub mod name;
mod receive;
pub mod thumbnail;
pub mod upload;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use digest::{Digests, Stored, digests};
pub use fault::Fault;
use home::{Folder, Home, S3};
pub use receive::{Blocks, Receiving};
use upload::Uploads;

/// The largest file taken whole in one request, bytes.
pub const BYTES_MAX: u64 = 50 * 1024 * 1024;
/// The largest file taken in pieces, bytes: 2 GB.
pub const FILE_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// How much of a file is in memory at once, bytes.
pub const BLOCK: usize = 256 * 1024;

/// A store of files by content.
#[derive(Debug, Clone)]
pub struct Evidence(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// On this machine, wherever the blobs live: what is being received, and what can be made again.
    folder: PathBuf,
    home: Home,
    uploads: Uploads,
    archives: bool,
}

impl Evidence {
    /// Opens the store in a folder, making it if need be.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: &Path) -> Result<Evidence, Fault> {
        Evidence::with(folder, Home::Folder(Folder::new(folder)), false)
    }

    /// Opens a store whose blobs live in a bucket; the folder holds what is being received, and thumbnails.
    ///
    /// # Errors
    /// The folder cannot be made, or the bucket does not answer.
    pub fn in_bucket(folder: &Path, bucket: S3, archives: bool) -> Result<Evidence, Fault> {
        bucket.check()?;
        Evidence::with(folder, Home::S3(Box::new(bucket)), archives)
    }

    /// Opens the store in a folder, taking archives as evidence too where `archives` says so.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn in_folder(folder: &Path, archives: bool) -> Result<Evidence, Fault> {
        Evidence::with(folder, Home::Folder(Folder::new(folder)), archives)
    }

    fn with(folder: &Path, home: Home, archives: bool) -> Result<Evidence, Fault> {
        fs::create_dir_all(folder.join("new"))?;
        let uploads = Uploads::open(&folder.join("new/uploads"))?;
        Ok(Evidence(Arc::new(Inner { folder: folder.to_path_buf(), home, uploads, archives })))
    }

    /// Keeps these bytes. When this returns they are on the disk under their address.
    ///
    /// # Errors
    /// They are too large, or the disk fails; then nothing is kept.
    pub fn put(&self, bytes: &[u8]) -> Result<Stored, Fault> {
        let mut stored = self.put_all(&[bytes])?;
        stored.pop().ok_or_else(|| Fault::Io(io::Error::other("nothing was stored")))
    }

    /// Keeps many files. When this returns all of them are kept under their addresses, in the order given. The disk is asked
    /// to sync after all are written, not after each: it then has one commit to make and not one per file.
    ///
    /// # Errors
    /// One is too large, or the disk fails; those stored before stay, named by nobody.
    pub fn put_all(&self, files: &[impl AsRef<[u8]>]) -> Result<Vec<Stored>, Fault> {
        if files.iter().any(|bytes| bytes.as_ref().len() as u64 > BYTES_MAX) {
            return Err(Fault::TooLarge);
        }
        let mut written = Vec::new();
        let mut fresh: BTreeSet<String> = BTreeSet::new();
        let mut all = Vec::with_capacity(files.len());
        for bytes in files {
            let stored = digests(bytes.as_ref());
            all.push(stored.clone());
            if fresh.contains(&stored.id) || self.0.home.size(&stored.id)?.is_some() {
                continue;
            }
            fresh.insert(stored.id.clone());
            let new = self.new_file()?;
            let mut file = File::create(&new)?;
            file.write_all(bytes.as_ref())?;
            written.push((file, new, stored));
        }
        for (file, ..) in &written {
            file.sync_all()?;
        }
        let placed: Vec<(&Path, &Stored)> = written.iter().map(|(_, new, stored)| (new.as_path(), stored)).collect();
        self.0.home.place(&placed)?;
        Ok(all)
    }

    /// Begins to take a file of unknown length; it is hashed while it arrives.
    ///
    /// # Errors
    /// The disk fails.
    pub fn receive(&self) -> Result<Receiving, Fault> {
        Receiving::new(self.new_file()?)
    }

    /// Keeps what was received. When this returns it is on the disk, or in the bucket, under its address.
    ///
    /// # Errors
    /// The disk or the bucket fails; then nothing is kept.
    pub fn keep(&self, received: Receiving) -> Result<Stored, Fault> {
        let (file, stored) = received.end()?;
        self.place(&file, &stored)?;
        Ok(stored)
    }

    /// Moves a synced file to its address.
    fn place(&self, file: &Path, stored: &Stored) -> Result<(), Fault> {
        if self.0.home.size(&stored.id)? == Some(stored.bytes) {
            return Ok(fs::remove_file(file)?);
        }
        self.0.home.place(&[(file, stored)])
    }

    /// The bytes at an address, verified, in memory.
    ///
    /// # Errors
    /// There are none, they are not what they were, or they are too many to be held: such are read in [`Evidence::blocks`].
    pub fn get(&self, id: &str) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        // One byte beyond the largest shows what is too large without reading all of it.
        self.reader(id, 0)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(Fault::TooLarge);
        }
        if digests(&bytes).id != id {
            return Err(Fault::Changed(id.into()));
        }
        Ok(bytes)
    }

    /// The bytes at an address from an offset on, not verified: for a part of a file, which no digest speaks of.
    ///
    /// # Errors
    /// There are none.
    pub fn reader(&self, id: &str, from: u64) -> Result<Box<dyn Read + Send>, Fault> {
        self.0.home.reader(address(id)?, from)
    }

    /// The whole file in blocks, verified: where the bytes are not what the address says, the last block is an error.
    ///
    /// # Errors
    /// There is no such file.
    pub fn blocks(&self, id: &str) -> Result<Blocks, Fault> {
        Ok(Blocks::new(self.reader(id, 0)?, id))
    }

    /// The size of a file in bytes, none where there is no such file.
    ///
    /// # Errors
    /// The disk or the bucket fails.
    pub fn size(&self, id: &str) -> Result<Option<u64>, Fault> {
        self.0.home.size(address(id)?)
    }

    /// Is there a file at this address? Its bytes are not read.
    pub fn has(&self, id: &str) -> bool {
        self.size(id).is_ok_and(|size| size.is_some())
    }

    /// Reads a file once, in pieces, and answers both its digests as they are now; they are what was registered, or the file was changed.
    ///
    /// # Errors
    /// There is no such file, its bytes are not what its address says, or the disk fails.
    pub fn check(&self, id: &str) -> Result<Stored, Fault> {
        let mut reader = self.reader(id, 0)?;
        let mut digests = Digests::default();
        let mut block = vec![0; BLOCK];
        loop {
            let n = reader.read(&mut block)?;
            if n == 0 {
                break;
            }
            digests.update(&block[..n]);
        }
        let stored = digests.finish();
        if stored.id == id { Ok(stored) } else { Err(Fault::Changed(id.into())) }
    }

    /// Every address in the store.
    ///
    /// # Errors
    /// The disk fails.
    pub fn list(&self) -> Result<Vec<String>, Fault> {
        self.0.home.list()
    }

    /// Reads every file once, in pieces, and returns the addresses whose bytes have changed.
    ///
    /// # Errors
    /// The disk fails.
    pub fn verify(&self) -> Result<(usize, Vec<String>), Fault> {
        let all = self.list()?;
        let mut changed = Vec::new();
        for id in &all {
            match self.check(id) {
                Ok(_) => {}
                Err(Fault::Changed(id)) => changed.push(id),
                Err(Fault::NotAnAddress) => changed.push(id.clone()),
                Err(other) => return Err(other),
            }
        }
        Ok((all.len(), changed))
    }

    /// Files that arrive in pieces.
    pub fn uploads(&self) -> &Uploads {
        &self.0.uploads
    }

    /// Whether archives are taken as evidence.
    pub fn takes_archives(&self) -> bool {
        self.0.archives
    }

    /// Does every blob live in the folder this store was opened in, so that copying the folder copies all of them?
    pub fn is_folder(&self) -> bool {
        matches!(self.0.home, Home::Folder(_))
    }

    /// A file on this machine with these bytes, for readers that move about in it: the blob itself where it lives in a folder,
    /// a copy that goes with the value where it does not.
    ///
    /// # Errors
    /// There is no such file, or the disk fails.
    pub fn local(&self, id: &str) -> Result<Local, Fault> {
        if let Home::Folder(folder) = &self.0.home {
            let path = folder.path(address(id)?);
            return if path.is_file() { Ok(Local { path, copy: false }) } else { Err(Fault::Missing(id.into())) };
        }
        let mut reader = self.reader(id, 0)?;
        let local = Local { path: self.new_file()?, copy: true };
        io::copy(&mut reader, &mut File::create(&local.path)?)?;
        Ok(local)
    }

    /// Where something that can be made again from a blob is kept.
    fn cached(&self, id: &str, what: &str) -> Result<PathBuf, Fault> {
        let id = address(id)?;
        Ok(self.0.folder.join("cache").join(&id[..2]).join(format!("{id}.{what}")))
    }

    /// A name for a file that is being received.
    fn new_file(&self) -> Result<PathBuf, Fault> {
        Ok(self.0.folder.join("new").join(random::<12>()?))
    }
}

/// A file on this machine; a copy is removed with the value.
#[derive(Debug)]
pub struct Local {
    path: PathBuf,
    copy: bool,
}

impl Local {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if self.copy {
            // What stays behind is swept with what was never received to its end.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// An address is checked before it becomes a path: nothing of a request reaches the file system unread.
fn address(id: &str) -> Result<&str, Fault> {
    let fits = id.len() == 64 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if fits { Ok(id) } else { Err(Fault::NotAnAddress) }
}

/// Random bytes, hexadecimal.
fn random<const N: usize>() -> Result<String, Fault> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(digest::hex(&bytes))
}
