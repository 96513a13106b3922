//! What a server must bear: storms, silence, rubbish, those who never read.

use std::io::Write as _;
use std::time::Duration;

use telemetry::load::phone;
use telemetry::{Count, Cursor};

use crate::world::{LONG, SHORT, World, ack, position, said};

#[test]
fn a_storm_is_neither_kept_nor_answered_and_ends_with_the_second() {
    let mut world = World::new();
    world.config.limits.storm = 10;
    world.config.limits.storm_factor = 3;
    world.start();
    let mut client = world.truck();
    let burst: Vec<u8> = (0..15).flat_map(|n| position(phone(1), n)).collect();
    client.send(&burst);
    for serial in 0..10 {
        assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, serial, 0));
    }
    assert_eq!(client.answer(SHORT), None);
    assert_eq!(world.count(Count::Storm), 5);
    // Another device is not held to account for it.
    let mut other = world.truck();
    other.send(&position(phone(2), 0));
    assert!(other.answer(LONG).is_some());
    world.set_now(crate::world::NOON + 1000);
    client.send(&position(phone(1), 10));
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, 10, 0));
    // Three times the limit within one second ends the connection.
    let flood: Vec<u8> = (0..60).flat_map(|n| position(phone(1), n)).collect();
    client.send(&flood);
    assert!(client.is_closed());
    assert_eq!(world.count(Count::ClosedStorm), 1);
}

#[test]
fn silence_closes_a_connection_and_half_a_frame_does_not_count_as_speech_for_ever() {
    let mut world = World::new();
    world.config.limits.idle = Duration::from_secs(1);
    world.start();
    let mut silent = world.truck();
    let mut half = world.truck();
    half.send(&position(phone(1), 0)[..20]);
    assert!(silent.is_closed());
    assert!(half.is_closed());
    world.until(Count::ClosedIdle, 2);
    world.until(Count::Junk, 0);
    assert_eq!(world.count(Count::Connections), 0);
}

#[test]
fn rubbish_closes_a_connection_by_its_bytes() {
    let mut world = World::new();
    world.config.limits.junk = 4096;
    world.start();
    let mut client = world.truck();
    // Less than the limit between two good frames is borne.
    for serial in 0..4 {
        client.send(&[0x55; 3000]);
        client.send(&position(phone(1), serial));
        assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, serial, 0));
    }
    let _ = client.stream.write_all(&[0x55; 5000]);
    assert!(client.is_closed());
    assert_eq!(world.count(Count::ClosedJunk), 1);
}

#[test]
fn malformed_frames_in_a_row_close_a_connection() {
    let mut world = World::new();
    world.config.limits.malformed = 5;
    world.start();
    let mut bad = position(phone(1), 0);
    bad[20] ^= 0x01;
    let mut client = world.truck();
    for serial in 0..3 {
        (0..4).for_each(|_| client.send(&bad));
        client.send(&position(phone(1), serial));
        assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, serial, 0));
    }
    assert_eq!(world.count(Count::Malformed), 12);
    (0..5).for_each(|_| client.send(&bad));
    assert!(client.is_closed());
    assert_eq!(world.count(Count::ClosedMalformed), 1);
    world.stop();
    assert_eq!(world.archive().after(Cursor::START, 100).unwrap().0.len(), 3, "no malformed frame is kept");
}

#[test]
fn connections_over_the_limit_are_closed_as_they_come() {
    let mut world = World::new();
    world.config.limits.connections = 2;
    world.start();
    let held = (world.truck(), world.truck());
    world.until(Count::Connections, 2);
    assert!(world.truck().is_closed());
    assert_eq!(world.count(Count::ConnectionsRefused), 1);
    drop(held);
    world.until(Count::ClosedByPeer, 2);
    let mut again = world.truck();
    again.send(&position(phone(1), 0));
    assert!(again.answer(LONG).is_some());
}

#[test]
fn whoever_never_reads_its_answers_is_not_read_from_and_costs_no_memory() {
    let mut world = World::new();
    world.config.limits.unread = 16 * 1024;
    world.config.limits.idle = Duration::from_secs(3);
    world.start();
    let client = world.truck();
    client.stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let burst: Vec<u8> = (0..1000).flat_map(|n| position(phone(1), n)).collect();
    // Both kernels' buffers take some megabytes; then nothing more is taken, or the line is closed.
    let mut sent = 0;
    while sent < 200 << 20 {
        match (&client.stream).write(&burst) {
            Ok(count) => sent += count,
            Err(_) => break,
        }
    }
    assert!(sent < 200 << 20, "the server reads on and on");
    world.until(Count::Connections, 0);
    let closed = world.count(Count::ClosedUnread) + world.count(Count::ClosedIdle) + world.count(Count::ClosedByPeer);
    let begun = std::time::Instant::now();
    while world.count(Count::Connections) > 0 {
        assert!(begun.elapsed() < LONG, "it stays for ever ({closed})");
        std::thread::sleep(Duration::from_millis(10));
    }
    // Others are served all the while.
    let mut other = world.truck();
    other.send(&position(phone(2), 0));
    assert!(other.answer(LONG).is_some());
}

#[test]
fn a_reader_that_takes_its_answers_late_gets_them_all_in_order() {
    let mut world = World::new();
    world.config.limits.unread = 64 << 20;
    world.start();
    let mut client = world.truck();
    let count = 60_000_u32;
    let writer = client.stream.try_clone().unwrap();
    let sender = std::thread::spawn(move || {
        for serial in 0..count {
            (&writer).write_all(&position(phone(1), serial as u16)).unwrap();
        }
    });
    std::thread::sleep(Duration::from_millis(300));
    for serial in 0..count {
        assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, serial as u16, 0), "{serial}");
    }
    sender.join().unwrap();
}

#[test]
fn too_much_waiting_for_the_commit_pauses_reading_and_loses_nothing() {
    let mut world = World::new();
    world.config.limits.open = 20_000;
    world.config.linger.quiet = Duration::from_millis(300);
    world.config.linger.crowd = usize::MAX;
    world.start();
    let mut client = world.truck();
    let burst: Vec<u8> = (0..3000).flat_map(|n| position(phone(1), n)).collect();
    client.send(&burst);
    for serial in 0..3000 {
        assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0200, serial, 0));
    }
    assert!(world.count(Count::Paused) > 0);
}

/// Numbers that look random and are the same in every run.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn no_bytes_bring_it_down() {
    let mut world = World::new();
    world.config.limits.malformed = u16::MAX;
    world.config.limits.junk = u32::MAX;
    world.start();
    let mut state = 20_261_125;
    for kind in 0..2 {
        let mut client = if kind == 0 { world.truck() } else { world.monitor() };
        // Answers are read by nobody here, and thrown away.
        let mut drain = client.stream.try_clone().unwrap();
        let drained = std::thread::spawn(move || std::io::copy(&mut drain, &mut std::io::sink()));
        for _ in 0..4000 {
            let mut bytes = match (kind, next(&mut state) % 3) {
                (0, 0) => crate::world::message(next(&mut state) as u16, phone(1), 1, &next(&mut state).to_be_bytes()),
                (0, _) => position(phone((next(&mut state) % 5) as u32), next(&mut state) as u16),
                _ => crate::world::dust("A1B2C3D4E5F6A1B2C3D4E5F6", (next(&mut state) % 60) as u8, 5),
            };
            for _ in 0..next(&mut state) % 4 {
                let at = next(&mut state) as usize % bytes.len();
                match next(&mut state) % 3 {
                    0 => bytes[at] = next(&mut state) as u8,
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, [0x7e, 0x7d, b'#', b'&', b'\r'][next(&mut state) as usize % 5]),
                }
            }
            client.send(&bytes);
        }
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        drained.join().unwrap().unwrap();
    }
    assert!(world.handle().is_serving());
    world.until(Count::Malformed, 100);
    world.until(Count::Kept, 1000);
    let mut client = world.truck();
    client.send(&position(phone(9), 1));
    assert_eq!(said(client.answer(LONG)), ack(phone(9), 0x0200, 1, 0));
    let day = telemetry::day_of(crate::world::NOON);
    assert_eq!(world.archive().verify(day).unwrap().broken, []);
}

/// A register that fails on one device, as a fault of the program would.
struct Faulty;

impl telemetry::Devices for Faulty {
    fn standing(&self, device: &telemetry::Device) -> telemetry::Standing {
        assert!(device.key != "000000000013", "a fault of the program");
        telemetry::Standing::Known
    }

    fn register(
        &self,
        _: &telemetry::Device,
        _: &offsite::protocols::jt808::up::Register<'_>,
    ) -> telemetry::Registration {
        telemetry::Registration::NoTerminal
    }

    fn authenticate(&self, _: &telemetry::Device, _: &str) -> bool {
        false
    }
}

#[test]
fn a_fault_of_the_program_stops_it_visibly() {
    let mut world = World::of(std::sync::Arc::new(Faulty));
    world.start();
    let mut client = world.truck();
    client.send(&position(phone(1), 1));
    assert!(client.answer(LONG).is_some());
    client.send(&position(phone(13), 1));
    assert!(client.is_closed());
    let begun = std::time::Instant::now();
    while world.handle().is_serving() {
        assert!(begun.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(5));
    }
}
