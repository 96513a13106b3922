//! The bureau's places by name, alias, short form and sound.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::geometry::Point;
use crate::homophone::sound;
use crate::short_names::shorts;
use crate::text::fold;

/// A place of the gazetteer, as its file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    /// Its number.
    pub id: String,
    /// `road`, `estate`, `shop`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What people call it besides.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The town or sub-district.
    #[serde(default)]
    pub town: String,
    /// All towns of a road that crosses several.
    #[serde(default)]
    pub towns: Vec<String>,
    /// Longitude, where the place was measured.
    #[serde(default)]
    pub lon: Option<f64>,
    /// Latitude.
    #[serde(default)]
    pub lat: Option<f64>,
    /// The road it stands at.
    #[serde(default)]
    pub road: Option<String>,
    /// Its house number on that road.
    #[serde(default)]
    pub number: Option<String>,
    /// The line of a road or river.
    #[serde(default)]
    pub line: Vec<Point>,
    /// The outline of an area.
    #[serde(default)]
    pub area: Vec<Point>,
}

impl Place {
    /// Where it is, if it was measured.
    pub fn point(&self) -> Option<Point> {
        Some([self.lon?, self.lat?])
    }
}

/// How the text names a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// By its name.
    Name,
    /// By an alias.
    Alias,
    /// By characters of the same sound.
    Sound,
    /// By a shortened name.
    Short,
    /// With one wrong character.
    Slip,
}

/// A name of a place met in a text.
#[derive(Debug, Clone)]
pub(crate) struct Met {
    pub(crate) place: usize,
    pub(crate) span: Range<usize>,
    pub(crate) naming: Naming,
}

#[derive(Debug, Clone)]
struct Label {
    chars: Box<[char]>,
    sounds: Box<[char]>,
    place: u32,
    naming: Naming,
}

/// Places and the index of their names.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    places: Vec<Place>,
    by_id: HashMap<String, usize>,
    labels: Vec<Label>,
    by_start: HashMap<[char; 2], Vec<u32>>,
    by_second: HashMap<[char; 2], Vec<u32>>,
    along: HashMap<String, Vec<usize>>,
    towns: Vec<(String, Vec<Point>)>,
}

impl Gazetteer {
    /// Reads places, one JSON object a line.
    ///
    /// # Errors
    /// When a line is not a place, or an id stands twice.
    pub fn read(jsonl: &str) -> Result<Self, Trouble> {
        let mut places = Vec::new();
        for (at, line) in jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            places
                .push(serde_json::from_str(line).map_err(|e| Trouble::new("places", format!("line {}: {e}", at + 1)))?);
        }
        Self::new(places)
    }

    /// Builds the index.
    ///
    /// # Errors
    /// When an id stands twice.
    pub fn new(places: Vec<Place>) -> Result<Self, Trouble> {
        let mut gazetteer = Self::default();
        for (at, place) in places.iter().enumerate() {
            if gazetteer.by_id.insert(place.id.clone(), at).is_some() {
                return Err(Trouble::new("places", format!("{} stands twice", place.id)));
            }
            gazetteer.label(at, &place.name, Naming::Name);
            for alias in &place.aliases {
                gazetteer.label(at, alias, Naming::Alias);
            }
            for short in shorts(&place.name) {
                gazetteer.label(at, &short, Naming::Short);
            }
            for alias in &place.aliases {
                for short in shorts(alias).iter().take(1) {
                    gazetteer.label(at, short, Naming::Short);
                }
            }
            if let Some(road) = &place.road {
                gazetteer.along.entry(road.clone()).or_default().push(at);
            }
        }
        gazetteer.places = places;
        Ok(gazetteer)
    }

    /// Adds the outlines of the towns: a JSON object from name to polygon.
    ///
    /// # Errors
    /// When it is not that.
    pub fn with_towns(self, json: &str) -> Result<Self, Trouble> {
        let towns: std::collections::BTreeMap<String, Vec<Point>> =
            serde_json::from_str(json).map_err(|e| Trouble::new("towns", e))?;
        Ok(self.with_outlines(towns.into_iter().collect()))
    }

    /// Adds the towns by name, each with its outline; an empty outline holds no point, and the town is still known by name.
    #[must_use]
    pub fn with_outlines(mut self, towns: Vec<(String, Vec<Point>)>) -> Self {
        self.towns = towns;
        self
    }

    fn label(&mut self, place: usize, name: &str, naming: Naming) {
        let chars: Box<[char]> = name.chars().map(fold).collect();
        if chars.len() < 2 {
            return;
        }
        let sounds: Box<[char]> = chars.iter().map(|&c| sound(c)).collect();
        let number = self.labels.len() as u32;
        self.by_start.entry([sounds[0], sounds[1]]).or_default().push(number);
        if chars.len() >= 4 {
            self.by_second.entry([sounds[1], sounds[2]]).or_default().push(number);
        }
        self.labels.push(Label { chars, sounds, place: place as u32, naming });
    }

    /// All places, in the order of the file.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// A place by its number.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.by_id.get(id).map(|&at| &self.places[at])
    }

    pub(crate) fn at(&self, place: usize) -> &Place {
        &self.places[place]
    }

    /// Places that stand along a road.
    pub(crate) fn along(&self, road: &str) -> &[usize] {
        self.along.get(road).map_or(&[], Vec::as_slice)
    }

    /// The names of the towns: those with outlines, or else those the places name.
    pub fn towns(&self) -> Vec<String> {
        let mut names: Vec<String> = self.towns.iter().map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            names = self.places.iter().map(|p| p.town.clone()).filter(|t| !t.is_empty()).collect();
            names.sort();
            names.dedup();
        }
        names
    }

    /// The town a point lies in.
    pub fn town_at(&self, point: Point) -> Option<&str> {
        self.towns.iter().find(|(_, polygon)| crate::geometry::inside(point, polygon)).map(|(name, _)| name.as_str())
    }

    /// Towns named in a text, in full or without their last word.
    pub(crate) fn towns_named(&self, text: &str) -> Vec<&str> {
        let mut named: Vec<&str> = self
            .towns
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| {
                let short = name.trim_end_matches("街道").trim_end_matches('镇');
                text.contains(name) || (text.contains(short) && short.chars().count() >= 2)
            })
            .collect();
        named.dedup();
        named
    }

    /// Every name met, the longest at each place of the text: a name inside a longer or better one is left out.
    pub(crate) fn met(&self, chars: &[char]) -> Vec<Met> {
        let sounds: Vec<char> = chars.iter().map(|&c| sound(c)).collect();
        let mut met: Vec<Met> = Vec::new();
        for at in 0..sounds.len().saturating_sub(1) {
            for &number in self.by_start.get(&[sounds[at], sounds[at + 1]]).map_or(&[][..], Vec::as_slice) {
                self.compare(number, at, chars, &sounds, &mut met);
            }
            if at > 0 {
                for &number in self.by_second.get(&[sounds[at], sounds[at + 1]]).map_or(&[][..], Vec::as_slice) {
                    if self.labels[number as usize].sounds[0] != sounds[at - 1] {
                        self.compare(number, at - 1, chars, &sounds, &mut met);
                    }
                }
            }
        }
        longest(met)
    }

    fn compare(&self, number: u32, at: usize, chars: &[char], sounds: &[char], met: &mut Vec<Met>) {
        let label = &self.labels[number as usize];
        let end = at + label.chars.len();
        if end > chars.len() {
            return;
        }
        let heard = sounds[at..end].iter().zip(&label.sounds).filter(|(a, b)| a != b).count();
        let naming = if heard == 0 {
            let written = chars[at..end].iter().zip(&label.chars).filter(|(a, b)| a != b).count();
            match (written, label.naming) {
                (0, naming) => naming,
                (1, Naming::Short) | (2.., _) if label.chars.len() < 3 || written * 2 > label.chars.len() => return,
                _ => Naming::Sound,
            }
        } else if heard == 1
            && label.naming != Naming::Short
            && ((label.chars.len() >= 4 && chars[end - 1] == label.chars[label.chars.len() - 1])
                || (label.chars.len() == 3 && wrong_end(chars, label, end)))
        {
            Naming::Slip
        } else {
            return;
        };
        met.push(Met { place: label.place as usize, span: at..end, naming });
    }
}

/// Whether three characters differ only in the kind of road they name: 街 for 路.
fn wrong_end(chars: &[char], label: &Label, end: usize) -> bool {
    const ROADS: [char; 4] = ['路', '街', '道', '弄'];
    ROADS.contains(&chars[end - 1]) && label.chars.last().is_some_and(|c| ROADS.contains(c))
}

/// Leaves out what stands inside something longer, and worse namings of the same place and span.
fn longest(mut met: Vec<Met>) -> Vec<Met> {
    met.sort_by(|a, b| {
        a.span
            .start
            .cmp(&b.span.start)
            .then(b.span.end.cmp(&a.span.end))
            .then(a.naming.cmp(&b.naming))
            .then(a.place.cmp(&b.place))
    });
    let exact = |m: &Met| m.naming <= Naming::Alias;
    let mut kept: Vec<Met> = Vec::new();
    for (at, one) in met.iter().enumerate() {
        let hidden = met.iter().enumerate().any(|(other_at, other)| {
            if other_at == at {
                return false;
            }
            let covers = other.span.start <= one.span.start && one.span.end <= other.span.end;
            let longer = other.span.len() > one.span.len();
            let same_place = other.place == one.place && covers && (longer || other.naming < one.naming);
            // A road inside the name of a school stays: the caller named both.
            let road_inside = exact(one) && one.span.len() >= 3;
            same_place
                || (covers && longer && !road_inside && (exact(other) || !exact(one)))
                || (covers && !longer && exact(other) && !exact(one))
        });
        if !hidden && !kept.iter().any(|k| k.place == one.place && k.span == one.span) {
            kept.push(one.clone());
        }
    }
    kept
}
