//! Which version of a matter governs: the law of the day of the conduct, or a newer one that is lighter.

use super::{Branch, Corpus, Fine, Measures, NoBand, Order, Party, Version};
use crate::Day;
use crate::deadline::chinese;

/// The version to apply, with what led there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicable<'a> {
    /// The version to apply: one of the two below.
    pub version: &'a Version,
    /// The version in force on the day of the conduct.
    pub at_conduct: &'a Version,
    /// The version in force at the decision, where it is another one.
    pub newer: Option<&'a Version>,
    /// The comparison, where the day of the decision is not under the version of the conduct.
    pub comparison: Option<Comparison>,
}

/// How a newer version compares with the older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Whether the newer is lighter for every party both reach and heavier for none.
    pub lighter: bool,
    /// The comparison as shown and recorded, in Chinese.
    pub text: String,
}

/// What was found about a conduct, as far as two texts are weighed by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found<'a> {
    /// The quantities measured.
    pub measures: Measures,
    /// The party, where it is known; both kinds otherwise.
    pub party: Option<Party>,
    /// The circumstance under the older text.
    pub old: Option<&'a str>,
    /// The circumstance under the newer text.
    pub new: Option<&'a str>,
    /// Whether the circumstances are settled; otherwise every one of both texts is weighed.
    pub settled: bool,
}

impl Corpus {
    /// The version that governs a conduct of one day decided on another (处罚法37): the one in force at the conduct unless the
    /// newer one is lighter.
    ///
    /// The newer one is taken only when each point that can be compared is no heavier and one is lighter: whom it reaches,
    /// whether an order must come first, the limits of the fine, the kinds of penalty. Where they point both ways, or a point
    /// cannot be compared, the older one stays and the text says that a person must weigh them. A conduct that
    /// lasts is asked with the day it ended. `None` for an unknown code or a day no version covers.
    ///
    /// Where matters of two texts conflict, the version is only this matter's own: [`Corpus::conflicts`] says so.
    pub fn applicable(&self, code: &str, conduct: Day, decided: Day) -> Option<Applicable<'_>> {
        self.applicable_found(code, conduct, decided, &Found::default())
    }

    /// As [`applicable`](Corpus::applicable), with what was found: two formulas that ask for different quantities are weighed
    /// by what they come to, and only the circumstances that were found.
    pub fn applicable_found(
        &self,
        code: &str,
        conduct: Day,
        decided: Day,
        found: &Found<'_>,
    ) -> Option<Applicable<'_>> {
        let matter = self.matter(code)?;
        let old = matter.on(conduct)?;
        let plain = Applicable { version: old, at_conduct: old, newer: None, comparison: None };
        match matter.on(decided) {
            Some(new) if new.from == old.from => Some(plain),
            Some(new) => {
                let comparison = self.compare(old, new, found);
                let version = if comparison.lighter { new } else { old };
                Some(Applicable { version, at_conduct: old, newer: Some(new), comparison: Some(comparison) })
            }
            None => {
                let text = format!(
                    "行为时适用{}；目录中没有决定之日（{}）的规定，是否已不认为违法须由法制审核人查明（处罚法37）",
                    self.cite(&old.penalty),
                    chinese(decided)
                );
                Some(Applicable { comparison: Some(Comparison { lighter: false, text }), ..plain })
            }
        }
    }

    fn compare(&self, old: &Version, new: &Version, found: &Found<'_>) -> Comparison {
        let mut points = Vec::new();
        for party in Party::ALL.into_iter().filter(|party| found.party.is_none_or(|found| found == *party)) {
            match (old.reaches(party), new.reaches(party)) {
                (false, false) => continue,
                (true, false) => points.push((Weight::Lighter, format!("新规定不处罚{}", party.label()))),
                (false, true) => points.push((Weight::Heavier, format!("旧规定不处罚{}", party.label()))),
                (true, true) => compare_parties(party, old, new, found, &mut points),
            }
        }
        let (before, now) = if found.settled { (found.old, found.new) } else { (None, None) };
        points.push(compare_orders(old.order_in(before), new.order_in(now)));
        let lost = old.sorts.iter().filter(|s| !new.sorts.contains(s)).count();
        let gained = new.sorts.iter().filter(|s| !old.sorts.contains(s)).count();
        points.push(match (lost, gained) {
            (0, 0) => (Weight::Same, "处罚种类相同".into()),
            (_, 0) => (Weight::Lighter, "新规定的处罚种类较少".into()),
            (0, _) => (Weight::Heavier, "新规定的处罚种类较多".into()),
            _ => (Weight::Unclear, "处罚种类不同".into()),
        });
        if old.condition != new.condition {
            let say = |c: &Option<String>| c.clone().unwrap_or_else(|| "无".into());
            let text = format!("处罚的前提不同（旧：{}；新：{}）", say(&old.condition), say(&new.condition));
            points.push((Weight::Unclear, text));
        }
        let any = |weight| points.iter().any(|(w, _)| *w == weight);
        let lighter = any(Weight::Lighter) && !any(Weight::Heavier) && !any(Weight::Unclear);
        let result = if lighter {
            "新规定处罚较轻，适用新规定"
        } else if any(Weight::Unclear) || any(Weight::Lighter) && any(Weight::Heavier) {
            "两者互有轻重或者不能直接比较，先按行为时的规定，须由法制审核人判断"
        } else if any(Weight::Heavier) {
            "新规定处罚较重，适用行为时的规定"
        } else {
            "两者轻重相同，适用行为时的规定"
        };
        let told: Vec<_> = points.iter().map(|(_, text)| text.as_str()).collect();
        let text = format!(
            "行为时：{}；决定时：{}。{}。{result}（处罚法37）",
            self.cite(&old.penalty),
            self.cite(&new.penalty),
            told.join("\u{FF1B}")
        );
        Comparison { lighter, text }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Lighter,
    Same,
    Heavier,
    Unclear,
}

/// The fines of one kind of party, under the circumstances found; where none were, under no circumstance and under each.
fn compare_parties(party: Party, old: &Version, new: &Version, found: &Found<'_>, points: &mut Vec<(Weight, String)>) {
    let name = |version: &Version, id: Option<&str>| {
        id.and_then(|id| version.branch(id)).map(|branch| format!("（{}）", branch.text)).unwrap_or_default()
    };
    let pair = |before: Option<&str>, now: Option<&str>| {
        let who = (party.label(), name(old, before), name(new, now));
        compare_fines(&who, old.fine_in(party, before).ok(), new.fine_in(party, now).ok(), &found.measures)
    };
    if found.settled {
        return points.push(pair(found.old, found.new));
    }
    let plain = |version: &Version| version.fine(party).is_some() || version.branches.is_empty();
    if plain(old) || plain(new) {
        points.push(pair(None, None));
    }
    let only = |which, branch: &Branch| {
        let told = format!("{which}对{}另规定情形“{}”，须先确定情形才能比较", party.label(), branch.text);
        (Weight::Unclear, told)
    };
    for branch in &old.branches {
        match new.branch(&branch.id) {
            Some(_) => points.push(pair(Some(&branch.id), Some(&branch.id))),
            None => points.push(only("旧规定", branch)),
        }
    }
    points.extend(new.branches.iter().filter(|b| old.branch(&b.id).is_none()).map(|branch| only("新规定", branch)));
}

fn compare_fines(
    (who, before, now): &(&str, String, String),
    old: Option<&Fine>,
    new: Option<&Fine>,
    known: &Measures,
) -> (Weight, String) {
    let (old, new) = match (old, new) {
        (None, None) => return (Weight::Same, format!("对{who}均不罚款")),
        (Some(old), None) => return (Weight::Lighter, format!("对{who}原罚款{old}{before}，现不罚款{now}")),
        (None, Some(new)) => return (Weight::Heavier, format!("对{who}原不罚款{before}，现罚款{new}{now}")),
        (Some(old), Some(new)) => (old, new),
    };
    if old == new && *old != Fine::Unread {
        return (Weight::Same, format!("对{who}罚款均为{old}"));
    }
    let told = format!("对{who}罚款原为{old}{before}，现为{new}{now}");
    if let Some(weight) = weigh_formulas(old, new) {
        return (weight, told);
    }
    match (old.band(known), new.band(known)) {
        (Ok(a), Ok(b)) => {
            let sums = format!("{told}；依查明的数量，原为{}以上{}以下，现为{}以上{}以下", a.min, a.max, b.min, b.max);
            (weigh_limits((a.min, a.max), (b.min, b.max)), sums)
        }
        (Err(NoBand::Needs(measure)), _) | (_, Err(NoBand::Needs(measure))) => {
            (Weight::Unclear, format!("{told}，计算方法不同，查明{measure}以前不能比较"))
        }
        _ => (Weight::Unclear, format!("{told}，不能直接比较")),
    }
}

/// Two formulas of one shape over the same quantities can be weighed without measuring.
fn weigh_formulas(old: &Fine, new: &Fine) -> Option<Weight> {
    match (old, new) {
        (Fine::Range { min: a, max: b }, Fine::Range { min: c, max: d }) => Some(weigh_limits((*a, *b), (*c, *d))),
        (
            Fine::Per { unit: u, min: a, max: b, floor: None, cap: None },
            Fine::Per { unit: v, min: c, max: d, floor: None, cap: None },
        ) if u == v => Some(weigh_limits((*a, *b), (*c, *d))),
        (
            Fine::Share { of: u, min: a, max: b, floor: None, cap: None },
            Fine::Share { of: v, min: c, max: d, floor: None, cap: None },
        ) if u == v => Some(weigh_limits((*a, *b), (*c, *d))),
        _ => None,
    }
}

fn weigh_limits<T: Ord>(old: (T, T), new: (T, T)) -> Weight {
    match (new.0.cmp(&old.0), new.1.cmp(&old.1)) {
        (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal) => Weight::Same,
        (low, high) if low.is_le() && high.is_le() => Weight::Lighter,
        (low, high) if low.is_ge() && high.is_ge() => Weight::Heavier,
        _ => Weight::Unclear,
    }
}

/// A fine that waits for a refusal is lighter than an optional one, and that lighter than one that must be set.
fn compare_orders(old: Order, new: Order) -> (Weight, String) {
    let rank = |order| match order {
        Order::First => 0,
        Order::Optional => 1,
        Order::With => 2,
    };
    match rank(new).cmp(&rank(old)) {
        std::cmp::Ordering::Less => (Weight::Lighter, format!("新规定为“{}”", new.label())),
        std::cmp::Ordering::Equal => (Weight::Same, format!("均为“{}”", old.label())),
        std::cmp::Ordering::Greater => (Weight::Heavier, format!("新规定为“{}”", new.label())),
    }
}
