//! Frames out of a byte stream that arrives cut anywhere.

use std::ops::Range;

/// What a scanner found at the front of a buffer.
///
/// A scanner decides only what later bytes cannot change; that is why any cutting of the stream gives the same frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Bytes at the front that are dealt with; 0 without a frame means that more bytes are needed.
    pub used: usize,
    /// How many of them belong to no frame.
    pub junk: usize,
    /// Where in the buffer the frame lies.
    pub frame: Option<Range<usize>>,
}

impl Scan {
    pub(crate) const MORE: Scan = Scan { used: 0, junk: 0, frame: None };

    pub(crate) const fn junk(bytes: usize) -> Scan {
        Scan { used: bytes, junk: bytes, frame: None }
    }
}

/// One connection's stream: hands out whole frames and keeps only a cut one.
///
/// Memory is bounded by one scanner limit plus one read, since a scanner always gives up what grows past its limit.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    rest: Vec<u8>,
    junk: u64,
    frames: u64,
}

impl Stream {
    /// Takes what was read and calls `each` with every whole frame, in order.
    ///
    /// A frame that lies whole in `bytes` is handed out from there without a copy.
    pub fn feed(&mut self, bytes: &[u8], scan: impl Fn(&[u8]) -> Scan, mut each: impl FnMut(&[u8])) {
        if self.rest.is_empty() {
            let used = self.walk(bytes, &scan, &mut each);
            self.rest.extend_from_slice(&bytes[used..]);
        } else {
            let mut held = std::mem::take(&mut self.rest);
            held.extend_from_slice(bytes);
            let used = self.walk(&held, &scan, &mut each);
            held.drain(..used);
            self.rest = held;
        }
    }

    fn walk(&mut self, buffer: &[u8], scan: &impl Fn(&[u8]) -> Scan, each: &mut impl FnMut(&[u8])) -> usize {
        let mut at = 0;
        while at < buffer.len() {
            let found = scan(&buffer[at..]);
            if let Some(range) = &found.frame {
                self.frames += 1;
                each(&buffer[at + range.start..at + range.end]);
            }
            self.junk += found.junk as u64;
            if found.used == 0 {
                break;
            }
            at += found.used;
        }
        at
    }

    /// Bytes that belonged to no frame so far.
    pub fn junk(&self) -> u64 {
        self.junk
    }

    /// Frames handed out so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Bytes of a frame that is not whole yet.
    pub fn held(&self) -> usize {
        self.rest.len()
    }
}
