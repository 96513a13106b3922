//! Rules of dispatch: data of the bureau, one entry of the stream `dispatch` for each version of the whole list; and what another list would have
//! done to the tickets of the past.

use jiff::civil::Date;
use ledger::{Draft, Fault, Tx};
use serde::{Deserialize, Serialize};
use understanding::dispatch::{Facts, Rule};

use crate::Intake;
use crate::write::{Error, Who};

/// The stream of the rules.
pub const STREAM: &str = "dispatch";

/// Tickets that are played again at most.
pub const REPLAY_MAX: i64 = 20_000;

/// A version of the rules as the journal keeps it. Frozen: only optional fields may come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesSet {
    /// The rules in their order.
    pub rules: Vec<Rule>,
    /// Why they were changed.
    pub reason: String,
}

/// The rules as they stand: the newest version; none where the bureau has none, and each town's squad goes.
///
/// # Errors
/// The database fails.
pub fn rules(tx: &mut Tx<'_>) -> Result<Vec<Rule>, Fault> {
    Ok(newest(tx)?.map(|(set, _)| set.rules).unwrap_or_default())
}

/// The newest version and its number.
///
/// # Errors
/// The database fails.
pub fn newest(tx: &mut Tx<'_>) -> Result<Option<(RulesSet, i64)>, Fault> {
    let entries = tx.stream(STREAM)?;
    let Some(last) = entries.last() else { return Ok(None) };
    let set = serde_json::from_str(&last.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", last.position)))?;
    Ok(Some((set, last.version)))
}

/// A version of the past, for the page of changes.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// The day.
    pub day: Date,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// How many rules it had.
    pub rules: usize,
}

/// Every version, the newest first, at most fifty.
///
/// # Errors
/// The database fails.
pub fn versions(tx: &mut Tx<'_>) -> Result<Vec<Version>, Fault> {
    let entries = tx.stream(STREAM)?;
    let entries = entries.into_iter().rev().take(50).map(|e| {
        let set: RulesSet =
            serde_json::from_str(&e.body).map_err(|err| Fault::Bug(format!("entry {}: {err}", e.position)))?;
        Ok(Version {
            version: e.version,
            day: e.happened_at,
            actor: e.actor,
            reason: set.reason,
            rules: set.rules.len(),
        })
    });
    entries.collect()
}

/// What is wrong with a list of rules before it may stand: the rule and what to do.
///
/// # Errors
/// The database fails.
pub fn check(tx: &mut Tx<'_>, rules: &[Rule]) -> Result<Vec<String>, Fault> {
    let units = office::read::units(tx)?;
    let corpus = law::corpus::Corpus::builtin();
    let groups: Vec<char> = corpus.matters().filter_map(|m| m.code.chars().next()).collect();
    let mut wrong = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let n = at + 1;
        if rule.id.trim().is_empty() {
            wrong.push(format!("第 {n} 条没有名称"));
        }
        if rules[..at].iter().any(|other| other.id == rule.id) {
            wrong.push(format!("第 {n} 条与前面的一条同名（{}）", rule.id));
        }
        if rule.reason.trim().is_empty() {
            wrong.push(format!("第 {n} 条没有写理由"));
        }
        if !units.iter().any(|u| u.id == rule.unit) {
            wrong.push(format!("第 {n} 条没有选承办单位"));
        }
        for code in &rule.matters {
            let known = match code.chars().next() {
                Some(group) if code.chars().count() == 1 => groups.contains(&group),
                _ => corpus.matter(code).is_some(),
            };
            if !known {
                wrong.push(format!("第 {n} 条的事项“{code}”不在事项目录里，可以写代码（A01）或者大类（A）"));
            }
        }
        if rule.hours.is_some_and(|[from, to]| from > 23 || to > 24 || from == to) {
            wrong.push(format!("第 {n} 条的时段应当是 0 至 24 之间两个不同的整点"));
        }
        let all = rule.matters.is_empty() && rule.towns.is_empty() && rule.area.is_empty() && rule.sources.is_empty();
        if all && rule.hours.is_none() && rule.urgent.is_none() && at + 1 < rules.len() {
            wrong.push(format!("第 {n} 条没有条件，它后面的规则永远轮不到；请移到最后或者加条件"));
        }
    }
    Ok(wrong)
}

/// A ticket of the past that would have gone elsewhere.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The ticket.
    pub ticket: i64,
    /// Its number.
    pub order_no: String,
    /// Beginning of its text.
    pub title: String,
    /// Where the present rules send it, where they do.
    pub from: Option<String>,
    /// Where the other rules would send it, and by which.
    pub to: Option<(String, String)>,
}

/// What another list would have done.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    /// Tickets played again.
    pub tickets: usize,
    /// There were more than [`REPLAY_MAX`].
    pub cut: bool,
    /// Those that would have gone elsewhere.
    pub moved: Vec<Elsewhere>,
    /// How many each unit would have had: before and after.
    pub units: Vec<(String, usize, usize)>,
}

/// Plays the tickets of some days under the present rules and under others.
///
/// # Errors
/// The database fails.
pub fn replay(tx: &mut Tx<'_>, other: &[Rule], from: Date, to: Date) -> Result<Replayed, Fault> {
    struct Past {
        id: i64,
        order_no: String,
        title: String,
        matter: Option<String>,
        town: Option<String>,
        at: Option<[f64; 2]>,
        channel: String,
        hour: Option<u8>,
        urgent: bool,
        fallback: Option<String>,
    }
    let bureau = tx.bureau().to_owned();
    let (first, last) = (from.to_string(), to.to_string());
    let past = tx.rows(
        "SELECT t.id, t.order_no, t.title, t.matter, t.town, t.lon, t.lat, t.channel, t.received_at, t.urgent, t.fallback FROM tickets t \
         WHERE t.bureau = $1 AND t.received >= $2 AND t.received <= $3 ORDER BY t.received, t.id LIMIT $4",
        &[bureau.as_str().into(), first.as_str().into(), last.as_str().into(), (REPLAY_MAX + 1).into()],
        |row| {
            let at = row.opt_int(5).zip(row.opt_int(6)).map(|(x, y)| [x as f64 / 1e6, y as f64 / 1e6]);
            Ok(Past {
                id: row.int(0),
                order_no: row.text(1),
                title: row.text(2),
                matter: row.opt_text(3),
                town: row.opt_text(4),
                at,
                channel: row.text(7),
                hour: row.text(8).get(11..13).and_then(|h| h.parse().ok()),
                urgent: row.int(9) == 1,
                fallback: row.opt_text(10),
            })
        },
    )?;
    let present = rules(tx)?;
    let cut = past.len() > REPLAY_MAX as usize;
    let past = &past[..past.len().min(REPLAY_MAX as usize)];
    let facts = past.iter().map(|p| Facts {
        matter: p.matter.as_deref(),
        town: p.town.as_deref(),
        point: p.at,
        source: Some(p.channel.as_str()),
        hour: p.hour,
        urgent: p.urgent,
    });
    let mut units: std::collections::BTreeMap<String, (usize, usize)> = std::collections::BTreeMap::new();
    let mut moved = Vec::new();
    for (past, facts) in past.iter().zip(facts) {
        let before = understanding::dispatch::decide(&present, &facts);
        let after = understanding::dispatch::decide(other, &facts);
        let unit = |chosen: &Option<understanding::dispatch::Chosen>| {
            chosen.as_ref().map(|c| c.unit.clone()).or_else(|| past.fallback.clone())
        };
        let (one, two) = (unit(&before), unit(&after));
        if let Some(one) = &one {
            units.entry(one.clone()).or_default().0 += 1;
        }
        if let Some(two) = &two {
            units.entry(two.clone()).or_default().1 += 1;
        }
        if one != two {
            let rule = after.map_or_else(|| "地点或者街镇".to_owned(), |c| c.rule);
            moved.push(Elsewhere {
                ticket: past.id,
                order_no: past.order_no.clone(),
                title: past.title.clone(),
                from: one,
                to: two.map(|unit| (unit, rule)),
            });
        }
    }
    let units = units.into_iter().map(|(unit, (before, after))| (unit, before, after)).collect();
    Ok(Replayed { tickets: past.len(), cut, moved, units })
}

impl Intake {
    /// Puts a list of rules in force; `seen` is the version of the page.
    ///
    /// # Errors
    /// A rule is wrong, somebody was faster, or the ledger fails.
    pub async fn set_rules(&self, who: Who, seen: i64, rules: Vec<Rule>, reason: String) -> Result<(), Error> {
        if reason.trim().chars().count() < 4 {
            return Err(Error::Bad(office::BadInput::new("修改理由", "请写明为什么修改派遣规则")));
        }
        let set = std::sync::Arc::new((who, RulesSet { rules, reason: reason.trim().to_owned() }));
        self.ledger
            .act(move |tx| {
                let wrong = check(tx, &set.1.rules)?;
                if !wrong.is_empty() {
                    return Ok(Err(Error::Bad(office::BadInput::new("派遣规则", wrong.join("；")))));
                }
                let body = serde_json::to_string(&set.1).map_err(|e| Fault::Bug(e.to_string()))?;
                tx.append(Draft {
                    stream: STREAM,
                    expects: Some(seen),
                    happened_at: set.0.today,
                    actor: &set.0.login,
                    kind: "dispatch.rules_set",
                    kind_version: 1,
                    body,
                })?;
                Ok(Ok(()))
            })
            .await?
    }
}
