//! A PostgreSQL server killed under load.
//!
//! Runs where `XIEZHI_TEST_POSTGRES_CLUSTER` names an initialised data folder with no server on it (`initdb -D FOLDER -A trust`); the test
//! starts `postgres` there itself, as the owner of the folder, with its socket beside it.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::{Fault, Ledger, Place};

use crate::world::{BUREAU, act, schema};

struct Server(Child);

impl Server {
    fn start(folder: &Path) -> Server {
        let owner = std::fs::metadata(folder).unwrap();
        let child = Command::new("postgres")
            .args(["-D", folder.to_str().unwrap(), "-c", "listen_addresses=", "-c", "port=5499"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.display()))
            .uid(owner.uid())
            .gid(owner.gid())
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Server(child)
    }

    /// Kills the server and everything it started, at once.
    fn kill(mut self) {
        let pid = self.0.id();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let all =
            std::iter::once(pid.to_string()).chain(children.split_whitespace().map(str::to_owned)).collect::<Vec<_>>();
        Command::new("kill").arg("-9").args(&all).status().unwrap();
        self.0.wait().unwrap();
        // A new server refuses to start while one of the old is attached to the shared memory.
        let gone = |pid: &String| !Path::new(&format!("/proc/{pid}")).exists();
        let start = Instant::now();
        while !all.iter().all(gone) && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn open(folder: &Path) -> Ledger {
    // The user of the cluster is its owner, by the name `initdb` gave it.
    let url = format!("host={} port=5499 user=postgres dbname=postgres", folder.display());
    let start = Instant::now();
    loop {
        match Ledger::open(Place::Postgres(url.clone()), BUREAU, Arc::new(|| 1_795_500_000_000), schema()) {
            Ok(ledger) => return ledger,
            Err(Fault::Unavailable(_)) if start.elapsed() < Duration::from_secs(60) => {
                std::thread::sleep(Duration::from_millis(50))
            }
            Err(fault) => panic!("{fault:?}"),
        }
    }
}

#[test]
fn what_was_answered_survives_the_server_and_what_was_refused_did_not_happen() {
    let Some(folder) = std::env::var_os("XIEZHI_TEST_POSTGRES_CLUSTER") else { return };
    let folder = Path::new(&folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut server = Server::start(folder);
    let (mut answered, mut refused, mut unknown) = (Vec::new(), Vec::new(), 0);
    let run = std::process::id();
    for round in 0..6 {
        let ledger = open(folder);
        let from = ledger.read_blocking(|tx| tx.position()).unwrap();
        let outcomes = runtime.block_on(async {
            let callers = (0..16).map(|caller| {
                let ledger = ledger.clone();
                tokio::spawn(async move {
                    let mut outcomes = Vec::new();
                    for n in 0.. {
                        let stream = format!("{run}-{round}-{caller}-{n}");
                        let name = stream.clone();
                        let outcome = ledger.act(move |tx| act(tx, &stream, Some(0), "filed", "张三占道经营")).await;
                        let failed = outcome.is_err();
                        outcomes.push((name, outcome));
                        if failed {
                            break;
                        }
                    }
                    outcomes
                })
            });
            let callers = callers.collect::<Vec<_>>();
            tokio::time::sleep(Duration::from_millis(700 + round * 130)).await;
            server.kill();
            let mut outcomes = Vec::new();
            for caller in callers {
                outcomes.extend(caller.await.unwrap());
            }
            outcomes
        });
        for (stream, outcome) in outcomes {
            match outcome {
                Ok(entry) => answered.push(entry),
                Err(Fault::Unknown) => unknown += 1,
                Err(Fault::Unavailable(_) | Fault::Stopped) => refused.push(stream),
                Err(fault) => panic!("{fault:?}"),
            }
        }
        server = Server::start(folder);
        if ledger.stopped() {
            assert!(matches!(ledger.act_blocking(|tx| act(tx, "x", None, "filed", "x")), Err(Fault::Stopped)));
        } else {
            // Nothing was left in doubt, so the same ledger goes on once the server is back.
            open(folder).close();
            let entry =
                ledger.act_blocking(move |tx| act(tx, &format!("{run}-{round}-again"), None, "filed", "x")).unwrap();
            assert!(entry.position > from);
        }
        ledger.close();
        let ledger = open(folder);
        runtime.block_on(ledger.verify(None, 2)).unwrap();
        for entry in answered.drain(..) {
            let kept = ledger.read_blocking(move |tx| tx.entry(entry.position).map(|kept| (kept, entry))).unwrap();
            assert_eq!(kept.0, Some(kept.1));
        }
        for stream in refused.drain(..) {
            assert!(
                ledger.read_blocking(move |tx| tx.stream(&stream)).unwrap().is_empty(),
                "it was said not to be recorded"
            );
        }
        ledger.close();
    }
    server.kill();
    println!("acts of unknown outcome: {unknown}");
}
