//! Devices seen since the start. The device is the session; a connection is only its transport and may carry many.

use std::collections::HashMap;

use offsite::protocols::jt808::head::Phone;

use super::slots::At;
use crate::config::{Limits, Unknown};
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
    /// Where its last frame came from.
    pub(crate) at: At,
    /// The connection on which it authenticated.
    pub(crate) authenticated: Option<At>,
}

/// Whether a frame is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is, with these marks.
    Yes(u16),
    /// The device is not registered.
    Unknown,
    /// The device must not report.
    Barred,
    /// Too many frames in this second.
    Storm,
    /// Far too many.
    Flood,
}

/// All of them, by number.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    list: Vec<Session>,
    phones: HashMap<Phone, u32>,
    monitors: HashMap<Box<[u8]>, u32>,
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

    /// Takes in a device not seen before; `None` beyond the limit.
    pub(crate) fn add(
        &mut self,
        device: Device,
        phone: Option<Phone>,
        at: At,
        limits: &Limits,
        register: &dyn Devices,
        version: u64,
    ) -> Option<u32> {
        if self.list.len() >= limits.devices {
            return None;
        }
        let number = u32::try_from(self.list.len()).ok().filter(|n| *n < NONE)?;
        match phone {
            Some(phone) => self.phones.insert(phone, number),
            None => self.monitors.insert(device.key.as_bytes().into(), number),
        };
        let standing = register.standing(&device);
        self.list.push(Session { phone, device, standing, version, second: 0, count: 0, at, authenticated: None });
        Some(number)
    }

    /// Decides about one more frame of a device.
    #[inline]
    pub(crate) fn admit(
        &mut self,
        number: u32,
        at: At,
        now: i64,
        limits: &Limits,
        policy: Unknown,
        register: &dyn Devices,
        version: u64,
    ) -> Admission {
        let Some(session) = self.list.get_mut(number as usize) else { return Admission::Unknown };
        session.at = at;
        if session.version != version {
            session.standing = register.standing(&session.device);
            session.version = version;
        }
        let second = now.div_euclid(1000);
        if session.second != second {
            (session.second, session.count) = (second, 0);
        }
        session.count = session.count.saturating_add(1);
        if session.count > limits.storm {
            let flood = session.count > limits.storm.saturating_mul(limits.storm_factor);
            return if flood { Admission::Flood } else { Admission::Storm };
        }
        match (session.standing, policy) {
            (Standing::Known, _) => Admission::Yes(0),
            (Standing::Unknown, Unknown::Mark) => Admission::Yes(crate::MARK_UNKNOWN),
            (Standing::Unknown, Unknown::Refuse) => Admission::Unknown,
            (Standing::Barred, _) => Admission::Barred,
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
