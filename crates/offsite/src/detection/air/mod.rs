//! Dust, noise and oil fume: minute readings of devices that stand still, judged day by day.
//!
//! [`Air`] keeps readings, each minute once however often it was sent, and judges again only the days that a new, late or
//! corrected reading touched. What it holds to be true is a function of the set of readings alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::parameters::Book;
use super::sighting::{Change, Key, Sighting};
use super::time::{day_of, minute_of_day};
use dust::DustRule;
use fume::FumeRule;
use noise::NoiseRule;

pub mod dust;
pub mod fume;
pub mod noise;
mod window;

pub use window::{Verdict, Window};

/// What is measured, and in which unit its value is a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// Total suspended particles (a34001), ng/m³.
    Tsp,
    /// PM10 (a34002), ng/m³.
    Pm10,
    /// Equivalent sound level of the minute, A-weighted, 0.1 dB.
    Leq,
    /// Greatest sound level of the minute, 0.1 dB.
    Lmax,
    /// Wind speed (a01007), 0.1 m/s.
    Wind,
    /// Rain in the minute, 0.01 mm.
    Rain,
    /// Cooking fan, by state or current: 1 on, 0 off.
    Fan,
    /// Purifier state: 0 off, 1 on, 2 calibration, 3 maintenance, 4 alarm, 5 purge.
    Purifier,
}

/// Which rule a factor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Dust,
    Noise,
    Fume,
}

impl Factor {
    fn kind(self) -> Kind {
        match self {
            Factor::Tsp | Factor::Pm10 => Kind::Dust,
            Factor::Leq | Factor::Lmax | Factor::Wind | Factor::Rain => Kind::Noise,
            Factor::Fan | Factor::Purifier => Kind::Fume,
        }
    }
}

/// The data flag of a reading (HJ 212).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// N: normal.
    Normal,
    /// T: above the instrument’s range; the value is a lower bound.
    OverRange,
    /// F: instrument stopped.
    Stopped,
    /// M: maintenance.
    Maintenance,
    /// S: value entered by hand.
    Manual,
    /// D: fault.
    Fault,
    /// C: calibration.
    Calibration,
    /// B: link between instrument and logger broken.
    Link,
}

/// Which end of its interval a device writes as the time of a reading: a property of its firmware, recorded per device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stamp {
    /// As the standard says.
    Start,
    /// As many devices do.
    End,
}

/// One reading of one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Minute {
    /// Device.
    pub device: u32,
    /// Where the minute begins, UTC seconds.
    pub start: i64,
    /// What is measured.
    pub factor: Factor,
    /// The value in the factor’s unit.
    pub value: i64,
    /// Data flag.
    pub flag: Flag,
    /// When we received it, UTC seconds.
    pub received: i64,
}

impl Stamp {
    /// Where the minute begins whose reading bears this time.
    pub fn start(self, written: i64) -> i64 {
        let minute = written - written.rem_euclid(60);
        match self {
            Stamp::Start => minute,
            Stamp::End => minute - 60,
        }
    }
}

/// Where a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Station {
    /// Device.
    pub device: u32,
    /// Site it watches.
    pub site: u32,
}

/// A permit to work at night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permit {
    /// Site.
    pub site: u32,
    /// First instant permitted, UTC seconds.
    pub from: i64,
    /// First instant no longer permitted.
    pub to: i64,
}

/// One content that a minute was reported with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    /// When this content first came: a repetition never makes a reading newer.
    received: i64,
    flag: Flag,
    value: i64,
}

/// All contents a minute was reported with; the last is the one that counts.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    last: Content,
    before: Vec<Content>,
}

impl Reading {
    /// Adds a content and says whether anything changed.
    fn add(&mut self, new: Content) -> bool {
        let same = |c: &Content| c.flag == new.flag && c.value == new.value;
        let known = if same(&self.last) { Some(&mut self.last) } else { self.before.iter_mut().find(|c| same(c)) };
        match known {
            Some(content) if content.received <= new.received => return false,
            Some(content) => content.received = new.received,
            None => self.before.push(new),
        }
        self.before.push(self.last);
        self.before.sort_unstable();
        if let Some(last) = self.before.pop() {
            self.last = last;
        }
        true
    }

    pub(crate) fn value(&self) -> i64 {
        self.last.value
    }

    pub(crate) fn flag(&self) -> Flag {
        self.last.flag
    }

    pub(crate) fn received(&self) -> i64 {
        self.last.received
    }

    pub(crate) fn corrected(&self) -> bool {
        !self.before.is_empty()
    }

    /// The contents in their order as bytes, for the digest; when they came is ours, not the device’s, and stays out.
    pub(crate) fn bytes(&self, factor: Factor, start: i64) -> Vec<u8> {
        let mut bytes = vec![factor as u8];
        bytes.extend(start.to_be_bytes());
        for content in self.before.iter().chain([&self.last]) {
            bytes.push(content.flag as u8);
            bytes.extend(content.value.to_be_bytes());
        }
        bytes
    }
}

/// The three sets of parameters.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    /// Dust.
    pub dust: &'a Book<DustRule>,
    /// Noise.
    pub noise: &'a Book<NoiseRule>,
    /// Oil fume.
    pub fume: &'a Book<FumeRule>,
}

impl Books<'static> {
    /// Those that ship with the product.
    pub fn builtin() -> Books<'static> {
        use super::parameters as p;
        Books { dust: p::dust(), noise: p::noise(), fume: p::fume() }
    }
}

/// The readings of devices and what they point to.
#[derive(Debug)]
pub struct Air<'a> {
    books: Books<'a>,
    site: BTreeMap<u32, u32>,
    permits: BTreeMap<u32, Vec<Permit>>,
    readings: BTreeMap<(u32, Factor, i64), Reading>,
    touched: BTreeSet<(u32, i64, Kind)>,
    standing: BTreeMap<(u32, i64, Kind), Vec<Sighting>>,
}

impl<'a> Air<'a> {
    /// No readings yet.
    pub fn new(books: Books<'a>, stations: &[Station], permits: &[Permit]) -> Air<'a> {
        let mut by_site: BTreeMap<u32, Vec<Permit>> = BTreeMap::new();
        for permit in permits {
            by_site.entry(permit.site).or_default().push(*permit);
        }
        Air {
            books,
            site: stations.iter().map(|s| (s.device, s.site)).collect(),
            permits: by_site,
            readings: BTreeMap::new(),
            touched: BTreeSet::new(),
            standing: BTreeMap::new(),
        }
    }

    /// Takes a reading, in any order, however late and often. A start within a minute counts for that minute.
    pub fn take(&mut self, minute: Minute) {
        let start = Stamp::Start.start(minute.start);
        let content = Content { received: minute.received, flag: minute.flag, value: minute.value };
        let changed = match self.readings.entry((minute.device, minute.factor, start)) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(Reading { last: content, before: Vec::new() });
                true
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().add(content),
        };
        if changed {
            let kind = minute.factor.kind();
            // The window of the reading before may be over only now.
            let before = self.between(minute.device, minute.factor, i64::MIN, start).next_back().map(|(at, _)| at);
            for at in before.into_iter().chain([start]) {
                let day = day_of(at);
                self.touched.insert((minute.device, day, kind));
                // The small hours belong to the night, and to the kitchen’s business day, of the day before.
                if minute_of_day(at) < 720 {
                    self.touched.insert((minute.device, day - 1, kind));
                }
            }
        }
    }

    /// Judges the days that readings touched since the last time and says what changed, by device and day.
    pub fn judge(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (device, day, kind) in std::mem::take(&mut self.touched) {
            let now = self.judged(device, day, kind);
            let before = self.standing.remove(&(device, day, kind)).unwrap_or_default();
            differ(&before, &now, &mut changes);
            if !now.is_empty() {
                self.standing.insert((device, day, kind), now);
            }
        }
        changes
    }

    /// What stands after the last judgement, by device, day and offence.
    pub fn standing(&self) -> impl Iterator<Item = &Sighting> {
        self.standing.values().flatten()
    }

    /// What the readings of a device point to on a local day, with its night: a function of the set of readings alone.
    pub fn day(&self, device: u32, day: i64) -> Vec<Sighting> {
        [Kind::Dust, Kind::Noise, Kind::Fume].into_iter().flat_map(|kind| self.judged(device, day, kind)).collect()
    }

    fn judged(&self, device: u32, day: i64, kind: Kind) -> Vec<Sighting> {
        match kind {
            Kind::Dust => dust::judge(self, device, day).into_iter().collect(),
            Kind::Noise => noise::judge(self, device, day),
            Kind::Fume => fume::judge(self, device, day),
        }
    }

    /// The windows of a device and day, as a curve for the reviewer.
    pub fn windows(&self, device: u32, day: i64) -> Vec<Window> {
        let mut all = dust::windows(self, device, day);
        all.extend(noise::windows(self, device, day));
        all
    }

    fn between(
        &self,
        device: u32,
        factor: Factor,
        from: i64,
        to: i64,
    ) -> impl DoubleEndedIterator<Item = (i64, &Reading)> {
        self.readings
            .range((device, factor, from)..(device, factor, to))
            .map(|(&(_, _, start), reading)| (start, reading))
    }

    /// Whether a window is over by the device’s own account: its last minute or a later one was reported, valid or not.
    fn over(&self, window: &Window) -> bool {
        self.between(window.device, window.factor, window.to - 60, i64::MAX).next().is_some()
    }

    fn at(&self, device: u32, factor: Factor, start: i64) -> Option<&Reading> {
        self.readings.get(&(device, factor, start))
    }

    fn digest(&self, device: u32, factors: &[Factor], from: i64, to: i64) -> String {
        super::sighting::digest(
            factors.iter().flat_map(|f| self.between(device, *f, from, to).map(|(start, r)| r.bytes(*f, start))),
        )
    }

    /// Whether the whole span is permitted to the site that the device watches, by one permit.
    fn permitted(&self, device: u32, from: i64, to: i64) -> bool {
        let permits = self.site.get(&device).and_then(|site| self.permits.get(site));
        permits.is_some_and(|all| all.iter().any(|p| p.from <= from && to <= p.to))
    }
}

/// Adds what became new, other or void.
pub(crate) fn differ(before: &[Sighting], now: &[Sighting], changes: &mut Vec<Change>) {
    let old: BTreeMap<Key, &Sighting> = before.iter().map(|s| (s.key(), s)).collect();
    let keys: BTreeSet<Key> = now.iter().map(Sighting::key).collect();
    changes.extend(old.keys().filter(|k| !keys.contains(k)).map(|k| Change::Withdrawn(*k)));
    for sighting in now {
        match old.get(&sighting.key()) {
            None => changes.push(Change::New(sighting.clone())),
            Some(known) if *known != sighting => changes.push(Change::Revised(sighting.clone())),
            Some(_) => {}
        }
    }
}
