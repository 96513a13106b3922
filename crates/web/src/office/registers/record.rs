//! `GET /office/registers/{name}/{id}`: a record, what happened to it, its attachments; and voiding it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use office::role::Right;
use registers::descriptor::Type;
use registers::read::{self, Record};
use registers::{Names, Value};
use serde::Deserialize;

use super::list::{clock, is_right, link, worded};
use super::{actor, form, named, reads};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::evidence::bytes::answer;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::Left;

/// Rows of one kind of lines shown at most; the file has them all.
const ROWS_SHOWN: usize = 200;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: the form.
    #[serde(default)]
    edit: String,
}

struct FieldShown {
    label: &'static str,
    text: String,
    href: Option<String>,
    long: bool,
    files: Vec<String>,
}

struct LinesShown {
    label: &'static str,
    heads: Vec<(&'static str, bool)>,
    rows: Vec<Vec<(String, Option<String>, bool)>>,
    many: usize,
}

/// A term: what must be done, what is left or when it was done, how it was counted.
struct ClockShown {
    label: String,
    left: Option<Left>,
    late: bool,
    done: String,
    steps: Vec<String>,
}

struct ChangeShown {
    label: &'static str,
    icon: &'static str,
    day: String,
    recorded: String,
    actor: String,
    position: i64,
    fields: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "office/registers/record.html")]
struct RecordPage {
    shell: Shell,
    name: &'static str,
    register: &'static str,
    id: i64,
    version: i64,
    title: String,
    voided: Option<String>,
    writes: bool,
    clocks: Vec<ClockShown>,
    fields: Vec<FieldShown>,
    lines: Vec<LinesShown>,
    history: Vec<ChangeShown>,
    error: Option<String>,
}

/// The record, or the form that changes it.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path((name, id)): Path<(String, i64)>,
    Query(asked): Query<Asked>,
) -> Page {
    reads(&who)?;
    if asked.edit == "1" {
        return form::edit(&app, &who, &name, id).await;
    }
    draw(&app, &who, &name, id, StatusCode::OK, None).await
}

async fn draw(app: &App, who: &Who, name: &str, id: i64, status: StatusCode, error: Option<String>) -> Page {
    let (set, d) = named(app, name)?;
    let writes = who.0.may(Right::Registers);
    let found = app
        .read(move |tx| {
            let mut names = Names::read(tx, set)?;
            let Some(record) = read::record(tx, d, id, &mut names)? else { return Ok(None) };
            let mut fields = Vec::new();
            for field in &d.fields {
                let value = record.state.fields.get(&field.key);
                if value.is_none() {
                    continue;
                }
                let files = match value {
                    Some(Value::Texts(files)) => files.clone(),
                    _ => Vec::new(),
                };
                let text = if field.ty == Type::Blobs { String::new() } else { names.text(tx, field, value)? };
                let text = worded(field, text);
                fields.push(FieldShown {
                    label: &field.label,
                    text,
                    href: link(field, value),
                    long: field.ty == Type::Words,
                    files,
                });
            }
            let mut lines = Vec::new();
            for kind in &d.lines {
                let Some(all) = record.state.lines.get(&kind.key) else { continue };
                let mut rows = Vec::new();
                for row in all.iter().take(ROWS_SHOWN) {
                    let mut cells = Vec::new();
                    for field in &kind.fields {
                        let value = row.get(&field.key);
                        let text = worded(field, names.text(tx, field, value)?);
                        cells.push((text, link(field, value), is_right(field.ty)));
                    }
                    rows.push(cells);
                }
                let heads = kind.fields.iter().map(|f| (f.label.as_str(), is_right(f.ty))).collect();
                lines.push(LinesShown { label: &kind.label, heads, rows, many: all.len() });
            }
            Ok(Some((record, fields, lines)))
        })
        .await?;
    let (record, fields, lines) = found.ok_or(Error::NotFound("没有这条记录。请从台账列表打开。"))?;
    let clocks = clocks(app, &record);
    let page = RecordPage {
        shell: Shell::new(app, who, "/office/registers"),
        name: &d.name,
        register: &d.title,
        id,
        version: record.version,
        title: record.title,
        voided: record.voided,
        writes,
        clocks,
        fields,
        lines,
        history: record.history.into_iter().rev().map(change).collect(),
        error,
    };
    html_with(status, &page)
}

fn clocks(app: &App, record: &Record) -> Vec<ClockShown> {
    let calendar = app.casework.corpus.calendar();
    record
        .clocks
        .iter()
        .map(|c| {
            let (label, left, late) = clock(app, c);
            let mut steps: Vec<String> =
                calendar.explain(c.start, c.term, &c.excluded).into_iter().map(|s| s.text).collect();
            steps.push(c.article.to_owned());
            ClockShown { label, left, late, done: c.done.map(|d| d.to_string()).unwrap_or_default(), steps }
        })
        .collect()
}

fn change(change: read::Change) -> ChangeShown {
    let (label, icon) = match change.kind.as_str() {
        "register.recorded" => ("登记", "plus"),
        "register.changed" => ("修改", "pen"),
        _ => ("作废", "x"),
    };
    ChangeShown {
        label,
        icon,
        day: change.happened.to_string(),
        recorded: civil_minute(change.recorded_at),
        actor: change.actor,
        position: change.position,
        fields: change.fields,
    }
}

/// `POST`: a new state, or voiding.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    who: Who,
    Path((name, id)): Path<(String, i64)>,
    upload: Upload,
) -> Page {
    who.checked(upload.fields.get("csrf"))?;
    who.need(Right::Registers)?;
    if upload.fields.get("act") != Some("void") {
        return form::change(&app, &who, &name, id, upload.fields).await;
    }
    let seen = upload.fields.get("seen").and_then(|s| s.parse().ok()).unwrap_or(0);
    let reason = upload.fields.get("reason").unwrap_or_default().to_owned();
    match app.registers.void(actor(&app, &who), &name, id, seen, reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/office/registers/{name}/{id}")).into_response()),
        Err(error @ registers::Error::Bad(_)) => {
            draw(&app, &who, &name, id, StatusCode::UNPROCESSABLE_ENTITY, Some(error.to_string())).await
        }
        Err(error) => Err(refused(error)),
    }
}

/// What cannot be shown in the form.
pub(super) fn refused(error: registers::Error) -> Error {
    match error {
        registers::Error::Conflict => Error::Conflict,
        registers::Error::NoRegister => Error::NotFound("没有这个台账。请从台账目录打开。"),
        registers::Error::NoRecord => Error::NotFound("没有这条记录。请从台账列表打开。"),
        registers::Error::Fault(fault) => fault.into(),
        other => Error::Bad(other.to_string()),
    }
}

/// `GET /office/registers/{name}/{id}/files/{file}`: a file attached to this record.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    who: Who,
    Path((name, id, file)): Path<(String, i64, String)>,
    headers: HeaderMap,
) -> Page {
    reads(&who)?;
    let (set, d) = named(&app, &name)?;
    let wanted = file.clone();
    let there = app
        .read(move |tx| {
            let mut names = Names::read(tx, set)?;
            let record = read::record(tx, d, id, &mut names)?;
            Ok(record.is_some_and(|r| {
                r.state.fields.values().any(|v| matches!(v, Value::Texts(files) if files.contains(&wanted)))
            }))
        })
        .await?;
    if !there {
        return Err(Error::NotFound("这条记录里没有这个文件。"));
    }
    answer(&app.casework.evidence, &file, "", false, &headers).await
}
