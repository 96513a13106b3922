//! Figures, claims and the lists behind them, all from the same query.

use ledger::{Fault, Row, Tx, Value};
use serde::{Deserialize, Serialize};

use crate::indicator::{Column, ColumnKind, Indicator, Kind, Measure, OneByOne, Test, Until};
use crate::totals::{Known, TOTALS_STREAM, Total};
use crate::{Period, indicator, indicators, wording};

/// The longest page of a list, rows.
pub const LIMIT_MAX: i64 = 1000;

/// A number with the words of the report and the address of its records. Field order is that of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Indicator.
    pub id: String,
    /// Title on pages.
    pub title: String,
    /// The number, in [`Figure::unit`]; none for a share of nothing. A share is in whole percent, cut.
    pub value: Option<i64>,
    /// Counting word. Money is in 元 or, where the amount is no whole 元, in 分, hours and credits in tenths where they are no whole number:
    /// the value is always exact.
    pub unit: String,
    /// As the report says it.
    pub worded: String,
    /// What kind of figure.
    pub kind: Kind,
    /// Where its records are opened.
    pub records_url: String,
    /// The number was imported as a total: there is no list of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<Import>,
}

/// Where a total without a list comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The last day it counts.
    pub until: law::Day,
    /// Where it was found.
    pub source: String,
}

/// What a figure was in the same days of the year before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Before {
    /// Indicator.
    pub id: String,
    /// As [`Figure::value`].
    pub value: Option<i64>,
    /// As [`Figure::unit`].
    pub unit: String,
    /// As the report says it.
    pub worded: String,
    /// Where its records are opened; of an imported total there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records_url: Option<String>,
    /// The number was imported as a total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<Import>,
}

/// A sentence over a list: whether it holds, and how many records speak against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Indicator.
    pub id: String,
    /// Title on pages.
    pub title: String,
    /// Nothing speaks against it; so also over an empty list, which has its own words.
    pub holds: bool,
    /// As the report says it.
    pub worded: String,
    /// How many records speak against it.
    pub counterexamples: i64,
    /// Where its records are opened.
    pub records_url: String,
}

/// A page of the records behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In order of their keys.
    pub records: Vec<Record>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Stable key within the list.
    pub key: String,
    /// A cell for each column of the indicator.
    pub cells: Vec<Cell>,
}

/// A cell of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing known.
    Empty,
    /// Text.
    Text(String),
    /// A civil day, ISO text.
    Day(String),
    /// Fen.
    Money(i64),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Id of a case.
    Case(i64),
    /// Id of a ticket.
    Ticket(i64),
    /// A number in tenths.
    Tenths(i64),
    /// Register and number of a record.
    Record(String, i64),
}

/// Every figure of a period, in the order of the report. One statement per figure, and one for the totals imported.
///
/// # Errors
/// The database fails.
pub fn figures(tx: &mut Tx<'_>, period: &Period) -> Result<Vec<Figure>, Fault> {
    let totals = tx.fold::<Known>(TOTALS_STREAM)?;
    let figures = indicators().iter().filter(|i| i.kind != Kind::Claim);
    figures.map(|i| stated(tx, i, period, &totals)).collect()
}

/// One figure; none where no figure has this id.
///
/// # Errors
/// The database fails.
pub fn figure(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<Option<Figure>, Fault> {
    let Some(indicator) = indicator(id).filter(|i| i.kind != Kind::Claim) else { return Ok(None) };
    let totals = tx.fold::<Known>(TOTALS_STREAM)?;
    stated(tx, indicator, period, &totals).map(Some)
}

/// The figures of the same days of the year before, as far as they can be known: totals imported for it or, where there are none of that year,
/// what the lists of that year hold. What stood on a day of the past is not computed, because persons and posts carry no dates.
///
/// # Errors
/// The database fails.
pub fn before(tx: &mut Tx<'_>, period: &Period) -> Result<Vec<Before>, Fault> {
    let Some(last) = period.year_before() else { return Ok(Vec::new()) };
    let totals = tx.fold::<Known>(TOTALS_STREAM)?;
    let mut all = Vec::new();
    for indicator in indicators().iter().filter(|i| i.kind != Kind::Claim) {
        if let Some(total) = totals.near(&indicator.id, &last) {
            let Said { value, unit, worded } = said_total(indicator, total);
            let worded = if total.until == last.until() {
                worded
            } else {
                format!("{worded}（截至{}月{}日）", total.until.month(), total.until.day())
            };
            let imported = Some(Import { until: total.until, source: total.source.clone() });
            all.push(Before { id: indicator.id.clone(), value, unit, worded, records_url: None, imported });
        } else if !totals.has_year(last.year()) && indicator.kind != Kind::Stock {
            let Figure { id, value, unit, worded, records_url, .. } = compute(tx, indicator, &last)?;
            all.push(Before { id, value, unit, worded, records_url: Some(records_url), imported: None });
        }
    }
    // Where nothing at all is known of that year, its zeros say only that the journal began later.
    if all.iter().all(|b| b.imported.is_none() && b.value.unwrap_or(0) == 0) {
        all.clear();
    }
    Ok(all)
}

pub(crate) fn stated(tx: &mut Tx<'_>, indicator: &Indicator, period: &Period, totals: &Known) -> Result<Figure, Fault> {
    let Some(total) = totals.of(&indicator.id, period) else { return compute(tx, indicator, period) };
    let Said { value, unit, worded } = said_total(indicator, total);
    Ok(Figure {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        value,
        unit,
        worded,
        kind: indicator.kind,
        records_url: period.records_url(&indicator.id),
        imported: Some(Import { until: total.until, source: total.source.clone() }),
    })
}

fn said_total(indicator: &Indicator, total: &Total) -> Said {
    match indicator.measure {
        Measure::Ratio(_) => Said {
            value: Some(total.value / 10),
            unit: indicator.unit.clone(),
            worded: wording::percent(total.value, 1000).unwrap_or_default(),
        },
        _ => said(indicator, total.value),
    }
}

/// A number with its unit and words.
struct Said {
    value: Option<i64>,
    unit: String,
    worded: String,
}

/// Says a number of the unit the query measures in: fen, tenths, or what is counted.
fn said(indicator: &Indicator, value: i64) -> Said {
    let unit = &indicator.unit;
    let worded = indicator.wording.as_ref().map_or_else(|| format!("{value}{unit}"), |w| w.say(value, unit));
    let (scale, smaller) = match indicator {
        i if i.is_tenths() => (10, format!("0.1{unit}")),
        i if i.is_money() => (100, "分".to_owned()),
        _ => (1, unit.clone()),
    };
    let whole = value % scale == 0;
    Said {
        value: Some(if whole { value / scale } else { value }),
        unit: if whole { unit.clone() } else { smaller },
        worded,
    }
}

/// Every claim of a period, in the order of the report. One statement per claim.
///
/// # Errors
/// The database fails.
pub fn claims(tx: &mut Tx<'_>, period: &Period) -> Result<Vec<Claim>, Fault> {
    let mut claims = Vec::new();
    for indicator in indicators() {
        let Measure::Claim(sentence) = &indicator.measure else { continue };
        let against = against_column(sentence.test());
        let (all, counterexamples) = measure(tx, indicator, period, "COUNT(*)", &sum(&against))?;
        let worded = match (all, counterexamples) {
            (0, _) => sentence.empty.clone(),
            (all, 0) => match &sentence.open {
                None => sentence.holds.clone(),
                Some(words) => match measure(tx, indicator, period, "COUNT(*)", &open(sentence.test()))?.1 {
                    0 => sentence.holds.clone(),
                    n => words.replace("{open}", &n.to_string()).replace("{all}", &all.to_string()),
                },
            },
            (all, n) => {
                let named = named(tx, indicator, period, &against, &sentence.named)?;
                // The names last: what a record says is not read as a word of the sentence.
                let said = sentence.fails.replace("{n}", &n.to_string()).replace("{all}", &all.to_string());
                said.replace("{named}", &named)
            }
        };
        claims.push(Claim {
            id: indicator.id.clone(),
            title: indicator.title.clone(),
            holds: counterexamples == 0,
            worded,
            counterexamples,
            records_url: period.records_url(&indicator.id),
        });
    }
    Ok(claims)
}

/// How many counter-examples a sentence names.
const COUNTEREXAMPLES_NAMED: i64 = 5;

/// The counter-examples by name, in the order of their list; of more than [`COUNTEREXAMPLES_NAMED`] the first, and 等.
fn named(tx: &mut Tx<'_>, indicator: &Indicator, period: &Period, only: &str, column: &str) -> Result<String, Fault> {
    let at = indicator.columns.iter().position(|c| c.name == column).unwrap_or(0);
    let page = page(tx, indicator, period, Some(only), None, COUNTEREXAMPLES_NAMED)?;
    let names = page.records.iter().map(|record| match record.cells.get(at) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(n)) => n.to_string(),
        _ => "（未填写）".to_owned(),
    });
    let mut names = names.collect::<Vec<_>>().join("、");
    if page.next.is_some() {
        names.push('等');
    }
    Ok(names)
}

/// A page of the records behind a figure or claim, after the key of the last record of the page before. At most `limit` records, and never
/// more than [`LIMIT_MAX`]. None where no indicator has this id.
///
/// # Errors
/// The database fails.
pub fn list(
    tx: &mut Tx<'_>,
    id: &str,
    period: &Period,
    after: Option<&str>,
    limit: i64,
) -> Result<Option<Page>, Fault> {
    indicator(id).map(|i| page(tx, i, period, None, after, limit)).transpose()
}

/// Like [`list`], with only the records that speak against a claim. None where no claim has this id.
///
/// # Errors
/// The database fails.
pub fn against(
    tx: &mut Tx<'_>,
    id: &str,
    period: &Period,
    after: Option<&str>,
    limit: i64,
) -> Result<Option<Page>, Fault> {
    let Some(indicator) = indicator(id) else { return Ok(None) };
    let Measure::Claim(sentence) = &indicator.measure else { return Ok(None) };
    let only = against_column(sentence.test());
    page(tx, indicator, period, Some(&only), after, limit).map(Some)
}

fn compute(tx: &mut Tx<'_>, indicator: &Indicator, period: &Period) -> Result<Figure, Fault> {
    let Said { value, unit, worded } = match &indicator.measure {
        Measure::Ratio(share) => {
            let over = share.over.as_ref().map_or_else(|| "COUNT(*)".to_owned(), |column| sum(&format!("l.{column}")));
            let (over, of) = measure(tx, indicator, period, &over, &sum(&format!("l.{}", share.of)))?;
            let whole =
                (over > 0).then(|| i64::try_from(i128::from(of) * 100 / i128::from(over.max(1))).unwrap_or(i64::MAX));
            let worded = match (of, wording::percent(of, over)) {
                (0, Some(words)) => indicator.wording.as_ref().and_then(|w| w.none.clone()).unwrap_or(words),
                (_, Some(words)) => words,
                (_, None) => share.empty.clone(),
            };
            Said { value: whole, unit: indicator.unit.clone(), worded }
        }
        other => {
            let (_, value) = measure(tx, indicator, period, "COUNT(*)", &how(other))?;
            let mut said = said(indicator, value);
            if let Measure::OneByOne(list) = other
                && (1..=NAMED_MAX).contains(&value)
            {
                said.worded = one_by_one(indicator, list, page(tx, indicator, period, None, None, NAMED_MAX)?);
            }
            said
        }
    };
    Ok(Figure {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        value,
        unit,
        worded,
        kind: indicator.kind,
        records_url: period.records_url(&indicator.id),
        imported: None,
    })
}

/// The expression that measures a list.
fn how(measure: &Measure) -> String {
    match measure {
        Measure::Distinct(column) => format!("COUNT(DISTINCT l.{column})"),
        Measure::Sum(column) => sum(&format!("l.{column}")),
        _ => "COUNT(*)".to_owned(),
    }
}

/// A list counted by a column: heads of the numbers, and the rows, each with the name of its group.
pub(crate) struct Grouped {
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<String>)>,
}

/// Counts a list by one of its columns, days by month; the largest groups first, at most so many rows with one for all others.
pub(crate) fn grouped(
    tx: &mut Tx<'_>,
    indicator: &Indicator,
    column: &str,
    period: &Period,
    most: usize,
) -> Result<Grouped, Fault> {
    let kind = indicator.column(column).map(|c| c.kind);
    let group = match kind {
        Some(ColumnKind::Day) => format!("SUBSTR(l.{column}, 1, 7)"),
        Some(ColumnKind::Flag) => format!("CASE l.{column} WHEN 1 THEN '是' WHEN 0 THEN '否' ELSE '' END"),
        _ => format!("COALESCE(l.{column}, '')"),
    };
    // The measure of the figure beside the number of records, where it is another one.
    let (measured, head) = match &indicator.measure {
        Measure::Distinct(_) => (Some(how(&indicator.measure)), indicator.unit.clone()),
        Measure::Sum(_) if indicator.is_money() => (Some(how(&indicator.measure)), "金额".into()),
        Measure::Sum(_) => (Some(how(&indicator.measure)), indicator.unit.clone()),
        Measure::Ratio(share) => (Some(sum(&format!("l.{}", share.of))), indicator.title.clone()),
        Measure::Claim(sentence) => (Some(sum(&against_column(sentence.test()))), "反例".into()),
        Measure::Count | Measure::OneByOne(_) => (None, indicator.unit.clone()),
    };
    let sql = format!(
        "SELECT {group} AS grp, COUNT(*) AS many, {} AS measured {} GROUP BY 1 ORDER BY {} LIMIT $4",
        measured.as_deref().unwrap_or("0"),
        from(indicator),
        if kind == Some(ColumnKind::Day) { "1" } else { "2 DESC, 1" },
    );
    let bureau = tx.bureau().to_owned();
    let (first, last) = days(indicator, period);
    let limit = i64::try_from(GROUPS_READ).unwrap_or(i64::MAX);
    let args: [Value<'_>; 4] = [(&bureau).into(), (&first).into(), (&last).into(), limit.into()];
    let mut found = tx.rows(&sql, &args, |row| Ok((row.opt_text(0).unwrap_or_default(), row.int(1), row.int(2))))?;
    // What is counted once in the whole may be in several groups: such a measure is not added up.
    let adds = !matches!(indicator.measure, Measure::Distinct(_));
    if found.len() > most {
        let rest = found.split_off(most - 1);
        found.push(("其余".into(), rest.iter().map(|r| r.1).sum(), rest.iter().map(|r| r.2).sum()));
    }
    if found.len() > 1 && adds {
        found.push(("合计".into(), found.iter().map(|r| r.1).sum(), found.iter().map(|r| r.2).sum()));
    }
    let say = |many: i64, value: i64| match &indicator.measure {
        Measure::Ratio(_) => wording::percent(value, many).unwrap_or_default(),
        Measure::Sum(_) if indicator.is_money() => law::money::Fen(value).to_string(),
        Measure::Sum(_) if indicator.is_tenths() => wording::tenths(value),
        _ => value.to_string(),
    };
    let rows = found.into_iter().map(|(group, many, value)| {
        let name = if group.is_empty() { "（未填）".to_owned() } else { group };
        let mut cells = vec![many.to_string()];
        if measured.is_some() {
            cells.push(say(many, value));
        }
        (name, cells)
    });
    let heads = if measured.is_some() { vec!["条数".to_owned(), head] } else { vec![head] };
    Ok(Grouped { heads, rows: rows.collect() })
}

/// Groups looked at: beyond them the row for all others would not be all.
const GROUPS_READ: usize = 20_000;

/// PostgreSQL sums whole numbers into another type, and the sum of nothing is NULL on both databases.
fn sum(what: &str) -> String {
    format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)")
}

/// 1 for a record that speaks against the claim. An open flag (NULL) does not.
fn against_column(test: Test<'_>) -> String {
    match test {
        Test::All(column) => format!("CASE WHEN l.{column} = 0 THEN 1 ELSE 0 END"),
        Test::None(column) => format!("CASE WHEN l.{column} = 1 THEN 1 ELSE 0 END"),
    }
}

/// How many records are open.
fn open(test: Test<'_>) -> String {
    let (Test::All(column) | Test::None(column)) = test;
    sum(&format!("CASE WHEN l.{column} IS NULL THEN 1 ELSE 0 END"))
}

/// A longer list is counted, not named.
const NAMED_MAX: i64 = 100;

/// Every record by name: groups in the order in which they first appear, parted by ；, their items by 、.
fn one_by_one(indicator: &Indicator, list: &OneByOne, page: Page) -> String {
    let at = |name: &str| indicator.columns.iter().position(|c| c.name == name).unwrap_or(0);
    let text = |record: &Record, at: usize| match record.cells.get(at) {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let (group, item) = (at(&list.group), at(&list.item));
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for record in &page.records {
        let (name, said) = (text(record, group), text(record, item));
        match groups.iter_mut().find(|g| g.0 == name) {
            Some(known) => known.1.push(said),
            None => groups.push((name, vec![said])),
        }
    }
    groups.into_iter().map(|(name, items)| format!("{name}{}", items.join("、"))).collect::<Vec<_>>().join("；")
}

/// First and last day of the list, ISO text.
fn days(indicator: &Indicator, period: &Period) -> (String, String) {
    let until = match indicator.until {
        // The last day of a month completes it; any other day leaves the month before as the last one complete.
        Some(Until::Month) if period.until().tomorrow().is_ok_and(|d| d.day() != 1) => {
            period.until().first_of_month().yesterday().unwrap_or(period.until())
        }
        _ => period.until(),
    };
    (period.from().to_string(), until.to_string())
}

/// The list as a table to select from. Both days are named whether the query uses them or not: PostgreSQL wants to know the type of
/// every argument.
fn from(indicator: &Indicator) -> String {
    format!("FROM (\n{}\n) l WHERE CAST($2 AS TEXT) <= CAST($3 AS TEXT)", indicator.sql.trim_end())
}

fn measure(tx: &mut Tx<'_>, indicator: &Indicator, period: &Period, a: &str, b: &str) -> Result<(i64, i64), Fault> {
    let sql = format!("SELECT {a}, {b} {}", from(indicator));
    let bureau = tx.bureau().to_owned();
    let (first, last) = days(indicator, period);
    let args: [Value<'_>; 3] = [(&bureau).into(), (&first).into(), (&last).into()];
    let found = tx.row(&sql, &args, |row| Ok((row.int(0), row.int(1))))?;
    found.ok_or_else(|| Fault::Bug(format!("{}: a count answered no row", indicator.id)))
}

pub(crate) fn page(
    tx: &mut Tx<'_>,
    indicator: &Indicator,
    period: &Period,
    only: Option<&str>,
    after: Option<&str>,
    limit: i64,
) -> Result<Page, Fault> {
    let limit = limit.clamp(1, LIMIT_MAX);
    let columns: Vec<String> = indicator.columns.iter().map(|c| format!("l.{}", c.name)).collect();
    let only = only.map(|flag| format!(" AND {flag} = 1")).unwrap_or_default();
    let sql = format!(
        "SELECT l.key, {} {} AND l.key > $4{only} ORDER BY l.key LIMIT $5",
        columns.join(", "),
        from(indicator)
    );
    let bureau = tx.bureau().to_owned();
    let (first, last) = days(indicator, period);
    let args: [Value<'_>; 5] =
        [(&bureau).into(), (&first).into(), (&last).into(), after.unwrap_or_default().into(), (limit + 1).into()];
    let mut records = tx.rows(&sql, &args, |row| {
        let cells = indicator.columns.iter().enumerate().map(|(at, column)| cell(row, at + 1, column)).collect();
        Ok(Record { key: row.text(0), cells })
    })?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = records.len() > size;
    records.truncate(size);
    let next = records.last().filter(|_| more).map(|last| last.key.clone());
    Ok(Page { records, next })
}

fn cell(row: &Row<'_>, at: usize, column: &Column) -> Cell {
    let text = |as_cell: fn(String) -> Cell| row.opt_text(at).filter(|t| !t.is_empty()).map_or(Cell::Empty, as_cell);
    let int = |as_cell: fn(i64) -> Cell| row.opt_int(at).map_or(Cell::Empty, as_cell);
    match column.kind {
        ColumnKind::Text => text(Cell::Text),
        ColumnKind::Day => text(Cell::Day),
        ColumnKind::Money => int(Cell::Money),
        ColumnKind::Number => int(Cell::Number),
        ColumnKind::Flag => int(|n| Cell::Flag(n != 0)),
        ColumnKind::Case => int(Cell::Case),
        ColumnKind::Ticket => int(Cell::Ticket),
        ColumnKind::Tenths => int(Cell::Tenths),
        ColumnKind::Record => {
            let register = column.register.clone().unwrap_or_default();
            row.opt_int(at).map_or(Cell::Empty, |n| Cell::Record(register, n))
        }
    }
}
