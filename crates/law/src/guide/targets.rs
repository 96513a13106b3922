//! Which acts are worth offering, and on what.

use crate::acts::*;
use crate::case::{Case, CrimeState, HearingState, Procedure, Subject};
use crate::clocks::publishable;
use crate::rules::shown;

/// Where the guide starts: what a case must come to.
pub(super) fn goals(case: &Case) -> Vec<(Kind, Subject)> {
    if case.is_empty() {
        return vec![(Kind::ClueRegistered, Subject::Case), (Kind::OnSpotPenalty, Subject::Case)];
    }
    let mut goals = vec![];
    if case.over() {
        if !case.has(Kind::Archived) {
            goals.push((Kind::Archived, Subject::Case));
        }
    } else {
        goals.push((Kind::Closed, Subject::Case));
    }
    if case.clue().is_some()
        && !case.has(Kind::ClueVerified)
        && case.filing().is_none()
        && case.procedure() == Some(Procedure::Ordinary)
        && !case.over()
    {
        goals.push((Kind::ClueVerified, Subject::Case));
    }
    for decision in case.all_decisions() {
        let of = Subject::Document(decision.no);
        if decision.revoked.is_none() && publishable(case, &decision) && !shown(case, decision.no) {
            goals.push((Kind::Published, of));
        }
    }
    goals.extend(case.to_withdraw().into_iter().map(|(decision, _)| (Kind::Withdrawn, Subject::Document(decision))));
    goals
}

/// The subjects on which a kind of act still makes sense, for one party where that is known.
pub(super) fn subjects(case: &Case, kind: Kind, party: Option<PartyNo>) -> Vec<Subject> {
    let ours = |no: ActNo| party.is_none() || case.party_of(no) == party;
    match kind.subject() {
        SubjectKind::Case => vec![Subject::Case],
        SubjectKind::Party => case
            .parties()
            .filter(|facts| party.is_none_or(|no| facts.no == no))
            .map(|facts| Subject::Party(facts.no))
            .collect(),
        SubjectKind::Document | SubjectKind::Item => {
            let wrap =
                |no| if kind.subject() == SubjectKind::Document { Subject::Document(no) } else { Subject::Item(no) };
            case.standing()
                .filter(|rec| {
                    kind.subject_kinds().contains(&rec.act.kind())
                        && ours(rec.no)
                        && pending(case, kind, rec.no, rec.act.kind())
                })
                .map(|rec| wrap(rec.no))
                .collect()
        }
    }
}

/// Whether the act on that document or item is still to be done.
fn pending(case: &Case, kind: Kind, of: ActNo, of_kind: Kind) -> bool {
    let document = Subject::Document(of);
    let item = Subject::Item(of);
    match kind {
        Kind::Served | Kind::SentElectronically => {
            let handed =
                of_kind == Kind::OnSpotPenalty && case.decision(of).is_some_and(|decision| decision.served.is_some());
            let old = of_kind == Kind::PriorNotice
                && case.party_of(of).and_then(|party| case.notice(party)).is_some_and(|last| last.no() != of);
            let sent = kind == Kind::SentElectronically && case.on::<SentElectronically>(document).next().is_some();
            !handed && !old && !sent && of_kind != Kind::Corrected && case.served(of).is_none()
        }
        Kind::CorrectionChecked => !case.on::<CorrectionChecked>(document).any(|fact| fact.corrected),
        Kind::Rechecked => case.on::<Rechecked>(item).next().is_none(),
        Kind::OnSpotFiled => case.on::<OnSpotFiled>(document).next().is_none(),
        Kind::CashHandedIn => case.on::<CashHandedIn>(item).next().is_none(),
        Kind::CashDeposited => {
            case.on::<CashHandedIn>(item).next().is_some() && case.on::<CashDeposited>(item).next().is_none()
        }
        Kind::FinePaid | Kind::CashCollected => {
            case.decision(of).is_some_and(|decision| decision.revoked.is_none() && case.paid(of) < decision.fine)
        }
        Kind::RecusalDecided => case.on::<RecusalDecided>(item).next().is_none(),
        Kind::SightingReviewed => {
            matches!(case.record(of).map(|rec| &rec.act), Some(Act::EvidenceTaken(act)) if act.monitor.is_some())
                && case.on::<SightingReviewed>(item).next().is_none()
        }
        Kind::RegisteredDisposed => case.disposed(of).is_none(),
        Kind::TestReported => case.on::<TestReported>(item).next().is_none(),
        Kind::SeizureApproved => {
            matches!(case.record(of).map(|rec| &rec.act), Some(Act::Seized(act)) if act.approval == SeizeApproval::Urgent)
                && case.on::<SeizureApproved>(item).next().is_none()
        }
        Kind::SeizureExtended | Kind::SeizureLifted => case.lifted(of).is_none() && case.goods_gone(of).is_none(),
        Kind::TestCommissioned => {
            matches!(of_kind, Kind::Sampled | Kind::EvidenceTaken) || case.goods_gone(of).is_none()
        }
        Kind::GoodsReturned | Kind::GoodsDisposed | Kind::ClaimAnnounced => case.goods_gone(of).is_none(),
        Kind::PostponementDecided => case.on::<PostponementDecided>(item).next().is_none(),
        Kind::DemandRechecked => case.on::<DemandRechecked>(item).next().is_none(),
        Kind::CourtRuled => case.on::<CourtRuled>(item).next().is_none(),
        Kind::DisputeReplied => case.on::<DisputeReplied>(item).next().is_none(),
        Kind::DisputeEnded | Kind::StayOrdered => case.disputes().iter().any(|one| one.no == of && one.ended.is_none()),
        Kind::CreditRepairDecided => case.on::<CreditRepairDecided>(item).next().is_none(),
        Kind::SurchargePaid => case.surcharge_left(of) > crate::money::Fen::ZERO,
        Kind::Demanded
        | Kind::EnforcementDecided
        | Kind::SubstituteDecided
        | Kind::CourtApplied
        | Kind::EnforcementEnded
        | Kind::SurchargeCharged
        | Kind::PostponementAsked => case.revoked(of).is_none() && !case.performed(of),
        Kind::Published => case.revoked(of).is_none() && !shown(case, of),
        Kind::Withdrawn => shown(case, of),
        Kind::DecisionRevoked | Kind::DecisionChanged => case.revoked(of).is_none(),
        _ => true,
    }
}

/// Whether the act is worth offering beside the way to the goal.
pub(super) fn beside(case: &Case, kind: Kind, subject: Subject) -> bool {
    use Kind as K;
    if case.is_empty()
        || case.over()
            && !matches!(
                kind,
                K::Served
                    | K::FinePaid
                    | K::Published
                    | K::Withdrawn
                    | K::DecisionRevoked
                    | K::DisputeOpened
                    | K::DisputeReplied
                    | K::DisputeEnded
                    | K::StayOrdered
                    | K::CreditRepairAsked
                    | K::CreditRepairDecided
                    | K::CaseReopened
                    | K::PoliceAnswered
            )
    {
        return false;
    }
    let ordinary = case.procedure() == Some(Procedure::Ordinary);
    let filed = case.filing().is_some();
    let party = case.party_of_subject(subject);
    let decided = |party: PartyNo| !case.decisions(party).is_empty();
    let all_decided =
        case.parties().next().is_some() && case.parties().all(|facts| decided(facts.no)) || case.ended().is_some();
    let open = ordinary && !all_decided;
    let party_open = ordinary && party.is_some_and(|no| !decided(no)) && case.ended().is_none();
    let notified = party.and_then(|no| case.notice(no));
    let told = notified.is_some_and(|notice| case.served(notice.no()).is_some());
    match kind {
        K::ClueRegistered | K::Voided | K::Corrected | K::Closed | K::Archived => false,
        K::ClueVerified => false,
        K::VerifyExtended => open && !filed && !case.has(K::ClueVerified) && !case.has(K::VerifyExtended),
        K::Filing | K::FilingRefused => open && !filed,
        K::OnSpotPenalty => open && !filed,
        K::PartyJoined | K::ConductAdded => {
            open && filed && case.report().is_none()
                || kind == K::PartyJoined && open && case.parties().next().is_none()
        }
        K::PartyChanged => party_open && notified.is_none(),
        K::SceneRecorded | K::InterviewRecorded | K::EvidenceTaken => open,
        K::EvidenceVerified => {
            open && Kind::EVIDENCE
                .iter()
                .any(|kind| case.of_kind(*kind).any(|rec| case.evidence_result(rec.no).is_none()))
        }
        K::OrderedToCorrect => party_open && party.is_some_and(|no| case.by::<OrderedToCorrect>(no).next().is_none()),
        K::CorrectionChecked => open,
        K::TermExtended | K::CaseSuspended | K::CaseEnded => open && filed,
        K::CaseResumed => case.suspended().is_some(),
        // Offered where two norms clash; the guide asks the rules whether they do.
        K::NormChosen => open && filed && !case.has(K::NormChosen),
        K::FinalReport => open && filed && case.report().is_none(),
        K::PriorNotice => party_open && case.report().is_some() && notified.is_none(),
        K::AddressConfirmed => ordinary && party.is_some_and(|no| case.by::<AddressConfirmed>(no).next().is_none()),
        K::SentElectronically => party.is_some_and(|no| case.consents_electronically(no)),
        K::Served => true,
        K::Defended | K::Waived => party_open && told,
        K::Rechecked => true,
        K::HearingAsked => {
            party_open
                && told
                && notified.is_some_and(|notice| notice.hearing_right)
                && party.is_some_and(|no| case.hearing(no) == HearingState::Offered)
        }
        K::HearingRefused | K::HearingNotified => party.is_some_and(|no| case.hearing(no) == HearingState::Asked),
        K::HearingHeld => party.is_some_and(|no| matches!(case.hearing(no), HearingState::Notified(_))),
        K::HearingEnded => {
            party.is_some_and(|no| matches!(case.hearing(no), HearingState::Asked | HearingState::Notified(_)))
        }
        K::HearingReported => {
            party_open
                && party.is_some_and(|no| {
                    case.by::<HearingHeld>(no).next().is_some() && case.by::<HearingReported>(no).next().is_none()
                })
        }
        K::LegallyReviewed | K::Discussed => open && case.has(K::PriorNotice),
        K::PenaltyDecided => false,
        K::PenaltyWaived | K::UnprovenDecided | K::Educated => party_open && case.report().is_some(),
        K::OnSpotFiled | K::CashHandedIn | K::CashDeposited | K::FinePaid => true,
        K::CashCollected => case.spot_penalty().is_some(),
        K::CrimeReported => open && filed && matches!(case.crime(), None | Some(CrimeState::Declined(_))),
        K::CrimeAnswered => matches!(case.crime(), Some(CrimeState::Reported(_))),
        K::CrimeTransferred => matches!(case.crime(), Some(CrimeState::Approved(_))),
        K::PoliceAnswered => matches!(case.crime(), Some(CrimeState::Transferred(_) | CrimeState::Taken(_))),
        K::Published | K::Withdrawn => true,
        K::JurisdictionDesignated => open && !filed && !case.has(K::JurisdictionDesignated),
        K::RecusalAsked => open,
        K::Sampled | K::AssistanceRequested => open,
        // Told after it was approved, once for each approval.
        K::InspectionApproved => {
            party_open && party.is_some_and(|no| case.by::<InspectionApproved>(no).next().is_none())
        }
        K::InspectionNotified => {
            let count = |kind: K| case.of_kind(kind).filter(|rec| rec.subject == subject).count();
            party_open && count(K::InspectionNotified) < count(K::InspectionApproved)
        }
        K::EvidenceRegistered | K::Seized | K::OrderedToStop => party_open,
        K::DemolitionOrdered => {
            party.is_some_and(|no| case.by::<DemolitionOrdered>(no).next().is_none()) && case.report().is_some()
        }
        K::ImmediateSubstituted => open && party.is_some(),
        K::TestCommissioned => open,
        K::RecusalDecided
        | K::SightingReviewed
        | K::RegisteredDisposed
        | K::TestReported
        | K::SeizureApproved
        | K::SeizureExtended
        | K::SeizureLifted
        | K::GoodsReturned
        | K::ClaimAnnounced
        | K::GoodsDisposed
        | K::PostponementDecided
        | K::SurchargePaid
        | K::DemandAnswered
        | K::DemandRechecked
        | K::EnforcementStarted
        | K::SubstitutePerformed
        | K::CourtRuled
        | K::StayOrdered
        | K::DisputeReplied
        | K::DisputeEnded
        | K::CreditRepairDecided => true,
        // Offered only where there is something to enforce: the rules say from when.
        K::PostponementAsked | K::SurchargeCharged | K::CourtApplied | K::EnforcementEnded => of_penalty(case, subject),
        K::Demanded | K::EnforcementDecided | K::SubstituteDecided => true,
        K::EnforcementSuspended | K::EnforcementAgreed => {
            matches!(subject, Subject::Document(no) if !case.enforcement_suspended(no) && case.base_of(no).is_some_and(|base| !case.performed(base)))
        }
        K::EnforcementResumed => matches!(subject, Subject::Document(no) if case.enforcement_suspended(no)),
        K::DemolitionAnnounced | K::DemolitionMandated | K::DemolitionCarriedOut | K::DemolitionPerformed => {
            matches!(subject, Subject::Document(no) if !case.performed(no))
        }
        K::DisputeOpened => {
            let reached = |no: ActNo| {
                let spot = case.decision(no).is_some_and(|decision| decision.served.is_some());
                spot || case.served(no).is_some() || case.record(no).is_some_and(|rec| rec.act.kind() == K::Seized)
            };
            matches!(subject, Subject::Document(no) if reached(no) && !case.in_dispute(no))
        }
        K::NoticePosted => {
            matches!(subject, Subject::Document(no) if case.served(no).is_none() && case.on::<NoticePosted>(subject).next().is_none())
        }
        K::PoliceReviewAsked => {
            matches!(case.crime(), Some(CrimeState::Declined(no)) if case.record(no).is_some_and(|rec| rec.act.kind() == K::PoliceAnswered))
                && !case.has(K::PoliceReviewAsked)
        }
        K::CaseReopened => case.ended().is_some_and(|ended| ended.ground == EndGround::Crime),
        K::CreditRepairAsked => {
            matches!(subject, Subject::Document(no) if shown(case, no) && case.on::<CreditRepairAsked>(subject).next().is_none())
        }
        K::DecisionRevoked | K::DecisionChanged => true,
    }
}

/// Whether the subject is a penalty that stands and is not paid.
fn of_penalty(case: &Case, subject: Subject) -> bool {
    let Subject::Document(no) = subject else { return false };
    case.decision(no)
        .is_some_and(|one| one.penalty() && one.fine.0 > 0 && one.revoked.is_none() && one.served.is_some())
}
