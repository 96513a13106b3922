//! Terms: cases from the books and a slow twin on random input.

use jiff::civil::date;
use law::Day;
use law::calendar::Calendar;
use law::deadline::{Length, Span, Term};

use crate::money::Random;

#[track_caller]
fn due(start: Day, term: Term, last: Day) {
    let due = Calendar::builtin().due(start, term, &[]);
    assert_eq!(due.last, last);
    assert!(!due.provisional);
}

#[test]
fn working_days_skip_holidays_and_count_exchanged_weekends() {
    due(date(2026, 9, 11), Term::workdays(5), date(2026, 9, 18));
    due(date(2026, 9, 18), Term::workdays(7), date(2026, 9, 29));
    due(date(2026, 4, 30), Term::workdays(5), date(2026, 5, 11));
    due(date(2024, 2, 1), Term::workdays(5), date(2024, 2, 7));
    due(date(2024, 2, 9), Term::workdays(1), date(2024, 2, 18));
    due(date(2024, 9, 13), Term::workdays(2), date(2024, 9, 18));
    due(date(2026, 9, 18), Term::workdays(1), date(2026, 9, 20));
    due(date(2026, 9, 18), Term::workdays(0), date(2026, 9, 18));
    due(date(2025, 12, 31), Term::workdays(2), date(2026, 1, 5));
}

#[test]
fn calendar_days_roll_only_in_the_partys_favour() {
    due(date(2026, 9, 16), Term::days(15), date(2026, 10, 1));
    due(date(2026, 9, 16), Term::days(15).rolling(), date(2026, 10, 8));
    due(date(2026, 9, 5), Term::days(15).rolling(), date(2026, 9, 20));
    due(date(2026, 9, 4), Term::days(15).rolling(), date(2026, 9, 20));
    due(date(2026, 7, 3), Term::days(90), date(2026, 10, 1));
}

#[test]
fn months_end_on_the_same_number_or_the_last_day() {
    due(date(2026, 8, 31), Term::months(6), date(2027, 2, 28));
    due(date(2024, 2, 29), Term::years(1), date(2025, 2, 28));
    due(date(2024, 2, 29), Term::years(2), date(2026, 2, 28));
    due(date(2026, 1, 15), Term::months(3), date(2026, 4, 15));
    due(date(2026, 4, 1), Term::months(6).rolling(), date(2026, 10, 8));
}

#[test]
fn excluded_days_are_not_counted() {
    let calendar = Calendar::builtin();
    let hearing = [Span::new(date(2026, 7, 10), date(2026, 7, 19)), Span::new(date(2026, 7, 15), date(2026, 7, 20))];
    assert_eq!(calendar.due(date(2026, 7, 3), Term::days(90), &hearing).last, date(2026, 10, 12));
    // A span that touches the start or lies behind the end takes nothing away; an empty one neither.
    let idle = [
        Span::new(date(2026, 7, 1), date(2026, 7, 3)),
        Span::new(date(2026, 12, 1), date(2026, 12, 9)),
        Span::new(date(2026, 8, 9), date(2026, 8, 1)),
    ];
    assert_eq!(calendar.due(date(2026, 7, 3), Term::days(90), &idle).last, date(2026, 10, 1));
    let test = [Span::new(date(2026, 9, 14), date(2026, 9, 15))];
    assert_eq!(calendar.due(date(2026, 9, 11), Term::workdays(5), &test).last, date(2026, 9, 21));
    assert_eq!(
        calendar.due(date(2026, 1, 15), Term::months(3), &[Span::new(date(2026, 2, 1), date(2026, 2, 10))]).last,
        date(2026, 4, 25)
    );
    // A rolling day does not come to rest on an excluded one.
    let after = [Span::new(date(2026, 9, 21), date(2026, 9, 22))];
    assert_eq!(
        calendar
            .due(date(2026, 8, 28), Term::days(15).rolling(), &[Span::new(date(2026, 9, 14), date(2026, 9, 14))])
            .last,
        date(2026, 9, 15)
    );
    assert_eq!(calendar.due(date(2026, 9, 5), Term::days(15).rolling(), &after).last, date(2026, 9, 20));
}

#[test]
fn what_lies_past_the_known_calendar_is_provisional() {
    let calendar = Calendar::builtin();
    let is = |start, term| calendar.due(start, term, &[]).provisional;
    assert!(!is(date(2026, 12, 21), Term::workdays(8)));
    assert!(is(date(2026, 12, 21), Term::workdays(9)));
    assert!(is(date(2026, 12, 30), Term::days(15).rolling()));
    // Plain calendar days ask no calendar.
    assert!(!is(date(2026, 12, 30), Term::days(15)));
    assert!(is(date(2022, 12, 30), Term::workdays(5)));
    assert!(!is(date(2022, 12, 31), Term::workdays(5)));
    assert!(!Calendar::every_day().due(date(2050, 1, 1), Term::workdays(5), &[]).provisional);
}

#[test]
fn the_end_of_the_civil_calendar_stops_every_count() {
    let calendar = Calendar::builtin();
    for start in [Day::MAX, date(9999, 12, 30), date(9990, 1, 1)] {
        for length in
            [Length::Workdays(u16::MAX), Length::Days(u16::MAX), Length::Months(u16::MAX), Length::Years(u16::MAX)]
        {
            for roll in [false, true] {
                let last = calendar.due(start, Term { length, roll }, &[Span::new(Day::MIN, date(2000, 1, 1))]).last;
                assert_eq!(last, Day::MAX);
            }
        }
    }
    assert_eq!(calendar.due(Day::MIN, Term::workdays(3), &[]).last.year(), -9999);
}

#[test]
fn whole_days_between_notice_and_event() {
    let calendar = Calendar::builtin();
    let notice = date(2026, 9, 18);
    assert_eq!(calendar.full_days_before(notice, date(2026, 9, 28)), 5);
    assert_eq!(calendar.full_days_before(notice, date(2026, 9, 29)), 6);
    assert_eq!(calendar.full_days_before(notice, date(2026, 9, 30)), 7);
    assert_eq!(calendar.full_days_before(notice, notice), 0);
    assert_eq!(calendar.full_days_before(notice, date(2026, 9, 1)), 0);
    assert_eq!(calendar.full_days_before(notice, date(2026, 9, 19)), 0);
    assert_eq!(calendar.first_day_with_full(notice, 7).last, date(2026, 9, 30));
    assert_eq!(calendar.workdays_between(notice, date(2026, 9, 21)), 2);
    assert_eq!(calendar.workdays_between(date(2026, 9, 21), notice), -2);
    assert_eq!(calendar.workdays_between(notice, notice), 0);
}

#[test]
fn the_derivation_reads_day_by_day() {
    let steps = Calendar::builtin().explain(
        date(2026, 9, 18),
        Term::workdays(3),
        &[Span::new(date(2026, 9, 22), date(2026, 9, 22))],
    );
    let told: Vec<_> =
        steps.iter().filter_map(|s| Some(format!("{} {}", s.day?, s.text.replace('\u{FF0C}', ",")))).collect();
    assert_eq!(
        told,
        [
            "2026-09-18 星期五,起算之日,不计入",
            "2026-09-19 星期六,不计",
            "2026-09-20 星期日,调休上班,第1个工作日",
            "2026-09-21 星期一,第2个工作日",
            "2026-09-22 星期二,依法扣除,不计",
            "2026-09-23 星期三,第3个工作日",
            "2026-09-23 2026年9月23日届满",
        ]
    );
}

#[test]
fn the_derivation_of_a_long_term_is_short() {
    let calendar = Calendar::builtin();
    let told = |start, term, excluded: &[Span]| {
        let steps = calendar.explain(start, term, excluded);
        steps.iter().map(|s| s.text.replace('\u{FF0C}', ",")).collect::<Vec<_>>()
    };
    assert_eq!(
        told(date(2026, 7, 3), Term::days(90), &[Span::new(date(2026, 7, 10), date(2026, 7, 19))]),
        ["星期五,起算之日,不计入", "2026年7月10日起10日依法扣除,不计", "星期日,第90日", "2026年10月11日届满"]
    );
    assert_eq!(
        told(date(2026, 9, 20), Term::days(15).rolling(), &[]),
        [
            "星期日,起算之日,不计入",
            "星期一,国庆节放假,第15日",
            "星期一,国庆节放假,期满顺延",
            "星期二,国庆节放假,期满顺延",
            "星期三,国庆节放假,期满顺延",
            "2026年10月8日届满"
        ]
        .map(|s| s.replace("国庆节放假,第", "第"))
    );
    let last = told(date(2026, 12, 30), Term::workdays(5), &[]).pop().unwrap_or_default();
    assert!(last.contains("2026年12月31日") && last.contains("暂定"), "{last}");
    assert_eq!(told(date(2026, 8, 31), Term::months(6), &[])[1], "自2026年8月31日起满6个月");
}

#[test]
fn due_and_explain_agree_with_the_slow_twin() {
    let mut random = Random(3);
    for round in 0..20_000 {
        let start = date(2022, 11, 1).saturating_add(jiff::Span::new().days(random.below(1_700) as i64));
        let n = random.below(if round % 10 == 0 { 200 } else { 40 }) as u16;
        let length = match random.below(5) {
            0 => Length::Days(n),
            1 => Length::Months(n % 30),
            2 => Length::Years(n % 6),
            _ => Length::Workdays(n),
        };
        let term = Term { length, roll: random.below(2) == 0 };
        let mut excluded = Vec::new();
        for _ in 0..random.below(4) {
            let from = start.saturating_add(jiff::Span::new().days(random.below(60) as i64 - 10));
            excluded.push(Span::new(from, from.saturating_add(jiff::Span::new().days(random.below(20) as i64 - 3))));
        }
        let calendar = if random.below(8) == 0 { Calendar::every_day() } else { Calendar::builtin() };
        let due = calendar.due(start, term, &excluded);
        assert_eq!(due.last, slow_due(calendar, start, term, &excluded), "{start} {term:?} {excluded:?}");
        let steps = calendar.explain(start, term, &excluded);
        assert_eq!(steps.last().and_then(|s| s.day), Some(due.last));
        assert_eq!(steps.first().and_then(|s| s.day), Some(start));
        assert_eq!(steps.last().is_some_and(|s| s.text.contains("暂定")), due.provisional);
        if let Length::Workdays(n) = length
            && (1..=30).contains(&n)
            && !term.roll
        {
            assert!(steps[steps.len() - 2].text.contains(&format!("第{n}个工作日")));
            assert_eq!(steps.iter().filter(|s| s.text.contains("个工作日")).count(), usize::from(n));
        }
        if let Length::Workdays(n) = length
            && excluded.is_empty()
            && !term.roll
        {
            assert_eq!(calendar.workdays_between(start, due.last), i64::from(n));
        }
    }
}

/// All days of ten years in a list, struck out one reason at a time, then the n-th taken.
fn slow_due(calendar: &Calendar, start: Day, term: Term, excluded: &[Span]) -> Day {
    let all: Vec<Day> = (1..4_000).map(|n| start.saturating_add(jiff::Span::new().days(n))).collect();
    let struck: Vec<Day> = excluded
        .iter()
        .flat_map(|s| {
            let mut day = s.from;
            let mut days = Vec::new();
            while day <= s.to {
                days.push(day);
                day = day.saturating_add(jiff::Span::new().days(1));
            }
            days
        })
        .collect();
    let left: Vec<Day> = all.iter().copied().filter(|d| !struck.contains(d)).collect();
    let nth = |days: Vec<Day>, n: usize| if n == 0 { start } else { days[n - 1] };
    let last = match term.length {
        Length::Workdays(n) => nth(left.into_iter().filter(|d| calendar.is_workday(*d)).collect(), usize::from(n)),
        Length::Days(n) => nth(left, usize::from(n)),
        Length::Months(n) => {
            let n = distance(start, slow_months(start, i16::from_ne_bytes(n.to_ne_bytes())));
            nth(left, n)
        }
        Length::Years(n) => nth(left, distance(start, slow_months(start, 12 * i16::from_ne_bytes(n.to_ne_bytes())))),
    };
    if !term.roll {
        return last;
    }
    let from = std::iter::once(last).chain(all.into_iter().filter(|d| *d > last && !struck.contains(d)));
    from.into_iter().find(|d| calendar.is_workday(*d)).unwrap_or(last)
}

fn slow_months(start: Day, months: i16) -> Day {
    let index = start.year() * 12 + i16::from(start.month()) - 1 + months;
    let (year, month) = (index / 12, (index % 12 + 1) as i8);
    let mut day = start.day();
    loop {
        match Day::new(year, month, day) {
            Ok(found) => return found,
            Err(_) => day -= 1,
        }
    }
}

fn distance(from: Day, to: Day) -> usize {
    let mut day = from;
    let mut n = 0;
    while day < to {
        day = day.saturating_add(jiff::Span::new().days(1));
        n += 1;
    }
    n
}
