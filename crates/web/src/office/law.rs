//! The law as the program knows it: matters with their versions, articles, rules; and the bureau's own check of a version.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use ::law::acts::Kind;
use ::law::corpus::{Corpus, Party, Verification as Read, Version};
use ::law::rules::{Effect, RULEBOOK, rules};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use casework::verified::{self, Verification};
use ledger::{Fault, Tx};
use office::Role;
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
    source: String,
    articles: Vec<(String, String)>,
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
        corpus
            .statutes()
            .filter(|s| has(&[&s.name, &s.short]) || s.articles.values().any(|t| t.contains(&words)))
            .map(|s| StatuteRow {
                id: s.id.clone(),
                name: s.name.clone(),
                level: s.level.label(),
                from: s.from.to_string(),
                to: s.to.map(|d| d.to_string()).unwrap_or_default(),
                source: s.source.clone(),
                articles: articles(corpus, s),
            })
            .collect()
    } else {
        Vec::new()
    };
    html(&LawPage {
        shell: Shell::new(&app, &who, "/office/law"),
        tab,
        words,
        rulebook: RULEBOOK,
        digest: corpus.digest().chars().take(16).collect(),
        matters,
        rules,
        statutes,
    })
}

/// The articles of a statute in the order of their numbers.
fn articles(corpus: &Corpus, statute: &::law::corpus::Statute) -> Vec<(String, String)> {
    let number =
        |a: &str| a.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().unwrap_or(u32::MAX);
    let mut keys: Vec<&String> = statute.articles.keys().collect();
    keys.sort_by_key(|a| (number(a), (*a).clone()));
    keys.into_iter()
        .map(|a| {
            let citation = ::law::corpus::Citation::new(&statute.id, a.as_str());
            let short = corpus.cite_short(&citation);
            let place = short.strip_prefix(statute.short.as_str()).unwrap_or(&short).trim().to_owned();
            (place, statute.articles[a].clone())
        })
        .collect()
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
    examples: Vec<String>,
    /// This person may check it now.
    form: bool,
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
    let own = app.read(move |tx| checks(tx, &wanted)).await?;
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
                cited: cited(corpus, v),
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

fn example(example: &::law::corpus::Example) -> String {
    let measured = if example.measures.is_empty() { String::new() } else { format!("，{}", example.measures) };
    let fits = if example.fits { "可以" } else { "不可以" };
    format!("{}罚款 {}{measured}：{fits}（{}）", example.party.label(), example.amount, example.why)
}

fn cited(corpus: &Corpus, version: &Version) -> Vec<Cited> {
    let parts = [
        ("禁止或者要求", Some(&version.conduct)),
        ("处罚", Some(&version.penalty)),
        ("数额另见", version.through.as_ref()),
    ];
    parts
        .into_iter()
        .filter_map(|(what, citation)| {
            let citation = citation?;
            Some(Cited {
                what,
                full: corpus.cite(citation),
                summary: corpus.summary(citation).unwrap_or_default().to_owned(),
                source: corpus.statute(&citation.statute).map(|s| s.source.clone()).unwrap_or_default(),
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
                let cited = cited(corpus, version);
                assert!(cited.len() >= 2);
                assert!(cited.iter().all(|c| !c.summary.is_empty() && c.full.starts_with('《')), "{}", matter.code);
                assert!(!fine(version, Party::Person).is_empty());
            }
        }
        for statute in corpus.statutes() {
            let articles = articles(corpus, statute);
            assert_eq!(articles.len(), statute.articles.len());
            let named = |a: &(String, String)| a.0.starts_with('第') || a.0 == "（条文待查）";
            assert!(articles.iter().all(named), "{}: {articles:?}", statute.id);
        }
    }

    #[test]
    fn every_rule_has_its_words() {
        assert!(rule_rows().iter().all(|r| !r.text.is_empty() && !r.article.is_empty() && !r.on.is_empty()));
    }
}
