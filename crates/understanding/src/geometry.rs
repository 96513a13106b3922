//! Points, polygons and lines in longitude and latitude (CGCS2000), for a district: distances in metres, good to a per mille over 40 km.

/// Longitude and latitude in degrees.
pub type Point = [f64; 2];

const METRES_A_DEGREE: f64 = 111_320.0;
/// The latitude for which a degree of longitude is measured: the middle of the city.
const LATITUDE: f64 = 31.13;

fn east() -> f64 {
    METRES_A_DEGREE * LATITUDE.to_radians().cos()
}

/// Metres between two points.
pub fn metres(a: Point, b: Point) -> f64 {
    ((a[0] - b[0]) * east()).hypot((a[1] - b[1]) * METRES_A_DEGREE)
}

/// Whether a point lies in a polygon (its border counts by chance, as with any half-open rule).
pub fn inside(point: Point, polygon: &[Point]) -> bool {
    let mut inside = false;
    for (at, a) in polygon.iter().enumerate() {
        let b = polygon[(at + 1) % polygon.len()];
        if (a[1] > point[1]) != (b[1] > point[1]) && point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
        {
            inside = !inside;
        }
    }
    inside
}

/// The point of a piece of a line that is nearest to a point.
fn nearest(point: Point, a: Point, b: Point) -> Point {
    let (dx, dy) = ((b[0] - a[0]) * east(), (b[1] - a[1]) * METRES_A_DEGREE);
    let (px, py) = ((point[0] - a[0]) * east(), (point[1] - a[1]) * METRES_A_DEGREE);
    let length = dx * dx + dy * dy;
    let part = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
}

/// Where two lines cross, or come nearest when they come within `reach` metres.
pub fn crossing(one: &[Point], other: &[Point], reach: f64) -> Option<Point> {
    let mut best: Option<(f64, Point)> = None;
    for a in one.windows(2) {
        for b in other.windows(2) {
            if let Some(point) = cut(a[0], a[1], b[0], b[1]) {
                return Some(point);
            }
            let ends = [
                (a[0], nearest(a[0], b[0], b[1])),
                (a[1], nearest(a[1], b[0], b[1])),
                (b[0], nearest(b[0], a[0], a[1])),
                (b[1], nearest(b[1], a[0], a[1])),
            ];
            for (p, q) in ends {
                let apart = metres(p, q);
                if best.is_none_or(|(d, _)| apart < d) {
                    best = Some((apart, q));
                }
            }
        }
    }
    best.filter(|(apart, _)| *apart <= reach).map(|(_, point)| point)
}

fn cut(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (r, s) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let across = r[0] * s[1] - r[1] * s[0];
    if across == 0.0 {
        return None;
    }
    let t = ((c[0] - a[0]) * s[1] - (c[1] - a[1]) * s[0]) / across;
    let u = ((c[0] - a[0]) * r[1] - (c[1] - a[1]) * r[0]) / across;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then(|| [a[0] + r[0] * t, a[1] + r[1] * t])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_inside_from_outside() {
        let square = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
        assert!(inside([1.0, 1.0], &square));
        assert!(!inside([3.0, 1.0], &square));
    }

    #[test]
    fn finds_crossings_and_near_meetings() {
        let point = crossing(&[[0.0, 0.0], [2.0, 2.0]], &[[0.0, 2.0], [2.0, 0.0]], 0.0).expect("they cross");
        assert!((point[0] - 1.0).abs() < 1e-9 && (point[1] - 1.0).abs() < 1e-9);
        // 0.0003 degrees of latitude are 33.4 m.
        assert!(crossing(&[[121.0, 31.0], [121.01, 31.0]], &[[121.005, 31.0003], [121.005, 31.01]], 60.0).is_some());
        assert!(crossing(&[[121.0, 31.0], [121.01, 31.0]], &[[121.005, 31.0009], [121.005, 31.01]], 60.0).is_none());
    }
}
