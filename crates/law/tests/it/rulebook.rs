//! The page of all rules is written from the rules and the scenarios, and is up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use law::acts::Kind;
use law::grade::{ITEMS, VETOES};
use law::judge::Cure;
use law::rules::{Effect, rules};
use law::scenario::play;

use crate::coverage::INVARIANTS;
use crate::scenarios::all;

const PAGE: &str = "docs/rulebook.md";

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to accept the new page is asked by the environment")]
fn the_rulebook_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PAGE);
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).expect("writable");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "{PAGE} is not what the rules say: cargo xtask bless");
}

fn page() -> String {
    let scenarios = all();
    let mut met: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut cures: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut broken: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, text) in &scenarios {
        let played = play("", text);
        for (rule, cure) in &played.cures {
            let told = match cure {
                Cure::Do(kind) => format!("办理{}", kind.label()),
                Cure::Until(_) => "等到期限届满".to_owned(),
                Cure::Change(_) => "更改填写".to_owned(),
                Cure::None => continue,
            };
            cures.entry(rule).or_default().insert(told);
        }
        for (rule, answer) in played.trace {
            match answer {
                "met" => met.entry(rule).or_default().insert(name),
                "unmet" => broken.entry(rule).or_default().insert(name),
                _ => false,
            };
        }
    }
    let bars = rules().iter().filter(|rule| rule.effect == Effect::Bars).count();
    let mut page = String::from("# The rulebook\n\nWritten from `crates/law` by `cargo xtask bless`; do not edit.\n\n");
    let _ = writeln!(
        page,
        "{} rules: {bars} bar a live act, {} mark it. A reported act is only ever marked. {} scenarios hold them.\n",
        rules().len(),
        rules().len() - bars,
        scenarios.len()
    );
    page += "## The sixty-four invariants\n\n| no. | what | rules | clocks | also |\n|---|---|---|---|---|\n";
    for held in INVARIANTS {
        let (rules, clocks) = (held.rules.join(" "), held.clocks.join(" "));
        let _ = writeln!(page, "| I{} | {} | {rules} | {clocks} | {} |", held.no, held.text, held.also);
    }
    page += "\n## The rule table\n\nGated: a live act is refused (不得办理) or recorded with a mark (记瑕疵). Guided: what a refusal tells to do first. Graded: the vetoes (V)\n and items of the evaluation sheet that name the rule; every unmet rule is a mark of the file besides.\n\n| rule | article | gated | guided | graded | met in | broken in |\n|---|---|---|---|---|---|---|\n";
    for rule in rules() {
        let gated = if rule.effect == Effect::Bars { "不得办理" } else { "记瑕疵" };
        let told =
            cures.get(rule.id).map(|list| list.iter().cloned().collect::<Vec<_>>().join("，")).unwrap_or_default();
        let graded: Vec<String> = VETOES
            .iter()
            .filter(|veto| veto.rules.contains(&rule.id))
            .map(|veto| veto.id.to_owned())
            .chain(ITEMS.iter().filter(|i| i.rules.iter().any(|(id, _)| *id == rule.id)).map(|i| i.text.to_owned()))
            .collect();
        let first =
            |names: Option<&BTreeSet<&str>>| match names.and_then(|names| names.first().map(|n| (n, names.len()))) {
                None => "–".to_owned(),
                Some((name, 1)) => (*name).to_owned(),
                Some((name, n)) => format!("{name} +{}", n - 1),
            };
        let _ = writeln!(
            page,
            "| {} | {} | {gated} | {told} | {} | {} | {} |",
            rule.id,
            rule.article,
            graded.join("，"),
            first(met.get(rule.id)),
            first(broken.get(rule.id))
        );
    }
    page += "\n## The rules\n";
    for rule in rules() {
        let effect = if rule.effect == Effect::Bars { "不得办理" } else { "记为瑕疵" };
        let kinds = if rule.on.len() == Kind::ALL.len() {
            "所有行为".to_owned()
        } else {
            rule.on.iter().map(|kind| kind.label()).collect::<Vec<_>>().join("、")
        };
        let from = rule.from.map(|day| format!("，自{day}")).unwrap_or_default();
        let _ = writeln!(page, "\n### {} {}{from}\n\n{}", rule.id, rule.article, rule.text);
        let _ = writeln!(page, "\n- {effect}：{kinds}");
        let _ = writeln!(page, "- met in {}", some(met.get(rule.id)));
        let breaking = broken.get(rule.id);
        let _ = writeln!(page, "- broken in {}", some(breaking));
        if rule.effect == Effect::Bars {
            let noticed: BTreeSet<&str> = scenarios
                .iter()
                .filter(|(name, _)| breaking.is_some_and(|names| names.contains(name.as_str())))
                .filter(|(_, text)| play(rule.id, text).slipped)
                .map(|(name, _)| name.as_str())
                .collect();
            let _ = writeln!(page, "- switched off, noticed in {}", some(Some(&noticed)));
        }
    }
    page
}

/// Three names at most, and how many more.
fn some(names: Option<&BTreeSet<&str>>) -> String {
    let Some(names) = names.filter(|names| !names.is_empty()) else { return "–".to_owned() };
    let first: Vec<&str> = names.iter().copied().take(3).collect();
    let more = names.len() - first.len();
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}
