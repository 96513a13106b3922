//! What a bureau knows when a complaint comes in, kept in memory: the model with what the desk taught it, the gazetteer, the rules of
//! dispatch. Read anew when one of the streams it comes from has grown.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::civil::DateTime;
use ledger::{ChainHash, Fault, Tx};
use office::places;
use understanding::dispatch::{Chosen, Facts, Rule};
use understanding::{Gazetteer, Learner, Reading, Trace};

use crate::act::Spot;
use crate::reading::{Read, proposed};
use crate::words::Channel;
use crate::write::NewTicket;
use crate::{dispatch, lessons, repeats};

/// The end of the name of a squad that answers for a whole town.
const SQUAD: &str = "综合行政执法队";

/// The knowledge of each bureau, shared by everybody who reads complaints.
#[derive(Clone, Default)]
pub struct Minds(Arc<Mutex<HashMap<String, Kept>>>);

impl std::fmt::Debug for Minds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minds")
    }
}

#[derive(Default)]
struct Kept {
    ends: [Option<ChainHash>; 4],
    lesson: i64,
    mind: Option<Arc<Mind>>,
}

/// What a bureau knows.
#[derive(Debug)]
pub struct Mind {
    learner: Learner,
    /// Rules of dispatch, the first that holds decides.
    pub rules: Vec<Rule>,
    /// The unit of each town by the town's name.
    pub squads: BTreeMap<String, String>,
    /// Units of places that have one of their own.
    units: HashMap<String, String>,
}

/// A complaint understood: what is recorded of it and what is looked up with it.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// What the journal keeps.
    pub read: Read,
    /// The unit that goes, and why.
    pub unit: Option<(String, String)>,
    /// The matter proposed by name, and why.
    pub matter: Option<(String, String)>,
    /// What repeats are looked for with.
    pub trace: Trace,
}

impl Minds {
    /// What the bureau knows now.
    ///
    /// # Errors
    /// The database fails, or a stored correction names a matter that is gone.
    pub fn of(&self, tx: &mut Tx<'_>) -> Result<Arc<Mind>, Fault> {
        let ends = tx.ends([places::STREAM, office::STREAM, dispatch::STREAM, lessons::STREAM])?;
        let lesson = lessons::newest(tx)?;
        let bureau = tx.bureau().to_owned();
        let known = {
            let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.get(&bureau).and_then(|kept| {
                let mind = kept.mind.clone()?;
                (kept.ends == ends).then_some((kept.lesson, mind))
            })
        };
        let mind = match known {
            Some((at, mind)) if at == lesson => return Ok(mind),
            // A reader of an older snapshot must not forget what a newer one has learnt.
            Some((at, mind)) if at < lesson => {
                let mut learner = mind.learner.clone();
                for correction in lessons::after(tx, at, lesson)? {
                    // A matter that left the catalogue since teaches nothing.
                    let _ = learner.correct(correction);
                }
                Arc::new(Mind {
                    learner,
                    rules: mind.rules.clone(),
                    squads: mind.squads.clone(),
                    units: mind.units.clone(),
                })
            }
            _ => Arc::new(Mind::read(tx)?),
        };
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.insert(bureau, Kept { ends, lesson, mind: Some(mind.clone()) });
        Ok(mind)
    }
}

impl Mind {
    fn read(tx: &mut Tx<'_>) -> Result<Mind, Fault> {
        let squads: BTreeMap<String, String> = office::read::units(tx)?
            .into_iter()
            .filter_map(|u| Some((u.name.strip_suffix(SQUAD)?.to_owned(), u.id)))
            .collect();
        let places = places::all(tx)?;
        let units =
            places.values().filter_map(|p| Some((p.id.clone(), p.unit.clone()?))).collect::<HashMap<String, String>>();
        let gazetteer = gazetteer(places, &squads)?;
        let state = lessons::state(tx)?;
        let learner = Learner::restore(gazetteer, state).map_err(|e| Fault::Bug(e.to_string()))?;
        Ok(Mind { learner, rules: dispatch::rules(tx)?, squads, units })
    }

    /// The model with what it was taught.
    pub fn learner(&self) -> &Learner {
        &self.learner
    }

    /// How many changes of the model there were.
    pub fn version(&self) -> u32 {
        self.learner.state().version
    }

    /// What a complaint says. The address is read first: what stands there counts before what is told.
    pub fn understand(&self, address: &str, content: &str) -> Reading {
        let text = if address.trim().is_empty() { content.to_owned() } else { format!("{address}，{content}") };
        self.learner.reader().understand(&text)
    }

    /// Everything that is recorded of a new ticket beside what it says.
    pub fn prepare(&self, new: &NewTicket) -> Prepared {
        let reading = self.understand(&new.address, &new.content);
        self.prepare_read(new, &reading)
    }

    /// The same of a reading that is there already.
    pub fn prepare_read(&self, new: &NewTicket, reading: &Reading) -> Prepared {
        let matter = proposed(reading);
        let urgent = new.urgent || !reading.urgent.is_empty();
        let code = matter.as_ref().map(|m| m.0.as_str());
        let unit = self.unit(reading, code, new.channel, new.received, urgent, &new.address);
        let fallback = self.fallback(reading, &new.address).map(|u| u.unit);
        let read = Read::of(reading, self.version(), unit.as_ref().map(|u| u.rule.clone()), fallback);
        let caller = new.caller.phone.as_deref().and_then(repeats::caller);
        let trace = Trace::new(reading, repeats::day(new.received.date()), caller);
        Prepared { read, unit: unit.map(|u| (u.unit, u.reason)), matter, trace }
    }

    /// The unit that goes: by the rules; else the one of the place; else the squad of the town.
    pub fn unit(
        &self,
        reading: &Reading,
        matter: Option<&str>,
        channel: Channel,
        received: DateTime,
        urgent: bool,
        address: &str,
    ) -> Option<Chosen> {
        let facts = Facts {
            matter,
            town: self.town(reading, address),
            point: reading.place.candidates.first().and_then(understanding::Candidate::point),
            source: Some(channel.code()),
            hour: u8::try_from(received.hour()).ok(),
            urgent,
        };
        understanding::dispatch::decide(&self.rules, &facts).or_else(|| self.fallback(reading, address))
    }

    /// The town: one written in the address decides, because a road may run through several.
    pub fn town<'a>(&'a self, reading: &'a Reading, address: &str) -> Option<&'a str> {
        self.town_in(address).or(reading.place.town.as_deref())
    }

    /// The unit that goes where no rule speaks: the place's own, else the squad of the town.
    fn fallback(&self, reading: &Reading, address: &str) -> Option<Chosen> {
        let town = self.town(reading, address);
        let first = reading.place.candidates.first();
        let own = first.filter(|c| town.is_none_or(|t| c.town.is_empty() || c.town == t));
        if let Some((place, unit)) = own.and_then(|c| Some((c, self.units.get(&c.id)?))) {
            let reason = format!("地点在“{}”", place.name);
            return Some(Chosen { unit: unit.clone(), rule: "place".into(), reason });
        }
        let town = town?;
        let unit = self.squads.get(town)?;
        Some(Chosen { unit: unit.clone(), rule: "town".into(), reason: format!("地址属于“{town}”") })
    }

    /// The one town an address names.
    fn town_in(&self, address: &str) -> Option<&str> {
        let mut named = self.squads.keys().filter(|town| address.contains(town.as_str()));
        let first = named.next()?;
        named.next().is_none().then_some(first.as_str())
    }

    /// A place of the gazetteer as a ticket keeps it.
    pub fn spot(&self, place: &str) -> Option<Spot> {
        let found = self.learner.reader().gazetteer().place(place)?;
        Some(Spot {
            place: Some(found.id.clone()),
            name: found.name.clone(),
            town: found.town.clone(),
            at: found.point().map(crate::reading::micro),
        })
    }
}

/// The places as the reader knows them; a place without a town has its unit's.
fn gazetteer(places: BTreeMap<String, places::Place>, squads: &BTreeMap<String, String>) -> Result<Gazetteer, Fault> {
    let degrees = |p: &places::Micro| [p.0 as f64 / 1e6, p.1 as f64 / 1e6];
    let town_of =
        |unit: Option<&str>| squads.iter().find(|(_, u)| Some(u.as_str()) == unit).map(|(town, _)| town.clone());
    let mut towns: BTreeMap<String, Vec<understanding::Point>> =
        squads.keys().filter(|t| !t.is_empty()).map(|town| (town.clone(), Vec::new())).collect();
    let mut known = Vec::new();
    for place in places.into_values() {
        if place.kind == "town" {
            towns.insert(place.name.clone(), place.area.iter().map(degrees).collect());
            continue;
        }
        let town = if place.town.is_empty() { town_of(place.unit.as_deref()).unwrap_or_default() } else { place.town };
        known.push(understanding::Place {
            id: place.id,
            kind: place.kind,
            name: place.name,
            aliases: place.aliases,
            town,
            towns: place.towns,
            lon: place.at.map(|p| p.0 as f64 / 1e6),
            lat: place.at.map(|p| p.1 as f64 / 1e6),
            road: place.road,
            number: place.number,
            line: place.line.iter().map(degrees).collect(),
            area: place.area.iter().map(degrees).collect(),
        });
    }
    let gazetteer = Gazetteer::new(known).map_err(|e| Fault::Bug(e.to_string()))?;
    Ok(gazetteer.with_outlines(towns.into_iter().collect()))
}
