//! Cases a lawyer can write and read, run against the rules.
//!
//! ```text
//! 案:个人占道设摊
//! 执法人员 1 2
//! 2026-09-01 线索登记 当事人:个人 事项:A01
//! 2026-09-01 立案
//! 2026-09-02 事先告知 罚款:300元
//! 应拒 I10c
//! ```
//!
//! A line is a day, a kind and fields by their labels; `//` begins a comment. What is not written is filled with the usual value, `字段:?`
//! leaves it open, `字段:空白` fills it with nothing. `对象:甲` names a party, `文书:事先告知` or `文书:告知一` the act addressed, where `告知一=事先告知` gave it that name.
//! An act must be accepted unless a line after it says otherwise.
//!
//! After an act: `应拒 规则…` refused by these rules, `仅拒 规则…` by these alone and in this order, `应记 规则…` recorded with these marks,
//! `应问 字段…` still asking for these fields, `应误` bad input. Anywhere: `期限 时钟 日`, `可为 行为 日`, `不可为 行为 日`, `评查 日` followed by
//! `应有瑕疵 规则`, `应有遗漏 时钟`, `应无瑕疵`. The world: `执法人员 n…`, `导入` and `办理`, `办案机关 真实|示范`, `权力 事项 确认|未确认|无`,
//! `核实 事项 日`, `邻案 日 罚款|未罚`, `无邻案`.

mod fill;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use fill::fill;
pub use world::demo_office;

use crate::Day;
use crate::acts::*;
use crate::case::{Case, Entry, Recorded, Subject};
use crate::clocks::clocks;
use crate::grade::{Grade, grade};
use crate::guide;
use crate::judge::{Cure, Judgement, Proposal, judge, judge_traced, judge_without, record};
use crate::office::Office;
use world::World;

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether everything was as the scenario says.
    pub passed: bool,
    /// Line by line what happened, in Chinese.
    pub report: String,
}

/// Runs a scenario.
pub fn run(text: &str) -> Outcome {
    play("", text).outcome
}

/// What a scenario left behind, for tests that read finished logs.
#[doc(hidden)]
#[derive(Debug)]
pub struct Played {
    /// The outcome.
    pub outcome: Outcome,
    /// The log it made.
    pub log: Vec<Recorded>,
    /// The organ at its end.
    pub office: Office,
    /// The versions verified at its end.
    pub verified: Vec<(String, Day)>,
    /// Whether an act slipped through because of the rule switched off; it is the last of the log, and the play stopped there.
    pub slipped: bool,
    /// How every rule answered to every act.
    pub trace: Vec<(&'static str, &'static str)>,
    /// The cure each refusal offered, by rule.
    pub cures: Vec<(&'static str, Cure)>,
}

/// Runs a scenario with one rule switched off, up to the first act that only this rule refuses.
#[doc(hidden)]
pub fn play(rule: &str, text: &str) -> Played {
    let mut stage = Stage::new();
    stage.off = rule.to_owned();
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let mut at = 0;
    while let Some((number, line)) = lines.get(at).filter(|_| !stage.slipped) {
        let words = ["应拒", "仅拒", "应记", "应问", "应误"];
        let after = lines[at + 1..].iter().take_while(|(_, line)| words.iter().any(|word| line.starts_with(word)));
        let expected: Vec<&str> = after.map(|(_, line)| *line).collect();
        at += 1 + expected.len();
        if let Err(why) = stage.line(line, &expected) {
            stage.passed = false;
            let _ = writeln!(stage.report, "第{number}行 ✗ {line}\n    {why}");
        }
    }
    let verdict = if stage.passed { "通过" } else { "不通过" };
    let _ = writeln!(stage.report, "{verdict}");
    let (office, verified) = stage.world.end();
    let outcome = Outcome { passed: stage.passed, report: stage.report };
    Played { outcome, log: stage.log, office, verified, slipped: stage.slipped, trace: stage.trace, cures: stage.cures }
}

struct Stage {
    world: World,
    log: Vec<Recorded>,
    names: BTreeMap<String, ActNo>,
    team: Vec<PersonId>,
    imported: bool,
    grade: Option<Grade>,
    passed: bool,
    report: String,
    off: String,
    slipped: bool,
    trace: Vec<(&'static str, &'static str)>,
    cures: Vec<(&'static str, Cure)>,
}

/// Words of a scenario: names given to acts, kinds, 甲乙丙丁 for parties.
struct Dictionary<'a>(&'a Stage);

impl Names for Dictionary<'_> {
    fn act(&self, text: &str) -> Option<ActNo> {
        self.0.act(text)
    }
    fn party(&self, text: &str) -> Option<PartyNo> {
        party(text)
    }
    fn person(&self, _: &str) -> Option<PersonId> {
        None
    }
}

fn party(text: &str) -> Option<PartyNo> {
    const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
    let mut chars = text.chars();
    let (first, rest) = (chars.next()?, chars.next());
    let at = STEMS.iter().position(|stem| *stem == first)?;
    rest.is_none().then_some(PartyNo(at as u8))
}

impl Stage {
    fn new() -> Stage {
        Stage {
            world: World::new(),
            log: Vec::new(),
            names: BTreeMap::new(),
            team: vec![PersonId(1), PersonId(2)],
            imported: false,
            grade: None,
            passed: true,
            report: String::new(),
            off: String::new(),
            slipped: false,
            trace: Vec::new(),
            cures: Vec::new(),
        }
    }

    fn act(&self, text: &str) -> Option<ActNo> {
        if let Some(no) = self.names.get(text) {
            return Some(*no);
        }
        let kind = Kind::from_label(text)?;
        Case::of(&self.log).of_kind(kind).next_back().map(|rec| rec.no)
    }

    fn say(&mut self, text: impl AsRef<str>) {
        self.report.push_str(text.as_ref());
        self.report.push('\n');
    }

    fn line(&mut self, line: &str, expected: &[&str]) -> Result<(), String> {
        let line = &line.replace('：', ":");
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        if line.starts_with("案:") {
            self.say(line);
            return Ok(());
        }
        if let Ok(day) = first.parse::<Day>() {
            return self.perform(day, &rest, expected);
        }
        match first {
            "执法人员" => {
                self.team = rest
                    .iter()
                    .map(|word| word.parse().map(PersonId).map_err(|_| format!("“{word}”不是人员编号")))
                    .collect::<Result<_, _>>()?;
                Ok(())
            }
            "导入" => {
                self.imported = true;
                Ok(())
            }
            "办理" => {
                self.imported = false;
                Ok(())
            }
            "期限" => self.expect_clock(&rest),
            "可为" => self.expect_choice(&rest, true),
            "不可为" => self.expect_choice(&rest, false),
            "评查" => {
                let day: Day = rest.first().and_then(|word| word.parse().ok()).ok_or("评查要写日期")?;
                let grade = grade(&self.log, day, &self.world.now(day));
                self.say(format!("评查 {day}"));
                for (no, mark) in &grade.marks {
                    self.say(format!("    瑕疵 {no} {} {}（{}）", mark.rule, mark.why, mark.article));
                }
                for omission in &grade.omissions {
                    self.say(format!("    遗漏 {} {}（{}）", omission.clock, omission.why, omission.article));
                }
                self.grade = Some(grade);
                Ok(())
            }
            "应有瑕疵" | "应有遗漏" | "应无瑕疵" => self.expect_grade(first, &rest),
            _ => self.world.line(first, &rest),
        }
    }

    fn perform(&mut self, day: Day, words: &[&str], expected: &[&str]) -> Result<(), String> {
        let mut fields = words.iter();
        let head = fields.next().ok_or("日期后面要写行为")?;
        let (name, label) = head.split_once('=').map_or((None, *head), |(name, label)| (Some(name), label));
        let kind = Kind::from_label(label)
            .or_else(|| Kind::from_code(label))
            .ok_or_else(|| format!("没有“{label}”这种行为"))?;
        let case = Case::of(&self.log);
        let mut typed = Vec::new();
        let (mut subject, mut of, mut entry, mut time) = (None, None, None, None);
        for word in fields {
            let (key, value) = word.split_once(':').ok_or_else(|| format!("“{word}”要写成“字段:值”"))?;
            match key {
                "对象" => {
                    subject = Some(
                        party(value)
                            .or_else(|| value.parse().ok().map(PartyNo))
                            .ok_or_else(|| format!("没有当事人“{value}”"))?,
                    )
                }
                "文书" | "行为" if kind.field(key).is_none() => {
                    of = Some(
                        self.act(value)
                            .or_else(|| value.parse().ok().map(ActNo))
                            .ok_or_else(|| format!("没有“{value}”这个行为"))?,
                    );
                }
                "补录" => entry = Some(value == "是"),
                "时刻" => time = Some(value.parse().map_err(|_| format!("“{value}”不是时间"))?),
                _ => typed.push((key, value)),
            }
        }
        let subject = match kind.subject() {
            SubjectKind::Case => Subject::Case,
            SubjectKind::Party => {
                Subject::Party(subject.or_else(|| case.parties().next().map(|party| party.no)).unwrap_or(PartyNo(0)))
            }
            document_or_item => {
                let latest = || {
                    let fits = |rec: &&Recorded| {
                        kind.subject_kinds().contains(&rec.act.kind())
                            && subject.is_none_or(|no| case.party_of(rec.no) == Some(no))
                    };
                    case.standing().rfind(fits).map(|rec| rec.no)
                };
                let no = of.or_else(latest).unwrap_or(ActNo(0));
                if document_or_item == SubjectKind::Document { Subject::Document(no) } else { Subject::Item(no) }
            }
        };
        let mut draft = guide::prefill(&case, kind, subject, &self.team);
        let (mut open, mut hollow) = (Vec::new(), Vec::new());
        for (key, value) in typed {
            let none = value == "无" && kind.field(key).is_some_and(|spec| spec.optional);
            if value == "空白" {
                hollow.push(key);
            } else if none || value == "?" || value == "？" {
                open.push(key);
            } else {
                draft.set(key, value, &Dictionary(self)).map_err(|error| error.text)?;
            }
        }
        fill(&mut draft, day, &self.team);
        for key in open {
            draft.set(key, "", &NoNames).map_err(|error| error.text)?;
        }
        for key in hollow {
            draft.hollow(key);
        }
        let reported = entry.unwrap_or(self.imported) && kind.entries() != Entries::Live;
        let entry = if reported { Entry::Reported { source: "导入".to_owned() } } else { kind.usual_entry() };
        let proposal = Proposal { subject, entry, at: day, time, team: self.team.clone(), draft };
        // Papers may reach the file late; the day of asking is then the latest day in it.
        let today = self.log.iter().map(|rec| rec.happened).chain([day]).max().unwrap_or(day);
        let now = self.world.now(today);
        self.trace.extend(judge_traced(&case, &proposal, &now));
        let judgement = judge_without(&self.off, &case, &proposal, &now);
        if let Judgement::Refused(refusal) = &judgement {
            self.cures.extend(refusal.unmet.iter().map(|unmet| (unmet.rule, unmet.cure)));
        }
        let refused = || matches!(judge(&case, &proposal, &now), Judgement::Refused(_));
        if !self.off.is_empty() && matches!(judgement, Judgement::Allowed { .. }) && refused() {
            self.slipped = true;
        }
        let said = format!("{day} {}", kind.label());
        let recorded = match &judgement {
            Judgement::Allowed { act, marks } => {
                Some(record(&case, &proposal, &now, act.clone(), marks.clone(), "scenario"))
            }
            _ => None,
        };
        let answer = describe(&judgement);
        let result = meets(&judgement, expected);
        if let Some(rec) = recorded {
            if let Some(name) = name {
                self.names.insert(name.to_owned(), rec.no);
            }
            self.log.push(rec);
        }
        match result {
            Ok(()) => {
                self.say(format!("{said} {answer}"));
                Ok(())
            }
            Err(why) => Err(format!("{why}；实际：{answer}")),
        }
    }

    fn expect_clock(&mut self, rest: &[&str]) -> Result<(), String> {
        let [id, day] = rest else { return Err("写成“期限 时钟 日期”".to_owned()) };
        let day: Day = day.parse().map_err(|_| format!("“{day}”不是日期"))?;
        let today = self.log.iter().map(|rec| rec.happened).max().unwrap_or(day);
        let now = self.world.now(today);
        let found: Vec<_> = clocks(&Case::of(&self.log), &now).into_iter().filter(|clock| clock.id == *id).collect();
        match found.last() {
            None => Err(format!("没有“{id}”这个期限")),
            Some(clock) if clock.due.last == day => {
                let steps: Vec<String> = now
                    .calendar
                    .explain(clock.start, clock.term, &clock.excluded)
                    .into_iter()
                    .map(|step| step.text)
                    .collect();
                self.say(format!("期限 {id} {day}（{}）", steps.join("；")));
                Ok(())
            }
            Some(clock) => Err(format!("{}的最后一日是{}，不是{day}", clock.label, clock.due.last)),
        }
    }

    fn expect_choice(&mut self, rest: &[&str], possible: bool) -> Result<(), String> {
        let [label, day] = rest else { return Err("写成“可为 行为 日期”".to_owned()) };
        let kind = Kind::from_label(label).ok_or_else(|| format!("没有“{label}”这种行为"))?;
        let day: Day = day.parse().map_err(|_| format!("“{day}”不是日期"))?;
        let choices = guide::guide(&Case::of(&self.log), &self.world.now(day), &self.team);
        let found = choices.iter().any(|choice| choice.kind == kind && choice.state.possible());
        if found == possible {
            self.say(format!("{} {label} {day}", if possible { "可为" } else { "不可为" }));
            return Ok(());
        }
        let offered: Vec<&str> =
            choices.iter().filter(|choice| choice.state.possible()).map(|choice| choice.kind.label()).collect();
        Err(format!("指引给出的是：{}", offered.join("、")))
    }

    fn expect_grade(&mut self, word: &str, rest: &[&str]) -> Result<(), String> {
        let grade = self.grade.as_ref().ok_or("前面没有“评查”")?;
        let missing: Vec<&str> = match word {
            "应无瑕疵" => {
                let none = grade.marks.is_empty() && grade.omissions.is_empty();
                return if none {
                    Ok(())
                } else {
                    Err(format!("有{}处瑕疵、{}处遗漏", grade.marks.len(), grade.omissions.len()))
                };
            }
            "应有瑕疵" => {
                rest.iter().copied().filter(|id| !grade.marks.iter().any(|(_, mark)| mark.rule == *id)).collect()
            }
            _ => rest
                .iter()
                .copied()
                .filter(|id| !grade.omissions.iter().any(|omission| omission.clock == *id))
                .collect(),
        };
        if missing.is_empty() { Ok(()) } else { Err(format!("没有查出：{}", missing.join("、"))) }
    }
}

fn describe(judgement: &Judgement) -> String {
    match judgement {
        Judgement::Allowed { marks, .. } if marks.is_empty() => "准".to_owned(),
        Judgement::Allowed { marks, .. } => {
            let list: Vec<String> = marks.iter().map(|mark| format!("{} {}", mark.rule, mark.why)).collect();
            format!("准，记瑕疵：{}", list.join("；"))
        }
        Judgement::Refused(refusal) => {
            let list: Vec<String> = refusal
                .unmet
                .iter()
                .map(|u| format!("{} {}（{}）{}", u.rule, u.why, u.article, u.cure.text()))
                .collect();
            format!("不准：{}", list.join("；"))
        }
        Judgement::Incomplete(fields) => {
            let list: Vec<&str> = fields.iter().map(|field| field.label).collect();
            format!("未填：{}", list.join("、"))
        }
        Judgement::Bad(error) => format!("有误：{}", error.text),
    }
}

/// Whether an answer is what the lines after the act say; without such lines it must be allowed.
fn meets(judgement: &Judgement, expected: &[&str]) -> Result<(), String> {
    if expected.iter().all(|line| line.starts_with("应记")) && !matches!(judgement, Judgement::Allowed { .. }) {
        return Err("应当准许".to_owned());
    }
    for line in expected {
        let mut words = line.split_whitespace();
        let word = words.next().unwrap_or_default();
        let ids: Vec<&str> = words.collect();
        let (kind, have): (&str, Vec<&str>) = match judgement {
            Judgement::Refused(refusal) => ("应拒", refusal.unmet.iter().map(|unmet| unmet.rule).collect()),
            Judgement::Allowed { marks, .. } => ("应记", marks.iter().map(|mark| mark.rule.as_str()).collect()),
            Judgement::Incomplete(fields) => ("应问", fields.iter().map(|field| field.label).collect()),
            Judgement::Bad(_) => ("应误", Vec::new()),
        };
        let same = if word == "仅拒" {
            kind == "应拒" && have == ids
        } else {
            kind == word && ids.iter().all(|id| have.contains(id))
        };
        if !same {
            return Err(format!("应当：{line}"));
        }
    }
    Ok(())
}
