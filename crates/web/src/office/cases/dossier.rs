//! The whole case file: its index, and taking it away as one PDF or as a signed package.

use std::io::{self, Write};
use std::sync::Arc;

use ::law::acts::Kind;
use askama::Template;
use axum::extract::{Path, Query, State};
use dossier::{Contents, Export, Form, Set, Signer, Variant};
use office::role::Right;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::form::Upload;
use crate::office::documents::send;
use crate::session::Who;
use crate::shell::Shell;

/// Files set at a time: each takes a core for a second or two, and the memory of its pictures.
static SETTING: Semaphore = Semaphore::const_new(2);
/// Files waiting for their turn at most; more are asked to come back.
static WAITING: Semaphore = Semaphore::const_new(8);
/// Bytes of a package handed out over the web; larger ones are written on the server.
const BYTES_MAX: usize = 400 * 1024 * 1024;
/// Exports shown.
const SHOWN: u32 = 20;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Code of the variant.
    #[serde(default)]
    scope: String,
    /// `1`: set the file and show the pages.
    #[serde(default)]
    pages: String,
}

struct Row {
    number: usize,
    title: String,
    document: String,
    maker: String,
    day: String,
    pages: String,
    /// Number of the act, to find it on the case's page.
    act: u32,
    inner: bool,
}

struct Class {
    label: String,
    rows: Vec<Row>,
}

struct Taken {
    when: String,
    who: String,
    what: String,
    short: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "office/cases/dossier.html")]
struct DossierPage {
    shell: Shell,
    id: i64,
    title: String,
    scopes: Vec<(&'static str, &'static str, bool)>,
    variant: &'static str,
    about: &'static str,
    count: usize,
    pages: Option<usize>,
    classes: Vec<Class>,
    sealed: usize,
    may: bool,
    /// Why it cannot be set here.
    missing: Option<&'static str>,
    /// Packages can be signed here.
    signs: bool,
    taken: Vec<Taken>,
}

/// `GET /office/cases/{case}/dossier`.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(case): Path<i64>,
    Query(asked): Query<Asked>,
) -> Page {
    let variant = Variant::parse(&asked.scope).unwrap_or(Variant::Whole);
    let contents = read(&app, &who, case, variant).await?;
    let exports = app.read(move |tx| dossier::exports(tx, case, SHOWN)).await?;
    let set = match asked.pages.as_str() {
        "1" => Some(set(&app, &contents).await?),
        _ => None,
    };
    let file = &contents.file;
    let mut classes: Vec<Class> = Vec::new();
    let organ = file.directory.organ(&file.row.organ).map(|organ| organ.name.clone()).unwrap_or_default();
    let parts = contents.parts();
    for (part, number) in parts.iter().zip(1..) {
        let label = format!("{}、{}", part.class.number(), part.class.label());
        if classes.last().is_none_or(|class| class.label != label) {
            classes.push(Class { label, rows: Vec::new() });
        }
        let recorded = &part.act.recorded;
        let row = set.as_ref().and_then(|set| set.index.get(number - 1));
        let kind = part.act.document.as_ref().and_then(|issued| documents::kind(&issued.kind));
        let title = kind.map_or_else(|| recorded.act.kind().label(), |kind| kind.title).to_owned();
        let void = if part.void { "（已作废）" } else { "" };
        if let Some(class) = classes.last_mut() {
            class.rows.push(Row {
                number,
                title: row.map_or_else(|| format!("{title}{void}"), |row| row.title.clone()),
                document: recorded.allocated.number.clone().unwrap_or_default(),
                maker: row.map_or_else(|| organ.clone(), |row| row.maker.clone()),
                day: recorded.happened.to_string(),
                pages: row.map_or_else(String::new, |row| match row.pages {
                    (first, last) if first == last => first.to_string(),
                    (first, last) => format!("{first}–{last}"),
                }),
                act: recorded.no.0,
                inner: part.inner,
            });
        }
    }
    let taken = exports.into_iter().map(|(at, actor, export)| Taken {
        when: civil_minute(at),
        who: actor,
        what: format!("{}，{}", export.variant_label(), export.form.label()),
        short: export.sha256.chars().take(12).collect(),
        digest: export.sha256,
    });
    html(&DossierPage {
        id: case,
        title: file.row.title.clone(),
        scopes: Variant::ALL
            .into_iter()
            // A court is only given what it was asked to enforce.
            .filter(|one| *one != Variant::Court || *one == variant || file.last(Kind::CourtApplied).is_some())
            .map(|one| (one.code(), one.label(), one == variant))
            .collect(),
        variant: variant.code(),
        about: match variant {
            Variant::Whole => "全卷含副卷（线索、内部报告和意见），内部使用。",
            Variant::Inspection => {
                "正卷供当事人、代理人、复议机关和法院查阅；不含线索、调查终结报告、复核、审核和讨论。"
            }
            Variant::Court => {
                "强制法第五十五条要求的材料：申请书，决定书及事实、理由和依据，当事人的意见和催告情况，申请执行的标的情况。"
            }
        },
        count: parts.len(),
        pages: set.as_ref().map(|set| set.pages),
        sealed: file.acts.len() - parts.len(),
        classes,
        may: who.0.may(Right::Act),
        missing: app.casework.engine.is_none().then_some(NO_ENGINE),
        signs: app.signer.is_some(),
        taken: taken.collect(),
        shell: Shell::new(&app, &who, "/office/cases"),
    })
}

const NO_ENGINE: &str = "本机没有文书字体，不能在这里制作案卷。请系统管理员把字体目录放到程序旁边。";

/// `POST /office/cases/{case}/dossier`: makes the file, records who takes it away, and hands it out.
pub(crate) async fn export(State(app): State<Arc<App>>, who: Who, Path(case): Path<i64>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    // Documents name the party in full: whoever may not act in cases reads them here, one by one, and takes none away.
    who.need(Right::Act)?;
    let wrong = || Error::Bad("请从案卷页面选择范围和形式。".into());
    let variant = form.fields.get("scope").and_then(Variant::parse).ok_or_else(wrong)?;
    let contents = read(&app, &who, case, variant).await?;
    let number = contents.file.row.number.clone();
    let (form, bytes) = match form.fields.get("form") {
        Some("pdf") => (Form::Pdf, set(&app, &contents).await?.pdf),
        Some("package") => (Form::Package, package(&app, case, variant).await?),
        _ => return Err(wrong()),
    };
    let made = evidence::digests(&bytes);
    let export = Export { case, variant: variant.code().into(), form, sha256: made.id, bytes: made.bytes };
    dossier::record(&app.casework.ledger, &who.0.login, app.today(), export).await?;
    let (kind, ending) = match form {
        Form::Pdf => ("application/pdf", "pdf"),
        Form::Package => ("application/zip", "zip"),
    };
    let name = format!("案卷 {} {number} {}.{ending}", case, variant.label());
    Ok(send(bytes, kind, Some((&name, true))))
}

/// The case, for somebody who may see it.
async fn read(app: &Arc<App>, who: &Who, case: i64, variant: Variant) -> Result<Arc<Contents>, Error> {
    who.need(Right::ReadUnit)?;
    let (own, today) = (app.casework.clone(), app.today());
    let found = app.read(move |tx| Contents::read(&own, tx, case, variant, today)).await?;
    let contents = found.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&contents.file.row.unit)?;
    Ok(Arc::new(contents))
}

/// Sets a file on a thread of its own, few at a time, outside any transaction.
async fn set(app: &Arc<App>, contents: &Arc<Contents>) -> Result<Set, Error> {
    let (own, contents) = (app.casework.clone(), contents.clone());
    aside(move || contents.volume(&own)).await
}

async fn package(app: &Arc<App>, case: i64, variant: Variant) -> Result<Vec<u8>, Error> {
    let (key, origin) =
        app.signer.clone().ok_or(Error::NotFound("本站没有签名的密钥，请在服务器上用命令导出数据包。"))?;
    let own = app.casework.clone();
    let prepared = dossier::prepare(&own, Signer { key, origin }, case, variant, app.today()).await.map_err(said)?;
    aside(move || {
        let set = prepared.contents().volume(&own)?;
        prepared.write(&own.evidence, &set, Bounded(Vec::new())).map(|bounded| bounded.0)
    })
    .await
}

async fn aside<T: Send + 'static>(f: impl FnOnce() -> Result<T, dossier::Error> + Send + 'static) -> Result<T, Error> {
    let _place = WAITING.try_acquire().map_err(|_| Error::TooMany)?;
    let turn = SETTING.acquire().await.map_err(|e| Error::Bug(e.to_string()))?;
    let done = tokio::task::spawn_blocking(move || {
        // The turn lasts as long as the work, also when nobody waits for it any more.
        let _turn = turn;
        f()
    });
    done.await.map_err(|e| Error::Bug(e.to_string()))?.map_err(said)
}

fn said(error: dossier::Error) -> Error {
    match error {
        dossier::Error::NoCase => Error::NotFound("没有这个案件。"),
        dossier::Error::NoFonts => Error::NotFound(NO_ENGINE),
        dossier::Error::Ledger(fault) => fault.into(),
        dossier::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Error::Bad(
            "数据包超过 400 MB，不能从网页下载。请系统管理员在服务器上用 xiezhi export dossier 导出。".into(),
        ),
        dossier::Error::Io(error) => Error::Bug(error.to_string()),
        other => {
            tracing::error!("a case file cannot be exported: {other:?}");
            Error::Bad(other.to_string())
        }
    }
}

/// Memory that ends somewhere.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
