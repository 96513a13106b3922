//! Random cases led by the guide, with wrong values mixed in: whatever the judge lets through, the checker finds nothing in it.

use std::collections::BTreeSet;

use law::Day;
use law::acts::*;
use law::case::{Case, Recorded, Subject};
use law::corpus::Corpus;
use law::guide::{State, guide, prefill};
use law::judge::{Judgement, Neighbours, Now, Proposal, judge, record};
use law::scenario::{demo_office, fill};

use crate::checker::check;

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// True once in `n`.
    fn rare(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

const FINES: &[&str] = &[
    "0元",
    "50元",
    "100元",
    "200元",
    "201元",
    "500元",
    "1,000元",
    "3,000元",
    "4,999元",
    "5,000元",
    "10,000元",
    "50,000元",
    "100,000元",
];

/// A value for a field, often the usual one, sometimes another.
fn vary(draft: &mut Draft, dice: &mut Dice, at: Day, case: &Case) {
    let kind = draft.kind();
    for spec in kind.fields() {
        let text: String = match spec.ty {
            FieldType::Money => {
                let set = draft.get_text(spec.key).is_some_and(|text| !text.is_empty());
                if set && !dice.rare(8) {
                    continue;
                }
                if spec.optional && !dice.rare(12) {
                    continue;
                }
                let lawful = case.conducts().next().map_or("200元", |conduct| match conduct.matter.as_str() {
                    "C09" => "5,000元",
                    "D08" => "20,000元",
                    "B14" | "C07" => "100,000元",
                    "J01" => "100元",
                    _ => "300元",
                });
                if dice.rare(3) { dice.pick(FINES).to_owned() } else { lawful.to_owned() }
            }
            FieldType::Bool if dice.rare(4) => dice.pick(&["是", "否"]).to_owned(),
            FieldType::Choice(options) if dice.rare(6) => dice.pick(options).1.to_owned(),
            FieldType::Sorts if dice.rare(5) => {
                dice.pick(&["警告", "罚款", "警告、罚款", "没收违法所得", "责令停产停业"]).to_owned()
            }
            FieldType::Conducts if dice.rare(6) && case.conducts().count() > 1 => {
                dice.pick(&["0", "1", "0、1"]).to_owned()
            }
            FieldType::Person if dice.rare(8) => dice.pick(&["1", "41", "43", "45", "46", "50", "51"]).to_owned(),
            FieldType::Persons if dice.rare(6) => dice.pick(&["50", "50、51", "50、50", "1、2", "45、46"]).to_owned(),
            FieldType::Number if dice.rare(3) => dice.pick(&["0", "10", "30", "31", "60"]).to_owned(),
            // Mostly one of the pairs that clash, now and then any two.
            FieldType::Matter if kind == Kind::NormChosen => {
                let pairs =
                    [("C09", "C12"), ("C09", "C07"), ("C07", "C09"), ("C07", "C06"), ("B14", "B01"), ("C12", "C09")];
                let own = case.conducts().find(|c| pairs.iter().any(|(one, _)| c.matter == *one));
                let fits: Vec<_> = pairs.iter().filter(|(one, _)| own.is_some_and(|c| c.matter == *one)).collect();
                let pair =
                    if fits.is_empty() || dice.rare(5) { dice.pick(&pairs) } else { *fits[dice.below(fits.len())] };
                if spec.key == "applied" { pair.0.to_owned() } else { pair.1.to_owned() }
            }
            FieldType::Matter => {
                let plain = ["A01", "A01", "A04", "C09", "C09", "D08", "B14", "J01", "F04", "C07"];
                let formulas = ["F03", "F01", "E04", "A08", "D14", "D11", "B13", "J07"];
                if dice.rare(3) { dice.pick(&formulas) } else { dice.pick(&plain) }.to_owned()
            }
            FieldType::Day if spec.key == "day" => {
                (0..dice.below(18)).fold(at, |day, _| day.tomorrow().unwrap_or(day)).to_string()
            }
            FieldType::Day if dice.rare(5) => dice
                .pick(&["2010-01-01", "2015-05-05", "1990-03-03", "2024-01-01", "2026-08-20", "2026-09-20"])
                .to_owned(),
            FieldType::Area if dice.rare(3) => dice.pick(&["1", "2.5", "40"]).to_owned(),
            // Quantities and circumstances the text asks for, sometimes others.
            FieldType::Measures
                if !dice.rare(3) || case.conducts().next().is_some_and(|c| c.matter.starts_with(['F', 'E'])) =>
            {
                dice.pick(&[
                    "面积2.5",
                    "面积1、天数3",
                    "绿化补偿标准100元",
                    "临时建设工程造价3,000元",
                    "动物只数2",
                    "面积0.01、天数1、绿化补偿标准33.33元、临时建设工程造价10,000元",
                    "按日连续处罚天数2、原罚款数额100,000元",
                    "按日连续处罚天数3",
                ])
                .to_owned()
            }
            FieldType::Factors if dice.rare(4) => dice
                .pick(&[
                    "repeated",
                    "corrected",
                    "corrected、repeated",
                    "first、slight、corrected",
                    "minor、corrected",
                    "mitigating",
                    "none",
                ])
                .to_owned(),
            FieldType::Tier if dice.rare(9) => dice.pick(&["一般", "较轻", "较重", "特重"]).to_owned(),
            FieldType::Words if spec.key == "departure" && dice.rare(2) => "有特别的情形".to_owned(),
            FieldType::Branch if dice.rare(3) => dice.pick(&["serious", "refused", "none"]).to_owned(),
            FieldType::PartyKey if dice.rare(3) => dice.pick(&["甲", "乙", "丙"]).to_owned(),
            _ => continue,
        };
        draft.set(spec.key, &text, &NoNames).unwrap_or_else(|error| panic!("{} {}: {error}", kind.label(), spec.label));
    }
}

#[test]
fn two_thousand_random_cases_break_no_law() {
    let (mut closed, mut decided, mut kinds) = (0, 0, BTreeSet::new());
    for seed in [0x9e37_79b9_7f4a_7c15, 0x0123_4567_89ab_cdef, 0xfeed_f00d_dead_beef, 0x5555_aaaa_1234_4321] {
        let (c, d, k) = walk(seed, 700);
        closed += c;
        decided += d;
        kinds.extend(k);
    }
    println!("{decided} penalties, {closed} closed, {} kinds", kinds.len());
    assert!(closed > 200 && decided > 200 && kinds.len() > 50, "{closed} {decided} {}", kinds.len());
}

/// Walks that many cases; how many closed, how many penalties, which kinds.
fn walk(seed: u64, rounds: usize) -> (u32, u32, BTreeSet<Kind>) {
    let corpus = Corpus::builtin();
    let office = demo_office();
    // Texts with formulas count as verified here, or no decision would ever use one.
    let formulas = ["F01", "F03", "F04", "E04", "A08"];
    let verified: BTreeSet<(String, Day)> = formulas
        .iter()
        .filter_map(|code| corpus.matter(code))
        .flat_map(|m| m.versions.iter().map(|v| (m.code.clone(), v.from)))
        .collect();
    let known: Vec<(String, Day)> = verified.iter().cloned().collect();
    let mut dice = Dice(seed);
    let (mut acts, mut refused, mut closed, mut decided) = (0u32, 0u32, 0u32, 0u32);
    let mut kinds = BTreeSet::new();
    for round in 0..rounds {
        let mut log: Vec<Recorded> = Vec::new();
        let mut day = jiff::civil::date(2026, 8, 1 + (round % 28) as i8);
        let mut now = Now {
            today: day,
            corpus,
            calendar: corpus.calendar(),
            office: &office,
            neighbours: Neighbours::default(),
            verified: &verified,
        };
        let mut case = Case::default();
        for _ in 0..120 {
            let team: Vec<PersonId> = dice
                .pick::<&[u32]>(&[&[1, 2], &[1, 2], &[1, 2], &[1, 2, 3], &[3, 4], &[1], &[1, 9], &[45, 46]])
                .iter()
                .map(|id| PersonId(*id))
                .collect();
            let (mut kind, mut subject) = (Kind::Closed, Subject::Case);
            if dice.rare(6) {
                kind = dice.pick(Kind::ALL);
                let no = ActNo(1 + dice.below(log.len().max(1)) as u32);
                subject = match kind.subject() {
                    SubjectKind::Case => Subject::Case,
                    SubjectKind::Party => Subject::Party(PartyNo(dice.below(2) as u8)),
                    SubjectKind::Document => Subject::Document(no),
                    SubjectKind::Item => Subject::Item(no),
                };
            } else {
                let choices = guide(&case, &now, &[PersonId(1), PersonId(2)]);
                let able: Vec<_> = choices.iter().filter(|choice| choice.state.possible()).collect();
                let toward: Vec<_> = able.iter().filter(|choice| choice.toward_goal).collect();
                let wait = choices
                    .iter()
                    .find_map(|choice| if let State::Wait(until, _) = choice.state { Some(until) } else { None });
                if !toward.is_empty() && !dice.rare(3) {
                    let choice = toward[dice.below(toward.len())];
                    (kind, subject) = (choice.kind, choice.subject);
                } else if let Some(until) = wait.filter(|_| dice.rare(3)) {
                    day = until;
                } else if !able.is_empty() {
                    let mut choice = able[dice.below(able.len())];
                    // Ways out of the case are taken now and then only, or no case would go far.
                    for _ in 0..4 {
                        let leaves = matches!(
                            choice.kind,
                            Kind::CaseEnded
                                | Kind::FilingRefused
                                | Kind::OnSpotPenalty
                                | Kind::CaseSuspended
                                | Kind::UnprovenDecided
                                | Kind::PenaltyWaived
                                | Kind::CrimeReported
                                | Kind::RecusalAsked
                        );
                        if leaves && !dice.rare(8) {
                            choice = able[dice.below(able.len())];
                        }
                    }
                    (kind, subject) = (choice.kind, choice.subject);
                }
            }
            if dice.rare(3) {
                day = (0..dice.below(4)).fold(day, |day, _| day.tomorrow().unwrap_or(day));
            }
            now.today = day;
            let time = dice.pick(&[None, Some(jiff::civil::time(10, 0, 0, 0)), Some(jiff::civil::time(23, 0, 0, 0))]);
            let mut draft = prefill(&case, kind, subject, &team);
            vary(&mut draft, &mut dice, day, &case);
            fill(&mut draft, day, &team);
            let proposal = Proposal { subject, entry: kind.usual_entry(), at: day, time, team, draft };
            match judge(&case, &proposal, &now) {
                Judgement::Allowed { act, marks } => {
                    let rec = record(&case, &proposal, &now, act, marks, "walk");
                    kinds.insert(kind);
                    acts += 1;
                    decided += u32::from(matches!(kind, Kind::PenaltyDecided));
                    log.push(rec);
                    case = Case::of(&log);
                }
                Judgement::Refused(_) => refused += 1,
                Judgement::Incomplete(_) | Judgement::Bad(_) => {}
            }
            if case.has(Kind::Archived) {
                break;
            }
        }
        closed += u32::from(case.has(Kind::Closed));
        let found = check(&log, &office, &known);
        let story: Vec<String> = log
            .iter()
            .map(|rec| {
                format!("{} {} {} {:?} {:?}", rec.no, rec.happened, rec.act.kind().label(), rec.subject, rec.act)
            })
            .collect();
        assert!(found.is_empty(), "case {round}: {found:?}\n{}", story.join("\n"));
    }
    println!("{acts} acts, {refused} refusals, {decided} penalties, {closed} closed");
    (closed, decided, kinds)
}

/// Follows the guide's first word from an empty case to its closing, with the usual values.
fn follow(matter: &str, party: &str, fine: &str, hearing: &str) -> Vec<Kind> {
    let corpus = Corpus::builtin();
    let office = demo_office();
    let verified = BTreeSet::new();
    let team = vec![PersonId(1), PersonId(2)];
    let mut log: Vec<Recorded> = Vec::new();
    let mut today = jiff::civil::date(2026, 9, 1);
    for _ in 0..60 {
        let case = Case::of(&log);
        if case.has(Kind::Archived) {
            break;
        }
        let neighbours = Neighbours::default();
        let now = Now { today, corpus, calendar: corpus.calendar(), office: &office, neighbours, verified: &verified };
        let choices = guide(&case, &now, &team);
        let Some(choice) = choices.iter().find(|choice| choice.toward_goal && choice.state.possible()) else {
            let wait =
                choices.iter().find_map(|c| if let State::Wait(until, _) = c.state { Some(until) } else { None });
            today = wait.unwrap_or_else(|| panic!("stuck: {choices:?}"));
            continue;
        };
        let mut draft = prefill(&case, choice.kind, choice.subject, &team);
        let mut set = |key: &str, text: &str| {
            if choice.kind.field(key).is_some() && draft.get_text(key).is_none_or(|text| text.is_empty()) {
                draft.set(key, text, &NoNames).expect("a usual value");
            }
        };
        set("matter", matter);
        set("party_kind", party);
        set("fine", fine);
        set("hearing_right", hearing);
        fill(&mut draft, today, &team);
        let (kind, subject) = (choice.kind, choice.subject);
        let proposal =
            Proposal { subject, entry: kind.usual_entry(), at: today, time: None, team: team.clone(), draft };
        match judge(&case, &proposal, &now) {
            Judgement::Allowed { act, marks } => {
                assert!(marks.is_empty(), "{}: {marks:?}", kind.label());
                log.push(record(&case, &proposal, &now, act, marks, "guide"));
            }
            other => panic!("{}: {other:?}", kind.label()),
        }
    }
    assert_eq!(check(&log, &office, &[]), Vec::<String>::new());
    log.iter().map(|rec| rec.act.kind()).collect()
}

#[test]
fn the_guide_alone_leads_an_ordinary_case_to_the_archive() {
    let light = follow("A01", "个人", "300元", "否");
    assert_eq!(light.last(), Some(&Kind::Archived), "{light:?}");
    assert!(light.contains(&Kind::OrderedToCorrect) && !light.contains(&Kind::LegallyReviewed), "{light:?}");
    let heavy = follow("D08", "单位", "50,000元", "是");
    assert_eq!(heavy.last(), Some(&Kind::Archived), "{heavy:?}");
    for kind in [Kind::LegallyReviewed, Kind::Discussed, Kind::Published] {
        assert!(heavy.contains(&kind), "{heavy:?}");
    }
}
