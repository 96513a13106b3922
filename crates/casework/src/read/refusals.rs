//! Refusals, newest first.

use ledger::{Fault, Tx};

/// A refused act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Running number.
    pub id: i64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who.
    pub person: u32,
    /// Their unit.
    pub unit: String,
    /// The case, none when it would have opened one.
    pub case: Option<i64>,
    /// Act kind code.
    pub act: String,
    /// Rules, separated by spaces.
    pub rules: String,
    /// Reasons with articles.
    pub why: String,
}

/// The newest refusals before `before`, of everybody or of one person, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn newest(tx: &mut Tx<'_>, person: Option<u32>, before: i64, limit: i64) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args = vec![bureau.as_str().into(), before.into(), limit.into()];
    args.extend(person.map(ledger::Value::from));
    let own = if person.is_some() { " AND person = $4" } else { "" };
    tx.rows(
        &format!(
            "SELECT id, at, person, unit, case_id, act, rules, why FROM refusals WHERE bureau = $1 AND id < $2{own} ORDER BY id DESC LIMIT $3"
        ),
        &args,
        |row| {
            Ok(Row {
                id: row.int(0),
                at: row.int(1),
                person: u32::try_from(row.int(2)).unwrap_or_default(),
                unit: row.text(3),
                case: row.opt_int(4),
                act: row.text(5),
                rules: row.text(6),
                why: row.text(7),
            })
        },
    )
}
