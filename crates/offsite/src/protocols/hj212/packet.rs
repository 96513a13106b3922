//! One frame as read, borrowed from its bytes and the reader.

use jiff::civil::DateTime;

use super::Tolerances;
use super::head::Head;
use super::suffix::Suffix;
use crate::protocols::num::Num;

/// One frame as read; everything is borrowed from the frame and the reader.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    pub(super) frame: &'a [u8],
    pub(super) readings: &'a [Reading],
    pub(super) pairs: &'a [Pair],
    pub(super) head: Head,
    /// The deviations, all of them tolerated.
    pub used: Tolerances,
}

/// One number of one factor.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub(super) code: Span,
    pub(super) raw: Span,
    /// What the number says.
    pub suffix: Suffix,
    /// The number as written; `None` when it is none.
    pub value: Option<Num>,
    pub(super) flag: u8,
}

/// A pair of CP that is no reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) key: Span,
    pub(super) value: Span,
}

/// A place in the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub(super) at: u16,
    pub(super) len: u16,
}

impl Span {
    #[inline]
    pub(super) fn of(from: usize, to: usize) -> Span {
        // A frame is at most 9999 + 10 bytes: four digits of length.
        Span { at: from as u16, len: to.saturating_sub(from) as u16 }
    }

    #[inline]
    pub(super) fn in_(self, frame: &[u8]) -> &[u8] {
        frame.get(usize::from(self.at)..usize::from(self.at) + usize::from(self.len)).unwrap_or_default()
    }
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
