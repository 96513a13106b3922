//! `POST /office/cases/{case}/preview`: the paper of an act as it stands in its form, marked as a preview and without a number.

use std::sync::Arc;

use axum::extract::{Path, State};
use office::role::Right;

use super::page::NO_ENGINE;
use super::send;
use crate::app::App;
use crate::error::{Error, Page};
use crate::form::Unkept;
use crate::office::cases::act::proposal;
use crate::session::Who;

/// The preview as PDF.
pub(crate) async fn show(State(app): State<Arc<App>>, who: Who, Path(case): Path<i64>, Unkept(form): Unkept) -> Page {
    who.checked(form.get("csrf"))?;
    who.need(Right::Act)?;
    let row = app.read(move |tx| casework::read::list::one(tx, case)).await?;
    let row = row.ok_or(Error::NotFound("没有这个案件。"))?;
    who.acts(&row.organ, &row.unit)?;
    let proposed = proposal(&app, &who, &form.0).map_err(|typed| {
        let why: Vec<String> = typed.errors.into_iter().map(|reason| reason.text).collect();
        Error::Bad(format!("{}。", why.join("；")))
    })?;
    let engine = app.casework.engine.clone().ok_or(Error::NotFound(NO_ENGINE))?;
    let label = proposed.kind.label();
    let own = app.casework.clone();
    let preview = match app.read(move |tx| own.preview(tx, case, &proposed)).await? {
        Ok(preview) => preview,
        Err(why) => return Err(Error::Bad(format!("{why}。"))),
    };
    let preview = preview.ok_or_else(|| Error::Bad(format!("按现在填写的内容，“{label}”不制作文书。")))?;
    let title = preview.kind.heading(&preview.input).to_owned();
    let set = tokio::task::spawn_blocking(move || engine.render_draft(preview.kind, &preview.input));
    let set = set.await.map_err(|e| Error::Bug(e.to_string()))?;
    let set = set.map_err(|fault| Error::Bad(fault.to_string()))?;
    Ok(send(set.pdf, "application/pdf", Some((&format!("{title}（预览）.pdf"), false))))
}
