//! What every fine stands at: owed, paid, and the last day to pay in time.

use law::acts::{Kind, Stage};
use law::case::Recorded;
use law::corpus::Corpus;
use ledger::{Fault, Tx};

use crate::body::Log;

/// A fine that has no last day yet: nothing was served.
const NEVER: &str = "9999-12-31";

/// Rewrites the rows of a case whose fines the newest act may have moved.
pub(super) fn rows(tx: &mut Tx<'_>, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let case = &log.case;
    let kind = newest.act.kind();
    if kind.stage() < Stage::Decision || (case.all_decisions().is_empty() && kind != Kind::Voided) {
        return Ok(());
    }
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    tx.later("DELETE FROM case_dues WHERE bureau = $1 AND case_id = $2", &[b.into(), log.id.into()])?;
    for decision in case.all_decisions().into_iter().filter(|d| d.revoked.is_none() && d.fine.0 > 0) {
        let Some(rec) = case.record(decision.no) else { continue };
        let paid = case.paid(decision.no);
        let term = case.payment_term(&decision, Corpus::builtin().calendar());
        let (since, due) = term.map(|(since, due)| (since.to_string(), due.last.to_string())).unzip();
        let over = case.enforcement_ended(decision.no).is_some();
        let state = if paid >= decision.fine || over { "settled" } else { "owed" };
        tx.later(
            "INSERT INTO case_dues (bureau, case_id, act, organ, unit, party, number, fine, paid, since, due, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &[
                b.into(),
                log.id.into(),
                i64::from(decision.no.0).into(),
                (&rec.organ.0).into(),
                (&log.unit).into(),
                i64::from(decision.party.0).into(),
                rec.allocated.number.as_deref().unwrap_or_default().into(),
                decision.fine.0.into(),
                paid.0.into(),
                since.as_deref().into(),
                due.as_deref().unwrap_or(NEVER).into(),
                state.into(),
            ],
        )?;
    }
    Ok(())
}
