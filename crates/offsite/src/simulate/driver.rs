//! A truck on the road and the terminal in it.

use super::rng::Rng;
use super::roads::{Node, Roads};
use super::truth::Truth;
use super::witness::{Now, Witness};
use crate::detection::sighting::Offence;
use crate::detection::time::day_of;
use crate::detection::truck::geo::Xy;
use crate::detection::truck::{ANTENNA_OPEN, Cover, Fix, Lift, Load, POWER_CUT};

/// What the terminal is fitted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kit {
    /// Lift, load and cover.
    Full,
    /// Lift only.
    Lift,
    /// Position only.
    Bare,
}

/// What is wrong with the terminal or was done to it, now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// Reports are not sent and never will be.
    pub(crate) off: bool,
    /// Reports are kept and sent later.
    pub(crate) blind: bool,
    pub(crate) antenna: bool,
    pub(crate) power: bool,
    /// The position reported whatever the true one.
    pub(crate) frozen: Option<Xy>,
    pub(crate) lift_stuck: bool,
    pub(crate) load_stuck: bool,
    pub(crate) cover_stuck: bool,
    /// No reception; nothing is sent.
    pub(crate) tunnel: bool,
}

pub(crate) struct Driver<'a> {
    pub(crate) roads: &'a Roads,
    pub(crate) rng: Rng,
    pub(crate) vehicle: u32,
    pub(crate) kit: Kit,
    pub(crate) now: i64,
    pub(crate) xy: Xy,
    pub(crate) laden: bool,
    pub(crate) in_yard: bool,
    pub(crate) open: bool,
    pub(crate) raised: bool,
    pub(crate) acc: bool,
    pub(crate) faults: Faults,
    pub(crate) witness: Witness,
    pub(crate) fixes: Vec<Fix>,
    /// Days without certificate.
    pub(crate) uncertified: Vec<i64>,
    /// Events that begin and end while the truck drives: at what time, and what.
    pub(crate) agenda: Vec<(i64, Event)>,
    skew: i64,
    odometer_cm: i64,
    drift: Xy,
    drift_aim: Xy,
    next_report: i64,
    stored: Vec<Fix>,
    sent_lift: bool,
    outlier: (i64, Xy),
    heading: u16,
}

/// A change of what is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    Faults(Faults),
    /// From now on the position reported is this one.
    Freeze,
    /// Open or close the cover.
    Cover(bool),
}

impl<'a> Driver<'a> {
    pub(crate) fn new(roads: &'a Roads, rng: Rng, vehicle: u32, kit: Kit, now: i64, xy: Xy) -> Driver<'a> {
        let mut rng = rng;
        let skew = if rng.one_in(10) { rng.between(-90, 90) } else { 0 };
        Driver {
            roads,
            vehicle,
            kit,
            now,
            xy,
            laden: false,
            in_yard: true,
            open: false,
            raised: false,
            acc: false,
            faults: Faults::default(),
            witness: Witness::default(),
            fixes: Vec::new(),
            uncertified: Vec::new(),
            agenda: Vec::new(),
            skew,
            odometer_cm: rng.between(1_000_000_000, 9_000_000_000),
            drift: (0, 0),
            drift_aim: (0, 0),
            next_report: now,
            stored: Vec::new(),
            sent_lift: false,
            outlier: (0, (0, 0)),
            heading: 0,
            rng,
        }
    }

    /// Writes down something planted.
    pub(crate) fn did(&mut self, offence: Offence, from: i64, to: i64, xy: Xy, slight: bool) {
        let place = self.roads.plane.place(xy);
        self.witness.truths.push(Truth { offence, device: self.vehicle, from, to, place, slight });
    }

    /// One second passes.
    fn tick(&mut self, speed: i64, seconds: i64) {
        self.now += seconds;
        while let Some(position) = self.agenda.iter().position(|(at, _)| *at <= self.now) {
            match self.agenda.remove(position).1 {
                Event::Faults(faults) => {
                    self.faults = faults;
                    if !faults.blind {
                        self.upload();
                    }
                }
                Event::Freeze => {
                    self.faults.frozen = Some((self.xy.0 + self.drift.0, self.xy.1 + self.drift.1));
                }
                Event::Cover(open) => self.open = open,
            }
        }
        let certified = !self.uncertified.contains(&day_of(self.now));
        let now = Now {
            at: self.now,
            xy: self.xy,
            speed,
            laden: self.laden,
            in_yard: self.in_yard,
            uncovered: self.open,
            certified,
        };
        self.witness.see(now, self.roads, self.vehicle);
        self.wander(speed);
        let lift_changed = self.kit != Kit::Bare && self.raised != self.sent_lift;
        if self.now >= self.next_report || lift_changed {
            self.report(speed);
            let pause = if speed > 0 {
                10
            } else if self.acc {
                30
            } else {
                300
            };
            self.next_report = self.now + pause;
        }
    }

    /// The error of the position: slow in the open, large and restless between high buildings.
    fn wander(&mut self, speed: i64) {
        if self.now % 10 == 0 {
            let size = if self.roads.canyon(self.xy) { self.rng.between(900, 3_000) } else { 250 };
            // Multipath of a standing truck wanders less than that of a moving one.
            let size = if speed == 0 { size / 2 } else { size };
            self.drift_aim = (self.rng.bell(size), self.rng.bell(size));
        }
        self.drift.0 += (self.drift_aim.0 - self.drift.0) / 6;
        self.drift.1 += (self.drift_aim.1 - self.drift.1) / 6;
    }

    fn report(&mut self, speed: i64) {
        self.sent_lift = self.raised;
        let faults = self.faults;
        if faults.off || faults.tunnel || self.rng.one_in(200) {
            return;
        }
        if self.outlier.0 > 0 {
            self.outlier.0 -= 1;
        } else if self.rng.one_in(1_500) {
            let far = |rng: &mut Rng| rng.between(30_000, 200_000) * if rng.one_in(2) { 1 } else { -1 };
            self.outlier = (self.rng.between(1, 3), (far(&mut self.rng), far(&mut self.rng)));
        }
        let away = if self.outlier.0 > 0 { self.outlier.1 } else { (0, 0) };
        let seen = faults.frozen.unwrap_or((self.xy.0 + self.drift.0 + away.0, self.xy.1 + self.drift.1 + away.1));
        let place = self.roads.plane.place(seen);
        let blip = self.rng.one_in(3_000);
        let lift = (self.kit != Kit::Bare).then_some({
            let up = (self.raised && !faults.lift_stuck) || blip;
            if up { Lift::Raised } else { Lift::Down }
        });
        let flap = self.rng.one_in(2_500);
        let load = (self.kit == Kit::Full).then_some(match (faults.load_stuck, self.laden != flap) {
            (true, _) | (_, true) => Load::Full,
            _ => Load::Empty,
        });
        let gape = self.rng.one_in(2_000);
        let cover = (self.kit == Kit::Full).then_some(match (faults.cover_stuck, self.open != gape) {
            (true, _) | (_, false) => Cover::Closed,
            _ => Cover::Open,
        });
        let flicker = self.rng.one_in(4_000);
        let alarms =
            if faults.antenna || flicker { ANTENNA_OPEN } else { 0 } | if faults.power { POWER_CUT } else { 0 };
        let dkmh = (speed * 36 / 100).clamp(0, 2_000) as u16;
        let fix = Fix {
            vehicle: self.vehicle,
            at: self.now + self.skew,
            lat: place.lat,
            lon: place.lon,
            speed: if faults.antenna { 0 } else { dkmh },
            heading: self.heading,
            mileage: Some((self.odometer_cm / 10_000) as u32),
            satellites: Some(if faults.antenna { 0 } else { self.rng.between(5, 14) as u8 }),
            acc: self.acc,
            fixed: !faults.antenna,
            encrypted: false,
            lift,
            load,
            cover,
            alarms,
            received: self.now + self.rng.between(1, 5),
        };
        if faults.blind {
            self.stored.push(fix);
            return;
        }
        self.fixes.push(fix);
        if self.rng.one_in(100) {
            self.fixes.push(Fix { received: fix.received + self.rng.between(5, 60), ..fix });
        }
    }

    /// Sends what was kept while blind, in batches, not always in order, some twice.
    fn upload(&mut self) {
        let mut stored = std::mem::take(&mut self.stored);
        if self.rng.one_in(3) {
            stored.reverse();
        }
        for (i, fix) in stored.into_iter().enumerate() {
            let sent = Fix { received: self.now + 2 + i as i64 / 20, ..fix };
            self.fixes.push(sent);
            if self.rng.one_in(10) {
                self.fixes.push(Fix { received: sent.received + 30, ..sent });
            }
        }
    }

    /// Stands for so many seconds.
    pub(crate) fn wait(&mut self, seconds: i64) {
        let end = self.now + seconds;
        while self.now < end {
            // A truck that sleeps is looked at once a minute.
            let step = if self.acc { 1 } else { 60 };
            self.tick(0, step.min(end - self.now));
        }
    }

    /// The odometer is set anew.
    pub(crate) fn set_odometer(&mut self) {
        self.odometer_cm += self.rng.between(500_000, 8_000_000);
    }

    /// Stands until a time.
    pub(crate) fn wait_until(&mut self, at: i64) {
        self.wait((at - self.now).max(0));
    }

    /// Drives straight to a point at about so many cm/s.
    pub(crate) fn go(&mut self, to: Xy, speed: i64) {
        let from = self.xy;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).isqrt().max(1);
        self.heading = match (dx.abs() > dy.abs(), dx > 0, dy > 0) {
            (true, true, _) => 90,
            (true, false, _) => 270,
            (false, _, true) => 0,
            (false, _, false) => 180,
        };
        let mut done = 0;
        let mut pace = speed / 2;
        while done < length {
            let aim = if length - done < 3 * speed { speed / 2 } else { speed };
            pace += (aim - pace) / 4 + self.rng.between(-40, 40);
            pace = pace.clamp(150, 2_200);
            done = (done + pace).min(length);
            self.odometer_cm += pace;
            self.xy = (from.0 + dx * done / length, from.1 + dy * done / length);
            self.tick(pace, 1);
        }
    }

    /// Drives along junctions, with lights, traffic and tunnels.
    pub(crate) fn follow(&mut self, way: &[Node]) {
        for pair in way.windows(2) {
            let speed = self.rng.between(800, 1_500);
            if self.rng.per_mille(15) {
                self.jam();
            }
            let tunnel = self.roads.tunnel(pair[0], pair[1]);
            self.faults.tunnel = tunnel;
            self.go(self.roads.at(pair[1]), speed);
            self.faults.tunnel = false;
            if self.rng.per_mille(300) {
                let red = self.rng.between(8, 70);
                self.wait(red);
            }
        }
    }

    /// Stop and go for a few minutes, where the truck is.
    pub(crate) fn jam(&mut self) {
        for _ in 0..self.rng.between(2, 7) {
            let stand = self.rng.between(20, 160);
            self.wait(stand);
            let (x, y) = self.xy;
            let step = self.rng.between(400, 1_500);
            self.go((x + step, y), 300);
        }
    }
}
