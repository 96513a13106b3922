//! Windows of dust and noise, runs of fume: against a slow obvious twin, and by hand.

use std::collections::BTreeMap;

use offsite::detection::air::noise::mean_above;
use offsite::detection::air::{Air, Books, Factor, Flag, Minute, Permit, Stamp, Station, Verdict};
use offsite::detection::sighting::{Change, Offence, Sighting};
use offsite::detection::time::{day_number, day_start};

use crate::rng::Rng;

const SITE: Station = Station { device: 7, site: 70 };

fn day() -> i64 {
    day_number(jiff::civil::date(2026, 9, 14))
}

fn reading(factor: Factor, start: i64, value: i64) -> Minute {
    Minute { device: 7, start, factor, value, flag: Flag::Normal, received: start + 70 }
}

fn air(permits: &[Permit]) -> Air<'static> {
    Air::new(Books::builtin(), &[SITE], permits)
}

fn found(minutes: &[Minute], permits: &[Permit]) -> Vec<Sighting> {
    let mut air = air(permits);
    minutes.iter().for_each(|m| air.take(*m));
    air.judge();
    air.standing().cloned().collect()
}

/// Fifteen minutes of one value from the quarter of the day with this number.
fn quarter(number: i64, value: i64) -> impl Iterator<Item = Minute> {
    (0..15).map(move |m| reading(Factor::Tsp, day_start(day()) + number * 900 + m * 60, value))
}

#[test]
fn the_second_mean_above_two_milligrams_is_too_many() {
    let one: Vec<Minute> = quarter(40, 2_000_001).collect();
    assert!(found(&one, &[]).is_empty());
    let two: Vec<Minute> = quarter(40, 2_000_001).chain(quarter(60, 2_500_000)).collect();
    let sightings = found(&two, &[]);
    assert_eq!(sightings.len(), 1);
    let sighting = &sightings[0];
    assert_eq!((sighting.offence, sighting.device, sighting.late), (Offence::Dust, 7, false));
    assert_eq!((sighting.fact("limit"), sighting.fact("windows_above")), (Some(2_000_000), Some(2)));
    assert_eq!((sighting.from, sighting.met), (day_start(day()), day_start(day()) + 61 * 900));
    // Exactly on the limit is not above it.
    let on: Vec<Minute> = quarter(40, 2_000_000).chain(quarter(60, 2_500_000)).collect();
    assert!(found(&on, &[]).is_empty());
}

#[test]
fn the_seventh_mean_above_one_milligram_is_too_many_and_days_do_not_add_up() {
    let six: Vec<Minute> = (10..16).flat_map(|n| quarter(n, 1_000_001)).collect();
    assert!(found(&six, &[]).is_empty());
    let seven: Vec<Minute> = (10..17).flat_map(|n| quarter(n, 1_000_001)).collect();
    assert_eq!(found(&seven, &[]).len(), 1);
    // Four before midnight and four after are seven in no day.
    let over_midnight: Vec<Minute> = (92..100).flat_map(|n| quarter(n, 1_500_000)).collect();
    assert!(found(&over_midnight, &[]).is_empty());
}

#[test]
fn a_window_counts_only_with_enough_valid_minutes() {
    let with = |invalid: usize, flag: Flag| {
        let spoil = move |m: Minute, i: usize| if i < invalid { Minute { flag, ..m } } else { m };
        let minutes: Vec<Minute> = quarter(40, 3_000_000)
            .enumerate()
            .map(|(i, m)| spoil(m, i))
            .chain(quarter(60, 3_000_000).enumerate().map(|(i, m)| spoil(m, i)))
            .collect();
        found(&minutes, &[]).len()
    };
    assert_eq!((with(3, Flag::Fault), with(4, Flag::Fault)), (1, 0));
    assert_eq!((with(4, Flag::Maintenance), with(4, Flag::Link), with(4, Flag::Manual)), (0, 0, 0));
    assert_eq!(with(15, Flag::OverRange), 1, "above range is a lower bound");
}

#[test]
fn a_correction_withdraws_what_it_makes_void_and_a_repetition_does_not_bring_it_back() {
    let mut air = air(&[]);
    let minutes: Vec<Minute> = quarter(40, 2_100_000).chain(quarter(60, 2_100_000)).collect();
    minutes.iter().for_each(|m| air.take(*m));
    let changes = air.judge();
    assert!(matches!(&changes[..], [Change::New(s)] if s.offence == Offence::Dust), "{changes:?}");
    for minute in &minutes[15..] {
        air.take(Minute { value: 900_000, received: minute.received + 7_200, ..*minute });
    }
    let changes = air.judge();
    assert!(matches!(&changes[..], [Change::Withdrawn((7, Offence::Dust, _))]), "{changes:?}");
    for minute in &minutes[15..] {
        air.take(Minute { received: minute.received + 9_000, ..*minute });
    }
    assert!(air.judge().is_empty());
}

#[test]
fn a_stamp_at_the_end_belongs_to_the_minute_before() {
    let midnight = day_start(day());
    assert_eq!((Stamp::Start.start(midnight), Stamp::End.start(midnight)), (midnight, midnight - 60));
    // Read with the wrong end, each window would hold a minute of its neighbour and the mean would fall under the limit.
    let written = quarter(40, 2_000_100).chain(quarter(60, 2_000_100)).map(|m| Minute { start: m.start + 60, ..m });
    let around = |n| quarter(n, 0);
    let all: Vec<Minute> =
        written.map(|m| Minute { start: Stamp::End.start(m.start), ..m }).chain(around(39)).chain(around(41)).collect();
    assert_eq!(found(&all, &[]).len(), 1);
}

fn night_reading(minute_after_22: i64, factor: Factor, value: i64) -> Minute {
    reading(factor, day_start(day()) + (1_320 + minute_after_22) * 60, value)
}

/// A night loud from 23:00 to 01:00, calm and dry.
fn loud_night(level: i64, wind: i64) -> Vec<Minute> {
    (60..180).flat_map(|m| [night_reading(m, Factor::Leq, level), night_reading(m, Factor::Wind, wind)]).collect()
}

#[test]
fn a_loud_night_is_one_incident_over_midnight() {
    let sightings = found(&loud_night(600, 20), &[]);
    assert_eq!(sightings.len(), 1);
    assert_eq!((sightings[0].offence, sightings[0].fact("windows_above")), (Offence::NoiseNight, Some(6)));
    assert_eq!(sightings[0].from, day_start(day()) + 1_320 * 60);
    assert!(found(&loud_night(550, 20), &[]).is_empty(), "on the limit is not above");
    assert!(found(&loud_night(600, 50), &[]).is_empty(), "wind of five metres voids");
    let rain: Vec<Minute> =
        loud_night(600, 20).into_iter().chain((60..180).map(|m| night_reading(m, Factor::Rain, 1))).collect();
    assert!(found(&rain, &[]).is_empty());
    let no_wind: Vec<Minute> = loud_night(600, 20).into_iter().filter(|m| m.factor == Factor::Leq).collect();
    assert!(found(&no_wind, &[]).is_empty());
}

#[test]
fn a_permit_excuses_the_night_it_covers_at_its_own_site() {
    let midnight = day_start(day() + 1);
    let permit = Permit { site: 70, from: midnight - 7_200, to: midnight + 21_600 };
    assert!(found(&loud_night(600, 20), &[permit]).is_empty());
    assert_eq!(found(&loud_night(600, 20), &[Permit { site: 71, ..permit }]).len(), 1);
    let half = found(&loud_night(600, 20), &[Permit { to: midnight, ..permit }]);
    assert_eq!(half[0].fact("windows_above"), Some(3));
    let mut air = air(&[permit]);
    loud_night(600, 20).into_iter().for_each(|m| air.take(m));
    assert!(air.windows(7, day()).iter().all(|w| w.verdict == Verdict::Excused));
}

#[test]
fn a_peak_by_night_is_seen_and_the_same_by_day_is_not() {
    let peak = |minute: i64, level| {
        let start = day_start(day()) + minute * 60;
        found(&[reading(Factor::Lmax, start, level), reading(Factor::Wind, start, 10)], &[])
    };
    assert_eq!(peak(1_380, 701)[0].offence, Offence::NoisePeak);
    assert!(peak(1_380, 700).is_empty() && peak(720, 900).is_empty());
}

#[test]
fn cooking_without_the_purifier_is_one_incident_with_a_gap() {
    let at = |m: i64| day_start(day()) + (660 + m) * 60;
    let states = |m: i64, fan, purifier| [reading(Factor::Fan, at(m), fan), reading(Factor::Purifier, at(m), purifier)];
    let foul = |range: std::ops::Range<i64>| range.flat_map(|m| states(m, 1, 0)).collect::<Vec<_>>();
    assert!(found(&foul(0..9), &[]).is_empty());
    let sightings = found(&[foul(0..6), foul(9..13)].concat(), &[]);
    assert_eq!(sightings.len(), 1);
    assert_eq!((sightings[0].from, sightings[0].to), (at(0), at(13)));
    assert_eq!((sightings[0].fact("minutes"), sightings[0].fact("minutes_unknown")), (Some(10), Some(3)));
    assert!(found(&[foul(0..6), foul(10..14)].concat(), &[]).is_empty(), "four unknown minutes end a run");
    let clean: Vec<Minute> = (0..60).flat_map(|m| states(m, 1, 1)).collect();
    assert!(found(&clean, &[]).is_empty());
    let twice: Vec<Minute> = [foul(0..12), (12..15).flat_map(|m| states(m, 1, 1)).collect(), foul(15..27)].concat();
    assert_eq!(found(&twice, &[]).len(), 2);
    let calibrating: Vec<Minute> = (0..60).flat_map(|m| states(m, 1, 2)).collect();
    assert!(found(&calibrating, &[]).is_empty());
}

/// A random stream over two days: missing, flagged, repeated, corrected and late minutes.
fn stream(rng: &mut Rng, factor: Factor, level: u64, spread: u64) -> Vec<Minute> {
    let mut all = Vec::new();
    for m in 0..2_880 {
        let start = day_start(day()) + m * 60;
        if rng.one_in(12) {
            continue;
        }
        let flag = match rng.below(40) {
            0 => Flag::Fault,
            1 => Flag::Calibration,
            2 => Flag::OverRange,
            3 => Flag::Link,
            _ => Flag::Normal,
        };
        let delay = if rng.one_in(20) { 4_000 } else { 65 };
        // Hours of work are louder and dustier, so that some days pass the limits and some do not.
        let busy = if (m / 180) % 2 == 0 { spread / 3 } else { 0 };
        let value = (level + rng.below(spread) + busy) as i64;
        let minute = Minute { device: 7, start, factor, value, flag, received: start + 60 + delay };
        all.push(minute);
        if rng.one_in(25) {
            all.push(Minute { received: minute.received + rng.below(9_000) as i64, ..minute });
        }
        if rng.one_in(30) {
            let value = (level + rng.below(spread)) as i64;
            all.push(Minute { value, received: minute.received + 1 + rng.below(9_000) as i64, ..minute });
        }
    }
    // The day after shows that the last window is over.
    all.push(reading(factor, day_start(day()) + 2_880 * 60, 0));
    rng.shuffle(&mut all);
    all
}

#[test]
fn a_window_is_judged_once_it_is_over_by_the_device_s_own_account() {
    let mut air = air(&[]);
    let all: Vec<Minute> = quarter(40, 3_000_000).chain(quarter(95, 3_000_000)).collect();
    // All but the last two minutes of the day: enough valid minutes, but they may still change the mean.
    all[..28].iter().for_each(|m| air.take(*m));
    assert!(air.judge().is_empty());
    // Nothing more of that day comes; the next reading, at noon of the next, shows that it is over.
    air.take(reading(Factor::Tsp, day_start(day() + 1) + 50_000, 0));
    assert!(matches!(&air.judge()[..], [Change::New(s)] if s.from == day_start(day())));
}

/// The reading that counts, by looking at all of them: the content whose first arrival is the latest.
fn counts(all: &[Minute], factor: Factor, start: i64) -> Option<Minute> {
    let mut first: BTreeMap<(Flag, i64), i64> = BTreeMap::new();
    for m in all.iter().filter(|m| m.factor == factor && m.start == start) {
        let received = first.entry((m.flag, m.value)).or_insert(m.received);
        *received = m.received.min(*received);
    }
    let ((flag, value), received) =
        first.into_iter().max_by_key(|((flag, value), received)| (*received, *flag, *value))?;
    Some(Minute { device: 7, start, factor, value, flag, received })
}

#[test]
fn dust_windows_equal_those_of_the_slow_twin() {
    let mut rng = Rng(11);
    let (mut broken, mut whole) = (0, 0);
    for _ in 0..24 {
        let spread = 700_000 + rng.below(500_000);
        let all = stream(&mut rng, Factor::Tsp, 100_000, spread);
        let mut air = air(&[]);
        all.iter().for_each(|m| air.take(*m));
        for d in [day(), day() + 1] {
            let (mut above_one, mut above_two) = (0, 0);
            let windows = air.windows(7, d);
            for quarter in 0..96 {
                let from = day_start(d) + quarter * 900;
                let valid: Vec<i64> = (0..15)
                    .filter_map(|m| counts(&all, Factor::Tsp, from + m * 60))
                    .filter(|m| matches!(m.flag, Flag::Normal | Flag::OverRange))
                    .map(|m| m.value)
                    .collect();
                let (sum, n) = (valid.iter().sum::<i64>(), valid.len() as i64);
                let verdict = if n < 12 {
                    Verdict::Insufficient
                } else {
                    above_one += i64::from(sum > n * 1_000_000);
                    above_two += i64::from(sum > n * 2_000_000);
                    match i64::from(sum > n * 1_000_000) + i64::from(sum > n * 2_000_000) {
                        0 => Verdict::Within,
                        n => Verdict::Above(n as u8),
                    }
                };
                let ours = windows.iter().find(|w| w.from == from).map_or(Verdict::Insufficient, |w| w.verdict);
                assert_eq!(ours, verdict, "{quarter}");
            }
            let expected = above_one > 6 || above_two > 1;
            assert_eq!(air.day(7, d).len(), usize::from(expected), "{above_one} {above_two}");
            if expected { broken += 1 } else { whole += 1 }
        }
    }
    assert!(broken > 4 && whole > 4, "the streams try both: {broken} {whole}");
}

#[test]
fn noise_windows_equal_those_of_a_twin_in_floating_point() {
    let mut rng = Rng(12);
    let mut seen = [0; 2];
    for _ in 0..12 {
        let level = 400 + rng.below(250);
        let mut all = stream(&mut rng, Factor::Leq, level, 160);
        all.extend(stream(&mut rng, Factor::Wind, 0, 40));
        all.extend(stream(&mut rng, Factor::Rain, 0, 30).into_iter().map(|m| Minute { value: m.value / 38, ..m }));
        let mut air = air(&[]);
        all.iter().for_each(|m| air.take(*m));
        for window in air.windows(7, day()) {
            let night = window.from >= day_start(day()) + 1_320 * 60;
            let levels: Vec<i64> = (0..20)
                .filter_map(|m| {
                    let start = window.from + m * 60;
                    let normal = |f| counts(&all, f, start).filter(|m| m.flag == Flag::Normal);
                    let calm = normal(Factor::Wind).is_some_and(|w| w.value < 50);
                    let dry = normal(Factor::Rain).is_none_or(|r| r.value == 0);
                    normal(Factor::Leq).filter(|_| calm && dry).map(|m| m.value)
                })
                .collect();
            let limit = if night { 550 } else { 700 };
            let mean = 100.0
                * (levels.iter().map(|l| 10_f64.powf(*l as f64 / 100.0)).sum::<f64>() / levels.len() as f64).log10();
            let verdict = match (levels.len() >= 15, mean > f64::from(limit)) {
                (false, _) => Verdict::Insufficient,
                (true, false) => Verdict::Within,
                (true, true) => Verdict::Above(1),
            };
            assert!((mean - f64::from(limit)).abs() > 1e-9, "the twin could not tell");
            assert_eq!(window.verdict, verdict);
            if verdict != Verdict::Insufficient {
                seen[usize::from(verdict == Verdict::Within)] += 1;
            }
        }
    }
    assert!(seen.iter().all(|n| *n > 20), "{seen:?}");
    assert!(mean_above([551, 550], 550));
}

#[test]
fn order_repetition_and_lateness_change_nothing() {
    let mut rng = Rng(13);
    for round in 0..6 {
        let spread = if round % 2 == 0 { 2_600_000 } else { 2_000_000 };
        let mut all = stream(&mut rng, Factor::Tsp, 100_000, spread);
        all.extend(stream(&mut rng, Factor::Leq, 520, 160));
        all.extend(stream(&mut rng, Factor::Wind, 0, 60));
        all.extend(stream(&mut rng, Factor::Fan, 0, 3).into_iter().map(|m| Minute { value: m.value.min(1), ..m }));
        all.extend(stream(&mut rng, Factor::Purifier, 0, 2).into_iter().map(|m| Minute { value: m.value / 2, ..m }));
        let once = serde_json::to_vec(&found(&all, &[])).expect("serializes");
        assert!(once.len() > 300);
        let mut again = all.clone();
        again.extend(all.iter().filter(|_| rng.one_in(3)).map(|m| Minute { received: m.received + 50_000, ..*m }));
        rng.shuffle(&mut again);
        // In small batches, judged after each: what stands at the end is the same, and the changes lead there.
        let mut air = air(&[]);
        let mut known: BTreeMap<_, Sighting> = BTreeMap::new();
        for batch in again.chunks(97) {
            batch.iter().for_each(|m| air.take(*m));
            for change in air.judge() {
                match change {
                    Change::New(s) => assert!(known.insert(s.key(), s).is_none()),
                    Change::Revised(s) => assert!(known.insert(s.key(), s).is_some()),
                    Change::Withdrawn(key) => assert!(known.remove(&key).is_some()),
                }
            }
        }
        let standing: Vec<Sighting> = air.standing().cloned().collect();
        assert_eq!(serde_json::to_vec(&standing).expect("serializes"), once);
        assert_eq!(known.len(), standing.len());
        assert!(standing.iter().all(|s| known.get(&s.key()) == Some(s)));
    }
}
