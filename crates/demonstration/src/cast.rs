//! Who plays: squads with their crews, leaders, legal officers and heads, as the standing order has them.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use ledger::{Fault, Tx};
use office::Role;

/// A unit that handles cases.
#[derive(Debug, Clone)]
pub(crate) struct Squad {
    /// The organ that signs.
    pub(crate) organ: String,
    /// The unit.
    pub(crate) unit: String,
    /// The street or town, `徐泾镇`; of the district's own brigade, its name.
    pub(crate) town: String,
    /// Roads it answers for.
    pub(crate) roads: Vec<String>,
    /// Pairs who go out together.
    pub(crate) crews: Vec<[u32; 2]>,
    /// Who leads it.
    pub(crate) leader: u32,
    /// Its legal officer.
    pub(crate) legal: u32,
    /// The heads of its organ.
    pub(crate) heads: Vec<u32>,
    /// People at work in it.
    pub(crate) people: usize,
}

/// Everybody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cast {
    /// The squads of streets and towns.
    pub(crate) squads: Vec<Squad>,
    /// The district's brigade.
    pub(crate) brigade: Option<Squad>,
    /// Legal reviewers of the district.
    pub(crate) reviewers: Vec<u32>,
    /// Of the supervision department.
    pub(crate) supervisors: Vec<u32>,
    /// Who answers the telephone.
    pub(crate) desk: u32,
    /// Everybody at work, by number, with the unit's name.
    pub(crate) persons: Vec<(u32, String)>,
    /// Names of units by id.
    pub(crate) units: BTreeMap<String, String>,
    /// The bureau's full name.
    pub(crate) bureau: String,
    /// Its short name.
    pub(crate) short: String,
    /// The review authority.
    pub(crate) review_authority: String,
    /// The court.
    pub(crate) court: String,
}

impl Cast {
    /// Reads them as of a day.
    pub(crate) fn read(tx: &mut Tx<'_>, on: Date) -> Result<Cast, Fault> {
        let bureau = office::read::bureau(tx)?;
        let units = office::read::units(tx)?;
        let persons = office::read::persons(tx, None, 10_000)?;
        let holders = office::read::holders(tx, on)?;
        let places = office::places::all(tx)?
            .into_values()
            .map(|p| (p.id, p.name, p.unit.unwrap_or_default()))
            .collect::<Vec<_>>();
        let holding = |role: Role, organ: &str| -> Vec<u32> {
            holders.iter().filter(|h| h.2 == role && h.3 == organ).map(|h| h.0).collect()
        };
        let mut cast = Cast {
            bureau: bureau.name,
            short: bureau.short,
            review_authority: bureau.review_authority,
            court: bureau.court,
            units: units.iter().map(|u| (u.id.clone(), u.name.clone())).collect(),
            ..Cast::default()
        };
        cast.persons = persons.iter().map(|p| (p.id, cast.units.get(&p.unit).cloned().unwrap_or_default())).collect();
        for unit in &units {
            let own: Vec<&office::read::Person> = persons.iter().filter(|p| p.unit == unit.id).collect();
            let posted = |post: &str| own.iter().filter(|p| p.post == post).map(|p| p.id).collect::<Vec<u32>>();
            match unit.id.as_str() {
                "qp-supervision" => cast.supervisors = own.iter().map(|p| p.id).collect(),
                "qp-desk" => cast.desk = own.first().map_or(0, |p| p.id),
                _ => {}
            }
            if unit.kind != "squad" && unit.kind != "brigade" {
                continue;
            }
            let town = unit.name.trim_end_matches("综合行政执法队").to_owned();
            let mut heads = holding(Role::Head, &unit.organ);
            heads.extend(holding(Role::DeputyHead, &unit.organ));
            let leader = posted("队长").first().copied().unwrap_or(0);
            let squad = Squad {
                organ: unit.organ.clone(),
                unit: unit.id.clone(),
                roads: places.iter().filter(|p| p.2 == unit.id).map(|p| p.1.clone()).collect(),
                crews: posted("执法队员").chunks_exact(2).map(|two| [two[0], two[1]]).collect(),
                legal: posted("法制员").first().copied().unwrap_or(leader),
                leader,
                heads,
                people: own.len(),
                town,
            };
            if unit.kind == "squad" { cast.squads.push(squad) } else { cast.brigade = Some(squad) }
        }
        cast.reviewers = holders.iter().filter(|h| h.2 == Role::LegalReviewer).map(|h| h.0).collect();
        Ok(cast)
    }

    /// A squad by place in the list; one past the last is the brigade.
    pub(crate) fn squad(&self, n: usize) -> &Squad {
        self.squads.get(n).or(self.brigade.as_ref()).unwrap_or(&self.squads[0])
    }
}

/// Where each crew is at which hour, so that no officer is in two places at once.
#[derive(Debug, Default)]
pub(crate) struct Diary(BTreeMap<(usize, usize, Date), u16>);

/// Visits a crew makes in a day at most.
const VISITS: u16 = 8;

impl Diary {
    /// The hour of a visit, when the crew has one left.
    pub(crate) fn take(&mut self, squad: usize, crew: usize, day: Date) -> Option<Time> {
        let used = self.0.entry((squad, crew, day)).or_default();
        if *used >= VISITS {
            return None;
        }
        let minutes = 8 * 60 + 40 + *used * 62 + (*used / 3) * 20;
        *used += 1;
        Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()
    }

    /// Has the crew so many visits left that day?
    pub(crate) fn room(&self, squad: usize, crew: usize, day: Date, visits: u16) -> bool {
        self.0.get(&(squad, crew, day)).copied().unwrap_or(0) + visits <= VISITS
    }
}
