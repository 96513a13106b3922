//! The simple procedure.

use crate::acts::{HandOver, Kind, OnSpotFiled, PartyKind};
use crate::corpus::Sort;
use crate::deadline::Term;
use crate::judge::{Cure, Facts, applies, must};
use crate::money::Fen;

/// The time to report an on-spot penalty for the record (部令55-14).
pub(crate) const SPOT_FILING: Term = Term::workdays(3);

/// The most a party may be fined on the spot (处罚法51).
pub fn on_spot_most(party: PartyKind) -> Fen {
    match party {
        PartyKind::Person => Fen::yuan(200),
        PartyKind::Unit => Fen::yuan(3000),
    }
}

super::table! { RULES:
    /// 已经立案的案件按普通程序办理，不能改为当场处罚。
    Bars "S2" "处罚法51、54" on OnSpotPenalty |c, _, _x| {
        must(c.filing().is_none(), "本案已经立案，按普通程序办理", Cure::Do(Kind::FinalReport))
    }

    /// 已经当场处罚的，不能又按普通程序办理。
    Bars "S1" "处罚法29、51" on [ClueVerified VerifyExtended Filing FilingRefused PartyJoined ConductAdded FinalReport PriorNotice LegallyReviewed Discussed PenaltyDecided PenaltyWaived UnprovenDecided TermExtended CaseSuspended CaseEnded] |c, _, _x| {
        must(c.procedure() != Some(crate::case::Procedure::Simple), "本案已经当场处罚", Cure::Do(Kind::DecisionRevoked))
    }

    /// 当场处罚只限警告，或者对公民二百元以下、对法人和其他组织三千元以下的罚款。
    Bars "I8" "处罚法51" on OnSpotPenalty |_, d, _x| {
        let other = d.sorts.get()?.iter().find(|sort| !matches!(sort, Sort::Warning | Sort::Fine));
        must(other.is_none(), "当场处罚只能警告或者罚款", Cure::Change("sorts"))?;
        let party = d.party_kind.now()?;
        let (most, who) = (on_spot_most(party), if party == PartyKind::Person { "公民" } else { "单位" });
        let fine = d.fine.now()?;
        must(fine <= most, format_args!("对{who}当场罚款不超过{most}，拟罚{fine}，应当适用普通程序"), Cure::Do(Kind::Filing))
    }

    /// 当场处罚的决定书当场交付当事人；拒绝签收的在决定书上注明。
    Bars "I9a" "处罚法52" on OnSpotPenalty |_, d, _x| {
        must(d.handed_over.now()? != HandOver::Not, "决定书未当场交付", Cure::Change("handed_over"))
    }

    /// 当场处罚前出示执法证件，听取当事人的陈述申辩。
    Bars "I9c" "处罚法52；部令55-13" on OnSpotPenalty |_, d, _x| {
        must(d.certificate_shown.now()?, "未出示执法证件", Cure::Change("certificate_shown"))?;
        must(d.defence_heard.now()?, "未听取陈述申辩", Cure::Change("defence_heard"))
    }

    /// 当场处罚在三个工作日内报所属机关备案。
    Marks "I9b" "处罚法52；部令55-14" on OnSpotFiled |c, _, x| {
        let penalty = c.record(x.of().or_na()?).or_na()?;
        let due = x.now.calendar.due(penalty.happened, SPOT_FILING, &[]);
        must(x.at <= due.last, format_args!("备案期限{}届满", due.last), Cure::None)
    }

    /// 同一当场处罚只备案一次。
    Bars "I9e" "处罚法52" on OnSpotFiled |c, _, x| {
        applies(x.of().is_some())?;
        must(c.on::<OnSpotFiled>(x.subject).next().is_none(), "已经备案", Cure::None)
    }
}
