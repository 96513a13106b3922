//! The import table of ARCHITECTURE.md, held against what cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

/// The rows `| crate | may import |` of the table.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let section =
        text.split("## Who may import whom").nth(1).and_then(|s| s.split("\n## ").next()).expect("the section");
    let rows = section.lines().filter(|l| l.starts_with("| ") && !l.contains("may import"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let imports = cells[1].split(", ").filter(|c| *c != "–").map(str::to_owned).collect();
        (cells[0].to_owned(), imports)
    })
    .collect()
}

#[test]
fn crates_import_only_what_the_table_says() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output();
    let metadata: serde_json::Value = serde_json::from_slice(&output.expect("cargo metadata").stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let names: BTreeSet<&str> = packages.iter().map(|p| p["name"].as_str().expect("a name")).collect();
    let table = table();
    assert_eq!(
        table.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        names,
        "every crate has its row, and no other"
    );
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let to = dependency["name"].as_str().expect("a name");
            let ours = names.contains(to) && dependency["kind"].is_null();
            assert!(!ours || table[name].contains(to), "{name} imports {to}: not in the table of ARCHITECTURE.md");
        }
    }
}
