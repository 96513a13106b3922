//! Statutes by article, and how an article is cited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fault::{Fault, read};
use crate::Day;

/// The article of a citation whose place in the statute nobody has found yet; only an unverified version may have one.
const UNKNOWN: &str = "?";

/// A law, regulation or rule, with summaries in our own words of the articles that rules and matters rest on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statute {
    /// Short stable id, the name of its file: `apl`, `sr22`.
    pub id: String,
    /// The full official name without brackets.
    pub name: String,
    /// The name screens use.
    pub short: String,
    /// Who made it, hence what rank it has.
    pub level: Level,
    /// The first day in force of the text summarised here.
    pub from: Day,
    /// The last day in force, for a repealed text.
    #[serde(default)]
    pub to: Option<Day>,
    /// Where the text was read, and what about it is uncertain.
    pub source: String,
    /// Article (`44`, `50(2)`, `77[2]`, `1174(1)[4]`) to what it says.
    pub articles: BTreeMap<String, String>,
}

impl Statute {
    pub(super) fn parse(stem: &str, text: &str) -> Result<Statute, Fault> {
        let statute: Statute = read(text)?;
        if statute.id != stem {
            return Err(Fault::at(text, "id =", 0, format!("文件名与 id“{}”不一致，请改成一致", statute.id)));
        }
        if statute.to.is_some_and(|to| to < statute.from) {
            return Err(Fault::at(text, "to =", 0, "to 在 from 之前，请改正日期".into()));
        }
        if statute.source.trim().is_empty() {
            return Err(Fault::at(text, "source =", 0, "没有写明来源（source）".into()));
        }
        for (article, summary) in &statute.articles {
            let fail = |why| Err(Fault::at(text, &format!("\"{article}\" ="), 0, why));
            if Place::parse(article).is_none() && article != UNKNOWN {
                return fail(format!("条文号“{article}”应写成 44、50(2)、77[2] 或 1174(1)[4]，未查明的写 {UNKNOWN}"));
            }
            if summary.trim().is_empty() {
                return fail(format!("条文 {article} 没有摘要，请补上"));
            }
        }
        Ok(statute)
    }

    /// Whether the text was in force on the day.
    pub fn in_force(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The rank of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 法律
    Law,
    /// 行政法规
    Regulation,
    /// 地方性法规
    LocalRegulation,
    /// 部门规章
    MinistryRule,
    /// 地方政府规章
    LocalRule,
    /// 司法解释
    JudicialInterpretation,
    /// 规范性文件
    Document,
}

impl Level {
    /// The rank's name.
    pub const fn label(self) -> &'static str {
        match self {
            Level::Law => "法律",
            Level::Regulation => "行政法规",
            Level::LocalRegulation => "地方性法规",
            Level::MinistryRule => "部门规章",
            Level::LocalRule => "地方政府规章",
            Level::JudicialInterpretation => "司法解释",
            Level::Document => "规范性文件",
        }
    }
}

/// A place in a statute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The statute's id.
    pub statute: String,
    /// The article: `44`, with paragraph `50(2)`, with item `77[2]`, with both `1174(1)[4]`.
    pub article: String,
}

impl Citation {
    /// A citation from its two parts; whether it leads anywhere is for [`Corpus::summary`](super::Corpus::summary).
    pub fn new(statute: impl Into<String>, article: impl Into<String>) -> Citation {
        Citation { statute: statute.into(), article: article.into() }
    }

    /// The article as data files write it, from how people write it: `50(2)`, `第50条第2款`, `第五十条第二款`, `五十`.
    pub fn article_of(text: &str) -> Option<String> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(place) = Place::parse(&text) {
            return Some(place.key());
        }
        let mut rest = text.strip_prefix('第').unwrap_or(&text);
        let (article, after) = rest.split_once('条').unwrap_or((rest, ""));
        rest = after;
        let mut place = Place { article: number_of(article)?, paragraph: None, item: None };
        if let Some(part) = rest.strip_prefix('第').filter(|part| part.contains('款')) {
            let (paragraph, after) = part.split_once('款')?;
            (place.paragraph, rest) = (Some(number_of(paragraph)?), after);
        }
        if let Some(part) = rest.strip_prefix('第').filter(|part| part.contains('项')) {
            let (item, after) = part.split_once('项')?;
            (place.item, rest) = (Some(number_of(item.trim_matches(['（', '）', '(', ')']))?), after);
        }
        rest.is_empty().then(|| place.key())
    }

    /// The whole article it lies in, and the number of its paragraph where it names one: `50(2)` is the second of `50`.
    pub fn whole(&self) -> Option<(String, Option<u16>)> {
        let place = Place::parse(&self.article)?;
        Some((place.article.to_string(), place.paragraph))
    }

    /// Whether it names an article, and not only a statute whose article is still to be found.
    pub fn is_known(&self) -> bool {
        self.article != UNKNOWN
    }
}

/// `第五十条第二款`; a text that is not an article number is given back as it is.
pub(super) fn article_in_chinese(article: &str) -> String {
    Place::parse(article).map_or_else(|| unplaced(article), |place| place.write(chinese_number))
}

/// `第50条第2款`; a text that is not an article number is given back as it is.
pub(super) fn article_in_digits(article: &str) -> String {
    Place::parse(article).map_or_else(|| unplaced(article), |place| place.write(|n| n.to_string()))
}

fn unplaced(article: &str) -> String {
    if article == UNKNOWN { "（条文待查）".to_owned() } else { article.to_owned() }
}

struct Place {
    article: u16,
    paragraph: Option<u16>,
    item: Option<u16>,
}

impl Place {
    fn parse(text: &str) -> Option<Place> {
        let number = |s: &str| s.parse::<u16>().ok().filter(|n| (1..10_000).contains(n) && !s.starts_with(['+', '0']));
        let (text, item) = match text.strip_suffix(']') {
            Some(rest) => rest.split_once('[').and_then(|(text, item)| Some((text, Some(number(item)?))))?,
            None => (text, None),
        };
        let (text, paragraph) = match text.strip_suffix(')') {
            Some(rest) => rest.split_once('(').and_then(|(text, part)| Some((text, Some(number(part)?))))?,
            None => (text, None),
        };
        Some(Place { article: number(text)?, paragraph, item })
    }

    /// As data files write it.
    fn key(&self) -> String {
        let paragraph = self.paragraph.map(|n| format!("({n})")).unwrap_or_default();
        let item = self.item.map(|n| format!("[{n}]")).unwrap_or_default();
        format!("{}{paragraph}{item}", self.article)
    }

    fn write(&self, number: impl Fn(u16) -> String) -> String {
        let mut text = format!("第{}条", number(self.article));
        if let Some(paragraph) = self.paragraph {
            text.push_str(&format!("第{}款", number(paragraph)));
        }
        if let Some(item) = self.item {
            text.push_str(&format!("第{}项", number(item)));
        }
        text
    }
}

/// A number from 1 to 9999 as statutes count: `十`, `二十`, `一百零五`, `一千一百八十五`, `一千零五十七`.
fn chinese_number(n: u16) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let mut text = String::new();
    let mut gap = false;
    for (size, unit) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = usize::from(n / size % 10);
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        if !(size == 10 && digit == 1 && text.is_empty()) {
            text.push(DIGITS[digit]);
        }
        text.push_str(unit);
    }
    text
}

/// A number from 1 to 9999 in digits or as statutes count; what [`chinese_number`] writes, this reads.
fn number_of(text: &str) -> Option<u16> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|n| (1..10_000).contains(n));
    }
    // The table is small and the only other writer: nothing it does not write is read.
    (1..10_000).find(|n| chinese_number(*n) == text)
}
