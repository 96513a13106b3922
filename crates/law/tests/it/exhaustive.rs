//! Every reachable state of bounded products, breadth first: what the judge lets through breaks no law, and every state can still be closed.
//!
//! A product is a short opening, an alphabet of acts with a value on each side of its rules, and how often each may be done. The calendar works
//! every day, so that only distances matter; waiting jumps to the last day of each clock the product reads and to the day after. Two logs are one
//! state when the same acts stand in an order no rule can tell apart and the clocks read have the same distance to their ends.
//! Bounds: the acts named and their counts; one conduct; one fine. `XIEZHI_WALK` set makes the products wider.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use law::Day;
use law::acts::*;
use law::calendar::Calendar;
use law::case::{Case, Recorded, Subject};
use law::clocks::{State as ClockState, clocks};
use law::corpus::Corpus;
use law::guide::prefill;
use law::judge::{Judgement, Neighbours, Now, Proposal, judge, judge_traced, record};
use law::scenario::{demo_office, fill, play};

use crate::checker::check_on;

/// An act of the alphabet: its kind, the party where it has one, its fields, and how often it may stand for one subject.
struct Move {
    kind: Kind,
    party: u8,
    fields: &'static [(&'static str, &'static str)],
    most: usize,
}

const fn act(kind: Kind, fields: &'static [(&'static str, &'static str)], most: usize) -> Move {
    Move { kind, party: 0, fields, most }
}

const fn of(party: u8, kind: Kind, fields: &'static [(&'static str, &'static str)]) -> Move {
    Move { kind, party, fields, most: 1 }
}

struct Product {
    name: &'static str,
    opening: String,
    moves: Vec<Move>,
    /// Clocks whose end a rule of the alphabet reads.
    read: &'static [&'static str],
    /// Kinds no rule of the alphabet orders against others.
    unordered: &'static [Kind],
    /// Kinds of which rules only ask the last: an earlier one is no part of the state.
    last_only: &'static [Kind],
    /// The only kinds documents and items are of.
    on: &'static [Kind],
    /// Whether nothing before a standing decision matters after it: true where nothing revokes it.
    ends_with_decision: bool,
    /// More states than this are a fault of the product.
    bound: usize,
}

struct Found {
    states: usize,
    judged: usize,
    closed: usize,
    depth: usize,
    stuck: Vec<String>,
    unmet: BTreeSet<&'static str>,
    met: BTreeSet<&'static str>,
}

struct Node {
    parent: usize,
    rec: Option<Rc<Recorded>>,
    today: Day,
    depth: usize,
}

/// The log of a node, the steps of waiting passed over.
fn path(nodes: &[Node], mut at: usize, opening: &[Rc<Recorded>]) -> Vec<Recorded> {
    let mut list = Vec::new();
    while at != 0 {
        list.extend(nodes[at].rec.clone());
        at = nodes[at].parent;
    }
    list.reverse();
    opening.iter().chain(&list).map(|rec| (**rec).clone()).collect()
}

fn key(product: &Product, case: &Case, log: &[Recorded], now: &Now<'_>, opened: usize) -> String {
    use std::fmt::Write as _;
    let describe = |rec: &Recorded| {
        let subject = match rec.subject {
            Subject::Case => String::new(),
            Subject::Party(no) => format!("p{no}"),
            Subject::Document(no) | Subject::Item(no) => nth(log, no),
        };
        let told = match &rec.act {
            Act::PriorNotice(a) => format!("{}{}", a.fine.0, a.hearing_right),
            Act::PenaltyDecided(a) => a.fine.0.to_string(),
            Act::OnSpotPenalty(a) => a.fine.0.to_string(),
            Act::FinePaid(a) => a.amount.0.to_string(),
            Act::CashCollected(a) => a.amount.0.to_string(),
            Act::LegallyReviewed(a) => format!("{:?}", a.result),
            Act::FinalReport(a) => format!("{:?}", a.outcome),
            Act::NormChosen(a) => format!("{}{}", a.applied, a.set_aside),
            Act::EvidenceVerified(a) => format!("{:?}", a.result),
            Act::CourtRuled(a) => format!("{:?}", a.result),
            Act::RegisteredDisposed(a) => format!("{:?}", a.way),
            Act::Waived(a) => format!("{:?}", a.waiver),
            // A request keeps whether it came in time, however long ago.
            Act::HearingAsked(_) => case
                .party_of(rec.no)
                .map(|party| case.hearing_requests(party))
                .into_iter()
                .flatten()
                .filter(|request| request.asked == rec.no)
                .map(|request| case.asked_in_time(&request, now.calendar).to_string())
                .collect(),
            Act::HearingNotified(a) => {
                let settled = log
                    .iter()
                    .any(|later| later.no > rec.no && matches!(later.act, Act::HearingHeld(_) | Act::HearingEnded(_)));
                format!("{}", if settled { -1 } else { (a.day - now.today).get_days().max(-1) })
            }
            // An application to the court asks how long ago the demand was served.
            Act::Served(_) if matches!(rec.subject, Subject::Document(no) if log[no.0 as usize - 1].act.kind() == Kind::Demanded) =>
            {
                format!("{}", (now.today - rec.happened).get_days().min(11))
            }
            _ => String::new(),
        };
        format!("{:?}{subject}{told}", rec.act.kind())
    };
    let mut free: Vec<String> = Vec::new();
    let mut text = String::new();
    let decided = log.iter().position(|rec| product.ends_with_decision && rec.act.kind() == Kind::PenaltyDecided);
    for (at, rec) in log.iter().enumerate().skip(decided.unwrap_or(opened)) {
        let kind = rec.act.kind();
        let superseded = log[at + 1..].iter().any(|later| later.act.kind() == kind && later.subject == rec.subject);
        if product.last_only.contains(&kind) && superseded {
            continue;
        }
        if product.unordered.contains(&rec.act.kind()) {
            free.push(describe(rec));
        } else {
            let _ = write!(text, "{};", describe(rec));
        }
    }
    free.sort();
    let _ = write!(text, "|{}|", free.join(";"));
    for clock in clocks(case, now).iter().filter(|clock| product.read.contains(&clock.id)) {
        // The party's time to answer is over for good once the decision stands.
        if decided.is_some() && clock.id.starts_with("I1") {
            continue;
        }
        let left = match clock.state {
            ClockState::Running => i64::from((clock.due.last - now.today).get_days()),
            ClockState::Over => -1,
            ClockState::Done(_) | ClockState::Paused => -2,
        };
        let of = match clock.of {
            Subject::Document(no) | Subject::Item(no) => nth(log, no),
            other => format!("{other:?}"),
        };
        let _ = write!(text, "{}{of}{left};", clock.id);
    }
    text
}

fn subjects(product: &Product, case: &Case, log: &[Recorded], step: &Move) -> Vec<Subject> {
    match step.kind.subject() {
        SubjectKind::Case => vec![Subject::Case],
        SubjectKind::Party => vec![Subject::Party(PartyNo(step.party))],
        kind => log
            .iter()
            .filter(|rec| step.kind.subject_kinds().contains(&rec.act.kind()) && product.on.contains(&rec.act.kind()))
            .filter(|rec| case.party_of(rec.no).is_none_or(|party| party.0 == step.party))
            .map(|rec| if kind == SubjectKind::Document { Subject::Document(rec.no) } else { Subject::Item(rec.no) })
            .collect(),
    }
}

fn propose(case: &Case, step: &Move, subject: Subject, today: Day) -> Proposal {
    let mut team = vec![PersonId(1), PersonId(2)];
    let mut draft = prefill(case, step.kind, subject, &team);
    for (field, value) in step.fields {
        let days = value.strip_prefix('+').and_then(|days| days.parse::<i64>().ok());
        let text = match days {
            Some(days) => today.saturating_add(jiff::SignedDuration::from_hours(24 * days)).to_string(),
            None => (*value).to_owned(),
        };
        match *field {
            "team" => team.truncate(1),
            _ => draft.set(field, &text, &NoNames).unwrap_or_else(|e| panic!("{}: {e}", step.kind.label())),
        }
    }
    fill(&mut draft, today, &team);
    Proposal { subject, entry: step.kind.usual_entry(), at: today, time: None, team, draft }
}

/// Which acts of the alphabet the judge allows, and with which marks, without counting how often: what two logs of one state must agree on.
fn allowed(product: &Product, log: &[Recorded], now: &Now<'_>) -> BTreeSet<String> {
    let case = Case::of(log);
    let mut list = BTreeSet::new();
    let decided = product.ends_with_decision && case.has(Kind::PenaltyDecided);
    for (at, step) in product.moves.iter().enumerate() {
        for subject in subjects(product, &case, log, step) {
            // What comes before a decision is dead after it, whether or not it could still be recorded.
            let live = match step.kind {
                Kind::FinePaid | Kind::Closed | Kind::PenaltyDecided => true,
                Kind::Served => {
                    matches!(subject, Subject::Document(no) if log[no.0 as usize - 1].act.kind() == Kind::PenaltyDecided)
                }
                _ => false,
            };
            if decided && !live {
                continue;
            }
            let about = match subject {
                Subject::Document(no) | Subject::Item(no) => nth(log, no),
                other => format!("{other:?}"),
            };
            if let Judgement::Allowed { .. } = judge(&case, &propose(&case, step, subject, now.today), now) {
                list.insert(format!("{at} {} {about}", step.kind.label()));
            }
        }
    }
    list
}

/// The act as the first, second, … of its kind about its subject.
fn nth(log: &[Recorded], no: ActNo) -> String {
    let rec = &log[no.0 as usize - 1];
    let same = |r: &&Recorded| r.act.kind() == rec.act.kind() && r.subject == rec.subject;
    let before = log.iter().take(no.0 as usize).filter(same).count();
    let party = if let Subject::Party(no) = rec.subject { format!("p{no}") } else { String::new() };
    format!("{:?}{party}{before}", rec.act.kind())
}

fn explore(product: &Product) -> Found {
    let office = demo_office();
    let verified = BTreeSet::new();
    let corpus = Corpus::builtin();
    let played = play("", &product.opening);
    assert!(played.outcome.passed, "{}: {}", product.name, played.outcome.report);
    let opening: Vec<Rc<Recorded>> = played.log.into_iter().map(Rc::new).collect();
    let start = opening.last().map_or(jiff::civil::date(2026, 9, 1), |rec| rec.happened);
    let now_on = |today: Day| Now {
        today,
        corpus,
        calendar: Calendar::every_day(),
        office: &office,
        neighbours: Neighbours::default(),
        verified: &verified,
    };
    let mut merged = 0u32;
    let mut nodes = vec![Node { parent: 0, rec: None, today: start, depth: 0 }];
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut back: Vec<Vec<usize>> = vec![Vec::new()];
    let mut closed: Vec<usize> = Vec::new();
    let (mut judged, mut depth) = (0, 0);
    let (mut met, mut unmet) = (BTreeSet::new(), BTreeSet::new());
    let first = path(&nodes, 0, &opening);
    seen.insert(key(product, &Case::of(&first), &first, &now_on(start), opening.len()), 0);
    let mut at = 0;
    while at < nodes.len() {
        assert!(nodes.len() <= product.bound, "{}: more than {} states", product.name, product.bound);
        let log = path(&nodes, at, &opening);
        let case = Case::of(&log);
        let today = nodes[at].today;
        let now = now_on(today);
        depth = depth.max(nodes[at].depth);
        if case.over() {
            closed.push(at);
            at += 1;
            continue;
        }
        for step in &product.moves {
            for subject in subjects(product, &case, &log, step) {
                let same = |rec: &&Recorded| rec.act.kind() == step.kind && rec.subject == subject;
                if log[opening.len()..].iter().filter(same).count() >= step.most {
                    continue;
                }
                let proposal = propose(&case, step, subject, today);
                judged += 1;
                for (rule, answer) in judge_traced(&case, &proposal, &now) {
                    match answer {
                        "met" => met.insert(rule),
                        "unmet" => unmet.insert(rule),
                        _ => false,
                    };
                }
                if let Judgement::Allowed { act, marks } = judge(&case, &proposal, &now) {
                    let rec = record(&case, &proposal, &now, act, marks, "walk");
                    let mut longer = log.clone();
                    longer.push(rec);
                    let outcome = matches!(
                        step.kind,
                        Kind::PenaltyDecided
                            | Kind::PenaltyWaived
                            | Kind::OnSpotPenalty
                            | Kind::Closed
                            | Kind::CourtApplied
                    );
                    let next = key(product, &Case::of(&longer), &longer, &now, opening.len());
                    // The checker reads every new state, and every edge that is a decision or a closing.
                    if outcome || !seen.contains_key(&next) {
                        let wrong = check_on(&longer, &office, &[], Calendar::every_day());
                        assert!(wrong.is_empty(), "{}: {wrong:?}\n{}", product.name, story(&longer));
                    }
                    let to = *seen.entry(next).or_insert(nodes.len());
                    if to == nodes.len() {
                        let rec = longer.pop().map(Rc::new);
                        nodes.push(Node { parent: at, rec, today, depth: nodes[at].depth + 1 });
                        back.push(Vec::new());
                    } else {
                        // Now and then the two logs of one state are compared: a key that forgets what a rule reads would show here.
                        merged += 1;
                        if merged.is_multiple_of(23) {
                            let other = path(&nodes, to, &opening);
                            assert_eq!(
                                allowed(product, &longer, &now),
                                allowed(product, &other, &now_on(nodes[to].today)),
                                "{}: one key, two states\n{}\n{}",
                                product.name,
                                story(&longer),
                                story(&other)
                            );
                        }
                    }
                    back[to].push(at);
                }
            }
        }
        let mut days: Vec<Day> = clocks(&case, &now)
            .into_iter()
            .filter(|clock| product.read.contains(&clock.id) && clock.state == ClockState::Running)
            .flat_map(|clock| [clock.due.last, clock.due.last.tomorrow().expect("in range")])
            .chain(case.all::<HearingNotified>().map(|fact| fact.act.day))
            .chain(case.all::<Demanded>().filter_map(|fact| case.served(fact.no())).flat_map(|served| {
                [10, 11].map(|days| served.day().saturating_add(jiff::SignedDuration::from_hours(24 * days)))
            }))
            .filter(|day| *day > today)
            .collect();
        days.sort_unstable();
        days.dedup();
        // A later edge is reached by waiting again.
        for day in days.into_iter().take(1) {
            let next = key(product, &case, &log, &now_on(day), opening.len());
            let to = *seen.entry(next).or_insert(nodes.len());
            if to == nodes.len() {
                nodes.push(Node { parent: at, rec: None, today: day, depth: nodes[at].depth });
                back.push(Vec::new());
            }
            back[to].push(at);
        }
        at += 1;
    }
    let mut alive: BTreeSet<usize> = closed.iter().copied().collect();
    let mut open = closed.clone();
    while let Some(state) = open.pop() {
        for from in &back[state] {
            if alive.insert(*from) {
                open.push(*from);
            }
        }
    }
    let stuck = (0..nodes.len())
        .filter(|state| !alive.contains(state))
        .take(3)
        .map(|state| format!("{} {}", nodes[state].today, story(&path(&nodes, state, &opening))))
        .collect();
    Found { states: nodes.len(), judged, closed: closed.len(), depth, stuck, unmet, met }
}

fn story(log: &[Recorded]) -> String {
    log.iter().map(|rec| format!("{} {}", rec.happened, rec.act.kind().label())).collect::<Vec<_>>().join("、")
}

const OPENING: &str = "2026-09-01 线索登记 当事人:个人 事项:C09\n2026-09-01 立案\n2026-09-01 现场笔录\n2026-09-01 证据核实\n2026-09-01 责令改正\n2026-09-01 法律适用选择 适用事项:C09 不适用事项:C12\n";

/// Most states a product may have; wide ones are walked only when asked.
#[expect(clippy::disallowed_methods, reason = "a wider walk is asked for by the environment")]
fn wide() -> bool {
    std::env::var_os("XIEZHI_WALK").is_some()
}

fn explored(product: &Product) -> Found {
    let clock = std::time::Instant::now();
    let found = explore(product);
    println!(
        "{}: {} states, {} judged, {} closed, {} acts deep, {:?}",
        product.name,
        found.states,
        found.judged,
        found.closed,
        found.depth,
        clock.elapsed()
    );
    assert!(found.closed > 0, "{}: nothing closed", product.name);
    assert_eq!(found.stuck, Vec::<String>::new(), "{}: stuck", product.name);
    found
}

/// Every rule of the list was seen on both sides in the product.
fn both_sides(product: &Product, found: &Found, rules: &[&str]) {
    for rule in rules {
        assert!(found.met.contains(rule), "{}: {rule} never met", product.name);
        assert!(found.unmet.contains(rule), "{}: {rule} never unmet", product.name);
    }
}

#[test]
fn the_choice_between_norms_is_exhausted() {
    use Kind as K;
    let opening = OPENING.split("2026-09-01 法律适用选择").next().expect("there");
    let product = Product {
        name: "norms",
        opening: opening.to_owned(),
        moves: vec![
            act(K::FinalReport, &[("evidence", "3")], 1),
            act(K::NormChosen, &[("applied", "C09"), ("set_aside", "C12")], usize::MAX),
            act(K::NormChosen, &[("applied", "C12"), ("set_aside", "C09")], usize::MAX),
            act(K::NormChosen, &[("applied", "C09"), ("set_aside", "C07")], 1),
            act(K::NormChosen, &[("applied", "C09"), ("set_aside", "C12"), ("chooser", "1")], 1),
            act(K::PriorNotice, &[("fine", "3,000元"), ("hearing_right", "否")], 1),
            act(K::Served, &[], 1),
            act(K::PenaltyDecided, &[], 1),
            act(K::FinePaid, &[], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I11"],
        unordered: &[K::Served, K::FinePaid],
        // One pair of norms: only the last choice says anything.
        last_only: &[K::NormChosen],
        on: &[K::PriorNotice, K::PenaltyDecided],
        ends_with_decision: true,
        bound: 60_000,
    };
    let found = explored(&product);
    both_sides(&product, &found, &["D2", "D2b", "D2c", "I10a", "I11", "I60a"]);
}

#[test]
fn the_main_line_is_exhausted() {
    use Kind as K;
    let mut product = Product {
        name: "main line",
        opening: OPENING.to_owned(),
        moves: vec![
            act(K::FinalReport, &[("evidence", "3")], 1),
            act(K::EvidenceVerified, &[("evidence", "3"), ("result", "予以排除")], usize::MAX),
            act(K::EvidenceVerified, &[("evidence", "3"), ("result", "查证属实")], usize::MAX),
            act(K::PriorNotice, &[("fine", "6,000元"), ("hearing_right", "是")], 1),
            act(K::PriorNotice, &[("fine", "3,000元"), ("hearing_right", "否")], 1),
            act(K::PriorNotice, &[("fine", "6,000元"), ("hearing_right", "否")], 1),
            act(K::PriorNotice, &[("fine", "20,000元"), ("hearing_right", "是")], 1),
            act(K::PriorNotice, &[("fine", "3,000元"), ("team", "")], 1),
            act(K::Served, &[], 1),
            act(K::Defended, &[], 1),
            act(K::Rechecked, &[], 1),
            act(K::Waived, &[("waiver", "均放弃")], 1),
            act(K::LegallyReviewed, &[("result", "不同意")], usize::MAX),
            act(K::LegallyReviewed, &[], usize::MAX),
            act(K::LegallyReviewed, &[("reviewer", "1")], 1),
            act(K::Discussed, &[], usize::MAX),
            act(K::Discussed, &[("heads", "50")], 1),
            act(K::PenaltyDecided, &[], 1),
            act(K::PenaltyDecided, &[("fine", "7,000元")], 1),
            act(K::PenaltyDecided, &[("head", "1")], 1),
            act(K::FinePaid, &[], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I11", "I16"],
        unordered: &[K::Served, K::FinePaid, K::Rechecked, K::EvidenceVerified],
        last_only: &[K::LegallyReviewed, K::Discussed, K::EvidenceVerified],
        on: &[K::PriorNotice, K::PenaltyDecided, K::Defended],
        ends_with_decision: true,
        bound: 60_000,
    };
    if wide() {
        product.moves.extend([act(K::Defended, &[], 2), act(K::Rechecked, &[("result", "采纳")], 2)]);
        product.bound = 400_000;
    }
    let found = explored(&product);
    both_sides(
        &product,
        &found,
        &[
            "I1", "I10a", "I10c", "I11", "I12", "I14b", "I15a", "I16", "I21a", "I21b", "I23a", "I23b", "I28b", "I37a",
            "H1", "R2", "I60a",
        ],
    );
}

#[test]
fn the_hearing_is_exhausted() {
    use Kind as K;
    let product = Product {
        name: "hearing",
        opening: format!(
            "{OPENING}2026-09-01 调查终结报告\n2026-09-01 事先告知 罚款:6,000元 听证权:是\n2026-09-01 送达 文书:事先告知\n"
        ),
        moves: vec![
            act(K::Waived, &[("waiver", "均放弃")], 1),
            act(K::HearingAsked, &[], 1),
            act(K::HearingRefused, &[], 1),
            act(K::HearingNotified, &[("day", "+8"), ("announced", "+0")], 1),
            act(K::HearingNotified, &[("day", "+7"), ("announced", "+0")], 1),
            act(K::HearingNotified, &[("day", "+8"), ("announced", "+0"), ("chair", "1")], 1),
            act(K::HearingHeld, &[], 2),
            act(K::HearingEnded, &[], 2),
            act(K::LegallyReviewed, &[("result", "不同意")], usize::MAX),
            act(K::LegallyReviewed, &[], usize::MAX),
            act(K::Discussed, &[], usize::MAX),
            act(K::PenaltyDecided, &[("cites_hearing", "是")], 1),
            act(K::PenaltyDecided, &[("cites_hearing", "否")], 1),
            act(K::Served, &[], 1),
            act(K::FinePaid, &[], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I11", "I16"],
        unordered: &[K::Served, K::FinePaid, K::HearingNotified],
        last_only: &[K::LegallyReviewed, K::Discussed],
        on: &[K::PenaltyDecided],
        ends_with_decision: true,
        bound: 60_000,
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I16", "I17a", "I17d", "I18a", "I19a", "I20", "I21b", "I23b", "HT1", "I60a"]);
}

#[test]
fn seizure_and_registration_are_exhausted() {
    use Kind as K;
    let product = Product {
        name: "seizure and registration",
        opening: OPENING.to_owned(),
        moves: vec![
            act(K::Seized, &[("days", "30")], 1),
            act(K::Seized, &[("days", "31")], 1),
            act(K::Seized, &[("days", "30"), ("necessities", "是")], 1),
            act(K::Seized, &[("days", "30"), ("list_given", "否")], 1),
            act(K::Seized, &[("days", "30"), ("present", "否")], 1),
            act(K::Seized, &[("days", "30"), ("head", "1")], 1),
            act(K::SeizureExtended, &[("days", "30")], 1),
            act(K::SeizureExtended, &[("days", "31")], 1),
            act(K::SeizureLifted, &[("ground", "期限届满")], 1),
            act(K::SeizureLifted, &[("ground", "已作处理决定不再需要")], 1),
            act(K::SeizureLifted, &[("ground", "与违法行为无关")], 1),
            act(K::GoodsReturned, &[], 1),
            act(K::EvidenceRegistered, &[("kept", "异地保存")], 1),
            act(K::EvidenceRegistered, &[("list_signed", "否")], 1),
            act(K::RegisteredDisposed, &[("way", "解除登记保存")], 1),
            act(K::RegisteredDisposed, &[("way", "依法没收")], 1),
            act(
                K::FinalReport,
                &[("minor", "是"), ("harmless", "是"), ("outcome", "不予处罚"), ("corrected", "是")],
                1,
            ),
            act(
                K::FinalReport,
                &[("minor", "是"), ("harmless", "是"), ("corrected", "是"), ("outcome", "给予处罚")],
                1,
            ),
            act(K::Educated, &[], 1),
            act(K::PenaltyWaived, &[("ground", "轻微及时改正未造成危害后果")], 1),
            act(K::Served, &[], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I39", "I40"],
        unordered: &[
            K::Served,
            K::Educated,
            K::EvidenceRegistered,
            K::RegisteredDisposed,
            K::GoodsReturned,
            K::Seized,
            K::SeizureExtended,
            K::SeizureLifted,
            K::FinalReport,
            K::PenaltyWaived,
        ],
        last_only: &[],
        on: &[K::Seized, K::EvidenceRegistered, K::PenaltyWaived],
        ends_with_decision: false,
        bound: 60_000,
    };
    let found = explored(&product);
    both_sides(
        &product,
        &found,
        &[
            "I39a", "I39b", "I39c", "I40a", "I40b", "I41a", "I42a", "I42b", "I42c", "I43a", "I43b", "I43d", "I43g",
            "I34b", "I35", "I10b",
        ],
    );
}

#[test]
fn two_parties_are_exhausted() {
    use Kind as K;
    let mut moves = Vec::new();
    for party in [0, 1] {
        moves.extend([
            of(party, K::PriorNotice, &[("fine", "3,000元")]),
            of(party, K::Served, &[]),
            of(party, K::Waived, &[("waiver", "均放弃")]),
            Move { most: 2, ..of(party, K::PenaltyDecided, &[]) },
            of(party, K::FinePaid, &[]),
        ]);
    }
    moves.push(act(K::Closed, &[], 1));
    let product = Product {
        name: "two parties",
        opening: format!(
            "{OPENING}2026-09-01 追加当事人 当事人:单位 当事人标识:乙\n2026-09-01 法律适用选择 适用事项:C09 不适用事项:C07\n2026-09-01 责令改正 对象:乙\n2026-09-01 调查终结报告\n"
        ),
        moves,
        read: &["I11"],
        unordered: &[K::Served, K::FinePaid, K::Waived, K::PenaltyDecided, K::PriorNotice],
        last_only: &[],
        on: &[K::PriorNotice, K::PenaltyDecided],
        ends_with_decision: false,
        bound: 60_000,
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I10a", "I11", "I24", "I60a"]);
}

#[test]
fn a_second_notice_is_exhausted() {
    use Kind as K;
    let product = Product {
        name: "second notice",
        opening: OPENING.to_owned(),
        moves: vec![
            act(K::FinalReport, &[], 2),
            act(K::PriorNotice, &[("fine", "2,000元")], 2),
            act(K::PriorNotice, &[("fine", "3,000元")], 2),
            act(K::Served, &[], 1),
            act(K::Defended, &[], 2),
            act(K::Rechecked, &[], 1),
            act(K::PenaltyDecided, &[], 2),
            act(K::FinePaid, &[], 1),
            act(K::CaseEnded, &[("ground", "其他")], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I11"],
        unordered: &[K::Served, K::FinePaid, K::Rechecked],
        last_only: &[K::FinalReport],
        on: &[K::PriorNotice, K::PenaltyDecided, K::Defended],
        ends_with_decision: true,
        bound: if wide() { 400_000 } else { 60_000 },
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I10a", "I11", "I13a", "I14a", "I14b", "I24", "E1", "E2", "I60a"]);
}

#[test]
fn revocation_and_publication_are_exhausted() {
    use Kind as K;
    let product = Product {
        name: "revocation and publication",
        opening: format!("{OPENING}2026-09-01 调查终结报告\n"),
        moves: vec![
            act(K::PriorNotice, &[("fine", "2,000元")], 2),
            act(K::Served, &[], 1),
            act(K::Waived, &[("waiver", "均放弃")], if wide() { 2 } else { 1 }),
            act(K::PenaltyDecided, &[], 2),
            act(K::DecisionRevoked, &[], 2),
            act(K::DecisionRevoked, &[("head", "1")], 1),
            act(K::Published, &[], 1),
            act(K::Withdrawn, &[], 1),
            act(K::FinePaid, &[], 1),
            act(K::CaseEnded, &[("ground", "其他")], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I11"],
        // A decision is published only before its revocation, so the order of the two is never open.
        unordered: &[K::Served, K::FinePaid, K::Published, K::Withdrawn, K::CaseEnded],
        last_only: &[],
        on: &[K::PriorNotice, K::PenaltyDecided],
        ends_with_decision: false,
        bound: if wide() { 400_000 } else { 60_000 },
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I10a", "I11", "I24", "I56c", "I57b", "I57c", "RV1", "H1", "E1", "E2", "I60a"]);
}

#[test]
fn the_simple_procedure_is_exhausted() {
    use Kind as K;
    const SPOT: &[(&str, &str)] = &[("matter", "J01"), ("party_kind", "个人"), ("sorts", "罚款"), ("fine", "100元")];
    let product = Product {
        name: "simple procedure",
        opening: String::new(),
        moves: vec![
            act(K::OnSpotPenalty, SPOT, 1),
            act(
                K::OnSpotPenalty,
                &[("matter", "C09"), ("party_kind", "个人"), ("sorts", "罚款"), ("fine", "1,000元")],
                1,
            ),
            act(
                K::OnSpotPenalty,
                &[
                    ("matter", "J01"),
                    ("party_kind", "个人"),
                    ("sorts", "罚款"),
                    ("fine", "100元"),
                    ("handed_over", "未当场交付"),
                ],
                1,
            ),
            act(
                K::OnSpotPenalty,
                &[
                    ("matter", "J01"),
                    ("party_kind", "个人"),
                    ("sorts", "罚款"),
                    ("fine", "100元"),
                    ("defence_heard", "否"),
                ],
                1,
            ),
            act(
                K::OnSpotPenalty,
                &[
                    ("matter", "J01"),
                    ("party_kind", "个人"),
                    ("sorts", "罚款"),
                    ("fine", "100元"),
                    ("correction", "未责令改正"),
                ],
                1,
            ),
            act(K::OnSpotFiled, &[], 2),
            act(K::FinePaid, &[("amount", "60元")], 2),
            act(K::FinePaid, &[("amount", "100元")], 2),
            act(K::CashCollected, &[("amount", "40元")], 2),
            act(K::CashHandedIn, &[], 2),
            act(K::CashDeposited, &[], 2),
            act(K::Closed, &[], 1),
        ],
        read: &[],
        unordered: &[K::OnSpotFiled, K::FinePaid, K::CashCollected, K::CashHandedIn, K::CashDeposited],
        last_only: &[],
        on: &[K::OnSpotPenalty, K::CashCollected],
        ends_with_decision: false,
        bound: 20_000,
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I8", "I9a", "I9c", "I9d", "I9e", "I36", "P1", "I45c", "I45d", "I60a"]);
}

#[test]
fn the_way_to_the_court_is_exhausted() {
    use Kind as K;
    let product = Product {
        name: "court",
        opening: format!(
            "{OPENING}2026-09-01 调查终结报告\n2026-09-01 事先告知 罚款:3,000元\n2026-09-01 送达 文书:事先告知\n\
             2026-09-01 放弃权利 放弃的权利:均放弃\n2026-09-01 处罚决定\n2026-09-01 送达 文书:处罚决定\n"
        ),
        moves: vec![
            act(K::Demanded, &[("until", "+10")], 1),
            act(K::Demanded, &[("until", "+10"), ("rights_told", "否")], 1),
            act(K::Served, &[], 1),
            act(K::DisputeOpened, &[("sort", "行政诉讼")], 1),
            act(K::DisputeEnded, &[("result", "维持或者驳回")], 1),
            act(K::CourtApplied, &[], 2),
            act(K::CourtRuled, &[("result", "不予受理")], 1),
            act(K::FinePaid, &[], 1),
            act(K::EnforcementEnded, &[("ground", "公民死亡无遗产无义务承受人")], 1),
            act(K::EnforcementEnded, &[("ground", "据以执行的决定被撤销")], 1),
            act(K::Closed, &[], 1),
        ],
        read: &["I44", "R6M", "I51"],
        unordered: &[K::Served, K::Demanded, K::DisputeOpened, K::DisputeEnded],
        last_only: &[],
        on: &[K::PenaltyDecided, K::Demanded, K::DisputeOpened, K::CourtApplied],
        ends_with_decision: false,
        bound: 60_000,
    };
    let found = explored(&product);
    both_sides(&product, &found, &["I48a", "I51a", "I51b", "I51c", "EE1", "I60a"]);
}
