//! Dust, noise and kitchens: what happened found, what only looks like it not.

use std::collections::BTreeMap;

use offsite::detection::air::{Air, Books};
use offsite::detection::sighting::{Change, Key, Offence, Sighting};
use offsite::simulate::air::{Settings, run};

use crate::score::{Scores, judge, print};

fn evaluate(settings: Settings) -> Scores {
    let run = run(settings);
    let mut air = Air::new(Books::builtin(), &run.stations, &run.permits);
    let mut told: BTreeMap<Key, i64> = BTreeMap::new();
    let mut withdrawn = Vec::new();
    // Judged every quarter of an hour.
    for batch in run.minutes.chunk_by(|a, b| a.received / 900 == b.received / 900) {
        batch.iter().for_each(|m| air.take(*m));
        for change in air.judge() {
            match change {
                Change::New(s) => {
                    told.entry(s.key()).or_insert(batch[batch.len() - 1].received);
                }
                Change::Withdrawn(key) => withdrawn.push(key),
                Change::Revised(_) => {}
            }
        }
    }
    let standing: Vec<Sighting> = air.standing().cloned().collect();
    withdrawn.retain(|key| !standing.iter().any(|s| s.key() == *key));
    let mut all = Scores::new();
    for station in &run.stations {
        let truths: Vec<_> = run.truths.iter().filter(|t| t.device == station.device).copied().collect();
        let sightings: Vec<_> = standing.iter().filter(|s| s.device == station.device).cloned().collect();
        let gone: Vec<_> = withdrawn.iter().filter(|k| k.0 == station.device).copied().collect();
        for (offence, score) in judge(&truths, &sightings, &told, &gone) {
            all.entry(offence).or_default().add(&score);
        }
    }
    all
}

fn check(settings: Settings, least: usize) {
    let mut scores = evaluate(settings);
    println!("{} monitors of each kind, {} days", settings.devices, settings.days);
    print(&mut scores, u64::from(settings.devices) * settings.days as u64);
    for offence in [Offence::Dust, Offence::NoiseDay, Offence::NoiseNight, Offence::NoisePeak, Offence::FumeUnpurified]
    {
        let score = &scores[&offence];
        assert!(score.truths >= least, "{offence:?} happened {} times", score.truths);
        let both = (score.precision(), score.recall());
        assert!(both.0 >= 0.95 && both.1 >= 0.9, "{offence:?}: precision and recall {both:?}");
    }
}

#[test]
fn a_small_week_of_monitors_keeps_the_floors() {
    check(Settings { seed: 3, devices: 12, first_day: jiff::civil::date(2026, 6, 1), days: 7 }, 3);
}

#[test]
#[ignore = "takes some minutes; the table that counts"]
fn held_out_weeks_of_monitors() {
    check(Settings { seed: 20_260_803, devices: 120, first_day: jiff::civil::date(2026, 8, 3), days: 28 }, 200);
}
