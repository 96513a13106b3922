//! `/office/tickets/import`: a sheet is looked at first, then imported whole or without its bad rows.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use intake::columns::{Columns, Mapping};
use intake::import::{Choice, Imported, Preview, Problem};
use serde::Deserialize;

use super::actor;
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::documents::send;
use crate::session::Who;
use crate::shell::Shell;

/// Problems listed at most; the number of all of them is always said.
const SHOWN: usize = 200;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: the empty sheet.
    #[serde(default)]
    template: String,
}

struct Sample {
    order_no: String,
    channel: &'static str,
    received: String,
    address: String,
    content: String,
}

struct Looked {
    file: String,
    rows: usize,
    new: usize,
    known: usize,
    sample: Vec<Sample>,
}

struct Done {
    received: usize,
    known: usize,
}

#[derive(Template)]
#[template(path = "office/tickets/import.html")]
struct ImportPage {
    shell: Shell,
    error: Option<String>,
    looked: Option<Looked>,
    /// Which column is which, for the sheet that waits under this token.
    columns: Option<(String, Columns)>,
    done: Option<Done>,
    problems: Vec<Problem>,
    /// How many problems there are.
    bad: usize,
}

fn draw(
    app: &App,
    who: &Who,
    error: Option<String>,
    looked: Option<Looked>,
    columns: Option<(String, Columns)>,
    done: Option<Done>,
    mut problems: Vec<Problem>,
) -> Page {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let bad = problems.len();
    problems.truncate(SHOWN);
    html_with(
        status,
        &ImportPage { shell: Shell::new(app, who, "/office/tickets"), error, looked, columns, done, problems, bad },
    )
}

/// The form, or the empty sheet.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    super::imports(&who)?;
    if asked.template == "1" {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return Ok(send(intake::example::template()?, kind, Some(("诉求导入模板.xlsx", true))));
    }
    draw(&app, &who, None, None, None, None, Vec::new())
}

/// Looks at the sheet, or imports the one looked at.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    super::imports(&who)?;
    let (login, now) = (who.0.login.clone(), app.now());
    // What is imported is what was looked at: the sheet waits here in between.
    let bytes = match form.fields.get("file") {
        Some(token) => app.pending().take(token, &login, now),
        None => form.raw.get("raw_file").cloned().filter(|bytes| !bytes.is_empty()),
    };
    let Some(bytes) = bytes else {
        let again = form.fields.get("file").is_some();
        let why = if again {
            "表格已经不在，请重新上传。"
        } else {
            "请先选择文件。可以用 XLSX 或者 CSV。"
        };
        return draw(&app, &who, Some(why.into()), None, None, None, Vec::new());
    };
    let choice = match form.fields.get("choice") {
        None => None,
        Some("all") => Some(Choice::AllOrNothing),
        Some("skip") => Some(Choice::SkipBad),
        Some(_) => return Err(Error::Bad("没有说明怎样导入，请返回重新选择。".into())),
    };
    // Said once which column is which, and remembered for every sheet with this heading.
    if form.fields.get("map").is_some() {
        let said = form
            .fields
            .0
            .iter()
            .filter_map(|(key, column)| Some((key.strip_prefix("col_")?.to_owned(), column.clone())));
        let mapping: Mapping = said.collect();
        match app.intake.remember_columns(who.0.person, &bytes, mapping).await {
            Ok(()) => {}
            Err(intake::Error::Fault(fault)) => return Err(fault.into()),
            Err(other) => return look(&app, &who, bytes, Some(other.to_string())).await,
        }
    }
    let Some(choice) = choice else { return look(&app, &who, bytes, None).await };
    match app.intake.import(actor(&app, &who), bytes, choice).await.map(imported) {
        Ok((done, problems)) => draw(&app, &who, None, None, None, done, problems),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(other) => draw(&app, &who, Some(other.to_string()), None, None, None, Vec::new()),
    }
}

/// Looks at a sheet: what it would do, or which of its columns are not known yet. It waits for the choice.
async fn look(app: &App, who: &Who, bytes: Vec<u8>, wrong: Option<String>) -> Page {
    let token = office::account::token()?;
    app.pending().keep(token.clone(), &who.0.login, bytes.clone(), app.now());
    let columns = match app.intake.columns(&bytes).await {
        Ok(columns) => Some((token.clone(), columns)),
        Err(intake::Error::Fault(fault)) => return Err(fault.into()),
        Err(_) => None,
    };
    if wrong.is_some() {
        return draw(app, who, wrong, None, columns, None, Vec::new());
    }
    match app.intake.preview(bytes).await.map(|p| preview(token, p)) {
        Ok((looked, problems)) => draw(app, who, None, looked, columns, None, problems),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(other) => draw(app, who, Some(other.to_string()), None, columns, None, Vec::new()),
    }
}

fn preview(file: String, preview: Preview) -> (Option<Looked>, Vec<Problem>) {
    let sample = preview.sample.into_iter().map(|t| Sample {
        order_no: t.order_no,
        channel: t.channel.label(),
        received: t.received.strftime("%Y-%m-%d %H:%M").to_string(),
        address: t.address,
        content: t.content.chars().take(60).collect(),
    });
    let looked = Looked { file, rows: preview.rows, new: preview.new, known: preview.known, sample: sample.collect() };
    (Some(looked), preview.problems)
}

fn imported(imported: Imported) -> (Option<Done>, Vec<Problem>) {
    (Some(Done { received: imported.received, known: imported.known }), imported.problems)
}
