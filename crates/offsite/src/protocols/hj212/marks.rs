//! Where the separators of CP are, found sixty-four bytes at a time.

/// A block in one go: the compiler turns the comparisons into vector instructions.
const BLOCK: usize = 64;

/// Whether the byte separates.
#[inline]
const fn separates(byte: u8) -> bool {
    matches!(byte, b'-' | b'=' | b',' | b';' | b'&')
}

/// One bit per byte of the block, the first byte lowest.
#[inline]
fn bits(block: &[u8; BLOCK]) -> u64 {
    let mut hits = [0_u8; BLOCK];
    for (hit, &byte) in hits.iter_mut().zip(block) {
        // Written out, without branches, for the vectors.
        let any = (byte == b'-') | (byte == b'=') | (byte == b',') | (byte == b';') | (byte == b'&');
        *hit = u8::from(any);
    }
    let mut word = 0;
    for (index, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // Eight bytes of 0 or 1 become eight bits at the top: byte i, at bit 8i, is moved by 56 - 7i.
        let packed = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= packed << (8 * index);
    }
    word
}

/// Fills `marks` with the places of all separators, each `from` further on.
pub(super) fn find(bytes: &[u8], from: usize, marks: &mut Vec<u16>) {
    marks.clear();
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    let mut base = from;
    for block in blocks {
        let mut word = bits(block);
        while word != 0 {
            marks.push((base + word.trailing_zeros() as usize) as u16);
            word &= word - 1;
        }
        base += BLOCK;
    }
    let rest = tail.iter().enumerate().filter(|(_, byte)| separates(**byte));
    marks.extend(rest.map(|(index, _)| (base + index) as u16));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_find_what_a_loop_finds() {
        let mut state = 1_u64;
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let byte = (state >> 40) as u8;
                    if byte < 90 { b"-=,;&+<:'"[usize::from(byte) % 9] } else { byte }
                })
                .collect();
            let mut marks = vec![9];
            find(&bytes, 7, &mut marks);
            let slow: Vec<u16> = (0..length).filter(|at| separates(bytes[*at])).map(|at| at as u16 + 7).collect();
            assert_eq!(marks, slow);
        }
    }
}
