//! Issued documents: their pages, the scans of what was served, and what all pages that hand out files share.

pub(crate) mod numbers;
pub(crate) mod outside;
pub(crate) mod page;
pub(crate) mod preview;
pub(crate) mod scans;
pub(crate) mod seals;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use office::sheet::{self, Table};

use crate::error::{Error, Page};

/// Media types of tables to take away.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of Word documents.
pub(crate) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The other.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

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
