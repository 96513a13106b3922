//! What a district has registered: sites and areas with their dates, permitted routes, certificates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::geo::{Plane, Ring, Xy, distance2, segment_distance2};
use crate::detection::sighting::Place;
use crate::detection::time::{Hours, day_number};

/// What a site is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Where waste is loaded.
    Loading,
    /// Where waste may be left: disposal, backfill, transfer.
    Disposal,
    /// Where trucks stand and are mended.
    Depot,
    /// Where trucks are washed.
    Wash,
    /// Where laden trucks may not drive in given hours.
    Restricted,
}

/// A site or area of the register, valid from a day to a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    /// Its number in the register.
    pub number: u32,
    /// What it is for.
    pub kind: Kind,
    /// Its edge.
    pub ring: Vec<Place>,
    /// First day it counts.
    pub from: Date,
    /// Last day; without it, until further notice.
    pub to: Option<Date>,
    /// The forbidden hours of a restricted area.
    pub hours: Vec<Hours>,
}

/// A route a vehicle may take with a load.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Route {
    /// Vehicle.
    pub vehicle: u32,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
    /// The middle of the corridor.
    pub line: Vec<Place>,
}

/// A disposal certificate or transport permit of a vehicle.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Certificate {
    /// Vehicle.
    pub vehicle: u32,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    pub(crate) ring: Ring,
    from: i64,
    to: i64,
    pub(crate) hours: Vec<Hours>,
}

#[derive(Debug)]
struct Line {
    from: i64,
    to: i64,
    points: Vec<Xy>,
}

/// The register, ready to be asked by position and day.
#[derive(Debug)]
pub struct World {
    plane: Plane,
    areas: Vec<Area>,
    low: Xy,
    columns: i64,
    rows: i64,
    /// For each cell where its areas begin in `members`; one more at the end.
    cells: Vec<u32>,
    members: Vec<u16>,
    routes: BTreeMap<u32, Vec<Line>>,
    certificates: BTreeMap<u32, Vec<(i64, i64)>>,
}

/// About a kilometre: finer cells are no faster.
const CELL_CM: i64 = 100_000;
/// An area is in every cell it comes this near to, so that nearness needs one cell only.
const NEAR_CM: i64 = 30_000;

fn last_day(to: Option<Date>) -> i64 {
    to.map_or(i64::MAX, day_number)
}

impl World {
    /// Builds the index. At most 65,535 areas are kept.
    pub fn new(sites: &[Site], routes: &[Route], certificates: &[Certificate]) -> World {
        let corners = || sites.iter().flat_map(|s| &s.ring);
        let middle = |f: fn(&Place) -> i32| {
            let (low, high) = corners().map(f).fold((i32::MAX, i32::MIN), |(l, h), v| (l.min(v), h.max(v)));
            if low > high { 0 } else { ((i64::from(low) + i64::from(high)) / 2) as i32 }
        };
        let plane = Plane::new(middle(|p| p.lat), middle(|p| p.lon));
        let line = |places: &[Place]| places.iter().map(|p| plane.xy(p.lat, p.lon)).collect::<Vec<Xy>>();
        let areas: Vec<Area> = sites
            .iter()
            .filter(|s| s.ring.len() >= 3)
            .take(usize::from(u16::MAX))
            .map(|s| Area {
                number: s.number,
                kind: s.kind,
                ring: Ring::new(line(&s.ring)),
                from: day_number(s.from),
                to: last_day(s.to),
                hours: s.hours.clone(),
            })
            .collect();
        let low =
            areas.iter().fold((0, 0), |l: Xy, a| (l.0.min(a.ring.low.0 - NEAR_CM), l.1.min(a.ring.low.1 - NEAR_CM)));
        let high =
            areas.iter().fold((0, 0), |h: Xy, a| (h.0.max(a.ring.high.0 + NEAR_CM), h.1.max(a.ring.high.1 + NEAR_CM)));
        let columns = (high.0 - low.0) / CELL_CM + 1;
        let rows = (high.1 - low.1) / CELL_CM + 1;
        let mut lists: Vec<Vec<u16>> = vec![Vec::new(); (columns * rows) as usize];
        for (index, area) in areas.iter().enumerate() {
            let cell = |p: Xy| ((p.0 - low.0) / CELL_CM, (p.1 - low.1) / CELL_CM);
            let first = cell((area.ring.low.0 - NEAR_CM, area.ring.low.1 - NEAR_CM));
            let last = cell((area.ring.high.0 + NEAR_CM, area.ring.high.1 + NEAR_CM));
            for row in first.1..=last.1 {
                for column in first.0..=last.0 {
                    lists[(row * columns + column) as usize].push(index as u16);
                }
            }
        }
        let mut cells = vec![0];
        let mut members = Vec::new();
        for list in lists {
            members.extend(list);
            cells.push(members.len() as u32);
        }
        let mut by_vehicle: BTreeMap<u32, Vec<Line>> = BTreeMap::new();
        for route in routes {
            let new = Line { from: day_number(route.from), to: last_day(route.to), points: line(&route.line) };
            by_vehicle.entry(route.vehicle).or_default().push(new);
        }
        let mut certified: BTreeMap<u32, Vec<(i64, i64)>> = BTreeMap::new();
        for c in certificates {
            certified.entry(c.vehicle).or_default().push((day_number(c.from), day_number(c.to)));
        }
        World { plane, areas, low, columns, rows, cells, members, routes: by_vehicle, certificates: certified }
    }

    #[inline]
    pub(crate) fn xy(&self, lat: i32, lon: i32) -> Xy {
        self.plane.xy(lat, lon)
    }

    pub(crate) fn area(&self, index: u16) -> &Area {
        &self.areas[usize::from(index)]
    }

    #[inline]
    fn around(&self, p: Xy, day: i64) -> impl Iterator<Item = (u16, &Area)> {
        let (column, row) = ((p.0 - self.low.0).div_euclid(CELL_CM), (p.1 - self.low.1).div_euclid(CELL_CM));
        let known = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        let cell = if known { (row * self.columns + column) as usize } else { 0 };
        let range = if known { self.cells[cell] as usize..self.cells[cell + 1] as usize } else { 0..0 };
        self.members[range]
            .iter()
            .map(|i| (*i, &self.areas[usize::from(*i)]))
            .filter(move |(_, a)| a.from <= day && day <= a.to)
    }

    /// The site that holds a point on a day, the first registered where several do; restricted areas are no sites.
    pub(crate) fn site(&self, p: Xy, day: i64) -> Option<u16> {
        self.around(p, day).find(|(_, a)| a.kind != Kind::Restricted && a.ring.holds(p)).map(|(i, _)| i)
    }

    /// Whether a site of a kind lies within so many centimetres, up to 300 metres.
    pub(crate) fn near(&self, p: Xy, day: i64, kind: Kind, cm: i64) -> bool {
        self.around(p, day).any(|(_, a)| a.kind == kind && (a.ring.holds(p) || a.ring.edge_within(p, cm)))
    }

    /// The restricted area that forbids this minute of the day well inside which a point lies.
    pub(crate) fn restricted(&self, p: Xy, day: i64, minute: i64, inside_cm: i64) -> Option<u16> {
        self.around(p, day)
            .find(|(_, a)| {
                a.kind == Kind::Restricted
                    && a.hours.iter().any(|h| h.holds(minute))
                    && a.ring.holds(p)
                    && !a.ring.edge_within(p, inside_cm)
            })
            .map(|(i, _)| i)
    }

    /// Whether the way between two points goes through a site of a kind that holds neither end.
    pub(crate) fn jumped(&self, a: Xy, b: Xy, day: i64, kind: Kind) -> bool {
        let through = |p| self.around(p, day).any(|(_, s)| s.kind == kind && s.ring.crossed(a, b));
        let steps = (distance2(a, b).isqrt() / CELL_CM + 1).min(64);
        (0..=steps).any(|i| through((a.0 + (b.0 - a.0) * i / steps, a.1 + (b.1 - a.1) * i / steps)))
    }

    /// Squared distance to the nearest permitted route of a vehicle on a day; none where it has none.
    ///
    /// `hint` is where the last answer was found: while the truck keeps to its route only a few segments are measured.
    pub(crate) fn off_route2(&self, vehicle: u32, day: i64, p: Xy, near_cm: i64, hint: &mut (u16, u32)) -> Option<i64> {
        let lines = self.routes.get(&vehicle)?;
        let valid = |l: &Line| l.from <= day && day <= l.to;
        if let Some(line) = lines.get(usize::from(hint.0)).filter(|l| valid(l)) {
            let begin = (hint.1 as usize).saturating_sub(1);
            for (i, pair) in line.points.windows(2).enumerate().skip(begin).take(4) {
                let d2 = segment_distance2(p, pair[0], pair[1]);
                if d2 <= near_cm * near_cm {
                    hint.1 = i as u32;
                    return Some(d2);
                }
            }
        }
        let mut best = None;
        for (which, line) in lines.iter().enumerate().filter(|(_, l)| valid(l)) {
            for (i, pair) in line.points.windows(2).enumerate() {
                let d2 = segment_distance2(p, pair[0], pair[1]);
                if best.is_none_or(|b| d2 < b) {
                    best = Some(d2);
                    *hint = (which as u16, i as u32);
                }
            }
        }
        best
    }

    pub(crate) fn certified(&self, vehicle: u32, day: i64) -> bool {
        self.certificates.get(&vehicle).is_some_and(|all| all.iter().any(|(from, to)| *from <= day && day <= *to))
    }
}
