//! Reading scans of printed papers: which codes stand on each page, and cutting the pages of one paper out of a stack.
//!
//! The files are foreign and are read by code that was not written for this program: whatever it does, the answer is an error.

use std::io::Cursor;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;
use image::{GrayImage, ImageFormat, ImageReader, Limits};

/// Pages of one file that are looked at; a stack of more is scanned in several files.
pub const SCAN_PAGES: usize = 60;
/// Pixels of one picture, and bytes one may take while it is decoded.
const PIXELS_MAX: u64 = 80_000_000;
const ALLOC_MAX: u64 = 400 * 1024 * 1024;
/// Width a page of a PDF is drawn with, pixels: the code is 20 mm of 210 and has some 45 modules, of which each then has five points.
const DRAWN: u32 = 2600;
/// How often as large a page that was drawn, and a picture, is looked at until a code shows. A sheet that lies askew or was taken from afar is
/// read at one size and not at another.
const LOOKS_DRAWN: [f32; 3] = [1.0, 0.65, 1.35];
const LOOKS_TAKEN: [f32; 4] = [1.0, 1.5, 2.0, 0.5];
/// Pixels of a picture enlarged.
const ENLARGED_MAX: f32 = 50_000_000.0;
/// Longest side of a page of a PDF, points: five metres. A longer one is no paper.
const SIDE_MAX: f32 = 14_400.0;

/// What a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanForm {
    /// One picture, JPEG or PNG.
    Picture,
    /// Pages.
    Pdf,
}

/// A scan looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// What it is.
    pub form: ScanForm,
    /// For each page the texts of the codes on it, none where there is none that can be read.
    pub pages: Vec<Vec<String>>,
}

/// Why a scan cannot be looked at. `Display` is Chinese and says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is neither JPEG, PNG nor PDF.
    Form,
    /// It is damaged or locked.
    Damaged,
    /// It has too many pages.
    Pages(usize),
    /// The picture is too large.
    Pixels,
    /// The file is too large to be held.
    Bytes,
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unread::Form => f.write_str("不是 JPEG、PNG 照片或者 PDF，请换一种格式扫描后重新上传"),
            Unread::Damaged => f.write_str("已经损坏或者加了密码，打不开，请重新扫描后上传"),
            Unread::Pages(pages) => write!(f, "有{pages}页，一个文件最多{SCAN_PAGES}页，请分成几个文件扫描"),
            Unread::Bytes => f.write_str("超过 50 MB，请降低分辨率，或者分成几个文件扫描"),
            Unread::Pixels => f.write_str("图片太大（超过 8000 万像素），请降低分辨率后重新扫描"),
        }
    }
}

impl std::error::Error for Unread {}

/// Looks for codes on every page. Takes up to a second a page: never to be called while others wait for a transaction.
///
/// # Errors
/// It cannot be read, or is too large.
pub fn scanned(bytes: &Arc<[u8]>) -> Result<Scanned, Unread> {
    guarded(|| {
        if bytes.starts_with(b"%PDF-") {
            let pdf = open(bytes)?;
            let count = pdf.pages().len();
            if count > SCAN_PAGES {
                return Err(Unread::Pages(count));
            }
            let pages = pdf.pages().iter().map(of_page).collect();
            return Ok(Scanned { form: ScanForm::Pdf, pages });
        }
        Ok(Scanned { form: ScanForm::Picture, pages: vec![of_picture(bytes)?] })
    })
}

/// Some pages of a PDF, numbered from 1, as a PDF of their own; their pictures stay as they were scanned.
///
/// # Errors
/// It cannot be read, or has no such pages.
pub fn cut(pdf: &Arc<[u8]>, pages: RangeInclusive<usize>) -> Result<Vec<u8>, Unread> {
    guarded(|| {
        let pdf = open(pdf)?;
        let (first, last) = (*pages.start(), *pages.end());
        if first == 0 || first > last || last > pdf.pages().len() {
            return Err(Unread::Damaged);
        }
        let indices: Vec<usize> = (first - 1..last).collect();
        Ok(hayro_write::extract_pages_to_pdf(&pdf, &indices))
    })
}

fn guarded<T>(work: impl FnOnce() -> Result<T, Unread>) -> Result<T, Unread> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Unread::Damaged))
}

fn open(bytes: &Arc<[u8]>) -> Result<Pdf, Unread> {
    let pdf = Pdf::new(Arc::new(bytes.to_vec())).map_err(|_| Unread::Damaged)?;
    if pdf.pages().is_empty() { Err(Unread::Damaged) } else { Ok(pdf) }
}

/// The codes of a page of a PDF; a page that cannot be drawn has none.
fn of_page(page: &Page<'_>) -> Vec<String> {
    let (width, height) = page.render_dimensions();
    if !(1.0..=SIDE_MAX).contains(&width) || !(1.0..=SIDE_MAX).contains(&height) {
        return Vec::new();
    }
    drawn(page, DRAWN, width, height).map(|image| looked(&image, &LOOKS_DRAWN)).unwrap_or_default()
}

/// The codes of a picture, at whichever size shows any.
fn looked(image: &GrayImage, sizes: &[f32]) -> Vec<String> {
    let mut looks = sizes.iter().map(|times| {
        if (times - 1.0).abs() < f32::EPSILON {
            return codes(image);
        }
        let (wide, high) = (image.width() as f32 * times, image.height() as f32 * times);
        if wide * high > ENLARGED_MAX {
            return Vec::new();
        }
        codes(&scaled(image, (wide as u32).max(1), (high as u32).max(1)))
    });
    looks.find(|found| !found.is_empty()).unwrap_or_default()
}

/// A page as a picture; none where it is too long or cannot be drawn.
fn drawn(page: &Page<'_>, points: u32, width: f32, height: f32) -> Option<GrayImage> {
    // The shorter side decides: a sheet may lie across.
    let scale = (f64::from(points) / f64::from(width.min(height))) as f32;
    let tall = width.max(height) * scale;
    if tall > f32::from(u16::MAX) || u64::from(points) * tall as u64 > PIXELS_MAX {
        return None;
    }
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let made = catch_unwind(AssertUnwindSafe(|| {
        hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings)
    }));
    let map = made.ok()?;
    let (wide, high) = (u32::from(map.width()), u32::from(map.height()));
    let grey = map.data().iter().map(|p| luma(p.r, p.g, p.b)).collect();
    GrayImage::from_raw(wide, high, grey)
}

/// Brightness as ITU-R BT.601 weighs it.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
}

/// The codes of a picture.
fn of_picture(bytes: &[u8]) -> Result<Vec<String>, Unread> {
    let reader = || {
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Unread::Damaged)?;
        if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
            return Err(Unread::Form);
        }
        let mut limits = Limits::default();
        limits.max_alloc = Some(ALLOC_MAX);
        reader.limits(limits);
        Ok(reader)
    };
    let (wide, high) = reader()?.into_dimensions().map_err(|_| Unread::Damaged)?;
    if u64::from(wide) * u64::from(high) > PIXELS_MAX {
        return Err(Unread::Pixels);
    }
    let whole = reader()?.decode().map_err(|_| Unread::Damaged)?.into_luma8();
    Ok(looked(&whole, &LOOKS_TAKEN))
}

/// The picture at another size, each point between its four nearest: much faster than filters that look further, and as good for a code.
fn scaled(image: &GrayImage, wide: u32, high: u32) -> GrayImage {
    let (from_wide, from_high) = (image.width() as usize, image.height() as usize);
    if from_wide == 0 || from_high == 0 {
        return image.clone();
    }
    // For each new point the two old ones and how far it lies towards the second, in 256ths.
    let places = |to: u32, from: usize| -> Vec<(usize, usize, u32)> {
        let step = from as f32 / to as f32;
        let place = |n: u32| {
            let at = ((n as f32 + 0.5) * step - 0.5).clamp(0.0, (from - 1) as f32);
            let first = at as usize;
            (first, (first + 1).min(from - 1), ((at - first as f32) * 256.0) as u32)
        };
        (0..to).map(place).collect()
    };
    let columns = places(wide, from_wide);
    let raw = image.as_raw();
    let mut out = Vec::with_capacity(wide as usize * high as usize);
    for (top, bottom, down) in places(high, from_high) {
        let top = &raw[top * from_wide..(top + 1) * from_wide];
        let bottom = &raw[bottom * from_wide..(bottom + 1) * from_wide];
        out.extend(columns.iter().map(|(left, right, across)| {
            let along = |row: &[u8]| u32::from(row[*left]) * (256 - across) + u32::from(row[*right]) * across;
            ((along(top) * (256 - down) + along(bottom) * down) >> 16) as u8
        }));
    }
    GrayImage::from_raw(wide, high, out).unwrap_or_else(|| image.clone())
}

fn codes(image: &GrayImage) -> Vec<String> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let (wide, high) = (image.width() as usize, image.height() as usize);
        let point = |x: usize, y: usize| image.as_raw()[y * wide + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(wide, high, point);
        let grids = prepared.detect_grids();
        let mut texts: Vec<String> = grids.iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }));
    read.unwrap_or_default()
}
