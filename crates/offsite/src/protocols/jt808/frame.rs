//! Cutting, unescaping and checking frames; writing them.

use memchr::{memchr, memchr2};

use super::Tolerances;
use super::head::{Head, Phone};
use super::profile::Profile;
use super::{Reject, Tolerance, Why};
use crate::protocols::stream::Scan;

/// The most bytes between two delimiters: 1023 of body, 21 of header, 1 of checksum, all escaped, and some room.
pub const MOST: usize = 2200;
/// The fewest: a header of 2013 and the checksum.
const LEAST: usize = 13;
/// The most bytes of one body, of the ten bits of its length.
pub const MOST_BODY: usize = 1023;

/// Which bytes delimit and escape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// The standard's: `7e`, with `7d 02` for `7e` and `7d 01` for `7d`.
    #[default]
    Standard,
    /// A make's own: `e7`, with `e6 01`, `e6 02`, `3e 01`, `3e 02` for `e6`, `e7`, `3e`, `3d`.
    E7,
}

impl Style {
    /// The delimiter.
    #[inline]
    pub const fn delimiter(self) -> u8 {
        match self {
            Style::Standard => 0x7e,
            Style::E7 => 0xe7,
        }
    }

    /// The next escape at or after the start of `bytes`.
    #[inline]
    fn next_escape(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Style::Standard => memchr(0x7d, bytes),
            Style::E7 => memchr2(0xe6, 0x3e, bytes),
        }
    }

    #[inline]
    const fn meaning(self, escape: u8, code: Option<&u8>) -> Option<u8> {
        match (self, escape, code) {
            (Style::Standard, 0x7d, Some(1)) => Some(0x7d),
            (Style::Standard, 0x7d, Some(2)) => Some(0x7e),
            (Style::E7, 0xe6, Some(1)) => Some(0xe6),
            (Style::E7, 0xe6, Some(2)) => Some(0xe7),
            (Style::E7, 0x3e, Some(1)) => Some(0x3e),
            (Style::E7, 0x3e, Some(2)) => Some(0x3d),
            _ => None,
        }
    }
}

/// Finds the first frame, delimiters included.
///
/// With `shared` the delimiter that ends a frame may also begin the next one, as some makes send it. A delimiter that
/// was lost costs one frame: nothing between two delimiters means that the second one begins.
pub fn scan(buffer: &[u8], style: Style, shared: bool) -> Scan {
    let mark = style.delimiter();
    let Some(start) = memchr(mark, buffer) else { return Scan::junk(buffer.len()) };
    if start > 0 {
        return Scan::junk(start);
    }
    let Some(length) = memchr(mark, &buffer[1..]) else {
        return if buffer.len() - 1 > MOST { Scan::junk(buffer.len()) } else { Scan::MORE };
    };
    let end = length + 1;
    match length {
        0 => Scan { used: 1, junk: 0, frame: None },
        LEAST..=MOST => {
            let used = if shared { end } else { end + 1 };
            Scan { used, junk: 0, frame: Some(0..end + 1) }
        }
        // No frame, whatever it is: its end may be a beginning.
        _ => Scan::junk(end),
    }
}

/// Room for one unescaped frame; reused from frame to frame.
#[derive(Clone, Debug)]
pub struct Buffer(Box<[u8; MOST]>);

impl Default for Buffer {
    fn default() -> Self {
        Buffer(Box::new([0; MOST]))
    }
}

/// One frame, unescaped and checked; the body is borrowed from the frame when nothing was escaped.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The header.
    pub head: Head,
    /// The body.
    pub body: &'a [u8],
    /// The deviations of the envelope.
    pub used: Tolerances,
    xor: (u8, u8),
}

impl<'a> Frame<'a> {
    /// Opens one frame, with or without its delimiters, and rejects what the profile does not tolerate.
    #[inline]
    pub fn open(bytes: &'a [u8], buffer: &'a mut Buffer, profile: &Profile) -> Result<Frame<'a>, Reject> {
        let frame = Frame::read(bytes, buffer, profile.style)?;
        frame.judge(frame.used, profile.allow)?;
        Ok(frame)
    }

    /// Opens one frame and notes every deviation, for a later judgement of envelope and body together.
    #[inline]
    pub fn read(bytes: &'a [u8], buffer: &'a mut Buffer, style: Style) -> Result<Frame<'a>, Why> {
        let mark = style.delimiter();
        let bytes = bytes.strip_prefix(&[mark]).unwrap_or(bytes);
        let bytes = bytes.strip_suffix(&[mark]).unwrap_or(bytes);
        if bytes.len() > MOST {
            return Err(Why::TooLong);
        }
        let mut used = Tolerances::NONE;
        let plain = unescape(bytes, &mut buffer.0, style, &mut used);
        let Some((&got, message)) = plain.split_last() else { return Err(Why::Short) };
        let want = xor(message);
        if got != want {
            used.add(Tolerance::WrongXor);
        }
        let (head, body) = Head::read(message, &mut used)?;
        Ok(Frame { head, body, used, xor: (got, want) })
    }

    /// Rejects what was used and is not allowed.
    ///
    /// # Errors
    ///
    /// The weightiest deviation, with its figures, and all tolerances missing.
    #[inline]
    pub fn judge(&self, used: Tolerances, allow: Tolerances) -> Result<(), Reject> {
        Reject::unless(used, allow, |first| match first {
            Tolerance::WrongXor => Why::Xor { got: self.xor.0, want: self.xor.1 },
            Tolerance::Length => Why::Length { declared: self.head.declared(), counted: self.body.len() },
            other => Why::Deviates(other),
        })
    }
}

/// Undoes the escapes; borrows `from` when there are none.
#[inline]
fn unescape<'a>(from: &'a [u8], to: &'a mut [u8; MOST], style: Style, used: &mut Tolerances) -> &'a [u8] {
    let Some(mut run) = style.next_escape(from) else { return from };
    let (mut read, mut written) = (0, 0);
    loop {
        to[written..written + run].copy_from_slice(&from[read..read + run]);
        read += run;
        written += run;
        let Some(&escape) = from.get(read) else { break };
        match style.meaning(escape, from.get(read + 1)) {
            Some(byte) => {
                to[written] = byte;
                read += 2;
            }
            None => {
                used.add(Tolerance::LoneEscape);
                to[written] = escape;
                read += 1;
            }
        }
        written += 1;
        run = style.next_escape(&from[read..]).unwrap_or(from.len() - read);
    }
    &to[..written]
}

/// All bytes, one XOR the other.
#[inline]
pub fn xor(bytes: &[u8]) -> u8 {
    let (words, rest) = bytes.as_chunks::<8>();
    let word = words.iter().fold(0, |sum, word| sum ^ u64::from_ne_bytes(*word));
    word.to_ne_bytes().iter().chain(rest).fold(0, |sum, byte| sum ^ byte)
}

/// Where a message goes.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The message.
    pub id: u16,
    /// The terminal, and with it the edition of the header.
    pub phone: Phone,
    /// The running number of the first frame; sub-packages count on.
    pub serial: u16,
    /// How to escape.
    pub style: Style,
}

/// Appends the message, cut into sub-packages of at most 1023 bytes of body; returns how many frames it became.
pub fn write(out: &mut Vec<u8>, envelope: &Envelope, body: &[u8]) -> u16 {
    if body.len() <= MOST_BODY {
        write_one(out, envelope, envelope.serial, None, body);
        return 1;
    }
    let total = body.len().div_ceil(MOST_BODY).min(usize::from(u16::MAX)) as u16;
    for (piece, index) in body.chunks(MOST_BODY).zip(1..=total) {
        write_one(out, envelope, envelope.serial.wrapping_add(index - 1), Some((total, index)), piece);
    }
    total
}

fn write_one(out: &mut Vec<u8>, envelope: &Envelope, serial: u16, part: Option<(u16, u16)>, body: &[u8]) {
    let mark = envelope.style.delimiter();
    out.push(mark);
    let mut check = 0;
    let mut put = |bytes: &[u8]| {
        for &byte in bytes {
            check ^= byte;
            escape(out, byte, envelope.style);
        }
    };
    let phone = envelope.phone;
    let split = if part.is_some() { 1 << 13 } else { 0 };
    let version = if phone.is_2019() { 1 << 14 } else { 0 };
    put(&envelope.id.to_be_bytes());
    put(&(body.len() as u16 | split | version).to_be_bytes());
    if phone.is_2019() {
        put(&[1]);
    }
    put(phone.bytes());
    put(&serial.to_be_bytes());
    if let Some((total, index)) = part {
        put(&total.to_be_bytes());
        put(&index.to_be_bytes());
    }
    put(body);
    escape(out, check, envelope.style);
    out.push(mark);
}

fn escape(out: &mut Vec<u8>, byte: u8, style: Style) {
    let pair: &[u8] = match (style, byte) {
        (Style::Standard, 0x7d) => &[0x7d, 1],
        (Style::Standard, 0x7e) => &[0x7d, 2],
        (Style::E7, 0xe6) => &[0xe6, 1],
        (Style::E7, 0xe7) => &[0xe6, 2],
        (Style::E7, 0x3e) => &[0x3e, 1],
        (Style::E7, 0x3d) => &[0x3e, 2],
        _ => &[byte],
    };
    out.extend_from_slice(pair);
}
