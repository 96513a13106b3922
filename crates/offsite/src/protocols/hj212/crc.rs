//! The CRC of HJ 212 (appendix A), which is not the Modbus one.
//!
//! The standard's step takes `(register >> 8) ^ byte`: the low byte is thrown away. So only the high byte passes from
//! step to step, and with `H` the high byte of eight steps, the state after `k` bytes is
//! `H^k[s ^ b0] ^ H^(k-1)[b1] ^ …`, since `H` is linear. Sixteen tables of 256 bytes take sixteen bytes in one go.

/// One byte through the standard's eight steps.
const fn steps(byte: u8) -> u16 {
    let mut register = byte as u16;
    let mut count = 0;
    while count < 8 {
        register = if register & 1 == 1 { (register >> 1) ^ 0xA001 } else { register >> 1 };
        count += 1;
    }
    register
}

const LAST: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = steps(byte as u8);
        byte += 1;
    }
    table
};

/// `POWERS[k][b]`: the high byte that `b` leaves after `k + 1` bytes.
static POWERS: [[u8; 256]; 16] = {
    let mut powers = [[0; 256]; 16];
    let mut byte = 0;
    while byte < 256 {
        let mut state = byte as u8;
        let mut power = 0;
        while power < 16 {
            state = (LAST[state as usize] >> 8) as u8;
            powers[power][byte] = state;
            power += 1;
        }
        byte += 1;
    }
    powers
};

/// The CRC of a data segment; the register begins at `FFFF`.
pub fn crc(segment: &[u8]) -> u16 {
    let Some((&last, before)) = segment.split_last() else { return 0xFFFF };
    let mut state = 0xFF_u8;
    let (blocks, tail) = before.as_chunks::<16>();
    for b in blocks {
        // Four chains of xor instead of one: the first look-up alone waits for the previous block.
        let far = POWERS[14][b[1] as usize] ^ POWERS[13][b[2] as usize] ^ POWERS[12][b[3] as usize];
        let mid =
            POWERS[11][b[4] as usize] ^ POWERS[10][b[5] as usize] ^ POWERS[9][b[6] as usize] ^ POWERS[8][b[7] as usize];
        let near =
            POWERS[7][b[8] as usize] ^ POWERS[6][b[9] as usize] ^ POWERS[5][b[10] as usize] ^ POWERS[4][b[11] as usize];
        let end = POWERS[3][b[12] as usize]
            ^ POWERS[2][b[13] as usize]
            ^ POWERS[1][b[14] as usize]
            ^ POWERS[0][b[15] as usize];
        state = POWERS[15][(state ^ b[0]) as usize] ^ (far ^ mid ^ near ^ end);
    }
    for byte in tail {
        state = POWERS[0][(state ^ byte) as usize];
    }
    LAST[(state ^ last) as usize]
}

/// The common Modbus CRC, which some devices send instead.
pub fn modbus(segment: &[u8]) -> u16 {
    segment.iter().fold(0xFFFF, |register: u16, byte| (register >> 8) ^ LAST[((register as u8) ^ byte) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard's text, step by step.
    fn slowly(segment: &[u8]) -> u16 {
        let mut register = 0xFFFF_u16;
        for &byte in segment {
            register = (register >> 8) ^ u16::from(byte);
            for _ in 0..8 {
                let out = register & 1;
                register >>= 1;
                if out == 1 {
                    register ^= 0xA001;
                }
            }
        }
        register
    }

    #[test]
    fn the_example_of_appendix_a_and_the_modbus_check_value() {
        let segment = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;\
            CP=&&RtdInterval=30&&";
        assert_eq!(crc(segment), 0x1C80);
        assert_eq!(modbus(b"123456789"), 0x4B37);
    }

    #[test]
    fn sixteen_at_a_time_equals_bit_by_bit() {
        let mut state = 88_172_645_463_325_252_u64;
        let bytes: Vec<u8> = (0..1100)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            })
            .collect();
        for length in 0..bytes.len() {
            assert_eq!(crc(&bytes[..length]), slowly(&bytes[..length]), "{length}");
        }
    }
}
