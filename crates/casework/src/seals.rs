//! Pictures of organs' seals, and whether they are printed: from a day, to a day, decided by the organ's head.
//!
//! The picture stands in the place of the seal as 印章图样 and proves nothing. Documents are issued without it: it is put on when a paper is
//! printed, so that what was issued stays as it is.

use jiff::civil::Date;
use ledger::{Draft, Entry, Fault, Table, TableKind, Tx};
use serde::{Deserialize, Serialize};

use crate::Casework;
use crate::perform::Error;

/// Kind of the entry.
pub(crate) const KIND: &str = "seal.recorded";
/// Entries of an organ that are shown.
const SHOWN: i64 = 50;

pub(crate) const TABLE: Table = Table {
    name: "seals",
    create: "CREATE TABLE seals (bureau TEXT NOT NULL, position BIGINT NOT NULL, organ TEXT NOT NULL, file TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT, \
             printed BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (bureau, position))",
    indexes: &["CREATE INDEX seals_organ ON seals (bureau, organ, position)"],
    kind: TableKind::Projection,
};

/// The body of an entry of kind `seal.recorded`, version 1. Frozen: a changed shape is a new version. The newest entry of an organ whose days
/// cover a day says what is printed on papers of that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The organ.
    pub organ: String,
    /// SHA-256 of the picture, its name in the evidence store, hexadecimal.
    pub file: String,
    /// SM3 of it.
    pub sm3: String,
    /// Its size.
    pub bytes: u64,
    /// Its width and height, pixels.
    pub sides: (u32, u32),
    /// First day of papers it belongs to.
    pub from: Date,
    /// Last day, open where none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// It may be printed.
    pub printed: bool,
    /// The head who decided.
    pub person: u32,
}

/// A picture as the table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Position of its entry.
    pub position: i64,
    /// SHA-256 of the picture.
    pub file: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: Option<String>,
    /// It may be printed.
    pub printed: bool,
    /// Who decided.
    pub person: u32,
    /// When, UTC milliseconds.
    pub at: i64,
}

impl Row {
    /// Does it belong to papers of this day?
    pub fn covers(&self, day: &str) -> bool {
        self.from.as_str() <= day && self.to.as_deref().is_none_or(|to| day <= to)
    }
}

impl Casework {
    /// Records a picture of an organ's seal, or until when one is printed. The picture is in the evidence store already, and was looked at.
    ///
    /// # Errors
    /// There is no such organ or file, the days are the wrong way round, or the person is not the organ's head.
    pub async fn record_seal(&self, login: String, today: Date, seal: Seal) -> Result<i64, Error> {
        let (own, work) = (self.clone(), std::sync::Arc::new((login, seal)));
        self.ledger.act(move |tx| own.record_seal_in(tx, &work.0, today, &work.1)).await?
    }

    /// The same inside a transaction, and for tests.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn record_seal_in(
        &self,
        tx: &mut Tx<'_>,
        login: &str,
        today: Date,
        seal: &Seal,
    ) -> Result<Result<i64, Error>, Fault> {
        let no = |why: &str| Ok(Err(Error::NotAllowed(why.into())));
        let directory = self.standings.directory(tx)?;
        if directory.organ(&seal.organ).is_none() {
            return no("没有这个机关");
        }
        let orders = self.standings.with_orders(tx, &seal.organ)?.1;
        if orders.holding(seal.person, office::Role::Head, &seal.organ, "", today).is_none() {
            return no("印章图样由本机关负责人登记");
        }
        if seal.to.is_some_and(|to| to < seal.from) {
            return no("止用日期不能早于启用日期");
        }
        if !self.evidence.has(&seal.file) {
            return no("没有这个文件，请重新上传");
        }
        let stream = format!("seals/{}", seal.organ);
        let entry = tx.append(Draft {
            stream: &stream,
            expects: None,
            happened_at: today,
            actor: login,
            kind: KIND,
            kind_version: 1,
            body: serde_json::to_string(seal).map_err(|e| Fault::Bug(e.to_string()))?,
        })?;
        Ok(Ok(entry.position))
    }
}

pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let seal: Seal =
        serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO seals (bureau, position, organ, file, from_day, to_day, printed, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            bureau.as_str().into(),
            entry.position.into(),
            (&seal.organ).into(),
            (&seal.file).into(),
            (&seal.from.to_string()).into(),
            (&seal.to.map(|to| to.to_string())).into(),
            i64::from(seal.printed).into(),
            i64::from(seal.person).into(),
            entry.recorded_at.into(),
        ],
    )?;
    Ok(())
}

/// The pictures of an organ's seal, the newest first.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx<'_>, organ: &str) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT position, file, from_day, to_day, printed, person, at FROM seals WHERE bureau = $1 AND organ = $2 ORDER BY position DESC LIMIT $3",
        &[bureau.as_str().into(), organ.into(), SHOWN.into()],
        |row| {
            Ok(Row {
                position: row.int(0),
                file: row.text(1),
                from: row.text(2),
                to: row.opt_text(3),
                printed: row.int(4) == 1,
                person: u32::try_from(row.int(5)).unwrap_or_default(),
                at: row.int(6),
            })
        },
    )
}

/// The picture printed on an organ's papers of a day; none where the bureau prints none.
///
/// # Errors
/// The database fails.
pub fn printed(tx: &mut Tx<'_>, organ: &str, day: &str) -> Result<Option<String>, Fault> {
    let newest = of(tx, organ)?.into_iter().find(|row| row.covers(day));
    Ok(newest.filter(|row| row.printed).map(|row| row.file))
}
