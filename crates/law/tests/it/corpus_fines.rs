//! Formulas of fines: bands, rounding, floors and caps, missing quantities; against a slow twin on random input.

use jiff::civil::date;
use law::corpus::{Band, Corpus, Fine, Measure, Measures, NoBand, Party, Rate, daily};
use law::money::Fen;

use crate::money::Random;

fn per(unit: &[Measure], min: i64, max: i64) -> Fine {
    Fine::Per { unit: unit.to_vec(), min: Fen(min), max: Fen(max), floor: None, cap: None }
}

fn share(of: Measure, min: u32, max: u32) -> Fine {
    Fine::Share { of, min: Rate(min), max: Rate(max), floor: None, cap: None }
}

fn known(list: &[(Measure, i64)]) -> Measures {
    list.iter().fold(Measures::default(), |known, (measure, amount)| known.with(*measure, *amount))
}

fn limits(band: Result<Band, NoBand>) -> (i64, i64) {
    band.map(|band| (band.min.0, band.max.0)).expect("a band")
}

#[test]
fn what_the_formulas_of_the_texts_come_to() {
    let corpus = Corpus::builtin();
    let of = |code: &str, branch: Option<&str>, list: &[(Measure, i64)]| {
        let version = corpus.matter(code).and_then(|m| m.on(date(2022, 1, 1))).unwrap_or_else(|| panic!("{code}"));
        version.band(Party::Unit, branch, &known(list)).map(|band| (band.min, band.max))
    };
    let yuan = |min, max| Ok((Fen::yuan(min), Fen::yuan(max)));
    // 绿化条例44(1): 10 to 30 yuan for each square metre and day; 20 square metres for 15 days.
    assert_eq!(of("F03", None, &[(Measure::Area, 2_000), (Measure::Days, 15)]), yuan(3_000, 9_000));
    // 绿化条例44(2): 500 to 2,000 yuan a square metre; 12.5 of them.
    assert_eq!(of("F04", None, &[(Measure::Area, 1_250)]), yuan(6_250, 25_000));
    // 绿化条例43(1): three to five times the standard; 8,000 yuan.
    assert_eq!(of("F01", None, &[(Measure::Compensation, 800_000)]), yuan(24_000, 40_000));
    // 城乡规划法64: 5 to 10 per cent of the cost; 300,000 yuan.
    assert_eq!(of("E01", Some("correctable"), &[(Measure::Cost, 30_000_000)]), yuan(15_000, 30_000));
    assert_eq!(of("E01", Some("stands"), &[(Measure::Cost, 30_000_000)]), yuan(0, 30_000));
    // 城乡规划法66: up to the cost of the temporary building.
    assert_eq!(of("E04", None, &[(Measure::TemporaryCost, 4_000_000)]), yuan(0, 40_000));
    // 市容条例2018第43条: 200 yuan a tonne; 2.5 tonnes.
    assert_eq!(of("C09", None, &[(Measure::Tonnes, 250)]), yuan(500, 500));
    // 古树条例25: for each tree.
    assert_eq!(of("F09", Some("death"), &[(Measure::Trees, 2)]), yuan(10_000, 100_000));
    // 沪道路条例43: a fixed range, or three to five times the repair.
    assert_eq!(of("G04", Some("damaged"), &[]), yuan(5_000, 20_000));
    assert_eq!(of("G04", Some("damaged_repair"), &[(Measure::Repair, 1_000_000)]), yuan(30_000, 50_000));
    assert!(matches!(of("G04", None, &[]), Err(NoBand::Branch(which)) if which.contains("修复费用")));
    assert!(matches!(of("G04", Some("none"), &[]), Err(NoBand::UnknownBranch(_))));
    // 市容条例2018第36条: 50 yuan an animal, persons only.
    assert!(
        matches!(of("A21", None, &[(Measure::Animals, 3)]), Err(NoBand::NoFine(why)) if why.contains("只适用于个人"))
    );
}

#[test]
fn a_missing_quantity_is_named_and_never_fits() {
    let corpus = Corpus::builtin();
    for (code, branch, given, missing) in [
        ("F03", None, vec![], "面积"),
        ("F03", None, vec![(Measure::Area, 100)], "天数"),
        ("F03", None, vec![(Measure::Days, 1)], "面积"),
        ("F02", None, vec![(Measure::Repair, 100)], "绿化补偿标准"),
        ("E01", Some("correctable"), vec![], "建设工程造价"),
        ("E04", None, vec![(Measure::Cost, 100)], "临时建设工程造价"),
        ("C09", None, vec![], "重量"),
        ("F09", Some("felled_first"), vec![], "树木株数"),
    ] {
        let version = corpus.matter(code).and_then(|m| m.on(date(2022, 1, 1))).unwrap_or_else(|| panic!("{code}"));
        for amount in [1, 100, 1_000_000] {
            let refused = version.fine_fits(Party::Person, branch, Fen(amount), &known(&given));
            assert!(refused.is_err_and(|why| why.contains(&format!("须先查明并填写{missing}"))), "{code}");
        }
    }
    let unread = corpus.matter("E10").and_then(|m| m.on(date(2025, 1, 1))).expect("E10");
    let refused = unread.fine_fits(Party::Person, None, Fen::yuan(10_000), &Measures::default());
    assert!(refused.is_err_and(|why| why.contains("未查明")));
}

#[test]
fn an_amount_fits_exactly_where_the_band_holds_it() {
    let mut random = Random(31);
    let all = Corpus::builtin().matters().flat_map(|m| m.versions.iter());
    let mut seen = 0;
    for version in all {
        let branches = version.branches.iter().map(|b| Some(b.id.as_str()));
        for branch in std::iter::once(None).chain(branches) {
            for party in Party::ALL {
                let all: Vec<_> = Measure::ALL.iter().map(|m| (*m, 1 + random.below(9_000_000) as i64)).collect();
                let measures = known(&all);
                let band = version.band(party, branch, &measures);
                for _ in 0..20 {
                    let near = |limit: Fen, random: &mut Random| limit.0 - 2 + random.below(5) as i64;
                    let amount = match (&band, random.below(3)) {
                        (Ok(band), 0) => near(band.min, &mut random),
                        (Ok(band), 1) => near(band.max, &mut random),
                        _ => random.below(30_000_000) as i64,
                    };
                    let inside = band.as_ref().is_ok_and(|b| b.min.0 <= amount && amount <= b.max.0 && amount > 0);
                    let fits = version.fine_fits(party, branch, Fen(amount), &measures);
                    assert_eq!(fits.is_ok(), inside, "{} {branch:?} {party:?} {amount}: {fits:?}", version.name);
                    seen += usize::from(inside);
                }
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
}

#[test]
fn floors_and_caps_move_the_band() {
    let with = |floor: Option<i64>, cap: Option<i64>| Fine::Share {
        of: Measure::Gains,
        min: Rate(10_000),
        max: Rate(30_000),
        floor: floor.map(Fen::yuan),
        cap: cap.map(Fen::yuan),
    };
    let gains = |yuan: i64| known(&[(Measure::Gains, yuan * 100)]);
    let band = |fine: &Fine, yuan| limits(fine.band(&gains(yuan)));
    assert_eq!(band(&with(None, None), 1_000), (100_000, 300_000));
    assert_eq!(band(&with(Some(2_000), None), 1_000), (200_000, 300_000));
    assert_eq!(band(&with(Some(5_000), None), 1_000), (500_000, 500_000));
    assert_eq!(band(&with(None, Some(2_500)), 1_000), (100_000, 250_000));
    assert_eq!(band(&with(None, Some(500)), 1_000), (50_000, 50_000));
    assert_eq!(band(&with(Some(2_000), Some(2_500)), 1_000), (200_000, 250_000));
    assert_eq!(band(&with(Some(2_000), Some(2_500)), 900), (200_000, 250_000));
    let told = with(Some(2_000), Some(2_500)).band(&gains(1_000)).expect("a band").steps.join("。");
    for word in ["违法所得的1倍以上3倍以下", "违法所得1,000元", "不低于2,000元", "不高于2,500元"]
    {
        assert!(told.contains(word), "{told}");
    }
}

#[test]
fn parts_of_a_fen_narrow_the_band() {
    assert_eq!(limits(per(&[Measure::Area], 150, 150).band(&known(&[(Measure::Area, 101)]))), (152, 151));
    assert_eq!(limits(share(Measure::Cost, 500, 1_000).band(&known(&[(Measure::Cost, 101)]))), (6, 10));
    assert_eq!(limits(share(Measure::Cost, 1, 1).band(&known(&[(Measure::Cost, 9_999)]))), (1, 0));
    let huge = known(&[(Measure::Area, i64::MAX), (Measure::Days, i64::MAX)]);
    let largest = per(&[Measure::Area, Measure::Days], i64::MAX, i64::MAX);
    assert_eq!(largest.band(&huge), Err(NoBand::TooLarge));
    assert_eq!(share(Measure::Cost, 0, u32::MAX).band(&known(&[(Measure::Cost, i64::MAX)])), Err(NoBand::TooLarge));
}

#[test]
fn bands_agree_with_the_slow_twin() {
    let mut random = Random(23);
    for _ in 0..4_000 {
        let (low, more) = (random.below(3_000) as i64, random.below(3_000) as i64);
        let (min, max) = (low, low + more + 1);
        let some = |random: &mut Random, size| (random.below(3) == 0).then(|| Fen(1 + random.below(size) as i64));
        let (a, b) = (some(&mut random, 200_000), some(&mut random, 400_000));
        let (floor, cap) = match (a, b) {
            (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
            pair => pair,
        };
        let (x, y) = (random.below(400) as i64, random.below(40) as i64);
        let (fine, measures, sums) = match random.below(4) {
            0 => {
                let unit = vec![Measure::Area, Measure::Days];
                let fine = Fine::Per { unit, min: Fen(min), max: Fen(max), floor, cap };
                (fine, known(&[(Measure::Area, x), (Measure::Days, y)]), slow(min, max, x * y, 100))
            }
            1 => {
                let fine = Fine::Per { unit: vec![Measure::Tonnes], min: Fen(min), max: Fen(max), floor, cap };
                (fine, known(&[(Measure::Tonnes, x)]), slow(min, max, x, 100))
            }
            2 => {
                let fine = Fine::Per { unit: vec![Measure::Animals], min: Fen(min), max: Fen(max), floor, cap };
                (fine, known(&[(Measure::Animals, y)]), slow(min, max, y, 1))
            }
            _ => {
                let value = random.below(20_000) as i64;
                let (from, to) = (Rate(min as u32), Rate(max as u32));
                let fine = Fine::Share { of: Measure::Goods, min: from, max: to, floor, cap };
                (fine, known(&[(Measure::Goods, value)]), slow(min, max, value, 10_000))
            }
        };
        let mut want = sums;
        if let Some(Fen(floor)) = floor {
            want = (want.0.max(floor), if want.0 < floor { want.1.max(floor) } else { want.1 });
        }
        if let Some(Fen(cap)) = cap
            && want.1 > cap
        {
            want = (want.0.min(cap), cap);
        }
        assert_eq!(limits(fine.band(&measures)), want, "{fine} {measures}");
    }
}

/// Adds the rate once for each part, then counts up to the first whole fen that is enough and down from the last.
fn slow(min: i64, max: i64, parts: i64, of: i64) -> (i64, i64) {
    let (mut low, mut high) = (0_i64, 0_i64);
    for _ in 0..parts {
        low += min;
        high += max;
    }
    let mut first = low / of - 1;
    while first * of < low {
        first += 1;
    }
    let mut last = high / of + 1;
    while last * of > high {
        last -= 1;
    }
    (first.max(0), last)
}

#[test]
fn rates_and_measures_in_words() {
    for (text, rate, shown) in [
        ("5%", 500, "5%"),
        ("0.25%", 25, "0.25%"),
        ("10%", 1_000, "10%"),
        ("100%", 10_000, "1倍"),
        ("1倍", 10_000, "1倍"),
        ("1.5倍", 15_000, "1.5倍"),
        ("0", 0, "0%"),
    ] {
        assert_eq!(text.parse(), Ok(Rate(rate)), "{text}");
        assert_eq!(Rate(rate).to_string(), shown);
    }
    for text in ["5", "", "%", "-5%", "0.001%", "五倍", "99999999999倍"] {
        assert!(text.parse::<Rate>().is_err_and(|why| why.contains("3倍")), "{text}");
    }
    for (measure, text, amount) in [
        (Measure::Area, "12.5", 1_250),
        (Measure::Tonnes, "2.5吨", 250),
        (Measure::Days, "3日", 3),
        (Measure::Trees, "2", 2),
        (Measure::Cost, "1.2万元", 1_200_000),
    ] {
        assert_eq!(measure.read(text), Ok(amount));
    }
    assert!(Measure::Days.read("3.5").is_err_and(|why| why.contains("整数")));
    assert!(Measure::Trees.read("-1").is_err());
    assert!(Measure::Repair.read("一万").is_err_and(|why| why.contains("12,000元")));
    for measure in Measure::ALL {
        assert_eq!(measure.read(&measure.write(12_345)), Ok(12_345), "{measure}");
    }
    assert_eq!(known(&[(Measure::Area, 1_250), (Measure::Days, 3)]).to_string(), "面积12.5平方米，天数3日");
    let corpus = Corpus::builtin();
    let shown = |code: &str| {
        let version = corpus.matter(code).and_then(|m| m.versions.first()).expect("there");
        version.fine(Party::Person).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(shown("F03"), "每平方米每日10元以上30元以下");
    assert_eq!(shown("F01"), "绿化补偿标准的3倍以上5倍以下");
    assert_eq!(shown("A08"), "20元");
    assert_eq!(shown("E04"), "临时建设工程造价的1倍以下");
    assert_eq!(shown("A21"), "每只50元");
}

#[test]
fn daily_fines_repeat_the_first() {
    assert_eq!(daily(Fen::yuan(10_000), 3), Some(Fen::yuan(30_000)));
    assert_eq!(daily(Fen::yuan(10_000), 0), Some(Fen::ZERO));
    assert_eq!(daily(Fen(i64::MAX), 2), None);
}
