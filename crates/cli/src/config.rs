//! The one configuration file, `xiezhi.toml` in the data folder.

use std::collections::BTreeMap;
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
    /// Where evidence files live, where not in the data folder, and which are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<Files>,
    /// The program that puts electronic seals on documents; none where none is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<Outside>,
    /// The program that makes OFD of documents; none where none is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ofd: Option<Outside>,
    /// Ways out for messages; none where nothing is connected.
    #[serde(default, skip_serializing_if = "Outgoing::is_empty")]
    pub(crate) outbox: Outgoing,
    /// Platforms that may push orders to us, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) platforms: BTreeMap<String, crate::incoming::Incoming>,
}

/// A program that documents are given to: `docs/ports.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outside {
    /// The program by its whole path, and what stands before our own arguments.
    pub(crate) command: Vec<String>,
    /// How long it may take.
    #[serde(default = "a_minute")]
    pub(crate) seconds: u64,
}

fn a_minute() -> u64 {
    60
}

impl Outside {
    /// The program as it is run.
    pub(crate) fn program(&self, section: &str) -> Result<casework::ports::Program, String> {
        let Some((path, args)) = self.command.split_first() else {
            return Err(format!("xiezhi.toml 的 [{section}] 没有写 command"));
        };
        let path = PathBuf::from(path);
        if !path.is_absolute() {
            return Err(format!("xiezhi.toml 的 [{section}]：command 的第一项应当是程序的完整路径"));
        }
        if !(1..=300).contains(&self.seconds) {
            return Err(format!("xiezhi.toml 的 [{section}]：seconds 应当在 1 到 300 之间"));
        }
        let wait = std::time::Duration::from_secs(self.seconds);
        Ok(casework::ports::Program { path, args: args.to_vec(), wait })
    }
}

/// Evidence files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    /// Archives are taken as evidence too.
    #[serde(default)]
    pub(crate) archives: bool,
    /// A bucket that speaks S3, where they live there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<Bucket>,
}

/// A bucket.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bucket {
    /// Address of the server.
    pub(crate) endpoint: String,
    /// Name of the bucket.
    pub(crate) name: String,
    /// Region that requests are signed for.
    #[serde(default = "region")]
    pub(crate) region: String,
    /// What every address in the bucket begins with.
    #[serde(default)]
    pub(crate) prefix: String,
    /// Access key, where `XIEZHI_BUCKET_KEY` does not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Its secret, where `XIEZHI_BUCKET_SECRET` does not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl std::fmt::Debug for Bucket {
    // A secret is in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({} {})", self.endpoint, self.name)
    }
}

impl Bucket {
    /// The bucket with its credentials, those of the environment first.
    #[expect(clippy::disallowed_methods, reason = "this crate reads the environment for all")]
    pub(crate) fn open(&self) -> Result<evidence::home::S3, String> {
        let given = |name: &str, kept: &Option<String>| std::env::var(name).ok().or_else(|| kept.clone());
        let missing = || {
            "存储桶没有密钥，请在 xiezhi.toml 的 [evidence.bucket] 里写 key 和 secret，或者设置环境变量 XIEZHI_BUCKET_KEY 和 XIEZHI_BUCKET_SECRET".to_owned()
        };
        let key = given("XIEZHI_BUCKET_KEY", &self.key).ok_or_else(missing)?;
        let secret = given("XIEZHI_BUCKET_SECRET", &self.secret).ok_or_else(missing)?;
        let credentials = evidence::home::Credentials { key, secret };
        evidence::home::S3::new(&self.endpoint, &self.name, &self.region, &self.prefix, &credentials)
            .map_err(|e| e.to_string())
    }
}

fn region() -> String {
    "us-east-1".into()
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
