//! Evidence, orders to correct, standing still, the final report.

use crate::acts::{Draft, EvidenceResult, Kind, Outcome, SpotCorrection};
use crate::case::Subject;
use crate::judge::{Cure, Facts, Stop, applies, must};

super::table! { RULES:
    /// 主持、参加听证和制作听证笔录的人员，此后不再调查本案。
    Bars "I19b" "处罚法64；沪听证8" on [SceneRecorded InterviewRecorded EvidenceTaken CorrectionChecked FinalReport] |c, _, x| {
        applies(c.has(Kind::HearingNotified))?;
        let hearing = c.hearing_officers();
        must(!x.team.iter().any(|id| hearing.contains(id)), "听证人员不能再参加本案调查", Cure::Change("team"))
    }

    /// 登记了当事人的，同时有其标识。
    Bars "Q0" "处罚法40" on ClueRegistered |_, d, _x| {
        applies(d.party_kind.now()?.is_some())?;
        must(d.party_key.get()?.is_some(), "没有当事人的标识", Cure::Change("party_key"))
    }

    /// 追加当事人、登记违法行为在调查终结、尚未决定之前；变更当事人在对其作出决定之前。
    Bars "Q1" "处罚法40、54" on [PartyJoined PartyChanged ConductAdded] |c, _, x| {
        match x.party(c) {
            Some(party) => must(c.decisions(party.no).is_empty(), "对该当事人已经作出决定", Cure::Do(Kind::DecisionRevoked)),
            None => must(c.parties().next().is_none() || c.parties().any(|party| c.decisions(party.no).is_empty()), "本案已经作出决定", Cure::None),
        }
    }

    /// 一个身份只作为一名当事人。
    Bars "Q2" "处罚法40" on PartyJoined |c, d, _x| {
        let key = d.party_key.get()?;
        must(!c.parties().any(|party| party.key == key.0), "该当事人已在本案", Cure::Change("party_key"))
    }

    /// 改正期限不早于责令之日。
    Bars "Q3" "处罚法28" on OrderedToCorrect |_, d, x| {
        must(d.until.now()? >= x.at, "改正期限早于责令之日", Cure::Change("until"))
    }

    /// 第一次延长不超过三十日；第二次不超过六十日，由两名以上负责人集体讨论决定；在期限届满之前批准，不再有第三次。
    Bars "I7" "处罚法60；部令55-29" on TermExtended |c, d, x| {
        let filing = c.filing().or_na()?;
        let earlier = c.all::<crate::acts::TermExtended>().count();
        must(earlier < 2, "已经延长过两次", Cure::None)?;
        let due = x.now.calendar.due(filing.day(), c.case_term(), &c.excluded(x.at));
        must(x.at <= due.last, format_args!("办案期限已于{}届满", due.last), Cure::None)?;
        let days = d.days.now()?;
        let most = if earlier == 0 { 30 } else { 60 };
        must((1..=most).contains(&days), format_args!("第{}次延长不超过{most}日", earlier + 1), Cure::Change("days"))?;
        let mut heads = d.approvers.get()?.clone();
        heads.sort_unstable();
        heads.dedup();
        must(earlier == 0 || heads.len() >= 2, "第二次延长须由两名以上负责人集体讨论", Cure::Change("approvers"))
    }

    /// 中止调查期间不终结、不告知、不决定；中止的案件才能恢复，未中止的才能中止。
    Bars "Z30" "部令55-30" on [FinalReport PriorNotice PenaltyDecided PenaltyWaived UnprovenDecided CaseSuspended CaseResumed TermExtended] |c, d, _x| {
        let suspended = c.suspended().is_some();
        if d.kind() == Kind::CaseResumed {
            return must(suspended, "案件没有中止", Cure::Do(Kind::CaseSuspended));
        }
        must(!suspended, "案件正在中止", Cure::Do(Kind::CaseResumed))
    }

    /// 调查终结时应当查明当事人。
    Bars "Q4" "处罚法40；部令55-20" on FinalReport |c, _, _x| {
        must(c.parties().next().is_some(), "尚未查明当事人", Cure::Do(Kind::PartyJoined))
    }

    /// 定案的证据至少一项，每一项都经查证属实，没有被排除的。
    Bars "I37a" "处罚法40、46" on FinalReport |c, d, _x| {
        must(Kind::EVIDENCE.iter().any(|kind| c.has(*kind)), "没有任何证据", Cure::Do(Kind::EvidenceTaken))?;
        must(c.has(Kind::EvidenceVerified), "证据未经核实", Cure::Do(Kind::EvidenceVerified))?;
        let evidence = d.evidence.get()?;
        must(!evidence.is_empty(), "没有列出定案的证据", Cure::Change("evidence"))?;
        for no in evidence {
            match c.evidence_result(*no) {
                None => must(false, format_args!("第{no}号证据未经核实"), Cure::Do(Kind::EvidenceVerified))?,
                Some(EvidenceResult::Excluded) => must(false, format_args!("第{no}号证据已被排除"), Cure::Change("evidence"))?,
                Some(EvidenceResult::Accepted) => {}
            }
        }
        Ok(())
    }

    /// 违法行为轻微、及时改正、没有造成危害后果的，不予处罚。
    Bars "I34b" "处罚法33" on FinalReport |_, d, _x| {
        applies(d.minor.now()? == Some(true) && d.harmless.now()? == Some(true) && d.corrected.now()?)?;
        must(d.outcome.now()? != Outcome::Penalise, "轻微、及时改正、没有危害后果，不予处罚", Cure::Change("outcome"))
    }

    /// 初次违法且危害后果轻微并及时改正的，考虑不予处罚；仍拟处罚的写明理由。
    Bars "I34c" "处罚法33" on FinalReport |_, d, _x| {
        applies(d.first.now()? == Some(true) && d.slight.now()? == Some(true) && d.corrected.now()?)?;
        applies(d.outcome.now()? == Outcome::Penalise)?;
        must(d.considered.get()?.as_ref().is_some_and(|words| !words.is_empty()), "没有写明仍予处罚的考虑", Cure::Change("considered"))
    }

    /// 作出决定时，调查终结报告所列的证据仍然都经查证属实。
    Bars "I37b" "处罚法40、46" on PenaltyDecided |c, _, _x| {
        let report = c.report().or_na()?;
        must(!report.act.evidence.is_empty(), "调查终结报告没有列出证据", Cure::Do(Kind::FinalReport))?;
        let lost = report.act.evidence.iter().find(|no| c.evidence_result(**no) != Some(EvidenceResult::Accepted) || c.is_void(**no));
        match lost {
            Some(no) => must(false, format_args!("报告所据的第{no}号证据不再属实"), Cure::Do(Kind::FinalReport)),
            None => Ok(()),
        }
    }

    /// 核实证据至少针对一项。
    Bars "I37c" "处罚法46" on EvidenceVerified |_, d, _x| {
        must(!d.evidence.get()?.is_empty(), "没有选定要核实的证据", Cure::Change("evidence"))
    }

    /// 实施处罚时责令当事人改正或者限期改正违法行为，已经自行改正的除外。
    Bars "I36" "处罚法28" on [PenaltyDecided OnSpotPenalty] |c, d, x| {
        if let Draft::OnSpotPenalty(d) = d {
            let ordered = d.party_key.value.as_ref().and_then(|key| c.parties().find(|party| party.key == key.0));
            if ordered.is_some_and(|party| c.by::<crate::acts::OrderedToCorrect>(party.no).next().is_some()) {
                return Ok(());
            }
            return must(d.correction.now()? != SpotCorrection::Not, "未责令改正", Cure::Change("correction"));
        }
        let party = x.party(c).or_na()?;
        let corrected = c.report().is_some_and(|report| report.corrected);
        if corrected {
            return Ok(());
        }
        c.by::<crate::acts::OrderedToCorrect>(party.no).next().need("未责令改正", Kind::OrderedToCorrect)?;
        Ok(())
    }

    /// 复查改正情况，以责令改正通知书已经送达为前提。
    Bars "Q5" "处罚法28" on CorrectionChecked |c, _, x| {
        let Subject::Document(order) = x.subject else { return Err(Stop::Na) };
        c.served(order).need("责令改正通知书未送达", Kind::Served)?;
        Ok(())
    }
}
