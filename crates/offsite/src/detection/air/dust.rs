//! Dust: means over fixed windows of the local day, counted against an allowed number (DB31/964-2016: fifteen minutes).

use serde::{Deserialize, Serialize};

use super::{Air, Factor, Flag, Verdict, Window};
use crate::detection::sighting::{Offence, Sighting, Unit, fact};
use crate::detection::time::{DAY_S, day_start};

/// A limit and how often a day it may be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// A mean above this passes the limit, ng/m³.
    pub above_ng: i64,
    /// Windows a day that may.
    pub allowed: i64,
}

/// What a reading above the instrument’s range is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverRange {
    /// Its value counts: the true mean can only be higher.
    LowerBound,
    /// It is no valid minute.
    Excluded,
}

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DustRule {
    /// What is averaged.
    pub factor: Factor,
    /// Length of a window; windows begin at local midnight and divide the day.
    pub window_min: i64,
    /// A window with fewer valid minutes counts neither way.
    pub valid_min: i64,
    /// Limits, the lowest first.
    pub limits: Vec<Limit>,
    /// What a reading above range is worth.
    pub over_range: OverRange,
    /// A reading received longer after its minute came late.
    pub late_s: i64,
}

/// The windows of a device and local day that hold any reading.
pub(super) fn windows(air: &Air<'_>, device: u32, day: i64) -> Vec<Window> {
    let Some(edition) = air.books.dust.on(day) else { return Vec::new() };
    let rule = &edition.values;
    let length = rule.window_min * 60;
    let begin = day_start(day);
    let mut windows: Vec<Window> = Vec::new();
    for (start, reading) in air.between(device, rule.factor, begin, begin + DAY_S) {
        let from = begin + (start - begin) / length * length;
        if windows.last().is_none_or(|w| w.from != from) {
            windows.push(Window::new(device, rule.factor, from, from + length));
        }
        let Some(window) = windows.last_mut() else { continue };
        let over = reading.flag() == Flag::OverRange && rule.over_range == OverRange::LowerBound;
        if reading.flag() == Flag::Normal || over {
            window.valid += 1;
            window.over_range += i64::from(over);
            window.corrected += i64::from(reading.corrected());
            window.late |= reading.received() - start - 60 > rule.late_s;
            window.sum += i128::from(reading.value());
        } else {
            window.invalid += 1;
        }
    }
    for window in &mut windows {
        if window.valid < rule.valid_min.max(1) || !air.over(window) {
            continue;
        }
        // The mean passes the limit exactly where the sum passes the limit times the count.
        let above =
            rule.limits.iter().filter(|l| window.sum > i128::from(l.above_ng) * i128::from(window.valid)).count();
        window.verdict = if above == 0 { Verdict::Within } else { Verdict::Above(above as u8) };
    }
    windows
}

/// One sighting a device and day, where any limit was passed more often than allowed.
pub(super) fn judge(air: &Air<'_>, device: u32, day: i64) -> Option<Sighting> {
    let edition = air.books.dust.on(day)?;
    let rule = &edition.values;
    let windows = windows(air, device, day);
    let mut facts = Vec::new();
    let mut counted: Vec<&Window> = Vec::new();
    let mut met = i64::MAX;
    for (rank, limit) in rule.limits.iter().enumerate() {
        let above: Vec<&Window> =
            windows.iter().filter(|w| matches!(w.verdict, Verdict::Above(n) if usize::from(n) > rank)).collect();
        let Some(first_too_many) = usize::try_from(limit.allowed).ok().and_then(|n| above.get(n)) else { continue };
        met = met.min(first_too_many.to);
        facts.push(fact("limit", limit.above_ng, Unit::NanogramPerCubicMetre));
        facts.push(fact("allowed", limit.allowed, Unit::Count));
        facts.push(fact("windows_above", above.len() as i64, Unit::Count));
        counted.extend(above);
    }
    // Limits are nested, so the windows above the lowest that was broken hold all the others.
    counted.sort_by_key(|w| w.from);
    counted.dedup_by_key(|w| w.from);
    let worst = counted
        .iter()
        .copied()
        .max_by(|a, b| (a.sum * i128::from(b.valid)).cmp(&(b.sum * i128::from(a.valid))).then(b.from.cmp(&a.from)))?;
    facts.push(fact("worst_window", worst.from, Unit::Instant));
    facts.push(fact("worst_sum", i64::try_from(worst.sum).unwrap_or(i64::MAX), Unit::NanogramPerCubicMetre));
    facts.push(fact("worst_minutes", worst.valid, Unit::Count));
    let total = |f: fn(&Window) -> i64| counted.iter().map(|w| f(w)).sum();
    facts.push(fact("minutes_over_range", total(|w| w.over_range), Unit::Count));
    facts.push(fact("minutes_invalid", total(|w| w.invalid), Unit::Count));
    facts.push(fact("minutes_missing", total(Window::missing), Unit::Count));
    facts.push(fact("minutes_corrected", total(|w| w.corrected), Unit::Count));
    let (from, to) = (day_start(day), counted.last()?.to);
    Some(Sighting {
        offence: Offence::Dust,
        device,
        from,
        to,
        met,
        place: None,
        facts,
        used: air.books.dust.used(edition),
        late: counted.iter().any(|w| w.late),
        digest: air.digest(device, &[rule.factor], from, to),
    })
}
