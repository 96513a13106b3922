//! The report's text: a template set with the figures, claims and records of a period.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::Day;
use ledger::{Fault, Tx};
use registers::{Descriptor, Field, Names, State, Type, Value};
use serde::{Deserialize, Serialize};

use crate::figure::{self, Cell};
use crate::template::{Block as Draft, Each, Node, Source, Template, Test, Word};
use crate::{Before, Claim, Figure, Indicator, Period, indicator};

/// Records quoted at most; where there are more, the words say so.
pub(crate) const QUOTED_MAX: usize = 100;
/// Records of a register looked at for quotations.
const READ_MAX: usize = 1000;

/// Pages of a list gone through for what a filter lets through.
const PAGES_MAX: usize = 500;
/// Rows of a table at most, the last of them for all the others.
pub(crate) const GROUPS_MAX: usize = 60;

/// A section of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What stands under it, in order.
    pub blocks: Vec<Block>,
}

/// A paragraph or a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Words.
    Paragraph(Vec<Piece>),
    /// A list counted by one of its columns.
    Table(Grid),
}

/// Some words and where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Where they come from.
    pub origin: Origin,
}

/// Where words of the report come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The template.
    Prose,
    /// This figure.
    Figure(String),
    /// This claim.
    Claim(String),
    /// This figure, of the year before.
    Before(String),
    /// This record of this register.
    Record(String, i64),
    /// This case.
    Case(i64),
    /// This ticket.
    Ticket(i64),
}

/// A list counted by one of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// The indicator whose list is counted.
    pub id: String,
    /// What is counted.
    pub title: String,
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows; the first cell names the group, the others are numbers in words.
    pub rows: Vec<Vec<String>>,
}

/// What the text is made of.
pub(crate) struct Made<'a> {
    pub(crate) bureau: &'a str,
    pub(crate) period: &'a Period,
    pub(crate) figures: &'a [Figure],
    pub(crate) claims: &'a [Claim],
    pub(crate) before: &'a [Before],
}

/// Sets a template.
///
/// # Errors
/// The database fails.
pub(crate) fn set(tx: &mut Tx<'_>, template: &Template, made: &Made<'_>) -> Result<Vec<Section>, Fault> {
    let names = if template.quotes() { Names::read(tx, registers::builtin())? } else { Names::default() };
    let mut setter = Setter { tx, made, names };
    let mut sections = Vec::new();
    for part in &template.sections {
        let mut blocks = Vec::new();
        for block in &part.blocks {
            match block {
                Draft::Paragraph(nodes) => {
                    let mut pieces = Vec::new();
                    setter.nodes(nodes, None, &mut pieces)?;
                    let pieces = joined(pieces);
                    if !pieces.is_empty() {
                        blocks.push(Block::Paragraph(pieces));
                    }
                }
                Draft::Table(indicator, column) => {
                    blocks.push(Block::Table(grid(setter.tx, indicator, column, made.period)?));
                }
            }
        }
        sections.push(Section { title: part.title.clone(), blocks });
    }
    Ok(sections)
}

/// Without empty pieces, neighbours of the template in one.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces.into_iter().filter(|p| !p.text.is_empty()) {
        match joined.last_mut() {
            Some(last) if last.origin == Origin::Prose && piece.origin == Origin::Prose => {
                last.text.push_str(&piece.text);
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// The record being quoted.
#[derive(Clone, Copy)]
struct Scope<'a> {
    words: &'a BTreeMap<String, String>,
    origin: &'a Origin,
    /// Its register and state, where it is a record that has rows.
    whole: Option<(&'static Descriptor, &'a State)>,
}

struct Item {
    words: BTreeMap<String, String>,
    /// What the record is called.
    title: String,
    origin: Origin,
    whole: Option<(&'static Descriptor, State)>,
}

struct Setter<'a, 't> {
    tx: &'a mut Tx<'t>,
    made: &'a Made<'a>,
    names: Names,
}

impl Setter<'_, '_> {
    fn nodes(&mut self, nodes: &[Node], scope: Option<Scope<'_>>, out: &mut Vec<Piece>) -> Result<(), Fault> {
        for node in nodes {
            match node {
                Node::Text(text) => out.push(prose(text)),
                Node::Word(word) => out.push(prose(&self.word(*word))),
                Node::Figure(id) => {
                    let words = self.figure(id).map_or(MISSING, |f| f.worded.as_str());
                    out.push(Piece { text: words.into(), origin: Origin::Figure(id.clone()) });
                }
                Node::Claim(id) => {
                    let claim = self.made.claims.iter().find(|c| c.id == *id);
                    let words = claim.map_or(MISSING, |c| c.worded.as_str());
                    out.push(Piece { text: words.into(), origin: Origin::Claim(id.clone()) });
                }
                Node::Before(id) => {
                    let before = self.made.before.iter().find(|b| b.id == *id);
                    let words = before.map_or("（没有上年数据）", |b| b.worded.as_str());
                    out.push(Piece { text: words.into(), origin: Origin::Before(id.clone()) });
                }
                Node::Field(name) => {
                    if let Some(scope) = scope {
                        let text = scope.words.get(name).cloned().unwrap_or_default();
                        out.push(Piece { text, origin: scope.origin.clone() });
                    }
                }
                Node::When { test, then, other } => {
                    let chosen = if self.holds(test, scope)? { then } else { other };
                    self.nodes(chosen, scope, out)?;
                }
                Node::Each(each) => self.each(each, scope, out)?,
            }
        }
        Ok(())
    }

    fn figure(&self, id: &str) -> Option<&Figure> {
        self.made.figures.iter().find(|f| f.id == id)
    }

    fn word(&self, word: Word) -> String {
        let period = self.made.period;
        match word {
            Word::Bureau => self.made.bureau.to_owned(),
            Word::Year => period.year().to_string(),
            Word::LastYear => (period.year() - 1).to_string(),
            Word::From => day(period.from(), 0),
            Word::Until => day(period.until(), 0),
        }
    }

    fn holds(&mut self, test: &Test, scope: Option<Scope<'_>>) -> Result<bool, Fault> {
        let year = self.made.period.year();
        Ok(match test {
            Test::Holds(id) => self.made.claims.iter().any(|c| c.id == *id && c.holds),
            Test::Before(id) => self.made.before.iter().any(|b| b.id == *id && b.value.is_some()),
            Test::Any(each) => self.items(each, scope)?.iter().any(|item| fits(each, item, year)),
            Test::Figure { id, how, number } => {
                let Some((value, unit)) = self.figure(id).and_then(|f| Some((f.value?, &f.unit))) else {
                    return Ok(false);
                };
                // A figure that is no whole number of its unit stands in the next smaller one.
                let scale = match indicator(id) {
                    Some(i) if i.is_money() && unit == "分" => 100,
                    Some(i) if i.is_tenths() && unit.starts_with("0.1") => 10,
                    _ => 1,
                };
                how.holds(i128::from(value), i128::from(*number) * scale)
            }
        })
    }

    fn each(&mut self, each: &Each, scope: Option<Scope<'_>>, out: &mut Vec<Piece>) -> Result<(), Fault> {
        let (most, year) = (each.most.unwrap_or(QUOTED_MAX), self.made.period.year());
        let items = self.items(each, scope)?;
        // The same words are not said twice: a topic studied at three meetings is one topic.
        let mut said = BTreeSet::new();
        let mut more = false;
        for item in items.iter().filter(|item| fits(each, item, year)) {
            let mut pieces = Vec::new();
            match &each.body {
                None => pieces.push(Piece { text: item.title.clone(), origin: item.origin.clone() }),
                Some(body) => {
                    let whole = item.whole.as_ref().map(|(d, state)| (*d, state));
                    let scope = Scope { words: &item.words, origin: &item.origin, whole };
                    self.nodes(body, Some(scope), &mut pieces)?;
                }
            }
            let text: String = pieces.iter().map(|p| p.text.as_str()).collect();
            if text.is_empty() || !said.insert(text) {
                continue;
            }
            if said.len() > most {
                more = true;
                break;
            }
            if said.len() > 1 {
                self.nodes(&each.between, scope, out)?;
            }
            out.append(&mut pieces);
        }
        if said.is_empty() {
            self.nodes(&each.none, scope, out)?;
        } else if more {
            out.push(prose("等"));
        }
        Ok(())
    }

    /// The records a source has, before the filters.
    fn items(&mut self, each: &Each, scope: Option<Scope<'_>>) -> Result<Vec<Item>, Fault> {
        Ok(match each.source {
            Source::Indicator(indicator) => self.records(indicator, each)?,
            Source::Register(d) => self.register(d, each)?,
            Source::Lines(lines) => match scope.and_then(|s| s.whole) {
                Some((_, state)) => {
                    let none = Vec::new();
                    let origin = scope.map_or(Origin::Prose, |s| s.origin.clone());
                    let rows = state.lines.get(&lines.key).unwrap_or(&none);
                    let mut items = Vec::new();
                    for row in rows {
                        if let Some(words) = self.fields(&lines.fields, row)? {
                            let title = words.values().cloned().collect::<Vec<_>>().join("，");
                            items.push(Item { words, title, origin: origin.clone(), whole: None });
                        }
                    }
                    items
                }
                None => Vec::new(),
            },
        })
    }

    /// The list behind an indicator.
    fn records(&mut self, indicator: &'static Indicator, each: &Each) -> Result<Vec<Item>, Fault> {
        let (mut items, mut after) = (Vec::new(), None::<String>);
        // A filter may let only late records through: the list is gone through until there are enough that fit, or all of it.
        for _ in 0..PAGES_MAX {
            let page = figure::page(self.tx, indicator, self.made.period, None, after.as_deref(), crate::LIMIT_MAX)?;
            let found = self.shown(indicator, page.records);
            items.extend(found.into_iter().filter(|item| fits(each, item, self.made.period.year())));
            after = page.next;
            if after.is_none() || each.filters.is_empty() || items.len() >= READ_MAX {
                break;
            }
        }
        items.truncate(READ_MAX);
        Ok(items)
    }

    fn shown(&self, indicator: &'static Indicator, records: Vec<crate::Record>) -> Vec<Item> {
        let item = |record: crate::Record| {
            let origin = record.cells.iter().find_map(|cell| match cell {
                Cell::Record(register, id) => Some(Origin::Record(register.clone(), *id)),
                Cell::Case(id) => Some(Origin::Case(*id)),
                Cell::Ticket(id) => Some(Origin::Ticket(*id)),
                _ => None,
            });
            let texts = record.cells.iter().filter_map(|c| if let Cell::Text(t) = c { Some(t.as_str()) } else { None });
            let title = texts.collect::<Vec<_>>().join("");
            let words = indicator
                .columns
                .iter()
                .zip(&record.cells)
                .map(|(c, cell)| (c.name.clone(), self.cell(cell)))
                .collect();
            let origin = origin.unwrap_or_else(|| Origin::Figure(indicator.id.clone()));
            Item { words, title, origin, whole: None }
        };
        records.into_iter().map(item).collect()
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => sentence(text),
            Cell::Day(text) => text.parse().map_or_else(|_| text.clone(), |d| day(d, self.made.period.year())),
            Cell::Money(fen) => law::money::Fen(*fen).to_string(),
            Cell::Tenths(n) => crate::wording::tenths(*n),
            Cell::Flag(yes) => if *yes { "是" } else { "否" }.into(),
            Cell::Number(n) | Cell::Case(n) | Cell::Ticket(n) | Cell::Record(_, n) => n.to_string(),
        }
    }

    /// Records of a register: of the period, or those that stand on its last day.
    fn register(&mut self, d: &'static Descriptor, each: &Each) -> Result<Vec<Item>, Fault> {
        let period = self.made.period;
        let from = (!each.standing).then(|| period.from());
        let standing = each.standing.then(|| period.until());
        let found = registers::read::quoted(self.tx, d, from, period.until(), standing, READ_MAX)?;
        let mut items = Vec::new();
        for (id, title, state) in found {
            // Before the last day nobody knows what came after it.
            if let Some(words) = self.fields(&d.fields, &state.fields)? {
                let origin = Origin::Record(d.name.clone(), id);
                items.push(Item { words, title, origin, whole: Some((d, state)) });
            }
        }
        Ok(items)
    }

    /// The words of each field, as far as they were known on the last day of the period; none where a day the row cannot be without
    /// lies after it.
    fn fields(&mut self, fields: &[Field], row: &registers::Row) -> Result<Option<BTreeMap<String, String>>, Fault> {
        let last = self.made.period.until();
        let late = |field: &Field| {
            let day = row.get(&field.key).and_then(Value::text).and_then(|t| t.parse::<Date>().ok());
            field.ty == Type::Day && !field.future && day.is_some_and(|d| d > last)
        };
        if fields.iter().any(|f| f.required && late(f)) {
            return Ok(None);
        }
        let unknown: BTreeSet<&str> = fields.iter().filter(|f| late(f)).map(|f| f.key.as_str()).collect();
        let mut words = BTreeMap::new();
        for field in fields {
            let hidden = unknown.contains(field.key.as_str())
                || field.with.as_deref().is_some_and(|with| unknown.contains(with));
            let text = if hidden { String::new() } else { self.value(field, row.get(&field.key))? };
            words.insert(field.key.clone(), text);
        }
        Ok(Some(words))
    }

    fn value(&mut self, field: &Field, value: Option<&Value>) -> Result<String, Fault> {
        Ok(match (field.ty, value) {
            (Type::Day, Some(Value::Text(text))) => {
                text.parse().map_or_else(|_| text.clone(), |d| day(d, self.made.period.year()))
            }
            (Type::Record, Some(Value::Int(id))) => {
                let register = field.register.as_deref().unwrap_or_default();
                self.names.record(self.tx, register, *id)?.unwrap_or_default()
            }
            (Type::Case, Some(Value::Int(id))) => format!("第 {id} 号案"),
            (Type::Ticket, Some(Value::Int(id))) => format!("第 {id} 号诉求"),
            // A number of files says more than their names.
            (Type::Blobs, Some(Value::Texts(files))) => files.len().to_string(),
            _ => sentence(&self.names.text(self.tx, field, value)?),
        })
    }
}

const MISSING: &str = "（没有这项数据）";

fn prose(text: &str) -> Piece {
    Piece { text: text.to_owned(), origin: Origin::Prose }
}

/// A text within a sentence: its own last stop would stand before that of the sentence.
fn sentence(text: &str) -> String {
    text.trim().trim_end_matches(['。', '；', '，', '、', ';', '.']).to_owned()
}

/// `4月15日`, with the year where it is another one.
fn day(day: Day, year: i16) -> String {
    let text = format!("{}月{}日", day.month(), day.day());
    if day.year() == year { text } else { format!("{}年{text}", day.year()) }
}

/// Does the record show what the filters ask for?
fn fits(each: &Each, item: &Item, year: i16) -> bool {
    each.filters.iter().all(|(field, wanted)| {
        let label = match each.source {
            Source::Register(d) => d.field(field),
            Source::Lines(l) => l.fields.iter().find(|f| f.key == *field),
            Source::Indicator(_) => None,
        };
        let wanted = label.map_or(wanted.as_str(), |f| f.option(wanted));
        // A day may be written as the report says it or as 2024-03-05.
        let said = wanted.parse::<Date>().ok().map(|date| day(date, year));
        item.words.get(field).is_some_and(|words| words == wanted || said.as_ref() == Some(words))
    })
}

/// Counts a list by one of its columns.
fn grid(tx: &mut Tx<'_>, indicator: &Indicator, column: &str, period: &Period) -> Result<Grid, Fault> {
    let label = indicator.column(column).map_or(column, |c| c.label.as_str());
    let counted = figure::grouped(tx, indicator, column, period, GROUPS_MAX)?;
    let mut head = vec![label.to_owned()];
    head.extend(counted.heads);
    let rows = counted.rows.into_iter().map(|(group, cells)| std::iter::once(group).chain(cells).collect());
    Ok(Grid {
        id: indicator.id.clone(),
        title: format!("{}（按{label}）", indicator.title),
        head,
        rows: rows.collect(),
    })
}
