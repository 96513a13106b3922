//! The message header of 2011/2013 (12 bytes) and 2019 (17 bytes).

use std::fmt;

use super::{Tolerance, Tolerances, Why};
use crate::protocols::bytes::Cursor;

/// A terminal's phone number as its header carries it: 6 bytes before 2019, 10 since; the session's key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    bytes: [u8; 10],
    length: u8,
}

impl Phone {
    /// Of a header of 2011 or 2013.
    #[inline]
    pub const fn of_2013(bytes: [u8; 6]) -> Phone {
        let [a, b, c, d, e, f] = bytes;
        Phone { bytes: [a, b, c, d, e, f, 0, 0, 0, 0], length: 6 }
    }

    /// Of a header of 2019.
    #[inline]
    pub const fn of_2019(bytes: [u8; 10]) -> Phone {
        Phone { bytes, length: 10 }
    }

    /// The bytes as sent.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether the header is that of 2019.
    #[inline]
    pub const fn is_2019(&self) -> bool {
        self.length == 10
    }

    /// Whether every half byte is a decimal digit.
    #[inline]
    pub fn is_decimal(&self) -> bool {
        self.bytes().iter().all(|b| b >> 4 < 10 && b & 15 < 10)
    }
}

/// All digits, leading zeros too; hexadecimal where the device put something else.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A message header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The message.
    pub id: u16,
    /// The terminal.
    pub phone: Phone,
    /// The running number.
    pub serial: u16,
    /// `(total, number)` of a sub-package, from 1.
    pub part: Option<(u16, u16)>,
    /// The protocol version byte of 2019.
    pub version: Option<u8>,
    props: u16,
}

impl Head {
    /// Reads the header off a message without its checksum; returns the body as it is.
    #[inline]
    pub(crate) fn read<'a>(message: &'a [u8], used: &mut Tolerances) -> Result<(Head, &'a [u8]), Why> {
        let mut bytes = Cursor::new(message);
        let (id, props) = bytes.u16().zip(bytes.u16()).ok_or(Why::Short)?;
        let declared = usize::from(props & 0x3FF);
        let split = props & 1 << 13 != 0;
        let mut is_2019 = props & 1 << 14 != 0;
        let tail = if split { 4 } else { 0 };
        // Some makes set the version bit over the old header: the lengths tell.
        if is_2019 && message.len() != 17 + tail + declared && message.len() == 12 + tail + declared {
            used.add(Tolerance::VersionBit);
            is_2019 = false;
        }
        let (version, phone) = if is_2019 {
            let version = bytes.u8().ok_or(Why::Short)?;
            (Some(version), Phone::of_2019(bytes.array().ok_or(Why::Short)?))
        } else {
            (None, Phone::of_2013(bytes.array().ok_or(Why::Short)?))
        };
        if !phone.is_decimal() {
            used.add(Tolerance::PhoneForm);
        }
        let serial = bytes.u16().ok_or(Why::Short)?;
        let part = if split {
            let (total, index) = bytes.u16().zip(bytes.u16()).ok_or(Why::Short)?;
            if index == 0 || index > total {
                return Err(Why::Part { total, index });
            }
            Some((total, index))
        } else {
            None
        };
        let body = bytes.all();
        if body.len() != declared {
            used.add(Tolerance::Length);
        }
        Ok((Head { id, phone, serial, part, version, props }, body))
    }

    /// The body's length as declared.
    pub fn declared(&self) -> usize {
        usize::from(self.props & 0x3FF)
    }

    /// The kind of encryption, 0 for none, 1 for RSA; an encrypted body cannot be read here.
    pub const fn encryption(&self) -> u8 {
        (self.props >> 10 & 7) as u8
    }

    /// Whether the header is that of 2019.
    #[inline]
    pub const fn is_2019(&self) -> bool {
        self.phone.is_2019()
    }
}
