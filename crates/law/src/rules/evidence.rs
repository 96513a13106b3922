//! Withdrawal of officers, electronic monitors, samples, registered evidence, tests.

use crate::acts::{Act, Draft, EvidenceRegistered, EvidenceResult, Kind, RecusalDecided, SightingReviewed};
use crate::case::{Case, REGISTERED, Subject};
use crate::judge::{Cure, Facts, applies, must};

super::table! { RULES:
    /// 每一项回避申请由机关负责人决定一次。
    Bars "I55a" "处罚法43" on RecusalDecided |c, _, x| {
        must(c.on::<RecusalDecided>(x.subject).next().is_none(), "该回避申请已经决定", Cure::None)
    }

    /// 决定回避的人员此后不再参加本案的任何办理。
    Bars "I55b" "处罚法43" on all |c, d, x| {
        applies(c.has(Kind::RecusalDecided))?;
        let recused = c.recused();
        let gone = |id: &crate::acts::PersonId| recused.contains(id);
        must(!x.team.iter().any(gone), "执法人员已经回避", Cure::Change("team"))?;
        match d {
            Draft::HearingNotified(d) => {
                must(!gone(&d.chair.now()?), "主持人已经回避", Cure::Change("chair"))?;
                must(!d.members.get()?.iter().any(gone), "听证员已经回避", Cure::Change("members"))?;
                must(!gone(&d.clerk.now()?), "记录员已经回避", Cure::Change("clerk"))
            }
            Draft::LegallyReviewed(d) => must(!gone(&d.reviewer.now()?), "审核人已经回避", Cure::Change("reviewer")),
            Draft::Filing(d) => must(!d.handlers.get()?.iter().any(gone), "承办人已经回避", Cure::Change("handlers")),
            _ => Ok(()),
        }
    }

    /// 回避申请未决定以前不停止调查，但不作出处理决定。
    Bars "I55c" "处罚法43" on [PenaltyDecided PenaltyWaived UnprovenDecided] |c, _, _x| {
        applies(c.has(Kind::RecusalAsked))?;
        must(c.recusals_open().is_empty(), "回避申请尚未决定", Cure::Do(Kind::RecusalDecided))
    }

    /// 电子技术监控设备收集的证据，设置有法律、行政法规依据，设备经过法制和技术审核，地点向社会公布，记录经审核真实、清晰、完整、准确，才能作为证据。
    Bars "I38" "处罚法41" on EvidenceVerified |c, d, _x| {
        let monitored: Vec<_> = d
            .evidence
            .get()?
            .iter()
            .copied()
            .filter(|no| matches!(c.record(*no).map(|rec| &rec.act), Some(Act::EvidenceTaken(act)) if act.monitor.is_some()))
            .collect();
        applies(!monitored.is_empty())?;
        applies(d.result.now()? == EvidenceResult::Accepted)?;
        for no in monitored {
            let review = c.on::<SightingReviewed>(Subject::Item(no)).next_back().need("电子监控记录未经审核", Kind::SightingReviewed)?;
            must(review.device_reviewed, "监控设备未经法制和技术审核", Cure::Change("result"))?;
            must(review.location_published, "监控设备的设置地点没有公布", Cure::Change("result"))?;
            must(review.result == EvidenceResult::Accepted, "电子监控记录审核不合格", Cure::Change("result"))?;
        }
        Ok(())
    }

    /// 抽样取证开具清单并由当事人签名，拒签的注明。
    Bars "SM1" "处罚法56" on Sampled |_, d, _x| {
        must(d.list_signed.now()?, "没有清单签名", Cure::Change("list_signed"))
    }

    /// 先行登记保存当场清点，开具清单并交付当事人。
    Bars "I39a" "处罚法56；部令55-19" on EvidenceRegistered |_, d, _x| {
        must(d.list_signed.now()?, "没有当场清点并交付清单", Cure::Change("list_signed"))
    }

    /// 登记保存的证据在七个工作日内作出一次处理决定；逾期自动解除，不再有可处理之物。
    Bars "I39b" "处罚法56；部令55-19" on RegisteredDisposed |c, _, x| {
        let of = x.of().or_na()?;
        must(c.disposed(of).is_none(), "该项登记保存已经处理", Cure::None)?;
        let due = x.now.calendar.due(c.record(of).or_na()?.happened, REGISTERED, &[]);
        must(x.at <= due.last, format_args!("处理期限{}届满，登记保存自动解除", due.last), Cure::Do(Kind::GoodsReturned))
    }

    /// 结案以前，登记保存的证据都已经处理或者自动解除，异地保存而应当返还的已经返还。
    Bars "I39c" "处罚法56；部令55-19" on Closed |c, _, x| {
        applies(c.has(Kind::EvidenceRegistered))?;
        for registered in c.all::<EvidenceRegistered>() {
            let lapsed = x.at > x.now.calendar.due(registered.day(), REGISTERED, &[]).last;
            must(lapsed || c.disposed(registered.no()).is_some(), "登记保存的证据尚未处理", Cure::Do(Kind::RegisteredDisposed))?;
            let back = c.registered_to_return(&registered, x.at, x.now.calendar) && c.goods_gone(registered.no()).is_none();
            must(!back, "登记保存的物品尚未返还", Cure::Do(Kind::GoodsReturned))?;
        }
        Ok(())
    }

    /// 委托检测、检验、鉴定的，明确期间并书面告知当事人；期间不早于委托之日。
    Bars "T1" "强制法25；部令55-18" on TestCommissioned |c, d, x| {
        let of = x.of().or_na()?;
        let gone = matches!(c.record(of).map(|rec| rec.act.kind()), Some(Kind::Seized | Kind::EvidenceRegistered)) && c.goods_gone(of).is_some();
        must(!gone, "物品已经返还或者处置", Cure::None)?;
        must(d.until.now()? >= x.at, "检测鉴定期间早于委托之日", Cure::Change("until"))?;
        must(d.told.now()?, "没有书面告知检测鉴定的期间", Cure::Change("told"))
    }

    /// 一项物品只返还一次；扣押的解除以后返还，登记保存的处理或者自动解除以后返还。
    Bars "I43b" "强制法28；部令55-19" on GoodsReturned |c, d, x| {
        let of = x.of().or_na()?;
        must(c.goods_gone(of).is_none(), "物品已经返还或者处置", Cure::None)?;
        match &c.record(of).or_na()?.act {
            Act::Seized(_) => {
                c.lifted(of).need("尚未解除查封扣押", Kind::SeizureLifted)?;
            }
            _ => {
                let registered = c.all::<EvidenceRegistered>().find(|fact| fact.no() == of).or_na()?;
                must(released(c, &registered, x), "登记保存尚未解除", Cure::Do(Kind::RegisteredDisposed))?;
            }
        }
        must(d.signed.now()?, "没有签收", Cure::Change("signed"))
    }
}

fn released(c: &Case, registered: &crate::case::Fact<'_, EvidenceRegistered>, x: &crate::judge::Ctx<'_>) -> bool {
    let lapsed = x.at > x.now.calendar.due(registered.day(), REGISTERED, &[]).last;
    match c.disposed(registered.no()) {
        Some(disposal) => {
            matches!(disposal.way, crate::acts::RegisteredWay::Recorded | crate::acts::RegisteredWay::Released)
        }
        None => lapsed,
    }
}
