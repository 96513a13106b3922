//! `/office/cases/{case}/evidence/{id}`: one file, what it says of itself beside what its acts say, and its verification on the spot.

use std::sync::Arc;

use ::evidence::Fault as NotFound;
use askama::Template;
use axum::extract::{Path, State};
use casework::read::{evidence as read, list};
use office::role::Right;

use super::page::{Shown, facts_of, know, show};
use super::taking::blocking;
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::form::Plain;
use crate::session::Who;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "office/evidence/file.html")]
struct FilePage {
    shell: Shell,
    case: i64,
    title: String,
    file: Shown,
    /// The acts that name it, this one first.
    acts: Vec<Shown>,
    /// What the verification just made came to: class and sentence.
    checked: Option<(&'static str, String)>,
}

/// Draws the page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path((case, id)): Path<(i64, String)>) -> Page {
    draw(&app, &who, case, &id, None).await
}

/// Reads the bytes as they are now, compares both digests, and says so.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    who: Who,
    Path((case, id)): Path<(i64, String)>,
    Plain(form): Plain,
) -> Page {
    who.checked(form.get("csrf"))?;
    who.need(Right::ReadUnit)?;
    let wanted = id.clone();
    let unit = app.read(move |tx| casework::read::file::blob(tx, case, &wanted)).await?;
    who.sees(&unit.ok_or(Error::NotFound("这个案件里没有这个文件。"))?)?;
    let (evidence, wanted) = (app.casework.evidence.clone(), id.clone());
    let registered = {
        let id = id.clone();
        app.read(move |tx| Ok(office::files::known(tx, std::slice::from_ref(&id))?.remove(&id))).await?
    };
    let now = crate::app::civil_minute(app.now());
    let checked = match blocking(move || facts_of(&evidence, &wanted)).await {
        Ok((stored, facts)) => {
            let same = registered.is_none_or(|known| known.sm3 == stored.sm3);
            let said = (stored.bytes, stored.sm3.clone());
            if same {
                know(&app, vec![(stored, facts)]).await?;
                ("ok", format!("{now}核验：现有{}字节，SHA-256 和 SM3 与登记的一致。", said.0))
            } else {
                ("bad", format!("{now}核验：SM3 现为{}，与登记的不一致，请告知系统管理员。", said.1))
            }
        }
        Err(NotFound::Changed(_)) => {
            tracing::error!(id, "an evidence file is not what it was");
            ("bad", format!("{now}核验：文件内容与登记的校验值不一致，不得作为证据使用。请告知系统管理员。"))
        }
        Err(NotFound::Missing(_)) => ("bad", format!("{now}核验：存储里没有这个文件。请告知系统管理员。")),
        Err(other) => return Err(Error::Bug(other.to_string())),
    };
    draw(&app, &who, case, &id, Some(checked)).await
}

async fn draw(app: &App, who: &Who, case: i64, id: &str, checked: Option<(&'static str, String)>) -> Page {
    who.need(Right::ReadUnit)?;
    let wanted = id.to_owned();
    let found = app
        .read(move |tx| {
            let Some(row) = list::one(tx, case)? else { return Ok(None) };
            Ok(read::naming(tx, case, &wanted)?.map(|files| (row, files)))
        })
        .await?;
    let (row, files) = found.ok_or(Error::NotFound("这个案件里没有这个文件。"))?;
    who.sees(&files.unit)?;
    let directory = app.directory().await?;
    let acts: Vec<Shown> = files.items.iter().map(|item| show(item, &directory)).collect();
    let first = files.items.first().map(|item| show(item, &directory));
    html(&FilePage {
        case,
        title: row.title,
        file: first.ok_or(Error::NotFound("这个案件里没有这个文件。"))?,
        acts,
        checked,
        shell: Shell::new(app, who, "/office/cases"),
    })
}
