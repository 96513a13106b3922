//! The heat map: cells of the ground with how many tickets lie in each, as the server draws them.

use std::collections::BTreeMap;

use intake::insight::{Asked, Cell};
use understanding::{Gazetteer, Point, metres};

use super::insight::href;
use super::map::{Map, Window};

/// Pixels of the map.
const WIDTH: i64 = 960;
const HEIGHT: i64 = 620;
/// A cell is at least so wide that its number can be read.
const CELL_PX: f64 = 34.0;
/// The widest window: what lies further apart than a district is wide is left out.
const METRES_MAX: f64 = 60_000.0;

/// A cell ready to draw.
pub(crate) struct Square {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) count: i64,
    /// One to five, the darker the more.
    pub(crate) level: i64,
    pub(crate) href: String,
}

impl Square {
    pub(crate) fn middle(&self) -> (i64, i64) {
        (self.x + self.width / 2, self.y + self.height / 2 + 4)
    }
}

/// The map with its cells.
pub(crate) struct Heat {
    pub(crate) ground: Map,
    pub(crate) squares: Vec<Square>,
    /// Width of a cell on the ground, `500 米`, `2 公里`.
    pub(crate) wide: String,
    /// Tickets shown.
    pub(crate) tickets: i64,
}

/// The heat map of these cells, none where no ticket has a place on the ground.
pub(crate) fn of(cells: &[(Cell, i64)], asked: &Asked, gazetteer: &Gazetteer) -> Option<Heat> {
    let degrees = |n: i64| n as f64 / 1e6;
    let bounds: Vec<[i64; 4]> = cells.iter().filter_map(|(cell, _)| cell.bounds()).collect();
    let west = degrees(bounds.iter().map(|b| b[0]).min()?);
    let east = degrees(bounds.iter().map(|b| b[1]).max()?);
    let south = degrees(bounds.iter().map(|b| b[2]).min()?);
    let north = degrees(bounds.iter().map(|b| b[3]).max()?);
    let middle: Point = [(west + east) / 2.0, (south + north) / 2.0];
    let across = metres([west, middle[1]], [east, middle[1]]);
    let up = metres([middle[0], south], [middle[0], north]);
    // As much as holds both ways, with a little around, and never less than a few streets.
    let wide = (across.max(up * WIDTH as f64 / HEIGHT as f64) * 1.08).clamp(4_000.0, METRES_MAX);
    let window = Window { middle, metres: wide, width: WIDTH, height: HEIGHT };
    let smallest = 500.0 * WIDTH as f64 / wide;
    let size = ((CELL_PX / smallest).ceil() as i64).clamp(1, Cell::SIZE_MAX);
    let mut counts: BTreeMap<Cell, i64> = BTreeMap::new();
    for (cell, tickets) in cells {
        *counts.entry(cell.within(size)).or_default() += tickets;
    }
    let most = counts.values().copied().max()?.max(1);
    let mut squares = Vec::new();
    for (cell, count) in counts {
        let Some([west, east, south, north]) = cell.bounds().map(|b| b.map(degrees)) else { continue };
        if !window.shows([(west + east) / 2.0, (south + north) / 2.0]) {
            continue;
        }
        let ((left, bottom), (right, top)) = (window.at([west, south]), window.at([east, north]));
        squares.push(Square {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
            count,
            level: (count * 5 + most - 1) / most,
            href: format!("{}&cell={}.{}.{}", href(asked, None), cell.east, cell.north, cell.size),
        });
    }
    let wide = if size % 2 == 0 {
        format!("{} 公里", size / 2)
    } else if size == 1 {
        "500 米".to_owned()
    } else {
        format!("{}.5 公里", size / 2)
    };
    Some(Heat { ground: window.ground(gazetteer), tickets: squares.iter().map(|s| s.count).sum(), squares, wide })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_cell_of_a_district_is_drawn_once_and_wide_enough_for_its_number() {
        let asked = Asked {
            days: (date(2024, 3, 1), date(2024, 3, 31)),
            unit: None,
            town: None,
            matter: None,
            today: date(2024, 4, 1),
            span: None,
        };
        let gazetteer = Gazetteer::new(Vec::new()).unwrap();
        let cell = |east: i64, north: i64| Cell { east: 23_000 + east, north: 6_900 + north, size: 1 };
        assert!(of(&[], &asked, &gazetteer).is_none());
        let one = of(&[(cell(0, 0), 3)], &asked, &gazetteer).unwrap();
        assert_eq!((one.wide.as_str(), one.squares.len(), one.squares[0].level), ("500 米", 1, 5));
        // Some forty kilometres across.
        let many: Vec<(Cell, i64)> = (0..80).map(|n| (cell(n, n / 2), n + 1)).collect();
        let heat = of(&many, &asked, &gazetteer).unwrap();
        assert_eq!(heat.tickets, (1..=80).sum::<i64>());
        assert!(heat.squares.iter().all(|s| s.width >= 33 && s.height >= 33 && (1..=5).contains(&s.level)));
        assert!(heat.squares[0].href.starts_with("/office/tickets?from=2024-03-01&to=2024-03-31&cell="));
    }
}
