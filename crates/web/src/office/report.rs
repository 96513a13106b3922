//! The yearly report: every figure a link to exactly the records that make it.

pub(crate) mod edition;
pub(crate) mod template;

use std::sync::Arc;

use ::law::Day;
use ::law::money::Fen;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use office::role::Right;
use report::{Before, Block, Cell, ColumnKind, Export, Frozen, Grid, Indicator, Kind, Origin, Period, Report, Section};
use serde::Deserialize;

use super::documents::{CSV, DOCX, XLSX, percent, send};
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

const NO_ENGINE: &str = "本机没有文书字体，不能制作 PDF。请系统管理员把字体目录放到程序旁边。";

/// Rows of a page of a list.
const PAGE: i64 = 50;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    after: String,
    /// `1`: only what speaks against a claim.
    #[serde(default)]
    against: String,
    /// `xlsx` or `csv`: the list as a file; `pdf` or `docx`: the report.
    #[serde(default)]
    format: String,
}

/// `GET /office/report`: this year's.
pub(crate) async fn latest(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Report)?;
    Ok(Redirect::to(&format!("/office/report/{}", current_year(app.today()))).into_response())
}

/// The year whose report is being written: in January that of the year that is over.
fn current_year(today: Day) -> i16 {
    if today.month() == 1 { today.year() - 1 } else { today.year() }
}

fn day(text: &str, label: &str) -> Result<Option<Day>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::Bad(format!("“{label}”应写成 2024-11-21。")))
}

fn period(year: i16, from: Option<Day>, until: Day) -> Result<Period, Error> {
    let period = match from {
        Some(from) if until.year() == year => Period::of_days(from, until),
        _ => Period::of_year(year, until),
    };
    period.map_err(|e| Error::Bad(e.to_string()))
}

fn last_day(year: i16) -> Result<Day, Error> {
    Day::new(year, 12, 31).map_err(|_| Error::Bad("年度应是四位数，例如 2024。".into()))
}

/// A piece of the text: words, and where they lead.
struct Piece {
    text: String,
    href: Option<String>,
    /// It speaks against what it says: to be looked at.
    check: bool,
    /// It quotes a record: words, which may be longer than a line.
    quoted: bool,
}

enum BlockShown {
    Paragraph(Vec<Piece>),
    Table { grid: Grid, href: Option<String> },
}

struct SectionShown {
    title: String,
    blocks: Vec<BlockShown>,
}

struct FigureRow {
    title: &'static str,
    row: &'static str,
    href: String,
    value: String,
    worded: String,
    basis: &'static str,
    kind: &'static str,
    /// Where an imported number comes from.
    imported: Option<String>,
    before: Option<BeforeShown>,
}

/// The figure of the year before.
struct BeforeShown {
    worded: String,
    href: Option<String>,
    /// Where an imported number comes from.
    source: Option<String>,
}

impl BeforeShown {
    fn of(before: &Before) -> BeforeShown {
        BeforeShown {
            worded: before.worded.clone(),
            href: before.records_url.clone(),
            source: before.imported.as_ref().map(|i| i.source.clone()),
        }
    }
}

/// A frozen report in the list.
struct FrozenRow {
    number: i64,
    href: String,
    days: String,
    position: i64,
    actor: String,
    when: String,
}

struct ClaimRow {
    title: &'static str,
    href: String,
    against: String,
    worded: String,
    holds: bool,
    counterexamples: i64,
}

#[derive(Template)]
#[template(path = "office/report/report.html")]
struct ReportPage {
    shell: Shell,
    year: i16,
    years: Vec<i16>,
    from: String,
    until: String,
    bureau: String,
    /// Where the report is opened as PDF, none where there are no fonts to set it with.
    pdf: Option<String>,
    docx: String,
    template: i64,
    problems: Vec<String>,
    editions: Vec<FrozenRow>,
    may_freeze: bool,
    last_year: i16,
    sections: Vec<SectionShown>,
    figures: Vec<FigureRow>,
    claims: Vec<ClaimRow>,
    position: i64,
    root: String,
}

/// `GET /office/report/{year}`.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(year): Path<i16>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::Report)?;
    let today = app.today();
    if year > today.year() {
        return Err(Error::Bad(format!("{year} 年还没有到，没有可以报告的内容。")));
    }
    let until = match day(&asked.until, "截止日期")? {
        Some(until) => until,
        None => last_day(year)?.min(today),
    };
    let period = period(year, day(&asked.from, "起始日期")?, until)?;
    let report = report::yearly(&app.casework.ledger, period).await?;
    match asked.format.as_str() {
        "" => {}
        "pdf" => return pdf(&app, report).await,
        "docx" => {
            let bytes = crate::paper::report_docx(&report).map_err(Error::Bug)?;
            return Ok(send(bytes, DOCX, Some((&file_name(year, until, "docx"), true))));
        }
        _ => return Err(Error::Bad("报告只能另存为 pdf 或者 docx。".into())),
    }
    let frozen = app.read(move |tx| report::editions(tx, year)).await?;
    let figures = report.figures.iter().filter_map(|f| {
        let indicator = report::indicator(&f.id)?;
        Some(FigureRow {
            title: &indicator.title,
            row: &indicator.row,
            href: f.records_url.clone(),
            value: value(f.value, &f.unit),
            worded: f.worded.clone(),
            basis: indicator.basis.trim(),
            kind: kind_label(f.kind),
            imported: f.imported.as_ref().map(|i| i.source.clone()),
            before: report.before(&f.id).map(BeforeShown::of),
        })
    });
    let claims = report.claims.iter().filter_map(|c| {
        let indicator = report::indicator(&c.id)?;
        Some(ClaimRow {
            title: &indicator.title,
            href: c.records_url.clone(),
            against: with(&c.records_url, "against=1"),
            worded: c.worded.clone(),
            holds: c.holds,
            counterexamples: c.counterexamples,
        })
    });
    let here = format!("/office/report/{year}?from={}&until={until}", period.from());
    let page = ReportPage {
        year,
        years: (0..3).map(|back| today.year() - back).collect(),
        from: period.from().to_string(),
        until: until.to_string(),
        pdf: app.casework.engine.is_some().then(|| format!("{here}&format=pdf")),
        docx: format!("{here}&format=docx"),
        template: report.template,
        problems: report.problems.iter().map(ToString::to_string).collect(),
        editions: frozen.iter().rev().map(frozen_row).collect(),
        may_freeze: who.0.may(Right::Freeze) && app.signer.is_some(),
        last_year: year - 1,
        bureau: report.bureau.clone(),
        sections: sections(&report.sections, &Linked::Report(&report)),
        figures: figures.collect(),
        claims: claims.collect(),
        position: report.as_of.position,
        root: report.as_of.root.clone(),
        shell: Shell::new(&app, &who, "/office/report"),
    };
    html(&page)
}

fn file_name(year: i16, until: Day, ending: &str) -> String {
    format!("{year} 年度法治建设工作报告 截至 {until}.{ending}")
}

/// The report on paper.
async fn pdf(app: &App, report: Report) -> Page {
    let engine = app.casework.engine.clone().ok_or(Error::NotFound(NO_ENGINE))?;
    let name = file_name(report.year, report.period.until(), "pdf");
    let made = tokio::task::spawn_blocking(move || crate::paper::report_pdf(&engine, &report)).await;
    let bytes = made.map_err(|e| Error::Bug(e.to_string()))?.map_err(|fault| Error::Bug(fault.to_string()))?;
    Ok(send(bytes, "application/pdf", Some((&name, false))))
}

fn frozen_row(frozen: &Frozen) -> FrozenRow {
    let Frozen { number, actor, recorded_at, edition } = frozen;
    FrozenRow {
        number: *number,
        href: format!("/office/report/{}/edition/{number}", edition.year),
        days: format!("{} 至 {}", edition.from, edition.until),
        position: edition.position,
        actor: actor.clone(),
        when: crate::app::civil_minute(*recorded_at),
    }
}

/// What the words of a text may lead to.
enum Linked<'a> {
    /// The lists as they are now.
    Report(&'a Report),
    /// Nothing: a frozen text stands for itself.
    Nothing,
}

fn sections(sections: &[Section], linked: &Linked<'_>) -> Vec<SectionShown> {
    let link = |origin: &Origin| {
        let Linked::Report(report) = linked else { return (None, false) };
        match origin {
            Origin::Prose => (None, false),
            Origin::Figure(id) => (Some(report.period.records_url(id)), false),
            Origin::Before(id) => (report.before(id).and_then(|b| b.records_url.clone()), false),
            Origin::Claim(id) => {
                (Some(report.period.records_url(id)), report.claim(id).is_some_and(|claim| !claim.holds))
            }
            Origin::Record(register, id) => (Some(format!("/office/registers/{register}/{id}")), false),
            Origin::Case(id) => (Some(format!("/office/cases/{id}")), false),
            Origin::Ticket(id) => (Some(format!("/office/tickets/{id}")), false),
        }
    };
    let piece = |piece: &report::Piece| {
        let (href, check) = link(&piece.origin);
        let quoted = matches!(piece.origin, Origin::Record(..) | Origin::Case(_) | Origin::Ticket(_));
        Piece { text: piece.text.clone(), href, check, quoted }
    };
    let block = |block: &Block| match block {
        Block::Paragraph(pieces) => BlockShown::Paragraph(pieces.iter().map(piece).collect()),
        Block::Table(grid) => BlockShown::Table { href: link(&Origin::Figure(grid.id.clone())).0, grid: grid.clone() },
    };
    let section = |s: &Section| SectionShown { title: s.title.clone(), blocks: s.blocks.iter().map(block).collect() };
    sections.iter().map(section).collect()
}

fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Flow => "期间发生",
        Kind::Stock => "期末存量",
        Kind::Ratio => "比率",
        Kind::Claim => "论断",
    }
}

/// The number itself, grouped by thousands; a dash for a share of nothing.
pub(crate) fn value(value: Option<i64>, unit: &str) -> String {
    value.map_or_else(|| "–".into(), |v| format!("{}{unit}", grouped(v)))
}

fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An address with one more part of a query.
fn with(url: &str, part: &str) -> String {
    format!("{url}{}{part}", if url.contains('?') { '&' } else { '?' })
}

struct CellShown {
    text: String,
    href: Option<String>,
    class: &'static str,
}

struct Head {
    label: &'static str,
    right: bool,
}

#[derive(Template)]
#[template(path = "office/report/figure.html")]
struct FigurePage {
    shell: Shell,
    year: i16,
    back: String,
    title: &'static str,
    row: &'static str,
    kind: &'static str,
    value: String,
    worded: String,
    /// Where an imported number comes from: the list below is then not what it counts.
    imported: Option<String>,
    basis: &'static str,
    from: String,
    until: String,
    claim: bool,
    holds: bool,
    counterexamples: i64,
    against: bool,
    url: String,
    url_against: String,
    url_xlsx: String,
    url_csv: String,
    heads: Vec<Head>,
    rows: Vec<Vec<CellShown>>,
    first: bool,
    next: Option<String>,
}

/// `GET /office/report/{year}/{figure}`: the records behind a figure or claim.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    who: Who,
    Path((year, id)): Path<(i16, String)>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::Report)?;
    let indicator = report::indicator(&id).ok_or(Error::NotFound("没有这项指标。请从年度报告打开。"))?;
    // The address of a figure says the last day unless it is the year's.
    let until = match day(&asked.until, "截止日期")? {
        Some(until) => until,
        None => last_day(year)?,
    };
    let period = period(year, day(&asked.from, "起始日期")?, until)?;
    if !asked.format.is_empty() {
        return export(&app, indicator, period, &asked.format).await;
    }
    let (claim, against) = (indicator.kind == Kind::Claim, asked.against == "1");
    let after = asked.after.clone();
    let read = app
        .read(move |tx| {
            let figure = report::figure(tx, &indicator.id, &period)?;
            let claim =
                if claim { report::claims(tx, &period)?.into_iter().find(|c| c.id == indicator.id) } else { None };
            let after = Some(after.as_str()).filter(|a| !a.is_empty());
            let page = if claim.is_some() && against {
                report::against(tx, &indicator.id, &period, after, PAGE)?
            } else {
                report::list(tx, &indicator.id, &period, after, PAGE)?
            };
            Ok((figure, claim, page))
        })
        .await?;
    let (figure, stated, found) = read;
    let found = found.ok_or(Error::NotFound("没有这项指标。请从年度报告打开。"))?;
    let url = period.records_url(&indicator.id);
    let url_against = with(&url, "against=1");
    let own = if claim && against { &url_against } else { &url };
    let next = found.next.map(|key| with(own, &format!("after={}", percent(&key))));
    let back = with(&format!("/office/report/{year}"), &format!("from={}&until={until}", period.from()));
    html(&FigurePage {
        year,
        back,
        title: &indicator.title,
        row: &indicator.row,
        kind: kind_label(indicator.kind),
        value: figure.as_ref().map_or_else(String::new, |f| value(f.value, &f.unit)),
        imported: figure.as_ref().and_then(|f| f.imported.as_ref().map(|i| i.source.clone())),
        worded: figure.map(|f| f.worded).or_else(|| stated.as_ref().map(|c| c.worded.clone())).unwrap_or_default(),
        basis: indicator.basis.trim(),
        from: period.from().to_string(),
        until: until.to_string(),
        claim,
        holds: stated.as_ref().is_some_and(|c| c.holds),
        counterexamples: stated.map_or(0, |c| c.counterexamples),
        against,
        url_xlsx: with(&url, "format=xlsx"),
        url_csv: with(&url, "format=csv"),
        heads: indicator.columns.iter().map(|c| Head { label: &c.label, right: is_right(c.kind) }).collect(),
        rows: found.records.into_iter().map(|r| r.cells.into_iter().map(cell).collect()).collect(),
        first: asked.after.is_empty(),
        next,
        url,
        url_against,
        shell: Shell::new(&app, &who, "/office/report"),
    })
}

fn is_right(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Money | ColumnKind::Number | ColumnKind::Tenths)
}

fn cell(cell: Cell) -> CellShown {
    let (text, href, class) = match cell {
        Cell::Empty => ("–".into(), None, ""),
        Cell::Text(text) => (text, None, ""),
        Cell::Day(text) => (text, None, "nw"),
        Cell::Money(fen) => (Fen(fen).to_string(), None, "r nw"),
        Cell::Number(n) => (grouped(n), None, "r nw"),
        Cell::Flag(yes) => (if yes { "是" } else { "否" }.into(), None, ""),
        Cell::Tenths(n) if n % 10 == 0 => (grouped(n / 10), None, "r nw"),
        Cell::Tenths(n) => (format!("{}.{}", grouped(n / 10), n % 10), None, "r nw"),
        Cell::Record(register, id) => (format!("第 {id} 条"), Some(format!("/office/registers/{register}/{id}")), "nw"),
        Cell::Case(id) => (format!("第 {id} 号案"), Some(format!("/office/cases/{id}")), "nw"),
        Cell::Ticket(id) => (format!("第 {id} 号诉求"), Some(format!("/office/tickets/{id}")), "nw"),
    };
    CellShown { text, href, class }
}

async fn export(app: &App, indicator: &'static Indicator, period: Period, format: &str) -> Page {
    let (kind, ending) = match format {
        "xlsx" => (XLSX, "xlsx"),
        "csv" => (CSV, "csv"),
        _ => return Err(Error::Bad("只能导出 xlsx 或者 csv。".into())),
    };
    let made = app
        .read(move |tx| {
            Ok(match ending {
                "xlsx" => report::xlsx(tx, &indicator.id, &period),
                _ => report::csv(tx, &indicator.id, &period),
            })
        })
        .await?;
    let bytes = made.map_err(|e| match e {
        Export::Fault(fault) => Error::from(fault),
        other => Error::Bad(other.to_string()),
    })?;
    let name = format!("{} {} 至 {}.{ending}", indicator.title, period.from(), period.until());
    Ok(send(bytes, kind, Some((&name, true))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(2144), "2,144");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(value(None, "%"), "–");
    }

    #[test]
    fn an_address_gets_one_more_part() {
        assert_eq!(with("/a", "b=1"), "/a?b=1");
        assert_eq!(with("/a?b=1", "c=2"), "/a?b=1&c=2");
    }

    #[test]
    fn a_period_is_of_the_year_in_the_address() {
        let until = Day::constant(2024, 11, 21);
        assert!(period(2024, None, until).is_ok());
        assert!(period(2023, None, until).is_err());
        assert!(period(2024, Some(Day::constant(2023, 2, 1)), until).is_err());
        assert!(period(2024, Some(Day::constant(2024, 2, 1)), until).is_ok());
        assert!(day("2024-11", "截止日期").is_err());
        assert!(last_day(2024).is_ok());
    }
}
