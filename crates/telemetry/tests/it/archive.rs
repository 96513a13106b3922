//! What is kept: read on, found, verified, witnessed, let go.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::date;
use telemetry::load::phone;
use telemetry::{Broken, ClosedBatch, Count, Cursor, Device, Fault, Frame, Window, Witness, file_name};

use crate::world::{Client, LONG, NOON, World, dust, position};

/// Midnight after [`NOON`].
const MIDNIGHT: i64 = NOON + 12 * 3600 * 1000;

/// Sends positions `range` of a terminal and waits for every answer.
fn send(world: &World, number: u32, range: std::ops::Range<u16>) {
    let mut client = world.truck();
    for serial in range {
        client.send(&position(phone(number), serial));
        client.answer(LONG).unwrap();
    }
}

fn all(world: &World) -> Vec<Frame> {
    world.archive().after(Cursor::START, usize::MAX).unwrap().0
}

#[test]
fn at_midnight_a_new_file_begins_and_the_old_one_is_closed() {
    let mut world = World::new();
    world.start();
    world.set_now(MIDNIGHT - 1);
    send(&world, 1, 0..3);
    world.set_now(MIDNIGHT);
    send(&world, 1, 3..5);
    // The clock is set back: nothing goes into a day that is over.
    world.set_now(MIDNIGHT - 5000);
    send(&world, 1, 5..6);
    world.stop();
    let archive = world.archive();
    assert_eq!(archive.days().unwrap(), [date(2026, 11, 25), date(2026, 11, 26)]);
    let frames = all(&world);
    assert_eq!(frames.iter().map(|f| f.place.day.day()).collect::<Vec<_>>(), [25, 25, 25, 26, 26, 26]);
    assert_eq!(frames[5].received, MIDNIGHT - 5000, "the time is told as it was");
    let batches = archive.closed_batches(100).unwrap();
    assert_eq!(batches.len(), 1, "the day that is over has a batch of all its blocks");
    assert_eq!((batches[0].day, batches[0].frames), (date(2026, 11, 25), 3));
    assert_eq!(batches[0].last, frames[2].place.block);
    // A device's frames over midnight, in order of receipt, also the one in the later file.
    let device = Device::jt808("000000000001");
    let window = Window { device, from: MIDNIGHT - 6000, to: MIDNIGHT, most: 100 };
    let find = |window: &Window| archive.frames(window).unwrap().iter().map(|f| f.received).collect::<Vec<_>>();
    assert_eq!(find(&window), [MIDNIGHT - 5000, MIDNIGHT - 1, MIDNIGHT - 1, MIDNIGHT - 1]);
    assert_eq!(find(&Window { to: MIDNIGHT - 4000, ..window.clone() }), [MIDNIGHT - 5000]);
}

#[test]
fn a_restart_goes_on_in_the_same_file_and_with_the_same_batch() {
    let mut world = World::new();
    world.start();
    send(&world, 1, 0..4);
    world.stop();
    let first = all(&world);
    world.start();
    send(&world, 2, 0..2);
    send(&world, 1, 4..6);
    world.set_now(NOON + 61_000);
    send(&world, 1, 6..7);
    world.stop();
    let frames = all(&world);
    assert_eq!(frames[..4], first[..]);
    assert_eq!(frames.len(), 9);
    let blocks: BTreeSet<i64> = frames.iter().map(|f| f.place.block).collect();
    assert_eq!(blocks.iter().copied().collect::<Vec<_>>(), (1..=blocks.len() as i64).collect::<Vec<_>>(), "no gap");
    let batches = world.archive().closed_batches(10).unwrap();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].first, batches[0].frames), (1, 9), "blocks before the restart are in it");
    assert_eq!(world.archive().verify(date(2026, 11, 25)).unwrap().broken, []);
}

#[test]
fn a_cursor_gives_each_frame_once_while_writing_goes_on() {
    let mut world = World::new();
    let (mut feed, stop) = {
        let handle = world.start();
        (handle.feed(Cursor::START), Arc::new(AtomicBool::new(false)))
    };
    let reader = {
        let stop = Arc::clone(&stop);
        std::thread::spawn(move || {
            let mut seen = Vec::new();
            loop {
                let over = stop.load(Ordering::SeqCst);
                let frames = feed.next(7, Duration::from_millis(20)).unwrap();
                if frames.is_empty() && over {
                    return (seen, feed.cursor());
                }
                seen.extend(frames.into_iter().map(|f| f.bytes));
            }
        })
    };
    let mut sent = Vec::new();
    for round in 0..3_u16 {
        // Two of the days end in between.
        world.set_now(NOON + i64::from(round) * 86_400_000);
        let senders: Vec<_> = (1..=4)
            .map(|number| {
                let mut client = world.truck();
                std::thread::spawn(move || {
                    let range = round * 1000..round * 1000 + 300;
                    let frames: Vec<Vec<u8>> = range.map(|serial| position(phone(number), serial)).collect();
                    for chunk in frames.chunks(5) {
                        client.send(&chunk.concat());
                        chunk.iter().for_each(|_| drop(client.answer(LONG).unwrap()));
                    }
                    frames
                })
            })
            .collect();
        senders.into_iter().for_each(|sender| sent.extend(sender.join().unwrap()));
    }
    stop.store(true, Ordering::SeqCst);
    let (mut seen, cursor) = reader.join().unwrap();
    assert_eq!(cursor, world.handle().latest());
    assert_eq!(seen.len(), 3600);
    seen.sort();
    sent.sort();
    assert_eq!(seen, sent);
}

#[test]
fn verify_names_the_block_that_was_changed() {
    let mut world = World::new();
    world.config.batch = (1, 60_000);
    world.start();
    send(&world, 1, 0..5);
    world.stop();
    let day = date(2026, 11, 25);
    let archive = world.archive();
    let clean = archive.verify(day).unwrap();
    assert_eq!((clean.frames, clean.broken.len()), (5, 0));
    let frames = all(&world);
    let place = frames[2].place;
    let db = rusqlite::Connection::open(world.folder.path().join(file_name(day))).unwrap();
    let change = |sql: &str| assert_eq!(db.execute(sql, [place.block]).unwrap(), 1);
    let raw: Vec<u8> = db.query_row("SELECT raw FROM blocks WHERE id = ?1", [place.block], |r| r.get(0)).unwrap();
    // One bit of the latitude.
    let mut changed = raw.clone();
    changed[20] ^= 1;
    db.execute("UPDATE blocks SET raw = ?2 WHERE id = ?1", rusqlite::params![place.block, changed]).unwrap();
    assert_eq!(archive.verify(day).unwrap().broken, [Broken::Digest(place.block)]);
    assert_eq!(archive.fetch(&place), Err(Fault::Broken { day, block: place.block }));
    assert!(archive.fetch(&frames[1].place).is_ok());
    // Whoever makes the digest fit as well has the batch against him.
    let index: Vec<u8> = db.query_row("SELECT ix FROM blocks WHERE id = ?1", [place.block], |r| r.get(0)).unwrap();
    use sha2::Digest as _;
    let digest = sha2::Sha256::new().chain_update(&index).chain_update(&changed).finalize();
    db.execute("UPDATE blocks SET digest = ?2 WHERE id = ?1", rusqlite::params![place.block, &digest[..]]).unwrap();
    let broken = archive.verify(day).unwrap().broken;
    assert!(matches!(broken[..], [Broken::Batch(_)]), "{broken:?}");
    change("DELETE FROM blocks WHERE id = ?1");
    assert!(archive.verify(day).unwrap().broken.contains(&Broken::Gap(place.block)));
}

#[test]
fn old_days_go_and_what_is_evidence_stays() {
    let mut world = World::new();
    world.start();
    send(&world, 1, 0..3);
    send(&world, 2, 0..3);
    world.set_now(NOON + 86_400_000);
    send(&world, 1, 3..5);
    world.stop();
    let archive = world.archive();
    let day = date(2026, 11, 25);
    let frames = all(&world);
    let evidence = frames.iter().find(|f| f.device.key == "000000000002").unwrap();
    archive.pin(day, evidence.place.block).unwrap();
    archive.pin(day, evidence.place.block).unwrap();
    assert!(archive.is_pinned(day, evidence.place.block).unwrap());
    assert_eq!(archive.pin(day, 9999), Err(Fault::Missing));
    // Two days are kept: both stay on the second day, the first is over on the third.
    assert_eq!(archive.retain(date(2026, 11, 26), 2, false).unwrap().deleted, []);
    // The journal has not got the first day's batches.
    let kept = archive.retain(date(2026, 11, 27), 2, true).unwrap();
    assert_eq!((kept.deleted, kept.waiting), (vec![], vec![day]));
    for batch in archive.closed_batches(10).unwrap() {
        archive.witnessed(&batch).unwrap();
    }
    assert_eq!(archive.retain(date(2026, 11, 27), 2, true).unwrap().deleted, [day]);
    assert_eq!(archive.days().unwrap(), [date(2026, 11, 26)]);
    assert_eq!(archive.fetch(&evidence.place).unwrap(), *evidence);
    let other = frames.iter().find(|f| f.place.block != evidence.place.block && f.place.day == day).unwrap();
    assert_eq!(archive.fetch(&other.place), Err(Fault::Missing));
}

#[test]
fn it_is_noted_from_where_a_device_reports() {
    use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
    let mut world = World::new();
    let port = world.start().addresses()[0].port();
    let send_from = |world: &World, last: u8, serial| {
        use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
        let line = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&line, &SocketAddrV4::new(Ipv4Addr::new(127, 0, 0, last), 0)).unwrap();
        connect(&line, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).unwrap();
        let mut client = Client::over(line.into());
        client.send(&position(phone(1), serial));
        client.answer(LONG).unwrap();
        world.now.fetch_add(1000, Ordering::SeqCst);
    };
    let address = |last| IpAddr::from([127, 0, 0, last]);
    send_from(&world, 1, 0);
    send_from(&world, 1, 1);
    // Within a minute after it was noted, a change is not.
    send_from(&world, 2, 2);
    world.set_now(NOON + 70_000);
    send_from(&world, 2, 3);
    world.set_now(NOON + 140_000);
    send_from(&world, 1, 4);
    world.set_now(MIDNIGHT);
    send_from(&world, 1, 5);
    world.stop();
    let device = Device::jt808("000000000001");
    let found = world.archive().addresses(date(2026, 11, 25), &device).unwrap();
    let wanted = [(NOON, address(1)), (NOON + 70_000, address(2)), (NOON + 140_000, address(1))];
    assert_eq!(found, wanted);
    let found = world.archive().addresses(date(2026, 11, 26), &device).unwrap();
    assert_eq!(found, [(MIDNIGHT, address(1))], "each day says it anew");
}

#[test]
fn a_damaged_day_keeps_nothing_else_back() {
    let mut world = World::new();
    world.start();
    send(&world, 1, 0..2);
    world.set_now(NOON + 86_400_000);
    send(&world, 1, 2..4);
    world.set_now(NOON + 2 * 86_400_000);
    send(&world, 1, 4..5);
    world.stop();
    let first = date(2026, 11, 25);
    std::fs::write(world.folder.path().join(file_name(first)), [7; 9000]).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(world.folder.path().join(file_name(first) + end));
    }
    world.start();
    send(&world, 1, 5..6);
    let archive = world.archive();
    assert_eq!(archive.closed_batches(10).unwrap().iter().map(|b| b.day).collect::<Vec<_>>(), [date(2026, 11, 26)]);
    assert!(archive.verify(first).is_err());
    assert_eq!(archive.after(Cursor::before(date(2026, 11, 26)), 100).unwrap().0.len(), 4);
    let retained = archive.retain(date(2026, 11, 28), 1, true).unwrap();
    assert_eq!(retained.waiting, [first, date(2026, 11, 26), date(2026, 11, 27)]);
    world.stop();
}

/// Takes batches, refusing when told.
#[derive(Default)]
struct Journal {
    taken: Mutex<Vec<ClosedBatch>>,
    refuses: AtomicBool,
}

impl Witness for Journal {
    fn witness(&self, batch: &ClosedBatch) -> Result<(), String> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err("日志暂停".into());
        }
        self.taken.lock().unwrap().push(*batch);
        Ok(())
    }
}

#[test]
fn every_block_is_in_one_batch_and_the_journal_gets_each_once() {
    let mut world = World::new();
    world.config.batch = (2, 60_000);
    let journal = Arc::new(Journal::default());
    journal.refuses.store(true, Ordering::SeqCst);
    world.config.witness = Some(Arc::clone(&journal) as Arc<dyn Witness>);
    world.start();
    send(&world, 1, 0..8);
    assert!(!world.archive().closed_batches(10).unwrap().is_empty());
    journal.refuses.store(false, Ordering::SeqCst);
    let begun = std::time::Instant::now();
    while !world.archive().closed_batches(10).unwrap().is_empty() {
        assert!(begun.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(10));
    }
    world.set_now(MIDNIGHT);
    send(&world, 1, 8..9);
    world.stop();
    world.archive().hand_over(&*journal).unwrap();
    let taken = journal.taken.lock().unwrap().clone();
    let mut next = 1;
    for batch in taken.iter().filter(|b| b.day == date(2026, 11, 25)) {
        assert_eq!(batch.first, next, "no gap and no overlap");
        assert_eq!(batch.blocks, (batch.last - batch.first + 1) as u64);
        next = batch.last + 1;
    }
    let frames = all(&world);
    let last = frames.iter().filter(|f| f.place.day == date(2026, 11, 25)).map(|f| f.place.block).max().unwrap();
    assert_eq!(next, last + 1, "none is left out");
    // The digest as it is written down for others (docs/day-files.md), made here by hand.
    use sha2::{Digest as _, Sha256};
    for batch in taken {
        let mut inner = Sha256::new();
        for block in batch.first..=batch.last {
            let at = |f: &&Frame| f.place.day == batch.day && f.place.block == block;
            inner.update(frames.iter().find(at).unwrap().place.digest);
        }
        let mut outer = Sha256::new();
        outer.update(format!("{:04}-{:02}-{:02}", batch.day.year(), batch.day.month(), batch.day.day()));
        outer.update(batch.first.to_le_bytes());
        outer.update(batch.last.to_le_bytes());
        outer.update(inner.finalize());
        assert_eq!(outer.finalize()[..], batch.digest);
    }
}

#[test]
fn a_time_and_a_device_find_their_frames_among_others() {
    let mut world = World::new();
    world.start();
    let mut monitor = world.monitor();
    let mn = "A1B2C3D4E5F6A1B2C3D4E5F6";
    for minute in 0..6 {
        world.set_now(NOON + minute * 60_000);
        // Terminals 1 and 65 have the same bit.
        (1..=65).for_each(|n| send(&world, n, minute as u16..minute as u16 + 1));
        monitor.send(&dust(mn, minute as u8, 5));
        monitor.line(LONG).unwrap();
    }
    let find = |device: Device, from: i64, to: i64, most| {
        world.archive().frames(&Window { device, from: NOON + from * 60_000, to: NOON + to * 60_000, most }).unwrap()
    };
    let found = find(Device::jt808("000000000065"), 1, 4, 100);
    assert_eq!(found.iter().map(|f| (f.received - NOON) / 60_000).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(found[0].bytes, position(phone(65), 1));
    assert_eq!(find(Device::jt808("000000000065"), 0, 6, 2).len(), 2);
    let found = find(Device::hj212(mn), 0, 3, 100);
    let sent = dust(mn, 2, 5);
    assert_eq!(found[2].bytes, sent[..sent.len() - 2], "without the line's end");
    // The same letters under the other protocol are another device.
    assert!(find(Device::jt808(mn), 0, 6, 100).is_empty());
    assert!(find(Device::jt808("000000000066"), 0, 6, 100).is_empty());
    assert_eq!(world.count(Count::Kept), 6 * 66);
}
