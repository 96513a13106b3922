//! Connections, each in a slot that another may take after it.

use std::net::TcpStream;

use crate::store::desk::NONE;

/// A slot and which of its connections is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

/// What few connections have: a cut frame, or answers not yet read.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    pub(crate) part: Vec<u8>,
    pub(crate) out: Vec<u8>,
}

/// One connection. Small: most are silent most of the time.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) stream: TcpStream,
    pub(crate) extra: Option<Box<Extra>>,
    /// The batch in which its last run lies.
    pub(crate) batch: u64,
    pub(crate) run: u32,
    /// The session of its last frame.
    pub(crate) session: u32,
    /// Bytes that belong to no frame since the last good one.
    pub(crate) junk: u32,
    /// The second since the server's start in which it last sent something.
    pub(crate) seen: u32,
    pub(crate) listener: u16,
    /// The platform's running number on this connection (JT/T 808).
    pub(crate) serial: u16,
    /// Malformed frames in a row.
    pub(crate) malformed: u16,
}

impl Conn {
    pub(crate) fn new(stream: TcpStream, listener: u16, seen: u32) -> Conn {
        Conn {
            stream,
            extra: None,
            batch: 0,
            run: NONE,
            session: NONE,
            junk: 0,
            seen,
            listener,
            serial: 0,
            malformed: 0,
        }
    }

    /// The next running number of the platform.
    pub(crate) fn next_serial(&mut self) -> u16 {
        let serial = self.serial;
        self.serial = serial.wrapping_add(1);
        serial
    }

    /// Answers not yet taken by the device.
    pub(crate) fn unread(&self) -> usize {
        self.extra.as_ref().map_or(0, |extra| extra.out.len())
    }

    /// Takes the cut frame held, to go on with it.
    pub(crate) fn take_part(&mut self) -> Vec<u8> {
        self.extra.as_mut().map(|extra| std::mem::take(&mut extra.part)).unwrap_or_default()
    }

    /// Holds a cut frame.
    pub(crate) fn hold(&mut self, part: Vec<u8>) {
        if !part.is_empty() {
            self.extra.get_or_insert_default().part = part;
        } else if self.extra.as_ref().is_some_and(|extra| extra.out.is_empty()) {
            self.extra = None;
        }
    }
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    conn: Option<Conn>,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl Slots {
    /// How many connections there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Takes one in. `None` only beyond four thousand million slots.
    pub(crate) fn insert(&mut self, conn: Conn) -> Option<At> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                let slot = u32::try_from(self.slots.len()).ok().filter(|slot| *slot < NONE)?;
                // Generation 0 is never a connection: events of listeners carry it.
                self.slots.push(Slot { generation: 0, conn: None });
                slot
            }
        };
        let place = &mut self.slots[slot as usize];
        place.generation = place.generation.wrapping_add(1).max(1);
        place.conn = Some(conn);
        Some(At { slot, generation: place.generation })
    }

    /// The connection, if it is still the same one.
    pub(crate) fn get(&mut self, at: At) -> Option<&mut Conn> {
        let slot = self.slots.get_mut(at.slot as usize)?;
        if slot.generation == at.generation { slot.conn.as_mut() } else { None }
    }

    /// Gives it up; the slot is free for another.
    pub(crate) fn remove(&mut self, at: At) -> Option<Conn> {
        self.get(at)?;
        let conn = self.slots[at.slot as usize].conn.take();
        self.free.push(at.slot);
        conn
    }

    /// The connections silent since before the second `before`, at most `most`.
    pub(crate) fn silent(&self, before: u32, most: usize) -> Vec<At> {
        let silent = self.slots.iter().enumerate().filter(|(_, s)| s.conn.as_ref().is_some_and(|c| c.seen < before));
        silent.map(|(at, s)| At { slot: at as u32, generation: s.generation }).take(most).collect()
    }
}
