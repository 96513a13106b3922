//! Begin, length, place and device of MP4, QuickTime, 3GP and M4A files, from the few boxes that hold them (ISO/IEC 14496-12). Boxes are
//! walked by their sizes; sound and pictures are never read.

use std::io::{Read, Seek, SeekFrom};

use jiff::civil::{DateTime, datetime};

use crate::facts::Facts;

/// Shanghai is eight hours ahead of UTC.
pub(crate) const SHANGHAI_MINUTES: i64 = 480;
/// Boxes looked at, at most: a file made of millions of empty boxes keeps nobody busy.
const BOXES_MAX: usize = 2_000;
/// Bytes of one box that are read, at most.
const BOX_MAX: u64 = 64 * 1024;

/// A box: its name, and where its content begins and ends.
struct Part {
    name: [u8; 4],
    from: u64,
    to: u64,
}

/// Fills in what the file says.
pub(crate) fn read(reader: &mut (impl Read + Seek), facts: &mut Facts) {
    let Ok(end) = reader.seek(SeekFrom::End(0)) else { return };
    let Some(moov) = parts(reader, 0, end).into_iter().find(|part| &part.name == b"moov") else { return };
    for part in parts(reader, moov.from, moov.to) {
        match &part.name {
            b"mvhd" => {
                if let Some(bytes) = content(reader, &part) {
                    header(&bytes, facts);
                }
            }
            b"udta" => {
                for item in parts(reader, part.from, part.to) {
                    if let Some(bytes) = content(reader, &item) {
                        user(&item.name, &bytes, facts);
                    }
                }
            }
            b"trak" if facts.pixels.is_none() => {
                let head = parts(reader, part.from, part.to).into_iter().find(|p| &p.name == b"tkhd");
                facts.pixels = head.and_then(|head| track(&content(reader, &head)?));
            }
            _ => {}
        }
    }
}

/// The boxes that follow one another between two places.
fn parts(reader: &mut (impl Read + Seek), mut at: u64, end: u64) -> Vec<Part> {
    let mut found = Vec::new();
    while found.len() < BOXES_MAX && at + 8 <= end {
        let mut head = [0; 8];
        if reader.seek(SeekFrom::Start(at)).is_err() || reader.read_exact(&mut head).is_err() {
            break;
        }
        let mut size = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let mut from = at + 8;
        if size == 1 {
            let mut large = [0; 8];
            if reader.read_exact(&mut large).is_err() {
                break;
            }
            (size, from) = (u64::from_be_bytes(large), at + 16);
        } else if size == 0 {
            size = end - at;
        }
        let Some(to) = at.checked_add(size).filter(|to| *to <= end && *to >= from) else { break };
        found.push(Part { name: [head[4], head[5], head[6], head[7]], from, to });
        at = to;
    }
    found
}

fn content(reader: &mut (impl Read + Seek), part: &Part) -> Option<Vec<u8>> {
    let size = (part.to - part.from).min(BOX_MAX);
    let mut bytes = vec![0; usize::try_from(size).ok()?];
    reader.seek(SeekFrom::Start(part.from)).ok()?;
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    Some(bytes.get(at..at + size)?.iter().fold(0, |sum, b| sum << 8 | u64::from(*b)))
}

/// `mvhd`: when it was made, in seconds of UTC since 1904, and how long it is.
fn header(bytes: &[u8], facts: &mut Facts) {
    let wide = bytes.first() == Some(&1);
    let (size, scale_at) = if wide { (8, 20) } else { (4, 12) };
    let made = number(bytes, 4, size).unwrap_or_default();
    let (scale, length) = (number(bytes, scale_at, 4), number(bytes, scale_at + 4, size));
    if let (Some(scale), Some(length)) = (scale.filter(|s| *s > 0), length.filter(|l| *l < u64::from(u32::MAX) << 16)) {
        facts.length_ms = Some(length * 1000 / scale);
    }
    // Many devices leave the time at zero, which is 1904; some count from 1970, which gives the same years before this century.
    let time = i64::try_from(made).ok().and_then(|made| moment(made.checked_add(SHANGHAI_MINUTES * 60)?));
    facts.taken = time.filter(|time| time.year() >= 2000);
}

fn moment(seconds: i64) -> Option<DateTime> {
    datetime(1904, 1, 1, 0, 0, 0, 0).checked_add(jiff::Span::new().try_seconds(seconds).ok()?).ok()
}

/// `tkhd`: width and height as 16.16 numbers at its end.
fn track(bytes: &[u8]) -> Option<(u32, u32)> {
    let end = bytes.len();
    let side = |back: usize| u32::try_from(number(bytes, end.checked_sub(back)?, 4)? >> 16).ok();
    side(8).zip(side(4)).filter(|(w, h)| *w > 0 && *h > 0)
}

/// `udta`: `©xyz` holds `+31.1500+121.1100/` (ISO 6709), `©mak` and `©mod` the device.
fn user(name: &[u8; 4], bytes: &[u8], facts: &mut Facts) {
    let text = || -> Option<String> {
        let length = usize::try_from(number(bytes, 0, 2)?).ok()?;
        let text = String::from_utf8_lossy(bytes.get(4..4 + length)?).into_owned();
        Some(text.chars().filter(|c| !c.is_control()).take(60).collect())
    };
    match name {
        b"\xa9xyz" => facts.place = text().and_then(|text| place(&text)),
        b"\xa9mod" => facts.device = text().filter(|t| !t.is_empty()).or(facts.device.take()),
        b"\xa9mak" => facts.device = facts.device.take().or_else(text),
        _ => {}
    }
}

fn place(text: &str) -> Option<(i64, i64)> {
    let text = text.trim_end_matches('/');
    let cut = text.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-'))?.0;
    let (lat, rest) = text.split_at(cut);
    let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map_or(rest.len(), |(at, _)| at);
    let millionths = |t: &str| t.parse::<f64>().ok().filter(|d| d.is_finite()).map(|d| (d * 1e6).round() as i64);
    let found = (millionths(lat)?, millionths(&rest[..end])?);
    (found != (0, 0) && found.0.abs() <= 90_000_000 && found.1.abs() <= 180_000_000).then_some(found)
}
