//! Delegation: a head, deputy or squad leader lets somebody of the same organ sign for them, from a day to a day.
//!
//! A role that was itself delegated is not handed on. Ending one never reaches back: what was signed today keeps its ground.

use jiff::civil::Date;
use ledger::{Fault, Tx};

use crate::change::{Change, record};
use crate::{BadInput, Role};

/// A delegation, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Whose role.
    pub from_person: u32,
    /// Who acts for them.
    pub to_person: u32,
    /// The role handed over.
    pub role: Role,
    /// First day.
    pub from: Date,
    /// Last day; before the first: it was taken back before it began.
    pub to: Date,
}

/// Rows of a list at most.
const SHOWN: i64 = 200;

/// Every delegation this person gave or received, the latest first.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx<'_>, person: u32) -> Result<Vec<Delegation>, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.rows(
        "SELECT from_person, to_person, role, from_day, to_day FROM delegations WHERE bureau = $1 AND (from_person = $2 OR to_person = $2) \
         ORDER BY from_day DESC, from_person, to_person, role LIMIT $3",
        &[bureau.as_str().into(), i64::from(person).into(), SHOWN.into()],
        |row| Ok((row.int(0), row.int(1), row.text(2), row.text(3), row.text(4))),
    )?;
    let number = |n: i64| u32::try_from(n).unwrap_or_default();
    let mut found = Vec::new();
    for (from_person, to_person, role, from, to) in rows {
        let Some(role) = Role::parse(&role) else { continue };
        let (from, to) = (crate::standing::day(&from)?, crate::standing::day(&to)?);
        found.push(Delegation { from_person: number(from_person), to_person: number(to_person), role, from, to });
    }
    Ok(found)
}

/// The delegable roles a person holds themselves on a day, with the organ each is held for.
///
/// # Errors
/// The database fails.
pub fn own(tx: &mut Tx<'_>, person: u32, day: Date) -> Result<Vec<(Role, String)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let day = day.to_string();
    let rows = tx.rows(
        "SELECT role, organ FROM roles WHERE bureau = $1 AND person = $2 AND from_day <= $3 AND (to_day IS NULL OR to_day >= $3) ORDER BY role, organ LIMIT 50",
        &[bureau.as_str().into(), i64::from(person).into(), day.as_str().into()],
        |row| Ok((row.text(0), row.text(1))),
    )?;
    let held = rows.into_iter().filter_map(|(role, organ)| Some((Role::parse(&role)?, organ)));
    Ok(held.filter(|(role, _)| role.delegable()).collect())
}

/// The organ an active person's unit acts for.
fn organ_of(tx: &mut Tx<'_>, person: u32) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row(
        "SELECT u.organ FROM persons p JOIN units u ON u.bureau = p.bureau AND u.id = p.unit WHERE p.bureau = $1 AND p.id = $2 AND p.active = 1",
        &[bureau.as_str().into(), i64::from(person).into()],
        |row| Ok(row.text(0)),
    )
}

/// Hands a role over; the inner error says what is wrong with it.
///
/// # Errors
/// The database fails.
pub fn give(tx: &mut Tx<'_>, actor: &str, today: Date, new: &Delegation) -> Result<Result<(), BadInput>, Fault> {
    let bad = |field: &str, text: &str| Ok(Err(BadInput::new(field, text)));
    let organs: Vec<String> =
        own(tx, new.from_person, today)?.into_iter().filter(|(role, _)| *role == new.role).map(|(_, o)| o).collect();
    if organs.is_empty() {
        return bad("角色", "只能委托您本人今天担任的中队长、副职负责人或者负责人职责");
    }
    if new.from_person == new.to_person {
        return bad("受托人", "不能委托给本人");
    }
    match organ_of(tx, new.to_person)? {
        Some(organ) if organs.contains(&organ) => {}
        _ => return bad("受托人", "应当是本机关在职人员"),
    }
    if new.from < today {
        return bad("起始日", "不能早于今天：委托不溯及既往");
    }
    if new.to < new.from {
        return bad("终止日", "不能早于起始日");
    }
    // One person at a time signs for another in one role, or nobody could say who was meant.
    let overlaps = |d: &Delegation| {
        d.from_person == new.from_person && d.role == new.role && d.from <= d.to && d.from <= new.to && new.from <= d.to
    };
    if of(tx, new.from_person)?.iter().any(overlaps) {
        return bad("起始日", "这一职责在这段时间已经委托给他人，请先撤销或者改日期");
    }
    record(tx, actor, today, &change(new))?;
    Ok(Ok(()))
}

/// Ends a delegation: one that runs lasts for the rest of today, one that has not begun never does.
///
/// # Errors
/// The database fails.
pub fn revoke(
    tx: &mut Tx<'_>,
    actor: &str,
    today: Date,
    (from_person, to_person, role, from): (u32, u32, Role, Date),
) -> Result<Result<(), BadInput>, Fault> {
    let wanted =
        |d: &Delegation| d.from_person == from_person && d.to_person == to_person && d.role == role && d.from == from;
    let Some(mut ended) = of(tx, from_person)?.into_iter().find(wanted) else {
        return Ok(Err(BadInput::new("委托", "没有这项委托")));
    };
    if ended.to <= today && ended.from <= today || ended.to < ended.from {
        return Ok(Err(BadInput::new("委托", "这项委托已经到期或者已经撤销")));
    }
    ended.to = if ended.from <= today { today } else { ended.from.yesterday().unwrap_or(ended.from) };
    record(tx, actor, today, &change(&ended))?;
    Ok(Ok(()))
}

fn change(d: &Delegation) -> Change {
    Change::Delegation { from_person: d.from_person, to_person: d.to_person, role: d.role, from: d.from, to: d.to }
}
