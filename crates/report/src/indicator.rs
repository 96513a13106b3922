//! What one folder of `indicators/` says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wording::{Rule, Wording};

/// A question about a period that records answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Stable name, `ticket.12345`; the folder carries the same.
    pub id: String,
    /// Row of the map of the yearly report, `S5.6`.
    pub row: String,
    /// Title on pages.
    pub title: String,
    /// Section of the report, `五`.
    pub section: String,
    /// Counting word; `元` for money, `%` for shares.
    pub unit: String,
    /// What kind of figure.
    pub kind: Kind,
    /// How the list becomes the figure.
    pub measure: Measure,
    /// How the figure is said; none for claims, which say sentences.
    #[serde(default)]
    pub wording: Option<Wording>,
    /// Where the list ends before the last day of the period.
    #[serde(default)]
    pub until: Option<Until>,
    /// 口径: which day counts and what is left out, as the page shows it.
    pub basis: String,
    /// Columns of the list, in order.
    pub columns: Vec<Column>,
    /// Words put into a query that several indicators share, where it says `{channel}` and the like.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// One row per record with a `key`. `$1` is the bureau, `$2` the first and `$3` the last day, ISO text. Written once for both
    /// databases; `key` begins with a text column, so that it sorts by bytes on both.
    #[serde(skip)]
    pub sql: String,
}

/// Where a list ends before the last day of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// With the last month that the period's last day completes.
    Month,
}

/// What kind of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Happened within the period.
    Flow,
    /// Stood on its last day.
    Stock,
    /// A share of a list.
    Ratio,
    /// A sentence that holds for a whole list, or does not.
    Claim,
}

/// How a list becomes a figure. Columns named here are columns of the list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Its length.
    Count,
    /// How many different values this column has.
    Distinct(String),
    /// The sum of this column.
    Sum(String),
    /// Its length, worded by naming every record.
    OneByOne(OneByOne),
    /// The share of records whose flag is 1.
    Ratio(Share),
    /// Whether all, or none, of the records have a flag.
    Claim(Sentence),
}

/// A list that the report names whole: groups one after the other, each with its items.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneByOne {
    /// Column that names the group.
    pub group: String,
    /// Column that names the item.
    pub item: String,
}

/// A share of the list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Flag column: 1 for the records of the numerator, 0 for the others.
    pub of: String,
    /// Flag column: 1 for the records of the denominator; all records where absent.
    #[serde(default)]
    pub over: Option<String>,
    /// What is said where the denominator is nothing.
    pub empty: String,
}

/// A sentence over the list, its opposite, and what is said of an empty list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    #[serde(default)]
    all: Option<String>,
    #[serde(default)]
    none: Option<String>,
    /// Said where it holds.
    pub holds: String,
    /// Said where it does not; `{n}` is the number of counter-examples, `{all}` that of the records, `{named}` the counter-examples by
    /// [`Sentence::named`].
    pub fails: String,
    /// The column that names a record in the sentence: something public, never a private name.
    pub named: String,
    /// Said where nothing speaks against it but some are open; `{open}` is their number, `{all}` that of the records. As `holds` where absent.
    #[serde(default)]
    pub open: Option<String>,
    /// Said where the list is empty.
    pub empty: String,
}

/// What every record of a claim's list has to show. A flag that is NULL is open: neither for nor against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test<'a> {
    /// This flag is 1; 0 speaks against.
    All(&'a str),
    /// This flag is 0; 1 speaks against.
    None(&'a str),
}

impl Sentence {
    /// The test.
    pub fn test(&self) -> Test<'_> {
        match (&self.all, &self.none) {
            (Some(column), _) => Test::All(column),
            (None, Some(column)) => Test::None(column),
            // Parsing lets no such sentence through.
            (None, None) => Test::All("key"),
        }
    }
}

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in the query.
    pub name: String,
    /// Heading.
    pub label: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The register a link to a record points into.
    #[serde(default)]
    pub register: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ColumnKind {
    /// Text.
    #[serde(rename = "text")]
    Text,
    /// A civil day, ISO text.
    #[serde(rename = "day")]
    Day,
    /// Fen.
    #[serde(rename = "money")]
    Money,
    /// A whole number.
    #[serde(rename = "number")]
    Number,
    /// 1 yes, 0 no, NULL open.
    #[serde(rename = "flag")]
    Flag,
    /// Id of a case, shown as a link to it.
    #[serde(rename = "link case")]
    Case,
    /// Id of a ticket, shown as a link to it.
    #[serde(rename = "link ticket")]
    Ticket,
    /// A number with one decimal, in tenths.
    #[serde(rename = "tenths")]
    Tenths,
    /// Number of a record of a register, shown as a link to it.
    #[serde(rename = "link record")]
    Record,
}

impl Indicator {
    /// Reads and checks a folder.
    pub(crate) fn parse(folder: &str, meta: &str, sql: &str) -> Result<Indicator, String> {
        let mut indicator: Indicator =
            toml::from_str(meta).map_err(|e| format!("indicators/{folder}/meta.toml: {e}"))?;
        indicator.sql = sql.to_owned();
        for (name, word) in &indicator.words {
            indicator.sql = indicator.sql.replace(&format!("{{{name}}}"), word);
        }
        indicator.check(folder).map_err(|why| format!("indicators/{folder}: {why}"))?;
        Ok(indicator)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Whether the figure is an amount of fen.
    pub fn is_money(&self) -> bool {
        matches!(&self.measure, Measure::Sum(column) if self.column(column).is_some_and(|c| c.kind == ColumnKind::Money))
    }

    /// Whether the figure is a number of tenths.
    pub fn is_tenths(&self) -> bool {
        matches!(&self.measure, Measure::Sum(column) if self.column(column).is_some_and(|c| c.kind == ColumnKind::Tenths))
    }

    fn check(&self, folder: &str) -> Result<(), String> {
        let must = |holds: bool, why: &str| if holds { Ok(()) } else { Err(why.to_owned()) };
        let name = |text: &str, more: &[u8]| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || more.contains(&b))
        };
        must(self.id == folder, "the folder must be named as the id")?;
        // Ids go into addresses and file names as they are.
        must(name(&self.id, b"._"), "an id has small letters, digits, points and underscores")?;
        must(
            !self.title.is_empty() && !self.basis.trim().is_empty() && !self.row.is_empty() && !self.section.is_empty(),
            "title, basis, row and section must be said",
        )?;
        // Words go into the query as they are.
        must(self.words.values().all(|word| name(word, b"_")), "a word has small letters, digits and underscores")?;
        must(!self.sql.contains(['{', '}']), "the query wants a word that is not there")?;
        must(!self.columns.is_empty(), "the list needs columns")?;
        for (at, column) in self.columns.iter().enumerate() {
            // Names go into the wrapping statement as they are.
            must(
                name(&column.name, b"_") && column.name != "key",
                "a column name has small letters, digits and underscores, and is not `key`",
            )?;
            must(
                (column.kind == ColumnKind::Record) == column.register.is_some(),
                "a link to a record, and nothing else, names its register",
            )?;
            must(self.columns[..at].iter().all(|c| c.name != column.name), "two columns have one name")?;
        }
        let has = |column: &str, kinds: &[ColumnKind]| {
            must(
                self.column(column).is_some_and(|c| kinds.is_empty() || kinds.contains(&c.kind)),
                &format!("`{column}` is not a column the measure can use"),
            )
        };
        match &self.measure {
            Measure::Count => {}
            Measure::Distinct(column) => has(column, &[])?,
            Measure::Sum(column) => has(column, &[ColumnKind::Money, ColumnKind::Number, ColumnKind::Tenths])?,
            Measure::OneByOne(list) => {
                has(&list.group, &[ColumnKind::Text])?;
                has(&list.item, &[ColumnKind::Text])?;
            }
            Measure::Ratio(share) => {
                has(&share.of, &[ColumnKind::Flag])?;
                share.over.iter().try_for_each(|over| has(over, &[ColumnKind::Flag]))?;
                must(!share.empty.is_empty(), "a share needs a sentence for nothing")?;
            }
            Measure::Claim(sentence) => {
                must(sentence.all.is_some() != sentence.none.is_some(), "a claim needs either `all` or `none`")?;
                let (Test::All(column) | Test::None(column)) = sentence.test();
                has(column, &[ColumnKind::Flag])?;
                has(&sentence.named, &[ColumnKind::Text, ColumnKind::Number])?;
                must(sentence.fails.contains("{named}"), "a claim that fails names what speaks against it")?;
            }
        }
        let claim = matches!(self.measure, Measure::Claim(_));
        must(claim == (self.kind == Kind::Claim), "kind and measure: claim")?;
        must(claim == self.wording.is_none(), "every figure needs a wording, a claim has sentences instead")?;
        let ratio = matches!(self.measure, Measure::Ratio(_));
        must(ratio == (self.kind == Kind::Ratio), "kind and measure: ratio")?;
        let rule = self.wording.as_ref().map(|w| w.rule);
        must(ratio == (rule == Some(Rule::Percent)), "a share is worded in percent, and nothing else is")?;
        must(self.is_money() == (rule == Some(Rule::Wan)), "money is worded in 万元, and nothing else is")?;
        must(self.is_tenths() == (rule == Some(Rule::Tenths)), "tenths are worded as such, and nothing else is")?;
        must(!matches!(rule, Some(Rule::Floor(0) | Rule::About(0))), "a step of 0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
id = "a.b"
row = "S1"
title = "甲"
section = "一"
unit = "件"
kind = "flow"
measure = "count"
basis = "按日"
wording = { rule = "exact" }
columns = [{ name = "n", label = "数", kind = "number" }, { name = "f", label = "是", kind = "flag" }, { name = "m", label = "额", kind = "money" }]
"#;

    fn with(from: &str, to: &str) -> Result<Indicator, String> {
        assert!(GOOD.contains(from), "{from}");
        Indicator::parse("a.b", &GOOD.replace(from, to), "SELECT 1")
    }

    #[test]
    fn a_folder_is_read_or_the_mistake_is_named() {
        assert!(Indicator::parse("a.b", GOOD, "SELECT 1").is_ok());
        assert!(Indicator::parse("a.c", GOOD, "").unwrap_err().contains("named as the id"));
        assert!(with("unit =", "units =").unwrap_err().contains("meta.toml"));
        assert!(with("basis =", "note = 1\nbasis =").unwrap_err().contains("unknown field"));
        assert!(with("\"count\"", "{ sum = \"x\" }").unwrap_err().contains("`x`"));
        assert!(with("\"count\"", "{ sum = \"f\" }").unwrap_err().contains("`f`"));
        assert!(with("\"count\"", "{ sum = \"m\" }").unwrap_err().contains("万元"));
        assert!(
            with(
                "\"count\"",
                "{ claim = { all = \"f\", named = \"n\", holds = \"\", fails = \"{named}\", empty = \"\" } }"
            )
            .unwrap_err()
            .contains("claim")
        );
        assert!(
            with("\"count\"", "{ claim = { all = \"f\", named = \"n\", holds = \"\", fails = \"\", empty = \"\" } }")
                .unwrap_err()
                .contains("names what speaks against it")
        );
        assert!(with("\"count\"", "{ ratio = { of = \"f\", empty = \"无\" } }").unwrap_err().contains("ratio"));
        assert!(with("\"exact\"", "{ floor = 0 }").unwrap_err().contains("step"));
        assert!(with("\"exact\"", "\"percent\"").unwrap_err().contains("percent"));
        assert!(with("\"a.b\"", "\"a/b\"").unwrap_err().contains("indicators/a.b"));
        let shared = |words: &str| {
            Indicator::parse("a.b", &GOOD.replace("basis =", &format!("{words}\nbasis =")), "SELECT '{channel}'")
        };
        assert_eq!(shared("words = { channel = \"call\" }").unwrap().sql, "SELECT 'call'");
        assert!(shared("").unwrap_err().contains("wants a word"));
        assert!(shared("words = { channel = \"x' OR '1\" }").unwrap_err().contains("small letters"));
        assert!(with("name = \"n\"", "name = \"key\"").unwrap_err().contains("key"));
        assert!(with("name = \"n\"", "name = \"n; DROP\"").unwrap_err().contains("column name"));
    }
}
