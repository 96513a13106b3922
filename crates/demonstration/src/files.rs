//! Evidence that is real and says it is not: a drawn photograph and a short tone, other ones for every case.

use png::{BitDepth, ColorType, Encoder};

use crate::days::Dice;

const WIDTH: usize = 160;
const HEIGHT: usize = 112;

/// Strokes of 示 and of 例 on a grid of sixteen, from and to.
const SHI: &[[i32; 4]] = &[[3, 3, 12, 3], [1, 7, 14, 7], [8, 7, 8, 14], [8, 14, 6, 13], [5, 9, 2, 13], [11, 9, 14, 13]];
const LI: &[[i32; 4]] = &[
    [4, 1, 1, 7],
    [3, 5, 3, 15],
    [5, 2, 10, 2],
    [8, 2, 5, 9],
    [6, 6, 10, 6],
    [10, 6, 5, 15],
    [6, 9, 8, 11],
    [12, 3, 12, 10],
    [14, 1, 14, 14],
    [14, 14, 12, 13],
];

/// Seven strokes of a digit, and which of them each has.
const DIGITS: [u8; 10] = [0x77, 0x24, 0x5D, 0x6D, 0x2E, 0x6B, 0x7B, 0x25, 0x7F, 0x6F];

struct Picture(Vec<u8>);

impl Picture {
    fn dot(&mut self, x: i32, y: i32, colour: u8) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < WIDTH && y < HEIGHT {
            self.0[y * WIDTH + x] = colour;
        }
    }

    fn block(&mut self, x: i32, y: i32, wide: i32, high: i32, colour: u8) {
        for dy in 0..high {
            for dx in 0..wide {
                self.dot(x + dx, y + dy, colour);
            }
        }
    }

    fn stroke(&mut self, [x0, y0, x1, y1]: [i32; 4], at: (i32, i32), scale: i32, colour: u8) {
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1) * scale;
        for step in 0..=steps {
            let x = at.0 + x0 * scale + (x1 - x0) * scale * step / steps;
            let y = at.1 + y0 * scale + (y1 - y0) * scale * step / steps;
            self.block(x, y, scale, scale, colour);
        }
    }

    fn digit(&mut self, digit: usize, at: (i32, i32), colour: u8) {
        const BARS: [[i32; 4]; 7] =
            [[0, 0, 4, 0], [0, 0, 0, 4], [4, 0, 4, 4], [0, 4, 4, 4], [0, 4, 0, 8], [4, 4, 4, 8], [0, 8, 4, 8]];
        for (n, bar) in BARS.iter().enumerate() {
            if DIGITS[digit % 10] >> n & 1 == 1 {
                self.stroke(*bar, at, 1, colour);
            }
        }
    }
}

/// A street with what stands in it, the number of the case and the mark 示例. At most 6 KB.
pub(crate) fn photo(seed: usize, number: usize) -> Result<Vec<u8>, String> {
    let mut dice = Dice::new(u64::try_from(seed).unwrap_or_default());
    let mut pick = |n: usize| i32::try_from(dice.below(n)).unwrap_or(0);
    let mut picture = Picture(vec![0; WIDTH * HEIGHT]);
    let horizon = 38 + pick(18);
    picture.block(0, horizon, 160, 112, 1);
    for _ in 0..5 {
        let (x, high) = (pick(150), 14 + pick(30));
        picture.block(x, horizon - high, 14 + pick(20), high, 2 + u8::try_from(pick(3)).unwrap_or(0));
    }
    picture.block(0, horizon + 22 + pick(10), 160, 26, 5);
    for _ in 0..2 + pick(5) {
        let (x, y) = (pick(140), horizon + 4 + pick(34));
        picture.block(x, y, 6 + pick(16), 5 + pick(10), 6 + u8::try_from(pick(6)).unwrap_or(0));
    }
    for (n, strokes) in [SHI, LI].iter().enumerate() {
        for stroke in *strokes {
            picture.stroke(*stroke, (34 + i32::try_from(n).unwrap_or(0) * 48, 34), 3, 12);
        }
    }
    for (n, digit) in format!("{number:06}").bytes().enumerate() {
        picture.digit(usize::from(digit - b'0'), (120 + i32::try_from(n).unwrap_or(0) * 6, 100), 13);
    }
    let mut bytes = Vec::new();
    let size = |n: usize| u32::try_from(n).unwrap_or(0);
    let mut encoder = Encoder::new(&mut bytes, size(WIDTH), size(HEIGHT));
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(PALETTE.as_flattened().to_vec());
    let said = |e: png::EncodingError| e.to_string();
    encoder.add_itxt_chunk("Comment".into(), format!("示例照片，并非真实现场；第 {number} 号")).map_err(said)?;
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&picture.0)).map_err(said)?;
    Ok(bytes)
}

const PALETTE: [[u8; 3]; 14] = [
    [203, 219, 230],
    [176, 174, 166],
    [150, 158, 162],
    [126, 136, 146],
    [188, 176, 158],
    [98, 100, 104],
    [178, 92, 70],
    [214, 160, 72],
    [92, 120, 84],
    [140, 108, 78],
    [70, 96, 128],
    [232, 226, 210],
    [255, 255, 255],
    [20, 20, 20],
];

const RATE: usize = 8_000;

/// A second of tones that differ from case to case, eight bits mono. At most 10 KB.
pub(crate) fn recording(seed: usize) -> Vec<u8> {
    let mut dice = Dice::new(u64::try_from(seed).unwrap_or_default() ^ 0xA0D10);
    let mut samples = Vec::with_capacity(RATE);
    for _ in 0..8 {
        let period = 12 + dice.below(40);
        let loud = 20 + dice.below(60);
        for n in 0..RATE / 8 {
            // A triangle: sounds like a tone and needs no tables.
            let at = n % period;
            let rise = at.min(period - at) * loud * 2 / period;
            samples.push(u8::try_from(128 + rise - loud / 2).unwrap_or(128));
        }
    }
    let said = "示例录音，并非真实记录".as_bytes();
    let padded = said.len() + said.len() % 2;
    let mut bytes = Vec::with_capacity(samples.len() + 120);
    let word = |n: usize| u32::try_from(n).unwrap_or(0).to_le_bytes();
    bytes.extend(b"RIFF");
    bytes.extend([0; 4]);
    bytes.extend(b"WAVEfmt ");
    bytes.extend(word(16));
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(word(RATE));
    bytes.extend(word(RATE));
    bytes.extend([1, 0, 8, 0]);
    bytes.extend(b"LIST");
    bytes.extend(word(4 + 8 + padded));
    bytes.extend(b"INFOICMT");
    bytes.extend(word(said.len()));
    bytes.extend(said);
    bytes.extend(vec![0; padded - said.len()]);
    bytes.extend(b"data");
    bytes.extend(word(samples.len()));
    bytes.extend(&samples);
    let size = word(bytes.len() - 8);
    bytes[4..8].copy_from_slice(&size);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photographs_are_small_pictures_and_differ() {
        let (one, two) = (photo(1, 7).unwrap(), photo(2, 7).unwrap());
        assert_ne!(one, two);
        assert_eq!(one, photo(1, 7).unwrap());
        for bytes in [&one, &two] {
            assert!(bytes.len() <= 6 * 1024, "{}", bytes.len());
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((info.width, info.height), (160, 112));
        }
    }

    #[test]
    fn recordings_are_sound_and_differ() {
        let (one, two) = (recording(1), recording(2));
        assert_ne!(one, two);
        assert!(one.len() <= 10 * 1024);
        let size = u32::from_le_bytes(one[4..8].try_into().unwrap());
        assert_eq!(usize::try_from(size).unwrap(), one.len() - 8);
        assert_eq!((&one[..4], &one[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
        let data = one.windows(4).position(|w| w == b"data").unwrap();
        let length = u32::from_le_bytes(one[data + 4..data + 8].try_into().unwrap());
        assert_eq!(data + 8 + usize::try_from(length).unwrap(), one.len());
    }
}
