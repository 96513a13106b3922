//! Exact decimal numbers as a device writes them.

use std::cmp::Ordering;
use std::fmt;

/// The most digits after the point, so that any two numbers compare within 128 bits.
const MAX_SCALE: u8 = 18;

/// A decimal number, `mantissa / 10^scale`; never a float, so `67.04` stays `67.04` in the evidence.
///
/// Equality and order go by value (`1.0 == 1.00`); printing keeps the digits as they were written.
#[derive(Clone, Copy, Debug)]
pub struct Num {
    mantissa: i64,
    scale: u8,
}

impl Num {
    /// Zero.
    pub const ZERO: Num = Num { mantissa: 0, scale: 0 };

    /// `mantissa / 10^scale`; `None` when `scale` is over 18.
    #[inline]
    pub const fn new(mantissa: i64, scale: u8) -> Option<Num> {
        if scale <= MAX_SCALE { Some(Num { mantissa, scale }) } else { None }
    }

    /// A whole number.
    #[inline]
    pub const fn whole(value: i64) -> Num {
        Num { mantissa: value, scale: 0 }
    }

    /// Tenths, as JT/T 808 gives kilometres, litres and km/h.
    #[inline]
    pub const fn tenths(value: i64) -> Num {
        Num { mantissa: value, scale: 1 }
    }

    /// Millionths, as JT/T 808 gives degrees.
    #[inline]
    pub const fn millionths(value: i64) -> Num {
        Num { mantissa: value, scale: 6 }
    }

    /// The digits without the point.
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Reads `[+-]digits[.digits]` with at most 18 digits; anything else, an exponent too, is `None`.
    #[inline]
    pub fn parse(text: &[u8]) -> Option<Num> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        // Eighteen digits and a point: no step below can overflow.
        if digits.is_empty() || digits.len() > 19 {
            return None;
        }
        let mut value = 0_i64;
        let mut count = 0_u8;
        let mut point = None;
        for &byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                count += 1;
                if count > 18 {
                    return None;
                }
                value = value * 10 + i64::from(digit);
            } else if byte == b'.' && point.is_none() && count > 0 {
                point = Some(count);
            } else {
                return None;
            }
        }
        let scale = match point {
            Some(before) if before == count => return None,
            Some(before) => count - before,
            None => 0,
        };
        Some(Num { mantissa: if negative { -value } else { value }, scale })
    }

    /// The number times `10^power`, exactly; `None` when it no longer fits.
    pub fn shift(self, power: i8) -> Option<Num> {
        let scale = i16::from(self.scale) - i16::from(power);
        if scale >= 0 {
            return Num::new(self.mantissa, u8::try_from(scale).ok()?);
        }
        let factor = 10_i64.checked_pow(u32::from(scale.unsigned_abs()))?;
        Some(Num { mantissa: self.mantissa.checked_mul(factor)?, scale: 0 })
    }

    fn at(self, scale: u8) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(u32::from(scale - self.scale))
    }
}

impl PartialEq for Num {
    fn eq(&self, other: &Num) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Num {}

impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Num) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Num {
    fn cmp(&self, other: &Num) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let unit = 10_u64.pow(u32::from(self.scale));
        write!(f, "{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(self.scale))
    }
}

#[cfg(test)]
mod tests {
    use super::Num;

    #[test]
    fn reads_what_devices_write_and_prints_it_back() {
        for text in ["0", "0.00", "-12.5", "67.04", "999999999999999999", "0.00000000000000001", "-0.5"] {
            assert_eq!(Num::parse(text.as_bytes()).unwrap().to_string(), text);
        }
        for text in ["", "-", ".5", "5.", "1.2.3", "1e3", "NaN", "1 ", "1000000000000000000", "--1", "0x1"] {
            assert!(Num::parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn compares_by_value_and_shifts_exactly() {
        let n = |text: &str| Num::parse(text.as_bytes()).unwrap();
        assert_eq!(n("1.0"), n("1.00"));
        assert!(n("-0.5") < n("-0.49"));
        assert!(n("999999999999999999") > n("0.99999999999999999"));
        assert_eq!(n("67.04").shift(-3).unwrap().to_string(), "0.06704");
        assert_eq!(n("0.5").shift(3).unwrap().to_string(), "500");
        assert!(n("10").shift(18).is_none());
        assert!(n("0.1").shift(-18).is_none());
    }
}
