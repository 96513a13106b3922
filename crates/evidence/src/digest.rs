//! The two digests of a file, made while it passes by.

use sha2::{Digest, Sha256};
use sm3::Sm3;

/// The digests of a stored file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stored {
    /// SHA-256 of the bytes, hexadecimal: the file's address.
    pub id: String,
    /// SM3 of the bytes, hexadecimal.
    pub sm3: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Both digests of what has passed so far.
#[derive(Debug, Clone, Default)]
pub struct Digests {
    sha256: Sha256,
    sm3: Sm3,
    bytes: u64,
}

impl Digests {
    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.sm3.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// How many bytes have passed.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The digests of all that passed.
    pub fn finish(self) -> Stored {
        Stored { id: hex(&self.sha256.finalize()), sm3: hex(&self.sm3.finalize()), bytes: self.bytes }
    }
}

/// The digests of bytes that need not be stored.
pub fn digests(bytes: &[u8]) -> Stored {
    let mut digests = Digests::default();
    digests.update(bytes);
    digests.finish()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}
