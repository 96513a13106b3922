//! All trucks: fixes put into order, each once; what late ones change is judged again from the last state kept before them.

use std::collections::BTreeMap;

use super::Fix;
use super::rule::TruckRule;
use super::tracker::{Found, Tracker};
use super::world::World;
use crate::detection::air::differ;
use crate::detection::parameters::Book;
use crate::detection::sighting::{Change, Key, Sighting, digest};
use crate::detection::time::day_of;

/// A state is kept every so many fixes.
const KEEP_EVERY: usize = 256;

/// The trucks of a district.
///
/// What stands is a function of the set of fixes taken, whatever their order, repetition and batches, as long as none is older
/// than the oldest kept of its truck: such a fix is handed back, and the caller feeds that truck from its store anew.
#[derive(Debug)]
pub struct Fleet<'a> {
    world: &'a World,
    book: &'a Book<TruckRule>,
    keep_s: i64,
    trucks: BTreeMap<u32, Truck>,
}

#[derive(Debug, Default)]
struct Truck {
    /// In order, each once.
    fixes: Vec<Fix>,
    /// Fixes the tracker has seen.
    done: usize,
    tracker: Tracker,
    /// States after so many fixes, with as many findings; the first after none of those kept.
    kept: Vec<(usize, usize, Tracker)>,
    /// Findings in the order they were made.
    log: Vec<Found>,
    standing: BTreeMap<Key, Sighting>,
    /// Whether older fixes than the first were let go.
    cut: bool,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Taken {
    /// What changed, by vehicle.
    pub changes: Vec<Change>,
    /// Fixes whose time is impossible against their receipt.
    pub impossible: usize,
    /// Fixes that were known.
    pub repeated: usize,
    /// Fixes older than what is kept.
    pub too_old: Vec<Fix>,
}

impl<'a> Fleet<'a> {
    /// No trucks yet. Fixes are kept until they are `keep_s` seconds older than the newest of their truck.
    pub fn new(world: &'a World, book: &'a Book<TruckRule>, keep_s: i64) -> Fleet<'a> {
        Fleet { world, book, keep_s, trucks: BTreeMap::new() }
    }

    /// Takes a batch of fixes, of any trucks, in any order.
    pub fn take(&mut self, batch: &[Fix]) -> Taken {
        let mut taken = Taken::default();
        let mut touched: BTreeMap<u32, usize> = BTreeMap::new();
        // Nearly all fixes of a batch are of one day.
        let mut edition = None;
        for fix in batch {
            let day = day_of(fix.at);
            if edition.is_none_or(|(of, _)| of != day) {
                edition = Some((day, self.book.on(day)));
            }
            let possible = edition.and_then(|(_, e)| e).is_some_and(|edition| {
                let rule = &edition.values;
                fix.at <= fix.received.saturating_add(rule.future_s)
                    && fix.received.saturating_sub(fix.at) <= rule.past_s
            });
            if !possible {
                taken.impossible += 1;
                continue;
            }
            let truck = self.trucks.entry(fix.vehicle).or_default();
            if truck.cut && truck.fixes.first().is_some_and(|first| fix.at < first.at) {
                taken.too_old.push(*fix);
                continue;
            }
            match truck.insert(fix) {
                Some(at) => {
                    let first = touched.entry(fix.vehicle).or_insert(at);
                    *first = at.min(*first);
                }
                None => taken.repeated += 1,
            }
        }
        for (vehicle, first) in touched {
            if let Some(truck) = self.trucks.get_mut(&vehicle) {
                truck.judge(vehicle, first, self.world, self.book, &mut taken.changes);
                truck.let_go(self.keep_s);
            }
        }
        taken
    }

    /// What stands, by vehicle, offence and begin.
    pub fn standing(&self) -> impl Iterator<Item = &Sighting> {
        self.trucks.values().flat_map(|t| t.standing.values())
    }

    /// The fixes kept of a vehicle between two instants, in order: the track for the reviewer.
    pub fn track(&self, vehicle: u32, from: i64, to: i64) -> &[Fix] {
        self.trucks.get(&vehicle).map_or(&[], |t| t.between(from, to))
    }
}

impl Truck {
    /// Puts a fix into its place and says which; none where it is known and did not come earlier than known.
    fn insert(&mut self, fix: &Fix) -> Option<usize> {
        if self.fixes.last().is_none_or(|last| last.at < fix.at) {
            self.fixes.push(*fix);
            return Some(self.fixes.len() - 1);
        }
        let bare = Fix { received: i64::MIN, ..*fix };
        let at = self.fixes.partition_point(|f| *f < bare);
        match self.fixes.get_mut(at) {
            Some(known) if known.same(fix) => {
                let earlier = fix.received < known.received;
                known.received = known.received.min(fix.received);
                earlier.then_some(at)
            }
            _ => {
                self.fixes.insert(at, *fix);
                Some(at)
            }
        }
    }

    fn between(&self, from: i64, to: i64) -> &[Fix] {
        let begin = self.fixes.partition_point(|f| f.at < from);
        let end = self.fixes.partition_point(|f| f.at <= to);
        &self.fixes[begin..end.max(begin)]
    }

    fn judge(&mut self, vehicle: u32, first: usize, world: &World, book: &Book<TruckRule>, changes: &mut Vec<Change>) {
        let back = first < self.done;
        if back {
            while self.kept.last().is_some_and(|(at, ..)| *at > first) {
                self.kept.pop();
            }
            let (at, findings, tracker) = self.kept.last().cloned().unwrap_or_default();
            (self.done, self.tracker) = (at, tracker);
            self.log.truncate(findings);
        }
        if self.kept.is_empty() {
            self.kept.push((0, 0, Tracker::new()));
        }
        let fresh = self.log.len();
        let mut edition = None;
        while let Some(fix) = self.fixes.get(self.done) {
            let day = day_of(fix.at);
            if edition.is_none_or(|(of, _)| of != day) {
                edition = Some((day, book.on(day)));
            }
            if let Some(edition) = edition.and_then(|(_, e)| e) {
                self.tracker.step(fix, world, &edition.values, &mut |found| self.log.push(found));
            }
            self.done += 1;
            if self.kept.last().is_some_and(|(at, ..)| self.done - at >= KEEP_EVERY) {
                self.kept.push((self.done, self.log.len(), self.tracker.clone()));
            }
        }
        if !back && fresh == self.log.len() {
            return;
        }
        // A finding told again is the same incident with a later end: the last word counts.
        let told = if back { 0 } else { fresh };
        let latest: BTreeMap<Key, (usize, &Found)> =
            self.log[told..].iter().enumerate().map(|(i, f)| ((vehicle, f.offence, f.from), (told + i, f))).collect();
        // What was found before the first fix that changed is as it was, even where its fixes have been let go since.
        let untouched = |key: &Key, i: usize, f: &Found| {
            self.standing
                .get(key)
                .filter(|s| i < fresh && s.to == f.to && s.met == f.met && s.facts == f.facts)
                .cloned()
        };
        let now: Vec<Sighting> = latest
            .into_iter()
            .filter_map(|(key, (i, f))| untouched(&key, i, f).or_else(|| self.sighting(vehicle, f, book)))
            .collect();
        let before: Vec<Sighting> = if back {
            std::mem::take(&mut self.standing).into_values().collect()
        } else {
            now.iter().filter_map(|s| self.standing.get(&s.key()).cloned()).collect()
        };
        differ(&before, &now, changes);
        self.standing.extend(now.into_iter().map(|s| (s.key(), s)));
    }

    fn sighting(&self, vehicle: u32, found: &Found, book: &Book<TruckRule>) -> Option<Sighting> {
        let edition = book.on(day_of(found.met))?;
        Some(Sighting {
            offence: found.offence,
            device: vehicle,
            from: found.from,
            to: found.to,
            met: found.met,
            place: found.place,
            facts: found.facts.clone(),
            used: book.used(edition),
            late: found.late,
            digest: digest(self.between(found.from, found.to).iter().map(Fix::bytes)),
        })
    }

    /// Lets go of fixes that are too old to be changed, up to a kept state.
    fn let_go(&mut self, keep_s: i64) {
        let Some(newest) = self.fixes.last().map(|f| f.at) else { return };
        let old = self.fixes.partition_point(|f| f.at < newest.saturating_sub(keep_s));
        let cut = self.kept.partition_point(|(at, ..)| *at <= old).saturating_sub(1);
        // Moving the rest down is worth it only for many.
        if cut < 4 {
            return;
        }
        let at = self.kept[cut].0;
        self.kept.drain(..cut);
        self.kept.iter_mut().for_each(|k| k.0 -= at);
        self.fixes.drain(..at);
        self.done -= at;
        self.cut = true;
    }
}
