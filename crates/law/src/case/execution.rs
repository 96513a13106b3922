//! What became of a decision after its service: payment terms, demands, disputes, force.

use super::{Case, Decision, Fact, Subject};
use crate::Day;
use crate::acts::*;
use crate::calendar::Calendar;
use crate::deadline::{Due, Span, Term};
use crate::money::Fen;
use crate::surcharge::{Surcharge, surcharge};

/// The time to pay a fine, from receiving the decision (处罚法67).
pub const PAYMENT: Term = Term::days(15).rolling();
/// The time to ask for review, from knowing the decision (复议法20).
pub const REVIEW: Term = Term::days(60).rolling();
/// The time to sue without review (行诉法46).
pub const SUIT: Term = Term::months(6).rolling();
/// The time to sue after a review (行诉法45).
pub const SUIT_AFTER_REVIEW: Term = Term::days(15).rolling();
/// The time to ask the court for enforcement once the party can no longer sue (强制法53).
pub const COURT: Term = Term::months(3);

/// A review or suit against a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispute {
    /// The act that records it.
    pub no: ActNo,
    /// What it is brought against.
    pub of: ActNo,
    /// Review, simplified review or suit.
    pub sort: DisputeKind,
    /// The day the organ received the copy.
    pub day: Day,
    /// How and when it ended.
    pub ended: Option<(ActNo, Day, DisputeResult)>,
    /// Whether execution was stayed.
    pub stayed: bool,
}

impl Case {
    /// Every review and suit of the case, in order.
    pub fn disputes(&self) -> Vec<Dispute> {
        self.all::<DisputeOpened>()
            .filter_map(|opened| {
                let Subject::Document(of) = opened.rec.subject else { return None };
                let item = Subject::Item(opened.no());
                let ended = self.on::<DisputeEnded>(item).next().map(|end| (end.no(), end.day(), end.result));
                let stayed = self.on::<StayOrdered>(item).next().is_some();
                Some(Dispute { no: opened.no(), of, sort: opened.sort, day: opened.day(), ended, stayed })
            })
            .collect()
    }

    /// The reviews and suits against one act.
    pub fn disputes_of(&self, of: ActNo) -> Vec<Dispute> {
        self.disputes().into_iter().filter(|dispute| dispute.of == of).collect()
    }

    /// Whether a review or suit against the act is pending.
    pub fn in_dispute(&self, of: ActNo) -> bool {
        self.has(Kind::DisputeOpened) && self.disputes_of(of).iter().any(|dispute| dispute.ended.is_none())
    }

    /// Whether execution of the act is stayed.
    pub fn stayed(&self, of: ActNo) -> bool {
        self.has(Kind::StayOrdered)
            && self.disputes_of(of).iter().any(|dispute| dispute.ended.is_none() && dispute.stayed)
    }

    /// The last approved postponement of a decision.
    pub fn postponed(&self, decision: ActNo) -> Option<Fact<'_, PostponementDecided>> {
        self.all::<PostponementDecided>().rfind(|fact| {
            let asked = if let Subject::Item(no) = fact.rec.subject { self.record(no) } else { None };
            fact.approve && asked.is_some_and(|rec| rec.subject == Subject::Document(decision))
        })
    }

    /// The last day to pay: of the postponement where one was granted, else fifteen days from service (处罚法66、67).
    pub fn payment_due(&self, decision: &Decision, calendar: &Calendar) -> Option<Due> {
        self.payment_term(decision, calendar).map(|(_, due)| due)
    }

    /// The day the time to pay starts from, not counted, and its end: from the postponement where one was granted, else from service.
    pub fn payment_term(&self, decision: &Decision, calendar: &Calendar) -> Option<(Day, Due)> {
        if let Some(postponed) = self.postponed(decision.no) {
            return Some((postponed.day(), Due { last: postponed.until, provisional: false }));
        }
        let served = decision.served?;
        Some((served, calendar.due(served, PAYMENT, &[])))
    }

    /// What the surcharge for paying late comes to on a day; nothing before the decision was served.
    pub fn surcharge(&self, decision: &Decision, upto: Day, calendar: &Calendar) -> Option<Surcharge> {
        let due = self.payment_due(decision, calendar)?;
        let paid: Vec<(Day, Fen)> = self
            .on::<FinePaid>(Subject::Document(decision.no))
            .map(|fact| (fact.day(), fact.amount))
            .chain(self.on::<CashCollected>(Subject::Document(decision.no)).map(|fact| (fact.day(), fact.amount)))
            .collect();
        let paused: Vec<Span> = self
            .disputes_of(decision.no)
            .iter()
            .map(|dispute| Span::new(dispute.day, dispute.ended.map_or(upto.max(dispute.day), |(_, day, _)| day)))
            .collect();
        Some(surcharge(decision.fine, due.last, &paid, &paused, upto))
    }

    /// What is left of the surcharge last charged: less what an agreement cut and what was paid.
    pub fn surcharge_left(&self, decision: ActNo) -> Fen {
        let of = Subject::Document(decision);
        let charged = self.on::<SurchargeCharged>(of).next_back().map_or(0, |fact| fact.amount.0);
        let cut: i64 = self
            .all::<EnforcementAgreed>()
            .filter(|fact| self.base_of(fact.no()) == Some(decision))
            .filter_map(|fact| fact.surcharge_cut)
            .map(|cut| cut.0)
            .fold(0, i64::saturating_add);
        let paid = self.on::<SurchargePaid>(of).map(|fact| fact.amount.0).fold(0, i64::saturating_add);
        Fen(charged.saturating_sub(cut).saturating_sub(paid).max(0))
    }

    /// The decision or order an act of enforcement goes back to, by following its subjects.
    pub fn base_of(&self, no: ActNo) -> Option<ActNo> {
        match self.record(no)?.subject {
            Subject::Document(of) | Subject::Item(of) if of < no => {
                let kind = self.record(of)?.act.kind();
                let base = matches!(
                    kind,
                    Kind::PenaltyDecided
                        | Kind::OnSpotPenalty
                        | Kind::OrderedToCorrect
                        | Kind::OrderedToStop
                        | Kind::DemolitionOrdered
                );
                if base { Some(of) } else { self.base_of(of) }
            }
            _ => None,
        }
    }

    /// The demands that a document be performed, in order.
    pub fn demands(&self, of: ActNo) -> impl DoubleEndedIterator<Item = Fact<'_, Demanded>> {
        self.on(Subject::Document(of))
    }

    /// The answers to a demand that no re-check answers.
    pub fn demand_unanswered(&self, demand: ActNo) -> bool {
        self.on::<DemandAnswered>(Subject::Item(demand))
            .any(|answer| self.on::<DemandRechecked>(Subject::Item(answer.no())).next().is_none())
    }

    /// The last day of the party's own time to perform what a document asks; none while it is not served.
    pub fn performance_due(&self, of: ActNo, calendar: &Calendar) -> Option<Day> {
        match &self.record(of)?.act {
            Act::PenaltyDecided(_) | Act::OnSpotPenalty(_) => {
                self.payment_due(&self.decision(of)?, calendar).map(|due| due.last)
            }
            Act::OrderedToCorrect(order) => self.served(of).map(|_| order.until),
            Act::DemolitionOrdered(order) => self.served(of).map(|_| order.until),
            Act::OrderedToStop(_) | Act::SubstituteDecided(_) => self.served(of).map(|fact| fact.day()),
            _ => None,
        }
    }

    /// Whether what a document asks is done: the fine paid, the correction found, the building gone.
    pub fn performed(&self, of: ActNo) -> bool {
        match self.record(of).map(|rec| &rec.act) {
            Some(Act::PenaltyDecided(_) | Act::OnSpotPenalty(_)) => {
                self.decision(of).is_some_and(|decision| self.paid(of) >= decision.fine)
            }
            Some(Act::OrderedToCorrect(_) | Act::OrderedToStop(_)) => {
                self.on::<CorrectionChecked>(Subject::Document(of)).next_back().is_some_and(|check| check.corrected)
                    || self.all::<SubstitutePerformed>().any(|fact| self.base_of(fact.no()) == Some(of))
            }
            Some(Act::DemolitionOrdered(_)) => {
                self.on::<DemolitionPerformed>(Subject::Document(of)).next().is_some()
                    || self.on::<DemolitionCarriedOut>(Subject::Document(of)).next().is_some()
            }
            Some(Act::SubstituteDecided(_)) => self.on::<SubstitutePerformed>(Subject::Document(of)).next().is_some(),
            _ => false,
        }
    }

    /// The day after which the party can neither ask for review nor sue: both terms from service, or the time to sue after a review that
    /// ended (复议法20；行诉法45、46). Against an on-spot penalty review comes first, so its term is the one that runs (复议法23).
    pub fn remedies_end(&self, of: ActNo, calendar: &Calendar) -> Option<Due> {
        let rec = self.record(of)?;
        let served = match &rec.act {
            Act::OnSpotPenalty(_) => self.decision(of)?.served?,
            _ => self.served(of)?.day(),
        };
        let review = calendar.due(served, REVIEW, &[]);
        let suit = calendar.due(served, SUIT, &[]);
        let plain = if rec.act.kind() == Kind::OnSpotPenalty || suit.last < review.last { review } else { suit };
        let after = self
            .disputes_of(of)
            .iter()
            .filter(|dispute| dispute.sort != DisputeKind::Suit)
            .filter_map(|dispute| dispute.ended)
            .map(|(_, day, _)| calendar.due(day, SUIT_AFTER_REVIEW, &[]))
            .max_by_key(|due| due.last);
        match after {
            Some(after) if after.last > plain.last || rec.act.kind() == Kind::OnSpotPenalty => Some(after),
            _ => Some(plain),
        }
    }

    /// The first and last day on which the court can be asked to enforce: after the party's remedies ended, within three months of that or of
    /// the end of a postponement (处罚法72；强制法53).
    pub fn court_window(&self, of: ActNo, calendar: &Calendar) -> Option<(Day, Due)> {
        let end = self.remedies_end(of, calendar)?.last;
        let from = self.postponed(of).map_or(end, |postponed| postponed.until.max(end));
        Some((from.tomorrow().ok()?, calendar.due(from, COURT, &[])))
    }

    /// The end of enforcement of a decision for good.
    pub fn enforcement_ended(&self, decision: ActNo) -> Option<Fact<'_, EnforcementEnded>> {
        self.on(Subject::Document(decision)).next()
    }

    /// Whether a decided enforcement stands still.
    pub fn enforcement_suspended(&self, decision: ActNo) -> bool {
        let of = Subject::Document(decision);
        self.on::<EnforcementSuspended>(of)
            .next_back()
            .is_some_and(|fact| !self.on::<EnforcementResumed>(of).any(|resumed| resumed.after(fact.no())))
    }

    /// The officers who must not act any more: their withdrawal was decided and stands (处罚法43).
    pub fn recused(&self) -> Vec<PersonId> {
        self.all::<RecusalDecided>()
            .filter(|fact| fact.recuse)
            .filter_map(|fact| {
                let Subject::Item(asked) = fact.rec.subject else { return None };
                match &self.record(asked)?.act {
                    Act::RecusalAsked(asked) => Some(asked.officer),
                    _ => None,
                }
            })
            .collect()
    }

    /// Requests for withdrawal nobody decided on.
    pub fn recusals_open(&self) -> Vec<ActNo> {
        self.all::<RecusalAsked>()
            .map(|fact| fact.no())
            .filter(|no| self.on::<RecusalDecided>(Subject::Item(*no)).next().is_none())
            .collect()
    }
}
