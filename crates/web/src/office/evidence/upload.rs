//! `/office/uploads`: files in pieces, resumed where they stand. HEAD and PATCH are those of the tus protocol 1.0.0 (offset in
//! `Upload-Offset`, length in `Upload-Length`); an upload is opened by a small form instead of its base64 metadata, and the last piece answers
//! with the file's address in `Upload-File`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evidence::Fault;
use office::role::Right;

use super::taking::{Pieces, blocking, put_down};
use crate::app::App;
use crate::error::Error;
use crate::form::Plain;
use crate::session::Who;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const FILE: HeaderName = HeaderName::from_static("upload-file");
const SM3: HeaderName = HeaderName::from_static("upload-sm3");
const TUS: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: &str = "1.0.0";
/// Who sends nothing for so long is gone; what arrived is kept.
const SILENCE: Duration = Duration::from_secs(30);

/// Goes on only for those who may send files at all.
fn may(who: &Who) -> Result<(), Error> {
    if [Right::Act, Right::Tickets, Right::Registers].into_iter().any(|right| who.0.may(right)) {
        Ok(())
    } else {
        Err(Error::NotAllowed("您的角色不能上传材料。需要的，请联系本单位系统管理员。"))
    }
}

/// A fault as a status and a sentence that a script shows as it is.
fn said(fault: &Fault) -> Response {
    let status = match fault {
        Fault::Refused(_) | Fault::TooLarge => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Offset(_) => StatusCode::CONFLICT,
        Fault::NoUpload | Fault::Missing(_) => StatusCode::NOT_FOUND,
        Fault::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Fault::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        other => {
            tracing::error!(?other, "an upload failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let text = [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (TUS, VERSION.to_owned())];
    let mut response = (status, text, fault.to_string()).into_response();
    if let Fault::Offset(at) = fault {
        response.headers_mut().insert(OFFSET, (*at).into());
    }
    response
}

/// Opens an upload: `name` and `bytes`.
pub(crate) async fn begin(State(app): State<Arc<App>>, who: Who, Plain(form): Plain) -> Result<Response, Error> {
    who.checked(form.get("csrf"))?;
    may(&who)?;
    let name = form.need("name", "文件名")?.to_owned();
    let bytes =
        form.need("bytes", "文件大小")?.parse::<u64>().map_err(|_| Error::Bad("文件大小应当是字节数。".into()))?;
    let (evidence, person, now) = (app.casework.evidence.clone(), who.0.person, app.now());
    match blocking(move || evidence.uploads().begin(person, &name, bytes, now)).await {
        Ok(token) => {
            let headers =
                [(header::LOCATION, format!("/office/uploads/{token}")), (OFFSET, "0".into()), (TUS, VERSION.into())];
            Ok((StatusCode::CREATED, headers).into_response())
        }
        Err(fault) => Ok(said(&fault)),
    }
}

/// How far an upload has come.
pub(crate) async fn state(State(app): State<Arc<App>>, who: Who, Path(token): Path<String>) -> Result<Response, Error> {
    may(&who)?;
    let (evidence, person) = (app.casework.evidence.clone(), who.0.person);
    match blocking(move || evidence.uploads().state(&token, person)).await {
        Ok((head, at)) => {
            let headers = [(OFFSET, at.to_string()), (LENGTH, head.bytes.to_string()), (TUS, VERSION.into())];
            Ok((StatusCode::OK, headers).into_response())
        }
        Err(fault) => Ok(said(&fault)),
    }
}

/// Appends what the request brings, as far as it comes. With the last byte the file is looked at and kept; an empty piece at the end asks
/// for that again.
pub(crate) async fn append(
    State(app): State<Arc<App>>,
    who: Who,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    who.checked(headers.get("x-csrf-token").and_then(|v| v.to_str().ok()))?;
    may(&who)?;
    let Some(mut at) = headers.get(OFFSET).and_then(|v| v.to_str().ok()?.parse::<u64>().ok()) else {
        return Err(Error::Bad("没有说明从哪里接着传。".into()));
    };
    let (evidence, person) = (app.casework.evidence.clone(), who.0.person);
    let mut pieces = Pieces::new(body);
    loop {
        let piece = pieces.next(SILENCE).await;
        let last = piece.is_empty();
        let (evidence, token) = (evidence.clone(), token.clone());
        let appended = blocking(move || {
            let at = evidence.uploads().append(&token, person, at, &piece)?;
            if last {
                evidence.uploads().sync(&token)?;
            }
            Ok(at)
        });
        match appended.await {
            Ok(now) => at = now,
            Err(fault) => return Ok(said(&fault)),
        }
        if last {
            break;
        }
    }
    let (own, asked) = (evidence.clone(), token.clone());
    let finished = blocking(move || {
        let (head, at) = own.uploads().state(&asked, person)?;
        if at < head.bytes { Ok(None) } else { own.finish(&asked, person).map(Some) }
    });
    let (head, done) = match finished.await {
        Ok(Some(finished)) => finished,
        Ok(None) => {
            return Ok((StatusCode::NO_CONTENT, [(OFFSET, at.to_string()), (TUS, VERSION.into())]).into_response());
        }
        Err(fault) => return Ok(said(&fault)),
    };
    put_down(&app, person, &head.name, &done).await?;
    let headers =
        [(OFFSET, head.bytes.to_string()), (TUS, VERSION.into()), (FILE, done.stored.id), (SM3, done.stored.sm3)];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// Gives an upload up.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    who: Who,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    who.checked(headers.get("x-csrf-token").and_then(|v| v.to_str().ok()))?;
    let (evidence, person) = (app.casework.evidence.clone(), who.0.person);
    match blocking(move || evidence.uploads().cancel(&token, person)).await {
        Ok(()) => Ok((StatusCode::NO_CONTENT, [(TUS, VERSION)]).into_response()),
        Err(fault) => Ok(said(&fault)),
    }
}
