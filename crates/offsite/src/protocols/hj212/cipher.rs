//! The enciphered CP of HJ 212-2025: SM4 with 128-bit key, ECB, no padding.
//!
//! Groups of 16 bytes are enciphered and a shorter rest stays plain; the CRC is that of the plain frame. ECB under an
//! eight-bit checksum authenticates nothing, so a device is still known by where it connects from.

use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// An SM4 key.
pub type Key = [u8; 16];

/// Whether the edition enciphers CP of this command: 2000 to 2999, 1014 and 3020.
pub const fn is_enciphered(cn: u16) -> bool {
    matches!(cn, 2000..=2999 | 1014 | 3020)
}

/// Enciphers CP in place.
pub fn encipher(key: &Key, cp: &mut [u8]) {
    let cipher = Sm4::new(&Array::from(*key));
    let (groups, _) = cp.as_chunks_mut::<16>();
    for group in groups {
        let mut block = Array::from(*group);
        cipher.encrypt_block(&mut block);
        group.copy_from_slice(&block);
    }
}

/// Deciphers CP in place.
pub fn decipher(key: &Key, cp: &mut [u8]) {
    let cipher = Sm4::new(&Array::from(*key));
    let (groups, _) = cp.as_chunks_mut::<16>();
    for group in groups {
        let mut block = Array::from(*group);
        cipher.decrypt_block(&mut block);
        group.copy_from_slice(&block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::bytes::from_hex;

    #[test]
    fn the_check_value_of_the_cipher_and_a_plain_rest() {
        let key: Key = from_hex("0123456789abcdeffedcba9876543210").unwrap().try_into().unwrap();
        let mut text = key.to_vec();
        text.extend_from_slice(b"rest");
        encipher(&key, &mut text);
        assert_eq!(text[..16], from_hex("681edf34d206965e86b3e94f536e4246").unwrap());
        assert_eq!(&text[16..], b"rest");
        decipher(&key, &mut text);
        assert_eq!(text[..16], key);
    }
}
