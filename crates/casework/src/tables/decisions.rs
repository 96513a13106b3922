//! Decisions, one row each, as they stand: what figures count and the public list shows.

use law::acts::{Act, Kind};
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
    for no in touched {
        let Some(decision) = acts.iter().find(|a| a.no == no) else { continue };
        row(tx, log, decision, case)?;
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
    // As it stands: revoked counts nothing, changed counts its new amount, in the order of the acts.
    let (mut fine, mut served, mut published, mut withdrawn, mut revoked) = (fine_decided, None, None, None, None);
    for act in case.standing().filter(|a| a.subject == Subject::Document(no)) {
        let day = act.happened.to_string();
        match &act.act {
            Act::Served(_) => served = served.or(Some(day)),
            Act::Published(_) => (published, withdrawn) = (published.or(Some(day)), None),
            Act::Withdrawn(_) => withdrawn = Some(day),
            Act::DecisionChanged(change) => fine = change.fine.0,
            Act::DecisionRevoked(_) => (fine, revoked) = (0, Some(day)),
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
