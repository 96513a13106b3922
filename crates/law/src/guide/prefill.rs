//! What a new draft already knows from the case.

use crate::acts::*;
use crate::case::{Case, Subject};
use crate::money::Fen;

/// A draft of that kind with everything the case already says. Nothing is guessed: only what was recorded before, and the team.
pub fn prefill(case: &Case, kind: Kind, subject: Subject, team: &[PersonId]) -> Draft {
    let mut draft = Draft::empty(kind);
    let party = case.party_of_subject(subject);
    let report = case.report();
    let left = |no: PartyNo| -> Vec<ConductNo> {
        let decided: Vec<ConductNo> = case.decisions(no).into_iter().flat_map(|decision| decision.conducts).collect();
        case.conducts().map(|conduct| conduct.no).filter(|no| !decided.contains(no)).collect()
    };
    match &mut draft {
        Draft::Filing(d) if !team.is_empty() => d.handlers.value = Some(team.to_vec()),
        Draft::PartyChanged(d) => {
            if let Some(facts) = party.and_then(|no| case.party(no)) {
                d.party_kind.value = Some(facts.kind());
                d.party_born.value = Some(facts.born);
                d.party_incapable.value = Some(Some(facts.incapable));
                d.party_key.value = Some(PartyKey(facts.key.clone()));
            }
        }
        Draft::EvidenceVerified(d) => {
            let open: Vec<ActNo> = evidence(case).filter(|no| case.evidence_result(*no).is_none()).collect();
            if !open.is_empty() {
                d.evidence.value = Some(open);
            }
        }
        Draft::FinalReport(d) => {
            let accepted: Vec<ActNo> =
                evidence(case).filter(|no| case.evidence_result(*no) == Some(EvidenceResult::Accepted)).collect();
            if !accepted.is_empty() {
                d.evidence.value = Some(accepted);
            }
        }
        Draft::PriorNotice(d) => {
            d.conducts.value = party.map(left).filter(|list| !list.is_empty());
            d.facts.value = report.and_then(|report| given(&report.act.facts));
            d.reason.value = report.and_then(|report| given(&report.act.reason));
            d.lightening.value = Some(Lightening::None);
        }
        Draft::PenaltyDecided(d) => {
            if let Some(notice) = party.and_then(|no| case.notice(no)) {
                d.conducts.value = Some(notice.act.conducts.clone());
                d.facts.value = given(&notice.act.facts);
                d.reason.value = given(&notice.act.reason);
                d.sorts.value = Some(notice.act.sorts.clone());
                d.fine.value = Some(notice.fine);
                d.gains.value = Some(notice.gains);
                d.property.value = Some(notice.property);
                d.area.value = Some(notice.area);
                d.measures.value = Some(notice.act.measures.clone());
                d.branch.value = Some(notice.act.branch.clone());
                d.factors.value = Some(notice.act.factors.clone());
                d.tier.value = Some(notice.act.tier.clone());
                d.departure.value = Some(notice.act.departure.as_ref().and_then(given));
                d.lightening.value = Some(notice.lightening);
                d.cites_hearing.value = party.map(|no| case.by::<HearingHeld>(no).next().is_some());
            }
        }
        Draft::PenaltyWaived(d) => {
            d.conducts.value = party.map(left).filter(|list| !list.is_empty());
            d.facts.value = report.and_then(|report| given(&report.act.facts));
            d.reason.value = report.and_then(|report| given(&report.act.reason));
        }
        Draft::UnprovenDecided(d) => d.conducts.value = party.map(left).filter(|list| !list.is_empty()),
        Draft::OnSpotPenalty(d) => {
            if let Some(facts) = case.parties().next() {
                d.party_kind.value = Some(facts.kind());
                d.party_born.value = Some(facts.born);
                d.party_incapable.value = Some(Some(facts.incapable));
                d.party_key.value = Some(PartyKey(facts.key.clone()));
            }
            if let Some(conduct) = case.conducts().next() {
                d.matter.value = Some(MatterCode(conduct.matter.clone()));
                d.conduct_day.value = Some(conduct.day);
                d.place.value = Some(conduct.place.clone());
            }
            d.lightening.value = Some(Lightening::None);
        }
        Draft::DecisionChanged(d) => {
            if let Subject::Document(no) = subject
                && let Some(decision) = case.decision(no)
            {
                d.sorts.value = Some(decision.sorts);
                d.fine.value = Some(decision.fine);
            }
        }
        Draft::DisputeReplied(d) => {
            if let Subject::Item(no) = subject
                && let Some(dispute) = case.disputes().into_iter().find(|dispute| dispute.no == no)
            {
                let before: Vec<ActNo> = evidence(case).filter(|no| *no < dispute.of).collect();
                if !before.is_empty() {
                    d.evidence.value = Some(before);
                }
            }
        }
        Draft::SurchargePaid(d) => {
            if let Subject::Document(no) = subject {
                d.amount.value = Some(case.surcharge_left(no)).filter(|left| *left > Fen::ZERO);
            }
        }
        Draft::CashCollected(d) => d.amount.value = owed(case, subject),
        Draft::FinePaid(d) => d.amount.value = owed(case, subject),
        _ => {}
    }
    draft
}

fn evidence(case: &Case) -> impl Iterator<Item = ActNo> {
    case.standing().filter(|rec| Kind::EVIDENCE.contains(&rec.act.kind())).map(|rec| rec.no)
}

/// A text still at hand; one kept outside belongs to the act that kept it and is not copied by reference.
fn given(words: &Words) -> Option<Words> {
    matches!(words, Words::Given(_)).then(|| words.clone())
}

fn owed(case: &Case, subject: Subject) -> Option<Fen> {
    let Subject::Document(no) = subject else { return None };
    let decision = case.decision(no)?;
    Some(Fen(decision.fine.0.saturating_sub(case.paid(no).0))).filter(|left| *left > Fen::ZERO)
}
