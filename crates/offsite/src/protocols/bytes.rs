//! Small readers of bytes: big-endian cursor, binary-coded decimals, hexadecimal, decimal times.

use jiff::civil::DateTime;

/// Reads big-endian values from the front of a body; every read says `None` when too few bytes are left.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// Begins at the front of `bytes`.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Cursor { rest: bytes }
    }

    /// The next `count` bytes.
    #[inline]
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(front)
    }

    /// The next `N` bytes as an array.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (front, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*front)
    }

    /// The next byte.
    #[inline]
    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    /// The next two bytes.
    #[inline]
    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next four bytes.
    #[inline]
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// A byte string with its length in one byte before it.
    #[inline]
    pub fn counted(&mut self) -> Option<&'a [u8]> {
        let count = self.u8()?;
        self.take(usize::from(count))
    }

    /// A time in six binary-coded bytes; the inner `None` when they are no time.
    pub fn stamp(&mut self) -> Option<Option<DateTime>> {
        self.array().map(bcd_time)
    }

    /// All that is left.
    #[inline]
    pub fn all(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// How many bytes are left.
    #[inline]
    pub const fn left(&self) -> usize {
        self.rest.len()
    }
}

/// Two decimal digits in one byte.
#[inline]
pub const fn bcd(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 15);
    if high < 10 && low < 10 { Some(high * 10 + low) } else { None }
}

/// Two decimal digits as one byte; `value` is taken modulo 100.
pub const fn to_bcd(value: u8) -> u8 {
    let value = value % 100;
    ((value / 10) << 4) | (value % 10)
}

/// `YY-MM-DD-hh-mm-ss` in six binary-coded bytes, of this century; `None` when it is no time.
#[inline]
pub fn bcd_time(bytes: [u8; 6]) -> Option<DateTime> {
    let [year, month, day, hour, minute, second] = bytes;
    time(2000 + i16::from(bcd(year)?), bcd(month)?, bcd(day)?, bcd(hour)?, bcd(minute)?, bcd(second)?, 0)
}

/// The six binary-coded bytes of a time, the century dropped.
pub fn time_bcd(time: DateTime) -> [u8; 6] {
    let two = |value: i8| to_bcd(value.unsigned_abs());
    let year = to_bcd((time.year().rem_euclid(100)) as u8);
    [year, two(time.month()), two(time.day()), two(time.hour()), two(time.minute()), two(time.second())]
}

/// `yyyyMMddHHmmss`, 14 digits, or 17 with milliseconds; `None` when it is no time.
#[inline]
pub fn decimal_time(text: &[u8]) -> Option<DateTime> {
    let milliseconds = match text.len() {
        14 => 0,
        17 => i32::from(two(text[14], text[15])?) * 10 + i32::from(digit(text[16])?),
        _ => return None,
    };
    let at = |i: usize| two(text[i], text[i + 1]);
    let year = i16::from(at(0)?) * 100 + i16::from(at(2)?);
    time(year, at(4)?, at(6)?, at(8)?, at(10)?, at(12)?, milliseconds)
}

#[inline]
const fn digit(byte: u8) -> Option<u8> {
    let value = byte.wrapping_sub(b'0');
    if value < 10 { Some(value) } else { None }
}

#[inline]
const fn two(high: u8, low: u8) -> Option<u8> {
    match (digit(high), digit(low)) {
        (Some(high), Some(low)) => Some(high * 10 + low),
        _ => None,
    }
}

#[inline]
fn time(year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8, ms: i32) -> Option<DateTime> {
    // Every part is below 100, so none changes its sign.
    DateTime::new(year, month as i8, day as i8, hour as i8, minute as i8, second as i8, ms * 1_000_000).ok()
}

/// The bytes of a hexadecimal text; blanks are passed over, anything else is `None`.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|b| !b.is_ascii_whitespace());
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for byte in digits {
        let value = (byte as char).to_digit(16)? as u8;
        match high.take() {
            None => high = Some(value),
            Some(first) => bytes.push(first << 4 | value),
        }
    }
    high.is_none().then_some(bytes)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_checked_by_the_calendar() {
        assert_eq!(decimal_time(b"20240229235959").unwrap().to_string(), "2024-02-29T23:59:59");
        assert_eq!(decimal_time(b"20160801085857223").unwrap().to_string(), "2016-08-01T08:58:57.223");
        for bad in ["20230229000000", "20241301000000", "20240101250000", "2024010100000", "2024010100000x"] {
            assert!(decimal_time(bad.as_bytes()).is_none(), "{bad}");
        }
        let noon = bcd_time([0x24, 0x10, 0x01, 0x12, 0x00, 0x59]).unwrap();
        assert_eq!(time_bcd(noon), [0x24, 0x10, 0x01, 0x12, 0x00, 0x59]);
        assert!(bcd_time([0x24, 0x1a, 0x01, 0, 0, 0]).is_none());
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(from_hex("7E 00\t0a").unwrap(), [0x7e, 0, 10]);
        assert_eq!(hex(&[0x7e, 0, 10]), "7e000a");
        assert!(from_hex("7e0").is_none());
        assert!(from_hex("zz").is_none());
    }
}
