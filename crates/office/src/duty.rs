//! Which roles may perform which acts: the one table, asked by the write path and by the pages.
//!
//! What a single act needs beside it (a certificate, the head's own hand) is for the rulebook to say.

use law::acts::Kind;

use crate::Role;

/// What a head or deputy does beside every act that names one: a clue may begin with an order from above, a mistake be taken back.
const HEAD: &[Kind] = &[Kind::ClueRegistered, Kind::CrimeAnswered, Kind::Voided];

/// Does the act name the head, or the heads, who decide or approve it?
fn names_head(kind: Kind) -> bool {
    ["head", "heads", "approvers"].into_iter().any(|key| kind.field(key).is_some())
}

/// What a legal reviewer does: the review, the hearing, publication, disputes, the way to the court, and papers made elsewhere that are
/// entered afterwards.
const REVIEWER: &[Kind] = &[
    Kind::Filing,
    Kind::PriorNotice,
    Kind::HearingAsked,
    Kind::HearingRefused,
    Kind::HearingNotified,
    Kind::HearingHeld,
    Kind::HearingEnded,
    Kind::HearingReported,
    Kind::LegallyReviewed,
    Kind::NormChosen,
    Kind::Discussed,
    Kind::PenaltyDecided,
    Kind::PenaltyWaived,
    Kind::UnprovenDecided,
    Kind::Published,
    Kind::Withdrawn,
    Kind::CreditRepairAsked,
    Kind::CreditRepairDecided,
    Kind::DisputeOpened,
    Kind::DisputeReplied,
    Kind::StayOrdered,
    Kind::DisputeEnded,
    Kind::CourtApplied,
    Kind::CourtRuled,
    Kind::DecisionRevoked,
    Kind::DecisionChanged,
    Kind::Corrected,
    Kind::Voided,
];

/// Money that came in.
const FINANCE: &[Kind] = &[Kind::FinePaid, Kind::SurchargePaid, Kind::CashHandedIn, Kind::CashDeposited];

/// The file's last way.
const ARCHIVE: &[Kind] = &[Kind::Archived];

/// What takes a decision back or alters it: the head's own, or entered by the legal officers from the paper of a court or review authority.
const UNDOING: &[Kind] = &[Kind::DecisionRevoked, Kind::DecisionChanged];

/// What only legal officers weigh: which of two norms is applied.
const WEIGHING: &[Kind] = &[Kind::NormChosen];

/// Papers that name no head and bind the party all the same.
const PAPERS: &[Kind] = &[Kind::PriorNotice, Kind::HearingNotified];

/// Is this act, where it already happened, a paper somebody signed or decided: entered afterwards only by those who can tell whether it
/// holds?
fn is_paper(kind: Kind) -> bool {
    names_head(kind) || kind.field("reviewer").is_some() || WEIGHING.contains(&kind) || PAPERS.contains(&kind)
}

impl Role {
    /// May a holder enter an act of this kind that already happened? A paper only legal officers may.
    pub fn enters(self, kind: Kind) -> bool {
        match self {
            Role::SquadLegalOfficer | Role::LegalReviewer => true,
            _ => self.performs(kind) && !is_paper(kind),
        }
    }

    /// May a holder of this role perform acts of this kind? Desk, supervision, training and the three administrators
    /// perform none.
    pub fn performs(self, kind: Kind) -> bool {
        match self {
            Role::SquadLegalOfficer => true,
            Role::Officer | Role::SquadLeader => !UNDOING.contains(&kind) && !WEIGHING.contains(&kind),
            Role::LegalReviewer => REVIEWER.contains(&kind),
            Role::DeputyHead | Role::Head => names_head(kind) || HEAD.contains(&kind),
            Role::Finance => FINANCE.contains(&kind),
            Role::Archive => ARCHIVE.contains(&kind),
            Role::Desk
            | Role::Supervision
            | Role::Training
            | Role::SystemAdministrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Right;

    #[test]
    fn whoever_performs_any_act_has_the_right_to_act_and_nobody_else() {
        for role in Role::ALL {
            let any = Kind::ALL.iter().any(|kind| role.performs(*kind));
            assert_eq!(any, role.may(Right::Act), "{}", role.label());
        }
    }

    #[test]
    fn a_paper_made_elsewhere_is_entered_by_legal_officers() {
        for kind in [Kind::Filing, Kind::Closed, Kind::PenaltyDecided, Kind::LegallyReviewed, Kind::PriorNotice] {
            assert!(!Role::Officer.enters(kind) && !Role::Head.enters(kind), "{}", kind.label());
            assert!(Role::SquadLegalOfficer.enters(kind) && Role::LegalReviewer.enters(kind), "{}", kind.label());
        }
        assert!(Role::Officer.enters(Kind::SceneRecorded) && Role::Officer.enters(Kind::OnSpotPenalty));
    }

    #[test]
    fn an_officer_does_not_undo_a_decision() {
        for kind in [Kind::DecisionRevoked, Kind::DecisionChanged] {
            assert!(!Role::Officer.performs(kind) && !Role::SquadLeader.performs(kind));
            assert!(Role::Head.performs(kind) && Role::LegalReviewer.performs(kind));
        }
    }

    #[test]
    fn between_two_norms_only_legal_officers_choose() {
        let choose = |role: Role| role.performs(Kind::NormChosen);
        assert!(choose(Role::LegalReviewer) && choose(Role::SquadLegalOfficer));
        assert!(!choose(Role::Officer) && !choose(Role::SquadLeader) && !choose(Role::Head));
        assert!(!Role::Officer.enters(Kind::NormChosen));
    }

    #[test]
    fn finance_takes_money_and_the_archive_takes_files() {
        let of = |role: Role| Kind::ALL.iter().filter(|kind| role.performs(**kind)).count();
        assert_eq!((of(Role::Finance), of(Role::Archive), of(Role::Supervision)), (4, 1, 0));
        assert!(Role::Finance.performs(Kind::FinePaid) && !Role::Finance.performs(Kind::PenaltyDecided));
    }

    #[test]
    fn a_head_decides_and_does_not_take_evidence() {
        for role in [Role::Head, Role::DeputyHead] {
            for kind in
                [Kind::Filing, Kind::Discussed, Kind::PenaltyDecided, Kind::DemolitionOrdered, Kind::RecusalDecided]
            {
                assert!(role.performs(kind), "{}", kind.label());
            }
            for kind in [Kind::SceneRecorded, Kind::Served, Kind::LegallyReviewed, Kind::FinePaid, Kind::Archived] {
                assert!(!role.performs(kind), "{}", kind.label());
            }
        }
    }
}
