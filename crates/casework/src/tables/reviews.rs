//! Cases that wait for a legal officer, and hearings by their day.

use law::acts::{Act, HearingEnded, HearingHeld, HearingNotified};
use law::case::{Recorded, Subject};
use ledger::{Fault, Tx};

use crate::body::Log;

/// Whether the case waits for legal review, and its hearings, after each act.
pub(super) fn rows(tx: &mut Tx<'_>, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let case = &log.case;
    match law::rules::review_wanted(case) {
        Some(since) => tx.later(
            "INSERT INTO case_reviews (bureau, case_id, unit, since) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (bureau, case_id) DO UPDATE SET unit = $3, since = $4",
            &[b.into(), log.id.into(), (&log.unit).into(), (&since.to_string()).into()],
        )?,
        // Only what a case may have waited for is looked for to be taken away.
        None if case.report().is_some() => {
            tx.later("DELETE FROM case_reviews WHERE bureau = $1 AND case_id = $2", &[b.into(), log.id.into()])?;
        }
        None => {}
    }
    if !matches!(
        newest.act,
        Act::HearingNotified(_) | Act::HearingHeld(_) | Act::HearingEnded(_) | Act::Voided(_) | Act::CaseEnded(_)
    ) || case.log().iter().all(|rec| !matches!(rec.act, Act::HearingNotified(_)))
    {
        return Ok(());
    }
    tx.later("DELETE FROM case_hearings WHERE bureau = $1 AND case_id = $2", &[b.into(), log.id.into()])?;
    for fact in case.all::<HearingNotified>() {
        let Subject::Party(party) = fact.rec.subject else { continue };
        let held = case.by::<HearingHeld>(party).find(|held| held.after(fact.no())).map(|held| held.day());
        let ended = case.by::<HearingEnded>(party).any(|ended| ended.after(fact.no())) || case.ended().is_some();
        let moved = case.by::<HearingNotified>(party).any(|next| next.after(fact.no()));
        let state = match (held, ended, moved) {
            (_, _, true) => "moved",
            (Some(_), ..) => "held",
            (None, true, _) => "ended",
            _ => "set",
        };
        let act = fact.act;
        tx.later(
            "INSERT INTO case_hearings (bureau, case_id, act, unit, party, day, time, place, chair, open, announced, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &[
                b.into(),
                log.id.into(),
                i64::from(fact.no().0).into(),
                (&log.unit).into(),
                i64::from(party.0).into(),
                (&act.day.to_string()).into(),
                (&act.time.to_string()).into(),
                (&act.place).into(),
                i64::from(act.chair.0).into(),
                act.open.into(),
                (&act.announced.map(|day| day.to_string())).into(),
                state.into(),
            ],
        )?;
    }
    Ok(())
}
