//! The bureau's benchmark: applied where a decision rests on it, and left only with reasons.

use crate::acts::{Ask, Draft, Kind, TierName, Words};
use crate::corpus::tiers::{Discretion, Outcome};
use crate::discretion::{Weighed, factors, weigh};
use crate::judge::{Ctx, Cure, Stop, applies, must};
use crate::money::Fen;
use crate::rules::measure;

super::table! { RULES:
    /// 依裁量基准裁量的，因素和档次都是基准所有的；单位采用了基准的，告知、决定载明查明的因素。示例基准没有单位采用，不填因素、档次的不适用。
    Bars "I28e" "处罚法34" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let weighed = weighed(c, d, x)?;
        let said = factors(d);
        let known = || weighed.iter().filter_map(|one| one.benchmark).flat_map(|benchmark| &benchmark.factors);
        if let Some(id) = said.iter().flatten().find(|id| known().all(|factor| factor.id != id.0)) {
            let all: Vec<_> = known().map(|factor| format!("{}（{}）", factor.id, factor.name)).collect();
            must(false, format_args!("基准没有“{id}”这一裁量因素，可选：{}", all.join("、")), Cure::Change("factors"))?;
        }
        if let Some(name) = tier(d)?.value.clone().flatten() {
            let names: Vec<&str> = proposals(&weighed).flat_map(|(one, _)| one.benchmark).flat_map(|b| b.tier_names()).collect();
            let known = name.0 == "减轻" || names.contains(&name.0.as_str());
            must(known, format_args!("基准没有“{name}”这一档"), Cure::Change("tier"))?;
        }
        Ok(())
    }

    /// 裁量因素合起来应当不予处罚的，不予处罚。
    Bars "I28f" "处罚法33、34" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let weighed = weighed(c, d, x)?;
        let must_waive = proposals(&weighed).any(|(_, proposal)| proposal.outcome == Outcome::MustWaive);
        let cure = if d.kind() == Kind::OnSpotPenalty { Cure::Change("factors") } else { Cure::Do(Kind::PenaltyWaived) };
        must(!must_waive, "查明的因素属于应当不予处罚的情形", cure)
    }

    /// 罚款离开基准提出的幅度或者档次，减轻处罚，可以不予处罚而仍处罚，从轻从重因素并存的，写明理由。
    Bars "I28g" "处罚法34" on [PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        let weighed = weighed(c, d, x)?;
        let fine = measure::fine(d)?.now()?;
        applies(fine > Fen::ZERO)?;
        let proposals: Vec<(&Weighed<'_>, &Discretion)> = proposals(&weighed).collect();
        applies(!proposals.is_empty())?;
        let low = proposals.iter().map(|(_, p)| p.band.min).min().unwrap_or_default();
        let high = proposals.iter().fold(Fen::ZERO, |sum, (_, p)| Fen(sum.0.saturating_add(p.band.max.0)));
        let named = tier(d)?.value.clone().flatten();
        let other = named.filter(|name| proposals.iter().all(|(_, p)| p.tier != name.0));
        let asked = proposals.iter().any(|(_, p)| p.needs_reason);
        // Where a conduct has no benchmark, the sum says nothing of the others' share in it.
        let outside = proposals.len() == measure::conducts(c, d)?.len() && (fine < low || fine > high);
        applies(outside || asked || other.is_some())?;
        let why = match other {
            _ if outside => format!("罚款{fine}离开基准提出的{low}以上{high}以下"),
            Some(name) => format!("所填档次“{name}”不是基准提出的“{}”", proposals[0].1.tier),
            None => "减轻、可以不予处罚或者从轻从重并存".to_owned(),
        };
        let told = departure(d)?.value.clone().flatten().is_some_and(|words| !words.is_empty());
        must(told, format_args!("{why}，没有写明理由"), Cure::Change("departure"))
    }
}

/// The conducts of an act weighed by a benchmark, where one is applied: adopted by the bureau, or shipped as an example and named by the act.
fn weighed<'a>(c: &crate::case::Case, d: &Draft, x: &Ctx<'a>) -> Result<Vec<Weighed<'a>>, Stop> {
    let said = factors(d).is_some() || tier(d)?.value.as_ref().is_some_and(Option::is_some);
    // Examples bind nobody who does not name them: most acts are through here.
    applies(said || x.now.corpus.benchmarks().any(|benchmark| !benchmark.example))?;
    let party = measure::kind(c, d, x)?;
    let applied = |matter: &str| x.now.corpus.benchmark(matter).filter(|benchmark| said || !benchmark.example);
    let conducts = measure::conducts(c, d)?;
    applies(conducts.iter().any(|(matter, _)| applied(matter).is_some()))?;
    if !said {
        return Err(Stop::Open("factors"));
    }
    let facts = crate::discretion::said(d);
    let list: Vec<Weighed<'a>> = conducts
        .iter()
        .filter(|(matter, _)| applied(matter).is_some())
        .filter_map(|(matter, day)| weigh(x.now.corpus, (matter, *day), x.at, party.into(), &facts))
        .collect();
    applies(!list.is_empty())?;
    Ok(list)
}

/// What the benchmarks propose; a fine without tiers, or a quantity still missing, proposes nothing, and other rules ask for it.
fn proposals<'a, 'b>(weighed: &'b [Weighed<'a>]) -> impl Iterator<Item = (&'b Weighed<'a>, &'b Discretion)> {
    weighed.iter().filter_map(|one| Some((one, one.proposed.as_ref()?.as_ref().ok()?)))
}

fn tier(d: &Draft) -> Result<&Ask<Option<TierName>>, Stop> {
    match d {
        Draft::PriorNotice(d) => Ok(&d.tier),
        Draft::PenaltyDecided(d) => Ok(&d.tier),
        Draft::OnSpotPenalty(d) => Ok(&d.tier),
        _ => Err(Stop::Na),
    }
}

fn departure(d: &Draft) -> Result<&Ask<Option<Words>>, Stop> {
    match d {
        Draft::PriorNotice(d) => Ok(&d.departure),
        Draft::PenaltyDecided(d) => Ok(&d.departure),
        Draft::OnSpotPenalty(d) => Ok(&d.departure),
        _ => Err(Stop::Na),
    }
}
