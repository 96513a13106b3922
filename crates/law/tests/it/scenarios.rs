//! Every scenario of the folder passes.

use std::path::Path;

pub(crate) fn all() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut list: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("the scenario folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "case"))
        .map(|path| {
            (
                path.file_stem().expect("named").to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).expect("readable"),
            )
        })
        .collect();
    list.sort();
    list
}

#[test]
fn every_scenario_passes() {
    let scenarios = all();
    assert!(scenarios.len() >= 120, "only {} scenarios", scenarios.len());
    let failed: Vec<String> = scenarios
        .iter()
        .filter_map(|(name, text)| {
            let outcome = law::scenario::run(text);
            (!outcome.passed).then(|| format!("== {name}\n{}", outcome.report))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
