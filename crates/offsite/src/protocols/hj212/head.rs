//! The head of a data segment: everything before CP.

use jiff::civil::DateTime;

use super::frame::HEAD;
use super::packet::Span;
use super::profile::Edition;
use super::{Tolerance, Tolerances, Why};
use crate::protocols::bytes::decimal_time;

/// What the head says, by place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    pub(super) qn: Span,
    pub(super) qn_time: Option<DateTime>,
    pub(super) st: Span,
    pub(super) cn: u16,
    pub(super) pw: Span,
    pub(super) mn: Span,
    pub(super) flag: Option<u8>,
    pub(super) parts: Option<(u16, u16)>,
    pub(super) data_time: Option<DateTime>,
    pub(super) cp: Span,
}

/// The data segment up to CP; `segment` still begins with the frame's head so that spans fit the frame.
pub(super) fn read(segment: &[u8], edition: Edition, used: &mut Tolerances) -> Result<Head, Why> {
    let mut head = Head::default();
    let (mut total, mut index) = (None, None);
    let (mut cn, mut qn, mut st, mut mn) = (None, false, false, false);
    let mut at = HEAD;
    loop {
        let equals = at + segment[at..].iter().position(|b| *b == b'=').ok_or(Why::Lacks("CP"))?;
        let key = match head_key(&segment[at..equals]) {
            Some((key, exact)) => {
                if !exact {
                    used.add(Tolerance::KeyCase);
                }
                Some(key)
            }
            None => None,
        };
        let from = equals + 1;
        if key == Some(Key::Cp) {
            let [b'&', b'&', inner @ .., b'&', b'&'] = &segment[from..] else { return Err(Why::Malformed("CP")) };
            head.cp = Span::of(from + 2, from + 2 + inner.len());
            break;
        }
        let to = from + segment[from..].iter().position(|b| *b == b';').ok_or(Why::Lacks("CP"))?;
        let value = &segment[from..to];
        let span = Span::of(from, to);
        match key {
            Some(Key::Qn) => {
                (head.qn, qn) = (span, true);
                head.qn_time = if value.len() == 17 { decimal_time(value) } else { None };
                if head.qn_time.is_none() {
                    used.add(Tolerance::QnForm);
                }
            }
            Some(Key::St) => (head.st, st) = (span, true),
            Some(Key::Cn) => cn = number(value),
            Some(Key::Pw) => head.pw = span,
            Some(Key::Mn) => (head.mn, mn) = (span, !value.is_empty()),
            Some(Key::Flag) => head.flag = Some(small(value).ok_or(Why::Malformed("Flag"))?),
            Some(Key::Total) => total = Some(number(value).ok_or(Why::Malformed("PNUM"))?),
            Some(Key::Index) => index = Some(number(value).ok_or(Why::Malformed("PNO"))?),
            Some(Key::Cp) | None => used.add(Tolerance::UnknownKey),
        }
        at = to + 1;
    }
    head.cn = cn.ok_or(Why::Lacks("CN"))?;
    if !st {
        return Err(Why::Lacks("ST"));
    }
    if !mn {
        return Err(Why::Lacks("MN"));
    }
    head.parts = match (total, index) {
        (Some(total), Some(index)) if index >= 1 && index <= total => Some((total, index)),
        (None, None) => None,
        _ => return Err(Why::Malformed("PNUM、PNO")),
    };
    if !qn && edition != Edition::E2005 {
        used.add(Tolerance::NoQn);
    }
    let mn = head.mn.in_(segment);
    let formed = match edition {
        Edition::E2005 => mn.len() == 14 && mn.iter().all(u8::is_ascii_alphanumeric),
        Edition::E2017 => mn.len() == 24 && mn.iter().all(u8::is_ascii_hexdigit),
        Edition::E2025 => mn.len() <= 24,
    };
    if !formed {
        used.add(Tolerance::MnForm);
    }
    Ok(head)
}

/// The keys of the head.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Qn,
    St,
    Cn,
    Pw,
    Mn,
    Flag,
    Total,
    Index,
    Cp,
}

/// The key, and whether its case is right.
#[inline]
fn head_key(key: &[u8]) -> Option<(Key, bool)> {
    let exact = |key: &[u8]| match key {
        b"QN" => Some(Key::Qn),
        b"ST" => Some(Key::St),
        b"CN" => Some(Key::Cn),
        b"PW" => Some(Key::Pw),
        b"MN" => Some(Key::Mn),
        b"FLAG" => Some(Key::Flag),
        b"PNUM" => Some(Key::Total),
        b"PNO" => Some(Key::Index),
        b"CP" => Some(Key::Cp),
        _ => None,
    };
    match key {
        b"Flag" => Some((Key::Flag, true)),
        b"FLAG" => Some((Key::Flag, false)),
        _ => match exact(key) {
            Some(found) => Some((found, true)),
            None if key.len() <= 4 => exact(&key.to_ascii_uppercase()).map(|found| (found, false)),
            None => None,
        },
    }
}

/// Whether the key is this one; another case is noted.
#[inline]
pub(super) fn is(key: &[u8], name: &[u8], used: &mut Tolerances) -> bool {
    if key == name {
        return true;
    }
    let same = key.eq_ignore_ascii_case(name);
    if same {
        used.add(Tolerance::KeyCase);
    }
    same
}

#[inline]
fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0, |sum: u16, d| d.is_ascii_digit().then(|| sum * 10 + u16::from(d - b'0')))
}

#[inline]
pub(super) fn small(digits: &[u8]) -> Option<u8> {
    number(digits).and_then(|n| u8::try_from(n).ok())
}
