//! The law as the program knows it: matters with their versions, articles, rules; and the bureau's own check of a version.

pub(crate) mod decisions;
pub(crate) mod import;
pub(crate) mod rule;
pub(crate) mod statute;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::law::Day;
use ::law::acts::Kind;
use ::law::bureau;
use ::law::corpus::{Branch, Corpus, Daily, Party, Verification as Read, Version, When};
use ::law::rules::{Effect, RULEBOOK, rules};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use casework::verified::{self, Verification};
use ledger::{Fault, Tx};
use office::Role;
use office::directory::Directory;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    words: String,
}

struct MatterRow {
    code: String,
    name: String,
    /// The version in force today.
    since: String,
    penalty: String,
    versions: usize,
    chip: (&'static str, &'static str),
}

struct RuleRow {
    id: &'static str,
    article: &'static str,
    text: &'static str,
    bars: bool,
    from: String,
    on: String,
}

struct StatuteRow {
    id: String,
    name: String,
    level: &'static str,
    from: String,
    to: String,
    articles: usize,
    /// How many versions of its official text were imported.
    texts: usize,
}

#[derive(Template)]
#[template(path = "office/law.html")]
struct LawPage {
    shell: Shell,
    tab: &'static str,
    words: String,
    rulebook: u32,
    digest: String,
    matters: Vec<MatterRow>,
    rules: Vec<RuleRow>,
    statutes: Vec<StatuteRow>,
    /// Reviewers, certified officers, fewest reviewers, whether they are enough, last day to publish the figures of the year before.
    staff: Option<(usize, usize, u32, bool, String)>,
    /// This person may import official texts.
    imports: bool,
}

/// `GET /office/law`.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    let corpus = app.casework.corpus;
    let today = app.today();
    let tab = match asked.tab.as_str() {
        "rules" => "rules",
        "statutes" => "statutes",
        _ => "matters",
    };
    let words = asked.words.trim().to_owned();
    let has = |texts: &[&str]| words.is_empty() || texts.iter().any(|t| t.contains(words.as_str()));
    let mut matters = Vec::new();
    if tab == "matters" {
        let checked = app.read(verified::all).await?;
        for m in corpus.matters().filter(|m| has(&[&m.code, &m.name])) {
            let now = m.on(today);
            let own = now.is_some_and(|v| checked.contains(&(m.code.clone(), v.from)));
            matters.push(MatterRow {
                code: m.code.clone(),
                name: m.name.clone(),
                since: now.map_or_else(String::new, |v| v.from.to_string()),
                penalty: now.map_or_else(String::new, |v| corpus.cite_short(&v.penalty)),
                versions: m.versions.len(),
                chip: now.map_or(("", "今天没有施行的版本"), |v| chip(v, own)),
            });
        }
    }
    let rules = if tab == "rules" {
        rule_rows().into_iter().filter(|r| has(&[r.id, r.article, r.text])).collect()
    } else {
        Vec::new()
    };
    let statutes = if tab == "statutes" {
        let versions = app.read(casework::statutes::versions).await?;
        corpus
            .statutes()
            .filter(|s| has(&[&s.name, &s.short]) || s.articles.values().any(|t| t.contains(&words)))
            .map(|s| StatuteRow {
                id: s.id.clone(),
                name: s.name.clone(),
                level: s.level.label(),
                from: s.from.to_string(),
                to: s.to.map(|d| d.to_string()).unwrap_or_default(),
                articles: s.articles.len(),
                texts: versions.iter().filter(|v| v.statute == s.id).count(),
            })
            .collect()
    } else {
        Vec::new()
    };
    let staff = if tab == "rules" { Some(staff(&*app.directory().await?, today)) } else { None };
    html(&LawPage {
        shell: Shell::new(&app, &who, "/office/law"),
        staff,
        tab,
        words,
        rulebook: RULEBOOK,
        digest: corpus.digest().chars().take(16).collect(),
        matters,
        rules,
        statutes,
        imports: who.0.roles.contains(&Role::LegalReviewer),
    })
}

/// What the three systems ask of the bureau as a whole: reviewers enough, figures in time.
fn staff(directory: &Directory, today: Day) -> (usize, usize, u32, bool, String) {
    let certified = directory
        .units
        .iter()
        .flat_map(|unit| directory.officers(&unit.id, today))
        .map(|(person, _)| person)
        .collect::<BTreeSet<u32>>();
    let reviewers = directory.holders(&[Role::LegalReviewer], None, today);
    let reviewers = reviewers.into_iter().map(|(person, _)| person).collect::<BTreeSet<u32>>().len();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let officers = count(certified.len());
    let due = bureau::figures_due(today.year() - 1).map(|day| day.to_string()).unwrap_or_default();
    let enough = bureau::reviewers_enough(count(reviewers), officers);
    (reviewers, certified.len(), bureau::reviewers_needed(officers), enough, due)
}

fn chip(version: &Version, own: bool) -> (&'static str, &'static str) {
    if own {
        ("ok", "本单位已核对")
    } else if version.decidable() {
        ("ok", "已核对原文")
    } else {
        ("warn", "未核对，不能据以决定")
    }
}

fn rule_rows() -> Vec<RuleRow> {
    rules()
        .iter()
        .map(|r| RuleRow {
            id: r.id,
            article: r.article,
            text: r.text,
            bars: r.effect == Effect::Bars,
            from: r.from.map(|d| d.to_string()).unwrap_or_default(),
            on: if r.on.len() == Kind::ALL.len() {
                "每一步".into()
            } else {
                r.on.iter().map(|k| k.label()).collect::<Vec<_>>().join("、")
            },
        })
        .collect()
}

struct Cited {
    what: &'static str,
    full: String,
    summary: String,
    source: String,
    statute: String,
    /// The official text, where it was imported.
    words: Option<String>,
}

struct VersionShown {
    from: String,
    to: String,
    now: bool,
    name: String,
    cited: Vec<Cited>,
    subject: &'static str,
    sorts: String,
    fine_person: String,
    fine_unit: String,
    order: &'static str,
    condition: String,
    chip: (&'static str, &'static str),
    /// What was read, or what is missing.
    read: String,
    /// The bureau's own check: who, when, against which text.
    own: Option<String>,
    note: String,
    branches: Vec<BranchShown>,
    conflicts: Vec<ConflictShown>,
    daily: String,
    benchmark: Option<BenchmarkShown>,
    examples: Vec<String>,
    /// This person may check it now.
    form: bool,
}

/// A circumstance with its own sum, kinds or order.
struct BranchShown {
    id: String,
    text: String,
    when: &'static str,
    fine_person: String,
    fine_unit: String,
    kept: String,
    citation: String,
}

/// Another matter the same conduct falls under.
struct ConflictShown {
    code: String,
    name: String,
    party: &'static str,
    text: String,
}

/// The tiers of a version.
struct BenchmarkShown {
    edition: String,
    example: bool,
    sets: Vec<SetShown>,
    factors: Vec<(String, &'static str)>,
}

struct SetShown {
    whom: String,
    tiers: Vec<(String, String, String, bool)>,
}

#[derive(Template)]
#[template(path = "office/matter.html")]
struct MatterPage {
    shell: Shell,
    code: String,
    name: String,
    today: String,
    versions: Vec<VersionShown>,
}

/// `GET /office/law/{code}`: one matter through all the texts that governed it.
pub(crate) async fn matter(State(app): State<Arc<App>>, who: Who, Path(code): Path<String>) -> Page {
    let corpus = app.casework.corpus;
    let matter = corpus.matter(&code).ok_or(Error::NotFound("目录中没有这个事项。"))?;
    let (today, wanted) = (app.today(), code.clone());
    let citations: Vec<(::law::corpus::Citation, Day)> = matter
        .versions
        .iter()
        .flat_map(|v| {
            let on = v.to.unwrap_or(today).max(v.from);
            parts(v).into_iter().filter_map(move |(_, citation)| Some((citation?.clone(), on)))
        })
        .collect();
    let (own, words) = app
        .read(move |tx| {
            let own = checks(tx, &wanted)?;
            let mut words = BTreeMap::new();
            for (citation, on) in citations {
                if let Some(text) = casework::statutes::quote(tx, &citation, on)? {
                    words.insert((citation, on), text);
                }
            }
            Ok((own, words))
        })
        .await?;
    let reviewer = who.0.roles.contains(&Role::LegalReviewer);
    let versions = matter
        .versions
        .iter()
        .rev()
        .map(|v| {
            let own = own.get(&v.from).cloned();
            VersionShown {
                from: v.from.to_string(),
                to: v.to.map(|d| d.to_string()).unwrap_or_default(),
                now: v.from <= today && v.to.is_none_or(|to| today <= to),
                name: v.name.clone(),
                cited: cited(corpus, v, &words, v.to.unwrap_or(today).max(v.from)),
                subject: v.subject.label(),
                sorts: v.sorts.iter().map(|s| s.label()).collect::<Vec<_>>().join("、"),
                fine_person: fine(v, Party::Person),
                fine_unit: fine(v, Party::Unit),
                order: v.order.label(),
                condition: v.condition.clone().unwrap_or_default(),
                chip: chip(v, own.is_some()),
                read: match &v.verification {
                    Read::Verified { source, on } => format!("{source}（{on} 核对）"),
                    Read::Unverified { why } => why.clone(),
                },
                branches: v.branches.iter().map(|b| branch(corpus, v, b)).collect(),
                conflicts: conflicts(corpus, &code, v),
                daily: match &v.daily {
                    Some(Daily::Allowed(by)) => {
                        format!("单位和其他经营者拒不改正的，可以按日连续处罚（{}）", corpus.cite_short(by))
                    }
                    Some(Daily::Excluded(by)) => format!("不按日连续处罚（{}）", corpus.cite_short(by)),
                    None => String::new(),
                },
                benchmark: benchmark(corpus, &code, v),
                form: reviewer && own.is_none() && !v.decidable(),
                own,
                note: v.note.clone().unwrap_or_default(),
                examples: v.examples.iter().map(example).collect(),
            }
        })
        .collect();
    let page = MatterPage {
        shell: Shell::new(&app, &who, "/office/law"),
        code: matter.code.clone(),
        name: matter.name.clone(),
        today: today.to_string(),
        versions,
    };
    html(&page)
}

fn fine(version: &Version, party: Party) -> String {
    match version.fine(party) {
        Some(fine) => fine.to_string(),
        None if version.reaches(party) => "不罚款".into(),
        None => "不适用".into(),
    }
}

fn branch(corpus: &Corpus, version: &Version, branch: &Branch) -> BranchShown {
    let fine = |party| branch.fine(party).map_or_else(|| "–".to_owned(), ToString::to_string);
    let kept: Vec<_> = branch.sorts.iter().filter(|sort| sort.bears_on_business()).map(|sort| sort.label()).collect();
    BranchShown {
        id: branch.id.clone(),
        text: branch.text.clone(),
        when: match branch.when {
            When::Refused => "须有复查证明",
            When::Serious => "须在调查终结报告查明",
            When::Facts => "依查明的事实",
        },
        fine_person: fine(Party::Person),
        fine_unit: fine(Party::Unit),
        kept: kept.join("、"),
        citation: corpus.cite_short(branch.penalty.as_ref().unwrap_or(&version.penalty)),
    }
}

/// The clashes of a version, whichever of the two matters declares them; each pair of kinds of party once.
fn conflicts(corpus: &Corpus, code: &str, version: &Version) -> Vec<ConflictShown> {
    let mut list: Vec<ConflictShown> = Vec::new();
    for party in Party::ALL {
        // A version is asked on its last day, or on its first where it still stands: conflicts belong to versions, not to days in them.
        for clash in corpus.conflicts(code, version.to.unwrap_or(version.from).max(version.from), party) {
            match list.iter_mut().find(|known| known.code == clash.other.matter) {
                Some(known) => known.party = "个人和单位",
                None => list.push(ConflictShown {
                    code: clash.other.matter.to_owned(),
                    name: clash.other.version.name.clone(),
                    party: party.label(),
                    text: clash.text.to_owned(),
                }),
            }
        }
    }
    list
}

/// The tiers that ship or that the bureau adopted for a version.
fn benchmark(corpus: &Corpus, code: &str, version: &Version) -> Option<BenchmarkShown> {
    use ::law::corpus::tiers::Effect as Leads;
    let benchmark = corpus.benchmark(code)?;
    let sets: Vec<SetShown> = benchmark
        .sets
        .iter()
        .filter(|set| set.from == version.from)
        .map(|set| {
            let branch = set.branch.as_deref().and_then(|id| version.branch(id)).map(|b| b.text.clone());
            let whom = set.party.map_or("个人和单位", Party::label);
            SetShown {
                whom: branch.map_or_else(|| whom.to_owned(), |text| format!("{whom}，{text}")),
                tiers: set
                    .tiers
                    .iter()
                    .enumerate()
                    .map(|(at, tier)| {
                        let end = if at + 1 == set.tiers.len() { "以下" } else { "不满" };
                        let band = match end {
                            "以下" => format!("{}以上{}以下", tier.min, tier.max),
                            _ => format!("{}以上不满{}", tier.min, tier.max),
                        };
                        (tier.name.clone(), band, tier.when.clone(), tier.usual)
                    })
                    .collect(),
            }
        })
        .collect();
    if sets.is_empty() {
        return None;
    }
    let leads = |effect| match effect {
        Leads::Noted => "与其他因素合并考虑",
        Leads::Lighter => "从轻一档",
        Leads::Heavier => "从重一档",
        Leads::Mitigated => "减轻",
        Leads::MayWaive => "可以不予处罚",
        Leads::MustWaive => "不予处罚",
    };
    let factors = benchmark.factors.iter().map(|factor| (factor.name.clone(), leads(factor.effect))).collect();
    Some(BenchmarkShown { edition: benchmark.edition.clone(), example: benchmark.example, sets, factors })
}

fn example(example: &::law::corpus::Example) -> String {
    let measured = if example.measures.is_empty() { String::new() } else { format!("，{}", example.measures) };
    let fits = if example.fits { "可以" } else { "不可以" };
    format!("{}罚款 {}{measured}：{fits}（{}）", example.party.label(), example.amount, example.why)
}

/// The places a version rests on.
fn parts(version: &Version) -> [(&'static str, Option<&::law::corpus::Citation>); 3] {
    [("禁止或者要求", Some(&version.conduct)), ("处罚", Some(&version.penalty)), ("数额另见", version.through.as_ref())]
}

/// They as shown, each with its official text where one was imported.
fn cited(
    corpus: &Corpus,
    version: &Version,
    words: &BTreeMap<(::law::corpus::Citation, Day), String>,
    on: Day,
) -> Vec<Cited> {
    parts(version)
        .into_iter()
        .filter_map(|(what, citation)| {
            let citation = citation?;
            Some(Cited {
                what,
                full: corpus.cite(citation),
                summary: corpus.summary(citation).unwrap_or_default().to_owned(),
                source: corpus.statute(&citation.statute).map(|s| s.source.clone()).unwrap_or_default(),
                statute: citation.statute.clone(),
                words: words.get(&(citation.clone(), on)).cloned(),
            })
        })
        .collect()
}

/// The bureau's own checks of a matter's versions, from the journal: who, when, against which text.
fn checks(tx: &mut Tx<'_>, code: &str) -> Result<BTreeMap<Day, String>, Fault> {
    let names = office::read::names(tx)?;
    let mut found = BTreeMap::new();
    for entry in tx.stream("law")?.into_iter().filter(|e| e.kind == verified::KIND) {
        let check: Verification =
            serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
        if check.matter == code {
            let name = names.get(&check.person).map_or("（不详）", String::as_str);
            found.insert(check.from, format!("{name} {} 对照“{}”核对", entry.happened_at, check.against));
        }
    }
    Ok(found)
}

/// `POST /office/law/{code}`: the legal officer has compared a version with the official text.
pub(crate) async fn verify(State(app): State<Arc<App>>, who: Who, Path(code): Path<String>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    if !who.0.roles.contains(&Role::LegalReviewer) {
        return Err(Error::NotAllowed("只有法制审核人员可以核对并确认事项的版本。"));
    }
    let corpus = app.casework.corpus;
    let matter = corpus.matter(&code).ok_or(Error::NotFound("目录中没有这个事项。"))?;
    let day = |key: &str, label: &str| -> Result<Day, Error> {
        form.fields.need(key, label)?.parse().map_err(|_| Error::Bad(format!("“{label}”应写成 2024-11-05。")))
    };
    let from = day("from", "版本")?;
    if !matter.versions.iter().any(|v| v.from == from) {
        return Err(Error::Bad(format!("{} 没有 {from} 起的版本，请返回刷新。", matter.name)));
    }
    let (on, today) = (day("on", "核对日期")?, app.today());
    if on > today {
        return Err(Error::Bad(format!("核对日期不能晚于今天（{today}）。")));
    }
    let against = form.fields.need("against", "对照的文本")?.to_owned();
    if against.chars().count() < 6 {
        return Err(Error::Bad(
            "“对照的文本”请写全：名称、公布日期和来源，例如“国家法律法规数据库，2022-09-22 修订公布文本”。".into(),
        ));
    }
    if form.fields.get("compared").is_none() {
        return Err(Error::Bad("请先逐条对照行为、对象、处罚种类和数额，再勾选“已逐项对照”。".into()));
    }
    let verification = Verification { matter: code.clone(), from, person: who.0.person, against };
    let login = who.0.login.clone();
    app.casework.ledger.act(move |tx| verified::record(tx, &login, on, &verification)).await?;
    Ok(Redirect::to(&format!("/office/law/{}", matter.code)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_matter_and_statute_can_be_shown() {
        let corpus = Corpus::builtin();
        for matter in corpus.matters() {
            for version in &matter.versions {
                let cited = cited(corpus, version, &BTreeMap::new(), version.from);
                assert!(cited.len() >= 2);
                assert!(cited.iter().all(|c| !c.summary.is_empty() && c.full.starts_with('《')), "{}", matter.code);
                assert!(!fine(version, Party::Person).is_empty());
            }
        }
        for statute in corpus.statutes() {
            let articles = statute::articles(corpus, statute);
            assert_eq!(articles.len(), statute.articles.len());
            let named = |a: &(String, String, String)| a.1.starts_with('第') || a.1 == "（条文待查）";
            assert!(articles.iter().all(named), "{}: {articles:?}", statute.id);
        }
    }

    #[test]
    fn every_rule_has_its_words() {
        assert!(rule_rows().iter().all(|r| !r.text.is_empty() && !r.article.is_empty() && !r.on.is_empty()));
    }
}
