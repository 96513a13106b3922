//! What holds for every act, publication, undoing a decision, closing.

use crate::acts::{Act, Draft, EndGround, Kind, OnSpotFiled, Outcome, Published, Withdrawn};
use crate::case::{Case, CrimeState, Subject, Unsettled, voids};
use crate::corpus::Sort;
use crate::deadline::Term;
use crate::judge::{Cure, Facts, Stop, applies, defects, must};

/// The time to publish a decision (国办发〔2018〕118号；部令55-10).
pub(crate) const PUBLISH: Term = Term::workdays(7);
/// The time to take a published decision down once it is undone (处罚法48).
pub(crate) const WITHDRAW: Term = Term::workdays(3);
/// The time to close after the last ground (部令55-31).
pub(crate) const CLOSE: Term = Term::workdays(15);

super::table! { ORDER:
    /// 行为的日期不晚于今天；不早于它所针对的行为；在本系统办理的，不早于案卷中已有的任何行为。
    Bars "I61" "处罚法47" on all |c, _, x| {
        must(x.at <= x.now.today, format_args!("日期{}晚于今天", x.at), Cure::Change("at"))?;
        if let Some(of) = x.of() {
            let cause = c.record(of).or_na()?;
            must(x.at >= cause.happened, format_args!("日期早于“{}”的{}", cause.act.kind().label(), cause.happened), Cure::Change("at"))?;
        }
        let latest = c.standing().filter(|rec| rec.no < x.no).map(|rec| rec.happened).max();
        match latest {
            Some(day) if x.live => must(x.at >= day, format_args!("日期早于案卷中已有的{day}；以前发生的事请按已发生补录"), Cure::Change("at")),
            _ => Ok(()),
        }
    }

    /// 已经结案、不予立案的案件不再调查、告知、决定；只办理送达、缴款、公示、信用修复、复议诉讼、撤销、变更、补正、作废、恢复办理和归档。
    Bars "I5" "部令55-31" on all |c, d, _x| {
        applies(c.over())?;
        let open = matches!(
            d.kind(),
            Kind::Served | Kind::SentElectronically | Kind::FinePaid | Kind::CashHandedIn | Kind::CashDeposited | Kind::Published | Kind::Withdrawn
                | Kind::DecisionRevoked | Kind::DecisionChanged | Kind::Corrected | Kind::Voided | Kind::Archived | Kind::OnSpotFiled
                | Kind::DisputeOpened | Kind::DisputeReplied | Kind::StayOrdered | Kind::DisputeEnded | Kind::CreditRepairAsked | Kind::CreditRepairDecided
                | Kind::PoliceAnswered | Kind::CaseReopened | Kind::GoodsReturned | Kind::SurchargePaid | Kind::NoticePosted
        );
        must(open, "案件已经结束", Cure::None)
    }
}

super::table! { RULES:
    /// 按简易程序作出的处罚，以及仅有警告、通报批评的处罚，对市场主体不予公示。
    Bars "I56a" "上海优化营商环境条例67" from "2024-11-01" on Published |c, _, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        applies(c.party(decision.party).is_some_and(|party| !party.person))?;
        must(decision.kind != Kind::OnSpotPenalty, "简易程序的处罚不予公示", Cure::None)?;
        let mild = decision.sorts.iter().all(|sort| matches!(sort, Sort::Warning | Sort::Criticism));
        must(!mild, "仅有警告、通报批评的处罚不予公示", Cure::None)
    }

    /// 处罚决定自作出之日起七个工作日内公示。
    Marks "I56b" "处罚法48；国办发〔2018〕118号；部令55-10" on Published |c, _, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        applies(c.publications(decision.no).next().is_none())?;
        let due = x.now.calendar.due(decision.day, PUBLISH, &[]);
        must(x.at <= due.last, format_args!("公示期限{}届满", due.last), Cure::None)
    }

    /// 已经撤销的决定不公示；已经公示的，撤回以前不重复公示。
    Bars "I56c" "处罚法48" on Published |c, _, x| {
        let of = x.of().or_na()?;
        must(c.revoked(of).is_none(), "决定已经撤销", Cure::None)?;
        must(!shown(c, of), "决定正在公示", Cure::Do(Kind::Withdrawn))
    }

    /// 不满十八周岁的人的处罚不予公示；个人的处罚确需公示的，隐去个人信息。
    Bars "I56d" "处罚法48、50；国办发〔2018〕118号" on Published |c, _, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        let party = c.party(decision.party).or_na()?;
        applies(party.person)?;
        let days = decision.conducts.iter().filter_map(|no| c.conduct_of(*no)).map(|conduct| conduct.day);
        let minor = party.born.is_some_and(|born| days.into_iter().any(|day| super::measure::age(born, day) < 18));
        must(!minor, "当事人行为时不满十八周岁，不予公示", Cure::None)
    }

    /// 公示个人的处罚，隐去住所、证件号码、联系方式等个人信息。
    Marks "I56e" "处罚法50；国办发〔2018〕118号" on Published |c, d, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        applies(c.party(decision.party).is_some_and(|party| party.person))?;
        must(d.masked.now()?.or_na()?, "没有隐去个人信息", Cure::Change("masked"))
    }

    /// 撤回公示的，同时告知已经共享该信息的信用平台。
    Marks "I57e" "处罚法48；部令55-10" on Withdrawn |_, d, _x| {
        must(d.credit_told.now()?.or_na()?, "没有告知信用平台", Cure::Change("credit_told"))
    }

    /// 只撤回正在公示的决定。
    Bars "I57c" "处罚法48" on Withdrawn |c, _, x| {
        must(shown(c, x.of().or_na()?), "决定没有公示", Cure::None)
    }

    /// 公开的决定被变更、撤销的，三个工作日内撤回并公开说明理由。
    Marks "I57a" "处罚法48；部令55-10" on Withdrawn |c, _, x| {
        let of = x.of().or_na()?;
        let (_, undone) = c.to_withdraw().into_iter().find(|(decision, _)| *decision == of).or_na()?;
        let due = x.now.calendar.due(c.record(undone).or_na()?.happened, WITHDRAW, &[]);
        must(x.at <= due.last, format_args!("撤回期限{}届满", due.last), Cure::None)
    }

    /// 一个决定只撤销一次；撤销以后不再变更。
    Bars "RV1" "处罚法75" on [DecisionRevoked DecisionChanged] |c, _, x| {
        must(c.revoked(x.of().or_na()?).is_none(), "决定已经撤销", Cure::None)
    }

    /// 变更决定不加重：没有新的种类，罚款不高于原决定；要加重的，撤销以后重新告知。
    Bars "CH1" "处罚法44、45、75" on DecisionChanged |c, d, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        let heavier = d.sorts.get()?.iter().any(|sort| !decision.sorts.contains(sort)) || d.fine.now()? > decision.fine;
        must(!heavier, "变更加重了处罚", Cure::Do(Kind::DecisionRevoked))?;
        must(d.sorts.get()?.contains(&Sort::Fine) == (d.fine.now()?.0 > 0), "罚款数额与处罚种类不符", Cure::Change("fine"))
    }

    /// 终止调查的案件没有有效的决定；以移送司法为由的，公安机关已经立案。
    Bars "E1" "部令55-31；移送规定10" on CaseEnded |c, d, _x| {
        must(c.ended().is_none(), "调查已经终止", Cure::None)?;
        let decided = c.parties().any(|party| !c.decisions(party.no).is_empty());
        must(!decided, "本案有有效的决定", Cure::Do(Kind::DecisionRevoked))?;
        let crime = c.crime();
        let ground = d.ground.now()?;
        if ground == EndGround::Crime {
            return must(matches!(crime, Some(CrimeState::Taken(_))), "公安机关没有立案侦查", Cure::Change("ground"));
        }
        let open = matches!(crime, Some(CrimeState::Reported(_) | CrimeState::Approved(_) | CrimeState::Transferred(_)));
        must(!open, "涉嫌犯罪的处理尚未完成", Cure::Do(Kind::CrimeAnswered))
    }

    /// 终止调查以后，只结案、归档。
    Bars "E2" "部令55-31" on [FinalReport PriorNotice PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty] |c, _, _x| {
        must(c.ended().is_none(), "调查已经终止", Cure::None)
    }

    /// 结案时每名当事人都有着落：决定已经送达并且履行，责令拆除的已经拆除，或者调查终止。
    Bars "I60a" "部令55-31" on Closed |c, _, x| {
        must(c.ended().is_some() || c.parties().next().is_some(), "没有当事人，也没有终止调查", Cure::Do(Kind::CaseEnded))?;
        let simple = c.procedure() == Some(crate::case::Procedure::Simple);
        for party in c.parties() {
            match c.unsettled(party.no) {
                None => {}
                Some(Unsettled::Undecided) => {
                    let next = match c.report().map(|report| report.outcome) {
                        _ if simple => Kind::OnSpotPenalty,
                        Some(Outcome::Waive) => Kind::PenaltyWaived,
                        Some(Outcome::Unproven) => Kind::UnprovenDecided,
                        Some(Outcome::Transfer) if c.crime().is_none() => Kind::CrimeReported,
                        _ => Kind::PenaltyDecided,
                    };
                    let who = if c.parties().count() == 1 { "当事人".to_owned() } else { format!("第{}号当事人", party.no.0 + 1) };
                    must(false, format_args!("{who}没有处理决定"), Cure::Do(next))?;
                }
                Some(Unsettled::Standing(order)) => {
                    let until = c.performance_due(order, x.now.calendar);
                    let over = until.is_some_and(|until| until < x.at);
                    let next = if over { Kind::DemolitionCarriedOut } else { Kind::DemolitionPerformed };
                    must(false, "责令拆除的建筑还没有拆除", Cure::Do(next))?;
                }
                Some(Unsettled::Unserved(_)) => must(false, "决定书未送达", Cure::Do(Kind::Served))?,
                Some(Unsettled::Unpaid(_, left)) => must(false, format_args!("罚款尚欠{left}"), Cure::Do(Kind::FinePaid))?,
            }
        }
        Ok(())
    }

    /// 结案时每一个登记的违法行为都有处理。
    Bars "I60c" "处罚法57；部令55-31" on Closed |c, _, _x| {
        applies(c.ended().is_none())?;
        let decisions: Vec<_> = c.all_decisions().into_iter().filter(|decision| decision.revoked.is_none()).collect();
        applies(!decisions.is_empty())?;
        let left = c.conducts().find(|conduct| !decisions.iter().any(|decision| decision.conducts.contains(&conduct.no)));
        must(left.is_none(), "有违法行为没有处理", Cure::Do(Kind::PenaltyDecided))
    }

    /// 当场处罚的案件，报所属机关备案以后结案。
    Bars "I9d" "处罚法52；部令55-14" on Closed |c, _, _x| {
        let penalty = c.spot_penalty().or_na()?;
        c.on::<OnSpotFiled>(Subject::Document(penalty.no())).next().need("当场处罚没有备案", Kind::OnSpotFiled)?;
        Ok(())
    }

    /// 公示过的决定被撤销、变更的，撤回公示以后结案。
    Bars "I57b" "处罚法48" on Closed |c, _, _x| {
        must(c.to_withdraw().is_empty(), "已撤销或者变更的决定仍在公示", Cure::Do(Kind::Withdrawn))
    }

    /// 涉嫌犯罪的处理没有完成的，不结案。
    Bars "I53d" "处罚法27；移送规定5" on Closed |c, _, _x| {
        match c.crime().or_na()? {
            CrimeState::Declined(_) => Ok(()),
            CrimeState::Reported(_) => must(false, "涉罪报告尚未批复", Cure::Do(Kind::CrimeAnswered)),
            CrimeState::Approved(_) => must(false, "已经批准移送，尚未移送", Cure::Do(Kind::CrimeTransferred)),
            CrimeState::Transferred(_) => must(false, "公安机关尚未答复", Cure::Do(Kind::PoliceAnswered)),
            CrimeState::Taken(_) => must(c.ended().is_some(), "公安机关已经立案侦查", Cure::Do(Kind::CaseEnded)),
        }
    }

    /// 自处罚履行完毕、不予处罚、终止调查之日起十五个工作日内结案。
    Marks "I60b" "部令55-31" from "2022-05-01" on Closed |c, _, x| {
        let ground = c.closing_ground().or_na()?;
        let due = x.now.calendar.due(ground, CLOSE, &[]);
        must(x.at <= due.last, format_args!("结案期限{}届满", due.last), Cure::None)
    }

    /// 结案的案卷具备应有的文书：立案审批、证据、调查终结报告、告知和决定的送达回证、申辩复核、听证、责令改正、缴款票据。
    Marks "I60d" "部令55-40" from "2022-05-01" on Closed |c, _, _x| {
        applies(c.all_decisions().iter().any(|decision| decision.revoked.is_none()))?;
        let lacking = crate::papers::lacking(c);
        let names: Vec<&str> = lacking.iter().map(|one| one.paper.as_str()).collect();
        let cure = lacking.first().map_or(Cure::None, |one| Cure::Do(one.by));
        must(lacking.is_empty(), format_args!("案卷缺少{}", names.join("、")), cure)
    }

    /// 结案或者不予立案以后归档，一案一卷。
    Bars "A1" "部令55-40" on Archived |c, _, _x| {
        must(c.over(), "案件尚未结案", Cure::Do(Kind::Closed))?;
        let closed = c.closed().map(|fact| fact.no());
        let again = c.all::<crate::acts::Archived>().any(|fact| closed.is_none_or(|no| fact.after(no)));
        must(!again, "案卷已经归档", Cure::None)
    }

    /// 作废只针对录入错误：已经送达的文书、有后续行为以其为对象或者依据的行为不能作废。
    Bars "V1" "处罚法47、75" on Voided |c, _, x| {
        let of = x.of().or_na()?;
        let target = c.record(of).or_na()?;
        let brought: Vec<_> = c.conducts().filter(|conduct| conduct.by == of).map(|conduct| conduct.no).collect();
        let follower = c.standing().find(|rec| {
            rec.no > of
                && (c.conducts_of(rec.no).iter().any(|no| brought.contains(no)) || match rec.subject {
                    Subject::Document(no) | Subject::Item(no) => no == of,
                    Subject::Party(no) => c.party(no).is_some_and(|party| party.by == of),
                    Subject::Case => matches!(&rec.act, Act::FinalReport(act) if act.evidence.contains(&of)),
                })
        });
        if let Some(rec) = follower {
            let cure = if rec.act.kind() == Kind::Served { Cure::Do(Kind::DecisionRevoked) } else { Cure::Do(Kind::Voided) };
            return must(false, format_args!("第{}号“{}”以它为对象", rec.no, rec.act.kind().label()), cure);
        }
        let brings = matches!(target.act.kind(), Kind::ClueRegistered | Kind::OnSpotPenalty);
        must(!brings || c.standing().all(|rec| rec.no <= of), "开启案件的行为之后已有其他行为", Cure::None)
    }

    /// 作废以后，其后的行为重新评判，不得因此出现新的瑕疵。
    Bars "V2" "处罚法47" on Voided |c, _, x| {
        let of = x.of().or_na()?;
        let (mut with, mut without) = (Case::default(), Case::default());
        let voided: Vec<_> = c.log().iter().filter_map(voids).collect();
        for rec in c.log() {
            let void = voided.contains(&rec.no);
            if !void && rec.no > of {
                let known = defects(&with, rec, x.now);
                let fresh = defects(&without, rec, x.now).into_iter().find(|mark| !known.iter().any(|old| old.rule == mark.rule));
                if let Some(mark) = fresh {
                    return must(false, format_args!("作废后第{}号“{}”将不符合{}：{}", rec.no, rec.act.kind().label(), mark.rule, mark.why), Cure::None);
                }
            }
            with.push(rec, void);
            without.push(rec, void || rec.no == of);
        }
        Ok(())
    }

    /// 变更决定、作废、更正都写明理由。
    Bars "V3" "处罚法47、48、75" on [Voided DecisionRevoked DecisionChanged Withdrawn Corrected] |_, d, _x| {
        let (words, key) = match d {
            Draft::Voided(d) => (d.reason.get()?, "reason"),
            Draft::DecisionRevoked(d) => (d.reason.get()?, "reason"),
            Draft::DecisionChanged(d) => (d.reason.get()?, "reason"),
            Draft::Withdrawn(d) => (d.reason.get()?, "reason"),
            Draft::Corrected(d) => (d.text.get()?, "text"),
            _ => return Err(Stop::Na),
        };
        must(!words.is_empty(), "没有写明理由", Cure::Change(key))
    }
}

/// Whether the decision is on show: published and not taken down since.
pub(crate) fn shown(c: &Case, decision: crate::acts::ActNo) -> bool {
    let subject = Subject::Document(decision);
    let last = c.on::<Published>(subject).next_back();
    last.is_some_and(|published| !c.on::<Withdrawn>(subject).any(|fact| fact.after(published.no())))
}
