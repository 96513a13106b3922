//! The roads of the district and what stands beside them.

use jiff::civil::Date;

use super::rng::Rng;
use crate::detection::sighting::Place;
use crate::detection::time::Hours;
use crate::detection::truck::geo::{Plane, Xy};
use crate::detection::truck::world::{Kind, Site};

/// Junctions along one side.
pub(crate) const SIDE: i64 = 25;
/// Distance between junctions, about, in centimetres.
const BLOCK_CM: i64 = 80_000;
/// Hours in which the inner district is closed to laden trucks.
pub(crate) const CLOSED: [Hours; 2] = [Hours { from: 420, to: 540 }, Hours { from: 990, to: 1_110 }];

/// A junction, by column and row.
pub(crate) type Node = (i64, i64);

/// A site beside a junction.
#[derive(Debug, Clone)]
pub(crate) struct Yard {
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    pub(crate) gate: Node,
    pub(crate) middle: Xy,
    ring: Vec<Xy>,
}

#[derive(Debug)]
pub(crate) struct Roads {
    pub(crate) plane: Plane,
    nodes: Vec<Xy>,
    pub(crate) yards: Vec<Yard>,
    /// The closed area, as a range of columns and rows.
    closed: (Node, Node),
    tunnels: Vec<(Node, Node)>,
}

impl Roads {
    pub(crate) fn new(seed: u64) -> Roads {
        let mut rng = Rng::new(seed, 1);
        let plane = Plane::new(31_150_000, 121_120_000);
        let mut nodes = Vec::new();
        for row in 0..SIDE {
            for column in 0..SIDE {
                let jitter = |rng: &mut Rng| rng.between(-15_000, 15_000);
                nodes.push((
                    (column - SIDE / 2) * BLOCK_CM + jitter(&mut rng),
                    (row - SIDE / 2) * BLOCK_CM + jitter(&mut rng),
                ));
            }
        }
        let mut roads = Roads { plane, nodes, yards: Vec::new(), closed: ((9, 9), (14, 14)), tunnels: Vec::new() };
        for (kind, count) in [(Kind::Loading, 14), (Kind::Disposal, 7), (Kind::Depot, 3), (Kind::Wash, 4)] {
            for _ in 0..count {
                roads.build(kind, &mut rng);
            }
        }
        for _ in 0..14 {
            let from = (rng.between(1, SIDE - 3), rng.between(1, SIDE - 3));
            let to = if rng.one_in(2) { (from.0 + 1, from.1) } else { (from.0, from.1 + 1) };
            roads.tunnels.push((from, to));
        }
        roads
    }

    fn build(&mut self, kind: Kind, rng: &mut Rng) {
        let gate = loop {
            let node = (rng.between(1, SIDE - 2), rng.between(1, SIDE - 2));
            if !self.in_closed(node) && self.yards.iter().all(|y| y.gate != node) {
                break node;
            }
        };
        let at = self.at(gate);
        let middle = (at.0 + 24_000, at.1 + 24_000);
        let half = rng.between(9_000, 15_000);
        let cut = half / 3;
        let ring = [
            (-half + cut, -half),
            (half, -half),
            (half, half - cut),
            (half - cut, half),
            (-half, half),
            (-half, -half + cut),
        ];
        let ring = ring.iter().map(|(x, y)| (middle.0 + x, middle.1 + y)).collect();
        let number = 100 + self.yards.len() as u32;
        self.yards.push(Yard { number, kind, gate, middle, ring });
    }

    pub(crate) fn at(&self, node: Node) -> Xy {
        let (column, row) = (node.0.clamp(0, SIDE - 1), node.1.clamp(0, SIDE - 1));
        self.nodes[(row * SIDE + column) as usize]
    }

    pub(crate) fn of(&self, kind: Kind) -> Vec<&Yard> {
        self.yards.iter().filter(|y| y.kind == kind).collect()
    }

    /// Whether a junction lies in the closed area.
    pub(crate) fn in_closed(&self, node: Node) -> bool {
        let ((a, b), (c, d)) = self.closed;
        (a..=c).contains(&node.0) && (b..=d).contains(&node.1)
    }

    /// Corners of the closed area: half a block beyond its junctions, more than they are off their places.
    pub(crate) fn closed_box(&self) -> (Xy, Xy) {
        let ((a, b), (c, d)) = self.closed;
        let edge = |n: i64, side: i64| (n - SIDE / 2) * BLOCK_CM + side * BLOCK_CM / 2;
        ((edge(a, -1), edge(b, -1)), (edge(c, 1), edge(d, 1)))
    }

    /// Whether high buildings stand around a point: a quarter of the district.
    pub(crate) fn canyon(&self, p: Xy) -> bool {
        p.0 > 200_000 && p.1 > 100_000 && p.0 < 600_000 && p.1 < 500_000
    }

    pub(crate) fn tunnel(&self, from: Node, to: Node) -> bool {
        self.tunnels.iter().any(|t| *t == (from, to) || *t == (to, from))
    }

    /// A way without detour; which of the many, `choice` says.
    pub(crate) fn way(&self, from: Node, to: Node, choice: u64) -> Vec<Node> {
        let mut rng = Rng::new(choice, 77);
        let mut way = vec![from];
        let mut here = from;
        // Keep straight for a while: trucks do not turn at every junction.
        let mut along = rng.one_in(2);
        while here != to {
            let (dx, dy) = ((to.0 - here.0).signum(), (to.1 - here.1).signum());
            if rng.one_in(3) {
                along = !along;
            }
            if (along && dx != 0) || dy == 0 {
                here.0 += dx
            } else {
                here.1 += dy
            }
            way.push(here);
        }
        way
    }

    /// The register of all sites.
    pub(crate) fn register(&self, first: Date) -> Vec<Site> {
        let place = |p: &Xy| self.plane.place(*p);
        let from = first.saturating_sub(jiff::Span::new().days(30));
        let mut sites: Vec<Site> = self
            .yards
            .iter()
            .map(|y| Site {
                number: y.number,
                kind: y.kind,
                ring: y.ring.iter().map(place).collect(),
                from,
                to: None,
                hours: Vec::new(),
            })
            .collect();
        let (low, high) = self.closed_box();
        let ring: Vec<Place> = [low, (high.0, low.1), high, (low.0, high.1)].iter().map(place).collect();
        sites.push(Site { number: 1, kind: Kind::Restricted, ring, from, to: None, hours: CLOSED.to_vec() });
        sites
    }
}
