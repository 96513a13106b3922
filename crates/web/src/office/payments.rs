//! `/office/payments`: fines that are owed, and the bank's list of what was paid.

use std::sync::Arc;

use ::law::acts::Kind;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use casework::payments::{By, COLUMNS, Payment, Preview, Problem};
use casework::read::dues::{Reach, owed};
use office::Role;
use office::role::Right;
use office::sheet::{Cell, Table, xlsx};
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::documents::send;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, yuan};

/// Problems and payments listed at most; the number of all of them is always said.
const SHOWN: usize = 200;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    after: String,
    /// `1`: the empty sheet.
    #[serde(default)]
    template: String,
}

struct Row {
    case: i64,
    number: String,
    party: String,
    unit: String,
    fine: String,
    rest: String,
    left: Option<Left>,
}

struct Looked {
    file: String,
    preview: Preview,
}

struct Done {
    entered: usize,
    known: usize,
}

#[derive(Template)]
#[template(path = "office/payments.html")]
struct PaymentsPage {
    shell: Shell,
    rows: Vec<Row>,
    first: bool,
    next: Option<String>,
    may: bool,
    error: Option<String>,
    looked: Option<Looked>,
    done: Option<Done>,
    problems: Vec<Problem>,
    bad: usize,
}

impl PaymentsPage {
    fn sample(looked: &Looked) -> &[Payment] {
        &looked.preview.new[..looked.preview.new.len().min(SHOWN)]
    }
}

#[derive(Default)]
struct Shown {
    error: Option<String>,
    looked: Option<Looked>,
    done: Option<Done>,
    problems: Vec<Problem>,
}

/// Whose fines this person sees: the bureau's, those of the organ whose money they keep, or those of their unit.
fn reach(who: &Who) -> Reach {
    match who.scope() {
        None => Reach::Bureau,
        Some(_) if who.0.roles.contains(&Role::Finance) => Reach::Organ(who.0.organ.clone()),
        Some(unit) => Reach::Unit(unit),
    }
}

async fn draw(app: &Arc<App>, who: &Who, after: &str, mut shown: Shown) -> Page {
    who.need(Right::ReadUnit)?;
    let key = match after.split(',').collect::<Vec<_>>().as_slice() {
        [""] => None,
        [due, case, act] => match (case.parse::<i64>(), act.parse::<i64>()) {
            (Ok(case), Ok(act)) => Some(((*due).to_owned(), case, act)),
            _ => return Err(Error::Bad("页码不对，请从第一页看起。".into())),
        },
        _ => return Err(Error::Bad("页码不对，请从第一页看起。".into())),
    };
    let (reach, standings) = (reach(who), app.casework.standings.clone());
    let first = key.is_none();
    let (found, next, directory) = app
        .read(move |tx| {
            let (rows, next) = owed(tx, &reach, key.as_ref().map(|(due, case, act)| (due.as_str(), *case, *act)))?;
            Ok((rows, next, standings.directory(tx)?))
        })
        .await?;
    let today = app.today();
    let rows = found
        .into_iter()
        .map(|due| Row {
            case: due.case,
            number: due.number,
            party: due.party,
            unit: directory.unit(&due.unit).map_or(due.unit.clone(), |u| u.name.clone()),
            fine: yuan(due.fine.0),
            rest: yuan(due.fine.0 - due.paid.0),
            left: due.term.map(|(since, last)| left(app.casework.corpus, since, last, today, false)),
        })
        .collect();
    let bad = shown.problems.len();
    shown.problems.truncate(SHOWN);
    let status = if shown.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_with(
        status,
        &PaymentsPage {
            rows,
            first,
            next,
            may: who.0.performs(Kind::FinePaid),
            error: shown.error,
            looked: shown.looked,
            done: shown.done,
            problems: shown.problems,
            bad,
            shell: Shell::new(app, who, "/office/payments"),
        },
    )
}

/// The list and the form, or the empty sheet.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    if asked.template == "1" {
        who.need(Right::ReadUnit)?;
        let table =
            Table { name: "缴款".into(), head: COLUMNS.map(String::from).to_vec(), rows: Vec::<Vec<Cell>>::new() };
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return Ok(send(xlsx("缴款导入模板", app.today(), &[table])?, kind, Some(("缴款导入模板.xlsx", true))));
    }
    draw(&app, &who, &asked.after, Shown::default()).await
}

/// Looks at the bank's list, or enters the one looked at.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Act)?;
    if !who.0.performs(Kind::FinePaid) {
        return Err(Error::NotAllowed("您的角色不能登记缴款。"));
    }
    let (login, now) = (who.0.login.clone(), app.now());
    // What is entered is what was looked at: the sheet waits here in between.
    let bytes = match form.fields.get("file") {
        Some(token) => app.pending().take(token, &login, now),
        None => form.raw.get("raw_file").cloned().filter(|bytes| !bytes.is_empty()),
    };
    let Some(bytes) = bytes else {
        let why = if form.fields.get("file").is_some() {
            "表格已经不在，请重新上传。"
        } else {
            "请先选择文件。可以用 XLSX 或者 CSV。"
        };
        return draw(&app, &who, "", Shown { error: Some(why.into()), ..Shown::default() }).await;
    };
    let by = By {
        login: login.clone(),
        person: who.0.person,
        capacity: who.0.roles.first().map_or(String::new(), |role| role.label().to_owned()),
        today: app.today(),
        reach: reach(&who),
    };
    let (own, asked, sheet) = (app.casework.clone(), by.clone(), bytes.clone());
    let preview = match app.read(move |tx| own.payments(tx, &asked, &sheet)).await? {
        Ok(preview) => preview,
        Err(bad) => return draw(&app, &who, "", Shown { error: Some(bad.to_string()), ..Shown::default() }).await,
    };
    let mut problems = preview.problems.clone();
    match form.fields.get("choice") {
        None => {
            let token = office::account::token()?;
            app.pending().keep(token.clone(), &login, bytes, now);
            let looked = Some(Looked { file: token, preview });
            draw(&app, &who, "", Shown { looked, problems, ..Shown::default() }).await
        }
        Some("enter") => {
            let mut entered = 0;
            for payment in &preview.new {
                match app.casework.enter_payment(&by, payment).await {
                    Ok(()) => entered += 1,
                    Err(casework::Error::Fault(fault)) => return Err(fault.into()),
                    Err(why) => {
                        problems.push(Problem { line: payment.line, column: COLUMNS[0], text: why.to_string() })
                    }
                }
            }
            let done = Some(Done { entered, known: preview.known });
            draw(&app, &who, "", Shown { done, problems, ..Shown::default() }).await
        }
        Some(_) => Err(Error::Bad("没有说明怎样导入，请返回重新选择。".into())),
    }
}
