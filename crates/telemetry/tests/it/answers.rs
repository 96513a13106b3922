//! The right answer to every frame, however it is cut, and only once it is durable.

use offsite::protocols::bytes::from_hex;
use offsite::protocols::jt808::frame::{Buffer, Frame};
use offsite::protocols::jt808::profile::Profile;
use telemetry::load::phone;
use telemetry::{Count, Cursor, Device};

use crate::world::{Client, LONG, SHORT, World, ack, dust, message, position, said};

/// What the standard has the platform send for a terminal's message, by its number: nothing, or the answer's number.
fn answer_of(id: u16, split: bool) -> Option<u16> {
    match id {
        0x0001 | 0x0104 | 0x0107 | 0x0201 | 0x0500 | 0x0608 | 0x0802 | 0x0805 => None,
        0x0004 => Some(0x8004),
        0x0100 => Some(0x8100),
        0x0801 if !split => Some(0x8800),
        _ => Some(0x8001),
    }
}

#[derive(serde::Deserialize)]
struct File {
    frame: Vec<Vector>,
}

#[derive(serde::Deserialize)]
struct Vector {
    id: String,
    kind: String,
    #[serde(default)]
    hex: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    profile: String,
    deviates: Vec<String>,
}

fn vectors(name: &str) -> Vec<Vector> {
    let path = format!("{}/../offsite/tests/data/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    toml::from_str::<File>(&std::fs::read_to_string(path).unwrap()).unwrap().frame
}

#[test]
fn real_frames_of_terminals_get_the_answers_of_the_standard_and_are_kept_as_they_came() {
    let mut world = World::new();
    world.start();
    let mut kept = Vec::new();
    let mut answered = 0;
    for vector in vectors("jt808").iter().filter(|v| v.kind == "good" && v.deviates.is_empty()) {
        let bytes = from_hex(&vector.hex).unwrap();
        // One of them has a delimiter within that was not escaped: on a line it is two pieces.
        if bytes[1..bytes.len() - 1].contains(&0x7e) {
            continue;
        }
        let mut room = Buffer::default();
        let head = Frame::open(&bytes, &mut room, Profile::named("strict").unwrap()).unwrap().head;
        let mut client = world.truck();
        client.send(&bytes);
        // A heartbeat behind it: its answer comes after whatever the frame was answered.
        client.send(&message(0x0002, head.phone, 7, &[]));
        let mut answers = Vec::new();
        loop {
            let answer = client.answer(LONG).unwrap();
            if answer.id == 0x8001 && answer.body == [0, 7, 0, 2, 0] {
                break;
            }
            answers.push(answer);
        }
        let wanted = answer_of(head.id, head.part.is_some());
        assert_eq!(answers.iter().map(|a| a.id).collect::<Vec<_>>(), Vec::from_iter(wanted), "{}", vector.id);
        if let Some(answer) = answers.first()
            && answer.id != 0x8800
            && answer.id != 0x8004
        {
            assert_eq!(answer.body[..2], head.serial.to_be_bytes(), "{}", vector.id);
            assert_eq!(answer.phone, head.phone);
            answered += 1;
        }
        if !matches!(head.id, 0x0002 | 0x0004 | 0x0102) && head.id < 0x8000 {
            kept.push((Device::jt808(head.phone.to_string()), bytes));
        }
    }
    assert!(answered > 30, "{answered}");
    world.stop();
    let (frames, _) = world.archive().after(Cursor::START, usize::MAX).unwrap();
    let found: Vec<_> = frames.into_iter().map(|f| ((*f.device).clone(), f.bytes)).collect();
    assert_eq!(found, kept);
}

#[test]
fn real_frames_of_monitors_are_kept_and_answered_where_they_ask() {
    let mut world = World::new();
    world.start();
    let (mut kept, mut asked) = (0, 0);
    for vector in vectors("hj212").iter().filter(|v| v.kind == "good" && v.profile.ends_with("2017")) {
        let field = |key: &str| {
            let from = vector.text.find(&format!("{key}="))? + key.len() + 1;
            Some(vector.text[from..].split(';').next()?.to_owned())
        };
        // Split parts and those whose CRC or length no field profile takes are judged elsewhere.
        let mut client = world.monitor();
        let before = world.count(Count::Malformed);
        client.send(format!("{}\r\n", vector.text).as_bytes());
        client.send(&dust("A1B2C3D4E5F6A1B2C3D4E5F6", 59, 5));
        let mut lines = Vec::new();
        loop {
            let line = client.line(LONG).unwrap();
            if line.contains("QN=20261125120059000;") {
                break;
            }
            lines.push(line);
        }
        if world.count(Count::Malformed) > before {
            continue;
        }
        kept += 1;
        let cn: u16 = field("CN").unwrap().parse().unwrap();
        let flag: u8 = field("Flag").and_then(|f| f.parse().ok()).unwrap_or(0);
        if flag & 1 == 1 && cn < 9000 {
            let answer = if cn < 2000 { "9013" } else { "9014" };
            assert_eq!(lines.len(), 1, "{}", vector.id);
            assert!(lines[0].contains(&format!("ST=91;CN={answer};")), "{}: {}", vector.id, lines[0]);
            assert!(lines[0].contains(&format!("QN={};", field("QN").unwrap())), "{}", vector.id);
            assert!(lines[0].contains(&format!("MN={};", field("MN").unwrap())), "{}", vector.id);
            asked += 1;
        } else {
            assert!(lines.is_empty(), "{}: {lines:?}", vector.id);
        }
    }
    assert!(kept >= 8 && asked > 1, "{kept} {asked}");
}

#[test]
fn frames_cut_anywhere_are_the_same_frames() {
    let mut world = World::new();
    world.start();
    let mut client = world.truck();
    let frames: Vec<Vec<u8>> = (0..40).map(|n| position(phone(3), n)).collect();
    let stream: Vec<u8> = frames.concat();
    let mut at = 0;
    for step in (1..).map(|n| n * 7 % 23 + 1) {
        let to = (at + step).min(stream.len());
        client.send(&stream[at..to]);
        // Each piece is read by itself.
        std::thread::sleep(std::time::Duration::from_millis(1));
        at = to;
        if at == stream.len() {
            break;
        }
    }
    for serial in 0..40 {
        assert_eq!(said(client.answer(LONG)), ack(phone(3), 0x0200, serial, 0));
    }
    world.stop();
    let (kept, _) = world.archive().after(Cursor::START, usize::MAX).unwrap();
    assert_eq!(kept.into_iter().map(|f| f.bytes).collect::<Vec<_>>(), frames);
}

#[test]
fn many_terminals_share_one_connection() {
    let mut world = World::new();
    world.start();
    let mut client = world.truck();
    let mut bytes = Vec::new();
    for serial in 0..3 {
        for terminal in 1..=50 {
            bytes.extend_from_slice(&position(phone(terminal), serial));
        }
    }
    client.send(&bytes);
    for serial in 0..3 {
        for terminal in 1..=50 {
            assert_eq!(said(client.answer(LONG)), ack(phone(terminal), 0x0200, serial, 0));
        }
    }
    world.stop();
    let (kept, _) = world.archive().after(Cursor::START, usize::MAX).unwrap();
    let of_seven = kept.iter().filter(|f| *f.device == Device::jt808("000000000007")).count();
    assert_eq!((kept.len(), of_seven), (150, 3));
}

#[test]
fn an_answer_for_a_connection_that_went_reaches_nobody_else() {
    let mut world = World::new();
    // The first commit is at once; everything after it waits long enough for a change of connections.
    world.config.linger.quiet = std::time::Duration::from_millis(700);
    world.start();
    let mut first = world.truck();
    first.send(&position(phone(1), 0));
    assert_eq!(said(first.answer(LONG)), ack(phone(1), 0x0200, 0, 0));
    first.send(&position(phone(1), 1));
    world.until(Count::Frames, 2);
    drop(first);
    world.until(Count::ClosedByPeer, 1);
    // It takes the slot of the first.
    let mut second = world.truck();
    world.until(Count::Accepted, 2);
    world.until(Count::Kept, 2);
    assert_eq!(second.answer(SHORT), None);
    assert_eq!(world.count(Count::AnswersDropped), 1);
    second.send(&position(phone(2), 5));
    assert_eq!(said(second.answer(LONG)), ack(phone(2), 0x0200, 5, 0));
}

#[test]
fn answers_wait_for_the_commit_and_stopping_gives_them_all() {
    let mut world = World::new();
    world.config.linger.quiet = std::time::Duration::from_secs(60);
    world.start();
    let mut client = world.truck();
    client.send(&position(phone(1), 0));
    assert!(client.answer(LONG).is_some(), "after a silence the first goes at once");
    client.send(&position(phone(1), 1));
    world.until(Count::Frames, 2);
    assert_eq!(client.answer(SHORT), None);
    assert_eq!(world.count(Count::Kept), 1);
    world.stop();
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 1, 0));
    assert!(client.is_closed());
}

#[test]
fn heartbeats_are_answered_and_make_no_row() {
    let mut world = World::new();
    world.start();
    let mut client: Client = world.truck();
    client.send(&message(0x0002, phone(9), 3, &[]));
    assert_eq!(said(client.answer(LONG)), ack(phone(9), 0x0002, 3, 0));
    assert_eq!((world.count(Count::Kept), world.count(Count::Commits)), (0, 0));
}
