//! Issued documents: the page around a PDF, and the PDF.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::read::list;
use documents::{Engine, Input};
use evidence::Evidence;
use office::role::Right;
use office::sheet::{self, Table};
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: the PDF itself.
    #[serde(default)]
    pdf: String,
    /// `1`: the PDF, to be saved.
    #[serde(default)]
    download: String,
}

#[derive(Template)]
#[template(path = "office/document.html")]
struct DocumentPage {
    shell: Shell,
    code: String,
    title: String,
    number: String,
    day: String,
    case: i64,
    case_title: String,
    act: u32,
    chip: (&'static str, String),
    root: Option<String>,
    notes: Vec<String>,
    /// Why it cannot be opened here, none where it can.
    missing: Option<&'static str>,
}

/// Media types of tables to take away.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of Word documents.
pub(crate) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The other.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

const NO_ENGINE: &str = "本机没有文书字体，不能在这里制作 PDF。文书的编号和内容已经确定并记入流水，装好字体后打开，内容不变。请系统管理员把字体目录放到程序旁边。";
const NO_INPUT: &str = "文书内容已经依令删除，不能再打开。编号、日期和校验值仍在流水中。";

/// `GET /office/documents/{code}`.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::ReadUnit)?;
    let own = app.casework.clone();
    let (wanted, today) = (code.clone(), app.today());
    let plain = asked.pdf != "1" && asked.download != "1";
    let found = app
        .read(move |tx| {
            let Some(document) = casework::document(tx, &wanted)? else { return Ok(None) };
            let Some(row) = list::one(tx, document.case)? else { return Ok(None) };
            let file = if plain { own.file(tx, document.case, today)? } else { None };
            Ok(Some((document, row, file)))
        })
        .await?;
    let (document, row, file) = found.ok_or(Error::NotFound("没有这份文书。请从案件页面打开，或者核对查询码。"))?;
    who.sees(&row.unit)?;
    let input: Option<Input> = match &document.input {
        Some(text) => Some(serde_json::from_str(text).map_err(|e| Error::Bug(format!("document {code}: {e}")))?),
        None => None,
    };
    let kind = documents::kind(&document.kind);
    let title = match (kind, &input) {
        (Some(kind), Some(input)) => kind.heading(input).to_owned(),
        (Some(kind), None) => kind.title.to_owned(),
        (None, _) => document.kind.clone(),
    };
    let engine = app.casework.engine.clone();
    if !plain {
        let input = input.ok_or(Error::NotFound(NO_INPUT))?;
        let engine = engine.ok_or(Error::NotFound(NO_ENGINE))?;
        let (evidence, template) = (app.casework.evidence.clone(), document.issued.template.clone());
        let pdf = tokio::task::spawn_blocking(move || render(&engine, &evidence, kind, &template, &input));
        let pdf = pdf.await.map_err(|e| Error::Bug(e.to_string()))??;
        let name = format!("{title} {}.pdf", document.number);
        return Ok(send(pdf, "application/pdf", Some((&name, asked.download == "1"))));
    }
    let mut notes = Vec::new();
    if let (Some(engine), Some(fonts)) = (&engine, &document.issued.fonts)
        && engine.fonts_digest() != *fonts
    {
        notes.push("本机字体与签发时不同，文字相同，版面和文件校验值可能不同。".to_owned());
    }
    if kind.is_none_or(|k| k.digest() != document.issued.template) {
        notes.push("按签发时的文书模板制作。".to_owned());
    }
    let no = ::law::acts::ActNo(document.act);
    let chip = file.as_ref().map_or(("", String::new()), |file| match file.case.served(no) {
        _ if file.case.is_void(no) => ("", "已作废".into()),
        Some(fact) => ("ok", format!("已送达 {}", fact.day())),
        None if file.act(no).is_some_and(|a| a.recorded.act.kind() == ::law::acts::Kind::OnSpotPenalty) => {
            ("ok", "当场交付".into())
        }
        None => ("warn", "待送达".into()),
    });
    html(&DocumentPage {
        code,
        title,
        number: document.number,
        day: document.day,
        case: document.case,
        case_title: row.title,
        act: document.act,
        chip,
        root: document.issued.root,
        notes,
        missing: match (&document.input, &engine) {
            (None, _) => Some(NO_INPUT),
            (_, None) => Some(NO_ENGINE),
            _ => None,
        },
        shell: Shell::new(&app, &who, "/office/cases"),
    })
}

/// Sets the document with the template it was issued with; what was lawful then is not judged again.
fn render(
    engine: &Engine,
    evidence: &Evidence,
    kind: Option<&documents::Kind>,
    template: &str,
    input: &Input,
) -> Result<Vec<u8>, Error> {
    let source = match kind {
        Some(kind) if kind.digest() == template => kind.source(),
        _ => {
            String::from_utf8(evidence.get(template).map_err(evidence_error)?).map_err(|e| Error::Bug(e.to_string()))?
        }
    };
    let rendered = engine.render_template(&source, input).map_err(|fault| Error::Bad(fault.to_string()))?;
    Ok(rendered.pdf)
}

/// Why a file is not to be had, as a page.
pub(crate) fn evidence_error(fault: evidence::Fault) -> Error {
    match fault {
        evidence::Fault::Missing(_) | evidence::Fault::NotAnAddress => {
            Error::NotFound("没有这个文件。请从案件页面打开；仍打不开的，请联系系统管理员。")
        }
        evidence::Fault::Changed(id) => {
            tracing::error!(id, "an evidence file is not what it was");
            Error::Bad("文件内容与登记的校验值不一致，不得作为证据使用。请告知系统管理员。".into())
        }
        evidence::Fault::Refused(why) => Error::Bad(format!("{why}。")),
        evidence::Fault::TooLarge => Error::Bad(
            "文件超过 50 MB，不能随表单一次上传；请在打开脚本的浏览器里上传（分段传送，单个不超过 2 GB）。".into(),
        ),
        other => Error::Bug(other.to_string()),
    }
}

/// Bytes as an answer; with a name, to be saved or shown under it.
pub(crate) fn send(bytes: Vec<u8>, kind: &'static str, name: Option<(&str, bool)>) -> Response {
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Some((name, save)) = name {
        let how = if save { "attachment" } else { "inline" };
        if let Ok(value) = format!("{how}; filename*=UTF-8''{}", percent(name)).parse() {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
    }
    response
}

/// A table as the file asked for, `xlsx` or `csv`, named after what is in it and the day.
pub(crate) fn take_away(table: Table, name: &str, today: ::law::Day, format: &str) -> Page {
    match format {
        "xlsx" => Ok(send(sheet::xlsx(name, today, &[table])?, XLSX, Some((&format!("{name} {today}.xlsx"), true)))),
        "csv" => Ok(send(table.csv()?, CSV, Some((&format!("{name} {today}.csv"), true)))),
        _ => Err(Error::Bad("只能导出 xlsx 或者 csv。".into())),
    }
}

/// A text as a value in an address or a header (RFC 3986, RFC 8187).
pub(crate) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_a_header() {
        assert_eq!(percent("罚 1.pdf"), "%E7%BD%9A%201.pdf");
        let response = send(Vec::new(), "application/pdf", Some(("罚\r\n决定.pdf", true)));
        let value = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(value, "attachment; filename*=UTF-8''%E7%BD%9A%0D%0A%E5%86%B3%E5%AE%9A.pdf");
    }
}
