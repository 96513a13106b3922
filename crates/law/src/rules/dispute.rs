//! Review and suit, credit repair, the police asked again.

use crate::acts::{
    Act, CreditRepairDecided, DecisionChanged, DecisionRevoked, DisputeKind, DisputeReplied, DisputeResult, EndGround,
    Kind, NoticePosted, PoliceAnswered, PoliceReviewAsked, ServiceWay,
};
use crate::case::{CrimeState, Subject};
use crate::credit;
use crate::deadline::Term;
use crate::judge::{Cure, Facts, applies, must};

/// The respondent's time to reply to a review (复议法48).
pub(crate) const REPLY: Term = Term::workdays(10);
/// The same in the simplified procedure (复议法54).
pub(crate) const REPLY_SIMPLIFIED: Term = Term::workdays(5);
/// The defendant's time to reply to a suit (行诉法67).
pub(crate) const DEFENCE: Term = Term::days(15);
/// The time to ask the police to look again (移送规定9); no counting rule is given there, so the days are calendar days.
pub(crate) const POLICE_REVIEW: Term = Term::days(3);
/// Service by public notice (沪城管执法条例25; the civil procedure law has thirty days, the longer term protects the party).
pub(crate) const POSTED: Term = Term::days(60);

/// The reply term of a kind of dispute.
pub(crate) fn reply_term(sort: DisputeKind) -> (Term, &'static str) {
    match sort {
        DisputeKind::Review => (REPLY, "复议法48"),
        DisputeKind::Simplified => (REPLY_SIMPLIFIED, "复议法54"),
        DisputeKind::Suit => (DEFENCE, "行诉法67"),
    }
}

super::table! { RULES:
    /// 答复复议在十个工作日内，简易程序五个工作日内；答辩在十五日内。
    Marks "I58a" "复议法48、54；行诉法67" on DisputeReplied |c, _, x| {
        let dispute = c.disputes().into_iter().find(|dispute| Some(dispute.no) == x.of()).or_na()?;
        let due = x.now.calendar.due(dispute.day, reply_term(dispute.sort).0, &[]);
        must(x.at <= due.last, format_args!("答复期限{}届满", due.last), Cure::None)
    }

    /// 答复、答辩只提交作出决定以前收集的证据；一次提起只答复一次。
    Bars "I58b" "复议法46；行诉法67" on DisputeReplied |c, d, x| {
        let dispute = c.disputes().into_iter().find(|dispute| Some(dispute.no) == x.of()).or_na()?;
        must(c.on::<DisputeReplied>(x.subject).next().is_none(), "已经答复", Cure::None)?;
        let evidence = d.evidence.get()?;
        must(!evidence.is_empty(), "没有提交证据", Cure::Change("evidence"))?;
        let late = evidence.iter().find(|no| **no > dispute.of);
        match late {
            Some(no) => must(false, format_args!("第{no}号证据在作出决定以后收集"), Cure::Change("evidence")),
            None => Ok(()),
        }
    }

    /// 当场处罚先申请行政复议；复议期间不提起诉讼。
    Marks "I59" "复议法23、29" from "2024-01-01" on DisputeOpened |c, d, x| {
        applies(d.sort.now()? == DisputeKind::Suit)?;
        let of = x.of().or_na()?;
        let disputes = c.disputes_of(of);
        let pending = disputes.iter().any(|dispute| dispute.sort != DisputeKind::Suit && dispute.ended.is_none());
        must(!pending, "行政复议尚未终结", Cure::None)?;
        let reviewed = disputes.iter().any(|dispute| dispute.sort != DisputeKind::Suit);
        let spot = c.record(of).or_na()?.act.kind() == Kind::OnSpotPenalty;
        must(!spot || reviewed, "当场处罚没有先经行政复议", Cure::None)
    }

    /// 复议、诉讼撤销、变更处罚决定的，本案据此登记撤销、变更以后结案。
    Bars "I57d" "处罚法48；复议法63；行诉法70" on Closed |c, _, _x| {
        applies(c.has(Kind::DisputeEnded))?;
        for dispute in c.disputes() {
            let Some((no, _, result)) = dispute.ended else { continue };
            let decision = c.decision(dispute.of).is_some();
            let of = Subject::Document(dispute.of);
            let revoked = c.on::<DecisionRevoked>(of).next().is_some();
            match result {
                DisputeResult::Revoked | DisputeResult::Invalid if decision => {
                    must(revoked, "决定已经被撤销，本案尚未登记", Cure::Do(Kind::DecisionRevoked))?;
                }
                DisputeResult::Changed if decision => {
                    let changed = c.on::<DecisionChanged>(of).any(|fact| fact.after(no));
                    must(revoked || changed, "决定已经被变更，本案尚未登记", Cure::Do(Kind::DecisionChanged))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// 公安机关不立案的，可以提请复议；每次不立案提请一次。
    Bars "I54a" "移送规定9" on PoliceReviewAsked |c, _, _x| {
        let answer = c.all::<PoliceAnswered>().next_back().need("公安机关尚未答复", Kind::PoliceAnswered)?;
        must(!answer.filed, "公安机关已经立案侦查", Cure::None)?;
        must(matches!(c.crime(), Some(CrimeState::Declined(no)) if no == answer.no()), "已经提请复议", Cure::None)?;
        let twice = c.all::<PoliceReviewAsked>().next().is_some();
        must(!twice, "已经提请过复议", Cure::None)
    }

    /// 自接到不予立案通知之日起三日内提请复议。
    Marks "I54b" "移送规定9" on PoliceReviewAsked |c, _, x| {
        let answer = c.all::<PoliceAnswered>().next_back().or_na()?;
        let due = x.now.calendar.due(answer.day(), POLICE_REVIEW, &[]);
        must(x.at <= due.last, format_args!("提请复议的期限{}届满", due.last), Cure::None)
    }

    /// 移送司法而终止调查的案件，公安机关不立案或者撤销案件的，恢复办理并依法处理。
    Bars "I54c" "移送规定10" on CaseReopened |c, _, _x| {
        let ended = c.ended().need("调查没有终止", Kind::CaseEnded)?;
        must(ended.ground == EndGround::Crime, "不是因移送司法而终止", Cure::None)?;
        must(matches!(c.crime(), Some(CrimeState::Declined(_))), "公安机关没有作出不立案或者撤销案件的答复", Cure::Do(Kind::PoliceAnswered))
    }

    /// 信用修复在最短公示期届满、处罚义务履行完毕以后准予；一次申请决定一次。
    Bars "I56f" "信用修复办法4；上海优化营商环境条例67" on CreditRepairDecided |c, d, x| {
        let asked = x.of().or_na()?;
        must(c.on::<CreditRepairDecided>(x.subject).next().is_none(), "该申请已经决定", Cure::None)?;
        applies(d.granted.now()?)?;
        let Some(Subject::Document(of)) = c.record(asked).map(|rec| rec.subject) else { return Err(crate::judge::Stop::Na) };
        let decision = c.decision(of).or_na()?;
        let period = credit::period(&decision, x.at).or_na()?;
        must(c.paid(of) >= decision.fine, "罚款没有缴清", Cure::Do(Kind::FinePaid))?;
        if let Some(min) = period.min {
            let last = x.now.calendar.due(decision.day, min, &[]).last;
            must(x.at >= last, format_args!("最短公示期至{last}届满"), Cure::Until(last))?;
        }
        Ok(())
    }

    /// 公告送达的，公告满六十日视为送达。
    Marks "I26d" "处罚法61；沪城管执法条例25" on Served |c, d, x| {
        applies(d.way.now()? == ServiceWay::Announced)?;
        let posted = c.on::<NoticePosted>(x.subject).next().need("没有公告送达的记录", Kind::NoticePosted)?;
        let due = x.now.calendar.due(posted.day(), POSTED, &[]);
        must(x.at >= due.last, format_args!("公告至{}届满", due.last), Cure::None)
    }

    /// 已经送达的文书补正、更正的，补正、更正的文书也送达当事人。
    Marks "Z28" "部令55-28" from "2022-05-01" on Closed |c, _, _x| {
        applies(c.has(Kind::Corrected))?;
        let left = c.of_kind(Kind::Corrected).find(|rec| {
            let Subject::Document(of) = rec.subject else { return false };
            let reached = c.served(of).is_some() || c.decision(of).is_some_and(|decision| decision.served.is_some());
            reached && c.served(rec.no).is_none()
        });
        must(left.is_none_or(|rec| !matches!(rec.act, Act::Corrected(_))), "更正的文书没有送达", Cure::Do(Kind::Served))
    }
}
