//! What survives a loss of power: no answered frame is lost, whatever the disk had written of what was not synced.
//!
//! As in the ledger's test, a recording file system writes down every write and sync of a run over a real socket, with the moments at which
//! answers came; then crashes are acted out, and what is found afterwards is read and verified.
#![expect(unsafe_code, reason = "SQLite takes a file system as C functions only")]

#[path = "../../ledger/tests/vfs/mod.rs"]
mod vfs;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use offsite::protocols::jt808::frame::{Buffer, Frame};
use offsite::protocols::jt808::profile::Profile;
use telemetry::load::{phone, position};
use telemetry::{AnyDevice, Archive, Config, Cursor, Fault, Handle, Listener, Speaks, Unknown, start};
use vfs::{Disk, Op};

/// 2026-11-25 23:59:00 in China.
const EVENING: i64 = 1_795_622_340_000;
const CRASHES: usize = 200;
/// The size of an answer without escapes: two delimiters, header, five bytes, checksum.
const ANSWER: usize = 20;

/// Numbers that look random and are the same in every run.
pub(crate) struct Seed(u64);

impl Seed {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if n == 0 { 0 } else { (self.0 % n as u64) as usize }
    }
}

fn serve(folder: &Path, now: &Arc<AtomicI64>) -> Handle {
    let clock = Arc::clone(now);
    let mut config =
        Config::new(folder.to_owned(), Arc::new(AnyDevice), Arc::new(move || clock.load(Ordering::SeqCst)));
    config.limits.storm = u32::MAX;
    config.linger.quiet = Duration::ZERO;
    config.batch = (16, 60_000);
    config.listeners.push(Listener {
        name: "trucks".into(),
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        speaks: Speaks::Jt808(Profile::builtin()[0].clone()),
        unknown: Unknown::Refuse,
        authentication: false,
    });
    start(config).unwrap()
}

/// Waits for so many answers.
fn await_answers(stream: &mut TcpStream, count: usize) -> bool {
    let (mut found, mut delimiters, mut bytes) = (0, 0, [0; 4096]);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    while found < count {
        let Ok(read @ 1..) = stream.read(&mut bytes) else { return false };
        delimiters += bytes[..read].iter().filter(|b| **b == 0x7e).count();
        found = delimiters / 2;
    }
    assert_eq!(found, count);
    true
}

/// Frames in flights of different sizes, over midnight; each flight is noted when all of it is answered.
fn record(deaf: bool) -> (Vec<Op>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::record(folder.path(), deaf);
    let now = Arc::new(AtomicI64::new(EVENING));
    let handle = serve(folder.path(), &now);
    let mut stream = TcpStream::connect(handle.addresses()[0]).unwrap();
    let mut serial = 0_u16;
    for flight in 0..400_u16 {
        now.fetch_add(250, Ordering::SeqCst);
        let count = if flight % 50 == 49 { 800 } else { flight % 7 + 1 };
        let mut bytes = Vec::new();
        (0..count).for_each(|n| position(&mut bytes, phone(1 + u32::from(n % 5)), serial + n));
        stream.write_all(&bytes).unwrap();
        assert!(await_answers(&mut stream, usize::from(count)));
        serial += count;
        disk.answered(serial.into());
    }
    handle.stop().unwrap();
    (disk.stop(), folder)
}

/// Acts out one crash and says what is wrong afterwards.
fn crash(ops: &[Op], at: usize, seed: &mut Seed) -> Result<(), String> {
    let answered = ops[..at]
        .iter()
        .filter_map(|op| if let Op::Answered(count) = op { Some(*count) } else { None })
        .max()
        .unwrap_or(0);
    let files = vfs::after_crash(&ops[..at], seed);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let archive = Archive::new(folder.path());
    // It opens and goes on, also where a file had only just been made.
    let now = Arc::new(AtomicI64::new(EVENING + 120_000));
    let handle = std::panic::catch_unwind(|| serve(folder.path(), &now)).map_err(|_| "does not open".to_owned())?;
    let mut stream = TcpStream::connect(handle.addresses()[0]).unwrap();
    let mut bytes = Vec::new();
    position(&mut bytes, phone(9), u16::MAX);
    stream.write_all(&bytes).unwrap();
    if !await_answers(&mut stream, 1) {
        return Err("does not go on".into());
    }
    handle.stop().map_err(|fault| fault.to_string())?;
    for day in archive.days().map_err(|fault| fault.to_string())? {
        let verified = archive.verify(day).map_err(|fault| fault.to_string())?;
        if !verified.broken.is_empty() {
            return Err(format!("{day}: {:?}", verified.broken));
        }
    }
    let (frames, _) = archive.after(Cursor::START, usize::MAX).map_err(|fault| fault.to_string())?;
    let mut room = Buffer::default();
    let mut kept = vec![0_u8; usize::from(u16::MAX) + 1];
    for frame in frames {
        let frame = Frame::open(&frame.bytes, &mut room, &Profile::builtin()[0]).map_err(|why| why.to_string())?;
        kept[usize::from(frame.head.serial)] += 1;
    }
    match (0..answered as usize).find(|serial| kept[*serial] != 1) {
        Some(serial) => Err(format!("answered {answered}, and frame {serial} is there {} times", kept[serial])),
        None => Ok(()),
    }
}

fn lost(ops: &[Op], crashes: usize) -> Vec<String> {
    let mut seed = Seed(20_261_125);
    let first = ops.iter().position(|op| matches!(op, Op::Answered(_))).unwrap();
    (0..crashes)
        .filter_map(|_| {
            let at = first + seed.below(ops.len() - first);
            crash(ops, at, &mut seed).err().map(|what| format!("after operation {at} of {}: {what}", ops.len()))
        })
        .collect()
}

#[test]
fn no_answered_frame_is_lost() {
    let (ops, folder) = record(false);
    assert_eq!(Archive::new(folder.path()).days().unwrap().len(), 2, "the run goes over midnight");
    let syncs = ops.iter().filter(|op| matches!(op, Op::Sync(_))).count();
    assert!(syncs >= 400, "every flight is synced: {syncs}");
    assert_eq!(lost(&ops, CRASHES), Vec::<String>::new());
}

/// The same run on a disk that lies about syncing must lose frames, or this test sees nothing.
#[test]
fn a_disk_that_does_not_sync_is_noticed() {
    std::panic::set_hook(Box::new(|_| {}));
    let (ops, _folder) = record(true);
    let lost = lost(&ops, 30).len();
    assert!(lost * 4 > 30, "only {lost} of 30 crashes were noticed");
}

#[test]
fn after_a_failed_commit_nobody_is_answered_and_the_server_stops() {
    for full in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::record(folder.path(), false);
        let now = Arc::new(AtomicI64::new(EVENING));
        let handle = serve(folder.path(), &now);
        let mut stream = TcpStream::connect(handle.addresses()[0]).unwrap();
        let mut bytes = Vec::new();
        position(&mut bytes, phone(1), 1);
        stream.write_all(&bytes).unwrap();
        assert!(await_answers(&mut stream, 1));
        if full {
            disk.fail_writes(rusqlite::ffi::SQLITE_FULL);
        } else {
            disk.fail_syncs(true);
        }
        stream.write_all(&bytes).unwrap();
        let mut answer = Vec::new();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < ANSWER, "an answer without a commit");
        let begun = Instant::now();
        while handle.is_serving() {
            assert!(begun.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(matches!(handle.wait(), Err(Fault::Store(_))));
        disk.fail_writes(0);
        disk.fail_syncs(false);
        // What is there afterwards is whole, with or without the frame of unknown outcome.
        let handle = serve(folder.path(), &now);
        let mut stream = TcpStream::connect(handle.addresses()[0]).unwrap();
        stream.write_all(&bytes).unwrap();
        assert!(await_answers(&mut stream, 1));
        handle.stop().unwrap();
        let archive = Archive::new(folder.path());
        let verified = archive.verify(archive.days().unwrap()[0]).unwrap();
        assert!((2..=3).contains(&verified.frames) && verified.broken.is_empty(), "{verified:?}");
    }
}
