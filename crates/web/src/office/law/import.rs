//! `/office/law/import`: official texts by article, looked at first, then recorded: one journal entry for each version of a statute.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use casework::statutes::{self, Recorded};
use office::{BadInput, Role, sheet};

use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

/// Problems listed at most; the number of all of them is always said.
const SHOWN: usize = 200;

struct Looked {
    statute: String,
    name: String,
    from: String,
    source: String,
    articles: usize,
    digest: String,
    first: String,
}

#[derive(Template)]
#[template(path = "office/law_import.html")]
struct ImportPage {
    shell: Shell,
    error: Option<String>,
    /// Token of the sheet that waits; empty where nothing can be imported.
    file: String,
    rows: usize,
    looked: Vec<Looked>,
    done: Option<Recorded>,
    problems: Vec<(usize, BadInput)>,
    bad: usize,
}

fn may(who: &Who) -> Result<(), Error> {
    if who.0.roles.contains(&Role::LegalReviewer) {
        return Ok(());
    }
    Err(Error::NotAllowed("只有法制审核人员可以导入法规原文。"))
}

fn empty(app: &App, who: &Who) -> ImportPage {
    ImportPage {
        shell: Shell::new(app, who, "/office/law"),
        error: None,
        file: String::new(),
        rows: 0,
        looked: Vec::new(),
        done: None,
        problems: Vec::new(),
        bad: 0,
    }
}

/// The form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    may(&who)?;
    html_with(StatusCode::OK, &empty(&app, &who))
}

/// Looks at the sheet, or records the one looked at.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    may(&who)?;
    let (login, now, today) = (who.0.login.clone(), app.now(), app.today());
    let mut page = empty(&app, &who);
    let looked_at = form.fields.get("file");
    let bytes = match looked_at {
        Some(token) => app.pending().take(token, &login, now),
        None => form.raw.get("raw_file").cloned().filter(|bytes| !bytes.is_empty()),
    };
    let Some(bytes) = bytes else {
        let gone = "表格已经不在，请重新上传。";
        page.error = Some(if looked_at.is_some() { gone } else { "请先选择文件。可以用 XLSX 或者 CSV。" }.into());
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let sheet = match sheet::read(&bytes) {
        Ok(sheet) => sheet,
        Err(bad) => {
            page.error = Some(bad.to_string());
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let corpus = app.casework.corpus;
    let recording = looked_at.is_some();
    let actor = login.clone();
    let (read, done) = app
        .casework
        .ledger
        .act(move |tx| {
            let read = statutes::read(tx, corpus, today, &sheet)?;
            // A version is recorded whole; bad rows keep their own version out, never another one.
            let done = if recording { Some(statutes::record(tx, &actor, today, &read.texts)?) } else { None };
            Ok((read, done))
        })
        .await?;
    page.rows = read.rows;
    page.looked = read
        .texts
        .iter()
        .map(|text| Looked {
            statute: text.statute.clone(),
            name: corpus.statute(&text.statute).map_or_else(|| text.statute.clone(), |s| s.name.clone()),
            from: text.from.to_string(),
            source: text.source.clone(),
            articles: text.articles.len(),
            digest: text.digest.chars().take(16).collect(),
            first: text.articles.values().next().map(|t| t.chars().take(60).collect()).unwrap_or_default(),
        })
        .collect();
    page.bad = read.problems.len();
    page.problems = read.problems.into_iter().take(SHOWN).collect();
    page.done = done;
    if !recording && !page.looked.is_empty() {
        page.file = office::account::token()?;
        app.pending().keep(page.file.clone(), &login, bytes, now);
    }
    html_with(StatusCode::OK, &page)
}
