//! What a truck carries, and whether the sensors that say so ever change.

use super::Load;
use super::motion::Stop;

/// What the truck carries, by its sensor where it has one that works, else by where it has been.
#[derive(Debug, Clone, Default)]
pub(super) struct Cargo {
    pub(super) load: Option<Load>,
    /// A reading that has not held yet: since, and how often.
    pub(super) next: Option<(Load, i64, u32)>,
    pub(super) by_visits: Option<bool>,
    pub(super) lift_known: bool,
    pub(super) trip: Option<Trip>,
    /// When the truck last dumped outside sites.
    pub(super) dumped: Option<i64>,
    pub(super) lift: Sensor,
    pub(super) weight: Sensor,
    pub(super) cover: Sensor,
}

/// A trip with a load since a loading site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trip {
    pub(super) exit: i64,
    pub(super) best: Option<Stop>,
    pub(super) stops: i64,
    pub(super) late: bool,
    pub(super) refused: bool,
}

/// Whether a sensor ever changes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sensor {
    pub(super) known: bool,
    pub(super) last: u8,
    /// Readings in a row that differ from the last state: one alone is a blip.
    pub(super) other: u8,
    pub(super) changed: bool,
    pub(super) visits: u32,
    pub(super) first: i64,
}

impl Sensor {
    pub(super) fn see(&mut self, state: Option<u8>) {
        let Some(state) = state else { return };
        if !self.known || self.last == state {
            (self.known, self.last, self.other) = (true, state, 0);
        } else if self.other > 0 {
            (self.changed, self.last, self.other) = (true, state, 0);
        } else {
            self.other = 1;
        }
    }

    pub(super) fn visited(&mut self, at: i64) {
        if !self.known || std::mem::take(&mut self.changed) {
            self.visits = 0;
            return;
        }
        if self.visits == 0 {
            self.first = at;
        }
        self.visits += 1;
    }
}

impl Cargo {
    /// Whether it carries. A sensor that did not change at a disposal site is not believed until it does; one that says laden
    /// after an emptying visit, with no loading site since, contradicts what was seen, and nothing is held against it.
    pub(super) fn laden(&self) -> Option<bool> {
        match self.load {
            Some(load) if self.weight.visits == 0 => Some(load != Load::Empty && self.by_visits != Some(false)),
            _ => self.by_visits,
        }
    }

    /// Takes a load reading; says since when the truck is empty, when that has just become certain.
    pub(super) fn sense(&mut self, load: Option<Load>, at: i64, hold_s: i64) -> Option<i64> {
        let load = load?;
        if self.load == Some(load) {
            self.next = None;
            return None;
        }
        let (since, points) = match self.next {
            Some((next, since, points)) if next == load => (since, points + 1),
            _ => (at, 1),
        };
        if points < 2 || at - since < hold_s {
            self.next = Some((load, since, points));
            return None;
        }
        self.next = None;
        let before = self.load.replace(load);
        (load == Load::Empty && before.is_some()).then_some(since)
    }
}
