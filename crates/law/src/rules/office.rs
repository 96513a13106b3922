//! Who acts: officers, heads, the organ's powers.

use std::collections::BTreeSet;

use crate::acts::{Draft, PersonId};
use crate::case::Case;
use crate::judge::{Cure, Facts, Stop, applies, must};

super::table! { RULES:
    /// 行政执法由两名以上在当日持有有效执法证件的执法人员实施。
    Bars "I1" "处罚法42；强制法18" on [SceneRecorded InterviewRecorded EvidenceTaken OrderedToCorrect CorrectionChecked PriorNotice Served PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty CashCollected CrimeReported InspectionApproved InspectionNotified Sampled EvidenceRegistered Seized OrderedToStop DemolitionOrdered EnforcementStarted SubstitutePerformed ImmediateSubstituted DemolitionCarriedOut] |_, _, x| {
        let team: BTreeSet<PersonId> = x.team.iter().copied().collect();
        must(team.len() >= 2, format_args!("执法人员只有{}名，少于两名", team.len()), Cure::Change("team"))?;
        let lacking: Vec<_> = team.iter().filter(|id| !x.now.office.certified(**id, x.at)).map(|id| x.now.office.called(*id)).collect();
        must(lacking.is_empty(), format_args!("{}在{}没有有效执法证件", lacking.join("、"), x.at), Cure::Change("team"))
    }

    /// 立案、告知和处罚的事项，当日在本机关公布的权力清单之内。
    Bars "I2a" "处罚法17、20、24" on [Filing PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        for matter in matters(c, d)? {
            must(x.now.office.power(&matter, x.at).is_some(), format_args!("事项{matter}在{}不在本机关权力清单之内", x.at), Cure::None)?;
        }
        Ok(())
    }

    /// 权力清单的条目经本机关法制人员确认的，才能据以作出处罚决定。
    Bars "I2b" "处罚法38" on [PenaltyDecided OnSpotPenalty] |c, d, x| {
        applies(!x.now.office.demonstration)?;
        for matter in matters(c, d)? {
            let power = x.now.office.power(&matter, x.at).or_na()?;
            must(power.confirmed, format_args!("权力清单中事项{matter}的条目（{}）未经法制人员确认", power.basis), Cure::None)?;
        }
        Ok(())
    }

    /// 法律规定由行政机关负责人批准、决定的，署名的人当日是本机关负责人。
    Bars "H1" "处罚法43、56、57、66；强制法18、25、37；部令55-15、29" on [VerifyExtended InspectionApproved Filing FilingRefused TermExtended CaseSuspended CaseResumed PenaltyDecided PenaltyWaived UnprovenDecided CrimeAnswered DecisionRevoked DecisionChanged CaseEnded Closed RecusalDecided EvidenceRegistered SeizureApproved SeizureExtended SeizureLifted GoodsDisposed DemolitionOrdered PostponementDecided EnforcementDecided EnforcementSuspended EnforcementResumed EnforcementEnded EnforcementAgreed SubstituteDecided CourtApplied CaseReopened] |_, d, x| {
        // A revocation or change by a review authority or court is not signed by our head.
        let heads: Vec<PersonId> = match d {
            Draft::VerifyExtended(d) => vec![d.head.now()?],
            Draft::InspectionApproved(d) => vec![d.head.now()?],
            Draft::Filing(d) => vec![d.head.now()?],
            Draft::FilingRefused(d) => vec![d.head.now()?],
            Draft::TermExtended(d) => d.approvers.get()?.clone(),
            Draft::CaseSuspended(d) => vec![d.head.now()?],
            Draft::CaseResumed(d) => vec![d.head.now()?],
            Draft::PenaltyDecided(d) => vec![d.head.now()?],
            Draft::PenaltyWaived(d) => vec![d.head.now()?],
            Draft::UnprovenDecided(d) => vec![d.head.now()?],
            Draft::CrimeAnswered(d) => vec![d.head.now()?],
            Draft::DecisionRevoked(d) => {
                applies(d.by.now()? == crate::acts::UndoneBy::Own)?;
                vec![d.head.now()?]
            }
            Draft::DecisionChanged(d) => {
                applies(d.by.now()? == crate::acts::UndoneBy::Own)?;
                vec![d.head.now()?]
            }
            Draft::CaseEnded(d) => vec![d.head.now()?],
            Draft::Closed(d) => vec![d.head.now()?],
            Draft::RecusalDecided(d) => vec![d.head.now()?],
            Draft::EvidenceRegistered(d) => vec![d.head.now()?],
            Draft::SeizureApproved(d) => vec![d.head.now()?],
            Draft::SeizureExtended(d) => vec![d.head.now()?],
            Draft::SeizureLifted(d) => vec![d.head.now()?],
            Draft::GoodsDisposed(d) => vec![d.head.now()?],
            Draft::DemolitionOrdered(d) => vec![d.head.now()?],
            Draft::PostponementDecided(d) => vec![d.head.now()?],
            Draft::EnforcementDecided(d) => vec![d.head.now()?],
            Draft::EnforcementSuspended(d) => vec![d.head.now()?],
            Draft::EnforcementResumed(d) => vec![d.head.now()?],
            Draft::EnforcementEnded(d) => vec![d.head.now()?],
            Draft::EnforcementAgreed(d) => vec![d.head.now()?],
            Draft::SubstituteDecided(d) => vec![d.head.now()?],
            Draft::CourtApplied(d) => vec![d.head.now()?],
            Draft::CaseReopened(d) => vec![d.head.now()?],
            _ => return Err(Stop::Na),
        };
        must(!heads.is_empty(), "没有负责人批准", Cure::Change("head"))?;
        let lacking: Vec<_> = heads.iter().filter(|id| !x.now.office.is_head(**id, x.at)).map(|id| x.now.office.called(*id)).collect();
        must(lacking.is_empty(), format_args!("{}在{}不是本机关负责人", lacking.join("、"), x.at), Cure::Change("head"))
    }
}

/// The matters an act is about.
fn matters(c: &Case, d: &Draft) -> Result<BTreeSet<String>, Stop> {
    let conducts = match d {
        Draft::OnSpotPenalty(d) => return Ok(BTreeSet::from([d.matter.get()?.0.clone()])),
        Draft::PriorNotice(d) => Some(d.conducts.get()?),
        Draft::PenaltyDecided(d) => Some(d.conducts.get()?),
        _ => None,
    };
    Ok(match conducts {
        Some(numbers) => {
            numbers.iter().filter_map(|no| c.conduct_of(*no)).map(|conduct| conduct.matter.clone()).collect()
        }
        None => c.conducts().map(|conduct| conduct.matter.clone()).collect(),
    })
}
