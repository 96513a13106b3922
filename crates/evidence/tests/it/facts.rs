//! What files say of themselves, read from files made here byte by byte as the standards say.

use std::fs;

use evidence::content::of;
use evidence::facts::{Facts, metres, read};
use jiff::civil::datetime;

/// One entry of an image file directory: tag, type, count, value or its place.
fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
}

/// A JPEG with EXIF (JEITA CP-3451): taken 2024-11-05 14:30:12 by an “Example CAM-1” at 31°09′0.36″ N, 121°07′12″ E.
fn jpeg(offset: bool) -> Vec<u8> {
    // Everything lies at a fixed place: main directory at 8, EXIF at 100, GPS at 200, values from 300 on.
    let mut tiff = vec![0_u8; 500];
    tiff[..8].copy_from_slice(b"MM\0*\0\0\0\x08");
    let directory = |tiff: &mut Vec<u8>, at: usize, entries: &[Vec<u8>]| {
        tiff[at..at + 2].copy_from_slice(&(entries.len() as u16).to_be_bytes());
        for (n, entry) in entries.iter().enumerate() {
            tiff[at + 2 + n * 12..at + 14 + n * 12].copy_from_slice(entry);
        }
    };
    let text = |tiff: &mut Vec<u8>, at: usize, text: &[u8]| tiff[at..at + text.len()].copy_from_slice(text);
    text(&mut tiff, 300, b"Example\0");
    text(&mut tiff, 310, b"CAM-1\0");
    text(&mut tiff, 320, b"2024:11:05 14:30:12\0");
    text(&mut tiff, 345, b"+09:00\0");
    let rationals = |tiff: &mut Vec<u8>, at: usize, parts: [(u32, u32); 3]| {
        for (n, (a, b)) in parts.iter().enumerate() {
            tiff[at + n * 8..at + n * 8 + 4].copy_from_slice(&a.to_be_bytes());
            tiff[at + n * 8 + 4..at + n * 8 + 8].copy_from_slice(&b.to_be_bytes());
        }
    };
    rationals(&mut tiff, 360, [(31, 1), (9, 1), (36, 100)]);
    rationals(&mut tiff, 390, [(121, 1), (7, 1), (12, 1)]);
    directory(
        &mut tiff,
        8,
        &[entry(0x010f, 2, 8, 300), entry(0x0110, 2, 6, 310), entry(0x8769, 4, 1, 100), entry(0x8825, 4, 1, 200)],
    );
    let mut exif = vec![entry(0x9003, 2, 20, 320)];
    if offset {
        exif.push(entry(0x9011, 2, 7, 345));
    }
    exif.extend([entry(0xa002, 4, 1, 4000), entry(0xa003, 4, 1, 3000)]);
    directory(&mut tiff, 100, &exif);
    directory(
        &mut tiff,
        200,
        &[
            entry(1, 2, 2, u32::from_be_bytes(*b"N\0\0\0")),
            entry(2, 5, 3, 360),
            entry(3, 2, 2, u32::from_be_bytes(*b"E\0\0\0")),
            entry(4, 5, 3, 390),
        ],
    );
    let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1];
    jpeg.extend(((tiff.len() + 8) as u16).to_be_bytes());
    jpeg.extend(b"Exif\0\0");
    jpeg.extend(tiff);
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

fn part(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

/// An MP4 that began 2024-11-05 06:30:12 UTC and lasts 90.5 seconds, at 31.15 N 121.12 E. Seconds since 1904: 2,082,844,800 to 1970.
pub(crate) fn mp4(media_bytes: usize) -> Vec<u8> {
    let made = 2_082_844_800_u64 + 1_730_788_212;
    let mut header = vec![0; 4];
    header.extend((made as u32).to_be_bytes());
    header.extend((made as u32).to_be_bytes());
    header.extend(1000_u32.to_be_bytes());
    header.extend(90_500_u32.to_be_bytes());
    header.resize(100, 0);
    let mut track = vec![0; 76];
    track.extend((1920_u32 << 16).to_be_bytes());
    track.extend((1080_u32 << 16).to_be_bytes());
    let place = b"+31.1500+121.1200/";
    let user = part(b"\xa9xyz", &[&(place.len() as u16).to_be_bytes()[..], &[0x15, 0xc7], place].concat());
    let moov = [part(b"mvhd", &header), part(b"trak", &part(b"tkhd", &track)), part(b"udta", &user)].concat();
    [part(b"ftyp", b"isom\0\0\0\0isom"), part(b"mdat", &vec![0; media_bytes]), part(b"moov", &moov)].concat()
}

fn facts(media: &str, bytes: &[u8]) -> Facts {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    read(of(media).unwrap(), &path)
}

#[test]
fn a_photograph_says_when_where_and_with_what() {
    let facts = facts("image/jpeg", &jpeg(false));
    assert_eq!(facts.taken, Some(datetime(2024, 11, 5, 14, 30, 12, 0)));
    assert_eq!(facts.place, Some((31_150_100, 121_120_000)));
    assert_eq!(facts.device.as_deref(), Some("Example CAM-1"));
    assert_eq!(facts.pixels, Some((4000, 3000)));
}

#[test]
fn a_camera_in_another_zone_is_read_in_shanghai_time() {
    assert_eq!(facts("image/jpeg", &jpeg(true)).taken, Some(datetime(2024, 11, 5, 13, 30, 12, 0)));
}

#[test]
fn a_recording_says_when_it_began_and_how_long_it_is() {
    let facts = facts("video/mp4", &mp4(1000));
    assert_eq!(facts.taken, Some(datetime(2024, 11, 5, 14, 30, 12, 0)));
    assert_eq!(facts.length_ms, Some(90_500));
    assert_eq!(facts.place, Some((31_150_000, 121_120_000)));
    assert_eq!(facts.pixels, Some((1920, 1080)));
}

#[test]
fn a_sound_says_how_long_it_is() {
    let mut wave = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wave.extend(8000_u32.to_le_bytes());
    wave.extend(16_000_u32.to_le_bytes());
    wave.extend([2, 0, 16, 0]);
    wave.extend(b"data");
    wave.extend(40_000_u32.to_le_bytes());
    assert_eq!(facts("audio/wav", &wave).length_ms, Some(2500));
}

#[test]
fn a_broken_file_says_nothing_and_keeps_nobody_busy() {
    let whole = mp4(100);
    for cut in 0..whole.len() {
        facts("video/mp4", &whole[..cut]);
    }
    let photo = jpeg(false);
    for cut in (0..photo.len()).step_by(7) {
        facts("image/jpeg", &photo[..cut]);
    }
    let endless = [part(b"ftyp", b"isom"), part(b"moov", &part(b"free", b"").repeat(100_000))].concat();
    assert_eq!(facts("video/mp4", &endless).length_ms, None);
    assert_eq!(facts("audio/wav", b"RIFF\0\0\0\0WAVEdata").length_ms, None);
}

#[test]
fn distances_are_those_of_the_earth() {
    // A degree of latitude on a sphere of radius 6,371,008.8 m is 111,195 m.
    assert_eq!(metres((31_000_000, 121_000_000), (32_000_000, 121_000_000)), 111_195);
    assert_eq!(metres((31_150_000, 121_120_000), (31_150_000, 121_120_000)), 0);
    let near = metres((31_150_000, 121_120_000), (31_154_000, 121_120_000));
    assert!((440..=450).contains(&near), "{near}");
}
