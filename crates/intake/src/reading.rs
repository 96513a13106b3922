//! What was proposed from a complaint's text, as the journal keeps it: codes, scores and reasons, by which state of the model.

use law::corpus::Corpus;
use serde::{Deserialize, Serialize};
use understanding::Reading;

/// A proposal of the text. Frozen: only optional fields may come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// How many changes of the model came before.
    pub version: u32,
    /// Matters, the likeliest first: code and share, per mille.
    pub matters: Vec<(String, u16)>,
    /// Families of problems, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<String>,
    /// Other bodies, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<String>,
    /// How likely it is that it is our business, per mille.
    pub ours: u16,
    /// The first matter was sure enough to be filled in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sure: bool,
    /// Where: the likeliest place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<crate::act::Spot>,
    /// The town, where a place or a name told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// Words that press.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgent: Vec<String>,
    /// Words that need care.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<String>,
    /// The rule of dispatch that chose the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The unit that would have gone without any rule: the place's own or the town's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// From this share of “ours” on, and this one of the first matter, the first matter is proposed by name; below, only listed.
const OURS: f32 = 0.5;
const FIRST: f32 = 0.2;

/// The matter to propose by name, and why. No word of the text stands in the reason: it goes into the journal, where nothing is erased.
pub(crate) fn proposed(reading: &Reading) -> Option<(String, String)> {
    let first = reading.matters.first().filter(|m| m.score >= FIRST && reading.ours >= OURS)?;
    Corpus::builtin().matter(&first.code)?;
    Some((first.code.clone(), format!("由内容识别，把握 {:.0}%", first.score * 100.0)))
}

/// A coordinate in millionths of a degree.
pub(crate) fn micro(point: [f64; 2]) -> (i64, i64) {
    ((point[0] * 1e6).round() as i64, (point[1] * 1e6).round() as i64)
}

impl Read {
    /// What is kept of a reading.
    pub(crate) fn of(reading: &Reading, version: u32, rule: Option<String>, fallback: Option<String>) -> Read {
        let mille = |share: f32| (share.clamp(0.0, 1.0) * 1000.0).round() as u16;
        let words = |flags: &[understanding::Flag]| {
            let mut words: Vec<String> = flags.iter().flat_map(|f| f.words.iter().cloned()).collect();
            words.dedup();
            words.truncate(6);
            words
        };
        Read {
            version,
            matters: reading.matters.iter().take(3).map(|m| (m.code.clone(), mille(m.score))).collect(),
            families: reading.families.iter().take(2).map(|f| f.id.clone()).collect(),
            bodies: reading.bodies.iter().take(2).map(|b| b.key.to_owned()).collect(),
            ours: mille(reading.ours),
            sure: reading.sure,
            spot: reading.place.candidates.first().filter(|c| c.score >= SPOT).map(|c| crate::act::Spot {
                place: Some(c.id.clone()),
                name: c.number.as_ref().map_or_else(|| c.name.clone(), |n| format!("{}{n}", c.name)),
                town: c.town.clone(),
                at: c.point().map(micro),
            }),
            town: reading.place.town.clone(),
            urgent: words(&reading.urgent),
            sensitive: words(&reading.sensitive),
            rule,
            fallback,
        }
    }
}

/// From this score on a place is taken for the complaint's own until somebody says otherwise.
const SPOT: f32 = 0.5;
