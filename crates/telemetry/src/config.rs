//! How the server is set up; everything is handed in by the caller.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use offsite::protocols::{hj212, jt808};

use crate::devices::Devices;
use crate::store::witness::Witness;

/// The time, in milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a listener speaks, and how leniently.
#[derive(Clone, Debug)]
pub enum Speaks {
    /// HJ 212.
    Hj212(hj212::profile::Profile),
    /// JT/T 808.
    Jt808(jt808::profile::Profile),
}

/// What becomes of frames of a device that is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are not kept, and answered with failure where the protocol can say so.
    Refuse,
    /// They are kept and answered, and marked.
    Mark,
}

/// One address.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its name, for the log.
    pub name: String,
    /// Where it listens; port 0 takes any free one.
    pub address: SocketAddr,
    /// What it speaks.
    pub speaks: Speaks,
    /// What becomes of unknown devices.
    pub unknown: Unknown,
    /// JT/T 808: a terminal must authenticate on its connection before anything else of it is kept.
    pub authentication: bool,
}

/// What is allowed, each counted when it is passed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; more are closed as they come.
    pub connections: usize,
    /// Devices not registered that are marked, since the start; more are refused.
    pub unknown_devices: usize,
    /// Bytes on one connection that belong to no frame, since the last good one; then it is closed.
    pub junk: u32,
    /// Malformed frames on one connection in a row; then it is closed.
    pub malformed: u16,
    /// Frames of one device in one second; more are neither kept nor answered, so the device sends them again.
    pub storm: u32,
    /// As many times the storm's limit in one second, and the connection is closed.
    pub storm_factor: u32,
    /// Silence on a connection; then it is closed.
    pub idle: Duration,
    /// Bytes of answers a connection has not read; then it is closed.
    pub unread: usize,
    /// Bytes waiting for the commit; above them nothing more is read.
    pub open: usize,
    /// Requests to devices under way.
    pub requests: usize,
    /// How long a device may take to answer a request before it is sent again; both standards say 10 s on mobile networks.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 50_000,
            unknown_devices: 10_000,
            junk: 64 * 1024,
            malformed: 20,
            storm: 500,
            storm_factor: 10,
            idle: Duration::from_secs(360),
            unread: 64 * 1024,
            open: 8 << 20,
            requests: 4096,
            answer: Duration::from_secs(10),
        }
    }
}

/// How long the writer waits for more before it commits.
#[derive(Clone, Copy, Debug)]
pub struct Linger {
    /// Between the begins of two commits while few frames come.
    pub quiet: Duration,
    /// Frames that end the quiet.
    pub crowd: usize,
    /// Then it waits so long for still more.
    pub busy: Duration,
}

impl Default for Linger {
    fn default() -> Self {
        // 20 ms: at most 50 commits a second, and terminals wait for seconds. Above 200 frames a longer wait only idles whoever waits for
        // its answer before it sends again.
        Linger { quiet: Duration::from_millis(20), crowd: 200, busy: Duration::from_millis(1) }
    }
}

/// A server.
#[derive(Clone)]
pub struct Config {
    /// The folder of the day files.
    pub folder: PathBuf,
    /// The addresses.
    pub listeners: Vec<Listener>,
    /// The register.
    pub devices: Arc<dyn Devices>,
    /// The time.
    pub clock: Clock,
    /// What is allowed.
    pub limits: Limits,
    /// When to commit.
    pub linger: Linger,
    /// Takes closed batches into the journal.
    pub witness: Option<Arc<dyn Witness>>,
    /// Blocks of one batch, and its age in milliseconds, after which it is closed.
    pub batch: (u64, i64),
    /// Days whose files are kept, today among them; `None` keeps all.
    pub keep_days: Option<u32>,
}

impl Config {
    /// The usual settings.
    pub fn new(folder: PathBuf, devices: Arc<dyn Devices>, clock: Clock) -> Config {
        Config {
            folder,
            listeners: Vec::new(),
            devices,
            clock,
            limits: Limits::default(),
            linger: Linger::default(),
            witness: None,
            batch: (4096, 60_000),
            keep_days: None,
        }
    }
}
