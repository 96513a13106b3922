//! One entry of the journal and how it is hashed.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::encode::{hex, hexed};

/// The format of the hashed fields that new entries get. Entries of every earlier format stay verifiable.
pub const FORMAT: u16 = 1;

/// What a caller proposes to append.
#[derive(Debug)]
pub struct Draft<'a> {
    /// What the entry is about, such as a case; versions count within a stream from 1.
    pub stream: &'a str,
    /// The version of the stream the caller saw (0: the stream does not exist yet), or `None` where any will do.
    pub expects: Option<i64>,
    /// The civil day (UTC+8) on which it happened.
    pub happened_at: Date,
    /// Who recorded it.
    pub actor: &'a str,
    /// What kind of entry it is.
    pub kind: &'a str,
    /// The version of the body's shape; a changed shape is a new version.
    pub kind_version: u16,
    /// The content: JSON text, hashed and stored as these exact bytes.
    pub body: String,
}

/// What was appended. Never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The format of the hashed fields.
    pub format: u16,
    /// Place in the journal of the bureau, from 1 without gaps.
    pub position: i64,
    /// What the entry is about.
    pub stream: String,
    /// Place within the stream, from 1 without gaps.
    pub version: i64,
    /// The civil day (UTC+8) on which it happened, as the actor said.
    pub happened_at: Date,
    /// When it was recorded, UTC milliseconds; never decreases along the journal.
    pub recorded_at: i64,
    /// Who recorded it.
    pub actor: String,
    /// What kind of entry it is.
    pub kind: String,
    /// The version of the body's shape.
    pub kind_version: u16,
    /// The exact bytes that were hashed.
    pub body: String,
    /// How many texts were kept outside the journal under this position.
    pub texts: u32,
    /// The hash of the entry before, or of the bureau's beginning.
    pub prev: ChainHash,
    /// The hash of this entry.
    pub hash: ChainHash,
}

impl Entry {
    /// Computes the hash from the fields, without looking at the one stored.
    pub fn rehash(&self, bureau: &str) -> ChainHash {
        Envelope::of(self, bureau, &self.happened_at.to_string()).hash()
    }
}

/// SM3 (GB/T 32905-2016) followed by SHA-256 (FIPS 180-4) of the same bytes: 64 bytes.
///
/// Both must be broken to forge one; a verifier that trusts only one of them can check that half alone.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHash(#[serde(with = "hexed")] pub [u8; 64]);

impl ChainHash {
    pub(crate) fn of(bytes: &[u8]) -> ChainHash {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&Sm3::digest(bytes));
        both[32..].copy_from_slice(&Sha256::digest(bytes));
        ChainHash(both)
    }

    /// What the first entry of a bureau points back to.
    pub(crate) fn beginning(bureau: &str) -> ChainHash {
        let mut bytes = Vec::with_capacity(64);
        put(&mut bytes, b"xiezhi/beginning/1");
        put(&mut bytes, bureau.as_bytes());
        ChainHash::of(&bytes)
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// The hashed fields, borrowed, exactly as they are stored.
pub(crate) struct Envelope<'a> {
    pub(crate) format: i64,
    pub(crate) bureau: &'a str,
    pub(crate) position: i64,
    pub(crate) stream: &'a str,
    pub(crate) version: i64,
    pub(crate) happened_at: &'a str,
    pub(crate) recorded_at: i64,
    pub(crate) actor: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) kind_version: i64,
    pub(crate) body: &'a str,
    pub(crate) texts: i64,
    pub(crate) prev: &'a [u8],
}

impl<'a> Envelope<'a> {
    pub(crate) fn of(entry: &'a Entry, bureau: &'a str, day: &'a str) -> Envelope<'a> {
        Envelope {
            format: i64::from(entry.format),
            bureau,
            position: entry.position,
            stream: &entry.stream,
            version: entry.version,
            happened_at: day,
            recorded_at: entry.recorded_at,
            actor: &entry.actor,
            kind: &entry.kind,
            kind_version: i64::from(entry.kind_version),
            body: &entry.body,
            texts: i64::from(entry.texts),
            prev: &entry.prev.0,
        }
    }

    /// Format 1: every field as an 8-byte big-endian length and its bytes, whole numbers as 8 bytes big-endian.
    /// The format number is part of what is hashed, so one format can never be read as another.
    pub(crate) fn hash(&self) -> ChainHash {
        let mut bytes = Vec::with_capacity(320 + self.stream.len() + self.body.len());
        put(&mut bytes, b"xiezhi/entry");
        number(&mut bytes, self.format);
        put(&mut bytes, self.bureau.as_bytes());
        number(&mut bytes, self.position);
        put(&mut bytes, self.stream.as_bytes());
        number(&mut bytes, self.version);
        put(&mut bytes, self.happened_at.as_bytes());
        number(&mut bytes, self.recorded_at);
        put(&mut bytes, self.actor.as_bytes());
        put(&mut bytes, self.kind.as_bytes());
        number(&mut bytes, self.kind_version);
        put(&mut bytes, self.body.as_bytes());
        number(&mut bytes, self.texts);
        put(&mut bytes, self.prev);
        ChainHash::of(&bytes)
    }
}

/// Appends a length-prefixed field: no two different lists of fields give the same bytes.
pub(crate) fn put(to: &mut Vec<u8>, field: &[u8]) {
    to.extend_from_slice(&(field.len() as u64).to_be_bytes());
    to.extend_from_slice(field);
}

pub(crate) fn number(to: &mut Vec<u8>, n: i64) {
    put(to, &n.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_of_the_standard() {
        let hash = ChainHash::of(b"abc").to_string();
        assert_eq!(
            hash,
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let (mut one, mut two) = (Vec::new(), Vec::new());
        put(&mut one, b"ab");
        put(&mut one, b"c");
        put(&mut two, b"a");
        put(&mut two, b"bc");
        assert_ne!(one, two);
    }
}
