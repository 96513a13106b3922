//! What the journal keeps of an approval.

use std::collections::BTreeMap;

use law::acts::{Kind, PersonId, Words};
use law::case::Subject;
use ledger::{Entry, Fault, Tx};
use office::Role;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Proposed;
use crate::body::{PARTY_SLOTS, slot_of};
use crate::party::Identity;

/// The slot of the reason of a return.
pub(super) const REASON_SLOT: u32 = 1;

/// The body of `approval.submitted`, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// The approval.
    pub approval: i64,
    /// The case the act belongs to.
    pub case: i64,
    /// The organ that decides.
    pub organ: String,
    /// The unit that handles the case.
    pub unit: String,
    /// How many acts the case had.
    pub seen: i64,
    /// Who signs, in order; as ordered on that day.
    pub steps: Vec<Role>,
    /// One person may submit and sign several steps.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_person: bool,
    /// Which act.
    pub kind: Kind,
    /// What it is addressed to.
    pub subject: Subject,
    /// The officers who perform it.
    pub team: Vec<PersonId>,
    /// The time of day, where an hour matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<jiff::civil::Time>,
    /// In which capacity they act.
    pub capacity: String,
    /// Its fields by key, as typed; long texts by commitment. Who signs is not among them.
    pub fields: BTreeMap<String, Words>,
    /// The party it would bring in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// Who submitted it.
    pub person: u32,
}

/// A party, by commitments to who it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// A natural person.
    pub person: bool,
    /// Commitments by key.
    pub kept: BTreeMap<String, String>,
}

/// The body of `approval.signed`, version 1. Frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The approval.
    pub approval: i64,
    /// Which step, from 0.
    pub step: usize,
    /// The role the step asks for.
    pub role: Role,
    /// Who signed.
    pub person: u32,
    /// Whose role it was, where it was delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// The act of the case that the last signature performed; its entry stands just before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<u32>,
}

/// The body of `approval.returned`, version 1. Frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// The approval.
    pub approval: i64,
    /// At which step, from 0.
    pub step: usize,
    /// The role the step asks for.
    pub role: Role,
    /// Who returned it.
    pub person: u32,
    /// Whose role it was, where it was delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// Why, by commitment.
    pub reason: Words,
}

/// The body of `approval.withdrawn`, version 1. Frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The approval.
    pub approval: i64,
    /// Who submitted it and takes it back.
    pub person: u32,
}

/// Reads the body of an entry.
pub(super) fn read<T: DeserializeOwned>(entry: &Entry) -> Result<T, Fault> {
    serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))
}

/// Keeps what is typed beside the journal where an act would, and returns what the entry says of it.
pub(super) fn seal(tx: &mut Tx<'_>, proposed: &Proposed) -> Result<(BTreeMap<String, Words>, Option<Party>), Fault> {
    let mut fields = BTreeMap::new();
    for (key, text) in &proposed.fields {
        let words = match slot_of(proposed.kind, key) {
            Some(slot) => Words::Kept { slot, commitment: tx.keep(slot, text)? },
            None => Words::Given(text.clone()),
        };
        fields.insert(key.clone(), words);
    }
    let mut party = None;
    if let Some(identity) = &proposed.party {
        let mut kept = BTreeMap::new();
        for (slot, (key, text)) in (PARTY_SLOTS..).zip(identity.fields()) {
            if let Some(text) = text {
                kept.insert(key.to_owned(), tx.keep(slot, text)?);
            }
        }
        party = Some(Party { person: identity.person, kept });
    }
    Ok((fields, party))
}

/// Fields and party as they were typed; what was erased by order is absent.
pub(super) fn open(
    tx: &mut Tx<'_>,
    position: i64,
    submitted: &Submitted,
) -> Result<(BTreeMap<String, String>, Option<Identity>), Fault> {
    let slots =
        submitted.fields.values().filter_map(|w| if let Words::Kept { slot, .. } = w { Some(*slot) } else { None });
    let keys: Vec<(i64, u32)> = slots.chain(PARTY_SLOTS..PARTY_SLOTS + 5).map(|slot| (position, slot)).collect();
    let mut texts = tx.texts(&keys)?;
    let mut fields = BTreeMap::new();
    for (key, words) in &submitted.fields {
        let text = match words {
            Words::Given(text) => Some(text.clone()),
            Words::Kept { slot, .. } => texts.remove(&(position, *slot)),
        };
        fields.extend(text.map(|text| (key.clone(), text)));
    }
    let mut text = |at: u32| texts.remove(&(position, PARTY_SLOTS + at));
    let party = submitted
        .party
        .as_ref()
        .map(|p| Identity::from_fields(p.person, [text(0), text(1), text(2), text(3), text(4)]));
    Ok((fields, party))
}
