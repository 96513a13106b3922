//! The yearly report as one file that needs nothing else, HTML or PDF: for `xiezhi report` and the link on its page.

use askama::Template;
use documents::{Engine, ReportFigure, ReportPaper, ReportSection};
use report::{Part, Report};

struct Piece<'a> {
    text: &'a str,
    figure: bool,
}

struct Section<'a> {
    title: &'a str,
    paragraphs: Vec<Vec<Piece<'a>>>,
}

#[derive(Template)]
#[template(path = "paper.html")]
struct Paper<'a> {
    report: &'a Report,
    from: String,
    until: String,
    sections: Vec<Section<'a>>,
}

/// Draws the report.
///
/// # Errors
/// The template fails, which a test would have shown.
pub fn report_html(report: &Report) -> Result<String, askama::Error> {
    let sections = report.sections();
    let drawn = sections
        .iter()
        .map(|s| Section {
            title: &s.title,
            paragraphs: s
                .paragraphs
                .iter()
                .map(|p| {
                    p.iter()
                        .map(|part| Piece { text: report.worded(part), figure: !matches!(part, Part::Text(_)) })
                        .collect()
                })
                .collect(),
        })
        .collect();
    Paper { report, from: report.period.from().to_string(), until: report.period.until().to_string(), sections: drawn }
        .render()
}

/// Sets the report of a bureau in the layout of official papers, PDF/A-2b. The same report and fonts give the same bytes.
///
/// # Errors
/// The typesetter fails; in Chinese.
pub fn report_pdf(engine: &Engine, report: &Report, bureau: &str) -> Result<Vec<u8>, documents::Fault> {
    let words = |paragraph: &Vec<Part>| paragraph.iter().map(|part| report.worded(part)).collect();
    let section =
        |s: report::Section| ReportSection { title: s.title, paragraphs: s.paragraphs.iter().map(words).collect() };
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
        sections: report.sections().into_iter().map(section).collect(),
        figures: report.figures.iter().map(figure).collect(),
        position: report.as_of.position,
        root: report.as_of.root.clone(),
    };
    Ok(engine.render_report(&paper)?.pdf)
}
