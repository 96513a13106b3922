//! `POST /office/documents/{code}`: the document given to a program outside, for an electronic seal or to become OFD.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use casework::ports::{About, Port};
use casework::read::list;
use casework::scans::{By, How, NewScan};
use documents::{Input, Look};
use office::role::Right;

use super::page::{NO_ENGINE, NO_INPUT, render, title_of};
use super::{evidence_error, send};
use crate::app::App;
use crate::error::{Error, Page};
use crate::form::Plain;
use crate::session::Who;

/// Media type of OFD (GB/T 33190).
const OFD: &str = "application/ofd";

/// Seals or converts.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    who: Who,
    Path(code): Path<String>,
    Plain(form): Plain,
) -> Page {
    who.checked(form.get("csrf"))?;
    who.need(Right::Act)?;
    let port = match form.get("do") {
        Some("seal") => Port::Seal,
        Some("ofd") => Port::Ofd,
        _ => return Err(Error::Bad("没有说明办理什么，请从文书页面进入。".into())),
    };
    let (own, wanted, today) = (app.casework.clone(), code.clone(), app.today());
    let found = app
        .read(move |tx| {
            let Some(document) = casework::document(tx, &wanted)? else { return Ok(None) };
            let Some(row) = list::one(tx, document.case)? else { return Ok(None) };
            let void = own
                .file(tx, document.case, today)?
                .is_some_and(|file| file.case.is_void(::law::acts::ActNo(document.act)));
            Ok(Some((document, row, void)))
        })
        .await?;
    let (document, row, void) = found.ok_or(Error::NotFound("没有这份文书。请从案件页面打开，或者核对查询码。"))?;
    who.acts(&row.organ, &row.unit)?;
    if void && port == Port::Seal {
        return Err(Error::Bad("本文书已经作废，不能签章。".into()));
    }
    let input: Input = match &document.input {
        Some(text) => serde_json::from_str(text).map_err(|e| Error::Bug(format!("document {code}: {e}")))?,
        None => return Err(Error::NotFound(NO_INPUT)),
    };
    let engine = app.casework.engine.clone().ok_or(Error::NotFound(NO_ENGINE))?;
    let title = title_of(&document.kind, Some(&input));
    let (ports, evidence) = (app.casework.ports.clone(), app.casework.evidence.clone());
    let (kind, template) = (document.kind.clone(), document.issued.template.clone());
    let mut about = About {
        code: code.clone(),
        number: document.number.clone(),
        title: title.clone(),
        organ: input.organ.name.clone(),
        day: document.day.clone(),
        sha256: String::new(),
    };
    let made = tokio::task::spawn_blocking(move || {
        let pdf = render(&engine, &evidence, &kind, &template, &input, &Look::default())?;
        about.sha256 = evidence::digests(&pdf).id;
        let back = ports.run(port, &pdf, &about).map_err(|why| Error::Bad(format!("{why}。")))?;
        // An OFD can be made again; what is sealed is what is served, and stays.
        let kept = if port == Port::Seal { Some(evidence.put(&back).map_err(evidence_error)?) } else { None };
        Ok::<_, Error>((back, kept))
    });
    let (back, kept) = made.await.map_err(|e| Error::Bug(e.to_string()))??;
    let Some(stored) = kept else {
        return Ok(send(back, OFD, Some((&format!("{title} {}.ofd", document.number), true))));
    };
    let ending = if back.starts_with(b"%PDF-") { "pdf" } else { "ofd" };
    let pages = if ending == "pdf" { documents::scanned(&back.into()).map_or(1, |read| read.pages.len()) } else { 1 };
    let name = format!("{title} {}（签章）.{ending}", document.number);
    let (person, copy) = (who.0.person, Arc::new((stored.clone(), name)));
    app.casework
        .ledger
        .act(move |tx| {
            office::files::know(tx, &copy.0.id, &copy.0.sm3, copy.0.bytes, "{}")?;
            office::files::sent(tx, &copy.0.id, person, &copy.1)
        })
        .await?;
    let scan = NewScan {
        code: code.clone(),
        file: stored,
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        how: How::Seal,
        other: None,
        reason: None,
        cut: None,
    };
    let by = By { login: who.0.login.clone(), person, today };
    match app.casework.put_scan(by, scan).await {
        Ok(_) => Ok(Redirect::to(&format!("/office/documents/{code}#scans")).into_response()),
        Err(casework::Error::Fault(fault)) => Err(fault.into()),
        Err(why) => Err(Error::Bad(format!("{why}。"))),
    }
}
