//! `xiezhi import KIND FILE`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use intake::import::Choice;
use office::import::What;

use crate::Place;
use crate::bureau::Bureau;
use crate::clock::day_of;
use crate::command::{fault, runtime};

/// Options of `import`.
#[derive(Args)]
pub(crate) struct Import {
    /// cases（别的系统的案件，JSONL 或者 XLSX，格式见 docs/cases-format.md）、tickets、totals（没有清单的历年总数）、statutes（法规正文）、organs、units、people、certificates、qualifications、powers、chains、places，或者台账的代号，如 outreach
    kind: String,
    /// XLSX 或者 UTF-8 编码的 CSV
    file: PathBuf,
    /// 跳过有问题的行，其余照常导入
    #[arg(long)]
    skip_bad: bool,
    /// 没有写明承办单位的案件归这个单位（名称或者代号），只用于 cases
    #[arg(long)]
    unit: Option<String>,
    /// 只核对，不导入，只用于 cases
    #[arg(long)]
    look: bool,
}

impl Import {
    /// Imports the file; with problems and without `--skip-bad` nothing is imported and the exit status says so.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bytes = std::fs::read(&self.file).map_err(|e| format!("{}：{e}", self.file.display()))?;
        let bureau = Bureau::open(place)?;
        let today = day_of((bureau.clock)());
        let what = match self.kind.as_str() {
            "cases" => return self.cases(&bureau, today, &bytes),
            "tickets" => None,
            "totals" => return self.totals(&bureau, today, &bytes),
            "statutes" => return self.statutes(&bureau, today, &bytes),
            register if registers::descriptor(register).is_some() => return self.register(&bureau, today, bytes),
            kind => Some(What::of(kind).ok_or_else(|| {
                let known: Vec<&str> = What::ALL.iter().map(|(word, _)| *word).collect();
                format!(
                    "不能导入“{kind}”；可以导入 cases、tickets、totals、statutes、{}，或者台账 {}",
                    known.join("、"),
                    names()
                )
            })?),
        };
        let (recorded, known, problems): (usize, usize, Vec<String>) = match what {
            None => {
                let choice = if self.skip_bad { Choice::SkipBad } else { Choice::AllOrNothing };
                let who = intake::Who { login: "import".into(), person: 0, today };
                let done = runtime()?.block_on(bureau.intake.import(who, bytes, choice)).map_err(|e| e.to_string())?;
                let lines =
                    done.problems.iter().map(|p| format!("第 {} 行 {}：{}", p.line, p.column, p.text)).collect();
                (done.received, done.known, lines)
            }
            Some(what) => {
                let sheet = Arc::new(office::sheet::read(&bytes).map_err(|e| e.to_string())?);
                let skip = self.skip_bad;
                let done = bureau
                    .ledger
                    .act_blocking(move |tx| office::import::import(tx, what, &sheet, "import", today, skip))
                    .map_err(fault)?;
                let lines = done.problems.iter().map(|(line, bad)| format!("第 {line} 行 {bad}")).collect();
                (done.recorded, done.known, lines)
            }
        };
        for line in &problems {
            eprintln!("{line}");
        }
        println!("新增 {recorded} 行，已有 {known} 行，有问题 {} 行。", problems.len());
        if problems.is_empty() || self.skip_bad {
            return Ok(());
        }
        Err(NOTHING.into())
    }

    fn totals(&self, bureau: &Bureau, today: jiff::civil::Date, bytes: &[u8]) -> Result<(), String> {
        let totals = report::Totals { ledger: bureau.ledger.clone() };
        let who = report::Who { login: "import".into(), today };
        let done = totals.import_blocking(who, bytes, self.skip_bad).map_err(fault)?.map_err(|e| e.to_string())?;
        for (line, bad) in &done.problems {
            eprintln!("第 {line} 行 {bad}");
        }
        println!("新增 {} 行，已有 {} 行，有问题 {} 行。", done.recorded, done.known, done.problems.len());
        if done.problems.is_empty() || self.skip_bad { Ok(()) } else { Err(NOTHING.into()) }
    }

    /// Official texts of statutes, whole versions; a version with a bad row is left out, and so is everything without `--skip-bad`.
    fn statutes(&self, bureau: &Bureau, today: jiff::civil::Date, bytes: &[u8]) -> Result<(), String> {
        let sheet = office::sheet::read(bytes).map_err(|e| e.to_string())?;
        let (skip, corpus) = (self.skip_bad, bureau.casework.corpus);
        let (read, done) = bureau
            .ledger
            .act_blocking(move |tx| {
                let read = casework::statutes::read(tx, corpus, today, &sheet)?;
                let records = skip || read.problems.is_empty();
                let texts = if records { read.texts.as_slice() } else { &[] };
                let done = casework::statutes::record(tx, "import", today, texts)?;
                Ok((read, done))
            })
            .map_err(fault)?;
        for (line, bad) in &read.problems {
            eprintln!("第 {line} 行 {bad}");
        }
        for text in &read.texts {
            println!("{} {} 起：{} 条，校验 {}", text.statute, text.from, text.articles.len(), text.digest);
        }
        println!("新记入 {} 个版本，已有 {} 个版本，有问题 {} 行。", done.new, done.known, read.problems.len());
        if read.problems.is_empty() || self.skip_bad {
            return Ok(());
        }
        Err(NOTHING.into())
    }

    /// Acts of another system; each case is graded as it arrives, and every defect named.
    fn cases(&self, bureau: &Bureau, today: jiff::civil::Date, bytes: &[u8]) -> Result<(), String> {
        use casework::exchange::import::{Choice, Who, read};
        let read = read(bytes).map_err(|e| e.to_string())?;
        let standings = bureau.casework.standings.clone();
        let directory = bureau.ledger.read_blocking(move |tx| standings.directory(tx)).map_err(fault)?;
        let home = match &self.unit {
            None => None,
            Some(text) => {
                let unit = directory.units.iter().find(|u| u.id == *text || u.name == *text);
                let unit = unit.ok_or_else(|| format!("没有叫“{text}”的单位"))?;
                Some((unit.organ.clone(), unit.id.clone()))
            }
        };
        let who = Who { login: "import".into(), person: 0, today, home, only: None };
        let choice = if self.skip_bad { Choice::SkipBad } else { Choice::AllOrNothing };
        let own = bureau.casework.clone();
        let done = runtime()?.block_on(async {
            if self.look { own.preview_cases(who, read).await } else { own.import_cases(who, read, choice).await }
        });
        let done = done.map_err(fault)?;
        for problem in &done.problems {
            eprintln!("第 {} 行 {}：{}", problem.line, problem.column, problem.text);
        }
        for change in &done.changed {
            let columns = change.columns.join("、");
            eprintln!(
                "第 {} 行 案件“{}”的行为“{}”已经有了，{columns}与这里不同，没有改动",
                change.line, change.case, change.act
            );
        }
        let imported = !self.look && (done.problems.is_empty() || self.skip_bad);
        for case in &done.graded {
            println!(
                "案件“{}”（{}）：新增 {} 项行为，评查出 {} 处问题",
                case.key,
                case.matter,
                case.acts,
                case.defects.len()
            );
            for defect in &case.defects {
                let of = defect.act.as_ref().map_or_else(|| "未办".into(), |act| format!("{} {}", act, defect.kind));
                println!("    {of}：{}（{}）", defect.why, defect.article);
            }
        }
        println!(
            "{} {} 行，新案件 {} 件，已有 {} 行，不同 {} 行，有问题 {} 行；原系统没有写明 {} 项，没有带来的附件 {} 个。",
            if imported { "新增" } else { "可以新增" },
            done.new,
            done.new_cases,
            done.known,
            done.changed.len(),
            done.bad,
            done.filled,
            done.missing_files,
        );
        if self.look || imported { Ok(()) } else { Err(NOTHING.into()) }
    }

    fn register(&self, bureau: &Bureau, today: jiff::civil::Date, bytes: Vec<u8>) -> Result<(), String> {
        use registers::import::Choice;
        let choice = if self.skip_bad { Choice::SkipBad } else { Choice::AllOrNothing };
        let who = registers::Who { login: "import".into(), today };
        let done =
            runtime()?.block_on(bureau.registers.import(who, &self.kind, bytes, choice)).map_err(|e| e.to_string())?;
        for problem in &done.problems {
            eprintln!("第 {} 行 {}：{}", problem.line, problem.column, problem.text);
        }
        if done.problems.is_empty() || self.skip_bad {
            println!(
                "新登记 {} 条，修改 {} 条，没有变化 {} 条，有问题 {} 条。",
                done.new, done.changed, done.known, done.bad
            );
            return Ok(());
        }
        Err(NOTHING.into())
    }
}

const NOTHING: &str = "没有导入任何内容。改正后再导入，或者用 --skip-bad 跳过有问题的行";

/// The registers there are.
pub(super) fn names() -> String {
    registers::descriptors().iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join("、")
}
