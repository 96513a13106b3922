//! Where a truck is: positions that can be believed, stops, and the sites it enters and leaves.

use super::Fix;
use super::geo::{Xy, distance, distance2};
use super::rule::TruckRule;
use super::world::World;
use crate::detection::sighting::Place;

/// A position that was believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) at: i64,
    pub(crate) xy: Xy,
    pub(crate) place: Place,
    pub(crate) speed: i64,
}

/// A time spent in one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) place: Point,
    /// Whether the truck left against the direction in which it came: it pulled off and backed out, and did not just wait.
    pub(crate) turned: bool,
}

/// Positions far from the truck’s own that agree with each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Twin {
    pub(crate) first: Point,
    pub(crate) last: Point,
    /// How far from the truck’s own position, when last compared.
    pub(crate) apart_cm: i64,
    pub(crate) points: u32,
    pub(crate) own_points: u32,
    pub(crate) met: Option<i64>,
    pub(crate) late: bool,
}

/// What a fix says about movement.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moved {
    /// Where the truck is now, if the fix is believed.
    pub(crate) point: Option<Point>,
    /// Where it was before.
    pub(crate) before: Option<Point>,
    /// Whether the position was refused as a jump: nothing else in the fix is this truck’s either.
    pub(crate) refused: bool,
    /// Whether the truck is somewhere else than it was believed to be.
    pub(crate) displaced: bool,
    /// The site it has entered.
    pub(crate) entered: Option<u16>,
    /// The site it has left, and how long it was there.
    pub(crate) left: Option<(u16, i64)>,
    /// The stop it has ended.
    pub(crate) stop: Option<Stop>,
    /// A second truck that has been recognized, or is gone after it was.
    pub(crate) twin: Option<Twin>,
}

/// The state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Motion {
    pub(crate) last: Option<Point>,
    twin: Option<Box<Twin>>,
    /// Where it stands or stood: the first position, which says since when, and the last standing one.
    pub(crate) anchor: Option<(Point, Point)>,
    /// The last point a good way behind, and the one before: from where it came.
    trail: Option<(Point, Point)>,
    /// From where it came to where it stands.
    from: Xy,
    /// The site it is in, and since when.
    pub(crate) site: Option<u16>,
    since: i64,
    /// What it may have entered or left: the site, points, since.
    across: Option<(Option<u16>, u32, i64)>,
}

/// Whether the way from one position to the other asks for a speed no truck has and the terminal did not report.
fn jump(rule: &TruckRule, from: &Point, to: &Point) -> bool {
    let dt = (to.at - from.at).abs().max(1);
    // 0.1 km/h is 25/9 cm/s.
    let limit = rule.jump_dkmh.max(rule.jump_ratio * to.speed.max(from.speed)) * dt * 25 / 9;
    distance2(from.xy, to.xy) > limit * limit
}

impl Motion {
    /// Takes the next fix in order.
    pub(crate) fn step(&mut self, fix: &Fix, day: i64, late: bool, world: &World, rule: &TruckRule) -> Moved {
        let mut moved = Moved { before: self.last, ..Moved::default() };
        if let Some(twin) = self.twin.as_deref().copied()
            && fix.at - twin.last.at > rule.clone_end_s
        {
            moved.twin = twin.met.filter(|met| *met < twin.last.at).map(|_| twin);
            self.twin = None;
        }
        let usable = fix.fixed && !fix.encrypted && fix.satellites.is_none_or(|n| n >= rule.satellites);
        if !usable {
            return moved;
        }
        let place = Place { lat: fix.lat, lon: fix.lon };
        let point = Point { at: fix.at, xy: world.xy(fix.lat, fix.lon), place, speed: i64::from(fix.speed) };
        if let Some(last) = self.last
            && jump(rule, &last, &point)
        {
            if !self.rejected(last, point, late, rule, &mut moved) {
                moved.refused = true;
                return moved;
            }
            moved.before = None;
            moved.displaced = true;
        } else if let Some(twin) = &mut self.twin {
            twin.own_points += 1;
        }
        self.last = Some(point);
        moved.point = Some(point);
        moved.stop = self.stand(point, rule);
        match &mut self.trail {
            None => self.trail = Some((point, point)),
            Some((behind, before)) if distance2(behind.xy, point.xy) > rule.stop_cm * rule.stop_cm => {
                (*behind, *before) = (point, *behind);
            }
            Some(_) => {}
        }
        self.cross(point, day, world, rule, &mut moved);
        moved
    }

    /// A jump: drift, a second truck, or the truck itself after it was lost. Says whether the truck is there now.
    fn rejected(&mut self, last: Point, point: Point, late: bool, rule: &TruckRule, moved: &mut Moved) -> bool {
        let apart_cm = distance(last.xy, point.xy);
        match &mut self.twin {
            Some(twin) if point.at - twin.last.at <= rule.gap_s && !jump(rule, &twin.last, &point) => {
                twin.last = point;
                twin.points += 1;
                twin.apart_cm = apart_cm;
                twin.late |= late;
            }
            // A stray position beside a second truck that was heard of more than once is drift.
            Some(twin) if twin.points > 1 && point.at - twin.last.at <= rule.gap_s => return false,
            _ => {
                if let Some(twin) = self.twin.as_deref().copied()
                    && moved.twin.is_none()
                {
                    moved.twin = twin.met.filter(|met| *met < twin.last.at).map(|_| twin);
                }
                let new = Twin { first: point, last: point, apart_cm, points: 1, own_points: 0, met: None, late };
                self.twin = Some(Box::new(new));
            }
        }
        let Some(twin) = &mut self.twin else { return false };
        if twin.points < rule.clone_points {
            return false;
        }
        if twin.own_points == 0 && point.at - last.at > rule.gap_s {
            // Nothing has been heard from the old place for long: it is there that the truck is not.
            self.twin = None;
            self.anchor = None;
            return true;
        }
        if twin.met.is_none() && twin.own_points >= rule.clone_points && apart_cm >= rule.clone_cm {
            twin.met = Some(point.at);
            moved.twin = Some(**twin);
        }
        false
    }

    fn stand(&mut self, point: Point, rule: &TruckRule) -> Option<Stop> {
        let (anchor, rest) = self.anchor.get_or_insert((point, point));
        let away2 = distance2(anchor.xy, point.xy);
        let radius2 = rule.stop_cm * rule.stop_cm;
        // A standing truck whose position wanders still stands.
        if away2 <= radius2 || (point.speed < rule.standing_dkmh && away2 <= 4 * radius2) {
            let slow = point.speed < rule.standing_dkmh;
            *rest = if slow { point } else { Point { at: point.at, ..*rest } };
            return None;
        }
        let left = (point.xy.0 - rest.xy.0, point.xy.1 - rest.xy.1);
        let came = (rest.xy.0 - self.from.0, rest.xy.1 - self.from.1);
        // Within sixty degrees of straight back; a corner is no turn.
        let along = left.0 * came.0 + left.1 * came.1;
        let turned = along < 0
            && 4 * i128::from(along).pow(2) > i128::from(distance2(left, (0, 0))) * i128::from(distance2(came, (0, 0)));
        let stop = Stop { from: anchor.at, to: rest.at, place: *rest, turned };
        self.anchor = Some((point, point));
        self.from =
            self.trail.map_or(
                point.xy,
                |(behind, before)| {
                    if distance2(behind.xy, point.xy) > radius2 { behind.xy } else { before.xy }
                },
            );
        (stop.to - stop.from >= rule.stop_s).then_some(stop)
    }

    fn cross(&mut self, point: Point, day: i64, world: &World, rule: &TruckRule, moved: &mut Moved) {
        let here = world.site(point.xy, day);
        if here == self.site {
            self.across = None;
            return;
        }
        let clear = here.or(self.site).is_some_and(|s| !world.area(s).ring.edge_within(point.xy, rule.site_cm));
        let (points, since) = match self.across {
            Some((site, points, since)) if site == here => (points + u32::from(clear), since),
            _ => (u32::from(clear), point.at),
        };
        if points < rule.site_points && point.at - since < rule.site_s {
            self.across = Some((here, points, since));
            return;
        }
        moved.left = self.site.map(|s| (s, since - self.since));
        moved.entered = here;
        self.site = here;
        self.since = since;
        self.across = None;
    }
}
