//! The fields of an act as the lines and sections of its paper.
//!
//! What an act says in a word or a line becomes a row of that name, so that a new field stands on its form without code; what has a
//! shape of its own (goods, persons, terms, sums, hearings) is filled here.

use documents::{Input, Item, Opinion, Paper, Point, Receipt, Row, Span};
use law::Day;
use law::acts::{Act, ActNo, DisputeKind, Draft, FieldType, Kind};
use law::case::{Case, REGISTERED, Recorded, Subject};
use law::deadline::Term;
use ledger::{Fault, Tx};
use office::Role;

use super::input::{Making, day_words, kept, served, sum};

/// Papers a file's index lists at most; a case has far fewer.
const INDEX: usize = 500;

pub(super) fn fill(tx: &mut Tx<'_>, making: &Making<'_>, input: &mut Input) -> Result<(), Fault> {
    let document = making.document;
    let forms = ["row(", "rest(", "entries-of", "rows"].iter().any(|name| document.reads(name));
    if forms {
        input.rows = rows(making);
    }
    input.content = content(making).unwrap_or_default();
    input.about = about(making).map(|no| paper(making, no));
    input.to = to(making);
    input.term = term(making);
    input.sum = amount(making);
    opinions(tx, making, input)?;
    items(tx, making, input)?;
    sections(tx, making, input)?;
    hearing(making, input);
    decision(making, input);
    Ok(())
}

/// Every field said in a word or a line, in the order of the form.
fn rows(making: &Making<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for field in making.kind().fields() {
        let Some(text) = making.said(field.key) else { continue };
        let day = || text.parse::<Day>().map(day_words);
        let names = || text.split('、').filter_map(|id| id.parse().ok()).map(|id| making.name(id)).collect::<Vec<_>>();
        let value = match field.ty {
            FieldType::Words | FieldType::Blobs | FieldType::PartyKey | FieldType::Conducts | FieldType::Factors => {
                continue;
            }
            FieldType::Day => day().unwrap_or(text),
            FieldType::Person | FieldType::Persons => names().join("、"),
            FieldType::Money => format!("{text}元").replace("元元", "元"),
            FieldType::Matter => making.own.corpus.matter(&text).map_or(text, |matter| matter.name.clone()),
            FieldType::Act(_) | FieldType::Acts(_) => {
                let numbers = text.split('、').filter_map(|no| no.parse().ok()).map(ActNo);
                numbers.map(|no| named(making, no)).collect::<Vec<_>>().join("；")
            }
            _ => text,
        };
        rows.push(Row { label: field.label.to_owned(), value });
    }
    rows
}

/// The text the act is about, where it is none of those with a place of their own.
fn content(making: &Making<'_>) -> Option<String> {
    const OWN: &[&str] = &["facts", "reason", "evidence_summary", "items", "departure"];
    let mut fields = making.kind().fields().iter();
    let field = fields.find(|field| field.ty == FieldType::Words && !OWN.contains(&field.key))?;
    making.said(field.key).filter(|_| making.kind() != Kind::OrderedToCorrect)
}

/// The earlier act whose paper this one is about. A request is passed over for the decision it is made against.
fn about(making: &Making<'_>) -> Option<ActNo> {
    let case = &making.file.log.case;
    let of = |subject: Subject| match subject {
        Subject::Document(no) | Subject::Item(no) => Some(no),
        Subject::Case | Subject::Party(_) => None,
    };
    let no = of(making.subject)?;
    match case.record(no) {
        Some(rec) if matches!(rec.act, Act::DisputeOpened(_) | Act::PostponementAsked(_) | Act::CashCollected(_)) => {
            of(rec.subject)
        }
        _ => Some(no),
    }
}

/// An earlier act as another paper names it.
fn paper(making: &Making<'_>, no: ActNo) -> Paper {
    let case = &making.file.log.case;
    let Some(rec) = case.record(no) else { return Paper::default() };
    Paper {
        title: title(making, rec),
        number: rec.allocated.number.clone().unwrap_or_default(),
        day: Some(rec.happened.to_string()),
    }
}

/// The title of the paper of an act, as it was issued; of an act without one, its word.
fn title(making: &Making<'_>, rec: &Recorded) -> String {
    let issued = making.file.log.entries.iter().zip(making.file.log.case.log()).find(|(_, at)| at.no == rec.no);
    let issued = issued.and_then(|(kept, _)| kept.issued.as_ref()).map(|issued| issued.kind.as_str());
    let hearing = matches!(&rec.act, Act::PriorNotice(act) if act.hearing_right);
    match issued
        .or_else(|| super::code_of(&making.file.log.case, rec.subject, &rec.act.to_draft()))
        .and_then(documents::kind)
    {
        Some(kind) => kind.hearing_title.filter(|_| hearing).unwrap_or(kind.title).to_owned(),
        None => rec.act.kind().label().to_owned(),
    }
}

/// An earlier act as a piece of evidence: what it is, and its day.
fn named(making: &Making<'_>, no: ActNo) -> String {
    let Some(rec) = making.file.log.case.record(no) else { return String::new() };
    let what = match &rec.act {
        Act::EvidenceTaken(act) => format!("{}：{}", act.sort.label(), act.name),
        _ => title(making, rec),
    };
    format!("{what}，{}", day_words(rec.happened))
}

fn to(making: &Making<'_>) -> String {
    let case = &making.file.log.case;
    let opened = || match making.subject {
        Subject::Item(no) => case.record(no).and_then(|rec| match &rec.act {
            Act::DisputeOpened(act) => Some(act.authority.clone()),
            _ => None,
        }),
        _ => None,
    };
    match &making.draft {
        Draft::CourtApplied(act) => act.court.value.clone(),
        Draft::CrimeTransferred(act) => act.to.value.clone(),
        Draft::TestCommissioned(act) => act.tester.value.clone(),
        Draft::AssistanceRequested(act) => act.to.value.clone(),
        Draft::DisputeReplied(_) => opened(),
        _ => None,
    }
    .unwrap_or_default()
}

/// The term the paper names; how long the law gives is asked of the law.
fn term(making: &Making<'_>) -> Option<Span> {
    let case = &making.file.log.case;
    let calendar = making.own.corpus.calendar();
    let from = making.happened;
    let days = |start: Day, days: u32| {
        let term = Term::days(u16::try_from(days).unwrap_or(u16::MAX));
        calendar.due(start, term, &[]).last
    };
    let until = match (&making.draft, making.subject) {
        (Draft::EvidenceRegistered(_), _) => calendar.due(from, REGISTERED, &[]).last,
        (Draft::Seized(act), _) => days(from, act.days.value?),
        (Draft::SeizureExtended(act), Subject::Item(seizure)) => {
            let Act::Seized(seized) = &case.record(seizure)?.act else { return None };
            let before = case.on::<law::acts::SeizureExtended>(making.subject).map(|fact| fact.days);
            let all = before.fold(seized.days, u32::saturating_add).saturating_add(act.days.value?);
            let start = case.record(seizure)?.happened;
            let term = Term::days(u16::try_from(all).unwrap_or(u16::MAX));
            calendar.due(start, term, &case.tests_told(seizure, from)).last
        }
        _ => making.said("until")?.parse().ok()?,
    };
    Some(Span { from: Some(from.to_string()), until: until.to_string() })
}

fn amount(making: &Making<'_>) -> Option<documents::Sum> {
    match &making.draft {
        Draft::Demanded(act) => act.amount.value.flatten(),
        Draft::SubstituteDecided(act) => act.budget.value,
        Draft::SurchargeCharged(act) => act.amount.value,
        _ => None,
    }
    .filter(|fen| fen.0 > 0)
    .map(sum)
}

/// What those say who signed before, the head by performing the act, and the legal reviewer by theirs. Where an organ has no chain, what others
/// say of it is written by hand.
fn opinions(tx: &mut Tx<'_>, making: &Making<'_>, input: &mut Input) -> Result<(), Fault> {
    if !making.document.reads("opinion") && !making.document.reads("opinions") {
        return Ok(());
    }
    if let Some(approval) = making.approval {
        input.opinions = chain(tx, making, approval)?;
    }
    let refused = ["approve", "granted", "recuse"].iter().any(|key| making.said(key).as_deref() == Some("否"));
    let day = Some(making.happened.to_string());
    let head = ["head", "approvers"].iter().find_map(|key| making.said(key)).filter(|_| making.live);
    if let Some(head) = head {
        let names: Vec<String> = head.split('、').filter_map(|id| id.parse().ok()).map(|id| making.name(id)).collect();
        let text = if refused { "不同意。" } else { "同意。" };
        input
            .opinions
            .push(Opinion { step: "机关负责人".into(), text: text.into(), name: names.join("、"), day });
    }
    if !making.document.reads("法制审核") {
        return Ok(());
    }
    if let Some(review) = making.file.log.case.all::<law::acts::LegallyReviewed>().last() {
        input.opinions.push(Opinion {
            step: "法制审核".into(),
            text: review.result.label().into(),
            name: making.name(review.reviewer.0),
            day: Some(review.day().to_string()),
        });
    }
    Ok(())
}

/// The signatures of a chain before the last one, which is the head's who performs the act: first who submitted it, then each step under
/// the name it has on the form, or under its role where the form has no place for it.
fn chain(tx: &mut Tx<'_>, making: &Making<'_>, approval: i64) -> Result<Vec<Opinion>, Fault> {
    let bureau = tx.bureau().to_owned();
    let key = [bureau.as_str().into(), approval.into()];
    let sql = "SELECT person, submitted FROM approvals WHERE bureau = $1 AND id = $2";
    let submitted = tx.row(sql, &key, |row| Ok((row.int(0), row.text(1))))?;
    let signed = tx.rows(
        "SELECT role, person, of_person, day FROM approval_signatures WHERE bureau = $1 AND approval = $2 ORDER BY step",
        &key,
        |row| Ok((row.text(0), row.int(1), row.opt_int(2), row.text(3))),
    )?;
    let name = |person: i64| u32::try_from(person).map(|person| making.name(person)).unwrap_or_default();
    let submitted = submitted.map(|(person, day)| Opinion {
        step: "承办人".into(),
        text: "提请审批。".into(),
        name: name(person),
        day: Some(day),
    });
    let signed = signed.into_iter().map(|(role, person, of, day)| {
        let own = name(person);
        let role = Role::parse(&role);
        let step = match role {
            Some(Role::SquadLeader) if making.document.reads("opinion(\"部门负责人\")") => "部门负责人",
            Some(role) => role.label(),
            None => "审批人",
        };
        let name = of.map_or_else(|| own.clone(), |of| format!("{own}（受{}委托）", name(of)));
        Opinion { step: step.into(), text: "同意。".into(), name, day: Some(day) }
    });
    Ok(submitted.into_iter().chain(signed).collect())
}

/// The goods of the act, or of the act it is about. A line is a thing; parts between bars are name, quantity, make, state and seal.
fn items(tx: &mut Tx<'_>, making: &Making<'_>, input: &mut Input) -> Result<(), Fault> {
    if !making.document.reads("item-table") && !making.document.reads("\"items\"") {
        return Ok(());
    }
    let text = match (making.said("items"), making.subject) {
        (Some(text), _) => Some(text),
        (None, Subject::Item(no) | Subject::Document(no)) => kept(tx, making.file, no, "items")?,
        (None, _) => None,
    };
    let lines =
        text.iter().flat_map(|text| text.split(['\n', '；', ';'])).map(str::trim).filter(|line| !line.is_empty());
    input.items = lines
        .map(|line| {
            let mut parts = line.split(['|', '｜']).map(|part| part.trim().to_owned());
            let mut next = || parts.next().unwrap_or_default();
            Item { name: next(), quantity: next(), spec: next(), state: next(), seal: next() }
        })
        .collect();
    Ok(())
}

/// Sections that belong to one kind of act.
fn sections(tx: &mut Tx<'_>, making: &Making<'_>, input: &mut Input) -> Result<(), Fault> {
    let case = &making.file.log.case;
    match &making.draft {
        Draft::Discussed(act) => {
            let heads = act.heads.value.iter().flatten();
            input.people = heads
                .map(|head| documents::Attendee { role: "出席负责人".into(), name: making.name(head.0) })
                .collect();
        }
        Draft::Rechecked(_) | Draft::DemandRechecked(_) => {
            if let Subject::Item(no) = making.subject {
                let said = kept(tx, making.file, no, "content")?.unwrap_or_default();
                let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
                input.points = lines.map(|line| Point { point: line.to_owned(), ..Point::default() }).collect();
            }
        }
        Draft::FinalReport(act) => {
            input.evidence = act.evidence.value.iter().flatten().map(|no| named(making, *no)).collect();
        }
        Draft::DisputeReplied(act) => {
            input.evidence = act.evidence.value.iter().flatten().map(|no| named(making, *no)).collect();
        }
        Draft::CashCollected(_) | Draft::CashHandedIn(_) | Draft::CashDeposited(_) => receipts(making, input),
        Draft::Served(act) => {
            if let Subject::Document(no) = making.subject {
                let paper = paper(making, no);
                input.service = Some(documents::Service {
                    documents: vec![documents::ServedDocument { title: paper.title, number: paper.number }],
                    way: act.way.value.map(|way| way.label().to_owned()).unwrap_or_default(),
                    day: Some(making.happened.to_string()),
                    time: making.time.map(|t| format!("{:02}:{:02}", t.hour(), t.minute())),
                    ..documents::Service::default()
                });
            }
        }
        Draft::EvidenceTaken(act) => {
            // The digests of the files are what they are checked by.
            let files: Vec<String> = act.files.value.iter().flatten().map(|blob| blob.0.clone()).collect();
            if !files.is_empty() {
                input.rows.push(Row { label: "校验值".into(), value: format!("SHA-256：{}", files.join("；")) });
            }
        }
        Draft::Archived(_) => input.index = index(making, case, |_| true),
        Draft::Closed(_) => {
            input.index = index(making, case, |act| {
                matches!(
                    act,
                    Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::UnprovenDecided(_) | Act::OnSpotPenalty(_)
                )
            });
        }
        _ => {}
    }
    Ok(())
}

fn index(making: &Making<'_>, case: &Case, wanted: impl Fn(&Act) -> bool) -> Vec<Paper> {
    let papers = case.standing().filter(|act| act.allocated.document.is_some() && wanted(&act.act));
    papers.take(INDEX).map(|act| paper(making, act.no)).collect()
}

/// The way of cash from the officer to the bank, up to this act.
fn receipts(making: &Making<'_>, input: &mut Input) {
    let case = &making.file.log.case;
    let now = Receipt {
        what: making.kind().label().into(),
        number: making.said("receipt").unwrap_or_default(),
        fen: match &making.draft {
            Draft::CashCollected(act) => act.amount.value.map(|fen| fen.0),
            _ => None,
        },
        day: making.happened.to_string(),
    };
    if let Subject::Item(no) = making.subject {
        let before = case.record(no).into_iter().chain(case.standing().filter(|act| act.subject == making.subject));
        for rec in before {
            let (number, fen) = match &rec.act {
                Act::CashCollected(act) => (&act.receipt, Some(act.amount.0)),
                Act::CashHandedIn(act) => (&act.receipt, None),
                Act::CashDeposited(act) => (&act.receipt, None),
                _ => continue,
            };
            let (what, day) = (rec.act.kind().label().to_owned(), rec.happened.to_string());
            input.receipts.push(Receipt { what, number: number.clone(), fen, day });
        }
    }
    input.receipts.push(now);
}

/// The hearing this act calls, holds or reports on.
fn hearing(making: &Making<'_>, input: &mut Input) {
    let case = &making.file.log.case;
    if let Draft::PriorNotice(act) = &making.draft {
        input.hearing_right = act.hearing_right.value == Some(true);
    }
    let name = |person: &law::acts::PersonId| making.name(person.0);
    input.hearing = match &making.draft {
        Draft::HearingNotified(act) => Some(documents::Hearing {
            held: false,
            day: act.day.value.map(|day| day.to_string()).unwrap_or_default(),
            time: act.time.value.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())),
            place: act.place.value.clone().unwrap_or_default(),
            public: act.open.value == Some(true),
            chair: act.chair.value.as_ref().map(name).unwrap_or_default(),
            members: act.members.value.iter().flatten().map(name).collect(),
            clerk: act.clerk.value.as_ref().map(name).unwrap_or_default(),
        }),
        Draft::HearingHeld(_) | Draft::HearingReported(_) => {
            let notified = case.on::<law::acts::HearingNotified>(making.subject).last();
            notified.map(|act| documents::Hearing {
                held: true,
                day: act.day.to_string(),
                time: Some(format!("{:02}:{:02}", act.time.hour(), act.time.minute())),
                place: act.place.clone(),
                public: act.open,
                chair: name(&act.chair),
                members: act.members.iter().map(name).collect(),
                clerk: name(&act.clerk),
            })
        }
        _ => None,
    };
}

/// What a decision says of the steps before it.
fn decision(making: &Making<'_>, input: &mut Input) {
    let case = &making.file.log.case;
    let Draft::PenaltyDecided(act) = &making.draft else { return };
    let party = making.subject;
    let held = case.standing().rev().find(|a| a.subject == party && matches!(a.act, Act::HearingHeld(_)));
    if let Some(held) = held.filter(|_| act.cites_hearing.value == Some(true)) {
        let day = held.happened.to_string();
        input.hearing = Some(documents::Hearing { held: true, day, ..documents::Hearing::default() });
    }
    let notice = case.standing().rev().find(|a| a.subject == party && matches!(a.act, Act::PriorNotice(_)));
    input.days.notified = notice.and_then(|n| served(making.file, n.no)).map(|d| d.to_string());
    let ordered = case.standing().find(|a| matches!(a.act, Act::OrderedToCorrect(_)));
    if let (Some(ordered), Some(document)) = (ordered, ordered.and_then(|o| o.allocated.number.as_ref())) {
        let demanded = format!("按照{}《责令改正通知书》（{document}）的要求改正违法行为", day_words(ordered.happened));
        input.order = Some(documents::Order { demanded, deadline: None });
    }
}

/// The paper of a reply depends on what it replies to.
pub(super) fn replies_to_suit(case: &Case, subject: Subject) -> bool {
    let Subject::Item(no) = subject else { return false };
    matches!(case.record(no).map(|rec| &rec.act), Some(Act::DisputeOpened(act)) if act.sort == DisputeKind::Suit)
}
