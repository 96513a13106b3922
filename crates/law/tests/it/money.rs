//! Amounts: reading, writing, capital figures against a slow twin.

use law::money::Fen;

#[test]
fn writes_yuan_with_commas() {
    for (fen, text) in [
        (0, "0元"),
        (1, "0.01元"),
        (50, "0.50元"),
        (100, "1元"),
        (99_999, "999.99元"),
        (100_000, "1,000元"),
        (1_200_000, "12,000元"),
        (1_200_050, "12,000.50元"),
        (100_000_000, "1,000,000元"),
        (-1_200_050, "-12,000.50元"),
        (i64::MIN, "-92,233,720,368,547,758.08元"),
    ] {
        assert_eq!(Fen(fen).to_string(), text);
    }
    assert_eq!(format!("[{:>8}]", Fen(100)), "[      1元]");
}

#[test]
fn reads_what_people_write() {
    for (text, fen) in [
        ("12000", 1_200_000),
        ("12,000元", 1_200_000),
        (" 12,000 元 ", 1_200_000),
        ("12,000.50元", 1_200_050),
        ("0.5", 50),
        ("1.5万元", 1_500_000),
        ("1.234567万", 1_234_567),
        ("1.50万", 1_500_000),
        ("5万", 5_000_000),
        ("1,234万元", 1_234_000_000),
        ("\u{FF11}\u{FF12}\u{FF0C}\u{FF10}\u{FF10}\u{FF10}元", 1_200_000),
        ("\u{FF11}\u{FF0E}\u{FF15}万元", 1_500_000),
        ("\u{FFE5}200", 20_000),
        ("\u{A5}200.00", 20_000),
        ("人民币5,000元整", 500_000),
        ("100.0000", 10_000),
        ("92233720368547758.07", i64::MAX),
    ] {
        assert_eq!(text.parse(), Ok(Fen(fen)), "{text}");
    }
}

#[test]
fn refuses_what_is_no_amount_and_says_how_to_write_it() {
    for text in [
        "",
        "元",
        "万元",
        "一百元",
        "12,00元",
        "1,2000",
        ",100",
        "100,",
        "1.2.3",
        "1.",
        ".5",
        "0.001",
        "1.2345678万",
        "-5元",
        "1e5",
        "12000元元",
        "92233720368547758.08",
        "99999999999999999999",
        "1万2千",
        "0x10",
        "+5",
        "１２，００元",
    ] {
        let error = text.parse::<Fen>().expect_err(text).to_string();
        assert!(error.contains("12,000元"), "{error}");
        assert!(error.contains(text.trim()), "{error}");
    }
}

#[test]
fn reads_back_what_it_writes() {
    let mut random = Random(7);
    for _ in 0..10_000 {
        let bits = random.below(62);
        let fen = Fen(random.below(1 << bits) as i64);
        assert_eq!(fen.to_string().parse(), Ok(fen));
    }
}

#[test]
fn arithmetic_stops_at_the_edge() {
    assert_eq!(Fen::yuan(3).checked_add(Fen(1)), Some(Fen(301)));
    assert_eq!(Fen(1).checked_sub(Fen(2)), Some(Fen(-1)));
    assert_eq!(Fen::yuan(300).checked_mul(3), Some(Fen::yuan(900)));
    assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
    assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
    assert_eq!(Fen(i64::MAX).checked_mul(2), None);
}

#[test]
fn is_a_plain_integer_in_the_journal() {
    assert_eq!(serde_json::to_string(&Fen::yuan(50)).ok().as_deref(), Some("5000"));
    assert_eq!(serde_json::from_str::<Fen>("5000").ok(), Some(Fen::yuan(50)));
}

#[test]
fn capital_figures() {
    for (fen, text) in [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1_000, "壹拾元整"),
        (5_000, "伍拾元整"),
        (20_000, "贰佰元整"),
        (100_100, "壹仟零壹元整"),
        (1_200_000, "壹万贰仟元整"),
        (1_000_500, "壹万零伍元整"),
        (1_005_005, "壹万零伍拾元零伍分"),
        (10_200_000, "壹拾万贰仟元整"),
        (105_030_000, "壹佰零伍万零叁佰元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (10_000_000_000, "壹亿元整"),
        (1_000_000_000_100, "壹佰亿零壹元整"),
        (-20_000, "负贰佰元整"),
    ] {
        assert_eq!(Fen(fen).capital(), text, "{fen}");
    }
}

#[test]
fn capital_figures_agree_with_the_slow_twin() {
    let mut random = Random(11);
    for _ in 0..20_000 {
        let bits = 1 + random.below(52);
        let mut fen = random.below(1 << bits);
        // Round numbers have the zeros that go wrong.
        for _ in 0..random.below(3) {
            let size = 10u64.pow(random.below(12) as u32);
            fen = fen / size * size;
        }
        assert_eq!(Fen(fen as i64).capital(), slow_capital(fen), "{fen}");
    }
}

/// Digit by digit from the left: a zero is written where the place to the left is empty, except that the thousands of a
/// group stand without it unless the whole group to their left is empty.
fn slow_capital(fen: u64) -> String {
    let figures: Vec<char> = "零壹贰叁肆伍陆柒捌玖".chars().collect();
    let digits: Vec<usize> = (0..18).map(|place| (fen / 100 / 10u64.pow(place) % 10) as usize).collect();
    let some = |range: std::ops::Range<usize>| digits[range].iter().any(|d| *d > 0);
    let mut text = String::new();
    for place in (0..16).rev() {
        if digits[place] > 0 {
            let gap = match place % 8 {
                7 => false,
                3 => !some(place + 1..place + 5),
                _ => digits[place + 1] == 0,
            };
            if gap && !text.is_empty() {
                text.push('零');
            }
            text.push(figures[digits[place]]);
            text.push_str(["", "拾", "佰", "仟"][place % 4]);
        }
        if place % 8 == 4 && some(place..place + 4) {
            text.push('万');
        }
        if place == 8 && some(8..16) {
            text.push('亿');
        }
    }
    if !text.is_empty() {
        text.push('元');
    }
    let (jiao, rest) = (fen / 10 % 10, fen % 10);
    let figure = |digit: u64| figures[digit as usize];
    match (jiao, rest) {
        (0, 0) if text.is_empty() => "零元整".into(),
        (0, 0) => format!("{text}整"),
        (jiao, 0) => format!("{text}{}角整", figure(jiao)),
        (0, rest) if text.is_empty() => format!("{}分", figure(rest)),
        (0, rest) => format!("{text}零{}分", figure(rest)),
        (jiao, rest) => format!("{text}{}角{}分", figure(jiao), figure(rest)),
    }
}

/// A small seeded xorshift generator for the twins: the same run every time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit.max(1)
    }
}
