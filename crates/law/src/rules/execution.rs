//! Payment, cash, suspected crime.

use crate::acts::{CashCollected, CashDeposited, CashGround, CashHandedIn, CrimeAnswered, CrimeReported, Draft, Kind};
use crate::case::{CrimeState, Subject};
use crate::deadline::Term;
use crate::judge::{Cure, Facts, Stop, applies, must};
use crate::money::Fen;

/// Officers hand cash in, and the organ pays it into the bank, within two working days each (处罚法71).
pub(crate) const CASH: Term = Term::workdays(2);
/// The head answers within three days (移送规定5); no counting rule is given there, so the days are calendar days.
pub(crate) const CRIME_ANSWER: Term = Term::days(3);
/// The transfer within 24 hours of approval, read as the day after.
pub(crate) const CRIME_TRANSFER: Term = Term::days(1);

super::table! { RULES:
    /// 缴款合计不超过应缴的罚款；已经撤销的决定不再收缴。
    Bars "P1" "处罚法67、75" on [CashCollected FinePaid] |c, d, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        must(decision.revoked.is_none(), "决定已经撤销", Cure::None)?;
        let left = Fen(decision.fine.0.saturating_sub(c.paid(decision.no).0));
        must(left > Fen::ZERO, "罚款已经缴清", Cure::None)?;
        let amount = match d {
            Draft::CashCollected(d) => d.amount.now()?,
            Draft::FinePaid(d) => d.amount.now()?,
            _ => return Err(Stop::Na),
        };
        must(amount > Fen::ZERO, "金额应当大于零", Cure::Change("amount"))?;
        must(amount <= left, format_args!("超过尚欠的{left}"), Cure::Change("amount"))
    }

    /// 当场收缴限于：当场处罚且罚款一百元以下；当场处罚且事后难以执行；边远、水上、交通不便且当事人提出。
    Marks "I44" "处罚法68、69" on CashCollected |c, d, x| {
        let decision = c.decision(x.of().or_na()?).or_na()?;
        let spot = decision.kind == Kind::OnSpotPenalty;
        let ok = match d.ground.now()? {
            CashGround::Small => spot && decision.fine <= Fen::yuan(100),
            CashGround::Hard => spot,
            CashGround::Remote => true,
        };
        must(ok, format_args!("不符合“{}”的条件", d.ground.now()?.label()), Cure::None)
    }

    /// 当场收缴罚款出具财政部门统一制发的专用票据。
    Bars "I45a" "处罚法70" on CashCollected |_, d, _x| {
        must(!d.receipt.get()?.trim().is_empty(), "没有专用票据", Cure::Change("receipt"))
    }

    /// 一笔现金只上缴一次、缴付一次，先上缴后缴付。
    Bars "I45d" "处罚法71" on [CashHandedIn CashDeposited] |c, d, x| {
        let handed = c.on::<CashHandedIn>(x.subject).next();
        if d.kind() == Kind::CashHandedIn {
            return must(handed.is_none(), "该笔现金已经上缴", Cure::None);
        }
        handed.need("该笔现金尚未上缴机关", Kind::CashHandedIn)?;
        must(c.on::<CashDeposited>(x.subject).next().is_none(), "该笔现金已经缴付银行", Cure::None)
    }

    /// 执法人员自收缴罚款之日起二个工作日内交至机关；机关在二个工作日内缴付银行。
    Marks "I45b" "处罚法71" on [CashHandedIn CashDeposited] |c, d, x| {
        let start = if d.kind() == Kind::CashHandedIn {
            c.record(x.of().or_na()?).or_na()?.happened
        } else {
            c.on::<CashHandedIn>(x.subject).next().or_na()?.day()
        };
        let due = x.now.calendar.due(start, CASH, &[]);
        must(x.at <= due.last, format_args!("上缴期限{}届满", due.last), Cure::None)
    }

    /// 涉嫌犯罪的，先书面报告；负责人批复以后才移送；移送以后才有公安机关的答复。每一步只办一次。
    Bars "I53b" "处罚法27；移送规定5、6、8" on [CrimeReported CrimeAnswered CrimeTransferred PoliceAnswered] |c, d, _x| {
        let state = c.crime();
        match d.kind() {
            Kind::CrimeReported => must(matches!(state, None | Some(CrimeState::Declined(_))), "涉罪报告正在办理", Cure::None),
            Kind::CrimeAnswered => must(matches!(state, Some(CrimeState::Reported(_))), "没有待批复的涉罪报告", Cure::Do(Kind::CrimeReported)),
            Kind::CrimeTransferred => must(matches!(state, Some(CrimeState::Approved(_))), "负责人没有批准移送", Cure::Do(Kind::CrimeAnswered)),
            _ => must(matches!(state, Some(CrimeState::Transferred(_) | CrimeState::Taken(_))), "没有移送公安机关", Cure::Do(Kind::CrimeTransferred)),
        }
    }

    /// 负责人自接到涉罪报告之日起三日内批复；批准的，二十四小时内移送。
    Marks "I53c" "移送规定5" on [CrimeAnswered CrimeTransferred] |c, d, x| {
        let (start, term, what) = if d.kind() == Kind::CrimeAnswered {
            (c.all::<CrimeReported>().next_back().or_na()?.day(), CRIME_ANSWER, "批复")
        } else {
            (c.all::<CrimeAnswered>().next_back().or_na()?.day(), CRIME_TRANSFER, "移送")
        };
        let due = x.now.calendar.due(start, term, &[]);
        must(x.at <= due.last, format_args!("{what}期限{}届满", due.last), Cure::None)
    }

    /// 结案以前，当场收缴的罚款都已经上缴并缴付银行。
    Bars "I45c" "处罚法71" on Closed |c, _, _x| {
        applies(c.has(Kind::CashCollected))?;
        for cash in c.all::<CashCollected>() {
            c.on::<CashHandedIn>(Subject::Item(cash.no())).next().need("当场收缴的罚款尚未上缴机关", Kind::CashHandedIn)?;
            c.on::<CashDeposited>(Subject::Item(cash.no())).next().need("当场收缴的罚款尚未缴付银行", Kind::CashDeposited)?;
        }
        Ok(())
    }
}
