//! The project's chores: `cargo xtask demo | test [part] | bench | tidy | bless | fetch`.
//!
//! Whatever a chore needs beyond Rust and Node (fonts, Chromium, LibreOffice, a PostgreSQL cluster) it installs or starts itself,
//! or says in one sentence what is missing and how to get it.

#![expect(clippy::disallowed_methods, reason = "a chore runner lives by the environment it is started in")]

mod demo;
mod fetch;
mod fonts;
mod postgres;
mod run;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  demo [ARGS]   build, fill a demonstration bureau, serve it, print the address and the sign-ins
  test [PART]   everything, or one of: house law ledger office core web browser sheets postgres
  bench [PART]  measured figures: ledger documents acts pages tickets
  tidy          formatting, lints, and what a reviewer would otherwise have to say
  bless         accept the output of tests that keep their expectation in a file
  fetch         only fetch what the other commands need (fonts, npm packages)
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match command.as_str() {
        "demo" => demo::demo(&rest),
        "test" => test::test(rest.first().map(String::as_str)),
        "bench" => test::bench(rest.first().map(String::as_str)),
        "tidy" => tidy::tidy(),
        "bless" => test::bless(),
        "fetch" => fetch::npm().and_then(|()| fonts::fonts().map(|_| ())),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("unknown command `{other}`\n\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
