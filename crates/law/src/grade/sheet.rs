//! The evaluation sheet of a file (案卷评查): fourteen vetoes and a hundred points, as data over rules, clocks and a few plain questions.
//!
//! The sheet is this project's proposal, built from published standards of other places; a bureau's supervising body decides on its own. What
//! no rule can see, such as whether a text covers every element, is left to a reader and is never scored by the machine.

use std::collections::BTreeMap;

use super::{Grade, Omission, grade};
use crate::Day;
use crate::acts::*;
use crate::case::{Case, CrimeState, Entry, Procedure, Recorded, voids};
use crate::clocks::{End, State, clocks};
use crate::judge::{Mark, Now, answers_to};

/// A fault that fails a file whatever its points.
#[derive(Debug, Clone, Copy)]
pub struct Veto {
    /// Its number.
    pub id: &'static str,
    /// What it is, in Chinese.
    pub text: &'static str,
    /// The rules whose breach it is.
    pub rules: &'static [&'static str],
    ask: Option<fn(&Case, &Now<'_>) -> Option<String>>,
}

/// The part of the sheet an item belongs to, with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 立案
    Filing,
    /// 证据
    Evidence,
    /// 事实、法律和裁量
    Substance,
    /// 告知和听证
    Notice,
    /// 审核和决定
    Decision,
    /// 送达和执行
    Execution,
    /// 归档
    Archive,
}

impl Part {
    /// Every part in order, with its points.
    pub const ALL: &'static [(Part, u32)] = &[
        (Part::Filing, 10),
        (Part::Evidence, 25),
        (Part::Substance, 20),
        (Part::Notice, 15),
        (Part::Decision, 15),
        (Part::Execution, 10),
        (Part::Archive, 5),
    ];

    /// The Chinese words.
    pub fn label(self) -> &'static str {
        match self {
            Part::Filing => "立案",
            Part::Evidence => "证据",
            Part::Substance => "事实、法律和裁量",
            Part::Notice => "告知和听证",
            Part::Decision => "审核和决定",
            Part::Execution => "送达和执行",
            Part::Archive => "归档",
        }
    }
}

/// One line of the sheet.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Its part.
    pub part: Part,
    /// What it asks, in Chinese.
    pub text: &'static str,
    /// Its points.
    pub points: u32,
    /// The rules that answer it, each for all kinds of act or for one.
    pub rules: &'static [(&'static str, Option<Kind>)],
    /// The clocks whose unanswered end loses it.
    pub clocks: &'static [&'static str],
    /// Whether only a reader can answer it.
    pub human: bool,
    ask: Option<fn(&Case) -> Answer>,
}

/// The answer to a plain question.
enum Answer {
    Na,
    Met,
    Unmet(&'static str),
}

/// How one item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing in the file is asked.
    NotApplicable,
    /// Kept.
    Kept,
    /// Lost, for these reasons; an act of the kind would still cure it.
    Lost(Vec<String>, Option<Kind>),
    /// Will be lost after that day unless what the clock names is done.
    AtRisk(Day, &'static str),
    /// For a reader.
    Reader,
}

/// The grades of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Below sixty, or a veto.
    Failed,
    /// From sixty.
    Passed,
    /// From seventy-five.
    Good,
    /// From ninety.
    Excellent,
}

impl Level {
    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Level::Failed => "不合格",
            Level::Passed => "合格",
            Level::Good => "良好",
            Level::Excellent => "优秀",
        }
    }

    /// The level of a score of a hundred.
    pub fn of(score: u32) -> Level {
        match score {
            0..60 => Level::Failed,
            60..75 => Level::Passed,
            75..90 => Level::Good,
            _ => Level::Excellent,
        }
    }
}

/// Where a file stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Still handled: what is at risk can be saved.
    Open,
    /// Closed.
    Closed,
    /// Taken over from paper or another system: what was missed is missed.
    Imported,
}

/// The evaluation sheet of one file as of a day.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Open, closed or imported.
    pub life: Life,
    /// The vetoes that hold, each with its reasons.
    pub vetoes: Vec<(&'static Veto, Vec<String>)>,
    /// Every item and how it stands.
    pub items: Vec<(&'static Item, Standing)>,
    /// The points kept, of items the machine answered.
    pub kept: u32,
    /// The points asked, of items the machine answered.
    pub asked: u32,
    /// The points a reader has to give.
    pub reader: u32,
    /// The machine's score of a hundred: the share of the points asked; zero with a veto.
    pub score: u32,
    /// The level of the score.
    pub level: Level,
    /// The defects and omissions behind it.
    pub grade: Grade,
}

/// Fills the sheet for a file as of a day.
pub fn sheet(log: &[Recorded], as_of: Day, now: &Now<'_>) -> Sheet {
    let grade = grade(log, as_of, now);
    let now = Now { today: as_of, ..now.clone() };
    let (case, met) = replay(log, as_of, &now);
    let life = life(&case);
    let vetoes: Vec<_> = VETOES
        .iter()
        .filter_map(|veto| {
            let mut why = reasons(&grade.marks, &case, |rule, _| veto.rules.contains(&rule)).0;
            why.extend(veto.ask.and_then(|ask| ask(&case, &now)));
            (!why.is_empty()).then_some((veto, why))
        })
        .collect();
    let running = clocks(&case, &now);
    let items: Vec<(&Item, Standing)> = ITEMS
        .iter()
        .map(|item| {
            let clock = running
                .iter()
                .filter(|clock| {
                    item.clocks.contains(&clock.id) && clock.end != End::Opens && clock.state == State::Running
                })
                .min_by_key(|clock| clock.due.last)
                .map(|clock| (clock.due.last, clock.label));
            let done =
                running.iter().any(|clock| item.clocks.contains(&clock.id) && matches!(clock.state, State::Done(_)));
            (item, standing(item, &case, &grade, &met, clock.filter(|_| life == Life::Open), done))
        })
        .collect();
    let points = |keep: fn(&Standing) -> bool| -> u32 {
        items.iter().filter(|(_, standing)| keep(standing)).map(|(item, _)| item.points).sum()
    };
    // What is at risk is still kept: nothing was missed yet.
    let kept = points(|standing| matches!(standing, Standing::Kept | Standing::AtRisk(..)));
    let asked = kept + points(|standing| matches!(standing, Standing::Lost(..)));
    let reader = points(|standing| matches!(standing, Standing::Reader));
    let score = if !vetoes.is_empty() || asked == 0 { 0 } else { kept * 100 / asked };
    Sheet { life, vetoes, items, kept, asked, reader, score, level: Level::of(score), grade }
}

/// The case as of a day, and which rules were met by an act of which kind.
fn replay(log: &[Recorded], as_of: Day, now: &Now<'_>) -> (Case, BTreeMap<&'static str, Vec<Kind>>) {
    let voided: Vec<ActNo> = log.iter().filter_map(voids).collect();
    let mut case = Case::default();
    let mut met: BTreeMap<&'static str, Vec<Kind>> = BTreeMap::new();
    for rec in log {
        let void = voided.contains(&rec.no) || rec.happened > as_of;
        if !void {
            for rule in answers_to(&case, rec, now) {
                met.entry(rule).or_default().push(rec.act.kind());
            }
        }
        case.push(rec, void);
    }
    (case, met)
}

fn life(case: &Case) -> Life {
    let taken_over = case
        .standing()
        .any(|rec| matches!(rec.entry, Entry::Reported { .. }) && rec.act.kind().entries() == Entries::Both);
    match (case.over(), taken_over) {
        (_, true) => Life::Imported,
        (true, false) => Life::Closed,
        (false, false) => Life::Open,
    }
}

/// The marks that count, worded, and a kind that would cure the first of them. What a later act cured counts no more.
fn reasons(marks: &[(ActNo, Mark)], case: &Case, asks: impl Fn(&str, Kind) -> bool) -> (Vec<String>, Option<Kind>) {
    let mut cure = None;
    let mut list = Vec::new();
    for (no, mark) in marks {
        let Some(kind) = case.record(*no).map(|rec| rec.act.kind()).filter(|kind| asks(&mark.rule, *kind)) else {
            continue;
        };
        if mark.cured_by.is_some_and(|by| case.of_kind(by).any(|rec| rec.no > *no)) {
            continue;
        }
        cure = cure.or(mark.cured_by);
        list.push(format!("第{no}号“{}”：{}（{}）", kind.label(), mark.why, mark.article));
    }
    (list, cure)
}

fn standing(
    item: &Item,
    case: &Case,
    grade: &Grade,
    met: &BTreeMap<&'static str, Vec<Kind>>,
    clock: Option<(Day, &'static str)>,
    clock_done: bool,
) -> Standing {
    if item.human {
        return Standing::Reader;
    }
    let mine = |rule: &str, kind: Kind| {
        item.rules.iter().any(|(id, only)| *id == rule && only.is_none_or(|only| only == kind))
    };
    let (mut lost, mut cure) = reasons(&grade.marks, case, mine);
    let late: Vec<&Omission> =
        grade.omissions.iter().filter(|omission| item.clocks.contains(&omission.clock)).collect();
    lost.extend(late.iter().map(|omission| format!("{}（{}）", omission.why, omission.article)));
    if !late.is_empty() {
        cure = None;
    }
    let mut kept = clock_done
        || item
            .rules
            .iter()
            .any(|(id, only)| met.get(id).is_some_and(|kinds| only.is_none_or(|only| kinds.contains(&only))));
    match item.ask.map(|ask| ask(case)) {
        None | Some(Answer::Na) => {}
        Some(Answer::Met) => kept = true,
        Some(Answer::Unmet(why)) => lost.push(why.to_owned()),
    }
    match (lost.is_empty(), clock, kept) {
        (false, ..) => Standing::Lost(lost, cure),
        (true, Some((day, label)), _) => Standing::AtRisk(day, label),
        (true, None, true) => Standing::Kept,
        (true, None, false) => Standing::NotApplicable,
    }
}

/// The vetoes. Any one of them fails the file.
pub const VETOES: &[Veto] = &[
    veto("V1", "没有处罚权或者超出权力清单", &["I2a", "I2b"]),
    veto("V2", "执法人员少于两名或者没有有效执法证件", &["I1"]),
    veto("V3", "当事人没有查明", &["Q0", "Q2", "Q4"]),
    veto("V4", "主要事实没有证据支持", &["I37a", "I37b", "I38"]),
    veto("V5", "适用的规定在行为时、决定时无效、未经核实或者竞合未选定", &["I29", "D1", "D2"]),
    veto("V6", "处罚种类或者数额超出法定范围", &["I8", "I28a", "I28b", "I28c", "I28f"]),
    veto("V7", "没有事先告知，或者告知送达、申辩期满以前作出决定", &["I10a", "I11"]),
    veto("V8", "应当听证而没有告知或者举行", &["I15a", "I15b", "I16", "I17a"]),
    veto("V9", "应当法制审核而没有审核或者未通过", &["I21b", "I22"]),
    veto("V10", "应当集体讨论而没有讨论", &["I23b"]),
    Veto { id: "V11", text: "决定始终没有送达", rules: &[], ask: Some(never_served) },
    Veto { id: "V12", text: "涉嫌犯罪没有移送", rules: &["I53a", "I53d"], ask: Some(not_transferred) },
    veto(
        "V13",
        "强制措施、强制执行没有根据或者批准",
        &["I40a", "I41a", "I47", "I48c", "I48d", "I49a", "I49b", "I49c", "I50c", "I50d"],
    ),
    veto("V14", "记录倒签", &["I61"]),
];

const fn veto(id: &'static str, text: &'static str, rules: &'static [&'static str]) -> Veto {
    Veto { id, text, rules, ask: None }
}

fn never_served(case: &Case, now: &Now<'_>) -> Option<String> {
    let late = |decision: &crate::case::Decision| {
        case.over() || now.today > now.calendar.due(decision.day, crate::rules::terms::SERVICE, &[]).last
    };
    let left = case
        .all_decisions()
        .into_iter()
        .find(|decision| decision.revoked.is_none() && decision.served.is_none() && late(decision))?;
    Some(format!("第{}号“{}”没有送达", left.no, left.kind.label()))
}

fn not_transferred(case: &Case, _: &Now<'_>) -> Option<String> {
    let open = matches!(case.crime()?, CrimeState::Reported(_) | CrimeState::Approved(_));
    (open && case.over()).then(|| "涉嫌犯罪的案件没有移送就结束".to_owned())
}

const fn item(
    part: Part,
    text: &'static str,
    points: u32,
    rules: &'static [(&'static str, Option<Kind>)],
    clocks: &'static [&'static str],
) -> Item {
    Item { part, text, points, rules, clocks, human: false, ask: None }
}

const fn asking(base: Item, ask: fn(&Case) -> Answer) -> Item {
    Item { ask: Some(ask), ..base }
}

const fn reader(part: Part, text: &'static str, points: u32) -> Item {
    Item { part, text, points, rules: &[], clocks: &[], human: true, ask: None }
}

/// The hundred points.
pub const ITEMS: &[Item] = &[
    asking(item(Part::Filing, "线索登记", 2, &[], &[]), |case| match case.procedure() {
        Some(Procedure::Ordinary) if case.clue().is_none() => Answer::Unmet("没有线索登记"),
        Some(Procedure::Ordinary) => Answer::Met,
        _ => Answer::Na,
    }),
    item(Part::Filing, "线索在十五个工作日内核查", 2, &[("Z15", None)], &["Z15"]),
    item(Part::Filing, "立案由负责人批准", 3, &[("H1", Some(Kind::Filing)), ("F1", None)], &[]),
    item(Part::Filing, "立案在先", 2, &[("I6a", None)], &[]),
    item(Part::Filing, "审查处罚时效", 1, &[("I30", None)], &[]),
    asking(item(Part::Evidence, "出示证件并记录", 3, &[("I9c", None), ("I42c", None)], &[]), |case| {
        let scenes = case.all::<SceneRecorded>().map(|fact| fact.certificate_shown);
        all(scenes.chain(case.all::<InterviewRecorded>().map(|fact| fact.certificate_shown)), "笔录没有记载出示证件")
    }),
    asking(item(Part::Evidence, "询问个别进行，笔录签字", 5, &[], &[]), |case| {
        all(case.all::<InterviewRecorded>().map(|fact| fact.signature != Signature::Absent), "询问笔录没有签字")
    }),
    reader(Part::Evidence, "复制件注明与原件一致并签名", 3),
    asking(item(Part::Evidence, "全程音像记录", 4, &[], &[]), |case| {
        all(case.all::<SceneRecorded>().map(|fact| fact.recording), "现场检查没有音像记录")
    }),
    item(Part::Evidence, "检测鉴定期间书面告知", 2, &[("T1", None)], &[]),
    item(Part::Evidence, "登记保存七个工作日内处理", 3, &[("I39b", None), ("I39a", None)], &["I39"]),
    asking(
        item(
            Part::Evidence,
            "告知申请回避的权利，回避依法决定",
            2,
            &[("I55a", None), ("I55b", None), ("I55c", None)],
            &[],
        ),
        |case| all(case.all::<InterviewRecorded>().map(|fact| fact.rights_told), "询问时没有告知权利"),
    ),
    item(Part::Evidence, "责令改正并复查", 3, &[("I36", None), ("I36b", None), ("Q5", None)], &[]),
    asking(item(Part::Substance, "调查终结报告要素齐全", 3, &[("I37a", None)], &[]), |case| {
        all(
            case.all::<FinalReport>().map(|fact| !fact.facts.is_empty() && !fact.reason.is_empty()),
            "调查终结报告要素不全",
        )
    }),
    reader(Part::Substance, "时间、地点、主体、行为、后果要素齐全", 5),
    reader(Part::Substance, "法律引用到条、款、项", 4),
    reader(Part::Substance, "写明裁量基准的版本和情节", 5),
    item(
        Part::Substance,
        "从轻、减轻、不予处罚写明理由",
        3,
        &[("I28d", None), ("I28g", None), ("I34", None), ("I34b", None), ("I34c", None), ("I32b", None)],
        &[],
    ),
    item(Part::Notice, "告知内容齐全", 4, &[("N2", None), ("I15a", None), ("I12", None)], &[]),
    item(Part::Notice, "五个工作日的陈述申辩期", 3, &[("I11", None), ("I16", None)], &[]),
    item(
        Part::Notice,
        "申辩逐件复核，不加重",
        4,
        &[("I14a", None), ("I14b", None), ("I14c", None), ("I13a", None), ("I13b", None)],
        &[],
    ),
    item(
        Part::Notice,
        "听证的步骤和日期",
        4,
        &[
            ("HT1", None),
            ("HT2", None),
            ("I17b", None),
            ("I17c", None),
            ("I17d", None),
            ("I18a", None),
            ("I18b", None),
            ("I18c", None),
            ("I19a", None),
            ("I20", None),
        ],
        &["I17"],
    ),
    item(Part::Decision, "法制审核意见，十个工作日内", 4, &[("I21a", None), ("I21b", None), ("Z24", None)], &[]),
    item(Part::Decision, "集体讨论记录", 3, &[("I23a", None), ("I23b", None)], &[]),
    item(Part::Decision, "决定书内容齐全", 6, &[("I25", None)], &[]),
    item(Part::Decision, "九十日内或者依法延长", 2, &[("I6b", None), ("I7", None), ("I9b", None)], &["I6", "I9"]),
    item(
        Part::Execution,
        "七个工作日内送达，回证齐全",
        4,
        &[("I26a", None), ("I26b", None), ("I26c", None), ("I26d", None), ("I9a", None)],
        &["I26"],
    ),
    item(
        Part::Execution,
        "缴款期限、延期分期、加处罚款",
        2,
        &[("P1", None), ("I52a", None), ("I46a", None), ("I46b", None)],
        &[],
    ),
    item(
        Part::Execution,
        "票据齐全，按时上缴",
        2,
        &[("I44", None), ("I45a", None), ("I45b", None), ("I45c", None)],
        &["I45", "I45d"],
    ),
    item(Part::Execution, "催告和申请法院及时", 2, &[("I48a", None), ("I51a", None), ("I51b", None)], &["I51"]),
    item(Part::Archive, "一案一卷", 1, &[("A1", None)], &[]),
    reader(Part::Archive, "材料按八类排列", 1),
    reader(Part::Archive, "目录和页码", 1),
    item(Part::Archive, "十五个工作日内结案", 1, &[("I60b", None)], &["I60"]),
    item(Part::Archive, "七个工作日内公示", 1, &[("I56b", None)], &["I56"]),
];

fn all(answers: impl Iterator<Item = bool>, why: &'static str) -> Answer {
    let mut any = false;
    for answer in answers {
        any = true;
        if !answer {
            return Answer::Unmet(why);
        }
    }
    if any { Answer::Met } else { Answer::Na }
}
