//! JT/T 808 messages both ways, where no public frame shows them.

use std::io::Write;

use offsite::protocols::bytes::hex;
use offsite::protocols::decode::{Protocol, line};
use offsite::protocols::jt808::areas::{Area, Form, Limit, Point, Shape, Turn, span};
use offsite::protocols::jt808::down::Down;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, Style, write};
use offsite::protocols::jt808::location::Location;
use offsite::protocols::jt808::params;
use offsite::protocols::jt808::up::{Up, gunzip};
use offsite::protocols::jt808::{Tolerance, Tolerances};
use serde_json::{Value, json};

use crate::jt808::{PHONE_2013, PHONE_2019, bytes, profile, vectors};

fn area(shape: Shape, night: Option<u16>) -> Area {
    let time = jiff::civil::date(2026, 3, 1).at(6, 0, 0, 0);
    let limit =
        matches!(shape, Shape::Route(_)).then_some(()).map_or(Some(Limit { speed: 40, seconds: 9, night }), |()| None);
    Area {
        id: 7,
        properties: 0b1100 | 1 | if limit.is_some() { 2 } else { 0 },
        shape,
        span: Some(span(time, time)),
        limit,
        name: night.map(|_| "青浦工地".to_owned()),
    }
}

fn all(is_2019: bool) -> Vec<Down> {
    let night = is_2019.then_some(30);
    let (a, b) = (Point { latitude: 31_150_000, longitude: 121_100_000 }, Point { latitude: 1, longitude: 2 });
    let turn = |times, limit| Turn {
        id: 1,
        road: 2,
        at: a,
        width: 20,
        properties: u8::from(Option::<(u16, u16)>::is_some(&times))
            | u8::from(Option::<Limit>::is_some(&limit)) << 1
            | 4,
        times,
        limit,
    };
    let time = Some(jiff::civil::date(2026, 12, 31).at(23, 59, 59, 0));
    let mut all = vec![
        Down::Ack { serial: 1, id: 0x200, result: 4 },
        Down::Resend { serial: 9, parts: vec![1, 300] },
        Down::Time(time),
        Down::Registered { serial: 1, result: 0, code: Some("密钥7".into()) },
        Down::Registered { serial: 1, result: 3, code: None },
        Down::SetParameters(vec![
            (0x29, params::encode_value(0x29, "30").unwrap()),
            (0x13, params::encode_value(0x13, "采集.example.cn").unwrap()),
            (0x84, params::encode_value(0x84, "2").unwrap()),
            (0x110, params::encode_value(0x110, "0102030405060708").unwrap()),
        ]),
        Down::ReadAllParameters,
        Down::Control { command: 2, arguments: b"0;;;;;10.0.0.1;\x1f\x90".to_vec() },
        Down::ReadParameters(vec![1, 0x110]),
        Down::ReadAttributes,
        Down::ReadLocation,
        Down::Follow { interval: 5, seconds: Some(600) },
        Down::Follow { interval: 0, seconds: None },
        Down::ConfirmAlarm { serial: 0, kinds: 9 },
        Down::Text { flag: 9, kind: is_2019.then_some(1), text: "请立即驶回规定路线".into() },
        Down::SetAreas {
            setting: 1,
            form: Form::Circle,
            list: vec![area(Shape::Circle(a, 200), night), area(Shape::Circle(b, 1), night)],
        },
        Down::SetAreas { setting: 0, form: Form::Rectangle, list: vec![area(Shape::Rectangle(a, b), night)] },
        Down::SetArea(area(Shape::Polygon(vec![a, b, a]), night)),
        Down::SetArea(area(
            Shape::Route(vec![turn(None, None), turn(Some((9, 3)), Some(Limit { speed: 50, seconds: 1, night }))]),
            night,
        )),
        Down::MediaReceived { media: 5, missing: vec![2, 4] },
        Down::MediaReceived { media: 5, missing: Vec::new() },
        Down::Camera { channel: 1, command: 0xFFFF, seconds: 10, keep: false, resolution: 2, picture: [5, 1, 2, 3, 4] },
        Down::StoredMedia { kind: 0, channel: 0, event: 0, from: time, to: time, send: None },
        Down::StoredMedia { kind: 2, channel: 1, event: 3, from: time, to: None, send: Some(true) },
        Down::Record { begin: true, seconds: 60, keep: true, rate: 1 },
        Down::SendMedium { media: 7, delete: true },
    ];
    for form in [Form::Circle, Form::Rectangle, Form::Polygon, Form::Route] {
        all.push(Down::DeleteAreas { form, ids: vec![7, 8] });
        all.push(Down::DeleteAreas { form, ids: Vec::new() });
        all.push(Down::ReadAreas { form, ids: vec![7] });
    }
    all
}

#[test]
fn every_message_down_is_read_back_as_written() {
    for is_2019 in [false, true] {
        for down in all(is_2019) {
            let mut body = Vec::new();
            down.write(&mut body, is_2019).unwrap();
            assert_eq!(Down::read(down.id(), &body, is_2019), Some((down.clone(), 0)), "{is_2019}");
            for short in 0..body.len() {
                // Cut anywhere it is refused, or something less; never a panic.
                Down::read(down.id(), &body[..short], is_2019);
            }
            let mut frame = Vec::new();
            let phone = if is_2019 { PHONE_2019 } else { PHONE_2013 };
            write(&mut frame, &Envelope { id: down.id(), phone, serial: 1, style: Style::Standard }, &body);
            let value = line(Protocol::Jt808, Some("strict"), &hex(&frame));
            assert!(
                value.get("rejected").is_none() && value.pointer("/id/name").is_some_and(Value::is_string),
                "{value}"
            );
        }
    }
}

#[test]
fn messages_down_among_the_vectors_are_written_to_the_same_bytes() {
    let mut seen = 0;
    for v in vectors() {
        let whole = bytes(&v);
        let mut buffer = Buffer::default();
        let Ok(frame) = Frame::open(&whole, &mut buffer, profile("strict")) else { continue };
        let is_2019 = frame.head.is_2019();
        if let Some((down, 0)) = Down::read(frame.head.id, frame.body, is_2019) {
            let mut body = Vec::new();
            down.write(&mut body, is_2019).unwrap();
            assert_eq!(hex(&body), hex(frame.body), "{}", v.id);
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[test]
fn what_cannot_be_sent_is_refused() {
    for down in [
        Down::Text { flag: 1, kind: None, text: "🚛".into() },
        Down::Resend { serial: 1, parts: vec![1; 256] },
        Down::DeleteAreas { form: Form::Circle, ids: vec![1; 126] },
        Down::SetAreas { setting: 0, form: Form::Polygon, list: Vec::new() },
        Down::SetParameters(vec![(1, vec![0; 256])]),
    ] {
        let mut out = vec![9];
        assert!(down.write(&mut out, false).is_err());
        assert_eq!(out, [9]);
    }
    for (id, value) in [(0x29, "x"), (0x84, "256"), (0x31, "65536"), (0x110, "01"), (0x9999, "1"), (0x13, "🚛")] {
        assert!(params::encode_value(id, value).is_err(), "{id:x} {value}");
    }
}

/// The decoded message of a body in a frame of 2019 or 2013.
fn decoded(id: u16, body: &[u8], is_2019: bool) -> Value {
    let mut frame = Vec::new();
    let phone = if is_2019 { PHONE_2019 } else { PHONE_2013 };
    write(&mut frame, &Envelope { id, phone, serial: 1, style: Style::Standard }, body);
    line(Protocol::Jt808, Some("strict"), &hex(&frame))
}

fn fix() -> Vec<u8> {
    let mut out = Vec::new();
    Location {
        alarm: 0,
        status: 3,
        latitude: 31_150_000,
        longitude: 121_100_000,
        altitude: 4,
        speed: 305,
        direction: 90,
        time: Some(jiff::civil::date(2026, 3, 1).at(1, 2, 3, 0)),
    }
    .write(&mut out);
    out
}

#[test]
fn messages_up_without_public_frames_are_read() {
    let empty = decoded(4, &[], true);
    assert_eq!(empty["id"]["name"], "查询服务器时间");
    for body in [&[0, 9, 2, 0, 1, 0, 3][..], &[0, 9, 0, 2, 0, 1, 0, 3]] {
        let resend = decoded(5, body, true);
        assert_eq!((&resend["first"], &resend["parts"]), (&json!(9), &json!([1, 3])));
    }

    let auth = [&[3][..], b"abc", b"860000000000001", b"v1.2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"].concat();
    let auth = decoded(0x102, &auth, true);
    assert_eq!((&auth["imei"], &auth["software"]), (&json!("860000000000001"), &json!("v1.2")));

    let can = [&[0, 1, 0x12, 0x34, 0x56, 0x00, 0x78][..], &[0xC0, 0, 0, 7], &[1, 2, 3, 4, 5, 6, 7, 8]].concat();
    let can = decoded(0x705, &can, false);
    assert_eq!(
        can["frames"][0],
        json!({
            "channel": 1, "extended": true, "averaged": false, "id": "0x00000007", "data": "0102030405060708"
        })
    );

    let found = [&[0, 9, 0, 1, 0, 0, 0, 5, 0, 2, 1][..], &fix()].concat();
    let found = decoded(0x802, &found, false);
    assert_eq!(found["media"][0]["media"], 5);
    assert_eq!(found["media"][0]["location"]["speed"], json!({ "value": "30.5", "unit": "km/h" }));

    let bill = decoded(0x701, &[&[0, 0, 0, 4][..], &[0xD4, 0xCB, 0xB5, 0xA5]].concat(), false);
    assert_eq!(bill["text"], "运单");

    // 2011 sends a medium without a location.
    let media = decoded(0x801, &[&[0, 0, 0, 5, 0, 0, 1, 2][..], &[0xFF; 40]].concat(), false);
    assert_eq!(media["location"], Value::Null);
    assert_eq!(media["data"], "ff".repeat(40));

    let control = decoded(0x500, &[&[0, 9][..], &fix(), &[0x12, 6, 3, 0, 0, 0, 7, 1]].concat(), false);
    assert_eq!(control["location"]["items"][0]["way"], "出");

    // A card that could not be read ends after the result.
    let card = decoded(0x702, &[1, 0x26, 0x03, 0x01, 1, 2, 3, 2], false);
    assert_eq!(card["result"]["name"], "卡片已锁定");
    assert_eq!(card["card"], Value::Null);
}

#[test]
fn compressed_bytes_come_out_within_a_limit() {
    let pack = |plain: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(plain).unwrap();
        packer.finish().unwrap()
    };
    let packed = pack(b"0x0901");
    let body = [&(packed.len() as u32).to_be_bytes()[..], &packed].concat();
    assert_eq!(decoded(0x901, &body, false)["data"], hex(b"0x0901"));
    let mut used = Tolerances::NONE;
    assert!(matches!(Up::read(0x901, &body, false, &mut used), Some(Up::Gzip { data }) if data == packed));
    let bomb = pack(&vec![0; 1 << 20]);
    assert_eq!(gunzip(&bomb, 1 << 20).unwrap().len(), 1 << 20);
    assert!(gunzip(&bomb, (1 << 20) - 1).is_err());
    assert!(gunzip(&packed[..8], 100).is_err());
}

#[test]
fn an_active_safety_alarm_is_read_with_place_and_time() {
    let mut alarm = vec![0, 0, 0, 9, 1, 2, 1, 0, 0, 0, 0, 0, 45, 0, 7];
    alarm.extend_from_slice(&31_150_000_u32.to_be_bytes());
    alarm.extend_from_slice(&121_100_000_u32.to_be_bytes());
    alarm.extend_from_slice(&[0x26, 0x03, 0x01, 0x01, 0x02, 0x03, 0, 0]);
    alarm.extend_from_slice(&[b'T'; 16]);
    assert_eq!(alarm.len(), 47);
    let body = [&fix()[..], &[0x64, 47], &alarm].concat();
    let item = &decoded(0x200, &body, false)["location"]["items"][0];
    assert_eq!(item["name"], "驾驶辅助报警");
    assert_eq!((&item["state"], &item["kind"], &item["level"]), (&json!("开始"), &json!(2), &json!(1)));
    assert_eq!(item["speed"]["value"], "45");
    assert_eq!(item["latitude"]["value"], "31.150000");
    assert_eq!(item["time"], "2026-03-01T01:02:03");
    for one in Tolerance::ALL {
        assert_eq!(Tolerance::named(one.name()), Some(*one));
    }
}
