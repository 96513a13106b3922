//! `GET /office/documents/{code}`: the page around a document, and the PDF on the paper it is printed on.

use std::sync::Arc;

use ::law::acts::{ActNo, Kind as ActKind};
use askama::Template;
use axum::extract::{Path, Query, State};
use casework::Issued;
use casework::read::list;
use casework::scans;
use documents::{Engine, Input, Look, Size};
use evidence::Evidence;
use office::role::Right;
use serde::Deserialize;

use super::{evidence_error, send};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `1`: the PDF itself.
    #[serde(default)]
    pdf: String,
    /// `1`: the PDF, to be saved.
    #[serde(default)]
    download: String,
    /// The paper it is printed on, `a5`; A4 where empty.
    #[serde(default)]
    size: String,
    /// Kind of the annex to be shown instead.
    #[serde(default)]
    annex: String,
    /// `1`: with the picture of the organ's seal, where its head has it printed.
    #[serde(default)]
    seal: String,
}

/// A choice of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A scan as the page shows it.
struct ScanRow {
    position: i64,
    file: String,
    picture: bool,
    pages: u32,
    how: &'static str,
    reason: String,
    other: bool,
    by: String,
    at: String,
    short: String,
    dropped: Option<String>,
}

#[derive(Template)]
#[template(path = "office/documents/document.html")]
struct DocumentPage {
    shell: Shell,
    code: String,
    title: String,
    number: String,
    day: String,
    case: i64,
    case_title: String,
    act: u32,
    void: bool,
    chip: (&'static str, String),
    root: Option<String>,
    notes: Vec<String>,
    /// Why it cannot be opened here, none where it can.
    missing: Option<&'static str>,
    sizes: Vec<Choice>,
    papers: Vec<Choice>,
    /// What stands behind the address of the PDF.
    query: String,
    scans: Vec<ScanRow>,
    /// Scans that stand.
    standing: usize,
    may_scan: bool,
    csrf: String,
    /// The picture of the seal may be printed on it; it is.
    seal: Option<bool>,
    /// A program puts electronic seals, one makes OFD.
    outside: (bool, bool),
}

pub(super) const NO_ENGINE: &str = "本机没有文书字体，不能在这里制作 PDF。文书的编号和内容已经确定并记入流水，装好字体后打开，内容不变。请系统管理员把字体目录放到程序旁边。";
pub(super) const NO_INPUT: &str = "文书内容已经依令删除，不能再打开。编号、日期和校验值仍在流水中。";

/// The page, or the PDF.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::ReadUnit)?;
    let own = app.casework.clone();
    let (wanted, today) = (code.clone(), app.today());
    let plain = asked.pdf != "1" && asked.download != "1";
    let found = app
        .read(move |tx| {
            let Some(document) = casework::document(tx, &wanted)? else { return Ok(None) };
            let Some(row) = list::one(tx, document.case)? else { return Ok(None) };
            let file = if plain { own.file(tx, document.case, today)? } else { None };
            let scans = if plain { scans::of(tx, &wanted)? } else { Vec::new() };
            let seal = casework::seals::printed(tx, &row.organ, &document.day)?;
            Ok(Some((document, row, file, scans, seal)))
        })
        .await?;
    let (document, row, file, scans, seal) =
        found.ok_or(Error::NotFound("没有这份文书。请从案件页面打开，或者核对查询码。"))?;
    who.sees(&row.unit)?;
    let input: Option<Input> = match &document.input {
        Some(text) => Some(serde_json::from_str(text).map_err(|e| Error::Bug(format!("document {code}: {e}")))?),
        None => None,
    };
    let kind = documents::kind(&document.kind);
    let title = title_of(&document.kind, input.as_ref());
    let engine = app.casework.engine.clone();
    let size = Size::from_code(&asked.size).filter(|size| kind.is_some_and(|kind| kind.sizes.contains(size)));
    let size = size.unwrap_or_default();
    // Only what is sealed has a place for it, and a voided paper is not made to look valid.
    let seal = seal.filter(|_| kind.is_some_and(|kind| kind.reads("signature()")));
    let sealed = asked.seal == "1";
    let annex = document.issued.annexes.iter().find(|annex| annex.kind == asked.annex);
    if !plain {
        let input = input.ok_or(Error::NotFound(NO_INPUT))?;
        let engine = engine.ok_or(Error::NotFound(NO_ENGINE))?;
        let evidence = app.casework.evidence.clone();
        // An annex is set on A4: no kind that can be printed smaller has one.
        let (paper, template) = match annex {
            Some(annex) => (annex.kind.clone(), annex.template.clone()),
            None => (document.kind.clone(), document.issued.template.clone()),
        };
        let name = title_of(&paper, Some(&input));
        let size = if annex.is_some() { Size::A4 } else { size };
        let pdf = tokio::task::spawn_blocking(move || {
            let picture =
                seal.filter(|_| sealed).map(|file| evidence.get(&file)).transpose().map_err(evidence_error)?;
            let look = Look { size, seal: picture, ..Look::default() };
            render(&engine, &evidence, &paper, &template, &input, &look)
        });
        let pdf = pdf.await.map_err(|e| Error::Bug(e.to_string()))??;
        let name = format!("{name} {}.pdf", document.number);
        return Ok(send(pdf, "application/pdf", Some((&name, asked.download == "1"))));
    }
    let mut notes = Vec::new();
    if let (Some(engine), Some(fonts)) = (&engine, &document.issued.fonts)
        && engine.fonts_digest() != *fonts
    {
        notes.push("本机字体与签发时不同，文字相同，版面和文件校验值可能不同。".to_owned());
    }
    if kind.is_none_or(|k| k.digest() != document.issued.template) {
        notes.push("按签发时的文书模板制作。".to_owned());
    }
    let no = ActNo(document.act);
    let void = file.as_ref().is_some_and(|file| file.case.is_void(no));
    let chip = file.as_ref().map_or(("", String::new()), |file| match file.case.served(no) {
        _ if void => ("bad", "作废".into()),
        Some(fact) => ("ok", format!("已送达 {}", fact.day())),
        None if file.act(no).is_some_and(|a| a.recorded.act.kind() == ActKind::OnSpotPenalty) => {
            ("ok", "当场交付".into())
        }
        None if file.act(no).is_some_and(|a| ActKind::Served.subject_kinds().contains(&a.recorded.act.kind())) => {
            ("warn", "待送达".into())
        }
        // What stays in the file is served on nobody.
        None => ("", String::new()),
    });
    let directory = app.directory().await?;
    let name = |person: u32| directory.name(person).unwrap_or("（不详）").to_owned();
    let scans: Vec<ScanRow> = scans.into_iter().map(|scan| scan_row(scan, &name)).collect();
    let may_scan = who.acts(&row.organ, &row.unit).is_ok();
    html(&DocumentPage {
        sizes: sizes(kind, size),
        papers: papers(&document.issued, &title, annex.map(|annex| annex.kind.as_str()), input.as_ref()),
        query: query(size, annex.map(|annex| annex.kind.as_str()), seal.is_some() && sealed),
        seal: seal.filter(|_| !void).map(|_| sealed),
        outside: (app.casework.ports.seal.is_some(), app.casework.ports.ofd.is_some()),
        csrf: who.0.csrf.clone(),
        standing: scans.iter().filter(|scan| scan.dropped.is_none()).count(),
        scans,
        may_scan,
        code,
        title,
        number: document.number,
        day: document.day,
        case: document.case,
        case_title: row.title,
        act: document.act,
        void,
        chip,
        root: document.issued.root,
        notes,
        missing: match (&document.input, &engine) {
            (None, _) => Some(NO_INPUT),
            (_, None) => Some(NO_ENGINE),
            _ => None,
        },
        shell: Shell::new(&app, &who, "/office/cases"),
    })
}

/// The title of a paper of this kind.
pub(super) fn title_of(kind: &str, input: Option<&Input>) -> String {
    match (documents::kind(kind), input) {
        (Some(kind), Some(input)) => kind.heading(input).to_owned(),
        (Some(kind), None) => kind.title.to_owned(),
        (None, _) => kind.to_owned(),
    }
}

/// The sizes of a kind; none to choose where it has one.
fn sizes(kind: Option<&documents::Kind>, chosen: Size) -> Vec<Choice> {
    let all = kind.map_or(&[][..], |kind| kind.sizes.as_slice());
    if all.len() < 2 {
        return Vec::new();
    }
    let choice =
        |size: &Size| Choice { value: size.code().into(), label: size.label().into(), chosen: *size == chosen };
    all.iter().map(choice).collect()
}

/// The paper and its annexes; none to choose where it has none.
fn papers(issued: &Issued, title: &str, chosen: Option<&str>, input: Option<&Input>) -> Vec<Choice> {
    if issued.annexes.is_empty() {
        return Vec::new();
    }
    let own = Choice { value: String::new(), label: title.to_owned(), chosen: chosen.is_none() };
    let annexes = issued.annexes.iter().map(|annex| Choice {
        value: annex.kind.clone(),
        label: title_of(&annex.kind, input),
        chosen: chosen == Some(annex.kind.as_str()),
    });
    std::iter::once(own).chain(annexes).collect()
}

/// What stands behind the address of the PDF as chosen, beginning with `&`.
fn query(size: Size, annex: Option<&str>, sealed: bool) -> String {
    let size = if size == Size::A4 { String::new() } else { format!("&size={}", size.code()) };
    let paper = annex.map_or(size, |annex| format!("&annex={annex}"));
    if sealed { format!("{paper}&seal=1") } else { paper }
}

fn scan_row(scan: scans::Row, name: &impl Fn(u32) -> String) -> ScanRow {
    ScanRow {
        position: scan.position,
        short: scan.file.chars().take(12).collect(),
        // Pictures are always one page, and what is cut out of a stack is a PDF.
        picture: scan.pages == 0,
        pages: scan.pages.max(1),
        how: scan.how.label(),
        reason: scan.reason.unwrap_or_default(),
        other: scan.other.is_some(),
        by: name(scan.person),
        at: civil_minute(scan.at),
        dropped: scan.dropped.map(|(person, reason)| format!("{}：{reason}", name(person))),
        file: scan.file,
    }
}

/// Sets the document with the template it was issued with; what was lawful then is not judged again.
pub(super) fn render(
    engine: &Engine,
    evidence: &Evidence,
    kind: &str,
    template: &str,
    input: &Input,
    look: &Look,
) -> Result<Vec<u8>, Error> {
    let source = match documents::kind(kind) {
        Some(kind) if kind.digest() == template => kind.source(),
        _ => {
            String::from_utf8(evidence.get(template).map_err(evidence_error)?).map_err(|e| Error::Bug(e.to_string()))?
        }
    };
    if look.seal.is_some() && !source.contains("印章图样") {
        return Err(Error::Bad("签发时的文书模板没有印章图样的位置，请不选图样打印后盖章。".into()));
    }
    let rendered = engine.render_look(&source, input, look).map_err(|fault| Error::Bad(fault.to_string()))?;
    Ok(rendered.pdf)
}
