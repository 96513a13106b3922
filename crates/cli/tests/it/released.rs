//! What a release wrote, every later program reads: see `tests/released/README.md`.

use std::path::{Path, PathBuf};
use std::process::Command;

use casework::read::list;
use intake::{Caller, Channel, Intake, Kind, NewTicket, Who};
use jiff::civil::date;
use ledger::{Ledger, Place, Schema};

/// What the folder of a release holds.
struct Holds {
    version: &'static str,
    entries: i64,
    cases: usize,
    tickets: usize,
    documents: &'static [&'static str],
}

const RELEASES: &[Holds] = &[Holds {
    version: "0.1.0",
    entries: 1_660,
    cases: 3,
    tickets: 22,
    documents: &["on_spot_decision", "order_to_correct"],
}];

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/released")
}

/// Copies a folder, its database unpacked.
pub(crate) fn unpack(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            unpack(&path, &to.join(name));
        } else if let Some(name) = name.strip_suffix(".xz") {
            let mut packed = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
            let mut unpacked = std::fs::File::create(to.join(name)).unwrap();
            lzma_rs::xz_decompress(&mut packed, &mut unpacked).unwrap();
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// Runs the program on a data folder; what it prints.
pub(crate) fn xiezhi(data: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiezhi"));
    let output = command.args(args).arg("--data").arg(data).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "xiezhi {}: {errors}", args.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

fn open(data: &Path) -> Ledger {
    let tables = office::TABLES.iter().chain(casework::tables()).chain(intake::tables()).collect();
    let projects: Vec<ledger::Project> = vec![office::project, casework::project, intake::project];
    let clock = std::sync::Arc::new(|| 1_732_150_000_000);
    Ledger::open(Place::Sqlite(data.join("ledger")), "qp", clock, Schema { tables, projects }).unwrap()
}

#[test]
fn every_release_is_kept_here() {
    let mut there: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(there, RELEASES.iter().map(|holds| holds.version).collect::<Vec<_>>());
}

#[test]
fn a_folder_of_any_release_is_upgraded_verified_rebuilt_and_read() {
    for holds in RELEASES {
        let temporary = tempfile::tempdir().unwrap();
        let data = temporary.path().join("data");
        unpack(&folder().join(holds.version), &data);

        let upgraded = xiezhi(&data, &["upgrade"]);
        assert!(upgraded.contains(&format!("流水 {} 条，校验链完整", holds.entries)), "{}: {upgraded}", holds.version);
        let verified = xiezhi(&data, &["verify"]);
        assert!(verified.contains("与检查点一致") && verified.contains("全部与校验值一致"), "{verified}");
        xiezhi(&data, &["rebuild"]);
        let report = xiezhi(&data, &["report", "2024", "--format", "json"]);
        assert!(report.contains(&format!("\"position\":{}", holds.entries)), "{report}");
        assert!(report.contains("\"id\":\"ticket.12345\""), "{report}");

        read(&data, holds);
        xiezhi(&data, &["verify"]);
    }
}

/// The lists open and a further act is recorded.
fn read(data: &Path, holds: &Holds) {
    let ledger = open(data);
    let (cases, tickets, documents) = ledger
        .read_blocking(|tx| {
            let documents =
                tx.rows("SELECT code, kind FROM issued WHERE bureau = $1 ORDER BY kind", &["qp".into()], |r| {
                    Ok((r.text(0), r.text(1)))
                })?;
            for (code, kind) in &documents {
                let document = casework::document(tx, code)?.expect("an issued document");
                assert_eq!(&document.issued.kind, kind);
                let input: documents::Input = serde_json::from_str(&document.input.expect("its input")).unwrap();
                assert_eq!(input.number, document.number);
            }
            let cases = list::page(tx, &list::Filter::default())?.rows;
            Ok((cases, intake::read::page(tx, &intake::read::Filter::default())?.rows, documents))
        })
        .unwrap();
    assert_eq!((cases.len(), tickets.len()), (holds.cases, holds.tickets), "{}", holds.version);
    assert_eq!(documents.iter().map(|d| d.1.as_str()).collect::<Vec<_>>(), holds.documents, "{}", holds.version);

    let evidence = evidence::Evidence::open(&data.join("evidence")).unwrap();
    let own = casework::Casework::new(ledger.clone(), evidence, None, "https://example.test");
    let today = date(2024, 11, 21);
    let file = {
        let (own, id) = (own.clone(), cases[0].id);
        ledger.read_blocking(move |tx| own.file(tx, id, today)).unwrap().expect("a case")
    };
    assert!(!file.acts.is_empty() && !file.parties.is_empty());
    let intake = Intake::new(ledger.clone(), own);
    let new = NewTicket {
        source: "call".into(),
        order_no: "1".into(),
        channel: Channel::Call,
        kind: Kind::Help,
        received: today.at(9, 0, 0, 0),
        address: "徐泾镇明珠路".into(),
        content: "路边堆着装修垃圾。".into(),
        caller: Caller::default(),
        confidential: false,
        urgent: false,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let who = Who { login: "qp-desk".into(), person: 1, today };
    let ticket = runtime.block_on(intake.receive(who, new)).unwrap();
    assert_eq!(usize::try_from(ticket).unwrap(), holds.tickets + 1);
    ledger.close();
}
