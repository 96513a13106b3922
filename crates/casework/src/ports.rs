//! Ways out for documents: a program that puts an electronic seal on a PDF (GB/T 38540), and one that turns it into OFD (GB/T 33190).
//!
//! Neither is part of this product. A bureau that has one names it; it is run with a file in and a file out, without a shell, without our
//! environment, for a bounded time, and what it leaves is looked at before it is believed. Contract: `docs/ports.md`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Serialize;

/// A way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// Electronic seal.
    Seal,
    /// Conversion to OFD.
    Ofd,
}

impl Port {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Port::Seal => "电子签章",
            Port::Ofd => "OFD 转换",
        }
    }

    /// The standard it goes by.
    pub fn standard(self) -> &'static str {
        match self {
            Port::Seal => "GB/T 38540",
            Port::Ofd => "GB/T 33190",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Port::Seal => "seal",
            Port::Ofd => "convert",
        }
    }
}

/// A program and how it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program, by its whole path.
    pub path: PathBuf,
    /// What stands before our own arguments.
    pub args: Vec<String>,
    /// How long it may take.
    pub wait: Duration,
}

/// The ways out a bureau has.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    /// Puts electronic seals.
    pub seal: Option<Program>,
    /// Makes OFD.
    pub ofd: Option<Program>,
    /// Where files lie while a program works on them; each run has a folder of its own, gone afterwards.
    pub folder: PathBuf,
}

/// What a program is told of the document, as JSON; nothing of the party.
#[derive(Debug, Clone, Serialize)]
pub struct About {
    /// Code for verification.
    pub code: String,
    /// Number as printed.
    pub number: String,
    /// Title.
    pub title: String,
    /// Name of the organ.
    pub organ: String,
    /// Day of issue.
    pub day: String,
    /// SHA-256 of the PDF that goes in, hexadecimal.
    pub sha256: String,
}

/// Why nothing came back. `Display` is Chinese and says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// There is no such way out here.
    None(Port),
    /// The program cannot be started.
    Start(Port),
    /// It took too long and was ended.
    Slow(Port),
    /// It ended with an error.
    Ended(Port),
    /// It left no file, an empty one or too large a one.
    Left(Port),
    /// What it left is not what was asked for.
    Form(Port),
    /// It does not stand by what it left: its own verification fails.
    Unverified(Port),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::None(port) => write!(f, "本单位没有接入{}（{}）", port.label(), port.standard()),
            Failure::Start(port) => write!(f, "{}程序启动不了，没有生成任何文件，请系统管理员检查配置", port.label()),
            Failure::Slow(port) => {
                write!(f, "{}程序超过时限没有完成，已经停止，没有生成任何文件，请稍后重试", port.label())
            }
            Failure::Ended(port) => write!(f, "{}程序报告失败，没有生成任何文件，请系统管理员查看日志", port.label()),
            Failure::Left(port) => {
                write!(f, "{}程序没有交回文件，或者文件超过 50 MB，请系统管理员查看日志", port.label())
            }
            Failure::Form(port) => {
                write!(f, "{}程序交回的不是约定的格式，没有采用，请系统管理员查看日志", port.label())
            }
            Failure::Unverified(port) => {
                write!(f, "{}程序交回的文件没有通过它自己的核验，没有采用，请系统管理员查看日志", port.label())
            }
        }
    }
}

impl std::error::Error for Failure {}

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(25);
/// How much of what a program complains about goes to the log, bytes.
const SAID_MAX: u64 = 2_000;
/// The beginning and the end of an OFD are looked at, bytes.
const LOOKED: usize = 64 * 1024;

impl Ports {
    /// The program of a way out.
    pub fn program(&self, port: Port) -> Option<&Program> {
        match port {
            Port::Seal => self.seal.as_ref(),
            Port::Ofd => self.ofd.as_ref(),
        }
    }

    /// Gives a PDF out and takes back what the program makes of it. Blocks as long as the program is given.
    ///
    /// # Errors
    /// See [`Failure`]; whatever it is, nothing is kept of it.
    pub fn run(&self, port: Port, pdf: &[u8], about: &About) -> Result<Vec<u8>, Failure> {
        let program = self.program(port).ok_or(Failure::None(port))?;
        let folder = Folder::make(&self.folder).ok_or(Failure::Start(port))?;
        let path = |name: &str| folder.0.join(name);
        let (given, made, told) = (path("in.pdf"), path("out"), path("about.json"));
        let json = serde_json::to_vec(about).map_err(|_| Failure::Start(port))?;
        fs::write(&given, pdf).and_then(|()| fs::write(&told, json)).map_err(|_| Failure::Start(port))?;
        program.run(port, &folder.0, port.verb(), &[&given, &made, &told])?;
        let back = taken(&made).ok_or(Failure::Left(port))?;
        if !is_form(port, &back) {
            return Err(Failure::Form(port));
        }
        if port == Port::Seal {
            // A seal that its maker does not confirm is none.
            match program.run(port, &folder.0, "verify", &[&made, &told]) {
                Ok(()) => {}
                Err(Failure::Ended(_)) => return Err(Failure::Unverified(port)),
                Err(other) => return Err(other),
            }
            // And the program had its hands on the file once more.
            if taken(&made).as_deref() != Some(back.as_slice()) {
                return Err(Failure::Unverified(port));
            }
        }
        Ok(back)
    }
}

impl Program {
    fn run(&self, port: Port, folder: &Path, verb: &str, files: &[&Path]) -> Result<(), Failure> {
        let said = folder.join("said");
        let log = fs::File::create(&said).map_err(|_| Failure::Start(port))?;
        let mut command = Command::new(&self.path);
        command.args(&self.args).arg(verb).args(files).current_dir(folder).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child = command.spawn().map_err(|error| {
            tracing::error!(program = %self.path.display(), %error, "a program for documents cannot be started");
            Failure::Start(port)
        })?;
        let ended = self.waited(&mut child);
        if ended == Some(true) {
            return Ok(());
        }
        let mut words = String::new();
        let read = fs::File::open(&said).map(|file| file.take(SAID_MAX).read_to_string(&mut words));
        tracing::error!(program = %self.path.display(), verb, ?ended, said = words, readable = read.is_ok(), "a program for documents failed");
        Err(if ended.is_none() { Failure::Slow(port) } else { Failure::Ended(port) })
    }

    /// Whether it ended well; none where it had to be ended.
    fn waited(&self, child: &mut Child) -> Option<bool> {
        let mut left = self.wait;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status.success()),
                Ok(None) if !left.is_zero() => {
                    std::thread::sleep(TICK.min(left));
                    left = left.saturating_sub(TICK);
                }
                _ => {
                    // Already gone, or gone now: either way it is waited for, so that nothing stays behind.
                    let _ = child.kill();
                    let _ = child.wait();
                    return None;
                }
            }
        }
    }
}

/// What a program left, where it is a file of a size that is taken; what it links to elsewhere is not.
fn taken(path: &Path) -> Option<Vec<u8>> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() == 0 || about.len() > evidence::BYTES_MAX {
        return None;
    }
    fs::read(path).ok()
}

/// A sealed document is a PDF or an OFD; a converted one is an OFD: a ZIP with OFD.xml in its list.
fn is_form(port: Port, bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(LOOKED)..];
    let ofd = bytes.starts_with(b"PK\x03\x04") && tail.windows(7).any(|name| name == b"OFD.xml");
    ofd || (port == Port::Seal && bytes.starts_with(b"%PDF-"))
}

/// A folder for one run, gone with the value.
struct Folder(PathBuf);

impl Folder {
    fn make(within: &Path) -> Option<Folder> {
        let mut bytes = [0_u8; 12];
        getrandom::fill(&mut bytes).ok()?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = within.join(name);
        fs::create_dir_all(&folder).ok()?;
        Some(Folder(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is only scratch.
        let _ = fs::remove_dir_all(&self.0);
    }
}
