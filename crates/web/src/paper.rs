//! The yearly report as one file that needs nothing else, HTML or PDF: for `xiezhi report` and the link on its page.

use askama::Template;
use documents::{Engine, ReportBlock, ReportFigure, ReportPaper, ReportSection, ReportTable};
use report::{Block, Edition, Grid, Origin, Piece, Report};

#[derive(Template)]
#[template(path = "paper.html")]
struct Paper<'a> {
    report: &'a Report,
    from: String,
    until: String,
}

impl Paper<'_> {
    /// Words that were computed or quoted stand out.
    fn is_live(piece: &Piece) -> bool {
        piece.origin != Origin::Prose
    }
}

/// Draws the report.
///
/// # Errors
/// The template fails, which a test would have shown.
pub fn report_html(report: &Report) -> Result<String, askama::Error> {
    Paper { report, from: report.period.from().to_string(), until: report.period.until().to_string() }.render()
}

/// Sets the report in the layout of official papers, PDF/A-2b. The same report and fonts give the same bytes.
///
/// # Errors
/// The typesetter fails; in Chinese.
pub fn report_pdf(engine: &Engine, report: &Report) -> Result<Vec<u8>, documents::Fault> {
    Ok(engine.render_report(&paper(report))?.pdf)
}

/// The report as a Word document. The same report gives the same bytes.
///
/// # Errors
/// The archive cannot be written.
pub fn report_docx(report: &Report) -> Result<Vec<u8>, String> {
    documents::report_docx(&paper(report))
}

/// A frozen report on paper: its own words and numbers, whatever is computed today.
///
/// # Errors
/// The typesetter fails; in Chinese.
pub fn edition_pdf(engine: &Engine, edition: &Edition) -> Result<Vec<u8>, documents::Fault> {
    Ok(engine.render_report(&edition_paper(edition))?.pdf)
}

/// A frozen report as a Word document.
///
/// # Errors
/// The archive cannot be written.
pub fn edition_docx(edition: &Edition) -> Result<Vec<u8>, String> {
    documents::report_docx(&edition_paper(edition))
}

fn paper(report: &Report) -> ReportPaper {
    let figure = |f: &report::Figure| ReportFigure {
        title: f.title.clone(),
        value: crate::office::report::value(f.value, &f.unit),
        worded: said(&f.worded, f.imported.is_some()),
    };
    ReportPaper {
        bureau: report.bureau.clone(),
        title: title(report.year),
        from: report.period.from().to_string(),
        until: report.period.until().to_string(),
        sections: sections(&report.sections),
        figures: report.figures.iter().map(figure).collect(),
        position: report.as_of.position,
        root: report.as_of.root.clone(),
    }
}

fn edition_paper(edition: &Edition) -> ReportPaper {
    let figures = edition.titled().map(|(f, indicator)| ReportFigure {
        title: indicator.title.clone(),
        value: crate::office::report::value(f.value, &f.unit),
        worded: said(&f.worded, f.imported.is_some()),
    });
    ReportPaper {
        bureau: edition.bureau.clone(),
        title: title(edition.year),
        from: edition.from.to_string(),
        until: edition.until.to_string(),
        sections: sections(&edition.text),
        figures: figures.collect(),
        position: edition.position,
        root: edition.root.clone(),
    }
}

fn title(year: i16) -> String {
    format!("{year}年度法治建设工作报告")
}

fn sections(sections: &[report::Section]) -> Vec<ReportSection> {
    let block = |block: &Block| match block {
        Block::Paragraph(pieces) => ReportBlock::Words(pieces.iter().map(|piece| piece.text.as_str()).collect()),
        Block::Table(Grid { title, head, rows, .. }) => {
            ReportBlock::Table(ReportTable { title: title.clone(), head: head.clone(), rows: rows.clone() })
        }
    };
    let section =
        |s: &report::Section| ReportSection { title: s.title.clone(), blocks: s.blocks.iter().map(block).collect() };
    sections.iter().map(section).collect()
}

/// The words of a figure in the table of figures; a total without a list is marked on paper as on the page.
fn said(worded: &str, imported: bool) -> String {
    if imported { format!("{worded}（导入，没有清单）") } else { worded.to_owned() }
}
