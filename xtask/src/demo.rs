//! `cargo xtask demo`: from a clean clone to a running bureau.

use crate::fonts;
use crate::run::{command, root, run, target};

/// Builds the program, fetches the fonts, fills a demonstration bureau and serves it until interrupted.
///
/// Everything after `demo` is handed to `xiezhi demo`; without `--data` the folder is `data` in the root.
pub(crate) fn demo(args: &[String]) -> Result<(), String> {
    fonts::fonts()?;
    run(&mut command("cargo", &["build", "--release", "--workspace"]))?;
    let program = target().join("release/xiezhi");
    let mut command = command(&program.to_string_lossy(), &["demo"]);
    command.args(args);
    if !args.iter().any(|a| a == "--data" || a.starts_with("--data=") || a.starts_with("--database")) {
        command.arg("--data").arg(root().join("data"));
    }
    run(&mut command)
}
