//! A defence point by point: each line of what the party said is answered by itself, and the answers make one text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::law::acts::{ActNo, Kind};
use ::law::case::Subject;
use casework::read::file::CaseFile;

use super::form::{Choice, Field};

/// Points of one defence at most.
const MOST: usize = 30;

/// Turns the field of an answer into one input for each point of what it answers; a defence of one line keeps the plain field.
pub(crate) fn ask(
    field: &mut Field,
    kind: Kind,
    file: Option<&CaseFile>,
    subject: Subject,
    typed: &BTreeMap<String, String>,
) {
    if !(field.key == "answer" && matches!(kind, Kind::Rechecked | Kind::DemandRechecked)) {
        return;
    }
    let Subject::Item(no) = subject else { return };
    let points = file.and_then(|file| said(file, no)).map(|text| points(&text)).unwrap_or_default();
    if points.len() < 2 {
        return;
    }
    field.input = "points".into();
    field.options = (1..)
        .zip(points)
        .map(|(n, point)| Choice {
            value: typed.get(&format!("answer.{n}")).cloned().unwrap_or_default(),
            label: point,
            chosen: false,
            group: "",
        })
        .collect();
}

fn said(file: &CaseFile, no: ActNo) -> Option<String> {
    file.act(no)?.texts.get("content").cloned()
}

/// The points of a text: its lines, without the numbers people put before them.
fn points(text: &str) -> Vec<String> {
    let plain = |line: &str| {
        let rest = line.trim().trim_start_matches(['（', '(']);
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
        let after = digits.trim_start_matches(['.', '、', '．', '）', ')', '：']);
        // Only a number that a mark follows is one; “三天前” begins a sentence.
        if digits.len() < rest.len() && after.len() < digits.len() {
            after.trim().to_owned()
        } else {
            line.trim().to_owned()
        }
    };
    text.lines().map(plain).filter(|line| !line.is_empty()).take(MOST).collect()
}

/// The answers typed to the points, as one text; none where the form had no points. A point left open keeps the whole answer open.
pub(crate) fn answer(values: &BTreeMap<String, String>) -> Option<String> {
    let mut text = String::new();
    for n in 1..=MOST {
        let Some(point) = values.get(&format!("answer.{n}.of")) else { break };
        let answer = values.get(&format!("answer.{n}")).map_or("", |a| a.trim());
        if answer.is_empty() {
            return Some(String::new());
        }
        let sep = if text.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{sep}{n}．当事人提出：{}\n复核：{answer}", point.trim());
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_points_and_lose_their_numbers() {
        let text = "1. 没有占道。\n\n（二）已经整改；\n三天前才知道";
        assert_eq!(points(text), ["没有占道。", "已经整改；", "三天前才知道"]);
    }

    #[test]
    fn every_point_is_answered_or_none_is() {
        let mut values = BTreeMap::from(
            [
                ("answer.1.of", "没有占道"),
                ("answer.1", "现场照片证实占道"),
                ("answer.2.of", "已经整改"),
                ("answer.2", " "),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        assert_eq!(answer(&values), Some(String::new()));
        values.insert("answer.2".into(), "属实，已予考虑".into());
        let said = answer(&values).unwrap_or_default();
        assert_eq!(
            said,
            "1．当事人提出：没有占道\n复核：现场照片证实占道\n2．当事人提出：已经整改\n复核：属实，已予考虑"
        );
        assert_eq!(answer(&BTreeMap::new()), None);
    }
}
