//! The yearly report: its figures and claims as of a position, and its text around them.

use ledger::{Fault, Head, Ledger, Tx};
use serde::Serialize;

use crate::{Claim, Figure, Period, claims, figures};

/// `# title`, then paragraphs parted by empty lines, with `{figure:id}` and `{claim:id}` where the computed words stand.
const TEMPLATE: &str = include_str!("../templates/yearly.txt");

/// How often [`yearly`] looks again when acts keep arriving between its two reads.
const ATTEMPTS: u32 = 50;

/// A report: a function of the period and of the journal up to a position, with the same bytes whenever it is computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The year.
    pub year: i16,
    /// The days it covers.
    pub period: Period,
    /// The journal it was computed from.
    pub as_of: AsOf,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Its claims.
    pub claims: Vec<Claim>,
}

/// An end of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsOf {
    /// Position of the last entry.
    pub position: i64,
    /// Root of the tree over all entries up to it, hexadecimal.
    pub root: String,
}

/// A section of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its paragraphs, in parts.
    pub paragraphs: Vec<Vec<Part>>,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text of the template.
    Text(String),
    /// The words of this figure, to be linked to its records.
    Figure(String),
    /// The words of this claim, to be linked to its records.
    Claim(String),
}

/// Computes the report at the end of the journal.
///
/// # Errors
/// The database fails; [`Fault::Unavailable`] where acts arrive faster than the figures are computed: ask again, or compute it on
/// [`Ledger::past`].
pub async fn yearly(ledger: &Ledger, period: Period) -> Result<Report, Fault> {
    for _ in 0..ATTEMPTS {
        let head = ledger.head().await?;
        match ledger.read(move |tx| Report::of(tx, &period, &head)).await {
            Err(Fault::Conflict { .. }) => {}
            done => return done,
        }
    }
    Err(Fault::Unavailable("the journal moved on at every attempt to compute a report".into()))
}

impl Report {
    /// Computes the report in this transaction, whose journal must end at `head`: root and figures are of one position.
    ///
    /// # Errors
    /// [`Fault::Conflict`] where the journal has moved on since `head` was read; the database fails.
    pub fn of(tx: &mut Tx<'_>, period: &Period, head: &Head) -> Result<Report, Fault> {
        let position = tx.position()?;
        if position != head.position {
            return Err(Fault::Conflict { stream: "journal".into(), version: position });
        }
        Ok(Report {
            year: period.year(),
            period: *period,
            as_of: AsOf { position: head.position, root: head.root.to_string() },
            figures: figures(tx, period)?,
            claims: claims(tx, period)?,
        })
    }

    /// The report as JSON, fields in a fixed order.
    ///
    /// # Errors
    /// Never in practice; serialisation of plain fields.
    pub fn json(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|e| Fault::Bug(e.to_string()))
    }

    /// The sections of the text. Every id named in them is a figure or claim of every report.
    pub fn sections(&self) -> Vec<Section> {
        sections(TEMPLATE)
    }

    /// The figure of this id.
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.id == id)
    }

    /// The claim of this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| c.id == id)
    }

    /// The words of a part.
    pub fn worded<'a>(&'a self, part: &'a Part) -> &'a str {
        match part {
            Part::Text(text) => text,
            Part::Figure(id) => self.figure(id).map_or("（没有这项数据）", |f| &f.worded),
            Part::Claim(id) => self.claim(id).map_or("（没有这项数据）", |c| &c.worded),
        }
    }

    /// The whole text, a line per heading and paragraph.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for section in self.sections() {
            text.push_str(&section.title);
            text.push('\n');
            for paragraph in &section.paragraphs {
                text.extend(paragraph.iter().map(|part| self.worded(part)));
                text.push('\n');
            }
        }
        text
    }
}

fn sections(template: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open = false;
    for line in template.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix("# ") {
            sections.push(Section { title: title.to_owned(), paragraphs: Vec::new() });
            open = false;
        } else if line.is_empty() {
            open = false;
        } else if let Some(section) = sections.last_mut() {
            // Lines of one paragraph are joined without a space, as Chinese is set.
            match section.paragraphs.last_mut().filter(|_| open) {
                Some(paragraph) => paragraph.extend(parts(line)),
                None => section.paragraphs.push(parts(line)),
            }
            open = true;
        }
    }
    sections
}

fn parts(mut line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some((before, rest)) = line.split_once('{') {
        let Some((name, after)) = rest.split_once('}') else { break };
        let part = match name.split_once(':') {
            Some(("figure", id)) => Part::Figure(id.to_owned()),
            Some(("claim", id)) => Part::Claim(id.to_owned()),
            _ => Part::Text(format!("{{{name}}}")),
        };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(part);
        line = after;
    }
    if !line.is_empty() {
        parts.push(Part::Text(line.to_owned()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, indicators};

    #[test]
    fn the_template_names_every_indicator_once_and_nothing_else() {
        let mut named = Vec::new();
        for section in sections(TEMPLATE) {
            assert!(!section.paragraphs.is_empty(), "{}", section.title);
            for part in section.paragraphs.into_iter().flatten() {
                match part {
                    Part::Text(text) => assert!(!text.contains(['{', '}']), "{text}"),
                    Part::Figure(id) => named.push((id, false)),
                    Part::Claim(id) => named.push((id, true)),
                }
            }
        }
        named.sort();
        let mut there: Vec<_> = indicators().iter().map(|i| (i.id.clone(), i.kind == Kind::Claim)).collect();
        there.sort();
        assert_eq!(named, there);
    }

    #[test]
    fn no_number_is_typed_into_the_template() {
        for section in sections(TEMPLATE) {
            for part in section.paragraphs.into_iter().flatten() {
                if let Part::Text(text) = part {
                    // Names of hotlines stand in quotation marks; any other digit would be a figure nobody computed.
                    let bare: String = text.split(['“', '”']).step_by(2).collect();
                    assert!(!bare.contains(|c: char| c.is_ascii_digit()), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_paragraph_is_read_in_parts() {
        let read = sections("# 一\n甲{figure:a.b}，\n{claim:c}。\n\n乙\n# 二\n丙{");
        assert_eq!(read[0].paragraphs.len(), 2);
        assert_eq!(
            read[0].paragraphs[0],
            [
                Part::Text("甲".into()),
                Part::Figure("a.b".into()),
                Part::Text("，".into()),
                Part::Claim("c".into()),
                Part::Text("。".into())
            ]
        );
        assert_eq!(read[1].paragraphs, [[Part::Text("丙{".into())]]);
    }
}
