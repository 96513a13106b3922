//! Which version of a matter governs: the law of the day of the conduct, or a newer one that is lighter.

use super::{Corpus, Fine, Order, Party, Version};
use crate::Day;
use crate::deadline::chinese;
use crate::money::Fen;

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

impl Corpus {
    /// The version that governs a conduct of one day decided on another (处罚法37): the one in force at the conduct unless the
    /// newer one is lighter.
    ///
    /// The newer one is taken only when each point that can be compared is no heavier and one is lighter: whom it reaches,
    /// whether an order must come first, the limits of the fine, the kinds of penalty. Where they point both ways, or a point
    /// cannot be compared, the older one stays and the text says that a person must weigh them. A conduct that
    /// lasts is asked with the day it ended. `None` for an unknown code or a day no version covers.
    pub fn applicable(&self, code: &str, conduct: Day, decided: Day) -> Option<Applicable<'_>> {
        let matter = self.matter(code)?;
        let old = matter.on(conduct)?;
        let plain = Applicable { version: old, at_conduct: old, newer: None, comparison: None };
        match matter.on(decided) {
            Some(new) if new.from == old.from => Some(plain),
            Some(new) => {
                let comparison = self.compare(old, new);
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

    fn compare(&self, old: &Version, new: &Version) -> Comparison {
        let mut points = Vec::new();
        for party in Party::ALL {
            match (old.reaches(party), new.reaches(party)) {
                (false, false) => continue,
                (true, false) => points.push((Weight::Lighter, format!("新规定不处罚{}", party.label()))),
                (false, true) => points.push((Weight::Heavier, format!("旧规定不处罚{}", party.label()))),
                (true, true) => points.push(compare_fines(party, old.fine(party), new.fine(party))),
            }
        }
        points.push(compare_orders(old.order, new.order));
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

fn compare_fines(party: Party, old: Option<&Fine>, new: Option<&Fine>) -> (Weight, String) {
    let who = party.label();
    let range = |fine: &Fine| match *fine {
        Fine::Range { min, max } => Some((false, min, max)),
        Fine::PerSquareMetre { min, max } => Some((true, min, max)),
        Fine::ByLaw => None,
    };
    let (old, new) = match (old, new) {
        (None, None) => return (Weight::Same, format!("对{who}均不罚款")),
        (Some(old), None) => return (Weight::Lighter, format!("对{who}原罚款{old}，现不罚款")),
        (None, Some(new)) => return (Weight::Heavier, format!("对{who}原不罚款，现罚款{new}")),
        (Some(old), Some(new)) => (old, new),
    };
    if old == new {
        return (Weight::Same, format!("对{who}罚款均为{old}"));
    }
    let weight = match (range(old), range(new)) {
        (Some((a, old_min, old_max)), Some((b, new_min, new_max))) if a == b => {
            weigh_limits((old_min, old_max), (new_min, new_max))
        }
        _ => Weight::Unclear,
    };
    (weight, format!("对{who}罚款原为{old}，现为{new}"))
}

fn weigh_limits(old: (Fen, Fen), new: (Fen, Fen)) -> Weight {
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
