//! A case: its recorded acts, and every fact of it read from them.
//!
//! A fact is never stored apart from the act that made it and never collapsed to the last of its kind: a question such as "which
//! defences of this party are unanswered" looks at all defences. Order is the order of act numbers; days only decide terms.
//! A voided act is passed over as if it had not been entered, except that the numbers it gave to a party or a conduct stay taken.

mod execution;
mod facts;
mod goods;

use serde::{Deserialize, Serialize};

pub use execution::*;
pub use facts::*;
pub use goods::*;

use crate::Day;
use crate::acts::*;
use crate::judge::{Mark, Neighbours};

/// What an act is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// The case as a whole.
    Case,
    /// One party.
    Party(PartyNo),
    /// The document an act issued.
    Document(ActNo),
    /// An act.
    Item(ActNo),
}

/// How an act came into the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Its effect arises here; what the law forbids is refused.
    Live,
    /// It had already happened; what the law forbids is marked.
    Reported {
        /// Where the knowledge comes from: a receipt, an imported file.
        source: String,
    },
}

/// What was settled at the moment of recording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocated {
    /// The number of the case or document.
    pub number: Option<String>,
    /// The code of the document issued.
    pub document: Option<String>,
}

/// An act as the journal holds it: the body of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Its number in the case, from 1.
    pub no: ActNo,
    /// What it is addressed to.
    pub subject: Subject,
    /// How it came in.
    pub entry: Entry,
    /// The civil day it happened.
    pub happened: Day,
    /// The time of day, where an hour matters.
    pub time: Option<jiff::civil::Time>,
    /// The officers who performed it.
    pub team: Vec<PersonId>,
    /// In which capacity they did.
    pub capacity: String,
    /// The organ that signs.
    pub organ: OrganId,
    /// The act.
    pub act: Act,
    /// The marks said at recording; evidence of what was said, never read for grading.
    pub marks: Vec<Mark>,
    /// What was known of other cases, read in the same transaction.
    pub neighbours: Neighbours,
    /// The digest of the corpus: what was known of the law.
    pub corpus: String,
    /// The version of the rulebook.
    pub rulebook: u32,
    /// What was settled.
    pub allocated: Allocated,
    /// Who entered it.
    pub recorded_by: String,
}

/// A party as far as rules ask. Who it is lives outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyFacts {
    /// Its number.
    pub no: PartyNo,
    /// A natural person, or a legal person or other organisation.
    pub person: bool,
    /// The birthday, once known.
    pub born: Option<Day>,
    /// Unable to recognise or control the conduct (处罚法31).
    pub incapable: bool,
    /// Opaque and stable: the same party has the same key in every case.
    pub key: String,
    /// The act that brought it in.
    pub by: ActNo,
    /// Whether that act was voided.
    pub void: bool,
}

impl PartyFacts {
    /// 个人 or 单位.
    pub fn kind(&self) -> PartyKind {
        if self.person { PartyKind::Person } else { PartyKind::Unit }
    }
}

/// A conduct of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    /// Its number.
    pub no: ConductNo,
    /// The code of the matter.
    pub matter: String,
    /// The day it ended.
    pub day: Day,
    /// The day it was found.
    pub discovered: Day,
    /// Where.
    pub place: String,
    /// The act that brought it in.
    pub by: ActNo,
    /// Whether that act was voided.
    pub void: bool,
}

/// Which procedure a case follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Procedure {
    /// 简易程序
    Simple,
    /// 普通程序
    Ordinary,
}

/// A case, folded from its log.
#[derive(Debug, Clone)]
pub struct Case {
    log: Vec<Recorded>,
    void: Vec<bool>,
    index: Vec<Vec<u32>>,
    parties: Vec<PartyFacts>,
    conducts: Vec<Conduct>,
    spot: Vec<(ActNo, PartyNo, ConductNo)>,
}

impl Default for Case {
    fn default() -> Case {
        Case {
            log: Vec::new(),
            void: Vec::new(),
            index: vec![Vec::new(); Kind::ALL.len()],
            parties: Vec::new(),
            conducts: Vec::new(),
            spot: Vec::new(),
        }
    }
}

/// A recorded act of a known type, with everything recorded about it.
#[derive(Debug)]
pub struct Fact<'a, T> {
    /// The record.
    pub rec: &'a Recorded,
    /// The act.
    pub act: &'a T,
}

impl<T> Clone for Fact<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fact<'_, T> {}

impl<T> Fact<'_, T> {
    /// Its number.
    pub fn no(&self) -> ActNo {
        self.rec.no
    }

    /// The day it happened.
    pub fn day(&self) -> Day {
        self.rec.happened
    }

    /// Whether it was recorded after the act of that number.
    pub fn after(&self, no: ActNo) -> bool {
        self.rec.no > no
    }
}

impl<T> std::ops::Deref for Fact<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.act
    }
}

impl Case {
    /// The case a log makes. Voided acts are passed over.
    pub fn of(log: &[Recorded]) -> Case {
        let voided: Vec<ActNo> = log.iter().filter_map(voids).collect();
        let mut case = Case::default();
        for rec in log {
            case.push(rec, voided.contains(&rec.no));
        }
        case
    }

    /// Takes the next recorded act in. A void folds the case anew, as what it takes back may lie anywhere.
    pub fn add(&mut self, rec: Recorded) {
        if voids(&rec).is_some() {
            let mut log = std::mem::take(&mut self.log);
            log.push(rec);
            *self = Case::of(&log);
        } else {
            self.push(&rec, false);
        }
    }

    /// The case with one more act, as if it were recorded.
    pub(crate) fn push(&mut self, rec: &Recorded, void: bool) {
        match &rec.act {
            Act::ClueRegistered(act) => {
                self.conduct(rec, &act.matter, act.conduct_day, act.discovered, &act.place, void);
                if let Some(kind) = act.party_kind {
                    let key = act.party_key.as_ref().map(|key| key.0.clone()).unwrap_or_default();
                    self.party_of_act(rec, kind, act.party_born, act.party_incapable, key, void);
                }
            }
            Act::PartyJoined(act) => {
                self.party_of_act(
                    rec,
                    act.party_kind,
                    act.party_born,
                    act.party_incapable,
                    act.party_key.0.clone(),
                    void,
                );
            }
            Act::ConductAdded(act) => {
                self.conduct(rec, &act.matter, act.conduct_day, act.discovered, &act.place, void);
            }
            Act::PartyChanged(act) if !void => {
                if let Subject::Party(no) = rec.subject
                    && let Some(party) = self.parties.get_mut(usize::from(no.0))
                {
                    party.person = act.party_kind == PartyKind::Person;
                    party.born = act.party_born;
                    party.incapable = act.party_incapable == Some(true);
                    party.key = act.party_key.0.clone();
                }
            }
            Act::OnSpotPenalty(act) => {
                let known =
                    self.parties.iter().find(|party| !party.void && party.key == act.party_key.0).map(|party| party.no);
                let party = match known {
                    Some(no) => no,
                    None => self.party_of_act(
                        rec,
                        act.party_kind,
                        act.party_born,
                        act.party_incapable,
                        act.party_key.0.clone(),
                        void,
                    ),
                };
                let known = self
                    .conducts
                    .iter()
                    .find(|c| !c.void && c.matter == act.matter.0 && c.day == act.conduct_day)
                    .map(|c| c.no);
                let conduct = match known {
                    Some(no) => no,
                    None => self.conduct(rec, &act.matter, act.conduct_day, rec.happened, &act.place, void),
                };
                self.spot.push((rec.no, party, conduct));
            }
            _ => {}
        }
        if !void {
            self.index[rec.act.kind() as usize].push(self.log.len() as u32);
        }
        self.void.push(void);
        self.log.push(rec.clone());
    }

    fn party_of_act(
        &mut self,
        rec: &Recorded,
        kind: PartyKind,
        born: Option<Day>,
        incapable: Option<bool>,
        key: String,
        void: bool,
    ) -> PartyNo {
        let no = PartyNo(self.parties.len().min(usize::from(u8::MAX)) as u8);
        let person = kind == PartyKind::Person;
        self.parties.push(PartyFacts { no, person, born, incapable: incapable == Some(true), key, by: rec.no, void });
        no
    }

    fn conduct(
        &mut self,
        rec: &Recorded,
        matter: &MatterCode,
        day: Day,
        discovered: Day,
        place: &str,
        void: bool,
    ) -> ConductNo {
        let no = ConductNo(self.conducts.len().min(usize::from(u8::MAX)) as u8);
        self.conducts.push(Conduct {
            no,
            matter: matter.0.clone(),
            day,
            discovered,
            place: place.to_owned(),
            by: rec.no,
            void,
        });
        no
    }

    /// Every act ever recorded, voided ones included.
    pub fn log(&self) -> &[Recorded] {
        &self.log
    }

    /// Whether nothing stands recorded. A void alone is nothing: a case whose opening was voided has to be opened again.
    pub fn is_empty(&self) -> bool {
        self.standing().all(|rec| matches!(rec.act, Act::Voided(_)))
    }

    /// The number the next act gets.
    pub fn next_no(&self) -> ActNo {
        ActNo(self.log.len() as u32 + 1)
    }

    /// The number the next party gets. Numbers of voided parties stay taken.
    pub fn next_party(&self) -> PartyNo {
        PartyNo(self.parties.len().min(usize::from(u8::MAX)) as u8)
    }

    /// The acts that stand, in order.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = &Recorded> {
        self.log.iter().zip(&self.void).filter(|(_, void)| !**void).map(|(rec, _)| rec)
    }

    /// The record of an act that stands.
    pub fn record(&self, no: ActNo) -> Option<&Recorded> {
        let at = (no.0 as usize).checked_sub(1)?;
        if self.void.get(at) == Some(&false) { self.log.get(at) } else { None }
    }

    /// Whether the act was voided.
    pub fn is_void(&self, no: ActNo) -> bool {
        (no.0 as usize).checked_sub(1).and_then(|at| self.void.get(at)) == Some(&true)
    }

    /// All standing acts of one type, in order.
    pub fn all<T: ActType + 'static>(&self) -> impl DoubleEndedIterator<Item = Fact<'_, T>> {
        self.index[T::KIND as usize].iter().filter_map(|at| {
            let rec = self.log.get(*at as usize)?;
            Some(Fact { rec, act: T::of(&rec.act)? })
        })
    }

    /// All standing acts of one type with that subject, in order.
    pub fn on<T: ActType + 'static>(&self, subject: Subject) -> impl DoubleEndedIterator<Item = Fact<'_, T>> {
        self.all::<T>().filter(move |fact| fact.rec.subject == subject)
    }

    /// All standing acts of one type about one party, in order.
    pub fn by<T: ActType + 'static>(&self, party: PartyNo) -> impl DoubleEndedIterator<Item = Fact<'_, T>> {
        self.on(Subject::Party(party))
    }

    /// Whether an act of the kind stands.
    pub fn has(&self, kind: Kind) -> bool {
        !self.index[kind as usize].is_empty()
    }

    /// The standing acts of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Recorded> {
        self.index[kind as usize].iter().filter_map(|at| self.log.get(*at as usize))
    }

    /// The parties that stand.
    pub fn parties(&self) -> impl Iterator<Item = &PartyFacts> {
        self.parties.iter().filter(|party| !party.void)
    }

    /// One party that stands.
    pub fn party(&self, no: PartyNo) -> Option<&PartyFacts> {
        self.parties.get(usize::from(no.0)).filter(|party| !party.void)
    }

    /// The conducts that stand.
    pub fn conducts(&self) -> impl Iterator<Item = &Conduct> {
        self.conducts.iter().filter(|conduct| !conduct.void)
    }

    /// One conduct that stands.
    pub fn conduct_of(&self, no: ConductNo) -> Option<&Conduct> {
        self.conducts.get(usize::from(no.0)).filter(|conduct| !conduct.void)
    }

    /// The party an act is about: its subject, or the party of the act it is addressed to.
    pub fn party_of(&self, no: ActNo) -> Option<PartyNo> {
        if let Some((_, party, _)) = self.spot.iter().find(|(act, ..)| *act == no) {
            return Some(*party);
        }
        match self.log.get((no.0 as usize).checked_sub(1)?)?.subject {
            Subject::Party(party) => Some(party),
            // An act is addressed only to an earlier one, so this ends.
            Subject::Document(of) | Subject::Item(of) if of < no => self.party_of(of),
            _ => None,
        }
    }

    /// The party a subject is about.
    pub fn party_of_subject(&self, subject: Subject) -> Option<PartyNo> {
        match subject {
            Subject::Case => None,
            Subject::Party(no) => Some(no),
            Subject::Document(no) | Subject::Item(no) => self.party_of(no),
        }
    }

    /// The conducts a decision or notice is about.
    pub fn conducts_of(&self, no: ActNo) -> Vec<ConductNo> {
        if let Some((_, _, conduct)) = self.spot.iter().find(|(act, ..)| *act == no) {
            return vec![*conduct];
        }
        match self.log.get((no.0 as usize).saturating_sub(1)).map(|rec| &rec.act) {
            Some(Act::PriorNotice(act)) => act.conducts.clone(),
            Some(Act::PenaltyDecided(act)) => act.conducts.clone(),
            Some(Act::PenaltyWaived(act)) => act.conducts.clone(),
            Some(Act::UnprovenDecided(act)) => act.conducts.clone(),
            _ => Vec::new(),
        }
    }
}

/// The act a void makes void.
pub(crate) fn voids(rec: &Recorded) -> Option<ActNo> {
    match (&rec.act, rec.subject) {
        (Act::Voided(_), Subject::Item(no)) => Some(no),
        _ => None,
    }
}
