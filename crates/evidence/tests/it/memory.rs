//! Two gigabytes pass through the store without being held: measured as the most memory a process of its own ever used.

use std::fs;
use std::process::Command;

use evidence::{Evidence, FILE_MAX};

/// The most resident memory this process has had, kilobytes; from the kernel.
fn peak_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The child: uploads a file of the largest size in pieces of 4 MB, restarts half-way, reads it back. 14 GB of bytes are hashed, so it is no
/// part of the ordinary suite: `cargo test --release -p evidence -- --ignored`.
#[test]
#[ignore = "run by the test below in a process of its own"]
fn child() {
    let folder = tempfile::tempdir().unwrap();
    let store = Evidence::open(folder.path()).unwrap();
    let token = store.uploads().begin(7, "全程录像.mp4", FILE_MAX, 0).unwrap();
    let mut piece = vec![0_u8; 4 * 1024 * 1024];
    piece[..12].copy_from_slice(b"\0\0\0\x18ftypisom");
    let mut at = 0;
    while at < FILE_MAX / 2 {
        at = store.uploads().append(&token, 7, at, &piece).unwrap();
        piece[..12].fill(0);
    }
    drop(store);
    let store = Evidence::open(folder.path()).unwrap();
    while at < FILE_MAX {
        at = store.uploads().append(&token, 7, at, &piece).unwrap();
    }
    let (_, done) = store.finish(&token, 7).unwrap();
    assert_eq!(done.stored.bytes, FILE_MAX);
    assert_eq!(store.check(&done.stored.id).unwrap(), done.stored);
    let read: u64 = store.blocks(&done.stored.id).unwrap().map(|block| block.unwrap().len() as u64).sum();
    assert_eq!(read, FILE_MAX);
    println!("peak {} kB", peak_kb().unwrap());
}

#[test]
#[ignore = "slow: two gigabytes, hashed four times"]
fn two_gigabytes_do_not_raise_memory() {
    if peak_kb().is_none() {
        return;
    }
    let program = std::env::current_exe().unwrap();
    let child = Command::new(program).args(["--ignored", "--exact", "memory::child", "--nocapture"]).output().unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    let peak: u64 = said.split("peak ").nth(1).and_then(|t| t.split(' ').next()?.parse().ok()).unwrap();
    println!("peak {peak} kB");
    assert!(peak < 200 * 1024, "{peak} kB");
}
