//! Parameters are read whole or not at all, and chosen by the day.

use offsite::detection::air::dust::DustRule;
use offsite::detection::air::{dust, noise};
use offsite::detection::parameters::{self, Book, State};
use offsite::detection::time::day_number;

#[test]
fn the_shipped_books_parse_and_say_what_is_unchecked() {
    let dust = parameters::dust().on(day_number(jiff::civil::date(2026, 9, 1))).expect("in force");
    assert_eq!(dust.state, State::Unchecked);
    assert_eq!(
        dust.values.limits,
        [dust::Limit { above_ng: 1_000_000, allowed: 6 }, dust::Limit { above_ng: 2_000_000, allowed: 1 }]
    );
    assert_eq!(parameters::fume().editions().count(), 1);
    assert_eq!(parameters::truck().editions().count(), 1);
    assert!(parameters::dust().on(day_number(jiff::civil::date(2010, 1, 1))).is_none());
}

#[test]
fn an_edition_holds_from_its_first_to_its_last_day() {
    let on = |y, m, d| parameters::noise().on(day_number(jiff::civil::date(y, m, d))).map(|e| e.version.as_str());
    assert_eq!(on(2025, 12, 31), Some("GB 12523-2011"));
    assert_eq!(on(2026, 1, 1), Some("GB 12523-2025"));
    let _: Option<&noise::NoiseRule> = parameters::noise().editions().next().map(|e| &e.values);
}

#[test]
fn a_faulty_book_is_refused() {
    let good = include_str!("../../data/detection/dust.toml");
    let refused = |text: &str| Book::<DustRule>::parse(text).expect_err("refused");
    assert!(refused(&good.replace("valid_min", "valid_minutes")).contains("valid_minutes"));
    assert!(
        refused(&good.replace("from = \"2017-01-01\"", "from = \"2017-01-01\"\nto = \"2016-01-01\"")).contains("早于")
    );
    let twice =
        format!("{good}\n{}", good.split_once("[[edition]]").map(|(_, e)| format!("[[edition]]{e}")).expect("one"));
    assert!(refused(&twice).contains("重复"));
    assert!(refused(&twice.replacen("DB31/964-2016\"", "x\"", 1)).contains("重叠"));
    assert!(refused("id = \"dust\"\nedition = []").contains("没有任何版本"));
}
