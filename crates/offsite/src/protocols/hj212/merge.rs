//! Putting split packets together.
//!
//! The standard's examples (C.49, C.50) give each part its own QN and repeat `DataTime`, and never cut a factor; some
//! devices reuse one QN. So parts belong together by MN, CN, `DataTime` and PNUM; QN is left out of it.

use jiff::civil::DateTime;

use super::packet::Packet;

/// The most parts of one packet.
const MOST_PARTS: u16 = 64;

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was not split: nothing to keep.
    Single,
    /// More parts are awaited.
    Waiting {
        /// Parts there.
        have: u16,
        /// Parts in all.
        of: u16,
    },
    /// The same part came before with the same content; it deserves its answer and no more.
    Repeated,
    /// The same part came before with another content; the first is kept.
    Contradicts,
    /// All parts, as raw frames in the order of PNO.
    Whole(Vec<Vec<u8>>),
    /// No room: too many parts or too many packets open.
    Refused,
}

/// What belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    mn: Vec<u8>,
    cn: u16,
    data_time: Option<DateTime>,
    total: u16,
    parts: Vec<Option<Vec<u8>>>,
    last: i64,
}

/// The open split packets of one connection or many.
#[derive(Clone, Debug)]
pub struct Merger {
    open: Vec<Group>,
    most: usize,
    patience: i64,
    expired: u64,
}

impl Merger {
    /// At most `most` packets open at once, each given up `patience` seconds after its last part.
    pub fn new(most: usize, patience: i64) -> Merger {
        Merger { open: Vec::new(), most, patience, expired: 0 }
    }

    /// Takes one part; `frame` are its raw bytes and `now` is the second of receipt.
    pub fn take(&mut self, packet: &Packet<'_>, frame: &[u8], now: i64) -> Taken {
        let Some((total, index)) = packet.parts() else { return Taken::Single };
        self.expire(now);
        if total == 0 || total > MOST_PARTS || index == 0 || index > total {
            return Taken::Refused;
        }
        let same = |g: &Group| {
            g.total == total && g.cn == packet.cn() && g.data_time == packet.data_time() && g.mn == packet.mn()
        };
        let at = match self.open.iter().position(same) {
            Some(at) => at,
            None if self.open.len() >= self.most => return Taken::Refused,
            None => {
                self.open.push(Group {
                    mn: packet.mn().to_vec(),
                    cn: packet.cn(),
                    data_time: packet.data_time(),
                    total,
                    parts: vec![None; usize::from(total)],
                    last: now,
                });
                self.open.len() - 1
            }
        };
        let group = &mut self.open[at];
        group.last = now;
        match &mut group.parts[usize::from(index) - 1] {
            Some(before) if content(before) == content(frame) => return Taken::Repeated,
            Some(_) => return Taken::Contradicts,
            empty @ None => *empty = Some(frame.to_vec()),
        }
        let have = group.parts.iter().flatten().count() as u16;
        if have < total {
            return Taken::Waiting { have, of: total };
        }
        Taken::Whole(self.open.swap_remove(at).parts.into_iter().flatten().collect())
    }

    /// Gives up what waited too long; returns how many packets were given up in all.
    pub fn expire(&mut self, now: i64) -> u64 {
        let before = self.open.len();
        let patience = self.patience;
        self.open.retain(|g| now.saturating_sub(g.last) <= patience);
        self.expired += (before - self.open.len()) as u64;
        self.expired
    }

    /// Packets open.
    pub fn open(&self) -> usize {
        self.open.len()
    }
}

/// CP alone: QN differs between two sendings of one part, and with it length and CRC may.
fn content(frame: &[u8]) -> &[u8] {
    match memchr::memmem::find(frame, b"CP=&&") {
        Some(at) => &frame[at..memchr::memmem::rfind(frame, b"&&").unwrap_or(frame.len()).max(at)],
        None => frame,
    }
}
