//! How a report says a number: exactly, rounded down with 余, about with 约, in 万元, as a share, or with a sentence for none.
//!
//! Whatever the rule, the words never say more than happened, and figures stand without commas, as official reports print them.

use serde::Deserialize;

/// Fen in ten thousand yuan.
const WAN: u64 = 1_000_000;

/// Which way of saying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `646件`.
    Exact,
    /// Rounded down to this step, then 余: `200余次`. A number that is a multiple, or smaller than one step, is said exactly.
    Floor(u32),
    /// 约 and the nearest multiple of this step, halves upwards: `约1650个`. A number smaller than one step is said exactly.
    About(u32),
    /// An amount of fen: from ten thousand yuan on in 万元 with as many decimals as it takes (`338.3万元`), below it in 元. Always exact.
    Wan,
    /// A number of tenths with as many decimals as it takes: `58学时`, `2.5学分`. Always exact.
    Tenths,
    /// A share of a hundred, cut after the first decimal: `97.3%`; `100%` only where it is all of them.
    Percent,
}

/// A rule, and the sentence where there was none at all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The rule.
    pub rule: Rule,
    /// What is said instead of zero, `未收到`; zero is said with its unit where this is absent.
    #[serde(default)]
    pub none: Option<String>,
}

impl Wording {
    /// The number in words. `value` is fen under [`Rule::Wan`]; a share is worded by [`percent`].
    pub fn say(&self, value: i64, unit: &str) -> String {
        match &self.none {
            Some(none) if value == 0 => none.clone(),
            _ => say(self.rule, value, unit),
        }
    }
}

fn say(rule: Rule, value: i64, unit: &str) -> String {
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    match rule {
        // Rounding below zero would say more than happened.
        Rule::Floor(step) if value >= i64::from(step) && step > 0 && value % i64::from(step) != 0 => {
            let step = i64::from(step);
            format!("{}余{unit}", value / step * step)
        }
        Rule::About(step) if value >= i64::from(step) && step > 0 => {
            let step = u64::from(step);
            format!("约{}{unit}", (size + step / 2) / step * step)
        }
        Rule::Exact | Rule::Floor(_) | Rule::About(_) | Rule::Percent => format!("{value}{unit}"),
        Rule::Tenths => format!("{sign}{}{unit}", decimal(size, 10)),
        Rule::Wan if size >= WAN => format!("{sign}{}万元", decimal(size, WAN)),
        Rule::Wan => format!("{sign}{}元", decimal(size, 100)),
    }
}

/// The share of `of` in `over` in percent, cut after the first decimal; none over nothing.
///
/// Cut, not rounded: 999 of 1,000 contacted in time is no `100%`. A share too small to show is `不足0.1%`.
pub(crate) fn percent(of: i64, over: i64) -> Option<String> {
    if over <= 0 {
        return None;
    }
    let tenths = i128::from(of) * 1000 / i128::from(over);
    Some(match (tenths / 10, tenths % 10) {
        (0, 0) if of > 0 => "不足0.1%".into(),
        (whole, 0) => format!("{whole}%"),
        (whole, tenth) => format!("{whole}.{tenth}%"),
    })
}

/// A number of tenths, `2.5`.
pub(crate) fn tenths(n: i64) -> String {
    say(Rule::Tenths, n, "")
}

/// `size / whole` with as many decimals as it takes; `whole` is a power of ten.
fn decimal(size: u64, whole: u64) -> String {
    let digits = (whole - 1).to_string().len();
    let part = format!("{:0digits$}", size % whole);
    match part.trim_end_matches('0') {
        "" => (size / whole).to_string(),
        part => format!("{}.{part}", size / whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow_floor(value: i64, step: i64) -> String {
        let mut below = 0;
        while below + step <= value {
            below += step;
        }
        if below == 0 || below == value { format!("{value}次") } else { format!("{below}余次") }
    }

    fn slow_about(value: i64, step: i64) -> String {
        if value < step {
            return format!("{value}次");
        }
        let (mut best, mut at) = (0, 0);
        while at <= value + step {
            // A tie goes to the later, the larger one.
            if (value - at).abs() <= (value - best).abs() {
                best = at;
            }
            at += step;
        }
        format!("约{best}次")
    }

    #[test]
    fn rounding_agrees_with_counting_in_steps() {
        for value in 0..12_000 {
            assert_eq!(say(Rule::Floor(100), value, "次"), slow_floor(value, 100), "{value}");
            assert_eq!(say(Rule::About(50), value, "次"), slow_about(value, 50), "{value}");
        }
        for value in 0..300 {
            assert_eq!(say(Rule::Floor(7), value, "次"), slow_floor(value, 7), "{value}");
            assert_eq!(say(Rule::About(7), value, "次"), slow_about(value, 7), "{value}");
        }
    }

    #[test]
    fn words_of_the_report_of_2024() {
        let said = [
            (Rule::Exact, 646, "件", "646件"),
            (Rule::Exact, 2144, "件", "2144件"),
            (Rule::Floor(100), 212, "次", "200余次"),
            (Rule::Floor(100), 9846, "人次", "9800余人次"),
            (Rule::About(50), 1652, "个", "约1650个"),
            (Rule::Wan, 338_300_000, "元", "338.3万元"),
            (Rule::Wan, 21_000_000, "元", "21万元"),
        ];
        for (rule, value, unit, words) in said {
            assert_eq!(say(rule, value, unit), words);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(say(Rule::Floor(100), 99, "次"), "99次");
        assert_eq!(say(Rule::Floor(100), 100, "次"), "100次");
        assert_eq!(say(Rule::Floor(100), 101, "次"), "100余次");
        assert_eq!(say(Rule::Floor(100), 200, "次"), "200次", "not 余 where nothing is left over");
        assert_eq!(say(Rule::About(50), 1624, "个"), "约1600个");
        assert_eq!(say(Rule::About(50), 1625, "个"), "约1650个", "a half goes up");
        assert_eq!(say(Rule::About(50), 1674, "个"), "约1650个");
        assert_eq!(say(Rule::About(50), 1675, "个"), "约1700个");
        assert_eq!(say(Rule::About(50), 49, "个"), "49个");
        assert_eq!(say(Rule::Wan, 0, "元"), "0元");
        assert_eq!(say(Rule::Wan, 999_999, "元"), "9999.99元");
        assert_eq!(say(Rule::Wan, 80_050, "元"), "800.5元");
        assert_eq!(say(Rule::Wan, 1_000_000, "元"), "1万元");
        assert_eq!(say(Rule::Wan, 123_456_789, "元"), "123.456789万元");
        assert_eq!(say(Rule::Wan, -150_000_000, "元"), "-150万元");
        assert_eq!(say(Rule::Floor(100), -150, "次"), "-150次");
        assert_eq!(say(Rule::Tenths, 580, "学时"), "58学时");
        assert_eq!(say(Rule::Tenths, 25, "学分"), "2.5学分");
        assert_eq!(say(Rule::Tenths, 0, "学分"), "0学分");
        assert_eq!(say(Rule::Exact, i64::MIN, "件"), format!("{}件", i64::MIN));
    }

    #[test]
    fn amounts_in_wan_read_back_as_the_same_amount() {
        let mut fen: i64 = 1;
        while fen < 90_000_000_000_000 {
            for amount in [fen - 1, fen, fen + 1, fen * 7 / 3] {
                let words = say(Rule::Wan, amount, "元");
                assert_eq!(words.parse::<law::money::Fen>(), Ok(law::money::Fen(amount)), "{words}");
            }
            fen *= 3;
        }
    }

    #[test]
    fn shares_never_say_more_than_happened() {
        assert_eq!(percent(1, 1).as_deref(), Some("100%"));
        assert_eq!(percent(999, 1000).as_deref(), Some("99.9%"));
        assert_eq!(percent(9999, 10_000).as_deref(), Some("99.9%"));
        assert_eq!(percent(2, 3).as_deref(), Some("66.6%"));
        assert_eq!(percent(1, 2000).as_deref(), Some("不足0.1%"));
        assert_eq!(percent(0, 7).as_deref(), Some("0%"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn none_has_a_sentence_of_its_own() {
        let wording = Wording { rule: Rule::Exact, none: Some("未收到".into()) };
        assert_eq!(wording.say(0, "份"), "未收到");
        assert_eq!(wording.say(1, "份"), "1份");
        assert_eq!(Wording { none: None, ..wording }.say(0, "份"), "0份");
    }
}
