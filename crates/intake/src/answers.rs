//! The answer to begin with, from what was found: words as data, `data/answers.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::words::Finding;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    answer: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    finding: Finding,
    text: String,
}

static ANSWERS: LazyLock<Vec<Answer>> = LazyLock::new(|| {
    let data: Data = toml::from_str(include_str!("../data/answers.toml"))
        .expect("data/answers.toml is part of the program; a test reads it");
    data.answer
});

/// The answer to begin with: what was found on which day by whom, and what was written down there.
pub fn begin(finding: Finding, day: Date, unit: &str, said: &str) -> String {
    let text = ANSWERS.iter().find(|a| a.finding == finding).map_or("{said}", |a| a.text.as_str());
    text.replace("{day}", &law::deadline::chinese(day)).replace("{unit}", unit).replace("{said}", said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_an_answer_with_all_its_places_filled() {
        for finding in Finding::ALL {
            let text = begin(*finding, Date::constant(2024, 11, 22), "徐泾中队", "当场劝离六个摊位。");
            assert!(ANSWERS.iter().any(|a| a.finding == *finding), "{finding:?}");
            for part in ["2024年11月22日", "徐泾中队", "当场劝离六个摊位。"] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
}
