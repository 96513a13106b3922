//! Leading a case through its acts with given days: what the demonstration and the tests use instead of a keyboard.
//!
//! Everything goes through [`Casework::perform_blocking`], or is submitted and signed where the organ has a chain for it: a driven
//! case is judged like any other.

use std::collections::BTreeMap;

use law::Day;
use law::acts::{ActNo, Entries, Kind, PartyKind, PartyNo, PersonId};
use law::case::{Entry, Subject};
use law::money::Fen;

use crate::Casework;
use crate::approval;
use crate::party::Identity;
use crate::perform::{Committed, Error, Proposed, Where};

/// Who leads the case.
#[derive(Debug, Clone)]
pub struct Team {
    /// Organ that signs.
    pub organ: String,
    /// Unit that handles it.
    pub unit: String,
    /// Two officers.
    pub officers: [u32; 2],
    /// Heads of the organ, at least two.
    pub heads: Vec<u32>,
    /// A legal reviewer who does not investigate here.
    pub reviewer: u32,
}

/// What a case is about.
#[derive(Debug, Clone)]
pub struct Matter {
    /// Matter code.
    pub code: String,
    /// Day of the conduct.
    pub day: Day,
    /// Where.
    pub place: String,
    /// What was seen.
    pub facts: String,
    /// The party.
    pub party: Identity,
    /// Fine, fen.
    pub fine: i64,
}

/// One act as the driver performs it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Day.
    pub day: Day,
    /// Act.
    pub kind: Kind,
    /// Subject.
    pub subject: Subject,
    /// Fields by key.
    pub fields: Vec<(&'static str, String)>,
    /// The party it brings in.
    pub party: Option<Identity>,
}

impl Step {
    /// An act on the case.
    pub fn case(day: Day, kind: Kind, fields: Vec<(&'static str, String)>) -> Step {
        Step { day, kind, subject: Subject::Case, fields, party: None }
    }

    /// An act on the first party.
    pub fn party(day: Day, kind: Kind, fields: Vec<(&'static str, String)>) -> Step {
        Step { day, kind, subject: Subject::Party(PartyNo(0)), fields, party: None }
    }

    /// An act on a document.
    pub fn document(day: Day, kind: Kind, of: u32, fields: Vec<(&'static str, String)>) -> Step {
        Step { day, kind, subject: Subject::Document(ActNo(of)), fields, party: None }
    }
}

/// Performs one step; `case` none opens a case.
///
/// # Errors
/// As [`Casework::perform`].
pub fn perform(
    own: &Casework,
    team: &Team,
    case: Option<i64>,
    lead: Option<&str>,
    step: &Step,
) -> Result<Committed, Error> {
    let place = match case {
        Some(id) => Where::Case { id, seen: None },
        None => Where::New { organ: team.organ.clone(), unit: team.unit.clone(), lead: lead.map(str::to_owned) },
    };
    match own.perform_blocking(place, proposed(team, step)) {
        Err(Error::Chained(_)) => approve(own, team, case.ok_or(Error::NoCase)?, step),
        other => other,
    }
}

/// Leads a step through its chain on its day: the first officer submits, whoever may signs each step, the last the head the step
/// names where they may.
fn approve(own: &Casework, team: &Team, case: i64, step: &Step) -> Result<Committed, Error> {
    let approval = submit(own, team, case, step)?;
    loop {
        if let approval::Step::Performed(committed) = sign(own, team, approval, step)? {
            return Ok(committed);
        }
    }
}

/// Submits a step for approval in the name of the first officer.
///
/// # Errors
/// As [`Casework::submit`].
pub fn submit(own: &Casework, team: &Team, case: i64, step: &Step) -> Result<i64, Error> {
    let submitter = team.officers[0];
    let proposed = Proposed { person: submitter, recorded_by: actor(submitter), ..proposed(team, step) };
    own.submit_blocking(case, None, proposed)
}

/// Signs the step of an approval whose turn it is, by the first person who may; the last one by the head the act names, where it
/// may.
///
/// # Errors
/// As [`Casework::sign`]; nobody may sign is [`Error::NotAllowed`].
pub fn sign(own: &Casework, team: &Team, approval: i64, step: &Step) -> Result<approval::Step, Error> {
    let (copy, today, submitter) = (own.clone(), step.day, team.officers[0]);
    let found = own.ledger.read_blocking(move |tx| copy.approval(tx, approval, submitter, today))?;
    let found = found.ok_or(Error::NoApproval)?;
    let signed: Vec<u32> = found.steps.iter().filter_map(|s| Some(s.signed.as_ref()?.0)).collect();
    let turn = found.steps.iter().find(|s| s.signed.is_none()).ok_or(Error::Ended)?;
    let may: Vec<u32> = turn.may.iter().map(|m| m.0).filter(|p| *p != submitter && !signed.contains(p)).collect();
    // Who decides must not have signed a step before: the head the act names waits for the last one.
    let (named, last) = (signer(team, step), signed.len() + 1 == found.steps.len());
    let person = match may.contains(&named) {
        true if last => Some(named),
        _ => may.iter().copied().find(|p| last || *p != named),
    };
    let person = person.ok_or_else(|| Error::NotAllowed(format!("没有人可以签“{}”", turn.role.label())))?;
    own.sign_blocking(approval::By { login: actor(person), person, today }, approval, None)
}

/// The actor of a person's entries.
fn actor(person: u32) -> String {
    format!("person-{person}")
}

/// Who signs an act: the head or legal officer it names, else the first officer.
fn signer(team: &Team, step: &Step) -> u32 {
    let named =
        step.fields.iter().find(|(key, _)| matches!(*key, "head" | "heads" | "approvers" | "reviewer" | "chooser"));
    named.and_then(|(_, text)| text.split('、').next()?.parse().ok()).unwrap_or(team.officers[0])
}

/// A step as a proposal.
pub fn proposed(team: &Team, step: &Step) -> Proposed {
    let person = signer(team, step);
    let entry = if step.kind.entries() == Entries::Reported {
        Entry::Reported { source: "本单位登记".into() }
    } else {
        Entry::Live
    };
    Proposed {
        subject: step.subject,
        entry,
        at: step.day,
        time: None,
        team: team.officers.iter().map(|id| PersonId(*id)).collect(),
        capacity: "执法队员".into(),
        kind: step.kind,
        fields: step.fields.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect::<BTreeMap<_, _>>(),
        party: step.party.clone(),
        recorded_by: actor(person),
        person,
        today: step.day,
    }
}

fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

/// The acts of an on-spot penalty from the street to the archive, on lawful days. Document numbers of acts are fixed: the
/// penalty is act 1.
pub fn on_spot(team: &Team, matter: &Matter, next_workday: impl Fn(Day, i32) -> Day) -> Vec<Step> {
    let (day, warning) = (matter.day, matter.fine == 0);
    let kind = if matter.party.person { "person" } else { "unit" };
    let mut steps = vec![Step {
        party: Some(matter.party.clone()),
        ..Step::case(
            day,
            Kind::OnSpotPenalty,
            vec![
                ("matter", matter.code.clone()),
                ("conduct_day", day.to_string()),
                ("place", matter.place.clone()),
                ("party_kind", kind.into()),
                ("party_born", if matter.party.person { "1984-05-17".into() } else { String::new() }),
                ("facts", matter.facts.clone()),
                ("reason", "事实清楚，当场责令改正，当事人表示接受。".into()),
                ("sorts", if warning { "警告" } else { "罚款" }.into()),
                ("fine", yuan(matter.fine)),
                ("lightening", "none".into()),
                ("certificate_shown", "是".into()),
                ("defence_heard", "是".into()),
                ("correction", "done".into()),
                ("handed_over", "signed".into()),
            ],
        )
    }];
    let filed = next_workday(day, 1);
    steps.push(Step::document(filed, Kind::OnSpotFiled, 1, vec![("receiver", team.officers[1].to_string())]));
    let mut last = filed;
    if !warning {
        last = next_workday(day, 4);
        let fields = vec![
            ("amount", yuan(matter.fine)),
            ("receipt", format!("示例{:08}", matter.fine % 97 + i64::from(day.day()))),
        ];
        steps.push(Step::document(last, Kind::FinePaid, 1, fields));
    }
    let closed = next_workday(last, 2);
    steps.push(Step::case(
        closed,
        Kind::Closed,
        vec![("summary", "处罚已经履行完毕。".into()), ("head", team.heads[0].to_string())],
    ));
    steps
}

/// The acts of an ordinary case from the clue to the closing, on lawful days: told, the window waited out, reviewed and
/// discussed where the law asks for it, decided, served, published, paid, closed.
pub fn ordinary(team: &Team, matter: &Matter, major: bool, next_workday: impl Fn(Day, i32) -> Day) -> Vec<Step> {
    let (day, officers) = (matter.day, format!("{}、{}", team.officers[0], team.officers[1]));
    let mut steps = clue(matter);
    let head = || ("head", team.heads[0].to_string());
    let filed = next_workday(day, 1);
    steps.push(Step::case(
        filed,
        Kind::ClueVerified,
        vec![("outcome", "file".into()), ("finding", "现场核查属实，有初步证据。".into())],
    ));
    steps.push(Step::case(
        filed,
        Kind::Filing,
        vec![
            ("grounds", "有初步证据证明违法事实，属于本机关管辖，未过时效。".into()),
            ("harm", "否".into()),
            ("handlers", officers),
            head(),
        ],
    ));
    let scene = next_workday(filed, 1);
    steps.push(Step::case(
        scene,
        Kind::SceneRecorded,
        vec![
            ("place", matter.place.clone()),
            ("certificate_shown", "是".into()),
            ("record", format!("到达{}，两名执法人员出示证件。{}", matter.place, matter.facts)),
            ("signature", "signed".into()),
            ("recording", "是".into()),
        ],
    ));
    steps.push(Step::case(
        scene,
        Kind::InterviewRecorded,
        vec![
            ("role", "party".into()),
            ("certificate_shown", "是".into()),
            ("rights_told", "是".into()),
            ("record", "当事人承认上述事实，称今后不再发生。".into()),
            ("signature", "signed".into()),
        ],
    ));
    steps.push(Step::party(
        scene,
        Kind::OrderedToCorrect,
        vec![
            ("requirement", "立即停止违法行为，清理现场，恢复原状".into()),
            ("until", next_workday(scene, 3).to_string()),
        ],
    ));
    let order = act_no(&steps);
    steps.push(served(scene, order));
    let check = next_workday(scene, 4);
    steps.push(Step::document(
        check,
        Kind::CorrectionChecked,
        order,
        vec![("corrected", "是".into()), ("finding", "已清理完毕。".into())],
    ));
    steps.push(Step::case(
        check,
        Kind::EvidenceVerified,
        vec![
            ("evidence", format!("{}、{}", order - 2, order - 1)),
            ("result", "accepted".into()),
            ("reason", "来源合法，内容一致。".into()),
        ],
    ));
    steps.push(Step::case(
        check,
        Kind::FinalReport,
        vec![
            ("facts", matter.facts.clone()),
            ("evidence", format!("{}、{}", order - 2, order - 1)),
            ("outcome", "penalise".into()),
            ("reason", "事实清楚，证据确凿；已按要求改正，按裁量基准一般档处理。".into()),
            ("complex", if major { "是" } else { "否" }.into()),
            ("corrected", "是".into()),
        ],
    ));
    decide(team, matter, major, check, &mut steps, &next_workday);
    steps
}

fn clue(matter: &Matter) -> Vec<Step> {
    let kind = if matter.party.person { "person" } else { "unit" };
    vec![Step {
        party: Some(matter.party.clone()),
        ..Step::case(
            matter.day,
            Kind::ClueRegistered,
            vec![
                ("source", "patrol".into()),
                ("matter", matter.code.clone()),
                ("conduct_day", matter.day.to_string()),
                ("discovered", matter.day.to_string()),
                ("place", matter.place.clone()),
                ("summary", matter.facts.clone()),
                ("party_kind", kind.into()),
                ("party_born", if matter.party.person { "1984-05-17".into() } else { String::new() }),
            ],
        )
    }]
}

fn act_no(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

fn served(day: Day, of: u32) -> Step {
    Step::document(day, Kind::Served, of, vec![("way", "direct".into()), ("receipt", "是".into())])
}

fn decide(
    team: &Team,
    matter: &Matter,
    major: bool,
    from: Day,
    steps: &mut Vec<Step>,
    next_workday: &impl Fn(Day, i32) -> Day,
) {
    let kind = if matter.party.person { PartyKind::Person } else { PartyKind::Unit };
    let hearing = law::rules::fine_heard(kind, Fen(matter.fine));
    let notice_day = next_workday(from, 1);
    steps.push(Step::party(
        notice_day,
        Kind::PriorNotice,
        vec![
            ("conducts", "0".into()),
            ("facts", matter.facts.clone()),
            ("reason", "依照规定拟给予行政处罚。".into()),
            ("sorts", "罚款".into()),
            ("fine", yuan(matter.fine)),
            ("lightening", "none".into()),
            ("hearing_right", if hearing { "是" } else { "否" }.into()),
        ],
    ));
    steps.push(served(notice_day, act_no(steps)));
    let mut day = next_workday(notice_day, 6);
    if hearing || major {
        steps.push(Step::case(
            day,
            Kind::LegallyReviewed,
            vec![
                ("reviewer", team.reviewer.to_string()),
                ("received", day.to_string()),
                ("result", "pass".into()),
                ("opinion", "事实清楚，程序合法，适用依据正确，裁量适当。".into()),
            ],
        ));
        let heads = team.heads.iter().take(2).map(ToString::to_string).collect::<Vec<_>>().join("、");
        steps.push(Step::case(
            day,
            Kind::Discussed,
            vec![("heads", heads), ("conclusion", "同意按告知内容作出处罚。".into())],
        ));
        day = next_workday(day, 1);
    }
    steps.push(Step::party(
        day,
        Kind::PenaltyDecided,
        vec![
            ("conducts", "0".into()),
            ("facts", matter.facts.clone()),
            ("evidence_summary", "现场笔录一份\n询问笔录一份".into()),
            ("reason", "上述行为违反规定，应当依法处罚。当事人未在期限内陈述申辩。".into()),
            ("sorts", "罚款".into()),
            ("fine", yuan(matter.fine)),
            ("lightening", "none".into()),
            ("pay_to", "示例银行青浦支行 罚没收入专户（示例），地址：青浦区公园路 1 号（示例）".into()),
            ("cites_hearing", "否".into()),
            ("head", team.heads[0].to_string()),
        ],
    ));
    let decision = act_no(steps);
    let service = next_workday(day, 1);
    steps.push(served(service, decision));
    steps.push(Step::document(
        next_workday(day, 2),
        Kind::Published,
        decision,
        vec![("platform", "青浦区政府网站（示例）".into())],
    ));
    let paid = next_workday(service, 5);
    let fields = vec![
        ("amount", yuan(matter.fine)),
        ("receipt", format!("示例{:08}", matter.fine / 100 + i64::from(day.day()))),
    ];
    steps.push(Step::document(paid, Kind::FinePaid, decision, fields));
    steps.push(Step::case(
        next_workday(paid, 2),
        Kind::Closed,
        vec![("summary", "罚款已缴清，违法行为已改正。".into()), ("head", team.heads[0].to_string())],
    ));
}
