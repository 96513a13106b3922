//! Registration, authentication, and devices nobody knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use offsite::protocols::jt808::up::Register;
use telemetry::load::phone;
use telemetry::{Count, Cursor, Device, Devices, Registration, Standing, Unknown};

use crate::world::{LONG, SHORT, World, ack, dust, message, position, said};

/// Terminal 1 and monitor A are registered, terminal 3 is barred; terminal 2 becomes known with the second version.
struct Some1 {
    version: AtomicU64,
}

const MONITOR: &str = "A1B2C3D4E5F6A1B2C3D4E5F6";

impl Devices for Some1 {
    fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    fn standing(&self, device: &Device) -> Standing {
        let later = self.version() > 0;
        match device.key.as_str() {
            "000000000001" | MONITOR => Standing::Known,
            "000000000002" if later => Standing::Known,
            "000000000003" => Standing::Barred,
            _ => Standing::Unknown,
        }
    }

    fn register(&self, _: &Device, says: &Register<'_>) -> Registration {
        if says.plate.to_string() == "沪A12345" { Registration::Done("CODE1".into()) } else { Registration::NoVehicle }
    }

    fn authenticate(&self, _: &Device, code: &str) -> bool {
        code == "CODE1"
    }

    fn password(&self, _: &Device, password: &[u8]) -> bool {
        password == b"123456"
    }
}

/// A registration of 2013: province, city, maker 5, model 20, terminal 7, colour, plate in GBK.
fn registration(plate: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 31, 0, 118];
    body.extend_from_slice(b"MAKER");
    body.extend_from_slice(&[b'M'; 20]);
    body.extend_from_slice(b"TERM001");
    body.push(2);
    body.extend_from_slice(plate);
    body
}

/// 沪A12345 in GBK.
const PLATE: &[u8] = b"\xbb\xa6A12345";

fn world() -> (World, Arc<Some1>) {
    let register = Arc::new(Some1 { version: AtomicU64::new(0) });
    (World::of(Arc::clone(&register) as Arc<dyn Devices>), register)
}

#[test]
fn a_terminal_registers_authenticates_and_then_reports_on_that_connection_only() {
    let (mut world, _) = world();
    world.config.listeners[0].authentication = true;
    world.start();
    let mut client = world.truck();
    client.send(&position(phone(1), 0));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 0, 1), "not before it has authenticated");
    client.send(&message(0x0100, phone(1), 1, &registration(b"\xbb\xa6B00000")));
    assert_eq!(said(client.answer(LONG)), (0x8100, phone(1), vec![0, 1, 2]));
    client.send(&message(0x0100, phone(1), 2, &registration(PLATE)));
    assert_eq!(said(client.answer(LONG)), (0x8100, phone(1), b"\x00\x02\x00CODE1".to_vec()));
    client.send(&message(0x0102, phone(1), 3, b"WRONG"));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0102, 3, 1));
    client.send(&position(phone(1), 4));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 4, 1));
    client.send(&message(0x0102, phone(1), 5, b"CODE1"));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0102, 5, 0));
    client.send(&position(phone(1), 6));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 6, 0));
    // Whoever only knows the number cannot speak for it.
    let mut thief = world.truck();
    thief.send(&position(phone(1), 7));
    assert_eq!(said(thief.answer(LONG)), ack(phone(1), 0x0200, 7, 1));
    // Nor does it get what is meant for the terminal.
    let message = telemetry::Message::Jt808(offsite::protocols::jt808::down::Down::ReadLocation);
    world.handle().ask(telemetry::Request { device: Device::jt808("000000000001"), message });
    assert_eq!(client.answer(LONG).unwrap().id, 0x8201);
    assert_eq!((world.count(Count::Unauthenticated), world.count(Count::WrongCode)), (3, 1));
    world.stop();
    let (kept, _) = world.archive().after(Cursor::START, 100).unwrap();
    assert_eq!(kept.len(), 3, "two registrations and one position");
    let secret = |f: &telemetry::Frame| f.bytes.windows(5).any(|w| w == b"CODE1");
    assert!(!kept.iter().any(secret), "no code is kept");
}

#[test]
fn unknown_devices_are_refused_or_marked_and_barred_ones_refused() {
    for policy in [Unknown::Refuse, Unknown::Mark] {
        let (mut world, register) = world();
        world.config.listeners.iter_mut().for_each(|l| l.unknown = policy);
        world.start();
        let marked = policy == Unknown::Mark;
        let mut client = world.truck();
        client.send(&position(phone(2), 0));
        assert_eq!(said(client.answer(LONG)), ack(phone(2), 0x0200, 0, if marked { 0 } else { 1 }));
        client.send(&position(phone(3), 0));
        assert_eq!(said(client.answer(LONG)), ack(phone(3), 0x0200, 0, 1));
        let mut monitor = world.monitor();
        monitor.send(&dust("FFFFFFFFFFFFFFFFFFFFFFFF", 1, 5));
        assert_eq!(monitor.line(if marked { LONG } else { SHORT }).is_some(), marked);
        // The register learns of terminal 2.
        register.version.store(1, Ordering::SeqCst);
        client.send(&position(phone(2), 1));
        assert_eq!(said(client.answer(LONG)), ack(phone(2), 0x0200, 1, 0));
        let counted = if marked { Count::UnknownMarked } else { Count::UnknownRefused };
        assert_eq!((world.count(counted), world.count(Count::Barred)), (2, 1));
        world.stop();
        let (kept, _) = world.archive().after(Cursor::START, 100).unwrap();
        let marks: Vec<bool> = kept.iter().map(|f| f.is_of_unknown()).collect();
        assert_eq!(marks, if marked { vec![true, true, false] } else { vec![false] });
    }
}

#[test]
fn made_up_numbers_fill_no_table_and_keep_no_registered_terminal_out() {
    let (mut world, _) = world();
    world.config.listeners[0].unknown = Unknown::Mark;
    world.config.limits.unknown_devices = 3;
    world.start();
    let mut client = world.truck();
    for number in 100..110 {
        client.send(&position(phone(number), 0));
        let taken = number < 103;
        assert_eq!(said(client.answer(LONG)), ack(phone(number), 0x0200, 0, if taken { 0 } else { 1 }));
    }
    client.send(&position(phone(1), 0));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 0, 0));
    assert_eq!(world.count(Count::TooManyUnknown), 7);
}

#[test]
fn a_monitor_is_answered_only_where_it_asks_and_only_with_its_password() {
    let (mut world, _) = world();
    world.start();
    let mut monitor = world.monitor();
    monitor.send(&dust(MONITOR, 1, 4));
    monitor.send(&dust(MONITOR, 2, 5));
    let wrong = String::from_utf8(dust(MONITOR, 3, 5)).unwrap().replace("PW=123456", "PW=654321");
    // The CRC again, over what was changed.
    let segment = &wrong[6..wrong.len() - 6];
    let crc = offsite::protocols::hj212::crc::crc(segment.as_bytes());
    monitor.send(format!("##{:04}{segment}{crc:04X}\r\n", segment.len()).as_bytes());
    monitor.send(&dust(MONITOR, 4, 5));
    // ST 91, CN 9014, Flag 4 (2017, no answer wanted), CP empty (HJ 212-2017, C.3).
    for second in [2, 4] {
        let line = monitor.line(LONG).unwrap();
        let segment = format!("QN=202611251200{second:02}000;ST=91;CN=9014;PW=123456;MN={MONITOR};Flag=4;CP=&&&&");
        assert_eq!(&line[..line.len() - 4], format!("##{:04}{segment}", segment.len()));
    }
    assert_eq!(world.count(Count::WrongCode), 1);
    world.until(Count::Kept, 3);
}
