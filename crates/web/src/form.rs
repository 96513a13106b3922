//! Forms as they arrive: pairs of text, and files that go to the evidence store before anything names them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use office::role::Right;

use crate::app::App;
use crate::error::Error;
use crate::office::documents::evidence_error;
use crate::office::evidence::taking::{Taken, put_down};
use crate::session::Who;

/// A submitted form. Several values under one name are joined with `、`, as the drafts of acts read lists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) BTreeMap<String, String>);

impl Fields {
    /// The value under a name, trimmed, none when empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// The value under a name, or a complaint that calls it by its label.
    pub(crate) fn need(&self, name: &str, label: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| Error::Bad(format!("“{label}”不能为空，请返回填写。")))
    }

    fn add(&mut self, name: String, value: String) {
        if value.is_empty() {
            return;
        }
        match self.0.get_mut(&name) {
            Some(old) => {
                old.push('、');
                old.push_str(&value);
            }
            None => {
                self.0.insert(name, value);
            }
        }
    }
}

/// A form that may carry files; `raw` holds files whose field name begins with `raw_`, which are read, not kept.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    pub(crate) fields: Fields,
    pub(crate) raw: BTreeMap<String, Vec<u8>>,
}

impl FromRequest<Arc<App>> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Upload, Error> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let multipart = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|t| t.starts_with("multipart/"));
        let mut upload = Upload::default();
        if !multipart {
            let bytes = axum::body::Bytes::from_request(request, app).await.map_err(|e| Error::Bad(e.to_string()))?;
            for (name, value) in pairs(&bytes) {
                upload.fields.add(name, value);
            }
            return Ok(upload);
        }
        let mut parts = Multipart::from_request(request, app).await.map_err(|e| Error::Bad(e.to_string()))?;
        while let Some(mut part) =
            parts.next_field().await.map_err(|e| Error::Bad(format!("文件没有传完，请重新上传（{e}）。")))?
        {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            if let Some(file) = &file
                && !name.starts_with("raw_")
            {
                // A field in which no file was chosen comes as a file without name and bytes.
                if file.is_empty() {
                    continue;
                }
                // Our forms send the token before any file: without it nothing is stored.
                who.checked(upload.fields.get("csrf"))?;
                if ![Right::Act, Right::Tickets, Right::Registers].into_iter().any(|right| who.0.may(right)) {
                    return Err(Error::NotAllowed("您的角色不能上传材料。需要的，请联系本单位系统管理员。"));
                }
                let mut taken = Taken::begin(&app.casework.evidence, file).map_err(evidence_error)?;
                while let Some(bytes) =
                    part.chunk().await.map_err(|e| Error::Bad(format!("文件没有传完，请重新上传（{e}）。")))?
                {
                    taken = taken.add(&bytes).await.map_err(evidence_error)?;
                }
                let (kept, done) = taken.end().await.map_err(evidence_error)?;
                put_down(app, who.0.person, &kept, &done).await?;
                upload.fields.add(name, done.stored.id);
                continue;
            }
            let bytes = part.bytes().await.map_err(|e| Error::Bad(format!("文件没有传完，请重新上传（{e}）。")))?;
            if file.is_none() {
                upload.fields.add(name, String::from_utf8_lossy(&bytes).into_owned());
            } else {
                upload.raw.insert(name, bytes.to_vec());
            }
        }
        Ok(upload)
    }
}

/// A form whose files, where it carries any, are neither kept nor read: for looking at what it says.
#[derive(Debug, Default)]
pub(crate) struct Unkept(pub(crate) Fields);

impl FromRequest<Arc<App>> for Unkept {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Unkept, Error> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut fields = Fields::default();
        if !kind.starts_with("multipart/") {
            let bytes = axum::body::Bytes::from_request(request, app).await.map_err(|e| Error::Bad(e.to_string()))?;
            for (name, value) in pairs(&bytes) {
                fields.add(name, value);
            }
            return Ok(Unkept(fields));
        }
        let cut = |e: axum::extract::multipart::MultipartError| Error::Bad(format!("表单没有传完，请重试（{e}）。"));
        let mut parts = Multipart::from_request(request, app).await.map_err(|e| Error::Bad(e.to_string()))?;
        while let Some(mut part) = parts.next_field().await.map_err(cut)? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_none() {
                fields.add(name, part.text().await.map_err(cut)?.replace("\r\n", "\n"));
                continue;
            }
            while part.chunk().await.map_err(cut)?.is_some() {}
        }
        Ok(Unkept(fields))
    }
}

/// A small form without files, for pages that strangers may send to: nothing of it is stored.
#[derive(Debug, Default)]
pub(crate) struct Plain(pub(crate) Fields);

const PLAIN_MAX: usize = 16 * 1024;

impl FromRequest<Arc<App>> for Plain {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Plain, Error> {
        let body = axum::body::to_bytes(request.into_body(), PLAIN_MAX).await;
        let bytes = body.map_err(|_| Error::Bad("表单太大。".into()))?;
        let mut fields = Fields::default();
        for (name, value) in pairs(&bytes) {
            fields.add(name, value);
        }
        Ok(Plain(fields))
    }
}

/// The pairs of an URL-encoded form.
fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let decode = |text: &[u8]| {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let hex = |b: u8| (b as char).to_digit(16);
            match text[at] {
                b'+' => out.push(b' '),
                b'%' => match (text.get(at + 1).copied().and_then(hex), text.get(at + 2).copied().and_then(hex)) {
                    (Some(a), Some(b)) => {
                        out.push((a * 16 + b) as u8);
                        at += 2;
                    }
                    _ => out.push(b'%'),
                },
                b => out.push(b),
            }
            at += 1;
        }
        String::from_utf8_lossy(&out).replace("\r\n", "\n")
    };
    bytes
        .split(|b| *b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let cut = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            (decode(&pair[..cut]), decode(pair.get(cut + 1..).unwrap_or_default()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let mut fields = Fields::default();
        for (name, value) in pairs("a=%E5%8D%A0%E9%81%93+x&b=1&b=2&c=&d=100%25".as_bytes()) {
            fields.add(name, value);
        }
        assert_eq!(fields.get("a"), Some("占道 x"));
        assert_eq!(fields.get("b"), Some("1、2"));
        assert_eq!(fields.get("c"), None);
        assert_eq!(fields.get("d"), Some("100%"));
    }
}
