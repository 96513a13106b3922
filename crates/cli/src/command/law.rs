//! `xiezhi law` and `xiezhi judge`: the rulebook without a bureau.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use law::corpus::{Corpus, Matter, Party, Verification, Version};
use law::rules::{Effect, Rule, rule, rules};

/// Options of `judge`.
#[derive(Args)]
pub(crate) struct Judge {
    /// FILE.case
    file: PathBuf,
}

impl Judge {
    /// Runs it; a scenario that does not come out as it says is an error.
    pub(crate) fn run(&self) -> Result<(), String> {
        let text = std::fs::read_to_string(&self.file).map_err(|e| format!("{}：{e}", self.file.display()))?;
        let outcome = law::scenario::run(&text);
        println!("{}", outcome.report);
        if outcome.passed { Ok(()) } else { Err("案例与规则不符".into()) }
    }
}

/// Options of `law`.
#[derive(Args)]
pub(crate) struct Law {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// 按规则演算一个案例文件
    Judge(Judge),
    /// 一条规则，如 I12
    Rule {
        /// 规则编号
        id: String,
    },
    /// 一个违法事项的各个版本，如 A01
    Matter {
        /// 事项编码
        code: String,
    },
    /// 一年的工作日和节假日，如 2026
    Calendar {
        /// 年份
        year: i16,
    },
    /// 列出全部规则
    Rules,
    /// 列出违法事项和各版本
    Matters,
}

impl Law {
    /// Prints what was asked for.
    pub(crate) fn run(&self) -> Result<(), String> {
        let corpus = Corpus::builtin();
        match &self.what {
            What::Judge(judge) => return judge.run(),
            What::Rule { id } => {
                print_rule(rule(id).ok_or_else(|| format!("没有规则“{id}”，请用 xiezhi law rules 查编号"))?);
            }
            What::Matter { code } => {
                let bare = code.strip_prefix("CG-").unwrap_or(code);
                let matter =
                    corpus.matter(bare).ok_or_else(|| format!("没有事项“{code}”，请用 xiezhi law matters 查编码"))?;
                print_matter(corpus, matter);
            }
            What::Calendar { year } => print_calendar(corpus, *year)?,
            What::Rules => {
                for rule in rules() {
                    println!("{}\t{}\t{}\t{}", rule.id, effect(rule.effect), rule.article, rule.text);
                }
            }
            What::Matters => {
                for matter in corpus.matters() {
                    for version in &matter.versions {
                        let state = if version.decidable() { "可决定" } else { "未核实" };
                        println!("{}\t{}\t{}\t{state}", matter.code, version.name, days(version));
                    }
                }
            }
        }
        Ok(())
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Bars => "不准",
        Effect::Marks => "记瑕疵",
    }
}

fn days(version: &Version) -> String {
    let to = version.to.map_or_else(|| "至今".into(), |day| format!("至 {day}"));
    format!("{} {to}", version.from)
}

fn print_rule(rule: &Rule) {
    println!("规则 {}（{}）", rule.id, effect(rule.effect));
    println!("依据：{}", rule.article);
    if let Some(from) = rule.from {
        println!("适用于 {from} 起的行为");
    }
    let kinds: Vec<&str> = rule.on.iter().map(|kind| kind.label()).collect();
    println!("针对：{}", kinds.join("、"));
    println!("{}", rule.text);
}

fn print_matter(corpus: &Corpus, matter: &Matter) {
    println!("{} {}", matter.code, matter.name);
    for version in &matter.versions {
        println!("\n{} {}", days(version), version.name);
        println!("  违反：{}", corpus.cite(&version.conduct));
        println!("  处罚：{}", corpus.cite(&version.penalty));
        let sorts: Vec<&str> = version.sorts.iter().map(|sort| sort.label()).collect();
        println!("  种类：{}", sorts.join("、"));
        for party in Party::ALL {
            if let Some(fine) = version.fine(party) {
                println!("  对{}罚款：{fine}", party.label());
            }
            for branch in &version.branches {
                if let Some(fine) = branch.fine(party) {
                    println!("  {}，对{}罚款：{fine}", branch.text, party.label());
                }
            }
        }
        match &version.verification {
            Verification::Verified { source, on } => println!("  已核实：{on}，{source}"),
            Verification::Unverified { why } => println!("  未核实：{why}"),
        }
        if let Some(note) = &version.note {
            println!("  {note}");
        }
    }
}

fn print_calendar(corpus: &Corpus, year: i16) -> Result<(), String> {
    let calendar = corpus.calendar();
    let known = (calendar.known_from().year(), calendar.known_until().year());
    let unknown = || format!("没有 {year} 年的工作日安排；已有 {} 至 {} 年", known.0, known.1);
    let count = calendar.workdays_in(year).ok_or_else(unknown)?;
    println!("{year} 年工作日 {count} 天");
    let first = law::Day::new(year, 1, 1).map_err(|_| unknown())?;
    for day in first.series(jiff::Span::new().days(1)).take_while(|day| day.year() == year) {
        let weekend = matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        if calendar.holiday(day).is_some() || weekend == calendar.is_workday(day) {
            println!("{day} {}", calendar.describe(day));
        }
    }
    Ok(())
}
