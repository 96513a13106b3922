//! Money as whole fen, with the two ways a bureau writes it: `12,000元` on screens and `壹万贰仟元整` in documents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of money in fen (1/100 yuan). Never a fraction, never a float; may be negative only as the result of a subtraction.
///
/// ```
/// use law::money::Fen;
/// assert_eq!("1.2万元".parse(), Ok(Fen::yuan(12_000)));
/// assert_eq!(Fen::yuan(12_000).to_string(), "12,000元");
/// assert_eq!(Fen::yuan(12_000).capital(), "壹万贰仟元整");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// Whole yuan, for amounts written in the code.
    ///
    /// # Panics
    /// Above about 92 quadrillion yuan, which no text of law names.
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// The sum, or `None` past the range of 64 bits.
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// The difference, which may be negative, or `None` past the range of 64 bits.
    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// The multiple, or `None` past the range of 64 bits.
    pub fn checked_mul(self, times: i64) -> Option<Fen> {
        self.0.checked_mul(times).map(Fen)
    }

    /// The amount in the capital figures that documents carry against tampering: `壹万贰仟元整`, `壹佰元零伍分`.
    ///
    /// 整 closes an amount that ends in yuan or jiao. One 零 stands for any run of empty places inside the figure; none is
    /// written between yuan and jiao.
    pub fn capital(self) -> String {
        let size = self.0.unsigned_abs();
        let (yuan, jiao, fen) = (size / 100, (size / 10 % 10) as usize, (size % 10) as usize);
        let mut text = String::new();
        if self.0 < 0 {
            text.push('负');
        }
        if yuan > 0 {
            push_capital(&mut text, yuan);
            text.push('元');
        }
        if jiao > 0 {
            text.push_str(DIGITS[jiao]);
            text.push('角');
        }
        if fen > 0 {
            if jiao == 0 && yuan > 0 {
                text.push('零');
            }
            text.push_str(DIGITS[fen]);
            text.push('分');
        } else {
            if size == 0 {
                text.push_str("零元");
            }
            text.push('整');
        }
        text
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let digits = (size / 100).to_string();
        let mut text = String::with_capacity(digits.len() + 8);
        if self.0 < 0 {
            text.push('-');
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if !size.is_multiple_of(100) {
            text.push_str(&format!(".{:02}", size % 100));
        }
        text.push('元');
        f.pad(&text)
    }
}

/// Why a text is not an amount; `Display` is the sentence shown beside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadMoney {
    given: String,
    why: &'static str,
}

impl fmt::Display for BadMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”不是金额：{}；请写成 12000、12,000元 或 1.2万元", self.given, self.why)
    }
}

impl std::error::Error for BadMoney {}

impl FromStr for Fen {
    type Err = BadMoney;

    /// Reads `12000`, `12,000元`, `12,000.50元`, `1.5万元`, a leading `¥` or `人民币`, and the same in full-width characters.
    ///
    /// # Errors
    /// Anything else: words, two decimal points, commas that do not part thousands, parts of a fen, a negative sign,
    /// amounts beyond 64 bits.
    fn from_str(given: &str) -> Result<Fen, BadMoney> {
        let bad = |why| BadMoney { given: given.chars().take(40).collect(), why };
        let narrow: String = given.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
        let rest = narrow.strip_prefix("人民币").unwrap_or(&narrow);
        let rest = rest.strip_prefix('\u{A5}').unwrap_or(rest);
        let rest = rest.strip_suffix('整').unwrap_or(rest);
        let rest = rest.strip_suffix(['元', '圆']).unwrap_or(rest);
        let (rest, places) = match rest.strip_suffix('万') {
            Some(rest) => (rest, 6),
            None => (rest, 2),
        };
        if rest.is_empty() {
            return Err(bad("没有数字"));
        }
        if rest.starts_with('-') {
            return Err(bad("金额不能是负数"));
        }
        let (whole, part) = match rest.split_once('.') {
            Some((_, "")) => return Err(bad("小数点后面没有数字")),
            Some((whole, part)) => (whole, part),
            None => (rest, ""),
        };
        let whole = without_commas(whole).ok_or_else(|| bad("整数部分只能是数字，逗号每三位一个"))?;
        if !part.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad("小数部分只能是数字"));
        }
        let kept = part.trim_end_matches('0');
        if kept.len() > places {
            return Err(bad("不足一分"));
        }
        format!("{whole}{kept:0<places$}").parse().map(Fen).map_err(|_| bad("数目太大"))
    }
}

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];

/// Writes a positive whole number in capital figures, splitting at the largest of 亿, 万, 仟, 佰, 拾 that it reaches.
fn push_capital(text: &mut String, number: u64) {
    const UNITS: [(u64, &str); 5] = [(100_000_000, "亿"), (10_000, "万"), (1_000, "仟"), (100, "佰"), (10, "拾")];
    for (size, unit) in UNITS {
        if number >= size {
            push_capital(text, number / size);
            text.push_str(unit);
            let rest = number % size;
            if rest > 0 {
                if rest < size / 10 {
                    text.push('零');
                }
                push_capital(text, rest);
            }
            return;
        }
    }
    text.push_str(DIGITS[number as usize % 10]);
}

/// The half-width character for a full-width digit, comma, point, minus or currency sign; any other character as it is.
fn narrow(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF0C}' | '\u{FF0E}' | '\u{FF0D}' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        '\u{3002}' => '.',
        '\u{FFE5}' => '\u{A5}',
        c => c,
    }
}

/// The digits without their commas; `None` where a comma does not part a group of three, or a character is no digit.
fn without_commas(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let commas = whole.contains(',');
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(first) && (!commas || first.len() <= 3) && groups.all(|g| g.len() == 3 && digits(g));
    fits.then(|| whole.replace(',', ""))
}
