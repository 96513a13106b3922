//! One made-up terminal.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, Style, scan, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::location::Location;
use offsite::protocols::jt808::profile::Profile;

/// A phone number of twelve digits that no operator gives out.
pub fn phone(number: u32) -> Phone {
    let mut digits = [0; 12];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    let [a, b, c, d, e, f] = std::array::from_fn(|i| digits[2 * i] << 4 | digits[2 * i + 1]);
    Phone::of_2013([a, b, c, d, e, f])
}

/// Appends a position of a terminal, in 43 bytes and its escapes.
pub fn position(out: &mut Vec<u8>, phone: Phone, serial: u16) {
    let location = Location {
        alarm: 0,
        status: 3,
        latitude: 31_150_000 + i64::from(serial),
        longitude: 121_100_000 + i64::from(serial) * 3,
        altitude: 4,
        speed: serial % 800,
        direction: serial % 360,
        time: Some(jiff::civil::date(2026, 11, 25).at(8, 0, (serial % 60) as i8, 0)),
    };
    let mut body = Vec::with_capacity(Location::LENGTH);
    location.write(&mut body);
    write(out, &Envelope { id: 0x0200, phone, serial, style: Style::Standard }, &body);
}

#[derive(Debug)]
pub(super) struct Terminal {
    stream: TcpStream,
    phone: Phone,
    serial: u16,
    /// In flight: the running number, and when it was to be sent.
    flying: VecDeque<(u16, Duration)>,
    part: Vec<u8>,
    /// What the socket did not take.
    rest: Vec<u8>,
}

impl Terminal {
    pub(super) fn new(stream: TcpStream, number: u32) -> Terminal {
        let phone = phone(number);
        Terminal { stream, phone, serial: 0, flying: VecDeque::new(), part: Vec::new(), rest: Vec::new() }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flying.len()
    }

    /// Sends one position for each moment, in one write; `false` when the connection is lost.
    pub(super) fn send(&mut self, moments: &[Duration]) -> bool {
        let mut bytes = std::mem::take(&mut self.rest);
        for when in moments {
            position(&mut bytes, self.phone, self.serial);
            self.flying.push_back((self.serial, *when));
            self.serial = self.serial.wrapping_add(1);
        }
        match (&self.stream).write(&bytes) {
            Ok(sent) => {
                bytes.drain(..sent);
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return false,
        }
        self.rest = bytes;
        true
    }

    /// Reads answers and tells for each when its frame was sent, or `None` when it fits none; `false` when the connection is lost.
    pub(super) fn read(&mut self, mut each: impl FnMut(Option<Duration>)) -> bool {
        let mut read = [0; 2048];
        let count = match (&self.stream).read(&mut read) {
            Ok(0) => return false,
            Ok(count) => count,
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        };
        let mut held = std::mem::take(&mut self.part);
        held.extend_from_slice(&read[..count]);
        let mut done = 0;
        while done < held.len() {
            let found = scan(&held[done..], Style::Standard, false);
            if let Some(range) = found.frame {
                each(self.matched(&held[done + range.start..done + range.end]));
            }
            if found.used == 0 {
                break;
            }
            done += found.used;
        }
        held.drain(..done);
        self.part = held;
        true
    }

    /// The moment of the frame that these bytes answer: the oldest in flight, by phone and running number, with success.
    fn matched(&mut self, bytes: &[u8]) -> Option<Duration> {
        thread_local!(static ROOM: std::cell::RefCell<Buffer> = std::cell::RefCell::default());
        let (serial, when) = *self.flying.front()?;
        let fits = ROOM.with_borrow_mut(|room| {
            let Ok(frame) = Frame::open(bytes, room, &Profile::builtin()[0]) else { return false };
            let [high, low] = serial.to_be_bytes();
            frame.head.id == 0x8001 && frame.head.phone == self.phone && frame.body == [high, low, 2, 0, 0]
        });
        if fits {
            self.flying.pop_front();
            Some(when)
        } else {
            None
        }
    }
}
