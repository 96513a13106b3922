//! The signed package: file, entries, texts, evidence and their proof against a checkpoint, in one container.

use std::collections::BTreeSet;
use std::io::Write;

use casework::Casework;
use evidence::Evidence;
use law::Day;
use ledger::{ChainHash, Checkpoint, Entry, Fault, Root, SigningKey};
use serde::{Deserialize, Serialize};

use crate::container::Writer;
use crate::contents::{Contents, Variant};
use crate::manifest::{self, Manifest};
use crate::{Error, Set, hex};

/// Names within the package.
pub(crate) const READ_ME: &str = "说明.txt";
pub(crate) const PDF: &str = "卷宗.pdf";
pub(crate) const CHECK: &str = "check.html";
pub(crate) const CHECKPOINT: &str = "checkpoint.txt";
pub(crate) const KEY: &str = "key.txt";
pub(crate) const ENTRIES: &str = "entries.jsonl";
pub(crate) const PROOF: &str = "proof.jsonl";
pub(crate) const PAPERS: &str = "papers.jsonl";
pub(crate) const PAPERS_PROOF: &str = "papers-proof.jsonl";
pub(crate) const TEXTS: &str = "texts.jsonl";
pub(crate) const FILES: &str = "files/";
pub(crate) const TEMPLATES: &str = "templates/";

/// Bytes of evidence packed; the container ends at four gigabytes, and what comes after is named in the report as not enclosed.
const FILES_MAX: u64 = 3 << 30;

/// The script that checks a package in a browser.
pub const CHECK_SCRIPT: &str = include_str!("../assets/check.js");
/// What the checking page shows.
pub const CHECK_BODY: &str = include_str!("../assets/check-body.html");
/// How that looks.
pub const CHECK_STYLE: &str = include_str!("../assets/check.css");
/// How the page around it looks where it stands alone.
const CHECK_ALONE: &str = include_str!("../assets/check-alone.css");

/// The checking page as one file that needs nothing beside it: opened from a disk it works without a network.
pub fn check_page() -> String {
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>核验案卷数据包</title>\n\
         <style>\n{CHECK_ALONE}{CHECK_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>核验案卷数据包</h1>\n{CHECK_BODY}</main>\n\
         <script type=\"module\">\n{CHECK_SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// Who signs: the key of the checkpoints and the name they carry.
#[derive(Clone)]
pub struct Signer {
    /// The key.
    pub key: SigningKey,
    /// The name.
    pub origin: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The way of one entry up to the root, without the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Way {
    pub(crate) position: i64,
    pub(crate) hash: ChainHash,
    pub(crate) path: Vec<Root>,
}

/// A text as a line of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextLine {
    pub(crate) position: i64,
    pub(crate) slot: u32,
    /// Hexadecimal.
    pub(crate) salt: String,
    pub(crate) text: String,
}

/// Everything of a package but the bytes of the evidence, ready to be written.
pub struct Prepared {
    contents: Contents,
    signer: Signer,
    bureau: String,
    checkpoint: Checkpoint,
    ways: Vec<Way>,
    /// Of the entries of the stream of papers.
    papers: Vec<Way>,
}

/// Reads a case, and proves its entries against the first checkpoint that covers them; where none does yet, one is signed now.
///
/// # Errors
/// There is no such case, the checkpoint kept is not of this key, or the database fails.
pub async fn prepare(
    own: &Casework,
    signer: Signer,
    case: i64,
    variant: Variant,
    today: Day,
) -> Result<Prepared, Error> {
    let copy = own.clone();
    let contents = own.ledger.read(move |tx| Contents::read(&copy, tx, case, variant, today)).await?;
    let contents = contents.ok_or(Error::NoCase)?;
    let last = contents.entries.iter().chain(&contents.papers).map(|entry| entry.position).max().unwrap_or(0);
    let note = own
        .ledger
        .read(move |tx| {
            let bureau = tx.bureau().to_owned();
            tx.row(
                "SELECT note FROM checkpoints WHERE bureau = $1 AND size >= $2 ORDER BY size LIMIT 1",
                &[bureau.as_str().into(), last.into()],
                |row| Ok(row.text(0)),
            )
        })
        .await?;
    let checkpoint = match note.and_then(|note| Checkpoint::open(&note, &signer.key.verifying_key()).ok()) {
        Some(checkpoint) => checkpoint,
        None => own.ledger.checkpoint(&signer.key, &signer.origin).await?,
    };
    let ways = ways(own, &casework::stream(case), &checkpoint, &contents.entries).await?;
    let papers = match contents.papers.is_empty() {
        true => Vec::new(),
        false => self::ways(own, &casework::scans::stream(case), &checkpoint, &contents.papers).await?,
    };
    Ok(Prepared { contents, signer, bureau: own.ledger.bureau().to_owned(), checkpoint, ways, papers })
}

/// The ways of these entries of a stream; what was recorded since they were read is not part of the file.
async fn ways(own: &Casework, stream: &str, checkpoint: &Checkpoint, entries: &[Entry]) -> Result<Vec<Way>, Error> {
    let last = entries.last().map_or(0, |entry| entry.position);
    let proof = own.ledger.prove(stream, checkpoint).await?;
    let proved = proof.entries.into_iter().filter(|proved| proved.entry.position <= last);
    Ok(proved.map(|p| Way { position: p.entry.position, hash: p.entry.hash, path: p.path }).collect())
}

impl Prepared {
    /// What is packed.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Writes the package. `set` is the file as PDF, [`Contents::volume`]. Evidence is read and written one file after another.
    ///
    /// # Errors
    /// A file is not what it was, or writing fails.
    pub fn write<W: Write>(&self, evidence: &Evidence, set: &Set, out: W) -> Result<W, Error> {
        let sealed = self.contents.sealed();
        let mut writer = Writer::new(out);
        writer.add(READ_ME, self.read_me(self.contents.sealed_acts()).as_bytes())?;
        writer.add(PDF, &set.pdf)?;
        writer.add(CHECK, check_page().as_bytes())?;
        writer.add(CHECKPOINT, self.checkpoint.note.as_bytes())?;
        writer.add(KEY, format!("{}\n", hex(self.signer.key.verifying_key().as_bytes())).as_bytes())?;
        let lines = |entries: &[Entry]| {
            let open = entries.iter().filter(|entry| !sealed.contains(&entry.position));
            jsonl(open.map(|entry| ledger::Line { bureau: self.bureau.clone(), entry: entry.clone() }))
        };
        writer.add(ENTRIES, &lines(&self.contents.entries)?)?;
        writer.add(PROOF, &jsonl(self.ways.iter())?)?;
        if !self.papers.is_empty() {
            writer.add(PAPERS, &lines(&self.contents.papers)?)?;
            writer.add(PAPERS_PROOF, &jsonl(self.papers.iter())?)?;
        }
        let texts = self.contents.opened().map(|t| TextLine {
            position: t.position,
            slot: t.slot,
            salt: hex(&t.salt),
            text: t.text.clone(),
        });
        writer.add(TEXTS, &jsonl(texts)?)?;
        self.blobs(&mut writer, evidence, &sealed)?;
        let manifest = Manifest {
            origin: self.signer.origin.clone(),
            bureau: self.bureau.clone(),
            stream: casework::stream(self.contents.file.id),
            number: self.contents.number(),
            variant: self.contents.variant.code().to_owned(),
            entries: self.ways.len(),
            papers: self.papers.len(),
            files: Manifest::files(&writer.members),
        };
        writer.add(manifest::NAME, manifest.signed(&self.signer.key).as_bytes())?;
        Ok(writer.finish()?)
    }

    /// Templates of the documents and files the acts name, each once, in the order of the acts.
    fn blobs<W: Write>(
        &self,
        writer: &mut Writer<W>,
        evidence: &Evidence,
        sealed: &BTreeSet<i64>,
    ) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        let mut packed = 0;
        let open = self.contents.file.acts.iter().filter(|act| !sealed.contains(&act.position));
        for act in open {
            let template = act.document.iter().map(|issued| (TEMPLATES, issued.template.as_str()));
            let files = act.recorded.act.blobs();
            let files = files.iter().map(|blob| (FILES, blob.0.as_str()));
            let code = act.document.as_ref().map(|issued| issued.code.as_str());
            let scans = code.into_iter().flat_map(|code| self.contents.scans_of(code));
            let scans = scans.map(|scan| (FILES, scan.file.as_str()));
            for (folder, id) in template.chain(files).chain(scans) {
                if !seen.insert((folder, id.to_owned())) {
                    continue;
                }
                let bytes = match evidence.get(id) {
                    Ok(bytes) => bytes,
                    Err(evidence::Fault::Changed(id)) => return Err(Error::Changed(id)),
                    Err(_) => continue,
                };
                packed += bytes.len() as u64;
                if packed > FILES_MAX {
                    continue;
                }
                writer.add(&format!("{folder}{id}.{}", ending(folder, &bytes)), &bytes)?;
            }
        }
        Ok(())
    }

    /// Sets the file and writes the package into memory.
    ///
    /// # Errors
    /// As [`Contents::volume`] and [`Prepared::write`].
    pub fn bytes(&self, own: &Casework) -> Result<Vec<u8>, Error> {
        let set = self.contents.volume(own)?;
        self.write(&own.evidence, &set, Vec::new())
    }

    fn read_me(&self, sealed: usize) -> String {
        let contents = &self.contents;
        let scope = match contents.variant {
            Variant::Whole => "全卷（含副卷，内部使用）".to_owned(),
            Variant::Inspection => format!("正卷（供查阅）；另有副卷 {sealed} 件，只附校验值和证明，不附内容"),
            Variant::Court => format!("申请人民法院强制执行材料；卷内另有 {sealed} 件，只附校验值和证明，不附内容"),
        };
        let key = hex(self.signer.key.verifying_key().as_bytes());
        let lines = [
            "案卷数据包".to_owned(),
            String::new(),
            format!("单位：{}", contents.organ()),
            format!("案件：第 {} 号，{}", contents.file.id, contents.number()),
            format!("范围：{scope}"),
            format!(
                "记录：{} 条；检查点：流水前 {} 条，签发者 {}",
                self.ways.len(),
                self.checkpoint.size,
                self.signer.origin
            ),
            String::new(),
            "里面有什么".to_owned(),
            format!("  {PDF}：整卷，按法定八类排列，有封面、目录、页码和备考表。"),
            format!("  {ENTRIES}：本案在流水中的记录，一行一条。"),
            format!("  {PAPERS}、{PAPERS_PROOF}：盖章原件归入、移出的记录及其证明（有盖章原件的才有）。"),
            format!("  {TEXTS}：记录中以承诺值代替的文字及其随机数。"),
            format!("  {FILES}：证据、盖章原件等文件，文件名为其 SHA-256 校验值。"),
            format!("  {TEMPLATES}：文书签发时所用的模板。"),
            format!("  {PROOF}：每条记录通向检查点根值的证明路径。"),
            format!("  {CHECKPOINT}、{KEY}：签名的检查点和公钥。"),
            format!("  {}：以上每个文件的 SHA-256 和 SM3 校验值，由本单位签名。", manifest::NAME),
            String::new(),
            "怎样核验".to_owned(),
            format!("  一、用浏览器打开 {CHECK}，把本数据包放进去。不需要网络，不上传任何内容。"),
            "  二、或者在装有本系统程序的电脑上运行：xiezhi check 本文件 --key 公钥".to_owned(),
            "  改动任何一个字节，核验都会失败，并指出哪一部分不符。".to_owned(),
            format!(
                "  整个数据包都可能被人换掉，{CHECK} 也在其中。有疑问的，请用签发单位网站上的核验页，或者上述程序。"
            ),
            String::new(),
            "请一定核对公钥".to_owned(),
            "  包内公钥只能说明包内各部分出自同一签名者，不能说明签名者是谁。".to_owned(),
            "  请把下面的公钥与从签发单位另行取得的公钥（例如其网站核验页上的）比对，一致才可信：".to_owned(),
            format!("  {key}"),
        ];
        lines.join("\r\n") + "\r\n"
    }
}

fn jsonl(lines: impl Iterator<Item = impl Serialize>) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut out, &line).map_err(|e| Error::Ledger(Fault::Bug(e.to_string())))?;
        out.push(b'\n');
    }
    Ok(out)
}

/// The ending of a file's name, for the programs that open it.
fn ending(folder: &str, bytes: &[u8]) -> &'static str {
    if folder == TEMPLATES {
        return "typ";
    }
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "jpg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'%', b'P', b'D', b'F', b'-', ..] => "pdf",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "mp4",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "wav",
        [b'I', b'D', b'3', ..] => "mp3",
        _ => "bin",
    }
}
