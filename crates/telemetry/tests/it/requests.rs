//! Requests to devices, matched with their answers.

use std::time::Instant;

use offsite::protocols::hj212::request::Request as Ask;
use offsite::protocols::jt808::down::Down;
use telemetry::load::phone;
use telemetry::{Device, Message, Outcome, Request};

use crate::world::{LONG, World, dust, message, position};

fn outcome(world: &World, number: u64) -> Outcome {
    let begun = Instant::now();
    loop {
        if let Some((_, outcome)) = world.handle().outcomes().into_iter().find(|(n, _)| *n == number) {
            return outcome;
        }
        assert!(begun.elapsed() < LONG, "no outcome");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn a_terminal_is_asked_and_its_answer_is_matched() {
    let mut world = World::new();
    world.start();
    let ask = |down| Request { device: Device::jt808("000000000001"), message: Message::Jt808(down) };
    let absent = world.handle().ask(ask(Down::ReadLocation));
    assert_eq!(outcome(&world, absent), Outcome::Unreachable);
    let mut client = world.truck();
    client.send(&position(phone(1), 0));
    client.answer(LONG).unwrap();
    // Parameters are set: the general answer ends it.
    let set = world.handle().ask(ask(Down::SetParameters(vec![(1, vec![0, 0, 0, 30])])));
    let asked = client.answer(LONG).unwrap();
    assert_eq!(asked.id, 0x8103);
    let general = |serial: u16, id: u16, result: u8| {
        let mut body = serial.to_be_bytes().to_vec();
        body.extend_from_slice(&id.to_be_bytes());
        body.push(result);
        body
    };
    client.send(&message(0x0001, phone(1), 1, &general(asked.serial.wrapping_add(9), 0x8103, 0)));
    client.send(&message(0x0001, phone(1), 2, &general(asked.serial, 0x8103, 0)));
    assert_eq!(outcome(&world, set), Outcome::Done);
    // A question is answered by its own message, not by "received".
    let read = world.handle().ask(ask(Down::ReadLocation));
    let asked = client.answer(LONG).unwrap();
    assert_eq!(asked.id, 0x8201);
    client.send(&message(0x0001, phone(1), 3, &general(asked.serial, 0x8201, 0)));
    std::thread::sleep(crate::world::SHORT);
    assert!(world.handle().outcomes().is_empty());
    let mut body = asked.serial.to_be_bytes().to_vec();
    body.extend_from_slice(&[0; 28]);
    client.send(&message(0x0201, phone(1), 4, &body));
    assert_eq!(outcome(&world, read), Outcome::Done);
    let refused = world.handle().ask(ask(Down::Control { command: 4, arguments: Vec::new() }));
    let asked = client.answer(LONG).unwrap();
    client.send(&message(0x0001, phone(1), 5, &general(asked.serial, 0x8105, 3)));
    assert_eq!(outcome(&world, refused), Outcome::Refused(3));
}

#[test]
fn a_monitor_takes_a_request_up_and_carries_it_out() {
    let mut world = World::new();
    world.start();
    let mn = "A1B2C3D4E5F6A1B2C3D4E5F6";
    let mut monitor = world.monitor();
    monitor.send(&dust(mn, 1, 5));
    monitor.line(LONG).unwrap();
    let answer = |qn: &str, cn: u16, cp: &str| {
        let segment = format!("QN={qn};ST=91;CN={cn};PW=123456;MN={mn};Flag=4;CP=&&{cp}&&");
        let crc = offsite::protocols::hj212::crc::crc(segment.as_bytes());
        format!("##{:04}{segment}{crc:04X}\r\n", segment.len())
    };
    let ask = || {
        world.handle().ask(Request {
            device: Device::hj212(mn),
            message: Message::Hj212 { request: Ask::SetRealtimeInterval(60), st: "39".into(), pw: "123456".into() },
        })
    };
    let number = ask();
    let line = monitor.line(LONG).unwrap();
    assert!(line.contains("ST=39;CN=1062;PW=123456;") && line.contains("CP=&&RtdInterval=60&&"), "{line}");
    // 2026-11-25 12:00:00, the clock of this world.
    let qn = "20261125120000000";
    assert!(line.contains(&format!("QN={qn};")), "{line}");
    monitor.send(answer(qn, 9011, "QnRtn=1").as_bytes());
    monitor.send(answer(qn, 9012, "ExeRtn=1").as_bytes());
    assert_eq!(outcome(&world, number), Outcome::Done);
    let number = ask();
    let line = monitor.line(LONG).unwrap();
    // No two requests have the same number, also within one millisecond.
    assert!(line.contains("QN=20261125120000001;"), "{line}");
    monitor.send(answer("20261125120000001", 9011, "QnRtn=3").as_bytes());
    assert_eq!(outcome(&world, number), Outcome::Refused(3));
}

#[test]
fn a_request_without_an_answer_is_sent_again_the_same_and_given_up() {
    let mut world = World::new();
    world.config.limits.answer = std::time::Duration::from_millis(50);
    world.start();
    let mut client = world.truck();
    client.send(&position(phone(1), 0));
    client.answer(LONG).unwrap();
    let message = Message::Jt808(Down::ReadLocation);
    let number = world.handle().ask(Request { device: Device::jt808("000000000001"), message });
    let first = client.answer(LONG).unwrap();
    assert_eq!(client.answer(LONG).unwrap(), first, "number and all, so that the terminal knows it is the same");
    assert_eq!(client.answer(LONG).unwrap(), first);
    assert_eq!(outcome(&world, number), Outcome::TimedOut);
    assert_eq!(client.answer(crate::world::SHORT), None);
    assert_eq!(world.count(telemetry::Count::RequestsSent), 3);
}
