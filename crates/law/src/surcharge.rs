//! The surcharge for paying a fine late (处罚法72、73): three in a hundred for each late day, never above the fine.

use crate::Day;
use crate::deadline::{Span, chinese};
use crate::money::Fen;

/// A surcharge with the steps that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surcharge {
    /// The sum, never above the fine.
    pub total: Fen,
    /// Late days that count: after the last day to pay, up to the day asked for, outside review and suit, while something was owed.
    pub days: u32,
    /// Whether the cap was reached.
    pub capped: bool,
    /// The derivation, in Chinese.
    pub steps: Vec<String>,
}

/// The surcharge up to and including a day.
///
/// `due` is the last day on which payment is in time, `paid` what was paid and when, `paused` the days of review and suit. Each counted day
/// adds three in a hundred of what is unpaid on that day: a payment still counts as owed on its own day. Reading the unpaid part, not the whole
/// fine, as the base is in the party's favour. The sum of fen is rounded down once.
pub fn surcharge(fine: Fen, due: Day, paid: &[(Day, Fen)], paused: &[Span], upto: Day) -> Surcharge {
    let mut steps = vec![format!("缴款期限{}届满，自次日起每日按欠缴罚款的百分之三计算", chinese(due))];
    let mut edges: Vec<Day> = paid.iter().map(|(day, _)| next(*day)).collect();
    edges.extend(paused.iter().flat_map(|span| [span.from, next(span.to)]));
    edges.push(next(due));
    edges.retain(|day| *day > due && *day <= upto);
    edges.sort_unstable();
    edges.dedup();
    let (mut hundredths, mut days) = (0i64, 0u32);
    for (at, from) in edges.iter().enumerate() {
        let last = edges.get(at + 1).and_then(|day| day.yesterday().ok()).unwrap_or(upto);
        let before: i64 = paid.iter().filter(|(day, _)| day < from).map(|(_, fen)| fen.0).fold(0, i64::saturating_add);
        let owed = fine.0.saturating_sub(before).max(0);
        let n = (last - *from).get_days().max(-1) + 1;
        if paused.iter().any(|span| span.has(*from)) {
            steps.push(format!("{}至{}复议、诉讼期间，不计", chinese(*from), chinese(last)));
        } else if owed > 0 {
            days = days.saturating_add(n.unsigned_abs());
            hundredths = hundredths.saturating_add(owed.saturating_mul(3).saturating_mul(i64::from(n)));
            steps.push(format!("{}至{}共{n}日，欠缴{}", chinese(*from), chinese(last), Fen(owed)));
        }
    }
    let sum = hundredths / 100;
    let capped = sum > fine.0;
    let total = Fen(sum.min(fine.0).max(0));
    if capped {
        steps.push(format!("合计{}，超过罚款本数，按{fine}计", Fen(sum)));
    } else {
        steps.push(format!("合计{total}"));
    }
    Surcharge { total, days, capped, steps }
}

fn next(day: Day) -> Day {
    day.tomorrow().unwrap_or(Day::MAX)
}
