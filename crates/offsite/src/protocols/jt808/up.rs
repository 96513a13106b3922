//! What a terminal sends.

mod read;

use std::io::Read as _;

use jiff::civil::DateTime;

use super::areas::{Area, Form};
use super::location::{Items, Location};
use super::params::Params;
use super::text::Text;
use crate::protocols::bytes::{Cursor, bcd};

/// A message of a terminal, borrowed from its body.
#[derive(Clone, Debug)]
pub enum Up<'a> {
    /// 0x0001: answer to a message of the platform.
    Ack {
        /// The running number answered.
        serial: u16,
        /// The message answered.
        id: u16,
        /// 0 done, 1 failed, 2 wrong, 3 not supported.
        result: u8,
    },
    /// 0x0002: heartbeat.
    Heartbeat,
    /// 0x0003: logout.
    Logout,
    /// 0x0004 (2019): asks for the time; 0x8004 answers.
    TimeQuery,
    /// 0x0005 (2019): asks to send sub-packages again.
    Resend {
        /// The running number of the first sub-package.
        serial: u16,
        /// The numbers wanted.
        parts: Words<'a>,
    },
    /// 0x0100: registration.
    Register(Register<'a>),
    /// 0x0102: authentication.
    Auth {
        /// The code given at registration.
        code: Text<'a>,
        /// IMEI and software version (2019).
        more: Option<(Text<'a>, Text<'a>)>,
    },
    /// 0x0104: parameters.
    Parameters {
        /// The running number of the query.
        serial: u16,
        /// How many are announced.
        count: u8,
        /// The parameters.
        list: Params<'a>,
    },
    /// 0x0107: attributes.
    Attributes(Attributes<'a>),
    /// 0x0200: location.
    Location(Location, Items<'a>),
    /// 0x0201 and 0x0500: location in answer to a query or a control.
    LocationAnswer {
        /// The running number answered.
        serial: u16,
        /// The location.
        location: Location,
        /// Its items.
        items: Items<'a>,
    },
    /// 0x0608 (2019): areas or routes.
    Areas {
        /// The shape.
        form: Form,
        /// How many there are in all.
        total: u32,
        /// The kind of setting as reported.
        setting: u8,
        /// Those of this message.
        list: Vec<Area>,
    },
    /// 0x0701: electronic waybill.
    Waybill(Text<'a>),
    /// 0x0702: a driver's card put in or taken out.
    Driver(Driver<'a>),
    /// 0x0704: locations in one batch.
    Batch {
        /// How many are announced.
        count: u16,
        /// Sent late because there was no network, rather than as usual.
        late: bool,
        /// The locations.
        list: Batch<'a>,
    },
    /// 0x0705: CAN frames.
    Can {
        /// `hhmmss` and milliseconds in five binary-coded bytes.
        time: [u8; 5],
        /// The frames.
        list: CanFrames<'a>,
    },
    /// 0x0800: a picture, sound or film was made.
    MediaEvent(Media),
    /// 0x0801: a picture, sound or film.
    MediaData {
        /// What it is.
        media: Media,
        /// Where it was made; absent in 2011.
        location: Option<Location>,
        /// The file.
        data: &'a [u8],
    },
    /// 0x0802: media found in store.
    MediaFound {
        /// The running number of the query.
        serial: u16,
        /// What was found.
        list: Vec<Stored>,
    },
    /// 0x0805: answer to a camera command.
    Camera {
        /// The running number of the command.
        serial: u16,
        /// 0 done, 1 failed, 2 channel not supported.
        result: u8,
        /// The media made.
        media: Vec<u32>,
    },
    /// 0x0900: bytes passed through from another device.
    Transparent {
        /// The kind.
        kind: u8,
        /// The bytes.
        data: &'a [u8],
    },
    /// 0x0901: compressed bytes.
    Gzip {
        /// The compressed bytes.
        data: &'a [u8],
    },
    /// A message this reader has no fields for.
    Other,
}

/// Registration, 0x0100.
#[derive(Clone, Copy, Debug)]
pub struct Register<'a> {
    /// The edition of the layout: 2011, 2013 or 2019.
    pub layout: u16,
    /// The province, of GB/T 2260.
    pub province: u16,
    /// City and county.
    pub city: u16,
    /// The maker.
    pub maker: Text<'a>,
    /// The model.
    pub model: Text<'a>,
    /// The terminal's own number.
    pub terminal: Text<'a>,
    /// The plate's colour; 0 for none.
    pub colour: u8,
    /// The plate, or the VIN where the colour is 0.
    pub plate: Text<'a>,
}

/// Attributes, 0x0107.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// For which vehicles, by bit.
    pub kinds: u16,
    /// The maker.
    pub maker: Text<'a>,
    /// The model.
    pub model: Text<'a>,
    /// The terminal's own number.
    pub terminal: Text<'a>,
    /// The SIM card's number, ten binary-coded bytes.
    pub iccid: [u8; 10],
    /// The hardware's version.
    pub hardware: Text<'a>,
    /// The software's version.
    pub software: Text<'a>,
    /// Satellite systems, by bit.
    pub satellites: u8,
    /// Ways to communicate, by bit.
    pub radio: u8,
}

/// A driver's card, 0x0702.
#[derive(Clone, Copy, Debug)]
pub struct Driver<'a> {
    /// Put in rather than taken out; absent in 2011.
    pub inserted: Option<bool>,
    /// When.
    pub time: Option<DateTime>,
    /// 0 read, 1 to 4 why not.
    pub result: Option<u8>,
    /// What the card says.
    pub card: Option<Card<'a>>,
}

/// What a driver's card says.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// The driver.
    pub name: Text<'a>,
    /// The driver's identity number, where the layout has one.
    pub identity: Option<Text<'a>>,
    /// The certificate.
    pub certificate: Text<'a>,
    /// Who issued it.
    pub issuer: Text<'a>,
    /// Valid until, `YYYYMMDD` in four binary-coded bytes.
    pub until: Option<[u8; 4]>,
}

/// What a medium is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its number.
    pub id: u32,
    /// 0 picture, 1 sound, 2 film.
    pub kind: u8,
    /// 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV.
    pub format: u8,
    /// Why it was made: 0 platform, 1 timer, 2 robbery, 3 collision, …
    pub event: u8,
    /// The channel.
    pub channel: u8,
}

/// A medium in store, 0x0802.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: u32,
    /// 0 picture, 1 sound, 2 film.
    pub kind: u8,
    /// The channel.
    pub channel: u8,
    /// Why it was made.
    pub event: u8,
    /// Where.
    pub location: Location,
}

/// 16-bit numbers, as sent.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    /// The numbers.
    pub fn iter(self) -> impl Iterator<Item = u16> + 'a {
        self.0.as_chunks::<2>().0.iter().map(|b| u16::from_be_bytes(*b))
    }

    /// Behind a count that has one byte, or two since 2019: the lengths tell.
    pub(crate) fn counted(bytes: &[u8]) -> Option<Words<'_>> {
        if let Some((count, rest)) = bytes.split_first()
            && rest.len() == usize::from(*count) * 2
        {
            return Some(Words(rest));
        }
        let (count, rest) = bytes.split_first_chunk::<2>()?;
        (rest.len() == usize::from(u16::from_be_bytes(*count)) * 2).then_some(Words(rest))
    }
}

/// The locations of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Batch<'a> {
    type Item = &'a [u8];

    /// The next location's body, for [`Location::read`].
    fn next(&mut self) -> Option<&'a [u8]> {
        let mut bytes = Cursor::new(self.rest);
        let length = bytes.u16()?;
        let body = bytes.take(usize::from(length))?;
        self.rest = bytes.all();
        Some(body)
    }
}

/// CAN frames.
#[derive(Clone, Copy, Debug)]
pub struct CanFrames<'a>(&'a [u8]);

impl<'a> CanFrames<'a> {
    /// Number (bit 31 channel, bit 30 extended, bit 29 averaged) and data of each.
    pub fn iter(self) -> impl Iterator<Item = (u32, [u8; 8])> + 'a {
        self.0.as_chunks::<12>().0.iter().map(|b| {
            let [a, b, c, d, data @ ..] = *b;
            (u32::from_be_bytes([a, b, c, d]), data)
        })
    }
}

/// Unpacks 0x0901, to at most `most` bytes.
///
/// # Errors
///
/// In Chinese: the bytes are no gzip, or too much comes out.
pub fn gunzip(data: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(data).take(most as u64 + 1);
    reader.read_to_end(&mut out).map_err(|_| "压缩数据损坏".to_owned())?;
    if out.len() > most { Err(format!("解压后超过{most}字节")) } else { Ok(out) }
}

/// `YYYYMMDD` in four binary-coded bytes.
pub fn bcd_date([a, b, c, d]: [u8; 4]) -> Option<jiff::civil::Date> {
    let year = i16::from(bcd(a)?) * 100 + i16::from(bcd(b)?);
    jiff::civil::Date::new(year, bcd(c)? as i8, bcd(d)? as i8).ok()
}
