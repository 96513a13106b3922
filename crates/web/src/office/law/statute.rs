//! `GET /office/law/statutes/{id}`: a statute by article: our summary, and the official text where the bureau imported it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use ::law::corpus::{Citation, Corpus, Statute};
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Which imported version is shown.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    from: String,
}

struct Article {
    key: String,
    place: String,
    summary: String,
    words: Option<String>,
}

struct Text {
    from: String,
    to: String,
    source: String,
    checker: String,
    day: String,
    digest: String,
    position: i64,
    shown: bool,
}

#[derive(Template)]
#[template(path = "office/statute.html")]
struct StatutePage {
    shell: Shell,
    id: String,
    name: String,
    level: &'static str,
    from: String,
    to: String,
    source: String,
    texts: Vec<Text>,
    articles: Vec<Article>,
}

/// The page.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Page {
    let corpus = app.casework.corpus;
    let statute = corpus.statute(&id).ok_or(Error::NotFound("目录中没有这部法规。"))?;
    let wanted: Option<Day> = asked.from.parse().ok();
    let code = id.clone();
    let (versions, shown, words, names) = app
        .read(move |tx| {
            let mut versions = casework::statutes::versions(tx)?;
            versions.retain(|v| v.statute == code);
            let shown = versions.iter().find(|v| Some(v.from) == wanted).or(versions.last()).map(|v| v.from);
            let words = match shown {
                Some(from) => casework::statutes::articles(tx, &code, from)?,
                None => BTreeMap::new(),
            };
            Ok((versions, shown, words, office::read::names(tx)?))
        })
        .await?;
    let texts = versions
        .into_iter()
        .map(|v| Text {
            shown: Some(v.from) == shown,
            from: v.from.to_string(),
            to: v.to.map(|d| d.to_string()).unwrap_or_default(),
            source: v.source,
            checker: names.get(&v.checker).cloned().unwrap_or_else(|| "（不详）".into()),
            day: v.day,
            digest: v.digest,
            position: v.position,
        })
        .collect();
    let mut left = words;
    let mut list: Vec<Article> = articles(corpus, statute)
        .into_iter()
        .map(|(key, place, summary)| Article { words: left.remove(&key), key, place, summary })
        .collect();
    // Articles of the official text that nothing here rests on yet come with their words alone.
    list.extend(left.into_iter().map(|(key, words)| {
        let place = place(corpus, statute, &key);
        Article { key, place, summary: String::new(), words: Some(words) }
    }));
    list.sort_by_cached_key(|a| order(&a.key));
    html(&StatutePage {
        shell: Shell::new(&app, &who, "/office/law"),
        id: statute.id.clone(),
        name: statute.name.clone(),
        level: statute.level.label(),
        from: statute.from.to_string(),
        to: statute.to.map(|d| d.to_string()).unwrap_or_default(),
        source: statute.source.clone(),
        texts,
        articles: list,
    })
}

fn order(key: &str) -> (u32, String) {
    let digits: String = key.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), key.to_owned())
}

fn place(corpus: &Corpus, statute: &Statute, article: &str) -> String {
    let short = corpus.cite_short(&Citation::new(&statute.id, article));
    short.strip_prefix(statute.short.as_str()).unwrap_or(&short).trim().to_owned()
}

/// The articles of a statute in the order of their numbers: key, place in words, summary.
pub(super) fn articles(corpus: &Corpus, statute: &Statute) -> Vec<(String, String, String)> {
    let mut keys: Vec<&String> = statute.articles.keys().collect();
    keys.sort_by_key(|key| order(key));
    keys.into_iter().map(|key| (key.clone(), place(corpus, statute, key), statute.articles[key].clone())).collect()
}
