//! The container: a ZIP archive in which everything is fixed that need not vary (stored, one date, no extras), so that every byte of it
//! follows from names and contents and a changed one is found. Any program that opens ZIP archives opens it.

use std::io::{self, Read, Write};

use crc32fast::Hasher;
use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::check::{CONTAINER, Refused};
use crate::hex;

/// Members at most: far more than a case has, far less than what would wear a checker down.
const MEMBERS_MAX: usize = 20_000;
/// Bytes of a member that is read whole.
pub(crate) const WHOLE_MAX: u64 = 256 * 1024 * 1024;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// What is known of a member without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// Hexadecimal.
    pub(crate) sha256: String,
    /// Hexadecimal.
    pub(crate) sm3: String,
    crc: u32,
    offset: u32,
}

/// The twenty-six bytes that local header and directory have in common: version, names in UTF-8, stored, first day of 1980, sum, sizes.
fn common(crc: u32, size: u32, name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(26);
    for half in [20_u16, 0x0800, 0, 0, 0x0021] {
        out.extend(half.to_le_bytes());
    }
    for word in [crc, size, size] {
        out.extend(word.to_le_bytes());
    }
    out.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// Directory and end of an archive with these members whose directory begins at `start`.
fn directory(members: &[Member], start: u32) -> Vec<u8> {
    let mut out = Vec::new();
    for member in members {
        out.extend(CENTRAL.to_le_bytes());
        out.extend(20_u16.to_le_bytes());
        out.extend(common(member.crc, u32::try_from(member.bytes).unwrap_or(u32::MAX), &member.name));
        // Length of comment, disk, inner and outer attributes.
        out.extend([0; 10]);
        out.extend(member.offset.to_le_bytes());
        out.extend(member.name.as_bytes());
    }
    let size = u32::try_from(out.len()).unwrap_or(u32::MAX);
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX).to_le_bytes();
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Writes a container from front to back.
pub(crate) struct Writer<W: Write> {
    out: W,
    at: u64,
    pub(crate) members: Vec<Member>,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(out: W) -> Writer<W> {
        Writer { out, at: 0, members: Vec::new() }
    }

    /// Adds a member.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let crc = crc32fast::hash(bytes);
        let too_large = || io::Error::other("a package does not hold more than four gigabytes");
        let size = u32::try_from(bytes.len()).map_err(|_| too_large())?;
        let offset = u32::try_from(self.at).map_err(|_| too_large())?;
        let mut head = LOCAL.to_le_bytes().to_vec();
        head.extend(common(crc, size, name));
        head.extend(name.as_bytes());
        self.out.write_all(&head)?;
        self.out.write_all(bytes)?;
        self.at += head.len() as u64 + u64::from(size);
        self.members.push(Member {
            name: name.to_owned(),
            bytes: u64::from(size),
            sha256: hex(&Sha256::digest(bytes)),
            sm3: hex(&Sm3::digest(bytes)),
            crc,
            offset,
        });
        Ok(())
    }

    /// Writes the directory and gives back what was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let start = u32::try_from(self.at).map_err(|_| io::Error::other("a package of more than four gigabytes"))?;
        self.out.write_all(&directory(&self.members, start))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A member that was read: what is known of it, and its bytes where they are kept.
pub(crate) struct Read1 {
    pub(crate) member: Member,
    /// None where only its digests were wanted.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Reads a container from front to back; `keep` says of which members the bytes are wanted. Members that are not wanted pass through
/// in small pieces, whatever their size. Every byte of the container is either content or checked here.
///
/// # Errors
/// What of the container does not fit, or the member whose content and sum differ.
pub(crate) fn read(input: impl Read, keep: impl Fn(&str) -> bool) -> Result<Vec<Read1>, Refused> {
    let mut input = input;
    let mut at: u64 = 0;
    let mut all: Vec<Read1> = Vec::new();
    loop {
        let mut sign = [0; 4];
        fill(&mut input, &mut sign)?;
        if u32::from_le_bytes(sign) != LOCAL {
            let start = u32::try_from(at).map_err(|_| wrong("超过 4 GB"))?;
            let members: Vec<Member> = all.iter().map(|one| one.member.clone()).collect();
            let expected = directory(&members, start);
            let mut rest = sign.to_vec();
            input.take(expected.len() as u64 + 1).read_to_end(&mut rest).map_err(|e| wrong(e.to_string()))?;
            if rest != expected {
                return Err(wrong("目录或者结尾与内容不符"));
            }
            return Ok(all);
        }
        if all.len() >= MEMBERS_MAX {
            return Err(wrong("文件太多"));
        }
        let mut head = [0; 26];
        fill(&mut input, &mut head)?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (crc, size) = (word(10), word(14));
        let mut name = vec![0; usize::from(u16::from_le_bytes([head[22], head[23]]))];
        fill(&mut input, &mut name)?;
        let name = String::from_utf8(name).map_err(|_| wrong("文件名不是 UTF-8"))?;
        if !is_plain(&name) || all.iter().any(|one| one.member.name == name) {
            return Err(wrong("文件名不合规或者重复"));
        }
        if head.as_slice() != common(crc, size, &name) {
            return Err(wrong(format!("“{name}”的文件头被改动")));
        }
        let offset = u32::try_from(at).map_err(|_| wrong("超过 4 GB"))?;
        let keep = keep(&name);
        if keep && u64::from(size) > WHOLE_MAX {
            return Err(wrong(format!("“{name}”太大")));
        }
        let (member, bytes) = content(&mut input, name, size, crc, offset, keep)?;
        at += 30 + member.name.len() as u64 + member.bytes;
        all.push(Read1 { member, bytes });
    }
}

fn content(
    input: &mut impl Read,
    name: String,
    size: u32,
    crc: u32,
    offset: u32,
    keep: bool,
) -> Result<(Member, Option<Vec<u8>>), Refused> {
    let (mut sum, mut sha, mut sm3) = (Hasher::new(), Sha256::new(), Sm3::new());
    let mut kept = Vec::new();
    let mut left = u64::from(size);
    let mut piece = vec![0; 64 * 1024];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let read = input.read(&mut piece[..wanted]).map_err(|e| wrong(e.to_string()))?;
        if read == 0 {
            return Err(wrong(format!("在“{name}”处中断，不完整")));
        }
        let read = &piece[..read];
        sum.update(read);
        sha.update(read);
        sm3.update(read);
        if keep {
            kept.extend_from_slice(read);
        }
        left -= read.len() as u64;
    }
    let member = Member {
        bytes: u64::from(size),
        sha256: hex(&sha.finalize()),
        sm3: hex(&sm3.finalize()),
        crc: sum.finalize(),
        offset,
        name,
    };
    if member.crc != crc {
        return Err(Refused { part: member.name, why: "内容或者校验和被改动".into() });
    }
    Ok((member, keep.then_some(kept)))
}

fn wrong(why: impl Into<String>) -> Refused {
    Refused { part: CONTAINER.into(), why: why.into() }
}

fn fill(input: &mut impl Read, to: &mut [u8]) -> Result<(), Refused> {
    input.read_exact(to).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => wrong("不完整"),
        _ => wrong(e.to_string()),
    })
}

/// A name that stays within the folder it is unpacked into, whatever unpacks it.
fn is_plain(name: &str) -> bool {
    let ascii = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    !name.is_empty()
        && name.len() <= 200
        && name.chars().all(|c| ascii(c) || han(c))
        && name.split('/').all(|step| !step.is_empty() && !step.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        writer.add("说明.txt", "甲".as_bytes()).unwrap();
        writer.add("files/a.bin", &[7; 300]).unwrap();
        writer.add("leer", b"").unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn what_was_packed_is_read() {
        let all = read(packed().as_slice(), |name| name == "说明.txt").unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].bytes.as_deref(), Some("甲".as_bytes()));
        assert_eq!((all[1].bytes.is_none(), all[1].member.bytes), (true, 300));
        assert_eq!(all[1].member.sha256, hex(&Sha256::digest([7; 300])));
    }

    #[test]
    fn any_byte_changed_added_or_lost_is_found() {
        let whole = packed();
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x40;
            assert!(read(bent.as_slice(), |_| true).is_err(), "byte {at}");
            assert!(read(&whole[..at], |_| true).is_err(), "cut at {at}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(read(longer.as_slice(), |_| true).is_err());
    }

    #[test]
    fn names_stay_within_their_folder() {
        for bad in ["", "/etc/passwd", "../a", "a/../b", "a//b", "a\\b", "c:a", ".htaccess", "a\nb"] {
            assert!(!is_plain(bad), "{bad:?}");
        }
        assert!(is_plain("files/00ff.jpg") && is_plain("卷宗.pdf"));
    }
}
