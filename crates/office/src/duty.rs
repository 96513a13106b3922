//! Which roles may perform which acts: the one table, asked by the write path and by the pages.
//!
//! What a single act needs beside it (a certificate, the head's own hand) is for the rulebook to say.

use law::acts::Kind;

use crate::Role;

/// What a head or deputy decides, approves or takes part in deciding; a clue may also begin with an order from above.
const HEAD: &[Kind] = &[
    Kind::ClueRegistered,
    Kind::VerifyExtended,
    Kind::Filing,
    Kind::FilingRefused,
    Kind::TermExtended,
    Kind::CaseSuspended,
    Kind::CaseResumed,
    Kind::Discussed,
    Kind::PenaltyDecided,
    Kind::PenaltyWaived,
    Kind::UnprovenDecided,
    Kind::CrimeAnswered,
    Kind::DecisionRevoked,
    Kind::DecisionChanged,
    Kind::CaseEnded,
    Kind::Closed,
    Kind::Voided,
];

/// What a legal reviewer does: the review, the hearing, publication, and papers made elsewhere that are entered afterwards.
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
    Kind::Discussed,
    Kind::PenaltyDecided,
    Kind::PenaltyWaived,
    Kind::UnprovenDecided,
    Kind::Published,
    Kind::Withdrawn,
    Kind::DecisionRevoked,
    Kind::DecisionChanged,
    Kind::Corrected,
    Kind::Voided,
];

/// Money that came in.
const FINANCE: &[Kind] = &[Kind::FinePaid, Kind::CashHandedIn, Kind::CashDeposited];

/// The file's last way.
const ARCHIVE: &[Kind] = &[Kind::Archived];

impl Role {
    /// May a holder of this role perform acts of this kind? Desk, supervision, training and the three administrators
    /// perform none.
    pub fn performs(self, kind: Kind) -> bool {
        match self {
            Role::Officer | Role::SquadLeader | Role::SquadLegalOfficer => true,
            Role::LegalReviewer => REVIEWER.contains(&kind),
            Role::DeputyHead | Role::Head => HEAD.contains(&kind),
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
    fn finance_takes_money_and_the_archive_takes_files() {
        let of = |role: Role| Kind::ALL.iter().filter(|kind| role.performs(**kind)).count();
        assert_eq!((of(Role::Finance), of(Role::Archive), of(Role::Supervision)), (3, 1, 0));
        assert!(Role::Finance.performs(Kind::FinePaid) && !Role::Finance.performs(Kind::PenaltyDecided));
    }

    #[test]
    fn a_head_performs_whatever_names_a_head() {
        let named = |kind: &&Kind| kind.fields().iter().any(|f| matches!(f.key, "head" | "heads" | "approvers"));
        for kind in Kind::ALL.iter().filter(named) {
            assert!(Role::Head.performs(*kind) && Role::DeputyHead.performs(*kind), "{}", kind.label());
        }
    }
}
