//! Precision and recall, by incident.

use std::collections::BTreeMap;

use offsite::detection::sighting::{Key, Offence, Sighting};
use offsite::simulate::truth::Truth;

/// Counts of one offence.
#[derive(Debug, Default, Clone)]
pub(crate) struct Score {
    pub(crate) truths: usize,
    pub(crate) found: usize,
    pub(crate) wrong: usize,
    pub(crate) twice: usize,
    pub(crate) withdrawn: usize,
    /// Until it was told, seconds: from the begin of what happened; for dust and noise from the window that was one too many.
    pub(crate) delays: Vec<i64>,
}

impl Score {
    pub(crate) fn precision(&self) -> f64 {
        ratio(self.found, self.found + self.wrong + self.twice)
    }

    pub(crate) fn recall(&self) -> f64 {
        ratio(self.found, self.truths)
    }

    pub(crate) fn add(&mut self, other: &Score) {
        self.truths += other.truths;
        self.found += other.found;
        self.wrong += other.wrong;
        self.twice += other.twice;
        self.withdrawn += other.withdrawn;
        self.delays.extend(&other.delays);
    }

    pub(crate) fn delay(&mut self, per_cent: usize) -> i64 {
        self.delays.sort_unstable();
        self.delays
            .get((self.delays.len() * per_cent / 100).min(self.delays.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

pub(crate) type Scores = BTreeMap<Offence, Score>;

fn dump(offence: Offence) -> bool {
    matches!(offence, Offence::DumpLift | Offence::DumpLoad | Offence::DumpStop)
}

/// Whether a sighting tells of something that happened: the same offence, overlapping within three minutes; for a dump within 200 m.
fn tells(sighting: &Sighting, truth: &Truth) -> bool {
    let near = sighting
        .place
        .is_none_or(|p| (p.lat - truth.place.lat).abs() < 1_800 && (p.lon - truth.place.lon).abs() < 2_100);
    sighting.offence == truth.offence
        && sighting.from <= truth.to + 180
        && sighting.to >= truth.from - 180
        && (near || !dump(truth.offence))
}

/// Judges the sightings of one device; `told` says when each was first told.
pub(crate) fn judge(truths: &[Truth], sightings: &[Sighting], told: &BTreeMap<Key, i64>, withdrawn: &[Key]) -> Scores {
    let mut scores = Scores::new();
    let mut used = vec![false; sightings.len()];
    for truth in truths.iter().filter(|t| !t.slight) {
        let score = scores.entry(truth.offence).or_default();
        score.truths += 1;
        let mut first = true;
        for (i, sighting) in sightings.iter().enumerate() {
            if used[i] || !tells(sighting, truth) {
                continue;
            }
            used[i] = true;
            if std::mem::take(&mut first) {
                score.found += 1;
                // What is counted over a day or a night happens when the count is passed.
                let counted = matches!(
                    truth.offence,
                    Offence::Dust | Offence::NoiseDay | Offence::NoiseNight | Offence::NoisePeak
                );
                let since = if counted { sighting.met } else { truth.from };
                score.delays.extend(told.get(&sighting.key()).map(|at| at - since));
            } else {
                score.twice += 1;
            }
        }
    }
    for (sighting, used) in sightings.iter().zip(used) {
        if used || truths.iter().any(|t| t.slight && tells(sighting, t)) {
            continue;
        }
        scores.entry(sighting.offence).or_default().wrong += 1;
    }
    for key in withdrawn {
        scores.entry(key.1).or_default().withdrawn += 1;
    }
    scores
}

/// Prints the table for so many device-days.
pub(crate) fn print(scores: &mut Scores, days: u64) {
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
    println!("false leads in all: {:.1} per 1,000 device-days", wrong as f64 * 1_000.0 / days as f64);
}
