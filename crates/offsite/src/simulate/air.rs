//! Monitors that stand still: dust, noise and kitchens, minute by minute.
//!
//! What really happened is counted from the undisturbed signal; what is reported has measuring error, holes, flags, repetitions,
//! corrections and late batches. Kinder than life: a signal is either clearly high or clearly low for most of the time, flags tell
//! the truth, and a kitchen’s fan and purifier states are never wrong, only missing.

use jiff::civil::Date;

use super::rng::Rng;
use super::truth::Truth;
use crate::detection::air::noise::mean_above;
use crate::detection::air::{Factor, Flag, Minute, Permit, Station};
use crate::detection::sighting::{Offence, Place};
use crate::detection::time::{day_number, day_start};

/// How many monitors, how long.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// From which everything follows.
    pub seed: u64,
    /// Monitors of each of the three kinds.
    pub devices: u32,
    /// First day.
    pub first_day: Date,
    /// Days.
    pub days: i64,
}

/// What the monitors reported and what happened.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// By receipt.
    pub minutes: Vec<Minute>,
    /// What happened.
    pub truths: Vec<Truth>,
    /// Where the monitors stand.
    pub stations: Vec<Station>,
    /// Night-work permits.
    pub permits: Vec<Permit>,
}

/// Monitors are numbered from 1 (dust), 10,001 (noise) and 20,001 (kitchens).
pub fn run(settings: Settings) -> Run {
    let mut run = Run::default();
    let first = day_number(settings.first_day);
    for n in 1..=settings.devices {
        for (base, kind) in [(0, dust as fn(&mut Monitor<'_>, i64)), (10_000, noise), (20_000, kitchen)] {
            let device = base + n;
            run.stations.push(Station { device, site: device });
            let rng = Rng::new(settings.seed, u64::from(device));
            let mut monitor = Monitor { rng, device, run: &mut run, hole: 0, late: 0 };
            for day in 0..settings.days {
                kind(&mut monitor, day_start(first + day));
            }
        }
    }
    run.minutes.sort_by_key(|m| m.received);
    run
}

struct Monitor<'a> {
    rng: Rng,
    device: u32,
    run: &'a mut Run,
    /// Minutes still missing.
    hole: i64,
    /// Minutes still held back.
    late: i64,
}

impl Monitor<'_> {
    /// One minute of several factors goes out, or not, or late, or twice, or corrected.
    fn send(&mut self, start: i64, values: &[(Factor, i64, Flag)]) {
        if self.hole == 0 && self.rng.one_in(600) {
            self.hole = self.rng.between(1, 12);
        }
        if self.late == 0 && self.rng.one_in(900) {
            self.late = self.rng.between(10, 240);
        }
        self.late = (self.late - 1).max(0);
        if self.hole > 0 {
            self.hole -= 1;
            return;
        }
        for &(factor, value, flag) in values {
            let received = start + 62 + self.late * 60 + self.rng.between(0, 5);
            let minute = Minute { device: self.device, start, factor, value, flag, received };
            if self.rng.one_in(400) {
                // A garbled value first, the right one after.
                self.run.minutes.push(Minute { value: value * 3, received: received - 1, ..minute });
            }
            self.run.minutes.push(minute);
            if self.rng.one_in(100) {
                self.run.minutes.push(Minute { received: received + 600, ..minute });
            }
        }
    }

    fn did(&mut self, offence: Offence, from: i64, to: i64, slight: bool) {
        let place = Place { lat: 0, lon: 0 };
        self.run.truths.push(Truth { offence, device: self.device, from, to, place, slight });
    }

    /// Some spans of the day, in minutes, with a level each.
    fn spans(&mut self, many: i64, length: (i64, i64), level: (i64, i64)) -> Vec<(i64, i64, i64)> {
        (0..many)
            .map(|_| {
                let from = self.rng.between(0, 1_380);
                (from, from + self.rng.between(length.0, length.1), self.rng.between(level.0, level.1))
            })
            .collect()
    }
}

fn dust(monitor: &mut Monitor<'_>, midnight: i64) {
    let mut high = match monitor.rng.between(0, 9) {
        // A bad hour, a bad day, one window too high, short peaks, six windows just allowed.
        0 => monitor.spans(2, (40, 90), (2_400_000, 5_000_000)),
        1 => monitor.spans(3, (60, 120), (1_150_000, 1_700_000)),
        2 => monitor.spans(1, (8, 22), (2_100_000, 3_000_000)),
        3 => monitor.spans(6, (1, 3), (4_000_000, 9_000_000)),
        4 => monitor.spans(1, (60, 85), (1_050_000, 1_400_000)),
        _ => Vec::new(),
    };
    // Calibration with test dust: flagged, and not in the air.
    let calibration = monitor.rng.between(0, 4_000);
    high.sort_unstable();
    let base = monitor.rng.between(80_000, 350_000);
    let mut signal = Vec::with_capacity(1_440);
    for m in 0..1_440 {
        let work = if (420..1_080).contains(&m) { 200_000 } else { 0 };
        let top = high.iter().filter(|s| (s.0..s.1).contains(&m)).map(|s| s.2).max().unwrap_or(0);
        let value = (base + work + monitor.rng.bell(40_000)).max(10_000).max(top + monitor.rng.bell(80_000));
        signal.push(value);
        let measured = (value + value * monitor.rng.bell(30) / 1_000).max(0);
        let reading = if (calibration..calibration + 30).contains(&m) {
            (Factor::Tsp, 6_000_000, Flag::Calibration)
        } else if measured > 10_000_000 {
            (Factor::Tsp, 10_000_000, Flag::OverRange)
        } else {
            (Factor::Tsp, measured, Flag::Normal)
        };
        monitor.send(midnight + m * 60, &[reading]);
    }
    // With a little more and a little less dust in the air the same must be true, or it is a matter of error.
    let broken = |scale: i64, spare: usize| {
        let above =
            |limit: i64| signal.chunks(15).filter(|w| w.iter().sum::<i64>() * scale > limit * 15 * 1_000).count();
        above(1_000_000) > 6 + spare || above(2_000_000) > 1 + spare
    };
    if broken(1_030, 0) {
        monitor.did(Offence::Dust, midnight + 600, midnight + 85_800, !broken(960, 0) || !broken(1_000, 1));
    }
}

fn noise(monitor: &mut Monitor<'_>, midnight: i64) {
    // The noise of the night that begins today and of the day before it.
    let works = monitor.rng.per_mille(150);
    let permitted = monitor.rng.per_mille(100);
    let storm = monitor.rng.per_mille(120);
    let bangs = monitor.rng.per_mille(80);
    let loud_day = monitor.rng.per_mille(80);
    let evening = midnight + 1_320 * 60;
    if permitted {
        let site = monitor.device;
        monitor.run.permits.push(Permit { site, from: evening, to: evening + 8 * 3_600 });
    }
    let (from, to) = (monitor.rng.between(0, 360), monitor.rng.between(60, 180));
    let level = monitor.rng.between(580, 720);
    let storm_from = monitor.rng.between(-600, 400);
    let storm_to = storm_from + monitor.rng.between(60, 400);
    let bang_at = monitor.rng.between(0, 470);
    let day_from = monitor.rng.between(400, 900);
    let mut levels = Vec::new();
    let mut banged = false;
    // From six in the morning to six the next, counted from the evening.
    for m in -960..480_i64 {
        let start = evening + m * 60;
        let night = m >= 0;
        let base = if night { monitor.rng.between(400, 490) } else { monitor.rng.between(520, 640) };
        let machine = (works && (from..from + to).contains(&m)) || (permitted && night && m < 240);
        let day_work = loud_day && !night && (day_from..day_from + 90).contains(&(m + 1_320));
        let own = if machine {
            level + monitor.rng.between(-20, 20)
        } else if day_work {
            740 + monitor.rng.between(-15, 15)
        } else {
            base
        };
        let stormy = storm && (storm_from..storm_to).contains(&m);
        levels.push((own, stormy));
        let heard = if stormy { own.max(monitor.rng.between(560, 760)) } else { own } + monitor.rng.bell(4);
        let wind = if stormy { monitor.rng.between(51, 120) } else { monitor.rng.between(3, 38) };
        let bang = bangs && m == bang_at;
        banged |= bang && !stormy;
        let peak = if bang { 780 } else { heard.min(640) + 30 };
        monitor.send(
            start,
            &[
                (Factor::Leq, heard, Flag::Normal),
                (Factor::Lmax, peak, Flag::Normal),
                (Factor::Wind, wind, Flag::Normal),
                (Factor::Rain, i64::from(stormy && wind > 80), Flag::Normal),
            ],
        );
    }
    let above = |from: usize, to: usize, limit: i64, calm: usize| {
        levels[from..to].chunks(20).any(|w| {
            let quiet: Vec<i64> = w.iter().filter(|(_, stormy)| !stormy).map(|(level, _)| *level).collect();
            quiet.len() >= calm && mean_above(quiet, limit)
        })
    };
    for (offence, from, to, limit, excused) in
        [(Offence::NoiseDay, 0, 960, 700, false), (Offence::NoiseNight, 960, 1_440, 550, permitted)]
    {
        if !excused && above(from, to, limit - 8, 1) {
            let begin = evening + (from as i64 - 960) * 60;
            let slight = !above(from, to, limit + 8, 20);
            monitor.did(offence, begin, begin + (to - from) as i64 * 60, slight);
        }
    }
    if banged && !permitted {
        monitor.did(Offence::NoisePeak, evening, evening + 8 * 3_600, false);
    }
}

fn kitchen(monitor: &mut Monitor<'_>, midnight: i64) {
    let mut off: Vec<(i64, i64, i64)> = Vec::new();
    for (begin, end) in [(620, 820), (980, 1_260)] {
        match monitor.rng.between(0, 9) {
            0 => {
                let from = monitor.rng.between(begin + 10, end - 130);
                off.push((from, from + monitor.rng.between(14, 120), 0));
            }
            1 => off.push((begin + 30, begin + 30 + monitor.rng.between(1, 7), 0)),
            2 => off.push((begin + 30, begin + 60, 2)),
            _ => {}
        }
    }
    for m in 0..1_440 {
        let cooking = (620..820).contains(&m) || (980..1_260).contains(&m);
        let state = off.iter().find(|s| (s.0..s.1).contains(&m)).map_or(1, |s| s.2);
        // The purifier is switched on two minutes after the fan.
        let slow = m == 620 || m == 621 || m == 980 || m == 981;
        let purifier = if slow || !cooking { 0 } else { state };
        let start = midnight + m * 60;
        let values = [(Factor::Fan, i64::from(cooking), Flag::Normal), (Factor::Purifier, purifier, Flag::Normal)];
        monitor.send(start, &values);
    }
    for (from, to, state) in off {
        if state == 0 && to - from >= 8 {
            monitor.did(Offence::FumeUnpurified, midnight + from * 60, midnight + to * 60, to - from < 14);
        }
    }
}
