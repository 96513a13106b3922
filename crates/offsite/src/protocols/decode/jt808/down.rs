//! What the platform sends, as JSON.

use serde_json::{Value, json};

use super::super::{coded, whole};
use super::place::{area, time};
use super::up::{ack, media_kind, parameter};
use crate::protocols::bytes::hex;
use crate::protocols::jt808::areas::Form;
use crate::protocols::jt808::down::Down;
use crate::protocols::jt808::text::Text;

/// Whether the message has fields here.
pub(super) const fn is_known(id: u16) -> bool {
    matches!(
        id,
        0x8001 | 0x8003 | 0x8004 | 0x8100 | 0x8103..=0x8107 | 0x8201..=0x8203 | 0x8300 | 0x8600..=0x8608 | 0x8800..=0x8805
    )
}

pub(super) fn value(down: &Down) -> Value {
    match down {
        Down::Ack { serial, id, result } => json!({
            "answers": { "serial": serial, "id": format!("0x{id:04X}") },
            "result": coded(*result, ack(*result)),
        }),
        Down::Resend { serial, parts } => json!({ "first": serial, "parts": parts }),
        Down::Time(t) => json!({ "time": time(*t), "zone": "UTC" }),
        Down::Registered { serial, result, code } => json!({
            "answers": { "serial": serial },
            "result": coded(*result, registered(*result)),
            "code_bytes": code.as_ref().map(String::len),
        }),
        Down::SetParameters(list) => {
            json!({ "parameters": list.iter().map(|(id, v)| parameter(*id, v)).collect::<Vec<_>>() })
        }
        Down::ReadAllParameters | Down::ReadAttributes | Down::ReadLocation => json!({}),
        Down::Control { command, arguments } => {
            json!({
                "command": coded(*command, control(*command)),
                "arguments": Text(arguments).to_string(),
                "raw": hex(arguments),
            })
        }
        Down::ReadParameters(ids) => {
            json!({ "parameters": ids.iter().map(|id| format!("0x{id:04X}")).collect::<Vec<_>>() })
        }
        Down::Follow { interval, seconds } => {
            json!({ "interval": whole(*interval, "s"), "for": seconds.map(|s| whole(s, "s")) })
        }
        Down::ConfirmAlarm { serial, kinds } => json!({ "serial": serial, "kinds": kinds }),
        Down::Text { flag, kind, text } => json!({ "flag": flag, "kind": kind, "text": text }),
        Down::SetAreas { setting, list, .. } => {
            json!({ "setting": coded(*setting, set(*setting)), "areas": list.iter().map(area).collect::<Vec<_>>() })
        }
        Down::SetArea(one) => json!({ "area": area(one) }),
        Down::DeleteAreas { form, ids } | Down::ReadAreas { form, ids } => json!({ "shape": shape(*form), "ids": ids }),
        Down::MediaReceived { media, missing } => json!({ "media": media, "missing": missing }),
        Down::Camera { channel, command, seconds, keep, resolution, picture } => json!({
            "channel": channel,
            "command": match command { 0 => "停止拍摄".to_owned(), 0xFFFF => "录像".to_owned(), n => format!("拍照{n}张") },
            "count": command,
            "interval": whole(*seconds, "s"),
            "keep": keep,
            "resolution": resolution,
            "quality": picture[0],
            "brightness": picture[1],
            "contrast": picture[2],
            "saturation": picture[3],
            "chroma": picture[4],
        }),
        Down::StoredMedia { kind, channel, event, from, to, send } => json!({
            "kind": coded(*kind, media_kind(*kind)),
            "channel": channel,
            "event": event,
            "from": time(*from),
            "to": time(*to),
            "delete": send,
        }),
        Down::Record { begin, seconds, keep, rate } => {
            json!({ "begin": begin, "length": whole(*seconds, "s"), "keep": keep, "rate": rate })
        }
        Down::SendMedium { media, delete } => json!({ "media": media, "delete": delete }),
    }
}

fn registered(result: u8) -> Option<&'static str> {
    ["成功", "车辆已被注册", "数据库中无该车辆", "终端已被注册", "数据库中无该终端"].get(usize::from(result)).copied()
}

fn control(command: u8) -> Option<&'static str> {
    match command {
        1 => Some("无线升级"),
        2 => Some("连接指定服务器"),
        3 => Some("终端关机"),
        4 => Some("终端复位"),
        5 => Some("恢复出厂设置"),
        6 => Some("关闭数据通信"),
        7 => Some("关闭所有无线通信"),
        _ => None,
    }
}

fn set(setting: u8) -> Option<&'static str> {
    ["更新区域", "追加区域", "修改区域"].get(usize::from(setting)).copied()
}

const fn shape(form: Form) -> &'static str {
    match form {
        Form::Circle => "圆形",
        Form::Rectangle => "矩形",
        Form::Polygon => "多边形",
        Form::Route => "路线",
    }
}
