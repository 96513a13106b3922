//! Where a complaint plays: places of the gazetteer, crossings, house numbers, and names that are not listed.

use std::ops::Range;

use serde::Serialize;

use crate::gazetteer::{Gazetteer, Met, Naming, Place};
use crate::geometry::{Point, crossing, metres};
use crate::text::{Text, is_word};

/// A proposal of a place.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The place, the likeliest object; for a crossing, the first road.
    pub id: String,
    /// The second road of a crossing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its town.
    pub town: String,
    /// Longitude, where it was measured.
    pub lon: Option<f64>,
    /// Latitude.
    pub lat: Option<f64>,
    /// House number, when one was named along a road.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How sure, from 0 to 1.
    pub score: f32,
    /// The words of the text.
    pub words: String,
    /// Why, for the desk.
    pub why: Vec<String>,
}

impl Candidate {
    /// Where it is, if it was measured.
    pub fn point(&self) -> Option<Point> {
        Some([self.lon?, self.lat?])
    }
}

/// What is known of the place.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Whereabouts {
    /// Listed places, the likeliest first; at most eight.
    pub candidates: Vec<Candidate>,
    /// Names that look like places and are not listed.
    pub unlisted: Vec<String>,
    /// The town: named, or the one of the likeliest place.
    pub town: Option<String>,
}

/// How near two roads must come to count as a crossing, in metres.
const CROSSING_REACH: f64 = 80.0;

/// Finds the places of a text; also the spans that name places, for the model to overlook.
pub(crate) fn locate(gazetteer: &Gazetteer, text: &Text) -> (Whereabouts, Vec<Range<usize>>) {
    let met = gazetteer.met(text.chars());
    let plain: String = text.chars().iter().collect();
    let towns = gazetteer.towns_named(&plain);
    let mut candidates: Vec<Candidate> = met.iter().map(|one| candidate(gazetteer, text, one, &met, &towns)).collect();
    cross(gazetteer, text, &met, &mut candidates);
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    let mut seen: Vec<(String, Option<String>)> = Vec::new();
    candidates.retain(|c| {
        let key = (c.id.clone(), c.other.clone());
        let fresh = !seen.contains(&key);
        seen.push(key);
        fresh
    });
    candidates.truncate(8);
    let mut spans: Vec<Range<usize>> =
        met.iter().filter(|m| m.naming != Naming::Short).map(|m| m.span.clone()).collect();
    let unlisted = unlisted(text, &met);
    spans.extend(unlisted.iter().cloned());
    let town = match towns.first() {
        Some(town) if towns.len() == 1 => Some((*town).to_owned()),
        _ => candidates.first().map(|c| c.town.clone()).filter(|t| !t.is_empty()),
    };
    let unlisted = unlisted.iter().map(|span| text.written(span)).collect();
    (Whereabouts { candidates, unlisted, town }, spans)
}

fn candidate(gazetteer: &Gazetteer, text: &Text, one: &Met, met: &[Met], towns: &[&str]) -> Candidate {
    let place = gazetteer.at(one.place);
    let (mut score, how) = match one.naming {
        Naming::Name => (0.72, "名称相同"),
        Naming::Alias => (0.68, "别名"),
        Naming::Sound => (0.56, "同音字"),
        Naming::Short => (0.42, "简称"),
        Naming::Slip => (0.40, "差一个字"),
    };
    let mut why = vec![how.to_owned()];
    score += match one.span.len() {
        0..=2 => -0.08,
        3 => 0.0,
        4 => 0.03,
        _ => 0.05,
    };
    let same_town = |town: &str| place.town == town || place.towns.iter().any(|t| t == town);
    if towns.iter().any(|town| same_town(town)) {
        score += 0.12;
        why.push("所在街镇相符".to_owned());
    } else if !towns.is_empty() {
        score -= 0.25;
        why.push("所在街镇不符".to_owned());
    }
    for other in met.iter().filter(|m| m.place != one.place && m.span != one.span) {
        let other = gazetteer.at(other.place);
        if place.road.as_deref() == Some(&other.id) {
            score += 0.14;
            why.push(format!("在{}上", other.name));
        } else if other.kind != "road" && place.kind != "road" && !beside(place, other) && other.town == place.town {
            score += 0.02;
        } else if beside(place, other) && place.kind != "road" {
            score += 0.08;
            why.push(format!("在{}附近", other.name));
        }
    }
    if met.iter().any(|m| m.span == one.span && m.place != one.place && m.naming <= one.naming) {
        score -= 0.04;
        why.push("同名多处".to_owned());
    }
    // A road or a river is where something is; an object at it is what the caller means.
    if matches!(place.kind.as_str(), "road" | "river")
        && met.iter().any(|m| m.span != one.span && !matches!(gazetteer.at(m.place).kind.as_str(), "road" | "river"))
    {
        score -= 0.05;
    }
    score -= 0.0008 * one.span.start.min(100) as f32;
    if let Some(word) = hinted(text, one, &place.kind) {
        score += if one.naming == Naming::Short { 0.14 } else { 0.04 };
        why.push(format!("说到“{word}”"));
    }
    let mut point = place.point();
    let mut number = None;
    if place.kind == "road"
        && let Some((house, words)) = house_number(text, one.span.end)
    {
        point = along(gazetteer, place, house).or(point);
        why.push(format!("门牌{words}"));
        number = Some(words);
        score += 0.06;
    }
    Candidate {
        id: place.id.clone(),
        other: None,
        name: place.name.clone(),
        town: if number.is_some() {
            point.and_then(|at| gazetteer.town_at(at)).map_or_else(|| place.town.clone(), str::to_owned)
        } else {
            place.town.clone()
        },
        lon: point.map(|p| p[0]),
        lat: point.map(|p| p[1]),
        number,
        score: score.clamp(0.0, 1.0),
        words: text.written(&one.span),
        why,
    }
}

/// Words by which a caller says what kind of place it is.
const KINDS: &[(&str, &[&str])] = &[
    ("market", &["菜场", "市场", "买菜", "早市", "摊位"]),
    ("estate", &["小区", "业主", "物业", "号楼", "居民", "单元", "楼道", "里面住"]),
    ("village", &["村", "乡下", "宅基", "农田", "田里", "居委"]),
    ("school", &["学校", "小学", "中学", "幼儿园", "校门", "放学", "学生", "操场"]),
    ("hospital", &["医院", "卫生院", "看病", "门诊", "卫生"]),
    ("station", &["地铁", "车站", "站台", "出口", "公交"]),
    ("park", &["公园", "绿地", "草坪", "散步"]),
    ("river", &["河", "浜", "水面", "堤"]),
    ("site", &["工地", "施工", "造房子", "渣土", "打桩", "塔吊"]),
    ("mall", &["商场", "广场", "逛街", "购物"]),
    ("bridge", &["桥"]),
    ("industrial", &["厂", "园区", "工业"]),
    ("shop", &["店", "老板", "饭店", "吃饭", "铺"]),
    ("road", &["路", "街", "马路"]),
];

/// A word of the text near the name that tells the kind of place.
fn hinted(text: &Text, one: &Met, kind: &str) -> Option<&'static str> {
    let (_, words) = KINDS.iter().find(|(k, _)| *k == kind)?;
    let near = one.span.end..(one.span.end + 8).min(text.len());
    let after: String = text.chars().get(near)?.iter().collect();
    words.iter().find(|word| after.contains(**word)).copied()
}

fn beside(a: &Place, b: &Place) -> bool {
    a.point().zip(b.point()).is_some_and(|(a, b)| metres(a, b) < 600.0)
}

/// Two roads named near each other that truly cross.
fn cross(gazetteer: &Gazetteer, text: &Text, met: &[Met], candidates: &mut Vec<Candidate>) {
    let roads: Vec<&Met> =
        met.iter().filter(|m| gazetteer.at(m.place).kind == "road" && m.naming != Naming::Short).collect();
    for (at, a) in roads.iter().enumerate() {
        for b in &roads[at + 1..] {
            let gap = if a.span.end <= b.span.start { b.span.start - a.span.end } else { continue };
            if gap > 4 || a.place == b.place {
                continue;
            }
            let (one, other) = (gazetteer.at(a.place), gazetteer.at(b.place));
            let Some(point) = crossing(&one.line, &other.line, CROSSING_REACH) else { continue };
            let weak = a.naming.max(b.naming);
            candidates.push(Candidate {
                id: one.id.clone(),
                other: Some(other.id.clone()),
                name: format!("{}{}路口", one.name, other.name),
                town: gazetteer.town_at(point).map_or_else(|| one.town.clone(), str::to_owned),
                lon: Some(point[0]),
                lat: Some(point[1]),
                number: None,
                score: if weak <= Naming::Alias { 0.95 } else { 0.8 },
                words: text.written(&(a.span.start..b.span.end)),
                why: vec!["两条路相交".to_owned()],
            });
        }
    }
}

/// A house number right after a road: `128号`, `200弄`.
fn house_number(text: &Text, at: usize) -> Option<(u32, String)> {
    let rest = text.chars().get(at..)?;
    let digits: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
    let unit = rest.get(digits.len())?;
    let number: u32 = digits.parse().ok()?;
    matches!(unit, '号' | '弄').then(|| (number, format!("{digits}{unit}")))
}

/// A point of a road for a house number: between the listed numbers around it.
fn along(gazetteer: &Gazetteer, road: &Place, house: u32) -> Option<Point> {
    let mut known: Vec<(u32, Point)> = gazetteer
        .along(&road.id)
        .iter()
        .map(|&at| gazetteer.at(at))
        .filter_map(|p| {
            let digits: String = p.number.as_deref()?.chars().take_while(char::is_ascii_digit).collect();
            Some((digits.parse().ok()?, p.point()?))
        })
        .collect();
    known.sort_by_key(|(number, _)| *number);
    let after = known.partition_point(|(number, _)| *number < house);
    match (after.checked_sub(1).and_then(|at| known.get(at)), known.get(after)) {
        (Some(&(low, a)), Some(&(high, b))) if high > low => {
            let part = f64::from(house - low) / f64::from(high - low);
            Some([a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part])
        }
        (_, Some(&(number, point))) if number == house => Some(point),
        (Some(&(_, point)), None) | (None, Some(&(_, point))) => Some(point),
        _ => None,
    }
}

/// Last words of names that are not in the gazetteer.
const ENDS: &[&str] = &[
    "大道",
    "公路",
    "支路",
    "小区",
    "花园",
    "新村",
    "公寓",
    "家园",
    "名邸",
    "市场",
    "菜场",
    "广场",
    "大厦",
    "小学",
    "中学",
    "幼儿园",
    "医院",
    "公园",
    "工业园",
    "产业园",
    "村委会",
    "居委会",
    "地铁站",
    "路",
    "街",
    "弄",
    "苑",
    "村",
    "镇",
    "浜",
    "泾",
    "桥",
];
/// Words that end what stands before a name.
const CUTS: &[&str] = &[
    "在", "到", "从", "是", "有", "位于", "住", "对面", "靠近", "和", "与", "的", "往", "近", "这", "那", "我们",
    "我家", "个", "条", "座", "反映", "来电", "去", "沿", "一", "走", "占", "了", "把", "被", "过", "向", "整", "里",
    "小", "马", "人行", "道", "全", "每", "同", "隔壁", "本", "旁边", "老", "新", "扫", "修", "挖", "铺", "上", "下",
    "让", "堵", "大",
];

/// Names by their last word: up to four characters before it, back to a word that ends.
fn unlisted(text: &Text, met: &[Met]) -> Vec<Range<usize>> {
    let chars = text.chars();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..chars.len() {
        for end in ENDS {
            let end: Vec<char> = end.chars().collect();
            if !chars[at..].starts_with(&end) {
                continue;
            }
            let mut start = at;
            while start > 0 && at - start < 4 && is_word(chars[start - 1]) {
                let cut = CUTS.iter().any(|cut| {
                    let cut: Vec<char> = cut.chars().collect();
                    chars[..start].ends_with(&cut)
                });
                if cut {
                    break;
                }
                start -= 1;
            }
            let span = start..at + end.len();
            let taken = |s: &Range<usize>| s.start < span.end && span.start < s.end;
            if at - start >= 2 && at - start < 4 && !met.iter().any(|m| taken(&m.span)) && !found.iter().any(taken) {
                found.push(span);
            }
        }
    }
    found
}
