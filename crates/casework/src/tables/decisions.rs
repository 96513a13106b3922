//! Decisions, one row each, as they stand: what figures count and the public list shows. Beside them, what their fines came to from
//! which day on, so that a figure of an earlier day does not see what happened after it.

use std::collections::BTreeMap;

use law::Day;
use law::acts::{Act, ActNo, Kind};
use law::case::{Case, Procedure, Recorded, Subject};
use ledger::{Fault, Tx};

use crate::body::Log;

/// Rewrites the rows that the newest act touches: a new decision, or a later act addressed to one.
pub(super) fn rows(tx: &mut Tx<'_>, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let (case, acts) = (&log.case, log.case.log());
    let touched = match (&newest.act, newest.subject) {
        (Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::UnprovenDecided(_) | Act::OnSpotPenalty(_), _) => {
            vec![newest.no]
        }
        // A void may take away anything that was said of any decision.
        (Act::Voided(_) | Act::PartyChanged(_), _) => acts.iter().filter(|a| is_decision(a)).map(|a| a.no).collect(),
        (_, Subject::Document(no)) if acts.iter().any(|a| a.no == no && is_decision(a)) => vec![no],
        _ => return Ok(()),
    };
    let moves = matches!(newest.act, Act::Voided(_) | Act::DecisionChanged(_) | Act::DecisionRevoked(_));
    for no in touched {
        let Some(decision) = acts.iter().find(|a| a.no == no) else { continue };
        row(tx, log, decision, case)?;
        if moves {
            fines(tx, log.id, no, &steps(case, no))?;
        }
    }
    Ok(())
}

/// What a standing change or revocation made of the fine, fen, and on which day: in the order of the days, whenever it was recorded, as
/// a change reported late does not undo what happened after it. Of one day the last recorded is the one that lasted.
fn steps(case: &Case, decision: ActNo) -> Vec<(Day, i64)> {
    let mut steps: BTreeMap<Day, i64> = BTreeMap::new();
    for act in case.standing().filter(|a| a.subject == Subject::Document(decision)) {
        match &act.act {
            Act::DecisionChanged(change) => steps.insert(act.happened, change.fine.0),
            Act::DecisionRevoked(_) => steps.insert(act.happened, 0),
            _ => None,
        };
    }
    steps.into_iter().collect()
}

/// Rewrites the steps of one decision's fine; a decision that was voided has none.
fn fines(tx: &mut Tx<'_>, case: i64, decision: ActNo, steps: &[(Day, i64)]) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let (b, no) = (bureau.as_str(), i64::from(decision.0));
    tx.later(
        "DELETE FROM decision_fines WHERE bureau = $1 AND case_id = $2 AND act = $3",
        &[b.into(), case.into(), no.into()],
    )?;
    for (day, fine) in steps {
        tx.later(
            "INSERT INTO decision_fines (bureau, case_id, act, day, fine) VALUES ($1, $2, $3, $4, $5)",
            &[b.into(), case.into(), no.into(), (&day.to_string()).into(), (*fine).into()],
        )?;
    }
    Ok(())
}

fn is_decision(act: &Recorded) -> bool {
    matches!(act.act.kind(), Kind::PenaltyDecided | Kind::PenaltyWaived | Kind::UnprovenDecided | Kind::OnSpotPenalty)
}

/// Only a warning or public criticism: no such decision is counted among those published for their effect.
fn mild(act: &Act) -> bool {
    use law::corpus::Sort;
    let sorts = match act {
        Act::PenaltyDecided(act) => &act.sorts,
        Act::OnSpotPenalty(act) => &act.sorts,
        _ => return false,
    };
    sorts.iter().all(|s| matches!(s, Sort::Warning | Sort::Criticism))
}

fn row(tx: &mut Tx<'_>, log: &Log, decision: &Recorded, case: &Case) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let (id, no) = (log.id, decision.no);
    if case.is_void(no) {
        tx.later(
            "DELETE FROM decisions WHERE bureau = $1 AND case_id = $2 AND act = $3",
            &[b.into(), id.into(), i64::from(no.0).into()],
        )?;
        return Ok(());
    }
    let fine_decided = match &decision.act {
        Act::PenaltyDecided(act) => act.fine.0,
        Act::OnSpotPenalty(act) => act.fine.0,
        _ => 0,
    };
    // As it stands: revoked counts nothing, changed counts its new amount.
    let fine = steps(case, no).last().map_or(fine_decided, |step| step.1);
    let (mut served, mut published, mut withdrawn, mut revoked) = (None, None::<String>, None, None);
    for act in case.standing().filter(|a| a.subject == Subject::Document(no)) {
        let day = act.happened.to_string();
        match &act.act {
            Act::Served(_) => served = served.or(Some(day)),
            // First published is the earliest day, also where that was reported after a later one.
            Act::Published(_) => (published, withdrawn) = (Some(published.map_or(day.clone(), |p| p.min(day))), None),
            Act::Withdrawn(_) => withdrawn = Some(day),
            Act::DecisionRevoked(_) => revoked = Some(day),
            _ => {}
        }
    }
    let matter = case
        .conducts_of(no)
        .first()
        .and_then(|c| case.conduct_of(*c))
        .or_else(|| case.conducts().next())
        .map(|c| c.matter.clone())
        .unwrap_or_default();
    let party = case.party_of(no);
    let person = party.and_then(|p| case.party(p)).is_some_and(|p| p.person);
    let procedure = if case.procedure() == Some(Procedure::Simple) { "simple" } else { "ordinary" };
    tx.later(
        "INSERT INTO decisions (bureau, case_id, act, organ, unit, kind, procedure, matter, number, decided, fine, fine_decided, person, served, published, withdrawn, revoked, mild, party) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
         ON CONFLICT (bureau, case_id, act) DO UPDATE SET matter = $8, person = $13, party = $19, fine = $11, served = $14, published = $15, withdrawn = $16, revoked = $17",
        &[
            b.into(),
            id.into(),
            i64::from(no.0).into(),
            (&decision.organ.0).into(),
            (&log.unit).into(),
            decision.act.kind().code().into(),
            procedure.into(),
            (&matter).into(),
            decision.allocated.number.as_deref().unwrap_or_default().into(),
            (&decision.happened.to_string()).into(),
            fine.into(),
            fine_decided.into(),
            person.into(),
            (&served).into(),
            (&published).into(),
            (&withdrawn).into(),
            (&revoked).into(),
            mild(&decision.act).into(),
            i64::from(party.map_or(0, |p| p.0)).into(),
        ],
    )?;
    Ok(())
}
