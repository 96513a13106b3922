//! Frames of one commit, concatenated, with an index: the unit that is stored, digested and proven.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::day::day_of;

/// The device was not registered when its frame came.
pub const MARK_UNKNOWN: u16 = 1;

/// The most milliseconds between the first and the last frame of a block.
pub const MOST_SPAN_MS: i64 = 60_000;

/// SHA-256 over index and raw bytes.
pub(crate) type Sha = [u8; 32];

/// One frame's line in the index: twelve bytes, little-endian. Offsets are sums of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The device's number: of the session until the block is stored, of the day file after.
    pub(crate) device: u32,
    /// Milliseconds after the block's first frame.
    pub(crate) after: u32,
    /// Bytes.
    pub(crate) length: u16,
    /// What is to be said of it.
    pub(crate) marks: u16,
}

impl Entry {
    pub(crate) const BYTES: usize = 12;

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.device.to_le_bytes());
        out.extend_from_slice(&self.after.to_le_bytes());
        out.extend_from_slice(&self.length.to_le_bytes());
        out.extend_from_slice(&self.marks.to_le_bytes());
    }

    /// The lines of an index; bytes behind the last whole line are left over.
    pub(crate) fn all(index: &[u8]) -> impl Iterator<Item = Entry> {
        index.as_chunks::<{ Entry::BYTES }>().0.iter().map(|line| {
            let [d0, d1, d2, d3, a0, a1, a2, a3, l0, l1, m0, m1] = *line;
            Entry {
                device: u32::from_le_bytes([d0, d1, d2, d3]),
                after: u32::from_le_bytes([a0, a1, a2, a3]),
                length: u16::from_le_bytes([l0, l1]),
                marks: u16::from_le_bytes([m0, m1]),
            }
        })
    }
}

/// A block as it fills.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) day: Date,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) raw: Vec<u8>,
    pub(crate) entries: Vec<Entry>,
}

impl Block {
    pub(crate) fn new(now: i64) -> Block {
        Block { day: day_of(now), from: now, to: now, raw: Vec::new(), entries: Vec::new() }
    }

    /// Begins anew with the memory it has.
    pub(crate) fn restart(&mut self, now: i64) {
        (self.day, self.from, self.to) = (day_of(now), now, now);
        self.raw.clear();
        self.entries.clear();
    }

    /// Whether a frame received now belongs in it: the same day, not before the last one, within the span.
    pub(crate) fn suits(&self, now: i64) -> bool {
        self.entries.is_empty() || (now >= self.to && now - self.from <= MOST_SPAN_MS && day_of(now) == self.day)
    }

    /// Appends a frame of at most 65,535 bytes; the scanners give none that is longer.
    pub(crate) fn push(&mut self, device: u32, now: i64, marks: u16, bytes: &[u8]) {
        let Ok(length) = u16::try_from(bytes.len()) else { return };
        let after = u32::try_from(now - self.from).unwrap_or(0);
        self.to = now;
        self.raw.extend_from_slice(bytes);
        self.entries.push(Entry { device, after, length, marks });
    }

    /// Writes the index.
    pub(crate) fn index(&self, out: &mut Vec<u8>) {
        out.clear();
        out.reserve(self.entries.len() * Entry::BYTES);
        self.entries.iter().for_each(|e| e.write(out));
    }

    /// One bit for each device, modulo 64: a block without the bit has no frame of the device.
    pub(crate) fn mask(&self) -> i64 {
        self.entries.iter().fold(0, |mask, e| mask | mask_of(e.device))
    }
}

/// A device's bit.
pub(crate) const fn mask_of(device: u32) -> i64 {
    1_i64.rotate_left(device % 64)
}

/// The digest of a block.
pub(crate) fn digest(index: &[u8], raw: &[u8]) -> Sha {
    let mut sha = Sha256::new();
    sha.update(index);
    sha.update(raw);
    sha.finalize().into()
}

/// A digest read from a file; `None` when it has another length.
pub(crate) fn sha_of(bytes: &[u8]) -> Option<Sha> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_goes_both_ways() {
        let mut block = Block::new(1_795_536_000_000);
        block.push(7, 1_795_536_000_000, 0, b"one");
        block.push(70_000, 1_795_536_000_250, MARK_UNKNOWN, b"three");
        let mut index = Vec::new();
        block.index(&mut index);
        assert_eq!(Entry::all(&index).collect::<Vec<_>>(), block.entries);
        assert_eq!(block.entries[1].after, 250);
        assert_eq!(block.raw, b"onethree");
        assert_ne!(block.mask() & mask_of(7), 0);
        assert_eq!(block.mask() & mask_of(8), 0);
    }

    #[test]
    fn a_block_ends_with_the_day_with_the_span_and_when_the_clock_steps_back() {
        let midnight = 1_795_536_000_000;
        let mut block = Block::new(midnight - 10);
        assert!(block.suits(midnight + 5), "an empty one suits always");
        block.push(1, midnight - 10, 0, b"x");
        assert!(block.suits(midnight - 1));
        assert!(!block.suits(midnight));
        assert!(!block.suits(midnight - 11));
        block.restart(midnight);
        block.push(1, midnight, 0, b"x");
        assert!(block.suits(midnight + MOST_SPAN_MS));
        assert!(!block.suits(midnight + MOST_SPAN_MS + 1));
    }
}
