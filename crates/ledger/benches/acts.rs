//! How many acts a second, how long each waits, and how fast a journal is verified, exported and rebuilt.
//!
//! `cargo bench -p ledger` measures SQLite in a temporary folder, and PostgreSQL where `XIEZHI_TEST_POSTGRES` gives a server's URL.
//! Arguments after `--`: `large` fills a journal of 100,000 entries first and reads while it writes; `seconds=N` is the length of each
//! measurement (3); `callers=1,64` which numbers of callers.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock and which server it may use")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::civil::date;
use ledger::{Draft, Entry, Fault, Ledger, Place, Schema, Table, TableKind, Tx};

const CASES: u64 = 20_000;

static CASE_ROWS: Table = Table {
    name: "bench_cases",
    create: "CREATE TABLE bench_cases (bureau TEXT NOT NULL, id TEXT NOT NULL, unit TEXT NOT NULL, matter TEXT NOT NULL, stage TEXT NOT NULL, \
             officer TEXT NOT NULL, filed TEXT NOT NULL, due TEXT, fine BIGINT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
    indexes: &[
        "CREATE INDEX bench_cases_unit ON bench_cases (bureau, unit, stage, position)",
        "CREATE INDEX bench_cases_officer ON bench_cases (bureau, officer, position)",
        "CREATE INDEX bench_cases_due ON bench_cases (bureau, due)",
    ],
    kind: TableKind::Projection,
};

static STEPS: Table = Table {
    name: "bench_steps",
    create: "CREATE TABLE bench_steps (bureau TEXT NOT NULL, id TEXT NOT NULL, step BIGINT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, \
             position BIGINT NOT NULL, PRIMARY KEY (bureau, id, step))",
    indexes: &["CREATE INDEX bench_steps_day ON bench_steps (bureau, day, kind)"],
    kind: TableKind::Projection,
};

static CLOCKS: Table = Table {
    name: "bench_clocks",
    create: "CREATE TABLE bench_clocks (bureau TEXT NOT NULL, id TEXT NOT NULL, clock TEXT NOT NULL, due TEXT NOT NULL, PRIMARY KEY (bureau, id, clock))",
    indexes: &["CREATE INDEX bench_clocks_due ON bench_clocks (bureau, due)"],
    kind: TableKind::Projection,
};

static TOTALS: Table = Table {
    name: "bench_totals",
    create: "CREATE TABLE bench_totals (bureau TEXT NOT NULL, unit TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, \
             PRIMARY KEY (bureau, unit, day, kind))",
    indexes: &[],
    kind: TableKind::Projection,
};

fn schema() -> Schema {
    Schema { tables: vec![&CASE_ROWS, &STEPS, &CLOCKS, &TOTALS], projects: vec![project] }
}

fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let bureau = bureau.as_str();
    let (unit, day) = (format!("unit-{}", entry.position % 9), entry.happened_at.to_string());
    let officer = format!("officer-{}", entry.position % 120);
    tx.later(
        "INSERT INTO bench_cases (bureau, id, unit, matter, stage, officer, filed, due, fine, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (bureau, id) DO UPDATE SET \
         stage = EXCLUDED.stage, officer = EXCLUDED.officer, due = EXCLUDED.due, fine = EXCLUDED.fine, position = EXCLUDED.position",
        &[
            bureau.into(),
            (&entry.stream).into(),
            (&unit).into(),
            "shop-beyond-line".into(),
            (&entry.kind).into(),
            (&officer).into(),
            (&day).into(),
            (&day).into(),
            50_000.into(),
            entry.position.into(),
        ],
    )?;
    tx.later(
        "INSERT INTO bench_steps (bureau, id, step, kind, day, position) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            bureau.into(),
            (&entry.stream).into(),
            entry.version.into(),
            (&entry.kind).into(),
            (&day).into(),
            entry.position.into(),
        ],
    )?;
    tx.later(
        "INSERT INTO bench_clocks (bureau, id, clock, due) VALUES ($1, $2, $3, $4) ON CONFLICT (bureau, id, clock) DO UPDATE SET due = EXCLUDED.due",
        &[bureau.into(), (&entry.stream).into(), "closing".into(), (&day).into()],
    )?;
    tx.later(
        "INSERT INTO bench_totals (bureau, unit, day, kind, n) VALUES ($1, $2, $3, $4, 1) \
         ON CONFLICT (bureau, unit, day, kind) DO UPDATE SET n = bench_totals.n + 1",
        &[bureau.into(), (&unit).into(), (&day).into(), (&entry.kind).into()],
    )?;
    let mut seed = Seed(entry.position.cast_unsigned() + 1);
    tx.index("case", &entry.stream, &words(&mut seed, 120))
}

/// Text of words from a vocabulary of 20,000, as people write: the number of different pairs stays bounded.
fn words(seed: &mut Seed, chars: usize) -> String {
    let mut text = String::new();
    for _ in 0..chars / 2 {
        let mut word = Seed(seed.below(20_000) * 7919 + 1);
        for _ in 0..2 {
            let han = 0x4e00 + u32::try_from(word.below(3500)).unwrap_or(0);
            text.extend(char::from_u32(han));
        }
    }
    text
}

struct Seed(u64);

impl Seed {
    fn below(&mut self, n: u64) -> u64 {
        // SplitMix64: even neighbouring seeds differ at once.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

fn act(tx: &mut Tx<'_>, case: u64) -> Result<i64, Fault> {
    let stream = format!("case-{case}");
    let version = tx.stream(&stream)?.len() as i64;
    let text = "当事人在人民路人行道上超出门窗外墙摆放桌椅经营,现场拍照取证,责令立即改正";
    let commitment = tx.keep(1, text)?;
    let body = format!("{{\"facts\":\"{commitment}\",\"fill\":\"{}\"}}", "字".repeat(290));
    let entry = tx.append(Draft {
        stream: &stream,
        expects: Some(version),
        happened_at: date(2026, 11, 24),
        actor: "officer-7",
        kind: "scene-recorded",
        kind_version: 1,
        body,
    })?;
    Ok(entry.position)
}

struct World {
    place: Place,
    _folder: tempfile::TempDir,
}

fn worlds() -> Vec<(&'static str, World)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut worlds = vec![("SQLite", World { place: Place::Sqlite(folder.path().to_owned()), _folder: folder })];
    if let Ok(url) = std::env::var("XIEZHI_TEST_POSTGRES") {
        let schema = format!("bench_{}", std::process::id());
        runtime().block_on(async {
            let (client, connection) =
                tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("the server of XIEZHI_TEST_POSTGRES");
            tokio::spawn(connection);
            client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.expect("a schema");
        });
        let joint = if url.contains('?') { '&' } else { '?' };
        let place = Place::Postgres(format!("{url}{joint}options=-csearch_path%3D{schema}"));
        worlds.push(("PostgreSQL", World { place, _folder: tempfile::tempdir().expect("a temporary folder") }));
    }
    worlds
}

fn open(place: &Place, bureau: &str) -> Ledger {
    let clock = Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64));
    Ledger::open(place.clone(), bureau, clock, schema()).expect("the ledger opens")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Closed loop: each caller waits for its answer and acts again.
fn measure(ledger: &Ledger, callers: u64, length: Duration) -> (f64, Duration, Duration) {
    let runtime = runtime();
    let start = Instant::now();
    let mut waits = runtime.block_on(async {
        let tasks = (0..callers).map(|caller| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let mut seed = Seed(caller + 1);
                let mut waits = Vec::new();
                while start.elapsed() < length {
                    let case = seed.below(CASES);
                    let asked = Instant::now();
                    ledger.act(move |tx| act(tx, case)).await.expect("an act");
                    waits.push(asked.elapsed());
                }
                waits
            })
        });
        let mut waits = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            waits.extend(task.await.expect("a caller"));
        }
        waits
    });
    let rate = waits.len() as f64 / start.elapsed().as_secs_f64();
    waits.sort_unstable();
    (rate, waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

/// Processor time of the writer's threads so far, where the system tells.
fn writer_cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten().map(|task| task.path());
    let writers = tasks
        .filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.starts_with("ledger-write")));
    let nanos = writers.filter_map(|task| {
        std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Fills the journal in large acts, which is not measured.
fn fill(ledger: &Ledger, entries: u64) {
    let mut seed = Seed(99);
    let start = Instant::now();
    for _ in 0..entries / 500 {
        let cases = (0..500).map(|_| seed.below(CASES)).collect::<Vec<_>>();
        ledger.act_blocking(move |tx| cases.iter().try_for_each(|case| act(tx, *case).map(|_| ()))).expect("an act");
    }
    println!("filled {entries} entries: {:.0}/s", entries as f64 / start.elapsed().as_secs_f64());
}

/// Two readers with a pause between reads, as people have; gives the waits.
fn readers(ledger: &Ledger, stop: &Arc<AtomicBool>) -> Vec<std::thread::JoinHandle<Vec<Duration>>> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    (0..2)
        .map(|_| {
            let (ledger, stop) = (ledger.clone(), Arc::clone(stop));
            std::thread::spawn(move || {
                let mut seed = Seed(COUNT.fetch_add(1, Ordering::Relaxed));
                let mut waits = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let (what, query) = (seed.below(3), words(&mut seed, 2));
                    let case = format!("case-{}", seed.below(CASES));
                    let asked = Instant::now();
                    let read = ledger.read_blocking(move |tx| match what {
                        0 => tx
                            .rows(
                                "SELECT id, stage FROM bench_cases WHERE bureau = $1 AND unit = $2 AND stage = $3 ORDER BY position DESC LIMIT 50",
                                &["bench".into(), "unit-3".into(), "scene-recorded".into()],
                                |row| Ok(row.text(0)),
                            )
                            .map(|rows| rows.len()),
                        1 => tx.stream(&case).map(|entries| entries.len()),
                        _ => tx.search(Some("case"), &query, 50).map(|hits| hits.len()),
                    });
                    std::hint::black_box(read.expect("a read"));
                    waits.push(asked.elapsed());
                    std::thread::sleep(Duration::from_millis(10));
                }
                waits
            })
        })
        .collect()
}

fn main() {
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    let named = |name: &str| args.iter().find_map(|arg| arg.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let length = Duration::from_secs(named("seconds").and_then(|n| n.parse().ok()).unwrap_or(3));
    let callers = named("callers").unwrap_or_else(|| "1,16,64,256".into());
    let callers = callers.split(',').filter_map(|n| n.parse().ok()).collect::<Vec<u64>>();
    let large = args.iter().any(|arg| arg == "large");
    for (name, world) in worlds() {
        let ledger = open(&world.place, "bench");
        if large {
            fill(&ledger, 100_000);
        }
        for &callers in &callers {
            let stop = Arc::new(AtomicBool::new(false));
            let reading = if large { readers(&ledger, &stop) } else { Vec::new() };
            let before = writer_cpu();
            let (rate, p50, p99) = measure(&ledger, callers, length);
            stop.store(true, Ordering::Relaxed);
            let mut reads = reading.into_iter().flat_map(|reader| reader.join().expect("a reader")).collect::<Vec<_>>();
            reads.sort_unstable();
            let cpu = (writer_cpu() - before).as_secs_f64() * 1e6 / (rate * length.as_secs_f64());
            print!(
                "{name}, {callers} callers: {rate:.0} acts/s, writer {cpu:.0} us each, p50 {:.1} ms, p99 {:.1} ms",
                p50.as_secs_f64() * 1e3,
                p99.as_secs_f64() * 1e3
            );
            match reads.get(reads.len().saturating_mul(99) / 100) {
                Some(p99) => println!(
                    "; {} reads, p50 {:.1} ms, p99 {:.1} ms",
                    reads.len(),
                    reads[reads.len() / 2].as_secs_f64() * 1e3,
                    p99.as_secs_f64() * 1e3
                ),
                None => println!(),
            }
        }
        let runtime = runtime();
        for threads in [1, 2] {
            let start = Instant::now();
            let verified = runtime.block_on(ledger.verify(None, threads)).expect("the journal holds");
            println!(
                "{name}, verify with texts, {threads} threads: {:.0} entries/s",
                verified.entries as f64 / start.elapsed().as_secs_f64()
            );
        }
        let start = Instant::now();
        let lines = runtime.block_on(ledger.export(std::io::sink())).expect("an export");
        println!("{name}, export: {:.0} entries/s", lines as f64 / start.elapsed().as_secs_f64());
        let start = Instant::now();
        let rebuilt = runtime.block_on(ledger.rebuild()).expect("a rebuild");
        println!(
            "{name}, rebuild with search: {:.0} entries/s of {}",
            rebuilt.entries as f64 / start.elapsed().as_secs_f64(),
            rebuilt.entries
        );
        ledger.close();
    }
}
