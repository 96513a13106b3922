//! HJ 212 as JSON.

use serde_json::{Map, Value, json};

use super::{coded, join, rejected, text};
use crate::protocols::hj212::packet::Packet;
use crate::protocols::hj212::profile::{Moment, Profile, is_interval};
use crate::protocols::hj212::segment::Reader;
use crate::protocols::hj212::suffix::Suffix;
use crate::protocols::hj212::tables::Tables;

/// Decodes one frame.
pub(super) fn frame(bytes: &[u8], profile: &Profile) -> Value {
    match Reader::default().read(bytes, profile) {
        Ok(packet) => packet_value(&packet, profile),
        Err(reject) => rejected(&reject.to_string(), reject.needs.iter().map(|t| t.name()).collect()),
    }
}

fn packet_value(packet: &Packet<'_>, profile: &Profile) -> Value {
    let tables = Tables::builtin();
    let mut head = json!({
        "protocol": "hj212",
        "profile": profile.name,
        "edition": profile.edition.year(),
        "tolerated": packet.used.iter().map(|t| t.name()).collect::<Vec<_>>(),
        "qn": text(packet.qn()),
        "qn_time": packet.qn_time().map(|t| t.to_string()),
        "st": coded(text(packet.st()), tables.system(packet.st())),
        "cn": coded(packet.cn(), tables.command(packet.cn())),
        "mn": text(packet.mn()),
        "flag": packet.flag(),
        "flag_edition": packet.flag().and_then(hint),
        "wants_answer": packet.wants_answer(),
    });
    if let Some((total, index)) = packet.parts() {
        head = join(head, json!({ "pnum": total, "pno": index }));
    }
    if let Some(time) = packet.data_time() {
        head = join(
            head,
            json!({ "data_time": time.to_string(), "data_time_is": moment(packet.cn(), profile.data_time) }),
        );
    }
    let readings: Vec<Value> = packet
        .readings()
        .iter()
        .map(|reading| {
            let code = packet.code(reading);
            let factor = std::str::from_utf8(code).ok().and_then(|c| tables.factor(c));
            let unit = match reading.suffix {
                Suffix::Rt => Some("h"),
                Suffix::Rs => Some(""),
                _ => profile.unit(code).map(|u| u.text.as_str()),
            };
            let mut one = json!({
                "code": text(code),
                "name": factor.map(|f| f.name.as_str()),
                "what": coded(reading.suffix.name(), Some(reading.suffix.label())),
                "value": reading.value.map(|v| v.to_string()),
                "unit": unit,
                "unit_from": if profile.names_unit(code) { "profile" } else { "standard" },
            });
            if reading.value.is_none() {
                one = join(one, json!({ "raw": text(packet.raw(reading)) }));
            }
            if reading.suffix == Suffix::Rs {
                one = join(one, json!({ "state": tables.facility_state(packet.raw(reading)) }));
            }
            if reading.suffix.measures() {
                let flag = reading.flag();
                let name = flag.and_then(|f| tables.flag(f, profile.edition));
                one = join(one, json!({ "flag": flag.map(|f| coded(f.to_string(), name)) }));
            }
            one
        })
        .collect();
    let other: Map<String, Value> = packet
        .pairs()
        .map(|(key, value)| {
            let mut one = json!({ "value": text(value), "name": tables.pair(key) });
            let (unit, meaning) = match key {
                b"RtdInterval" | b"OverTime" => (Some("s"), None),
                b"MinInterval" => (Some("min"), None),
                b"CTime" => (Some("h"), None),
                b"QnRtn" => (None, tables.request_result(value)),
                b"ExeRtn" => (None, tables.execution_result(value)),
                _ => (None, None),
            };
            if let Some(unit) = unit {
                one = join(one, json!({ "unit": unit }));
            }
            if let Some(meaning) = meaning {
                one = join(one, json!({ "meaning": meaning }));
            }
            // The new password of a 1072 is a secret like the old one.
            if key == b"NewPW" {
                one = json!({ "name": tables.pair(key) });
            }
            (text(key), one)
        })
        .collect();
    join(head, json!({ "readings": readings, "other": other }))
}

/// What Flag's version bits say: a hint, since surface-water devices of 2017 use those of 2025.
fn hint(flag: u8) -> Option<u16> {
    match flag >> 2 {
        0 => Some(2005),
        1 => Some(2017),
        2 => Some(2025),
        _ => None,
    }
}

/// What `DataTime` is: an instant, or an interval's start or end (HJ 212-2017, table 4).
fn moment(cn: u16, of_intervals: Moment) -> &'static str {
    match (is_interval(cn), of_intervals) {
        (true, Moment::Start) => "时段开始",
        (true, Moment::End) => "时段截止",
        (false, _) => "采样时刻",
    }
}
