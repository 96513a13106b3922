//! Scores every benchmark file and prints one table of totals. No text of a benchmark by other hands is ever printed: who tunes the
//! program must not read what it is measured by.
//!
//! `XIEZHI_BENCHMARK` names further files, separated by colons. `XIEZHI_MISSES=1` prints the misses of the own style.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use understanding::dispatch::{Rule, squads_by_town};
use understanding::{Core, Correction, Gazetteer, Learner, Reader, Reading, cli, sentences};

#[derive(Debug, Clone, Deserialize)]
struct Item {
    id: String,
    text: String,
    accepted: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    bodies: Vec<String>,
    #[serde(default)]
    place: Vec<String>,
    #[serde(default)]
    urgent: bool,
}

/// Counts of one file: right and all.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }

    fn percent(self) -> f64 {
        if self.all == 0 { f64::NAN } else { 100.0 * self.right as f64 / self.all as f64 }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Score {
    first: Share,
    three: Share,
    filled: Share,
    filled_right: Share,
    also: Share,
    body_first: Share,
    body_three: Share,
    transfer: Share,
    ours: Share,
    place: Share,
    squad: Share,
    urgent_found: Share,
    urgent_right: Share,
}

impl Score {
    fn count(&mut self, item: &Item, reading: &Reading, gazetteer: &Gazetteer, rules: &[Rule]) {
        let accepted = |code: &str| item.accepted.iter().any(|a| a == code);
        let first = reading.matters.first().is_some_and(|m| accepted(&m.code));
        if item.accepted.is_empty() {
            let right = |key: &str| item.bodies.iter().any(|b| b == key);
            self.body_first.count(reading.bodies.first().is_some_and(|b| right(b.key)));
            self.body_three.count(reading.bodies.iter().take(3).any(|b| right(b.key)));
            self.transfer.count(reading.ours < 0.5);
        } else {
            self.first.count(first);
            self.three.count(reading.matters.iter().take(3).any(|m| accepted(&m.code)));
            self.ours.count(reading.ours >= 0.5);
        }
        for code in &item.also {
            self.also.count(reading.matters.iter().any(|m| &m.code == code));
        }
        self.filled.count(reading.sure);
        if reading.sure {
            self.filled_right.count(first);
        }
        if !item.place.is_empty() {
            let right = |id: &str| item.place.iter().any(|p| p == id);
            let shown = reading.place.candidates.iter().take(3);
            self.place.count(shown.clone().any(|c| right(&c.id) || c.other.as_deref().is_some_and(right)));
            if let Some(squad) = cli::squad(rules, reading, None, None) {
                let towns = item
                    .place
                    .iter()
                    .filter_map(|id| gazetteer.place(id))
                    .flat_map(|p| p.towns.iter().chain([&p.town]));
                let wanted: Vec<String> =
                    squads_by_town(towns.map(String::as_str)).into_iter().map(|r| r.unit).collect();
                self.squad.count(wanted.contains(&squad.unit));
            }
        }
        if item.urgent {
            self.urgent_found.count(!reading.urgent.is_empty());
        }
        if !reading.urgent.is_empty() {
            self.urgent_right.count(item.urgent);
        }
    }

    fn row(&self, name: &str, table: &mut String) {
        let p = |share: Share| {
            if share.all == 0 { "–".to_owned() } else { format!("{:.1} ({})", share.percent(), share.all) }
        };
        let _ = writeln!(
            table,
            "| {name} | {} | {} | {:.1} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            p(self.first),
            p(self.three),
            self.filled.percent(),
            p(self.filled_right),
            p(self.also),
            p(self.body_first),
            p(self.body_three),
            p(self.transfer),
            p(self.ours),
            p(self.place),
            p(self.squad),
            p(self.urgent_found),
            p(self.urgent_right),
        );
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benchmark")
}

fn read(path: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(path).expect("the benchmark can be read");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("a line of a benchmark"))
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark by other hands may lie anywhere")]
fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The files by name: those of the folder, and those of the environment together as one.
fn files() -> BTreeMap<String, Vec<Item>> {
    let mut files = BTreeMap::new();
    for name in ["own-style", "other-hands"] {
        let path = folder().join(format!("{name}.jsonl"));
        if path.exists() {
            files.insert(name.to_owned(), read(&path));
        }
    }
    if let Some(paths) = asked("XIEZHI_BENCHMARK") {
        files.insert("other-hands".to_owned(), paths.split(':').flat_map(|path| read(Path::new(path))).collect());
    }
    files
}

fn gazetteer() -> Gazetteer {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).expect("the gazetteer can be read");
    Gazetteer::read(&read("places.jsonl")).expect("places").with_towns(&read("towns.json")).expect("towns")
}

fn score(reader: &Reader, items: &[Item], rules: &[Rule]) -> Score {
    let mut score = Score::default();
    for item in items {
        score.count(item, &reader.understand(&item.text), reader.gazetteer(), rules);
    }
    score
}

fn correction(item: &Item) -> Correction {
    let body = item.bodies.first().cloned();
    Correction { chosen: Core { text: item.text.clone(), matters: item.accepted.clone(), body }, by: String::new() }
}

/// After 300 corrections: in five folds, learn from the other four and from the own style up to 300, then score the fold.
fn corrected(learner: &Learner, other: &[Item], own: &[Item], rules: &[Rule], together: bool) -> Score {
    let mut score = Score::default();
    for fold in 0..5 {
        let mut learner = learner.clone();
        let rest = other.iter().enumerate().filter(|(at, _)| at % 5 != fold).map(|(_, item)| item);
        let spread = own.iter().step_by(3);
        for item in rest.chain(spread).take(300) {
            learner.correct(correction(item)).expect("a benchmark names known codes");
        }
        if together {
            learner.train(&[]).expect("sentences");
        }
        for item in other.iter().skip(fold).step_by(5) {
            score.count(item, &learner.reader().understand(&item.text), learner.reader().gazetteer(), rules);
        }
    }
    score
}

/// The own sentences, held out in four folds: what can be looked at while tuning.
fn held_out() -> Score {
    let cores = sentences().expect("sentences");
    let mut score = Score::default();
    for fold in 0..4 {
        let rest: Vec<Core> =
            cores.iter().enumerate().filter(|(at, _)| at % 4 != fold).map(|(_, core)| core.clone()).collect();
        let reader = Reader::taught(Gazetteer::default(), &rest).expect("sentences");
        for (at, core) in cores.iter().enumerate().skip(fold).step_by(4) {
            let bodies = core.body.iter().cloned().collect();
            let item = Item {
                id: at.to_string(),
                text: core.text.clone(),
                accepted: core.matters.clone(),
                also: Vec::new(),
                bodies,
                place: Vec::new(),
                urgent: false,
            };
            score.count(&item, &reader.understand(&item.text), reader.gazetteer(), &[]);
        }
    }
    score
}

fn misses(reader: &Reader, items: &[Item]) {
    for item in items {
        let reading = reader.understand(&item.text);
        let codes: Vec<&str> = reading.matters.iter().map(|m| m.code.as_str()).collect();
        let places: Vec<String> =
            reading.place.candidates.iter().take(3).map(|c| format!("{}{}", c.id, c.name)).collect();
        if !item.accepted.is_empty() && !codes.iter().take(3).any(|c| item.accepted.iter().any(|a| a == c)) {
            println!("matter {} {:?} not {codes:?}: {}", item.id, item.accepted, item.text);
        }
        let found = reading
            .place
            .candidates
            .iter()
            .take(3)
            .any(|c| item.place.contains(&c.id) || c.other.as_ref().is_some_and(|o| item.place.contains(o)));
        if !item.place.is_empty() && !found {
            println!("place {} {:?} not {places:?}: {}", item.id, item.place, item.text);
        }
        if item.urgent && reading.urgent.is_empty() {
            println!("urgent {}: {}", item.id, item.text);
        }
    }
}

#[test]
fn benchmark() {
    let began = Instant::now();
    let learner = Learner::new(gazetteer()).expect("the committed tables are sound");
    let trained = began.elapsed();
    let reader = learner.reader();
    let towns = reader.gazetteer().towns();
    let rules = squads_by_town(towns.iter().map(String::as_str));
    let files = files();
    let own = &files["own-style"];
    if asked("XIEZHI_MISSES").is_some() {
        misses(reader, own);
    }

    let mut table = String::from(
        "| set | top-1 | top-3 | filled % | filled right | further matters | body top-1 | body top-3 | seen as transfer | seen as ours | place top-3 | squad | urgent found | urgent right |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    held_out().row("own sentences, held out", &mut table);
    let began = Instant::now();
    let own_score = score(reader, own, &rules);
    let each = began.elapsed() / u32::try_from(own.len()).unwrap_or(1);
    own_score.row("own style", &mut table);
    let other = files.get("other-hands").map(|items| {
        let cold = score(reader, items, &rules);
        cold.row("other hands, cold", &mut table);
        let at_once = corrected(&learner, items, own, &rules, false);
        at_once.row("other hands, after 300 corrections at once", &mut table);
        let after = corrected(&learner, items, own, &rules, true);
        after.row("other hands, after 300 corrections trained in", &mut table);
        (cold, after)
    });
    println!("{table}trained in {trained:.0?}, {} features; one text {each:.0?}", reader.size());

    assert!(trained < Duration::from_secs(3), "training takes {trained:?}");
    at_least("own style: top-3", own_score.three, 95.0);
    at_least("own style: place", own_score.place, 90.0);
    at_least("own style: squad", own_score.squad, 92.0);
    if let Some((cold, after)) = other {
        at_least("cold top-3", cold.three, 82.0);
        at_least("cold top-1", cold.first, 62.0);
        at_least("after 300 corrections: top-3", after.three, 88.0);
        at_least("after 300 corrections: top-1", after.first, 70.0);
        at_least("filled in rightly", cold.filled_right, 90.0);
        at_least("other bodies in the first three", cold.body_three, 60.0);
        at_least("place in the first three", cold.place, 90.0);
        at_least("squad", cold.squad, 92.0);
    }
}

fn at_least(what: &str, share: Share, floor: f64) {
    assert!(
        share.all == 0 || share.percent() >= floor,
        "{what}: {:.1} % of {}, the floor is {floor} %",
        share.percent(),
        share.all
    );
}
