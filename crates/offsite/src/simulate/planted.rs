//! The offences that are planted among the work.

use super::day::Shift;
use super::driver::{Driver, Event, Faults, Kit};
use super::rng::Rng;
use super::roads::{Node, SIDE};
use crate::detection::sighting::Offence;

impl Shift<'_> {
    /// Leads the way three junctions aside and back.
    pub(super) fn detour(&mut self, way: &mut Vec<Node>) {
        if way.len() < 4 {
            return;
        }
        let at = self.d.rng.between(1, way.len() as i64 - 2) as usize;
        let (x, y) = way[at];
        let aside = if self.d.rng.one_in(2) { (x + 3, y - 3) } else { (x - 3, y + 3) };
        let aside = (aside.0.clamp(0, SIDE - 1), aside.1.clamp(0, SIDE - 1));
        let Some(end) = way.last().copied() else { return };
        way.truncate(at + 1);
        way.extend(self.d.roads.way((x, y), aside, 5).into_iter().skip(1));
        way.extend(self.d.roads.way(aside, end, 6).into_iter().skip(1));
    }

    pub(super) fn dump(&mut self, way: &[Node]) {
        let at = self.d.rng.between(1, (way.len() as i64 - 2).max(1)) as usize;
        let at = at.min(way.len() - 1);
        self.follow(&way[..=at]);
        let (x, y) = self.d.xy;
        let aside = |rng: &mut Rng| rng.between(6_000, 20_000);
        let spot = (x - aside(&mut self.d.rng), y - aside(&mut self.d.rng));
        self.d.go(spot, 400);
        let from = self.d.now;
        let before = self.d.rng.between(40, 150);
        self.d.wait(before);
        let unplugged = self.vehicle.kit == Kit::Full && self.d.rng.one_in(2);
        self.d.faults.lift_stuck = unplugged;
        self.d.open = true;
        self.unload();
        self.d.open = false;
        self.d.faults.lift_stuck = false;
        let offence = match (self.vehicle.kit, unplugged) {
            (Kit::Bare, _) => Offence::DumpStop,
            (_, true) => Offence::DumpLoad,
            (_, false) => Offence::DumpLift,
        };
        self.d.did(offence, from, self.d.now, spot, false);
        let back = self.d.roads.at(way[at]);
        self.d.go(back, 500);
    }

    pub(super) fn plant(&mut self, kind: i64, way: &[Node]) {
        let now = self.d.now;
        let begin = now + self.d.rng.between(60, 160);
        let whole = way.len() as i64 * 70;
        let faults = self.d.faults;
        let spell = |shift: &mut Self, length: i64, with: Faults| {
            shift.d.agenda.push((begin, Event::Faults(with)));
            shift.d.agenda.push((begin + length, Event::Faults(faults)));
            begin + length
        };
        let xy = self.d.xy;
        match kind {
            4 if self.vehicle.kit != Kit::Full => {}
            4 => {
                // The cover, for the whole trip or a part of it.
                if self.d.rng.one_in(2) {
                    self.d.open = true;
                } else {
                    let length = self.d.rng.between(60, 600);
                    self.d.agenda.push((begin, Event::Cover(true)));
                    self.d.agenda.push((begin + length, Event::Cover(false)));
                }
            }
            5 => {
                let length = self.d.rng.between(960, 2_400);
                let to = spell(self, length, Faults { off: true, ..faults });
                self.d.did(Offence::SilentTrip, begin, to, xy, whole < 500);
            }
            6 => {
                let length = self.d.rng.between(200, 1_200);
                let to = spell(self, length, Faults { power: true, ..faults });
                self.d.did(Offence::PowerCut, begin, to, xy, false);
            }
            7 => {
                let length = self.d.rng.between(200, 900);
                let to = spell(self, length, Faults { antenna: true, ..faults });
                self.d.did(Offence::Antenna, begin, to, xy, whole < 400);
            }
            8 => {
                let length = self.d.rng.between(300, 900);
                self.d.agenda.push((begin, Event::Freeze));
                self.d.agenda.push((begin + length, Event::Faults(faults)));
                self.d.did(Offence::Frozen, begin, begin + length, xy, whole < 500);
            }
            _ => self.twin(),
        }
    }

    /// A second terminal with the same number, far away.
    pub(super) fn twin(&mut self) {
        let far = |n: i64| if n < SIDE / 2 { SIDE - 2 } else { 1 };
        let from = (far(self.here.0), far(self.here.1));
        let roads = self.d.roads;
        let seed = self.d.rng.next();
        let start = roads.at(from);
        let rng = Rng::new(seed, 9);
        let mut other = Driver::new(roads, rng, self.vehicle.number, Kit::Bare, self.d.now, start);
        (other.acc, other.in_yard) = (true, false);
        let to = ((from.0 + 4).min(SIDE - 1), (from.1 - 4).max(0));
        other.follow(&roads.way(from, to, seed));
        other.follow(&roads.way(to, from, seed));
        self.d.did(Offence::Clone, self.d.now, other.now, start, false);
        self.d.fixes.append(&mut other.fixes);
    }
}
