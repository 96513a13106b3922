//! What the journal keeps of an act.

use std::collections::BTreeMap;

use law::Day;
use law::acts::FieldType;
use law::case::{Case, Recorded};
use ledger::{Entry, Fault, Folded, Tx};
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
    /// The act of another system this is, where it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Where an imported act stands in the system it comes from. Keys are those of that system, never a person's name or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The other system.
    pub system: String,
    /// Its key of the case.
    pub case: String,
    /// Its key of the act, unique in the case.
    pub act: String,
}

/// Slots of a party's identity begin here; ten for each party.
pub const PARTY_SLOTS: u32 = 100;
/// The slot of a document's complete input.
pub const INPUT_SLOT: u32 = 90;

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

/// A case, folded from its stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// The case.
    pub(crate) id: i64,
    /// What stands around each act, in the order of the acts.
    pub(crate) entries: Vec<Kept>,
    /// The acts, and every fact read from them.
    pub(crate) case: Case,
    /// The unit that handles the case now.
    pub(crate) unit: String,
    /// What it came from.
    pub(crate) lead: Option<String>,
}

/// An entry of a case's stream, without the act.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) position: i64,
    pub(crate) happened_at: Day,
    pub(crate) recorded_at: i64,
    /// Hexadecimal.
    pub(crate) hash: String,
    /// The parties it brings in or changes.
    pub(crate) parties: Vec<u8>,
    pub(crate) issued: Option<crate::issue::Issued>,
    /// The approval whose last signature performed it.
    pub(crate) approval: Option<i64>,
    /// The act of another system it is.
    pub(crate) origin: Option<Origin>,
}

impl Log {
    /// Version of the stream: one entry for each act.
    pub(crate) fn version(&self) -> i64 {
        i64::try_from(self.entries.len()).unwrap_or(i64::MAX)
    }

    /// The newest act.
    ///
    /// # Errors
    /// There is none: nothing was folded.
    pub(crate) fn newest(&self) -> Result<(&Kept, &Recorded), Fault> {
        self.entries.last().zip(self.case.log().last()).ok_or_else(|| Fault::Bug("a case without acts".into()))
    }
}

impl Folded for Log {
    fn step(&mut self, entry: &Entry) -> Result<(), Fault> {
        let body = Body::of(entry)?;
        self.entries.push(Kept {
            position: entry.position,
            happened_at: entry.happened_at,
            recorded_at: entry.recorded_at,
            hash: entry.hash.to_string(),
            parties: body.parties.keys().copied().collect(),
            issued: body.issued,
            approval: body.approval,
            origin: body.origin,
        });
        (self.id, self.unit) = (body.case, body.unit);
        self.lead = self.lead.take().or(body.lead);
        self.case.add(body.recorded);
        Ok(())
    }
}
