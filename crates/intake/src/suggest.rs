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
    let data: Data = toml::from_str(include_str!("../data/matters.toml")).expect("data/matters.toml is part of the program; a test reads it");
    data.word
});

/// The matter whose longest word stands in the text, and why.
pub(crate) fn matter(text: &str) -> Option<(String, String)> {
    let hits = WORDS.iter().flat_map(|w| w.words.iter().filter(|word| text.contains(word.as_str())).map(move |word| (w, word)));
    let (found, word) = hits.max_by_key(|(_, word)| word.chars().count())?;
    Some((found.matter.clone(), format!("内容中有“{word}”")))
}

/// The unit of the longest place name in the text, and why. `places` are `(id, name, unit)`.
pub(crate) fn unit(text: &str, places: &[(String, String, String)]) -> Option<(String, String)> {
    let found = places.iter().filter(|p| text.contains(p.1.as_str())).max_by_key(|p| p.1.chars().count())?;
    Some((found.2.clone(), format!("地点在“{}”", found.1)))
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
    fn a_longer_place_name_is_nearer() {
        let places = [("a", "盈港路", "yingpu-squad"), ("b", "盈港东路", "xujing-squad")].map(|p| (p.0.into(), p.1.into(), p.2.into()));
        assert_eq!(unit("盈港东路 1188 号", &places).map(|u| u.0), Some("xujing-squad".into()));
        assert_eq!(unit("别处", &places), None);
    }
}
