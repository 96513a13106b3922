//! `/q/CODE`: how far is my complaint? For whoever holds its code; never who asked, what they wrote, or anything of others.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use intake::Stage;
use intake::progress::{self, Progress, Said, Step};
use serde::Deserialize;

use super::{Frame, verify};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::peer::Peer;

/// Look-ups from one address within a minute.
const TRIES: u32 = 30;
/// Sayings from one address within a minute.
const SAYINGS: u32 = 5;

/// A step in plain words.
struct Line {
    day: String,
    words: String,
    /// The answer.
    text: Option<String>,
}

struct Shown {
    order_no: String,
    about: String,
    received: String,
    stage: &'static str,
    unit: String,
    phone: String,
    /// The same as a telephone dials it.
    dial: String,
    /// What must be done by when.
    clocks: Vec<String>,
    lines: Vec<Line>,
    shared: bool,
    may_say: bool,
}

#[derive(Template)]
#[template(path = "public/progress.html")]
struct ProgressPage {
    frame: Frame,
    code: String,
    shown: Option<Shown>,
    /// What came of saying it: text, and whether it was recorded.
    notice: Option<(&'static str, bool)>,
}

/// `GET /q/CODE`: a ticket; a code as long as those of documents is one of those.
pub(crate) async fn page(state: State<Arc<App>>, peer: Peer, Path(code): Path<String>) -> Page {
    // Documents printed before tickets had codes lead here too.
    if verify::code_of(&code).is_some() {
        return verify::page(state, peer, Path(code)).await;
    }
    let (State(app), Peer(address)) = (state, peer);
    if !app.limits().allow(&format!("progress {address}"), TRIES, app.now()) {
        return Err(Error::TooMany);
    }
    draw(&app, code, None).await
}

/// What the holder of a code says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Words {
    #[serde(default)]
    solved: String,
    #[serde(default)]
    satisfied: String,
}

/// `POST /q/CODE`: says once whether it is solved and satisfies. There is no session that a foreign page could use; the code itself is the
/// secret, and what a browser says came from another site is refused.
pub(crate) async fn say(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    Path(code): Path<String>,
    headers: HeaderMap,
    Form(words): Form<Words>,
) -> Page {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return Err(Error::NotAllowed("请在本网站的进展页面上填写。"));
    }
    if !app.limits().allow(&format!("progress-say {address}"), SAYINGS, app.now())
        || !app.limits().allow(&format!("progress {address}"), TRIES, app.now())
    {
        return Err(Error::TooMany);
    }
    let yes = |text: &str| match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let (Some(solved), Some(satisfied)) = (yes(&words.solved), yes(&words.satisfied)) else {
        return draw(&app, code, Some(("两个问题都要选，还没有记录。", false))).await;
    };
    let said = app.intake.said_by_code(code.clone(), app.today(), solved, satisfied).await;
    let notice = match said {
        Ok(Said::Recorded) => Some(("已经记录，谢谢。", true)),
        Ok(Said::Before) => Some(("已经有过评价，以先前的为准，这次没有记录。", false)),
        Ok(Said::Open) => Some(("还没有办结，办结以后才能评价。", false)),
        Ok(Said::Unknown) => None,
        Err(intake::Error::Fault(fault)) => return Err(fault.into()),
        Err(intake::Error::Conflict) => return Err(Error::Conflict),
        Err(other) => return Err(Error::Bad(other.to_string())),
    };
    draw(&app, code, notice).await
}

async fn draw(app: &App, code: String, notice: Option<(&'static str, bool)>) -> Page {
    let asked = code.clone();
    let found = app.read(move |tx| progress::progress(tx, &asked)).await?;
    let directory = app.directory().await?;
    let frame = Frame::at(app, "progress").await?;
    let unit = |id: &str| directory.unit(id).map_or_else(|| "承办单位".to_owned(), |u| u.name.clone());
    let phone = |id: &str| {
        let organ = directory.unit(id).and_then(|u| directory.organ(&u.organ));
        organ.map(|o| o.phone.clone()).filter(|p| !p.is_empty())
    };
    let shown = found.map(|found| {
        let phone = found.unit.as_deref().and_then(phone).unwrap_or_else(|| frame.phone.clone());
        Shown {
            dial: phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
            phone,
            unit: found.unit.as_deref().map(unit).unwrap_or_default(),
            lines: found.steps.iter().map(|(day, step)| line(long_day(*day), step, &unit)).collect(),
            received: long_day(found.received),
            stage: stage(&found),
            clocks: found
                .clocks
                .iter()
                .map(|c| {
                    if c.still {
                        format!("{}：现在暂停计算期限。", c.label)
                    } else {
                        format!("{}：不晚于 {}。", c.label, long_day(c.last))
                    }
                })
                .collect(),
            about: format!("{}，{}", found.channel.label(), found.kind.label()),
            shared: found.shared,
            may_say: found.may_say(),
            order_no: found.order_no,
        }
    });
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    // What was typed is not shown again: every unknown code has the same page.
    let code = if shown.is_some() { progress::code_of(&code) } else { String::new() };
    let mut response = html_with(status, &ProgressPage { frame, code, shown, notice })?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(response)
}

/// Where it stands, as somebody outside would say it.
fn stage(found: &Progress) -> &'static str {
    match found.stage {
        Stage::Received => "已经收到，正在安排承办单位",
        Stage::Assigned => "正在办理",
        Stage::Answered => "已经答复，等待办结",
        Stage::Closed => "已经办结",
        Stage::Returned => "已经退回转来的平台",
        Stage::Transferred => "已经移送其他部门",
    }
}

fn line(day: String, step: &Step, unit: &dyn Fn(&str) -> String) -> Line {
    let mut text = None;
    let words = match step {
        Step::Registered => "登记。".to_owned(),
        Step::Assigned(id) => format!("交给{}办理。", unit(id)),
        Step::Contacted(true) => "已经和诉求人联系。".into(),
        Step::Contacted(false) => "联系过诉求人，没有接通。".into(),
        Step::Inspected => "到现场核查。".into(),
        Step::Answered(answer) => {
            text = Some(answer.clone().unwrap_or_else(|| "（已依令删除）".into()));
            "答复：".into()
        }
        Step::Closed => "办结。".into(),
        Step::Reopened => "重新办理。".into(),
        Step::Transferred(name) => format!("移送{name}。"),
        Step::Returned(body) if body.trim().is_empty() => "退回转来的平台。".into(),
        Step::Returned(body) => format!("退回转来的平台，建议由{body}办理。"),
        Step::Said(solved, satisfied) => format!(
            "评价：{}，{}。",
            if *solved { "已经解决" } else { "没有解决" },
            if *satisfied { "满意" } else { "不满意" }
        ),
    };
    Line { day, words, text }
}

/// `2024 年 11 月 5 日`.
fn long_day(day: ::law::Day) -> String {
    format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day())
}
