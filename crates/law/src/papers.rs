//! The papers a file must hold when it is closed (部令55-40: one case one volume, eight classes), and which of them it lacks.

use crate::acts::{
    ActNo, Defended, FinePaid, HearingHeld, HearingNotified, HearingReported, Kind, OrderedToCorrect, Rechecked,
};
use crate::case::{Case, Decision, Procedure, Subject};
use crate::money::Fen;

/// A paper a file lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What it is, in Chinese: `事先告知书送达回证`.
    pub paper: String,
    /// The kind of act that makes it.
    pub by: Kind,
}

fn missing(paper: impl Into<String>, by: Kind) -> Missing {
    Missing { paper: paper.into(), by }
}

/// The required papers a case lacks as it stands, in the order of the file. What was never due is not asked for: no re-check without a
/// defence, no report without a hearing. A case that ended without a decision needs only what led to that end.
pub fn lacking(case: &Case) -> Vec<Missing> {
    let decisions: Vec<Decision> = case.all_decisions().into_iter().filter(|one| one.revoked.is_none()).collect();
    let mut list = Vec::new();
    if case.procedure() == Some(Procedure::Ordinary) {
        ordinary(case, &decisions, &mut list);
    }
    for decision in &decisions {
        settled(case, decision, &mut list);
    }
    list
}

fn ordinary(case: &Case, decisions: &[Decision], list: &mut Vec<Missing>) {
    if case.filing().is_none() {
        list.push(missing("立案审批表", Kind::Filing));
    }
    if decisions.is_empty() {
        return;
    }
    if !Kind::EVIDENCE.iter().any(|kind| case.has(*kind)) {
        list.push(missing("笔录或者其他证据", Kind::SceneRecorded));
    }
    let Some(report) = case.report() else { return list.push(missing("调查终结报告", Kind::FinalReport)) };
    for decision in decisions.iter().filter(|one| one.kind == Kind::PenaltyDecided) {
        let party = decision.party;
        match case.notices(party).rfind(|notice| notice.no() < decision.no) {
            None => list.push(missing("事先告知书", Kind::PriorNotice)),
            Some(notice) => returned(case, notice.no(), "事先告知书", list),
        }
        if !report.corrected && case.by::<OrderedToCorrect>(party).next().is_none() {
            list.push(missing("责令改正通知书", Kind::OrderedToCorrect));
        }
        for defence in case.by::<Defended>(party) {
            if case.on::<Rechecked>(Subject::Item(defence.no())).next().is_none() {
                list.push(missing("陈述申辩复核意见书", Kind::Rechecked));
            }
        }
        if case.by::<HearingHeld>(party).next().is_some() {
            if case.by::<HearingNotified>(party).next().is_none() {
                list.push(missing("听证通知书", Kind::HearingNotified));
            }
            if case.by::<HearingReported>(party).next().is_none() {
                list.push(missing("听证报告", Kind::HearingReported));
            }
        }
    }
}

/// What shows that a decision reached the party and was performed.
fn settled(case: &Case, decision: &Decision, list: &mut Vec<Missing>) {
    let handed = decision.kind == Kind::OnSpotPenalty && decision.served.is_some();
    if !handed {
        returned(case, decision.no, "决定书", list);
    }
    let receipts = case.on::<FinePaid>(Subject::Document(decision.no)).all(|paid| !paid.act.receipt.trim().is_empty());
    if decision.fine > Fen::ZERO && !receipts {
        list.push(missing("缴款票据", Kind::FinePaid));
    }
}

/// The return of service of a paper.
fn returned(case: &Case, paper: ActNo, name: &str, list: &mut Vec<Missing>) {
    if !case.services(paper).any(|service| service.act.receipt) {
        list.push(missing(format!("{name}送达回证"), Kind::Served));
    }
}
