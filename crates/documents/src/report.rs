//! The yearly report on paper: its words come computed, the layout is that of the documents.

use serde::Serialize;

/// The template with the parts it shares with the documents. A report is verified by the position and root at its end, so its
/// first page carries no code.
pub(crate) const SOURCE: &str = concat!(
    include_str!("../parts/base.typ"),
    "#let verification() = []\n",
    include_str!("../parts/page.typ"),
    include_str!("../parts/report.typ"),
);

/// A report as it is printed. Every number stands in it as the words that were computed for it; days are `2024-11-21`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportPaper {
    /// Who reports: the name in the red head.
    pub bureau: String,
    /// Title.
    pub title: String,
    /// First day counted.
    pub from: String,
    /// Last day counted; also the creation date of the PDF.
    pub until: String,
    /// The text.
    pub sections: Vec<ReportSection>,
    /// The table of figures after the text.
    pub figures: Vec<ReportFigure>,
    /// Position of the journal it was computed at.
    pub position: i64,
    /// Root of the journal at that position, hexadecimal.
    pub root: String,
}

/// A section of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportSection {
    /// Heading with its number, `四、规范执法办案`; the words before the first heading have none.
    pub title: String,
    /// What stands under it.
    pub blocks: Vec<ReportBlock>,
}

/// A paragraph or a table of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportBlock {
    /// A paragraph.
    Words(String),
    /// A table.
    Table(ReportTable),
}

/// A table within the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportTable {
    /// What is counted.
    pub title: String,
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows, each as long as the heads; the first cell names, the others are numbers.
    pub rows: Vec<Vec<String>>,
}

/// A row of the table of figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportFigure {
    /// What is counted.
    pub title: String,
    /// The exact number with its unit, a dash for a share of nothing.
    pub value: String,
    /// As the report says it.
    pub worded: String,
}

impl ReportPaper {
    /// What the template reads. The layout it shares with the documents asks for an organ and a number.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        let mut value = serde_json::to_value(self)?;
        value["organ"] = serde_json::json!({ "name": self.bureau });
        value["number"] = serde_json::json!("");
        serde_json::to_string(&value)
    }
}
