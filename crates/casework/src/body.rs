//! What the journal keeps of an act.

use std::collections::BTreeMap;

use law::acts::FieldType;
use law::case::Recorded;
use ledger::{Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

use crate::party::Identity;

/// The body of an entry of kind `case.*`, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The case.
    pub case: i64,
    /// The unit that handles it.
    pub unit: String,
    /// The ticket or other lead it came from, in the act that opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The act as the rulebook sees it.
    pub recorded: Recorded,
    /// Parties this act brings in: commitments to who they are, by party number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parties: BTreeMap<u8, BTreeMap<String, String>>,
    /// The document this act issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<crate::issue::Issued>,
    /// The approval whose last signature performed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<i64>,
}

/// Slots of a party's identity begin here; ten for each party.
pub const PARTY_SLOTS: u32 = 100;
/// The slot of a document's complete input.
pub(crate) const INPUT_SLOT: u32 = 90;

/// The slot under which the `n`th field of an act (from 0) is kept, if it is one of those kept outside the journal.
pub fn slot_of(kind: law::acts::Kind, key: &str) -> Option<u32> {
    let at = kind.fields().iter().position(|f| f.key == key && f.ty == FieldType::Words)?;
    u32::try_from(at + 1).ok()
}

impl Body {
    /// Reads an entry.
    ///
    /// # Errors
    /// The entry is not a case act of a shape this version knows.
    pub fn of(entry: &Entry) -> Result<Body, Fault> {
        serde_json::from_str(&entry.body)
            .map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))
    }
}

/// Keeps the long texts of an act and the identities of its parties beside the journal, and returns the body to append.
pub(crate) fn seal(
    tx: &mut Tx<'_>,
    body: &Body,
    parties: &BTreeMap<u8, Identity>,
    input: Option<&str>,
) -> Result<String, Fault> {
    let kind = body.recorded.act.kind();
    let mut value = serde_json::to_value(body).map_err(|e| Fault::Bug(e.to_string()))?;
    for field in kind.fields() {
        let Some(slot) = slot_of(kind, field.key) else { continue };
        let Some(text) = value["recorded"]["act"][field.key].as_str().map(str::to_owned) else { continue };
        let commitment = tx.keep(slot, &text)?;
        value["recorded"]["act"][field.key] = serde_json::json!({ "slot": slot, "commitment": commitment });
    }
    for (no, identity) in parties {
        for (at, (key, text)) in (0..).zip(identity.fields()) {
            if let Some(text) = text {
                let slot = PARTY_SLOTS + u32::from(*no) * 10 + at;
                value["parties"][no.to_string()][key] = tx.keep(slot, text)?.into();
            }
        }
    }
    if let Some(input) = input {
        value["issued"]["input"] = tx.keep(INPUT_SLOT, input)?.into();
    }
    serde_json::to_string(&value).map_err(|e| Fault::Bug(e.to_string()))
}

/// A case's acts up to a version of its stream, oldest first, with their entries.
pub(crate) fn log(tx: &mut Tx<'_>, case: i64, until: Option<i64>) -> Result<Vec<(Entry, Body)>, Fault> {
    let entries = tx.stream(&crate::stream(case))?;
    entries
        .into_iter()
        .filter(|entry| until.is_none_or(|v| entry.version <= v))
        .map(|entry| {
            let body = Body::of(&entry)?;
            Ok((entry, body))
        })
        .collect()
}
