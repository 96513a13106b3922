//! Files by content: photographs, recordings, scans, templates and fonts, kept under the digest of their bytes.
//!
//! A blob is stored, synced and read back by name before any act may mention it; the same bytes are kept once. The
//! address is SHA-256, and the SM3 digest (GB/T 32905-2016) is kept beside it for those who must verify with it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sm3::Sm3;

/// The largest file taken, bytes.
pub const BYTES_MAX: u64 = 50 * 1024 * 1024;

/// The digests of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes, hexadecimal: the file's address.
    pub id: String,
    /// SM3 of the bytes, hexadecimal.
    pub sm3: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Why a file is not to be had or not to be kept.
#[derive(Debug)]
pub enum Fault {
    /// Larger than [`BYTES_MAX`].
    TooLarge,
    /// Nothing is stored under this address.
    Missing(String),
    /// The stored bytes are not what the address says: they were changed or damaged after they were stored.
    Changed(String),
    /// Not an address: 64 hexadecimal characters.
    NotAnAddress,
    /// The disk.
    Io(io::Error),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::TooLarge => f.write_str("文件超过 50 MB，请压缩或者分段后再上传"),
            Fault::Missing(id) => write!(f, "没有这个文件（{}…）", &id[..id.len().min(12)]),
            Fault::Changed(id) => write!(
                f,
                "文件内容与登记的校验值不一致（{}…），不得作为证据使用，请告知系统管理员",
                &id[..id.len().min(12)]
            ),
            Fault::NotAnAddress => f.write_str("不是文件校验值"),
            Fault::Io(e) => write!(f, "存储出错，文件没有保存：{e}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(e: io::Error) -> Self {
        Fault::Io(e)
    }
}

/// A folder of files by content.
#[derive(Debug, Clone)]
pub struct Evidence {
    folder: PathBuf,
}

impl Evidence {
    /// Opens the store in a folder, making it if need be.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: &Path) -> Result<Evidence, Fault> {
        fs::create_dir_all(folder.join("new"))?;
        Ok(Evidence { folder: folder.to_path_buf() })
    }

    /// Keeps these bytes. When this returns they are on the disk under their address.
    ///
    /// # Errors
    /// They are too large, or the disk fails; then nothing is kept.
    pub fn put(&self, bytes: &[u8]) -> Result<Stored, Fault> {
        let mut stored = self.put_all(&[bytes])?;
        stored.pop().ok_or_else(|| Fault::Io(io::Error::other("nothing was stored")))
    }

    /// Keeps many files. When this returns all of them are on the disk under their addresses, in the order given. The disk is asked
    /// to sync after all are written, not after each: it then has one commit to make and not one per file.
    ///
    /// # Errors
    /// One is too large, or the disk fails; those stored before stay, named by nobody.
    pub fn put_all(&self, files: &[impl AsRef<[u8]>]) -> Result<Vec<Stored>, Fault> {
        if files.iter().any(|bytes| bytes.as_ref().len() as u64 > BYTES_MAX) {
            return Err(Fault::TooLarge);
        }
        let mut written = Vec::new();
        let mut all = Vec::with_capacity(files.len());
        for bytes in files {
            let stored = digests(bytes.as_ref());
            let path = self.path(&stored.id)?;
            all.push(stored);
            if path.is_file() || written.iter().any(|(_, _, known)| *known == path) {
                continue;
            }
            let folder = path.parent().expect("a blob lies in a folder");
            fs::create_dir_all(folder)?;
            let mut name = [0_u8; 12];
            getrandom::fill(&mut name).map_err(|e| io::Error::other(e.to_string()))?;
            let new = self.folder.join("new").join(hex(&name));
            let mut file = File::create(&new)?;
            file.write_all(bytes.as_ref())?;
            written.push((file, new, path));
        }
        for (file, ..) in &written {
            file.sync_all()?;
        }
        // Renaming is atomic: a name in the store always has all its bytes behind it.
        for (_, new, path) in &written {
            fs::rename(new, path)?;
        }
        let folders: BTreeSet<&Path> = written.iter().filter_map(|(_, _, path)| path.parent()).collect();
        for folder in folders {
            File::open(folder)?.sync_all()?;
        }
        Ok(all)
    }

    /// The bytes at an address, verified.
    ///
    /// # Errors
    /// There are none, or they are not what they were.
    pub fn get(&self, id: &str) -> Result<Vec<u8>, Fault> {
        let path = self.path(id)?;
        let mut bytes = Vec::new();
        File::open(&path)
            .map_err(|e| if e.kind() == io::ErrorKind::NotFound { Fault::Missing(id.into()) } else { Fault::Io(e) })?
            .read_to_end(&mut bytes)?;
        if digests(&bytes).id != id {
            return Err(Fault::Changed(id.into()));
        }
        Ok(bytes)
    }

    /// Is there a file at this address? Its bytes are not read.
    pub fn has(&self, id: &str) -> bool {
        self.path(id).is_ok_and(|path| path.is_file())
    }

    /// Every address in the store.
    ///
    /// # Errors
    /// The disk fails.
    pub fn list(&self) -> Result<Vec<String>, Fault> {
        let mut all = Vec::new();
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?;
            if folder.file_name() == "new" || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                all.push(file?.file_name().to_string_lossy().into_owned());
            }
        }
        all.sort();
        Ok(all)
    }

    /// Reads every file once and returns the addresses whose bytes have changed.
    ///
    /// # Errors
    /// The disk fails.
    pub fn verify(&self) -> Result<(usize, Vec<String>), Fault> {
        let all = self.list()?;
        let mut changed = Vec::new();
        for id in &all {
            match self.get(id) {
                Ok(_) => {}
                Err(Fault::Changed(id)) => changed.push(id),
                Err(Fault::NotAnAddress) => changed.push(id.clone()),
                Err(other) => return Err(other),
            }
        }
        Ok((all.len(), changed))
    }

    fn path(&self, id: &str) -> Result<PathBuf, Fault> {
        // An address is checked before it becomes a path: nothing of a request reaches the file system unread.
        if id.len() != 64 || !id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(Fault::NotAnAddress);
        }
        Ok(self.folder.join(&id[..2]).join(id))
    }
}

/// The digests of bytes that need not be stored.
pub fn digests(bytes: &[u8]) -> Stored {
    Stored { id: hex(&Sha256::digest(bytes)), sm3: hex(&Sm3::digest(bytes)), bytes: bytes.len() as u64 }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Evidence) {
        let folder = tempfile::tempdir().unwrap();
        let evidence = Evidence::open(folder.path()).unwrap();
        (folder, evidence)
    }

    #[test]
    fn many_files_are_kept_in_order_and_the_same_bytes_once() {
        let (_folder, store) = store();
        let stored = store.put_all(&[&b"one"[..], b"two", b"one"]).unwrap();
        assert_eq!((stored[0].id.clone(), stored.len()), (stored[2].id.clone(), 3));
        assert_eq!(store.get(&stored[1].id).unwrap(), b"two");
        assert_eq!(store.verify().unwrap(), (2, Vec::new()));
        assert!(fs::read_dir(store.folder.join("new")).unwrap().next().is_none());
    }

    #[test]
    fn the_standards_own_examples() {
        let abc = digests(b"abc");
        assert_eq!(abc.id, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(abc.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn the_same_bytes_are_kept_once_and_come_back() {
        let (_folder, evidence) = store();
        let first = evidence.put(b"photo").unwrap();
        assert_eq!(evidence.put(b"photo").unwrap(), first);
        assert_eq!(evidence.get(&first.id).unwrap(), b"photo");
        assert_eq!(evidence.list().unwrap(), [first.id]);
    }

    #[test]
    fn a_changed_byte_is_found() {
        let (folder, evidence) = store();
        let stored = evidence.put(b"photo").unwrap();
        fs::write(folder.path().join(&stored.id[..2]).join(&stored.id), b"phota").unwrap();
        assert!(matches!(evidence.get(&stored.id), Err(Fault::Changed(_))));
        assert_eq!(evidence.verify().unwrap(), (1, vec![stored.id]));
    }

    #[test]
    fn fifty_megabytes_are_taken_and_one_byte_more_is_not() {
        let (_folder, evidence) = store();
        let mut bytes = vec![7; BYTES_MAX as usize];
        assert!(evidence.put(&bytes).is_ok());
        bytes.push(7);
        assert!(matches!(evidence.put(&bytes), Err(Fault::TooLarge)));
    }

    #[test]
    fn an_address_never_becomes_a_path_outside() {
        let (_folder, evidence) = store();
        for id in ["../../etc/passwd", "", &"g".repeat(64), &"A".repeat(64)] {
            assert!(matches!(evidence.get(id), Err(Fault::NotAnAddress)), "{id}");
        }
        assert!(matches!(evidence.get(&"0".repeat(64)), Err(Fault::Missing(_))));
    }
}
