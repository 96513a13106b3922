//! Official texts of statutes, imported by article: hash, source, checker; one journal entry for each version of a statute.
//!
//! The program ships summaries in its own words and no official text. A bureau brings the text it compared; from then on documents quote
//! the article they cite, and pages show it beside the summary.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use law::Day;
use law::corpus::{Citation, Corpus};
use ledger::{Entry, Fault, Tx};
use office::BadInput;
use office::directory::Directory;
use office::role::Role;
use office::sheet::{Row, Sheet, day};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::verified::STREAM;

/// Kind of the journal entry.
pub const KIND: &str = "law.text";

/// The longest article taken, characters.
const ARTICLE_MAX: usize = 20_000;

/// A version of a statute as the journal keeps it, version 1: public text, so it stands in the entry itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Id of the statute in the corpus.
    pub statute: String,
    /// First day in force.
    pub from: Day,
    /// Last day in force, for a repealed text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Where the text comes from.
    pub source: String,
    /// Who compared it with the published text.
    pub checker: u32,
    /// SHA-256, hexadecimal, of the articles in the order of the map: key, line feed, text, line feed for each.
    pub digest: String,
    /// Official text by article: `50`, `50(2)`; the paragraphs of a whole article stand on lines of their own.
    pub articles: BTreeMap<String, String>,
}

/// The digest of articles as [`Text`] says it.
pub fn digest(articles: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (key, text) in articles {
        hash.update(format!("{key}\n{text}\n"));
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// What a sheet holds: versions whole, and what is wrong with its rows.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// Rows read.
    pub rows: usize,
    /// The versions without any problem, in the order of the sheet.
    pub texts: Vec<Text>,
    /// Problems: row and what is wrong. A version with a bad row is not among the versions.
    pub problems: Vec<(usize, BadInput)>,
}

/// Columns: 法规, 施行日期, 〔失效日期〕, 来源, 核对人, 条, 原文. Several statutes may stand in one sheet. Who checked a text is a legal
/// reviewer of the bureau on `today`: decisions will quote it.
///
/// # Errors
/// The database fails.
pub fn read(tx: &mut Tx<'_>, corpus: &Corpus, today: Day, sheet: &Sheet) -> Result<Read, Fault> {
    let directory = Directory::read(tx)?;
    let reviewers: BTreeMap<u32, String> = directory.holders(&[Role::LegalReviewer], None, today).into_iter().collect();
    let people = People { names: office::read::names(tx)?, reviewers };
    let mut found = Read { rows: sheet.rows.len(), ..Read::default() };
    let mut versions: Vec<Text> = Vec::new();
    let mut spoiled: Vec<(String, Day)> = Vec::new();
    let (mut lost, mut all_lost) = (Vec::new(), false);
    for row in &sheet.rows {
        match parse(row, corpus, &people) {
            Ok((head, article, text)) => {
                let at = versions.iter().position(|v| v.statute == head.statute && v.from == head.from);
                let version = match at {
                    Some(at) => &mut versions[at],
                    None => {
                        versions.push(head.clone());
                        let last = versions.len() - 1;
                        &mut versions[last]
                    }
                };
                let differs = (version.to, &version.source, version.checker) != (head.to, &head.source, head.checker);
                let bad = if differs {
                    Some(BadInput::new("来源", "同一版本的失效日期、来源、核对人须各行相同"))
                } else {
                    match version.articles.entry(article) {
                        Place::Occupied(known) => {
                            Some(BadInput::new("条", format!("{}在同一版本里出现两次，请只留一行", known.key())))
                        }
                        Place::Vacant(free) => {
                            free.insert(text);
                            None
                        }
                    }
                };
                if let Some(bad) = bad {
                    spoiled.push((head.statute, head.from));
                    found.problems.push((row.line, bad));
                }
            }
            Err((bad, whose)) => {
                match whose {
                    Some((statute, Some(from))) => spoiled.push((statute, from)),
                    // A row of which nobody can say where it belongs spoils all it could belong to.
                    Some((statute, None)) => lost.push(statute),
                    None => all_lost = true,
                }
                found.problems.push((row.line, bad));
            }
        }
    }
    for mut version in versions {
        version.digest = digest(&version.articles);
        let whole = !spoiled.contains(&(version.statute.clone(), version.from));
        if whole && !all_lost && !lost.contains(&version.statute) {
            found.texts.push(version);
        }
    }
    Ok(found)
}

type Parsed = (Text, String, String);

/// What a bad row spoils: a version; every version of a statute, where its day could not be read; all, where neither could.
type Spoils = Option<(String, Option<Day>)>;

/// Who may be named as having checked a text.
struct People {
    names: BTreeMap<u32, String>,
    reviewers: BTreeMap<u32, String>,
}

impl People {
    fn checker(&self, person: &str) -> Result<u32, BadInput> {
        let is = |(id, name): &(&u32, &String)| name.as_str() == person || id.to_string() == person;
        let mut fits = self.reviewers.iter().filter(is);
        match (fits.next(), fits.next()) {
            (Some((id, _)), None) => Ok(*id),
            (Some(_), Some(_)) => Err(BadInput::new("核对人", format!("有几名“{person}”，请写人员编号"))),
            (None, _) if self.names.iter().any(|one| is(&one)) => {
                Err(BadInput::new("核对人", format!("“{person}”不是法制审核人员，请由法制审核人员核对")))
            }
            (None, _) => Err(BadInput::new("核对人", format!("没有“{person}”这名人员"))),
        }
    }
}

/// One row; where it is bad, with the version it spoils as far as that could be read.
fn parse(row: &Row, corpus: &Corpus, people: &People) -> Result<Parsed, (BadInput, Spoils)> {
    let early = |bad| (bad, None);
    let name = row.need(&["法规", "法规名称"]).map_err(early)?;
    let bare = name.trim_matches(['《', '》']);
    let statute = corpus.statutes().find(|s| s.id == bare || s.name == bare || s.short == bare).ok_or_else(|| {
        // A statute that is not here has no version that the row could belong to.
        let bad = BadInput::new("法规", format!("目录中没有“{name}”，请写全称或者代号"));
        (bad, Some((name.to_owned(), None)))
    })?;
    let date = |names: &[&str]| -> Result<Day, BadInput> {
        let text = row.need(names)?;
        day(text).ok_or_else(|| BadInput::new(names[0], format!("“{text}”不是日期，请写成 2022-12-01")))
    };
    let from = date(&["施行日期", "自"]).map_err(|bad| (bad, Some((statute.id.clone(), None))))?;
    let whose = Some((statute.id.clone(), Some(from)));
    let late = |bad| (bad, whose.clone());
    let to = match row.get(&["失效日期", "至"]) {
        None => None,
        Some(_) => Some(date(&["失效日期", "至"]).map_err(late)?),
    };
    if to.is_some_and(|to| to < from) {
        return Err(late(BadInput::new("失效日期", "早于施行日期")));
    }
    let source = row.need(&["来源"]).map_err(late)?.to_owned();
    if source.chars().count() < 6 {
        return Err(late(BadInput::new("来源", "请写全：公布的机关、日期和网址或者书名")));
    }
    let checker = row.need(&["核对人"]).and_then(|person| people.checker(person)).map_err(late)?;
    let written = row.need(&["条", "条文号"]).map_err(late)?;
    let article = Citation::article_of(written).ok_or_else(|| {
        late(BadInput::new("条", format!("“{written}”不是条文号，请写成 50、50(2) 或者“第五十条第二款”")))
    })?;
    let text = row.need(&["原文"]).map_err(late)?.replace('\r', "");
    if text.chars().count() > ARTICLE_MAX {
        return Err(late(BadInput::new("原文", format!("超过{ARTICLE_MAX}字，请核对是否分条"))));
    }
    let head = Text {
        statute: statute.id.clone(),
        from,
        to,
        source,
        checker,
        digest: String::new(),
        articles: BTreeMap::new(),
    };
    Ok((head, article, text))
}

/// What came of recording.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Versions recorded.
    pub new: usize,
    /// Versions that were here already, word for word.
    pub known: usize,
}

/// Records versions, one entry each; one that is here already with the same digest, source and last day records nothing.
///
/// # Errors
/// The database fails.
pub fn record(tx: &mut Tx<'_>, actor: &str, today: Day, texts: &[Text]) -> Result<Recorded, Fault> {
    let mut done = Recorded::default();
    let here = versions(tx)?;
    for text in texts {
        let same = |v: &Version| {
            v.statute == text.statute
                && v.from == text.from
                && v.digest == text.digest
                && v.source == text.source
                && v.to == text.to
                && v.checker == text.checker
        };
        if here.iter().any(same) {
            done.known += 1;
            continue;
        }
        let body = serde_json::to_string(text).map_err(|e| Fault::Bug(e.to_string()))?;
        let draft = ledger::Draft {
            stream: STREAM,
            expects: None,
            happened_at: today,
            actor,
            kind: KIND,
            kind_version: 1,
            body,
        };
        tx.append(draft)?;
        done.new += 1;
    }
    Ok(done)
}

/// A version that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Id of the statute.
    pub statute: String,
    /// First day in force.
    pub from: Day,
    /// Last day in force.
    pub to: Option<Day>,
    /// Where the text comes from.
    pub source: String,
    /// Who compared it.
    pub checker: u32,
    /// The day it was imported.
    pub day: String,
    /// Digest of its articles.
    pub digest: String,
    /// How many articles it has.
    pub articles: i64,
    /// Position of its entry in the journal.
    pub position: i64,
}

/// Every imported version, by statute and first day; the catalogue of statutes bounds them.
///
/// # Errors
/// The database fails.
pub fn versions(tx: &mut Tx<'_>) -> Result<Vec<Version>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT statute, from_day, to_day, source, checker, day, digest, articles, position FROM statute_versions WHERE bureau = $1 ORDER BY statute, from_day LIMIT 2000",
        &[bureau.as_str().into()],
        |row| {
            Ok((
                (row.text(0), row.text(1), row.opt_text(2), row.text(3)),
                (row.int(4), row.text(5), row.text(6), row.int(7), row.int(8)),
            ))
        },
    )?;
    rows.into_iter()
        .map(|((statute, from, to, source), (checker, day, digest, articles, position))| {
            let checker = u32::try_from(checker).map_err(|_| Fault::Bug(format!("not a person: {checker}")))?;
            let to = to.as_deref().map(parse_day).transpose()?;
            Ok(Version { statute, from: parse_day(&from)?, to, source, checker, day, digest, articles, position })
        })
        .collect()
}

fn parse_day(text: &str) -> Result<Day, Fault> {
    text.parse().map_err(|_| Fault::Bug(format!("not a day: {text}")))
}

/// The official text of a citation as in force on a day, where it was imported: of the place itself, or the paragraph of the whole
/// article it lies in. An item is quoted with its whole paragraph.
///
/// # Errors
/// The database fails.
pub fn quote(tx: &mut Tx<'_>, citation: &Citation, on: Day) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let on = on.to_string();
    let whole = citation.whole();
    let outer = whole.as_ref().map_or(citation.article.as_str(), |(article, _)| article.as_str());
    let part = whole.as_ref().and_then(|(article, paragraph)| paragraph.map(|n| format!("{article}({n})")));
    let found = tx.rows(
        "SELECT a.article, a.words FROM statute_articles a JOIN statute_versions v ON v.bureau = a.bureau AND v.statute = a.statute AND v.from_day = a.from_day \
         WHERE a.bureau = $1 AND a.statute = $2 AND v.from_day <= $3 AND (v.to_day IS NULL OR v.to_day >= $3) AND a.article IN ($4, $5, $6) \
         AND v.from_day = (SELECT MAX(w.from_day) FROM statute_versions w WHERE w.bureau = $1 AND w.statute = $2 AND w.from_day <= $3) LIMIT 3",
        &[
            bureau.as_str().into(),
            (&citation.statute).into(),
            on.as_str().into(),
            (&citation.article).into(),
            part.as_deref().unwrap_or(outer).into(),
            outer.into(),
        ],
        |row| Ok((row.text(0), row.text(1))),
    )?;
    let of = |article: &str| found.iter().find(|(key, _)| key == article).map(|(_, words)| words.clone());
    if let Some(words) = of(&citation.article).or_else(|| part.as_deref().and_then(of)) {
        return Ok(Some(words));
    }
    let Some((article, paragraph)) = whole else { return Ok(None) };
    let Some(words) = of(&article) else { return Ok(None) };
    Ok(match paragraph {
        None => Some(words),
        Some(n) => words.lines().filter(|line| !line.trim().is_empty()).nth(usize::from(n) - 1).map(str::to_owned),
    })
}

/// The official text by article of the version of a statute in force on a day.
///
/// # Errors
/// The database fails.
pub fn articles(tx: &mut Tx<'_>, statute: &str, from: Day) -> Result<BTreeMap<String, String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT article, words FROM statute_articles WHERE bureau = $1 AND statute = $2 AND from_day = $3 ORDER BY article LIMIT 5000",
        &[bureau.as_str().into(), statute.into(), from.to_string().as_str().into()],
        |row| Ok((row.text(0), row.text(1))),
    )?;
    Ok(rows.into_iter().collect())
}

pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let text: Text =
        serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
    let bureau = tx.bureau().to_owned();
    let (b, from) = (bureau.as_str(), text.from.to_string());
    tx.execute(
        "INSERT INTO statute_versions (bureau, statute, from_day, to_day, source, checker, day, digest, articles, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (bureau, statute, from_day) DO UPDATE \
         SET to_day = $4, source = $5, checker = $6, day = $7, digest = $8, articles = $9, position = $10",
        &[
            b.into(),
            (&text.statute).into(),
            (&from).into(),
            (&text.to.map(|to| to.to_string())).into(),
            (&text.source).into(),
            i64::from(text.checker).into(),
            (&entry.happened_at.to_string()).into(),
            (&text.digest).into(),
            i64::try_from(text.articles.len()).unwrap_or(i64::MAX).into(),
            entry.position.into(),
        ],
    )?;
    // A version imported anew replaces what was there, articles it no longer has included.
    tx.execute(
        "DELETE FROM statute_articles WHERE bureau = $1 AND statute = $2 AND from_day = $3",
        &[b.into(), (&text.statute).into(), (&from).into()],
    )?;
    for (article, words) in &text.articles {
        tx.execute(
            "INSERT INTO statute_articles (bureau, statute, from_day, article, words) VALUES ($1, $2, $3, $4, $5)",
            &[b.into(), (&text.statute).into(), (&from).into(), article.into(), words.into()],
        )?;
    }
    Ok(())
}
