//! Two norms for one conduct: which is applied in the case is chosen by a person, with reasons, never by the program.

use crate::Day;
use crate::acts::{ConductNo, Kind};
use crate::case::Case;
use crate::corpus::{Clash, Corpus, Party};
use crate::judge::{Cure, must};
use crate::rules::measure;

super::table! { RULES:
    /// 同一违法行为由数额不同的两个规定调整的，法制审核人员选定适用哪一个并写明理由以后，才能告知、决定、当场处罚；选定不适用的事项不再据以处罚。
    Bars "D2" "处罚法29、58" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let party: Party = measure::kind(c, d, x)?.into();
        let mut any = false;
        for (matter, day) in measure::conducts(c, d)? {
            let chosen = c.norms_chosen(&matter, day);
            for clash in x.now.corpus.conflicts(&matter, day, party) {
                any = true;
                let aside = chosen.contains(&(clash.other.matter, clash.own.matter));
                let cure = match d.kind() {
                    Kind::OnSpotPenalty if aside => Cure::Change("matter"),
                    // An empty case has nothing to choose in: the clue comes first.
                    _ if c.is_empty() => Cure::Do(Kind::ClueRegistered),
                    _ if aside => Cure::Do(Kind::ConductAdded),
                    _ => Cure::Do(Kind::NormChosen),
                };
                clash.settled(x.now.corpus, &chosen).or_else(|why| must(false, why, cure))?;
            }
        }
        crate::judge::applies(any)
    }

    /// 只在本案违法行为确实同时落入两个规定时选定，并且在两者之间选定。
    Bars "D2b" "处罚法29" on NormChosen |c, d, x| {
        let clashes = clashes(c, x.now.corpus);
        must(!clashes.is_empty(), "本案的违法行为没有竞合的规定", Cure::None)?;
        let (applied, aside) = (&d.applied.get()?.0, &d.set_aside.get()?.0);
        let pair = |clash: &Clash<'_>| {
            let sides = (clash.own.matter, clash.other.matter);
            sides == (applied, aside) || sides == (aside, applied)
        };
        must(clashes.iter().any(|(_, clash)| pair(clash)), format_args!("事项{applied}与事项{aside}在本案没有竞合"), Cure::Change("set_aside"))?;
        let here = |no: &ConductNo| {
            c.conduct_of(*no).is_some_and(|own| clashes.iter().any(|(day, clash)| *day == own.day && clash.own.matter == own.matter && pair(clash)))
        };
        let elsewhere = d.conducts.value.iter().flatten().flatten().find(|no| !here(no));
        let no = elsewhere.map(|no| no.0).unwrap_or_default();
        must(elsewhere.is_none(), format_args!("第{no}号违法行为不在事项{applied}与事项{aside}的竞合之内"), Cure::Change("conducts"))
    }

    /// 选定人是本机关法制审核人员，不参加本案调查；写明理由。
    Bars "D2c" "处罚法29、58" on NormChosen |c, d, x| {
        let chooser = d.chooser.now()?;
        must(x.now.office.may_review(chooser, x.at), format_args!("{}在{}不具备法制审核资格", x.now.office.called(chooser), x.at), Cure::Change("chooser"))?;
        must(!c.investigators().contains(&chooser), format_args!("选定人{chooser}是本案调查人员"), Cure::Change("chooser"))?;
        must(!d.reason.get()?.is_empty(), "没有写明理由", Cure::Change("reason"))
    }
}

/// Every clash the conducts of a case fall under, with the day of the conduct; for the parties it has, or for both kinds while none is known.
pub(crate) fn clashes<'a>(c: &Case, corpus: &'a Corpus) -> Vec<(Day, Clash<'a>)> {
    let mut parties: Vec<Party> = c.parties().map(|party| party.kind().into()).collect();
    parties.dedup();
    if parties.is_empty() {
        parties.extend(Party::ALL);
    }
    let mut list: Vec<(Day, Clash<'a>)> = Vec::new();
    for conduct in c.conducts() {
        for party in &parties {
            for clash in corpus.conflicts(&conduct.matter, conduct.day, *party) {
                if !list.iter().any(|(day, known)| *day == conduct.day && *known == clash) {
                    list.push((conduct.day, clash));
                }
            }
        }
    }
    list
}
