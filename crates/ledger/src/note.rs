//! Signed notes in the form of C2SP `signed-note`: a text that ends with a line, an empty line, and lines `— name base64(key id, Ed25519)`.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::encode::{base64, from_base64};

/// Signs a text, which must end with a line end and hold no empty line. `name` is that of the key: no white space, no `+`.
pub fn signed(text: &str, name: &str, key: &SigningKey) -> String {
    let mut signature = key_id(name, &key.verifying_key()).to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n— {name} {}\n", base64(&signature))
}

/// Whether a note carries a signature of this key under this name.
pub fn is_signed(note: &str, name: &str, key: &VerifyingKey) -> bool {
    let Some((text, signatures)) = split(note) else { return false };
    let id = key_id(name, key);
    let mut signed = signatures.lines().filter_map(|line| {
        let (signer, coded) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = from_base64(coded)?;
        let (said, signature) = bytes.split_at_checked(4)?;
        (signer == name && said == id).then_some(<[u8; 64]>::try_from(signature).ok()?)
    });
    signed.any(|bytes| key.verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes)).is_ok())
}

/// The text of a note and its signatures.
pub fn split(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind("\n\n")?;
    Some((note.get(..=at)?, note.get(at + 2..)?))
}

/// As the form defines it for Ed25519.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut sha = Sha256::new();
    sha.update(name.as_bytes());
    sha.update(b"\n\x01");
    sha.update(key.as_bytes());
    let hash = sha.finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}
