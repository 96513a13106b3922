//! The report's JSON and text, kept in files: other systems read the one, people the other.

use std::path::Path;

use report::yearly;

use crate::contents::everything;
use crate::world::{on_each, report_day};

#[test]
fn json_and_text_are_as_they_were() {
    on_each(async |world| {
        world.seed(everything()).await;
        let report = yearly(&world.ledger, report_day()).await.unwrap();
        let head = world.ledger.head().await.unwrap();
        assert_eq!((report.as_of.position, &report.as_of.root), (head.position, &head.root.to_string()));
        assert_eq!(report.as_of.root.len(), 64);
        // The root is the ledger's; its own fixtures hold it.
        let json = report.json().unwrap().replace(&report.as_of.root, "ROOT");
        same("report-2024.json", &format!("{json}\n"));
        same("report-2024.txt", &report.text());
    });
}

/// Compares with the file; with `UPDATE_EXPECT=1` writes it.
#[expect(clippy::disallowed_methods, reason = "the test's own setting")]
fn same(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen").join(name);
    if std::env::var("UPDATE_EXPECT").is_ok_and(|v| v == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(kept, text, "{name} changed; UPDATE_EXPECT=1 keeps the new text");
}
