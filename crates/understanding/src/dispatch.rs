//! Who goes: rules as data, from matter, area, hour and source to a unit, each with its reason.

use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::geometry::{Point, inside};

/// A rule. Every condition that is given must hold; one that is not given holds always. The first rule that holds decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its key, as the desk quotes it.
    pub id: String,
    /// The unit that goes.
    pub unit: String,
    /// Why, for the desk and for the squad.
    pub reason: String,
    /// Codes of matters, or a single letter for a whole group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<String>,
    /// Towns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub towns: Vec<String>,
    /// A polygon the point must lie in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area: Vec<Point>,
    /// Channels the complaint may come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Hours of the day `[from, to)`; `[22, 6]` goes over midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<[u8; 2]>,
    /// Whether it holds only for urgent ones, or only for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent: Option<bool>,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The matter.
    pub matter: Option<&'a str>,
    /// The town.
    pub town: Option<&'a str>,
    /// The point.
    pub point: Option<Point>,
    /// The channel.
    pub source: Option<&'a str>,
    /// The hour of the day, 0 to 23.
    pub hour: Option<u8>,
    /// Whether it cannot wait.
    pub urgent: bool,
}

/// The unit chosen, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The unit.
    pub unit: String,
    /// The rule.
    pub rule: String,
    /// Its reason.
    pub reason: String,
}

/// A complaint that would go elsewhere under other rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its place in the row of complaints.
    pub at: usize,
    /// What the rules of today choose.
    pub from: Option<Chosen>,
    /// What the other rules would choose.
    pub to: Option<Chosen>,
}

impl Rule {
    /// Whether the rule holds. A condition on something unknown does not hold.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let matter = self.matters.is_empty()
            || facts.matter.is_some_and(|code| {
                self.matters.iter().any(|m| m == code || (m.len() == 1 && code.starts_with(m.as_str())))
            });
        let town = self.towns.is_empty() || facts.town.is_some_and(|town| self.towns.iter().any(|t| t == town));
        let area = self.area.is_empty() || facts.point.is_some_and(|point| inside(point, &self.area));
        let source =
            self.sources.is_empty() || facts.source.is_some_and(|source| self.sources.iter().any(|s| s == source));
        let hour = self.hours.is_none_or(|[from, to]| {
            facts
                .hour
                .is_some_and(|hour| if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to })
        });
        matter && town && area && source && hour && self.urgent.is_none_or(|urgent| urgent == facts.urgent)
    }
}

/// Reads rules from a JSON array.
///
/// # Errors
/// When it is not an array of rules, or two share a key.
pub fn read(json: &str) -> Result<Vec<Rule>, Trouble> {
    let rules: Vec<Rule> = serde_json::from_str(json).map_err(|e| Trouble::new("rules", e))?;
    let mut keys: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    keys.sort_unstable();
    if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Trouble::new("rules", format!("{} stands twice", pair[0])));
    }
    Ok(rules)
}

/// The first rule that holds.
pub fn decide(rules: &[Rule], facts: &Facts<'_>) -> Option<Chosen> {
    let rule = rules.iter().find(|rule| rule.holds(facts))?;
    Some(Chosen { unit: rule.unit.clone(), rule: rule.id.clone(), reason: rule.reason.clone() })
}

/// Rules that send everything of a town to the town's own squad: what a bureau begins with.
pub fn squads_by_town<'a>(towns: impl IntoIterator<Item = &'a str>) -> Vec<Rule> {
    towns
        .into_iter()
        .map(|town| Rule {
            id: format!("街镇-{town}"),
            unit: format!("{}中队", town.trim_end_matches("街道").trim_end_matches('镇')),
            reason: format!("{town}辖区"),
            matters: Vec::new(),
            towns: vec![town.to_owned()],
            area: Vec::new(),
            sources: Vec::new(),
            hours: None,
            urgent: None,
        })
        .collect()
}

/// Plays complaints of the past under other rules: which would have gone to another unit.
pub fn replay<'a>(today: &[Rule], other: &[Rule], complaints: impl IntoIterator<Item = Facts<'a>>) -> Vec<Moved> {
    complaints
        .into_iter()
        .enumerate()
        .filter_map(|(at, facts)| {
            let (from, to) = (decide(today, &facts), decide(other, &facts));
            let moved = from.as_ref().map(|c| &c.unit) != to.as_ref().map(|c| &c.unit);
            moved.then_some(Moved { at, from, to })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night_squad() -> Rule {
        Rule {
            matters: vec!["D".into()],
            hours: Some([22, 6]),
            unit: "机动中队".into(),
            id: "夜间".into(),
            reason: "夜间噪声".into(),
            ..squads_by_town(["徐泾镇"]).remove(0)
        }
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let mut rules = vec![night_squad()];
        rules.extend(squads_by_town(["徐泾镇", "夏阳街道"]));
        let at =
            |hour, matter| Facts {
                matter: Some(matter), town: Some("徐泾镇"), hour: Some(hour), ..Facts::default()
            };
        assert_eq!(decide(&rules, &at(23, "D08")).expect("a rule holds").unit, "机动中队");
        assert_eq!(decide(&rules, &at(5, "D08")).expect("a rule holds").unit, "机动中队");
        assert_eq!(decide(&rules, &at(6, "D08")).expect("a rule holds").unit, "徐泾中队");
        assert_eq!(decide(&rules, &at(23, "A01")).expect("a rule holds").unit, "徐泾中队");
        assert_eq!(decide(&rules, &Facts::default()), None);
    }

    #[test]
    fn a_change_of_rules_shows_what_would_move() {
        let today = squads_by_town(["徐泾镇"]);
        let mut other = vec![night_squad()];
        other.extend(today.clone());
        let facts = |hour| Facts { matter: Some("D08"), town: Some("徐泾镇"), hour: Some(hour), ..Facts::default() };
        let moved = replay(&today, &other, [facts(12), facts(23)]);
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].at, moved[0].to.as_ref().map(|c| c.unit.as_str())), (1, Some("机动中队")));
    }
}
