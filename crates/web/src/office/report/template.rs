//! The bureau's own template of the report: read, tried, saved. `/office/report/template`.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use office::role::Right;
use report::{Current, NotSaved, Period, Report, TEMPLATE_MAX};

use super::{BlockShown, Linked, SectionShown, last_day, sections};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "office/report/template.html")]
struct TemplatePage {
    shell: Shell,
    /// Version the writer has seen.
    seen: i64,
    /// Who saved it and when; empty for the built-in text.
    saved: String,
    text: String,
    problems: Vec<(usize, String)>,
    note: &'static str,
    may_save: bool,
    preview: Vec<SectionShown>,
    year: i16,
    most: usize,
}

/// `GET /office/report/template`.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Report)?;
    let current = app.read(report::current).await?;
    let text = current.text.clone();
    html(&drawn(&app, &who, &current, text, Vec::new(), "", Vec::new()))
}

/// `POST /office/report/template`: tries or saves it.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Report)?;
    let text = form.fields.need("text", "模板")?.replace("\r\n", "\n");
    let seen: i64 =
        form.fields.need("seen", "版本")?.parse().map_err(|_| Error::Bad("版本不是数字，请重新打开本页。".into()))?;
    let current = app.read(report::current).await?;
    let unprocessable = |page: TemplatePage| html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    if form.fields.get("do") != Some("save") {
        let tried = Current { text: text.clone(), ..current.clone() };
        if let Err(problems) = tried.parse() {
            let problems = problems.into_iter().map(|p| (p.line, p.text)).collect();
            let mut page = drawn(&app, &who, &current, text, problems, "", Vec::new());
            page.seen = seen;
            return unprocessable(page);
        }
        let preview = preview(&app, tried).await?;
        let mut page = drawn(&app, &who, &current, text, Vec::new(), "还没有保存，右侧是用它写出的报告。", preview);
        page.seen = seen;
        return html(&page);
    }
    who.need(Right::Freeze)?;
    let by = report::Who { login: who.0.login.clone(), today: app.today() };
    let written = text.clone();
    let saved = match app.casework.ledger.act(move |tx| report::save(tx, &by, seen, &written)).await {
        // What was typed is not lost: it is shown again beside the news, to be saved over the newer version or not.
        Err(ledger::Fault::Conflict { .. }) => {
            let said = "打开本页以后已有他人保存了新的模板。下面仍是您写的内容：核对后再次保存，将以它为准。";
            return html_with(StatusCode::CONFLICT, &drawn(&app, &who, &current, text, Vec::new(), said, Vec::new()));
        }
        other => other?,
    };
    match saved {
        Ok(_) => Ok(Redirect::to("/office/report/template").into_response()),
        Err(NotSaved::Same) => {
            html(&drawn(&app, &who, &current, text, Vec::new(), "与现在的模板相同，没有改动。", Vec::new()))
        }
        Err(NotSaved::Bad(problems)) => {
            let problems = problems.into_iter().map(|p| (p.line, p.text)).collect();
            let mut page = drawn(&app, &who, &current, text, problems, "", Vec::new());
            page.seen = seen;
            unprocessable(page)
        }
    }
}

fn drawn(
    app: &App,
    who: &Who,
    current: &Current,
    text: String,
    problems: Vec<(usize, String)>,
    note: &'static str,
    preview: Vec<SectionShown>,
) -> TemplatePage {
    let saved = match current.version {
        0 => String::new(),
        _ => format!("{}　{}", civil_minute(current.recorded_at), current.actor),
    };
    TemplatePage {
        shell: Shell::new(app, who, "/office/report"),
        seen: current.version,
        saved,
        text,
        problems,
        note,
        may_save: who.0.may(Right::Freeze),
        preview,
        year: super::current_year(app.today()),
        most: TEMPLATE_MAX,
    }
}

/// This year's report with the template tried.
async fn preview(app: &App, tried: Current) -> Result<Vec<SectionShown>, Error> {
    let today = app.today();
    let year = super::current_year(today);
    let period = Period::of_year(year, last_day(year)?.min(today)).map_err(|e| Error::Bad(e.to_string()))?;
    let head = app.casework.ledger.head().await?;
    let report = app.read(move |tx| Report::with(tx, &period, &head, &tried)).await?;
    Ok(sections(&report.sections, &Linked::Report(&report)))
}
