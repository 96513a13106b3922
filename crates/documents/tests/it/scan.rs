//! A paper printed, stamped and scanned leads back to its document.

use std::sync::Arc;

use documents::{ScanForm, Unread, VolumeForm, VolumePaper, VolumePart, cut, scanned};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use image::{GrayImage, Luma, RgbImage};

use crate::support::{clean, engine, of};

const ADDRESS: &str = "https://cg.example/v/ABCDEFGHJKMN2345";

/// A paper with this address in its code, and its number of pages.
fn paper(kind: &str, address: &str) -> (Arc<[u8]>, usize) {
    let (kind, mut input) = of(kind);
    input.verify_url = Some(address.to_owned());
    // As long as real ones: the newest checkpoint stands in the code.
    input.checkpoint_root = Some("kT3b9cO0c7b2a8kq0bX1m2n3p4q5r6s7t8u9v0w1x2y=".into());
    let rendered = clean(kind, &input);
    (rendered.pdf.into(), rendered.pages)
}

/// The first page as a grey picture of this width.
fn picture(pdf: &Arc<[u8]>, width: u32) -> GrayImage {
    let pdf = hayro_syntax::Pdf::new(Arc::new(pdf.to_vec())).unwrap();
    let page = &pdf.pages()[0];
    let scale = width as f32 / page.render_dimensions().0;
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let map = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let grey = map.data().iter().map(|p| p.g).collect();
    GrayImage::from_raw(map.width().into(), map.height().into(), grey).unwrap()
}

/// A photograph of the sheet: turned by some degrees on a dark desk, uneven in its light, grainy, and pressed into a JPEG.
fn photograph(sheet: &GrayImage, degrees: f32) -> Vec<u8> {
    let side = sheet.width().max(sheet.height()) + 160;
    let (wide, high) = (side, side);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let mut grain = 7_u32;
    let photo = RgbImage::from_fn(wide, high, |x, y| {
        let (dx, dy) = (x as f32 - wide as f32 / 2.0, y as f32 - high as f32 / 2.0);
        let at = (cos * dx + sin * dy + sheet.width() as f32 / 2.0, cos * dy - sin * dx + sheet.height() as f32 / 2.0);
        let ink = image::imageops::sample_bilinear(sheet, at.0 / sheet.width() as f32, at.1 / sheet.height() as f32);
        let Luma([ink]) = ink.unwrap_or(Luma([60]));
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let light = 0.62 + 0.3 * x as f32 / wide as f32;
        let value = (f32::from(ink) * light + (grain >> 27) as f32).clamp(0.0, 255.0) as u8;
        image::Rgb([value, value, value.saturating_sub(12)])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 55).encode_image(&photo).unwrap();
    bytes
}

fn leads_to(texts: &[String], address: &str) -> bool {
    texts.len() == 1 && texts[0].starts_with(address)
}

#[test]
fn a_paper_as_it_was_made_has_its_code_on_the_first_page_only() {
    for kind in ["penalty_decision", "order_to_correct", "served_return", "scene_record"] {
        let (pdf, pages) = paper(kind, ADDRESS);
        let read = scanned(&pdf).unwrap();
        assert_eq!((read.form, read.pages.len()), (ScanForm::Pdf, pages), "{kind}");
        assert!(leads_to(&read.pages[0], ADDRESS), "{kind}: {:?}", read.pages);
        assert!(read.pages[1..].iter().all(Vec::is_empty), "{kind}: {:?}", read.pages);
    }
}

#[test]
fn a_scan_at_150_dpi_and_photographs_from_the_desk_are_read() {
    let (pdf, _) = paper("penalty_decision", ADDRESS);
    let sheet = picture(&pdf, 1240);
    let mut png = std::io::Cursor::new(Vec::new());
    sheet.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let read = scanned(&png.into_inner().into()).unwrap();
    assert!(read.form == ScanForm::Picture && leads_to(&read.pages[0], ADDRESS), "{read:?}");
    for (width, degrees) in [(1653, 2.5), (1653, -7.0), (2480, 91.0), (3000, 178.0)] {
        let photo: Arc<[u8]> = photograph(&picture(&pdf, width), degrees).into();
        let begun = std::time::Instant::now();
        let read = scanned(&photo).unwrap();
        println!("{width} points, {degrees}°: {:?}", begun.elapsed());
        assert!(leads_to(&read.pages[0], ADDRESS), "{width} points, {degrees}°: {:?}", read.pages);
    }
}

#[test]
fn a_stack_is_cut_into_its_papers() {
    let other = "https://cg.example/v/ZZZZYYYYWWWWVVVV";
    let ((a, pages_a), (b, pages_b)) = (paper("penalty_decision", ADDRESS), paper("order_to_correct", other));
    let part = |file: usize, pages: usize| VolumePart {
        form: VolumeForm::Pages,
        file,
        pages,
        entry: true,
        level: 1,
        mark: "文书".into(),
        title: "文书".into(),
        ..VolumePart::default()
    };
    let parts = vec![part(0, pages_a), part(1, pages_b)];
    let volume = VolumePaper { made: "2024-11-05".into(), parts, ..VolumePaper::default() };
    let stack = engine().render_volume(&volume, vec![a, b]).unwrap();
    let pdf: Arc<[u8]> = stack.pdf.into();
    let begun = std::time::Instant::now();
    let read = scanned(&pdf).unwrap();
    println!("{} pages: {:?}", stack.pages, begun.elapsed());
    assert_eq!(read.pages.len(), stack.pages);
    let (first, second) = (stack.starts[0], stack.starts[1]);
    assert!(leads_to(&read.pages[first - 1], ADDRESS) && leads_to(&read.pages[second - 1], other), "{:?}", read.pages);
    // What is cut out is that paper alone.
    let own: Arc<[u8]> = cut(&pdf, second..=second + pages_b - 1).unwrap().into();
    let own = scanned(&own).unwrap();
    assert_eq!(own.pages.len(), pages_b);
    assert!(leads_to(&own.pages[0], other) && !own.pages.concat().iter().any(|text| text.starts_with(ADDRESS)));
    assert_eq!(cut(&pdf, 0..=1), Err(Unread::Damaged));
    assert_eq!(cut(&pdf, 1..=stack.pages + 1), Err(Unread::Damaged));
}

#[test]
fn what_is_no_scan_is_named_and_nothing_breaks() {
    let read = |bytes: &[u8]| scanned(&Arc::from(bytes));
    assert_eq!(read(b""), Err(Unread::Form));
    assert_eq!(read(b"GIF89a"), Err(Unread::Form));
    assert_eq!(read(b"%PDF-1.7 nothing"), Err(Unread::Damaged));
    let (pdf, _) = paper("order_to_correct", ADDRESS);
    for end in [200, pdf.len() / 2] {
        // Some of a damaged file may still be read; it never stops the program.
        let _ = read(&pdf[..end]);
    }
    let photo = photograph(&picture(&pdf, 400), 0.0);
    assert_eq!(
        read(&photo[..photo.len() / 8])
            .unwrap_or(documents::Scanned { form: ScanForm::Picture, pages: vec![vec![]] })
            .pages,
        [Vec::<String>::new()]
    );
    // A header that announces more pixels than any scanner makes.
    let mut wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\0\0\0\x01\0\0\x08\0\0\0\0".to_vec();
    let sum = crc(&wide[12..29]);
    wide.extend(sum.to_be_bytes());
    wide.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(read(&wide), Err(Unread::Pixels));
}

/// CRC-32 as PNG counts it.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    };
    !bytes.iter().fold(!0, step)
}
