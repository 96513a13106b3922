//! Who took a file away, when, in which form: an entry of the journal, on a stream beside the case.

use jiff::civil::Date;
use ledger::{Draft, Entry, Fault, Ledger, Tx};
use serde::{Deserialize, Serialize};

use crate::Variant;

/// Kind of the entry.
const KIND: &str = "dossier.exported";

/// In which form it was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One PDF.
    Pdf,
    /// The signed package.
    Package,
}

impl Form {
    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Form::Pdf => "PDF",
            Form::Package => "数据包",
        }
    }
}

/// The body of an entry of kind `dossier.exported`, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The case.
    pub case: i64,
    /// Code of the variant.
    pub variant: String,
    /// The form.
    pub form: Form,
    /// SHA-256 of what was taken away, hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Export {
    /// The variant's Chinese word.
    pub fn variant_label(&self) -> &'static str {
        Variant::parse(&self.variant).map_or("–", Variant::label)
    }
}

fn stream(case: i64) -> String {
    format!("dossier/{case}")
}

/// Records an export before it is handed out: nothing leaves unrecorded.
///
/// # Errors
/// The database fails; then nothing may be handed out.
pub async fn record(ledger: &Ledger, actor: &str, today: Date, export: Export) -> Result<Entry, Fault> {
    let actor = actor.to_owned();
    ledger
        .act(move |tx| {
            tx.append(Draft {
                stream: &stream(export.case),
                expects: None,
                happened_at: today,
                actor: &actor,
                kind: KIND,
                kind_version: 1,
                body: serde_json::to_string(&export).map_err(|e| Fault::Bug(e.to_string()))?,
            })
        })
        .await
}

/// The newest exports of a case, newest first, at most `limit`: when (UTC milliseconds), by whom, what.
///
/// # Errors
/// The database fails.
pub fn exports(tx: &mut Tx<'_>, case: i64, limit: u32) -> Result<Vec<(i64, String, Export)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT recorded_at, actor, body FROM journal WHERE bureau = $1 AND stream = $2 ORDER BY version DESC LIMIT $3",
        &[bureau.as_str().into(), stream(case).as_str().into(), i64::from(limit).into()],
        |row| Ok((row.int(0), row.text(1), row.text(2))),
    )?;
    rows.into_iter()
        .map(|(at, actor, body)| {
            let export =
                serde_json::from_str(&body).map_err(|e| Fault::Bug(format!("an export of case {case}: {e}")))?;
            Ok((at, actor, export))
        })
        .collect()
}
