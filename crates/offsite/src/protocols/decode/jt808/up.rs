//! What terminals send, as JSON.

use serde_json::{Value, json};

use super::super::{coded, join, whole};
use super::place::{area, full, location, time, works};
use crate::protocols::bytes::hex;
use crate::protocols::jt808::location::Location;
use crate::protocols::jt808::params;
use crate::protocols::jt808::profile::Profile;
use crate::protocols::jt808::signals::Works;
use crate::protocols::jt808::tables::Tables;
use crate::protocols::jt808::up::{Media, Up, bcd_date, gunzip};
use crate::protocols::jt808::video::{Mark, Recording, Video};
use crate::protocols::jt808::{Tolerances, text::Text};

/// The most bytes shown of what was compressed.
const MOST_UNPACKED: usize = 64 << 10;

pub(super) fn value(up: &Up<'_>, profile: &Profile) -> Value {
    match up {
        Up::Ack { serial, id, result } => json!({
            "answers": { "serial": serial, "id": format!("0x{id:04X}") },
            "result": coded(*result, ack(*result)),
        }),
        Up::Heartbeat | Up::Logout | Up::TimeQuery | Up::Other => json!({}),
        Up::Resend { serial, parts } => json!({ "first": serial, "parts": parts.iter().collect::<Vec<_>>() }),
        Up::Register(r) => json!({
            "layout": r.layout,
            "province": r.province,
            "city": r.city,
            "maker": show(r.maker),
            "model": show(r.model),
            "terminal": show(r.terminal),
            "colour": coded(r.colour, colour(r.colour)),
            "plate": show(r.plate),
        }),
        // The code is a secret: only that one came is shown.
        Up::Auth { code, more } => {
            let value = json!({ "code_bytes": code.0.len() });
            match more {
                Some((imei, software)) => join(value, json!({ "imei": show(*imei), "software": show(*software) })),
                None => value,
            }
        }
        Up::Parameters { serial, count, list } => json!({
            "answers": { "serial": serial },
            "count": count,
            "parameters": list.map(|(id, v)| parameter(id, v)).collect::<Vec<_>>(),
        }),
        Up::Attributes(a) => json!({
            "kinds": a.kinds,
            "maker": show(a.maker),
            "model": show(a.model),
            "terminal": show(a.terminal),
            "iccid": hex(&a.iccid),
            "hardware": show(a.hardware),
            "software": show(a.software),
            "satellites": a.satellites,
            "radio": a.radio,
        }),
        Up::Location(l, items) => json!({ "location": full(l, *items, profile) }),
        Up::LocationAnswer { serial, location: l, items } => {
            json!({ "answers": { "serial": serial }, "location": full(l, *items, profile) })
        }
        Up::Areas { total, setting, list, .. } => {
            json!({ "total": total, "setting": setting, "areas": list.iter().map(area).collect::<Vec<_>>() })
        }
        Up::Waybill(text) => json!({ "text": show(*text) }),
        Up::Driver(d) => json!({
            "inserted": d.inserted,
            "time": time(d.time),
            "result": d.result.map(|r| coded(r, card_result(r))),
            "card": d.card.map(|c| json!({
                "name": show(c.name),
                "identity": c.identity.map(show),
                "certificate": show(c.certificate),
                "issuer": show(c.issuer),
                "until": c.until.and_then(bcd_date).map(|d| d.to_string()),
            })),
        }),
        Up::Batch { count, late, list } => {
            let mut used = Tolerances::NONE;
            let read: Vec<Value> = list
                .filter_map(|body| Location::read(body, &mut used))
                .map(|(l, items)| full(&l, items, profile))
                .collect();
            json!({ "count": count, "kind": if *late { "盲区补报" } else { "正常批量" }, "locations": read })
        }
        Up::Can { time, list } => json!({
            "time": hex(time),
            "frames": list.iter().map(|(id, data)| json!({
                "channel": id >> 31,
                "extended": id >> 30 & 1 == 1,
                "averaged": id >> 29 & 1 == 1,
                "id": format!("0x{:08X}", id & 0x1FFF_FFFF),
                "data": hex(&data),
            })).collect::<Vec<_>>(),
        }),
        Up::MediaEvent(m) => media(m),
        Up::MediaData { media: m, location: l, data } => join(
            media(m),
            json!({ "location": l.as_ref().map(location), "bytes": whole(data.len() as u32, "B"), "data": hex(data) }),
        ),
        Up::MediaFound { serial, list } => json!({
            "answers": { "serial": serial },
            "media": list.iter().map(|s| json!({
                "media": s.id,
                "kind": coded(s.kind, media_kind(s.kind)),
                "channel": s.channel,
                "event": coded(s.event, media_event(s.event)),
                "location": location(&s.location),
            })).collect::<Vec<_>>(),
        }),
        Up::Camera { serial, result, media } => {
            json!({ "answers": { "serial": serial }, "result": coded(*result, camera(*result)), "media": media })
        }
        Up::Transparent { kind, data } => json!({
            "kind": coded(*kind, transparent(*kind)),
            "data": hex(data),
            "works": works(&Works::of_transparent(&profile.signals, *kind, data)),
        }),
        Up::Gzip { data } => {
            let packed = json!({ "packed": whole(data.len() as u32, "B") });
            match gunzip(data, MOST_UNPACKED) {
                Ok(plain) => join(packed, json!({ "data": hex(&plain) })),
                Err(why) => join(packed, json!({ "unreadable": why })),
            }
        }
    }
}

pub(super) fn parameter(id: u32, value: &[u8]) -> Value {
    let known = Tables::builtin().parameter(id);
    json!({
        "id": format!("0x{id:04X}"),
        "name": known.map(|p| p.name.as_str()),
        "value": params::show(id, value),
        "unit": known.map(|p| p.unit.as_str()),
    })
}

pub(super) fn show(text: Text<'_>) -> String {
    text.to_string()
}

fn media(m: &Media) -> Value {
    json!({
        "media": m.id,
        "kind": coded(m.kind, media_kind(m.kind)),
        "format": coded(m.format, ["JPEG", "TIF", "MP3", "WAV", "WMV"].get(usize::from(m.format)).copied()),
        "event": coded(m.event, media_event(m.event)),
        "channel": m.channel,
    })
}

/// The result codes of a terminal's and the platform's general answer.
pub(super) fn ack(result: u8) -> Option<&'static str> {
    ["成功", "失败", "消息有误", "不支持", "报警处理确认"].get(usize::from(result)).copied()
}

fn colour(code: u8) -> Option<&'static str> {
    match code {
        0 => Some("未上牌"),
        1 => Some("蓝色"),
        2 => Some("黄色"),
        3 => Some("黑色"),
        4 => Some("白色"),
        5 => Some("绿色"),
        9 => Some("其他"),
        _ => None,
    }
}

pub(super) fn media_kind(kind: u8) -> Option<&'static str> {
    ["图像", "音频", "视频"].get(usize::from(kind)).copied()
}

fn media_event(event: u8) -> Option<&'static str> {
    ["平台下发指令", "定时动作", "抢劫报警触发", "碰撞侧翻报警触发", "门开拍照", "门关拍照", "车门由开变关", "定距拍照"]
        .get(usize::from(event))
        .copied()
}

fn camera(result: u8) -> Option<&'static str> {
    ["成功", "失败", "通道不支持"].get(usize::from(result)).copied()
}

fn card_result(result: u8) -> Option<&'static str> {
    ["读卡成功", "卡片密钥认证未通过", "卡片已锁定", "卡片被拔出", "数据校验错误"].get(usize::from(result)).copied()
}

fn transparent(kind: u8) -> Option<&'static str> {
    match kind {
        0x00 => Some("GNSS模块详细定位数据"),
        0x0B => Some("道路运输证IC卡信息"),
        0x41 => Some("串口1透传"),
        0x42 => Some("串口2透传"),
        0xF0..=0xFF => Some("用户自定义透传"),
        _ => None,
    }
}

/// Messages of video and active safety.
pub(super) fn video(video: &Video<'_>) -> Value {
    match video {
        Video::Attributes { audio, audio_frame, speaker, video, audio_channels, video_channels } => json!({
            "audio_encoding": audio[0],
            "audio_input_channels": audio[1],
            "audio_rate": audio[2],
            "audio_bits": audio[3],
            "audio_frame": whole(*audio_frame, "B"),
            "speaker": speaker,
            "video_encoding": video,
            "audio_channels": audio_channels,
            "video_channels": video_channels,
        }),
        Video::Live { server, tcp, udp, channel, kind, stream } => json!({
            "server": show(*server), "tcp": tcp, "udp": udp, "channel": channel, "kind": kind, "stream": stream
        }),
        Video::Control { channel, command, close, stream } => {
            json!({ "channel": channel, "command": command, "close": close, "stream": stream })
        }
        Video::Query(r) => recording(r),
        Video::Recordings { serial, total, list } => json!({
            "answers": { "serial": serial },
            "total": total,
            "recordings": list.iter().map(|(r, size)| join(recording(r), json!({ "size": whole(*size, "B") })))
                .collect::<Vec<_>>(),
        }),
        Video::SendFiles { server, tcp, udp, mark: m, alarm } => {
            json!({ "server": show(*server), "tcp": tcp, "udp": udp, "mark": mark(m), "alarm": show(*alarm) })
        }
        Video::Files { terminal, mark: m, alarm, kind, list } => json!({
            "terminal": show(*terminal),
            "mark": mark(m),
            "alarm": show(*alarm),
            "kind": kind,
            "files": list.iter().map(|(name, size)| json!({ "name": show(*name), "size": whole(*size, "B") }))
                .collect::<Vec<_>>(),
        }),
        Video::File { name, kind, size } => {
            json!({ "name": show(*name), "kind": kind, "size": whole(*size, "B") })
        }
    }
}

fn recording(r: &Recording) -> Value {
    json!({
        "channel": r.channel,
        "from": time(r.from),
        "to": time(r.to),
        "alarm": r.alarm,
        "kind": r.kind,
        "stream": r.stream,
        "memory": r.memory,
    })
}

fn mark(m: &Mark<'_>) -> Value {
    json!({ "terminal": show(m.terminal), "time": time(m.time), "serial": m.serial, "files": m.files })
}
