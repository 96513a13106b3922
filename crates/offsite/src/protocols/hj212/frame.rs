//! Cutting HJ 212 frames out of a byte stream.

use memchr::memchr2;

use crate::protocols::stream::Scan;

/// `##` and four digits.
pub const HEAD: usize = 6;
/// Four hexadecimal digits.
pub const TAIL: usize = 4;

/// How to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest data segment in bytes; the standard's is 1024, a device may need more.
    pub segment: usize,
    /// CP may hold any byte, CR and LF too, because it is enciphered: then only the declared length ends a frame early.
    pub binary: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { segment: 4096, binary: false }
    }
}

/// Finds the first frame; CR and LF between frames are no junk, and the frame comes without them.
///
/// A frame ends where its declared length says if `&&` and a CRC stand there. Otherwise it ends at the end of the line
/// or before the next head, and the reader judges it: a wrong length costs that frame, never the next one.
pub fn scan(buffer: &[u8], limits: &Limits) -> Scan {
    match buffer.first() {
        None => return Scan::MORE,
        Some(b'\r' | b'\n') => {
            let ends = buffer.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            return Scan { used: ends, junk: 0, frame: None };
        }
        Some(b'#') => {}
        Some(_) => {
            let stop = buffer.iter().position(|b| matches!(b, b'#' | b'\r' | b'\n'));
            return Scan::junk(stop.unwrap_or(buffer.len()));
        }
    }
    let length = match head(buffer) {
        Head::Is(length) => length,
        Head::Unknown => return Scan::MORE,
        Head::IsNot => return Scan::junk(1),
    };
    let whole = HEAD + length + TAIL;
    let fits = length <= limits.segment;
    if fits {
        if !limits.binary
            && let Some(end) = line_end(&buffer[..buffer.len().min(whole)])
        {
            return Scan { used: end, junk: 0, frame: Some(0..end) };
        }
        if buffer.len() < whole {
            return Scan::MORE;
        }
        if ends_well(&buffer[..whole]) {
            return Scan { used: whole, junk: 0, frame: Some(0..whole) };
        }
    }
    by_text(buffer, HEAD + limits.segment + TAIL)
}

/// Ends a frame whose length cannot be believed.
fn by_text(buffer: &[u8], longest: usize) -> Scan {
    let mut at = HEAD;
    let seen = &buffer[..buffer.len().min(longest + HEAD)];
    while let Some(byte) = seen.get(at) {
        match byte {
            b'\r' | b'\n' => return Scan { used: at, junk: 0, frame: Some(0..at) },
            b'#' => match head(&buffer[at..]) {
                Head::Is(_) => return Scan { used: at, junk: 0, frame: Some(0..at) },
                Head::Unknown => return Scan::MORE,
                Head::IsNot => at += 1,
            },
            _ => at += 1,
        }
    }
    // Past the limit: give up this head alone, and look for the next one behind it.
    if buffer.len() >= longest + HEAD { Scan::junk(HEAD) } else { Scan::MORE }
}

enum Head {
    Is(usize),
    IsNot,
    Unknown,
}

fn head(buffer: &[u8]) -> Head {
    let mut length = 0;
    for (index, &byte) in buffer.iter().take(HEAD).enumerate() {
        match (index, byte) {
            (0 | 1, b'#') => {}
            (2.., b'0'..=b'9') => length = length * 10 + usize::from(byte - b'0'),
            _ => return Head::IsNot,
        }
    }
    if buffer.len() < HEAD { Head::Unknown } else { Head::Is(length) }
}

fn line_end(frame: &[u8]) -> Option<usize> {
    memchr2(b'\r', b'\n', frame.get(HEAD..)?).map(|at| HEAD + at)
}

/// Whether the bytes end with `&&` and four hexadecimal digits.
pub(crate) fn ends_well(frame: &[u8]) -> bool {
    matches!(frame, [.., b'&', b'&', a, b, c, d]
        if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() && c.is_ascii_hexdigit() && d.is_ascii_hexdigit())
}
