//! `cargo xtask test [part]`, `bench`, `bless`.

use std::process::Command;

use crate::fetch;
use crate::fonts;
use crate::postgres;
use crate::run::{command, root, run, target};
use crate::tidy;

/// Runs everything, or one part.
pub(crate) fn test(part: Option<&str>) -> Result<(), String> {
    match part {
        None => everything(),
        Some("house") => tidy::tidy(),
        Some("law") => cargo_test(&["law"]),
        Some("ledger") => cargo_test(&["ledger"]),
        Some("office") => cargo_test(&["office", "evidence"]),
        Some("core") => {
            fonts::fonts()?;
            cargo_test(&["casework", "intake", "registers", "report", "documents", "testkit"])
        }
        Some("web") => {
            fonts::fonts()?;
            cargo_test(&["web", "cli"])
        }
        Some("postgres") => on_postgres(),
        Some("bucket") => bucket(),
        Some("browser") => browser(),
        Some("sheets") => sheets(&fetch::libreoffice()?),
        Some(other) => {
            Err(format!("unknown part `{other}`: house law ledger office core web bucket browser sheets postgres"))
        }
    }
}

fn everything() -> Result<(), String> {
    tidy::tidy()?;
    fonts::fonts()?;
    run(&mut command("cargo", &["test", "--release", "--workspace"]))?;
    bucket()?;
    on_postgres()?;
    browser()?;
    match fetch::libreoffice() {
        Ok(office) => sheets(&office),
        // It is large and not on every machine: everything else was tried, and this is said where it is seen.
        Err(why) => {
            eprintln!("\n!!! NOT TRIED: sheets saved again by LibreOffice. {why}\n");
            Ok(())
        }
    }
}

fn cargo_test(packages: &[&str]) -> Result<(), String> {
    let mut args = vec!["test", "--release"];
    for package in packages {
        args.extend(["--package", package]);
    }
    run(&mut command("cargo", &args))
}

/// The storage suites once more, on a PostgreSQL cluster of our own.
fn on_postgres() -> Result<(), String> {
    let cluster = postgres::start()?;
    let mut tests = command("cargo", &["test", "--release", "--workspace", "--test", "it", "--test", "statements"]);
    tests.env("XIEZHI_TEST_POSTGRES", &cluster.url).env("XIEZHI_TEST_POSTGRES_CLUSTER", cluster.spare());
    run(tests.env("PATH", cluster.path()?))
}

/// The evidence store against an S3 server, and the two gigabytes that pass through it without being held.
fn bucket() -> Result<(), String> {
    let target = target().join("bucket");
    run(command("cargo", &["test", "--manifest-path", "tests/bucket/Cargo.toml", "--target-dir"]).arg(target))?;
    run(&mut command(
        "cargo",
        &["test", "--release", "--package", "evidence", "--test", "it", "--", "--ignored", "two_gigabytes"],
    ))
}

/// Journeys in headless Chromium against a freshly filled demonstration.
fn browser() -> Result<(), String> {
    fetch::npm()?;
    let chromium = fetch::chromium()?;
    fonts::fonts()?;
    run(&mut command("cargo", &["build", "--release", "--workspace"]))?;
    let program = target().join("release/xiezhi");
    run(node_test("tests/browser")?.env("XIEZHI", program).env("CHROMIUM", chromium))
}

/// Registers as sheets through LibreOffice and back, against a freshly filled demonstration.
fn sheets(office: &str) -> Result<(), String> {
    fonts::fonts()?;
    run(&mut command("cargo", &["build", "--release", "--workspace"]))?;
    run(node_test("tests/sheets")?.env("XIEZHI", target().join("release/xiezhi")).env("SOFFICE", office))
}

/// Node's test runner on the tests of a folder, one after the other.
fn node_test(folder: &str) -> Result<Command, String> {
    // Named one by one: what a folder means to the test runner differs between versions of Node.
    let folder = root().join(folder);
    let mut tests: Vec<_> = std::fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    tests.sort();
    let mut node = command("node", &["--test", "--test-concurrency=1"]);
    node.args(tests);
    Ok(node)
}

/// Benchmarks with real figures; never part of a test.
pub(crate) fn bench(part: Option<&str>) -> Result<(), String> {
    for (name, benches) in [
        ("ledger", "acts"),
        ("documents", "render"),
        ("acts", "whole_acts"),
        ("pages", "pages"),
        ("tickets", "tickets"),
    ] {
        if part.is_some_and(|p| p != name) {
            continue;
        }
        // The whole workspace, so that libraries are built with the same features as everywhere else.
        let measure = || command("cargo", &["bench", "--profile", "release", "--workspace", "--bench", benches]);
        run(&mut measure())?;
        if matches!(name, "ledger" | "acts") {
            let cluster = postgres::start()?;
            run(measure().env("XIEZHI_TEST_POSTGRES", &cluster.url).env("PATH", cluster.path()?))?;
        }
    }
    Ok(())
}

/// Runs the tests that keep their expectation in a file and accepts what they print; look at the difference before committing.
pub(crate) fn bless() -> Result<(), String> {
    run(command("cargo", &["test", "--release", "--workspace"]).env("UPDATE_EXPECT", "1"))
}
