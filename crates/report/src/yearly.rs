//! The yearly report: its figures and claims as of a position, and its text around them.

use ledger::{Fault, Head, Ledger, Tx};
use serde::Serialize;

use crate::edit::{self, Current};
use crate::template::{BUILTIN, Problem, Template};
use crate::text::{Block, Made, Section, set};
use crate::{Before, Claim, Figure, Period, before, claims, figures};

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
    /// The figures of the same days of the year before, as far as they are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Before>,
    /// Version of the template its text was made from; 0 for the built-in one.
    pub template: i64,
    /// Its text.
    #[serde(skip)]
    pub sections: Vec<Section>,
    /// What this version of the program could not read in the bureau's template; the text is then made from the built-in one.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The name of the bureau.
    #[serde(skip)]
    pub bureau: String,
}

/// An end of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsOf {
    /// Position of the last entry.
    pub position: i64,
    /// Root of the tree over all entries up to it, hexadecimal.
    pub root: String,
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
        let template = edit::current(tx)?;
        Report::with(tx, period, head, &template)
    }

    /// Computes the report with a template that need not be the one in use: to look at it before it is saved.
    ///
    /// # Errors
    /// As [`Report::of`].
    pub fn with(tx: &mut Tx<'_>, period: &Period, head: &Head, template: &Current) -> Result<Report, Fault> {
        let (read, problems) = match template.parse() {
            Ok(read) => (read, Vec::new()),
            Err(problems) => (builtin()?, problems),
        };
        let bureau = office::read::bureau(tx)?.name;
        let (figures, claims, before) = (figures(tx, period)?, claims(tx, period)?, before(tx, period)?);
        let made = Made { bureau: &bureau, period, figures: &figures, claims: &claims, before: &before };
        let sections = set(tx, &read, &made)?;
        Ok(Report {
            year: period.year(),
            period: *period,
            as_of: AsOf { position: head.position, root: head.root.to_string() },
            figures,
            claims,
            before,
            template: template.version,
            sections,
            problems,
            bureau,
        })
    }

    /// The report as JSON, fields in a fixed order.
    ///
    /// # Errors
    /// Never in practice; serialisation of plain fields.
    pub fn json(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|e| Fault::Bug(e.to_string()))
    }

    /// The figure of this id.
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.id == id)
    }

    /// The claim of this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| c.id == id)
    }

    /// What a figure was in the year before.
    pub fn before(&self, id: &str) -> Option<&Before> {
        self.before.iter().find(|b| b.id == id)
    }

    /// The whole text, a line per heading and paragraph; the cells of a table are parted by tabs.
    pub fn text(&self) -> String {
        text(&self.sections)
    }
}

/// Sections as plain text.
pub(crate) fn text(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        if !section.title.is_empty() {
            text.push_str(&section.title);
            text.push('\n');
        }
        for block in &section.blocks {
            match block {
                Block::Paragraph(pieces) => {
                    text.extend(pieces.iter().map(|piece| piece.text.as_str()));
                    text.push('\n');
                }
                Block::Table(grid) => {
                    for row in std::iter::once(&grid.head).chain(&grid.rows) {
                        text.push_str(&row.join("\t"));
                        text.push('\n');
                    }
                }
            }
        }
    }
    text
}

fn builtin() -> Result<Template, Fault> {
    Template::parse(BUILTIN)
        .map_err(|problems| Fault::Bug(problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators;
    use crate::template::Node;

    #[test]
    fn the_built_in_template_is_read_and_names_every_indicator() {
        let template = Template::parse(BUILTIN).unwrap();
        let names = template.names();
        for indicator in indicators() {
            assert!(names.contains(&indicator.id), "{} is in no sentence", indicator.id);
        }
    }

    #[test]
    fn no_number_is_typed_into_the_template() {
        fn look(nodes: &[Node]) {
            for node in nodes {
                match node {
                    Node::Text(text) => {
                        // Names of hotlines and of plans stand in quotation marks or 《》; any other digit would be a figure nobody computed.
                        let bare: String = text.split(['“', '”', '《', '》']).step_by(2).collect();
                        assert!(!bare.contains(|c: char| c.is_ascii_digit()), "{text}");
                    }
                    Node::When { then, other, .. } => {
                        look(then);
                        look(other);
                    }
                    Node::Each(each) => {
                        look(each.body.as_deref().unwrap_or_default());
                        look(&each.between);
                        look(&each.none);
                    }
                    _ => {}
                }
            }
        }
        for block in Template::parse(BUILTIN).unwrap().sections.iter().flat_map(|s| &s.blocks) {
            if let crate::template::Block::Paragraph(nodes) = block {
                look(nodes);
            }
        }
    }
}
