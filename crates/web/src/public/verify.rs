//! `/v/CODE`: is this document real? Answers from the journal, never with the party's full name.

use std::sync::Arc;

use ::law::acts::{Act, ActNo};
use ::law::case::Subject;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::read::file::CaseFile;
use serde::Deserialize;

use super::Frame;
use crate::app::App;
use crate::error::{Error, Page, html, html_with};
use crate::peer::Peer;

/// Look-ups from one address within a minute.
const TRIES: u32 = 30;
/// Letters of a code.
const CODE_LEN: usize = 16;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
}

struct Found {
    title: String,
    number: String,
    organ: String,
    day: String,
    party: String,
    /// What happened to it since, one sentence each.
    since: Vec<String>,
    /// It no longer has effect.
    gone: bool,
    /// Day on which the stamped original was put on file; none where none is.
    stamped: Option<String>,
    root: Option<String>,
}

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    frame: Frame,
    code: String,
    /// A code was asked about.
    asked: bool,
    found: Option<Found>,
    newest: Option<(i64, String)>,
    key: Option<String>,
}

/// A code as it is stored: people type it with spaces, dashes and small letters.
pub(crate) fn code_of(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—')).collect();
    let code = code.to_ascii_uppercase();
    (code.len() == CODE_LEN && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())).then_some(code)
}

/// Four letters at a time, as printed.
fn grouped(code: &str) -> String {
    code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// Enough for the holder to recognise the name, too little for others to learn it.
fn masked(person: bool, name: &str) -> String {
    // What stands in brackets at the end of a name is never its telling part.
    let name = name.split(['（', '(']).next().filter(|n| !n.is_empty()).unwrap_or(name);
    let chars: Vec<char> = name.chars().collect();
    match chars.as_slice() {
        [] => "–".into(),
        [first, ..] if person || chars.len() <= 4 => format!("{first}某"),
        [a, b, .., y, z] => format!("{a}{b}****{y}{z}"),
        [first, ..] => format!("{first}某"),
    }
}

/// `GET /v`: the form, or the way to the page of the code typed.
pub(crate) async fn look_up(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Page {
    if !asked.code.trim().is_empty() {
        if let Some(code) = code_of(&asked.code) {
            return Ok(Redirect::to(&format!("/v/{code}")).into_response());
        }
        return draw(&app, StatusCode::NOT_FOUND, asked.code.chars().take(40).collect(), true, None).await;
    }
    draw(&app, StatusCode::OK, String::new(), false, None).await
}

/// `GET /v/CODE`.
pub(crate) async fn page(State(app): State<Arc<App>>, Peer(address): Peer, Path(code): Path<String>) -> Page {
    if !app.limits().allow(&format!("verify {address}"), TRIES, app.now()) {
        return Err(Error::TooMany);
    }
    let Some(code) = code_of(&code) else {
        return draw(&app, StatusCode::NOT_FOUND, code.chars().take(40).collect(), true, None).await;
    };
    let (own, today, asked) = (app.casework.clone(), app.today(), code.clone());
    let found = app
        .read(move |tx| {
            let Some(document) = casework::document(tx, &asked)? else { return Ok(None) };
            let Some(file) = own.file(tx, document.case, today)? else { return Ok(None) };
            let scans = casework::scans::of(tx, &asked)?;
            let stamped = scans.into_iter().find(|scan| scan.dropped.is_none()).map(|scan| scan.day);
            let organ = file.directory.organ(&file.row.organ).map(|o| o.name.clone()).unwrap_or_default();
            Ok(Some((document, file, organ, stamped)))
        })
        .await?;
    let found = found.map(|(document, file, organ, stamped)| {
        let (since, gone) = since(&file, ActNo(document.act));
        Found {
            title: title(&document),
            number: document.number.clone(),
            organ,
            day: long_day(&document.day),
            party: party(&document),
            since,
            gone,
            stamped: stamped.as_deref().map(long_day),
            root: document.issued.root,
        }
    });
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    draw(&app, status, grouped(&code), true, found).await
}

async fn draw(app: &App, status: StatusCode, code: String, asked: bool, found: Option<Found>) -> Page {
    let frame = Frame::at(app, "verify").await?;
    // The root as the note writes it, which is also how documents print it.
    let newest = app.casework.ledger.newest_checkpoint().await?;
    let newest = newest.map(|c| (c.size, c.note.lines().nth(2).unwrap_or_default().to_owned()));
    let page = VerifyPage { frame, code, asked, found, newest, key: app.checkpoint_key.clone() };
    if status == StatusCode::OK { html(&page) } else { html_with(status, &page) }
}

/// Its title as printed: notices with the right to a hearing have their own.
fn title(document: &casework::Document) -> String {
    let Some(kind) = documents::kind(&document.kind) else { return document.kind.clone() };
    match input(document) {
        Some(input) => kind.heading(&input).to_owned(),
        None => kind.title.to_owned(),
    }
}

fn input(document: &casework::Document) -> Option<documents::Input> {
    document.input.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

fn party(document: &casework::Document) -> String {
    input(document).map_or_else(
        || "（已依法删除）".into(),
        |input| masked(input.party.kind == documents::PartyKind::Person, &input.party.name),
    )
}

/// What happened to the document after it was issued, and whether it still has effect.
fn since(file: &CaseFile, no: ActNo) -> (Vec<String>, bool) {
    if file.case.is_void(no) {
        return (vec!["本文书已经作废，没有效力；文号保留，不再使用。".into()], true);
    }
    let (mut said, mut gone) = (Vec::new(), false);
    for act in file.case.standing().filter(|a| a.subject == Subject::Document(no)) {
        let day = long_day(&act.happened.to_string());
        match &act.act {
            Act::Published(_) => said.push(format!("{day}在网上公示。")),
            Act::Withdrawn(_) => said.push(format!("{day}已经撤下网上公示。")),
            Act::DecisionChanged(_) => said.push(format!("{day}经复议或者诉讼等程序变更了内容，以变更后的为准。")),
            Act::DecisionRevoked(_) => {
                said.push(format!("{day}已经撤销，不再有效。"));
                gone = true;
            }
            _ => {}
        }
    }
    (said, gone)
}

/// `2024 年 11 月 5 日`.
fn long_day(day: &str) -> String {
    day.parse::<::law::Day>()
        .map_or_else(|_| day.to_owned(), |d| format!("{} 年 {} 月 {} 日", d.year(), d.month(), d.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(code_of("abcd-efgh jkmn-2345").as_deref(), Some("ABCDEFGHJKMN2345"));
        for bad in ["", "ABCD", "ABCDEFGHJKMN23456", "ABCDEFGHJKMN234/", "獬豸ABCDEFGHJK"] {
            assert_eq!(code_of(bad), None, "{bad}");
        }
        assert_eq!(grouped("ABCDEFGHJKMN2345"), "ABCD-EFGH-JKMN-2345");
    }

    #[test]
    fn a_name_is_recognised_but_not_told() {
        assert_eq!(masked(true, "张三丰"), "张某");
        assert_eq!(masked(true, "阿卜杜热合曼·买买提"), "阿某");
        assert_eq!(masked(false, "上海云槎物流有限公司"), "上海****公司");
        assert_eq!(masked(false, "上海云槎物流有限公司（虚构2）"), "上海****公司");
        assert_eq!(masked(false, "小吃店"), "小某");
        assert_eq!(masked(false, ""), "–");
    }

    #[test]
    fn a_day_is_written_out() {
        assert_eq!(long_day("2024-11-05"), "2024 年 11 月 5 日");
        assert_eq!(long_day("–"), "–");
    }
}
