//! A case with everything kept beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Fault, Tx};

use crate::Identity;
use crate::body::{Log, PARTY_SLOTS, slot_of};

/// A case and its texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whole {
    pub(crate) log: Arc<Log>,
    texts: BTreeMap<(i64, u32), String>,
}

impl Whole {
    /// Reads it in two statements, a few more for a long one; an unknown case has no acts.
    pub(crate) fn read(tx: &mut Tx<'_>, id: i64) -> Result<Whole, Fault> {
        let log: Arc<Log> = tx.fold(&crate::stream(id))?;
        let mut keys = Vec::new();
        for (entry, recorded) in log.entries.iter().zip(log.case.log()) {
            let kind = recorded.act.kind();
            keys.extend(kind.fields().iter().filter_map(|f| Some((entry.position, slot_of(kind, f.key)?))));
            for no in &entry.parties {
                keys.extend((0..5).map(|n| (entry.position, PARTY_SLOTS + u32::from(*no) * 10 + n)));
            }
        }
        let texts = tx.texts(&keys)?;
        Ok(Whole { log, texts })
    }

    /// The long text of a field of the act at this place (from 0); none where there is none or it was erased.
    pub(crate) fn words(&self, at: usize, key: &str) -> Option<&str> {
        let kind = self.log.case.log().get(at)?.act.kind();
        let position = self.log.entries.get(at)?.position;
        self.texts.get(&(position, slot_of(kind, key)?)).map(String::as_str)
    }

    /// Who the party is that the act at this place brings in or changes.
    pub(crate) fn identity(&self, at: usize) -> Option<(u8, Identity)> {
        let entry = self.log.entries.get(at)?;
        let no = *entry.parties.first()?;
        let kind = self.log.case.log().get(at)?.act.to_draft().get_text("party_kind")?;
        let text = |n: u32| self.texts.get(&(entry.position, PARTY_SLOTS + u32::from(no) * 10 + n)).cloned();
        Some((no, Identity::from_fields(kind == "个人", [0, 1, 2, 3, 4].map(text))))
    }
}
