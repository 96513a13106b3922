//! One truck: its fixes in order of time, and what they point to, with constant state.

use super::cargo::Cargo;
use super::motion::{Moved, Point, Stop};
use super::offences::{self, Signs};
use super::rule::TruckRule;
use super::world::{Kind, World};
use super::{Fix, motion::Motion};
use crate::detection::sighting::{Fact, Offence, Place};
use crate::detection::time::{day_of, minute_of_day};

/// What a fix, with all before it, points to: a sighting without the digest of its inputs.
///
/// The same offence and `from` again is the same incident with a later end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it points to.
    pub offence: Offence,
    /// Begin, UTC seconds.
    pub from: i64,
    /// End so far.
    pub to: i64,
    /// When the rule was met.
    pub met: i64,
    /// Where.
    pub place: Option<Place>,
    /// The numbers.
    pub facts: Vec<Fact>,
    /// Whether a fix it rests on came late.
    pub late: bool,
}

/// The state of one truck. Two trackers fed the same fixes in the same order are the same.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    pub(super) motion: Motion,
    pub(super) cargo: Cargo,
    pub(super) signs: Signs,
    heard: Option<i64>,
}

/// A fix with all that the offences ask about it.
pub(super) struct Scene<'a> {
    pub(super) fix: &'a Fix,
    pub(super) world: &'a World,
    pub(super) rule: &'a TruckRule,
    pub(super) day: i64,
    pub(super) minute: i64,
    pub(super) late: bool,
    pub(super) moved: Moved,
    /// The kind of site the truck is in.
    pub(super) site: Option<Kind>,
    /// Seconds since anything was heard.
    pub(super) silence: i64,
}

impl Tracker {
    /// A truck of which nothing is known.
    pub fn new() -> Tracker {
        Tracker::default()
    }

    /// Takes the next fix; fixes must come in their order, each once. What it points to goes to `tell`.
    pub fn step(&mut self, fix: &Fix, world: &World, rule: &TruckRule, tell: &mut impl FnMut(Found)) {
        let day = day_of(fix.at);
        let late = fix.received - fix.at > rule.late_s;
        let silence = self.heard.map_or(0, |heard| fix.at - heard);
        self.heard = Some(fix.at);
        let moved = self.motion.step(fix, day, late, world, rule);
        let site = self.motion.site.map(|s| world.area(s).kind);
        let scene = Scene { fix, world, rule, day, minute: minute_of_day(fix.at), late, moved, site, silence };
        offences::clone(&scene, tell);
        if scene.moved.refused {
            return;
        }
        offences::silent(self, &scene, tell);
        offences::visits(self, &scene, tell);
        offences::tampering(self, &scene, tell);
        offences::dumping(self, &scene, tell);
        offences::driving(self, &scene, tell);
    }

    /// The last position believed.
    pub(super) fn last(&self) -> Option<Point> {
        self.motion.last
    }
}

impl Scene<'_> {
    /// Whether nothing may be dumped where the truck is: outside sites, not beside a disposal site’s edge.
    pub(super) fn outside(&self, point: Point) -> bool {
        self.site.is_none() && !self.world.near(point.xy, self.day, Kind::Disposal, self.rule.near_site_cm)
    }

    /// Whether a stop may have been a dump, for a truck without sensors.
    pub(super) fn may_be_dump(&self, stop: &Stop) -> bool {
        let length = stop.to - stop.from;
        let at_site = [Kind::Loading, Kind::Disposal, Kind::Depot, Kind::Wash]
            .into_iter()
            .any(|kind| self.world.near(stop.place.xy, self.day, kind, self.rule.near_site_cm));
        (self.rule.dump_from_s..=self.rule.dump_to_s).contains(&length) && !at_site
    }
}
