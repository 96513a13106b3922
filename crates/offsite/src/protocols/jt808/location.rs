//! Message 0x0200: where a vehicle is, and the items of additional information behind it.

use jiff::civil::DateTime;

use super::{Tolerance, Tolerances};
use crate::protocols::bytes::{Cursor, bcd_time, time_bcd};
use crate::protocols::num::Num;

/// The fixed 28 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The alarm bits.
    pub alarm: u32,
    /// The status bits.
    pub status: u32,
    /// Latitude in millionths of a degree, south negative; WGS-84 unless [`Location::is_encrypted`].
    pub latitude: i64,
    /// Longitude in millionths of a degree, west negative.
    pub longitude: i64,
    /// Metres above the sea.
    pub altitude: u16,
    /// Tenths of km/h.
    pub speed: u16,
    /// Degrees from north, clockwise.
    pub direction: u16,
    /// When, in China's time (+08:00); `None` when the device sent no time.
    pub time: Option<DateTime>,
}

/// How full the truck is, by status bits 8 and 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Empty.
    Empty,
    /// Half full.
    Part,
    /// Full.
    Full,
}

impl Location {
    /// The bytes it takes.
    pub const LENGTH: usize = 28;

    /// Reads it off the front of a body; the items follow. `None` when the body is too short.
    #[inline]
    pub fn read<'a>(body: &'a [u8], used: &mut Tolerances) -> Option<(Location, Items<'a>)> {
        let (fixed, rest) = body.split_first_chunk::<28>()?;
        let word = |at: usize| u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let half = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
        let status = word(4);
        let signed = |value: u32, bit: u32| {
            let value = i64::from(value);
            if status & 1 << bit != 0 { -value } else { value }
        };
        let location = Location {
            alarm: word(0),
            status,
            latitude: signed(word(8), 2),
            longitude: signed(word(12), 3),
            altitude: half(16),
            speed: half(18),
            direction: half(20),
            time: bcd_time([fixed[22], fixed[23], fixed[24], fixed[25], fixed[26], fixed[27]]),
        };
        if location.time.is_none() {
            used.add(Tolerance::TimeForm);
        }
        if location.latitude.unsigned_abs() > 90_000_000 || location.longitude.unsigned_abs() > 180_000_000 {
            used.add(Tolerance::Position);
        }
        Some((location, Items { rest }))
    }

    /// Appends the 28 bytes; a missing time is written as zeros.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.alarm.to_be_bytes());
        out.extend_from_slice(&self.status.to_be_bytes());
        for degrees in [self.latitude, self.longitude] {
            let size = u32::try_from(degrees.unsigned_abs()).unwrap_or(u32::MAX);
            out.extend_from_slice(&size.to_be_bytes());
        }
        for half in [self.altitude, self.speed, self.direction] {
            out.extend_from_slice(&half.to_be_bytes());
        }
        out.extend_from_slice(&self.time.map_or([0; 6], time_bcd));
    }

    /// Whether the ignition is on.
    pub const fn acc(&self) -> bool {
        self.status & 1 != 0
    }

    /// Whether the fix is one.
    pub const fn fixed(&self) -> bool {
        self.status & 1 << 1 != 0
    }

    /// Whether the coordinates are shifted by a cipher, so that they are no WGS-84.
    pub const fn is_encrypted(&self) -> bool {
        self.status & 1 << 5 != 0
    }

    /// How full; `None` for the value the standard reserves.
    pub const fn load(&self) -> Option<Load> {
        match self.status >> 8 & 3 {
            0 => Some(Load::Empty),
            1 => Some(Load::Part),
            3 => Some(Load::Full),
            _ => None,
        }
    }

    /// Whether a door is open, 1 front, 2 middle, 3 rear, 4 driver, 5 the make's own (often tailgate or cover).
    pub const fn door_open(&self, door: u8) -> bool {
        matches!(door, 1..=5) && self.status & 1 << (12 + door) != 0
    }
}

/// The items behind a location.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
}

/// One item as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// Its number.
    pub id: u8,
    /// Its value.
    pub value: &'a [u8],
}

impl<'a> Items<'a> {
    /// The bytes not read yet; after the last item, those of an item that runs past the body.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Walks all items and notes what deviates.
    pub fn check(self, used: &mut Tolerances) {
        let mut items = self;
        for raw in items.by_ref() {
            if let Item::Raw(_) = raw.item()
                && is_standard(raw.id)
            {
                used.add(Tolerance::ItemForm);
            }
        }
        if !items.rest.is_empty() {
            used.add(Tolerance::ItemOverrun);
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Raw<'a>;

    #[inline]
    fn next(&mut self) -> Option<Raw<'a>> {
        let [id, length, rest @ ..] = self.rest else { return None };
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        self.rest = rest;
        Some(Raw { id: *id, value })
    }
}

/// Whether the number is one of the standards' own.
#[inline]
const fn is_standard(id: u8) -> bool {
    matches!(id, 0x01..=0x06 | 0x11..=0x18 | 0x25 | 0x2A | 0x2B | 0x30 | 0x31)
}

/// One item, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// 01: mileage in km.
    Mileage(Num),
    /// 02: fuel in litres.
    Fuel(Num),
    /// 03: speed of the driving recorder in km/h.
    RecorderSpeed(Num),
    /// 04: number of an alarm that wants a person's confirmation.
    AlarmToConfirm(u16),
    /// 05 (2019): tyre pressures, 255 where there is no tyre.
    Tyres(&'a [u8; 30]),
    /// 06 (2019): cabin temperature in °C.
    Cabin(i16),
    /// 11: overspeed in a place: kind of area (0 none, 1 circle, 2 rectangle, 3 polygon, 4 road) and its number.
    Overspeed {
        /// The kind.
        kind: u8,
        /// The number, of every kind but 0.
        area: Option<u32>,
    },
    /// 12: in or out of an area or route.
    InOut {
        /// The kind.
        kind: u8,
        /// The number.
        area: u32,
        /// Out rather than in.
        out: bool,
    },
    /// 13: too short or too long a time on a road.
    RoadTime {
        /// The road.
        road: u32,
        /// Seconds.
        seconds: u16,
        /// Too long rather than too short.
        long: bool,
    },
    /// 14 (JT/T 1078): video alarms.
    VideoAlarm(u32),
    /// 15 (JT/T 1078): channels whose picture is lost.
    VideoLost(u32),
    /// 16 (JT/T 1078): channels whose lens is covered.
    VideoCovered(u32),
    /// 17 (JT/T 1078): memories at fault.
    MemoryFault(u16),
    /// 18 (JT/T 1078): abnormal driving.
    AbnormalDriving {
        /// What kind, by bit.
        kinds: u16,
        /// The degree of fatigue, 0 to 100.
        fatigue: u8,
    },
    /// 25: vehicle signals.
    Signals(u32),
    /// 2A: inputs and outputs.
    Io(u16),
    /// 2B: two analog inputs, AD0 and AD1.
    Analog(u16, u16),
    /// 30: strength of the radio signal.
    Radio(u8),
    /// 31: satellites.
    Satellites(u8),
    /// 64, 65, 67 (T/JSATL 12): an alarm of driving assistance, driver or blind spot.
    Safety(Safety),
    /// Any other, or one whose length is not the standard's.
    Raw(Raw<'a>),
}

/// The head of an active-safety alarm (T/JSATL 12-2017, tables 4-15 to 4-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Safety {
    /// 64 driving assistance, 65 driver, 67 blind spot.
    pub item: u8,
    /// The alarm's running number.
    pub number: u32,
    /// 0 momentary, 1 begins, 2 ends.
    pub state: u8,
    /// The kind of alarm.
    pub kind: u8,
    /// The level; none for blind spots.
    pub level: Option<u8>,
    /// km/h.
    pub speed: u8,
    /// Latitude in millionths of a degree, unsigned as sent.
    pub latitude: u32,
    /// Longitude in millionths of a degree, unsigned as sent.
    pub longitude: u32,
    /// When.
    pub time: Option<DateTime>,
}

impl Safety {
    #[inline]
    fn read(raw: Raw<'_>) -> Option<Safety> {
        let mut bytes = Cursor::new(raw.value);
        let (number, state, kind) = (bytes.u32()?, bytes.u8()?, bytes.u8()?);
        let level = match (raw.id, raw.value.len()) {
            (0x64 | 0x65, 47) => {
                let level = bytes.u8()?;
                bytes.take(5)?;
                Some(level)
            }
            (0x67, 41) => None,
            _ => return None,
        };
        let speed = bytes.u8()?;
        bytes.u16()?;
        let (latitude, longitude, time) = (bytes.u32()?, bytes.u32()?, bytes.stamp()?);
        Some(Safety { item: raw.id, number, state, kind, level, speed, latitude, longitude, time })
    }
}

impl<'a> Raw<'a> {
    /// Reads the value.
    #[inline]
    pub fn item(self) -> Item<'a> {
        match (self.id, self.value) {
            (0x01, &[a, b, c, d]) => Item::Mileage(Num::tenths(i64::from(u32::from_be_bytes([a, b, c, d])))),
            (0x02, &[a, b]) => Item::Fuel(Num::tenths(i64::from(u16::from_be_bytes([a, b])))),
            (0x03, &[a, b]) => Item::RecorderSpeed(Num::tenths(i64::from(u16::from_be_bytes([a, b])))),
            (0x04, &[a, b]) => Item::AlarmToConfirm(u16::from_be_bytes([a, b])),
            (0x05, tyres) => tyres.try_into().map_or(Item::Raw(self), Item::Tyres),
            (0x06, &[a, b]) => Item::Cabin(i16::from_be_bytes([a, b])),
            (0x11, &[kind]) => Item::Overspeed { kind, area: None },
            (0x11, &[kind, a, b, c, d]) => Item::Overspeed { kind, area: Some(u32::from_be_bytes([a, b, c, d])) },
            (0x12, &[kind, a, b, c, d, way]) => {
                Item::InOut { kind, area: u32::from_be_bytes([a, b, c, d]), out: way != 0 }
            }
            (0x13, &[a, b, c, d, e, f, long]) => Item::RoadTime {
                road: u32::from_be_bytes([a, b, c, d]),
                seconds: u16::from_be_bytes([e, f]),
                long: long != 0,
            },
            (0x14, &[a, b, c, d]) => Item::VideoAlarm(u32::from_be_bytes([a, b, c, d])),
            (0x15, &[a, b, c, d]) => Item::VideoLost(u32::from_be_bytes([a, b, c, d])),
            (0x16, &[a, b, c, d]) => Item::VideoCovered(u32::from_be_bytes([a, b, c, d])),
            (0x17, &[a, b]) => Item::MemoryFault(u16::from_be_bytes([a, b])),
            (0x18, &[a, b, fatigue]) => Item::AbnormalDriving { kinds: u16::from_be_bytes([a, b]), fatigue },
            (0x25, &[a, b, c, d]) => Item::Signals(u32::from_be_bytes([a, b, c, d])),
            (0x2A, &[a, b]) => Item::Io(u16::from_be_bytes([a, b])),
            // AD0 in the low half, AD1 in the high one.
            (0x2B, &[a, b, c, d]) => Item::Analog(u16::from_be_bytes([c, d]), u16::from_be_bytes([a, b])),
            (0x30, &[strength]) => Item::Radio(strength),
            (0x31, &[count]) => Item::Satellites(count),
            (0x64 | 0x65 | 0x67, _) => Safety::read(self).map_or(Item::Raw(self), Item::Safety),
            _ => Item::Raw(self),
        }
    }
}
