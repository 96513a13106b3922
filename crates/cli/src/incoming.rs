//! The platforms that may push orders to us, as `xiezhi.toml` names them (`docs/orders.md`).

use std::path::{Path, PathBuf};

use intake::Channel;
use outbox::Sign;
use serde::{Deserialize, Serialize};
use web::Platform;

use crate::outgoing::{Way, read};

/// A part `[platforms.NAME]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Incoming {
    /// File with the secret, in the data folder where it is relative.
    secret: PathBuf,
    #[serde(default)]
    sign: Way,
    /// The channel its orders come by.
    #[serde(default = "platform")]
    channel: Channel,
    /// Bodies it stands for.
    #[serde(default)]
    bodies: Vec<String>,
}

fn platform() -> Channel {
    Channel::Platform
}

impl Incoming {
    /// Reads the secret.
    pub(crate) fn open(&self, data: &Path, name: &str) -> Result<Platform, String> {
        let secret = read(data, &self.secret)?.trim().as_bytes().to_vec();
        if secret.len() < 16 {
            return Err(format!("平台“{name}”的密钥不足 16 个字节"));
        }
        let sign: Sign = self.sign.into();
        Ok(Platform { secret, sign, channel: self.channel, bodies: self.bodies.clone() })
    }
}
