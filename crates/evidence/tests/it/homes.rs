//! The store in a folder; in a bucket it is tried by a package of its own, `tests/bucket`.

use std::fs;
use std::io::Read;

use evidence::{BYTES_MAX, Evidence, Fault, digests};

use crate::store;

fn rest(evidence: &Evidence, id: &str, from: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    evidence.reader(id, from).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn many_files_are_kept_in_order_and_the_same_bytes_once() {
    let (_folder, store) = store();
    let stored = store.put_all(&[&b"one"[..], b"two", b"one"]).unwrap();
    assert_eq!((stored[0].id.clone(), stored.len()), (stored[2].id.clone(), 3));
    assert_eq!(store.get(&stored[1].id).unwrap(), b"two");
    assert_eq!(store.verify().unwrap(), (2, Vec::new()));
    assert_eq!(store.list().unwrap().len(), 2);
    assert_eq!(store.put(b"two").unwrap(), stored[1]);
    assert_eq!(store.size(&stored[1].id).unwrap(), Some(3));
    assert!(!store.has(&"0".repeat(64)));
    assert!(matches!(store.get(&"0".repeat(64)), Err(Fault::Missing(_))));
}

#[test]
fn what_is_received_in_pieces_is_what_was_sent_and_is_read_from_anywhere() {
    let (_folder, store) = store();
    let sent: Vec<u8> = (0..1_000_000_u32).flat_map(|n| (n % 251).to_le_bytes()).collect();
    let mut receiving = store.receive().unwrap();
    for piece in sent.chunks(65_537) {
        receiving.write(piece).unwrap();
    }
    let stored = store.keep(receiving).unwrap();
    assert_eq!(stored, digests(&sent));
    assert_eq!(store.check(&stored.id).unwrap(), stored);
    assert_eq!(rest(&store, &stored.id, 3_999_990), &sent[3_999_990..]);
    assert_eq!(rest(&store, &stored.id, 4_000_000), b"");
    let blocks: Vec<u8> = store.blocks(&stored.id).unwrap().map(Result::unwrap).collect::<Vec<_>>().concat();
    assert_eq!(blocks, sent);
    // The same once more is kept once.
    let mut again = store.receive().unwrap();
    again.write(&sent).unwrap();
    assert_eq!(store.keep(again).unwrap(), stored);
    assert_eq!(store.list().unwrap(), [stored.id]);
}

#[test]
fn a_file_that_is_not_kept_leaves_nothing() {
    let (folder, store) = store();
    let mut receiving = store.receive().unwrap();
    receiving.write(b"half").unwrap();
    drop(receiving);
    assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1, "only the folder of uploads");
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn the_standards_own_examples() {
    let abc = digests(b"abc");
    assert_eq!(abc.id, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(abc.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

#[test]
fn a_changed_byte_is_found_and_never_looks_complete() {
    let (folder, evidence) = store();
    let stored = evidence.put(&vec![7; 600_000]).unwrap();
    let path = folder.path().join(&stored.id[..2]).join(&stored.id);
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] = 8;
    fs::write(path, bytes).unwrap();
    assert!(matches!(evidence.get(&stored.id), Err(Fault::Changed(_))));
    assert!(matches!(evidence.check(&stored.id), Err(Fault::Changed(_))));
    assert_eq!(evidence.verify().unwrap(), (1, vec![stored.id.clone()]));
    let blocks: Vec<_> = evidence.blocks(&stored.id).unwrap().collect();
    assert!(blocks.last().unwrap().is_err());
    let given: usize = blocks.iter().filter_map(|b| Some(b.as_ref().ok()?.len())).sum();
    assert!(given < 600_000, "the last block is held back");
}

#[test]
fn fifty_megabytes_are_taken_at_once_and_one_byte_more_is_not() {
    let (_folder, evidence) = store();
    let mut bytes = vec![7; BYTES_MAX as usize];
    assert!(evidence.put(&bytes).is_ok());
    bytes.push(7);
    assert!(matches!(evidence.put(&bytes), Err(Fault::TooLarge)));
}

#[test]
fn an_address_never_becomes_a_path_outside() {
    let (_folder, evidence) = store();
    for id in ["../../etc/passwd", "", &"g".repeat(64), &"A".repeat(64)] {
        assert!(matches!(evidence.get(id), Err(Fault::NotAnAddress)), "{id}");
        assert!(matches!(evidence.thumbnail(id), Err(Fault::NotAnAddress)), "{id}");
        assert!(!evidence.has(id));
    }
}
