//! Locations, items, works, areas as JSON.

use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::super::{join, quantity, whole};
use crate::protocols::bytes::hex;
use crate::protocols::jt808::areas::{Area, Limit, Point, Shape};
use crate::protocols::jt808::location::{Item, Items, Location};
use crate::protocols::jt808::profile::Profile;
use crate::protocols::jt808::signals::{State, Works};
use crate::protocols::jt808::tables::{Tables, names};
use crate::protocols::num::Num;

pub(super) fn time(time: Option<DateTime>) -> Value {
    time.map(|t| t.to_string()).into()
}

/// A location without items.
pub(super) fn location(l: &Location) -> Value {
    let tables = Tables::builtin();
    let alarms: Vec<&str> = names(tables.alarms(), l.alarm).collect();
    let states: Vec<&str> = names(tables.statuses(), l.status).collect();
    json!({
        "alarm": { "word": format!("0x{:08x}", l.alarm), "names": alarms },
        "tampering": names(tables.alarms(), l.alarm & tables.tampering()).collect::<Vec<_>>(),
        "status": { "word": format!("0x{:08x}", l.status), "names": states },
        "latitude": quantity(Num::millionths(l.latitude), "°"),
        "longitude": quantity(Num::millionths(l.longitude), "°"),
        "coordinates": if l.is_encrypted() { "加密" } else { "WGS-84" },
        "altitude": whole(l.altitude, "m"),
        "speed": quantity(Num::tenths(l.speed.into()), "km/h"),
        "direction": whole(l.direction, "°"),
        "time": time(l.time),
    })
}

/// A location with its items and what the profile's mapping makes of them.
pub(super) fn full(l: &Location, list: Items<'_>, profile: &Profile) -> Value {
    let mut walk = list;
    let read: Vec<Value> = walk
        .by_ref()
        .map(|raw| join(json!({ "id": format!("0x{:02X}", raw.id), "raw": hex(raw.value) }), item(raw.item())))
        .collect();
    let mut value = join(location(l), json!({ "items": read }));
    if !walk.rest().is_empty() {
        value = join(value, json!({ "unread": hex(walk.rest()) }));
    }
    join(value, json!({ "works": works(&Works::of_location(&profile.signals, l, list)) }))
}

pub(super) fn works(w: &Works) -> Value {
    let mut value = json!({});
    let states = [("lift", w.lift), ("cover", w.cover), ("load", w.load), ("lock", w.lock)];
    for (key, state) in states {
        if let Some(state) = state {
            value = join(value, json!({ key: state_value(state) }));
        }
    }
    for (key, number, unit) in [("weight", w.weight, "kg"), ("angle", w.angle, "°")] {
        if let Some(number) = number {
            value = join(value, json!({ key: quantity(number, unit) }));
        }
    }
    value
}

fn state_value(state: State) -> &'static str {
    state.label()
}

fn item(item: Item<'_>) -> Value {
    let tables = Tables::builtin();
    match item {
        Item::Mileage(v) => json!({ "name": "里程", "value": quantity(v, "km") }),
        Item::Fuel(v) => json!({ "name": "油量", "value": quantity(v, "L") }),
        Item::RecorderSpeed(v) => json!({ "name": "行驶记录速度", "value": quantity(v, "km/h") }),
        Item::AlarmToConfirm(v) => json!({ "name": "需要人工确认的报警事件", "value": v }),
        Item::Tyres(v) => json!({ "name": "胎压", "value": hex(v), "unit": "Pa" }),
        Item::Cabin(v) => json!({ "name": "车厢温度", "value": whole(v, "℃") }),
        Item::Overspeed { kind, area } => json!({ "name": "超速报警附加信息", "kind": place(kind), "area": area }),
        Item::InOut { kind, area, out } => json!({
            "name": "进出区域或者路线附加信息", "kind": place(kind), "area": area, "way": if out { "出" } else { "进" }
        }),
        Item::RoadTime { road, seconds, long } => json!({
            "name": "路段行驶时间附加信息", "road": road, "time": whole(seconds, "s"),
            "result": if long { "过长" } else { "不足" }
        }),
        Item::VideoAlarm(v) => json!({
            "name": "视频报警", "value": v, "names": names(tables.video_alarms(), v).collect::<Vec<_>>()
        }),
        Item::VideoLost(v) => json!({ "name": "视频信号丢失通道", "channels": channels(v) }),
        Item::VideoCovered(v) => json!({ "name": "视频信号遮挡通道", "channels": channels(v) }),
        Item::MemoryFault(v) => json!({ "name": "存储器故障", "memories": channels(v.into()) }),
        Item::AbnormalDriving { kinds, fatigue } => {
            json!({ "name": "异常驾驶行为", "kinds": kinds, "fatigue": whole(fatigue, "") })
        }
        Item::Signals(v) => json!({
            "name": "车辆信号", "value": v, "names": names(tables.signals(), v).collect::<Vec<_>>()
        }),
        Item::Io(v) => json!({ "name": "IO状态", "value": v }),
        Item::Analog(ad0, ad1) => json!({ "name": "模拟量", "ad0": ad0, "ad1": ad1 }),
        Item::Radio(v) => json!({ "name": "无线通信信号强度", "value": v }),
        Item::Satellites(v) => json!({ "name": "定位卫星数", "value": v }),
        Item::Safety(s) => json!({
            "name": match s.item { 0x64 => "驾驶辅助报警", 0x65 => "驾驶员状态报警", _ => "盲区监测报警" },
            "number": s.number,
            "state": match s.state { 0 => "不可用", 1 => "开始", 2 => "结束", _ => "未知" },
            "kind": s.kind,
            "level": s.level,
            "speed": whole(s.speed, "km/h"),
            "latitude": quantity(Num::millionths(s.latitude.into()), "°"),
            "longitude": quantity(Num::millionths(s.longitude.into()), "°"),
            "time": time(s.time),
        }),
        Item::Raw(_) => json!({ "name": null }),
    }
}

fn place(kind: u8) -> Value {
    match kind {
        0 => "无特定位置".into(),
        1 => "圆形区域".into(),
        2 => "矩形区域".into(),
        3 => "多边形区域".into(),
        4 => "路段".into(),
        other => other.into(),
    }
}

fn channels(bits: u32) -> Vec<u32> {
    (0..32).filter(|b| bits & 1 << b != 0).map(|b| b + 1).collect()
}

pub(super) fn area(a: &Area) -> Value {
    let shape = match &a.shape {
        Shape::Circle(centre, radius) => {
            json!({ "shape": "圆形", "centre": point(*centre), "radius": whole(*radius, "m") })
        }
        Shape::Rectangle(upper, lower) => {
            json!({ "shape": "矩形", "upper_left": point(*upper), "lower_right": point(*lower) })
        }
        Shape::Polygon(points) => {
            json!({ "shape": "多边形", "points": points.iter().map(|p| point(*p)).collect::<Vec<_>>() })
        }
        Shape::Route(turns) => json!({
            "shape": "路线",
            "turns": turns.iter().map(|t| json!({
                "id": t.id,
                "road": t.road,
                "at": point(t.at),
                "width": whole(t.width, "m"),
                "properties": t.properties,
                "longest": t.times.map(|(long, _)| whole(long, "s")),
                "shortest": t.times.map(|(_, short)| whole(short, "s")),
                "limit": t.limit.map(limit),
            })).collect::<Vec<_>>(),
        }),
    };
    let span = a.span.map(|(from, to)| json!({ "from": span_end(from), "to": span_end(to) }));
    join(
        join(json!({ "id": a.id, "properties": a.properties }), shape),
        json!({ "span": span, "limit": a.limit.map(limit), "name": a.name }),
    )
}

/// A daily span has zeros for the date.
fn span_end(bytes: [u8; 6]) -> Value {
    match crate::protocols::bytes::bcd_time(bytes) {
        Some(time) => time.to_string().into(),
        None => hex(&bytes).into(),
    }
}

fn limit(l: Limit) -> Value {
    json!({
        "speed": whole(l.speed, "km/h"),
        "seconds": whole(l.seconds, "s"),
        "night": l.night.map(|v| whole(v, "km/h")),
    })
}

fn point(p: Point) -> Value {
    json!({
        "latitude": quantity(Num::millionths(p.latitude.into()), "°"),
        "longitude": quantity(Num::millionths(p.longitude.into()), "°"),
    })
}
