//! Packages put together anew by somebody who knows the format.

use dossier::Variant;
use dossier::check::check;
use ledger::{SigningKey, note};
use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::support::{packed, signer};

pub(crate) type Parts = Vec<(String, Vec<u8>)>;

/// Names and contents of a package.
pub(crate) fn parts(bytes: &[u8]) -> Parts {
    let mut all = Parts::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let word = |n: usize| u32::from_le_bytes(bytes[at + n..at + n + 4].try_into().unwrap()) as usize;
        let (size, name) = (word(18), word(26) & 0xffff);
        let data = at + 30 + name;
        all.push((String::from_utf8(bytes[at + 30..data].to_vec()).unwrap(), bytes[data..data + size].to_vec()));
        at = data + size;
    }
    all
}

/// A container with these contents: everything about it is right.
pub(crate) fn pack(parts: &Parts) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut common: Vec<u8> = [20_u16, 0x800, 0, 0, 0x21].iter().flat_map(|n| n.to_le_bytes()).collect();
        common.extend(crc32fast::hash(content).to_le_bytes());
        common.extend([(content.len() as u32).to_le_bytes(), (content.len() as u32).to_le_bytes()].concat());
        common.extend([(name.len() as u16).to_le_bytes(), [0; 2]].concat());
        directory
            .extend([b"PK\x01\x02\x14\0", common.as_slice(), &[0; 10], &(out.len() as u32).to_le_bytes()].concat());
        directory.extend(name.as_bytes());
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat());
    }
    let (start, count) = ((out.len() as u32).to_le_bytes(), (parts.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count].concat());
    out.extend([(directory.len() as u32).to_le_bytes().as_slice(), &start, &[0; 2]].concat());
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn of<'a>(parts: &'a mut Parts, name: &str) -> &'a mut Vec<u8> {
    &mut parts.iter_mut().find(|part| part.0 == name).unwrap_or_else(|| panic!("{name}")).1
}

fn text(parts: &mut Parts, name: &str) -> String {
    String::from_utf8(of(parts, name).clone()).unwrap()
}

/// Lists the contents anew and signs the list with this key.
pub(crate) fn sign(parts: &mut Parts, key: &SigningKey) {
    *of(parts, "key.txt") = format!("{}\n", hex(key.verifying_key().as_bytes())).into_bytes();
    let manifest = text(parts, "manifest.txt");
    // Seven lines say of what it is a list, eight where the case has stamped originals.
    let head = if manifest.starts_with("xiezhi/dossier/2") { 8 } else { 7 };
    let mut listed: String = manifest.lines().take(head).map(|line| format!("{line}\n")).collect();
    for (name, content) in parts.iter().filter(|part| part.0 != "manifest.txt") {
        let (sha256, sm3) = (hex(&Sha256::digest(content)), hex(&Sm3::digest(content)));
        listed.push_str(&format!("{sha256} {sm3} {} {name}\n", content.len()));
    }
    *of(parts, "manifest.txt") = note::signed(&listed, "cg.example/qp", key).into_bytes();
}

fn refused(parts: &Parts) -> String {
    check(pack(parts).as_slice(), None).expect_err("a forged package is refused").part
}

#[test]
fn packing_anew_changes_nothing() {
    let good = packed(Variant::Whole);
    assert!(pack(&parts(&good)) == good);
    let mut again = parts(&good);
    sign(&mut again, &signer().key);
    assert!(pack(&again) == good, "the list is what its form says");
}

#[test]
fn a_content_changed_is_named_though_the_container_is_right() {
    let good = parts(&packed(Variant::Whole));
    for n in 0..good.len() {
        let mut bent = good.clone();
        bent[n].1.push(b' ');
        assert_eq!(refused(&bent), good[n].0);
        let mut fewer = good.clone();
        fewer.remove(n);
        assert!(check(pack(&fewer).as_slice(), None).is_err(), "without {}", good[n].0);
    }
}

#[test]
fn whoever_holds_the_key_still_cannot_change_what_the_checkpoint_covers() {
    let good = parts(&packed(Variant::Whole));
    let key = signer().key;
    let bend = |name: &str, from: &str, to: &str| {
        let mut bent = good.clone();
        let changed = text(&mut bent, name).replacen(from, to, 1);
        assert_ne!(changed.as_bytes(), of(&mut bent, name).as_slice(), "{name}: {from}");
        *of(&mut bent, name) = changed.into_bytes();
        sign(&mut bent, &key);
        refused(&bent)
    };
    // The fine, a statement, a salt, a hash; all listed and signed properly.
    assert_eq!(bend("entries.jsonl", "\\\"fine\\\":6000000", "\\\"fine\\\":600000"), "entries.jsonl");
    assert_eq!(bend("texts.jsonl", "当事人在上述地点", "当事人不在上述地点"), "texts.jsonl");
    assert_eq!(bend("texts.jsonl", "\"salt\":\"", "\"salt\":\"00"), "texts.jsonl");
    assert_eq!(
        bend(
            "proof.jsonl",
            "\"path\":[\"",
            "\"path\":[\"00000000000000000000000000000000000000000000000000000000000000ff\",\""
        ),
        "proof.jsonl"
    );
    let mut fewer = good.clone();
    let lines = text(&mut fewer, "entries.jsonl");
    *of(&mut fewer, "entries.jsonl") = lines.lines().skip(1).flat_map(|l| [l, "\n"]).collect::<String>().into_bytes();
    sign(&mut fewer, &key);
    assert_eq!(refused(&fewer), "entries.jsonl");
    let mut other = good.clone();
    let file = other.iter().position(|part| part.0.starts_with("files/")).unwrap();
    other[file].1.push(0);
    sign(&mut other, &key);
    assert_eq!(refused(&other), good[file].0, "a file is what its name says");
}

#[test]
fn another_key_is_seen_only_by_whoever_brings_the_right_one() {
    let mut forged = parts(&packed(Variant::Whole));
    let (own, other) = (signer().key, SigningKey::from_bytes(&[8; 32]));
    sign(&mut forged, &other);
    assert_eq!(refused(&forged), "checkpoint.txt", "the list is re-signed, the checkpoint is not");
    let checkpoint = text(&mut forged, "checkpoint.txt");
    let (words, _) = note::split(&checkpoint).unwrap();
    *of(&mut forged, "checkpoint.txt") = note::signed(words, "cg.example/qp", &other).into_bytes();
    sign(&mut forged, &other);
    let bytes = pack(&forged);
    // This is why the key in the package proves nothing by itself.
    let holds = check(bytes.as_slice(), None).unwrap();
    assert_eq!((holds.compared, holds.key), (false, hex(other.verifying_key().as_bytes())));
    let refused = check(bytes.as_slice(), Some(&own.verifying_key())).unwrap_err();
    assert_eq!(refused.part, "key.txt");
}

#[test]
fn nonsense_is_refused_without_a_panic() {
    for bytes in [b"".as_slice(), b"PK\x05\x06", b"PK\x03\x04", &[0xff; 5000], &pack(&Parts::new()), b"%PDF-1.7"] {
        assert!(check(bytes, None).is_err());
    }
}
