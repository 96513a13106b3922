//! The one configuration file, `xiezhi.toml` in the data folder.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::outgoing::Outgoing;

/// What a bureau configures. Unknown keys are errors that name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Code of the bureau, the first part of every key.
    pub(crate) bureau: String,
    /// Address that the site is reached at, printed in QR codes.
    pub(crate) address: String,
    /// Where the site listens.
    #[serde(default = "listen")]
    pub(crate) listen: String,
    /// Addresses of the proxies in front of the site, whose `X-Forwarded-For` is believed; none where it is reached directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) proxies: Vec<IpAddr>,
    /// Folder with the bureau's own fonts, searched first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fonts: Option<PathBuf>,
    /// Ways out for messages; none where nothing is connected.
    #[serde(default, skip_serializing_if = "Outgoing::is_empty")]
    pub(crate) outbox: Outgoing,
}

fn listen() -> String {
    "127.0.0.1:8080".into()
}

impl Config {
    /// The file in this folder.
    pub(crate) fn file(data: &Path) -> PathBuf {
        data.join("xiezhi.toml")
    }

    /// Reads it.
    pub(crate) fn read(data: &Path) -> Result<Config, String> {
        let file = Config::file(data);
        let text = std::fs::read_to_string(&file).map_err(|e| {
            if e.kind() == std::io::ErrorKind::NotFound {
                format!("{} 里还没有单位，请先运行 xiezhi init 或者 xiezhi demo", data.display())
            } else {
                format!("{}：{e}", file.display())
            }
        })?;
        toml::from_str(&text).map_err(|e| format!("{}：{e}", file.display()))
    }

    /// Writes it.
    pub(crate) fn write(&self, data: &Path) -> Result<(), String> {
        let text = toml::to_string_pretty(self).map_err(|e| e.to_string())?;
        std::fs::write(Config::file(data), text).map_err(|e| format!("{}：{e}", Config::file(data).display()))
    }
}
