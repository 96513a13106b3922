//! Trucks: planted offences found, decoys not.

use std::collections::BTreeMap;

use offsite::detection::parameters;
use offsite::detection::sighting::{Change, Key, Offence};
use offsite::detection::truck::fleet::Fleet;
use offsite::simulate::{District, Settings};

use crate::score::{Score, Scores, judge};

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
            if std::env::var("SHOW").is_ok() {
                show(&run.truths, &standing);
            }
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
    println!("offence        truths  found  false  twice  precision  recall  false/1000d  withdrawn  delay p50/p95 s");
    for offence in Offence::ALL {
        let Some(score) = scores.get_mut(&offence) else { continue };
        let false_leads = (score.wrong + score.twice) as f64 * 1_000.0 / days as f64;
        let (half, most) = (score.delay(50), score.delay(95));
        println!(
            "{:14} {:6} {:6} {:6} {:6}     {:.3}    {:.3}   {:8.2}   {:8}   {} / {}",
            format!("{offence:?}"),
            score.truths,
            score.found,
            score.wrong,
            score.twice,
            score.precision(),
            score.recall(),
            false_leads,
            score.withdrawn,
            half,
            most,
        );
    }
    let wrong: usize = scores.values().map(|s| s.wrong + s.twice).sum();
    println!("false leads in all: {:.1} per 1,000 truck-days", wrong as f64 * 1_000.0 / days as f64);
}

/// The weeks on which thresholds may be chosen.
fn development() -> Settings {
    let first_day = jiff::civil::date(2026, 6, 1);
    Settings { seed: 1, trucks: 120, first_day, days: 14, planted_per_mille: 120, decoy_per_mille: 60 }
}

#[test]
#[ignore = "takes a minute; the table for choosing thresholds"]
fn development_weeks() {
    let (mut scores, fixes) = evaluate(development(), 2);
    table(&mut scores, development(), fixes);
    let _ = Score::default();
}

fn show(truths: &[offsite::simulate::truth::Truth], standing: &[offsite::detection::sighting::Sighting]) {
    let only = std::env::var("SHOW").unwrap_or_default();
    for t in truths.iter().filter(|t| format!("{:?}", t.offence) == only) {
        let hit = standing.iter().any(|s| s.offence == t.offence && s.from <= t.to + 180 && s.to >= t.from - 180);
        println!("{} truth {:?}", if hit { "hit " } else { "MISS" }, t);
    }
    for s in standing.iter().filter(|s| format!("{:?}", s.offence) == only) {
        let hit = truths.iter().any(|t| s.offence == t.offence && s.from <= t.to + 180 && s.to >= t.from - 180);
        if !hit { println!("WRONG {} {} {} {:?}", s.device, s.from, s.to, s.facts); }
    }
}
