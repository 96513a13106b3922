//! Reading a template: lines into paragraphs, paragraphs into nodes.

use std::iter::Peekable;
use std::vec::IntoIter;

use crate::indicator::{ColumnKind, Kind};
use crate::template::{Block, Each, How, Node, Part, Problem, Source, TEMPLATE_MAX, Template, Test, Word};
use crate::{Indicator, indicator};

/// Blocks within blocks: more would be a text nobody can read.
const DEPTH_MAX: usize = 5;

/// What stands between records where nothing else is said.
const BETWEEN: &str = "、";

/// A piece of a paragraph with the line it stands on: words, or what stands between braces.
#[derive(Debug, Clone)]
enum Token {
    Text(String),
    Brace(usize, String),
}

pub(super) fn template(text: &str) -> Result<Template, Vec<Problem>> {
    if text.len() > TEMPLATE_MAX {
        return Err(vec![problem(1, format!("模板超过 {TEMPLATE_MAX} 字节，请删减。"))]);
    }
    let mut problems = Vec::new();
    let mut sections: Vec<Part> = Vec::new();
    let mut paragraph: Vec<(usize, &str)> = Vec::new();
    // A byte order mark is what some editors put before the text.
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    for (number, line) in (1..).zip(lines) {
        if line.starts_with("//") {
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            end(&mut paragraph, &mut sections, &mut problems);
        }
        if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            if title.is_empty() || title.contains(['{', '}']) {
                problems.push(problem(number, "标题应写成“# 一、标题”，标题里不能有花括号。"));
            }
            sections.push(Part { title: title.to_owned(), blocks: Vec::new() });
        } else if !line.is_empty() {
            // What stands before the first heading opens the report.
            if sections.is_empty() {
                sections.push(Part { title: String::new(), blocks: Vec::new() });
            }
            paragraph.push((number, line));
        }
    }
    end(&mut paragraph, &mut sections, &mut problems);
    if sections.is_empty() {
        problems.push(problem(1, "模板是空的，至少要有一段正文。"));
    }
    problems.sort_by_key(|p| p.line);
    if problems.is_empty() { Ok(Template { sections }) } else { Err(problems) }
}

fn problem(line: usize, text: impl Into<String>) -> Problem {
    Problem { line, text: text.into() }
}

/// Ends the paragraph that was being read.
fn end(lines: &mut Vec<(usize, &str)>, sections: &mut [Part], problems: &mut Vec<Problem>) {
    let lines = std::mem::take(lines);
    let (Some(section), Some(first)) = (sections.last_mut(), lines.first().map(|l| l.0)) else { return };
    if let [(line, only)] = lines.as_slice()
        && let Some(inside) = only.strip_prefix("{table:").and_then(|rest| rest.strip_suffix('}'))
        && !inside.contains(['{', '}'])
    {
        match table(inside) {
            Ok((indicator, column)) => section.blocks.push(Block::Table(indicator, column)),
            Err(why) => problems.push(problem(*line, why)),
        }
        return;
    }
    let tokens = tokens(&lines, problems);
    let mut reader =
        Reader { tokens: tokens.into_iter().peekable(), line: first, problems, scopes: Vec::new(), depth: 0 };
    let nodes = reader.nodes(&[]).0;
    section.blocks.push(Block::Paragraph(nodes));
}

/// Lines of one paragraph are joined without a space, as Chinese is set.
fn tokens(lines: &[(usize, &str)], problems: &mut Vec<Problem>) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (number, line) in lines {
        let mut rest = *line;
        while !rest.is_empty() {
            match rest.find(['{', '}']) {
                None => {
                    tokens.push(Token::Text(rest.to_owned()));
                    rest = "";
                }
                Some(at) => {
                    let (before, from) = rest.split_at(at);
                    if !before.is_empty() {
                        tokens.push(Token::Text(before.to_owned()));
                    }
                    let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
                    match inside {
                        Some((inside, after)) if !inside.contains('{') => {
                            tokens.push(Token::Brace(*number, inside.trim().to_owned()));
                            rest = after;
                        }
                        _ => {
                            problems.push(problem(*number, "花括号不成对，每个“{”在同一行里都要有“}”。"));
                            rest = "";
                        }
                    }
                }
            }
        }
    }
    tokens
}

struct Reader<'a> {
    tokens: Peekable<IntoIter<Token>>,
    /// Line last read.
    line: usize,
    problems: &'a mut Vec<Problem>,
    /// What is being quoted, outermost first.
    scopes: Vec<Source>,
    /// Blocks that are open.
    depth: usize,
}

impl Reader<'_> {
    fn complain(&mut self, line: usize, text: impl Into<String>) {
        self.problems.push(problem(line, text));
    }

    /// Nodes up to one of these words, and which it was.
    fn nodes(&mut self, until: &[&'static str]) -> (Vec<Node>, Option<&'static str>) {
        let mut nodes = Vec::new();
        while let Some(token) = self.tokens.next() {
            let (line, inside) = match token {
                Token::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Token::Brace(line, inside) => (line, inside),
            };
            self.line = line;
            if let Some(word) = until.iter().find(|word| **word == inside) {
                return (nodes, Some(word));
            }
            if let Some(node) = self.node(line, &inside, until.len()) {
                nodes.push(node);
            }
        }
        (nodes, None)
    }

    fn node(&mut self, line: usize, inside: &str, within: usize) -> Option<Node> {
        let read = match inside.split_once(':') {
            Some(("figure", id)) => figure(id).map(|i| Node::Figure(i.id.clone())),
            Some(("before", id)) => figure(id).map(|i| Node::Before(i.id.clone())),
            Some(("claim", id)) => claim(id).map(|i| Node::Claim(i.id.clone())),
            Some(("list", what)) => return self.each(line, what, true),
            Some(("table", _)) => Err("表格要单独占一行，前后各空一行。".into()),
            _ if inside.starts_with("when ") => return self.when(line, &inside[5..]),
            _ if inside.starts_with("each ") => return self.each(line, &inside[5..], false),
            _ => match inside {
                "bureau" => Ok(Node::Word(Word::Bureau)),
                "year" => Ok(Node::Word(Word::Year)),
                "last year" => Ok(Node::Word(Word::LastYear)),
                "from" => Ok(Node::Word(Word::From)),
                "until" => Ok(Node::Word(Word::Until)),
                "else" | "end" | "between" | "none" if within == 0 => {
                    Err(format!("“{{{inside}}}”前面没有“{{when …}}”或者“{{each …}}”，一段里的开头和结尾要成对。"))
                }
                "else" => Err("“{else}”只能写在“{when …}”和“{end}”之间，而且只写一次。".into()),
                "between" | "none" => Err(format!(
                    "“{{{inside}}}”只能写在“{{each …}}”和“{{end}}”之间，“{{between}}”在“{{none}}”前面，各写一次。"
                )),
                field => self.field(field).map(|()| Node::Field(field.to_owned())),
            },
        };
        read.map_err(|why: String| self.complain(line, why)).ok()
    }

    /// Is this a field of what is being quoted?
    fn field(&self, field: &str) -> Result<(), String> {
        let Some(scope) = self.scopes.last() else {
            return Err(format!(
                "不认识“{{{field}}}”。可以写 figure:指标、claim:论断、before:指标、list:台账、when、each、bureau、year、last year、from、until。"
            ));
        };
        if has(*scope, field) {
            Ok(())
        } else {
            Err(format!("这里没有“{field}”这一栏，可以写：{}。", known(*scope)))
        }
    }

    fn when(&mut self, line: usize, text: &str) -> Option<Node> {
        let read = match text.trim().strip_prefix("any ") {
            Some(head) => self.head(head).map(|each| Test::Any(Box::new(each))),
            None => test(text),
        };
        let test = read.map_err(|why| self.complain(line, why)).ok();
        if !self.deeper(line) {
            return None;
        }
        let (then, mut stopped) = self.nodes(&["else", "end"]);
        let mut other = Vec::new();
        if stopped == Some("else") {
            (other, stopped) = self.nodes(&["end"]);
        }
        self.depth -= 1;
        if stopped.is_none() {
            self.complain(line, "“{when …}”在同一段里没有“{end}”。");
        }
        Some(Node::When { test: test?, then, other })
    }

    /// Goes one block deeper.
    fn deeper(&mut self, line: usize) -> bool {
        if self.depth >= DEPTH_MAX {
            self.complain(line, format!("“{{when …}}”和“{{each …}}”最多套 {DEPTH_MAX} 层，请拆开写。"));
            return false;
        }
        self.depth += 1;
        true
    }

    fn each(&mut self, line: usize, text: &str, short: bool) -> Option<Node> {
        let read = self.head(text).map_err(|why| self.complain(line, why)).ok();
        if short {
            let mut each = read?;
            each.between = vec![Node::Text(BETWEEN.into())];
            each.none = vec![Node::Text("（没有记录）".into())];
            return Some(Node::Each(Box::new(each)));
        }
        if !self.deeper(line) {
            return None;
        }
        // A source nobody knows has fields nobody knows: what is inside is read once more when it is mended.
        let before = self.problems.len();
        let known = read.is_some();
        if let Some(each) = &read {
            self.scopes.push(each.source);
        }
        let (body, mut stopped) = self.nodes(&["between", "none", "end"]);
        if known {
            self.scopes.pop();
        }
        let (mut between, mut none) = (vec![Node::Text(BETWEEN.into())], Vec::new());
        if stopped == Some("between") {
            (between, stopped) = self.nodes(&["none", "end"]);
        }
        if stopped == Some("none") {
            (none, stopped) = self.nodes(&["end"]);
        }
        if !known {
            self.problems.truncate(before);
        }
        self.depth -= 1;
        if stopped.is_none() {
            self.complain(line, "“{each …}”在同一段里没有“{end}”。");
        }
        let mut each = read?;
        (each.body, each.between, each.none) = (Some(body), between, none);
        Some(Node::Each(Box::new(each)))
    }

    /// `SOURCE [standing] [where FIELD = VALUE [and …]] [most N]`.
    fn head(&self, text: &str) -> Result<Each, String> {
        let (text, most) = match text.rsplit_once(" most ") {
            Some((before, number)) => match number.trim().parse() {
                Ok(n) if (1..=crate::text::QUOTED_MAX).contains(&n) => (before, Some(n)),
                _ => return Err(format!("“most”后面应是 1 至 {} 的数。", crate::text::QUOTED_MAX)),
            },
            None => (text, None),
        };
        let (text, filters) = match text.split_once(" where ") {
            Some((before, filters)) => (before, filters.split(" and ").collect::<Vec<_>>()),
            None => (text, Vec::new()),
        };
        let (name, standing) = match text.trim().split_once(' ') {
            Some((name, word)) if word.trim() == "standing" => (name, true),
            Some((_, word)) => return Err(format!("不认识“{word}”，这里可以写 standing、where、most。")),
            None => (text.trim(), false),
        };
        let source = self.source(name)?;
        if standing && !matches!(source, Source::Register(d) if d.field("ended").is_some()) {
            return Err(format!("“{name}”没有终止日期，不能写“standing”。"));
        }
        let mut read = Vec::new();
        for filter in filters {
            let Some((field, value)) = filter.split_once('=') else {
                return Err(format!("“where {filter}”应写成“where 栏目 = 值”。"));
            };
            let (field, value) = (field.trim(), value.trim());
            if !has(source, field) {
                return Err(format!("“{name}”没有“{field}”这一栏，可以写：{}。", known(source)));
            }
            if let Some(options) = options(source, field)
                && !options.iter().any(|o| o[0] == value || o[1] == value)
            {
                let all: Vec<&str> = options.iter().map(|o| o[1].as_str()).collect();
                return Err(format!("“{field}”没有“{value}”这一项，可以写：{}。", all.join("、")));
            }
            read.push((field.to_owned(), value.to_owned()));
        }
        Ok(Each { source, filters: read, standing, most, body: None, between: Vec::new(), none: Vec::new() })
    }

    fn source(&self, name: &str) -> Result<Source, String> {
        if let Some(Source::Register(d)) = self.scopes.last()
            && let Some(lines) = d.lines_of(name)
        {
            return Ok(Source::Lines(lines));
        }
        if !self.scopes.is_empty() {
            return Err(match self.scopes.last() {
                Some(Source::Register(d)) if !d.lines.is_empty() => {
                    let all: Vec<&str> = d.lines.iter().map(|l| l.key.as_str()).collect();
                    format!("“{}”的记录里没有“{name}”，可以写：{}。", d.title, all.join("、"))
                }
                _ => format!("这里不能再引用“{name}”。"),
            });
        }
        if let Some(d) = registers::descriptor(name) {
            return Ok(Source::Register(d));
        }
        if let Some(indicator) = indicator(name) {
            return Ok(Source::Indicator(indicator));
        }
        Err(format!("没有叫“{name}”的台账或者指标，请写台账的代号（如 meeting）或者指标的编号（如 award.total）。"))
    }
}

/// The fields a source has: key and label.
fn fields(source: Source) -> Vec<(&'static str, &'static str)> {
    match source {
        Source::Indicator(i) => i.columns.iter().map(|c| (c.name.as_str(), c.label.as_str())).collect(),
        Source::Register(d) => d.fields.iter().map(|f| (f.key.as_str(), f.label.as_str())).collect(),
        Source::Lines(l) => l.fields.iter().map(|f| (f.key.as_str(), f.label.as_str())).collect(),
    }
}

fn has(source: Source, field: &str) -> bool {
    fields(source).iter().any(|(key, _)| *key == field)
}

/// The fields in words, for a complaint.
fn known(source: Source) -> String {
    fields(source).iter().map(|(key, label)| format!("{key}（{label}）")).collect::<Vec<_>>().join("、")
}

/// What a field may be, where it is one of several.
fn options(source: Source, field: &str) -> Option<&'static [[String; 2]]> {
    let field = match source {
        Source::Indicator(_) => None,
        Source::Register(d) => d.field(field),
        Source::Lines(l) => l.fields.iter().find(|f| f.key == field),
    }?;
    (!field.options.is_empty()).then_some(field.options.as_slice())
}

fn figure(id: &str) -> Result<&'static Indicator, String> {
    match indicator(id.trim()) {
        Some(i) if i.kind != Kind::Claim => Ok(i),
        Some(i) => Err(format!("“{}”是论断，应写成“{{claim:{}}}”。", i.id, i.id)),
        None => Err(unknown(id)),
    }
}

fn claim(id: &str) -> Result<&'static Indicator, String> {
    match indicator(id.trim()) {
        Some(i) if i.kind == Kind::Claim => Ok(i),
        Some(i) => Err(format!("“{}”是数字，应写成“{{figure:{}}}”。", i.id, i.id)),
        None => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> String {
    format!("没有指标“{}”，请核对编号，报告页右侧列有全部指标。", id.trim())
}

/// `claim:ID`, or `figure:ID = N`.
fn test(text: &str) -> Result<Test, String> {
    const FORM: &str = "条件应写成“when figure:指标 = 0”“when claim:论断”“when before:指标”或者“when any 台账”，比较可以用 =、!=、>、<、>=、<=。";
    let text = text.trim();
    if let Some(id) = text.strip_prefix("claim:") {
        return claim(id).map(|i| Test::Holds(i.id.clone()));
    }
    if let Some(id) = text.strip_prefix("before:") {
        return figure(id).map(|i| Test::Before(i.id.clone()));
    }
    let rest = text.strip_prefix("figure:").ok_or(FORM)?;
    // Longer signs first, so that `>=` is not read as `>`.
    let signs = [
        ("!=", How::Different),
        (">=", How::AtLeast),
        ("<=", How::AtMost),
        ("=", How::Equal),
        (">", How::More),
        ("<", How::Less),
    ];
    let (sign, how) = signs.into_iter().find(|(sign, _)| rest.contains(sign)).ok_or(FORM)?;
    let (id, number) = rest.split_once(sign).ok_or(FORM)?;
    let id = figure(id)?.id.clone();
    let number = number.trim().parse().map_err(|_| format!("“{}”不是整数。{FORM}", number.trim()))?;
    Ok(Test::Figure { id, how, number })
}

/// `ID by COLUMN`.
fn table(text: &str) -> Result<(&'static Indicator, String), String> {
    let (id, column) = text
        .split_once(" by ")
        .ok_or("表格应写成“{table:指标 by 栏目}”，例如“{table:case.fines_decided by organ}”。")?;
    let indicator = indicator(id.trim()).ok_or_else(|| unknown(id))?;
    let column = column.trim();
    let fits = |c: &&crate::Column| matches!(c.kind, ColumnKind::Text | ColumnKind::Day | ColumnKind::Flag);
    match indicator.column(column).filter(fits) {
        Some(column) => Ok((indicator, column.name.clone())),
        None => {
            let all: Vec<String> =
                indicator.columns.iter().filter(fits).map(|c| format!("{}（{}）", c.name, c.label)).collect();
            Err(format!("“{}”不能按“{column}”分列，可以按：{}。", indicator.id, all.join("、")))
        }
    }
}
