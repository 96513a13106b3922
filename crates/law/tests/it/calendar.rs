//! The calendar: known traps, totals, and what a wrong file is told.

use jiff::civil::date;
use law::calendar::Calendar;

#[test]
fn years_have_their_known_number_of_workdays() {
    let calendar = Calendar::builtin();
    for (year, workdays) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar.workdays_in(year), Some(workdays), "{year}");
        let counted = calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(counted, i64::from(workdays), "{year}");
    }
    assert_eq!(calendar.workdays_in(2027), None);
    assert_eq!((calendar.known_from(), calendar.known_until()), (date(2023, 1, 1), date(2026, 12, 31)));
}

#[test]
fn weekends_worked_in_exchange_are_workdays() {
    for day in [
        date(2023, 1, 28),
        date(2023, 1, 29),
        date(2023, 4, 23),
        date(2023, 5, 6),
        date(2023, 6, 25),
        date(2023, 10, 7),
        date(2023, 10, 8),
        date(2024, 2, 4),
        date(2024, 2, 18),
        date(2024, 4, 7),
        date(2024, 4, 28),
        date(2024, 5, 11),
        date(2024, 9, 14),
        date(2024, 9, 29),
        date(2024, 10, 12),
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ] {
        assert!(Calendar::builtin().is_workday(day), "{day}");
        assert!(!Calendar::builtin().is_holiday(day), "{day}");
        assert!(Calendar::builtin().describe(day).contains("调休上班"), "{day}");
    }
}

#[test]
fn holidays_on_weekdays_are_not_worked() {
    for (day, name) in [
        (date(2023, 4, 5), "清明节"),
        (date(2024, 2, 12), "春节"),
        (date(2024, 6, 10), "端午节"),
        (date(2024, 9, 17), "中秋节"),
        (date(2025, 10, 8), "国庆节"),
        (date(2026, 1, 2), "元旦"),
        (date(2026, 2, 23), "春节"),
        (date(2026, 9, 25), "中秋节"),
        (date(2026, 10, 7), "国庆节"),
    ] {
        assert!(!Calendar::builtin().is_workday(day), "{day}");
        assert!(Calendar::builtin().holiday(day).is_some_and(|h| h.contains(name)), "{day}");
    }
}

#[test]
fn plain_days() {
    let calendar = Calendar::builtin();
    assert!(calendar.is_workday(date(2026, 9, 18)));
    assert!(!calendar.is_workday(date(2026, 9, 19)));
    assert!(!calendar.is_workday(date(2024, 6, 8)) && !calendar.is_holiday(date(2024, 6, 8)));
    assert!(!calendar.is_workday(date(2023, 12, 31)) && !calendar.is_holiday(date(2023, 12, 31)));
    assert!(calendar.is_workday(date(2024, 12, 31)) && calendar.is_workday(date(2024, 2, 29)));
    // Unknown years fall back on the weekday.
    assert!(calendar.is_workday(date(2027, 1, 1)) && !calendar.is_workday(date(2027, 1, 2)));
    assert!(calendar.is_workday(date(2022, 10, 3)) && !calendar.is_workday(date(2022, 10, 8)));
}

#[test]
fn the_test_calendar_works_every_day() {
    let calendar = Calendar::every_day();
    for day in [date(2026, 10, 1), date(2026, 9, 19), date(1999, 1, 3)] {
        assert!(calendar.is_workday(day) && !calendar.is_holiday(day));
    }
    assert_ne!(calendar.digest(), Calendar::builtin().digest());
    assert_eq!(Calendar::builtin().digest().len(), 64);
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let good = "year = 2030\nsource = \"x\"\nchecked = \"2029-11-01\"\nworkdays = 260\n[[holiday]]\nname = \"元旦\"\nfrom = \"2030-01-01\"\nto = \"2030-01-01\"\n";
    let path = "calendars/2030.toml";
    assert!(Calendar::parse(&[(path, good)]).is_ok());
    for (find, put, told) in [
        ("source = \"x\"", "source = \"x\"\nholidays = 1", "holidays"),
        ("source = \"x\"", "source = \" \"", "来源"),
        ("year = 2030", "year = 2031", "文件名"),
        ("workdays = 260", "workdays = 261", "260"),
        ("to = \"2030-01-01\"", "to = \"2029-01-01\"", "不在2030年内"),
        ("to = \"2030-01-01\"", "to = \"2030-01-01\"\nworked = [\"2030-01-07\"]", "不是周末"),
        ("to = \"2030-01-01\"", "to = \"2030-01-06\"\nworked = [\"2030-01-05\"]", "既放假又上班"),
        ("from = \"2030-01-01\"", "from = \"2030-13-01\"", "from"),
        ("name = \"元旦\"", "nmae = \"元旦\"", "nmae"),
    ] {
        let text = good.replacen(find, put, 1);
        assert_ne!(text, good);
        let error = Calendar::parse(&[(path, &text)]).expect_err(told).to_string();
        assert!(error.contains(told) && error.contains(path), "{error}");
    }
    let later = good.replace("2030", "2032").replace("260", "261");
    let error =
        Calendar::parse(&[(path, good), ("calendars/2032.toml", &later)]).map(|_| ()).expect_err("gap").to_string();
    assert!(error.contains("2031") || error.contains("工作日"), "{error}");
}
