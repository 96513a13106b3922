//! Reading one frame: head, readings with their flags, everything else as pairs.

use jiff::civil::DateTime;

use super::frame::{HEAD, TAIL, ends_well};
use super::profile::{Edition, Profile};
use super::{Counts, Reject, Tolerance, Tolerances, Why, cipher, crc};
use crate::protocols::bytes::decimal_time;
use crate::protocols::num::Num;

/// The most readings, and the most other pairs, in one frame.
const MOST: usize = 512;

/// A place in the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    at: u16,
    len: u16,
}

impl Span {
    #[inline]
    fn of(from: usize, to: usize) -> Span {
        // A frame is at most 9999 + 10 bytes: four digits of length.
        Span { at: from as u16, len: to.saturating_sub(from) as u16 }
    }

    #[inline]
    fn in_(self, frame: &[u8]) -> &[u8] {
        frame.get(usize::from(self.at)..usize::from(self.at) + usize::from(self.len)).unwrap_or_default()
    }
}

/// What a number says of its factor (HJ 212-2017, table 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suffix {
    /// The value now.
    Rtd,
    /// The least of the interval.
    Min,
    /// The mean of the interval.
    Avg,
    /// The greatest of the interval.
    Max,
    /// The total of the interval.
    Cou,
    /// The value now, converted to standard conditions.
    ZsRtd,
    /// The least, converted.
    ZsMin,
    /// The mean, converted.
    ZsAvg,
    /// The greatest, converted.
    ZsMax,
    /// Noise of the interval.
    Data,
    /// Noise of the day part.
    DayData,
    /// Noise of the night part.
    NightData,
    /// State of a facility.
    Rs,
    /// Running time of a facility in hours.
    Rt,
}

impl Suffix {
    /// All of them.
    pub const ALL: [Suffix; 14] = [
        Suffix::Rtd,
        Suffix::Min,
        Suffix::Avg,
        Suffix::Max,
        Suffix::Cou,
        Suffix::ZsRtd,
        Suffix::ZsMin,
        Suffix::ZsAvg,
        Suffix::ZsMax,
        Suffix::Data,
        Suffix::DayData,
        Suffix::NightData,
        Suffix::Rs,
        Suffix::Rt,
    ];

    /// As the standard writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Suffix::Rtd => "Rtd",
            Suffix::Min => "Min",
            Suffix::Avg => "Avg",
            Suffix::Max => "Max",
            Suffix::Cou => "Cou",
            Suffix::ZsRtd => "ZsRtd",
            Suffix::ZsMin => "ZsMin",
            Suffix::ZsAvg => "ZsAvg",
            Suffix::ZsMax => "ZsMax",
            Suffix::Data => "Data",
            Suffix::DayData => "DayData",
            Suffix::NightData => "NightData",
            Suffix::Rs => "RS",
            Suffix::Rt => "RT",
        }
    }

    /// In Chinese.
    pub const fn label(self) -> &'static str {
        match self {
            Suffix::Rtd => "实时值",
            Suffix::Min => "最小值",
            Suffix::Avg => "平均值",
            Suffix::Max => "最大值",
            Suffix::Cou => "累计值",
            Suffix::ZsRtd => "折算实时值",
            Suffix::ZsMin => "折算最小值",
            Suffix::ZsAvg => "折算平均值",
            Suffix::ZsMax => "折算最大值",
            Suffix::Data => "噪声时段值",
            Suffix::DayData => "噪声昼间值",
            Suffix::NightData => "噪声夜间值",
            Suffix::Rs => "运行状态",
            Suffix::Rt => "运行时间",
        }
    }

    /// Whether it measures, so that a data flag belongs to it.
    pub const fn measures(self) -> bool {
        !matches!(self, Suffix::Rs | Suffix::Rt)
    }
}

/// One number of one factor.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    code: Span,
    raw: Span,
    /// What the number says.
    pub suffix: Suffix,
    /// The number as written; `None` when it is none.
    pub value: Option<Num>,
    flag: u8,
}

/// A pair of CP that is no reading.
#[derive(Clone, Copy, Debug)]
struct Pair {
    key: Span,
    value: Span,
}

/// Reads frames one after another into the same arrays: no allocation once they have grown.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    readings: Vec<Reading>,
    pairs: Vec<Pair>,
    plain: Vec<u8>,
    counts: Counts,
    rejected: u64,
}

/// One frame as read; everything is borrowed from the frame and the reader.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    frame: &'a [u8],
    readings: &'a [Reading],
    pairs: &'a [Pair],
    head: Head,
    /// The deviations, all of them tolerated.
    pub used: Tolerances,
}

#[derive(Clone, Copy, Debug, Default)]
struct Head {
    qn: Span,
    qn_time: Option<DateTime>,
    st: Span,
    cn: u16,
    pw: Span,
    mn: Span,
    flag: Option<u8>,
    parts: Option<(u16, u16)>,
    data_time: Option<DateTime>,
    cp: Span,
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
        let frame = trim(frame);
        let mut used = Tolerances::NONE;
        let end = bounds(frame, profile, &mut used)?;
        let mut head = read_head(&frame[..end], profile.edition, &mut used)?;
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

    /// Walks CP once.
    fn pairs_of(
        &mut self,
        frame: &[u8],
        mut at: usize,
        end: usize,
        head: &mut Head,
        used: &mut Tolerances,
    ) -> Result<(), Why> {
        let mut item = self.readings.len();
        let mut code_before = Span::default();
        while at < end {
            let key_from = at;
            let (mut dash, mut before) = (None, None);
            let mut cursor = frame[at..end].iter();
            let equals = loop {
                match cursor.next() {
                    Some(b'=') => break at,
                    Some(b'-') => {
                        before = dash;
                        dash = Some(at);
                    }
                    Some(b';' | b',') if at == key_from => {
                        // An empty pair: only the separator itself is wrong.
                        used.add(Tolerance::TrailingSeparator);
                        break usize::MAX;
                    }
                    Some(b';' | b',' | b'&') | None => return Err(Why::Pair),
                    Some(_) => {}
                }
                at += 1;
            };
            if equals == usize::MAX {
                at += 1;
                continue;
            }
            at += 1;
            let value_from = at;
            let mut semicolon = true;
            for byte in &frame[at..end] {
                match byte {
                    b';' => break,
                    b',' => {
                        semicolon = false;
                        break;
                    }
                    _ => at += 1,
                }
            }
            let value = Span::of(value_from, at);
            match dash {
                Some(dash) => {
                    let code = Span::of(key_from, dash);
                    let suffix = &frame[dash + 1..equals];
                    let inner = before.map(|inner| inner - key_from);
                    let code = self.dashed(frame, code, inner, suffix, value, item, used)?;
                    if code_before.len != 0 && code_before.in_(frame) != code.in_(frame) {
                        used.add(Tolerance::CommaForSemicolon);
                    }
                    code_before = code;
                }
                None => self.bare(frame, Span::of(key_from, equals), value, head, used)?,
            }
            if at < end {
                if at + 1 == end {
                    used.add(Tolerance::TrailingSeparator);
                }
                at += 1;
            }
            if semicolon {
                item = self.readings.len();
                code_before = Span::default();
            }
        }
        Ok(())
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
                self.readings.push(Reading { code, raw: value, suffix, value: number, flag: 0 });
            }
            Kind::Text => {
                let key = Span { at: code.at, len: code.len + 1 + suffix.len() as u16 };
                self.pair(key, value)?;
            }
        }
        Ok(code)
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
    if counted > profile.limits.segment {
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

/// The data segment up to CP; `segment` still begins with the frame's head so that spans fit the frame.
fn read_head(segment: &[u8], edition: Edition, used: &mut Tolerances) -> Result<Head, Why> {
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

#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Number(Suffix),
    Text,
}

/// The suffix's kind, and whether its case is right.
#[inline]
fn kind_of(suffix: &[u8]) -> Option<(Kind, bool)> {
    let exact = match suffix {
        b"Flag" => Kind::Flag,
        b"Rtd" => Kind::Number(Suffix::Rtd),
        b"Avg" => Kind::Number(Suffix::Avg),
        b"Min" => Kind::Number(Suffix::Min),
        b"Max" => Kind::Number(Suffix::Max),
        b"Cou" => Kind::Number(Suffix::Cou),
        b"RS" => Kind::Number(Suffix::Rs),
        b"RT" => Kind::Number(Suffix::Rt),
        b"EFlag" | b"SampleTime" | b"SN" | b"Info" => Kind::Text,
        _ => {
            if let Some(one) = Suffix::ALL.iter().find(|s| s.name().as_bytes() == suffix) {
                return Some((Kind::Number(*one), true));
            }
            let loose = Suffix::ALL.iter().find(|s| s.name().as_bytes().eq_ignore_ascii_case(suffix));
            let kind = match loose {
                Some(one) => Kind::Number(*one),
                None if suffix.eq_ignore_ascii_case(b"Flag") => Kind::Flag,
                None => return None,
            };
            return Some((kind, false));
        }
    };
    Some((exact, true))
}

/// Whether the key is this one; another case is noted.
#[inline]
fn is(key: &[u8], name: &[u8], used: &mut Tolerances) -> bool {
    if key == name {
        return true;
    }
    let same = key.eq_ignore_ascii_case(name);
    if same {
        used.add(Tolerance::KeyCase);
    }
    same
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

#[inline]
fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0, |sum: u16, d| d.is_ascii_digit().then(|| sum * 10 + u16::from(d - b'0')))
}

#[inline]
fn small(digits: &[u8]) -> Option<u8> {
    number(digits).and_then(|n| u8::try_from(n).ok())
}

impl<'a> Packet<'a> {
    /// The request number, a time with milliseconds; empty when there is none.
    pub fn qn(&self) -> &'a [u8] {
        self.head.qn.in_(self.frame)
    }

    /// The request number as a time.
    pub fn qn_time(&self) -> Option<DateTime> {
        self.head.qn_time
    }

    /// The kind of system, such as 39 for dust of building sites.
    pub fn st(&self) -> &'a [u8] {
        self.head.st.in_(self.frame)
    }

    /// The command.
    pub fn cn(&self) -> u16 {
        self.head.cn
    }

    /// The access password; a secret, never to be shown.
    pub fn pw(&self) -> &'a [u8] {
        self.head.pw.in_(self.frame)
    }

    /// The device.
    pub fn mn(&self) -> &'a [u8] {
        self.head.mn.in_(self.frame)
    }

    /// The Flag byte: version in bits 2 to 7, split in bit 1, answer wanted in bit 0.
    pub fn flag(&self) -> Option<u8> {
        self.head.flag
    }

    /// Whether the device wants an answer.
    pub fn wants_answer(&self) -> bool {
        self.head.flag.is_some_and(|f| f & 1 == 1)
    }

    /// `(PNUM, PNO)` of a split packet, PNO from 1.
    pub fn parts(&self) -> Option<(u16, u16)> {
        self.head.parts
    }

    /// `DataTime`, as written: whether it is an interval's start or end is the profile's business.
    pub fn data_time(&self) -> Option<DateTime> {
        self.head.data_time
    }

    /// The readings in the order written.
    pub fn readings(&self) -> &'a [Reading] {
        self.readings
    }

    /// A reading's factor code as written.
    pub fn code(&self, reading: &Reading) -> &'a [u8] {
        reading.code.in_(self.frame)
    }

    /// A reading's number as written.
    pub fn raw(&self, reading: &Reading) -> &'a [u8] {
        reading.raw.in_(self.frame)
    }

    /// The pairs of CP that are no readings, `DataTime` aside.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let frame = self.frame;
        self.pairs.iter().map(move |p| (p.key.in_(frame), p.value.in_(frame)))
    }

    /// The value of one such pair.
    pub fn pair(&self, key: &[u8]) -> Option<&'a [u8]> {
        self.pairs().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }
}

impl Reading {
    /// The data flag's letter; `None` when the device sent none.
    pub fn flag(&self) -> Option<char> {
        (self.flag != 0).then_some(self.flag as char)
    }
}
