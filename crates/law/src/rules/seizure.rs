//! Sealing and seizing (强制法 chapter three).

use crate::acts::{
    Act, ClaimAnnounced, DisposeWay, Kind, LiftGround, SeizeApproval, Seized, SeizureApproved, SeizureExtended,
};
use crate::case::{CrimeState, REVIEW, SUIT, Subject};
use crate::corpus::Sort;
use crate::deadline::Term;
use crate::judge::{Cure, Facts, applies, must};

/// The time to report an urgent seizure and complete its approval: 24 hours, read as the day after where no clock time is known (强制法19).
pub(crate) const APPROVAL: Term = Term::days(1);
/// Lifting follows its ground at once, read as by the next day (强制法28).
pub(crate) const LIFT: Term = Term::days(1);
/// How long unclaimed goods are announced (沪城管执法条例22).
pub(crate) const CLAIM: Term = Term::days(60);
/// How long a party has to fetch perishable goods (沪城管执法条例22).
const PERISHABLE: Term = Term::workdays(2);

super::table! { RULES:
    /// 查封、扣押的期限不超过三十日。
    Bars "I40a" "强制法25" on Seized |_, d, _x| {
        let days = d.days.now()?;
        must((1..=30).contains(&days), format_args!("期限{days}日，应当为一日以上三十日以下"), Cure::Change("days"))
    }

    /// 查封、扣押前经机关负责人批准；情况紧急当场实施的除外。
    Bars "I41a" "强制法18、19" on Seized |_, d, x| {
        applies(d.approval.now()? == SeizeApproval::Before)?;
        match d.head.now()? {
            None => must(false, "没有负责人批准", Cure::Change("head")),
            Some(head) => must(x.now.office.is_head(head, x.at), format_args!("{}在{}不是本机关负责人", x.now.office.called(head), x.at), Cure::Change("head")),
        }
    }

    /// 查封、扣押当场交付决定书和清单，清单一式二份由双方签名。
    Bars "I42a" "强制法24" on Seized |_, d, _x| {
        must(d.list_given.now()?, "没有当场交付决定书和清单", Cure::Change("list_given"))
    }

    /// 不查封、扣押公民个人及其所扶养家属的生活必需品。
    Bars "I42b" "强制法23" on Seized |_, d, _x| {
        must(!d.necessities.now()?, "含有生活必需品", Cure::Change("necessities"))
    }

    /// 查封、扣押时出示证件，当场告知理由、依据、权利和救济并听取陈述申辩；当事人不到场的有见证人。
    Bars "I42c" "强制法18" on Seized |_, d, _x| {
        must(d.certificate_shown.now()?, "没有出示证件", Cure::Change("certificate_shown"))?;
        must(d.rights_told.now()?, "没有告知权利", Cure::Change("rights_told"))?;
        must(d.present.now()? || d.witness.get()?.is_some(), "当事人不到场，又没有见证人", Cure::Change("witness"))
    }

    /// 已经对当事人作出处理决定的，不再查封、扣押。
    Bars "I43g" "强制法23、28" on Seized |c, _, x| {
        let party = x.party(c).or_na()?;
        must(c.decisions(party.no).is_empty(), "对该当事人已经作出决定", Cure::None)
    }

    /// 补办批准只针对紧急实施的查封、扣押，只办一次。
    Bars "I41c" "强制法19" on SeizureApproved |c, _, x| {
        let rec = c.record(x.of().or_na()?).or_na()?;
        let urgent = matches!(&rec.act, Act::Seized(act) if act.approval == SeizeApproval::Urgent);
        must(urgent, "该查封扣押已经事前批准", Cure::None)?;
        must(c.on::<SeizureApproved>(x.subject).next().is_none(), "已经补办批准", Cure::None)
    }

    /// 情况紧急当场实施的，二十四小时内报告并补办批准。
    Marks "I41b" "强制法19" on SeizureApproved |c, _, x| {
        let rec = c.record(x.of().or_na()?).or_na()?;
        let late = match (rec.time, x.time) {
            (Some(then), Some(now)) => {
                let hours = rec.happened.to_datetime(then).duration_until(x.at.to_datetime(now)).as_secs();
                hours > 24 * 3600
            }
            _ => x.at > x.now.calendar.due(rec.happened, APPROVAL, &[]).last,
        };
        must(!late, "超过二十四小时", Cure::None)
    }

    /// 延长查封、扣押只有一次，不超过三十日，在期限届满以前由负责人批准并书面告知当事人；应当解除的不延长。
    Bars "I40b" "强制法25" on SeizureExtended |c, d, x| {
        let of = x.of().or_na()?;
        let seizure = c.all::<Seized>().find(|fact| fact.no() == of).or_na()?;
        must(c.lifted(of).is_none() && c.goods_gone(of).is_none(), "查封扣押已经解除", Cure::None)?;
        must(c.on::<SeizureExtended>(x.subject).next().is_none(), "已经延长过一次", Cure::None)?;
        must(c.to_lift(&seizure).is_none(), "应当解除查封扣押", Cure::Do(Kind::SeizureLifted))?;
        let due = c.seizure_due(of, x.at, x.now.calendar).or_na()?;
        must(x.at <= due.last, format_args!("查封扣押期限已于{}届满", due.last), Cure::Do(Kind::SeizureLifted))?;
        let days = d.days.now()?;
        must((1..=30).contains(&days), "延长不超过三十日", Cure::Change("days"))?;
        must(d.told.now()?, "没有书面告知当事人", Cure::Change("told"))
    }

    /// 解除查封、扣押的事由与案卷一致，只解除一次。
    Bars "I43a" "强制法19、28" on SeizureLifted |c, d, x| {
        let of = x.of().or_na()?;
        let seizure = c.all::<Seized>().find(|fact| fact.no() == of).or_na()?;
        must(c.lifted(of).is_none(), "已经解除", Cure::None)?;
        must(c.goods_gone(of).is_none(), "物品已经处置", Cure::None)?;
        let ground = d.ground.now()?;
        let ok = match ground {
            LiftGround::Decided => c.party_of(of).is_some_and(|party| !c.decisions(party).is_empty()),
            LiftGround::Expired => c.seizure_due(of, x.at, x.now.calendar).is_some_and(|due| x.at >= due.last),
            LiftGround::Refused => c.on::<SeizureApproved>(Subject::Item(seizure.no())).any(|fact| !fact.approve),
            LiftGround::NoViolation | LiftGround::Unrelated | LiftGround::NotNeeded => true,
        };
        must(ok, format_args!("案卷不符合“{}”", ground.label()), Cure::Change("ground"))
    }

    /// 查封、扣押期限届满的、负责人不予批准的、已经作出决定而不没收的，及时解除。
    Marks "I40c" "强制法19、25、28" on SeizureLifted |c, _, x| {
        let of = x.of().or_na()?;
        let seizure = c.all::<Seized>().find(|fact| fact.no() == of).or_na()?;
        let due = c.seizure_due(of, x.at, x.now.calendar).or_na()?.last;
        let last = c.to_lift(&seizure).map(|day| x.now.calendar.due(day, LIFT, &[]).last).map_or(due, |day| day.min(due));
        must(x.at <= last, format_args!("应当在{last}以前解除"), Cure::None)
    }

    /// 处置财物有其根据：没收以已经送达的没收决定为据；易腐的先通知当事人二日内领取；无人认领的解除后公告满六十日；
    /// 拍卖抵缴的当事人不复议、不诉讼又不缴纳；移交公安的公安已经立案。
    Bars "I43c" "强制法27、46；沪城管执法条例22；移送规定12" on GoodsDisposed |c, d, x| {
        let of = x.of().or_na()?;
        must(c.goods_gone(of).is_none(), "物品已经返还或者处置", Cure::None)?;
        let party = c.party_of(of).or_na()?;
        match d.way.now()? {
            DisposeWay::Confiscated => {
                let decision = c.confiscation(party).need("没有没收该物品的决定", Kind::PenaltyDecided)?;
                decision.served.need("没收决定没有送达", Kind::Served)?;
                Ok(())
            }
            DisposeWay::Perishable => match d.party_told.now()? {
                None => must(false, "没有通知当事人领取", Cure::Change("party_told")),
                Some(day) => {
                    let last = x.now.calendar.due(day, PERISHABLE, &[]).last;
                    must(x.at > last, format_args!("领取期限至{last}届满"), last.tomorrow().map_or(Cure::None, Cure::Until))
                }
            },
            DisposeWay::Unclaimed => {
                let notice = c.on::<ClaimAnnounced>(x.subject).next().need("没有认领公告", Kind::ClaimAnnounced)?;
                let last = x.now.calendar.due(notice.day(), CLAIM, &[]).last;
                must(x.at > last, format_args!("认领公告至{last}届满"), last.tomorrow().map_or(Cure::None, Cure::Until))
            }
            DisposeWay::Auctioned => {
                let decision = c.decisions(party).into_iter().find(|one| one.fine.0 > 0).need("没有罚款决定", Kind::PenaltyDecided)?;
                let served = decision.served.need("处罚决定没有送达", Kind::Served)?;
                must(c.paid(decision.no) < decision.fine, "罚款已经缴清", Cure::None)?;
                must(!c.in_dispute(decision.no), "复议、诉讼尚未终结", Cure::Do(Kind::DisputeEnded))?;
                let last = x.now.calendar.due(served, SUIT, &[]).last.max(x.now.calendar.due(served, REVIEW, &[]).last);
                must(x.at > last, format_args!("复议、起诉期限至{last}届满"), last.tomorrow().map_or(Cure::None, Cure::Until))?;
                let demand = c.demands(decision.no).rfind(|fact| c.served(fact.no()).is_some());
                demand.need("没有催告", Kind::Demanded)?;
                Ok(())
            }
            DisposeWay::Police => must(matches!(c.crime(), Some(CrimeState::Taken(_))), "公安机关没有立案侦查", Cure::Change("way")),
        }
    }

    /// 认领公告在解除查封扣押或者登记保存解除以后发布。
    Bars "I43e" "沪城管执法条例22" on ClaimAnnounced |c, _, x| {
        let of = x.of().or_na()?;
        must(c.goods_gone(of).is_none(), "物品已经返还或者处置", Cure::None)?;
        let seized = matches!(c.record(of).or_na()?.act, Act::Seized(_));
        must(!seized || c.lifted(of).is_some(), "尚未解除查封扣押", Cure::Do(Kind::SeizureLifted))
    }

    /// 结案以前，查封、扣押的财物都已经返还或者处置；没有决定没收的，先行解除。
    Bars "I43d" "强制法27、28" on Closed |c, _, _x| {
        applies(c.has(Kind::Seized))?;
        for seizure in c.all::<Seized>() {
            if c.goods_gone(seizure.no()).is_some() {
                continue;
            }
            let taken = c.party_of(seizure.no()).and_then(|party| c.confiscation(party)).is_some_and(|one| one.sorts.contains(&Sort::Property));
            let next = match (c.lifted(seizure.no()), taken) {
                (Some(_), _) => Kind::GoodsReturned,
                (None, true) => Kind::GoodsDisposed,
                (None, false) => Kind::SeizureLifted,
            };
            must(false, "查封扣押的财物尚未解除、返还或者处置", Cure::Do(next))?;
        }
        Ok(())
    }
}
