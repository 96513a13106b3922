//! From an unpaid fine or an order not obeyed to force or the court (强制法 chapters four and five).

use jiff::civil::{Time, time};

use crate::acts::{
    ActNo, Building, CorrectionChecked, CourtApplied, DemandRechecked, Demanded, DemolitionAnnounced,
    DemolitionMandated, Draft, EnforceWay, EnforcementEnd, EnforcementStarted, Kind, LegallyReviewed, OrderedToStop,
    PostponementDecided, ReviewResult, Seized, SubstitutePerformed,
};
use crate::case::{Case, Fact, Subject};
use crate::deadline::Term;
use crate::judge::{Ctx, Cure, Facts, Ruling, Stop, applies, must};
use crate::money::Fen;

/// The days that lie between the service of a demand and an application to the court (强制法54).
pub(crate) const BEFORE_COURT: Term = Term::workdays(10);
/// Whole working days between the second demand and a substitute performance (强制法51).
const BEFORE_SUBSTITUTE: i64 = 3;
/// Night, in which nothing is enforced (强制法43). The law gives no hours; those of the noise law are taken.
const NIGHT: (Time, Time) = (time(22, 0, 0, 0), time(6, 0, 0, 0));

super::table! { RULES:
    /// 延期、分期缴纳的申请决定一次；批准的，最后缴款日在决定之后。
    Bars "I52a" "处罚法66" on PostponementDecided |c, d, x| {
        must(c.on::<PostponementDecided>(x.subject).next().is_none(), "该申请已经决定", Cure::None)?;
        applies(d.approve.now()?)?;
        must(d.until.now()? > x.at, "最后缴款日不在决定之后", Cure::Change("until"))
    }

    /// 加处罚款按逾期日数每日百分之三计算，不超过罚款数额；复议、诉讼期间不计。
    Bars "I46a" "处罚法72、73；强制法45" on SurchargeCharged |c, d, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        must(decision.revoked.is_none(), "决定已经撤销", Cure::None)?;
        decision.served.need("处罚决定没有送达", Kind::Served)?;
        let upto = d.upto.now()?;
        must(upto <= x.at, "计算至的日期晚于今天", Cure::Change("upto"))?;
        let counted = c.surcharge(&decision, upto, x.now.calendar).or_na()?;
        must(counted.total > Fen::ZERO, format_args!("至{upto}没有逾期"), Cure::Change("upto"))?;
        let amount = d.amount.now()?;
        must(amount == counted.total, format_args!("应为{}（{}）", counted.total, counted.steps.join("；")), Cure::Change("amount"))
    }

    /// 缴纳的加处罚款不超过已经加处而尚欠的数额。
    Marks "I46b" "处罚法72" on SurchargePaid |c, d, x| {
        let left = c.surcharge_left(x.of().or_na()?);
        must(left > Fen::ZERO, "没有尚欠的加处罚款", Cure::Do(Kind::SurchargeCharged))?;
        must(d.amount.now()? <= left, format_args!("超过尚欠的加处罚款{left}"), Cure::Change("amount"))
    }

    /// 结案以前，已经加处的罚款都已经缴清、减免或者终结执行。
    Bars "I46c" "处罚法72" on Closed |c, _, _x| {
        applies(c.has(Kind::SurchargeCharged))?;
        for decision in c.all_decisions().iter().filter(|decision| decision.revoked.is_none()) {
            let left = c.surcharge_left(decision.no);
            let open = left > Fen::ZERO && c.enforcement_ended(decision.no).is_none();
            must(!open, format_args!("加处罚款尚欠{left}"), Cure::Do(Kind::SurchargePaid))?;
        }
        Ok(())
    }

    /// 催告写明履行期限、方式和陈述申辩权；被催告的决定已经送达，自行履行的期限已过而没有履行。
    Bars "I48a" "强制法35、54" on Demanded |c, d, x| {
        let of = x.of().or_na()?;
        must(c.revoked(of).is_none(), "决定已经撤销", Cure::None)?;
        must(!c.performed(of), "当事人已经履行", Cure::None)?;
        let due = c.performance_due(of, x.now.calendar).need("被催告的文书没有送达", Kind::Served)?;
        let second = matches!(c.record(of).map(|rec| rec.act.kind()), Some(Kind::SubstituteDecided));
        must(second || x.at > due, format_args!("自行履行的期限至{due}届满"), due.tomorrow().map_or(Cure::None, Cure::Until))?;
        must(d.until.now()? > x.at, "履行期限不在催告之后", Cure::Change("until"))?;
        must(d.rights_told.now()?, "没有告知陈述申辩权", Cure::Change("rights_told"))
    }

    /// 对催告的陈述申辩逐件复核一次。
    Bars "I48b" "强制法36" on DemandRechecked |c, _, x| {
        must(c.on::<DemandRechecked>(x.subject).next().is_none(), "该陈述申辩已经复核", Cure::None)
    }

    /// 强制执行决定以催告送达、期限已过、陈述申辩已经复核为前提；有转移、隐匿财物迹象的，可以在催告期间立即决定。
    Bars "I48c" "强制法35、36、37" on EnforcementDecided |c, d, x| {
        let of = x.of().or_na()?;
        must(c.revoked(of).is_none() && !c.performed(of), "决定已经撤销或者已经履行", Cure::None)?;
        must(!c.stayed(of), "复议、诉讼中决定停止执行", Cure::None)?;
        let demand = demanded(c, of, x)?;
        must(d.hiding.now()? || x.at > demand.until, format_args!("催告的履行期限至{}届满", demand.until), until(demand.until))
    }

    /// 本机关只能按法律授予的方式强制执行：划拨存款没有法律授权；拍卖抵缴以已经扣押财物为前提；恢复原状不用于罚款。
    Bars "I48d" "强制法46、47、50" on EnforcementDecided |c, d, x| {
        let of = x.of().or_na()?;
        let party = c.party_of(of).or_na()?;
        let fine = c.record(of).or_na()?.act.kind() == Kind::PenaltyDecided;
        match d.way.now()? {
            EnforceWay::Transfer => must(false, "划拨存款须由法律授权的机关实施", Cure::Do(Kind::CourtApplied)),
            EnforceWay::Auction => {
                let held = c.all::<Seized>().any(|fact| c.party_of(fact.no()) == Some(party) && c.goods_gone(fact.no()).is_none());
                must(fine && held, "没有可以拍卖抵缴的已扣押财物", Cure::Do(Kind::CourtApplied))
            }
            EnforceWay::Restore => must(!fine, "罚款不能以恢复原状执行", Cure::Do(Kind::CourtApplied)),
        }
    }

    /// 强制执行决定、代履行决定和责令拆除已建成的违法建筑，经法制审核同意；立即代履行和加处罚款除外。
    Bars "I22" "处罚法58；沪法制审核办法3" on [EnforcementDecided SubstituteDecided DemolitionOrdered] |c, d, x| {
        let since = match d {
            Draft::DemolitionOrdered(d) => {
                applies(d.building.now()? == Building::Finished)?;
                c.report().or_na()?.no()
            }
            _ => c.demands(x.of().or_na()?).next_back().or_na()?.no(),
        };
        let review = c.all::<LegallyReviewed>().rfind(|fact| fact.after(since)).need("未经法制审核", Kind::LegallyReviewed)?;
        must(review.result == ReviewResult::Pass, format_args!("法制审核结论为{}", review.result.label()), Cure::Do(Kind::LegallyReviewed))
    }

    /// 强制执行决定送达以后实施；已经履行、终结、中止或者决定停止执行的，不实施。
    Bars "I48e" "强制法37、38、39；处罚法73" on EnforcementStarted |c, _, x| {
        let of = x.of().or_na()?;
        c.served(of).need("强制执行决定没有送达", Kind::Served)?;
        must(c.on::<EnforcementStarted>(x.subject).next().is_none(), "已经实施", Cure::None)?;
        runs(c, of, x)
    }

    /// 不在夜间或者法定节假日实施强制执行，情况紧急的除外；写明时刻。
    Bars "I47" "强制法43" on [EnforcementStarted SubstitutePerformed DemolitionCarriedOut] |_, d, x| {
        let urgent = match d {
            Draft::EnforcementStarted(d) => d.urgent.now()?,
            Draft::SubstitutePerformed(d) => d.urgent.now()?,
            Draft::DemolitionCarriedOut(d) => d.urgent.now()?,
            _ => return Err(Stop::Na),
        };
        applies(!urgent)?;
        must(!x.now.calendar.is_holiday(x.at), "法定节假日不实施强制执行", Cure::Change("at"))?;
        match x.time {
            None => must(false, "没有写明实施的时刻", Cure::Change("time")),
            Some(at) => must(at >= NIGHT.1 && at < NIGHT.0, "夜间不实施强制执行", Cure::Change("time")),
        }
    }

    /// 不得以停止供水、供电、供热、供燃气等方式迫使当事人履行。
    Bars "I47b" "强制法43" on DemolitionCarriedOut |_, d, _x| {
        must(!d.utilities_cut.now()?, "以停水停电停气迫使履行", Cure::Change("utilities_cut"))
    }

    /// 代履行针对逾期不履行的排除妨碍、恢复原状义务，经催告仍不履行，其后果已经或者将危害交通安全、造成污染或者破坏资源；代履行人与当事人没有利害关系。
    Bars "I49a" "强制法50、51" on SubstituteDecided |c, d, x| {
        let of = x.of().or_na()?;
        must(!c.performed(of), "当事人已经履行", Cure::None)?;
        let demand = demanded(c, of, x)?;
        must(x.at > demand.until, format_args!("催告的履行期限至{}届满", demand.until), until(demand.until))?;
        must(d.danger.now()?, "不危害交通安全，也不造成污染或者破坏资源，不能代履行", Cure::Change("danger"))?;
        must(d.disinterested.now()?, "代履行人有利害关系", Cure::Change("performer"))
    }

    /// 代履行决定书已经送达，代履行三日以前再次催告；当事人已经履行的停止；执行文书由到场人员签名。
    Bars "I49b" "强制法51" on SubstitutePerformed |c, d, x| {
        let of = x.of().or_na()?;
        c.served(of).need("代履行决定没有送达", Kind::Served)?;
        must(c.on::<SubstitutePerformed>(x.subject).next().is_none(), "已经代履行", Cure::None)?;
        runs(c, of, x)?;
        let again = c.demands(of).filter_map(|fact| c.served(fact.no())).next_back().need("代履行前没有再次催告", Kind::Demanded)?;
        let days = x.now.calendar.full_days_before(again.day(), x.at);
        let first = x.now.calendar.first_day_with_full(again.day(), 3).last;
        must(days >= BEFORE_SUBSTITUTE, format_args!("{}送达再次催告，距代履行不足三日", again.day()), Cure::Until(first))?;
        must(d.signed.now()?, "执行文书没有签名", Cure::Change("signed"))
    }

    /// 立即代履行只针对道路、河道、航道或者公共场所的遗洒物、障碍物和污染物，且当事人不能清除。
    Bars "I49c" "强制法52" on ImmediateSubstituted |_, d, _x| {
        must(d.public_place.now()?, "不在道路、河道或者公共场所", Cure::Change("public_place"))?;
        must(d.unable.now()?, "当事人能够清除", Cure::Do(Kind::OrderedToCorrect))
    }

    /// 责令限期拆除以调查终结为前提，自行拆除期限在决定之后。
    Bars "I50a" "强制法44；处罚法54" on DemolitionOrdered |c, d, x| {
        c.report().need("没有调查终结报告", Kind::FinalReport)?;
        must(d.until.now()? > x.at, "自行拆除期限不在决定之后", Cure::Change("until"))
    }

    /// 拆除公告在责令限期拆除决定送达以后发布，所定期限在公告之后。
    Bars "I50b" "强制法44；沪拆违规定9" on DemolitionAnnounced |c, d, x| {
        c.served(x.of().or_na()?).need("责令限期拆除决定没有送达", Kind::Served)?;
        must(d.until.now()? > x.at, "自行拆除期限不在公告之后", Cure::Change("until"))
    }

    /// 强制拆除已经建成的违法建筑：已经公告，自行拆除期限已过，经催告并复核申辩，复议、起诉期限届满且没有未决的复议、诉讼，区政府已经作出强制拆除决定。
    Bars "I50c" "强制法35、44；沪拆违规定10" on DemolitionCarriedOut |c, _, x| {
        let of = x.of().or_na()?;
        let order = c.all::<crate::acts::DemolitionOrdered>().find(|fact| fact.no() == of).or_na()?;
        applies(order.building == Building::Finished)?;
        let announced = c.on::<DemolitionAnnounced>(x.subject).next_back().need("没有拆除公告", Kind::DemolitionAnnounced)?;
        let last = order.until.max(announced.until);
        must(x.at > last, format_args!("自行拆除期限至{last}届满"), until(last))?;
        let demand = demanded(c, of, x)?;
        must(x.at > demand.until, format_args!("催告的履行期限至{}届满", demand.until), until(demand.until))?;
        must(!c.in_dispute(of), "复议、诉讼尚未终结", Cure::Do(Kind::DisputeEnded))?;
        let end = c.remedies_end(of, x.now.calendar).or_na()?.last;
        must(x.at > end, format_args!("复议、起诉期限至{end}届满"), until(end))?;
        c.on::<DemolitionMandated>(x.subject).next().need("没有政府的强制拆除决定", Kind::DemolitionMandated)?;
        Ok(())
    }

    /// 强制拆除正在建设的违法建筑：责令停止已经送达，复查仍不停止。
    Bars "I50d" "沪拆违规定11" on DemolitionCarriedOut |c, _, x| {
        let of = x.of().or_na()?;
        let order = c.all::<crate::acts::DemolitionOrdered>().find(|fact| fact.no() == of).or_na()?;
        applies(order.building == Building::Underway)?;
        let party = c.party_of(of).or_na()?;
        let stop = c.by::<OrderedToStop>(party).next_back().need("没有责令停止建设", Kind::OrderedToStop)?;
        let served = c.served(stop.no()).need("责令停止没有送达", Kind::Served)?;
        let check = c
            .on::<CorrectionChecked>(Subject::Document(stop.no()))
            .rfind(|fact| fact.after(served.no()))
            .need("没有复查是否停止建设", Kind::CorrectionChecked)?;
        must(!check.corrected, "当事人已经停止建设", Cure::None)
    }

    /// 已经拆除、决定停止执行的，不强制拆除。
    Bars "I50e" "强制法39、44；处罚法73" on DemolitionCarriedOut |c, _, x| {
        let of = x.of().or_na()?;
        must(!c.performed(of), "已经拆除", Cure::None)?;
        must(!c.stayed(of), "复议、诉讼中决定停止执行", Cure::None)
    }

    /// 申请法院强制执行以前催告；催告送达十个工作日以后仍不履行的才申请。
    Bars "I51a" "强制法54" on CourtApplied |c, _, x| {
        let of = x.of().or_na()?;
        let demand = c.demands(of).rfind(|fact| c.served(fact.no()).is_some()).need("没有送达催告", Kind::Demanded)?;
        must(!c.demand_unanswered(demand.no()), "对催告的陈述申辩没有复核", Cure::Do(Kind::DemandRechecked))?;
        let served = c.served(demand.no()).or_na()?.day();
        let last = x.now.calendar.due(served, BEFORE_COURT, &[]).last;
        must(x.at > last, format_args!("催告送达后满十个工作日（{last}）才能申请"), until(last))
    }

    /// 当事人在法定期限内不复议、不诉讼又不履行的，自期限届满之日起三个月内申请法院强制执行；批准延期、分期的自该期限结束之日起算。
    Bars "I51b" "处罚法72；强制法53；行诉解释156" on CourtApplied |c, _, x| {
        let of = x.of().or_na()?;
        let (first, last) = c.court_window(of, x.now.calendar).need("据以执行的决定没有送达", Kind::Served)?;
        must(x.at >= first, format_args!("复议、起诉期限届满（{first}）以后才能申请"), Cure::Until(first))?;
        must(x.at <= last.last, format_args!("申请期限{}届满", last.last), Cure::None)
    }

    /// 已经履行、已经撤销、有未决复议诉讼的，不申请法院强制执行；一个决定只申请一次，法院不予受理的除外。
    Bars "I51c" "强制法53；行诉解释156" on CourtApplied |c, _, x| {
        let of = x.of().or_na()?;
        must(!c.performed(of), "当事人已经履行", Cure::None)?;
        must(c.revoked(of).is_none(), "决定已经撤销", Cure::None)?;
        must(!c.in_dispute(of) && x.neighbours.pending_disputes == 0, "复议、诉讼尚未终结", Cure::Do(Kind::DisputeEnded))?;
        let pending = c.on::<CourtApplied>(x.subject).any(|fact| {
            !c.on::<crate::acts::CourtRuled>(Subject::Item(fact.no())).any(|ruled| ruled.result == crate::acts::CourtResult::Rejected)
        });
        must(!pending, "已经申请法院强制执行", Cure::None)
    }

    /// 中止执行的才能恢复，未中止的才能中止。
    Bars "ES1" "强制法39" on [EnforcementSuspended EnforcementResumed] |c, d, x| {
        let still = c.enforcement_suspended(x.of().or_na()?);
        if d.kind() == Kind::EnforcementResumed {
            return must(still, "执行没有中止", Cure::Do(Kind::EnforcementSuspended));
        }
        must(!still, "执行已经中止", Cure::Do(Kind::EnforcementResumed))
    }

    /// 终结执行针对尚未履行的决定，只终结一次；以撤销为由的，决定已经撤销。
    Bars "EE1" "强制法40" on EnforcementEnded |c, d, x| {
        let of = x.of().or_na()?;
        must(c.enforcement_ended(of).is_none(), "执行已经终结", Cure::None)?;
        must(!c.performed(of), "决定已经履行", Cure::None)?;
        must(d.ground.now()? != EnforcementEnd::Revoked || c.revoked(of).is_some(), "决定没有撤销", Cure::Change("ground"))
    }

    /// 执行协议只减免加处罚款，以当事人采取补救措施为前提，不超过尚欠的加处罚款。
    Bars "EA1" "强制法42" on EnforcementAgreed |c, d, x| {
        let base = c.base_of(x.of().or_na()?).or_na()?;
        must(d.until.now()? >= x.at, "履行期限早于协议之日", Cure::Change("until"))?;
        let cut = d.surcharge_cut.now()?.or_na()?;
        must(d.remedied.now()?, "没有采取补救措施，不能减免", Cure::Change("remedied"))?;
        must(cut <= c.surcharge_left(base), "减免超过尚欠的加处罚款", Cure::Change("surcharge_cut"))
    }
}

/// The last demand, served and answered for.
fn demanded<'c>(c: &'c Case, of: ActNo, _x: &Ctx<'_>) -> Result<Fact<'c, Demanded>, Stop> {
    let demand = c.demands(of).next_back().need("没有催告", Kind::Demanded)?;
    c.served(demand.no()).need("催告书没有送达", Kind::Served)?;
    let open = c.demands(of).any(|fact| c.demand_unanswered(fact.no()));
    must(!open, "对催告的陈述申辩没有复核", Cure::Do(Kind::DemandRechecked))?;
    Ok(demand)
}

/// Whether a decided enforcement may go on: not suspended, not stayed, not yet performed.
fn runs(c: &Case, decision: ActNo, _x: &Ctx<'_>) -> Ruling {
    let base = c.base_of(decision).or_na()?;
    must(!c.enforcement_suspended(decision), "执行已经中止", Cure::Do(Kind::EnforcementResumed))?;
    must(!c.stayed(base) && !c.stayed(decision), "复议、诉讼中决定停止执行", Cure::None)?;
    must(!c.performed(base), "当事人已经履行", Cure::None)
}

fn until(last: crate::Day) -> Cure {
    last.tomorrow().map_or(Cure::None, Cure::Until)
}
