//! What one frame costs on one core.
//!
//! A single repeated frame trains the branch predictor, so the JT/T 808 figure is over 256 different frames, one in five
//! of them escaped; divide its time by 256.

use divan::{Bencher, black_box};
use offsite::protocols::hj212::crc::crc;
use offsite::protocols::hj212::profile::Profile as Hj212Profile;
use offsite::protocols::hj212::segment::Reader;
use offsite::protocols::jt808::Tolerances;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, Style, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::location::{Item, Location};
use offsite::protocols::jt808::profile::Profile;

fn main() {
    let frames = locations();
    println!("256 frames of {} bytes on average", frames.iter().map(Vec::len).sum::<usize>() / frames.len());
    divan::main();
}

/// A real dust frame with noise: 376 bytes in the data segment, nine factors.
const DUST: &str = "##0376QN=20180914090600630;ST=31;CN=2011;PW=123456;MN=010AQMS01000GD0201804060;Flag=4;CP=&&\
DataTime=20180914090600;a34001-Rtd=67.04,a34001-Flag=N;a34004-Rtd=39.60,a34004-Flag=N;a34002-Rtd=53.00,a34002-Flag=N;\
Leq-Rtd=60.97,Leq-Flag=N;a01007-Rtd=0.0,a01007-Flag=N;a01008-Rtd=335,a01008-Flag=N;a01006-Rtd=30.4,a01006-Flag=N;\
B00008-Rtd=51.3,B00008-Flag=N;B00009-Rtd=99.3,B00009-Flag=N&&2580";

#[divan::bench]
fn hj212_dust_frame_of_376_bytes(bencher: Bencher<'_, '_>) {
    let profile = Hj212Profile::named("dust-ug").expect("shipped");
    let mut reader = Reader::default();
    bencher.bench_local(|| {
        let packet = reader.read(black_box(DUST.as_bytes()), profile).expect("good");
        black_box(packet.readings().len())
    });
}

#[divan::bench]
fn hj212_crc_of_376_bytes(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| crc(black_box(&DUST.as_bytes()[6..382])));
}

/// The crate `a`, the same frame: head and items as text, numbers and flags not taken apart.
#[divan::bench]
fn hj212_dust_frame_by_crate_a(bencher: Bencher<'_, '_>) {
    let framed = format!("{DUST}\r\n");
    bencher.bench_local(|| {
        let packet = a::parse_frame_strict(black_box(&framed)).expect("good");
        black_box(packet.cp.len())
    });
}

/// 256 different locations with three to nine items; every fifth holds bytes that must be escaped.
fn locations() -> Vec<Vec<u8>> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % limit
    };
    // No byte of an unescaped frame may be 7d or 7e by chance.
    let mut calm = move |limit: u64| loop {
        let value = random(limit);
        if !value.to_be_bytes().iter().any(|b| matches!(b, 0x7d | 0x7e)) {
            return value;
        }
    };
    let mut all = Vec::new();
    while all.len() < 256 {
        let index = all.len();
        let mut body = Vec::new();
        Location {
            alarm: (calm(4) as u32) << 4,
            status: 0xC0003 | (calm(2) as u32 * 3) << 8,
            latitude: 31_000_000 + calm(300_000) as i64,
            longitude: 121_000_000 + calm(600_000) as i64,
            altitude: calm(100) as u16,
            speed: calm(900) as u16,
            direction: calm(360) as u16,
            time: Some(jiff::civil::date(2026, 3, 1 + calm(28) as i8).at(
                calm(24) as i8,
                calm(60) as i8,
                calm(60) as i8,
                0,
            )),
        }
        .write(&mut body);
        let items: [(u8, usize); 9] =
            [(0x01, 4), (0x30, 1), (0x31, 1), (0x25, 4), (0x2B, 4), (0x03, 2), (0x2A, 2), (0xE6, 3), (0xE1, 16)];
        for (id, length) in items.into_iter().take(3 + calm(7) as usize) {
            body.extend_from_slice(&[id, length as u8]);
            body.extend((0..length).map(|_| calm(100) as u8));
        }
        if index % 5 == 0 {
            let at = 28 + 3 + calm(3) as usize;
            body[at] = if index % 2 == 0 { 0x7e } else { 0x7d };
        }
        let phone = Phone::of_2013([0x01, 0x33, 0, 0, (index / 100) as u8, (index % 10) as u8]);
        let mut frame = Vec::new();
        write(&mut frame, &Envelope { id: 0x200, phone, serial: index as u16 % 100, style: Style::Standard }, &body);
        let escaped = frame.contains(&0x7d);
        if escaped == (index % 5 == 0) {
            all.push(frame);
        }
    }
    all
}

#[divan::bench]
fn jt808_256_different_locations(bencher: Bencher<'_, '_>) {
    let frames = locations();
    let profile = Profile::named("field").expect("shipped");
    let mut buffer = Buffer::default();
    bencher.bench_local(|| {
        let mut sum = 0_i64;
        for frame in &frames {
            let frame = Frame::open(black_box(frame), &mut buffer, profile).expect("good");
            let mut used = Tolerances::NONE;
            let (location, items) = Location::read(frame.body, &mut used).expect("good");
            sum += location.latitude + location.longitude;
            for raw in items {
                match raw.item() {
                    Item::Mileage(km) => sum += km.mantissa(),
                    Item::Satellites(count) => sum += i64::from(count),
                    Item::Raw(raw) => sum += raw.value.len() as i64,
                    other => drop(black_box(other)),
                }
            }
            black_box(used);
        }
        sum
    });
}

#[divan::bench]
fn jt808_write_a_general_answer(bencher: Bencher<'_, '_>) {
    let phone = Phone::of_2013([0x01, 0x33, 0, 0, 0, 7]);
    let mut out = Vec::with_capacity(64);
    bencher.bench_local(|| {
        out.clear();
        write(
            &mut out,
            &Envelope { id: 0x8001, phone, serial: 9, style: Style::Standard },
            black_box(&[0, 1, 2, 0, 0]),
        );
        out.len()
    });
}
