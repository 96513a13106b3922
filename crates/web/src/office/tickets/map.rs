//! A plain map drawn by the server: the roads, towns and places of the gazetteer around what is shown. No tiles, no service, no script.

use understanding::{Gazetteer, Point, metres};

/// A map ready to draw; its unit is a pixel.
#[derive(Debug, Default)]
pub(crate) struct Map {
    pub(crate) width: i64,
    pub(crate) height: i64,
    /// Areas: outline and name with its place.
    pub(crate) areas: Vec<String>,
    /// Roads: a path.
    pub(crate) roads: Vec<String>,
    /// Names: where, what.
    pub(crate) names: Vec<(i64, i64, String)>,
    /// Points: x, y, radius, class, title, address.
    pub(crate) dots: Vec<Dot>,
    /// Radius of the circle around the middle, and what it is.
    pub(crate) ring: Option<(i64, String)>,
}

/// A point of the map.
#[derive(Debug, Clone)]
pub(crate) struct Dot {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) r: i64,
    pub(crate) class: &'static str,
    pub(crate) title: String,
    pub(crate) href: String,
}

/// A window on the ground: its middle and how many metres wide it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) middle: Point,
    pub(crate) metres: f64,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

impl Window {
    /// Where a point of the ground stands on the map.
    pub(crate) fn at(&self, point: Point) -> (i64, i64) {
        let scale = self.width as f64 / self.metres;
        let east =
            metres([self.middle[0], self.middle[1]], [point[0], self.middle[1]]) * (point[0] - self.middle[0]).signum();
        let north =
            metres([self.middle[0], self.middle[1]], [self.middle[0], point[1]]) * (point[1] - self.middle[1]).signum();
        let x = self.width as f64 / 2.0 + east * scale;
        let y = self.height as f64 / 2.0 - north * scale;
        (x.round() as i64, y.round() as i64)
    }

    /// Whether any of these may be seen, with a little around.
    fn sees(&self, points: &[Point]) -> bool {
        let reach = self.metres;
        points.iter().any(|p| metres(*p, self.middle) < reach)
    }

    /// Whether a point lies on the map.
    pub(crate) fn shows(&self, point: Point) -> bool {
        let (x, y) = self.at(point);
        (0..=self.width).contains(&x) && (0..=self.height).contains(&y)
    }

    /// A path through these points.
    pub(crate) fn path(&self, points: &[Point], closed: bool) -> String {
        let mut path = String::new();
        for (n, point) in points.iter().enumerate() {
            let (x, y) = self.at(*point);
            path.push_str(&format!("{}{x} {y}", if n == 0 { "M" } else { "L" }));
        }
        if closed {
            path.push('Z');
        }
        path
    }

    /// The ground: roads and rivers with their names, and areas.
    pub(crate) fn ground(&self, gazetteer: &Gazetteer) -> Map {
        let mut map = Map { width: self.width, height: self.height, ..Map::default() };
        for place in gazetteer.places() {
            if !place.line.is_empty() && self.sees(&place.line) {
                map.roads.push(self.path(&place.line, false));
                let middle = place.line[place.line.len() / 2];
                if self.shows(middle) && map.names.len() < 24 {
                    let (x, y) = self.at(middle);
                    map.names.push((x, y, place.name.clone()));
                }
            }
            if !place.area.is_empty() && self.sees(&place.area) {
                map.areas.push(self.path(&place.area, true));
            }
        }
        map
    }
}

/// The map of a ticket: itself in the middle, likely fellows around.
pub(crate) fn of_ticket(
    row: &intake::read::Row,
    fellows: &[intake::repeats::Fellow],
    gazetteer: &Gazetteer,
) -> Option<Map> {
    let degrees = |at: (i64, i64)| [at.0 as f64 / 1e6, at.1 as f64 / 1e6];
    let middle = degrees(row.at?);
    let window = Window { middle, metres: 900.0, width: 360, height: 220 };
    let mut map = window.ground(gazetteer);
    for place in gazetteer.places().iter().filter(|p| p.line.is_empty()) {
        if let Some(point) = place.point().filter(|p| window.shows(*p) && metres(*p, middle) > 30.0)
            && map.names.len() < 24
        {
            let (x, y) = window.at(point);
            map.names.push((x, y, place.name.clone()));
        }
    }
    let mut near = 0;
    for fellow in fellows {
        let Some(point) = fellow.row.at.map(degrees).filter(|p| window.shows(*p)) else { continue };
        near += i64::from(metres(point, middle) <= 200.0);
        let (x, y) = window.at(point);
        map.dots.push(Dot {
            x,
            y,
            r: 5,
            class: "near",
            title: fellow.row.title.clone(),
            href: format!("/office/tickets/{}", fellow.row.id),
        });
    }
    let (x, y) = window.at(middle);
    map.dots.push(Dot { x, y, r: 7, class: "here", title: row.title.clone(), href: String::new() });
    map.ring = Some((window.width * 200 / 900, format!("200 米内相近 {near} 件")));
    Some(map)
}

/// The map of the places a text may mean, each with its number in the list.
pub(crate) fn of_candidates(candidates: &[understanding::Candidate], gazetteer: &Gazetteer) -> Option<Map> {
    let points: Vec<(usize, Point, &str)> = candidates
        .iter()
        .take(5)
        .enumerate()
        .filter_map(|(at, c)| Some((at + 1, c.point()?, c.name.as_str())))
        .collect();
    let (_, middle, _) = points.first()?;
    let far = points.iter().map(|p| metres(p.1, *middle)).fold(0.0, f64::max);
    let window = Window { middle: *middle, metres: (far * 2.6).clamp(900.0, 20_000.0), width: 360, height: 200 };
    let mut map = window.ground(gazetteer);
    for (number, point, name) in points.iter().rev() {
        let (x, y) = window.at(*point);
        map.names.push((x + 9, y - 6, format!("{number} {name}")));
        let class = if *number == 1 { "here" } else { "near" };
        map.dots.push(Dot { x, y, r: 6, class, title: (*name).to_owned(), href: String::new() });
    }
    Some(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_up_and_east_is_right() {
        let window = Window { middle: [121.1, 31.1], metres: 1000.0, width: 500, height: 300 };
        assert_eq!(window.at([121.1, 31.1]), (250, 150));
        let (x, y) = window.at([121.101, 31.101]);
        // A thousandth of a degree is 95 m east and 111 m north there; half a pixel a metre.
        assert!((296..=299).contains(&x) && (93..=96).contains(&y), "{x} {y}");
        assert!(window.shows([121.1, 31.1]) && !window.shows([121.2, 31.1]));
    }
}
