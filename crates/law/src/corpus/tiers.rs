//! Discretion tiers (裁量基准, 处罚法34): how a bureau narrows the lawful band, as data, and the proposal that follows from facts.
//!
//! What ships is an example that no bureau has adopted; a bureau's own benchmark has the same shape. A proposal never binds:
//! whoever leaves it says why.

use serde::Deserialize;

use super::fault::{Fault, read};
use super::{Band, Fine, Matter, Measures, NoBand, Party, Rate, Version};
use crate::Day;
use crate::money::Fen;

/// The tiers of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// The code of the matter, the name of the file.
    pub matter: String,
    /// Which edition of which benchmark; decisions cite it.
    pub edition: String,
    /// Whether it is only an example that no bureau has adopted.
    pub example: bool,
    /// The tiers for each fine of the matter.
    #[serde(rename = "set")]
    pub sets: Vec<Set>,
    /// What moves a case between them.
    #[serde(default, rename = "factor")]
    pub factors: Vec<Factor>,
}

/// The tiers of one fine: of a version, a kind of party and a circumstance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// The first day of the version.
    pub from: Day,
    /// The kind of party; both, where none is named.
    #[serde(default)]
    pub party: Option<Party>,
    /// The circumstance of the version.
    #[serde(default)]
    pub branch: Option<String>,
    /// The tiers, lowest first, without gap or overlap from the lower to the upper limit of the law.
    #[serde(rename = "tier")]
    pub tiers: Vec<Tier>,
}

/// One tier: from `min` (in it) to `max` (in it only for the highest tier: 以上、不满).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name: `一般`.
    pub name: String,
    /// When it applies, in our own words.
    pub when: String,
    /// Whether a case without any factor lies here; exactly one of a set.
    #[serde(default)]
    pub usual: bool,
    /// Lower end: money, per unit where the fine is; a rate where the fine is a share.
    pub min: String,
    /// Upper end.
    pub max: String,
}

/// A fact that moves a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Short stable name within the matter: `first`.
    pub id: String,
    /// The fact, in our own words.
    pub name: String,
    /// Where it leads.
    pub effect: Effect,
    /// The facts, by id, that together make this one; then it need not be named itself.
    #[serde(default)]
    pub together: Vec<String>,
}

/// Where a factor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing by itself; counts only together with others.
    Noted,
    /// One tier lower (从轻).
    Lighter,
    /// One tier higher (从重).
    Heavier,
    /// Below the lower limit (减轻, 处罚法32).
    Mitigated,
    /// No penalty, as the organ may decide (处罚法33第一款后段).
    MayWaive,
    /// No penalty, as the law demands (处罚法33第一款前段).
    MustWaive,
}

/// The facts a proposal is made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The kind of party.
    pub party: Option<Party>,
    /// The circumstance of the version.
    pub branch: Option<String>,
    /// The quantities measured.
    pub measures: Measures,
    /// The factors found, by id.
    pub factors: Vec<String>,
}

/// Where the facts lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A fine within the band.
    Fine,
    /// A fine within the band, or none.
    MayWaive,
    /// No penalty.
    MustWaive,
}

/// A proposal with how it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discretion {
    /// Where the facts lead.
    pub outcome: Outcome,
    /// The name of the tier.
    pub tier: String,
    /// The band proposed; for [`Outcome::MustWaive`] what would be proposed otherwise.
    pub band: Band,
    /// Each step, as shown and recorded.
    pub steps: Vec<String>,
    /// Whether even an amount inside the band needs reasons in writing: mitigation, waiver, factors both ways.
    pub needs_reason: bool,
}

impl Discretion {
    /// Whether a fine needs reasons in writing: outside the band, or as [`needs_reason`](Discretion::needs_reason) says.
    pub fn departs(&self, amount: Fen) -> bool {
        self.needs_reason || amount < self.band.min || amount > self.band.max
    }
}

impl Benchmark {
    /// The proposal for a version of the matter and facts.
    ///
    /// # Errors
    /// The sentence to show: party not named, no tiers for this fine, an unknown factor, a measure missing.
    pub fn propose(&self, version: &Version, facts: &Facts) -> Result<Discretion, String> {
        let party = facts.party.ok_or("须先确定当事人是个人还是单位")?;
        let fine = version.fine_in(party, facts.branch.as_deref()).map_err(|why| why.to_string())?;
        let set = self
            .sets
            .iter()
            .find(|set| {
                set.from == version.from
                    && set.party.is_none_or(|only| only == party)
                    && set.branch.as_deref() == facts.branch.as_deref()
            })
            .ok_or_else(|| format!("“{}”对{}没有裁量档次", version.name, party.label()))?;
        if let Some(id) = facts.factors.iter().find(|id| self.factors.iter().all(|factor| factor.id != **id)) {
            return Err(format!("没有“{id}”这一裁量因素"));
        }
        let found = |id: &String| facts.factors.contains(id);
        let works = |f: &&Factor| if f.together.is_empty() { found(&f.id) } else { f.together.iter().all(found) };
        let with = |effect: Effect| -> Vec<&str> {
            self.factors.iter().filter(|f| f.effect == effect).filter(works).map(|f| f.name.as_str()).collect()
        };
        let (lighter, heavier) = (with(Effect::Lighter), with(Effect::Heavier));
        let usual = set.tiers.iter().position(|tier| tier.usual).unwrap_or_default();
        let at = (usual + heavier.len()).saturating_sub(lighter.len()).min(set.tiers.len().saturating_sub(1));
        let tier = set.tiers.get(at).ok_or("裁量档次是空的")?;
        let lawful = fine.band(&facts.measures).map_err(|why| why.to_string())?;
        let mut steps = vec![format!("法定幅度：{fine}"), format!("通常情形：{}", set.tiers[usual].name)];
        steps.splice(1..1, lawful.steps.iter().cloned());
        steps.extend(lighter.iter().map(|name| format!("{name}：从轻一档")));
        steps.extend(heavier.iter().map(|name| format!("{name}：从重一档")));
        let mut band = tier.band(fine, &facts.measures, at + 1 == set.tiers.len()).map_err(|why| why.to_string())?;
        steps.push(format!("档次：{}（{}），{}以上{}以下", tier.name, tier.when, band.min, band.max));
        let mut tier = tier.name.clone();
        let mitigated = with(Effect::Mitigated);
        if !mitigated.is_empty() && lawful.min > Fen(1) {
            band = Band { min: Fen(1), max: Fen(lawful.min.0 - 1), steps: Vec::new() };
            tier = "减轻".into();
            steps.push(format!("{}：减轻处罚，低于法定下限{}", mitigated.join("、"), lawful.min));
        }
        let (may, must) = (with(Effect::MayWaive), with(Effect::MustWaive));
        let outcome = match (may.is_empty(), must.is_empty()) {
            (_, false) => Outcome::MustWaive,
            (false, true) => Outcome::MayWaive,
            (true, true) => Outcome::Fine,
        };
        steps.extend(must.iter().map(|name| format!("{name}：不予处罚（处罚法33）")));
        steps.extend(may.iter().map(|name| format!("{name}：可以不予处罚（处罚法33）")));
        steps.push(format!("基准：{}", self.edition));
        let both = !lighter.is_empty() && !heavier.is_empty();
        if both {
            steps.push("从轻、从重因素并存，须说明理由".into());
        }
        let needs_reason = both || !mitigated.is_empty() || outcome != Outcome::Fine;
        Ok(Discretion { outcome, tier, band, steps, needs_reason })
    }

    /// The names of its tiers, each once, in the order of the file.
    pub fn tier_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for tier in self.sets.iter().flat_map(|set| &set.tiers) {
            if !names.contains(&tier.name.as_str()) {
                names.push(&tier.name);
            }
        }
        names
    }

    pub(super) fn parse(stem: &str, text: &str) -> Result<Benchmark, Fault> {
        let benchmark: Benchmark = read(text)?;
        if benchmark.matter != stem {
            let why = format!("文件名与 matter“{}”不一致，请改成一致", benchmark.matter);
            return Err(Fault::at(text, "matter =", 0, why));
        }
        if benchmark.edition.trim().is_empty() || benchmark.example != benchmark.edition.contains("示例") {
            let why = "edition 须写明基准的版本；未经单位采用的须含“示例”，并写 example = true";
            return Err(Fault::at(text, "edition =", 0, why.into()));
        }
        for (at, factor) in benchmark.factors.iter().enumerate() {
            let fail = |why| Err(Fault::at(text, "[[factor]]", at, why));
            if benchmark.factors[..at].iter().any(|other| other.id == factor.id) {
                return fail(format!("裁量因素“{}”重复，请改 id", factor.id));
            }
            if let Some(id) = factor.together.iter().find(|id| benchmark.factors.iter().all(|f| f.id != **id)) {
                return fail(format!("together 中的“{id}”不是本文件的裁量因素"));
            }
        }
        Ok(benchmark)
    }

    /// Every set names a fine of the matter, and its tiers cover exactly the lawful range.
    pub(super) fn check(&self, matter: &Matter, text: &str) -> Result<(), Fault> {
        let mut number = 0;
        for (at, set) in self.sets.iter().enumerate() {
            let fail = |why| Err(Fault::at(text, "[[set]]", at, why));
            let Some(version) = matter.versions.iter().find(|version| version.from == set.from) else {
                return fail(format!("事项{}没有{}起的版本，请改 from", matter.code, set.from));
            };
            let twice = self.sets[..at].iter().any(|other| {
                other.from == set.from
                    && other.branch == set.branch
                    && (other.party.is_none() || set.party.is_none() || other.party == set.party)
            });
            if twice {
                return fail("同一罚款有两组档次，请只留一组".into());
            }
            if set.tiers.iter().filter(|tier| tier.usual).count() != 1 {
                return fail("须有且只有一个通常档次（usual = true）".into());
            }
            let parties = Party::ALL.into_iter().filter(|party| set.party.is_none_or(|only| only == *party));
            for party in parties.filter(|party| version.reaches(*party) || set.party.is_some()) {
                let fine = match version.fine_in(party, set.branch.as_deref()) {
                    Ok(fine) => fine,
                    Err(why) => return fail(format!("{why}，不能分档")),
                };
                if let Err((tier, why)) = cover(fine, &set.tiers) {
                    return Err(Fault::at(text, "[[set.tier]]", number + tier, why));
                }
            }
            number += set.tiers.len();
        }
        Ok(())
    }
}

impl Tier {
    /// The formula of the fine with this tier's ends.
    fn narrowed(&self, fine: &Fine) -> Result<Fine, String> {
        let money = |text: &str| text.parse::<Fen>().map_err(|why| why.to_string());
        Ok(match fine {
            Fine::Range { .. } => Fine::Range { min: money(&self.min)?, max: money(&self.max)? },
            Fine::Per { unit, floor, cap, .. } => Fine::Per {
                unit: unit.clone(),
                min: money(&self.min)?,
                max: money(&self.max)?,
                floor: *floor,
                cap: *cap,
            },
            Fine::Share { of, floor, cap, .. } => {
                let (min, max): (Rate, Rate) = (self.min.parse()?, self.max.parse()?);
                Fine::Share { of: *of, min, max, floor: *floor, cap: *cap }
            }
            Fine::ByLaw | Fine::Unread => return Err("没有数额的罚款不能分档".into()),
        })
    }

    /// The band of this tier; below the highest tier the upper end itself belongs to the next one.
    fn band(&self, fine: &Fine, known: &Measures, highest: bool) -> Result<Band, NoBand> {
        let fine = self.narrowed(fine).map_err(NoBand::NoFine)?;
        let mut band = fine.band(known)?;
        if !highest && band.max > band.min {
            band.max = Fen(band.max.0 - 1);
        }
        Ok(band)
    }
}

/// The two ends of a formula on one scale.
fn ends(fine: &Fine) -> Option<(i64, i64)> {
    match fine {
        Fine::Range { min, max } | Fine::Per { min, max, .. } => Some((min.0, max.0)),
        Fine::Share { min, max, .. } => Some((i64::from(min.0), i64::from(max.0))),
        Fine::ByLaw | Fine::Unread => None,
    }
}

/// Whether the tiers run from the lower to the upper limit of the law, each beginning where the one before ends; otherwise the
/// tier at fault and what to do.
fn cover(fine: &Fine, tiers: &[Tier]) -> Result<(), (usize, String)> {
    let (low, high) = ends(fine).ok_or_else(|| (0, "没有数额的罚款不能分档".to_owned()))?;
    let mut reached = low;
    let mut before = format!("法定下限（{fine}）");
    for (at, tier) in tiers.iter().enumerate() {
        let (min, max) = tier.narrowed(fine).map(|fine| ends(&fine)).map_err(|why| (at, why))?.unwrap_or_default();
        let wrong = |what: &str| Err((at, format!("档次“{}”{what}", tier.name)));
        match min.cmp(&reached) {
            std::cmp::Ordering::Greater => {
                return wrong(&format!("从{}起，与{before}之间有空档，请首尾相接", tier.min));
            }
            std::cmp::Ordering::Less => return wrong(&format!("从{}起，与{before}重叠，请首尾相接", tier.min)),
            std::cmp::Ordering::Equal => {}
        }
        if max <= min && tiers.len() > 1 {
            return wrong("的 max 不高于 min");
        }
        if max > high {
            return wrong(&format!("到{}，高于法定上限（{fine}）", tier.max));
        }
        (reached, before) = (max, format!("前一档的{}", tier.max));
    }
    if reached != high || tiers.is_empty() {
        return Err((tiers.len().saturating_sub(1), format!("档次到{before}为止，与法定上限（{fine}）之间有空档")));
    }
    Ok(())
}
