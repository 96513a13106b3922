//! The server under load: `cargo bench -p telemetry --bench server -- [NAME…] [--seconds N] [--folder PATH]`.
//!
//! Server and generator are two processes on the same machine, over loopback; every answer is matched with its frame. Names: `window1`,
//! `window4`, `many`, `many4`, `paced`, `quiet`, `find`, `idle`; all of them without a name.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use offsite::protocols::jt808::profile::Profile;
use telemetry::load::{Plan, Report, connect, phone, position, run};
use telemetry::{AnyDevice, Archive, Clock, Config, Count, Cursor, Listener, Speaks, Unknown, start};

/// What is measured: name, connections, window, pace.
const CASES: &[(&str, u32, usize, Option<u32>)] = &[
    ("window1", 1_000, 1, None),
    ("window4", 1_000, 4, None),
    ("many", 10_000, 1, None),
    ("many4", 10_000, 4, None),
    ("paced", 1_000, 64, Some(35_000)),
    ("quiet", 1_000, 64, Some(1_300)),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.first().map(String::as_str) {
        Some("serve") => serve(&words[1]),
        Some("load") => load(&words[1..]),
        _ => measure(&words),
    }
}

/// The server's process: says its address, then its counters for each line it reads, and ends with its input.
fn serve(folder: &str) {
    let clock = Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64));
    let handle = start(configured(folder.as_ref(), clock)).expect("the server starts");
    println!("{}", handle.addresses()[0]);
    for _ in std::io::stdin().lines() {
        let of = |count| handle.counters().of(count);
        println!("{} {} {} {}", of(Count::Answered), of(Count::Commits), of(Count::Kept), of(Count::Connections));
    }
    handle.stop().expect("it stops well");
}

fn configured(folder: &std::path::Path, clock: Clock) -> Config {
    let mut config = Config::new(folder.to_owned(), Arc::new(AnyDevice), clock);
    // The generator's devices are faster than any.
    config.limits.storm = u32::MAX;
    config.listeners.push(Listener {
        name: "bench".into(),
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        speaks: Speaks::Jt808(Profile::builtin()[0].clone()),
        unknown: Unknown::Refuse,
        authentication: false,
    });
    config
}

/// The generator's process.
fn load(words: &[String]) {
    let number = |at: usize| words[at].parse::<u64>().expect("a number");
    let plan = Plan {
        address: words[0].parse().expect("an address"),
        connections: number(1) as u32,
        first: 1,
        window: number(2) as usize,
        pace: (number(3) > 0).then(|| number(3) as u32),
        warm_up: Duration::from_secs(1),
        measure: Duration::from_secs(number(4)),
    };
    let Report { answered, seconds, p50, p99, p999, longest, wrong, lost } = run(&plan).expect("the load runs");
    println!("{answered} {seconds} {p50} {p99} {p999} {longest} {wrong} {lost}");
}

struct Server {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    address: String,
}

impl Server {
    fn start(folder: &std::path::Path) -> Server {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["serve", folder.to_str().expect("a path")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server's process");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.next().expect("a line").expect("its address");
        Server { child, lines, address }
    }

    /// Answered, commits, kept, connections.
    fn counters(&mut self) -> Vec<u64> {
        writeln!(self.child.stdin.as_mut().expect("its input")).expect("it listens");
        let line = self.lines.next().expect("a line").expect("counters");
        line.split(' ').map(|word| word.parse().expect("a number")).collect()
    }

    fn stop(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends");
    }
}

/// Ticks of processor time: of a process, and of the whole machine.
fn ticks(pid: Option<u32>) -> u64 {
    let number = |word: Option<&str>| word.and_then(|w| w.parse::<u64>().ok()).unwrap_or(0);
    match pid {
        Some(pid) => {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let words: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
            number(words.get(11).copied()) + number(words.get(12).copied())
        }
        None => {
            let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
            let words: Vec<&str> = stat.lines().next().unwrap_or_default().split_whitespace().collect();
            // user, nice, system, irq, softirq, steal; idle and waiting are left out.
            [1, 2, 3, 6, 7, 8].iter().map(|at| number(words.get(*at).copied())).sum()
        }
    }
}

fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Kilobytes a process holds.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Kilobytes of the kernel's own objects on the whole machine.
fn slab() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("Slab")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn measure(words: &[String]) {
    let at = words.iter().position(|word| word == "--seconds");
    let seconds: u64 = at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(4);
    let at = words.iter().position(|word| word == "--folder");
    let above = at.and_then(|at| words.get(at + 1)).map_or(env!("CARGO_TARGET_TMPDIR"), String::as_str);
    let names: Vec<&str> = words.iter().map(String::as_str).take_while(|word| !word.starts_with("--")).collect();
    println!(
        "{:8} {:>6} {:>10} {:>8} {:>8} {:>8} {:>8} {:>9} {:>7} {:>6} {:>6} {:>7}  load before",
        "case",
        "conns",
        "answered/s",
        "p50 ms",
        "p99 ms",
        "p99.9",
        "longest",
        "commits/s",
        "RSS MB",
        "us/fr",
        "gen us",
        "others"
    );
    for (name, connections, window, pace) in CASES {
        if names.is_empty() || names.contains(name) {
            case(name, *connections, *window, *pace, seconds, above);
        }
    }
    if names.is_empty() || names.contains(&"find") {
        find(above);
    }
    if names.is_empty() || names.contains(&"idle") {
        idle(10_000, above);
    }
}

fn case(name: &str, connections: u32, window: usize, pace: Option<u32>, seconds: u64, above: &str) {
    let folder = tempfile::tempdir_in(above).expect("a folder");
    let before = load_average();
    let mut server = Server::start(folder.path());
    let pid = server.child.id();
    let (all, own) = (ticks(None), ticks(Some(std::process::id())));
    let words = [connections.to_string(), window.to_string(), pace.unwrap_or(0).to_string(), seconds.to_string()];
    let generator = Command::new(std::env::current_exe().expect("this program"))
        .args(["load", &server.address])
        .args(words)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the generator's process");
    let load_pid = generator.id();
    while server.counters()[3] < u64::from(connections) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(1_200));
    let (first, since) = (server.counters(), std::time::Instant::now());
    let ticks_then = (ticks(Some(pid)), ticks(Some(load_pid)));
    std::thread::sleep(Duration::from_secs(seconds).saturating_sub(Duration::from_millis(700)));
    let (last, elapsed) = (server.counters(), since.elapsed().as_secs_f64());
    let ticks_now = (ticks(Some(pid)), ticks(Some(load_pid)));
    let rss = resident(pid);
    let output = generator.wait_with_output().expect("the generator ends");
    let text = String::from_utf8_lossy(&output.stdout);
    let found: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    let ours = ticks(Some(pid)) + ticks_now.1 + ticks(Some(std::process::id())) - own;
    let total = ticks(None) - all;
    let frames = (last[0] - first[0]).max(1) as f64;
    // A tick is a hundredth of a second.
    let us = |now: u64, then: u64| (now.saturating_sub(then)) as f64 * 10_000.0 / frames;
    let others = total.saturating_sub(ours) as f64 / 100.0 / (seconds as f64 + 1.5);
    println!(
        "{name:8} {connections:>6} {:>10.0} {:>8.2} {:>8.2} {:>8.2} {:>8.1} {:>9.0} {:>7.1} {:>6.1} {:>6.1} {others:>7.2}  {before}",
        found[0] / found[1],
        found[2],
        found[3],
        found[4],
        found[5],
        (last[1] - first[1]) as f64 / elapsed,
        rss as f64 / 1024.0,
        us(ticks_now.0, ticks_then.0),
        us(ticks_now.1, ticks_then.1),
    );
    if found[6] > 0.0 || found[7] > 0.0 {
        println!("  wrong answers {}, connections lost {}", found[6], found[7]);
    }
    server.stop();
    if name == "window4" {
        read(folder.path());
    }
}

/// Reading on over what was just kept, digests compared, and verifying it.
fn read(folder: &std::path::Path) {
    let archive = Archive::new(folder);
    let begun = std::time::Instant::now();
    let (mut cursor, mut count) = (Cursor::START, 0);
    loop {
        let (frames, next) = archive.after(cursor, 10_000).expect("frames");
        if frames.is_empty() {
            break;
        }
        (cursor, count) = (next, count + frames.len());
    }
    let (reading, begun) = (begun.elapsed().as_secs_f64(), std::time::Instant::now());
    let (mut bytes, mut verified) = (0, 0);
    for day in archive.days().expect("days") {
        verified += archive.verify(day).expect("a day").frames;
        bytes += std::fs::metadata(folder.join(telemetry::file_name(day))).map_or(0, |m| m.len());
    }
    println!(
        "read     {count} frames on from a cursor: {:.0}/s; verified: {:.0}/s; {:.0} bytes of file for each",
        count as f64 / reading,
        verified as f64 / begun.elapsed().as_secs_f64(),
        bytes as f64 / count.max(1) as f64
    );
}

/// Ten minutes of a city's trucks as they come at 1,300 a second, and one truck's frames among them.
fn find(above: &str) {
    const TRUCKS: u32 = 12_000;
    const BLOCKS: u32 = 30_000;
    const NOON: i64 = 1_795_579_200_000;
    let folder = tempfile::tempdir_in(above).expect("a folder");
    let now = Arc::new(AtomicI64::new(NOON));
    let clock = Arc::clone(&now);
    let mut config = configured(folder.path(), Arc::new(move || clock.load(Ordering::SeqCst)));
    config.linger.quiet = Duration::ZERO;
    let handle = start(config).expect("the server starts");
    let mut stream = std::net::TcpStream::connect(handle.addresses()[0]).expect("a connection");
    let mut answers = [0; 4096];
    for block in 0..BLOCKS {
        let mut bytes = Vec::new();
        (0..26).for_each(|n| position(&mut bytes, phone((block * 26 + n) % TRUCKS), block as u16));
        stream.write_all(&bytes).expect("the server reads");
        let mut delimiters = 0;
        while delimiters < 52 {
            let count = stream.read(&mut answers).expect("answers");
            delimiters += answers[..count].iter().filter(|b| **b == 0x7e).count();
        }
        now.fetch_add(20, Ordering::SeqCst);
    }
    handle.stop().expect("it stops well");
    let archive = Archive::new(folder.path());
    let device = telemetry::Device::jt808(phone(7_777).to_string());
    let window = telemetry::Window { device, from: NOON, to: NOON + 600_000, most: 10_000 };
    let mut times: Vec<f64> = Vec::new();
    let mut found = 0;
    for _ in 0..5 {
        let begun = std::time::Instant::now();
        found = archive.frames(&window).expect("frames").len();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!("find     {found} frames of one of {TRUCKS} trucks in ten minutes of {BLOCKS} blocks: {:.0} ms", times[2]);
}

/// Memory of connections that say nothing.
fn idle(count: u32, above: &str) {
    let folder = tempfile::tempdir_in(above).expect("a folder");
    let mut server = Server::start(folder.path());
    let pid = server.child.id();
    let (empty, slab) = (resident(pid), slab());
    let address = server.address.parse().expect("an address");
    let held = connect(address, 1, count).expect("connections");
    while server.counters()[3] < u64::from(count) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let full = resident(pid);
    let each = |kilobytes: u64, ends: f64| kilobytes as f64 * 1024.0 / f64::from(count) / ends;
    println!(
        "idle     {count:>6} connections: server {empty} KB empty, {full} KB with them: {:.0} bytes each; in the kernel {:.0} bytes for each end",
        each(full.saturating_sub(empty), 1.0),
        each(self::slab().saturating_sub(slab), 2.0)
    );
    drop(held);
    server.stop();
}
