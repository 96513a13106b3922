//! `/office/documents/scans`: stamped papers scanned, one or a stack, each led back to its document by the code on it; what cannot be
//! led back is named and left to a person, who says why.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::read::list;
use casework::scans::{self, By, Cut, How, NewScan, Put, Segment};
use documents::{ScanForm, Scanned};
use evidence::{Evidence, Stored};
use office::role::Right;

use super::evidence_error;
use super::page::title_of;
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::evidence::taking::blocking;
use crate::public::verify::code_of;
use crate::session::Who;
use crate::shell::Shell;

/// Files taken at once.
const FILES_MAX: usize = 30;
/// Documents offered for a choice, and shown as waiting.
const OFFERED: u32 = 100;
const SHOWN: usize = 20;

/// A paper of the upload that went to its document.
struct Done {
    file: String,
    pages: String,
    code: String,
    title: String,
    number: String,
    already: bool,
}

/// A paper that did not.
struct Open {
    file: String,
    pages: String,
    why: String,
    /// The file it is in, and which pages of it; empty where nothing can be put anywhere.
    id: String,
    first: usize,
    last: usize,
    /// The document it says it is: code, what it is called.
    other: Option<(String, String)>,
}

/// A document offered for a choice.
struct Offer {
    value: String,
    label: String,
}

#[derive(Template)]
#[template(path = "office/documents/scans.html")]
struct ScansPage {
    shell: Shell,
    /// The document the papers are for: code, what it is called.
    of: Option<(String, String)>,
    error: Option<String>,
    sent: bool,
    done: Vec<Done>,
    open: Vec<Open>,
    offers: Vec<Offer>,
    /// How many of them are listed on the page itself.
    shown: usize,
}

/// The form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Act)?;
    draw(&app, &who, None, StatusCode::OK, Outcome::default()).await
}

/// What came of an upload.
#[derive(Default)]
struct Outcome {
    error: Option<String>,
    sent: bool,
    done: Vec<Done>,
    open: Vec<Open>,
}

/// Scans sent, one put by hand, or one taken away.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Act)?;
    let of = form.fields.get("for").and_then(code_of);
    let done = match form.fields.get("do") {
        Some("drop") => {
            let of = of.ok_or(Error::NotFound("没有这份文书。"))?;
            let scan = form.fields.get("scan").and_then(|text| text.parse().ok());
            let scan = scan.ok_or_else(|| Error::Bad("没有说明撤下哪一份，请返回重试。".into()))?;
            of_whom(&app, &who, &of).await?.ok_or(Error::NotFound("没有这份文书。"))?;
            let reason = form.fields.get("reason").unwrap_or_default().to_owned();
            app.casework.drop_scan(by(&app, &who), of.clone(), scan, reason).await.map(|()| of)
        }
        Some("put") => put_by_hand(&app, &who, &form).await?,
        _ => {
            let ids: Vec<String> =
                form.fields.get("scans").unwrap_or_default().split('、').map(str::to_owned).collect();
            let ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
            return sent(&app, &who, of, ids).await;
        }
    };
    match done {
        Ok(code) => Ok(Redirect::to(&format!("/office/documents/{code}#scans")).into_response()),
        Err(casework::Error::Fault(fault)) => Err(fault.into()),
        Err(why) => Err(Error::Bad(format!("{why}。"))),
    }
}

fn by(app: &App, who: &Who) -> By {
    By { login: who.0.login.clone(), person: who.0.person, today: app.today() }
}

/// A document as messages call it.
struct Named {
    title: String,
    number: String,
}

impl Named {
    fn said(&self) -> String {
        if self.number.is_empty() {
            format!("《{}》", self.title)
        } else {
            format!("《{}》{}", self.title, self.number)
        }
    }
}

/// The document with this code, where this person may act in its case; none where there is none.
async fn of_whom(app: &App, who: &Who, code: &str) -> Result<Option<Named>, Error> {
    let wanted = code.to_owned();
    let found = app
        .read(move |tx| {
            let Some(document) = casework::document(tx, &wanted)? else { return Ok(None) };
            Ok(list::one(tx, document.case)?.map(|row| (document, row)))
        })
        .await?;
    let Some((document, row)) = found else { return Ok(None) };
    who.acts(&row.organ, &row.unit)?;
    let input = document.input.as_deref().and_then(|text| serde_json::from_str(text).ok());
    Ok(Some(Named { title: title_of(&document.kind, input.as_ref()), number: document.number }))
}

/// A file of the upload, looked at.
struct Looked {
    id: String,
    name: String,
    stored: Stored,
    bytes: Arc<[u8]>,
    read: Result<Scanned, documents::Unread>,
}

/// Looks at files this person sent; the bytes are read and searched off the threads that answer.
async fn look(app: &App, who: &Who, ids: Vec<String>) -> Result<Vec<Looked>, Error> {
    let (person, asked) = (who.0.person, ids.clone());
    let (foreign, known) = app
        .read(move |tx| Ok((office::files::not_sent(tx, &asked, person)?, office::files::known(tx, &asked)?)))
        .await?;
    if !foreign.is_empty() {
        return Err(Error::Bad("有的文件不是您上传的，请重新上传。".into()));
    }
    let evidence = app.casework.evidence.clone();
    let work = move || {
        let mut looked = Vec::new();
        for id in ids {
            let (bytes, large): (Arc<[u8]>, bool) = match evidence.get(&id) {
                Ok(bytes) => (bytes.into(), false),
                Err(evidence::Fault::TooLarge) => (Arc::from([]), true),
                Err(other) => return Err(other),
            };
            let stored = evidence::digests(&bytes);
            let read = if large { Err(documents::Unread::Bytes) } else { documents::scanned(&bytes) };
            let name = known.get(&id).map(|known| known.name.clone()).unwrap_or_default();
            looked.push(Looked { id, name, stored, bytes, read });
        }
        Ok(looked)
    };
    blocking(work).await.map_err(evidence_error)
}

/// The pages of a segment as a file of their own; the file itself where they are all of it.
async fn own_file(app: &App, who: &Who, file: &Looked, segment: &Segment) -> Result<(Stored, Option<Cut>), Error> {
    let Ok(read) = &file.read else { return Ok((file.stored.clone(), None)) };
    if read.form == ScanForm::Picture || segment.last - segment.first + 1 == read.pages.len() {
        return Ok((file.stored.clone(), None));
    }
    let (evidence, bytes, pages): (Evidence, _, _) =
        (app.casework.evidence.clone(), file.bytes.clone(), segment.first..=segment.last);
    let made = tokio::task::spawn_blocking(move || {
        let own = documents::cut(&bytes, pages).map_err(|why| Error::Bad(format!("文件{why}。")))?;
        evidence.put(&own).map_err(evidence_error)
    });
    let stored = made.await.map_err(|e| Error::Bug(e.to_string()))??;
    let number = |page: usize| u32::try_from(page).unwrap_or(u32::MAX);
    let cut = Cut { file: file.id.clone(), first: number(segment.first), last: number(segment.last) };
    let name = format!("{} 第 {} 至 {} 页.pdf", file.name.trim_end_matches(".pdf"), segment.first, segment.last);
    let (person, copy) = (who.0.person, Arc::new((stored.clone(), name)));
    app.casework
        .ledger
        .act(move |tx| {
            office::files::know(tx, &copy.0.id, &copy.0.sm3, copy.0.bytes, "{}")?;
            office::files::sent(tx, &copy.0.id, person, &copy.1)
        })
        .await?;
    Ok((stored, Some(cut)))
}

/// Pages of a scan as the journal counts them; a picture has none.
fn pages_of(file: &Looked, segment: &Segment) -> u32 {
    match &file.read {
        Ok(read) if read.form == ScanForm::Pdf => u32::try_from(segment.last - segment.first + 1).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// An upload: what has the code of a document goes to it, everything else is named.
async fn sent(app: &App, who: &Who, of: Option<String>, ids: Vec<String>) -> Page {
    let mut outcome = Outcome { sent: true, ..Outcome::default() };
    let target = match &of {
        Some(code) => Some(of_whom(app, who, code).await?.ok_or(Error::NotFound("没有这份文书。"))?),
        None => None,
    };
    let of = of.zip(target.map(|named| named.said()));
    if ids.is_empty() || ids.len() > FILES_MAX {
        let why = if ids.is_empty() {
            "请先选择扫描件。".to_owned()
        } else {
            format!("一次最多上传{FILES_MAX}个文件，请分几次上传。")
        };
        outcome = Outcome { error: Some(why), ..Outcome::default() };
        return draw(app, who, of, StatusCode::UNPROCESSABLE_ENTITY, outcome).await;
    }
    for id in ids {
        // One file at a time: a stack is large in memory.
        for file in look(app, who, vec![id]).await? {
            match &file.read {
                Err(why) => outcome.open.push(Open {
                    file: file.name.clone(),
                    pages: String::new(),
                    why: format!("文件{why}。"),
                    id: String::new(),
                    first: 0,
                    last: 0,
                    other: None,
                }),
                Ok(read) => {
                    for segment in scans::segments(&read.pages) {
                        place(app, who, of.as_ref(), &file, &segment, &mut outcome).await?;
                    }
                }
            }
        }
    }
    draw(app, who, of, StatusCode::OK, outcome).await
}

/// Puts one paper of an upload where its code says, or names what is in the way.
async fn place(
    app: &App,
    who: &Who,
    of: Option<&(String, String)>,
    file: &Looked,
    segment: &Segment,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let pages = match &file.read {
        Ok(read) if read.form == ScanForm::Picture => String::new(),
        _ if segment.first == segment.last => format!("第 {} 页", segment.first),
        _ => format!("第 {}–{} 页", segment.first, segment.last),
    };
    let mut left = |why: String, other: Option<(String, String)>| {
        outcome.open.push(Open {
            file: file.name.clone(),
            pages: pages.clone(),
            why,
            id: file.id.clone(),
            first: segment.first,
            last: segment.last,
            other,
        });
        Ok(())
    };
    if segment.several {
        return left("这一页上有几份文书的二维码，分不清是哪一份。".into(), None);
    }
    let Some(code) = &segment.code else {
        return left("没有认出文书二维码。可能被印章盖住、拍得模糊，或者是没有二维码的续页。".into(), None);
    };
    let named = match of_whom(app, who, code).await {
        Ok(Some(named)) => named,
        Ok(None) => return left(format!("二维码里的查询码 {code} 不是我局的文书。"), None),
        // Of a case one may not act in, nothing but that is said.
        Err(Error::NotAllowed(_)) => return left("二维码是别的单位承办案件的文书，您不能归入。".into(), None),
        Err(other) => return Err(other),
    };
    if let Some((_, said)) = of.filter(|(wanted, _)| wanted != code) {
        let other = Some((code.clone(), named.said()));
        return left(format!("二维码是{}，不是{said}。", named.said()), other);
    }
    let (stored, cut) = own_file(app, who, file, segment).await?;
    let scan = NewScan {
        code: code.clone(),
        file: stored,
        pages: pages_of(file, segment),
        how: How::Code,
        other: None,
        reason: None,
        cut,
    };
    match app.casework.put_scan(by(app, who), scan).await {
        Ok(put) => outcome.done.push(Done {
            file: file.name.clone(),
            pages,
            code: code.clone(),
            title: named.title,
            number: named.number,
            already: matches!(put, Put::Already(_)),
        }),
        Err(casework::Error::Fault(fault)) => return Err(fault.into()),
        Err(why) => return left(format!("{why}。"), None),
    }
    Ok(())
}

/// A paper put where a person says. What is on it is looked at once more: its own code needs no reason, another's is kept with it.
async fn put_by_hand(app: &App, who: &Who, form: &Upload) -> Result<Result<String, casework::Error>, Error> {
    let which = form.fields.need("which", "归入哪份文书")?.to_owned();
    // The list offers the number first, then what the paper is called.
    let which = which.split_whitespace().next().unwrap_or_default().to_owned();
    let by_number = which.clone();
    let code = match code_of(&which) {
        Some(code) => code,
        None => {
            let found = app.read(move |tx| casework::numbered(tx, &by_number)).await?;
            found.ok_or_else(|| Error::Bad(format!("没有文号或者查询码是“{which}”的文书，请核对后重填。")))?
        }
    };
    of_whom(app, who, &code).await?.ok_or(Error::NotFound("没有这份文书。请核对文号或者查询码。"))?;
    let id = form.fields.need("file", "文件")?.to_owned();
    let looked = look(app, who, vec![id]).await?;
    let file = looked.first().ok_or_else(|| Error::Bad("没有这个文件，请重新上传。".into()))?;
    let read = file.read.as_ref().map_err(|why| Error::Bad(format!("文件{why}。")))?;
    let page = |key: &str| form.fields.get(key).and_then(|text| text.parse::<usize>().ok());
    let (first, last) = (page("first").unwrap_or(1), page("last").unwrap_or(read.pages.len()));
    if first == 0 || first > last || last > read.pages.len() {
        return Err(Error::Bad("没有这几页，请重新上传。".into()));
    }
    let found: Vec<&str> =
        read.pages[first - 1..last].iter().flatten().filter_map(|text| scans::code_in(text)).collect();
    let how = if found.contains(&code.as_str()) { How::Code } else { How::Hand };
    let other = found.iter().find(|found| **found != code).map(|found| (*found).to_owned());
    let segment = Segment { first, last, code: None, several: false };
    let (stored, cut) = own_file(app, who, file, &segment).await?;
    let reason = form.fields.get("reason").map(str::to_owned);
    let scan = NewScan { code: code.clone(), file: stored, pages: pages_of(file, &segment), how, other, reason, cut };
    Ok(app.casework.put_scan(by(app, who), scan).await.map(|_| code))
}

async fn draw(app: &App, who: &Who, of: Option<(String, String)>, status: StatusCode, outcome: Outcome) -> Page {
    let scope = who.scope();
    let waiting = app.read(move |tx| scans::waiting(tx, scope.as_deref(), OFFERED)).await?;
    let offers = waiting.iter().map(|paper| Offer {
        value: paper.number.clone(),
        label: format!("{}　{}　{}", title_of(&paper.kind, None), paper.day, paper.title),
    });
    let offers: Vec<Offer> = offers.collect();
    let Outcome { error, sent, done, open } = outcome;
    let shell = Shell::new(app, who, "/office/cases");
    html_with(status, &ScansPage { shell, of, error, sent, done, open, shown: offers.len().min(SHOWN), offers })
}
