//! One engine for all tests; the fonts lie beside the built program.

use std::path::PathBuf;
use std::sync::LazyLock;

use documents::{Engine, Input, Kind, Rendered, kind};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::open(&[&fonts()]).unwrap_or_else(|fault| panic!("no fonts: run `cargo xtask fetch` once ({fault})"))
});

/// `release/fonts` in the target directory, seen from `release/deps/it-…`.
pub(crate) fn fonts() -> PathBuf {
    let program = std::env::current_exe().expect("the running test has a path");
    program.ancestors().nth(2).expect("a test lies in target/release/deps").join("fonts")
}

pub(crate) fn engine() -> &'static Engine {
    &ENGINE
}

pub(crate) fn of(code: &str) -> (&'static Kind, Input) {
    let kind = kind(code).unwrap_or_else(|| panic!("no kind {code}"));
    (kind, kind.example())
}

/// Renders and insists on a clean paper.
pub(crate) fn clean(kind: &Kind, input: &Input) -> Rendered {
    let rendered = engine().render(kind, input).unwrap_or_else(|fault| panic!("{}: {fault}", kind.code));
    assert_eq!(rendered.warnings, Vec::<String>::new(), "{}", kind.code);
    assert!(rendered.archival, "{}", kind.code);
    rendered
}

/// Text without white space, as lines break anywhere.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
