//! Whom, by which text, how and with how much: the substance of a penalty.

use std::collections::BTreeSet;

use crate::Day;
use crate::acts::{Ask, BranchId, CorrectionChecked, Draft, Kind, Lightening, OrderedToCorrect, PartyKind};
use crate::case::Case;
use crate::corpus::{Band, Measure, Measures, NoBand, Order, Sort, Version, When};
use crate::judge::{Ctx, Cure, Facts, Ruling, Stop, applies, must};
use crate::money::Fen;

super::table! { RULES:
    /// 违法行为之日有适用的规定；决定时的规定较轻的适用较轻的。
    Bars "I29" "处罚法36、37" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        for (matter, day) in conducts(c, d)? {
            must(x.now.corpus.applicable(&matter, day, x.at).is_some(), format_args!("{day}没有适用于事项{matter}的规定"), Cure::None)?;
        }
        Ok(())
    }

    /// 据以作出决定的规定，其条文经过核实；未核实的只能拟议和告知，不能决定。
    Bars "D1" "处罚法38、40" on [PenaltyDecided OnSpotPenalty] |c, d, x| {
        for (matter, day) in conducts(c, d)? {
            let applied = x.now.corpus.applicable(&matter, day, x.at).or_na()?;
            let version = applied.version;
            let verified = version.decidable() || x.now.verified.iter().any(|(code, from)| *code == matter && *from == version.from);
            must(verified, format_args!("未核实的条款：事项{matter}（{}起施行的版本）须由法制人员核实后才能据以决定", version.from), Cure::None)?;
        }
        Ok(())
    }

    /// 处罚的对象和种类都是规定所有的；罚款、没收的种类与数额相符；至少有一种处罚。
    Bars "I28a" "处罚法9、16" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let party = kind(c, d, x)?;
        let versions = versions(c, d, x)?;
        let reached = versions.iter().find(|(_, version)| !version.reaches(party.into()));
        if let Some((_, version)) = reached {
            must(false, format_args!("“{}”不适用于{}", version.name, party.label()), Cure::Change("conducts"))?;
        }
        let sorts = sorts(d)?;
        must(!sorts.is_empty(), "没有写明处罚种类", Cure::Change("sorts"))?;
        let allowed = |sort: &Sort| versions.iter().any(|(_, v)| v.sorts.contains(sort) || *sort == Sort::Warning && v.warning);
        if let Some(sort) = sorts.iter().find(|sort| !allowed(sort)) {
            must(false, format_args!("规定没有“{}”这一种类", sort.label()), Cure::Change("sorts"))?;
        }
        let named = branch(d)?;
        for one in &versions {
            let here = in_version(one, named);
            for sort in sorts {
                let kept = one.1.kept_for(*sort);
                let found = kept.iter().any(|branch| here == Some(branch.id.as_str()));
                let which = kept.iter().map(|branch| branch.text.as_str()).collect::<Vec<_>>().join("、");
                must(kept.is_empty() || found, format_args!("“{}”只用于“{which}”", sort.label()), Cure::Change("branch"))?;
            }
        }
        let fine = fine(d)?.now()?;
        must(sorts.contains(&Sort::Fine) == (fine > Fen::ZERO), "罚款数额与处罚种类不符", Cure::Change("fine"))?;
        let (gains, property) = match d {
            Draft::PriorNotice(d) => (d.gains.now()?, d.property.now()?),
            Draft::PenaltyDecided(d) => (d.gains.now()?, d.property.now()?),
            _ => (None, None),
        };
        let agrees = |sort: Sort, amount: Option<Fen>| sorts.contains(&sort) || amount.is_none_or(|amount| amount == Fen::ZERO);
        must(agrees(Sort::Gains, gains), "没收违法所得与处罚种类不符", Cure::Change("gains"))?;
        must(agrees(Sort::Property, property), "没收财物与处罚种类不符", Cure::Change("property"))
    }

    /// 罚款在规定的幅度以内；依法减轻的可以低于下限，任何情形不高于上限。
    Bars "I28b" "处罚法9、32、34" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let party = kind(c, d, x)?;
        let versions = versions(c, d, x)?;
        let fine = fine(d)?.now()?;
        applies(fine > Fen::ZERO)?;
        let (known, branch) = (known(d)?, branch(d)?);
        if let Some(branch) = branch {
            named_once(&versions, branch)?;
        }
        let mut low: Option<Fen> = None;
        let mut high = Fen::ZERO;
        let mut bands = Vec::new();
        for one in &versions {
            let band = match one.1.band_found(party.into(), in_version(one, branch), &known) {
                Ok(band) => band,
                Err(NoBand::NoFine(_)) => continue,
                Err(NoBand::Needs(_)) => return Err(Stop::Open("measures")),
                Err(NoBand::Branch(_)) => return Err(Stop::Open("branch")),
                Err(why @ NoBand::NoDaily(_)) => return must(false, why.to_string(), Cure::Change("measures")),
                Err(why) => return must(false, why.to_string(), Cure::Change("conducts")),
            };
            low = Some(low.map_or(band.min, |known| known.min(band.min)));
            high = Fen(high.0.saturating_add(band.max.0));
            bands.push((one, band));
        }
        let Some(low) = low else {
            return must(false, format_args!("规定对{}没有罚款", party.label()), Cure::Change("fine"));
        };
        // Put into words only where the sum lies outside.
        let range = || {
            let worded = |(one, band): &(&(String, &Version), Band)| {
                let formula = one.1.fine_in(party.into(), in_version(one, branch));
                if band.steps.is_empty() { formula.map(ToString::to_string).unwrap_or_default() } else { band.steps.join("，") }
            };
            // A sum of another circumstance is no sum of this one: the reader is told that there are some.
            let others = versions.iter().flat_map(|(_, version)| &version.branches).filter(|_| branch.is_none());
            let others: Vec<String> =
                others.filter_map(|branch| Some(format!("{}{}", branch.text, branch.fine(party.into())?))).collect();
            let hint = if others.is_empty() { String::new() } else { format!("；另有情形：{}", others.join("、")) };
            format!("{}{hint}", bands.iter().map(worded).collect::<Vec<_>>().join("；"))
        };
        if fine > high {
            return must(false, format_args!("罚款{fine}高于法定上限{high}（{}）", range()), Cure::Change("fine"));
        }
        let mitigated = lightening(d)?.value == Some(Lightening::Mitigated);
        if fine < low && !mitigated {
            return must(false, format_args!("罚款{fine}低于法定下限{low}（{}），又没有减轻", range()), Cure::Change("fine"));
        }
        Ok(())
    }

    /// 规定以情节严重等为处罚前提的，调查终结报告查明该前提以后才能处罚；不能当场处罚。
    Bars "I28c" "处罚法40" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let versions = versions(c, d, x)?;
        let named = branch(d)?;
        let serious = |one: &(String, &Version)| {
            let branch = in_version(one, named).and_then(|id| one.1.branch(id));
            branch.filter(|branch| branch.when == When::Serious).map(|branch| branch.text.clone())
        };
        let condition = versions.iter().find_map(|one| one.1.condition.clone().or_else(|| serious(one))).or_na()?;
        if d.kind() == Kind::OnSpotPenalty {
            return must(false, format_args!("规定以“{condition}”为处罚前提，须经调查查明"), Cure::Do(Kind::Filing));
        }
        let report = c.report().or_na()?;
        must(report.condition == Some(true), format_args!("没有查明处罚的前提“{condition}”"), Cure::Do(Kind::FinalReport))
    }

    /// 规定先责令改正、逾期不改正才可罚款的：责令改正通知书已经送达，期限已过，复查仍未改正。
    Bars "I36b" "处罚法28、33" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let versions = versions(c, d, x)?;
        let (named, daily) = (branch(d)?, known(d)?.get(Measure::FurtherDays).is_some());
        let waits = |one: &(String, &Version)| {
            let id = in_version(one, named);
            let refusal = id.and_then(|id| one.1.branch(id)).is_some_and(|branch| branch.when == When::Refused);
            daily || refusal || one.1.order_in(id) == Order::First
        };
        applies(versions.iter().any(waits))?;
        applies(fine(d)?.value != Some(Fen::ZERO))?;
        let party = match d {
            Draft::OnSpotPenalty(d) => {
                let key = &d.party_key.get()?.0;
                c.parties().find(|party| party.key == *key).need("应当先责令改正", Kind::OrderedToCorrect)?
            }
            _ => x.party(c).or_na()?,
        };
        c.by::<OrderedToCorrect>(party.no).next().need("应当先责令改正", Kind::OrderedToCorrect)?;
        let mut best: Option<Stop> = None;
        for order in c.by::<OrderedToCorrect>(party.no) {
            match refused(c, order.no(), order.until, x) {
                Ok(()) => return Ok(()),
                Err(stop) => best = Some(stop),
            }
        }
        best.map_or(Ok(()), Err)
    }

    /// 不满十四周岁的人有违法行为的，不予处罚。
    Bars "I32a" "处罚法30" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let ages = ages(c, d, x)?;
        must(ages.iter().all(|age| *age >= 14), "当事人行为时不满十四周岁，不予处罚", Cure::Do(Kind::PenaltyWaived))
    }

    /// 已满十四周岁不满十八周岁的，从轻或者减轻处罚。
    Bars "I32b" "处罚法30" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let ages = ages(c, d, x)?;
        applies(ages.iter().any(|age| (14..18).contains(age)))?;
        must(lightening(d)?.now()? != Lightening::None, "当事人行为时不满十八周岁，应当从轻或者减轻", Cure::Change("lightening"))
    }

    /// 对个人告知、处罚以前，查明其出生日期。
    Bars "I32c" "处罚法30、40" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        applies(kind(c, d, x)? == PartyKind::Person)?;
        let cure = if d.kind() == Kind::OnSpotPenalty { Cure::Change("party_born") } else { Cure::Do(Kind::PartyChanged) };
        must(born(c, d, x)?.is_some(), "没有查明当事人的出生日期", cure)
    }

    /// 精神病人、智力残疾人在不能辨认或者不能控制自己行为时有违法行为的，不予处罚。
    Bars "I33" "处罚法31" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let incapable = match d {
            Draft::OnSpotPenalty(d) => d.party_incapable.now()? == Some(true),
            _ => x.party(c).or_na()?.incapable,
        };
        must(!incapable, "当事人行为时不能辨认或者控制自己行为，不予处罚", Cure::Do(Kind::PenaltyWaived))
    }

    /// 对同一违法行为不得给予两次以上罚款，不论由哪个机关。
    Bars "I31" "处罚法29" on [PriorNotice PenaltyDecided OnSpotPenalty] |_, d, x| {
        let fined = x.elsewhere(d.kind()).iter().find(|other| other.fined).or_na()?;
        must(fine(d)?.now()? == Fen::ZERO, format_args!("同一违法行为已由{}罚款（{}）", fined.organ, fined.case), Cure::Change("fine"))
    }
}

/// Every circumstance named is one of a matter of the act, and no matter has two.
fn named_once(versions: &[(String, &Version)], branch: &BranchId) -> Ruling {
    let has = |(only, id): (Option<&str>, &str)| {
        versions.iter().any(|(matter, version)| only.is_none_or(|only| only == matter) && version.branch(id).is_some())
    };
    if let Some((_, id)) = branch.items().find(|item| !has(*item)) {
        let choices =
            versions.iter().flat_map(|(_, version)| &version.branches).map(|b| format!("{}（{}）", b.id, b.text));
        let choices = choices.collect::<Vec<_>>().join("、");
        must(false, format_args!("没有“{id}”这一情形，可选：{choices}"), Cure::Change("branch"))?;
    }
    let twice = versions.iter().find(|(matter, version)| branch.named(matter, version).nth(1).is_some());
    let name = twice.map(|(_, version)| version.name.as_str()).unwrap_or_default();
    must(twice.is_none(), format_args!("“{name}”只能适用一种情形"), Cure::Change("branch"))
}

/// Whole years of age on a day.
pub(super) fn age(born: Day, on: Day) -> i16 {
    let years = on.year() - born.year();
    if (on.month(), on.day()) < (born.month(), born.day()) { years - 1 } else { years }
}

/// The matters and days of the conducts an act is about.
pub(crate) fn conducts(c: &Case, d: &Draft) -> Result<BTreeSet<(String, Day)>, Stop> {
    let numbers = match d {
        Draft::OnSpotPenalty(d) => return Ok(BTreeSet::from([(d.matter.get()?.0.clone(), d.conduct_day.now()?)])),
        Draft::PriorNotice(d) => d.conducts.get()?,
        Draft::PenaltyDecided(d) => d.conducts.get()?,
        _ => return Err(Stop::Na),
    };
    must(!numbers.is_empty(), "没有写明违法行为", Cure::Change("conducts"))?;
    Ok(numbers.iter().filter_map(|no| c.conduct_of(*no)).map(|conduct| (conduct.matter.clone(), conduct.day)).collect())
}

/// The versions that govern them; where one is missing another rule bars.
fn versions<'a>(c: &Case, d: &Draft, x: &Ctx<'a>) -> Result<Vec<(String, &'a Version)>, Stop> {
    conducts(c, d)?
        .into_iter()
        .map(|(matter, day)| {
            let version = x.now.corpus.applicable(&matter, day, x.at).or_na()?.version;
            Ok((matter, version))
        })
        .collect()
}

pub(super) fn kind(c: &Case, d: &Draft, x: &Ctx<'_>) -> Result<PartyKind, Stop> {
    match d {
        Draft::OnSpotPenalty(d) => d.party_kind.now(),
        _ => Ok(x.party(c).or_na()?.kind()),
    }
}

fn born(c: &Case, d: &Draft, x: &Ctx<'_>) -> Result<Option<Day>, Stop> {
    match d {
        Draft::OnSpotPenalty(d) => d.party_born.now(),
        _ => Ok(x.party(c).or_na()?.born),
    }
}

/// The party's age at each conduct; nothing for a unit, and another rule bars an unknown birthday.
fn ages(c: &Case, d: &Draft, x: &Ctx<'_>) -> Result<Vec<i16>, Stop> {
    applies(kind(c, d, x)? == PartyKind::Person)?;
    let born = born(c, d, x)?.or_na()?;
    Ok(conducts(c, d)?.iter().map(|(_, day)| age(born, *day)).collect())
}

fn sorts(d: &Draft) -> Result<&Vec<Sort>, Stop> {
    match d {
        Draft::PriorNotice(d) => d.sorts.get(),
        Draft::PenaltyDecided(d) => d.sorts.get(),
        Draft::OnSpotPenalty(d) => d.sorts.get(),
        _ => Err(Stop::Na),
    }
}

pub(super) fn fine(d: &Draft) -> Result<&Ask<Fen>, Stop> {
    match d {
        Draft::PriorNotice(d) => Ok(&d.fine),
        Draft::PenaltyDecided(d) => Ok(&d.fine),
        Draft::OnSpotPenalty(d) => Ok(&d.fine),
        _ => Err(Stop::Na),
    }
}

fn lightening(d: &Draft) -> Result<&Ask<Lightening>, Stop> {
    match d {
        Draft::PriorNotice(d) => Ok(&d.lightening),
        Draft::PenaltyDecided(d) => Ok(&d.lightening),
        Draft::OnSpotPenalty(d) => Ok(&d.lightening),
        _ => Err(Stop::Na),
    }
}

/// What was measured, the area of its own field among it.
pub(crate) fn known(d: &Draft) -> Result<Measures, Stop> {
    let (area, measures) = match d {
        Draft::PriorNotice(d) => (&d.area, &d.measures),
        Draft::PenaltyDecided(d) => (&d.area, &d.measures),
        Draft::OnSpotPenalty(d) => (&d.area, &d.measures),
        _ => return Err(Stop::Na),
    };
    let mut known = measures.value.clone().flatten().unwrap_or_default();
    if let Some(area) = area.value.flatten().filter(|_| known.get(Measure::Area).is_none()) {
        known.set(Measure::Area, i64::from(area.0));
    }
    Ok(known)
}

/// The circumstances named.
pub(crate) fn branch(d: &Draft) -> Result<Option<&BranchId>, Stop> {
    let branch = match d {
        Draft::PriorNotice(d) => &d.branch,
        Draft::PenaltyDecided(d) => &d.branch,
        Draft::OnSpotPenalty(d) => &d.branch,
        _ => return Err(Stop::Na),
    };
    Ok(branch.value.as_ref().and_then(Option::as_ref))
}

/// The circumstance named for this version: with several matters in one act each takes its own.
fn in_version<'b>((matter, version): &'b (String, &Version), named: Option<&'b BranchId>) -> Option<&'b str> {
    named.and_then(|branch| branch.named(matter, version).next())
}

/// Whether this order was served, its time is over, and the last check after that found no correction.
fn refused(c: &Case, order: crate::acts::ActNo, until: Day, x: &Ctx<'_>) -> Ruling {
    let served = c.served(order).need("责令改正通知书未送达", Kind::Served)?;
    let after = until.tomorrow().map_or(Cure::None, Cure::Until);
    must(x.at > until, format_args!("改正期限{until}尚未届满"), after)?;
    let check = c
        .on::<CorrectionChecked>(crate::case::Subject::Document(order))
        .rfind(|fact| fact.after(served.no()))
        .need("改正期限届满后没有复查", Kind::CorrectionChecked)?;
    must(check.day() > until, "复查在改正期限届满以前", Cure::Do(Kind::CorrectionChecked))?;
    must(!check.corrected, "当事人已经改正，不再罚款", Cure::Change("fine"))
}
