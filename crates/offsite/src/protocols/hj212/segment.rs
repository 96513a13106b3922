//! Reading one frame: head, readings with their flags, everything else as pairs.

use super::frame::{HEAD, TAIL, ends_well};
use super::head::{self, Head, is, small};
use super::packet::{Packet, Pair, Reading, Span};
use super::profile::{Edition, Profile};
use super::suffix::{Kind, Suffix, kind_of};
use super::{Counts, Reject, Tolerance, Tolerances, Why, cipher, crc, marks};
use crate::protocols::bytes::decimal_time;
use crate::protocols::num::Num;

/// The most readings, and the most other pairs, in one frame.
const MOST: usize = 512;

/// Reads frames one after another into the same arrays: no allocation once they have grown.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    readings: Vec<Reading>,
    pairs: Vec<Pair>,
    plain: Vec<u8>,
    marks: Vec<u16>,
    seen: u64,
    counts: Counts,
    rejected: u64,
}

impl Reader {
    /// Reads one frame, with or without its line end, under a device's profile.
    ///
    /// Every deviation is noted first and judged at the end, so a rejection names all tolerances needed.
    pub fn read<'a>(&'a mut self, frame: &'a [u8], profile: &Profile) -> Result<Packet<'a>, Reject> {
        let read = self.parse(frame, profile);
        match read {
            Ok((head, used, deciphered)) => {
                let missing = used.without(profile.allow);
                if let Some(first) = missing.iter().next() {
                    self.rejected += 1;
                    return Err(Reject { why: specific(first, frame), needs: missing });
                }
                self.counts.add(used);
                let frame = if deciphered { self.plain.as_slice() } else { frame };
                Ok(Packet { frame, readings: &self.readings, pairs: &self.pairs, head, used })
            }
            Err(why) => {
                self.rejected += 1;
                Err(why.into())
            }
        }
    }

    /// How often each tolerance was needed by frames let in.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Frames rejected.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    fn parse(&mut self, frame: &[u8], profile: &Profile) -> Result<(Head, Tolerances, bool), Why> {
        self.readings.clear();
        self.pairs.clear();
        self.seen = 0;
        let frame = trim(frame);
        let mut used = Tolerances::NONE;
        let end = bounds(frame, profile, &mut used)?;
        let mut head = head::read(&frame[..end], profile.edition, &mut used)?;
        let wanted = profile.key.as_ref().filter(|_| cipher::is_enciphered(head.cn));
        let deciphered = if let Some(key) = wanted {
            self.plain.clear();
            self.plain.extend_from_slice(frame);
            let (from, to) = (usize::from(head.cp.at), usize::from(head.cp.at) + usize::from(head.cp.len));
            cipher::decipher(key, &mut self.plain[from..to]);
            true
        } else {
            false
        };
        let plain = std::mem::take(&mut self.plain);
        let text = if deciphered { plain.as_slice() } else { frame };
        let read = self.body(text, end, profile, &mut head, &mut used);
        self.plain = plain;
        read.map(|()| (head, used, deciphered))
    }

    fn body(
        &mut self,
        frame: &[u8],
        end: usize,
        profile: &Profile,
        head: &mut Head,
        used: &mut Tolerances,
    ) -> Result<(), Why> {
        check_crc(&frame[HEAD..end], &frame[end..], used);
        let from = usize::from(head.cp.at);
        let cp = &frame[from..from + usize::from(head.cp.len)];
        if profile.edition == Edition::E2025 && profile.key.is_none() && cp.iter().any(|b| *b < 0x20) {
            return Err(Why::Enciphered);
        }
        self.pairs_of(frame, from, from + cp.len(), head, used)?;
        self.judge(profile, head, used);
        Ok(())
    }

    /// Walks CP from separator to separator.
    fn pairs_of(
        &mut self,
        frame: &[u8],
        mut at: usize,
        end: usize,
        head: &mut Head,
        used: &mut Tolerances,
    ) -> Result<(), Why> {
        let mut found = std::mem::take(&mut self.marks);
        marks::find(&frame[at..end], at, &mut found);
        let mut marks = found.iter().map(|place| usize::from(*place));
        let mut item = self.readings.len();
        let mut code_before = Span::default();
        let mut walk = || -> Result<(), Why> {
            while at < end {
                let key_from = at;
                let (mut dash, mut before) = (None, None);
                let equals = loop {
                    let place = marks.next().ok_or(Why::Pair)?;
                    match frame[place] {
                        b'=' => break Some(place),
                        b'-' => {
                            before = dash;
                            dash = Some(place);
                        }
                        b';' | b',' if place == key_from => break None,
                        _ => return Err(Why::Pair),
                    }
                };
                let Some(equals) = equals else {
                    // An empty pair: only the separator itself is wrong.
                    used.add(Tolerance::TrailingSeparator);
                    at += 1;
                    continue;
                };
                let separator = marks.by_ref().find(|place| matches!(frame[*place], b';' | b','));
                at = separator.unwrap_or(end);
                let value = Span::of(equals + 1, at);
                match dash {
                    Some(dash) => {
                        let inner = before.map(|inner| inner - key_from);
                        let (code, suffix) = (Span::of(key_from, dash), &frame[dash + 1..equals]);
                        let code = self.dashed(frame, code, inner, suffix, value, item, used)?;
                        if code_before.len != 0 && code_before.in_(frame) != code.in_(frame) {
                            used.add(Tolerance::CommaForSemicolon);
                        }
                        code_before = code;
                    }
                    None => self.bare(frame, Span::of(key_from, equals), value, head, used)?,
                }
                let Some(separator) = separator else { break };
                at += 1;
                if at == end {
                    used.add(Tolerance::TrailingSeparator);
                }
                if frame[separator] == b';' {
                    item = self.readings.len();
                    code_before = Span::default();
                }
            }
            Ok(())
        };
        let done = walk();
        self.marks = found;
        done
    }

    /// `code-suffix=value`, `inner` being a dash within the code; returns the code.
    #[allow(clippy::too_many_arguments, reason = "one pair of one frame, taken apart by its only caller")]
    fn dashed(
        &mut self,
        frame: &[u8],
        mut code: Span,
        inner: Option<usize>,
        suffix: &[u8],
        value: Span,
        item: usize,
        used: &mut Tolerances,
    ) -> Result<Span, Why> {
        let Some((kind, exact)) = kind_of(suffix) else {
            used.add(Tolerance::UnknownKey);
            let key = Span { at: code.at, len: code.len + 1 + suffix.len() as u16 };
            self.pair(key, value)?;
            return Ok(code);
        };
        if !exact {
            used.add(Tolerance::KeyCase);
        }
        if let Some(inner) = inner {
            if kind_of(&code.in_(frame)[inner + 1..]).is_some() {
                used.add(Tolerance::DoubledSuffix);
                code.len = inner as u16;
            } else {
                used.add(Tolerance::UnknownKey);
            }
        }
        match kind {
            Kind::Flag => {
                let flag = match value.in_(frame) {
                    [one] => *one,
                    _ => b'?',
                };
                for reading in &mut self.readings[item..] {
                    if reading.code.in_(frame) == code.in_(frame) {
                        reading.flag = flag;
                    }
                }
            }
            Kind::Number(suffix) => {
                let number = Num::parse(value.in_(frame));
                if number.is_none() {
                    used.add(Tolerance::NotNumber);
                }
                if self.readings.len() == MOST {
                    return Err(Why::TooMany);
                }
                if self.stands_already(frame, code, suffix) {
                    used.add(Tolerance::RepeatedFactor);
                }
                self.readings.push(Reading { code, raw: value, suffix, value: number, flag: 0 });
            }
            Kind::Text => {
                let key = Span { at: code.at, len: code.len + 1 + suffix.len() as u16 };
                self.pair(key, value)?;
            }
        }
        Ok(code)
    }

    /// Whether the factor has this number already; only readings that share a bit of `seen` are compared.
    #[inline]
    fn stands_already(&mut self, frame: &[u8], code: Span, suffix: Suffix) -> bool {
        let text = code.in_(frame);
        let end = match (text.last_chunk::<4>(), text.last_chunk::<2>()) {
            (Some(four), _) => u32::from_le_bytes(*four),
            (None, Some(two)) => u32::from(u16::from_le_bytes(*two)),
            (None, None) => 0,
        };
        let place = (end ^ (suffix as u32) << 11).wrapping_mul(0x9E37_79B1) >> 26;
        let bit = 1_u64 << place;
        let maybe = self.seen & bit != 0;
        self.seen |= bit;
        maybe && self.readings.iter().any(|r| r.suffix == suffix && r.code.in_(frame) == text)
    }

    /// `key=value`.
    fn bare(
        &mut self,
        frame: &[u8],
        key: Span,
        value: Span,
        head: &mut Head,
        used: &mut Tolerances,
    ) -> Result<(), Why> {
        let name = key.in_(frame);
        if is(name, b"DataTime", used) {
            head.data_time = match value.in_(frame) {
                text if text.len() == 14 => decimal_time(text),
                _ => None,
            };
            if head.data_time.is_some() {
                return Ok(());
            }
            used.add(Tolerance::DataTimeForm);
        } else if is(name, b"Flag", used) {
            used.add(Tolerance::FlagInCp);
            head.flag = head.flag.or(small(value.in_(frame)));
            return Ok(());
        } else if !known(name, used) {
            used.add(Tolerance::UnknownKey);
        }
        self.pair(key, value)
    }

    fn pair(&mut self, key: Span, value: Span) -> Result<(), Why> {
        if self.pairs.len() == MOST {
            return Err(Why::TooMany);
        }
        self.pairs.push(Pair { key, value });
        Ok(())
    }

    /// What can be said only when all is read.
    fn judge(&self, profile: &Profile, head: &Head, used: &mut Tolerances) {
        if profile.edition == Edition::E2005 {
            return;
        }
        if head.flag.is_none() {
            used.add(Tolerance::NoFlag);
        }
        let says_split = head.flag.is_some_and(|f| f & 2 != 0);
        if head.flag.is_some() && says_split != head.parts.is_some() {
            used.add(Tolerance::SplitBit);
        }
        if self.readings.iter().any(|r| r.flag == 0 && r.suffix.measures()) {
            used.add(Tolerance::NoDataFlag);
        }
    }
}

fn trim(frame: &[u8]) -> &[u8] {
    let ends = frame.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    &frame[..frame.len() - ends]
}

/// Checks head, end and length; returns where the CRC begins.
fn bounds(frame: &[u8], profile: &Profile, used: &mut Tolerances) -> Result<usize, Why> {
    let [b'#', b'#', digits @ ..] = frame else { return Err(Why::Head) };
    let (digits, _) = digits.split_first_chunk::<4>().ok_or(Why::Head)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Why::Head);
    }
    let declared = digits.iter().fold(0, |sum, d| sum * 10 + usize::from(d - b'0'));
    if frame.len() < HEAD + TAIL || !ends_well(frame) {
        return Err(Why::End);
    }
    let counted = frame.len() - HEAD - TAIL;
    if counted > profile.limits.segment.min(9999) {
        return Err(Why::TooLong);
    }
    if counted > 1024 {
        used.add(Tolerance::OverLong);
    }
    if declared != counted {
        used.add(Tolerance::Length);
    }
    Ok(frame.len() - TAIL)
}

#[inline]
fn hex(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |sum, d| sum << 4 | (*d as char).to_digit(16).unwrap_or(0) as u16)
}

fn check_crc(segment: &[u8], digits: &[u8], used: &mut Tolerances) {
    let got = hex(digits);
    if got != crc::crc(segment) {
        let modbus = crc::modbus(segment);
        used.add(if got == modbus || got == modbus.swap_bytes() { Tolerance::ModbusCrc } else { Tolerance::WrongCrc });
    }
    if digits.iter().any(u8::is_ascii_lowercase) {
        used.add(Tolerance::LowerCrc);
    }
}

/// Adds the figures to a reason, on the slow path of a rejection.
fn specific(first: Tolerance, frame: &[u8]) -> Why {
    let frame = trim(frame);
    let Some(end) = frame.len().checked_sub(TAIL) else { return Why::End };
    let segment = frame.get(HEAD..end).unwrap_or_default();
    match first {
        Tolerance::WrongCrc => Why::Crc { got: hex(&frame[end..]), want: crc::crc(segment) },
        Tolerance::Length => Why::Length {
            declared: frame[2..HEAD].iter().fold(0, |sum, d| sum * 10 + usize::from(d - b'0')),
            counted: segment.len(),
        },
        other => Why::Deviates(other),
    }
}

/// The keys of CP that stand alone (HJ 212-2017, table 6).
const KEYS: [&[u8]; 21] = [
    b"SystemTime",
    b"QnRtn",
    b"ExeRtn",
    b"RtdInterval",
    b"MinInterval",
    b"RestartTime",
    b"PolId",
    b"BeginTime",
    b"EndTime",
    b"NewPW",
    b"OverTime",
    b"ReCount",
    b"VaseNo",
    b"CstartTime",
    b"CTime",
    b"Stime",
    b"InfoId",
    b"RtdFlag",
    b"SN",
    b"AlarmTime",
    b"AlarmType",
];

fn known(name: &[u8], used: &mut Tolerances) -> bool {
    KEYS.iter().any(|key| is(name, key, used))
}
