//! What a text adds to a plain fine: circumstances with another sum, the time of an order, daily fines, conflicts.

use serde::Deserialize;

use super::{Citation, Fine, Order, Party, Sort};

/// A circumstance for which a text sets another sum: the refusal, the serious case, one of several ways.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// Short stable name within the version: `serious`.
    pub id: String,
    /// What kind of circumstance it is.
    pub when: When,
    /// The circumstance in our own words.
    pub text: String,
    /// The place that sets the sum, where it is not the one of the version.
    #[serde(default)]
    pub penalty: Option<Citation>,
    /// The kinds of penalty kept for this circumstance.
    #[serde(default)]
    pub sorts: Vec<Sort>,
    /// How order and fine hang together here, where it differs.
    #[serde(default)]
    pub order: Option<Order>,
    /// The fine for a person.
    #[serde(default)]
    pub fine_person: Option<Fine>,
    /// The fine for a legal person or other organisation.
    #[serde(default)]
    pub fine_unit: Option<Fine>,
}

impl Branch {
    /// The fine for this kind of party.
    pub fn fine(&self, party: Party) -> Option<&Fine> {
        match party {
            Party::Person => self.fine_person.as_ref(),
            Party::Unit => self.fine_unit.as_ref(),
        }
    }
}

/// What a circumstance rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// A proven refusal or an expired time.
    Refused,
    /// 情节严重 or 造成严重后果, to be found in the final report.
    Serious,
    /// One of several ways or results the text tells apart.
    Facts,
}

/// What the law asks of an order to correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The time within which the order must be obeyed.
    pub within: Within,
    /// Whether a re-check after that time must have found the conduct going on before a fine or a heavier one.
    pub recheck: bool,
}

/// The time an order gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// 立即.
    AtOnce,
    /// 限期: the order names a day.
    Term,
    /// So many hours from the notice.
    Hours(u16),
}

/// Whether fines may follow day by day (按日连续处罚).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Daily {
    /// The article allows it, for enterprises that refuse to correct.
    Allowed(Citation),
    /// The article names this matter as an exception.
    Excluded(Citation),
}

/// That the same conduct of a party also falls under another matter with another sum; [`super::Corpus::conflicts`] asks both ways.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// The code of the other matter.
    pub matter: String,
    /// For which kind of party; both, where none is named.
    #[serde(default)]
    pub party: Option<Party>,
    /// What must be weighed, in our own words.
    pub text: String,
}
