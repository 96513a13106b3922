//! JT/T 808 against the frames of public repositories.

use offsite::protocols::bytes::from_hex;
use offsite::protocols::decode::{Protocol, line};
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, MOST_BODY, Style, scan, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::location::Location;
use offsite::protocols::jt808::parts::{Limits, Parts, Taken};
use offsite::protocols::jt808::profile::Profile;
use offsite::protocols::jt808::up::Up;
use offsite::protocols::jt808::{Tolerance, Tolerances};
use offsite::protocols::stream::Stream;
use serde::Deserialize;
use serde_json::Value;

use crate::random::Random;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    frame: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) id: String,
    #[allow(dead_code, reason = "says whence the frame is")]
    origin: String,
    kind: String,
    message: Option<u16>,
    #[serde(default)]
    edition_2019: bool,
    hex: String,
    deviates: Vec<String>,
    facts: Vec<String>,
}

pub(crate) fn vectors() -> Vec<Vector> {
    toml::from_str::<File>(include_str!("../data/jt808.toml")).unwrap().frame
}

pub(crate) fn profile(name: &str) -> &'static Profile {
    Profile::named(name).unwrap()
}

pub(crate) const PHONE_2013: Phone = Phone::of_2013([0x01, 0x23, 0x45, 0x67, 0x89, 0x01]);
pub(crate) const PHONE_2019: Phone = Phone::of_2019([0, 0, 0, 0, 0x01, 0x72, 0x99, 0x84, 0x17, 0x38]);

/// A whole frame of a vector; a bare body gets an envelope.
pub(crate) fn bytes(v: &Vector) -> Vec<u8> {
    let bytes = from_hex(&v.hex).unwrap();
    let Some(id) = v.message else { return bytes };
    let phone = if v.edition_2019 { PHONE_2019 } else { PHONE_2013 };
    let mut out = Vec::new();
    write(&mut out, &Envelope { id, phone, serial: 1, style: Style::Standard }, &bytes);
    out
}

fn sorted(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = value.as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_vector_is_read_as_asserted_or_rejected_with_the_tolerances_it_needs() {
    let mut failures = Vec::new();
    for v in vectors() {
        let id = &v.id;
        let hex = offsite::protocols::bytes::hex(&bytes(&v));
        let strict = line(Protocol::Jt808, Some("strict"), &hex);
        let field = line(Protocol::Jt808, Some("field"), &hex);
        let any = line(Protocol::Jt808, Some("any"), &hex);
        let mut check = |what: &str, ok: bool, seen: &dyn std::fmt::Display| {
            if !ok {
                failures.push(format!("{id}: {what}: {seen}"));
            }
        };
        if v.deviates.is_empty() {
            check("strict takes it", strict.get("rejected").is_none(), &strict);
        } else {
            let needs = strict.get("would_accept").map(sorted).unwrap_or_default();
            if v.kind == "bad" {
                // Behind a broken envelope more may be wrong.
                check("strict names them", v.deviates.iter().all(|d| needs.contains(d)), &strict);
            } else {
                check("strict names exactly them", needs == v.deviates, &strict);
            }
        }
        let hard =
            v.deviates.iter().any(|d| ["wrong_xor", "lone_escape", "length", "batch_length"].contains(&d.as_str()));
        check("field takes it or not", field.get("rejected").is_some() == hard, &field);
        for fact in &v.facts {
            let (pointer, expected) = fact.split_once(" = ").unwrap();
            let expected: Value = serde_json::from_str(expected).unwrap();
            let seen = any.pointer(pointer).unwrap_or(&Value::Null);
            check(fact, *seen == expected, seen);
        }
    }
    assert!(failures.is_empty(), "{}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_code_of_an_authentication_is_read_and_never_shown() {
    let v = vectors().into_iter().find(|v| v.id == "J005").unwrap();
    let bytes = bytes(&v);
    let mut buffer = Buffer::default();
    let frame = Frame::open(&bytes, &mut buffer, profile("strict")).unwrap();
    let mut used = Tolerances::NONE;
    let Some(Up::Auth { code, more: None }) = Up::read(frame.head.id, frame.body, false, &mut used) else {
        panic!("no authentication")
    };
    assert_eq!(code.to_string(), "17299841738");
    assert!(!line(Protocol::Jt808, None, &v.hex).to_string().contains("17299841738"));
}

fn cut(stream: &[u8], shared: bool, mut next: impl FnMut(usize) -> usize) -> (Vec<Vec<u8>>, u64) {
    let (mut frames, mut machine, mut at) = (Vec::new(), Stream::default(), 0);
    while at < stream.len() {
        let size = next(stream.len() - at).clamp(1, stream.len() - at);
        machine.feed(&stream[at..at + size], |b| scan(b, Style::Standard, shared), |f| frames.push(f.to_vec()));
        at += size;
    }
    (frames, machine.junk())
}

#[test]
fn any_split_of_the_stream_gives_the_same_frames() {
    let all: Vec<Vec<u8>> = vectors().iter().map(bytes).collect();
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let mut stream = Vec::new();
        for _ in 0..12 {
            let frame = &all[random.below(all.len())];
            match random.below(6) {
                0 => stream.extend(random.mutate(frame)),
                1 => {
                    let count = random.below(3000);
                    stream.extend(random.bytes(count).iter().map(|b| b & 0x7c));
                }
                2 => stream.extend_from_slice(&frame[1..]),
                _ => stream.extend_from_slice(frame),
            }
        }
        for shared in [false, true] {
            let whole = cut(&stream, shared, |left| left);
            assert_eq!(cut(&stream, shared, |_| 1), whole, "seed {seed}");
            assert_eq!(cut(&stream, shared, |_| 1 + random.below(60)), whole, "seed {seed}");
        }
    }
}

#[test]
fn a_lost_delimiter_costs_one_frame_and_a_shared_one_none() {
    let frame = |serial: u16| {
        let mut out = Vec::new();
        write(&mut out, &Envelope { id: 2, phone: PHONE_2013, serial, style: Style::Standard }, &[]);
        out
    };
    let (a, b, c) = (frame(1), frame(2), frame(3));
    let stream = [&a[1..], &b[..], &c[..]].concat();
    let (frames, _) = cut(&stream, false, |left| left);
    assert!(frames.last() == Some(&c), "{frames:?}");
    let shared = [&a[..], &b[1..], &c[1..]].concat();
    assert_eq!(cut(&shared, true, |left| left).0, [a, b, c]);
    // Memory is bounded without any delimiter.
    let mut machine = Stream::default();
    machine.feed(&[0x7e], |b| scan(b, Style::Standard, false), |_| panic!("no frame"));
    for _ in 0..1000 {
        machine.feed(&[0; 500], |b| scan(b, Style::Standard, false), |_| panic!("no frame"));
        assert!(machine.held() < 3000);
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let all: Vec<Vec<u8>> = vectors().iter().map(bytes).collect();
    let mut random = Random::new(9);
    let names = ["field", "strict", "works-e6", "e7", "any"];
    for round in 0..40_000 {
        let frame = match round % 3 {
            0 => {
                let count = random.below(120);
                random.bytes(count)
            }
            1 => {
                let pick = random.below(all.len());
                random.mutate(&all[pick])
            }
            // Well enveloped, so that every body reader is reached.
            _ => {
                let mut out = Vec::new();
                let ids = [
                    1, 5, 0x100, 0x102, 0x104, 0x107, 0x200, 0x201, 0x500, 0x608, 0x701, 0x702, 0x704, 0x705, 0x800,
                    0x801, 0x802, 0x805, 0x900, 0x901, 0x1003, 0x1205, 0x1210, 0x1211, 0x8001, 0x8003, 0x8004, 0x8100,
                    0x8103, 0x8105, 0x8106, 0x8202, 0x8203, 0x8300, 0x8600, 0x8601, 0x8602, 0x8604, 0x8606, 0x8608,
                    0x8800, 0x8801, 0x8802, 0x8803, 0x8804, 0x8805, 0x9101, 0x9102, 0x9205, 0x9208,
                ];
                let id = ids[random.below(ids.len())];
                let phone = if round % 2 == 0 { PHONE_2013 } else { PHONE_2019 };
                let pick = random.below(all.len());
                let count = random.below(90);
                let mut body = if random.below(2) == 0 { random.bytes(count) } else { all[pick].clone() };
                body.truncate(MOST_BODY);
                if body.len() > 8 && random.below(2) == 0 {
                    body[..8].fill(0);
                }
                write(&mut out, &Envelope { id, phone, serial: 1, style: Style::Standard }, &body);
                out
            }
        };
        line(Protocol::Jt808, Some(names[random.below(names.len())]), &offsite::protocols::bytes::hex(&frame));
    }
}

#[test]
fn what_is_written_is_read_back_with_every_escape() {
    let mut buffer = Buffer::default();
    for style in [Style::Standard, Style::E7] {
        let name = if style == Style::E7 { "e7" } else { "strict" };
        for phone in [PHONE_2013, PHONE_2019] {
            for fill in 0..=255_u8 {
                for length in [1, 12, 300, MOST_BODY] {
                    let mut out = Vec::new();
                    let body = vec![fill; length];
                    write(&mut out, &Envelope { id: 0x900, phone, serial: 0x7e7d, style }, &body);
                    assert_eq!(scan(&out, style, false).frame, Some(0..out.len()), "{fill}");
                    let frame = Frame::open(&out, &mut buffer, profile(name)).unwrap();
                    assert_eq!((frame.body, frame.head.phone, frame.head.serial), (&body[..], phone, 0x7e7d));
                }
            }
        }
    }
}

fn head(frame: &[u8]) -> (offsite::protocols::jt808::head::Head, Vec<u8>) {
    let mut buffer = Buffer::default();
    let frame = Frame::open(frame, &mut buffer, profile("strict")).unwrap();
    (frame.head, frame.body.to_vec())
}

/// A picture of five sub-packages.
fn body() -> Vec<u8> {
    (0..5000_u32).map(|n| (n * 7) as u8).collect()
}

#[test]
fn sub_packages_come_together_per_terminal_within_limits() {
    let body = body();
    let mut sent = Vec::new();
    for (phone, serial) in [(PHONE_2013, 65_534), (PHONE_2019, 10)] {
        let mut out = Vec::new();
        assert_eq!(write(&mut out, &Envelope { id: 0x801, phone, serial, style: Style::Standard }, &body), 5);
        let (frames, junk) = cut(&out, false, |left| left);
        assert_eq!((frames.len(), junk), (5, 0));
        sent.push(frames);
    }
    // Both terminals over one connection, interleaved and out of order.
    let mut parts = Parts::new(Limits::default());
    let mut whole = Vec::new();
    for index in [3, 0, 4, 1, 2] {
        for frames in &sent {
            let (head, body) = head(&frames[index]);
            match parts.take(&head, &body, 100) {
                Taken::Whole(all) => whole.push(all),
                Taken::Waiting { of: 5, .. } => assert_eq!(parts.take(&head, &body, 100), Taken::Repeated),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(whole, [body.clone(), body.clone()]);
    assert_eq!(parts.bytes(), 0);

    // What is missing can be asked for; what is never sent is given up.
    let first = head(&sent[0][0]);
    let fourth = head(&sent[0][3]);
    parts.take(&first.0, &first.1, 100);
    parts.take(&fourth.0, &fourth.1, 100);
    assert_eq!(parts.missing(PHONE_2013, 0x801), Some((65_534, vec![2, 3, 5])));
    assert_eq!(parts.expire(401), 1);
    assert_eq!(parts.bytes(), 0);

    // Another running number is another message, even of the same kind and size: two pictures never mix.
    for (index, serial) in [(0, None), (1, None), (2, Some(777)), (3, None), (4, None), (2, None)] {
        let (mut head, body) = head(&sent[0][index]);
        let last = index == 2 && serial.is_none();
        head.serial = serial.unwrap_or(head.serial);
        match parts.take(&head, &body, 500) {
            Taken::Whole(whole) => assert!(last && whole == self::body()),
            other => assert!(!last, "{other:?}"),
        }
    }
    assert_eq!(parts.missing(PHONE_2013, 0x801), Some((775, vec![1, 2, 4, 5])));

    let mut narrow = Parts::new(Limits { bytes: 2000, ..Limits::default() });
    let taken: Vec<_> = sent[0].iter().map(|f| head(f)).map(|(h, b)| narrow.take(&h, &b, 0)).collect();
    assert_eq!(taken[2], Taken::Refused);
    assert!(narrow.bytes() <= 2000);
}

#[test]
fn works_are_mapped_by_the_profile_and_load_by_the_standard() {
    let mut body = Vec::new();
    let mut used = Tolerances::NONE;
    let time = jiff::civil::date(2026, 3, 1).at(1, 2, 3, 0);
    let location = Location {
        alarm: 1 << 5 | 1 << 1,
        status: 3 << 8 | 3,
        latitude: -31_150_000,
        longitude: 121_100_000,
        altitude: 4,
        speed: 305,
        direction: 90,
        time: Some(time),
    };
    let location = Location { status: location.status | 1 << 2, ..location };
    location.write(&mut body);
    // Raised, cover open, locked; 12 340 kg.
    body.extend_from_slice(&[0xE6, 3, 0b0100_0110, 0x04, 0xD2]);
    let (read, _) = Location::read(&body, &mut used).unwrap();
    assert_eq!((read, used), (location, Tolerances::NONE));
    let mut out = Vec::new();
    write(&mut out, &Envelope { id: 0x200, phone: PHONE_2013, serial: 1, style: Style::Standard }, &body);
    let hex = offsite::protocols::bytes::hex(&out);
    let value = line(Protocol::Jt808, Some("works-e6"), &hex);
    let works = &value["location"]["works"];
    assert_eq!(works["lift"], "举升");
    assert_eq!(works["cover"], "未密闭");
    assert_eq!(works["load"], "满载");
    assert_eq!(works["lock"], "锁定");
    assert_eq!(works["weight"]["value"], "12340");
    assert_eq!(value["location"]["latitude"]["value"], "-31.150000");
    assert_eq!(value["location"]["tampering"], serde_json::json!(["GNSS天线未接或者被剪断"]));
    let plain = line(Protocol::Jt808, None, &hex);
    assert_eq!(plain["location"]["works"], serde_json::json!({ "load": "满载" }));
    for bad in ["bits = 9", "bits = 2\nstates = [{ value = 0, is = \"open\" }]"] {
        let file = format!("name = \"x\"\ntitle = \"x\"\n[[signal]]\nwhat = \"lift\"\nsource = \"item\"\n{bad}\n");
        assert!(Profile::from_toml(&file).is_err(), "{bad}");
    }
}

#[test]
fn each_quirk_needs_its_own_tolerance() {
    let frame = |id: u16, body: &[u8]| {
        let mut out = Vec::new();
        write(&mut out, &Envelope { id, phone: PHONE_2013, serial: 1, style: Style::Standard }, body);
        out
    };
    let mut fix = Vec::new();
    let time = Some(jiff::civil::date(2026, 3, 1).at(1, 2, 3, 0));
    let good = Location {
        alarm: 0,
        status: 3,
        latitude: 31_000_000,
        longitude: 121_000_000,
        altitude: 4,
        speed: 0,
        direction: 0,
        time,
    };
    good.write(&mut fix);
    let with = |tail: &[u8]| frame(0x200, &[&fix[..], tail].concat());
    let whole = with(&[]);
    let last = whole.len() - 2;
    let spoilt = |at: usize, to: &dyn Fn(u8) -> u8, keep_xor: bool| {
        let mut out = whole.clone();
        let (before, after) = (out[at], to(out[at]));
        out[at] = after;
        if keep_xor {
            out[last] ^= before ^ after;
        }
        out
    };
    let batch = |count: u16, length: u16| {
        let mut body = count.to_be_bytes().to_vec();
        body.push(0);
        body.extend_from_slice(&length.to_be_bytes());
        body.extend_from_slice(&fix);
        frame(0x704, &body)
    };
    let mut no_time = fix.clone();
    no_time[22..].fill(0xFF);
    let mut far = Vec::new();
    Location { latitude: 90_000_001, ..good }.write(&mut far);
    let cases = [
        (whole.clone(), None),
        (batch(1, 28), None),
        (spoilt(last, &|b| b ^ 1, false), Some(Tolerance::WrongXor)),
        // The altitude's high byte becomes 7d with a zero behind it.
        (
            [&whole[..29], &[0x7d], &whole[30..last], &[whole[last] ^ 0x7d], &[0x7e]].concat(),
            Some(Tolerance::LoneEscape),
        ),
        (spoilt(4, &|b| b + 1, true), Some(Tolerance::Length)),
        (spoilt(3, &|b| b | 0x40, true), Some(Tolerance::VersionBit)),
        (spoilt(5, &|_| 0xAB, true), Some(Tolerance::PhoneForm)),
        (frame(0x200, &no_time), Some(Tolerance::TimeForm)),
        (frame(0x200, &far), Some(Tolerance::Position)),
        (with(&[0xE1, 4, 0]), Some(Tolerance::ItemOverrun)),
        (with(&[0x30]), Some(Tolerance::ItemOverrun)),
        (with(&[0x30, 2, 0, 0]), Some(Tolerance::ItemForm)),
        (batch(2, 28), Some(Tolerance::BatchLength)),
        (batch(1, 29), Some(Tolerance::BatchLength)),
        (frame(2, &[0]), Some(Tolerance::TrailingBytes)),
    ];
    for (bytes, needs) in cases {
        let hex = offsite::protocols::bytes::hex(&bytes);
        let strict = line(Protocol::Jt808, Some("strict"), &hex);
        match needs {
            None => assert!(strict.get("rejected").is_none(), "{strict}"),
            Some(one) => {
                assert_eq!(strict["would_accept"], serde_json::json!([one.name()]), "{} {strict}", one.name());
                let any = line(Protocol::Jt808, Some("any"), &hex);
                assert_eq!(any["tolerated"], serde_json::json!([one.name()]), "{any}");
            }
        }
    }
    for (bytes, why) in [
        (frame(0x200, &fix[..27]), "消息0x0200的消息体不完整"),
        (vec![0x7e, 1, 2, 3, 0, 0x7e], "报文过短"),
        (Vec::new(), "报文过短"),
    ] {
        let hex = offsite::protocols::bytes::hex(&bytes);
        let any = line(Protocol::Jt808, Some("any"), &hex);
        assert_eq!(any["rejected"], why);
        assert_eq!(any["would_accept"], serde_json::json!([]));
    }
}
