//! HJ 212 against the frames of public repositories.

use std::collections::BTreeMap;

use offsite::protocols::decode::{Protocol, line};
use offsite::protocols::hj212::answer::{self, Answer};
use offsite::protocols::hj212::frame::{Limits, scan};
use offsite::protocols::hj212::merge::{Merger, Taken};
use offsite::protocols::hj212::profile::{Edition, Profile};
use offsite::protocols::hj212::request::{Between, Request};
use offsite::protocols::hj212::segment::Reader;
use offsite::protocols::hj212::tables::Tables;
use offsite::protocols::hj212::{Tolerance, Tolerances, Why, crc};
use offsite::protocols::num::Num;
use offsite::protocols::stream::Stream;
use serde::Deserialize;

use crate::random::Random;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    frame: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    #[allow(dead_code, reason = "says whence the frame is")]
    origin: String,
    kind: String,
    profile: String,
    deviates: Vec<String>,
    text: String,
    head: BTreeMap<String, String>,
    data_time: Option<String>,
    crc: String,
    readings: Vec<String>,
    other: Vec<String>,
}

fn vectors() -> Vec<Vector> {
    toml::from_str::<File>(include_str!("../data/hj212.toml")).unwrap().frame
}

fn profile(name: &str) -> &'static Profile {
    Profile::named(name).unwrap()
}

fn set(names: &[String]) -> Tolerances {
    names.iter().map(|n| Tolerance::named(n).unwrap()).collect()
}

/// The same profile with exactly these tolerances.
fn granting(base: &str, allow: Tolerances) -> Profile {
    let mut profile = profile(base).clone();
    profile.allow = allow;
    profile
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_vector_is_read_as_asserted_or_rejected_with_the_tolerances_it_needs() {
    let mut reader = Reader::default();
    for v in vectors() {
        let id = &v.id;
        let frame = v.text.as_bytes();
        let segment = &frame[6..frame.len() - 4];
        assert_eq!(format!("{:04X}", crc::crc(segment)), v.crc, "{id}");
        let needed = set(&v.deviates);
        let named = profile(&v.profile);
        if v.kind == "bad" {
            let reject = reader.read(frame, named).expect_err(id);
            assert_eq!(reject.needs, needed, "{id}");
            assert!(matches!(reject.why, Why::Crc { .. }), "{id}");
            let field = profile(&format!("field-{}", named.edition.year()));
            assert!(reader.read(frame, field).unwrap_err().needs.has(Tolerance::WrongCrc), "{id}");
        } else {
            assert_eq!(reader.read(frame, named).unwrap().used, needed, "{id}");
        }
        // With exactly those tolerances, and not with one of them less.
        for less in needed.iter() {
            let fewer = granting(&v.profile, needed.without(Tolerances::NONE.with(less)));
            assert_eq!(reader.read(frame, &fewer).unwrap_err().needs, Tolerances::NONE.with(less), "{id}");
        }
        let exact = granting(&v.profile, needed);
        let packet = reader.read(frame, &exact).unwrap();
        assert_eq!(packet.used, needed, "{id}");
        for (key, value) in &v.head {
            let got = match key.as_str() {
                "QN" => text(packet.qn()),
                "ST" => text(packet.st()),
                "CN" => packet.cn().to_string(),
                "PW" => text(packet.pw()),
                "MN" => text(packet.mn()),
                "Flag" => packet.flag().unwrap().to_string(),
                "PNUM" => format!("{:04}", packet.parts().unwrap().0),
                "PNO" => format!("{:04}", packet.parts().unwrap().1),
                other => panic!("{id}: {other}"),
            };
            assert_eq!(&got, value, "{id}: {key}");
        }
        let mut other: Vec<String> = packet.pairs().map(|(k, value)| format!("{}={}", text(k), text(value))).collect();
        match packet.data_time() {
            Some(time) => assert_eq!(Some(time.strftime("%Y%m%d%H%M%S").to_string()), v.data_time, "{id}"),
            None => {
                if let Some(written) = &v.data_time {
                    assert_eq!(other.remove(0), format!("DATATIME={written}"), "{id}");
                }
            }
        }
        assert_eq!(other, v.other, "{id}");
        let readings: Vec<String> = packet
            .readings()
            .iter()
            .map(|r| {
                let number = r.value.unwrap();
                assert_eq!(number.to_string().as_bytes(), packet.raw(r), "{id}");
                format!("{} {} {number} {}", text(packet.code(r)), r.suffix.name(), r.flag().unwrap_or('-'))
            })
            .collect();
        assert_eq!(readings, v.readings, "{id}");
    }
}

/// Every quirk by itself: a good frame, broken in one way, needs exactly the tolerance of that name.
#[test]
fn each_quirk_needs_its_own_tolerance() {
    let good = "QN=20240501120000000;ST=39;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20240501120000;\
        a34001-Rtd=67.04,a34001-Flag=N;a34002-Rtd=53.0,a34002-Flag=N&&";
    let framed = |segment: &str| format!("##{:04}{segment}{:04X}", segment.len(), crc::crc(segment.as_bytes()));
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from));
        framed(&good.replace(from, to))
    };
    let whole = framed(good);
    let (body, check) = whole.split_at(whole.len() - 4);
    let modbus = crc::modbus(good.as_bytes());
    let wrong = format!("{body}{:04X}", u16::from_str_radix(check, 16).unwrap() ^ 0x0100);
    let long = good.replace("a34002-Flag=N", &vec!["a34002-Flag=N"; 80].join(","));
    let cases = [
        (whole.clone(), None),
        (wrong, Some(Tolerance::WrongCrc)),
        (format!("{body}{modbus:04X}"), Some(Tolerance::ModbusCrc)),
        (format!("{body}{:04X}", modbus.swap_bytes()), Some(Tolerance::ModbusCrc)),
        (
            whole.replacen(&format!("##{:04}", good.len()), &format!("##{:04}", good.len() + 1), 1),
            Some(Tolerance::Length),
        ),
        (framed(&long), Some(Tolerance::OverLong)),
        (changed("DataTime=20240501120000", "DataTime=20240501126000"), Some(Tolerance::DataTimeForm)),
        (changed("DataTime=20240501120000", "DataTime=202405011200"), Some(Tolerance::DataTimeForm)),
        (changed("=53.0", "=5.3E1"), Some(Tolerance::NotNumber)),
        (changed("N&&", "N;a34001-Rtd=1,a34001-Flag=N&&"), Some(Tolerance::RepeatedFactor)),
        (changed("N&&", "N;a34001-Avg=1,a34001-Flag=N&&"), None),
        (changed("QN=20240501120000000;", ""), Some(Tolerance::NoQn)),
        (changed("QN=20240501120000000", "QN=20240501120000"), Some(Tolerance::QnForm)),
        (changed("QN=20240501120000000", "QN=202405011200000000"), Some(Tolerance::QnForm)),
        (changed("MN=010000A8900016F000169DC0", "MN=DUST-7"), Some(Tolerance::MnForm)),
        (changed("Flag=5;", ""), Some(Tolerance::NoFlag)),
        (changed("Flag=5;", "Flag=7;"), Some(Tolerance::SplitBit)),
        (changed("Flag=5;", "Flag=5;PNUM=2;PNO=1;"), Some(Tolerance::SplitBit)),
        (changed("Flag=5;CP=&&", "CP=&&Flag=5;"), Some(Tolerance::FlagInCp)),
        (changed(",a34002-Flag=N", ""), Some(Tolerance::NoDataFlag)),
        (changed("N;a34002", "N,a34002"), Some(Tolerance::CommaForSemicolon)),
        (changed("N&&", "N;&&"), Some(Tolerance::TrailingSeparator)),
        (changed("a34002-Rtd", "a34002-RTD"), Some(Tolerance::KeyCase)),
        (changed("a34002-Rtd", "a34002-Rtd-Rtd"), Some(Tolerance::DoubledSuffix)),
        (changed("a34002-Rtd=53.0", "a34002-Rtd=53.0,a34002-Ori=1"), Some(Tolerance::UnknownKey)),
        (changed("N&&", "N;Vendor=7&&"), Some(Tolerance::UnknownKey)),
    ];
    let mut reader = Reader::default();
    for (frame, tolerance) in &cases {
        let got = reader.read(frame.as_bytes(), profile("strict-2017"));
        match tolerance {
            None => assert!(got.is_ok(), "{frame}"),
            Some(one) => {
                assert_eq!(got.expect_err(frame).needs, Tolerances::NONE.with(*one), "{frame}");
                let before = reader.counts().of(*one);
                assert!(reader.read(frame.as_bytes(), profile("any")).is_ok(), "{frame}");
                assert_eq!(reader.counts().of(*one), before + 1, "{frame}");
            }
        }
    }
    // Broken beyond any tolerance.
    for frame in [
        &whole[..whole.len() - 6],
        &whole[1..],
        "##12",
        "",
        &changed("CN=2011", "CN=20x1"),
        &changed("MN=010000A8900016F000169DC0;", ""),
        &changed("ST=39;", ""),
        &changed("CP=&&", "CP=&"),
        &changed("a34002-Rtd=53.0", "a34002-Rtd"),
        &changed("Flag=5;", "Flag=6;PNUM=2;PNO=3;"),
    ] {
        let reject = reader.read(frame.as_bytes(), profile("any")).expect_err(frame);
        assert!(reject.needs.is_empty(), "{frame}");
    }
}

fn cut(stream: &[u8], limits: &Limits, mut next: impl FnMut(usize) -> usize) -> (Vec<Vec<u8>>, u64) {
    let (mut frames, mut machine, mut at) = (Vec::new(), Stream::default(), 0);
    while at < stream.len() {
        let size = next(stream.len() - at).clamp(1, stream.len() - at);
        machine.feed(&stream[at..at + size], |b| scan(b, limits), |f| frames.push(f.to_vec()));
        at += size;
    }
    (frames, machine.junk())
}

#[test]
fn any_split_of_the_stream_gives_the_same_frames() {
    let vectors = vectors();
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let mut stream = Vec::new();
        for _ in 0..12 {
            let frame = vectors[random.below(vectors.len())].text.as_bytes();
            match random.below(5) {
                0 => stream.extend(random.mutate(frame)),
                1 => {
                    let count = random.below(20);
                    stream.extend(random.bytes(count));
                }
                _ => stream.extend_from_slice(frame),
            }
            stream.extend_from_slice([b"\r\n".as_slice(), b"", b"\n"][random.below(3)]);
        }
        for binary in [false, true] {
            let limits = Limits { segment: 600, binary };
            let whole = cut(&stream, &limits, |left| left);
            assert_eq!(cut(&stream, &limits, |_| 1), whole, "seed {seed}");
            assert_eq!(cut(&stream, &limits, |_| 1 + random.below(40)), whole, "seed {seed}");
        }
    }
}

#[test]
fn a_broken_frame_never_costs_the_next_one() {
    let good = vectors().into_iter().find(|v| v.id == "H04").unwrap().text;
    for (bad, frames) in [
        ("##0300QN=1;CP=&&&&0000\r\n", 2),
        ("##9999QN=1\r\n", 2),
        ("##0005QN=1;CP=&&&&0000\r\n", 2),
        ("##0102QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdIn", 2),
        ("rubbish ##x ###\r\n", 1),
    ] {
        let stream = format!("{bad}{good}\r\n{good}\r\n");
        let (got, _) = cut(stream.as_bytes(), &Limits::default(), |left| left);
        assert_eq!(got.len(), frames + 1, "{bad}");
        assert_eq!(got[got.len() - 2..], [good.as_bytes(), good.as_bytes()], "{bad}");
    }
    // What never ends is given up at the limit.
    let mut endless = b"##0100".to_vec();
    endless.extend(vec![b'x'; 100_000]);
    let mut machine = Stream::default();
    for piece in endless.chunks(1000) {
        machine.feed(piece, |b| scan(b, &Limits::default()), |_| panic!("no frame"));
        assert!(machine.held() < 6000);
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let vectors = vectors();
    let mut reader = Reader::default();
    let mut random = Random::new(7);
    let profiles = Profile::builtin();
    for round in 0..60_000 {
        let bytes = match round % 3 {
            0 => {
                let count = random.below(80);
                random.bytes(count)
            }
            1 => {
                let pick = random.below(vectors.len());
                random.mutate(vectors[pick].text.as_bytes())
            }
            _ => {
                let mut frame = b"##0020".to_vec();
                for _ in 0..random.below(60) {
                    frame.push(b"CP=&;,-QNMFlagRtd01N"[random.below(20)]);
                }
                frame.extend_from_slice(b"&&0000");
                frame
            }
        };
        let mut profile = profiles[random.below(profiles.len())].clone();
        profile.key = (round % 7 == 0).then_some([7; 16]);
        scan(&bytes, &profile.limits);
        if let Ok(packet) = reader.read(&bytes, &profile) {
            packet.pairs().count();
            packet.readings().iter().for_each(|r| assert!(packet.raw(r).len() < 1000));
        }
    }
}

#[test]
fn answers_are_frames_a_strict_reader_takes() {
    let v = vectors().into_iter().find(|v| v.id == "H04").unwrap();
    let mut reader = Reader::default();
    let packet = reader.read(v.text.as_bytes(), profile("strict-2017")).unwrap();
    let mut out = Vec::new();
    for (answer, cn, pair) in [
        (Answer::Data, 9014, None),
        (Answer::Notice, 9013, None),
        (Answer::Request(1), 9011, Some(("QnRtn", "1"))),
        (Answer::Execution(100), 9012, Some(("ExeRtn", "100"))),
    ] {
        out.clear();
        assert!(answer::reply(&mut out, &packet, answer, Edition::E2017));
        let mut second = Reader::default();
        let back = second.read(&out, profile("strict-2017")).unwrap();
        assert_eq!((back.cn(), back.st(), back.flag()), (cn, b"91".as_slice(), Some(4)));
        assert_eq!((back.qn(), back.mn(), back.pw()), (packet.qn(), packet.mn(), packet.pw()));
        match pair {
            None => assert_eq!(back.pairs().count(), 0),
            Some((key, value)) => assert_eq!(back.pair(key.as_bytes()), Some(value.as_bytes())),
        }
    }
    // The acknowledgement among the vectors, byte for byte.
    let ack = vectors().into_iter().find(|v| v.id == "H09").unwrap();
    let asked = "QN=20160801085000001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&";
    let frame = format!("##{:04}{asked}{:04X}", asked.len(), crc::crc(asked.as_bytes()));
    let packet = reader.read(frame.as_bytes(), profile("strict-2017")).unwrap();
    assert_eq!(Answer::wanted(&packet), Some(Answer::Data));
    out.clear();
    answer::reply(&mut out, &packet, Answer::Data, Edition::E2017);
    assert_eq!(text(&out), format!("{}\r\n", ack.text));
}

#[test]
fn every_request_of_table_9_is_written_as_the_standard_has_it() {
    let time = jiff::civil::date(2016, 8, 1).at(8, 58, 57, 223_000_000);
    let between = Between { begin: time, end: jiff::civil::date(2016, 8, 2).at(0, 0, 0, 0) };
    let span = "BeginTime=20160801085857;EndTime=20160802000000";
    let f = || "w01018".to_owned();
    let all = [
        (Request::SetTimeout { seconds: 5, repeats: 3 }, 1000, "OverTime=5;ReCount=3".to_owned()),
        (Request::ReadClock { factor: Some(f()) }, 1011, "PolId=w01018".into()),
        (Request::SetClock { factor: None, time }, 1012, "SystemTime=20160801085857".into()),
        (Request::ReadRealtimeInterval, 1061, String::new()),
        (Request::SetRealtimeInterval(30), 1062, "RtdInterval=30".into()),
        (Request::ReadMinuteInterval, 1063, String::new()),
        (Request::SetMinuteInterval(10), 1064, "MinInterval=10".into()),
        (Request::SetPassword("654321".into()), 1072, "NewPW=654321".into()),
        (Request::StartRealtime, 2011, String::new()),
        (Request::StopRealtime, 2012, String::new()),
        (Request::StartFacilities, 2021, String::new()),
        (Request::StopFacilities, 2022, String::new()),
        (Request::Days(between), 2031, span.into()),
        (Request::RunningHours(between), 2041, span.into()),
        (Request::Minutes(between), 2051, span.into()),
        (Request::Hours(between), 2061, span.into()),
        (Request::Calibrate(f()), 3011, "PolId=w01018".into()),
        (Request::SampleNow(f()), 3012, "PolId=w01018".into()),
        (Request::Purge(f()), 3013, "PolId=w01018".into()),
        (Request::SampleToCompare(f()), 3014, "PolId=w01018".into()),
        (Request::KeepSample, 3015, String::new()),
        (
            Request::SetCycle { factor: f(), start: jiff::civil::time(0, 30, 0, 0), hours: 2 },
            3016,
            "PolId=w01018;CstartTime=003000;CTime=2".into(),
        ),
        (Request::ReadCycle(f()), 3017, "PolId=w01018".into()),
        (Request::ReadDelay(f()), 3018, "PolId=w01018".into()),
        (Request::ReadSerial(f()), 3019, "PolId=w01018".into()),
        (
            Request::ReadInfo { factor: Some(f()), info: "i11001".into(), between: Some(between) },
            3020,
            format!("PolId=w01018;InfoId=i11001;{span}"),
        ),
        (
            Request::SetInfo { factor: Some(f()), info: "i13004".into(), value: "168.0".into() },
            3021,
            "PolId=w01018;InfoId=i13004;i13004-Info=168.0".into(),
        ),
    ];
    let mut reader = Reader::default();
    for (request, cn, cp) in all {
        assert_eq!((request.cn(), request.cp().unwrap()), (cn, cp.clone()));
        let head = answer::Head {
            qn: b"20160801085857223",
            st: b"32",
            cn: 0,
            pw: b"100000",
            mn: b"010000A8900016F000169DC0",
            edition: Edition::E2017,
            answer: true,
            parts: None,
        };
        let mut out = Vec::new();
        request.write(&mut out, &head, None).unwrap();
        let packet = reader.read(&out, profile("strict-2017")).unwrap();
        assert_eq!((packet.cn(), packet.flag()), (cn, Some(5)));
        assert!(text(&out).contains(&format!("CP=&&{cp}&&")));
        assert!(Tables::builtin().command(cn).is_some(), "{cn}");
        if cn == 1062 {
            // The frame of appendix A.
            let appendix = vectors().into_iter().find(|v| v.id == "H04").unwrap().text;
            assert_eq!(text(&out), format!("{appendix}\r\n"));
        }
    }
    for bad in [
        Request::SetRealtimeInterval(29),
        Request::SetMinuteInterval(7),
        Request::SetPassword("1234567".into()),
        Request::SampleNow("a;CN=1".into()),
        Request::Days(Between { begin: between.end, end: between.begin }),
    ] {
        assert!(bad.cp().is_err(), "{bad:?}");
    }
}

/// One part of a split packet, with its own QN.
fn part(qn: u32, total: u16, index: u16, item: &str) -> Vec<u8> {
    let qn = format!("20240501120000{qn:03}");
    let head = answer::Head {
        qn: qn.as_bytes(),
        st: b"39",
        cn: 2051,
        pw: b"123456",
        mn: b"010000A8900016F000169DC0",
        edition: Edition::E2017,
        answer: true,
        parts: Some((total, index)),
    };
    let mut out = Vec::new();
    assert!(answer::write(&mut out, &head, format!("DataTime=20240501115500;{item}").as_bytes(), None));
    out
}

#[test]
fn split_packets_come_together_in_any_order() {
    let parts = [
        part(534, 3, 1, "a34001-Avg=1,a34001-Flag=N"),
        part(535, 3, 2, "a34002-Avg=2,a34002-Flag=N"),
        part(536, 3, 3, "a34004-Avg=3,a34004-Flag=N"),
    ];
    let mut reader = Reader::default();
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut merger = Merger::new(8, 60);
        let mut last = Taken::Single;
        for (count, index) in order.into_iter().enumerate() {
            let frame = &parts[index];
            let packet = reader.read(frame, profile("strict-2017")).unwrap();
            last = merger.take(&packet, frame, 100);
            if count < 2 {
                assert_eq!(last, Taken::Waiting { have: count as u16 + 1, of: 3 });
                // A repetition under another QN is the same part.
                let again = part(900 + index as u32, 3, index as u16 + 1, &text(&item_of(frame)));
                let packet = reader.read(&again, profile("strict-2017")).unwrap();
                assert_eq!(merger.take(&packet, &again, 100), Taken::Repeated);
                let other = part(950, 3, index as u16 + 1, "a34001-Avg=9,a34001-Flag=N");
                let packet = reader.read(&other, profile("strict-2017")).unwrap();
                assert_eq!(merger.take(&packet, &other, 100), Taken::Contradicts);
            }
        }
        assert_eq!(last, Taken::Whole(parts.to_vec()));
        assert_eq!(merger.open(), 0);
    }
    let mut merger = Merger::new(1, 60);
    let packet = reader.read(&parts[0], profile("strict-2017")).unwrap();
    merger.take(&packet, &parts[0], 100);
    assert_eq!(merger.expire(161), 1);
    let single = reader.read(b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80", profile("strict-2017")).unwrap();
    assert_eq!(merger.take(&single, b"", 161), Taken::Single);
}

fn item_of(frame: &[u8]) -> Vec<u8> {
    let text = text(frame);
    let from = text.find("5500;").unwrap() + 5;
    text.as_bytes()[from..text.rfind("&&").unwrap()].to_vec()
}

#[test]
fn an_enciphered_packet_is_read_with_its_key_alone() {
    let key = [3; 16];
    let head = answer::Head {
        qn: b"20260706103512345",
        st: b"39",
        cn: 2011,
        pw: b"123456",
        mn: b"A110000_0001",
        edition: Edition::E2025,
        answer: true,
        parts: None,
    };
    let cp = "DataTime=20260706103512;a34001-Rtd=67.04,a34001-Flag=N";
    let mut out = Vec::new();
    assert!(answer::write(&mut out, &head, cp.as_bytes(), Some(&key)));
    let with = profile("strict-2025").clone().with_key(key);
    let mut reader = Reader::default();
    let packet = reader.read(&out, &with).unwrap();
    assert_eq!(packet.code(&packet.readings()[0]), b"a34001");
    assert_eq!(packet.readings()[0].value, Num::parse(b"67.04"));
    assert!(reader.read(&out, profile("strict-2025")).is_err());
    // A command outside the enciphered ones stays plain.
    out.clear();
    answer::write(&mut out, &answer::Head { cn: 9014, ..head }, b"", Some(&key));
    assert!(reader.read(&out, profile("strict-2025")).is_ok());
    // Binary bytes are cut by the declared length.
    out.clear();
    for fill in 0..60_u8 {
        let cp = format!("DataTime=20260706103512;a34001-Rtd={fill}.04,a34001-Flag=N");
        answer::write(&mut out, &head, cp.as_bytes(), Some(&key));
    }
    let (frames, junk) = cut(&out, &with.limits, |_| 7);
    assert_eq!((frames.len(), junk), (60, 0));
    assert!(frames.iter().all(|f| reader.read(f, &with).is_ok()));
}

#[test]
fn units_belong_to_the_device() {
    let tables = Tables::builtin();
    let mg = tables.unit("mg/m3").unwrap();
    let value = Num::parse(b"67.04").unwrap();
    for (name, expected) in [("field-2017", "0.00006704"), ("dust-ug", "0.06704"), ("dust-mg", "67.04")] {
        let unit = profile(name).unit(b"a34001").unwrap();
        assert_eq!(unit.convert(value, mg).unwrap().to_string(), expected, "{name}");
    }
    let hpa = tables.unit("hPa").unwrap();
    let kpa = tables.unit("kPa").unwrap();
    assert_eq!(hpa.convert(Num::parse(b"1013.2").unwrap(), kpa).unwrap().to_string(), "101.32");
    assert!(hpa.convert(value, mg).is_none());
    // Every factor's unit exists; every unit's base is a unit.
    for factor in tables.factors() {
        assert!(tables.unit(&factor.unit).is_some(), "{}", factor.code);
    }
    for unit in tables.units() {
        assert_eq!(tables.unit(&unit.base).unwrap().power, 0, "{}", unit.id);
    }
    for one in Tolerance::ALL {
        assert_eq!(Tolerance::named(one.name()), Some(*one));
    }
}

#[test]
fn a_decoded_line_says_every_field_with_its_unit_and_hides_the_password() {
    let v = vectors().into_iter().find(|v| v.id == "H11").unwrap();
    for given in [v.text.clone(), format!("  {}\r\n", v.text), offsite::protocols::bytes::hex(v.text.as_bytes())] {
        let value = line(Protocol::Hj212, Some("dust-ug"), &given);
        assert_eq!(value["st"]["name"], "大气环境污染源");
        assert_eq!(value["cn"]["name"], "实时数据");
        assert_eq!(value["data_time"], "2018-09-14T09:06:00");
        assert_eq!(value["data_time_is"], "采样时刻");
        assert_eq!(value["flag_edition"], 2017);
        let tsp = &value["readings"][0];
        assert_eq!((&tsp["code"], &tsp["value"], &tsp["unit"]), (&"a34001".into(), &"67.04".into(), &"μg/m³".into()));
        assert_eq!((&tsp["unit_from"], &tsp["flag"]["name"]), (&"profile".into(), &"正常".into()));
        assert_eq!(value["readings"][3]["unit"], "dB(A)");
        assert!(!value.to_string().contains("123456"));
    }
    // The same number is a millionth of it under the standard's own unit, and minute data begin at DataTime.
    let standard = line(Protocol::Hj212, None, &v.text);
    assert_eq!(standard["readings"][0]["unit"], "ng/m³");
    let minute = vectors().into_iter().find(|v| v.id == "H05").unwrap().text;
    assert_eq!(line(Protocol::Hj212, None, &minute)["data_time_is"], "时段开始");
    assert_eq!(line(Protocol::Hj212, Some("fume"), &minute)["data_time_is"], "时段截止");
    let state = vectors().into_iter().find(|v| v.id == "H17").unwrap().text;
    let state = line(Protocol::Hj212, Some("strict-2005"), &state);
    assert_eq!(state["readings"][0]["state"], "关闭");
    assert_eq!(state["readings"][0]["name"], "污染治理设施");

    let bad = vectors().into_iter().find(|v| v.id == "H27").unwrap().text;
    let bad = line(Protocol::Hj212, Some("strict-2017"), &bad);
    assert_eq!(bad["rejected"], "CRC校验不符：收到48C0，应为BC81");
    assert_eq!(bad["would_accept"], serde_json::json!(["wrong_crc", "mn_form", "doubled_suffix"]));
    let unknown = line(Protocol::Hj212, Some("none"), "##");
    assert!(unknown["rejected"].as_str().unwrap().starts_with("没有设备配置“none”，可用：field-2017、"));
    assert_eq!(line(Protocol::Hj212, None, "hello")["would_accept"], serde_json::json!([]));
}

#[test]
fn an_interval_begins_where_the_device_means_it() {
    let time = jiff::civil::date(2026, 3, 1).at(0, 0, 0, 0);
    let before = jiff::civil::date(2026, 2, 28).at(23, 45, 0, 0);
    assert_eq!(profile("dust-ug").began(2051, time, 15), Some(time));
    assert_eq!(profile("fume").began(2051, time, 15), Some(before));
    assert_eq!(profile("fume").began(2011, time, 15), Some(time));
    assert_eq!(profile("fume").began(2061, jiff::civil::DateTime::MIN, 60), None);
}

/// The CRC against an implementation by others.
#[test]
fn the_crc_agrees_with_another_crate() {
    let mut random = Random::new(3);
    for length in 0..600 {
        let bytes = random.bytes(length);
        assert_eq!(format!("{:04X}", crc::crc(&bytes)), a::crc16_hex_upper(&bytes));
        assert_eq!(format!("{:04X}", crc::modbus(&bytes)), a::crc16_modbus_hex_upper(&bytes));
    }
}
