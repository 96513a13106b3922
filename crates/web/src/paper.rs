//! The yearly report as one HTML file that needs nothing else: for `xiezhi report --format html`.

use askama::Template;
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
