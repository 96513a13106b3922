//! What the trucks do all day: work, offences planted among it, and what only looks like one.

use jiff::civil::Date;

use super::driver::{Driver, Event, Faults, Kit};
use super::rng::Rng;
use super::roads::{CLOSED, Node, Roads, Yard};
use super::{Run, date_of};
use crate::detection::sighting::Offence;
use crate::detection::time::{day_number, day_of, day_start, minute_of_day};
use crate::detection::truck::Fix;
use crate::detection::truck::geo::Xy;
use crate::detection::truck::world::{Certificate, Kind, Route};

/// How large and how bad the district is.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// From which everything follows.
    pub seed: u64,
    /// Trucks.
    pub trucks: u32,
    /// First day.
    pub first_day: Date,
    /// Days.
    pub days: i64,
    /// Trips in a thousand with a planted offence.
    pub planted_per_mille: i64,
    /// Trips in a thousand, of each kind of thing that only looks like an offence.
    pub decoy_per_mille: i64,
}

/// A truck and its assignments.
#[derive(Debug)]
pub(crate) struct Vehicle {
    pub(super) number: u32,
    pub(super) kit: Kit,
    night: bool,
    routed: bool,
    depot: usize,
    /// By week: loading and disposal sites, as places in their lists.
    weeks: Vec<([usize; 2], [usize; 2])>,
    uncertified: Vec<i64>,
    days: i64,
}

const KINDS: i64 = 9;

impl Vehicle {
    pub(crate) fn new(settings: &Settings, roads: &Roads, n: u32) -> Vehicle {
        let number = n + 1;
        let mut rng = Rng::new(settings.seed, 1_000 + u64::from(number));
        let first = day_number(settings.first_day);
        let kit = match rng.between(0, 99) {
            0..45 => Kit::Full,
            45..65 => Kit::Lift,
            _ => Kit::Bare,
        };
        let count = |kind| roads.of(kind).len() as i64 - 1;
        let pick = |rng: &mut Rng, kind| rng.between(0, count(kind)) as usize;
        let (loading, disposal) = (Kind::Loading, Kind::Disposal);
        let weeks = (0..=settings.days / 7)
            .map(|_| {
                (
                    [pick(&mut rng, loading), pick(&mut rng, loading)],
                    [pick(&mut rng, disposal), pick(&mut rng, disposal)],
                )
            })
            .collect();
        let bad_day = |rng: &mut Rng| rng.per_mille(settings.planted_per_mille / 2);
        Vehicle {
            number,
            kit,
            night: rng.per_mille(300),
            routed: rng.per_mille(700),
            depot: pick(&mut rng, Kind::Depot),
            weeks,
            uncertified: (0..=settings.days).filter(|_| bad_day(&mut rng)).map(|d| first + d).collect(),
            days: settings.days,
        }
    }

    fn way(&self, roads: &Roads, week: usize, loading: &Yard, disposal: &Yard) -> Vec<Node> {
        let choice = u64::from(loading.number) << 32 | u64::from(disposal.number) << 16 | week as u64;
        roads.way(loading.gate, disposal.gate, choice ^ u64::from(self.number) << 40)
    }

    fn lines(&self, roads: &Roads, week: usize) -> Vec<Vec<Xy>> {
        let (loadings, disposals) = (roads.of(Kind::Loading), roads.of(Kind::Disposal));
        let Some((from, to)) = self.weeks.get(week).filter(|_| self.routed) else { return Vec::new() };
        from.iter()
            .flat_map(|l| to.iter().map(|d| (loadings[*l], disposals[*d])))
            .map(|(l, d)| {
                let nodes = self.way(roads, week, l, d).into_iter().map(|n| roads.at(n));
                [l.middle].into_iter().chain(nodes).chain([d.middle]).collect()
            })
            .collect()
    }

    /// Its permitted routes; those of a week hold until the morning after it, for the nights.
    pub(crate) fn routes(&self, roads: &Roads, first: i64) -> Vec<Route> {
        let mut all = Vec::new();
        for week in 0..self.weeks.len() {
            let begin = first + 7 * week as i64;
            for line in self.lines(roads, week) {
                all.push(Route {
                    vehicle: self.number,
                    from: date_of(begin),
                    to: Some(date_of(begin + 7)),
                    line: line.iter().map(|p| roads.plane.place(*p)).collect(),
                });
            }
        }
        all
    }

    /// Its certificates, with gaps on the days it drives without.
    pub(crate) fn certificates(&self, first: i64) -> Vec<Certificate> {
        let mut all = Vec::new();
        let mut from = first - 1;
        for gap in self.uncertified.iter().copied().chain([first + self.days + 2]) {
            if gap > from {
                all.push(Certificate { vehicle: self.number, from: date_of(from), to: date_of(gap - 1) });
            }
            from = gap + 1;
        }
        all
    }

    /// Drives all days.
    pub(crate) fn drive(&self, settings: &Settings, roads: &Roads) -> Run {
        let first = day_number(settings.first_day);
        let depot = roads.of(Kind::Depot)[self.depot];
        let rng = Rng::new(settings.seed, 5_000_000 + u64::from(self.number));
        let mut driver = Driver::new(roads, rng, self.number, self.kit, day_start(first), depot.middle);
        driver.uncertified.clone_from(&self.uncertified);
        let mut shift =
            Shift { vehicle: self, settings, d: driver, here: depot.gate, week: 0, stuck: false, emptied: Vec::new() };
        for day in 0..settings.days {
            shift.day(day_start(first + day), (day / 7) as usize, depot);
        }
        let mut driver = shift.d;
        driver.witness.end(roads, self.number);
        let mut fixes: Vec<Fix> = driver.fixes;
        fixes.sort_by_key(|f| f.received);
        let mut truths = driver.witness.truths;
        truths.sort_by_key(|t| (t.from, t.offence));
        Run { fixes, truths }
    }
}

pub(super) struct Shift<'a> {
    pub(super) vehicle: &'a Vehicle,
    settings: &'a Settings,
    pub(super) d: Driver<'a>,
    pub(super) here: Node,
    week: usize,
    stuck: bool,
    /// When it emptied at disposal sites today.
    emptied: Vec<i64>,
}

impl Shift<'_> {
    fn decoy(&mut self) -> bool {
        self.d.rng.per_mille(self.settings.decoy_per_mille)
    }

    fn lined(&mut self) {
        let week = day_of(self.d.now) - day_number(self.settings.first_day);
        let mut lines = self.vehicle.lines(self.d.roads, self.week);
        if week % 7 == 0 && self.week > 0 {
            lines.extend(self.vehicle.lines(self.d.roads, self.week - 1));
        }
        self.d.witness.lines = lines;
    }

    fn day(&mut self, midnight: i64, week: usize, depot: &Yard) {
        self.week = week;
        let start = if self.vehicle.night { 19 * 3_600 } else { 5 * 3_600 + 1_800 };
        let start = midnight + start + self.d.rng.between(0, 6_000);
        // The battery is worked on while the truck sleeps.
        if self.decoy() {
            let faults = Faults { power: true, ..Faults::default() };
            self.d.agenda.push((start - 2_400, Event::Faults(faults)));
            self.d.agenda.push((start - 1_200, Event::Faults(Faults::default())));
        }
        self.d.wait_until(start);
        self.d.agenda.clear();
        self.d.faults = self.stuck_today();
        self.d.acc = true;
        let warm = self.d.rng.between(60, 300);
        self.d.wait(warm);
        if self.decoy() {
            self.lift_body(60);
        }
        if self.d.rng.per_mille(20) {
            self.d.set_odometer();
        }
        self.leave(depot);
        let end = start + self.d.rng.between(32_000, 38_000);
        while self.d.now < end {
            self.trip();
        }
        self.empty_way(depot.gate);
        self.enter(depot);
        self.d.acc = false;
        self.told_stuck();
        self.d.faults = Faults::default();
    }

    fn stuck_today(&mut self) -> Faults {
        let mut faults = Faults::default();
        if self.d.rng.per_mille(self.settings.planted_per_mille) && self.vehicle.kit != Kit::Bare {
            let which = if self.vehicle.kit == Kit::Full { self.d.rng.between(0, 2) } else { 0 };
            match which {
                0 => faults.lift_stuck = true,
                1 => faults.load_stuck = true,
                _ => faults.cover_stuck = true,
            }
        }
        self.stuck = faults.lift_stuck || faults.load_stuck || faults.cover_stuck;
        self.emptied.clear();
        faults
    }

    fn told_stuck(&mut self) {
        if !self.stuck {
            return;
        }
        let faults = self.d.faults;
        let offence = match (faults.lift_stuck, faults.load_stuck) {
            (true, _) => Offence::LiftStuck,
            (_, true) => Offence::LoadStuck,
            _ => Offence::CoverStuck,
        };
        let (Some(first), Some(last)) = (self.emptied.first(), self.emptied.last()) else { return };
        self.d.did(offence, *first, *last, self.d.xy, self.emptied.len() < 3);
    }

    fn lift_body(&mut self, seconds: i64) {
        self.d.raised = true;
        self.d.wait(seconds);
        self.d.raised = false;
    }

    fn half(&self, yard: &Yard) -> Xy {
        let gate = self.d.roads.at(yard.gate);
        ((gate.0 + yard.middle.0) / 2, (gate.1 + yard.middle.1) / 2)
    }

    fn enter(&mut self, yard: &Yard) {
        self.d.go(self.half(yard), 500);
        self.d.in_yard = true;
        self.d.go(yard.middle, 400);
        self.here = yard.gate;
    }

    fn leave(&mut self, yard: &Yard) {
        self.d.go(self.half(yard), 400);
        self.d.in_yard = false;
        self.d.go(self.d.roads.at(yard.gate), 500);
        self.here = yard.gate;
    }

    pub(super) fn follow(&mut self, way: &[Node]) {
        self.d.follow(way);
        if let Some(last) = way.last() {
            self.here = *last;
        }
    }

    /// Drives somewhere empty, with what an empty truck may do.
    fn empty_way(&mut self, to: Node) {
        let choice = self.d.rng.next();
        let way = self.d.roads.way(self.here, to, choice);
        let (first, rest) = way.split_at(way.len() / 2);
        self.follow(first);
        if self.decoy() {
            // At a workshop that nobody registered.
            let (x, y) = self.d.xy;
            self.d.go((x - 9_000, y - 7_000), 500);
            let work = self.d.rng.between(100, 900);
            self.d.wait(work);
            self.lift_body(90);
        }
        let here = self.here;
        let rest: Vec<Node> = [here].into_iter().chain(rest.iter().copied()).collect();
        self.follow(&rest);
    }

    /// Whether a way that begins now leads through the closed area in its hours, and for how long about.
    fn closed_s(&self, way: &[Node]) -> i64 {
        let leg = 85;
        let inside = way.iter().enumerate().filter(|(_, n)| self.d.roads.in_closed(**n));
        inside
            .filter(|(i, _)| {
                let minute = minute_of_day(self.d.now + *i as i64 * leg);
                CLOSED.iter().any(|h| h.holds(minute) || h.holds((minute + 4) % 1_440))
            })
            .count() as i64
            * leg
    }

    fn trip(&mut self) {
        let roads = self.d.roads;
        let (loadings, disposals) = (roads.of(Kind::Loading), roads.of(Kind::Disposal));
        let (from, to) = self.vehicle.weeks[self.week];
        let loading = loadings[*self.d.rng.pick(&from)];
        let disposal = disposals[*self.d.rng.pick(&to)];
        self.empty_way(loading.gate);
        if self.d.rng.per_mille(200) {
            let queue = self.d.rng.between(120, 480);
            self.d.wait(queue);
        }
        self.enter(loading);
        self.lined();
        self.d.open = true;
        let load = self.d.rng.between(120, 400);
        self.d.wait(load);
        self.d.laden = true;
        self.d.wait(load / 2);
        self.d.open = false;
        let mut way = self.vehicle.way(roads, self.week, loading, disposal);
        let dares = self.d.rng.per_mille(self.settings.planted_per_mille * 4);
        while self.closed_s(&way) > 0 && !dares {
            self.d.wait(300);
        }
        let planted = self.d.rng.per_mille(self.settings.planted_per_mille) && !self.stuck;
        let kind = if planted { self.d.rng.between(0, KINDS) } else { -1 };
        if kind == 3 {
            self.detour(&mut way);
        }
        self.leave(loading);
        match kind {
            0..=2 => return self.dump(&way),
            4..=KINDS => self.plant(kind, &way),
            _ if self.d.agenda.is_empty() && self.decoy() => {
                // The network is down and all is sent later.
                let begin = self.d.now + self.d.rng.between(30, 200);
                let length = self.d.rng.between(600, 2_400);
                let faults = Faults { blind: true, ..self.d.faults };
                self.d.agenda.push((begin, Event::Faults(faults)));
                self.d.agenda.push((begin + length, Event::Faults(Faults { blind: false, ..faults })));
            }
            _ => {}
        }
        if !self.vehicle.routed && self.decoy() {
            let wash = *self.d.rng.pick(&roads.of(Kind::Wash));
            let there = roads.way(self.here, wash.gate, 3);
            self.follow(&there);
            self.enter(wash);
            self.d.open = self.vehicle.kit == Kit::Full;
            self.d.wait(300);
            self.d.open = false;
            self.leave(wash);
            way = roads.way(self.here, disposal.gate, 4);
        }
        let middle = way.len() / 2;
        self.follow(&way[..=middle.min(way.len() - 1)]);
        if self.decoy() {
            let rest = self.d.rng.between(180, 1_200);
            self.d.wait(rest);
        }
        self.follow(&way[middle..]);
        if self.d.rng.per_mille(self.settings.decoy_per_mille / 6) {
            // Turned away at the gate: back with the load to where it came from, to be sent out again.
            self.d.wait(200);
            let back = roads.way(self.here, loading.gate, 9);
            self.follow(&back);
            self.enter(loading);
            self.d.wait(200);
            self.leave(loading);
            let again = self.vehicle.way(roads, self.week, loading, disposal);
            self.follow(&again);
        }
        if self.decoy() {
            // A jam beside the site, near its edge.
            let (x, y) = disposal.middle;
            self.d.go((x - 22_000, y - 6_000), 600);
            self.d.jam();
        }
        self.enter(disposal);
        let queue = self.d.rng.between(60, 240);
        self.d.wait(queue);
        self.d.open = true;
        self.unload();
        self.d.open = false;
        self.leave(disposal);
        self.emptied.push(self.d.now);
    }

    pub(super) fn unload(&mut self) {
        let lifted = self.d.rng.between(35, 100);
        self.d.raised = true;
        self.d.wait(lifted * 6 / 10);
        self.d.laden = false;
        self.d.wait(lifted * 4 / 10);
        self.d.raised = false;
        let rest = self.d.rng.between(40, 160);
        self.d.wait(rest);
    }
}
