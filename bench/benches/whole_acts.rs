//! Whole acts a second: judged, numbered, with all projections and search, each answered after its commit.
//!
//! `cargo bench --profile release -p bench --bench whole_acts -- [seconds=N] [callers=1,64] [large]`. On SQLite in a temporary folder, on
//! PostgreSQL where `XIEZHI_TEST_POSTGRES` gives a server. `large` fills the journal to 100,000 entries first and reads beside the writing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bench::{Load, acts, teams, world, writer_time};

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| asked.iter().find_map(|a| a.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let seconds: u64 = value("seconds").and_then(|s| s.parse().ok()).unwrap_or(5);
    let callers = value("callers").unwrap_or_else(|| "1,16,64,256".into());
    let callers: Vec<usize> = callers.split(',').filter_map(|n| n.parse().ok()).collect();
    let large = asked.iter().any(|a| a == "large");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for callers in callers {
        // An empty journal each time, so that no row of figures stands on another's.
        let world = world();
        let teams = Arc::new(teams(&world));
        let casework = Arc::new(world.casework.clone());
        if large {
            runtime.block_on(async {
                while casework.ledger.head().await.expect("a head").position < 100_000 {
                    acts(&casework, &teams, 128, 5).await;
                }
            });
        }
        let (stop, ledger) = (Arc::new(AtomicBool::new(false)), casework.ledger.clone());
        let readers = large.then(|| {
            let (stop, casework) = (stop.clone(), casework.clone());
            runtime.spawn(async move { read(&casework, &stop).await })
        });
        let (before, busy) = (ledger::statements(), writer_time());
        let load = runtime.block_on(acts(&casework, &teams, callers, seconds));
        let statements = ledger::statements() - before;
        stop.store(true, Ordering::Relaxed);
        if let Some((steps, sql)) = ledger::heaviest() {
            println!("heaviest statement: {steps} steps: {sql}");
        }
        let place = if world.on_postgres() { "PostgreSQL" } else { "SQLite" };
        let each = statements as f64 / (load.rate * seconds as f64);
        let busy = writer_time().zip(busy).map_or(0.0, |(after, before)| (after - before).as_secs_f64());
        let busy = busy * 1e6 / (load.rate * seconds as f64);
        println!("{place:<10} {callers:>4} callers {load}   {each:.1} statements and {busy:.0} µs of the writer each");
        if let Some(readers) = readers {
            let load = runtime.block_on(readers).expect("the readers");
            println!("           beside it: lists of 50 {load}");
        }
        let verified = runtime.block_on(ledger.verify(None, 2)).expect("the journal verifies");
        println!("           {} entries, chain whole", verified.entries);
    }
}

/// Lists of fifty cases, twenty a second, until told to stop.
async fn read(casework: &casework::Casework, stop: &AtomicBool) -> Load {
    let (start, mut waits) = (Instant::now(), Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let filter = casework::read::list::Filter::default();
        casework.ledger.read(move |tx| casework::read::list::page(tx, &filter)).await.expect("a list");
        waits.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Load::of(waits, start.elapsed())
}
