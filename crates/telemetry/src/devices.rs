//! Who may report: the register as the server asks it.

use std::fmt;

use offsite::protocols::jt808::up::Register;

/// By which protocol a frame came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// HJ 212.
    Hj212,
    /// JT/T 808.
    Jt808,
}

impl Protocol {
    /// The number kept in files.
    pub const fn number(self) -> u8 {
        match self {
            Protocol::Hj212 => 1,
            Protocol::Jt808 => 2,
        }
    }

    /// The protocol of a number.
    pub const fn of(number: u8) -> Option<Protocol> {
        match number {
            1 => Some(Protocol::Hj212),
            2 => Some(Protocol::Jt808),
            _ => None,
        }
    }
}

/// A device as it names itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Device {
    /// Its protocol.
    pub protocol: Protocol,
    /// The MN of HJ 212; all digits of the phone number of JT/T 808, leading zeros too (12, or 20 in the edition of 2019).
    pub key: String,
}

impl Device {
    /// A monitor, by MN.
    pub fn hj212(mn: impl Into<String>) -> Device {
        Device { protocol: Protocol::Hj212, key: mn.into() }
    }

    /// A terminal, by all digits of its phone number.
    pub fn jt808(phone: impl Into<String>) -> Device {
        Device { protocol: Protocol::Jt808, key: phone.into() }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Hj212 => "HJ 212",
            Protocol::Jt808 => "JT/T 808",
        };
        write!(f, "{protocol} {}", self.key)
    }
}

/// What the register says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is registered.
    Known,
    /// It is not; the listener's policy decides.
    Unknown,
    /// It must not report here.
    Barred,
}

/// The answer to a registration (0x0100).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Registered; the code to authenticate with.
    Done(String),
    /// The vehicle has another terminal already.
    VehicleTaken,
    /// No such vehicle.
    NoVehicle,
    /// The terminal belongs to another vehicle.
    TerminalTaken,
    /// No such terminal.
    NoTerminal,
}

impl Registration {
    /// The result of 0x8100.
    pub(crate) const fn result(&self) -> u8 {
        match self {
            Registration::Done(_) => 0,
            Registration::VehicleTaken => 1,
            Registration::NoVehicle => 2,
            Registration::TerminalTaken => 3,
            Registration::NoTerminal => 4,
        }
    }
}

/// The register of devices. Asked on the thread that serves every connection: answer from memory.
pub trait Devices: Send + Sync {
    /// Changes whenever the standing of any device may have changed; standings are asked anew then.
    fn version(&self) -> u64 {
        0
    }

    /// Whether the device may report.
    fn standing(&self, device: &Device) -> Standing;

    /// A terminal registers. What it says of itself is for the register to compare.
    fn register(&self, device: &Device, says: &Register<'_>) -> Registration;

    /// Whether the code is the one this terminal was given.
    fn authenticate(&self, device: &Device, code: &str) -> bool;

    /// Whether the password (PW) is this monitor's.
    fn password(&self, _device: &Device, _password: &[u8]) -> bool {
        true
    }
}

/// Takes every device as known, and every code: for tries and measurements.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyDevice;

impl Devices for AnyDevice {
    fn standing(&self, _: &Device) -> Standing {
        Standing::Known
    }

    fn register(&self, device: &Device, _: &Register<'_>) -> Registration {
        Registration::Done(device.key.clone())
    }

    fn authenticate(&self, _: &Device, _: &str) -> bool {
        true
    }
}
