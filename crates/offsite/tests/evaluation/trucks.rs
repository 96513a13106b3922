//! Trucks: planted offences found, decoys not.

use std::collections::BTreeMap;

use offsite::detection::parameters;
use offsite::detection::sighting::{Change, Key, Offence};
use offsite::detection::truck::fleet::Fleet;
use offsite::simulate::{District, Settings};

use crate::score::{Scores, judge, print};

/// Runs a district and scores what was found, on so many threads.
fn evaluate(settings: Settings, threads: u32) -> (Scores, usize) {
    let district = District::new(settings);
    let world = district.world();
    let one = |offset: u32| {
        let mut all = Scores::new();
        let mut fixes = 0;
        for truck in (offset..district.trucks()).step_by(threads as usize) {
            let run = district.run(truck);
            fixes += run.fixes.len();
            let mut fleet = Fleet::new(&world, parameters::truck(), 9 * 86_400);
            let mut told: BTreeMap<Key, i64> = BTreeMap::new();
            let mut withdrawn = Vec::new();
            for batch in run.fixes.chunk_by(|a, b| a.received / 60 == b.received / 60) {
                let now = batch[batch.len() - 1].received;
                for change in fleet.take(batch).changes {
                    match change {
                        Change::New(s) => {
                            told.entry(s.key()).or_insert(now);
                        }
                        Change::Withdrawn(key) => withdrawn.push(key),
                        Change::Revised(_) => {}
                    }
                }
            }
            let standing: Vec<_> = fleet.standing().cloned().collect();
            withdrawn.retain(|key| !standing.iter().any(|s| s.key() == *key));
            for (offence, score) in judge(&run.truths, &standing, &told, &withdrawn) {
                all.entry(offence).or_default().add(&score);
            }
        }
        (all, fixes)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|n| scope.spawn(move || one(n))).collect();
        let mut all = (Scores::new(), 0);
        for worker in workers {
            let (scores, fixes) = worker.join().expect("a worker ends");
            for (offence, score) in scores {
                all.0.entry(offence).or_default().add(&score);
            }
            all.1 += fixes;
        }
        all
    })
}

fn table(scores: &mut Scores, settings: Settings, fixes: usize) {
    let days = u64::from(settings.trucks) * settings.days as u64;
    println!("{} trucks, {} days, {fixes} fixes, seed {}", settings.trucks, settings.days, settings.seed);
    print(scores, days);
}

/// The weeks on which thresholds may be chosen.
fn development() -> Settings {
    let first_day = jiff::civil::date(2026, 6, 1);
    Settings { seed: 1, trucks: 120, first_day, days: 14, planted_per_mille: 120, decoy_per_mille: 60 }
}

/// Other weeks of another district, never looked at while thresholds were chosen.
fn held_out() -> Settings {
    Settings { seed: 20_260_803, trucks: 500, first_day: jiff::civil::date(2026, 8, 3), days: 28, ..development() }
}

#[test]
#[ignore = "the table for choosing thresholds"]
fn development_weeks() {
    let (mut scores, fixes) = evaluate(development(), 2);
    table(&mut scores, development(), fixes);
}

#[test]
#[ignore = "takes two minutes; the table that counts"]
fn held_out_weeks() {
    let (mut scores, fixes) = evaluate(held_out(), 2);
    table(&mut scores, held_out(), fixes);
    floors(&scores, 200);
}

/// A week of a third district, small enough to run always.
#[test]
fn a_small_week_keeps_the_floors() {
    let settings = Settings { seed: 7, trucks: 60, first_day: jiff::civil::date(2026, 9, 7), days: 7, ..development() };
    let (mut scores, fixes) = evaluate(settings, 2);
    table(&mut scores, settings, fixes);
    floors(&scores, 5);
}

fn floors(scores: &Scores, least: usize) {
    for (offence, floor) in [
        (Offence::DumpLift, 0.95),
        (Offence::DumpLoad, 0.85),
        (Offence::DumpStop, 0.85),
        (Offence::OffRoute, 0.85),
        (Offence::OutOfHours, 0.85),
        (Offence::Uncovered, 0.85),
        (Offence::NoCertificate, 0.85),
        (Offence::SilentTrip, 0.85),
        (Offence::PowerCut, 0.85),
        (Offence::Antenna, 0.85),
        (Offence::Frozen, 0.85),
        (Offence::LiftStuck, 0.85),
        (Offence::LoadStuck, 0.85),
        (Offence::CoverStuck, 0.85),
        (Offence::Clone, 0.85),
    ] {
        let score = &scores[&offence];
        assert!(score.truths >= least, "{offence:?} was planted {} times", score.truths);
        let both = (score.precision(), score.recall());
        assert!(both.0 >= floor && both.1 >= floor, "{offence:?}: precision and recall {both:?}");
    }
}
