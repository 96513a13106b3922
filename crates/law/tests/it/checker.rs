//! A second, naive reading of the law over a finished log.
//!
//! It imports nothing of the rules and nothing of the folded case: only records, calendar, corpus and office. It is slow and obvious.

#![expect(
    clippy::collapsible_match,
    clippy::double_ended_iterator_last,
    reason = "the checker says one thing a line and does not mind speed"
)]

mod beyond;

use law::Day;
use law::acts::*;
use law::calendar::Calendar;
use law::case::{Entry, Recorded, Subject};
use law::corpus::{Corpus, Order, Sort};
use law::deadline::Term;
use law::money::Fen;
use law::office::Office;

/// What the log breaks, each as "number what".
pub(crate) fn check(log: &[Recorded], office: &Office, verified: &[(String, Day)]) -> Vec<String> {
    check_on(log, office, verified, Corpus::builtin().calendar())
}

/// The same by another calendar.
pub(crate) fn check_on(
    log: &[Recorded],
    office: &Office,
    verified: &[(String, Day)],
    calendar: &Calendar,
) -> Vec<String> {
    let voided: Vec<ActNo> = log.iter().filter(|r| matches!(r.act, Act::Voided(_))).filter_map(item).collect();
    let checker =
        Checker { standing: log.iter().filter(|r| !voided.contains(&r.no)).collect(), log, office, verified, calendar };
    let mut found = Vec::new();
    for rec in checker.standing.iter().filter(|rec| rec.entry == Entry::Live) {
        let mut say = |what: &str| found.push(format!("{} {} {what}", rec.no, rec.act.kind().label()));
        checker.everyone(rec, &mut say);
        checker.act(rec, &mut say);
        checker.beyond(rec, &mut say);
    }
    found
}

fn item(rec: &Recorded) -> Option<ActNo> {
    match rec.subject {
        Subject::Document(no) | Subject::Item(no) => Some(no),
        _ => None,
    }
}

struct Checker<'a> {
    standing: Vec<&'a Recorded>,
    log: &'a [Recorded],
    office: &'a Office,
    verified: &'a [(String, Day)],
    calendar: &'a Calendar,
}

#[derive(Clone)]
struct Who {
    key: String,
    person: bool,
    born: Option<Day>,
    incapable: bool,
    by: ActNo,
}

#[derive(Clone, PartialEq)]
struct What {
    matter: String,
    day: Day,
    discovered: Day,
    by: ActNo,
}

impl<'a> Checker<'a> {
    fn stands(&self, no: ActNo) -> bool {
        self.standing.iter().any(|rec| rec.no == no)
    }

    fn rec(&self, no: ActNo) -> Option<&'a Recorded> {
        self.log.iter().find(|rec| rec.no == no)
    }

    /// The standing acts before one.
    fn before(&self, no: ActNo) -> impl DoubleEndedIterator<Item = &'a Recorded> + '_ {
        self.standing.iter().copied().filter(move |rec| rec.no < no)
    }

    /// Parties as they were known before an act, by number; voided ones keep their number.
    fn parties(&self, before: ActNo) -> Vec<Who> {
        let mut list: Vec<Who> = Vec::new();
        for rec in self.log.iter().filter(|rec| rec.no < before) {
            let add = |kind: PartyKind, born, incapable: Option<bool>, key: &PartyKey, list: &mut Vec<Who>| {
                list.push(Who {
                    key: key.0.clone(),
                    person: kind == PartyKind::Person,
                    born,
                    incapable: incapable == Some(true),
                    by: rec.no,
                });
            };
            match &rec.act {
                Act::ClueRegistered(a) => {
                    if let Some(kind) = a.party_kind {
                        let key = a.party_key.clone().unwrap_or(PartyKey(String::new()));
                        add(kind, a.party_born, a.party_incapable, &key, &mut list);
                    }
                }
                Act::PartyJoined(a) => add(a.party_kind, a.party_born, a.party_incapable, &a.party_key, &mut list),
                Act::OnSpotPenalty(a) if !list.iter().any(|w| w.key == a.party_key.0 && self.stands(w.by)) => {
                    add(a.party_kind, a.party_born, a.party_incapable, &a.party_key, &mut list);
                }
                Act::PartyChanged(a) if self.stands(rec.no) => {
                    if let Subject::Party(no) = rec.subject {
                        let who = &mut list[usize::from(no.0)];
                        *who = Who {
                            key: a.party_key.0.clone(),
                            person: a.party_kind == PartyKind::Person,
                            born: a.party_born,
                            incapable: a.party_incapable == Some(true),
                            by: who.by,
                        };
                    }
                }
                _ => {}
            }
        }
        list
    }

    fn conducts(&self, before: ActNo) -> Vec<What> {
        let mut list: Vec<What> = Vec::new();
        for rec in self.log.iter().filter(|rec| rec.no < before) {
            match &rec.act {
                Act::ClueRegistered(a) => list.push(What {
                    matter: a.matter.0.clone(),
                    day: a.conduct_day,
                    discovered: a.discovered,
                    by: rec.no,
                }),
                Act::ConductAdded(a) => list.push(What {
                    matter: a.matter.0.clone(),
                    day: a.conduct_day,
                    discovered: a.discovered,
                    by: rec.no,
                }),
                Act::OnSpotPenalty(a)
                    if !list.iter().any(|w| w.matter == a.matter.0 && w.day == a.conduct_day && self.stands(w.by)) =>
                {
                    list.push(What {
                        matter: a.matter.0.clone(),
                        day: a.conduct_day,
                        discovered: rec.happened,
                        by: rec.no,
                    });
                }
                _ => {}
            }
        }
        list
    }

    /// The number of the party an act is about.
    fn party(&self, rec: &Recorded) -> Option<usize> {
        if let Act::OnSpotPenalty(a) = &rec.act {
            return self
                .parties(ActNo(rec.no.0 + 1))
                .iter()
                .position(|who| who.key == a.party_key.0 && self.stands(who.by));
        }
        match rec.subject {
            Subject::Party(no) => Some(usize::from(no.0)),
            Subject::Document(no) | Subject::Item(no) => self.party(self.rec(no)?),
            Subject::Case => None,
        }
    }

    fn due(&self, start: Day, term: Term) -> Day {
        self.calendar.due(start, term, &[]).last
    }

    fn served(&self, document: ActNo, before: ActNo) -> Option<Day> {
        self.before(before).find(|r| matches!(r.act, Act::Served(_)) && item(r) == Some(document)).map(|r| r.happened)
    }

    /// Decisions about a party that stand before an act.
    fn decided(&self, party: usize, before: ActNo) -> Vec<&'a Recorded> {
        self.before(before)
            .filter(|r| {
                matches!(
                    r.act,
                    Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::UnprovenDecided(_) | Act::OnSpotPenalty(_)
                )
            })
            .filter(|r| self.party(r) == Some(party))
            .filter(|r| !self.before(before).any(|u| matches!(u.act, Act::DecisionRevoked(_)) && item(u) == Some(r.no)))
            .collect()
    }

    fn decided_conducts(&self, rec: &Recorded) -> Vec<What> {
        let all = self.conducts(ActNo(rec.no.0 + 1));
        let pick = |list: &[ConductNo]| list.iter().filter_map(|no| all.get(usize::from(no.0)).cloned()).collect();
        match &rec.act {
            Act::PriorNotice(a) => pick(&a.conducts),
            Act::PenaltyDecided(a) => pick(&a.conducts),
            Act::PenaltyWaived(a) => pick(&a.conducts),
            Act::UnprovenDecided(a) => pick(&a.conducts),
            Act::OnSpotPenalty(a) => all
                .into_iter()
                .filter(|w| w.matter == a.matter.0 && w.day == a.conduct_day && self.stands(w.by))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn investigators(&self, before: ActNo) -> Vec<PersonId> {
        let mut list = Vec::new();
        for r in self.before(before) {
            match &r.act {
                Act::Filing(a) => list.extend(&a.handlers),
                Act::SceneRecorded(_)
                | Act::InterviewRecorded(_)
                | Act::EvidenceTaken(_)
                | Act::EvidenceVerified(_)
                | Act::CorrectionChecked(_)
                | Act::FinalReport(_)
                | Act::SightingReviewed(_)
                | Act::Sampled(_)
                | Act::EvidenceRegistered(_)
                | Act::Seized(_) => {
                    list.extend(&r.team);
                }
                _ => {}
            }
        }
        list
    }

    fn accepted(&self, evidence: ActNo, before: ActNo) -> bool {
        let last = self.before(before).filter_map(|r| match &r.act {
            Act::EvidenceVerified(a) if a.evidence.contains(&evidence) => Some(a.result),
            _ => None,
        });
        last.last() == Some(EvidenceResult::Accepted) && self.stands(evidence)
    }

    fn suspended(&self, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| matches!(r.act, Act::CaseSuspended(_) | Act::CaseResumed(_)))
            .is_some_and(|r| matches!(r.act, Act::CaseSuspended(_)))
    }

    fn over(&self, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| {
                matches!(r.act, Act::Closed(_) | Act::FilingRefused(_) | Act::DecisionRevoked(_) | Act::CaseReopened(_))
            })
            .is_some_and(|r| !matches!(r.act, Act::DecisionRevoked(_) | Act::CaseReopened(_)))
    }

    fn simple(&self, before: ActNo) -> bool {
        let filed = self.before(before).any(|r| matches!(r.act, Act::Filing(_)));
        let spot = self.before(before).any(|r| {
            matches!(r.act, Act::OnSpotPenalty(_))
                && !self.before(before).any(|u| matches!(u.act, Act::DecisionRevoked(_)) && item(u) == Some(r.no))
        });
        spot && !filed
    }

    /// A request for a hearing of the party, made in time, that nothing settled before an act.
    fn hearing_pending(&self, party: usize, before: ActNo) -> bool {
        self.before(before).filter(|r| matches!(r.act, Act::HearingAsked(_)) && self.party(r) == Some(party)).any(
            |ask| {
                let Act::HearingAsked(a) = &ask.act else { return false };
                let notice =
                    self.before(ask.no).rfind(|r| matches!(r.act, Act::PriorNotice(_)) && self.party(r) == Some(party));
                let in_time = notice.is_some_and(|n| match &n.act {
                    Act::PriorNotice(p) => {
                        let served = self.served(n.no, before);
                        p.hearing_right
                            && served
                                .is_none_or(|day| a.posted.unwrap_or(ask.happened) <= self.due(day, Term::workdays(5)))
                    }
                    _ => false,
                });
                in_time && !self.settled(ask.no, party, before)
            },
        )
    }

    fn settled(&self, ask: ActNo, party: usize, before: ActNo) -> bool {
        self.before(before).any(|r| {
            r.no > ask
                && self.party(r) == Some(party)
                && match &r.act {
                    Act::HearingHeld(_) | Act::HearingEnded(_) | Act::HearingRefused(_) => true,
                    Act::Waived(w) => w.waiver != Waiver::Defence,
                    _ => false,
                }
        })
    }

    fn open_request(&self, party: usize, before: ActNo) -> Option<&'a Recorded> {
        self.before(before).find(|r| {
            matches!(r.act, Act::HearingAsked(_)) && self.party(r) == Some(party) && !self.settled(r.no, party, before)
        })
    }

    fn unanswered(&self, party: usize, before: ActNo) -> bool {
        self.before(before)
            .filter(|r| matches!(r.act, Act::Defended(_)) && self.party(r) == Some(party))
            .any(|d| !self.before(before).any(|r| matches!(r.act, Act::Rechecked(_)) && item(r) == Some(d.no)))
    }

    /// The fine the party was told of when it defended itself, the lowest of all times.
    fn told_at_defence(&self, party: usize, before: ActNo) -> Option<Fen> {
        self.before(before)
            .filter(|r| matches!(r.act, Act::Defended(_)) && self.party(r) == Some(party))
            .filter_map(|d| {
                self.before(d.no)
                    .filter(|r| self.party(r) == Some(party))
                    .filter_map(|r| if let Act::PriorNotice(n) = &r.act { Some(n.fine) } else { None })
                    .last()
            })
            .min()
    }

    /// 0 none, 1 reported, 2 approved, 3 with the police, 4 taken, 5 declined.
    fn crime(&self, before: ActNo) -> u8 {
        self.before(before).fold(0, |state, r| match &r.act {
            Act::CrimeReported(_) => 1,
            Act::CrimeAnswered(a) => {
                if a.approve {
                    2
                } else {
                    5
                }
            }
            Act::CrimeTransferred(_) => 3,
            Act::PoliceReviewAsked(_) if state == 5 => 3,
            // The police may change their mind; where the head declined, they have nothing to answer.
            Act::PoliceAnswered(a) if matches!(state, 3 | 4) || state == 5 && self.with_police(r.no) => {
                if a.filed {
                    4
                } else {
                    5
                }
            }
            _ => state,
        })
    }

    /// Whether the crime last reported went to the police.
    fn with_police(&self, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| matches!(r.act, Act::CrimeReported(_) | Act::CrimeTransferred(_)))
            .is_some_and(|r| matches!(r.act, Act::CrimeTransferred(_)))
    }

    fn paid(&self, decision: ActNo, before: ActNo) -> i64 {
        self.before(before)
            .filter(|r| item(r) == Some(decision))
            .map(|r| match &r.act {
                Act::FinePaid(a) => a.amount.0,
                Act::CashCollected(a) => a.amount.0,
                _ => 0,
            })
            .sum()
    }

    fn owed(&self, decision: &Recorded, before: ActNo) -> (Vec<Sort>, Fen) {
        let mut now = match &decision.act {
            Act::PenaltyDecided(a) => (a.sorts.clone(), a.fine),
            Act::OnSpotPenalty(a) => (a.sorts.clone(), a.fine),
            _ => (Vec::new(), Fen::ZERO),
        };
        for r in self.before(before).filter(|r| item(r) == Some(decision.no)) {
            if let Act::DecisionChanged(a) = &r.act {
                now = (a.sorts.clone(), a.fine);
            }
        }
        now
    }

    /// Whether a decision is on show.
    fn shown(&self, decision: ActNo, before: ActNo) -> bool {
        self.before(before)
            .rfind(|r| item(r) == Some(decision) && matches!(r.act, Act::Published(_) | Act::Withdrawn(_)))
            .is_some_and(|r| matches!(r.act, Act::Published(_)))
    }

    /// What holds for every live act.
    fn everyone(&self, rec: &Recorded, say: &mut dyn FnMut(&str)) {
        let no = rec.no;
        if self.before(no).any(|r| r.happened > rec.happened) {
            say("is dated before what the file already held");
        }
        if item(rec).is_some_and(|of| !self.stands(of) && !matches!(rec.act, Act::Voided(_))) {
            say("is addressed to an act that does not stand");
        }
        if self.over(no)
            && !matches!(
                rec.act.kind(),
                Kind::SentElectronically
                    | Kind::CashHandedIn
                    | Kind::CashDeposited
                    | Kind::Published
                    | Kind::Withdrawn
                    | Kind::DecisionRevoked
                    | Kind::DecisionChanged
                    | Kind::Corrected
                    | Kind::Voided
                    | Kind::Archived
                    | Kind::OnSpotFiled
                    | Kind::DisputeReplied
                    | Kind::CreditRepairDecided
                    | Kind::CaseReopened
                    | Kind::GoodsReturned
                    | Kind::NoticePosted
            )
        {
            say("comes after the end of the case");
        }
        let needs_two = matches!(
            rec.act.kind(),
            Kind::SceneRecorded
                | Kind::InterviewRecorded
                | Kind::EvidenceTaken
                | Kind::OrderedToCorrect
                | Kind::CorrectionChecked
                | Kind::PriorNotice
                | Kind::PenaltyDecided
                | Kind::PenaltyWaived
                | Kind::UnprovenDecided
                | Kind::OnSpotPenalty
                | Kind::CashCollected
                | Kind::CrimeReported
        );
        let mut team = rec.team.clone();
        team.sort();
        team.dedup();
        if needs_two && (team.len() < 2 || !team.iter().all(|id| self.office.certified(*id, rec.happened))) {
            say("was not done by two certified officers");
        }
        let heads: Vec<PersonId> = match &rec.act {
            Act::VerifyExtended(a) => vec![a.head],
            Act::InspectionApproved(a) => vec![a.head],
            Act::Filing(a) => vec![a.head],
            Act::FilingRefused(a) => vec![a.head],
            Act::TermExtended(a) => a.approvers.clone(),
            Act::CaseSuspended(a) => vec![a.head],
            Act::CaseResumed(a) => vec![a.head],
            Act::PenaltyDecided(a) => vec![a.head],
            Act::PenaltyWaived(a) => vec![a.head],
            Act::UnprovenDecided(a) => vec![a.head],
            Act::CrimeAnswered(a) => vec![a.head],
            Act::DecisionRevoked(a) if a.by == UndoneBy::Own => vec![a.head],
            Act::DecisionChanged(a) if a.by == UndoneBy::Own => vec![a.head],
            Act::CaseEnded(a) => vec![a.head],
            Act::Closed(a) => vec![a.head],
            _ => Vec::new(),
        };
        if heads.iter().any(|id| !self.office.is_head(*id, rec.happened)) {
            say("was not signed by a head");
        }
        let ordinary = matches!(
            rec.act.kind(),
            Kind::ClueVerified
                | Kind::VerifyExtended
                | Kind::Filing
                | Kind::FilingRefused
                | Kind::PartyJoined
                | Kind::ConductAdded
                | Kind::FinalReport
                | Kind::PriorNotice
                | Kind::LegallyReviewed
                | Kind::Discussed
                | Kind::PenaltyDecided
                | Kind::PenaltyWaived
                | Kind::UnprovenDecided
                | Kind::TermExtended
                | Kind::CaseSuspended
                | Kind::CaseEnded
        );
        if ordinary && self.simple(no) {
            say("belongs to the ordinary procedure in a case already punished on the spot");
        }
        let after_filing = matches!(
            rec.act.kind(),
            Kind::FinalReport
                | Kind::PriorNotice
                | Kind::LegallyReviewed
                | Kind::Discussed
                | Kind::PenaltyDecided
                | Kind::PenaltyWaived
                | Kind::UnprovenDecided
                | Kind::TermExtended
                | Kind::CaseSuspended
                | Kind::CaseEnded
        );
        if after_filing && !self.before(no).any(|r| matches!(r.act, Act::Filing(_))) {
            say("comes before filing");
        }
        let still = matches!(
            rec.act.kind(),
            Kind::FinalReport
                | Kind::PriorNotice
                | Kind::PenaltyDecided
                | Kind::PenaltyWaived
                | Kind::UnprovenDecided
                | Kind::CaseSuspended
                | Kind::TermExtended
        );
        if still && self.suspended(no) {
            say("was done while the case stood still");
        }
        let ended = matches!(
            rec.act.kind(),
            Kind::FinalReport
                | Kind::PriorNotice
                | Kind::PenaltyDecided
                | Kind::PenaltyWaived
                | Kind::UnprovenDecided
                | Kind::OnSpotPenalty
        );
        if ended && self.inquiry_over(no) {
            say("was done after the inquiry ended");
        }
        let hearing: Vec<PersonId> = self
            .before(no)
            .filter_map(|r| if let Act::HearingNotified(a) = &r.act { Some(a) } else { None })
            .flat_map(|a| [vec![a.chair, a.clerk], a.members.clone()].concat())
            .collect();
        if matches!(
            rec.act.kind(),
            Kind::SceneRecorded
                | Kind::InterviewRecorded
                | Kind::EvidenceTaken
                | Kind::CorrectionChecked
                | Kind::FinalReport
        ) && team.iter().any(|id| hearing.contains(id))
        {
            say("was done by an officer of the hearing");
        }
        if let Act::PartyJoined(_) | Act::PartyChanged(_) | Act::ConductAdded(_) = rec.act {
            let late = match self.party(rec) {
                Some(party) => !self.decided(party, no).is_empty(),
                None => {
                    !self.parties(no).is_empty()
                        && (0..self.parties(no).len()).all(|party| !self.decided(party, no).is_empty())
                }
            };
            if late {
                say("comes after the decision");
            }
        }
    }

    /// What the law asks of each kind.
    fn act(&self, rec: &Recorded, say: &mut dyn FnMut(&str)) {
        let no = rec.no;
        let day = rec.happened;
        let party = self.party(rec);
        let report = self.before(no).rfind(|r| matches!(r.act, Act::FinalReport(_)));
        let standing_decision = party.is_some_and(|p| !self.decided(p, no).is_empty());
        match &rec.act {
            Act::VerifyExtended(_) => {
                if self
                    .before(no)
                    .any(|r| matches!(r.act, Act::VerifyExtended(_) | Act::ClueVerified(_) | Act::Filing(_)))
                {
                    say("extends what is extended or done");
                }
            }
            Act::Filing(a) => {
                if self.before(no).any(|r| matches!(r.act, Act::Filing(_))) {
                    say("is a second filing");
                }
                let last = self
                    .before(no)
                    .filter_map(|r| if let Act::ClueVerified(v) = &r.act { Some(v.outcome) } else { None })
                    .last();
                if last.is_some_and(|outcome| outcome != ClueOutcome::File) {
                    say("goes against the check of the clue");
                }
                let designated = self.before(no).any(|r| matches!(r.act, Act::JurisdictionDesignated(_)));
                if !designated && rec.neighbours.same_conduct_elsewhere.iter().any(|n| n.filed <= day) {
                    say("was filed elsewhere first");
                }
                let years = if a.harm { 5 } else { 2 };
                if self.conducts(no).iter().all(|w| w.discovered > self.due(w.day, Term::years(years))) {
                    say("is barred by time");
                }
                if self.conducts(no).iter().any(|w| self.office.power(&w.matter, day).is_none()) {
                    say("is outside the power list");
                }
            }
            Act::FilingRefused(_) => {
                if self.before(no).any(|r| matches!(r.act, Act::Filing(_))) {
                    say("refuses what was filed");
                }
            }
            Act::ClueRegistered(a) => {
                if a.party_kind.is_some() && a.party_key.is_none() {
                    say("names a party nobody could find again");
                }
            }
            Act::PartyJoined(a) => {
                if self.parties(no).iter().any(|who| who.key == a.party_key.0 && self.stands(who.by)) {
                    say("joins a party twice");
                }
            }
            Act::EvidenceVerified(a) => {
                if a.evidence.is_empty() {
                    say("verifies nothing");
                }
            }
            Act::OrderedToCorrect(a) => {
                if a.until < day {
                    say("sets a time in the past");
                }
            }
            Act::CorrectionChecked(_) => {
                if item(rec).is_none_or(|order| self.served(order, no).is_none()) {
                    say("checks an order that was not served");
                }
            }
            Act::TermExtended(a) => {
                let earlier = self.before(no).filter(|r| matches!(r.act, Act::TermExtended(_))).count();
                let mut heads = a.approvers.clone();
                heads.sort();
                heads.dedup();
                let ok = match earlier {
                    0 => a.days <= 30 && !heads.is_empty(),
                    1 => a.days <= 60 && heads.len() >= 2,
                    _ => false,
                };
                if !ok || a.days == 0 {
                    say("extends too far");
                }
            }
            Act::CaseResumed(_) => {
                if !self.suspended(no) {
                    say("resumes what was not suspended");
                }
            }
            Act::FinalReport(a) => {
                if a.evidence.is_empty() || a.evidence.iter().any(|e| !self.accepted(*e, no)) {
                    say("rests on evidence that was not verified");
                }
                if !self.parties(no).iter().any(|who| self.stands(who.by)) {
                    say("knows no party");
                }
            }
            Act::PriorNotice(a) => {
                let Some(p) = party else { return say("has no party") };
                let who = self.parties(no)[p].clone();
                match report {
                    Some(r) => {
                        if !matches!(&r.act, Act::FinalReport(f) if f.outcome == Outcome::Penalise) {
                            say("does not follow the report");
                        }
                        if r.no < who.by || self.decided_conducts(rec).iter().any(|w| w.by > r.no) {
                            say("goes beyond the report");
                        }
                    }
                    None => say("comes before the report"),
                }
                if a.conducts.is_empty() || a.facts.is_empty() || a.reason.is_empty() {
                    say("does not say what for");
                }
                let told_before =
                    self.before(no).any(|r| matches!(r.act, Act::PriorNotice(_)) && self.party(r) == Some(p));
                if told_before && self.unanswered(p, no) {
                    say("passes over a defence");
                }
                if told_before && self.hearing_pending(p, no) {
                    say("passes over a hearing");
                }
                if self.told_at_defence(p, no).is_some_and(|cap| a.fine > cap) {
                    say("raises after a defence");
                }
                if !a.hearing_right && heavy(&who, &a.sorts, a.fine, a.gains, a.property) {
                    say("does not tell of the hearing right");
                }
                if standing_decision && self.overlaps(rec, p) {
                    say("comes after the decision");
                }
                self.measure(
                    rec,
                    &who,
                    &Told {
                        sorts: &a.sorts,
                        fine: a.fine,
                        area: a.area,
                        measures: &a.measures,
                        branch: a.branch.as_ref().map_or("", |id| id.0.as_str()),
                        lightening: a.lightening,
                        factors: &a.factors,
                        tier: a.tier.as_ref().map(|name| name.0.as_str()),
                        departure: &a.departure,
                    },
                    false,
                    say,
                );
                if self.conducts_of_penalty_out_of_time(rec) {
                    say("is barred by time");
                }
            }
            Act::SentElectronically(_) => {
                let Some(p) = party else { return };
                let consent = self
                    .before(no)
                    .filter(|r| self.party(r) == Some(p))
                    .filter_map(|r| if let Act::AddressConfirmed(c) = &r.act { Some(c.electronic) } else { None })
                    .last();
                if consent != Some(true) {
                    say("was sent without consent");
                }
            }
            Act::Rechecked(a) => {
                if a.answer.is_empty() {
                    say("answers nothing");
                }
            }
            Act::NormChosen(a) => {
                let parties: Vec<law::corpus::Party> = self
                    .parties(no)
                    .iter()
                    .filter(|who| self.stands(who.by))
                    .map(|who| if who.person { law::corpus::Party::Person } else { law::corpus::Party::Unit })
                    .collect();
                let reaches = |party| parties.is_empty() || parties.contains(&party);
                let real = self.conducts(no).iter().filter(|w| self.stands(w.by)).any(|w| {
                    let sides = [(&a.applied.0, &a.set_aside.0), (&a.set_aside.0, &a.applied.0)];
                    sides.iter().any(|(one, two)| {
                        w.matter == **one
                            && law::corpus::Party::ALL.into_iter().any(|p| reaches(p) && clash(one, two, w.day, p))
                    })
                });
                let all = self.conducts(no);
                let apart = a.conducts.iter().flatten().any(|c| {
                    let side = |w: &What| w.matter == a.applied.0 || w.matter == a.set_aside.0;
                    all.get(usize::from(c.0)).is_none_or(|w| !side(w) || !self.stands(w.by))
                });
                if !real || apart {
                    say("chooses between norms that do not clash");
                }
                if a.reason.is_empty()
                    || !self.office.may_review(a.chooser, day)
                    || self.investigators(no).contains(&a.chooser)
                {
                    say("was chosen by somebody who may not, or without reason");
                }
            }
            Act::HearingRefused(_) => {
                let Some(p) = party else { return };
                if self.open_request(p, no).is_none() {
                    say("refuses what was not asked");
                } else if self.hearing_pending(p, no) {
                    say("refuses a hearing asked in time");
                }
            }
            Act::HearingNotified(a) => {
                let Some(p) = party else { return };
                if self.open_request(p, no).is_none() {
                    say("notifies a hearing nobody asked for");
                }
                let seven = self.due(day, Term::workdays(7));
                if a.day <= seven {
                    say("is too close to the hearing");
                }
                if a.open && a.announced.is_none_or(|announced| a.day <= self.due(announced, Term::workdays(7))) {
                    say("was not announced in time");
                }
                let people = [vec![a.chair, a.clerk], a.members.clone()].concat();
                if people.iter().any(|id| self.investigators(no).contains(id)) {
                    say("puts an investigator in the hearing");
                }
                let mut once = people.clone();
                once.sort();
                once.dedup();
                if once.len() < people.len() {
                    say("gives one person two parts in the hearing");
                }
            }
            Act::HearingEnded(_) => {
                if party.is_none_or(|p| self.open_request(p, no).is_none()) {
                    say("ends a hearing nobody asked for");
                }
            }
            Act::HearingReported(_) => {
                if !self.before(no).any(|r| matches!(r.act, Act::HearingHeld(_)) && self.party(r) == party) {
                    say("reports on no hearing");
                }
            }
            Act::LegallyReviewed(a) => {
                if !self.office.may_review(a.reviewer, day) || self.investigators(no).contains(&a.reviewer) {
                    say("was reviewed by somebody who may not");
                }
                if report.is_none() {
                    say("comes before the report");
                }
            }
            Act::Discussed(a) => {
                let mut heads = a.heads.clone();
                heads.sort();
                heads.dedup();
                if heads.len() < 2 || heads.iter().any(|id| !self.office.is_head(*id, day)) {
                    say("was not discussed by two heads");
                }
                if report.is_none() {
                    say("comes before the report");
                }
            }
            Act::PenaltyDecided(a) => self.penalty(rec, a, party, report, say),
            Act::PenaltyWaived(a) => {
                let Some(p) = party else { return };
                let who = self.parties(no)[p].clone();
                if report.is_none() {
                    say("comes before the report");
                }
                if standing_decision && self.overlaps(rec, p) {
                    say("decides again");
                }
                if a.conducts.is_empty() || a.facts.is_empty() || a.reason.is_empty() {
                    say("does not say why");
                }
                if !self.before(no).any(|r| matches!(r.act, Act::Educated(_)) && self.party(r) == Some(p)) {
                    say("did not teach");
                }
                let corrected = report.is_some_and(|r| matches!(&r.act, Act::FinalReport(f) if f.corrected))
                    || self.before(no).any(|r| {
                        matches!(&r.act, Act::CorrectionChecked(c) if c.corrected) && self.party(r) == Some(p)
                    });
                let ok = match a.ground {
                    WaiveGround::Minor | WaiveGround::First => corrected,
                    WaiveGround::NoFault => true,
                    WaiveGround::Under14 => {
                        who.person
                            && who
                                .born
                                .is_some_and(|born| self.decided_conducts(rec).iter().all(|w| years(born, w.day) < 14))
                    }
                    WaiveGround::Incapable => who.incapable,
                    WaiveGround::Lapsed => self.conducts_of_penalty_out_of_time(rec),
                };
                if !ok {
                    say("rests on a ground the facts do not bear");
                }
            }
            Act::UnprovenDecided(a) => {
                if report.is_none() {
                    say("comes before the report");
                }
                if party.is_some_and(|p| standing_decision && self.overlaps(rec, p)) {
                    say("decides again");
                }
                if a.conducts.is_empty() || a.reason.is_empty() {
                    say("does not say why");
                }
            }
            Act::OnSpotPenalty(a) => {
                let who = Who {
                    key: a.party_key.0.clone(),
                    person: a.party_kind == PartyKind::Person,
                    born: a.party_born,
                    incapable: a.party_incapable == Some(true),
                    by: no,
                };
                let limit = if who.person { 20_000 } else { 300_000 };
                if a.fine.0 > limit || a.sorts.iter().any(|s| !matches!(s, Sort::Fine | Sort::Warning)) {
                    say("is beyond the simple procedure");
                }
                if a.handed_over == HandOver::Not {
                    say("was not handed over");
                }
                if !a.certificate_shown || !a.defence_heard {
                    say("was not done properly");
                }
                if a.facts.is_empty() || a.reason.is_empty() {
                    say("does not say why");
                }
                if self.before(no).any(|r| matches!(r.act, Act::Filing(_))) {
                    say("is simple in a filed case");
                }
                if rec.neighbours.same_conduct_elsewhere.iter().any(|n| n.filed <= day) {
                    say("was filed elsewhere first");
                }
                let p = self.parties(no).iter().position(|w| w.key == who.key && self.stands(w.by));
                let ordered = p.is_some_and(|p| {
                    self.before(no).any(|r| matches!(r.act, Act::OrderedToCorrect(_)) && self.party(r) == Some(p))
                });
                if a.correction == SpotCorrection::Not && !ordered {
                    say("did not order correction");
                }
                if p.is_some_and(|p| !self.decided(p, no).is_empty() && self.overlaps(rec, p)) {
                    say("decides again");
                }
                if day > self.due(a.conduct_day, Term::years(2)) {
                    say("is barred by time");
                }
                self.measure(
                    rec,
                    &who,
                    &Told {
                        sorts: &a.sorts,
                        fine: a.fine,
                        area: a.area,
                        measures: &a.measures,
                        branch: a.branch.as_ref().map_or("", |id| id.0.as_str()),
                        lightening: a.lightening,
                        factors: &a.factors,
                        tier: a.tier.as_ref().map(|name| name.0.as_str()),
                        departure: &a.departure,
                    },
                    true,
                    say,
                );
            }
            Act::OnSpotFiled(_) => {
                if self.before(no).any(|r| matches!(r.act, Act::OnSpotFiled(_)) && r.subject == rec.subject) {
                    say("files twice");
                }
            }
            Act::CashCollected(a) => {
                let Some(decision) = item(rec).and_then(|of| self.rec(of)) else { return };
                let (_, fine) = self.owed(decision, no);
                if a.amount.0 <= 0 || self.paid(decision.no, no) + a.amount.0 > fine.0 {
                    say("takes more than is owed");
                }
                if self.before(no).any(|r| matches!(r.act, Act::DecisionRevoked(_)) && item(r) == Some(decision.no)) {
                    say("takes money for a revoked decision");
                }
                if a.receipt.trim().is_empty() {
                    say("gave no receipt");
                }
            }
            Act::CashHandedIn(_) => {
                if self.before(no).any(|r| matches!(r.act, Act::CashHandedIn(_)) && r.subject == rec.subject) {
                    say("hands in twice");
                }
            }
            Act::CashDeposited(_) => {
                if !self.before(no).any(|r| matches!(r.act, Act::CashHandedIn(_)) && r.subject == rec.subject)
                    || self.before(no).any(|r| matches!(r.act, Act::CashDeposited(_)) && r.subject == rec.subject)
                {
                    say("deposits what is not there");
                }
            }
            Act::CrimeReported(_) => {
                if matches!(self.crime(no), 1..=4) {
                    say("reports a crime twice");
                }
            }
            Act::CrimeAnswered(_) => {
                if self.crime(no) != 1 {
                    say("answers no report");
                }
            }
            Act::CrimeTransferred(_) => {
                if self.crime(no) != 2 {
                    say("transfers without approval");
                }
            }
            Act::Published(_) => {
                let Some(decision) = item(rec).and_then(|of| self.rec(of)) else { return };
                let unit = self.party(decision).is_some_and(|p| !self.parties(no)[p].person);
                let (sorts, _) = self.owed(decision, no);
                let mild = matches!(decision.act, Act::OnSpotPenalty(_))
                    || sorts.iter().all(|s| matches!(s, Sort::Warning | Sort::Criticism));
                if unit && mild && day >= jiff::civil::date(2024, 11, 1) {
                    say("publishes what is not to be published");
                }
                if self.shown(decision.no, no)
                    || self.before(no).any(|r| matches!(r.act, Act::DecisionRevoked(_)) && item(r) == Some(decision.no))
                {
                    say("publishes what is shown or revoked");
                }
            }
            Act::Withdrawn(a) => {
                if item(rec).is_none_or(|of| !self.shown(of, no)) {
                    say("withdraws what is not shown");
                }
                if a.reason.is_empty() {
                    say("does not say why");
                }
            }
            Act::DecisionRevoked(a) => {
                if a.reason.is_empty()
                    || self.before(no).any(|r| matches!(r.act, Act::DecisionRevoked(_)) && r.subject == rec.subject)
                {
                    say("revokes twice or without reason");
                }
            }
            Act::DecisionChanged(a) => {
                let Some(decision) = item(rec).and_then(|of| self.rec(of)) else { return };
                let (sorts, fine) = self.owed(decision, no);
                if a.fine > fine
                    || a.sorts.iter().any(|s| !sorts.contains(s))
                    || a.sorts.contains(&Sort::Fine) != (a.fine.0 > 0)
                {
                    say("changes for the worse");
                }
                if a.reason.is_empty()
                    || self.before(no).any(|r| matches!(r.act, Act::DecisionRevoked(_)) && r.subject == rec.subject)
                {
                    say("changes what is revoked, or without reason");
                }
            }
            Act::Corrected(a) => {
                if a.text.is_empty() {
                    say("corrects nothing");
                }
            }
            Act::Voided(a) => {
                if a.reason.is_empty() {
                    say("does not say why");
                }
                let Some(of) = item(rec) else { return };
                let Some(target) = self.rec(of) else { return };
                let parties = self.parties(no);
                let conducts = self.conducts(no);
                for r in self.before(no).filter(|r| r.no > of) {
                    let party_gone = matches!(r.subject, Subject::Party(p) if parties.get(usize::from(p.0)).is_some_and(|who| who.by == of));
                    let evidence_gone = matches!(&r.act, Act::FinalReport(f) if f.evidence.contains(&of));
                    let conduct_gone =
                        self.decided_conducts(r).iter().any(|w| w.by == of) && conducts.iter().any(|w| w.by == of);
                    if item(r) == Some(of) || party_gone || evidence_gone || conduct_gone {
                        say("voids what later acts rest on");
                    }
                }
                if matches!(target.act, Act::ClueRegistered(_) | Act::OnSpotPenalty(_))
                    && self.before(no).any(|r| r.no > of)
                {
                    say("voids the opening of a case that went on");
                }
            }
            Act::CaseEnded(a) => {
                if self.inquiry_over(no) || (0..self.parties(no).len()).any(|p| !self.decided(p, no).is_empty()) {
                    say("ends what is decided or ended");
                }
                let crime = self.crime(no);
                if a.ground == EndGround::Crime && crime != 4 || a.ground != EndGround::Crime && matches!(crime, 1..=3)
                {
                    say("ends with a crime open");
                }
            }
            Act::Closed(_) => self.closing(rec, say),
            Act::Archived(_) => {
                let last = self
                    .before(no)
                    .rfind(|r| matches!(r.act, Act::Closed(_) | Act::FilingRefused(_) | Act::Archived(_)));
                if !self.over(no) || last.is_some_and(|r| matches!(r.act, Act::Archived(_))) {
                    say("archives an open or archived case");
                }
            }
            _ => {}
        }
    }

    /// The choices between norms before an act for one conduct, each (applied, set aside).
    fn chosen(&self, before: ActNo, what: &What) -> Vec<(String, String)> {
        let all = self.conducts(before);
        let about = |no: &ConductNo| {
            all.get(usize::from(no.0))
                .is_some_and(|w| (&w.matter, w.day) == (&what.matter, what.day) && self.stands(w.by))
        };
        self.before(before)
            .filter_map(|r| if let Act::NormChosen(n) = &r.act { Some(n) } else { None })
            .filter(|n| n.conducts.is_none() || n.conducts.iter().flatten().any(about))
            .map(|n| (n.applied.0.clone(), n.set_aside.0.clone()))
            .collect()
    }

    fn overlaps(&self, rec: &Recorded, party: usize) -> bool {
        let mine = self.decided_conducts(rec);
        self.decided(party, rec.no).iter().any(|d| self.decided_conducts(d).iter().any(|w| mine.contains(w)))
    }

    fn conducts_of_penalty_out_of_time(&self, rec: &Recorded) -> bool {
        let harm = self.before(rec.no).any(|r| matches!(&r.act, Act::Filing(f) if f.harm));
        self.decided_conducts(rec).iter().any(|w| w.discovered > self.due(w.day, Term::years(if harm { 5 } else { 2 })))
    }

    fn penalty(
        &self,
        rec: &Recorded,
        a: &PenaltyDecided,
        party: Option<usize>,
        report: Option<&Recorded>,
        say: &mut dyn FnMut(&str),
    ) {
        let (no, day) = (rec.no, rec.happened);
        let Some(p) = party else { return say("has no party") };
        let who = self.parties(no)[p].clone();
        let Some(report) = report else { return say("comes before the report") };
        let Act::FinalReport(found) = &report.act else { return };
        if found.evidence.is_empty() || found.evidence.iter().any(|e| !self.accepted(*e, no)) {
            say("rests on evidence that fell away");
        }
        let ours = |r: &&Recorded| self.party(r) == Some(p);
        let Some(notice) = self.before(no).rfind(|r| matches!(r.act, Act::PriorNotice(_)) && ours(r)) else {
            return say("was not told before");
        };
        let Act::PriorNotice(told) = &notice.act else { return };
        let undone = self
            .before(no)
            .filter(|r| matches!(r.act, Act::DecisionRevoked(_) | Act::PartyChanged(_)) && ours(r))
            .map(|r| r.no)
            .max();
        if notice.no < report.no || undone.is_some_and(|u| notice.no < u) {
            say("rests on an old notice");
        }
        let Some(served) = self.served(notice.no, no) else { return say("rests on a notice not served") };
        let last = self.due(served, Term::workdays(5));
        let since: Vec<&Recorded> = self.before(no).filter(|r| r.no > notice.no && ours(r)).collect();
        let gave_up = |right: Waiver| {
            since.iter().any(|r| matches!(&r.act, Act::Waived(w) if w.waiver == right || w.waiver == Waiver::Both))
        };
        if day <= last && !gave_up(Waiver::Defence) && !since.iter().any(|r| matches!(r.act, Act::Defended(_))) {
            say("did not wait for the defence");
        }
        let heard = since.iter().any(|r| matches!(r.act, Act::HearingAsked(_)) && self.settled(r.no, p, no));
        if told.hearing_right && day <= last && !gave_up(Waiver::Hearing) && !heard {
            say("did not wait for a request of hearing");
        }
        if self.hearing_pending(p, no) {
            say("passes over a hearing");
        }
        if self.unanswered(p, no) {
            say("passes over a defence");
        }
        let more = |now: Option<Fen>, then: Option<Fen>| now.map_or(0, |f| f.0) > then.map_or(0, |f| f.0);
        if a.fine > told.fine
            || a.sorts.iter().any(|s| !told.sorts.contains(s))
            || a.conducts.iter().any(|c| !told.conducts.contains(c))
            || more(a.gains, told.gains)
            || more(a.property, told.property)
        {
            say("goes beyond the notice");
        }
        if self.told_at_defence(p, no).is_some_and(|cap| a.fine > cap) {
            say("raises after a defence");
        }
        let is_heavy = heavy(&who, &a.sorts, a.fine, a.gains, a.property);
        if is_heavy && !told.hearing_right {
            say("did not offer a hearing");
        }
        let held = self.before(no).any(|r| matches!(r.act, Act::HearingHeld(_)) && ours(&r));
        if held && !a.cites_hearing {
            say("does not cite the hearing");
        }
        let grave = is_heavy
            || told.hearing_right
            || heavy(&who, &told.sorts, told.fine, told.gains, told.property)
            || told.lightening == Lightening::Mitigated
            || a.lightening == Lightening::Mitigated
            || found.complex
            || self.crime(no) > 0;
        if grave {
            let hearing = self
                .before(no)
                .filter(|r| ours(r) && matches!(&r.act, Act::HearingHeld(_) | Act::HearingEnded(_)))
                .map(|r| r.no)
                .max();
            let review = self.before(no).rfind(|r| matches!(r.act, Act::LegallyReviewed(_)));
            let passed = review.is_some_and(|r| {
                matches!(&r.act, Act::LegallyReviewed(l) if l.result == ReviewResult::Pass)
                    && r.no > notice.no
                    && r.no > report.no
                    && hearing.is_none_or(|h| r.no > h)
            });
            if !passed {
                say("was not reviewed");
            }
            let talk = self.before(no).rfind(|r| matches!(r.act, Act::Discussed(_)));
            let discussed = talk.is_some_and(|r| {
                r.no > notice.no && hearing.is_none_or(|h| r.no > h) && review.is_none_or(|l| r.no > l.no)
            });
            if !discussed {
                say("was not discussed");
            }
        }
        if !found.corrected && !self.before(no).any(|r| matches!(r.act, Act::OrderedToCorrect(_)) && ours(&r)) {
            say("did not order correction");
        }
        if !self.decided(p, no).is_empty() && self.overlaps(rec, p) {
            say("decides again");
        }
        if a.conducts.is_empty()
            || a.facts.is_empty()
            || a.evidence_summary.is_empty()
            || a.reason.is_empty()
            || a.fine.0 > 0 && a.pay_to.is_none()
        {
            say("does not say what it must");
        }
        if matches!(self.crime(no), 1..=4) {
            say("punishes with a crime open");
        }
        let checked = self
            .before(no)
            .filter_map(|r| if let Act::ClueVerified(v) = &r.act { Some(v.outcome) } else { None })
            .last();
        if checked.is_some_and(|outcome| outcome != ClueOutcome::File) {
            say("goes against the check of the clue");
        }
        if self.conducts_of_penalty_out_of_time(rec) {
            say("is barred by time");
        }
        self.measure(
            rec,
            &who,
            &Told {
                sorts: &a.sorts,
                fine: a.fine,
                area: a.area,
                measures: &a.measures,
                branch: a.branch.as_ref().map_or("", |id| id.0.as_str()),
                lightening: a.lightening,
                factors: &a.factors,
                tier: a.tier.as_ref().map(|name| name.0.as_str()),
                departure: &a.departure,
            },
            true,
            say,
        );
    }

    /// Kinds and amounts by the text that governs.
    fn measure(&self, rec: &Recorded, who: &Who, told: &Told<'_>, decides: bool, say: &mut dyn FnMut(&str)) {
        let Told { sorts, fine, lightening, .. } = *told;
        let day = rec.happened;
        let conducts = self.decided_conducts(rec);
        let kind = if who.person { law::corpus::Party::Person } else { law::corpus::Party::Unit };
        let (mut low, mut high) = (i64::MAX, 0);
        let mut tiers: Vec<Naive> = Vec::new();
        let mut known: Vec<Sort> = Vec::new();
        let mut seen: Vec<(&str, Day)> = Vec::new();
        for what in &conducts {
            let Some(power) = self.office.power(&what.matter, day) else {
                say("is outside the power list");
                continue;
            };
            if decides && !self.office.demonstration && !power.confirmed {
                say("rests on an unconfirmed power");
            }
            let Some(applied) = Corpus::builtin().applicable(&what.matter, what.day, day) else {
                say("has no text that governs");
                continue;
            };
            let version = applied.version;
            if clash_open(&self.chosen(rec.no, what), &what.matter, what.day, kind) {
                say("leaves open which of two norms is applied");
            }
            if decides
                && !version.decidable()
                && !self.verified.iter().any(|(code, from)| *code == what.matter && *from == version.from)
            {
                say("rests on an unverified text");
            }
            if !version.reaches(kind) {
                say("reaches the wrong party");
            }
            known.extend(&version.sorts);
            if version.warning {
                known.push(Sort::Warning);
            }
            if !seen.contains(&(what.matter.as_str(), what.day)) {
                seen.push((&what.matter, what.day));
                tiers.extend(told.tier_of(&what.matter, version, kind));
                match told.range(&what.matter, version, kind) {
                    Ok(Some((min, max))) => {
                        low = low.min(min);
                        high += max;
                    }
                    Ok(None) => {}
                    Err(why) if fine.0 > 0 => say(why),
                    Err(_) => {}
                }
            }
            let report = self
                .before(rec.no)
                .filter_map(|r| if let Act::FinalReport(f) = &r.act { Some(f.condition) } else { None })
                .last();
            let serious =
                told.circumstance(&what.matter, version).is_some_and(|b| b.when == law::corpus::When::Serious);
            if (version.condition.is_some() || serious) && report != Some(Some(true)) {
                say("did not find the condition of the penalty");
            }
            let daily = told.amount(law::corpus::Measure::FurtherDays).is_some();
            let order = told.circumstance(&what.matter, version).and_then(|b| b.order).unwrap_or(version.order);
            let after_refusal =
                told.circumstance(&what.matter, version).is_some_and(|b| b.when == law::corpus::When::Refused);
            for sort in sorts {
                let keeps = |b: &&law::corpus::Branch| b.sorts.contains(sort);
                let harsh = matches!(
                    sort,
                    Sort::SuspendLicence
                        | Sort::Downgrade
                        | Sort::RevokeLicence
                        | Sort::Restrict
                        | Sort::StopProduction
                        | Sort::Close
                        | Sort::BanPractice
                );
                let kept = harsh && version.branches.iter().any(|b| keeps(&b));
                if kept && !told.circumstance(&what.matter, version).as_ref().is_some_and(keeps) {
                    say("uses a kind the circumstance does not have");
                }
            }
            if (order == Order::First || after_refusal || daily) && fine.0 > 0 {
                let p = self.parties(rec.no).iter().position(|w| w.key == who.key && self.stands(w.by));
                let refused = self.before(rec.no).any(|o| {
                    let Act::OrderedToCorrect(order) = &o.act else { return false };
                    let Some(served) =
                        self.before(rec.no).find(|r| matches!(r.act, Act::Served(_)) && item(r) == Some(o.no))
                    else {
                        return false;
                    };
                    let last = self
                        .before(rec.no)
                        .filter(|r| r.no > served.no && item(r) == Some(o.no))
                        .filter_map(|r| {
                            if let Act::CorrectionChecked(c) = &r.act { Some((r.happened, c.corrected)) } else { None }
                        })
                        .last();
                    self.party(o) == p
                        && p.is_some()
                        && last.is_some_and(|(checked, corrected)| checked > order.until && !corrected)
                        && day > order.until
                });
                if !refused {
                    say("fines before a refusal to correct");
                }
            }
            if who.person && who.born.is_some_and(|born| years(born, what.day) < 14) {
                say("punishes a child");
            }
            if who.person
                && who.born.is_some_and(|born| (14..18).contains(&years(born, what.day)))
                && lightening == Lightening::None
            {
                say("does not lighten for a minor");
            }
        }
        if conducts.is_empty() {
            say("is about nothing");
        }
        if who.person && who.born.is_none() {
            say("does not know the birthday");
        }
        if who.incapable {
            say("punishes somebody not responsible");
        }
        if sorts.is_empty() || sorts.iter().any(|s| !known.contains(s)) || sorts.contains(&Sort::Fine) != (fine.0 > 0) {
            say("uses a kind the text does not have");
        }
        if fine.0 > 0 && (fine.0 > high || fine.0 < low && lightening != Lightening::Mitigated) {
            say("is outside the range");
        }
        if tiers.iter().any(|t| t.waive) {
            say("punishes where the factors forbid it");
        }
        let books: Vec<_> = seen.iter().filter_map(|(matter, _)| Corpus::builtin().benchmark(matter)).collect();
        let known = |id: &FactorId| books.iter().any(|book| book.factors.iter().any(|f| f.id == id.0));
        if !books.is_empty() && told.factors.iter().flatten().any(|id| !known(id)) {
            say("names a factor no benchmark has");
        }
        let proposed = !tiers.is_empty();
        let least = tiers.iter().map(|t| t.low).min().unwrap_or_default();
        let most: i64 = tiers.iter().map(|t| t.high).sum();
        // The share of a conduct without tiers in the sum is nobody's business.
        let departs = tiers.len() == seen.len() && (fine.0 < least || fine.0 > most)
            || tiers.iter().any(|t| t.asks)
            || told.tier.is_some_and(|name| tiers.iter().all(|t| t.name != name));
        if fine.0 > 0 && proposed && departs && told.departure.as_ref().is_none_or(|words| words.is_empty()) {
            say("leaves the benchmark without reason");
        }
        if fine.0 > 0 && rec.neighbours.same_conduct_elsewhere.iter().any(|n| n.fined) {
            say("fines twice");
        }
    }

    fn closing(&self, rec: &Recorded, say: &mut dyn FnMut(&str)) {
        let no = rec.no;
        let ended = self.inquiry_over(no);
        let parties = self.parties(no);
        let mut covered: Vec<What> = Vec::new();
        let mut any = false;
        for (p, _) in parties.iter().enumerate().filter(|(_, who)| self.stands(who.by)) {
            any = true;
            let decided = self.decided(p, no);
            let orders: Vec<&Recorded> = self
                .before(no)
                .filter(|r| matches!(r.act, Act::DemolitionOrdered(_)) && self.party(r) == Some(p))
                .collect();
            if decided.is_empty() && orders.is_empty() && !ended {
                say("closes with a party undecided");
            }
            let down = |order: &&Recorded| {
                self.before(no).any(|r| {
                    matches!(r.act, Act::DemolitionPerformed(_) | Act::DemolitionCarriedOut(_))
                        && item(r) == Some(order.no)
                })
            };
            if decided.is_empty() && !ended && !orders.iter().all(down) {
                say("closes with a building standing");
            }
            for d in decided {
                covered.extend(self.decided_conducts(d));
                let handed = matches!(&d.act, Act::OnSpotPenalty(s) if s.handed_over != HandOver::Not);
                if !ended && !handed && self.served(d.no, no).is_none() {
                    say("closes with a decision not served");
                }
                let change =
                    self.before(no).rfind(|r| matches!(r.act, Act::DecisionChanged(_)) && item(r) == Some(d.no));
                if !ended && change.is_some_and(|r| self.served(r.no, no).is_none()) {
                    say("closes with a change not served");
                }
                let (_, fine) = self.owed(d, no);
                let given_up =
                    self.before(no).any(|r| matches!(r.act, Act::EnforcementEnded(_)) && item(r) == Some(d.no));
                if !ended && !given_up && self.paid(d.no, no) < fine.0 {
                    say("closes with a fine unpaid");
                }
                if matches!(d.act, Act::OnSpotPenalty(_))
                    && !self.before(no).any(|r| matches!(r.act, Act::OnSpotFiled(_)) && item(r) == Some(d.no))
                {
                    say("closes with an on-spot penalty not filed");
                }
            }
        }
        if !any && !ended {
            say("closes without a party");
        }
        if !ended && !covered.is_empty() && self.conducts(no).iter().any(|w| self.stands(w.by) && !covered.contains(w))
        {
            say("closes with a conduct undecided");
        }
        for r in self.before(no) {
            match &r.act {
                Act::DecisionRevoked(_) | Act::DecisionChanged(_) => {
                    let of = item(r);
                    let before = self.before(r.no).rfind(|q| item(q) == of && matches!(q.act, Act::Published(_)));
                    if before.is_some_and(|b| {
                        !self.before(no).any(|q| q.no > b.no && item(q) == of && matches!(q.act, Act::Withdrawn(_)))
                    }) {
                        say("closes with an undone decision on show");
                    }
                }
                Act::CashCollected(_) => {
                    let has = |f: fn(&Act) -> bool| self.before(no).any(|q| item(q) == Some(r.no) && f(&q.act));
                    if !has(|a| matches!(a, Act::CashHandedIn(_))) || !has(|a| matches!(a, Act::CashDeposited(_))) {
                        say("closes with cash in hand");
                    }
                }
                _ => {}
            }
        }
        let crime = self.crime(no);
        if matches!(crime, 1..=3) || crime == 4 && !ended {
            say("closes with a crime open");
        }
    }
}

/// What an act says of kinds and amounts.
struct Told<'a> {
    sorts: &'a [Sort],
    fine: Fen,
    area: Option<Hundredths>,
    measures: &'a Option<law::corpus::Measures>,
    branch: &'a str,
    lightening: Lightening,
    factors: &'a Option<Vec<FactorId>>,
    tier: Option<&'a str>,
    departure: &'a Option<Words>,
}

/// What a benchmark comes to.
struct Naive {
    name: String,
    low: i64,
    high: i64,
    waive: bool,
    asks: bool,
}

impl Told<'_> {
    fn amount(&self, measure: law::corpus::Measure) -> Option<i128> {
        let said = self.measures.as_ref().and_then(|known| known.get(measure)).map(i128::from);
        let area = self.area.filter(|_| measure == law::corpus::Measure::Area).map(|a| i128::from(a.0));
        said.or(area)
    }

    fn circumstance<'v>(&self, matter: &str, version: &'v law::corpus::Version) -> Option<&'v law::corpus::Branch> {
        let named = |id: &str| self.branch.split('、').any(|item| item == id || item == format!("{matter}:{id}"));
        version.branches.iter().find(|b| named(&b.id))
    }

    /// What an example benchmark that the act names comes to, read step by step; the shipped ones bind nobody who does not name them.
    fn tier_of(&self, matter: &str, version: &law::corpus::Version, kind: law::corpus::Party) -> Option<Naive> {
        use law::corpus::tiers::Effect;
        let benchmark = Corpus::builtin().benchmark(matter)?;
        if self.factors.is_none() && self.tier.is_none() {
            return None;
        }
        let found: Vec<&str> = self.factors.iter().flatten().map(|id| id.0.as_str()).collect();
        if self.amount(law::corpus::Measure::FurtherDays).is_some() {
            return None;
        }
        let branch = self.circumstance(matter, version).map(|b| b.id.clone());
        let set = benchmark.sets.iter().find(|set| {
            set.from == version.from && set.branch == branch && set.party.is_none_or(|only| only == kind)
        })?;
        let (law_low, _) = self.range(matter, version, kind).ok().flatten()?;
        let holds = |f: &law::corpus::tiers::Factor| {
            if f.together.is_empty() {
                found.contains(&f.id.as_str())
            } else {
                f.together.iter().all(|id| found.contains(&id.as_str()))
            }
        };
        let count = |effect| benchmark.factors.iter().filter(|f| f.effect == effect && holds(f)).count();
        let usual = set.tiers.iter().position(|t| t.usual)?;
        let mut at = usual + count(Effect::Heavier);
        for _ in 0..count(Effect::Lighter) {
            at = at.saturating_sub(1);
        }
        let at = at.min(set.tiers.len() - 1);
        let tier = &set.tiers[at];
        let (min, max): (Fen, Fen) = (tier.min.parse().ok()?, tier.max.parse().ok()?);
        // Only plain sums and sums for an area have tiers in what ships.
        let (mut low, mut high) = (min.0, max.0);
        if matter == "F04" {
            let area = i64::try_from(self.amount(law::corpus::Measure::Area)?).ok()?;
            low = (min.0 * area + 99) / 100;
            high = max.0 * area / 100;
        }
        if at + 1 < set.tiers.len() && high > low {
            high -= 1;
        }
        let mut name = tier.name.clone();
        let mitigated = count(Effect::Mitigated) > 0;
        if mitigated && law_low > 1 {
            (low, high, name) = (1, law_low - 1, "减轻".to_owned());
        }
        let waive = count(Effect::MustWaive) > 0;
        let both = count(Effect::Lighter) > 0 && count(Effect::Heavier) > 0;
        Some(Naive { name, low, high, waive, asks: mitigated || both || waive || count(Effect::MayWaive) > 0 })
    }

    /// The least and the most the text lets this party be fined, in fen; nothing where it sets no fine for it.
    fn range(
        &self,
        matter: &str,
        version: &law::corpus::Version,
        kind: law::corpus::Party,
    ) -> Result<Option<(i64, i64)>, &'static str> {
        use law::corpus::{Fine, Measure, Party};
        if !version.reaches(kind) {
            return Ok(None);
        }
        if let Some(days) = self.amount(Measure::FurtherDays) {
            let first = self.amount(Measure::OriginalFine).ok_or("does not name the first fine")?;
            if kind == Party::Person || !matches!(version.daily, Some(law::corpus::Daily::Allowed(_))) {
                return Err("fines day by day where it may not");
            }
            let sum = i64::try_from(first * days).map_err(|_| "is beyond all money")?;
            return Ok(Some((sum, sum)));
        }
        let here = |person: &'_ Option<Fine>, unit: &'_ Option<Fine>| {
            if kind == Party::Person { person.clone() } else { unit.clone() }
        };
        let fine = match self.circumstance(matter, version) {
            Some(branch) => here(&branch.fine_person, &branch.fine_unit),
            None => {
                let plain = here(&version.fine_person, &version.fine_unit);
                let elsewhere = version.branches.iter().any(|b| here(&b.fine_person, &b.fine_unit).is_some());
                if plain.is_none() && elsewhere {
                    return Err("does not name the circumstance");
                }
                plain
            }
        };
        // Amounts are counted in parts of parts and brought back at the end: the least up, the most down.
        let (low, high, of, floor, cap) = match fine {
            None => return Ok(None),
            Some(Fine::Range { min, max }) => return Ok(Some((min.0, max.0))),
            Some(Fine::ByLaw | Fine::Unread) => return Err("rests on a sum nobody read"),
            Some(Fine::Per { unit, min, max, floor, cap }) => {
                let (mut times, mut of) = (1_i128, 1_i128);
                for measure in unit {
                    times *= self.amount(measure).ok_or("does not say how much there was")?;
                    of *= match measure {
                        Measure::Area | Measure::Tonnes => 100,
                        _ => 1,
                    };
                }
                (i128::from(min.0) * times, i128::from(max.0) * times, of, floor, cap)
            }
            Some(Fine::Share { of, min, max, floor, cap }) => {
                let value = self.amount(of).ok_or("does not say what it was worth")?;
                (i128::from(min.0) * value, i128::from(max.0) * value, 10_000, floor, cap)
            }
        };
        let mut least = low / of + i128::from(low % of > 0);
        let mut most = high / of;
        if let Some(floor) = floor.map(|f| i128::from(f.0)).filter(|floor| least < *floor) {
            least = floor;
            most = most.max(floor);
        }
        if let Some(cap) = cap.map(|f| i128::from(f.0)).filter(|cap| most > *cap) {
            most = cap;
            least = least.min(cap);
        }
        let fen = |sum: i128| i64::try_from(sum).map_err(|_| "is beyond all money");
        Ok(Some((fen(least)?, fen(most)?)))
    }
}

/// Whether either of two matters declares a clash with the other for this kind of party, both reaching it on the day.
fn clash(one: &str, two: &str, day: Day, party: law::corpus::Party) -> bool {
    let on = |code: &str| Corpus::builtin().matter(code).and_then(|m| m.on(day)).filter(|v| v.reaches(party));
    let (Some(a), Some(b)) = (on(one), on(two)) else { return false };
    let says = |v: &law::corpus::Version, other: &str| {
        v.conflicts.iter().any(|c| c.matter == other && c.party.is_none_or(|p| p == party))
    };
    says(a, two) || says(b, one)
}

/// Whether a matter clashes with another and the last choice about the two is not for it.
fn clash_open(chosen: &[(String, String)], matter: &str, day: Day, party: law::corpus::Party) -> bool {
    Corpus::builtin().matters().filter(|other| clash(matter, &other.code, day, party)).any(|other| {
        let about =
            |(one, two): &&(String, String)| one == matter && *two == other.code || two == matter && *one == other.code;
        chosen.iter().filter(about).last().is_none_or(|(applied, _)| applied != matter)
    })
}

fn years(born: Day, on: Day) -> i16 {
    (born.year()..on.year())
        .filter(|year| {
            let next =
                jiff::civil::Date::new(year + 1, born.month(), born.day()).unwrap_or(jiff::civil::date(year + 1, 3, 1));
            next <= on
        })
        .count() as i16
}

fn heavy(who: &Who, sorts: &[Sort], fine: Fen, gains: Option<Fen>, property: Option<Fen>) -> bool {
    let line = if who.person { 500_000 } else { 5_000_000 };
    [Some(fine), gains, property].into_iter().flatten().any(|f| f.0 >= line)
        || sorts.iter().any(|s| {
            matches!(
                s,
                Sort::Downgrade
                    | Sort::RevokeLicence
                    | Sort::Restrict
                    | Sort::StopProduction
                    | Sort::Close
                    | Sort::BanPractice
            )
        })
}
