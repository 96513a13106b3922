//! The ways out for messages, as `xiezhi.toml` names them (`docs/outbox.md`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use outbox::{Http, Port, PortName, Ports, Sign, Sms, Wecom};
use serde::{Deserialize, Serialize};

/// The part `[outbox]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outgoing {
    /// The SMS gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sms: Option<Gateway>,
    /// WeCom groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wecom: Option<Groups>,
    /// Another platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<Signed>,
    /// Everything not connected otherwise goes into this file, for trying it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    url: String,
    /// File with the secret, in the data folder where it is relative.
    secret: PathBuf,
    #[serde(default)]
    sign: Way,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    #[default]
    #[serde(rename = "hmac-sha256")]
    Sha256,
    #[serde(rename = "hmac-sm3")]
    Sm3,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gateway {
    url: String,
    secret: PathBuf,
    #[serde(default)]
    sign: Way,
    /// The gateway's name of each template.
    templates: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Groups {
    /// File with the webhook of each unit, one a line: `unit address`; `*` for every other unit. Whoever knows a webhook can write there.
    webhooks: PathBuf,
}

impl Outgoing {
    /// Is nothing connected?
    pub(crate) fn is_empty(&self) -> bool {
        *self == Outgoing::default()
    }

    /// Reads the secrets.
    pub(crate) fn ports(&self, data: &Path) -> Result<Ports, String> {
        let mut ports = BTreeMap::new();
        if let Some(file) = &self.file {
            ports.extend(PortName::ALL.map(|name| (name, Port::File(data.join(file)))));
        }
        if let Some(sms) = &self.sms {
            let http = http(data, &sms.url, &sms.secret, sms.sign)?;
            ports.insert(PortName::Sms, Port::Sms(Sms { http, templates: sms.templates.clone() }));
        }
        if let Some(groups) = &self.wecom {
            let mut wecom = Wecom::default();
            for line in read(data, &groups.webhooks)?.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let (unit, url) = line
                    .split_once(char::is_whitespace)
                    .ok_or_else(|| format!("{}：每行写“单位代号 地址”", groups.webhooks.display()))?;
                match unit {
                    "*" => wecom.other = Some(url.trim().to_owned()),
                    unit => {
                        wecom.units.insert(unit.to_owned(), url.trim().to_owned());
                    }
                }
            }
            ports.insert(PortName::Wecom, Port::Wecom(wecom));
        }
        if let Some(platform) = &self.platform {
            let http = http(data, &platform.url, &platform.secret, platform.sign)?;
            ports.insert(PortName::Platform, Port::Http(http));
        }
        Ok(Ports(ports))
    }
}

fn http(data: &Path, url: &str, secret: &Path, sign: Way) -> Result<Http, String> {
    let secret = read(data, secret)?.trim().as_bytes().to_vec();
    if secret.len() < 16 {
        return Err("外发消息的密钥不足 16 个字节".into());
    }
    Ok(Http { url: url.to_owned(), secret, sign: sign.into() })
}

impl From<Way> for Sign {
    fn from(way: Way) -> Sign {
        match way {
            Way::Sha256 => Sign::Sha256,
            Way::Sm3 => Sign::Sm3,
        }
    }
}

pub(crate) fn read(data: &Path, file: &Path) -> Result<String, String> {
    let file = data.join(file);
    std::fs::read_to_string(&file).map_err(|e| format!("{}：{e}", file.display()))
}
