//! `cargo xtask tidy`: formatting, lints, and small rules of the house checked as code.

use crate::run::{command, read, root, run};

/// Checks formatting, lints and the house rules.
pub(crate) fn tidy() -> Result<(), String> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    house()?;
    run(&mut command("cargo", &["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Words that must not stand in a committed file, and why.
///
/// Written in two halves so that this file does not find itself.
fn forbidden() -> Vec<(String, &'static str)> {
    let word = |a: &str, b: &str| format!("{a}{b}");
    vec![
        (word("FIX", "ME"), "finish it, or file it"),
        (word("XX", "X"), "finish it, or file it"),
        (word("todo", "!("), "no stubs"),
        (word("unimpl", "emented!("), "no stubs"),
        (word("registry.npm", "js.org"), "name no registry host"),
        (word("static.crates", ".io"), "name no registry host"),
        (word("deb.debi", "an.org"), "name no registry host"),
        (word("/wo", "rk/"), "no absolute path of one machine"),
        (word("/ro", "ot/"), "no absolute path of one machine"),
    ]
}

fn house() -> Result<(), String> {
    let mut found = Vec::new();
    let words = forbidden();
    for name in read(&mut command("git", &["ls-files"]))?.lines() {
        if name.ends_with(".lock") || name == "package-lock.json" {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root().join(name)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for (word, why) in &words {
                if line.contains(word.as_str()) {
                    found.push(format!("{name}:{}: `{word}`: {why}", number + 1));
                }
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(format!("tidy:\n  {}", found.join("\n  "))) }
}
