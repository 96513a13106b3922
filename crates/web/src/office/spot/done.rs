//! `/office/spot/{case}`: the penalty is made. The party reads it by the code, the officer prints, collects and reports.

use std::sync::Arc;

use ::law::acts::{Act, ActNo, Kind};
use ::law::case::Subject;
use ::law::money::Fen;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use office::role::Right;

use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::session::Who;
use crate::shell::Shell;

/// What may be done next.
struct Next {
    label: &'static str,
    href: String,
    article: &'static str,
}

#[derive(Template)]
#[template(path = "office/spot/done.html")]
struct DonePage {
    shell: Shell,
    case: i64,
    number: String,
    party: String,
    matter: String,
    fine: String,
    code: String,
    /// The code as a picture, SVG; empty where the address is too long for one.
    qr: String,
    next: Vec<Next>,
    team2: String,
}

/// Shows it.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>) -> Page {
    who.need(Right::ReadUnit)?;
    let (own, today) = (app.casework.clone(), app.today());
    let file = app.read(move |tx| own.file(tx, id, today)).await?.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&file.row.unit)?;
    let spot = file.acts.iter().rev().find(|row| row.recorded.act.kind() == Kind::OnSpotPenalty);
    let Some((row, Act::OnSpotPenalty(act))) = spot.map(|row| (row, &row.recorded.act)) else {
        return Err(Error::NotFound("本案没有当场处罚。"));
    };
    let code = row.document.as_ref().map(|document| document.code.clone()).unwrap_or_default();
    let number = row.document.as_ref().map(|document| document.number.clone()).unwrap_or_default();
    let qr = documents::qr_svg(&format!("{}/v/{code}", app.casework.address)).filter(|_| !code.is_empty());
    let possible = |kind: Kind| {
        file.guide.iter().find(|choice| choice.kind == kind && choice.state.possible()).map(|choice| choice.subject)
    };
    let next = [Kind::CashCollected, Kind::FinePaid, Kind::OnSpotFiled]
        .into_iter()
        .filter(|kind| who.0.roles.iter().any(|role| role.performs(*kind)))
        .filter_map(|kind| {
            let no = match possible(kind)? {
                Subject::Document(ActNo(no)) | Subject::Item(ActNo(no)) => no,
                Subject::Case | Subject::Party(_) => return None,
            };
            let href = format!("/office/cases/{id}?act={}&on=document-{no}#form", kind.code());
            Some(Next { label: kind.label(), href, article: kind.article() })
        })
        .collect();
    let second = row.recorded.team.iter().map(|person| person.0).find(|person| *person != who.0.person);
    let page = DonePage {
        case: id,
        number,
        party: file.parties.first().map(|(_, _, party)| party.name.clone()).unwrap_or_default(),
        matter: file.row.title.clone(),
        fine: if act.fine > Fen::ZERO { act.fine.to_string() } else { "警告".into() },
        code,
        qr: qr.unwrap_or_default(),
        next,
        team2: second.map(|person| person.to_string()).unwrap_or_default(),
        shell: Shell::new(&app, &who, "/office/cases"),
    };
    html_with(StatusCode::OK, &page)
}
