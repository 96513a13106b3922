//! A photograph as a page: the bytes of a JPEG are laid into a PDF as they are, so that forty photographs need not be decoded.

/// Largest side taken, pixels.
const SIDE_MAX: u32 = 30_000;

/// What the header of a JPEG says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    width: u32,
    height: u32,
    /// 1 grey, 3 colours, 4 inks.
    components: u8,
    /// As EXIF counts it, 1 to 8.
    orientation: u8,
    /// Adobe writes inks inverted.
    adobe: bool,
}

/// A PDF of one page that shows this JPEG upright; none where its header cannot be read.
pub(crate) fn page(bytes: &[u8]) -> Option<Vec<u8>> {
    let header = header(bytes)?;
    let (w, h) = (header.width, header.height);
    let (page_w, page_h) = if header.orientation >= 5 { (h, w) } else { (w, h) };
    // Maps the unit square of the image onto the page, turned and mirrored as EXIF says.
    let matrix = match header.orientation {
        2 => format!("-{w} 0 0 {h} {w} 0"),
        3 => format!("-{w} 0 0 -{h} {w} {h}"),
        4 => format!("{w} 0 0 -{h} 0 {h}"),
        5 => format!("0 -{w} -{h} 0 {h} {w}"),
        6 => format!("0 -{w} {h} 0 0 {w}"),
        7 => format!("0 {w} {h} 0 0 0"),
        8 => format!("0 {w} -{h} 0 {h} 0"),
        _ => format!("{w} 0 0 {h} 0 0"),
    };
    let (space, decode) = match header.components {
        1 => ("DeviceGray", ""),
        3 => ("DeviceRGB", ""),
        4 if header.adobe => ("DeviceCMYK", "/Decode [1 0 1 0 1 0 1 0] "),
        4 => ("DeviceCMYK", ""),
        _ => return None,
    };
    let draw = format!("q {matrix} cm /I Do Q");
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut at = Vec::new();
    let mut object = |out: &mut Vec<u8>, head: String, stream: Option<&[u8]>| {
        at.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{head}\n", at.len()).as_bytes());
        if let Some(stream) = stream {
            out.extend_from_slice(b"stream\n");
            out.extend_from_slice(stream);
            out.extend_from_slice(b"\nendstream\n");
        }
        out.extend_from_slice(b"endobj\n");
    };
    object(&mut out, "<< /Type /Catalog /Pages 2 0 R >>".into(), None);
    object(&mut out, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(), None);
    let resources = "/Resources << /XObject << /I 5 0 R >> >>";
    let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page_w} {page_h}] {resources} /Contents 4 0 R >>");
    object(&mut out, page, None);
    object(&mut out, format!("<< /Length {} >>", draw.len()), Some(draw.as_bytes()));
    let image = format!(
        "<< /Type /XObject /Subtype /Image /Width {w} /Height {h} /ColorSpace /{space} /BitsPerComponent 8 {decode}\
         /Filter /DCTDecode /Length {} >>",
        bytes.len()
    );
    object(&mut out, image, Some(bytes));
    let xref = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", at.len() + 1).as_bytes());
    for offset in &at {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", at.len() + 1);
    out.extend_from_slice(trailer.as_bytes());
    Some(out)
}

/// Reads the segments up to the frame header (ITU-T T.81, B.2).
fn header(bytes: &[u8]) -> Option<Header> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let (mut orientation, mut adobe) = (1, false);
    loop {
        let [0xff, marker, tail @ ..] = rest else { return None };
        // Fill bytes before a marker.
        if *marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let [high, low, ..] = tail else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let body = tail.get(2..length)?;
        match marker {
            0xe1 => orientation = exif(body).unwrap_or(orientation),
            0xee => adobe |= body.starts_with(b"Adobe"),
            // Baseline, extended and progressive frames; other codings are not shown by readers.
            0xc0..=0xc2 => {
                let [8, a, b, c, d, components, ..] = body else { return None };
                let (height, width) = (u16::from_be_bytes([*a, *b]).into(), u16::from_be_bytes([*c, *d]).into());
                let sized = (1..=SIDE_MAX).contains(&width) && (1..=SIDE_MAX).contains(&height);
                return sized.then_some(Header { width, height, components: *components, orientation, adobe });
            }
            0xd8..=0xda => return None,
            _ => {}
        }
        rest = tail.get(length..)?;
    }
}

/// The orientation in an EXIF segment (tag 0x0112 of the first directory).
fn exif(body: &[u8]) -> Option<u8> {
    let tiff = body.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let two: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let long = |at: usize| -> Option<usize> {
        let four: [u8; 4] = tiff.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
    };
    let directory = long(4)?;
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? == 0x0112 {
            let value = u8::try_from(short(at + 8)?).ok()?;
            return (1..=8).contains(&value).then_some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG up to its frame header: what a reader of sizes needs.
    fn jpeg(exif: &[u8]) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        if !exif.is_empty() {
            out.extend([0xff, 0xe1]);
            out.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
            out.extend(exif);
        }
        out.extend([0xff, 0xc0, 0, 17, 8, 0, 30, 0, 40, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        out
    }

    /// A first directory with one entry.
    fn turned(value: u8) -> Vec<u8> {
        let mut out = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        out.extend([value, 0, 0, 0, 0, 0, 0]);
        out
    }

    #[test]
    fn size_and_turn_are_read() {
        let plain = header(&jpeg(&[])).unwrap();
        assert_eq!((plain.width, plain.height, plain.components, plain.orientation), (40, 30, 3, 1));
        assert_eq!(header(&jpeg(&turned(6))).unwrap().orientation, 6);
        assert_eq!(header(&jpeg(&turned(9))).unwrap().orientation, 1, "no such turn");
        let page = String::from_utf8_lossy(&page(&jpeg(&turned(6))).unwrap()).into_owned();
        assert!(page.contains("/MediaBox [0 0 30 40]"), "a turned picture stands upright: {page}");
    }

    #[test]
    fn a_damaged_header_is_none_and_never_a_panic() {
        let whole = jpeg(&turned(3));
        for cut in 0..whole.len() - 10 {
            assert_eq!(header(&whole[..cut]), None, "{cut}");
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bent = whole.clone();
                bent[at] ^= 1 << bit;
                let _ = page(&bent);
            }
        }
    }
}
