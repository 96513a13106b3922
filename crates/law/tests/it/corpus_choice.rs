//! Two norms for one conduct: in time (处罚法37) and beside each other; never chosen silently.

use jiff::civil::date;
use law::corpus::{Corpus, Daily, Fine, Found, Measure, Measures, Order, Party, When, Within};
use law::money::Fen;

use crate::corpus::with_matter;

#[test]
fn a_conflict_is_seen_from_both_sides_and_waits_for_a_choice() {
    let corpus = Corpus::builtin();
    let day = date(2026, 9, 1);
    for (code, other, party, sums) in [
        ("B14", "B01", Party::Unit, ("50,000元以上500,000元以下", "5,000元以上50,000元以下")),
        ("C12", "C09", Party::Person, ("100元以上1,000元以下", "1,000元以上10,000元以下")),
        ("C07", "C06", Party::Unit, ("100,000元以上1,000,000元以下", "数额未查明")),
    ] {
        for (one, two, (mine, theirs)) in [(code, other, sums), (other, code, (sums.1, sums.0))] {
            let found = corpus.conflicts(one, day, party);
            let clash = found.iter().find(|clash| clash.other.matter == two).unwrap_or_else(|| panic!("{one} {two}"));
            assert_eq!(clash.own.matter, one);
            assert_eq!(clash.own.fine.map(ToString::to_string).as_deref(), Some(mine));
            assert_eq!(clash.other.fine.map(ToString::to_string).as_deref(), Some(theirs));
            let open = corpus.settled(one, day, party, &[]).expect_err("open");
            assert!(open.contains("法制审核人选定"), "{open}");
            assert!(clash.settled(corpus, &[(one, two)]).is_ok());
            assert!(clash.settled(corpus, &[(two, one)]).is_err_and(|why| why.contains(&format!("选定适用事项{two}"))));
        }
    }
    // A unit's renovation waste falls under both local rules and the code.
    let codes = |code, day, party| -> Vec<String> {
        corpus.conflicts(code, day, party).iter().map(|clash| clash.other.matter.to_owned()).collect()
    };
    assert_eq!(codes("C07", day, Party::Unit), ["C06", "C09"]);
    assert!(corpus.settled("C07", day, Party::Unit, &[("C07", "C06")]).is_err());
    assert!(corpus.settled("C07", day, Party::Unit, &[("C07", "C06"), ("C07", "C09")]).is_ok());
    // Not for the other kind of party, not before the code, not for a matter that conflicts with none.
    assert!(codes("B14", day, Party::Person).is_empty());
    assert!(codes("B14", date(2026, 8, 14), Party::Unit).is_empty());
    assert!(codes("C09", date(2026, 8, 14), Party::Person).is_empty());
    assert!(codes("A01", day, Party::Person).is_empty());
    assert!(corpus.settled("A01", day, Party::Person, &[]).is_ok());
}

#[test]
fn barbecue_under_the_code_is_lighter_only_without_refusal() {
    let corpus = Corpus::builtin();
    let (old, new) = (date(2026, 8, 14), date(2026, 9, 1));
    let ask = |found: &Found<'_>| corpus.applicable_found("D14", old, new, found).expect("D14");
    let open = ask(&Found::default());
    assert_eq!(open.version.from, date(2018, 10, 26));
    assert!(open.comparison.is_some_and(|c| !c.lighter && c.text.contains("须先确定情形")));
    let plain = ask(&Found { settled: true, ..Found::default() });
    assert_eq!(plain.version.from, date(2026, 8, 15));
    // 500 to 20,000 then; 5,000 to 20,000 after a refusal now: the lower limit is higher, though the order comes first.
    let refused = ask(&Found { settled: true, new: Some("refused"), ..Found::default() });
    assert_eq!(refused.version.from, date(2018, 10, 26));
}

#[test]
fn formulas_are_weighed_by_shape_or_by_what_was_measured() {
    let case = |old: &str, new: &str, measures: Measures| {
        let text = format!(
            "code = \"X01\"\nname = \"测试\"\n{}{}",
            one("2020-01-01", "to = \"2020-12-31\"\n", old),
            one("2021-01-01", "", new)
        );
        let corpus = with_matter(&text).expect("valid");
        let found = Found { measures, ..Found::default() };
        let applied = corpus.applicable_found("X01", date(2020, 6, 1), date(2021, 6, 1), &found).expect("found");
        let comparison = applied.comparison.expect("compared");
        (comparison.lighter, comparison.text)
    };
    let none = Measures::default;
    let metre = |min, max| format!("per = {{ unit = [\"area\"], min = \"{min}元\", max = \"{max}元\" }}");
    let times = |min, max| format!("share = {{ of = \"cost\", min = \"{min}\", max = \"{max}\" }}");
    let range = |min, max| format!("range = {{ min = \"{min}元\", max = \"{max}元\" }}");
    assert!(case(&metre(500, 2_000), &metre(300, 2_000), none()).0);
    assert!(!case(&metre(500, 2_000), &metre(300, 3_000), none()).0);
    assert!(case(&times("5%", "10%"), &times("5%", "8%"), none()).0);
    assert!(!case(&times("5%", "10%"), &times("5%", "2倍"), none()).0);
    let (lighter, text) = case(&range(10_000, 50_000), &metre(500, 2_000), none());
    assert!(!lighter && text.contains("查明面积以前不能比较"), "{text}");
    // 10 square metres: 5,000 to 20,000, lighter. 100: 50,000 to 200,000, heavier.
    let area = |hundredths| Measures::default().with(Measure::Area, hundredths);
    assert!(case(&range(10_000, 50_000), &metre(500, 2_000), area(1_000)).0);
    let (lighter, text) = case(&range(10_000, 50_000), &metre(500, 2_000), area(10_000));
    assert!(!lighter && text.contains("较重"), "{text}");
    // A floor makes the measure matter even between two formulas of one shape.
    let floored = "per = { unit = [\"area\"], min = \"300元\", max = \"2,000元\", floor = \"9,000元\" }";
    assert!(case(&metre(500, 2_000), floored, none()).1.contains("不能比较"));
    assert!(case(&metre(500, 2_000), floored, area(10_000)).0);
}

fn one(from: &str, to: &str, fine: &str) -> String {
    format!(
        "[[version]]\nfrom = \"{from}\"\n{to}name = \"行为\"\nconduct = {{ statute = \"fine\", article = \"20\" }}\n\
         penalty = {{ statute = \"fine\", article = \"20\" }}\nsubject = \"unit\"\nsorts = [\"fine\"]\nfine_unit.{fine}\n\
         order = \"with\"\nverification.verified = {{ source = \"测试\", on = \"2026-11-23\" }}\n"
    )
}

#[test]
fn orders_terms_and_circumstances_are_typed() {
    let corpus = Corpus::builtin();
    let on = |code: &str| corpus.matter(code).and_then(|m| m.on(date(2026, 9, 1))).unwrap_or_else(|| panic!("{code}"));
    for matter in corpus.matters() {
        for version in &matter.versions {
            let refused = version.branches.iter().any(|b| b.when == When::Refused || b.order == Some(Order::First));
            if version.order == Order::First || refused {
                assert!(version.correction.is_some_and(|c| c.recheck), "{} {}", matter.code, version.from);
            }
        }
    }
    assert_eq!(on("J06").correction.map(|c| c.within), Some(Within::Hours(2)));
    assert_eq!(on("B01").correction.map(|c| c.within), Some(Within::AtOnce));
    assert_eq!(on("D09").order_in(None), Order::With);
    assert_eq!(on("D09").order_in(Some("refused")), Order::First);
    let refused = Fine::Range { min: Fen::yuan(50_000), max: Fen::yuan(200_000) };
    assert_eq!(on("D09").fine_in(Party::Unit, Some("refused")), Ok(&refused));
    assert!(matches!(on("B13").daily, Some(Daily::Allowed(_))) && matches!(on("D12").daily, Some(Daily::Excluded(_))));
}
