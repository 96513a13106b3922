//! Oil fume: the cooking fan runs while the purifier is off. What the fume sensor reads is screening only and not judged here.

use serde::{Deserialize, Serialize};

use super::{Air, Factor, Flag};
use crate::detection::sighting::{Offence, Sighting, Unit, fact};
use crate::detection::time::{DAY_S, day_start};

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FumeRule {
    /// Minutes with the fan on and the purifier off that make an incident.
    pub minutes: i64,
    /// So many minutes without a valid pair of states neither count nor end an incident; more end it.
    pub gap_min: i64,
    /// Minutes with both states known and not (fan on, purifier off) that end an incident.
    pub end_min: i64,
    /// Minute of the day at which a business day begins; an incident that goes on over it is cut there.
    pub day_begins_min: i64,
    /// A reading received longer after its minute came late.
    pub late_s: i64,
}

/// A run of minutes in which cooking went unpurified.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: i64,
    /// Last minute known, foul or not.
    seen: i64,
    /// Last foul minute.
    last: i64,
    counted: i64,
    /// Unknown minutes up to the last foul one, and since.
    unknown: i64,
    pending: i64,
    clean: i64,
    met: Option<i64>,
    late: bool,
}

/// The incidents of a business day.
pub(super) fn judge(air: &Air<'_>, device: u32, day: i64) -> Vec<Sighting> {
    let Some(edition) = air.books.fume.on(day) else { return Vec::new() };
    let rule = &edition.values;
    let begin = day_start(day) + rule.day_begins_min * 60;
    let end = begin + DAY_S;
    let mut runs: Vec<Run> = Vec::new();
    let mut run: Option<Run> = None;
    for (start, fan) in air.between(device, Factor::Fan, begin, end) {
        let Some(purifier) = air.at(device, Factor::Purifier, start) else { continue };
        if fan.flag() != Flag::Normal || purifier.flag() != Flag::Normal {
            continue;
        }
        let received = fan.received().max(purifier.received());
        let foul = fan.value() == 1 && purifier.value() == 0;
        if let Some(open) = &mut run {
            let gap = (start - open.seen) / 60 - 1;
            open.pending += gap;
            open.seen = start;
            if gap > rule.gap_min {
                runs.extend(run.take());
            }
        }
        match (&mut run, foul) {
            (None, false) => {}
            (None, true) => {
                let late = received - start - 60 > rule.late_s;
                let met = (rule.minutes <= 1).then_some(start + 60);
                run = Some(Run {
                    from: start,
                    seen: start,
                    last: start,
                    counted: 1,
                    unknown: 0,
                    pending: 0,
                    clean: 0,
                    met,
                    late,
                });
            }
            (Some(open), true) => {
                open.unknown += std::mem::take(&mut open.pending);
                open.counted += 1;
                open.last = start;
                open.clean = 0;
                open.late |= received - start - 60 > rule.late_s;
                if open.counted >= rule.minutes && open.met.is_none() {
                    open.met = Some(start + 60);
                }
            }
            (Some(open), false) => {
                open.clean += 1;
                if open.clean >= rule.end_min {
                    runs.extend(run.take());
                }
            }
        }
    }
    runs.extend(run);
    runs.into_iter()
        .filter_map(|run| {
            let to = run.last + 60;
            Some(Sighting {
                offence: Offence::FumeUnpurified,
                device,
                from: run.from,
                to,
                met: run.met?,
                place: None,
                facts: vec![
                    fact("minutes", run.counted, Unit::Minute),
                    fact("minutes_required", rule.minutes, Unit::Minute),
                    fact("minutes_unknown", run.unknown, Unit::Minute),
                ],
                used: air.books.fume.used(edition),
                late: run.late,
                digest: air.digest(device, &[Factor::Fan, Factor::Purifier], run.from, to),
            })
        })
        .collect()
}
