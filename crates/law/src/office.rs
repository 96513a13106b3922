//! The standing order of an organ, as far as rules ask: who is certified, who is a head, who may review, what the organ may punish.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Day;
use crate::acts::{OrganId, PersonId};

/// An organ on the days it acts: every entry carries its days, so that an old file is judged by the order of its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The organ that signs.
    pub organ: OrganId,
    /// Whether this is the demonstration: there an unconfirmed power does not bar a decision.
    pub demonstration: bool,
    /// Its people.
    pub persons: BTreeMap<PersonId, Standing>,
    /// The dated list of what it may punish (处罚法16–24).
    pub powers: Vec<Power>,
}

/// Days from and to, both included; open where `to` is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The first day.
    pub from: Day,
    /// The last day, where there is one.
    pub to: Option<Day>,
}

impl Validity {
    /// Whether the day lies within.
    pub fn has(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// What a person may do, by day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What the person is called; empty where nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Enforcement certificates (处罚法42).
    pub certificates: Vec<Validity>,
    /// Times as head or deputy head of this organ.
    pub head: Vec<Validity>,
    /// The day of the national legal qualification (处罚法58).
    pub legal_qualification: Option<Day>,
    /// Whether the person reviewed before 2018, when the qualification began to be asked of those who review for the first time.
    pub reviewed_before_2018: bool,
    /// Times as legal reviewer.
    pub reviewer: Vec<Validity>,
}

/// One entry of the organ's list of powers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Power {
    /// The code of the matter.
    pub matter: String,
    /// The first day.
    pub from: Day,
    /// The last day, where there is one.
    pub to: Option<Day>,
    /// The law or decision that gives it.
    pub basis: String,
    /// Whether the bureau's legal officer confirmed the entry.
    pub confirmed: bool,
}

fn on(spans: &[Validity], day: Day) -> bool {
    spans.iter().any(|span| span.has(day))
}

impl Office {
    /// The person in the words of a refusal: the name, or the number where the name is not known.
    pub fn called(&self, person: PersonId) -> String {
        match self.persons.get(&person) {
            Some(standing) if !standing.name.is_empty() => standing.name.clone(),
            _ => format!("人员{person}"),
        }
    }

    /// Whether the person held a valid certificate on the day.
    pub fn certified(&self, person: PersonId, day: Day) -> bool {
        self.persons.get(&person).is_some_and(|standing| on(&standing.certificates, day))
    }

    /// Whether the person was head or deputy head on the day.
    pub fn is_head(&self, person: PersonId, day: Day) -> bool {
        self.persons.get(&person).is_some_and(|standing| on(&standing.head, day))
    }

    /// Whether the person was a legal reviewer with the qualification on the day (处罚法58).
    pub fn may_review(&self, person: PersonId, day: Day) -> bool {
        self.persons.get(&person).is_some_and(|standing| {
            on(&standing.reviewer, day)
                && (standing.reviewed_before_2018 || standing.legal_qualification.is_some_and(|since| since <= day))
        })
    }

    /// The entry that lets the organ punish the matter on the day; a confirmed one before an unconfirmed.
    pub fn power(&self, matter: &str, day: Day) -> Option<&Power> {
        let mut entries = self
            .powers
            .iter()
            .filter(|power| power.matter == matter && power.from <= day && power.to.is_none_or(|to| day <= to));
        let first = entries.next()?;
        if first.confirmed { Some(first) } else { Some(entries.find(|power| power.confirmed).unwrap_or(first)) }
    }
}
