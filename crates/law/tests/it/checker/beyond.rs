//! What the law asks beside the way from clue to fine: goods held, officers withdrawn, force, court, disputes.

use law::Day;
use law::acts::*;
use law::case::{Recorded, Subject};
use law::corpus::Sort;
use law::deadline::Term;

use super::{Checker, item, years};

impl<'a> Checker<'a> {
    fn on(&self, of: ActNo, before: ActNo) -> Vec<&'a Recorded> {
        self.before(before).filter(|r| item(r) == Some(of)).collect()
    }

    fn any(&self, of: ActNo, before: ActNo, is: fn(&Act) -> bool) -> bool {
        self.on(of, before).iter().any(|r| is(&r.act))
    }

    fn gone(&self, holding: ActNo, before: ActNo) -> bool {
        self.any(holding, before, |a| matches!(a, Act::GoodsReturned(_) | Act::GoodsDisposed(_)))
    }

    fn lifted(&self, seizure: ActNo, before: ActNo) -> bool {
        self.any(seizure, before, |a| matches!(a, Act::SeizureLifted(_)))
    }

    /// The end of a seizure: its days, its extensions, and one day more for each day of a test the party was told of.
    fn seizure_end(&self, seizure: &Recorded, before: ActNo, today: Day) -> Day {
        let Act::Seized(s) = &seizure.act else { return today };
        let mut left = i64::from(s.days);
        let mut tests: Vec<(Day, Day)> = Vec::new();
        for r in self.on(seizure.no, before) {
            match &r.act {
                Act::SeizureExtended(e) => left += i64::from(e.days),
                Act::TestCommissioned(t) if t.told => {
                    let end = self
                        .on(r.no, before)
                        .iter()
                        .find(|q| matches!(q.act, Act::TestReported(_)))
                        .map(|q| q.happened);
                    tests.push((r.happened, end.unwrap_or(today)));
                }
                _ => {}
            }
        }
        let mut day = seizure.happened;
        while left > 0 {
            day = day.tomorrow().expect("in range");
            if !tests.iter().any(|(from, to)| *from < day && day <= *to) {
                left -= 1;
            }
        }
        day
    }

    fn takes_goods(&self, party: usize, before: ActNo) -> Option<&'a Recorded> {
        self.decided(party, before).into_iter().find(|d| self.owed(d, before).0.contains(&Sort::Property))
    }

    /// Approved last day to pay, or fifteen days after service with a day off moved on.
    fn pay_by(&self, decision: &Recorded, before: ActNo) -> Option<Day> {
        let later = self
            .before(before)
            .filter_map(|r| match &r.act {
                Act::PostponementDecided(p) if p.approve => {
                    (item(self.rec(item(r)?)?) == Some(decision.no)).then_some(p.until)
                }
                _ => None,
            })
            .last();
        later.or_else(|| {
            let served = self.reached(decision, before)?;
            Some(self.due(served, Term::days(15).rolling()))
        })
    }

    fn reached(&self, decision: &Recorded, before: ActNo) -> Option<Day> {
        match &decision.act {
            Act::OnSpotPenalty(s) if s.handed_over != HandOver::Not => Some(decision.happened),
            _ => self.served(decision.no, before),
        }
    }

    /// Three in a hundred of what is owed for each late day outside disputes, day by day, never more than the fine.
    fn surcharge(&self, decision: &Recorded, upto: Day, before: ActNo) -> Option<i64> {
        let due = self.pay_by(decision, before)?;
        let fine = self.owed(decision, before).1.0;
        let mut sum = 0;
        let mut day = due;
        while day < upto {
            day = day.tomorrow().expect("in range");
            let disputed = self.on(decision.no, before).iter().any(|r| {
                matches!(r.act, Act::DisputeOpened(_))
                    && r.happened <= day
                    && self.dispute_end(r.no, before).is_none_or(|end| day <= end)
            });
            let paid: i64 = self
                .on(decision.no, before)
                .iter()
                .filter(|r| r.happened < day)
                .map(|r| match &r.act {
                    Act::FinePaid(p) => p.amount.0,
                    Act::CashCollected(c) => c.amount.0,
                    _ => 0,
                })
                .sum();
            if !disputed {
                sum += (fine - paid).max(0) * 3;
            }
        }
        Some((sum / 100).min(fine))
    }

    fn surcharge_left(&self, decision: ActNo, before: ActNo) -> i64 {
        let mut charged = 0;
        let mut off = 0;
        for r in self.before(before) {
            match &r.act {
                Act::SurchargeCharged(c) if item(r) == Some(decision) => charged = c.amount.0,
                Act::SurchargePaid(p) if item(r) == Some(decision) => off += p.amount.0,
                Act::EnforcementAgreed(a) => {
                    let base = item(r).and_then(|e| self.rec(e)).and_then(item);
                    if base == Some(decision) {
                        off += a.surcharge_cut.map_or(0, |f| f.0);
                    }
                }
                _ => {}
            }
        }
        (charged - off).max(0)
    }

    fn dispute_end(&self, dispute: ActNo, before: ActNo) -> Option<Day> {
        self.on(dispute, before).iter().find(|r| matches!(r.act, Act::DisputeEnded(_))).map(|r| r.happened)
    }

    fn disputed(&self, of: ActNo, before: ActNo) -> bool {
        self.on(of, before)
            .iter()
            .any(|r| matches!(r.act, Act::DisputeOpened(_)) && self.dispute_end(r.no, before).is_none())
    }

    fn stayed(&self, of: ActNo, before: ActNo) -> bool {
        self.on(of, before).iter().any(|r| {
            matches!(r.act, Act::DisputeOpened(_))
                && self.dispute_end(r.no, before).is_none()
                && self.any(r.no, before, |a| matches!(a, Act::StayOrdered(_)))
        })
    }

    fn revoked(&self, of: ActNo, before: ActNo) -> bool {
        self.any(of, before, |a| matches!(a, Act::DecisionRevoked(_)))
    }

    fn done(&self, of: ActNo, before: ActNo) -> bool {
        let Some(rec) = self.rec(of) else { return false };
        match &rec.act {
            Act::PenaltyDecided(_) | Act::OnSpotPenalty(_) => self.paid(of, before) >= self.owed(rec, before).1.0,
            Act::DemolitionOrdered(_) => {
                self.any(of, before, |a| matches!(a, Act::DemolitionPerformed(_) | Act::DemolitionCarriedOut(_)))
            }
            _ => {
                let checked = self
                    .on(of, before)
                    .iter()
                    .filter_map(|r| if let Act::CorrectionChecked(c) = &r.act { Some(c.corrected) } else { None })
                    .last();
                let instead = self.on(of, before).iter().any(|r| {
                    matches!(r.act, Act::SubstituteDecided(_))
                        && self.any(r.no, before, |a| matches!(a, Act::SubstitutePerformed(_)))
                });
                checked == Some(true) || instead
            }
        }
    }

    /// Whether the last demand was served, its time over, every answer to any demand checked.
    fn demand_over(&self, of: ActNo, before: ActNo, today: Day, hiding: bool) -> bool {
        let demands: Vec<&Recorded> =
            self.on(of, before).into_iter().filter(|r| matches!(r.act, Act::Demanded(_))).collect();
        let Some(last) = demands.last() else { return false };
        let Act::Demanded(d) = &last.act else { return false };
        let answered = demands.iter().all(|demand| self.answered(demand.no, before));
        self.served(last.no, before).is_some() && (hiding || today > d.until) && answered
    }

    fn answered(&self, demand: ActNo, before: ActNo) -> bool {
        self.on(demand, before)
            .iter()
            .filter(|r| matches!(r.act, Act::DemandAnswered(_)))
            .all(|a| self.any(a.no, before, |q| matches!(q, Act::DemandRechecked(_))))
    }

    /// The last day of review and suit.
    fn remedy_end(&self, of: ActNo, before: ActNo) -> Option<Day> {
        let rec = self.rec(of)?;
        let served = self.reached(rec, before)?;
        let spot = matches!(rec.act, Act::OnSpotPenalty(_));
        let review = self.due(served, Term::days(60).rolling());
        let suit = self.due(served, Term::months(6).rolling());
        let plain = if spot { review } else { review.max(suit) };
        let after = self
            .on(of, before)
            .iter()
            .filter(|r| matches!(&r.act, Act::DisputeOpened(d) if d.sort != DisputeKind::Suit))
            .filter_map(|r| self.dispute_end(r.no, before))
            .map(|end| self.due(end, Term::days(15).rolling()))
            .max();
        Some(if spot { after.unwrap_or(plain) } else { after.map_or(plain, |day| day.max(plain)) })
    }

    fn reviewed_after(&self, since: ActNo, before: ActNo) -> bool {
        self.before(before)
            .filter(|r| r.no > since)
            .filter_map(|r| if let Act::LegallyReviewed(l) = &r.act { Some(l.result) } else { None })
            .last()
            == Some(ReviewResult::Pass)
    }

    fn last_demand(&self, of: ActNo, before: ActNo) -> Option<ActNo> {
        self.on(of, before).iter().filter(|r| matches!(r.act, Act::Demanded(_))).map(|r| r.no).last()
    }

    fn suspended_execution(&self, of: ActNo, before: ActNo) -> bool {
        self.on(of, before)
            .iter()
            .filter(|r| matches!(r.act, Act::EnforcementSuspended(_) | Act::EnforcementResumed(_)))
            .last()
            .is_some_and(|r| matches!(r.act, Act::EnforcementSuspended(_)))
    }

    fn untimely(&self, rec: &Recorded, urgent: bool) -> bool {
        let night = rec.time.is_none_or(|t| t.hour() >= 22 || t.hour() < 6);
        !urgent && (night || self.calendar.is_holiday(rec.happened))
    }

    /// Whether the last refusal of the police came and nobody has asked them again since.
    fn police_refused(&self, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| matches!(r.act, Act::PoliceAnswered(_) | Act::PoliceReviewAsked(_) | Act::CrimeTransferred(_)))
            .is_some_and(|r| matches!(&r.act, Act::PoliceAnswered(p) if !p.filed))
    }

    /// Whether the inquiry ended and was not taken up again.
    pub(super) fn inquiry_over(&self, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| matches!(r.act, Act::CaseEnded(_) | Act::CaseReopened(_)))
            .is_some_and(|r| matches!(r.act, Act::CaseEnded(_)))
    }

    pub(super) fn beyond(&self, rec: &Recorded, say: &mut dyn FnMut(&str)) {
        let (no, day) = (rec.no, rec.happened);
        let party = self.party(rec);
        let of = item(rec).unwrap_or(ActNo(0));
        let target = self.rec(of);
        let gone: Vec<PersonId> = self
            .before(no)
            .filter(|r| matches!(&r.act, Act::RecusalDecided(d) if d.recuse))
            .filter_map(|r| match &self.rec(item(r)?)?.act {
                Act::RecusalAsked(a) => Some(a.officer),
                _ => None,
            })
            .collect();
        let mut people = rec.team.clone();
        match &rec.act {
            Act::HearingNotified(a) => {
                people.extend(&a.members);
                people.extend([a.chair, a.clerk]);
            }
            Act::LegallyReviewed(a) => people.push(a.reviewer),
            Act::Filing(a) => people.extend(&a.handlers),
            _ => {}
        }
        if people.iter().any(|id| gone.contains(id)) {
            say("was done by an officer who withdrew");
        }
        let heads = match &rec.act {
            Act::RecusalDecided(a) => Some(a.head),
            Act::EvidenceRegistered(a) => Some(a.head),
            Act::Seized(a) if a.approval == SeizeApproval::Before => Some(a.head.unwrap_or(PersonId(0))),
            Act::SeizureApproved(a) => Some(a.head),
            Act::SeizureExtended(a) => Some(a.head),
            Act::SeizureLifted(a) => Some(a.head),
            Act::GoodsDisposed(a) => Some(a.head),
            Act::DemolitionOrdered(a) => Some(a.head),
            Act::PostponementDecided(a) => Some(a.head),
            Act::EnforcementDecided(a) => Some(a.head),
            Act::EnforcementSuspended(a) => Some(a.head),
            Act::EnforcementResumed(a) => Some(a.head),
            Act::EnforcementEnded(a) => Some(a.head),
            Act::EnforcementAgreed(a) => Some(a.head),
            Act::SubstituteDecided(a) => Some(a.head),
            Act::CourtApplied(a) => Some(a.head),
            Act::CaseReopened(a) => Some(a.head),
            _ => None,
        };
        if heads.is_some_and(|head| !self.office.is_head(head, day)) {
            say("was not signed by a head");
        }
        let two = matches!(
            rec.act,
            Act::Sampled(_)
                | Act::InspectionApproved(_)
                | Act::InspectionNotified(_)
                | Act::EvidenceRegistered(_)
                | Act::Seized(_)
                | Act::OrderedToStop(_)
                | Act::DemolitionOrdered(_)
                | Act::EnforcementStarted(_)
                | Act::SubstitutePerformed(_)
                | Act::ImmediateSubstituted(_)
                | Act::DemolitionCarriedOut(_)
        );
        let mut team = rec.team.clone();
        team.sort();
        team.dedup();
        if two && (team.len() < 2 || !team.iter().all(|id| self.office.certified(*id, day))) {
            say("was not done by two certified officers");
        }
        if matches!(rec.act, Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::UnprovenDecided(_))
            && self.before(no).any(|r| {
                matches!(r.act, Act::RecusalAsked(_)) && !self.any(r.no, no, |a| matches!(a, Act::RecusalDecided(_)))
            })
        {
            say("decides before the request to withdraw is decided");
        }
        match &rec.act {
            Act::RecusalDecided(_) => {
                if self.any(of, no, |a| matches!(a, Act::RecusalDecided(_))) {
                    say("decides twice on withdrawal");
                }
            }
            Act::EvidenceVerified(a) => {
                let unsound = a.evidence.iter().any(|e| {
                    let watched =
                        matches!(self.rec(*e).map(|r| &r.act), Some(Act::EvidenceTaken(t)) if t.monitor.is_some());
                    let review = self
                        .on(*e, no)
                        .into_iter()
                        .filter_map(|r| if let Act::SightingReviewed(s) = &r.act { Some(s) } else { None })
                        .last();
                    watched
                        && review.is_none_or(|s| {
                            !s.device_reviewed || !s.location_published || s.result != EvidenceResult::Accepted
                        })
                });
                if a.result == EvidenceResult::Accepted && unsound {
                    say("accepts a monitor record nobody reviewed");
                }
            }
            Act::Sampled(a) => {
                if !a.list_signed {
                    say("left no list");
                }
            }
            Act::EvidenceRegistered(a) => {
                if !a.list_signed {
                    say("left no list");
                }
            }
            Act::RegisteredDisposed(_) => {
                let late = target.is_some_and(|t| day > self.due(t.happened, Term::workdays(7)));
                if late || self.any(of, no, |a| matches!(a, Act::RegisteredDisposed(_))) {
                    say("disposes of what lapsed or is disposed of");
                }
            }
            Act::TestCommissioned(a) => {
                if !a.told || a.until < day || self.gone(of, no) {
                    say("commissions a test out of order");
                }
            }
            Act::Seized(a) => {
                if a.days == 0 || a.days > 30 {
                    say("seizes for too long");
                }
                if !a.list_given {
                    say("left no list");
                }
                if a.necessities {
                    say("takes what a family lives on");
                }
                if !a.certificate_shown || !a.rights_told || !a.present && a.witness.is_none() {
                    say("was not done properly");
                }
                if party.is_some_and(|p| !self.decided(p, no).is_empty()) {
                    say("seizes after the decision");
                }
            }
            Act::SeizureApproved(_) => {
                let urgent =
                    target.is_some_and(|t| matches!(&t.act, Act::Seized(s) if s.approval == SeizeApproval::Urgent));
                if !urgent || self.any(of, no, |a| matches!(a, Act::SeizureApproved(_))) {
                    say("approves what needs no approval");
                }
            }
            Act::SeizureExtended(a) => {
                let Some(t) = target else { return };
                let refused = self.any(of, no, |a| matches!(a, Act::SeizureApproved(s) if !s.approve));
                let decided =
                    party.is_some_and(|p| !self.decided(p, no).is_empty() && self.takes_goods(p, no).is_none());
                if a.days == 0
                    || a.days > 30
                    || !a.told
                    || day > self.seizure_end(t, no, day)
                    || self.lifted(of, no)
                    || self.gone(of, no)
                    || refused
                    || decided
                    || self.any(of, no, |a| matches!(a, Act::SeizureExtended(_)))
                {
                    say("extends a seizure that must end");
                }
            }
            Act::SeizureLifted(a) => {
                let Some(t) = target else { return };
                let ok = match a.ground {
                    LiftGround::Decided => party.is_some_and(|p| !self.decided(p, no).is_empty()),
                    LiftGround::Expired => day >= self.seizure_end(t, no, day),
                    LiftGround::Refused => self.any(of, no, |a| matches!(a, Act::SeizureApproved(s) if !s.approve)),
                    _ => true,
                };
                if !ok || self.lifted(of, no) || self.gone(of, no) {
                    say("lifts on a ground the file does not bear");
                }
            }
            Act::GoodsReturned(a) => {
                let Some(t) = target else { return };
                let free = match &t.act {
                    Act::Seized(_) => self.lifted(of, no),
                    _ => {
                        let way = self
                            .on(of, no)
                            .iter()
                            .find_map(|r| if let Act::RegisteredDisposed(d) = &r.act { Some(d.way) } else { None });
                        match way {
                            Some(way) => matches!(way, RegisteredWay::Recorded | RegisteredWay::Released),
                            None => day > self.due(t.happened, Term::workdays(7)),
                        }
                    }
                };
                if !free || !a.signed || self.gone(of, no) {
                    say("gives back what is not free, or without a signature");
                }
            }
            Act::ClaimAnnounced(_) => {
                let held = target.is_some_and(|t| matches!(t.act, Act::Seized(_))) && !self.lifted(of, no);
                if held || self.gone(of, no) {
                    say("announces goods that are held or gone");
                }
            }
            Act::GoodsDisposed(a) => {
                let Some(p) = party else { return };
                let fined = self.decided(p, no).into_iter().find(|d| self.owed(d, no).1.0 > 0);
                let ok = match a.way {
                    DisposeWay::Confiscated => self.takes_goods(p, no).is_some_and(|d| self.reached(d, no).is_some()),
                    DisposeWay::Perishable => a.party_told.is_some_and(|told| day > self.due(told, Term::workdays(2))),
                    DisposeWay::Unclaimed => self
                        .on(of, no)
                        .iter()
                        .find(|r| matches!(r.act, Act::ClaimAnnounced(_)))
                        .is_some_and(|r| day > self.due(r.happened, Term::days(60))),
                    DisposeWay::Auctioned => fined.is_some_and(|d| {
                        self.reached(d, no).is_some_and(|served| {
                            day > self.due(served, Term::days(60).rolling())
                                && day > self.due(served, Term::months(6).rolling())
                        }) && !self.done(d.no, no)
                            && !self.disputed(d.no, no)
                            && self
                                .on(d.no, no)
                                .iter()
                                .any(|r| matches!(r.act, Act::Demanded(_)) && self.served(r.no, no).is_some())
                    }),
                    DisposeWay::Police => self.crime(no) == 4,
                };
                if !ok || self.gone(of, no) {
                    say("disposes of goods without ground");
                }
            }
            Act::FinalReport(a) => {
                if a.minor == Some(true) && a.harmless == Some(true) && a.corrected && a.outcome == Outcome::Penalise {
                    say("punishes what must not be punished");
                }
                if a.first == Some(true)
                    && a.slight == Some(true)
                    && a.corrected
                    && a.outcome == Outcome::Penalise
                    && a.considered.as_ref().is_none_or(Words::is_empty)
                {
                    say("does not consider letting it pass");
                }
            }
            Act::PostponementDecided(a) => {
                if a.approve && a.until <= day || self.any(of, no, |a| matches!(a, Act::PostponementDecided(_))) {
                    say("postpones into the past or twice");
                }
            }
            Act::SurchargeCharged(a) => {
                let Some(t) = target else { return };
                let right = self.surcharge(t, a.upto, no);
                if right != Some(a.amount.0) || a.amount.0 <= 0 || a.upto > day || self.revoked(of, no) {
                    say("charges the wrong surcharge");
                }
            }
            Act::Demanded(a) => {
                let Some(t) = target else { return };
                let own = match &t.act {
                    Act::PenaltyDecided(_) | Act::OnSpotPenalty(_) => self.pay_by(t, no),
                    Act::OrderedToCorrect(o) => self.served(of, no).map(|_| o.until),
                    Act::DemolitionOrdered(o) => self.served(of, no).map(|_| o.until),
                    _ => self.served(of, no).map(|_| Day::MIN),
                };
                let done = match &t.act {
                    Act::SubstituteDecided(_) => self.any(of, no, |a| matches!(a, Act::SubstitutePerformed(_))),
                    _ => self.done(of, no),
                };
                if own.is_none_or(|own| day <= own) || a.until <= day || !a.rights_told || self.revoked(of, no) || done
                {
                    say("demands too early or without telling the rights");
                }
            }
            Act::DemandRechecked(_) => {
                if self.any(of, no, |a| matches!(a, Act::DemandRechecked(_))) {
                    say("checks an answer twice");
                }
            }
            Act::EnforcementDecided(a) => {
                if !self.demand_over(of, no, day, a.hiding)
                    || self.revoked(of, no)
                    || self.done(of, no)
                    || self.stayed(of, no)
                {
                    say("enforces without a demand that failed");
                }
                let fine = target.is_some_and(|t| matches!(t.act, Act::PenaltyDecided(_)));
                let held = self
                    .before(no)
                    .any(|r| matches!(r.act, Act::Seized(_)) && self.party(r) == party && !self.gone(r.no, no));
                let able = match a.way {
                    EnforceWay::Transfer => false,
                    EnforceWay::Auction => fine && held,
                    EnforceWay::Restore => !fine,
                };
                if !able {
                    say("enforces in a way the organ does not have");
                }
                if self.last_demand(of, no).is_some_and(|since| !self.reviewed_after(since, no)) {
                    say("was not reviewed");
                }
            }
            Act::SubstituteDecided(a) => {
                if !self.demand_over(of, no, day, false) || self.done(of, no) || !a.danger || !a.disinterested {
                    say("substitutes where it may not");
                }
                if self.last_demand(of, no).is_some_and(|since| !self.reviewed_after(since, no)) {
                    say("was not reviewed");
                }
            }
            Act::EnforcementStarted(a) => {
                let base = target.and_then(item).unwrap_or(of);
                if self.served(of, no).is_none()
                    || self.any(of, no, |a| matches!(a, Act::EnforcementStarted(_)))
                    || self.suspended_execution(of, no)
                    || self.stayed(base, no)
                    || self.stayed(of, no)
                    || self.done(base, no)
                {
                    say("enforces what may not be enforced");
                }
                if self.untimely(rec, a.urgent) {
                    say("enforces at night or on a holiday");
                }
            }
            Act::SubstitutePerformed(a) => {
                let base = target.and_then(item).unwrap_or(of);
                let again = self
                    .on(of, no)
                    .iter()
                    .filter(|r| matches!(r.act, Act::Demanded(_)))
                    .filter_map(|r| self.served(r.no, no))
                    .last();
                if self.served(of, no).is_none()
                    || self.any(of, no, |a| matches!(a, Act::SubstitutePerformed(_)))
                    || self.suspended_execution(of, no)
                    || self.stayed(base, no)
                    || self.stayed(of, no)
                    || self.done(base, no)
                    || !a.signed
                    || again.is_none_or(|served| day <= self.due(served, Term::workdays(3)))
                {
                    say("substitutes what may not be substituted");
                }
                if self.untimely(rec, a.urgent) {
                    say("enforces at night or on a holiday");
                }
            }
            Act::ImmediateSubstituted(a) => {
                if !a.public_place || !a.unable {
                    say("substitutes at once without need");
                }
            }
            Act::DemolitionOrdered(a) => {
                let report = self.before(no).rfind(|r| matches!(r.act, Act::FinalReport(_)));
                if report.is_none() || a.until <= day {
                    say("orders demolition without report or time");
                }
                if a.building == Building::Finished && report.is_some_and(|r| !self.reviewed_after(r.no, no)) {
                    say("was not reviewed");
                }
            }
            Act::DemolitionAnnounced(a) => {
                if self.served(of, no).is_none() || a.until <= day {
                    say("announces an order not served, or without time");
                }
            }
            Act::DemolitionCarriedOut(a) => {
                if a.utilities_cut {
                    say("cuts water or power");
                }
                if self.untimely(rec, a.urgent) {
                    say("enforces at night or on a holiday");
                }
                if self.done(of, no) || self.stayed(of, no) {
                    say("demolishes what is gone or stayed");
                }
                let Some(Act::DemolitionOrdered(order)) = target.map(|t| &t.act) else { return };
                if order.building == Building::Finished {
                    let announced = self
                        .on(of, no)
                        .iter()
                        .filter_map(|r| if let Act::DemolitionAnnounced(a) = &r.act { Some(a.until) } else { None })
                        .last();
                    if announced.is_none_or(|until| day <= until)
                        || day <= order.until
                        || !self.demand_over(of, no, day, false)
                        || self.disputed(of, no)
                        || self.remedy_end(of, no).is_none_or(|end| day <= end)
                        || !self.any(of, no, |a| matches!(a, Act::DemolitionMandated(_)))
                    {
                        say("demolishes before its time");
                    }
                } else {
                    let stop =
                        self.before(no).rfind(|r| matches!(r.act, Act::OrderedToStop(_)) && self.party(r) == party);
                    let went_on = stop.is_some_and(|s| {
                        self.served(s.no, no).is_some()
                            && self
                                .on(s.no, no)
                                .iter()
                                .filter_map(|r| {
                                    if let Act::CorrectionChecked(c) = &r.act { Some(c.corrected) } else { None }
                                })
                                .last()
                                == Some(false)
                    });
                    if !went_on {
                        say("demolishes before a refusal to stop");
                    }
                }
            }
            Act::CourtApplied(_) => {
                let demand = self
                    .on(of, no)
                    .into_iter()
                    .filter(|r| matches!(r.act, Act::Demanded(_)) && self.served(r.no, no).is_some())
                    .last();
                let waited = demand.is_some_and(|r| {
                    self.served(r.no, no).is_some_and(|served| day > self.due(served, Term::workdays(10)))
                        && self.answered(r.no, no)
                });
                if !waited {
                    say("asks the court before the demand failed");
                }
                let later = target.and_then(|t| match t.act {
                    Act::PenaltyDecided(_) | Act::OnSpotPenalty(_) => self.pay_by(t, no),
                    _ => None,
                });
                let postponed = self.before(no).any(|r| matches!(&r.act, Act::PostponementDecided(p) if p.approve));
                let from =
                    self.remedy_end(of, no).map(|end| if postponed { later.map_or(end, |l| l.max(end)) } else { end });
                if from.is_none_or(|from| day <= from || day > self.due(from, Term::months(3))) {
                    say("asks the court outside its time");
                }
                let pending = self.on(of, no).iter().any(|r| {
                    matches!(r.act, Act::CourtApplied(_))
                        && !self.any(r.no, no, |a| matches!(a, Act::CourtRuled(c) if c.result == CourtResult::Rejected))
                });
                if self.done(of, no)
                    || self.revoked(of, no)
                    || self.disputed(of, no)
                    || rec.neighbours.pending_disputes > 0
                    || pending
                {
                    say("asks the court for what is done, disputed or asked");
                }
            }
            Act::EnforcementSuspended(_) => {
                if self.suspended_execution(of, no) {
                    say("suspends what stands still");
                }
            }
            Act::EnforcementResumed(_) => {
                if !self.suspended_execution(of, no) {
                    say("resumes what was not suspended");
                }
            }
            Act::EnforcementEnded(a) => {
                if self.any(of, no, |a| matches!(a, Act::EnforcementEnded(_)))
                    || self.done(of, no)
                    || a.ground == EnforcementEnd::Revoked && !self.revoked(of, no)
                {
                    say("ends what is done or ended");
                }
            }
            Act::EnforcementAgreed(a) => {
                let base = target.and_then(item).unwrap_or(of);
                let cut = a.surcharge_cut.map_or(0, |f| f.0);
                if a.until < day || a.surcharge_cut.is_some() && (!a.remedied || cut > self.surcharge_left(base, no)) {
                    say("gives up what it may not");
                }
            }
            Act::DisputeReplied(a) => {
                let decided = target.and_then(item).unwrap_or(of);
                if a.evidence.is_empty()
                    || a.evidence.iter().any(|e| *e > decided)
                    || self.any(of, no, |a| matches!(a, Act::DisputeReplied(_)))
                {
                    say("uses evidence taken after the decision");
                }
            }
            Act::PoliceReviewAsked(_) => {
                if !self.police_refused(no) || self.before(no).any(|r| matches!(r.act, Act::PoliceReviewAsked(_))) {
                    say("asks the police without a refusal");
                }
            }
            Act::CaseReopened(_) => {
                let for_crime = self
                    .before(no)
                    .rfind(|r| matches!(r.act, Act::CaseEnded(_)))
                    .is_some_and(|r| matches!(&r.act, Act::CaseEnded(e) if e.ground == EndGround::Crime));
                if !self.inquiry_over(no) || !for_crime || self.crime(no) != 5 {
                    say("takes up what was not ended for a crime");
                }
            }
            Act::CreditRepairDecided(a) => {
                let Some(decision) = target.and_then(item).and_then(|d| self.rec(d)) else { return };
                if self.any(of, no, |a| matches!(a, Act::CreditRepairDecided(_))) {
                    say("decides twice on repair");
                }
                let grave = self
                    .owed(decision, no)
                    .0
                    .iter()
                    .any(|s| matches!(s, Sort::RevokeLicence | Sort::Close | Sort::BanPractice | Sort::Restrict));
                let mild = self.owed(decision, no).0.iter().all(|s| matches!(s, Sort::Warning | Sort::Criticism));
                let months = if day < jiff::civil::date(2024, 11, 1) {
                    return;
                } else if day < jiff::civil::date(2026, 4, 1) {
                    3
                } else if grave {
                    12
                } else if mild {
                    0
                } else {
                    3
                };
                if a.granted && (!self.done(decision.no, no) || day < self.due(decision.happened, Term::months(months)))
                {
                    say("repairs credit too early");
                }
            }
            Act::Published(_) => {
                let Some(decision) = target else { return };
                let child = self.party(decision).and_then(|p| self.parties(no).get(p).cloned()).is_some_and(|who| {
                    who.person
                        && who
                            .born
                            .is_some_and(|born| self.decided_conducts(decision).iter().any(|w| years(born, w.day) < 18))
                });
                if child {
                    say("publishes a minor");
                }
            }
            Act::Closed(_) => {
                for r in self.before(no) {
                    match &r.act {
                        Act::EvidenceRegistered(a) => {
                            let way = self
                                .on(r.no, no)
                                .iter()
                                .find_map(|q| if let Act::RegisteredDisposed(d) = &q.act { Some(d.way) } else { None });
                            let lapsed = day > self.due(r.happened, Term::workdays(7));
                            let back = way
                                .map_or(lapsed, |way| matches!(way, RegisteredWay::Recorded | RegisteredWay::Released));
                            if way.is_none() && !lapsed || a.kept == KeptAt::Organ && back && !self.gone(r.no, no) {
                                say("closes with registered evidence in hand");
                            }
                        }
                        Act::Seized(_) if !self.gone(r.no, no) => say("closes with seized goods in hand"),
                        Act::SurchargeCharged(_) => {
                            let decision = item(r).unwrap_or(ActNo(0));
                            let over = self.any(decision, no, |a| matches!(a, Act::EnforcementEnded(_)));
                            if self.surcharge_left(decision, no) > 0 && !over && !self.revoked(decision, no) {
                                say("closes with a surcharge unpaid");
                            }
                        }
                        Act::DisputeEnded(d) => {
                            let Some(Subject::Document(of)) = item(r).and_then(|o| self.rec(o)).map(|o| o.subject)
                            else {
                                continue;
                            };
                            let penalty = self.rec(of).is_some_and(|t| {
                                matches!(t.act, Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::OnSpotPenalty(_))
                            });
                            let changed =
                                self.on(of, no).iter().any(|q| q.no > r.no && matches!(q.act, Act::DecisionChanged(_)));
                            let open = match d.result {
                                DisputeResult::Revoked | DisputeResult::Invalid => !self.revoked(of, no),
                                DisputeResult::Changed => !self.revoked(of, no) && !changed,
                                _ => false,
                            };
                            if penalty && open {
                                say("closes with a lost dispute not carried out");
                            }
                            let shown = self
                                .on(of, no)
                                .into_iter()
                                .filter(|q| q.no < r.no && matches!(q.act, Act::Published(_)))
                                .last();
                            let down = |since: ActNo| {
                                self.on(of, no).iter().any(|q| q.no > since && matches!(q.act, Act::Withdrawn(_)))
                            };
                            if matches!(d.result, DisputeResult::Illegal | DisputeResult::Invalid)
                                && shown.is_some_and(|q| !down(q.no))
                            {
                                say("closes with an illegal decision on show");
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
