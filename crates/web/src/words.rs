//! Small wordings that many pages share.

use law::Day;
use law::money::Fen;

/// `11-24 周二`.
pub(crate) fn short_day(day: Day) -> String {
    format!("{:02}-{:02} {}", day.month(), day.day(), weekday(day))
}

/// `周二`.
pub(crate) fn weekday(day: Day) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
        [usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
}

/// An amount, or a dash for none.
pub(crate) fn yuan(fen: i64) -> String {
    if fen == 0 { "–".into() } else { Fen(fen).to_string() }
}

/// What is left until a last day: class of the chip, words, share used in steps of 5.
pub(crate) struct Left {
    pub(crate) class: &'static str,
    pub(crate) words: String,
    pub(crate) number: String,
    pub(crate) tail: &'static str,
    pub(crate) day: String,
    pub(crate) used: u8,
}

/// How a deadline looks today. `workdays` says in which days it was counted.
pub(crate) fn left(corpus: &law::corpus::Corpus, start: Day, last: Day, today: Day, workdays: bool) -> Left {
    let calendar = corpus.calendar();
    let days = |a: Day, b: Day| i64::from(b.since(a).map(|s| s.get_days()).unwrap_or(0));
    let count = |a: Day, b: Day| if workdays { calendar.workdays_between(a, b) } else { days(a, b) };
    let day = if last.year() == today.year() { short_day(last) } else { last.to_string() };
    let unit = if workdays { "个工作日" } else { "日" };
    let (whole, gone) = (count(start, last).max(1), count(start, today).max(0));
    let used = u8::try_from((gone * 100 / whole).clamp(0, 100) / 5 * 5).unwrap_or(100);
    if today > last {
        let over = count(last, today).max(1);
        return Left { class: "over", words: "超期".into(), number: over.to_string(), tail: unit, day, used: 100 };
    }
    let rest = count(today, last);
    if today == last {
        return Left { class: "warn", words: String::new(), number: "今天".into(), tail: "届满", day, used };
    }
    let class = if rest <= 2 || used >= 75 { "warn" } else { "" };
    Left { class, words: "剩".into(), number: rest.to_string(), tail: unit, day, used }
}
