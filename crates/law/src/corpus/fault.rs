//! What is wrong with a data file: where, and what to do about it.

use std::fmt;

use serde::de::DeserializeOwned;

/// What is wrong with a data file; the program does not start with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusError {
    /// The file, relative to `data/`.
    pub file: String,
    /// The line, from 1, where one can be named.
    pub line: Option<usize>,
    /// What to mend; names the key where one is unknown.
    pub message: String,
}

impl fmt::Display for CorpusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "法律数据文件 {} ", self.file)?;
        if let Some(line) = self.line {
            write!(f, "第{line}行")?;
        }
        write!(f, "有误：{}", self.message)
    }
}

impl std::error::Error for CorpusError {}

/// A fault of one text, not yet named by its file.
#[derive(Debug)]
pub(super) struct Fault {
    line: Option<usize>,
    message: String,
}

impl Fault {
    /// A fault at the line that holds the `nth` (from 0) occurrence of `sign`.
    pub(super) fn at(text: &str, sign: &str, nth: usize, message: String) -> Fault {
        let line = text.lines().enumerate().filter(|(_, line)| line.contains(sign)).nth(nth).map(|(at, _)| at + 1);
        Fault { line, message }
    }

    /// The fault of a file.
    pub(super) fn of(self, file: &str) -> CorpusError {
        CorpusError { file: file.to_owned(), line: self.line, message: self.message }
    }
}

/// Reads a text of data.
///
/// # Errors
/// The first fault, in Chinese, with its line.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Fault { line, message: in_chinese(error.message()) }
    })
}

/// The reader's message with what to do; the reader's own words stay where they name no known case.
fn in_chinese(told: &str) -> String {
    let quoted = || told.split('`').nth(1).unwrap_or_default();
    let rest = told.split_once("expected").map_or("", |(_, rest)| rest);
    let rest = rest.trim_start_matches(" one of").trim_start_matches(':').trim().replace('`', "").replace(", ", "、");
    if told.starts_with("unknown field") {
        format!("不认识的键“{}”，请删去或者改为以下之一：{rest}", quoted())
    } else if told.starts_with("unknown variant") {
        format!("不认识的值“{}”，请改为以下之一：{rest}", quoted())
    } else if told.starts_with("missing field") {
        format!("缺少键“{}”，请补上", quoted())
    } else if told.starts_with("duplicate") {
        format!("键重复，请只留一个：{told}")
    } else if told.starts_with("failed to parse") {
        format!("日期应写成 2026-08-15 的样子，且须是历上有的一天：{told}")
    } else {
        told.trim().to_owned()
    }
}
