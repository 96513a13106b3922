//! The bytes of a file, streamed: whole and verified, or a part for a player; and its thumbnail.

use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evidence::content::{Class, Content, sniff};
use evidence::{BLOCK, Evidence};
use futures_core::Stream;
use office::role::Right;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::taking::blocking;
use crate::app::App;
use crate::error::{Error, Page};
use crate::office::documents::{evidence_error, percent};
use crate::session::Who;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: the thumbnail of a picture.
    #[serde(default)]
    small: String,
    /// `1`: to be saved.
    #[serde(default)]
    download: String,
}

/// `GET /office/cases/{case}/files/{id}`.
///
/// A file is shown only as part of a case this person may see, to whose acts it belongs.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    who: Who,
    Path((case, id)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Page {
    who.need(Right::ReadUnit)?;
    let wanted = id.clone();
    let found = app
        .read(move |tx| {
            let Some(unit) = casework::read::file::blob(tx, case, &wanted)? else { return Ok(None) };
            let known = office::files::known(tx, std::slice::from_ref(&wanted))?.remove(&wanted);
            Ok(Some((unit, known)))
        })
        .await?;
    let (unit, known) = found.ok_or(Error::NotFound("这个案件里没有这个文件。"))?;
    who.sees(&unit)?;
    if asked.small == "1" {
        let evidence = app.casework.evidence.clone();
        let small = blocking(move || evidence.thumbnail(&id)).await.map_err(evidence_error)?;
        let small = small.ok_or(Error::NotFound("这个文件没有缩略图。"))?;
        return Ok(([(header::CONTENT_TYPE, "image/jpeg")], small).into_response());
    }
    let name = known.map(|known| known.name).unwrap_or_default();
    answer(&app.casework.evidence, &id, &name, asked.download == "1", &headers).await
}

/// The bytes of a file; whether this person may see it is decided before.
pub(crate) async fn answer(evidence: &Evidence, id: &str, name: &str, save: bool, headers: &HeaderMap) -> Page {
    let (own, wanted) = (evidence.clone(), id.to_owned());
    let looked = blocking(move || {
        let size = own.size(&wanted)?.ok_or_else(|| evidence::Fault::Missing(wanted.clone()))?;
        let mut head = Vec::new();
        own.reader(&wanted, 0)?.take(4096).read_to_end(&mut head)?;
        Ok((size, sniff(&head)))
    });
    let (size, content) = looked.await.map_err(evidence_error)?;
    let media = content.filter(|content| shown(*content)).map(|content| content.media);
    let asked = headers.get(header::RANGE).and_then(|v| v.to_str().ok());
    let part = match asked.map(|text| range(text, size)) {
        Some(Range::Part(from, to)) => Some((from, to)),
        Some(Range::Beyond) => {
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{size}"))])
                .into_response());
        }
        Some(Range::Whole) | None => None,
    };
    let (from, to) = part.unwrap_or((0, size));
    let body = if (from, to) == (0, size) { whole(evidence, id) } else { piece(evidence, id, from, to) };
    let mut response = Response::new(body);
    let set = response.headers_mut();
    set.insert(header::CONTENT_LENGTH, (to - from).into());
    set.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    set.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media.unwrap_or("application/octet-stream")));
    if let Ok(tag) = format!("\"{id}\"").parse() {
        set.insert(header::ETAG, tag);
    }
    let how = if save || media.is_none() { "attachment" } else { "inline" };
    let short = format!("{}.bin", &id[..id.len().min(12)]);
    let name = if name.is_empty() { &short } else { name };
    if let Ok(value) = format!("{how}; filename*=UTF-8''{}", percent(name)).parse() {
        set.insert(header::CONTENT_DISPOSITION, value);
    }
    if part.is_some() {
        if let Ok(value) = format!("bytes {from}-{}/{size}", to - 1).parse() {
            set.insert(header::CONTENT_RANGE, value);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Does a browser show this without running anything? The rest is saved.
pub(super) fn shown(content: Content) -> bool {
    match content.class {
        Class::Photo => !matches!(content.media, "image/tiff" | "image/heic"),
        Class::Video | Class::Sound => true,
        Class::Paper => content.media == "application/pdf",
        Class::Text | Class::Archive => false,
    }
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// From, and to behind the last.
    Part(u64, u64),
    /// It asks for several parts, or cannot be read: the whole is a lawful answer (RFC 9110, 14.2).
    Whole,
    /// It begins behind the end.
    Beyond,
}

fn range(text: &str, size: u64) -> Range {
    let Some((from, to)) = text.strip_prefix("bytes=").and_then(|text| text.split_once('-')) else {
        return Range::Whole;
    };
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), _) if from >= size => Range::Beyond,
        (Ok(from), Ok(to)) if to >= from => Range::Part(from, size.min(to.saturating_add(1))),
        (Ok(from), Err(_)) if to.trim().is_empty() => Range::Part(from, size),
        (Err(_), Ok(0)) if from.trim().is_empty() => Range::Beyond,
        (Err(_), Ok(last)) if from.trim().is_empty() && size > 0 => Range::Part(size.saturating_sub(last), size),
        _ => Range::Whole,
    }
}

/// Blocks on their way from the disk to the network: two of them, and whoever reads slowly makes the disk wait.
struct Blocks(mpsc::Receiver<std::io::Result<Bytes>>);

impl Stream for Blocks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

fn whole(evidence: &Evidence, id: &str) -> Body {
    let (evidence, id) = (evidence.clone(), id.to_owned());
    stream(move |send| match evidence.blocks(&id) {
        Ok(blocks) => {
            for block in blocks {
                if let Err(e) = &block {
                    tracing::error!(id, %e, "an evidence file was not sent to its end");
                }
                if !send(block.map(Bytes::from)) {
                    break;
                }
            }
        }
        Err(fault) => {
            send(Err(std::io::Error::other(fault)));
        }
    })
}

fn piece(evidence: &Evidence, id: &str, from: u64, to: u64) -> Body {
    let (evidence, id) = (evidence.clone(), id.to_owned());
    stream(move |send| {
        let mut left = match evidence.reader(&id, from) {
            Ok(reader) => reader.take(to - from),
            Err(fault) => {
                send(Err(std::io::Error::other(fault)));
                return;
            }
        };
        loop {
            let mut block = vec![0; BLOCK];
            match left.read(&mut block) {
                Ok(0) => break,
                Ok(n) => {
                    block.truncate(n);
                    if !send(Ok(Bytes::from(block))) {
                        break;
                    }
                }
                Err(e) => {
                    send(Err(e));
                    break;
                }
            }
        }
    })
}

/// A body that a blocking thread fills; `send` says whether anybody still reads.
fn stream(fill: impl FnOnce(&dyn Fn(std::io::Result<Bytes>) -> bool) + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || fill(&|block| sender.blocking_send(block).is_ok()));
    Body::from_stream(Blocks(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(range("bytes=0-", 100), Range::Part(0, 100));
        assert_eq!(range("bytes=10-19", 100), Range::Part(10, 20));
        assert_eq!(range("bytes=90-1000", 100), Range::Part(90, 100));
        assert_eq!(range("bytes=-10", 100), Range::Part(90, 100));
        assert_eq!(range("bytes=-1000", 100), Range::Part(0, 100));
        assert_eq!(range("bytes=100-", 100), Range::Beyond);
        assert_eq!(range("bytes=-0", 100), Range::Beyond);
        assert_eq!(range("bytes=0-", 0), Range::Beyond);
        for text in ["bytes=1-2,4-5", "items=0-1", "bytes=5-4", "bytes=a-b", "bytes=-", "bytes"] {
            assert_eq!(range(text, 100), Range::Whole, "{text}");
        }
    }
}
