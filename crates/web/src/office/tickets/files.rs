//! `/office/tickets/{id}/files/{digest}`: a photograph of an inspection, for whoever may see the ticket.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use intake::Act;
use office::role::Right;

use super::sees;
use crate::app::App;
use crate::error::{Error, Page};
use crate::office::evidence::bytes;
use crate::session::Who;

/// The bytes, when an act of the ticket names them.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    who: Who,
    Path((id, digest)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Page {
    who.need(Right::Tickets)?;
    let file = app.read(move |tx| intake::read::file(tx, id)).await?;
    let file = file.ok_or(Error::NotFound("没有这件诉求。请从诉求列表打开。"))?;
    sees(&who, &file)?;
    let named = file.acts.iter().any(|a| matches!(&a.act, Act::Inspected { files, .. } if files.contains(&digest)));
    if !named {
        return Err(Error::NotFound("这件诉求里没有这个文件。"));
    }
    bytes::answer(&app.casework.evidence, &digest, "现场照片", false, &headers).await
}
