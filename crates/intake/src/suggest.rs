//! What place and words suggest, each with its reason. Never preset as final.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    word: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    matter: String,
    words: Vec<String>,
}

static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let data: Data = toml::from_str(include_str!("../data/matters.toml"))
        .expect("data/matters.toml is part of the program; a test reads it");
    data.word
});

/// The matter whose longest word stands in the text, and why.
pub(crate) fn matter(text: &str) -> Option<(String, String)> {
    let hits = WORDS
        .iter()
        .flat_map(|w| w.words.iter().filter(|word| text.contains(word.as_str())).map(move |word| (w, word)));
    let (found, word) = hits.max_by_key(|(_, word)| word.chars().count())?;
    Some((found.matter.clone(), format!("内容中有“{word}”")))
}

/// What a place is known by.
pub(crate) struct Gazetteer {
    /// `(id, name, unit)` of every place.
    pub(crate) places: Vec<(String, String, String)>,
    /// `(town, unit)`: the town or sub-district a squad is named after.
    pub(crate) towns: Vec<(String, String)>,
}

/// The end of the name of a squad that answers for a whole town.
const SQUAD: &str = "综合行政执法队";

impl Gazetteer {
    /// Everything the standing order knows of places.
    pub(crate) fn read(tx: &mut ledger::Tx<'_>) -> Result<Gazetteer, ledger::Fault> {
        let places = office::read::places(tx)?;
        let units = office::read::units(tx)?;
        let towns = units.into_iter().filter_map(|u| Some((u.name.strip_suffix(SQUAD)?.to_owned(), u.id))).collect();
        Ok(Gazetteer { places, towns })
    }

    /// The place with the longest name in the text.
    pub(crate) fn place(&self, text: &str) -> Option<&(String, String, String)> {
        self.places.iter().filter(|p| text.contains(p.1.as_str())).max_by_key(|p| p.1.chars().count())
    }

    /// The unit that answers for the place, and why: of the longest place name; but a town written in the address decides against
    /// it, because a road may run through several towns. Without a place, of a town in the text.
    pub(crate) fn unit(&self, address: &str, text: &str) -> Option<(String, String)> {
        let town = |text: &str| self.towns.iter().find(|(town, _)| !town.is_empty() && text.contains(town.as_str()));
        let by_town = |(town, unit): &(String, String)| (unit.clone(), format!("地址属于“{town}”"));
        let place = self.place(text);
        match (town(address), place) {
            (Some(town), Some(place)) if town.1 != place.2 => Some(by_town(town)),
            (_, Some(place)) => Some((place.2.clone(), format!("地点在“{}”", place.1))),
            (Some(town), None) => Some(by_town(town)),
            (None, None) => town(text).map(by_town),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_decides_and_says_so() {
        assert_eq!(matter("每天下午有人摆摊"), Some(("A01".into(), "内容中有“摆摊”".into())));
        assert_eq!(matter("工地夜间施工，渣土满地").map(|m| m.0), Some("D08".into()));
        assert_eq!(matter("路灯不亮"), None);
    }

    #[test]
    fn every_suggested_matter_is_one_the_corpus_knows() {
        let corpus = law::corpus::Corpus::builtin();
        for word in WORDS.iter() {
            assert!(corpus.matter(&word.matter).is_some(), "{}", word.matter);
            assert!(
                word.words.iter().all(|w| w.chars().count() >= 2),
                "{}: a single character suggests nothing",
                word.matter
            );
        }
    }

    #[test]
    fn the_demonstration_texts_suggest_what_they_are_about() {
        for (_, matter, text) in crate::demonstration_texts() {
            let found = super::matter(text).map(|m| m.0).unwrap_or_default();
            assert_eq!(&found, matter, "{text}");
        }
    }

    #[test]
    fn a_longer_place_name_is_nearer_and_a_town_in_the_address_decides() {
        let places =
            [("a", "盈港路", "yingpu-squad"), ("b", "盈港东路", "xujing-squad"), ("c", "嘉松中路", "zhaoxiang-squad")];
        let gazetteer = Gazetteer {
            places: places.iter().map(|p| (p.0.into(), p.1.into(), p.2.into())).collect(),
            towns: vec![("华新镇".into(), "huaxin-squad".into())],
        };
        let unit = |address: &str, text: &str| gazetteer.unit(address, &format!("{address} {text}")).map(|u| u.0);
        assert_eq!(unit("盈港东路 1188 号", "").as_deref(), Some("xujing-squad"));
        assert_eq!(unit("华新镇嘉松中路", "").as_deref(), Some("huaxin-squad"));
        assert_eq!(unit("", "嘉松中路靠近华新镇").as_deref(), Some("zhaoxiang-squad"));
        assert_eq!(unit("", "华新镇菜场").as_deref(), Some("huaxin-squad"));
        assert_eq!(unit("别处", ""), None);
    }
}
