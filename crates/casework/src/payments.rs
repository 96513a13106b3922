//! Payments as the bank lists them: each row is found by the number of its decision and entered as an act of its case.
//!
//! A receipt number stands for one payment: the same list read again changes nothing.

use std::collections::{BTreeMap, btree_map};
use std::sync::Arc;

use law::Day;
use law::acts::{ActNo, FinePaid, Kind, SurchargePaid};
use law::case::{Entry, Subject};
use law::money::Fen;
use ledger::{Fault, Tx, Value};
use office::BadInput;
use office::sheet::{self, Row};

use crate::body::Log;
use crate::perform::{Error, Proposed, Where};
use crate::read::dues::Reach;
use crate::{Casework, stream};

/// Rows of one list at most.
pub const ROWS_MAX: usize = 5_000;
/// Decisions looked up with one statement.
const AT_ONCE: usize = 200;

/// Columns by the names different banks give them, the first being ours.
mod columns {
    pub(super) const NUMBER: &[&str] = &["决定书文号", "文书号", "处罚决定书编号", "决定书编号"];
    pub(super) const AMOUNT: &[&str] = &["金额", "缴款金额", "实缴金额", "金额（元）"];
    pub(super) const DAY: &[&str] = &["缴款日期", "入账日期", "交易日期", "日期"];
    pub(super) const RECEIPT: &[&str] = &["票据号", "交易流水号", "流水号", "缴款凭证号"];
    pub(super) const SORT: &[&str] = &["类别", "款项类别"];
    pub(super) const NEEDED: [&[&str]; 4] = [NUMBER, AMOUNT, DAY, RECEIPT];
}

/// The columns of the template, in order.
pub const COLUMNS: [&str; 5] =
    [columns::NUMBER[0], columns::AMOUNT[0], columns::DAY[0], columns::RECEIPT[0], columns::SORT[0]];

/// Who enters the list.
#[derive(Debug, Clone)]
pub struct By {
    /// Login.
    pub login: String,
    /// Number.
    pub person: u32,
    /// In which capacity.
    pub capacity: String,
    /// Today, by the bureau's clock.
    pub today: Day,
    /// Whose fines.
    pub reach: Reach,
}

/// A problem of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row's number in the sheet.
    pub line: usize,
    /// Column.
    pub column: &'static str,
    /// What is wrong and what would be right.
    pub text: String,
}

/// A payment that can be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The row's number in the sheet.
    pub line: usize,
    /// The case.
    pub case: i64,
    /// The decision's act.
    pub act: u32,
    /// The decision's number.
    pub number: String,
    /// Whether it is a surcharge.
    pub surcharge: bool,
    /// How much.
    pub amount: Fen,
    /// The day it was paid.
    pub day: Day,
    /// The receipt.
    pub receipt: String,
}

/// What a list would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Rows in it.
    pub rows: usize,
    /// Payments not known yet.
    pub new: Vec<Payment>,
    /// Payments already entered.
    pub known: usize,
    /// Problems.
    pub problems: Vec<Problem>,
}

impl Casework {
    /// Looks at a list without entering anything.
    ///
    /// # Errors
    /// The ledger's faults; a file that is no list is the inner error.
    pub fn payments(&self, tx: &mut Tx<'_>, by: &By, bytes: &[u8]) -> Result<Result<Preview, BadInput>, Fault> {
        let sheet = match read(bytes) {
            Ok(sheet) => sheet,
            Err(bad) => return Ok(Err(bad)),
        };
        let mut preview = Preview { rows: sheet.rows.len(), ..Preview::default() };
        let mut found = BTreeMap::new();
        let numbers: Vec<&str> = sheet.rows.iter().filter_map(|row| row.get(columns::NUMBER)).map(str::trim).collect();
        for some in numbers.chunks(AT_ONCE) {
            decisions(tx, &by.reach, some, &mut found)?;
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        // A list often pays several instalments of one case: its stream is asked for once.
        let mut logs: BTreeMap<i64, Arc<Log>> = BTreeMap::new();
        let mut coming: BTreeMap<(i64, u32), i64> = BTreeMap::new();
        for row in &sheet.rows {
            let mut payment = match payment(row, by.today, &found) {
                Ok(payment) => payment,
                Err(problem) => {
                    preview.problems.push(problem);
                    continue;
                }
            };
            payment.line = row.line;
            if let Some(first) = taken.insert(payment.receipt.clone(), row.line) {
                let text = format!("与第 {first} 行的票据号相同，一笔缴款只留一行");
                preview.problems.push(Problem { line: row.line, column: columns::RECEIPT[0], text });
                continue;
            }
            let log = match logs.entry(payment.case) {
                btree_map::Entry::Occupied(kept) => kept.into_mut(),
                btree_map::Entry::Vacant(free) => free.insert(tx.fold(&stream(payment.case))?),
            };
            let of = Subject::Document(ActNo(payment.act));
            let known = log.case.on::<FinePaid>(of).any(|fact| fact.receipt == payment.receipt)
                || log.case.on::<SurchargePaid>(of).any(|fact| fact.receipt == payment.receipt);
            if known {
                preview.known += 1;
                continue;
            }
            let owed = log
                .case
                .decision(ActNo(payment.act))
                .map_or(0, |decision| decision.fine.0.saturating_sub(log.case.paid(decision.no).0));
            let sum = coming.entry((payment.case, payment.act)).or_default();
            if !payment.surcharge && payment.amount.0 > owed - *sum {
                let left = Fen((owed - *sum).max(0));
                let text = format!("比尚欠的罚款 {left} 多；其中是加处罚款的，另起一行，类别写“加处罚款”");
                preview.problems.push(Problem { line: row.line, column: columns::AMOUNT[0], text });
                continue;
            }
            if !payment.surcharge {
                *sum += payment.amount.0;
            }
            preview.new.push(payment);
        }
        Ok(Ok(preview))
    }

    /// Enters one payment as an act that already happened.
    ///
    /// # Errors
    /// As [`Casework::perform`].
    pub async fn enter_payment(&self, by: &By, payment: &Payment) -> Result<(), Error> {
        let proposed = Proposed {
            subject: Subject::Document(ActNo(payment.act)),
            entry: Entry::Reported { source: "银行对账单".into() },
            at: payment.day,
            time: None,
            team: Vec::new(),
            capacity: by.capacity.clone(),
            kind: if payment.surcharge { Kind::SurchargePaid } else { Kind::FinePaid },
            fields: BTreeMap::from([
                ("amount".to_owned(), payment.amount.to_string()),
                ("receipt".to_owned(), payment.receipt.clone()),
            ]),
            party: None,
            recorded_by: by.login.clone(),
            person: by.person,
            today: by.today,
        };
        self.perform(Where::Case { id: payment.case, seen: None }, proposed).await.map(|_| ())
    }
}

/// Reads a list whose columns are there.
fn read(bytes: &[u8]) -> Result<sheet::Sheet, BadInput> {
    let sheet = sheet::read(bytes)?;
    let here = |names: &&[&str]| names.iter().any(|name| sheet.columns.iter().any(|column| column == name));
    let missing: Vec<&str> = columns::NEEDED.iter().filter(|names| !here(names)).map(|names| names[0]).collect();
    if !missing.is_empty() {
        return Err(BadInput::new("文件", format!("缺少这些列：{}。请按模板整理表头", missing.join("、"))));
    }
    if sheet.rows.len() > ROWS_MAX {
        let text = format!("{} 行，超过一次可导入的 {ROWS_MAX} 行，请分成几份", sheet.rows.len());
        return Err(BadInput::new("文件", text));
    }
    Ok(sheet)
}

type Found = BTreeMap<String, (i64, u32)>;

/// Finds the decisions of some numbers within reach.
fn decisions(tx: &mut Tx<'_>, reach: &Reach, numbers: &[&str], found: &mut Found) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    args.extend(numbers.iter().map(|number| Value::from(*number)));
    let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
    let mut sql =
        format!("SELECT number, case_id, act FROM case_dues WHERE bureau = $1 AND number IN ({})", marks.join(", "));
    reach.narrow(&mut sql, &mut args);
    for (number, case, act) in tx.rows(&sql, &args, |row| Ok((row.text(0), row.int(1), row.int(2))))? {
        found.insert(number, (case, u32::try_from(act).map_err(|e| Fault::Bug(e.to_string()))?));
    }
    Ok(())
}

fn payment(row: &Row, today: Day, found: &Found) -> Result<Payment, Problem> {
    let wrong = |column: &'static str, text: &str| Problem { line: row.line, column, text: text.into() };
    let need = |names: &'static [&'static str]| {
        row.get(names).map(str::trim).filter(|t| !t.is_empty()).ok_or_else(|| wrong(names[0], "不能为空"))
    };
    let number = need(columns::NUMBER)?;
    let amount = need(columns::AMOUNT)?;
    let plain = amount.trim_start_matches(['¥', '￥']).trim();
    let written = if plain.ends_with('元') { plain.to_owned() } else { format!("{plain}元") };
    let amount: Fen = written
        .parse()
        .ok()
        .filter(|fen: &Fen| fen.0 > 0)
        .ok_or_else(|| wrong(columns::AMOUNT[0], &format!("“{amount}”不是金额，应写成 200 或者 200.50")))?;
    let day = need(columns::DAY)?;
    let day = sheet::day(day).ok_or_else(|| wrong(columns::DAY[0], &format!("“{day}”不是日期，应写成 2024-04-22")))?;
    if day > today {
        return Err(wrong(columns::DAY[0], "晚于今天"));
    }
    let receipt = need(columns::RECEIPT)?.to_owned();
    let surcharge = match row.get(columns::SORT).map(str::trim) {
        None | Some("" | "罚款") => false,
        Some("加处罚款" | "滞纳金") => true,
        Some(other) => {
            let text = format!("“{other}”不是可以导入的类别，应写“罚款”或者“加处罚款”，空白的按罚款");
            return Err(wrong(columns::SORT[0], &text));
        }
    };
    let Some((case, act)) = found.get(number) else {
        let text = format!("没有找到“{number}”：请核对文号，或者该决定不由您经手、已被撤销、没有罚款");
        return Err(wrong(columns::NUMBER[0], &text));
    };
    Ok(Payment { line: row.line, case: *case, act: *act, number: number.to_owned(), surcharge, amount, day, receipt })
}
