//! Groups of three with different wordings and place variants, planted among a million synthetic complaints.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use understanding::{Gazetteer, Index, Point, Reader, Trace, hash, sentences};

const ALL: usize = 1_000_000;
const GROUPS: usize = 1_000;
const PLACES: u64 = 20_000;
const DAYS: u64 = 730;

struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// A made-up place: its point comes from its number.
fn point(place: u64) -> Point {
    let mixed = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [
        120.90 + 0.38 * ((mixed >> 40) as f64 / (1u64 << 24) as f64),
        31.00 + 0.25 * ((mixed & 0xff_ffff) as f64 / (1u64 << 24) as f64),
    ]
}

/// One complaint: a sentence read before, put at a place and a day.
fn complaint(skeleton: &Trace, place: u64, day: i32, caller: u64, chance: &mut Chance) -> Trace {
    let mut trace = Trace { day, caller: Some(caller), named: None, ..skeleton.clone() };
    match chance.below(100) {
        // Named so that the gazetteer gives the object itself.
        0..=69 => (trace.place, trace.point) = (Some(hash(&[&place.to_string()])), Some(point(place))),
        // Another object within some 40 m: the shop next door, the gate of the estate.
        70..=84 => {
            let [lon, lat] = point(place);
            trace.place = Some(hash(&[&place.to_string(), &chance.below(4).to_string()]));
            trace.point =
                Some([lon + (chance.below(60) as f64 - 30.0) * 1e-5, lat + (chance.below(60) as f64 - 30.0) * 1e-5]);
        }
        // Road and house number.
        85..=95 => {
            trace.place = Some(hash(&[&place.to_string(), "号"]));
            trace.road = trace.place;
            trace.point = Some(point(place));
        }
        // Not resolved.
        _ => {}
    }
    trace
}

#[test]
fn fellows_among_a_million_are_found_and_few_others_are_joined() {
    let reader = Reader::new(Gazetteer::default()).expect("tables");
    let mut by_matter: BTreeMap<String, Vec<Trace>> = BTreeMap::new();
    let mut all: Vec<Trace> = Vec::new();
    for core in sentences().expect("sentences").iter().filter(|core| !core.matters.is_empty()) {
        let trace = Trace::new(&reader.understand(&core.text), 0, None);
        by_matter.entry(core.matters[0].clone()).or_default().push(trace.clone());
        all.push(trace);
    }
    by_matter.retain(|_, traces| traces.len() >= 6);
    let matters: Vec<&Vec<Trace>> = by_matter.values().collect();

    let mut chance = Chance(20_261_125);
    let mut index = Index::default();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut singles: Vec<u32> = Vec::new();
    let every = (ALL - 3 * GROUPS) / GROUPS;
    for _ in 0..GROUPS {
        let mut group = Vec::new();
        let traces = matters[chance.below(matters.len() as u64) as usize];
        let (place, day, caller) = (chance.below(PLACES), chance.below(DAYS) as i32, chance.below(300_000));
        let start = chance.below(traces.len() as u64) as usize;
        for turn in 0..3 {
            let who = if chance.below(7) == 0 { caller } else { chance.below(300_000) };
            let when = day + chance.below(20) as i32;
            group.push(index.add(complaint(&traces[(start + turn) % traces.len()], place, when, who, &mut chance)));
        }
        groups.push(group);
        for _ in 0..every {
            let skeleton = &all[chance.below(all.len() as u64) as usize];
            let (place, day, caller) = (chance.below(PLACES), chance.below(DAYS) as i32, chance.below(300_000));
            singles.push(index.add(complaint(skeleton, place, day, caller, &mut chance)));
        }
    }

    let (mut found, mut joined) = (0, 0);
    let mut times: Vec<Duration> = Vec::new();
    for group in &groups {
        for &number in group {
            let trace = index.trace(number).expect("it was added");
            let began = Instant::now();
            let fellows = index.fellows(trace, Some(number), 5);
            times.push(began.elapsed());
            found += usize::from(fellows.iter().any(|(other, _)| group.contains(other)));
            joined += usize::from(fellows.iter().any(|(other, like)| group.contains(other) && like.join));
        }
    }
    let tried: Vec<u32> = singles.iter().copied().step_by(singles.len() / 5_000).collect();
    let wrong = tried
        .iter()
        .filter(|&&number| {
            index.fellows(index.trace(number).expect("it was added"), Some(number), 5).iter().any(|(_, like)| like.join)
        })
        .count();
    times.sort();
    let planted = 3 * GROUPS;
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    let slow = times[times.len() * 99 / 100];
    println!(
        "{} complaints, {} sentences: a fellow in the first five for {:.1} %, joining proposed for {:.1} % of repeats and {:.2} % of others; p99 {slow:?}",
        index.len(),
        all.len(),
        percent(found, planted),
        percent(joined, planted),
        percent(wrong, tried.len()),
    );
    assert!(percent(found, planted) >= 92.0);
    assert!(percent(wrong, tried.len()) < 2.0);
    assert!(slow < Duration::from_millis(20), "{slow:?}");
}
