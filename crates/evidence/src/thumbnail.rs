//! Small pictures of large ones: made when first asked for, kept beside the store, made again when lost.
//!
//! A small file can unpack into a picture that fills the memory, so the pixels are counted before any is unpacked.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use crate::{Evidence, Fault, random};

/// The longer side of a thumbnail, pixels.
pub const SIDE: u32 = 320;
/// The largest picture a thumbnail is made of, pixels: 64 megapixels are 192 MB unpacked, and phones make less.
const PIXELS_MAX: u64 = 64_000_000;
/// The largest side of such a picture.
const SIDE_MAX: u32 = 20_000;

impl Evidence {
    /// The thumbnail of a picture as JPEG; none where the file is no picture this can read, or one too large to unpack safely.
    ///
    /// # Errors
    /// There is no such file, or the disk fails.
    pub fn thumbnail(&self, id: &str) -> Result<Option<Vec<u8>>, Fault> {
        let cached = self.cached(id, "jpg")?;
        match fs::read(&cached) {
            Ok(bytes) => return Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e.into()),
        }
        let local = self.local(id)?;
        let Some(bytes) = small(local.path()) else { return Ok(None) };
        if let Some(folder) = cached.parent() {
            fs::create_dir_all(folder)?;
        }
        // Two askers may make it at once; each renames its own into place.
        let new = cached.with_extension(random::<6>()?);
        fs::write(&new, &bytes)?;
        fs::rename(new, cached)?;
        Ok(Some(bytes))
    }
}

/// Width and height by the head of the file alone.
pub(crate) fn pixels(path: &Path) -> Option<(u32, u32)> {
    ImageReader::open(path).ok()?.with_guessed_format().ok()?.into_dimensions().ok()
}

fn small(path: &Path) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path).ok()?)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(PIXELS_MAX * 4);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > PIXELS_MAX * 4 {
        return None;
    }
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?.thumbnail(SIDE, SIDE);
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode_image(&picture.to_rgb8()).ok()?;
    Some(bytes)
}
