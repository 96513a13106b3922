//! `/office/documents/seals`: the picture of the own organ's seal, and whether it is printed. Whoever could see it could copy it: only the head
//! opens this page, and papers show it only where the head decided so.

use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use casework::seals::{self, Seal};
use office::Role;
use office::role::Right;

use super::evidence_error;
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::form::Upload;
use crate::office::evidence::taking::blocking;
use crate::session::Who;
use crate::shell::Shell;

struct SealRow {
    file: String,
    days: String,
    printed: bool,
    current: bool,
    by: String,
    at: String,
}

#[derive(Template)]
#[template(path = "office/documents/seals.html")]
struct SealsPage {
    shell: Shell,
    organ: String,
    organ_name: String,
    today: String,
    rows: Vec<SealRow>,
}

/// Goes on only for a head of an organ.
fn head(who: &Who) -> Result<(), Error> {
    who.need(Right::Act)?;
    if who.0.roles.contains(&Role::Head) {
        return Ok(());
    }
    Err(Error::NotAllowed("印章图样由机关负责人管理。需要的，请联系本机关负责人。"))
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    head(&who)?;
    let organ = who.0.organ.clone();
    let wanted = organ.clone();
    let found = app.read(move |tx| seals::of(tx, &wanted)).await?;
    let directory = app.directory().await?;
    let today = app.today().to_string();
    let current = found.iter().find(|row| row.covers(&today)).map(|row| row.position);
    let rows = found.into_iter().map(|row| SealRow {
        current: current == Some(row.position),
        days: match &row.to {
            Some(to) => format!("{} 至 {to}", row.from),
            None => format!("{} 起", row.from),
        },
        printed: row.printed,
        by: directory.name(row.person).unwrap_or("（不详）").to_owned(),
        at: civil_minute(row.at),
        file: row.file,
    });
    html(&SealsPage {
        organ_name: directory.organ(&organ).map_or_else(|| organ.clone(), |organ| organ.name.clone()),
        rows: rows.collect(),
        shell: Shell::new(&app, &who, "/office/organs"),
        organ,
        today,
    })
}

/// The picture itself.
pub(crate) async fn picture(State(app): State<Arc<App>>, who: Who, Path(file): Path<String>) -> Page {
    head(&who)?;
    let (organ, wanted) = (who.0.organ.clone(), file.clone());
    let known = app.read(move |tx| Ok(seals::of(tx, &organ)?.iter().any(|row| row.file == wanted))).await?;
    if !known {
        return Err(Error::NotFound("没有这个图样。"));
    }
    let evidence = app.casework.evidence.clone();
    let bytes = blocking(move || evidence.get(&file)).await.map_err(evidence_error)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], bytes).into_response())
}

/// A picture recorded, or until when one is used and whether it is printed.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    head(&who)?;
    let organ = who.0.organ.clone();
    let bytes = match (form.raw.get("raw_seal").filter(|bytes| !bytes.is_empty()), form.fields.get("file")) {
        (Some(bytes), _) => bytes.clone(),
        (None, Some(file)) => {
            // A picture recorded before, with other days.
            let (file, wanted, organ) = (file.to_owned(), file.to_owned(), organ.clone());
            let known = app.read(move |tx| Ok(seals::of(tx, &organ)?.iter().any(|row| row.file == wanted))).await?;
            if !known {
                return Err(Error::NotFound("没有这个图样。"));
            }
            let evidence = app.casework.evidence.clone();
            blocking(move || evidence.get(&file)).await.map_err(evidence_error)?
        }
        (None, None) => return Err(Error::Bad("请先选择图样，返回重试。".into())),
    };
    let day = |key: &str, label: &str| -> Result<Option<Day>, Error> {
        let text = form.fields.get(key);
        let read = text.map(|text| text.parse().map_err(|_| Error::Bad(format!("{label}应写成 2024-11-05。"))));
        read.transpose()
    };
    let from = day("from", "启用日期")?.ok_or_else(|| Error::Bad("“启用日期”不能为空，请返回填写。".into()))?;
    let to = day("to", "止用日期")?;
    let evidence = app.casework.evidence.clone();
    let kept = tokio::task::spawn_blocking(move || {
        let sides = documents::seal_picture(&bytes).map_err(|why| Error::Bad(format!("{why}。")))?;
        Ok::<_, Error>((evidence.put(&bytes).map_err(evidence_error)?, sides))
    });
    let (stored, sides) = kept.await.map_err(|e| Error::Bug(e.to_string()))??;
    let seal = Seal {
        organ,
        file: stored.id,
        sm3: stored.sm3,
        bytes: stored.bytes,
        sides,
        from,
        to,
        printed: form.fields.get("printed").is_some(),
        person: who.0.person,
    };
    match app.casework.record_seal(who.0.login.clone(), app.today(), seal).await {
        Ok(_) => Ok(Redirect::to("/office/documents/seals").into_response()),
        Err(casework::Error::Fault(fault)) => Err(fault.into()),
        Err(why) => Err(Error::Bad(format!("{why}。"))),
    }
}
