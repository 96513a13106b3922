//! The case file as a whole (案卷): one PDF in the legal order, and a signed package that anybody can check without us.
//!
//! [`Contents`] is read in one snapshot. [`Contents::volume`] sets cover, index, every document, a page for every act without a paper,
//! every evidence file and the remarks as one PDF. [`prepare`] and [`Prepared::write`] put that PDF, the entries, the texts, the files and
//! their proof against a signed checkpoint into one container; [`check::check`] verifies such a container with nothing else at hand.
//!
//! The same case, variant and checkpoint give the same bytes: no clock is read, and the checkpoint taken is the first that covers the case.

pub mod check;
mod container;
mod contents;
mod jpeg;
mod manifest;
mod package;
mod pages;
mod record;
mod words;

pub use contents::{Contents, Kept, Part, Variant};
pub use package::{CHECK_BODY, CHECK_SCRIPT, CHECK_STYLE, Prepared, Signer, check_page, prepare};
pub use pages::Set;
pub use record::{Export, Form, exports, record};

/// Why a file cannot be exported. `Display` is Chinese and says what to do.
#[derive(Debug)]
pub enum Error {
    /// There is no such case.
    NoCase,
    /// No fonts, so no documents can be set here.
    NoFonts,
    /// The typesetter refused.
    Setting(documents::Fault),
    /// A stored file is not what it was: nothing is exported as if it were.
    Changed(String),
    /// The database or the disk.
    Ledger(ledger::Fault),
    /// Writing failed.
    Io(std::io::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::NoCase => f.write_str("没有这个案件。请核对案件编号。"),
            Error::NoFonts => f.write_str("本机没有文书字体，不能制作案卷。请系统管理员把字体目录放到程序旁边。"),
            Error::Setting(fault) => write!(f, "案卷排版失败：{fault}"),
            Error::Changed(id) => {
                write!(f, "文件 {}… 与登记的校验值不一致，案卷没有导出。请告知系统管理员。", id.get(..12).unwrap_or(id))
            }
            Error::Ledger(fault) => write!(f, "{fault}"),
            Error::Io(error) => write!(f, "写入失败：{error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<ledger::Fault> for Error {
    fn from(fault: ledger::Fault) -> Error {
        Error::Ledger(fault)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Io(error)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Digests and size of a file of any length, read in small pieces.
///
/// # Errors
/// Reading fails.
pub fn digest(mut input: impl std::io::Read) -> std::io::Result<evidence::Stored> {
    use sha2::Digest;
    let (mut sha, mut sm3) = (sha2::Sha256::new(), sm3::Sm3::new());
    let mut piece = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let read = input.read(&mut piece)?;
        if read == 0 {
            return Ok(evidence::Stored { id: hex(&sha.finalize()), sm3: hex(&sm3.finalize()), bytes });
        }
        sha.update(&piece[..read]);
        sm3.update(&piece[..read]);
        bytes += read as u64;
    }
}
