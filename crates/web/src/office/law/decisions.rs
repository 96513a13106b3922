//! `GET /office/law/{code}/decisions`: the newest decisions of a matter, so that like cases are decided alike.

use std::sync::Arc;

use ::law::money::Fen;
use askama::Template;
use axum::extract::{Path, Query, State};
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::office::cases::form::{Similar, similar};
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The fine one thinks of, as money is written.
    #[serde(default)]
    fine: String,
    /// `person` or `unit`: decisions about one kind of party only.
    #[serde(default)]
    party: String,
}

#[derive(Template)]
#[template(path = "office/law_decisions.html")]
struct DecisionsPage {
    shell: Shell,
    code: String,
    name: String,
    fine: String,
    party: String,
    error: String,
    similar: Option<Similar>,
}

/// The page.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::ReadUnit)?;
    let matter = app.casework.corpus.matter(&code).ok_or(Error::NotFound("目录中没有这个事项。"))?;
    let typed = asked.fine.trim();
    let (fine, error) = match typed.parse::<Fen>() {
        Ok(fine) if fine > Fen::ZERO => (Some(fine), String::new()),
        _ if typed.is_empty() => (None, String::new()),
        _ => (None, format!("“{typed}”不是金额，请按“12,000元”填写")),
    };
    let person = match asked.party.as_str() {
        "person" => Some(true),
        "unit" => Some(false),
        _ => None,
    };
    let (wanted, today) = (code.clone(), app.today());
    let rows = app.read(move |tx| casework::read::similar::newest(tx, &wanted, person, None, today)).await?;
    html(&DecisionsPage {
        shell: Shell::new(&app, &who, "/office/law"),
        code: matter.code.clone(),
        name: matter.name.clone(),
        fine: typed.to_owned(),
        party: asked.party,
        error,
        similar: similar(&matter.code, &rows, fine),
    })
}
