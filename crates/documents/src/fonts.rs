//! Font files: read once, known by their digest, kept with what was issued from them.

use std::path::Path;
use std::sync::Arc;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::Fault;

/// Families every document can be set in; without them a rare name would have holes.
const NEEDED: [&str; 2] = ["Noto Serif SC", "Noto Sans SC"];

/// A font file.
#[derive(Clone)]
pub struct FontFile {
    /// File name, for people; the digest is what identifies it.
    pub name: String,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
    /// The file, shared with the engine that was made from it.
    pub bytes: Arc<[u8]>,
}

impl FontFile {
    /// A font file from its bytes; the digest is computed here.
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> FontFile {
        let bytes = bytes.into();
        FontFile { name: name.into(), digest: crate::sha256_hex(&bytes), bytes }
    }
}

impl std::fmt::Debug for FontFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes, {})", self.name, self.bytes.len(), self.digest)
    }
}

/// The faces of some font files.
pub(crate) struct Faces {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
    /// Family names as the templates ask for them, sorted.
    pub(crate) families: Vec<String>,
}

impl Faces {
    pub(crate) fn of(files: &[FontFile]) -> Result<Faces, Fault> {
        let fonts: Vec<Font> =
            files.iter().flat_map(|file| Font::iter(Bytes::new(SharedBytes(file.bytes.clone())))).collect();
        let book = FontBook::from_fonts(&fonts);
        let mut families: Vec<String> = book.families().map(|(name, _)| name.to_owned()).collect();
        families.sort();
        families.dedup();
        match NEEDED.iter().find(|family| !families.iter().any(|have| have == *family)) {
            Some(family) => Err(Fault::NoFace { family }),
            None => Ok(Faces { book: LazyHash::new(book), fonts, families }),
        }
    }
}

struct SharedBytes(Arc<[u8]>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Reads the fonts of the folders, the first folder first and each by file name. A folder that does not exist is skipped
/// (a bureau may have none of its own); the same file twice is read once.
pub(crate) fn read(folders: &[&Path]) -> Result<Vec<FontFile>, Fault> {
    let fault = |path: &Path, error: std::io::Error| Fault::Unreadable { path: path.to_owned(), error };
    let mut files: Vec<FontFile> = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let mut paths = Vec::new();
        for entry in folder.read_dir().map_err(|error| fault(folder, error))? {
            paths.push(entry.map_err(|error| fault(folder, error))?.path());
        }
        paths.sort();
        for path in paths {
            let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
            if !matches!(extension.as_str(), "ttf" | "otf" | "ttc" | "otc") {
                continue;
            }
            let bytes = std::fs::read(&path).map_err(|error| fault(&path, error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let file = FontFile::new(name, bytes);
            if !files.iter().any(|have| have.digest == file.digest) {
                files.push(file);
            }
        }
    }
    Ok(files)
}
