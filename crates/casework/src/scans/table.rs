//! The table of scans, and what is read from it.

use ledger::{Entry, Fault, Table, TableKind, Tx};

use super::{DROPPED, Dropped, How, REASON_SLOT, SCANNED, Scan};

/// Scans of one document or case that are shown.
const SHOWN: i64 = 200;

pub(crate) const TABLE: Table = Table {
    name: "scans",
    create: "CREATE TABLE scans (bureau TEXT NOT NULL, position BIGINT NOT NULL, code TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, \
             file TEXT NOT NULL, bytes BIGINT NOT NULL, pages BIGINT NOT NULL, how TEXT NOT NULL, other TEXT, person BIGINT NOT NULL, day TEXT NOT NULL, \
             at BIGINT NOT NULL, dropped BIGINT, dropper BIGINT, PRIMARY KEY (bureau, position))",
    indexes: &[
        "CREATE INDEX scans_code ON scans (bureau, code, position)",
        "CREATE INDEX scans_case ON scans (bureau, case_id, file)",
    ],
    kind: TableKind::Projection,
};

/// A scan as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Position of its entry.
    pub position: i64,
    /// Code of the document.
    pub code: String,
    /// The case.
    pub case: i64,
    /// The act that issued the document.
    pub act: u32,
    /// SHA-256 of the file.
    pub file: String,
    /// Its size.
    pub bytes: i64,
    /// Its pages.
    pub pages: u32,
    /// How it was matched.
    pub how: How,
    /// Code of another document that stands on it.
    pub other: Option<String>,
    /// Why a person matched it; none once erased by order.
    pub reason: Option<String>,
    /// Who put it here.
    pub person: u32,
    /// Day.
    pub day: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who took it away again, and why; none where it stands.
    pub dropped: Option<(u32, String)>,
}

/// Writes an entry of this stream into the table.
pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let bug = |e: serde_json::Error| Fault::Bug(format!("entry {}: {e}", entry.position));
    let bureau = tx.bureau().to_owned();
    match entry.kind.as_str() {
        SCANNED => {
            let scan: Scan = serde_json::from_str(&entry.body).map_err(bug)?;
            tx.execute(
                "INSERT INTO scans (bureau, position, code, case_id, act, file, bytes, pages, how, other, person, day, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                &[
                    bureau.as_str().into(),
                    entry.position.into(),
                    (&scan.code).into(),
                    scan.case.into(),
                    i64::from(scan.act).into(),
                    (&scan.file).into(),
                    i64::try_from(scan.bytes).unwrap_or(i64::MAX).into(),
                    i64::from(scan.pages).into(),
                    scan.how.code().into(),
                    (&scan.other).into(),
                    i64::from(scan.person).into(),
                    (&entry.happened_at.to_string()).into(),
                    entry.recorded_at.into(),
                ],
            )?;
        }
        DROPPED => {
            let gone: Dropped = serde_json::from_str(&entry.body).map_err(bug)?;
            tx.execute(
                "UPDATE scans SET dropped = $3, dropper = $4 WHERE bureau = $1 AND position = $2",
                &[bureau.as_str().into(), gone.scan.into(), entry.position.into(), i64::from(gone.person).into()],
            )?;
        }
        other => return Err(Fault::Bug(format!("entry {} is of an unknown kind {other}", entry.position))),
    }
    Ok(())
}

const COLUMNS: &str =
    "position, code, case_id, act, file, bytes, pages, how, other, person, day, at, dropped, dropper FROM scans";

/// The scans of a document, oldest first, those taken away again as well.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx<'_>, code: &str) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!("SELECT {COLUMNS} WHERE bureau = $1 AND code = $2 ORDER BY position LIMIT $3");
    read(tx, &sql, &[bureau.as_str().into(), code.into(), SHOWN.into()])
}

/// The scans of all documents of a case, oldest first, those taken away again as well.
///
/// # Errors
/// The database fails.
pub fn of_case(tx: &mut Tx<'_>, case: i64) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!("SELECT {COLUMNS} WHERE bureau = $1 AND case_id = $2 ORDER BY position LIMIT $3");
    read(tx, &sql, &[bureau.as_str().into(), case.into(), SHOWN.into()])
}

fn read(tx: &mut Tx<'_>, sql: &str, args: &[ledger::Value<'_>]) -> Result<Vec<Row>, Fault> {
    let found = tx.rows(sql, args, |row| {
        let number = |column| u32::try_from(row.int(column)).unwrap_or_default();
        let scan = Row {
            position: row.int(0),
            code: row.text(1),
            case: row.int(2),
            act: number(3),
            file: row.text(4),
            bytes: row.int(5),
            pages: number(6),
            how: How::parse(&row.text(7)).unwrap_or(How::Hand),
            other: row.opt_text(8),
            reason: None,
            person: number(9),
            day: row.text(10),
            at: row.int(11),
            dropped: None,
        };
        let dropper = row.opt_int(13).and_then(|person| u32::try_from(person).ok());
        Ok((scan, row.opt_int(12).zip(dropper)))
    })?;
    let keys: Vec<(i64, u32)> = found
        .iter()
        .flat_map(|(scan, dropped)| {
            let own = (scan.how == How::Hand).then_some(scan.position);
            own.into_iter().chain(dropped.map(|(at, _)| at))
        })
        .map(|position| (position, REASON_SLOT))
        .collect();
    let mut texts = if keys.is_empty() { std::collections::BTreeMap::new() } else { tx.texts(&keys)? };
    let erased = || "（已依令删除）".to_owned();
    Ok(found
        .into_iter()
        .map(|(mut scan, dropped)| {
            if scan.how == How::Hand {
                scan.reason = texts.remove(&(scan.position, REASON_SLOT));
            }
            scan.dropped =
                dropped.map(|(at, person)| (person, texts.remove(&(at, REASON_SLOT)).unwrap_or_else(erased)));
            scan
        })
        .collect())
}

/// A document to which no scan was put yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its code.
    pub code: String,
    /// Its kind.
    pub kind: String,
    /// Its number; empty where it has none of its own.
    pub number: String,
    /// Day of issue.
    pub day: String,
    /// The case's title.
    pub title: String,
}

/// The newest documents of a unit's cases, or of the whole bureau, without a scan; at most `limit`.
///
/// # Errors
/// The database fails.
pub fn waiting(tx: &mut Tx<'_>, unit: Option<&str>, limit: u32) -> Result<Vec<Waiting>, Fault> {
    let bureau = tx.bureau().to_owned();
    let narrowed = if unit.is_some() { "AND c.unit = $3" } else { "" };
    let sql = format!(
        "SELECT i.code, i.kind, i.number, i.day, c.title FROM issued i JOIN cases c ON c.bureau = i.bureau AND c.id = i.case_id \
         WHERE i.bureau = $1 AND i.number <> '' {narrowed} \
         AND NOT EXISTS (SELECT 1 FROM scans s WHERE s.bureau = i.bureau AND s.code = i.code AND s.dropped IS NULL) \
         ORDER BY i.position DESC LIMIT $2"
    );
    let mut args: Vec<ledger::Value<'_>> = vec![bureau.as_str().into(), i64::from(limit).into()];
    args.extend(unit.map(ledger::Value::from));
    tx.rows(&sql, &args, |row| {
        Ok(Waiting { code: row.text(0), kind: row.text(1), number: row.text(2), day: row.text(3), title: row.text(4) })
    })
}
