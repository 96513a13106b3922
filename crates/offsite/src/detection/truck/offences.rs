//! The offences of trucks, each as a small step from one fix to the next.

use super::cargo::Trip;
use super::geo::{distance, distance2};
use super::motion::{Point, Stop};
use super::spell::{Look, Need, Spell, carry};
use super::tracker::{Found, Scene, Tracker};
use super::world::Kind;
use super::{ANTENNA_OPEN, ANTENNA_SHORT, Cover, Lift, POWER_CUT};
use crate::detection::sighting::{Fact, Offence, Unit, fact};
use crate::detection::time::day_start;

/// Signs that show; boxed, because hardly any ever does and the state of many trucks should fit the cache.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    lift: Option<Box<Spell>>,
    route: Option<Box<Spell>>,
    hint: (u16, u32),
    hours: Option<Box<Spell>>,
    cover: Option<Box<Spell>>,
    power: Option<Box<Spell>>,
    antenna: Option<Box<Spell>>,
    still: Option<Still>,
    /// Fixes of a day that carried without a certificate.
    uncertified: (i64, u32),
}

/// A position that does not change.
#[derive(Debug, Clone, Copy)]
struct Still {
    place: Point,
    until: i64,
    mileage: u32,
    driven_hm: i64,
    steps: u32,
    met: Option<i64>,
    late: bool,
}

fn told(offence: Offence, spell: &Spell, facts: Vec<Fact>) -> Found {
    let (from, to) = (spell.from, spell.to);
    Found { offence, from, to, met: spell.met.unwrap_or(to), place: Some(spell.place.place), facts, late: spell.late }
}

fn look(scene: &Scene<'_>, place: Point, on: bool, peak: i64) -> Look {
    Look { on, ready: true, at: scene.fix.at, place, peak, mileage: scene.fix.mileage, late: scene.late }
}

/// Silence with a load, and elsewhere at its end.
pub(super) fn silent(tracker: &mut Tracker, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let rule = scene.rule;
    if scene.moved.displaced {
        // What it did meanwhile nobody saw.
        tracker.cargo.trip = None;
        tracker.cargo.by_visits = None;
    }
    let (Some(before), Some(point)) = (scene.moved.before, scene.moved.point) else { return };
    // Heard or not: for so long nobody saw where it was.
    let carrying = tracker.cargo.laden() == Some(true);
    let unseen = point.at - before.at;
    if unseen <= rule.gap_s {
        return;
    }
    let apart = distance(before.xy, point.xy);
    // A load that went meanwhile did not go where the truck is now.
    tracker.cargo.load = None;
    tracker.cargo.next = None;
    let left_from_site = scene.moved.left.is_some() || scene.site.is_some() && scene.moved.entered.is_none();
    if carrying && scene.silence >= rule.silent_s && apart >= rule.silent_cm && !left_from_site {
        let from = scene.fix.at - scene.silence;
        tell(Found {
            offence: Offence::SilentTrip,
            from,
            to: scene.fix.at,
            met: from + rule.silent_s,
            place: Some(before.place),
            facts: vec![fact("silent", scene.silence, Unit::Second), fact("apart", apart, Unit::Centimetre)],
            late: scene.late,
        });
    }
    // What was not seen may have been a visit to a disposal site: the trip proves nothing any more.
    if apart > rule.stop_cm {
        tracker.cargo.trip = None;
        if unseen > 2 * rule.gap_s {
            tracker.cargo.by_visits = None;
        }
    }
}

/// Sites entered and left: loads, trips, and sensors that ought to have changed there.
pub(super) fn visits(tracker: &mut Tracker, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let Scene { fix, world, rule, moved, .. } = scene;
    let cargo = &mut tracker.cargo;
    cargo.lift_known |= fix.lift.is_some();
    cargo.lift.see(fix.lift.map(|l| u8::from(l != Lift::Down)));
    cargo.weight.see(fix.load.map(|l| l as u8));
    cargo.cover.see(fix.cover.filter(|c| matches!(c, Cover::Open | Cover::Closed)).map(|c| c as u8));
    if let (Some(before), Some(point), Some(_)) = (moved.before, moved.point, &cargo.trip)
        && scene.site.is_none()
        && distance2(before.xy, point.xy) > rule.stop_cm * rule.stop_cm
        && point.at - before.at > rule.visit_s
        && world.jumped(before.xy, point.xy, scene.day, Kind::Disposal)
    {
        cargo.trip = None;
    }
    if let (Some(stop), Some(trip)) = (moved.stop, &mut cargo.trip)
        && stop.from >= trip.exit
        && world.near(stop.place.xy, scene.day, Kind::Disposal, rule.gate_cm)
    {
        // It was at the gate of a disposal site and may have been turned away: unless it had backed out of a place before, the
        // trip proves nothing any more.
        trip.refused |= trip.best.is_none_or(|b| !b.turned);
    } else if let (Some(stop), Some(trip)) = (moved.stop, &mut cargo.trip)
        && stop.from >= trip.exit
        && scene.may_be_dump(&stop)
    {
        trip.stops += 1;
        trip.late |= scene.late;
        // The first place it backed out of: what it does after that it does empty. Else the longest stop.
        let better = |best: Stop| !best.turned && (stop.turned || stop.to - stop.from > best.to - best.from);
        if trip.best.is_none_or(better) {
            trip.best = Some(stop);
        }
        if stop.turned && !cargo.lift_known && !cargo.weight.known {
            // It may be empty now; what it does from here is not held against a load.
            cargo.by_visits = None;
        }
    }
    if let Some((site, stayed)) = moved.left.filter(|(_, stayed)| *stayed >= rule.visit_s) {
        match world.area(site).kind {
            Kind::Loading => {
                cargo.by_visits = Some(true);
                cargo.trip = Some(Trip { exit: fix.at, best: None, stops: 0, late: false, refused: false });
            }
            Kind::Disposal => {
                cargo.by_visits = Some(false);
                cargo.trip = None;
                for (sensor, offence) in [
                    (&mut cargo.lift, Offence::LiftStuck),
                    (&mut cargo.weight, Offence::LoadStuck),
                    (&mut cargo.cover, Offence::CoverStuck),
                ] {
                    sensor.visited(fix.at);
                    if sensor.visits == rule.stuck_visits {
                        tell(Found {
                            offence,
                            from: sensor.first,
                            to: fix.at,
                            met: fix.at,
                            place: moved.point.map(|p| p.place),
                            facts: vec![
                                fact("visits", i64::from(sensor.visits), Unit::Count),
                                fact("stayed", stayed, Unit::Second),
                            ],
                            late: scene.late,
                        });
                    }
                }
            }
            Kind::Depot | Kind::Wash | Kind::Restricted => {}
        }
    }
    let entered = moved.entered.map(|site| (world.area(site).kind, world.area(site).number));
    if let Some((Kind::Loading, number)) = entered
        && let Some(trip) = cargo.trip.take()
        && let Some(best) = trip.best.filter(|_| !trip.refused)
        && !cargo.lift_known
        && !cargo.weight.known
    {
        cargo.by_visits = Some(false);
        tell(Found {
            offence: Offence::DumpStop,
            from: best.from,
            to: best.to,
            met: fix.at,
            place: Some(best.place.place),
            facts: vec![
                fact("stood", best.to - best.from, Unit::Second),
                fact("left_loading", trip.exit, Unit::Instant),
                fact("back_at_loading", fix.at, Unit::Instant),
                fact("loading_site", i64::from(number), Unit::Number),
                fact("stops_as_long", trip.stops, Unit::Count),
                fact("turned_back", i64::from(best.turned), Unit::Truth),
            ],
            late: trip.late || scene.late,
        });
    }
}

/// Body lifted, or load gone, outside sites.
pub(super) fn dumping(tracker: &mut Tracker, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let rule = scene.rule;
    // Where the truck stands must be seen in this very fix, and not from a position that stands still while it drives.
    let Some(point) = scene.moved.point else { return };
    if tracker.signs.still.as_ref().is_some_and(|s| s.driven_hm >= rule.antenna_hm) {
        return;
    }
    let laden = tracker.cargo.laden() == Some(true);
    let raised = scene.fix.lift == Some(Lift::Raised) && i64::from(scene.fix.speed) < rule.standing_dkmh;
    let open = tracker.signs.lift.is_some();
    let since = tracker.motion.anchor.map_or(point.at, |(anchor, _)| anchor.at);
    let again = !open && tracker.cargo.dumped.is_some_and(|dumped| dumped >= since);
    let on = raised && (open || (laden && !again)) && scene.outside(point);
    let need = Need { s: rule.lift_s, points: 2, end_s: rule.end_s, gap_s: rule.gap_s };
    let cargo = &mut tracker.cargo;
    carry(&mut tracker.signs.lift, need, look(scene, point, on, 0), |spell| {
        cargo.dumped = Some(spell.to);
        cargo.by_visits = Some(false);
        cargo.trip = None;
        let facts = vec![
            fact("lifted", spell.to - spell.from, Unit::Second),
            fact("lifted_required", rule.lift_s, Unit::Second),
        ];
        tell(told(Offence::DumpLift, spell, facts));
    });
    let Some(empty) = cargo.sense(scene.fix.load, scene.fix.at, rule.load_s) else { return };
    let stood = empty >= since && i64::from(scene.fix.speed) < rule.standing_dkmh;
    let known = cargo.dumped.is_some_and(|dumped| dumped >= since) || tracker.signs.lift.is_some();
    if stood && !known && scene.outside(point) && cargo.weight.visits == 0 {
        cargo.dumped = Some(scene.fix.at);
        cargo.by_visits = Some(false);
        cargo.trip = None;
        tell(Found {
            offence: Offence::DumpLoad,
            from: since,
            to: scene.fix.at,
            met: scene.fix.at,
            place: Some(point.place),
            facts: vec![
                fact("empty_since", empty, Unit::Instant),
                fact("stood", scene.fix.at - since, Unit::Second),
                fact("lift_sensor", i64::from(cargo.lift_known), Unit::Truth),
            ],
            late: scene.late,
        });
    }
}

/// What a laden truck on the move may do wrong: route, hours, cover, certificate.
pub(super) fn driving(tracker: &mut Tracker, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let Scene { fix, world, rule, day, .. } = scene;
    let Some(point) = scene.moved.point else { return };
    let laden = tracker.cargo.laden() == Some(true);
    let carrying = laden && scene.site.is_none();
    let signs = &mut tracker.signs;
    let need = |s| Need { s, points: 3, end_s: rule.end_s, gap_s: rule.gap_s };

    let away2 = if carrying {
        world.off_route2(fix.vehicle, *day, point.xy, rule.route_back_cm, &mut signs.hint).unwrap_or(0)
    } else {
        0
    };
    let beyond = if signs.route.is_some() { rule.route_back_cm } else { rule.route_cm };
    let on = away2 > beyond * beyond;
    carry(&mut signs.route, need(rule.route_s), look(scene, point, on, away2), |spell| {
        let facts = vec![
            fact("farthest", spell.peak.isqrt(), Unit::Centimetre),
            fact("corridor", rule.route_cm, Unit::Centimetre),
            fact("away", spell.to - spell.from, Unit::Second),
        ];
        tell(told(Offence::OffRoute, spell, facts));
    });

    let graced = (scene.minute - rule.hours_grace_s / 60).rem_euclid(1_440);
    let area = (carrying && point.speed > rule.standing_dkmh)
        .then(|| world.restricted(point.xy, *day, scene.minute, rule.hours_cm))
        .flatten()
        .filter(|a| world.area(*a).hours.iter().any(|h| h.holds(scene.minute) && h.holds(graced)));
    let number = area.map_or(0, |a| i64::from(world.area(a).number));
    carry(&mut signs.hours, need(rule.hours_s), look(scene, point, area.is_some(), number), |spell| {
        let facts = vec![fact("area", spell.peak, Unit::Number), fact("inside", spell.to - spell.from, Unit::Second)];
        tell(told(Offence::OutOfHours, spell, facts));
    });

    let works = tracker.cargo.cover.visits < rule.stuck_visits;
    let on = carrying && works && fix.cover == Some(Cover::Open) && point.speed > rule.driving_dkmh;
    carry(&mut signs.cover, need(rule.cover_s), look(scene, point, on, point.speed), |spell| {
        let facts = vec![fact("open", spell.to - spell.from, Unit::Second), fact("fastest", spell.peak, Unit::DeciKmh)];
        tell(told(Offence::Uncovered, spell, facts));
    });

    if carrying && point.speed > rule.driving_dkmh && !world.certified(fix.vehicle, *day) {
        if signs.uncertified.0 != *day {
            signs.uncertified = (*day, 0);
        }
        signs.uncertified.1 = signs.uncertified.1.saturating_add(1);
        if signs.uncertified.1 == 3 {
            tell(Found {
                offence: Offence::NoCertificate,
                from: day_start(*day),
                to: fix.at,
                met: fix.at,
                place: Some(point.place),
                facts: vec![fact("certificates", 0, Unit::Count)],
                late: scene.late,
            });
        }
    }
}

/// A second truck under the same number.
pub(super) fn clone(scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    if let Some(twin) = scene.moved.twin {
        tell(Found {
            offence: Offence::Clone,
            from: twin.first.at,
            to: twin.last.at,
            met: twin.met.unwrap_or(twin.last.at),
            place: Some(twin.first.place),
            facts: vec![
                fact("apart", twin.apart_cm, Unit::Centimetre),
                fact("points_there", i64::from(twin.points), Unit::Count),
                fact("points_here", i64::from(twin.own_points), Unit::Count),
            ],
            late: twin.late,
        });
    }
}

/// Power, antenna and position tampered with.
pub(super) fn tampering(tracker: &mut Tracker, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let Scene { fix, rule, moved, .. } = scene;
    let Some(last) = tracker.last() else { return };
    let signs = &mut tracker.signs;
    let moving = moved.before.is_some_and(|b| fix.at - b.at <= rule.gap_s && b.speed > rule.standing_dkmh);
    let cut = fix.alarms & POWER_CUT != 0 && (signs.power.is_some() || moving);
    let need = |s| Need { s, points: 2, end_s: rule.end_s, gap_s: rule.gap_s };
    carry(&mut signs.power, need(0), look(scene, last, cut, 0), |spell| {
        tell(told(Offence::PowerCut, spell, vec![fact("cut", spell.to - spell.from, Unit::Second)]));
    });

    let off = fix.alarms & (ANTENNA_OPEN | ANTENNA_SHORT) != 0;
    let driven = match (&signs.antenna, fix.mileage) {
        (Some(spell), Some(now)) => spell.mileage.map_or(0, |then| i64::from(now) - i64::from(then)),
        _ => 0,
    };
    let ready = driven >= rule.antenna_hm;
    carry(&mut signs.antenna, need(rule.antenna_s), Look { ready, ..look(scene, last, off, driven) }, |spell| {
        let facts =
            vec![fact("off", spell.to - spell.from, Unit::Second), fact("driven", spell.peak, Unit::Hectometre)];
        tell(told(Offence::Antenna, spell, facts));
    });

    if let (Some(point), Some(mileage)) = (moved.point, fix.mileage) {
        frozen(&mut signs.still, point, mileage, scene, tell);
    }
}

fn frozen(slot: &mut Option<Still>, point: Point, mileage: u32, scene: &Scene<'_>, tell: &mut impl FnMut(Found)) {
    let rule = scene.rule;
    let late = scene.late;
    let report = |still: &Still, met: i64| Found {
        offence: Offence::Frozen,
        from: still.place.at,
        to: still.until,
        met,
        place: Some(still.place.place),
        facts: vec![
            fact("driven", still.driven_hm, Unit::Hectometre),
            fact("still", still.until - still.place.at, Unit::Second),
        ],
        late: still.late,
    };
    if let Some(still) = slot
        && distance2(still.place.xy, point.xy) <= rule.frozen_cm * rule.frozen_cm
    {
        let dt = point.at - still.until;
        let driven = i64::from(mileage) - i64::from(still.mileage);
        still.mileage = mileage;
        // At 120 km/h a truck drives a tenth of a kilometre in three seconds; an odometer that does more was set, not driven.
        if driven > 0 && driven <= dt / 3 + 1 {
            still.driven_hm += driven;
            still.steps += 1;
            still.until = point.at;
            still.late |= late;
        } else if driven == 0 && still.steps == 0 {
            // It stands: what is driven counts from here.
            still.place.at = point.at;
            still.until = point.at;
        }
        if still.met.is_none() && still.driven_hm >= rule.frozen_hm && still.steps >= 3 {
            still.met = Some(point.at);
            tell(report(still, point.at));
        }
        return;
    }
    if let Some(still) = slot
        && let Some(met) = still.met
        && met < still.until
    {
        tell(report(still, met));
    }
    *slot = Some(Still { place: point, until: point.at, mileage, driven_hm: 0, steps: 0, met: None, late });
}
