//! Whether two complaints are about the same thing, and the keys by which an index finds those worth comparing.

use serde::Serialize;

use crate::geometry::{Point, metres};
use crate::reader::Reading;

/// What is compared of a complaint. It holds hashes only: no text, no caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Day, counted from any fixed day.
    pub day: i32,
    /// The likeliest families, by hash.
    pub families: [u64; 3],
    /// The likeliest place, by hash.
    pub place: Option<u64>,
    /// What the caller calls a place that is not listed, by hash.
    pub named: Option<u64>,
    /// The road, with its house number when one was named.
    pub road: Option<u64>,
    /// The point.
    pub point: Option<Point>,
    /// The caller, by a hash the product makes.
    pub caller: Option<u64>,
    /// Hashes of the text's words.
    pub sketch: Box<[u32]>,
}

/// How alike two complaints are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Likeness {
    /// From 0 to 1.
    pub score: f32,
    /// Why, for the desk.
    pub reasons: Vec<String>,
    /// Whether to propose joining them. Never by the text alone.
    pub join: bool,
}

/// Below this score of the first candidate a place is too doubtful to be a key.
const PLACE_SURE: f32 = 0.55;
/// The edge of a cell, in degrees: about 100 m.
const CELL: [f64; 2] = [0.00105, 0.0009];
/// How many weeks before and after a repeat is looked for: 90 days.
pub const WEEKS: i32 = 13;

impl Trace {
    /// The trace of a reading. `caller` is a hash the product makes; `day` counts from any fixed day.
    pub fn new(reading: &Reading, day: i32, caller: Option<u64>) -> Self {
        let first = reading.place.candidates.first().filter(|c| c.score >= PLACE_SURE);
        let family =
            |at: usize| reading.families.get(at).filter(|f| at == 0 || f.score > 0.04).map_or(0, |f| hash(&[&f.id]));
        Self {
            day,
            families: [family(0), family(1), family(2)],
            place: first.map(|c| {
                hash(&[&c.id, c.other.as_deref().unwrap_or_default(), c.number.as_deref().unwrap_or_default()])
            }),
            named: reading.place.unlisted.first().filter(|_| first.is_none()).map(|name| hash(&[name])),
            road: first.and_then(|c| c.number.as_ref().map(|number| hash(&[&c.id, number]))),
            point: first.and_then(crate::locate::Candidate::point),
            caller,
            sketch: reading.sketch.clone().into_boxed_slice(),
        }
    }

    /// Keys to be stored with the complaint.
    pub fn keys(&self) -> Vec<u64> {
        let week = self.day.div_euclid(7);
        let mut keys = Vec::new();
        self.each(|kind, value| keys.push(key(kind, value, week)));
        keys
    }

    /// Keys to look up when fellows are searched: the same, over the weeks before and after (an old complaint is looked at again, a late one
    /// comes by import), and the cells around.
    pub fn search_keys(&self) -> Vec<u64> {
        let week = self.day.div_euclid(7);
        let mut keys = Vec::new();
        for week in (week - WEEKS..=week + WEEKS).rev() {
            self.each(|kind, value| {
                if kind != CELL_KIND {
                    keys.push(key(kind, value, week));
                }
            });
            if let Some(point) = self.point {
                let (x, y) = cell(point);
                for (dx, dy) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 0), (0, 1), (1, -1), (1, 0), (1, 1)] {
                    for family in self.likely() {
                        keys.push(key(CELL_KIND, cell_value(x + dx, y + dy, family), week));
                    }
                }
            }
        }
        keys
    }

    /// The families there are.
    fn likely(&self) -> impl Iterator<Item = u64> {
        self.families.into_iter().filter(|family| *family != 0)
    }

    fn each(&self, mut with: impl FnMut(u64, u64)) {
        if let Some(place) = self.place {
            with(1, place);
        }
        if let Some(road) = self.road {
            with(2, road);
        }
        if let Some(point) = self.point {
            let (x, y) = cell(point);
            for family in self.likely() {
                with(CELL_KIND, cell_value(x, y, family));
            }
        }
        if let Some(caller) = self.caller {
            with(4, caller);
        }
        if let Some(named) = self.named {
            with(6, named);
        }
        if self.place.is_none() {
            for &word in self.sketch.iter().take(3) {
                with(5, u64::from(word) ^ self.families[0]);
            }
        }
    }
}

const CELL_KIND: u64 = 3;

/// How alike two complaints are, with reasons.
pub fn likeness(a: &Trace, b: &Trace) -> Likeness {
    let mut reasons = Vec::new();
    let mut score = 0.0;
    let family = a.families[0] == b.families[0] && a.families[0] != 0;
    let related = a.families.iter().any(|f| *f != 0 && b.families.contains(f));
    if family {
        score += 0.24;
        reasons.push("同一类问题".to_owned());
    } else if related {
        score += 0.12;
        reasons.push("可能是同一类问题".to_owned());
    } else {
        score -= 0.12;
    }
    let apart = a.point.zip(b.point).map(|(a, b)| metres(a, b));
    let same = (a.place.is_some() && a.place == b.place) || (a.road.is_some() && a.road == b.road);
    let close = same || apart.is_some_and(|m| m <= 60.0);
    if same {
        score += 0.38;
        reasons.push("同一地点".to_owned());
    } else if let Some(metres) = apart {
        score += match metres {
            ..=60.0 => 0.32,
            ..=150.0 => 0.22,
            ..=400.0 => 0.08,
            ..=1500.0 => -0.1,
            _ => -0.35,
        };
        if metres <= 400.0 {
            reasons.push(format!("相距约{metres:.0}米"));
        }
    }
    if !close && a.named.is_some() && a.named == b.named {
        score += 0.2;
        reasons.push("地点叫法相同".to_owned());
    }
    let caller = a.caller.is_some() && a.caller == b.caller;
    if caller {
        score += 0.22;
        reasons.push("同一来电人".to_owned());
    }
    let words = shared(&a.sketch, &b.sketch);
    score += 0.5 * words;
    if words >= 0.15 {
        reasons.push("用词相近".to_owned());
    }
    let days = a.day.abs_diff(b.day);
    score += match days {
        0..=7 => 0.12,
        8..=30 => 0.08,
        31..=60 => 0.0,
        61..=90 => -0.04,
        _ => -0.3,
    };
    reasons.push(match days {
        0 => "同一天".to_owned(),
        _ => format!("相隔{days}天"),
    });
    let near = apart.is_none_or(|m| m <= 400.0);
    let join = days <= 30
        && family
        && ((close && (caller || words >= JOIN_WORDS)) || (caller && near && (a.place.is_some() || words >= 0.3)));
    Likeness { score: score.clamp(0.0, 1.0), reasons, join }
}

/// Two complaints of one family at one place are proposed for joining only when they share this part of their words, or the caller:
/// a busy corner has many stalls.
const JOIN_WORDS: f32 = 0.07;

/// The share of words two sketches have in common (of the smallest ones of both together).
fn shared(a: &[u32], b: &[u32]) -> f32 {
    let (mut at, mut bt, mut both, mut all) = (0, 0, 0, 0);
    let most = a.len().min(b.len());
    while at < a.len() && bt < b.len() && all < most {
        all += 1;
        match a[at].cmp(&b[bt]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => bt += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                at += 1;
                bt += 1;
            }
        }
    }
    if all == 0 { 0.0 } else { both as f32 / all as f32 }
}

fn cell(point: Point) -> (i64, i64) {
    ((point[0] / CELL[0]).floor() as i64, (point[1] / CELL[1]).floor() as i64)
}

fn cell_value(x: i64, y: i64, family: u64) -> u64 {
    mix(mix(x as u64, y as u64), family)
}

fn key(kind: u64, value: u64, week: i32) -> u64 {
    mix(mix(kind, value), i64::from(week) as u64)
}

fn mix(a: u64, b: u64) -> u64 {
    let mixed = (a ^ b.rotate_left(31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// A hash of words, for places, roads and callers; the same on every machine.
pub fn hash(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace() -> Trace {
        Trace {
            day: 100,
            families: [hash(&["stall"]), 0, 0],
            place: Some(7),
            named: None,
            road: None,
            point: Some([121.1, 31.1]),
            caller: None,
            sketch: Box::new([1, 2, 3, 4, 5, 6]),
        }
    }

    #[test]
    fn the_same_words_alone_never_join() {
        let (mut a, mut b) = (trace(), trace());
        assert!(likeness(&a, &b).join);
        (a.place, a.point) = (None, None);
        assert!(!likeness(&a, &b).join);
        (b.place, b.point) = (None, None);
        assert!(!likeness(&a, &b).join);
    }

    #[test]
    fn an_unlisted_name_lists_but_does_not_join() {
        let a = Trace { place: None, point: None, named: Some(3), ..trace() };
        let like = likeness(&a, &a.clone());
        assert!(like.score > 0.5 && !like.join);
        assert!(like.reasons.iter().any(|reason| reason == "地点叫法相同"));
    }

    #[test]
    fn far_or_long_ago_or_of_another_kind_does_not_join() {
        let a = trace();
        assert!(!likeness(&a, &Trace { place: Some(8), point: Some([121.2, 31.1]), ..trace() }).join);
        assert!(!likeness(&a, &Trace { day: 160, ..trace() }).join);
        assert!(!likeness(&a, &Trace { families: [hash(&["fume"]), 0, 0], ..trace() }).join);
    }

    #[test]
    fn fellows_share_a_key() {
        let (a, b) = (trace(), Trace { day: 120, place: None, ..trace() });
        let search = b.search_keys();
        assert!(a.keys().iter().any(|key| search.contains(key)));
    }
}
