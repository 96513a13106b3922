//! The store behaves in a bucket as it does in a folder; the bucket is a real S3 server that checks signatures, started here.
//!
//! A package of its own: `cargo test --release --manifest-path tests/bucket/Cargo.toml`, part of `cargo xtask test`.

use std::fs;
use std::io::Read;
use std::path::Path;

use evidence::home::{Credentials, S3};
use evidence::{Evidence, Fault, digests};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;


/// An S3 server over a folder, on a thread of its own, until the process ends; answers its address.
fn server(folder: &Path) -> String {
    fs::create_dir_all(folder.join("files")).unwrap();
    let files = s3s_fs::FileSystem::new(folder).unwrap();
    let (send, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let mut service = S3ServiceBuilder::new(files);
            service.set_auth(SimpleAuth::from_single("bureau", "a secret of the bureau"));
            let service = service.build();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = service.clone();
                tokio::spawn(async move {
                    let http = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
                    let _ = http.serve_connection(hyper_util::rt::TokioIo::new(stream), service).await;
                });
            }
        });
    });
    format!("http://{}", address.recv().unwrap())
}

fn bucket(address: &str, secret: &str) -> S3 {
    let credentials = Credentials { key: "bureau".into(), secret: secret.into() };
    S3::new(address, "files", "cn-east", "qp", &credentials).unwrap()
}

fn in_bucket() -> (tempfile::TempDir, Evidence) {
    let folder = tempfile::tempdir().unwrap();
    let address = server(&folder.path().join("server"));
    let evidence =
        Evidence::in_bucket(&folder.path().join("local"), bucket(&address, "a secret of the bureau"), false).unwrap();
    (folder, evidence)
}

/// A store in a folder.
fn store() -> (tempfile::TempDir, Evidence) {
    let folder = tempfile::tempdir().unwrap();
    let evidence = Evidence::open(folder.path()).unwrap();
    (folder, evidence)
}

fn both() -> [(tempfile::TempDir, Evidence); 2] {
    [store(), in_bucket()]
}

fn rest(evidence: &Evidence, id: &str, from: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    evidence.reader(id, from).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn many_files_are_kept_in_order_and_the_same_bytes_once() {
    for (_folder, store) in both() {
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
}

#[test]
fn what_is_received_in_pieces_is_what_was_sent_and_is_read_from_anywhere() {
    for (_folder, store) in both() {
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
}

#[test]
fn an_address_never_becomes_a_path_outside() {
    for (_folder, evidence) in both() {
        for id in ["../../etc/passwd", "", &"g".repeat(64), &"A".repeat(64)] {
            assert!(matches!(evidence.get(id), Err(Fault::NotAnAddress)), "{id}");
            assert!(matches!(evidence.thumbnail(id), Err(Fault::NotAnAddress)), "{id}");
            assert!(!evidence.has(id));
        }
    }
}

#[test]
fn a_wrong_secret_is_refused_and_never_said() {
    let folder = tempfile::tempdir().unwrap();
    let address = server(&folder.path().join("server"));
    let refused =
        Evidence::in_bucket(&folder.path().join("local"), bucket(&address, "another secret"), false).unwrap_err();
    let said = format!("{refused} {refused:?} {:?}", bucket(&address, "another secret"));
    assert!(said.contains("不准许访问"), "{said}");
    assert!(!said.contains("another secret") && !said.contains("Signature"), "{said}");
}

#[test]
fn a_bucket_that_is_not_there_is_an_error_that_says_so() {
    let nobody = Evidence::in_bucket(tempfile::tempdir().unwrap().path(), bucket("http://127.0.0.1:9", "x"), false);
    assert!(matches!(nobody, Err(Fault::Bucket(_))));
}

#[test]
fn a_byte_changed_in_a_bucket_is_found() {
    let (folder, store) = in_bucket();
    let stored = store.put(b"photo").unwrap();
    let at = folder.path().join("server/files/qp").join(&stored.id[..2]).join(&stored.id);
    assert!(at.is_file(), "the object lies under the prefix");
    fs::write(at, b"phota").unwrap();
    assert!(matches!(store.get(&stored.id), Err(Fault::Changed(_))));
    assert_eq!(store.verify().unwrap(), (1, vec![stored.id]));
}
