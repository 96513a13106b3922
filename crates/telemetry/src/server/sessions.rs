//! Devices seen since the start. The device is the session; a connection is only its transport and may carry many.

use std::collections::HashMap;
use std::net::IpAddr;

use offsite::protocols::jt808::head::Phone;

use super::slots::At;
use crate::config::{Limits, Unknown};
use crate::counters::Count;
use crate::day::day_number;
use crate::devices::{Device, Devices, Standing};
use crate::store::desk::NONE;

/// One device.
#[derive(Debug)]
pub(crate) struct Session {
    /// The terminal's number as its header has it; `None` for a monitor.
    phone: Option<Phone>,
    pub(crate) device: Device,
    standing: Standing,
    version: u64,
    second: i64,
    count: u32,
    /// Where its last frame that was taken came from: requests go there.
    pub(crate) at: At,
    /// The connection on which it authenticated.
    pub(crate) authenticated: Option<At>,
    /// The connection and day for which its address was looked at last, and the address noted last, when.
    line: Option<(At, i64)>,
    noted: Option<(IpAddr, i64, i64)>,
}

/// How long after a change of address the next one is noted: two terminals of one number may change for each frame.
const CALM_MS: i64 = 60_000;

impl Session {
    /// Whether its address is to be looked at: another connection, or another day.
    #[inline]
    pub(crate) fn is_elsewhere(&self, at: At, now: i64) -> bool {
        self.line != Some((at, day_number(now)))
    }

    /// Notes where it reports from; says whether that is to be kept.
    pub(crate) fn note(&mut self, at: At, now: i64, address: IpAddr) -> bool {
        let day = day_number(now);
        if let Some((last, on, when)) = self.noted
            && on == day
        {
            if last == address {
                self.line = Some((at, day));
                return false;
            }
            if now.saturating_sub(when) < CALM_MS {
                return false;
            }
        }
        self.line = Some((at, day));
        self.noted = Some((address, day, now));
        true
    }
}

/// Why a frame is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The device is not registered.
    Unknown,
    /// The device must not report.
    Barred,
    /// Too many devices that are not registered.
    Full,
    /// Too many frames in this second.
    Storm,
    /// Far too many.
    Flood,
}

impl Refusal {
    /// How it is counted.
    pub(crate) const fn count(self) -> Count {
        match self {
            Refusal::Unknown => Count::UnknownRefused,
            Refusal::Barred => Count::Barred,
            Refusal::Full => Count::TooManyUnknown,
            Refusal::Storm | Refusal::Flood => Count::Storm,
        }
    }
}

/// By what is decided.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) register: &'a dyn Devices,
    /// The register's version.
    pub(crate) version: u64,
}

/// All of them, by number.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    list: Vec<Session>,
    phones: HashMap<Phone, u32>,
    monitors: HashMap<Box<[u8]>, u32>,
    /// Of them, not registered when they came.
    unknown: usize,
}

impl Sessions {
    pub(crate) fn get(&mut self, number: u32) -> Option<&mut Session> {
        self.list.get_mut(number as usize)
    }

    /// The number of a terminal, if it was seen; `hint` is the likely one.
    pub(crate) fn terminal(&self, phone: Phone, hint: u32) -> Option<u32> {
        match self.list.get(hint as usize) {
            Some(session) if session.phone == Some(phone) => Some(hint),
            _ => self.phones.get(&phone).copied(),
        }
    }

    /// The number of a monitor, if it was seen.
    pub(crate) fn monitor(&self, mn: &[u8], hint: u32) -> Option<u32> {
        match self.list.get(hint as usize) {
            Some(session) if session.phone.is_none() && session.device.key.as_bytes() == mn => Some(hint),
            _ => self.monitors.get(mn).copied(),
        }
    }

    /// The number of a device by name.
    pub(crate) fn find(&self, device: &Device) -> Option<u32> {
        match device.protocol {
            crate::Protocol::Hj212 => self.monitors.get(device.key.as_bytes()).copied(),
            crate::Protocol::Jt808 => self.phones.get(&phone_of(&device.key)?).copied(),
        }
    }

    /// Takes in a device not seen before. One that is refused anyway is not remembered, so made-up numbers cost no memory.
    pub(crate) fn add(
        &mut self,
        device: &Device,
        phone: Option<Phone>,
        at: At,
        rules: Rules<'_>,
        policy: Unknown,
    ) -> Result<u32, Refusal> {
        let standing = rules.register.standing(device);
        match (standing, policy) {
            (Standing::Known, _) => {}
            (Standing::Barred, _) => return Err(Refusal::Barred),
            (Standing::Unknown, Unknown::Refuse) => return Err(Refusal::Unknown),
            (Standing::Unknown, Unknown::Mark) if self.unknown >= rules.limits.unknown_devices => {
                return Err(Refusal::Full);
            }
            (Standing::Unknown, Unknown::Mark) => self.unknown += 1,
        }
        let number = u32::try_from(self.list.len()).ok().filter(|n| *n < NONE).ok_or(Refusal::Full)?;
        match phone {
            Some(phone) => self.phones.insert(phone, number),
            None => self.monitors.insert(device.key.as_bytes().into(), number),
        };
        self.list.push(Session {
            phone,
            device: device.clone(),
            standing,
            version: rules.version,
            second: 0,
            count: 0,
            at,
            authenticated: None,
            line: None,
            noted: None,
        });
        Ok(number)
    }

    /// Decides about one more frame of a device: its marks, or why not.
    #[inline]
    pub(crate) fn admit(&mut self, number: u32, now: i64, rules: Rules<'_>, policy: Unknown) -> Result<u16, Refusal> {
        let session = self.list.get_mut(number as usize).ok_or(Refusal::Unknown)?;
        if session.version != rules.version {
            session.standing = rules.register.standing(&session.device);
            session.version = rules.version;
        }
        let second = now.div_euclid(1000);
        if session.second != second {
            (session.second, session.count) = (second, 0);
        }
        session.count = session.count.saturating_add(1);
        let Limits { storm, storm_factor, .. } = *rules.limits;
        if session.count > storm {
            let flood = session.count > storm.saturating_mul(storm_factor);
            return Err(if flood { Refusal::Flood } else { Refusal::Storm });
        }
        match (session.standing, policy) {
            (Standing::Known, _) => Ok(0),
            (Standing::Unknown, Unknown::Mark) => Ok(crate::MARK_UNKNOWN),
            (Standing::Unknown, Unknown::Refuse) => Err(Refusal::Unknown),
            (Standing::Barred, _) => Err(Refusal::Barred),
        }
    }
}

/// The header's number of a key of 12 or 20 digits.
pub(crate) fn phone_of(key: &str) -> Option<Phone> {
    let bytes = offsite::protocols::bytes::from_hex(key)?;
    match bytes.len() {
        6 => Some(Phone::of_2013(bytes.try_into().ok()?)),
        10 => Some(Phone::of_2019(bytes.try_into().ok()?)),
        _ => None,
    }
}
