//! Frozen reports: freezing one, and looking at one beside what is computed today.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use office::role::Right;
use report::{Change, Edition};

use super::{Asked, BlockShown, Linked, NO_ENGINE, SectionShown, day, file_name, last_day, period, sections};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::form::Upload;
use crate::office::documents::{DOCX, send};
use crate::session::Who;
use crate::shell::Shell;

/// `POST /office/report/{year}`: freezes the report of the period written in the form.
pub(crate) async fn freeze(State(app): State<Arc<App>>, who: Who, Path(year): Path<i16>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Freeze)?;
    let (key, origin) = app.signer.clone().ok_or(Error::NotFound("本站没有签名的密钥，请在服务器上用命令定稿。"))?;
    let until = match day(form.fields.get("until").unwrap_or_default(), "截止日期")? {
        Some(until) => until,
        None => last_day(year)?.min(app.today()),
    };
    let period = period(year, day(form.fields.get("from").unwrap_or_default(), "起始日期")?, until)?;
    report::over(&period, app.today()).map_err(|bad| Error::Bad(bad.to_string()))?;
    let by = report::Who { login: who.0.login.clone(), today: app.today() };
    let frozen = report::freeze(&app.casework.ledger, by, period, &key, &origin).await?;
    Ok(Redirect::to(&format!("/office/report/{year}/edition/{}", frozen.number)).into_response())
}

#[derive(Template)]
#[template(path = "office/report/edition.html")]
struct EditionPage {
    shell: Shell,
    edition: Edition,
    number: i64,
    actor: String,
    when: String,
    sections: Vec<SectionShown>,
    changes: Vec<Change>,
    pdf: bool,
    href: String,
    now: String,
}

/// `GET /office/report/{year}/edition/{number}`.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path((year, number)): Path<(i16, i64)>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::Report)?;
    let found = app.read(move |tx| report::edition(tx, year, number)).await?;
    let frozen = found.ok_or(Error::NotFound("没有这份定稿。请从年度报告页面打开。"))?;
    let edition = frozen.edition;
    let name = |ending: &str| format!("定稿第 {number} 份 {}", file_name(year, edition.until, ending));
    match asked.format.as_str() {
        "" => {}
        "json" => {
            let bytes = serde_json::to_vec(&edition).map_err(|e| Error::Bug(e.to_string()))?;
            return Ok(send(bytes, "application/json", Some((&name("json"), true))));
        }
        "docx" => {
            let bytes = crate::paper::edition_docx(&edition).map_err(Error::Bug)?;
            return Ok(send(bytes, DOCX, Some((&name("docx"), true))));
        }
        "pdf" => {
            let engine = app.casework.engine.clone().ok_or(Error::NotFound(NO_ENGINE))?;
            let name = name("pdf");
            let made = tokio::task::spawn_blocking(move || crate::paper::edition_pdf(&engine, &edition)).await;
            let bytes = made.map_err(|e| Error::Bug(e.to_string()))?.map_err(|e| Error::Bug(e.to_string()))?;
            return Ok(send(bytes, "application/pdf", Some((&name, false))));
        }
        _ => return Err(Error::Bad("定稿只能另存为 pdf、docx 或者 json。".into())),
    }
    let kept = edition.clone();
    let changes = app.read(move |tx| report::differences(tx, &kept)).await?;
    html(&EditionPage {
        shell: Shell::new(&app, &who, "/office/report"),
        sections: sections(&edition.text, &Linked::Nothing),
        now: format!("/office/report/{year}?from={}&until={}", edition.from, edition.until),
        href: format!("/office/report/{year}/edition/{number}"),
        number,
        actor: frozen.actor,
        when: civil_minute(frozen.recorded_at),
        changes,
        pdf: app.casework.engine.is_some(),
        edition,
    })
}
