//! The yearly report as one file that needs nothing else, HTML or PDF: for `xiezhi report` and the link on its page.

use askama::Template;
use documents::{Engine, ReportBlock, ReportFigure, ReportPaper, ReportSection, ReportTable};
use report::{Block, Grid, Origin, Piece, Report};

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

/// Sets the report of a bureau in the layout of official papers, PDF/A-2b. The same report and fonts give the same bytes.
///
/// # Errors
/// The typesetter fails; in Chinese.
pub fn report_pdf(engine: &Engine, report: &Report, bureau: &str) -> Result<Vec<u8>, documents::Fault> {
    let block = |block: &Block| match block {
        Block::Paragraph(pieces) => ReportBlock::Words(pieces.iter().map(|piece| piece.text.as_str()).collect()),
        Block::Table(Grid { title, head, rows, .. }) => {
            ReportBlock::Table(ReportTable { title: title.clone(), head: head.clone(), rows: rows.clone() })
        }
    };
    let section =
        |s: &report::Section| ReportSection { title: s.title.clone(), blocks: s.blocks.iter().map(block).collect() };
    let figure = |f: &report::Figure| ReportFigure {
        title: f.title.clone(),
        value: crate::office::report::value(f.value, &f.unit),
        worded: f.worded.clone(),
    };
    let paper = ReportPaper {
        bureau: bureau.to_owned(),
        title: format!("{}年度法治建设工作报告", report.year),
        from: report.period.from().to_string(),
        until: report.period.until().to_string(),
        sections: report.sections.iter().map(section).collect(),
        figures: report.figures.iter().map(figure).collect(),
        position: report.as_of.position,
        root: report.as_of.root.clone(),
    };
    Ok(engine.render_report(&paper)?.pdf)
}
