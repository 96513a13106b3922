//! Stamped originals: an issued document is printed, stamped, signed and served; what was served is scanned and stands beside what was made here.
//!
//! A scan is an entry of its own on the stream `papers/CASE`: which file, of which document, who put it there and how it was matched. A
//! scan put to the wrong document is taken away by a second entry with a reason; the first stays in the journal.

mod table;

use jiff::civil::Date;
use law::acts::Words;
use ledger::{Draft, Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

use crate::Casework;
use crate::perform::Error;

pub use table::{Row, of, of_case, waiting};
pub(crate) use table::{TABLE, project};

/// Names of these streams begin so.
pub const STREAM: &str = "papers/";
/// Kinds of entries of this stream begin so.
pub(crate) const KINDS: &str = "paper.";
/// A scan was put beside its document.
pub const SCANNED: &str = "paper.scanned";
/// It was taken away again.
pub const DROPPED: &str = "paper.scan_dropped";
/// The slot a reason is kept under.
const REASON_SLOT: u32 = 1;
/// Letters of a reason.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 2..=200;

/// How a scan was found to be of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The code on the paper was read.
    Code,
    /// A person said so, with a reason.
    Hand,
    /// A program connected for it put an electronic seal on what was made here, and stood by it.
    Seal,
}

impl How {
    /// The word in tables.
    pub fn code(self) -> &'static str {
        match self {
            How::Code => "code",
            How::Hand => "hand",
            How::Seal => "seal",
        }
    }

    /// The way of this word.
    pub(crate) fn parse(word: &str) -> Option<How> {
        [How::Code, How::Hand, How::Seal].into_iter().find(|how| how.code() == word)
    }

    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            How::Code => "二维码核对一致",
            How::Hand => "人工归入",
            How::Seal => "外部电子签章",
        }
    }
}

/// The file a scan was cut out of, where several papers were scanned into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// SHA-256 of the whole, hexadecimal.
    pub file: String,
    /// Its first page, from 1.
    pub first: u32,
    /// Its last.
    pub last: u32,
}

/// The body of an entry of kind `paper.scanned`, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// The case.
    pub case: i64,
    /// The act that issued the document.
    pub act: u32,
    /// Code of the document.
    pub code: String,
    /// SHA-256 of the scan, its name in the evidence store, hexadecimal.
    pub file: String,
    /// SM3 of it.
    pub sm3: String,
    /// Its size.
    pub bytes: u64,
    /// Its pages, where it is a PDF; 0 of a picture.
    pub pages: u32,
    /// How it was matched.
    pub how: How,
    /// Code of another document that stands on it, where a person put it here all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Why a person put it here; the words stand beside the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    /// What it was cut out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// Who put it here.
    pub person: u32,
}

/// The body of an entry of kind `paper.scan_dropped`, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropped {
    /// The case.
    pub case: i64,
    /// Code of the document.
    pub code: String,
    /// Position of the entry of the scan.
    pub scan: i64,
    /// Why.
    pub reason: Words,
    /// Who.
    pub person: u32,
}

/// A scan to be put beside a document.
#[derive(Debug, Clone)]
pub struct NewScan {
    /// Code of the document.
    pub code: String,
    /// The file, kept in the evidence store and sent by whoever puts it here.
    pub file: evidence::Stored,
    /// Its pages, where it is a PDF; 0 of a picture.
    pub pages: u32,
    /// How it was matched.
    pub how: How,
    /// Code of another document that stands on it.
    pub other: Option<String>,
    /// Why, where a person matched it.
    pub reason: Option<String>,
    /// What it was cut out of.
    pub cut: Option<Cut>,
}

/// What became of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It stands beside its document, by the entry at this position.
    New(i64),
    /// It stood there already, by the entry at this position; nothing was recorded.
    Already(i64),
}

/// Who does it.
#[derive(Debug, Clone)]
pub struct By {
    /// Login.
    pub login: String,
    /// Number of the person.
    pub person: u32,
    /// Today.
    pub today: Date,
}

/// The stream of a case's papers.
pub fn stream(case: i64) -> String {
    format!("{STREAM}{case}")
}

/// A reason as it is kept, or why it is none.
fn reason_of(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if !REASON_CHARS.contains(&text.chars().count()) || text.contains('\0') {
        return Err(Error::NotAllowed("请写明理由，二字以上、二百字以内".into()));
    }
    Ok(text.to_owned())
}

impl Casework {
    /// Puts a scan beside its document.
    ///
    /// # Errors
    /// There is no such document or file, the file is not this person's, or a reason is wanting.
    pub async fn put_scan(&self, by: By, scan: NewScan) -> Result<Put, Error> {
        let (own, work) = (self.clone(), std::sync::Arc::new((by, scan)));
        self.ledger.act(move |tx| own.put_scan_in(tx, &work.0, &work.1)).await?
    }

    /// The same inside a transaction, and for tests.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn put_scan_in(&self, tx: &mut Tx<'_>, by: &By, scan: &NewScan) -> Result<Result<Put, Error>, Fault> {
        let Some(document) = crate::document(tx, &scan.code)? else {
            return Ok(Err(Error::NotAllowed("没有这份文书，请核对文号或者查询码".into())));
        };
        // A blob is stored before the entry that names it, and named by whoever sent it.
        if !self.evidence.has(&scan.file.id) {
            return Ok(Err(Error::NotAllowed("没有这个文件，请重新上传".into())));
        }
        let sent: Vec<String> =
            std::iter::once(&scan.file.id).chain(scan.cut.iter().map(|cut| &cut.file)).cloned().collect();
        if !office::files::not_sent(tx, &sent, by.person)?.is_empty() {
            return Ok(Err(Error::NotAllowed("这个文件不是您上传的，请重新上传".into())));
        }
        let standing = of(tx, &scan.code)?;
        if let Some(row) = standing.iter().find(|row| row.file == scan.file.id && row.dropped.is_none()) {
            return Ok(Ok(Put::Already(row.position)));
        }
        let reason = match (scan.how, &scan.reason) {
            (How::Code | How::Seal, _) => None,
            (How::Hand, given) => match reason_of(given.as_deref().unwrap_or_default()) {
                Ok(text) => Some(Words::Kept { slot: REASON_SLOT, commitment: tx.keep(REASON_SLOT, &text)? }),
                Err(why) => return Ok(Err(why)),
            },
        };
        let body = Scan {
            case: document.case,
            act: document.act,
            code: scan.code.clone(),
            file: scan.file.id.clone(),
            sm3: scan.file.sm3.clone(),
            bytes: scan.file.bytes,
            pages: scan.pages,
            how: scan.how,
            other: scan.other.clone(),
            reason,
            cut: scan.cut.clone(),
            person: by.person,
        };
        Ok(Ok(Put::New(append(tx, document.case, by, SCANNED, &body)?.position)))
    }

    /// Takes a scan away from a document it does not belong to.
    ///
    /// # Errors
    /// There is no such scan, it was taken away before, or a reason is wanting.
    pub async fn drop_scan(&self, by: By, code: String, scan: i64, reason: String) -> Result<(), Error> {
        let work = std::sync::Arc::new((by, code, reason));
        self.ledger.act(move |tx| drop_scan_in(tx, &work.0, &work.1, scan, &work.2)).await?
    }
}

/// [`Casework::drop_scan`] inside a transaction, and for tests.
///
/// # Errors
/// The ledger's faults; a reason is the inner result.
pub fn drop_scan_in(tx: &mut Tx<'_>, by: &By, code: &str, scan: i64, reason: &str) -> Result<Result<(), Error>, Fault> {
    let rows = of(tx, code)?;
    let Some(row) = rows.iter().find(|row| row.position == scan && row.dropped.is_none()) else {
        return Ok(Err(Error::NotAllowed("没有这份盖章件，或者已经撤下".into())));
    };
    let reason = match reason_of(reason) {
        Ok(text) => Words::Kept { slot: REASON_SLOT, commitment: tx.keep(REASON_SLOT, &text)? },
        Err(why) => return Ok(Err(why)),
    };
    let body = Dropped { case: row.case, code: code.to_owned(), scan, reason, person: by.person };
    append(tx, row.case, by, DROPPED, &body)?;
    Ok(Ok(()))
}

fn append(tx: &mut Tx<'_>, case: i64, by: &By, kind: &str, body: &impl Serialize) -> Result<Entry, Fault> {
    let body = serde_json::to_string(body).map_err(|e| Fault::Bug(e.to_string()))?;
    let stream = stream(case);
    tx.append(Draft {
        stream: &stream,
        expects: None,
        happened_at: by.today,
        actor: &by.login,
        kind,
        kind_version: 1,
        body,
    })
}

/// The code of a document in the text of a code on paper, `https://…/v/CODE?root=…`; none where it leads elsewhere.
pub fn code_in(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next()?;
    let (before, code) = path.rsplit_once('/')?;
    let ours = before.ends_with("/v") || before.ends_with("/q");
    let fits = code.len() == 16 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (ours && fits).then_some(code)
}

/// Pages of a scan that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// First page, from 1.
    pub first: usize,
    /// Last page.
    pub last: usize,
    /// The code on the first; none where none was read before these pages.
    pub code: Option<String>,
    /// More than one document's code stands on the first.
    pub several: bool,
}

/// The papers in a stack: one begins on each page with a document's code, and the pages without one after it are its own.
pub fn segments(pages: &[Vec<String>]) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    for (texts, page) in pages.iter().zip(1..) {
        let mut codes: Vec<&str> = texts.iter().filter_map(|text| code_in(text)).collect();
        codes.sort_unstable();
        codes.dedup();
        let (code, several) = (codes.first().filter(|_| codes.len() == 1), codes.len() > 1);
        match found.last_mut() {
            Some(last) if !several && (code.is_none() || code.copied() == last.code.as_deref()) => last.last = page,
            _ => found.push(Segment { first: page, last: page, code: code.map(|code| (*code).to_owned()), several }),
        }
    }
    found
}
