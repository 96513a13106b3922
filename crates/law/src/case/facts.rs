//! Questions about a case that rules, clocks and pages ask.

use super::{Case, Fact, Procedure, Subject};
use crate::Day;
use crate::acts::*;
use crate::calendar::Calendar;
use crate::corpus::Sort;
use crate::deadline::{Due, Span, Term};
use crate::money::Fen;

/// The party's time to state its view, defend itself and ask for a hearing (处罚法64；部令55-22；沪听证16).
pub const NOTICE_WINDOW: Term = Term::workdays(5).rolling();

/// A decision about one party, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The act that made it.
    pub no: ActNo,
    /// Its kind: a penalty, no penalty, facts that do not stand, or an on-spot penalty.
    pub kind: Kind,
    /// The party.
    pub party: PartyNo,
    /// The day of the decision.
    pub day: Day,
    /// The conducts it is about.
    pub conducts: Vec<ConductNo>,
    /// The kinds of penalty, after the last change.
    pub sorts: Vec<Sort>,
    /// The fine, after the last change.
    pub fine: Fen,
    /// The act that revoked it.
    pub revoked: Option<ActNo>,
    /// The acts that changed it.
    pub changed: Vec<ActNo>,
    /// The first day on which it reached the party.
    pub served: Option<Day>,
}

impl Decision {
    /// Whether it imposes a penalty.
    pub fn penalty(&self) -> bool {
        matches!(self.kind, Kind::PenaltyDecided | Kind::OnSpotPenalty)
    }
}

/// A request for a hearing and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HearingRequest {
    /// The request.
    pub asked: ActNo,
    /// The day that counts as the day of asking: the postmark where there is one.
    pub day: Day,
    /// The notice it answers; none where nothing had been notified.
    pub notice: Option<ActNo>,
    /// The act that settled it and its day.
    pub settled: Option<(ActNo, Day, HearingOutcome)>,
}

/// What became of a request for a hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HearingOutcome {
    /// The hearing was held.
    Held,
    /// It ended without being held out.
    Ended,
    /// It was refused.
    Refused,
    /// The party gave it up.
    Waived,
}

/// Where the hearing of a party stands, for pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HearingState {
    /// No hearing right was notified.
    NotOffered,
    /// The right was notified, nothing was asked.
    Offered,
    /// Asked and waiting.
    Asked,
    /// The day is set.
    Notified(Day),
    /// Settled this way.
    Settled(HearingOutcome),
}

/// Where a suspected crime stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrimeState {
    /// Reported, the head has not answered.
    Reported(ActNo),
    /// The head approved, the case has not gone to the police.
    Approved(ActNo),
    /// The police have not answered.
    Transferred(ActNo),
    /// The police took it.
    Taken(ActNo),
    /// The head or the police declined: the case goes on here.
    Declined(ActNo),
}

/// What still keeps a party's part of the case from being settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsettled {
    /// No decision stands.
    Undecided,
    /// The decision has not reached the party.
    Unserved(ActNo),
    /// The fine is not paid in full.
    Unpaid(ActNo, Fen),
    /// The building ordered down still stands.
    Standing(ActNo),
}

impl Case {
    /// Which procedure the case follows: simple as long as a standing on-spot penalty and no filing makes it so.
    pub fn procedure(&self) -> Option<Procedure> {
        if self.is_empty() {
            None
        } else if !self.has(Kind::Filing) && self.spot_penalty().is_some() {
            Some(Procedure::Simple)
        } else {
            Some(Procedure::Ordinary)
        }
    }

    /// The on-spot penalty that stands.
    pub fn spot_penalty(&self) -> Option<Fact<'_, OnSpotPenalty>> {
        self.all::<OnSpotPenalty>().find(|fact| self.revoked(fact.no()).is_none())
    }

    /// The clue that opened the case.
    pub fn clue(&self) -> Option<Fact<'_, ClueRegistered>> {
        self.all().next()
    }

    /// The filing.
    pub fn filing(&self) -> Option<Fact<'_, Filing>> {
        self.all().next()
    }

    /// The last final report.
    pub fn report(&self) -> Option<Fact<'_, FinalReport>> {
        self.all().next_back()
    }

    /// The choices between norms that stand for a conduct, each (applied, set aside): of several about one pair, the last (处罚法29). A choice
    /// that names no conducts is made for all of them.
    pub fn norms_chosen(&self, matter: &str, day: Day) -> Vec<(&str, &str)> {
        let here = |no: &ConductNo| self.conduct_of(*no).is_some_and(|own| own.matter == matter && own.day == day);
        let mut list: Vec<(&str, &str)> = Vec::new();
        for chosen in self.all::<NormChosen>() {
            if chosen.act.conducts.as_ref().is_some_and(|named| !named.iter().any(here)) {
                continue;
            }
            let (applied, aside) = (chosen.act.applied.0.as_str(), chosen.act.set_aside.0.as_str());
            list.retain(|pair| *pair != (applied, aside) && *pair != (aside, applied));
            list.push((applied, aside));
        }
        list
    }

    /// All notices to a party, in order.
    pub fn notices(&self, party: PartyNo) -> impl DoubleEndedIterator<Item = Fact<'_, PriorNotice>> {
        self.by(party)
    }

    /// The last notice to a party.
    pub fn notice(&self, party: PartyNo) -> Option<Fact<'_, PriorNotice>> {
        self.notices(party).next_back()
    }

    /// How a document reached its party, every time it did.
    pub fn services(&self, document: ActNo) -> impl DoubleEndedIterator<Item = Fact<'_, Served>> {
        self.on(Subject::Document(document))
    }

    /// The first service of a document. Every term that begins with service begins there, never at issue.
    pub fn served(&self, document: ActNo) -> Option<Fact<'_, Served>> {
        self.services(document).next()
    }

    /// Whether the party's last confirmation of address consents to electronic service (处罚法61).
    pub fn consents_electronically(&self, party: PartyNo) -> bool {
        self.by::<AddressConfirmed>(party).next_back().is_some_and(|fact| fact.electronic)
    }

    /// The act that revoked a decision.
    pub fn revoked(&self, decision: ActNo) -> Option<ActNo> {
        self.on::<DecisionRevoked>(Subject::Document(decision)).next().map(|fact| fact.no())
    }

    /// The last revocation of any decision about a party.
    pub fn last_revocation(&self, party: PartyNo) -> Option<ActNo> {
        self.all::<DecisionRevoked>()
            .filter(|fact| self.party_of(fact.no()) == Some(party))
            .map(|fact| fact.no())
            .next_back()
    }

    /// All decisions, revoked ones included, in order.
    pub fn all_decisions(&self) -> Vec<Decision> {
        let mut list = Vec::new();
        for kind in [Kind::PenaltyDecided, Kind::PenaltyWaived, Kind::UnprovenDecided, Kind::OnSpotPenalty] {
            for rec in self.of_kind(kind) {
                let Some(party) = self.party_of(rec.no) else { continue };
                let (mut sorts, mut fine, handed) = match &rec.act {
                    Act::PenaltyDecided(act) => (act.sorts.clone(), act.fine, None),
                    Act::OnSpotPenalty(act) => {
                        (act.sorts.clone(), act.fine, (act.handed_over != HandOver::Not).then_some(rec.happened))
                    }
                    _ => (Vec::new(), Fen::ZERO, None),
                };
                let mut changed = Vec::new();
                for change in self.on::<DecisionChanged>(Subject::Document(rec.no)) {
                    sorts.clone_from(&change.sorts);
                    fine = change.fine;
                    changed.push(change.no());
                }
                list.push(Decision {
                    no: rec.no,
                    kind,
                    party,
                    day: rec.happened,
                    conducts: self.conducts_of(rec.no),
                    sorts,
                    fine,
                    revoked: self.revoked(rec.no),
                    changed,
                    served: handed.or_else(|| self.served(rec.no).map(|fact| fact.day())),
                });
            }
        }
        list.sort_by_key(|decision| decision.no);
        list
    }

    /// The decisions about a party that stand.
    pub fn decisions(&self, party: PartyNo) -> Vec<Decision> {
        self.all_decisions()
            .into_iter()
            .filter(|decision| decision.party == party && decision.revoked.is_none())
            .collect()
    }

    /// One decision, revoked or not.
    pub fn decision(&self, no: ActNo) -> Option<Decision> {
        self.all_decisions().into_iter().find(|decision| decision.no == no)
    }

    /// What was paid towards a decision, in cash or at the bank.
    pub fn paid(&self, decision: ActNo) -> Fen {
        let bank = self.on::<FinePaid>(Subject::Document(decision)).map(|fact| fact.amount.0);
        let cash = self.on::<CashCollected>(Subject::Document(decision)).map(|fact| fact.amount.0);
        Fen(bank.chain(cash).fold(0, i64::saturating_add))
    }

    /// The day of the last payment towards a decision.
    pub fn last_payment(&self, decision: ActNo) -> Option<Day> {
        let bank = self.on::<FinePaid>(Subject::Document(decision)).map(|fact| fact.day());
        bank.chain(self.on::<CashCollected>(Subject::Document(decision)).map(|fact| fact.day())).max()
    }

    /// The defences of a party that no re-check answers.
    pub fn unanswered(&self, party: PartyNo) -> Vec<ActNo> {
        self.by::<Defended>(party)
            .map(|fact| fact.no())
            .filter(|no| self.on::<Rechecked>(Subject::Item(*no)).next().is_none())
            .collect()
    }

    /// The lowest fine intended at the time of any defence: a later notice or decision stays within it (处罚法45).
    pub fn fine_cap(&self, party: PartyNo) -> Option<Fen> {
        self.by::<Defended>(party)
            .filter_map(|defence| {
                self.notices(party).rfind(|notice| defence.after(notice.no())).map(|notice| notice.fine)
            })
            .min()
    }

    /// Every request of a party for a hearing, in order.
    pub fn hearing_requests(&self, party: PartyNo) -> Vec<HearingRequest> {
        self.by::<HearingAsked>(party)
            .map(|asked| {
                let no = asked.no();
                let held = self
                    .by::<HearingHeld>(party)
                    .find(|f| f.after(no))
                    .map(|f| (f.no(), f.day(), HearingOutcome::Held));
                let ended = self
                    .by::<HearingEnded>(party)
                    .find(|f| f.after(no))
                    .map(|f| (f.no(), f.day(), HearingOutcome::Ended));
                let refused = self
                    .by::<HearingRefused>(party)
                    .find(|f| f.after(no))
                    .map(|f| (f.no(), f.day(), HearingOutcome::Refused));
                let waived = self
                    .by::<Waived>(party)
                    .find(|f| f.after(no) && f.waiver != Waiver::Defence)
                    .map(|f| (f.no(), f.day(), HearingOutcome::Waived));
                HearingRequest {
                    asked: no,
                    day: asked.posted.unwrap_or(asked.day()),
                    notice: self.notices(party).rfind(|notice| asked.after(notice.no())).map(|notice| notice.no()),
                    settled: [held, ended, refused, waived].into_iter().flatten().min_by_key(|(no, ..)| *no),
                }
            })
            .collect()
    }

    /// The time the party has after a notice; none before the notice is served.
    pub fn window(&self, notice: ActNo, calendar: &Calendar) -> Option<Due> {
        Some(calendar.due(self.served(notice)?.day(), NOTICE_WINDOW, &[]))
    }

    /// Whether a request answers a notice with hearing right and came before its time was over.
    pub fn asked_in_time(&self, request: &HearingRequest, calendar: &Calendar) -> bool {
        let Some(notice) = request.notice.and_then(|no| self.record(no)) else { return false };
        // A request before service is in time: the time has not begun to run out.
        matches!(&notice.act, Act::PriorNotice(act) if act.hearing_right)
            && self.window(notice.no, calendar).is_none_or(|due| request.day <= due.last)
    }

    /// The number of the last act that settled a hearing of the party, also of one held without a request.
    pub fn last_hearing(&self, party: PartyNo) -> Option<ActNo> {
        let held = self.by::<HearingHeld>(party).next_back().map(|fact| fact.no());
        let ended = self.by::<HearingEnded>(party).next_back().map(|fact| fact.no());
        let settled =
            self.hearing_requests(party).iter().filter_map(|request| request.settled).map(|(no, ..)| no).max();
        held.max(ended).max(settled)
    }

    /// Where the hearing of a party stands.
    pub fn hearing(&self, party: PartyNo) -> HearingState {
        if let Some(request) = self.hearing_requests(party).last() {
            if let Some((_, _, outcome)) = request.settled {
                return HearingState::Settled(outcome);
            }
            return match self.by::<HearingNotified>(party).rfind(|fact| fact.after(request.asked)) {
                Some(notified) => HearingState::Notified(notified.act.day),
                None => HearingState::Asked,
            };
        }
        match self.notice(party) {
            Some(notice) if notice.hearing_right => HearingState::Offered,
            _ => HearingState::NotOffered,
        }
    }

    /// Where a suspected crime stands; none where none was reported.
    pub fn crime(&self) -> Option<CrimeState> {
        let reported = self.all::<CrimeReported>().next_back()?.no();
        let Some(answer) = self.all::<CrimeAnswered>().find(|fact| fact.after(reported)) else {
            return Some(CrimeState::Reported(reported));
        };
        if !answer.approve {
            return Some(CrimeState::Declined(answer.no()));
        }
        let Some(transfer) = self.all::<CrimeTransferred>().find(|fact| fact.after(answer.no())) else {
            return Some(CrimeState::Approved(answer.no()));
        };
        let answer = self.all::<PoliceAnswered>().rfind(|fact| fact.after(transfer.no()));
        // Asked to look again, the police have not yet answered for good.
        let again = self.all::<PoliceReviewAsked>().next_back().map(|fact| fact.no());
        match answer {
            None => Some(CrimeState::Transferred(transfer.no())),
            Some(police) if again.is_some_and(|no| no > police.no()) => Some(CrimeState::Transferred(transfer.no())),
            Some(police) if police.filed => Some(CrimeState::Taken(police.no())),
            Some(police) => Some(CrimeState::Declined(police.no())),
        }
    }

    /// The suspension that is not over.
    pub fn suspended(&self) -> Option<Fact<'_, CaseSuspended>> {
        self.all::<CaseSuspended>()
            .next_back()
            .filter(|fact| !self.all::<CaseResumed>().any(|resumed| resumed.after(fact.no())))
    }

    /// Days that do not count towards the time for the case: suspensions, hearings and tests (部令55-29、30；沪听证28). A time still
    /// running is left out up to `until`.
    pub fn excluded(&self, until: Day) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut add = |from: Day, to: Day| {
            if let Ok(from) = from.tomorrow()
                && from <= to
            {
                spans.push(Span::new(from, to));
            }
        };
        for suspended in self.all::<CaseSuspended>() {
            let resumed =
                self.all::<CaseResumed>().find(|fact| fact.after(suspended.no())).map_or(until, |fact| fact.day());
            add(suspended.day(), resumed);
        }
        for party in self.parties() {
            for request in self.hearing_requests(party.no) {
                add(request.day, request.settled.map_or(until, |(_, day, _)| day));
            }
        }
        for test in self.all::<TestCommissioned>() {
            spans.extend(self.test_span(&test, until));
        }
        spans
    }

    /// The time for the case: ninety days and what was approved on top (处罚法60；部令55-29).
    pub fn case_term(&self) -> Term {
        let extra: u32 = self.all::<TermExtended>().map(|fact| fact.days).fold(0, u32::saturating_add);
        Term::days(u16::try_from(90u32.saturating_add(extra)).unwrap_or(u16::MAX))
    }

    /// Whoever investigated: the filing's handlers and the teams of evidence, orders and report.
    pub fn investigators(&self) -> Vec<PersonId> {
        let mut list: Vec<PersonId> = Vec::new();
        for filing in self.all::<Filing>() {
            list.extend(&filing.act.handlers);
        }
        for kind in [
            Kind::SceneRecorded,
            Kind::InterviewRecorded,
            Kind::EvidenceTaken,
            Kind::EvidenceVerified,
            Kind::CorrectionChecked,
            Kind::FinalReport,
            Kind::SightingReviewed,
            Kind::Sampled,
            Kind::EvidenceRegistered,
            Kind::Seized,
        ] {
            for rec in self.of_kind(kind) {
                list.extend(&rec.team);
            }
        }
        list.sort_unstable();
        list.dedup();
        list
    }

    /// Whoever chairs, sits in or writes down a hearing of the case.
    pub fn hearing_officers(&self) -> Vec<PersonId> {
        self.all::<HearingNotified>()
            .flat_map(|fact| {
                fact.act.members.iter().copied().chain([fact.act.chair, fact.act.clerk]).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The result of the last check of a piece of evidence.
    pub fn evidence_result(&self, evidence: ActNo) -> Option<EvidenceResult> {
        self.all::<EvidenceVerified>().rfind(|fact| fact.act.evidence.contains(&evidence)).map(|fact| fact.result)
    }

    /// The end of the inquiry, unless the case was taken up again since.
    pub fn ended(&self) -> Option<Fact<'_, CaseEnded>> {
        let reopened = self.all::<CaseReopened>().next_back().map(|fact| fact.no());
        self.all::<CaseEnded>().next_back().filter(|ended| reopened.is_none_or(|no| ended.after(no)))
    }

    /// What still keeps a party's part from being settled.
    pub fn unsettled(&self, party: PartyNo) -> Option<Unsettled> {
        if self.ended().is_some() {
            return None;
        }
        let decisions = self.decisions(party);
        if decisions.is_empty() {
            // Where the order to demolish is all there is to decide, the case is settled when the building is down.
            let mut orders = self.on::<DemolitionOrdered>(Subject::Party(party)).peekable();
            if orders.peek().is_none() {
                return Some(Unsettled::Undecided);
            }
            return orders.find(|order| !self.performed(order.no())).map(|order| Unsettled::Standing(order.no()));
        }
        decisions.iter().find_map(|decision| {
            if decision.served.is_none() {
                return Some(Unsettled::Unserved(decision.no));
            }
            if let Some(change) = decision.changed.last().filter(|no| self.served(**no).is_none()) {
                return Some(Unsettled::Unserved(*change));
            }
            let paid = self.paid(decision.no);
            if paid < decision.fine && self.enforcement_ended(decision.no).is_none() {
                return Some(Unsettled::Unpaid(decision.no, Fen(decision.fine.0.saturating_sub(paid.0))));
            }
            None
        })
    }

    /// The day on which the last ground for closing arose, once every party is settled (部令55-31).
    pub fn closing_ground(&self) -> Option<Day> {
        if let Some(ended) = self.ended() {
            return Some(ended.day());
        }
        if self.parties().next().is_none() || self.parties().any(|party| self.unsettled(party.no).is_some()) {
            return None;
        }
        let down = self.all::<DemolitionPerformed>().map(|fact| fact.day());
        let down = down.chain(self.all::<DemolitionCarriedOut>().map(|fact| fact.day()));
        self.all_decisions()
            .iter()
            .filter(|decision| decision.revoked.is_none())
            .filter_map(|decision| {
                let ended = self.enforcement_ended(decision.no).map(|fact| fact.day());
                decision.served.max(self.last_payment(decision.no)).max(ended)
            })
            .chain(down)
            .max()
    }

    /// The published decisions that were revoked or changed after publication and are not taken down.
    pub fn to_withdraw(&self) -> Vec<(ActNo, ActNo)> {
        let mut list = Vec::new();
        for decision in self.all_decisions() {
            for undone in self.undone(&decision) {
                let before = self.on::<Published>(Subject::Document(decision.no)).rfind(|fact| fact.no() < undone);
                let down = |published: ActNo| {
                    self.on::<Withdrawn>(Subject::Document(decision.no)).any(|fact| fact.after(published))
                };
                if before.is_some_and(|fact| !down(fact.no())) {
                    list.push((decision.no, undone));
                }
            }
        }
        list
    }

    /// The acts that revoked or changed a decision or found it illegal or invalid (处罚法48).
    pub fn undone(&self, decision: &Decision) -> Vec<ActNo> {
        let mut list: Vec<ActNo> = decision.revoked.iter().chain(&decision.changed).copied().collect();
        if self.has(Kind::DisputeEnded) {
            list.extend(self.disputes_of(decision.no).iter().filter_map(|dispute| dispute.ended).filter_map(
                |(no, _, result)| matches!(result, DisputeResult::Illegal | DisputeResult::Invalid).then_some(no),
            ));
        }
        list
    }

    /// Every publication of a decision.
    pub fn publications(&self, decision: ActNo) -> impl DoubleEndedIterator<Item = Fact<'_, Published>> {
        self.on(Subject::Document(decision))
    }

    /// The closing.
    pub fn closed(&self) -> Option<Fact<'_, Closed>> {
        self.all().next_back()
    }

    /// Whether nothing more is to come: not filed, or closed and no decision revoked since.
    pub fn over(&self) -> bool {
        let revoked = self.all::<DecisionRevoked>().next_back().map(|fact| fact.no());
        let again = revoked.max(self.all::<CaseReopened>().next_back().map(|fact| fact.no()));
        self.has(Kind::FilingRefused) || self.closed().is_some_and(|closed| again.is_none_or(|no| closed.after(no)))
    }

    /// The step the case has reached.
    pub fn stage(&self) -> Stage {
        if self.over() || self.ended().is_some() {
            return Stage::Closing;
        }
        let decisions: Vec<Decision> =
            self.all_decisions().into_iter().filter(|decision| decision.revoked.is_none()).collect();
        if !decisions.is_empty()
            && self.parties().all(|party| decisions.iter().any(|decision| decision.party == party.no))
        {
            let left: Vec<Unsettled> = self.parties().filter_map(|party| self.unsettled(party.no)).collect();
            return if left.iter().any(|left| matches!(left, Unsettled::Unserved(_))) {
                Stage::Service
            } else if left.is_empty() {
                Stage::Closing
            } else {
                Stage::Execution
            };
        }
        let after_revocation = self.all::<DecisionRevoked>().next_back().map(|fact| fact.no());
        let latest = self
            .standing()
            .filter(|rec| after_revocation.is_none_or(|no| rec.no > no))
            .map(|rec| rec.act.kind().stage())
            .filter(|stage| *stage <= Stage::Review)
            .max();
        match latest {
            Some(stage) => stage,
            None if self.has(Kind::Filing) => Stage::Inquiry,
            None => Stage::Clue,
        }
    }
}
