//! The order of a case's file: eight classes, within each by time (部令55-40, one case one volume), and which part may be inspected.
//!
//! A file has an outer part (正卷) and an inner one (副卷). Inner is what shows how the organ came to its mind (report, review, discussion,
//! re-check, the chair's report, the choice between norms, the reports on a suspected crime) and who told it (clue and its check: whoever
//! complained is kept secret, 沪城管执法条例26). Everything done to or with the party, every piece of evidence and every procedural
//! step a court examines is outer. The rule names no organ's custom: a court that orders the inner part gets the whole file.
//!
//! How long a file is kept is not said here: the archive's own table decides it, and the cover leaves room for it.

use crate::acts::Kind;
use crate::case::{Case, Recorded};

/// A class of the file's papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Where the case came from and how it was filed.
    Source,
    /// Report, notice, decision and their service.
    Decision,
    /// Evidence.
    Evidence,
    /// What the party said and how it defended itself.
    Defence,
    /// The hearing.
    Hearing,
    /// Re-check, legal review, discussion.
    Review,
    /// Execution and property.
    Execution,
    /// Anything else.
    Other,
}

impl Class {
    /// The classes in the order of the file.
    pub const ALL: [Class; 8] = [
        Class::Source,
        Class::Decision,
        Class::Evidence,
        Class::Defence,
        Class::Hearing,
        Class::Review,
        Class::Execution,
        Class::Other,
    ];

    /// Its heading in the index.
    pub fn label(self) -> &'static str {
        match self {
            Class::Source => "案件来源和立案",
            Class::Decision => "调查报告、告知、决定和送达",
            Class::Evidence => "证据",
            Class::Defence => "陈述申辩",
            Class::Hearing => "听证",
            Class::Review => "复核、法制审核和集体讨论",
            Class::Execution => "执行和财物处理",
            Class::Other => "其他",
        }
    }

    /// Its place in the order, from 1.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The class of whatever paper an act of this kind makes, or of the record of the act where it makes none.
    pub fn of(kind: Kind) -> Class {
        use Kind::*;
        match kind {
            ClueRegistered | ClueVerified | VerifyExtended | Filing | FilingRefused | JurisdictionDesignated => {
                Class::Source
            }
            FinalReport | PriorNotice | PenaltyDecided | PenaltyWaived | UnprovenDecided | OnSpotPenalty
            | OrderedToCorrect | OrderedToStop | DemolitionOrdered | DecisionRevoked | DecisionChanged | Corrected
            | Educated | AddressConfirmed | SentElectronically | NoticePosted | Served => Class::Decision,
            InspectionApproved | InspectionNotified | AssistanceRequested | SceneRecorded | InterviewRecorded
            | EvidenceTaken | SightingReviewed | Sampled | EvidenceRegistered | TestCommissioned | TestReported
            | EvidenceVerified | CorrectionChecked => Class::Evidence,
            Defended | Waived => Class::Defence,
            HearingAsked | HearingRefused | HearingNotified | HearingHeld | HearingEnded | HearingReported => {
                Class::Hearing
            }
            Rechecked | LegallyReviewed | Discussed | NormChosen => Class::Review,
            RegisteredDisposed | Seized | SeizureApproved | SeizureExtended | SeizureLifted | GoodsReturned
            | ClaimAnnounced | GoodsDisposed | CashCollected | CashHandedIn | CashDeposited | FinePaid
            | PostponementAsked | PostponementDecided | SurchargeCharged | SurchargePaid | Demanded
            | DemandAnswered | DemandRechecked | EnforcementDecided | EnforcementStarted | EnforcementSuspended
            | EnforcementResumed | EnforcementEnded | EnforcementAgreed | SubstituteDecided | SubstitutePerformed
            | ImmediateSubstituted | DemolitionAnnounced | DemolitionMandated | DemolitionCarriedOut
            | DemolitionPerformed | CourtApplied | CourtRuled => Class::Execution,
            PartyJoined | PartyChanged | ConductAdded | RecusalAsked | RecusalDecided | TermExtended
            | CaseSuspended | CaseResumed | OnSpotFiled | CrimeReported | CrimeAnswered | CrimeTransferred
            | PoliceAnswered | PoliceReviewAsked | CaseReopened | DisputeOpened | DisputeReplied | StayOrdered
            | DisputeEnded | Published | Withdrawn | CreditRepairAsked | CreditRepairDecided | Voided | CaseEnded
            | Closed | Archived => Class::Other,
        }
    }
}

/// Kinds whose papers lie in the inner part and are not inspected by the party.
pub const INNER: &[Kind] = &[
    Kind::ClueRegistered,
    Kind::ClueVerified,
    Kind::VerifyExtended,
    Kind::FinalReport,
    Kind::NormChosen,
    Kind::Rechecked,
    Kind::HearingReported,
    Kind::LegallyReviewed,
    Kind::Discussed,
    Kind::DemandRechecked,
    Kind::CrimeReported,
    Kind::CrimeAnswered,
    Kind::Voided,
];

/// Does this act belong to the inner part? An act entered by mistake does, whatever its kind: it is no part of what happened to the party.
pub fn is_inner(case: &Case, act: &Recorded) -> bool {
    INNER.contains(&act.act.kind()) || case.is_void(act.no)
}

/// Does this act belong to what a court is given when it is asked to enforce (强制法55): the application, the decision with its facts,
/// reasons and grounds, what the party said, the demand, and what is to be enforced? Nothing of the inner part, and nothing else of the
/// file, so that a court need not look for it.
pub fn for_court(case: &Case, act: &Recorded) -> bool {
    use Kind::*;
    let kind = act.act.kind();
    let demanded = matches!(
        kind,
        CourtApplied
            | Demanded
            | DemandAnswered
            | FinePaid
            | SurchargeCharged
            | SurchargePaid
            | PostponementDecided
            | Seized
            | SeizureExtended
            | DisputeEnded
    );
    let class = Class::of(kind);
    let grounds = matches!(class, Class::Decision | Class::Evidence | Class::Defence | Class::Hearing);
    (demanded || grounds) && !is_inner(case, act)
}

/// The acts of a case in the order of its file: by class, within a class by day, then as they were recorded.
pub fn in_order(case: &Case) -> Vec<(Class, &Recorded)> {
    let mut acts: Vec<(Class, &Recorded)> = case.log().iter().map(|act| (Class::of(act.act.kind()), act)).collect();
    acts.sort_by_key(|(class, act)| (*class, act.happened, act.no));
    acts
}
