//! Which column of a sender's sheet is which of ours: by usual names, else as somebody said once; remembered for sheets with the same heading.
//!
//! Kept beside the journal: how a heading is read has no effect but through the tickets it gives.

use std::collections::BTreeMap;

use ledger::{Fault, Table, TableKind, Tx};
use office::BadInput;
use office::sheet::{self, Sheet};

use crate::Intake;
use crate::import::columns::{ALL, NEEDED};
use crate::write::Error;

pub(crate) const TABLE: Table = Table {
    name: "sheet_columns",
    create: "CREATE TABLE sheet_columns (bureau TEXT NOT NULL, heading TEXT NOT NULL, mapping TEXT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, \
             PRIMARY KEY (bureau, heading))",
    indexes: &[],
    kind: TableKind::Primary,
};

/// Our column by the sender's: `诉求内容` is `市民诉求详情`.
pub type Mapping = BTreeMap<String, String>;

/// One of our columns, and where a sheet has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Our name.
    pub name: &'static str,
    /// The sheet's, none where it has none.
    pub column: Option<String>,
    /// Nothing can be imported without it.
    pub needed: bool,
}

/// A sheet's columns and how they are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Of the sheet, in its order.
    pub columns: Vec<String>,
    /// Ours.
    pub fields: Vec<Field>,
}

/// A heading, whatever the order of its columns.
fn heading(sheet: &Sheet) -> String {
    let mut names: Vec<&str> = sheet.columns.iter().map(String::as_str).filter(|c| !c.is_empty()).collect();
    names.sort_unstable();
    names.join("\n")
}

/// Puts the sender's cells under our names; a column that bears our name already is not taken away by an empty choice.
pub(crate) fn apply(sheet: &mut Sheet, mapping: &Mapping) {
    for row in &mut sheet.rows {
        for (ours, theirs) in mapping {
            if let Some(cell) = row.cells.get(theirs).cloned() {
                row.cells.insert(ours.clone(), cell);
            }
        }
    }
    for (ours, theirs) in mapping {
        if sheet.columns.contains(theirs) && !sheet.columns.contains(ours) {
            sheet.columns.push(ours.clone());
        }
    }
}

fn fields(sheet: &Sheet, mapping: &Mapping) -> Vec<Field> {
    let usual = |names: &[&str]| names.iter().find(|n| sheet.columns.iter().any(|c| c == *n)).map(|n| (*n).to_owned());
    ALL.iter()
        .map(|names| Field {
            name: names[0],
            column: mapping.get(names[0]).filter(|c| sheet.columns.contains(c)).cloned().or_else(|| usual(names)),
            needed: NEEDED.iter().any(|needed| needed[0] == names[0]),
        })
        .collect()
}

/// What was said once of this heading.
pub(crate) fn remembered(tx: &mut Tx<'_>, sheet: &Sheet) -> Result<Mapping, Fault> {
    let bureau = tx.bureau().to_owned();
    let heading = heading(sheet);
    let found = tx.row(
        "SELECT mapping FROM sheet_columns WHERE bureau = $1 AND heading = $2",
        &[bureau.as_str().into(), heading.as_str().into()],
        |row| Ok(row.text(0)),
    )?;
    Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

impl Intake {
    /// A sheet's columns and how they are read now.
    ///
    /// # Errors
    /// The file is no table, or the ledger fails.
    pub async fn columns(&self, bytes: &[u8]) -> Result<Columns, Error> {
        let sheet = sheet::read(bytes).map_err(Error::Bad)?;
        Ok(self
            .ledger
            .read(move |tx| {
                let mapping = remembered(tx, &sheet)?;
                let fields = fields(&sheet, &mapping);
                Ok(Columns { columns: sheet.columns.into_iter().filter(|c| !c.is_empty()).collect(), fields })
            })
            .await?)
    }

    /// Remembers which column is which, for every sheet with this heading.
    ///
    /// # Errors
    /// A column is not in the sheet, or stands for two of ours; or the ledger fails.
    pub async fn remember_columns(&self, person: u32, bytes: &[u8], mapping: Mapping) -> Result<(), Error> {
        let sheet = sheet::read(bytes).map_err(Error::Bad)?;
        let known = |ours: &str| ALL.iter().any(|names| names[0] == ours);
        for (at, (ours, theirs)) in mapping.iter().enumerate() {
            if !known(ours) || !sheet.columns.contains(theirs) {
                return Err(Error::Bad(BadInput::new("列的对应", format!("文件里没有“{theirs}”这一列，请重新选择"))));
            }
            if let Some((other, _)) = mapping.iter().take(at).find(|(_, column)| *column == theirs) {
                return Err(Error::Bad(BadInput::new(
                    "列的对应",
                    format!("“{theirs}”同时对应“{other}”和“{ours}”，请只选一个"),
                )));
            }
        }
        let (heading, text) = (heading(&sheet), serde_json::to_string(&mapping).unwrap_or_default());
        Ok(self
            .ledger
            .act(move |tx| {
                let bureau = tx.bureau().to_owned();
                let now = tx.now_ms();
                tx.execute(
                    "INSERT INTO sheet_columns (bureau, heading, mapping, person, at) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (bureau, heading) DO UPDATE SET mapping = $3, person = $4, at = $5",
                    &[
                        bureau.as_str().into(),
                        heading.as_str().into(),
                        text.as_str().into(),
                        i64::from(person).into(),
                        now.into(),
                    ],
                )?;
                Ok(())
            })
            .await?)
    }
}
