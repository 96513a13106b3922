//! `/office/cases/import`: acts of another system are looked at first, then brought in whole or without the bad rows.

use std::sync::Arc;

use ::law::acts::Kind;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use casework::exchange::import::{Change, Choice, Graded, Outcome, Problem, Who as By, read};
use office::Role;
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::documents::send;
use crate::session::Who;
use crate::shell::Shell;

/// Rows of each list shown at most; how many there are is always said.
const SHOWN: usize = 200;
/// Cases whose defects are shown.
const CASES: usize = 50;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: an example to begin with.
    #[serde(default)]
    template: String,
}

#[derive(Template)]
#[template(path = "office/cases/import.html")]
struct ImportPage {
    shell: Shell,
    error: Option<String>,
    looked: Option<Outcome>,
    /// The token under which the file waits.
    file: String,
    done: bool,
    problems: Vec<Problem>,
    bad: usize,
    changed: Vec<Change>,
    graded: Vec<Graded>,
    /// Cases graded.
    cases: usize,
    /// Defects in all of them.
    defects: usize,
}

/// May this person bring in papers made elsewhere? Those who enter them one by one may.
pub(crate) fn may(who: &Who) -> bool {
    who.0.may(Right::Act) && who.0.roles.iter().any(|role| role.enters(Kind::PenaltyDecided))
}

fn allowed(who: &Who) -> Result<(), Error> {
    who.need(Right::Act)?;
    if may(who) { Ok(()) } else { Err(Error::NotAllowed("案件由法制员或者法制审核人员导入。")) }
}

/// The form, or an example.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    allowed(&who)?;
    if asked.template == "1" {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let bytes = casework::exchange::export::example(app.today())?;
        return Ok(send(bytes, kind, Some(("案件导入模板.xlsx", true))));
    }
    draw(&app, &who, None, None, String::new(), false)
}

fn draw(app: &App, who: &Who, error: Option<String>, looked: Option<Outcome>, file: String, done: bool) -> Page {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let of = looked.clone().unwrap_or_default();
    let (bad, cases, defects) = (of.problems.len(), of.graded.len(), of.graded.iter().map(|g| g.defects.len()).sum());
    let page = ImportPage {
        shell: Shell::new(app, who, "/office/cases"),
        error,
        looked,
        file,
        done,
        problems: of.problems.into_iter().take(SHOWN).collect(),
        bad,
        changed: of.changed.into_iter().take(SHOWN).collect(),
        graded: of.graded.into_iter().take(CASES).collect(),
        cases,
        defects,
    };
    html_with(status, &page)
}

/// Looks at the file, or brings in the one looked at.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    allowed(&who)?;
    let (login, now) = (who.0.login.clone(), app.now());
    // What is brought in is what was looked at: the file waits here in between.
    let bytes = match form.fields.get("file") {
        Some(token) => app.pending().take(token, &login, now),
        None => form.raw.get("raw_file").cloned().filter(|bytes| !bytes.is_empty()),
    };
    let Some(bytes) = bytes else {
        let again = form.fields.get("file").is_some();
        let why = if again {
            "文件已经不在，请重新上传。"
        } else {
            "请先选择文件。可以用 XLSX 或者 JSONL。"
        };
        return draw(&app, &who, Some(why.into()), None, String::new(), false);
    };
    let choice = match form.fields.get("choice") {
        None => None,
        Some("all") => Some(Choice::AllOrNothing),
        Some("skip") => Some(Choice::SkipBad),
        Some(_) => return Err(Error::Bad("没有说明怎样导入，请返回重新选择。".into())),
    };
    let read = match read(&bytes) {
        Ok(read) => read,
        Err(bad) => return draw(&app, &who, Some(bad.to_string()), None, String::new(), false),
    };
    // A reviewer of the district brings in any organ's cases, a legal officer of a squad the own organ's.
    let everywhere = who.0.roles.contains(&Role::LegalReviewer);
    let by = By {
        login: login.clone(),
        person: who.0.person,
        today: app.today(),
        home: Some((who.0.organ.clone(), who.0.unit.clone())),
        only: (!everywhere).then(|| who.0.organ.clone()),
    };
    match choice {
        None => {
            let outcome = app.casework.preview_cases(by, read).await?;
            let token = office::account::token()?;
            app.pending().keep(token.clone(), &login, bytes, now);
            draw(&app, &who, None, Some(outcome), token, false)
        }
        Some(choice) => {
            let outcome = app.casework.import_cases(by, read, choice).await?;
            let done = choice == Choice::SkipBad || outcome.problems.is_empty();
            draw(&app, &who, None, Some(outcome), String::new(), done)
        }
    }
}
