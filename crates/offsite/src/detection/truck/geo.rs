//! Plane geometry in whole centimetres.

use crate::detection::sighting::Place;

/// A point of the district’s plane: east and north of its origin, centimetres.
pub(crate) type Xy = (i64, i64);

/// cos of whole degrees, times 2^15.
const COS: [i64; 91] = [
    32768, 32763, 32748, 32723, 32688, 32643, 32588, 32524, 32449, 32365, 32270, 32166, 32052, 31928, 31795, 31651,
    31499, 31336, 31164, 30983, 30792, 30592, 30382, 30163, 29935, 29698, 29452, 29197, 28932, 28660, 28378, 28088,
    27789, 27482, 27166, 26842, 26510, 26170, 25822, 25466, 25102, 24730, 24351, 23965, 23571, 23170, 22763, 22348,
    21926, 21498, 21063, 20622, 20174, 19720, 19261, 18795, 18324, 17847, 17364, 16877, 16384, 15886, 15384, 14876,
    14365, 13848, 13328, 12803, 12275, 11743, 11207, 10668, 10126, 9580, 9032, 8481, 7927, 7371, 6813, 6252, 5690,
    5126, 4560, 3993, 3425, 2856, 2286, 1715, 1144, 572, 0,
];

/// The plane around an origin. Over a district of fifty kilometres its distances are right to half a per cent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    lat: i64,
    lon: i64,
    cos: i64,
}

impl Plane {
    pub(crate) fn new(lat: i32, lon: i32) -> Plane {
        let degrees = i64::from(lat).abs().min(90_000_000);
        let (whole, part) = (degrees / 1_000_000, degrees % 1_000_000);
        let at = |d: i64| COS[d.min(90) as usize];
        let cos = at(whole) + (at(whole + 1) - at(whole)) * part / 1_000_000;
        Plane { lat: i64::from(lat), lon: i64::from(lon), cos }
    }

    /// A micro-degree of a meridian is 11.132 cm.
    #[inline]
    pub(crate) fn xy(&self, lat: i32, lon: i32) -> Xy {
        let (east, north) = (i64::from(lon) - self.lon, i64::from(lat) - self.lat);
        ((east * 11_132 * self.cos) / (32_768 * 1_000), north * 11_132 / 1_000)
    }
}

impl Plane {
    /// The place of a point, to a micro-degree.
    pub(crate) fn place(&self, p: Xy) -> Place {
        let lat = self.lat + p.1 * 1_000 / 11_132;
        let lon = self.lon + p.0 * 1_000 * 32_768 / (11_132 * self.cos.max(1));
        Place { lat: lat as i32, lon: lon as i32 }
    }
}

#[inline]
pub(crate) fn distance2(a: Xy, b: Xy) -> i64 {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    dx * dx + dy * dy
}

pub(crate) fn distance(a: Xy, b: Xy) -> i64 {
    distance2(a, b).isqrt()
}

#[inline]
fn cross(o: Xy, a: Xy, b: Xy) -> i64 {
    (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0)
}

/// Squared distance from a point to a segment.
pub(crate) fn segment_distance2(p: Xy, a: Xy, b: Xy) -> i64 {
    let length2 = distance2(a, b);
    let along = (p.0 - a.0) * (b.0 - a.0) + (p.1 - a.1) * (b.1 - a.1);
    if along <= 0 {
        distance2(p, a)
    } else if along >= length2 {
        distance2(p, b)
    } else {
        let area = i128::from(cross(a, b, p));
        i64::try_from(area * area / i128::from(length2)).unwrap_or(i64::MAX)
    }
}

/// Whether two segments meet; touching counts.
pub(crate) fn segments_meet(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let (e, f) = (cross(a, b, c).signum(), cross(a, b, d).signum());
    let (g, h) = (cross(c, d, a).signum(), cross(c, d, b).signum());
    let apart = a.0.max(b.0) < c.0.min(d.0)
        || c.0.max(d.0) < a.0.min(b.0)
        || a.1.max(b.1) < c.1.min(d.1)
        || c.1.max(d.1) < a.1.min(b.1);
    !apart && e * f <= 0 && g * h <= 0
}

/// A closed polygon with its box.
#[derive(Debug, Clone)]
pub(crate) struct Ring {
    points: Vec<Xy>,
    pub(crate) low: Xy,
    pub(crate) high: Xy,
}

impl Ring {
    /// A ring of at least three points; fewer hold nothing.
    pub(crate) fn new(points: Vec<Xy>) -> Ring {
        let low = points.iter().fold((i64::MAX, i64::MAX), |l, p| (l.0.min(p.0), l.1.min(p.1)));
        let high = points.iter().fold((i64::MIN, i64::MIN), |h, p| (h.0.max(p.0), h.1.max(p.1)));
        Ring { points, low, high }
    }

    fn edges(&self) -> impl Iterator<Item = (Xy, Xy)> + '_ {
        let last = self.points.last().copied();
        self.points.iter().copied().scan(last, |before, p| before.replace(p).map(|b| (b, p)))
    }

    /// Whether a point lies in the ring; one on its edge may count as either, always the same.
    pub(crate) fn holds(&self, p: Xy) -> bool {
        if p.0 < self.low.0 || p.0 > self.high.0 || p.1 < self.low.1 || p.1 > self.high.1 {
            return false;
        }
        let mut inside = false;
        for (a, b) in self.edges() {
            if (a.1 > p.1) != (b.1 > p.1) {
                let turn = cross(a, b, p);
                inside ^= if b.1 > a.1 { turn > 0 } else { turn < 0 };
            }
        }
        inside
    }

    /// Whether some edge is nearer than so many centimetres.
    pub(crate) fn edge_within(&self, p: Xy, cm: i64) -> bool {
        if p.0 < self.low.0 - cm || p.0 > self.high.0 + cm || p.1 < self.low.1 - cm || p.1 > self.high.1 + cm {
            return false;
        }
        self.edges().any(|(a, b)| segment_distance2(p, a, b) < cm * cm)
    }

    /// Whether a segment goes through an edge.
    pub(crate) fn crossed(&self, a: Xy, b: Xy) -> bool {
        let (low, high) = ((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)));
        if high.0 < self.low.0 || low.0 > self.high.0 || high.1 < self.low.1 || low.1 > self.high.1 {
            return false;
        }
        self.edges().any(|(c, d)| segments_meet(a, b, c, d))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_knows_known_distances() {
        let plane = Plane::new(31_150_000, 121_120_000);
        // A hundredth of a degree: north 1113.2 m; east at 31.15° N 1113.2 × 0.8558 = 952.7 m.
        let (x, y) = plane.xy(31_160_000, 121_130_000);
        assert_eq!(y, 111_320);
        assert!((x - 95_270).abs() < 60, "{x}");
        assert_eq!(distance((0, 0), (300, 400)), 500);
    }

    #[test]
    fn rings_hold_and_are_crossed() {
        let ring = Ring::new(vec![(0, 0), (100, 0), (100, 100), (50, 40), (0, 100)]);
        assert!(ring.holds((20, 30)) && ring.holds((90, 60)) && !ring.holds((50, 80)) && !ring.holds((120, 50)));
        assert!(ring.edge_within((110, 50), 11) && !ring.edge_within((110, 50), 10));
        assert!(ring.crossed((-50, 20), (150, 20)) && !ring.crossed((-50, -20), (150, -20)));
        assert!(!ring.crossed((20, 20), (30, 20)), "within");
        assert_eq!(segment_distance2((5, 7), (0, 0), (10, 0)), 49);
        assert_eq!(segment_distance2((13, 4), (0, 0), (10, 0)), 25);
    }
}
