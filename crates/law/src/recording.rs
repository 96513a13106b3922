//! Which of the eight kinds of evidence the files of an act are, and which acts are recorded in sound and picture from beginning to end.

use crate::acts::{Act, EvidenceKind, Interviewee, Kind};

/// Acts recorded from beginning to end in sound and picture: they reach directly into person or major property, or are disputed
/// most (处罚法47；国办发〔2018〕118号三（六）).
pub const RECORDED: &[Kind] = &[
    Kind::SceneRecorded,
    Kind::Seized,
    Kind::SubstitutePerformed,
    Kind::ImmediateSubstituted,
    Kind::DemolitionCarriedOut,
];

/// What stands behind [`RECORDED`], as shown.
pub const ARTICLE: &str = "处罚法47；国办发〔2018〕118号";

/// Which of the eight kinds (处罚法46) the files of an act are; none where they prove the procedure and not the conduct.
pub fn kind_of(act: &Act) -> Option<EvidenceKind> {
    Some(match act {
        Act::EvidenceTaken(act) => act.sort,
        Act::SceneRecorded(_) => EvidenceKind::Scene,
        Act::InterviewRecorded(act) if act.role == Interviewee::Witness => EvidenceKind::Witness,
        Act::InterviewRecorded(_) => EvidenceKind::Statement,
        Act::TestReported(_) => EvidenceKind::Expert,
        _ => return None,
    })
}
