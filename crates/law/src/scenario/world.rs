//! The organ scenarios happen in.

use std::collections::{BTreeMap, BTreeSet};

use crate::Day;
use crate::acts::{OrganId, PersonId};
use crate::corpus::Corpus;
use crate::judge::{Neighbour, Neighbours, Now};
use crate::office::{Office, Power, Standing, Validity};

/// The world as the lines so far have made it.
pub(super) struct World {
    office: Office,
    neighbours: Neighbours,
    verified: BTreeSet<(String, Day)>,
}

/// An organ with officers 1–8, an expired one 9, reviewers 41 and 42, an unqualified one 43, hearing staff 45–48, heads 50–52 and every
/// matter of the corpus on its confirmed list.
pub fn demo_office() -> Office {
    let since = jiff::civil::date(2000, 1, 1);
    let always = || vec![Validity { from: since, to: None }];
    let mut persons = BTreeMap::new();
    for id in 1..=8 {
        persons.insert(PersonId(id), Standing { certificates: always(), ..Standing::default() });
    }
    let expired = vec![Validity { from: since, to: Some(jiff::civil::date(2020, 12, 31)) }];
    persons.insert(PersonId(9), Standing { certificates: expired, ..Standing::default() });
    for id in [41, 42] {
        let qualified = Some(jiff::civil::date(2019, 1, 1));
        persons.insert(
            PersonId(id),
            Standing {
                certificates: always(),
                reviewer: always(),
                legal_qualification: qualified,
                ..Standing::default()
            },
        );
    }
    persons.insert(PersonId(43), Standing { reviewer: always(), ..Standing::default() });
    for id in 45..=48 {
        persons.insert(PersonId(id), Standing { certificates: always(), ..Standing::default() });
    }
    for id in 50..=52 {
        persons.insert(PersonId(id), Standing { head: always(), ..Standing::default() });
    }
    let powers = Corpus::builtin()
        .matters()
        .map(|matter| Power {
            matter: matter.code.clone(),
            from: since,
            to: None,
            basis: "示例权力清单".to_owned(),
            confirmed: true,
        })
        .collect();
    Office { organ: OrganId("示例区城管执法局".to_owned()), demonstration: false, persons, powers }
}

impl World {
    pub(super) fn new() -> World {
        World { office: demo_office(), neighbours: Neighbours::default(), verified: BTreeSet::new() }
    }

    pub(super) fn now(&self, today: Day) -> Now<'_> {
        let corpus = Corpus::builtin();
        Now {
            today,
            corpus,
            calendar: corpus.calendar(),
            office: &self.office,
            neighbours: self.neighbours.clone(),
            verified: &self.verified,
        }
    }

    pub(super) fn end(self) -> (Office, Vec<(String, Day)>) {
        (self.office, self.verified.into_iter().collect())
    }

    pub(super) fn line(&mut self, first: &str, rest: &[&str]) -> Result<(), String> {
        let day = |word: &str| word.parse::<Day>().map_err(|_| format!("“{word}”不是日期"));
        match (first, rest) {
            ("办案机关", ["真实"]) => self.office.demonstration = false,
            ("办案机关", ["示范"]) => self.office.demonstration = true,
            ("权力", [matter, how @ ("确认" | "未确认" | "无")]) => {
                let matter = matter.trim_start_matches("CG-");
                self.office.powers.retain(|power| power.matter != matter);
                if *how != "无" {
                    let from = jiff::civil::date(2000, 1, 1);
                    let basis = "示例权力清单".to_owned();
                    self.office.powers.push(Power {
                        matter: matter.to_owned(),
                        from,
                        to: None,
                        basis,
                        confirmed: *how == "确认",
                    });
                }
            }
            ("核实", [matter, from]) => {
                self.verified.insert(((*matter).to_owned(), day(from)?));
            }
            ("邻案", [filed, how @ ("罚款" | "未罚")]) => {
                let organ = OrganId("邻区城管执法局".to_owned());
                self.neighbours.same_conduct_elsewhere.push(Neighbour {
                    case: "邻案".to_owned(),
                    organ,
                    filed: day(filed)?,
                    fined: *how == "罚款",
                });
            }
            ("无邻案", []) => self.neighbours = Neighbours::default(),
            _ => return Err(format!("看不懂“{first}”")),
        }
        Ok(())
    }
}
