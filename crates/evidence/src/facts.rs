//! What a file says of itself: when, where and with what it was taken, how large and how long it is.
//!
//! A device's clock may be wrong and a file may have been written by anybody: these are facts of the file, shown beside those of the
//! act and compared with them, never taken for them. They can be read again from the bytes at any time.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use exif::{Exif, In, Tag, Value};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::content::{Class, Content};
use crate::movie;

/// Facts of a file. Times are civil times in Shanghai, as the device's clock showed them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The media type by content; empty where it is not known.
    pub media: String,
    /// When it was taken, or when a recording began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<DateTime>,
    /// Latitude and longitude in WGS-84, millionths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(i64, i64)>,
    /// Maker and model of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u32, u32)>,
    /// How long a recording is, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_ms: Option<u64>,
}

/// Reads the facts of a file; what cannot be read is absent, for a file without them is a file all the same.
pub fn read(content: Content, path: &Path) -> Facts {
    let mut facts = Facts { media: content.media.to_owned(), ..Facts::default() };
    let Ok(file) = File::open(path) else { return facts };
    let mut reader = BufReader::new(file);
    match (content.class, content.media) {
        (Class::Photo, _) => {
            if let Ok(read) = exif::Reader::new().read_from_container(&mut reader) {
                photo(&read, &mut facts);
            }
            if facts.pixels.is_none() {
                facts.pixels = crate::thumbnail::pixels(path);
            }
        }
        (_, "video/mp4" | "video/quicktime" | "video/3gpp" | "audio/mp4") => movie::read(&mut reader, &mut facts),
        (_, "audio/wav") => facts.length_ms = wave(&mut reader),
        _ => {}
    }
    facts
}

/// The distance between two places in metres, on a sphere of the earth's mean radius: good to half a percent.
pub fn metres(a: (i64, i64), b: (i64, i64)) -> u64 {
    let radians = |millionths: i64| (millionths as f64 / 1e6).to_radians();
    let (lat_a, lat_b) = (radians(a.0), radians(b.0));
    let (d_lat, d_lon) = (lat_b - lat_a, radians(b.1) - radians(a.1));
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    (2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()).round() as u64
}

fn photo(exif: &Exif, facts: &mut Facts) {
    let text = |tag: Tag| {
        let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let text = String::from_utf8_lossy(lines.first()?).trim_matches(['\0', ' ']).to_owned();
        // What a stranger wrote into a file is shortened before anybody sees it.
        (!text.is_empty()).then(|| text.chars().filter(|c| !c.is_control()).take(60).collect::<String>())
    };
    facts.taken = text(Tag::DateTimeOriginal)
        .and_then(|time| civil(&time, text(Tag::OffsetTimeOriginal).as_deref()))
        .or_else(|| text(Tag::DateTime).and_then(|time| civil(&time, text(Tag::OffsetTime).as_deref())));
    facts.device = match (text(Tag::Make), text(Tag::Model)) {
        (Some(make), Some(model)) if !model.to_lowercase().starts_with(&make.to_lowercase()) => {
            Some(format!("{make} {model}"))
        }
        (make, model) => model.or(make),
    };
    let degrees = |tag: Tag, reference: Tag, negative: &str| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let [degrees, minutes, seconds] = parts.get(..3)? else { return None };
        let sum = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
        let sign = if text(reference).is_some_and(|r| r == negative) { -1.0 } else { 1.0 };
        sum.is_finite().then(|| (sum * sign * 1e6).round() as i64)
    };
    let lat = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S");
    let lon = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, "W");
    // A device without a fix writes zero for both: an island in the Gulf of Guinea that does not exist.
    facts.place =
        lat.zip(lon).filter(|(lat, lon)| (*lat, *lon) != (0, 0) && lat.abs() <= 90_000_000 && lon.abs() <= 180_000_000);
    let side = |tag: Tag| exif.get_field(tag, In::PRIMARY)?.value.get_uint(0);
    facts.pixels = side(Tag::PixelXDimension).zip(side(Tag::PixelYDimension)).filter(|(w, h)| *w > 0 && *h > 0);
}

/// `2024:11:05 14:30:12` with the offset of the device's zone, where it wrote one, as the time in Shanghai.
fn civil(text: &str, offset: Option<&str>) -> Option<DateTime> {
    let (day, time) = text.trim().split_once(' ')?;
    let civil: DateTime = format!("{}T{}", day.replace(':', "-"), time.trim()).parse().ok()?;
    let Some(offset) = offset else { return Some(civil) };
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Some(civil),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let minutes = sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?);
    civil.checked_add(jiff::Span::new().try_minutes(movie::SHANGHAI_MINUTES - minutes).ok()?).ok()
}

/// Length of a WAV file: bytes of sound by bytes a second.
fn wave(reader: &mut (impl Read + Seek)) -> Option<u64> {
    reader.seek(SeekFrom::Start(12)).ok()?;
    let mut rate = None;
    for _ in 0..64 {
        let mut head = [0; 8];
        reader.read_exact(&mut head).ok()?;
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        match &head[..4] {
            b"fmt " if size >= 16 => {
                let mut format = [0; 16];
                reader.read_exact(&mut format).ok()?;
                rate = Some(u64::from(u32::from_le_bytes([format[8], format[9], format[10], format[11]])));
                reader.seek_relative_to(size - 16 + size % 2)?;
            }
            b"data" => return Some(size * 1000 / rate.filter(|rate| *rate > 0)?),
            _ => reader.seek_relative_to(size + size % 2)?,
        }
    }
    None
}

trait Skip: Seek {
    fn seek_relative_to(&mut self, bytes: u64) -> Option<()> {
        self.seek(SeekFrom::Current(i64::try_from(bytes).ok()?)).ok().map(|_| ())
    }
}

impl<T: Seek> Skip for T {}
