//! `/office/registers/{name}/import`: a sheet is looked at first, then brought in whole or without its bad records.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use office::role::Right;
use registers::import::{Choice, Preview, Problem};
use serde::Deserialize;

use super::record::refused;
use super::{actor, named};
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

#[derive(Template)]
#[template(path = "office/registers/import.html")]
struct ImportPage {
    shell: Shell,
    name: &'static str,
    title: &'static str,
    error: Option<String>,
    looked: Option<Preview>,
    /// The token under which the sheet waits.
    file: String,
    done: bool,
    problems: Vec<Problem>,
    /// How many problems there are.
    bad: usize,
}

/// The form, or the empty sheet.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::Registers)?;
    let (_, d) = named(&app, &name)?;
    if asked.template == "1" {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return Ok(send(
            registers::export::template(d, app.today())?,
            kind,
            Some((&format!("{}导入模板.xlsx", d.title), true)),
        ));
    }
    draw(&app, &who, d, None, None, String::new(), false)
}

fn draw(
    app: &App,
    who: &Who,
    d: &'static registers::Descriptor,
    error: Option<String>,
    looked: Option<Preview>,
    file: String,
    done: bool,
) -> Page {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut problems = looked.as_ref().map_or_else(Vec::new, |l| l.problems.clone());
    let bad = problems.len();
    problems.truncate(SHOWN);
    let shell = Shell::new(app, who, "/office/registers");
    html_with(status, &ImportPage { shell, name: &d.name, title: &d.title, error, looked, file, done, problems, bad })
}

/// Looks at the sheet, or brings in the one looked at.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, Path(name): Path<String>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Registers)?;
    let (_, d) = named(&app, &name)?;
    let (login, now) = (who.0.login.clone(), app.now());
    // What is brought in is what was looked at: the sheet waits here in between.
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
        return draw(&app, &who, d, Some(why.into()), None, String::new(), false);
    };
    let choice = match form.fields.get("choice") {
        None => None,
        Some("all") => Some(Choice::AllOrNothing),
        Some("skip") => Some(Choice::SkipBad),
        Some(_) => return Err(Error::Bad("没有说明怎样导入，请返回重新选择。".into())),
    };
    let mut file = String::new();
    let outcome = match choice {
        None => {
            file = office::account::token()?;
            app.pending().keep(file.clone(), &login, bytes.clone(), now);
            app.registers.preview(actor(&app, &who), &name, bytes).await
        }
        Some(choice) => app.registers.import(actor(&app, &who), &name, bytes, choice).await,
    };
    match outcome {
        Ok(preview) => {
            // Somebody changed a record in between: then nothing was brought in, and the problems are shown anew.
            let done = choice == Some(Choice::SkipBad) || (choice.is_some() && preview.problems.is_empty());
            draw(&app, &who, d, None, Some(preview), file, done)
        }
        Err(error @ registers::Error::Bad(_)) => {
            draw(&app, &who, d, Some(error.to_string()), None, String::new(), false)
        }
        Err(error) => Err(refused(error)),
    }
}
