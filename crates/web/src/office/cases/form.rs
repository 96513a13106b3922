//! The form of an act, drawn from the act's own declaration: a new kind of act has its form without a line here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ::law::Day;
use ::law::acts::PersonId;
use ::law::acts::{ActNo, Draft, Entries, FieldType, Kind, NoNames, PartyNo};
use ::law::case::{Case, Subject};
use ::law::corpus::{Corpus, Measure, Measures, Sort};
use ::law::discretion::{Weighed, weigh_draft};
use ::law::guide::prefill;
use ::law::money::Fen;
use casework::approval::signs;
use casework::read::file::CaseFile;
use office::Role;
use office::directory::Directory;

/// One choice of a field.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
    /// Not empty: a heading between choices.
    pub(crate) group: &'static str,
}

/// One field.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: String,
    pub(crate) input: String,
    pub(crate) value: String,
    pub(crate) optional: bool,
    pub(crate) options: Vec<Choice>,
    pub(crate) error: String,
}

/// A form ready to be drawn.
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) csrf: String,
    pub(crate) kind: &'static str,
    pub(crate) label: &'static str,
    pub(crate) article: &'static str,
    pub(crate) about: String,
    pub(crate) on: String,
    pub(crate) seen: i64,
    pub(crate) fields: Vec<Field>,
    pub(crate) identity: bool,
    pub(crate) party: Vec<Field>,
    pub(crate) officers: Vec<Choice>,
    pub(crate) team1: String,
    pub(crate) team2: String,
    pub(crate) at: String,
    pub(crate) reportable: bool,
    pub(crate) either: bool,
    pub(crate) reported: bool,
    /// Who signs before it is performed, in order: role and names.
    pub(crate) chain: Vec<(&'static str, String)>,
    /// The time of day as typed, where the hour matters.
    pub(crate) hour: Option<String>,
    /// What is wrong with it.
    pub(crate) hour_error: String,
    /// May it go ahead of the chain, where it cannot wait?
    pub(crate) ahead: bool,
    pub(crate) submit: String,
    /// Where its paper can be looked at before it is issued; none where it makes none, or its case is not open yet.
    pub(crate) preview: Option<String>,
    /// Each conduct weighed by text and benchmark, for acts that fix an amount.
    pub(crate) weighing: Vec<Weighing>,
    /// Earlier decisions of the same matter; filled by pages that read them.
    pub(crate) similar: Option<Similar>,
    pub(crate) error_title: String,
    pub(crate) errors: Vec<Reason>,
}

/// A conduct weighed, as shown beside the form.
pub(crate) struct Weighing {
    pub(crate) matter: String,
    pub(crate) name: String,
    pub(crate) citation: String,
    pub(crate) comparison: String,
    pub(crate) formula: String,
    pub(crate) lawful: String,
    pub(crate) steps: Vec<String>,
    /// Edition of the benchmark and whether it is only an example; empty without one.
    pub(crate) benchmark: String,
    pub(crate) example: bool,
    pub(crate) tier: String,
    pub(crate) proposed: Vec<String>,
}

/// Earlier decisions of the same matter beside a form.
pub(crate) struct Similar {
    pub(crate) matter: String,
    pub(crate) said: String,
    pub(crate) rows: Vec<SimilarRow>,
}

/// One of them.
pub(crate) struct SimilarRow {
    pub(crate) case: i64,
    pub(crate) number: String,
    pub(crate) organ: String,
    pub(crate) decided: String,
    pub(crate) fine: String,
    /// How far the proposed fine lies above it: `+25%`; empty without a proposed fine.
    pub(crate) departs: String,
}

/// Earlier decisions as shown, against a proposed fine.
pub(crate) fn similar(matter: &str, rows: &[casework::read::similar::Row], proposed: Option<Fen>) -> Option<Similar> {
    use casework::read::similar::{departure, percent};
    let known = departure(rows, proposed)?;
    let proposed = proposed.filter(|fine| *fine > Fen::ZERO);
    let signed = |percent: i64| if percent > 0 { format!("高{percent}%") } else { format!("低{}%", -percent) };
    let mut said = format!("近{}件：{}至{}，居中{}", known.of, known.low, known.high, known.middle);
    if let (Some(fine), Some(percent)) = (proposed, known.percent) {
        let far =
            if percent == 0 { "与居中的相同".to_owned() } else { format!("比居中的{}", signed(percent)) };
        let _ = write!(said, "；拟罚{fine}，{far}");
    }
    let rows = rows
        .iter()
        .map(|row| SimilarRow {
            case: row.case,
            number: row.number.clone(),
            organ: row.organ.clone(),
            decided: row.decided.clone(),
            fine: row.fine.to_string(),
            departs: match proposed.and_then(|fine| percent(fine, row.fine)) {
                None => String::new(),
                Some(0) => "相同".to_owned(),
                Some(percent) => signed(percent),
            },
        })
        .collect();
    Some(Similar { matter: matter.to_owned(), said, rows })
}

fn weighing(corpus: &Corpus, weighed: &[Weighed<'_>]) -> Vec<Weighing> {
    weighed
        .iter()
        .map(|one| {
            let (lawful, steps) = match &one.lawful {
                Ok(band) if band.min == band.max => (band.min.to_string(), band.steps.clone()),
                Ok(band) => (format!("{}以上{}以下", band.min, band.max), band.steps.clone()),
                Err(why) => (why.to_string(), Vec::new()),
            };
            let (tier, proposed) = match &one.proposed {
                Some(Ok(found)) => (found.tier.clone(), found.steps.clone()),
                Some(Err(why)) => (String::new(), vec![why.clone()]),
                None => (String::new(), Vec::new()),
            };
            Weighing {
                matter: one.matter.clone(),
                name: one.version.name.clone(),
                citation: corpus.cite_short(&one.version.penalty),
                comparison: one.comparison.clone().unwrap_or_default(),
                formula: one.formula.clone().unwrap_or_default(),
                lawful,
                steps,
                benchmark: one.benchmark.map(|benchmark| benchmark.edition.clone()).unwrap_or_default(),
                example: one.benchmark.is_some_and(|benchmark| benchmark.example),
                tier,
                proposed,
            }
        })
        .collect()
}

/// Officers a form can name, by what they are.
pub(crate) struct People {
    heads: Vec<(u32, String)>,
    reviewers: Vec<(u32, String)>,
    officers: Vec<(u32, String)>,
    /// Campaigns a new case may come from: number in the register, and name.
    pub(crate) campaigns: Vec<(i64, String)>,
}

/// The heads and reviewers of an organ and the officers of a unit, on a day.
pub(crate) fn people(directory: &Directory, organ: &str, unit: &str, day: Day) -> People {
    let mut reviewers = directory.holders(&[Role::LegalReviewer], None, day);
    reviewers.extend(directory.holders(&[Role::SquadLegalOfficer], Some(organ), day));
    People {
        heads: directory.holders(&[Role::Head, Role::DeputyHead], Some(organ), day),
        reviewers,
        officers: directory.officers(unit, day),
        campaigns: Vec::new(),
    }
}

/// What was typed already, when a form is drawn again.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) error_title: String,
    pub(crate) errors: Vec<Reason>,
    pub(crate) field_errors: BTreeMap<String, String>,
}

/// `party-0`, `document-3`, `item-4`, `case`: the subject of an act in an address.
pub(crate) fn subject_text(subject: Subject) -> String {
    match subject {
        Subject::Case => "case".into(),
        Subject::Party(no) => format!("party-{no}"),
        Subject::Document(no) => format!("document-{no}"),
        Subject::Item(no) => format!("item-{no}"),
    }
}

/// Reads [`subject_text`].
pub(crate) fn subject_of(text: &str) -> Option<Subject> {
    let (kind, no) = text.split_once('-').unwrap_or((text, ""));
    Some(match kind {
        "case" => Subject::Case,
        "party" => Subject::Party(PartyNo(no.parse().ok()?)),
        "document" => Subject::Document(ActNo(no.parse().ok()?)),
        "item" => Subject::Item(ActNo(no.parse().ok()?)),
        _ => return None,
    })
}

/// Where a form belongs.
pub(crate) struct Place<'a> {
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) csrf: &'a str,
    pub(crate) file: Option<&'a CaseFile>,
    pub(crate) subject: Subject,
    pub(crate) about: String,
    pub(crate) me: u32,
    pub(crate) today: Day,
    /// The chain that acts of this kind pass in the case's organ, empty where there is none.
    pub(crate) chain: Vec<(&'static str, String)>,
}

/// Draws the form of an act.
pub(crate) fn form(corpus: &Corpus, people: &People, place: Place<'_>, kind: Kind, typed: &Typed) -> Form {
    let empty = Case::default();
    let case = place.file.map_or(&empty, |f| &f.case);
    let team: Vec<PersonId> =
        place.file.and_then(|f| f.acts.last()).map(|a| a.recorded.team.clone()).unwrap_or_default();
    let draft = prefill(case, kind, place.subject, &team);
    let again = !typed.values.is_empty();
    let weighed = weigh_draft(case, place.subject, &redrawn(&draft, typed), place.today, corpus);
    let chained = !place.chain.is_empty();
    let fields = kind
        .fields()
        .iter()
        .filter(|f| f.ty != FieldType::PartyKey)
        // Where nothing can be entered afterwards, nobody has to choose who signs.
        .filter(|f| !(chained && signs(f.key) && kind.entries() == Entries::Live))
        // Once the text is known, only what it asks for is shown.
        .filter(|f| weighed.is_empty() || asked(f.key, &weighed))
        .map(|spec| {
            let known = draft.get_text(spec.key).filter(|t| !t.is_empty());
            let value = match typed.values.get(spec.key) {
                Some(value) => value.clone(),
                None if again => String::new(),
                None => {
                    known.or_else(|| earlier(place.file, place.subject, spec)).unwrap_or_else(|| usual(spec, &place))
                }
            };
            let mut field = field(corpus, people, place.file, spec, value, typed.field_errors.get(spec.key));
            weigh_field(&mut field, spec.ty, &weighed, &draft, typed);
            super::points::ask(&mut field, kind, place.file, place.subject, &typed.values);
            if chained && signs(spec.key) {
                field.optional = true;
                field.hint = "提交审批的不填，由最后签字的人落款；补录的填写".into();
            }
            field
        })
        .collect();
    let typed_or = |key: &str, default: String| typed.values.get(key).cloned().unwrap_or(default);
    let member = |n: usize| team.get(n).map(|p| p.0.to_string());
    let team1 = typed_or("team1", member(0).unwrap_or_else(|| place.me.to_string()));
    let team2 = typed_or("team2", member(1).unwrap_or_default());
    let mut officers: Vec<Choice> =
        people.officers.iter().map(|p| choice(p.0.to_string(), p.1.clone(), false)).collect();
    for extra in people.reviewers.iter().filter(|r| !people.officers.iter().any(|o| o.0 == r.0)) {
        officers.push(choice(extra.0.to_string(), format!("{}（法制）", extra.1), false));
    }
    let previews = kind.document().is_some() && place.file.is_some();
    Form {
        preview: previews.then(|| format!("{}/preview", place.action)),
        action: place.action,
        back: place.back,
        csrf: place.csrf.to_owned(),
        kind: kind.code(),
        label: kind.label(),
        article: kind.article(),
        about: place.about,
        on: subject_text(place.subject),
        seen: place.file.map_or(0, |f| f.version),
        fields,
        identity: kind.fields().iter().any(|f| f.ty == FieldType::PartyKey),
        party: party_fields(typed),
        officers,
        team1,
        team2,
        at: typed_or("at", place.today.to_string()),
        reportable: kind.entries() != Entries::Live,
        either: kind.entries() == Entries::Both,
        reported: typed.values.get("entry").is_some_and(|e| e == "reported"),
        submit: match kind.entries() {
            Entries::Reported => format!("登记{}", kind.label()),
            _ if chained => format!("提交审批：{}", kind.label()),
            _ => format!("办理{}", kind.label()),
        },
        chain: place.chain,
        hour: kind.has_hour().then(|| typed_or("hour", String::new())),
        hour_error: typed.field_errors.get("time").cloned().unwrap_or_default(),
        ahead: kind.goes_ahead(|_| Some(law::acts::SeizeApproval::Urgent.label().to_owned())),
        weighing: weighing(corpus, &weighed),
        similar: None,
        error_title: typed.error_title.clone(),
        errors: typed.errors.clone(),
    }
}

/// The draft with what was typed into it, as far as it can be read.
pub(crate) fn redrawn(draft: &Draft, typed: &Typed) -> Draft {
    let mut draft = draft.clone();
    for spec in draft.kind().fields() {
        let text = match spec.ty {
            FieldType::Measures => Some(measures_typed(&typed.values)).filter(|text| !text.is_empty()),
            _ => typed.values.get(spec.key).cloned(),
        };
        if let Some(text) = text {
            // What cannot be read is named by the write path; here it only stays open.
            let _ = draft.set(spec.key, &text, &NoNames);
        }
    }
    draft
}

/// The quantities typed, one input each, as the draft reads them.
pub(crate) fn measures_typed(values: &BTreeMap<String, String>) -> String {
    let typed = Measure::ALL.iter().filter_map(|measure| {
        let value = values.get(&format!("measures.{}", measure.code()))?.trim();
        (!value.is_empty()).then(|| format!("{measure}{value}"))
    });
    typed.collect::<Vec<_>>().join("、")
}

/// Whether the texts weighed ask for a field.
fn asked(key: &str, weighed: &[Weighed<'_>]) -> bool {
    match key {
        "area" => false,
        "measures" => weighed.iter().any(|one| !one.asked.is_empty()),
        "branch" => weighed.iter().any(|one| !one.version.branches.is_empty()),
        "factors" | "tier" | "departure" => weighed.iter().any(|one| one.benchmark.is_some()),
        _ => true,
    }
}

/// Gives a field of quantities, circumstance, factors or tier its choices.
fn weigh_field(field: &mut Field, ty: FieldType, weighed: &[Weighed<'_>], draft: &Draft, typed: &Typed) {
    let chosen: Vec<String> = field.value.split('、').map(str::to_owned).collect();
    let pick = |value: String, label: String| {
        let on = chosen.contains(&value);
        choice(value, label, on)
    };
    match ty {
        FieldType::Measures if !weighed.is_empty() => {
            let known = measures_of(&redrawn(draft, typed));
            let mut list: Vec<Measure> = Vec::new();
            for measure in weighed.iter().flat_map(|one| &one.asked) {
                if !list.contains(measure) {
                    list.push(*measure);
                }
            }
            field.input = "measures".into();
            field.hint = "按条文的计算方法填写，罚款幅度随之算出；按日连续处罚的两项，不按日连续处罚时不填".into();
            field.options = list
                .into_iter()
                .map(|measure| {
                    let written = known.get(measure).map(|amount| measure.write(amount)).unwrap_or_default();
                    let value = typed.values.get(&format!("measures.{}", measure.code())).cloned().unwrap_or(written);
                    let label = format!("{measure}（{}）", measure.unit());
                    Choice { value, label, chosen: false, group: measure.code() }
                })
                .collect();
        }
        FieldType::Branch if !weighed.is_empty() => {
            let mut matters: Vec<&str> = weighed.iter().map(|one| one.matter.as_str()).collect();
            matters.dedup();
            if let [_] = matters[..] {
                field.input = "select".into();
                let branches = weighed[..1].iter().flat_map(|one| &one.version.branches);
                field.options = branches.map(|branch| pick(branch.id.clone(), branch.text.clone())).collect();
            } else {
                // Several matters: each circumstance is named with the matter it belongs to.
                field.input = "checks".into();
                for one in weighed {
                    for branch in &one.version.branches {
                        let id = format!("{}:{}", one.matter, branch.id);
                        if !field.options.iter().any(|known| known.value == id) {
                            field.options.push(pick(id, format!("{}：{}", one.version.name, branch.text)));
                        }
                    }
                }
            }
        }
        FieldType::Factors if !weighed.is_empty() => {
            field.input = "checks".into();
            let found = weighed.iter().filter_map(|one| one.benchmark).flat_map(|benchmark| &benchmark.factors);
            let mut seen: Vec<&str> = Vec::new();
            for factor in found.filter(|factor| factor.together.is_empty()) {
                if !seen.contains(&factor.id.as_str()) {
                    seen.push(&factor.id);
                    field.options.push(pick(factor.id.clone(), factor.name.clone()));
                }
            }
        }
        FieldType::Tier if !weighed.is_empty() => {
            field.input = "select".into();
            let mut names: Vec<&str> = Vec::new();
            for name in weighed.iter().filter_map(|one| one.benchmark).flat_map(|benchmark| benchmark.tier_names()) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names.push("减轻");
            field.options = names.into_iter().map(|name| pick(name.to_owned(), name.to_owned())).collect();
        }
        _ => {}
    }
}

fn measures_of(draft: &Draft) -> Measures {
    ::law::discretion::said(draft).measures
}

fn choice(value: String, label: String, chosen: bool) -> Choice {
    Choice { value, label, chosen, group: "" }
}

fn group(label: &'static str) -> Choice {
    Choice { value: String::new(), label: String::new(), chosen: false, group: label }
}

/// A long text of an earlier act under the same name: what was found once is not typed again.
fn earlier(file: Option<&CaseFile>, subject: Subject, spec: &::law::acts::FieldSpec) -> Option<String> {
    let file = file?;
    if spec.ty != FieldType::Words || !matches!(spec.key, "facts" | "reason" | "evidence_summary") {
        return None;
    }
    let party = file.case.party_of_subject(subject);
    file.acts
        .iter()
        .rev()
        .filter(|a| !file.case.is_void(a.recorded.no))
        .filter(|a| party.is_none() || file.case.party_of_subject(a.recorded.subject).is_none_or(|p| Some(p) == party))
        .find_map(|a| a.texts.get(spec.key).cloned())
}

/// What a field usually holds: today for the day something is found.
fn usual(spec: &::law::acts::FieldSpec, place: &Place<'_>) -> String {
    match spec.key {
        "discovered" => place.today.to_string(),
        "received" => {
            let since = place.file.and_then(|file| ::law::rules::review_wanted(&file.case));
            since.unwrap_or(place.today).to_string()
        }
        "reviewer" => place.me.to_string(),
        _ => String::new(),
    }
}

fn field(
    corpus: &Corpus,
    people: &People,
    file: Option<&CaseFile>,
    spec: &'static ::law::acts::FieldSpec,
    value: String,
    error: Option<&String>,
) -> Field {
    let chosen: Vec<&str> = value.split(['、', ',', ' ']).filter(|v| !v.is_empty()).collect();
    let pick = |value: String, label: String| {
        let on = chosen.contains(&value.as_str()) || chosen.contains(&label.as_str());
        choice(value, label, on)
    };
    let persons = |first: &'static str| {
        let groups = match first {
            "head" => {
                [("负责人", &people.heads), ("法制审核人员", &people.reviewers), ("本单位人员", &people.officers)]
            }
            "review" => {
                [("法制审核人员", &people.reviewers), ("负责人", &people.heads), ("本单位人员", &people.officers)]
            }
            _ => [("本单位人员", &people.officers), ("法制审核人员", &people.reviewers), ("负责人", &people.heads)],
        };
        let mut options = Vec::new();
        // Who stands in an earlier group is not offered again.
        let mut seen = BTreeSet::new();
        for (label, list) in groups {
            let fresh: Vec<_> = list.iter().filter(|p| seen.insert(p.0)).collect();
            if !fresh.is_empty() {
                options.push(group(label));
                options.extend(fresh.into_iter().map(|p| pick(p.0.to_string(), p.1.clone())));
            }
        }
        options
    };
    let first = match spec.key {
        "head" | "heads" => "head",
        "reviewer" | "chooser" | "chair" | "clerk" | "members" => "review",
        _ => "officer",
    };
    let (input, options) = match spec.ty {
        FieldType::Words => ("words", Vec::new()),
        FieldType::Money => ("money", Vec::new()),
        FieldType::Day => ("date", Vec::new()),
        FieldType::Time => ("time", Vec::new()),
        FieldType::Bool => ("select", ["是", "否"].into_iter().map(|v| pick(v.into(), v.into())).collect()),
        FieldType::Choice(list) => {
            ("select", list.iter().map(|(key, label)| pick((*key).into(), (*label).into())).collect())
        }
        FieldType::Person => ("select", persons(first)),
        FieldType::Persons => ("checks", persons(first)),
        FieldType::Matter => {
            ("select", corpus.matters().map(|m| pick(m.code.clone(), format!("{} {}", m.code, m.name))).collect())
        }
        FieldType::Sorts => ("checks", Sort::ALL.iter().map(|s| pick(s.label().into(), s.label().into())).collect()),
        FieldType::Conducts => {
            let conducts = file.map(|f| f.case.conducts().collect::<Vec<_>>()).unwrap_or_default();
            let name = |code: &str| corpus.matter(code).map_or(code.to_owned(), |m| m.name.clone());
            (
                "checks",
                conducts
                    .into_iter()
                    .map(|c| pick(c.no.to_string(), format!("{} {}", c.day, name(&c.matter))))
                    .collect(),
            )
        }
        FieldType::Act(kinds) | FieldType::Acts(kinds) => {
            let acts = file
                .map(|f| f.case.standing().filter(|a| kinds.contains(&a.act.kind())).collect::<Vec<_>>())
                .unwrap_or_default();
            let list = acts
                .into_iter()
                .map(|a| pick(a.no.to_string(), format!("{} {} {}", a.no, a.act.kind().label(), a.happened)))
                .collect();
            (if matches!(spec.ty, FieldType::Act(_)) { "select" } else { "checks" }, list)
        }
        FieldType::Number if spec.key == "campaign" => {
            ("select", people.campaigns.iter().map(|(id, name)| pick(id.to_string(), name.clone())).collect())
        }
        // A recording is bound to the act it records.
        FieldType::Number if spec.key == "records" => {
            let acts = file.map(|f| f.case.standing().collect::<Vec<_>>()).unwrap_or_default();
            let recorded = acts.into_iter().filter(|a| ::law::recording::RECORDED.contains(&a.act.kind()));
            let label = |a: &::law::case::Recorded| format!("{} {} {}", a.no, a.act.kind().label(), a.happened);
            ("select", recorded.map(|a| pick(a.no.to_string(), label(a))).collect())
        }
        FieldType::Blobs => ("file", Vec::new()),
        _ => ("line", Vec::new()),
    };
    Field {
        key: spec.key,
        label: spec.label,
        hint: spec.hint.to_owned(),
        input: input.to_owned(),
        value,
        optional: spec.optional,
        options,
        error: error.cloned().unwrap_or_default(),
    }
}

/// A circumstance or factors as a person reads them: the text of the first of these matters that has the id, then of any.
pub(crate) fn in_words(corpus: &Corpus, matters: &[&str], ty: FieldType, text: &str) -> String {
    let own = matters.iter().filter_map(|code| corpus.matter(code));
    let branch = |item: &str| {
        let (matter, id) = item.split_once(':').map_or((None, item), |(matter, id)| (Some(matter), id));
        let named = matter.and_then(|code| corpus.matter(code));
        let matters = named.into_iter().chain(own.clone()).chain(corpus.matters());
        let mut all = matters.flat_map(|matter| matter.versions.iter().rev());
        all.find_map(|version| version.branch(id)).map(|branch| branch.text.clone())
    };
    let factor = |id: &str| {
        let first = matters.iter().filter_map(|code| corpus.benchmark(code)).chain(corpus.benchmarks());
        first.flat_map(|benchmark| &benchmark.factors).find(|factor| factor.id == id).map(|factor| factor.name.clone())
    };
    let word = |id: &str| match ty {
        FieldType::Branch => branch(id),
        FieldType::Factors => factor(id),
        _ => None,
    };
    text.split('、').map(|id| word(id).unwrap_or_else(|| id.to_owned())).collect::<Vec<_>>().join("、")
}

/// The identity of a party: kept beside the journal, so it is no field of the act.
const IDENTITY: [(&str, &str); 5] = [
    ("party_name", "姓名或者名称"),
    ("party_id_number", "证件号码或者统一社会信用代码"),
    ("party_address", "地址"),
    ("party_phone", "电话"),
    ("party_representative", "法定代表人或者负责人"),
];

fn party_fields(typed: &Typed) -> Vec<Field> {
    IDENTITY
        .iter()
        .map(|(key, label)| Field {
            key,
            label,
            hint: String::new(),
            input: "line".into(),
            value: typed.values.get(*key).cloned().unwrap_or_default(),
            optional: *key != "party_name",
            options: Vec::new(),
            error: String::new(),
        })
        .collect()
}

/// The identity typed into a form, none when no name was.
pub(crate) fn identity(values: &BTreeMap<String, String>) -> Option<casework::Identity> {
    let text = |key: &str| values.get(key).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    Some(casework::Identity {
        person: values.get("party_kind").is_some_and(|k| k == "person" || k == "个人"),
        name: text("party_name")?,
        id_number: text("party_id_number"),
        address: text("party_address"),
        phone: text("party_phone"),
        representative: text("party_representative"),
    })
}

/// One reason why something is not allowed; with the rule that says so, where one does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) text: String,
    /// Empty where no rule stands behind it.
    pub(crate) rule: &'static str,
}

impl From<String> for Reason {
    fn from(text: String) -> Reason {
        Reason { text, rule: "" }
    }
}

/// What a refusal says, line by line: why, article, cure, and the rule whose page explains it.
pub(crate) fn unmet_lines(kind: Kind, unmet: &[::law::judge::Unmet]) -> Vec<Reason> {
    unmet
        .iter()
        .map(|u| {
            let mut text = format!("{}（{}）", u.why, u.article);
            let cure = u.cure.text_for(kind);
            if !cure.is_empty() {
                let _ = write!(text, "：{cure}");
            }
            Reason { text, rule: u.rule }
        })
        .collect()
}
