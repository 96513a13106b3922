//! Small stories of one truck, told by hand.

use jiff::civil::{Date, date};
use offsite::detection::parameters;
use offsite::detection::sighting::{Change, Offence, Place, Sighting};
use offsite::detection::time::{Hours, day_number, day_start};
use offsite::detection::truck::fleet::Fleet;
use offsite::detection::truck::world::{Certificate, Kind, Route, Site, World};
use offsite::detection::truck::{ANTENNA_OPEN, Cover, Fix, Lift, Load, POWER_CUT};

const DAY: Date = date(2026, 9, 14);
/// Micro-degrees of about a hundred metres north.
const NORTH: i32 = 898;
/// And east, at this latitude.
const EAST: i32 = 1_050;

fn at(east: i32, north: i32) -> Place {
    // Hundreds of metres from a corner of the district.
    Place { lat: 31_150_000 + north * NORTH / 10, lon: 121_120_000 + east * EAST / 10 }
}

fn square(number: u32, kind: Kind, east: i32, north: i32, half: i32) -> Site {
    let ring = [(-half, -half), (half, -half), (half, half), (-half, half)];
    Site {
        number,
        kind,
        ring: ring.iter().map(|(e, n)| at(east + e, north + n)).collect(),
        from: date(2026, 1, 1),
        to: None,
        hours: Vec::new(),
    }
}

/// Tens of metres: loading around (0, 0), disposal around (400, 0), depot around (0, 200), a closed area around (200, 300).
fn sites() -> Vec<Site> {
    let mut closed = square(9, Kind::Restricted, 200, 300, 60);
    closed.hours = vec![Hours { from: 420, to: 540 }];
    vec![
        square(1, Kind::Loading, 0, 0, 10),
        square(2, Kind::Disposal, 400, 0, 10),
        square(3, Kind::Depot, 0, 200, 10),
        closed,
    ]
}

fn certificate() -> Certificate {
    Certificate { vehicle: 1, from: date(2026, 9, 1), to: date(2026, 9, 30) }
}

/// A truck that writes down its fixes.
struct Truck {
    fixes: Vec<Fix>,
    now: Fix,
    /// Position in tens of metres.
    here: (i32, i32),
}

impl Truck {
    /// At ten in the morning, or so many seconds after midnight, in the depot, empty, with all sensors.
    fn new(second: i64) -> Truck {
        let place = at(0, 200);
        let time = day_start(day_number(DAY)) + second;
        let now = Fix {
            vehicle: 1,
            at: time,
            lat: place.lat,
            lon: place.lon,
            speed: 0,
            heading: 0,
            mileage: Some(100_000),
            satellites: Some(9),
            acc: true,
            fixed: true,
            encrypted: false,
            lift: Some(Lift::Down),
            load: Some(Load::Empty),
            cover: Some(Cover::Closed),
            alarms: 0,
            received: time + 2,
        };
        Truck { fixes: Vec::new(), now, here: (0, 200) }
    }

    fn bare(mut self) -> Truck {
        (self.now.lift, self.now.load, self.now.cover) = (None, None, None);
        self
    }

    fn report(&mut self, seconds: i64) -> &mut Truck {
        self.now.at += seconds;
        self.now.received = self.now.at + 2;
        self.fixes.push(self.now);
        self
    }

    /// Drives straight, a hundred metres in ten seconds.
    fn go(&mut self, east: i32, north: i32) -> &mut Truck {
        self.now.speed = 360;
        while self.here != (east, north) {
            let step = |from: i32, to: i32| from + (to - from).clamp(-10, 10);
            self.here = (step(self.here.0, east), step(self.here.1, north));
            let place = at(self.here.0, self.here.1);
            (self.now.lat, self.now.lon) = (place.lat, place.lon);
            self.now.mileage = self.now.mileage.map(|m| m + 1);
            self.report(10);
        }
        self
    }

    fn stand(&mut self, seconds: i64) -> &mut Truck {
        self.now.speed = 0;
        for _ in 0..seconds / 10 {
            self.report(10);
        }
        self
    }

    fn set(&mut self, change: impl FnOnce(&mut Fix)) -> &mut Truck {
        change(&mut self.now);
        self
    }

    fn load(&mut self) -> &mut Truck {
        self.go(0, 0).stand(120);
        let known = self.now.load.is_some();
        self.set(|f| f.load = known.then_some(Load::Full)).stand(120).go(100, 0)
    }

    fn lift(&mut self, seconds: i64) -> &mut Truck {
        self.set(|f| f.lift = Some(Lift::Raised)).stand(seconds / 2);
        let known = self.now.load.is_some();
        self.set(|f| f.load = known.then_some(Load::Empty))
            .stand(seconds / 2)
            .set(|f| f.lift = Some(Lift::Down))
            .stand(60)
    }
}

fn seen_in(world: &World, fixes: &[Fix]) -> Vec<Sighting> {
    let mut fleet = Fleet::new(world, parameters::truck(), 30 * 86_400);
    fleet.take(fixes);
    fleet.standing().cloned().collect()
}

fn seen(truck: &Truck) -> Vec<Offence> {
    let world = World::new(&sites(), &[], &[certificate()]);
    seen_in(&world, &truck.fixes).iter().map(|s| s.offence).collect()
}

#[test]
fn a_body_lifted_outside_sites_is_one_dump() {
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(60).lift(60).go(0, 0);
    let world = World::new(&sites(), &[], &[certificate()]);
    let sightings = seen_in(&world, &truck.fixes);
    assert_eq!(sightings.len(), 1, "{sightings:?}");
    let dump = &sightings[0];
    assert_eq!((dump.offence, dump.place, dump.late), (Offence::DumpLift, Some(at(200, 0)), false));
    assert_eq!((dump.to - dump.from, dump.met - dump.from), (50, 10));
    assert_eq!((dump.fact("lifted"), dump.digest.len(), dump.used.version.as_str()), (Some(50), 64, "2026-1"));
}

#[test]
fn at_a_registered_site_or_at_its_very_edge_it_is_none() {
    let dump_at = |east, north| {
        let mut truck = Truck::new(36_000);
        truck.load().go(east, 0).go(east, north).stand(90).lift(60).go(200, north).go(0, 0);
        seen(&truck)
    };
    assert!(dump_at(400, 0).is_empty());
    assert!(dump_at(400, 12).is_empty(), "twenty metres beside");
    assert_eq!(dump_at(400, 20), [Offence::DumpLift], "a hundred metres beside");
}

#[test]
fn a_site_counts_only_on_its_days() {
    let mut truck = Truck::new(36_000);
    truck.load().go(400, 0).stand(90).lift(60).go(0, 0);
    let mut expired = sites();
    expired[1].to = Some(date(2026, 9, 13));
    let found = seen_in(&World::new(&expired, &[], &[certificate()]), &truck.fixes);
    assert_eq!(found.iter().map(|s| s.offence).collect::<Vec<_>>(), [Offence::DumpLift]);
    expired[1].to = Some(DAY);
    assert!(seen_in(&World::new(&expired, &[], &[certificate()]), &truck.fixes).is_empty());
}

#[test]
fn an_empty_truck_may_lift_and_a_blip_is_nothing() {
    let mut truck = Truck::new(36_000);
    truck.stand(60).lift(60).go(200, 200).stand(60).lift(60);
    assert!(seen(&truck).is_empty());
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(60).set(|f| f.lift = Some(Lift::Raised)).stand(10).set(|f| f.lift = Some(Lift::Down));
    truck.stand(60).go(400, 0).stand(90).lift(60);
    assert!(seen(&truck).is_empty());
}

#[test]
fn a_load_that_goes_within_a_stop_is_a_dump_and_a_flap_is_none() {
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(90).set(|f| f.load = Some(Load::Empty)).stand(90).go(0, 0);
    assert_eq!(seen(&truck), [Offence::DumpLoad]);
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(90).set(|f| f.load = Some(Load::Empty)).stand(10);
    truck.set(|f| f.load = Some(Load::Full)).stand(60).go(400, 0).stand(90).lift(60);
    assert!(seen(&truck).is_empty());
}

#[test]
fn without_sensors_a_place_backed_out_of_is_told_at_the_next_loading() {
    let mut truck = Truck::new(36_000).bare();
    truck.load().go(200, 0).go(200, -20).stand(240).go(200, 0).go(20, 0);
    assert!(seen(&truck).is_empty(), "not yet back");
    truck.go(0, 0).stand(120);
    assert_eq!(seen(&truck), [Offence::DumpStop]);
    // The same with a disposal site visited after it.
    let mut truck = Truck::new(36_000).bare();
    truck.load().go(200, 0).go(200, -20).stand(240).go(200, 0).go(400, 0).stand(120).go(0, 0).stand(120);
    assert!(seen(&truck).is_empty());
}

#[test]
fn a_visit_between_two_fixes_is_not_jumped() {
    let mut truck = Truck::new(36_000).bare();
    truck.load().go(200, 0).go(200, -20).stand(240).go(200, 0).go(380, 0);
    // The next fix comes two and a half minutes later from beyond the disposal site.
    truck.here = (420, 0);
    let place = at(420, 0);
    truck.set(|f| (f.lat, f.lon) = (place.lat, place.lon)).report(150).go(420, 50).go(0, 50).go(0, 0).stand(120);
    assert!(seen(&truck).is_empty());
}

#[test]
fn a_silence_is_told_and_taken_back_when_the_blind_batch_comes() {
    let mut truck = Truck::new(36_000);
    truck.load();
    let begin = truck.fixes.len();
    truck.go(150, 0).stand(1_000).go(380, 0);
    let end = truck.fixes.len();
    truck.go(400, 0).stand(90).lift(60);
    let world = World::new(&sites(), &[], &[certificate()]);
    let mut fleet = Fleet::new(&world, parameters::truck(), 30 * 86_400);
    let now: Vec<Fix> = [&truck.fixes[..begin], &truck.fixes[end..]].concat();
    let told = fleet.take(&now).changes;
    assert!(matches!(&told[..], [Change::New(s)] if s.offence == Offence::SilentTrip), "{told:?}");
    let blind: Vec<Fix> = truck.fixes[begin..end].iter().map(|f| Fix { received: f.received + 4_000, ..*f }).collect();
    let told = fleet.take(&blind).changes;
    assert!(matches!(&told[..], [Change::Withdrawn((1, Offence::SilentTrip, _))]), "{told:?}");
}

#[test]
fn a_dump_in_a_blind_batch_is_told_as_late() {
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(60).lift(60).go(0, 0);
    let late: Vec<Fix> = truck.fixes.iter().map(|f| Fix { received: f.received + 2_000, ..*f }).collect();
    let world = World::new(&sites(), &[], &[certificate()]);
    let (now, late) = (seen_in(&world, &truck.fixes), seen_in(&world, &late));
    assert!(!now[0].late && late[0].late);
    assert_eq!(now[0].digest, late[0].digest, "the truck said the same");
}

#[test]
fn the_earlier_receipt_of_a_fix_counts_even_if_it_is_read_second() {
    let mut truck = Truck::new(36_000);
    truck.load().go(200, 0).stand(60).lift(60).go(0, 0);
    let late: Vec<Fix> = truck.fixes.iter().map(|f| Fix { received: f.received + 2_000, ..*f }).collect();
    let world = World::new(&sites(), &[], &[certificate()]);
    let mut fleet = Fleet::new(&world, parameters::truck(), 30 * 86_400);
    assert!(matches!(&fleet.take(&late).changes[..], [Change::New(s)] if s.late));
    assert!(matches!(&fleet.take(&truck.fixes).changes[..], [Change::Revised(s)] if !s.late));
    assert!(fleet.take(&late).changes.is_empty());
}

#[test]
fn off_the_corridor_with_a_load_is_told_and_without_is_not() {
    let line = vec![at(0, 0), at(400, 0)];
    let route = Route { vehicle: 1, from: date(2026, 9, 1), to: None, line };
    let world = World::new(&sites(), &[route], &[certificate()]);
    let way = |laden: bool, aside: i32| {
        let mut truck = Truck::new(36_000);
        truck.load();
        if !laden {
            truck.go(400, 0).stand(90).lift(60);
        }
        truck.go(150, 0).go(150, aside).go(250, aside).go(250, 0).go(400, 0).stand(90);
        seen_in(&world, &truck.fixes).iter().map(|s| s.offence).collect::<Vec<_>>()
    };
    assert_eq!(way(true, 40), [Offence::OffRoute]);
    assert!(way(true, 9).is_empty() && way(false, 40).is_empty());
}

#[test]
fn closed_hours_have_a_grace_and_an_end() {
    let through = |second| {
        let mut truck = Truck::new(second);
        truck.load().go(200, 0).go(200, 250).go(200, 350);
        seen(&truck)
    };
    // Loading and the way there take eleven minutes and more; the area is entered about twelve minutes after the start.
    assert_eq!(through(7 * 3_600 + 1_200), [Offence::OutOfHours]);
    assert!(through(9 * 3_600).is_empty());
    assert!(through(6 * 3_600 + 2_700).is_empty(), "within five minutes of seven");
}

#[test]
fn an_open_cover_counts_while_laden_and_moving() {
    let mut truck = Truck::new(36_000);
    truck
        .load()
        .set(|f| f.cover = Some(Cover::Open))
        .stand(300)
        .go(110, 0)
        .set(|f| f.cover = Some(Cover::Closed))
        .go(200, 0);
    assert!(seen(&truck).is_empty());
    let mut truck = Truck::new(36_000);
    truck.load().set(|f| f.cover = Some(Cover::Open)).go(200, 0);
    assert_eq!(seen(&truck), [Offence::Uncovered]);
}

#[test]
fn carrying_on_a_day_without_certificate_is_told_once() {
    let mut truck = Truck::new(36_000);
    truck.load().go(400, 0).stand(90).lift(60).go(100, 0).load().go(400, 0);
    let until = |day| Certificate { to: date(2026, 9, day), ..certificate() };
    let found = |c| seen_in(&World::new(&sites(), &[], &[c]), &truck.fixes).len();
    assert_eq!((found(until(13)), found(until(14))), (1, 0));
}

#[test]
fn power_and_antenna_count_only_on_the_move() {
    let mut truck = Truck::new(36_000);
    truck.set(|f| f.alarms = POWER_CUT | ANTENNA_OPEN).stand(600).set(|f| f.alarms = 0).go(0, 100);
    assert!(seen(&truck).is_empty());
    let mut truck = Truck::new(36_000);
    truck.go(0, 100).set(|f| f.alarms = POWER_CUT).go(100, 100).set(|f| f.alarms = 0).go(200, 100);
    assert_eq!(seen(&truck), [Offence::PowerCut]);
    let mut truck = Truck::new(36_000);
    truck.go(0, 100).set(|f| (f.alarms, f.fixed) = (ANTENNA_OPEN, false)).go(120, 100);
    assert_eq!(seen(&truck), [Offence::Antenna]);
}

#[test]
fn an_odometer_that_runs_while_the_position_stands_is_frozen_and_one_set_anew_is_not() {
    let mut truck = Truck::new(36_000);
    truck.go(0, 100).set(|f| f.speed = 300);
    for _ in 0..20 {
        truck.set(|f| f.mileage = f.mileage.map(|m| m + 1)).report(10);
    }
    assert_eq!(seen(&truck), [Offence::Frozen]);
    let mut truck = Truck::new(36_000);
    truck.go(0, 100).stand(60).set(|f| f.mileage = f.mileage.map(|m| m + 500)).stand(300);
    assert!(seen(&truck).is_empty());
}

#[test]
fn two_trucks_under_one_number_are_told_and_drift_is_not() {
    let world = World::new(&sites(), &[], &[certificate()]);
    let mut truck = Truck::new(36_000);
    truck.go(400, 200);
    let far = |f: &Fix| Fix { at: f.at + 3, received: f.received + 3, lat: f.lat + 60_000, ..*f };
    let both: Vec<Fix> = truck.fixes.iter().flat_map(|f| [*f, far(f)]).collect();
    let found = seen_in(&world, &both);
    assert_eq!(found.iter().map(|s| s.offence).collect::<Vec<_>>(), [Offence::Clone], "{found:?}");
    let stray: Vec<Fix> = truck.fixes.iter().enumerate().map(|(i, f)| if i % 9 == 4 { far(f) } else { *f }).collect();
    assert!(seen_in(&world, &stray).is_empty());
}
