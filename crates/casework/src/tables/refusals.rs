//! Refusals: who wanted what, and which rules stood against it. Outside the chain, append-only.
//!
//! They feed guidance and training, never pay or the ranking of persons (行政处罚法 74).

use law::judge::Refusal;
use ledger::{Fault, Tx};

use crate::perform::{Proposed, Where};

/// Keeps a refusal.
pub(crate) fn keep(tx: &mut Tx<'_>, place: &Where, proposed: &Proposed, refusal: &Refusal) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let last = tx.row("SELECT MAX(id) FROM refusals WHERE bureau = $1", &[b.into()], |row| Ok(row.opt_int(0)))?;
    let case = match place {
        Where::New { .. } => None,
        Where::Case { id, .. } => Some(*id),
    };
    let unit = tx
        .row(
            "SELECT unit FROM persons WHERE bureau = $1 AND id = $2",
            &[b.into(), i64::from(proposed.person).into()],
            |r| Ok(r.text(0)),
        )?
        .unwrap_or_default();
    let rules = refusal.unmet.iter().map(|u| u.rule).collect::<Vec<_>>().join(" ");
    let why = refusal.unmet.iter().map(|u| format!("{}（{}）", u.why, u.article)).collect::<Vec<_>>().join("；");
    let now = tx.now_ms();
    tx.execute(
        "INSERT INTO refusals (bureau, id, at, person, unit, case_id, act, rules, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            b.into(),
            (last.flatten().unwrap_or(0) + 1).into(),
            now.into(),
            i64::from(proposed.person).into(),
            (&unit).into(),
            case.into(),
            proposed.kind.code().into(),
            (&rules).into(),
            (&why).into(),
        ],
    )?;
    Ok(())
}
