//! One frame in, one JSON value out: every field with its name and unit, or why the frame is rejected.
//!
//! Exact numbers are JSON strings, since a float would not keep them.

mod hj212;
mod jt808;

use serde_json::{Map, Value, json};

use super::bytes::from_hex;
use super::num::Num;

/// A protocol by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HJ 212.
    Hj212,
    /// JT/T 808.
    Jt808,
}

impl Protocol {
    /// The protocol called `hj212` or `jt808`.
    pub fn named(name: &str) -> Option<Protocol> {
        match name {
            "hj212" => Some(Protocol::Hj212),
            "jt808" => Some(Protocol::Jt808),
            _ => None,
        }
    }

    /// Names and Chinese titles of the shipped profiles.
    pub fn profiles(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Protocol::Hj212 => {
                let all = super::hj212::profile::Profile::builtin().iter();
                all.map(|p| (p.name.as_str(), p.title.as_str())).collect()
            }
            Protocol::Jt808 => {
                let all = super::jt808::profile::Profile::builtin().iter();
                all.map(|p| (p.name.as_str(), p.title.as_str())).collect()
            }
        }
    }
}

/// Decodes one frame, given as text (HJ 212) or as hexadecimal, under a shipped profile; the first one when none is named.
///
/// A rejected frame gives `{"rejected": …, "would_accept": [names of tolerances]}`; the list is empty when no tolerance helps.
pub fn line(protocol: Protocol, profile: Option<&str>, line: &str) -> Value {
    let unknown = || {
        let names: Vec<_> = protocol.profiles().iter().map(|(name, _)| *name).collect();
        rejected(&format!("没有设备配置“{}”，可用：{}", profile.unwrap_or_default(), names.join("、")), Vec::new())
    };
    let line = line.trim();
    match protocol {
        Protocol::Hj212 => {
            use super::hj212::profile::Profile;
            let Some(profile) = profile.map_or_else(|| Profile::builtin().first(), Profile::named) else {
                return unknown();
            };
            if line.starts_with("##") {
                return hj212::frame(line.as_bytes(), profile);
            }
            match from_hex(line) {
                Some(bytes) => hj212::frame(&bytes, profile),
                None => rejected("既不是以“##”开头的报文，也不是十六进制", Vec::new()),
            }
        }
        Protocol::Jt808 => {
            use super::jt808::profile::Profile;
            let Some(profile) = profile.map_or_else(|| Profile::builtin().first(), Profile::named) else {
                return unknown();
            };
            match from_hex(line) {
                Some(bytes) => jt808::frame(&bytes, profile),
                None => rejected("不是十六进制", Vec::new()),
            }
        }
    }
}

fn rejected(why: &str, would_accept: Vec<&str>) -> Value {
    json!({ "rejected": why, "would_accept": would_accept })
}

/// A number with its unit.
fn quantity(value: Num, unit: &str) -> Value {
    json!({ "value": value.to_string(), "unit": unit })
}

/// A whole number with its unit.
fn whole(value: impl Into<i64>, unit: &str) -> Value {
    quantity(Num::whole(value.into()), unit)
}

/// A code with its meaning.
fn coded(code: impl Into<Value>, name: Option<&str>) -> Value {
    json!({ "code": code.into(), "name": name })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// Puts the second object's fields behind those of the first.
fn join(first: Value, second: Value) -> Value {
    let mut map = object(first);
    map.extend(object(second));
    Value::Object(map)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
