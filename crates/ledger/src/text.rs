//! Commitments to texts kept outside the journal.

use crate::encode::hex;
use crate::entry::{number, put};
use crate::{ChainHash, Fault};

/// Random bytes that keep short texts (names, telephone numbers) from being guessed from their commitment.
pub(crate) fn salt() -> Result<[u8; 32], Fault> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| Fault::Unavailable(format!("no random bytes: {error}")))?;
    Ok(salt)
}

/// The commitment to a text: 128 hexadecimal digits (SM3, then SHA-256). It names the place, so a text cannot stand in for another.
pub fn commitment(position: i64, slot: i64, salt: &[u8], text: &str) -> String {
    let mut bytes = Vec::with_capacity(128 + text.len());
    put(&mut bytes, b"xiezhi/text/1");
    number(&mut bytes, position);
    number(&mut bytes, slot);
    put(&mut bytes, salt);
    put(&mut bytes, text.as_bytes());
    hex(&ChainHash::of(&bytes).0)
}
