//! Two matters of different texts under which the same conduct falls with different sums: shown, never chosen silently.

use std::collections::{BTreeMap, BTreeSet};

use super::{Citation, Corpus, Fine, Matter, Party, Version};
use crate::Day;

/// One of the two norms of a clash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side<'a> {
    /// The code of its matter.
    pub matter: &'a str,
    /// Its version on the day of the conduct.
    pub version: &'a Version,
    /// The article that punishes.
    pub penalty: &'a Citation,
    /// The fine for the party; `None` where it sets none.
    pub fine: Option<&'a Fine>,
}

/// That a conduct falls under two norms which a person must weigh (处罚法29; 法律、法规的位阶).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash<'a> {
    /// The matter that was asked about.
    pub own: Side<'a>,
    /// The other one.
    pub other: Side<'a>,
    /// The kind of party the clash is about.
    pub party: Party,
    /// What must be weighed, in Chinese.
    pub text: &'a str,
}

/// For each matter, those whose files declare a conflict it is a side of.
pub(super) fn clashing(matters: &BTreeMap<String, Matter>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for matter in matters.values() {
        for conflict in matter.versions.iter().flat_map(|version| &version.conflicts) {
            for side in [&matter.code, &conflict.matter] {
                found.entry(side.clone()).or_default().insert(matter.code.clone());
            }
        }
    }
    found
}

impl Corpus {
    /// The clashes a conduct of this day and party falls under, whichever of the two matters declares them, ordered by the
    /// other matter. A decision may rest on the matter only after a choice was recorded for each; see [`Clash::settled`].
    pub fn conflicts(&self, code: &str, conduct: Day, party: Party) -> Vec<Clash<'_>> {
        let mut found: Vec<Clash<'_>> = Vec::new();
        for matter in self.clashing.get(code).into_iter().flatten().filter_map(|declares| self.matter(declares)) {
            let Some(version) = matter.on(conduct) else { continue };
            for conflict in version.conflicts.iter().filter(|c| c.party.is_none_or(|only| only == party)) {
                let other = match (matter.code == code, conflict.matter == code) {
                    (true, _) => conflict.matter.as_str(),
                    (_, true) => matter.code.as_str(),
                    _ => continue,
                };
                let sides = (self.side(code, conduct, party), self.side(other, conduct, party));
                if let (Some(own), Some(other)) = sides
                    && found.iter().all(|clash| clash.other.matter != other.matter)
                {
                    found.push(Clash { own, other, party, text: &conflict.text });
                }
            }
        }
        found.sort_by_key(|clash| clash.other.matter);
        found
    }

    /// Whether a decision on this matter may rest on its text as far as clashes go: a choice of this matter's code against
    /// each other side.
    ///
    /// # Errors
    /// The first clash without a choice, or with a choice of the other side, as a sentence to show.
    pub fn settled(&self, code: &str, conduct: Day, party: Party, choices: &[(&str, &str)]) -> Result<(), String> {
        self.conflicts(code, conduct, party).iter().try_for_each(|clash| clash.settled(self, choices))
    }

    fn side(&self, code: &str, day: Day, party: Party) -> Option<Side<'_>> {
        let matter = self.matter(code)?;
        let version = matter.on(day).filter(|version| version.reaches(party))?;
        Some(Side { matter: &matter.code, version, penalty: &version.penalty, fine: version.fine(party) })
    }
}

impl Clash<'_> {
    /// Whether one of the choices, each (chosen matter, matter set aside), settles this clash for the matter asked about.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn settled(&self, corpus: &Corpus, choices: &[(&str, &str)]) -> Result<(), String> {
        let (own, other) = (self.own.matter, self.other.matter);
        if choices.contains(&(own, other)) {
            return Ok(());
        }
        if choices.contains(&(other, own)) {
            return Err(format!("已经选定适用事项{other}（{}），不再适用事项{own}", corpus.cite(self.other.penalty)));
        }
        let fine = |side: &Side<'_>| match side.fine {
            Some(fine) => format!("罚款{fine}"),
            None => "没有罚款数额".to_owned(),
        };
        Err(format!(
            "对{}的同一行为有两个规定：{}（事项{own}，{}）；{}（事项{other}，{}）。{}须由法制审核人选定并记录理由",
            self.party.label(),
            corpus.cite(self.own.penalty),
            fine(&self.own),
            corpus.cite(self.other.penalty),
            fine(&self.other),
            self.text
        ))
    }
}
