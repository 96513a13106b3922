//! Files in pieces: resumed after a cut and after a restart, by nobody but who began.

use evidence::upload::{KEPT_MS, OPEN_MAX};
use evidence::{Evidence, FILE_MAX, Fault, digests};

use crate::store;

const PDF: &[u8] = b"%PDF-1.7\nnot much of a document, but it says what it is\n%%EOF\n";

#[test]
fn an_upload_goes_on_where_it_stands_also_after_a_restart() {
    let (folder, store) = store();
    let token = store.uploads().begin(7, "笔录.pdf", PDF.len() as u64, 0).unwrap();
    assert_eq!(store.uploads().append(&token, 7, 0, &PDF[..10]).unwrap(), 10);
    drop(store);
    let store = Evidence::open(folder.path()).unwrap();
    let (head, at) = store.uploads().state(&token, 7).unwrap();
    assert_eq!((head.name.as_str(), at), ("笔录.pdf", 10));
    assert!(matches!(store.uploads().append(&token, 7, 0, &PDF[..10]), Err(Fault::Offset(10))), "not twice");
    assert!(matches!(store.finish(&token, 7), Err(Fault::Offset(10))), "not yet");
    store.uploads().append(&token, 7, 10, &PDF[10..]).unwrap();
    let (_, done) = store.finish(&token, 7).unwrap();
    assert_eq!(done.stored, digests(PDF));
    assert_eq!(done.facts.media, "application/pdf");
    assert_eq!(store.get(&done.stored.id).unwrap(), PDF);
    // The answer was lost: asked again, also after another restart, it is the same.
    assert_eq!(store.finish(&token, 7).unwrap().1, done);
    let store = Evidence::open(folder.path()).unwrap();
    assert_eq!(store.finish(&token, 7).unwrap().1, done);
    assert_eq!(store.uploads().state(&token, 7).unwrap().1, PDF.len() as u64);
}

#[test]
fn only_who_began_goes_on() {
    let (_folder, store) = store();
    let token = store.uploads().begin(7, "a.pdf", PDF.len() as u64, 0).unwrap();
    for other in [
        store.uploads().append(&token, 8, 0, PDF).map(|_| ()),
        store.uploads().state(&token, 8).map(|_| ()),
        store.uploads().cancel(&token, 8),
        store.finish(&token, 8).map(|_| ()),
        store.uploads().state("../../x", 7).map(|_| ()),
    ] {
        assert!(matches!(other, Err(Fault::NoUpload)));
    }
    store.uploads().cancel(&token, 7).unwrap();
    assert!(matches!(store.uploads().state(&token, 7), Err(Fault::NoUpload)));
}

#[test]
fn more_than_announced_is_not_taken() {
    let (_folder, store) = store();
    let token = store.uploads().begin(7, "a.pdf", 10, 0).unwrap();
    let refused = store.uploads().append(&token, 7, 0, PDF).unwrap_err();
    assert!(refused.to_string().contains("“a.pdf”") && refused.to_string().contains("比说明的大"), "{refused}");
}

#[test]
fn what_is_not_finished_within_a_day_is_swept() {
    let (folder, store) = store();
    let old = store.uploads().begin(7, "a.pdf", 10, 0).unwrap();
    let new = store.uploads().begin(7, "b.pdf", 10, 1).unwrap();
    store.uploads().append(&old, 7, 0, b"%PDF").unwrap();
    assert_eq!(store.uploads().sweep(KEPT_MS).unwrap(), 1);
    assert!(store.uploads().state(&old, 7).is_err());
    assert!(store.uploads().state(&new, 7).is_ok());
    assert_eq!(std::fs::read_dir(folder.path().join("new/uploads")).unwrap().count(), 1);
}

#[test]
fn one_person_has_a_bound_number_and_size_open() {
    let (_folder, store) = store();
    for n in 0..OPEN_MAX {
        store.uploads().begin(7, &format!("{n}.jpg"), 10, 0).unwrap();
    }
    assert!(matches!(store.uploads().begin(7, "x.jpg", 10, 0), Err(Fault::TooMany(_))));
    for n in 0..4 {
        store.uploads().begin(8, &format!("{n}.mp4"), FILE_MAX, 0).unwrap();
    }
    assert!(matches!(store.uploads().begin(8, "x.jpg", 1, 0), Err(Fault::TooMany(_))));
    assert!(store.uploads().begin(9, "x.jpg", 1, 0).is_ok(), "somebody else is not concerned");
}

#[test]
fn what_is_too_large_or_empty_is_said_before_a_byte_is_sent() {
    let (_folder, store) = store();
    let said = |name: &str, bytes| store.uploads().begin(7, name, bytes, 0).unwrap_err().to_string();
    assert!(said("录像.mp4", FILE_MAX + 1).contains("“录像.mp4”：超过 2 GB"));
    assert!(said("录像.mp4", 0).contains("“录像.mp4”：是空文件"));
    assert!(said("照片.jpg.exe", 10).contains("双重扩展名"));
}

#[test]
fn a_refused_content_ends_the_upload() {
    let (_folder, store) = store();
    let token = store.uploads().begin(7, "照片.jpg", 8, 0).unwrap();
    store.uploads().append(&token, 7, 0, b"MZ\x90\0\x03\0\0\0").unwrap();
    assert!(store.finish(&token, 7).unwrap_err().to_string().contains("“照片.jpg”：内容是程序"));
    assert!(store.uploads().state(&token, 7).is_err());
    assert!(store.list().unwrap().is_empty());
}
