//! The language in which a bureau writes its report: plain text with figures, claims, lists, tables and sentences chosen by value.
//!
//! `docs/report-template.md` teaches it. What is read here has been checked as a whole: every id, register and field a [`Template`] names
//! exists, so setting it can only fail with the database.

mod read;

use std::collections::BTreeSet;
use std::fmt;

use registers::{Descriptor, Lines};

use crate::Indicator;

/// The text a bureau starts with.
pub const BUILTIN: &str = include_str!("../templates/yearly.txt");

/// The longest template, bytes.
pub const TEMPLATE_MAX: usize = 200_000;

/// A template that was read without problems.
#[derive(Debug, Clone)]
pub struct Template {
    pub(crate) sections: Vec<Part>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) title: String,
    pub(crate) blocks: Vec<Block>,
}

/// A paragraph, or a table on a line of its own.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    Paragraph(Vec<Node>),
    Table(&'static Indicator, String),
}

/// A piece of a paragraph.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Words that always stand.
    Text(String),
    /// Words of the report itself.
    Word(Word),
    /// The words of a figure.
    Figure(String),
    /// The words of a claim.
    Claim(String),
    /// The words of a figure for the same days of the year before.
    Before(String),
    /// A field of the record being quoted.
    Field(String),
    /// Words chosen by a value.
    When { test: Test, then: Vec<Node>, other: Vec<Node> },
    /// Records quoted one by one.
    Each(Box<Each>),
}

/// Words of the report itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Bureau,
    Year,
    LastYear,
    From,
    Until,
}

/// What chooses between two wordings.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// A claim holds.
    Holds(String),
    /// A figure is known of the year before.
    Before(String),
    /// There is a record.
    Any(Box<Each>),
    /// A figure compared with a whole number of its unit.
    Figure { id: String, how: How, number: i64 },
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Equal,
    Different,
    More,
    Less,
    AtLeast,
    AtMost,
}

impl How {
    /// Does it hold?
    pub(crate) fn holds(self, left: i128, right: i128) -> bool {
        match self {
            How::Equal => left == right,
            How::Different => left != right,
            How::More => left > right,
            How::Less => left < right,
            How::AtLeast => left >= right,
            How::AtMost => left <= right,
        }
    }
}

/// Records quoted one by one.
#[derive(Debug, Clone)]
pub(crate) struct Each {
    pub(crate) source: Source,
    /// Field and label or code that a record must show.
    pub(crate) filters: Vec<(String, String)>,
    /// Not those of the period but those that stand on its last day.
    pub(crate) standing: bool,
    pub(crate) most: Option<usize>,
    /// None: the record's own name.
    pub(crate) body: Option<Vec<Node>>,
    pub(crate) between: Vec<Node>,
    pub(crate) none: Vec<Node>,
}

/// Where quoted records come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Indicator(&'static Indicator),
    Register(&'static Descriptor),
    /// Rows of the register's record that is being quoted.
    Lines(&'static Lines),
}

/// Something in a template that cannot be read, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the text, the first is 1.
    pub line: usize,
    /// What is wrong and what would be right, in Chinese.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行：{}", self.line, self.text)
    }
}

impl Template {
    /// Reads a template and checks everything it names.
    ///
    /// # Errors
    /// Every problem there is, in the order of the lines, so that one look mends them all.
    pub fn parse(text: &str) -> Result<Template, Vec<Problem>> {
        read::template(text)
    }

    /// What the template names: ids of figures and claims, and registers.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for block in self.sections.iter().flat_map(|s| &s.blocks) {
            match block {
                Block::Paragraph(nodes) => collect(nodes, &mut names),
                Block::Table(indicator, _) => {
                    names.insert(indicator.id.clone());
                }
            }
        }
        names
    }

    /// Whether it quotes records of registers.
    pub(crate) fn quotes(&self) -> bool {
        self.names().iter().any(|name| registers::descriptor(name).is_some())
    }
}

fn collect(nodes: &[Node], names: &mut BTreeSet<String>) {
    for node in nodes {
        match node {
            Node::Figure(id) | Node::Claim(id) | Node::Before(id) => {
                names.insert(id.clone());
            }
            Node::When { test, then, other } => {
                match test {
                    Test::Holds(id) | Test::Before(id) | Test::Figure { id, .. } => {
                        names.insert(id.clone());
                    }
                    Test::Any(each) => collect_source(each.source, names),
                }
                collect(then, names);
                collect(other, names);
            }
            Node::Each(each) => {
                collect_source(each.source, names);
                for nodes in [each.body.as_deref().unwrap_or_default(), &each.between, &each.none] {
                    collect(nodes, names);
                }
            }
            Node::Text(_) | Node::Word(_) | Node::Field(_) => {}
        }
    }
}

fn collect_source(source: Source, names: &mut BTreeSet<String>) {
    match source {
        Source::Indicator(indicator) => names.insert(indicator.id.clone()),
        Source::Register(d) => names.insert(d.name.clone()),
        Source::Lines(_) => false,
    };
}
