//! Checking a package with nothing but the package: no server, no data folder, no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use casework::{INPUT_SLOT, scans};
use ledger::{Checkpoint, Entry, Line, VerifyingKey, commitment, included};

use crate::container::{self, Read1};
use crate::manifest::{self, Manifest};
use crate::package::{CHECKPOINT, ENTRIES, FILES, KEY, PAPERS, PAPERS_PROOF, PROOF, TEMPLATES, TEXTS, TextLine, Way};
use crate::{Variant, hex};

/// What holds of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holds {
    /// The bureau.
    pub bureau: String,
    /// The case's stream, `case/12`.
    pub stream: String,
    /// Number of the newest decision.
    pub number: String,
    /// The variant; its code where this program does not know it.
    pub variant: String,
    /// Files listed.
    pub files: usize,
    /// Entries opened.
    pub entries: usize,
    /// Entries of which only hash and way are enclosed.
    pub sealed: usize,
    /// Entries of the stream of papers, opened or not: how stamped originals came to the documents and went.
    pub papers: usize,
    /// Texts that open their commitments.
    pub texts: usize,
    /// Texts the opened entries are bound to and that are not enclosed: erased by order, or not for inspection.
    pub unopened: u64,
    /// Complete inputs of documents among the texts.
    pub documents: usize,
    /// Evidence files enclosed.
    pub evidence: usize,
    /// Files named by the opened entries and not enclosed.
    pub missing: usize,
    /// Who signed.
    pub origin: String,
    /// Entries the checkpoint covers.
    pub size: i64,
    /// The checkpoint's root, hexadecimal.
    pub root: String,
    /// The public key in the package, hexadecimal.
    pub key: String,
    /// That key was compared with one brought from elsewhere.
    pub compared: bool,
}

/// Why a package is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The part that does not fit: `容器`, or the name of a file in the package.
    pub part: String,
    /// What does not fit; Chinese.
    pub why: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}", self.part, self.why)
    }
}

impl std::error::Error for Refused {}

fn refused(part: &str, why: impl Into<String>) -> Refused {
    Refused { part: part.into(), why: why.into() }
}

/// The part that is no file.
pub const CONTAINER: &str = "容器";

/// Checks a package. `trusted` is the bureau's public key, got some other way; without it the one in the package is used, which shows that
/// the parts belong together and not who made them.
///
/// # Errors
/// The first part that does not fit.
pub fn check(input: impl Read, trusted: Option<&VerifyingKey>) -> Result<Holds, Refused> {
    let small = |name: &str| !name.starts_with(FILES) && name.ends_with(".txt") || name.ends_with(".jsonl");
    let members = container::read(input, small)?;
    let text = |name: &str| -> Result<&str, Refused> {
        let found = members.iter().find(|one| one.member.name == name);
        let bytes =
            found.and_then(|one| one.bytes.as_deref()).ok_or_else(|| refused(CONTAINER, format!("缺少 {name}")))?;
        std::str::from_utf8(bytes).map_err(|_| refused(name, "不是 UTF-8 文本"))
    };
    let note = text(manifest::NAME)?;
    let manifest = Manifest::read(note).ok_or_else(|| refused(manifest::NAME, "格式被改动"))?;
    listed(&manifest, &members)?;
    let own = key(text(KEY)?).ok_or_else(|| refused(KEY, "不是公钥"))?;
    if !manifest.is_signed(note, &own) {
        return Err(refused(manifest::NAME, "签名与公钥不符，清单被改动"));
    }
    if trusted.is_some_and(|trusted| trusted != &own) {
        return Err(refused(KEY, "包内公钥不是您给出的公钥，本包不是该单位签发的"));
    }
    let checkpoint = Checkpoint::open(text(CHECKPOINT)?, &own).map_err(|why| refused(CHECKPOINT, why))?;
    if checkpoint.origin != manifest.origin {
        return Err(refused(CHECKPOINT, "签发者与清单不同"));
    }
    let ways: Vec<Way> = lines(PROOF, text(PROOF)?)?;
    proved(PROOF, manifest.entries, &ways, &checkpoint)?;
    let whole = manifest.variant == Variant::Whole.code();
    let stream = Stream { bureau: &manifest.bureau, name: &manifest.stream, whole };
    let mut entries = opened(ENTRIES, &stream, text(ENTRIES)?, &ways)?;
    let (acts, sealed) = (entries.len(), ways.len() - entries.len());
    if manifest.papers > 0 {
        let ways: Vec<Way> = lines(PAPERS_PROOF, text(PAPERS_PROOF)?)?;
        proved(PAPERS_PROOF, manifest.papers, &ways, &checkpoint)?;
        let name = papers_of(&manifest.stream).ok_or_else(|| refused(manifest::NAME, "格式被改动"))?;
        let stream = Stream { name: &name, ..stream };
        entries.extend(opened(PAPERS, &stream, text(PAPERS)?, &ways)?);
    }
    let texts: Vec<TextLine> = lines(TEXTS, text(TEXTS)?)?;
    bound(&texts, &entries)?;
    let (evidence, missing) = named(&members, &entries)?;
    let bodies: u64 = entries.iter().map(|(entry, _)| u64::from(entry.texts)).sum();
    Ok(Holds {
        variant: Variant::parse(&manifest.variant).map_or(manifest.variant, |variant| variant.label().to_owned()),
        bureau: manifest.bureau,
        stream: manifest.stream,
        number: manifest.number,
        files: manifest.files.len(),
        sealed,
        entries: acts,
        papers: manifest.papers,
        unopened: bodies.saturating_sub(texts.len() as u64),
        documents: texts.iter().filter(|text| text.slot == INPUT_SLOT).count(),
        texts: texts.len(),
        evidence,
        missing,
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: hex(&checkpoint.root.0),
        key: hex(own.as_bytes()),
        compared: trusted.is_some(),
    })
}

/// A public key as it stands in the package: one spelling only.
fn key(text: &str) -> Option<VerifyingKey> {
    let line = text.strip_suffix('\n')?;
    let bytes: [u8; 32] = from_hex(line)?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !digits || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

fn lines<T: serde::de::DeserializeOwned>(part: &str, text: &str) -> Result<Vec<T>, Refused> {
    let read = |(line, number): (&str, usize)| {
        serde_json::from_str(line).map_err(|_| refused(part, format!("第 {number} 行的格式不正确")))
    };
    text.lines().zip(1..).map(read).collect()
}

/// Every file is listed with what it is, and nothing else is there.
fn listed(manifest: &Manifest, members: &[Read1]) -> Result<(), Refused> {
    let Some((last, files)) = members.split_last() else { return Err(refused(CONTAINER, "是空的")) };
    if last.member.name != manifest::NAME || files.len() != manifest.files.len() {
        return Err(refused(manifest::NAME, "所列文件与包内文件不同"));
    }
    for (one, (sha256, sm3, bytes, name)) in files.iter().zip(&manifest.files) {
        let member = &one.member;
        if member.name != *name {
            return Err(refused(manifest::NAME, format!("所列“{name}”与包内“{}”不同", member.name)));
        }
        if member.bytes != *bytes || member.sha256 != *sha256 || member.sm3 != *sm3 {
            return Err(refused(name, "内容与清单上的校验值不符"));
        }
    }
    Ok(())
}

/// The stream of the papers of a case's stream.
fn papers_of(stream: &str) -> Option<String> {
    Some(scans::stream(stream.strip_prefix("case/")?.parse().ok()?))
}

/// Every entry stands under the signed root, in order.
fn proved(part: &str, count: usize, ways: &[Way], checkpoint: &Checkpoint) -> Result<(), Refused> {
    if ways.is_empty() || ways.len() != count {
        return Err(refused(part, "条数与清单不符"));
    }
    if !ways.is_sorted_by(|a, b| a.position < b.position) {
        return Err(refused(part, "没有按先后排列"));
    }
    for way in ways {
        if !included(&way.hash, way.position, checkpoint.size, &way.path, &checkpoint.root) {
            return Err(refused(part, format!("流水第 {} 号记录不在检查点所签的记录之中", way.position)));
        }
    }
    Ok(())
}

/// A stream as it should stand in a package.
#[derive(Clone, Copy)]
struct Stream<'a> {
    bureau: &'a str,
    name: &'a str,
    /// Nothing of it may be sealed.
    whole: bool,
}

/// The opened entries are those proved, each at its place in the stream; with their bodies as JSON.
fn opened(
    part: &str,
    stream: &Stream<'_>,
    text: &str,
    ways: &[Way],
) -> Result<Vec<(Entry, serde_json::Value)>, Refused> {
    let places: BTreeMap<i64, (usize, &Way)> =
        ways.iter().zip(1..).map(|(way, at)| (way.position, (at, way))).collect();
    let mut entries = Vec::new();
    let mut last = 0;
    for Line { bureau, entry } in lines::<Line>(part, text)? {
        let at = entry.position;
        let wrong = |why: &str| refused(part, format!("流水第 {at} 号记录{why}"));
        if bureau != stream.bureau || entry.stream != stream.name {
            return Err(wrong("不属于本案"));
        }
        if at <= last {
            return Err(wrong("没有按先后排列"));
        }
        last = at;
        let Some((place, way)) = places.get(&at) else { return Err(wrong("没有证明")) };
        if usize::try_from(entry.version) != Ok(*place) {
            return Err(wrong("不是本案的这一步"));
        }
        if entry.rehash(&bureau) != entry.hash || entry.hash != way.hash {
            return Err(wrong("的内容与其校验值不符"));
        }
        let body = serde_json::from_str(&entry.body).map_err(|_| wrong("的内容不能读取"))?;
        entries.push((entry, body));
    }
    if stream.whole && entries.len() != ways.len() {
        return Err(refused(part, "全卷缺少记录"));
    }
    Ok(entries)
}

/// Every text opens a commitment in the body of its entry.
fn bound(texts: &[TextLine], entries: &[(Entry, serde_json::Value)]) -> Result<(), Refused> {
    let mut said: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (entry, body) in entries {
        strings(body, &mut |text| {
            said.entry(entry.position).or_default().insert(text.to_owned());
        });
    }
    let mut seen = BTreeSet::new();
    for text in texts {
        let wrong =
            |why: &str| refused(TEXTS, format!("流水第 {} 号记录的第 {} 段文字{why}", text.position, text.slot));
        if !seen.insert((text.position, text.slot)) {
            return Err(wrong("重复"));
        }
        let salt = from_hex(&text.salt).ok_or_else(|| wrong("的随机数不正确"))?;
        let made = commitment(text.position, text.slot.into(), &salt, &text.text);
        if !said.get(&text.position).is_some_and(|said| said.contains(&made)) {
            return Err(wrong("与承诺值不符"));
        }
    }
    Ok(())
}

/// Every string of a body.
fn strings(value: &serde_json::Value, out: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => out(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| strings(field, out)),
        _ => {}
    }
}

/// Files and templates are what their names say, and are named by an entry; how many files there are and how many are not enclosed.
fn named(members: &[Read1], entries: &[(Entry, serde_json::Value)]) -> Result<(usize, usize), Refused> {
    let (mut files, mut templates) = (BTreeSet::new(), BTreeSet::new());
    // An original that was taken away again is not enclosed, and must not be.
    let dropped = entries.iter().filter(|(entry, _)| entry.kind == scans::DROPPED);
    let dropped: BTreeSet<i64> = dropped.filter_map(|(_, body)| body.get("scan")?.as_i64()).collect();
    for (entry, body) in entries {
        if entry.kind == scans::SCANNED && !dropped.contains(&entry.position) {
            files.extend(body.get("file").and_then(|id| id.as_str()));
        }
        if let Some(named) = body.pointer("/recorded/act/files").and_then(|files| files.as_array()) {
            files.extend(named.iter().filter_map(|id| id.as_str()));
        }
        templates.extend(body.pointer("/issued/template").and_then(|id| id.as_str()));
    }
    let mut enclosed = 0;
    for Read1 { member, .. } in members {
        let (named, rest) = match (member.name.strip_prefix(FILES), member.name.strip_prefix(TEMPLATES)) {
            (Some(rest), _) => (&files, rest),
            (_, Some(rest)) => (&templates, rest),
            _ => continue,
        };
        let id = rest.split('.').next().unwrap_or_default();
        if id != member.sha256 {
            return Err(refused(&member.name, "内容与文件名所示校验值不符"));
        }
        if !named.contains(id) {
            return Err(refused(&member.name, "没有任何记录提到该文件"));
        }
        enclosed += usize::from(member.name.starts_with(FILES));
    }
    Ok((enclosed, files.len() - enclosed))
}
