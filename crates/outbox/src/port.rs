//! The ways out: an SMS gateway, a WeCom group, another platform by signed HTTP, and a file for tests.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long a receiver may take.
const WAIT: Duration = Duration::from_secs(15);
/// An answer longer than this is not read on.
const ANSWER_MAX: u64 = 64 * 1024;

/// The name of a way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortName {
    /// Short messages to parties.
    Sms,
    /// WeCom groups of units.
    Wecom,
    /// Another platform.
    Platform,
}

impl PortName {
    /// Every one, in the order of pages.
    pub const ALL: [PortName; 3] = [PortName::Sms, PortName::Wecom, PortName::Platform];

    /// The word in tables and configuration.
    pub fn code(self) -> &'static str {
        match self {
            PortName::Sms => "sms",
            PortName::Wecom => "wecom",
            PortName::Platform => "platform",
        }
    }

    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            PortName::Sms => "短信",
            PortName::Wecom => "企业微信",
            PortName::Platform => "对接平台",
        }
    }
}

/// A message ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The same for every try of the same message: the receiver knows by it what it already has.
    pub key: String,
    /// Telephone of whoever it is for, on the way to persons.
    pub phone: Option<String>,
    /// The unit it is for.
    pub unit: String,
    /// Name of the template at the gateway.
    pub template: String,
    /// What the template's places hold.
    pub params: BTreeMap<String, String>,
    /// The text as one.
    pub text: String,
    /// When it is sent, UTC milliseconds.
    pub now_ms: i64,
}

/// Why it did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether trying again may help.
    pub again: bool,
    /// What is the matter, in Chinese, without anything private.
    pub why: String,
}

impl Failure {
    fn later(why: impl Into<String>) -> Failure {
        Failure { again: true, why: why.into() }
    }

    pub(crate) fn never(why: impl Into<String>) -> Failure {
        Failure { again: false, why: why.into() }
    }
}

/// With what a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
pub enum Sign {
    /// HMAC with SHA-256 (RFC 2104, FIPS 198-1).
    #[default]
    #[serde(rename = "hmac-sha256")]
    Sha256,
    /// HMAC with SM3 (GB/T 32905-2016, GB/T 15852.2).
    #[serde(rename = "hmac-sm3")]
    Sm3,
}

/// Signs time, key and body, each ended by a line feed but the last: `hmac-sm3=` and 64 hexadecimal digits.
pub fn signature(sign: Sign, secret: &[u8], time: &str, key: &str, body: &str) -> String {
    let text = format!("{time}\n{key}\n{body}");
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    // A key of any length is taken, so neither can fail.
    match sign {
        Sign::Sha256 => {
            let mac =
                <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(secret).map(|mac| mac.chain_update(text.as_bytes()));
            format!("hmac-sha256={}", mac.map(|m| hex(&m.finalize().into_bytes())).unwrap_or_default())
        }
        Sign::Sm3 => {
            let mac = <Hmac<sm3::Sm3> as KeyInit>::new_from_slice(secret).map(|mac| mac.chain_update(text.as_bytes()));
            format!("hmac-sm3={}", mac.map(|m| hex(&m.finalize().into_bytes())).unwrap_or_default())
        }
    }
}

/// An SMS gateway that takes a template and its parameters.
#[derive(Debug, Clone)]
pub struct Sms {
    /// Address and signature.
    pub http: Http,
    /// The gateway's name of each of our templates.
    pub templates: BTreeMap<String, String>,
}

/// Robots of WeCom groups.
#[derive(Debug, Clone, Default)]
pub struct Wecom {
    /// Webhook of each unit, by id.
    pub units: BTreeMap<String, String>,
    /// Webhook of every other unit.
    pub other: Option<String>,
}

/// Signed requests to one address.
#[derive(Debug, Clone)]
pub struct Http {
    /// Where to.
    pub url: String,
    /// What it is signed with.
    pub secret: Vec<u8>,
    /// How.
    pub sign: Sign,
}

/// One way out.
#[derive(Debug, Clone)]
pub enum Port {
    /// An SMS gateway.
    Sms(Sms),
    /// WeCom groups.
    Wecom(Wecom),
    /// Another platform.
    Http(Http),
    /// Lines of a file.
    File(PathBuf),
}

/// The ways out that are configured.
#[derive(Debug, Clone, Default)]
pub struct Ports(pub BTreeMap<PortName, Port>);

impl Port {
    /// Sends a message; answers shortly what the receiver said.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) fn send(&self, out: &Outgoing) -> Result<String, Failure> {
        match self {
            Port::Sms(sms) => {
                let template = sms.templates.get(&out.template).ok_or_else(|| Failure::never("短信模板没有配置"))?;
                let phone = out.phone.as_deref().ok_or_else(|| Failure::never("当事人没有登记电话"))?;
                let body = json!({ "key": out.key, "phone": phone, "template": template, "params": out.params, "text": out.text });
                sms.http.post(out, &body)
            }
            Port::Wecom(wecom) => {
                let url = wecom.units.get(&out.unit).or(wecom.other.as_ref());
                let url = url.ok_or_else(|| Failure::never("承办单位没有配置企业微信群"))?;
                let answer =
                    post(url, &[], &json!({ "msgtype": "text", "text": { "content": out.text } }).to_string())?;
                let code = serde_json::from_str::<Value>(&answer).ok().and_then(|a| a.get("errcode")?.as_i64());
                match code {
                    Some(0) => Ok("errcode 0".into()),
                    // 45009: too many in a minute; -1: busy.
                    Some(code @ (-1 | 45009)) => Err(Failure::later(format!("企业微信暂不接收（errcode {code}）"))),
                    Some(code) => Err(Failure::never(format!("企业微信拒收（errcode {code}）"))),
                    None => Err(Failure::later("企业微信的答复不能识别")),
                }
            }
            Port::Http(http) => http.post(out, &json!({ "key": out.key, "message": out.params })),
            Port::File(file) => {
                let line = json!({ "key": out.key, "unit": out.unit, "phone": out.phone, "text": out.text, "params": out.params });
                let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
                let done = opened.and_then(|mut file| writeln!(file, "{line}"));
                done.map(|()| "已写入文件".to_owned())
                    .map_err(|e| Failure::later(format!("不能写入文件（{}）", e.kind())))
            }
        }
    }
}

impl Http {
    fn post(&self, out: &Outgoing, body: &Value) -> Result<String, Failure> {
        let (body, time) = (body.to_string(), out.now_ms.to_string());
        let signature = signature(self.sign, &self.secret, &time, &out.key, &body);
        let headers = [
            ("X-Xiezhi-Time", time.as_str()),
            ("Idempotency-Key", out.key.as_str()),
            ("X-Xiezhi-Signature", signature.as_str()),
        ];
        post(&self.url, &headers, &body).map(|_| "已接收".to_owned())
    }
}

/// Sends JSON and reads the answer. A receiver that is busy or broken is asked again; one that says no is believed.
fn post(url: &str, headers: &[(&str, &str)], body: &str) -> Result<String, Failure> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WAIT))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let mut request = agent.post(url).header("Content-Type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send(body).map_err(|e| Failure::later(unreachable(&e)))?;
    let status = response.status().as_u16();
    match status {
        200..=299 => response
            .body_mut()
            .with_config()
            .limit(ANSWER_MAX)
            .read_to_string()
            .map_err(|_| Failure::later("对方的答复没有读完")),
        // It has it already.
        409 => Ok("对方已有".into()),
        408 | 425 | 429 | 500..=599 => Err(Failure::later(format!("对方暂不接收（{status}）"))),
        _ => Err(Failure::never(format!("对方拒收（{status}）"))),
    }
}

/// A short word for what went wrong on the way; never the address, which may hold a secret.
fn unreachable(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "对方没有在规定时间内答复",
        ureq::Error::HostNotFound => "找不到对方的地址",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "连不上对方",
        ureq::Error::BadUri(_) => "配置的地址不能识别",
        _ => "发送没有成功",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_of_the_standards() {
        // RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?"; taken apart at line feeds it is another text, so the
        // function itself is asked with parts whose joined text is known from an independent computation over the same bytes.
        let mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(b"Jefe").unwrap();
        let sum = mac.chain_update(b"what do ya want for nothing?").finalize().into_bytes();
        let hex: String = sum.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let one = signature(Sign::Sha256, b"s", "1", "k", "{}");
        assert_eq!(one.len(), "hmac-sha256=".len() + 64);
        for other in [
            signature(Sign::Sha256, b"t", "1", "k", "{}"),
            signature(Sign::Sha256, b"s", "2", "k", "{}"),
            signature(Sign::Sha256, b"s", "1", "l", "{}"),
            signature(Sign::Sha256, b"s", "1", "k", "[]"),
        ] {
            assert_ne!(one, other);
        }
        assert!(signature(Sign::Sm3, b"s", "1", "k", "{}").starts_with("hmac-sm3="));
    }
}
