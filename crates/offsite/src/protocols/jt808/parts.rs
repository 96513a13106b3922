//! Putting sub-packages together, per terminal.

use super::head::{Head, Phone};

/// What became of a sub-package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was not split.
    Single,
    /// More are awaited.
    Waiting {
        /// Sub-packages there.
        have: u16,
        /// Sub-packages in all.
        of: u16,
    },
    /// It came before.
    Repeated,
    /// The whole body.
    Whole(Vec<u8>),
    /// No room: too many bytes or too many messages open.
    Refused,
}

#[derive(Clone, Debug)]
struct Group {
    phone: Phone,
    id: u16,
    total: u16,
    first: u16,
    parts: Vec<Option<Box<[u8]>>>,
    bytes: usize,
    last: i64,
}

/// The limits of what is kept open.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Messages open at once, of all terminals.
    pub open: usize,
    /// Messages open at once, of one terminal.
    pub per_phone: usize,
    /// Sub-packages of one message.
    pub parts: u16,
    /// Bytes of one message.
    pub message: usize,
    /// Bytes of all.
    pub bytes: usize,
    /// Seconds after the last sub-package until a message is given up.
    pub patience: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { open: 1024, per_phone: 4, parts: 4096, message: 4 << 20, bytes: 64 << 20, patience: 300 }
    }
}

/// The open messages of many terminals.
#[derive(Clone, Debug)]
pub struct Parts {
    open: Vec<Group>,
    bytes: usize,
    limits: Limits,
    expired: u64,
}

impl Parts {
    /// Nothing open yet.
    pub fn new(limits: Limits) -> Parts {
        Parts { open: Vec::new(), bytes: 0, limits, expired: 0 }
    }

    /// Takes one sub-package, received in the second `now`.
    ///
    /// Sub-packages of one message have consecutive running numbers, and one that is sent again is the same to the byte
    /// (0x8003): number minus index tells messages apart. Nothing else joins, lest two pictures become one.
    pub fn take(&mut self, head: &Head, body: &[u8], now: i64) -> Taken {
        let Some((total, index)) = head.part else { return Taken::Single };
        if index == 0 || index > total || total > self.limits.parts {
            return Taken::Refused;
        }
        self.expire(now);
        let first = head.serial.wrapping_sub(index - 1);
        let slot = usize::from(index) - 1;
        let same = |g: &Group| g.phone == head.phone && g.id == head.id && g.total == total && g.first == first;
        let at = match self.open.iter().position(same) {
            Some(at) => at,
            None => {
                let own = self.open.iter().filter(|g| g.phone == head.phone).count();
                if self.open.len() >= self.limits.open || own >= self.limits.per_phone {
                    return Taken::Refused;
                }
                self.open.push(Group {
                    phone: head.phone,
                    id: head.id,
                    total,
                    first,
                    parts: vec![None; usize::from(total)],
                    bytes: 0,
                    last: now,
                });
                self.open.len() - 1
            }
        };
        let group = &mut self.open[at];
        group.last = now;
        if group.parts[slot].is_some() {
            return Taken::Repeated;
        }
        if group.bytes + body.len() > self.limits.message || self.bytes + body.len() > self.limits.bytes {
            return Taken::Refused;
        }
        group.parts[slot] = Some(body.into());
        group.bytes += body.len();
        self.bytes += body.len();
        let have = group.parts.iter().flatten().count() as u16;
        if have < total {
            return Taken::Waiting { have, of: total };
        }
        let group = self.open.swap_remove(at);
        self.bytes -= group.bytes;
        Taken::Whole(group.parts.into_iter().flatten().flatten().collect())
    }

    /// The sub-packages still missing of a terminal's message, with the running number of its first: for 0x8003.
    pub fn missing(&self, phone: Phone, id: u16) -> Option<(u16, Vec<u16>)> {
        let group = self.open.iter().find(|g| g.phone == phone && g.id == id)?;
        let lacks = (1..=group.total).zip(&group.parts).filter(|(_, part)| part.is_none());
        Some((group.first, lacks.map(|(index, _)| index).collect()))
    }

    /// Gives up what waited too long; returns how many messages were given up in all.
    pub fn expire(&mut self, now: i64) -> u64 {
        let patience = self.limits.patience;
        let (bytes, expired) = (&mut self.bytes, &mut self.expired);
        self.open.retain(|g| {
            let keep = now.saturating_sub(g.last) <= patience;
            if !keep {
                *bytes -= g.bytes;
                *expired += 1;
            }
            keep
        });
        self.expired
    }

    /// Bytes kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
