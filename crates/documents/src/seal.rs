//! The picture of a seal: what may be printed in its place. It is a picture and proves nothing; an electronic seal (GB/T 38540) is another thing.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{ImageFormat, ImageReader, Limits};

/// The largest file, bytes.
pub const SEAL_BYTES_MAX: usize = 1024 * 1024;
/// Shortest and longest side, pixels: 40 mm at 150 dpi are 236, at 1200 dpi 1890.
const SIDES: std::ops::RangeInclusive<u32> = 200..=2000;
/// Hundredths of the picture that must be clear, so that the text below is read.
const CLEAR_PERCENT: usize = 20;
/// Bytes it may take while it is decoded.
const ALLOC_MAX: u64 = 64 * 1024 * 1024;

/// Width and height in pixels of a picture that may be printed as a seal.
///
/// # Errors
/// It is too large, no PNG, damaged, of the wrong size, or not transparent; a Chinese sentence says what to do.
pub fn seal_picture(bytes: &[u8]) -> Result<(u32, u32), String> {
    if bytes.len() > SEAL_BYTES_MAX {
        return Err("图样超过 1 MB，请压缩后重新上传".into());
    }
    let damaged = || "图样已经损坏，打不开，请重新制作".to_owned();
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| damaged())?;
        if reader.format() != Some(ImageFormat::Png) {
            return Err("图样应当是背景透明的 PNG 图片".into());
        }
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(*SIDES.end()), Some(*SIDES.end()));
        limits.max_alloc = Some(ALLOC_MAX);
        reader.limits(limits);
        let sides = || format!("图样的宽和高应当都在 {} 至 {} 像素之间", SIDES.start(), SIDES.end());
        let image = reader.decode().map_err(|error| match error {
            image::ImageError::Limits(_) => sides(),
            _ => damaged(),
        })?;
        let (wide, high) = (image.width(), image.height());
        if !SIDES.contains(&wide) || !SIDES.contains(&high) {
            return Err(sides());
        }
        if wide.max(high) > wide.min(high).saturating_mul(2) {
            return Err("图样太长或者太宽，请裁去四周空白".into());
        }
        let image = image.into_rgba8();
        let clear = image.pixels().filter(|pixel| pixel.0[3] < 16).count();
        let all = image.width() as usize * image.height() as usize;
        if clear * 100 < all * CLEAR_PERCENT {
            return Err("图样的背景不透明，会盖住文字，请去掉背景后重新上传".into());
        }
        if clear == all {
            return Err("图样是空白的".into());
        }
        Ok((wide, high))
    }));
    read.unwrap_or_else(|_| Err(damaged()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn png(image: &RgbaImage) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    /// A red ring on nothing.
    fn ring(side: u32) -> RgbaImage {
        RgbaImage::from_fn(side, side, |x, y| {
            let far = |n: u32| f64::from(n) - f64::from(side) / 2.0;
            let radius = far(x).hypot(far(y)) / f64::from(side);
            if (0.42..0.48).contains(&radius) { Rgba([200, 0, 0, 255]) } else { Rgba([0, 0, 0, 0]) }
        })
    }

    #[test]
    fn a_clear_picture_of_the_right_size_is_taken_and_nothing_else() {
        assert_eq!(seal_picture(&png(&ring(400))), Ok((400, 400)));
        let said = |bytes: &[u8]| seal_picture(bytes).unwrap_err();
        assert!(said(&png(&ring(120))).contains("像素"));
        assert!(said(&png(&ring(2100))).contains("像素"));
        assert!(said(&png(&RgbaImage::from_pixel(400, 400, Rgba([255, 255, 255, 255])))).contains("不透明"));
        assert!(said(&png(&RgbaImage::from_pixel(400, 400, Rgba([0, 0, 0, 0])))).contains("空白"));
        assert!(said(&png(&RgbaImage::from_pixel(900, 300, Rgba([0, 0, 0, 0])))).contains("裁去"));
        assert!(said(b"\xff\xd8\xff\xe0 no").contains("PNG"));
        assert!(said(b"GIF89a").contains("PNG"));
        assert!(said(b"").contains("PNG") || said(b"").contains("损坏"));
        assert!(said(&vec![0; SEAL_BYTES_MAX + 1]).contains("1 MB"));
        let mut cut = png(&ring(400));
        cut.truncate(cut.len() / 2);
        assert!(said(&cut).contains("损坏"));
    }
}
