//! What a complaint is about, whose it is and who goes: what was understood, for a person to settle in one form.

use std::collections::BTreeMap;

use ::law::corpus::Corpus;
use intake::read::File;
use intake::{Act, Mind, NewTicket, Spot};
use office::directory::Directory;
use understanding::Reading;

use super::bodies;
use super::map::{self, Map};
use super::ticket::Group;
use crate::form::Fields;

/// The questions of the form.
pub(super) struct Triage {
    /// Matters proposed, the likeliest first.
    pub(super) matters: Vec<Proposal>,
    /// Every matter, for whoever knows better.
    pub(super) all: Vec<Choice>,
    /// The question that chooses among the matters of the likeliest family.
    pub(super) ask: String,
    pub(super) answers: Vec<(String, String)>,
    /// Other bodies, the likeliest first.
    pub(super) bodies: Vec<Choice>,
    /// Probably another body's business.
    pub(super) elsewhere: Option<&'static str>,
    /// Places proposed.
    pub(super) places: Vec<Place>,
    /// Names that look like places and are not in the gazetteer.
    pub(super) unlisted: String,
    /// Where the places proposed are.
    pub(super) map: Option<Map>,
    pub(super) urgent: bool,
    /// The unit proposed: id, name, why, how many it has under way.
    pub(super) unit: Option<(String, String, String, i64)>,
    pub(super) units: Vec<Group>,
    /// The unit that has it, when it is sent on.
    pub(super) now: String,
    pub(super) note: String,
}

/// A matter proposed.
pub(super) struct Proposal {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) share: String,
    pub(super) why: String,
    pub(super) chosen: bool,
    /// A further problem that the text names.
    pub(super) further: bool,
}

/// A value of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A place proposed.
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) why: String,
    pub(super) chosen: bool,
}

/// What the form of a ticket is drawn from.
pub(super) struct Around<'a> {
    pub(super) file: &'a File,
    pub(super) reading: &'a Reading,
    pub(super) mind: &'a Mind,
    pub(super) load: &'a BTreeMap<String, i64>,
    pub(super) units: Vec<Group>,
    pub(super) unit_name: &'a dyn Fn(&str) -> String,
    pub(super) corpus: &'a Corpus,
    pub(super) typed: &'a Fields,
}

/// What the form of a ticket not registered yet is drawn from.
pub(super) struct Draft<'a> {
    pub(super) new: &'a NewTicket,
    pub(super) reading: &'a Reading,
    pub(super) mind: &'a Mind,
    pub(super) load: &'a BTreeMap<String, i64>,
    pub(super) unit: Option<&'a (String, String)>,
}

/// The form while the desk types.
pub(super) fn of_draft(draft: &Draft<'_>, directory: &Directory, corpus: &Corpus, typed: &Fields) -> Triage {
    let matters = typed.get("matters").map(|m| m.split('、').map(str::to_owned).collect());
    let settled = Settled {
        matters,
        body: typed.get("body"),
        place: typed.get("place"),
        urgent: typed.get("urgent").is_some() || !draft.reading.urgent.is_empty(),
    };
    let mut triage = parts(draft.reading, corpus, &settled);
    let first = settled.matters.as_ref().and_then(|m| m.first()).map(String::as_str);
    let unit = match first {
        Some(matter) => draft
            .mind
            .unit(draft.reading, Some(matter), draft.new.channel, draft.new.received, triage.urgent, &draft.new.address)
            .map(|u| (u.unit, u.reason)),
        None => draft.unit.cloned(),
    };
    let name = |id: &str| directory.unit(id).map_or_else(|| id.to_owned(), |u| u.name.clone());
    triage.unit = unit.map(|(unit, why)| (unit.clone(), name(&unit), why, draft.load.get(&unit).copied().unwrap_or(0)));
    triage.units = Group::all(directory);
    triage.map = map::of_candidates(&draft.reading.place.candidates, draft.mind.learner().reader().gazetteer());
    triage.note = typed.get("note").unwrap_or_default().to_owned();
    triage
}

/// What a person settled, or typed just now.
struct Settled<'a> {
    matters: Option<Vec<String>>,
    body: Option<&'a str>,
    place: Option<&'a str>,
    urgent: bool,
}

/// The words that spoke, as the desk reads them.
pub(super) fn said(words: &[String]) -> String {
    if words.is_empty() {
        "与以往的诉求相近".to_owned()
    } else {
        format!("说到“{}”", words.join("”“"))
    }
}

/// The form for a ticket.
pub(super) fn draw(around: &Around<'_>) -> Triage {
    let Around { file, reading, mind, load, unit_name, corpus, typed, .. } = around;
    let mine = |name: &str| typed.get(name).filter(|_| typed.get("act") == Some("triage"));
    let classified = file.ticket.classified.as_ref();
    let matters = match (mine("matters"), classified) {
        (Some(typed), _) => Some(typed.split('、').map(str::to_owned).collect()),
        (None, Some((matters, _))) => Some(matters.clone()),
        (None, None) => None,
    };
    let settled = Settled {
        matters,
        body: mine("body").or_else(|| classified.and_then(|s| s.1.as_deref())),
        place: mine("place").or_else(|| file.ticket.spot.as_ref().and_then(|s| s.place.as_deref())),
        urgent: mine("matters").map_or(file.row.urgent, |_| mine("urgent").is_some()),
    };
    let mut triage = parts(reading, corpus, &settled);
    let received = file.ticket.received.as_ref();
    let unit = received.and_then(|r| {
        let first = settled.matters.as_ref().and_then(|m| m.first()).map(String::as_str);
        let matter = first.or_else(|| r.proposed_matter.as_ref().map(|m| m.0.as_str()));
        mind.unit(reading, matter, r.channel, r.received, file.row.urgent, &r.address)
    });
    triage.unit = unit.map(|u| {
        let open = load.get(&u.unit).copied().unwrap_or(0);
        (u.unit.clone(), unit_name(&u.unit), u.reason, open)
    });
    triage.units = around.units.iter().map(Group::same).collect();
    triage.now = file.row.unit.as_deref().map(unit_name).unwrap_or_default();
    triage.note = mine("note").unwrap_or_default().to_owned();
    triage
}

/// What was understood, with what was settled chosen; a matter is chosen by itself only where the model is sure.
fn parts(reading: &Reading, corpus: &Corpus, settled: &Settled<'_>) -> Triage {
    let chosen: Vec<&str> = match &settled.matters {
        Some(matters) => matters.iter().map(String::as_str).collect(),
        None if reading.sure => reading.matters.first().map(|m| m.code.as_str()).into_iter().collect(),
        None => Vec::new(),
    };
    let name = |code: &str| corpus.matter(code).map_or_else(|| code.to_owned(), |m| m.name.clone());
    let matters: Vec<Proposal> = reading
        .matters
        .iter()
        .filter(|m| corpus.matter(&m.code).is_some())
        .enumerate()
        .map(|(at, m)| Proposal {
            name: name(&m.code),
            share: format!("{:.0}%", m.score * 100.0),
            why: said(&m.words),
            chosen: chosen.contains(&m.code.as_str()),
            further: at > 0 && at < reading.problems,
            code: m.code.clone(),
        })
        .collect();
    let listed = |code: &str| matters.iter().any(|m| m.code == code);
    let all = corpus
        .matters()
        .map(|m| Choice {
            value: m.code.clone(),
            label: format!("{} {}", m.code, m.name),
            chosen: chosen.contains(&m.code.as_str()) && !listed(&m.code),
        })
        .collect();
    let mut others: Vec<Choice> = Vec::new();
    let likely = reading.bodies.iter().map(|b| b.key);
    for key in likely.chain(bodies::ALL.iter().map(|b| b.0)) {
        if !others.iter().any(|o| o.value == key) {
            let chosen = settled.body == Some(key);
            others.push(Choice { value: key.into(), label: bodies::name(key).into(), chosen });
        }
    }
    let places = reading
        .place
        .candidates
        .iter()
        .take(5)
        .enumerate()
        .map(|(at, c)| Place {
            id: c.id.clone(),
            name: c.number.as_ref().map_or_else(|| c.name.clone(), |n| format!("{}{n}", c.name)),
            why: if c.town.is_empty() { c.why.join("，") } else { format!("{}；{}", c.town, c.why.join("，")) },
            chosen: settled.place.map_or(at == 0 && c.score >= 0.5, |p| p == c.id),
        })
        .collect();
    let family = reading.families.first();
    Triage {
        matters,
        all,
        ask: family.map(|f| f.ask.clone()).unwrap_or_default(),
        answers: family.map(|f| f.choose.iter().map(|a| (a.0.clone(), a.1.clone())).collect()).unwrap_or_default(),
        elsewhere: (reading.ours < 0.5).then(|| reading.bodies.first().map(|b| bodies::name(b.key))).flatten(),
        bodies: others,
        places,
        unlisted: reading.place.unlisted.join("、"),
        map: None,
        urgent: settled.urgent,
        unit: None,
        units: Vec::new(),
        now: String::new(),
        note: String::new(),
    }
}

/// The text in pieces, those that spoke for the likeliest matter marked.
pub(super) fn marked(content: &str, reading: &Reading) -> Vec<(String, bool)> {
    let words: Vec<&str> = reading
        .matters
        .iter()
        .take(1)
        .flat_map(|m| m.words.iter().map(String::as_str))
        .filter(|w| !w.is_empty())
        .collect();
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let next =
            words.iter().filter_map(|w| Some((rest.find(w)?, *w))).min_by_key(|(at, w)| (*at, usize::MAX - w.len()));
        let Some((at, word)) = next else {
            pieces.push((rest.to_owned(), false));
            break;
        };
        if at > 0 {
            pieces.push((rest[..at].to_owned(), false));
        }
        pieces.push((word.to_owned(), true));
        rest = &rest[at + word.len()..];
    }
    pieces
}

/// What the desk settled: what it is about, and where. Nothing where nothing was chosen.
pub(super) fn classified(fields: &Fields) -> Option<Act> {
    let mut matters: Vec<String> = Vec::new();
    for name in ["matters", "matter"] {
        for code in fields.get(name).into_iter().flat_map(|m| m.split('、')).filter(|m| !m.is_empty()) {
            if !matters.iter().any(|m| m == code) {
                matters.push(code.to_owned());
            }
        }
    }
    let body = fields.get("body").map(str::to_owned);
    let place = fields.get("place").filter(|p| *p != "none");
    let spot = match (place, fields.get("spot")) {
        (Some(place), _) => Some(Spot { place: Some(place.to_owned()), name: String::new(), ..Spot::default() }),
        (None, Some(name)) => Some(Spot { name: name.to_owned(), ..Spot::default() }),
        (None, None) => None,
    };
    if matters.is_empty() && body.is_none() && spot.is_none() {
        return None;
    }
    Some(Act::Classified { matters, body, spot, urgent: fields.get("urgent").is_some() })
}

/// The acts of the form, or what is missing.
pub(super) fn read(fields: &Fields) -> Result<Vec<(Act, Option<String>)>, String> {
    let unit = fields.get("unit").filter(|u| *u != "other").or_else(|| fields.get("other"));
    let unit = unit.ok_or("请选择承办单位。")?.to_owned();
    let with: Vec<String> = fields
        .get("with")
        .into_iter()
        .flat_map(|w| w.split('、'))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    let note = fields.get("note").map(str::to_owned);
    let mut acts: Vec<(Act, Option<String>)> = classified(fields).map(|act| (act, None)).into_iter().collect();
    acts.push((Act::Assigned { unit, note: None, with, rule: None }, note));
    Ok(acts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn one_form_settles_and_sends() {
        let read = |pairs: &[(&str, &str)]| read(&fields(pairs));
        assert!(read(&[]).unwrap_err().contains("承办单位"));
        assert!(read(&[("unit", "other")]).is_err());
        let acts = read(&[
            ("unit", "other"),
            ("other", "b"),
            ("note", "请今晚去"),
            ("matters", "A01、D14"),
            ("urgent", "yes"),
        ]);
        let acts = acts.unwrap();
        assert_eq!(acts.len(), 2);
        assert_eq!(
            acts[0].0,
            Act::Classified { matters: vec!["A01".into(), "D14".into()], body: None, spot: None, urgent: true }
        );
        assert_eq!(acts[1].1.as_deref(), Some("请今晚去"));
        assert_eq!(read(&[("unit", "a")]).unwrap().len(), 1);
    }
}
