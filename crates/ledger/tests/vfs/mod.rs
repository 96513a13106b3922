//! A recording file system for SQLite, and the disks it may leave behind.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, Once};

use rusqlite::ffi;

use crate::Seed;

/// What happened to the files of a ledger, in order. Files are named without their folder.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        to: usize,
    },
    Sync(String),
    Delete(String),
    /// A caller was told that the entry at this position is recorded.
    Answered(i64),
}

/// One folder whose files are watched.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Watched>);

struct Watched {
    folder: PathBuf,
    ops: Mutex<Vec<Op>>,
    /// Syncs are not recorded: as if the disk lied about them, or nobody asked.
    deaf: bool,
    write_error: AtomicI32,
    sync_fails: AtomicBool,
    stopped: AtomicBool,
}

static DISKS: Mutex<Vec<Arc<Watched>>> = Mutex::new(Vec::new());

impl Disk {
    /// Watches a folder from now on.
    pub(crate) fn record(folder: &Path, deaf: bool) -> Disk {
        install();
        let watched = Arc::new(Watched {
            folder: folder.canonicalize().unwrap(),
            ops: Mutex::new(Vec::new()),
            deaf,
            write_error: AtomicI32::new(0),
            sync_fails: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        });
        DISKS.lock().unwrap().push(Arc::clone(&watched));
        Disk(watched)
    }

    pub(crate) fn answered(&self, position: i64) {
        self.0.push(Op::Answered(position));
    }

    /// Every write gives this code; 0 ends it.
    pub(crate) fn fail_writes(&self, code: c_int) {
        self.0.write_error.store(code, Ordering::SeqCst);
    }

    pub(crate) fn fail_syncs(&self, fail: bool) {
        self.0.sync_fails.store(fail, Ordering::SeqCst);
    }

    pub(crate) fn stop(&self) -> Vec<Op> {
        self.0.stopped.store(true, Ordering::SeqCst);
        std::mem::take(&mut self.0.ops.lock().unwrap())
    }
}

impl Watched {
    fn push(&self, op: Op) {
        if !self.stopped.load(Ordering::SeqCst) {
            self.ops.lock().unwrap().push(op);
        }
    }
}

/// The files as they may be after the power failed when these operations had been asked for.
pub(crate) fn after_crash(ops: &[Op], seed: &mut Seed) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    for op in ops {
        match op {
            Op::Write { file, .. } | Op::Truncate { file, .. } => {
                files.entry(file.clone()).or_default().unsynced.push(op)
            }
            Op::Sync(file) => files.entry(file.clone()).or_default().settle(),
            Op::Delete(file) => {
                files.remove(file);
            }
            Op::Answered(_) => {}
        }
    }
    // The index of the log is rebuilt, never read.
    files.into_iter().filter(|(name, _)| !name.ends_with("-shm")).map(|(name, file)| (name, file.torn(seed))).collect()
}

#[derive(Default)]
struct File<'a> {
    bytes: Vec<u8>,
    unsynced: Vec<&'a Op>,
}

const SECTOR: usize = 512;

impl File<'_> {
    fn settle(&mut self) {
        for op in std::mem::take(&mut self.unsynced) {
            apply(&mut self.bytes, op);
        }
    }

    fn torn(mut self, seed: &mut Seed) -> Vec<u8> {
        let ops = std::mem::take(&mut self.unsynced);
        match seed.below(4) {
            0 => {}
            // The disk wrote in order and stopped within a write.
            1 => {
                let kept = seed.below(ops.len() + 1);
                for op in &ops[..kept] {
                    apply(&mut self.bytes, op);
                }
                if let Some(Op::Write { at, bytes, .. }) = ops.get(kept) {
                    let torn = seed.below(bytes.len() / SECTOR + 1) * SECTOR;
                    put(&mut self.bytes, *at, &bytes[..torn]);
                }
            }
            // The disk wrote sectors as it liked.
            how => {
                let mut sectors = Vec::new();
                for op in &ops {
                    match op {
                        Op::Write { at, bytes, .. } => {
                            let mut from = 0;
                            while from < bytes.len() {
                                // Up to the next boundary of the disk, not of the write.
                                let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
                                sectors.push((at + from, &bytes[from..to]));
                                from = to;
                            }
                        }
                        Op::Truncate { to, .. } if seed.below(2) == 0 => self.bytes.resize(*to, 0),
                        _ => {}
                    }
                }
                for at in (1..sectors.len()).rev() {
                    sectors.swap(at, seed.below(at + 1));
                }
                for (at, bytes) in sectors {
                    match seed.below(if how == 2 { 2 } else { 3 }) {
                        0 => {}
                        1 => put(&mut self.bytes, at, bytes),
                        _ => {
                            let garbage = (0..bytes.len()).map(|_| seed.below(256) as u8).collect::<Vec<_>>();
                            put(&mut self.bytes, at, &garbage);
                        }
                    }
                }
            }
        }
        self.bytes
    }
}

fn apply(to: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write { at, bytes, .. } => put(to, *at, bytes),
        Op::Truncate { to: size, .. } => to.resize(*size, 0),
        _ => {}
    }
}

fn put(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if to.len() < at + bytes.len() {
        to.resize(at + bytes.len(), 0);
    }
    to[at..at + bytes.len()].copy_from_slice(bytes);
}

/// SQLite's own file system, whose functions do the work.
static mut REAL: *mut ffi::sqlite3_vfs = std::ptr::null_mut();

/// A file as SQLite sees it: our methods first, then the real file and whose it is.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    real: *mut ffi::sqlite3_file,
    watched: *mut Seen,
}

struct Seen {
    disk: Arc<Watched>,
    file: String,
}

/// Makes the recording file system SQLite's default, once in the process. Folders nobody watches are passed through.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system lives as long as the process; ours is a copy of it that is never freed, with the methods
        // replaced that must see the files.
        unsafe {
            ffi::sqlite3_initialize();
            REAL = ffi::sqlite3_vfs_find(std::ptr::null());
            let mut ours = *REAL;
            ours.zName = c"recording".as_ptr();
            ours.szOsFile = c_int::try_from(size_of::<Shim>()).unwrap();
            ours.xOpen = Some(x_open);
            ours.xDelete = Some(x_delete);
            let done = ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1);
            assert_eq!(done, ffi::SQLITE_OK);
        }
    });
}

fn find(path: &Path) -> Option<Seen> {
    let folder = path.parent()?.canonicalize().ok()?;
    let disks = DISKS.lock().unwrap();
    let disk = disks.iter().find(|disk| disk.folder == folder)?;
    Some(Seen { disk: Arc::clone(disk), file: path.file_name()?.to_str()?.to_owned() })
}

unsafe extern "C" fn x_open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives `file` with `szOsFile` bytes, and a name that lives as long as the file, or none.
    unsafe {
        let shim = file.cast::<Shim>();
        (*shim).base.pMethods = std::ptr::null();
        (*shim).watched = std::ptr::null_mut();
        let real = ffi::sqlite3_malloc((*REAL).szOsFile).cast::<ffi::sqlite3_file>();
        if real.is_null() {
            return ffi::SQLITE_NOMEM;
        }
        std::ptr::write_bytes(real.cast::<u8>(), 0, (*REAL).szOsFile as usize);
        (*shim).real = real;
        let done = (*REAL).xOpen.unwrap()(REAL, name, real, flags, out);
        if done != ffi::SQLITE_OK {
            ffi::sqlite3_free(real.cast());
            return done;
        }
        if !name.is_null()
            && let Some(seen) = find(Path::new(CStr::from_ptr(name).to_str().unwrap()))
        {
            (*shim).watched = Box::into_raw(Box::new(seen));
        }
        (*shim).base.pMethods = &raw const METHODS;
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn x_delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero byte.
    unsafe {
        if let Some(seen) = find(Path::new(CStr::from_ptr(name).to_str().unwrap())) {
            seen.disk.push(Op::Delete(seen.file));
        }
        (*REAL).xDelete.unwrap()(REAL, name, sync)
    }
}

/// Version 2: without memory-mapped reading, which would pass the shim by.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(x_close),
    xRead: Some(x_read),
    xWrite: Some(x_write),
    xTruncate: Some(x_truncate),
    xSync: Some(x_sync),
    xFileSize: Some(x_file_size),
    xLock: Some(x_lock),
    xUnlock: Some(x_unlock),
    xCheckReservedLock: Some(x_check_reserved_lock),
    xFileControl: Some(x_file_control),
    xSectorSize: Some(x_sector_size),
    xDeviceCharacteristics: Some(x_device_characteristics),
    xShmMap: Some(x_shm_map),
    xShmLock: Some(x_shm_lock),
    xShmBarrier: Some(x_shm_barrier),
    xShmUnmap: Some(x_shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn x_close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `file` was opened by `x_open`, so it is a shim with a real file; both end here.
    unsafe {
        let shim = file.cast::<Shim>();
        if !(*shim).watched.is_null() {
            drop(Box::from_raw((*shim).watched));
        }
        let real = (*shim).real;
        let done = (*(*real).pMethods).xClose.unwrap()(real);
        ffi::sqlite3_free(real.cast());
        done
    }
}

unsafe extern "C" fn x_write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: as in `x_close`; SQLite gives `count` bytes.
    unsafe {
        let shim = file.cast::<Shim>();
        if let Some(seen) = (*shim).watched.as_ref() {
            let error = seen.disk.write_error.load(Ordering::SeqCst);
            if error != 0 {
                return error;
            }
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), count as usize).to_vec();
            seen.disk.push(Op::Write { file: seen.file.clone(), at: at as usize, bytes });
        }
        let real = (*shim).real;
        (*(*real).pMethods).xWrite.unwrap()(real, from, count, at)
    }
}

unsafe extern "C" fn x_truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: as in `x_close`.
    unsafe {
        let shim = file.cast::<Shim>();
        if let Some(seen) = (*shim).watched.as_ref() {
            seen.disk.push(Op::Truncate { file: seen.file.clone(), to: size as usize });
        }
        let real = (*shim).real;
        (*(*real).pMethods).xTruncate.unwrap()(real, size)
    }
}

unsafe extern "C" fn x_sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as in `x_close`. A watched file is not really synced: the record stands for the disk.
    unsafe {
        let shim = file.cast::<Shim>();
        if let Some(seen) = (*shim).watched.as_ref() {
            if seen.disk.sync_fails.load(Ordering::SeqCst) {
                return ffi::SQLITE_IOERR_FSYNC;
            }
            if !seen.disk.deaf {
                seen.disk.push(Op::Sync(seen.file.clone()));
            }
            return ffi::SQLITE_OK;
        }
        let real = (*shim).real;
        (*(*real).pMethods).xSync.unwrap()(real, flags)
    }
}

macro_rules! forward {
    ($($name:ident $method:ident ($($arg:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file $(, $arg: $kind)*) -> $answer {
            // SAFETY: as in `x_close`; the arguments are SQLite's own.
            unsafe {
                let real = (*file.cast::<Shim>()).real;
                (*(*real).pMethods).$method.unwrap()(real $(, $arg)*)
            }
        }
    )*};
}

forward! {
    x_read xRead (to: *mut c_void, count: c_int, at: ffi::sqlite3_int64) -> c_int;
    x_file_size xFileSize (size: *mut ffi::sqlite3_int64) -> c_int;
    x_lock xLock (how: c_int) -> c_int;
    x_unlock xUnlock (how: c_int) -> c_int;
    x_check_reserved_lock xCheckReservedLock (out: *mut c_int) -> c_int;
    x_file_control xFileControl (what: c_int, arg: *mut c_void) -> c_int;
    x_sector_size xSectorSize () -> c_int;
    x_device_characteristics xDeviceCharacteristics () -> c_int;
    x_shm_map xShmMap (page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void) -> c_int;
    x_shm_lock xShmLock (offset: c_int, n: c_int, flags: c_int) -> c_int;
    x_shm_barrier xShmBarrier () -> ();
    x_shm_unmap xShmUnmap (delete: c_int) -> c_int;
}
