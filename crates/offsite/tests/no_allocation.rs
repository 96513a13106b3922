//! Reading frames allocates nothing once the reader's arrays have grown: counted by an allocator of its own.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use offsite::protocols::hj212::frame::{Limits, scan as scan_hj212};
use offsite::protocols::hj212::profile::Profile as Hj212Profile;
use offsite::protocols::hj212::segment::Reader;
use offsite::protocols::jt808::Tolerances;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, Style, scan, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::location::Location;
use offsite::protocols::jt808::profile::Profile;
use offsite::protocols::jt808::signals::Works;
use offsite::protocols::jt808::up::Up;
use offsite::protocols::stream::Stream;

struct Counting;

thread_local! {
    /// Of this thread alone: the harness's own threads allocate when they like.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    let _ = ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
}

#[allow(unsafe_code, reason = "an allocator can be written in no other way, and this one is for a test")]
// SAFETY: every call goes unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn reading_frames_allocates_nothing() {
    let dust = "QN=20240501120000000;ST=39;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20240501120000;\
        a34001-Rtd=67.04,a34001-Flag=N;a34002-Rtd=53.0,a34002-Flag=N;LA-Rtd=61.2,LA-Flag=N&&";
    let dust =
        format!("##{:04}{dust}{:04X}\r\n", dust.len(), offsite::protocols::hj212::crc::crc(dust.as_bytes())).repeat(4);
    let mut location = Vec::new();
    Location {
        alarm: 0,
        status: 3,
        latitude: 31_000_000,
        longitude: 121_000_000,
        altitude: 4,
        speed: 0x7e,
        direction: 0x7d,
        time: Some(jiff::civil::date(2026, 3, 1).at(1, 2, 3, 0)),
    }
    .write(&mut location);
    location.extend_from_slice(&[1, 4, 0, 0, 0x7e, 0, 0x30, 1, 20, 0x31, 1, 9, 0xE6, 3, 6, 4, 210]);
    let mut batch = vec![0, 2, 1];
    for _ in 0..2 {
        batch.extend_from_slice(&(location.len() as u16).to_be_bytes());
        batch.extend_from_slice(&location);
    }
    let phone = Phone::of_2013([1, 0x33, 0, 0, 0, 7]);
    let mut trucks = Vec::new();
    for (id, body) in [(0x200, &location[..]), (0x704, &batch), (2, &[]), (1, &[0, 1, 0x82, 1, 0])] {
        write(&mut trucks, &Envelope { id, phone, serial: 7, style: Style::Standard }, body);
    }
    let strict = Hj212Profile::named("strict-2017").unwrap();
    let works = Profile::named("works-e6").unwrap();
    let (mut reader, mut buffer) = (Reader::default(), Buffer::default());
    let (mut dusts, mut fleets) = (Stream::default(), Stream::default());
    let mut round = || {
        let (mut packets, mut fixes) = (0, 0);
        dusts.feed(
            dust.as_bytes(),
            |b| scan_hj212(b, &Limits::default()),
            |frame| {
                let packet = reader.read(frame, strict).unwrap();
                packets += packet.readings().len();
            },
        );
        fleets.feed(
            &trucks,
            |b| scan(b, Style::Standard, false),
            |frame| {
                let frame = Frame::open(frame, &mut buffer, works).unwrap();
                let mut used = Tolerances::NONE;
                match Up::read(frame.head.id, frame.body, false, &mut used).unwrap() {
                    Up::Location(l, items) => {
                        black_box(Works::of_location(&works.signals, &l, items));
                        fixes += items.count();
                    }
                    Up::Batch { list, .. } => fixes += list.count(),
                    _ => {}
                }
                assert_eq!(used, Tolerances::NONE);
            },
        );
        assert_eq!((packets, fixes), (12, 6));
    };
    round();
    assert_ne!(ALLOCATIONS.get(), 0, "the counter counts");
    let before = ALLOCATIONS.get();
    for _ in 0..1000 {
        round();
    }
    assert_eq!(ALLOCATIONS.get() - before, 0);
}
