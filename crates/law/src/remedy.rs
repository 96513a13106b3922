//! What a document must tell the party about its rights and duties: terms in words, each with its article.
//!
//! Documents print these; nothing else states them.

use crate::acts::Kind;

/// Where a party may turn against a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// Term for administrative review (复议法20).
    pub review: &'static str,
    /// Term for a suit without review (行政诉讼法46).
    pub suit: &'static str,
    /// Term for a suit after the review decision (行政诉讼法45).
    pub suit_after_review: &'static str,
    /// Review must come before the suit: penalties decided on the spot (复议法23第一款第一项).
    pub review_first: bool,
}

/// The remedies against an act; none where it decides nothing about the party's rights.
pub fn remedy(kind: Kind) -> Option<Remedy> {
    let review_first = match kind {
        Kind::OnSpotPenalty => true,
        Kind::PenaltyDecided
        | Kind::PenaltyWaived
        | Kind::OrderedToCorrect
        | Kind::DemolitionOrdered
        | Kind::Seized
        | Kind::SubstituteDecided
        | Kind::EnforcementDecided => false,
        _ => return None,
    };
    Some(Remedy { review: "六十日", suit: "六个月", suit_after_review: "十五日", review_first })
}

/// How a fine is paid (处罚法67、72).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// Calendar days from receiving the decision (处罚法67).
    pub days: &'static str,
    /// Surcharge for each day of delay; its sum never exceeds the fine (处罚法72).
    pub surcharge: &'static str,
}

/// The terms of payment of a fine.
pub fn payment() -> Payment {
    Payment { days: "十五日", surcharge: "百分之三" }
}

/// How long a party may answer a prior notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// To state and defend (部令55-22).
    pub defend: &'static str,
    /// To ask for a hearing (处罚法64).
    pub hearing: &'static str,
}

/// The terms a prior notice gives.
pub fn answer() -> Answer {
    Answer { defend: "五个工作日", hearing: "五个工作日" }
}
