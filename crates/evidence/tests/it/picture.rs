//! Thumbnails: bounded, upright, made once.

use std::fs;
use std::io::Cursor;

use evidence::Evidence;
use image::{ImageFormat, Rgb, RgbImage};

use crate::store;

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn sides(store: &Evidence, id: &str) -> (u32, u32) {
    let small = image::load_from_memory(&store.thumbnail(id).unwrap().unwrap()).unwrap();
    (small.width(), small.height())
}

#[test]
fn a_photograph_becomes_small_and_is_made_once() {
    let (folder, store) = store();
    let stored = store.put(&jpeg(1600, 800)).unwrap();
    assert_eq!(sides(&store, &stored.id), (320, 160));
    let cached = folder.path().join("cache").join(&stored.id[..2]).join(format!("{}.jpg", stored.id));
    assert!(cached.is_file());
    fs::write(&cached, store.thumbnail(&stored.id).unwrap().unwrap()).unwrap();
    // What can be made again is no blob.
    assert_eq!(store.verify().unwrap(), (1, Vec::new()));
}

#[test]
fn what_is_no_picture_has_no_thumbnail() {
    let (_folder, store) = store();
    for bytes in [&b"%PDF-1.7"[..], b"\xff\xd8\xff", b""] {
        let stored = store.put(bytes).unwrap();
        assert_eq!(store.thumbnail(&stored.id).unwrap(), None);
    }
}

#[test]
fn a_picture_that_would_fill_the_memory_is_not_unpacked() {
    let (_folder, store) = store();
    // A PNG whose head says 60,000 by 60,000 pixels: ten gigabytes in a hundred bytes.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(60_000_u32.to_be_bytes());
    png.extend(60_000_u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0]);
    png.extend(crc(&png[12..]).to_be_bytes());
    png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    let stored = store.put(&png).unwrap();
    let began = std::time::Instant::now();
    assert_eq!(store.thumbnail(&stored.id).unwrap(), None);
    assert!(began.elapsed().as_millis() < 500);
}

/// The check sum of a PNG chunk (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, b| {
        (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}
