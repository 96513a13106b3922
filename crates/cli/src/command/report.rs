//! `xiezhi report YEAR`, its template, and the check of a frozen report.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use ledger::{Fault, VerifyingKey};
use report::{Edition, NotSaved, Period, Report as Yearly, Who};

use crate::Place;
use crate::bureau::Bureau;
use crate::clock::day_of;
use crate::command::{checkpoint, fault, runtime};

/// Options of `report`.
#[derive(Args)]
pub(crate) struct Report {
    #[command(subcommand)]
    other: Option<Other>,
    /// 年度
    year: Option<i16>,
    /// 起始日，默认年初
    #[arg(long)]
    from: Option<Date>,
    /// 截数日，默认年末
    #[arg(long)]
    until: Option<Date>,
    /// 格式
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// 写入文件；不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
    /// 按流水的这一条为止计算
    #[arg(long)]
    as_of: Option<i64>,
    /// 定稿：签名并记入流水，给出定稿文件
    #[arg(long)]
    freeze: bool,
}

#[derive(Subcommand)]
enum Other {
    /// 报告模板：export 或者 import
    Template {
        /// export 或者 import
        #[arg(value_enum)]
        way: Way,
        /// 文件
        file: PathBuf,
    },
    /// 核对一份定稿文件
    Check {
        /// 定稿文件
        file: PathBuf,
        /// 签名的公钥（十六进制）；给出时不需要数据文件夹，只核对签名
        #[arg(long)]
        key: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    Export,
    Import,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Text,
    Html,
    Pdf,
    Docx,
}

impl Report {
    /// Computes the report, at the newest position or at an earlier one, or does what else is asked.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        match &self.other {
            Some(Other::Template { way: Way::Export, file }) => return export(place, file),
            Some(Other::Template { way: Way::Import, file }) => return import(place, file),
            Some(Other::Check { file, key }) => return check(place, file, key.as_deref()),
            None => {}
        }
        let year = self.year.ok_or("请给出年度，例如 xiezhi report 2024")?;
        let bureau = Bureau::open(place)?;
        let until = self.until.unwrap_or_else(|| Date::new(year, 12, 31).unwrap_or(Date::MAX));
        let period = Period::of_year(year, until).map_err(|e| e.to_string())?;
        let period = match self.from {
            Some(from) => Period::of_days(from, until).map_err(|e| e.to_string())?,
            None => period,
        };
        if self.freeze {
            return self.freeze(&bureau, period);
        }
        let (ledger, as_of, folder) = (bureau.ledger.clone(), self.as_of, bureau.data.join("past"));
        let report = runtime()?.block_on(async move {
            let ledger = match as_of {
                Some(position) => ledger.past(position, &folder).await.map_err(fault)?,
                None => ledger,
            };
            let head = ledger.head().await.map_err(fault)?;
            ledger.read(move |tx| Yearly::of(tx, &period, &head)).await.map_err(fault)
        })?;
        for problem in &report.problems {
            eprintln!("模板{problem}");
        }
        let bytes = match self.format {
            Format::Json => report.json().map_err(fault)?.into_bytes(),
            Format::Text => report.text().into_bytes(),
            Format::Html => web::report_html(&report).map_err(|e| format!("{e}"))?.into_bytes(),
            Format::Docx => web::report_docx(&report)?,
            Format::Pdf => {
                let engine = bureau
                    .casework
                    .engine
                    .as_ref()
                    .ok_or("没有文书字体，不能制作 PDF；请把 fonts 文件夹放到程序旁边，或者用 --format docx")?;
                web::report_pdf(engine, &report).map_err(|e| e.to_string())?
            }
        };
        match &self.out {
            Some(file) => write(file, &bytes),
            None => show(&bytes, self.format),
        }
    }

    fn freeze(&self, bureau: &Bureau, period: Period) -> Result<(), String> {
        if self.as_of.is_some() {
            return Err("定稿按流水现在的位置计算，不能与 --as-of 合用".into());
        }
        let who = Who { login: "report".into(), today: day_of((bureau.clock)()) };
        report::over(&period, who.today).map_err(|bad| bad.to_string())?;
        let (ledger, key, origin) = (bureau.ledger.clone(), bureau.key()?, bureau.origin());
        let frozen = runtime()?
            .block_on(async move { report::freeze(&ledger, who, period, &key, &origin).await })
            .map_err(fault)?;
        eprintln!(
            "已定稿：{} 年度第 {} 份，算到流水第 {} 条。",
            frozen.edition.year, frozen.number, frozen.edition.position
        );
        let bytes = serde_json::to_vec(&frozen.edition).map_err(|e| e.to_string())?;
        match &self.out {
            Some(file) => write(file, &bytes),
            None => show(&bytes, Format::Json),
        }
    }
}

fn export(place: &Place, file: &Path) -> Result<(), String> {
    let bureau = Bureau::open(place)?;
    let current = bureau.ledger.read_blocking(report::current).map_err(fault)?;
    write(file, current.text.as_bytes())?;
    println!("已写入第 {} 版模板：{}", current.version, file.display());
    Ok(())
}

fn import(place: &Place, file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
    let bureau = Bureau::open(place)?;
    let who = Who { login: "report".into(), today: day_of((bureau.clock)()) };
    let saved = bureau
        .ledger
        .act_blocking(move |tx| {
            let seen = report::current(tx)?.version;
            report::save(tx, &who, seen, &text)
        })
        .map_err(fault)?;
    match saved {
        Ok(version) => println!("已保存为第 {version} 版模板。"),
        Err(NotSaved::Same) => println!("与现在的模板相同，没有改动。"),
        Err(NotSaved::Bad(problems)) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            return Err(format!("模板有 {} 处问题，没有保存", problems.len()));
        }
    }
    Ok(())
}

/// Checks a frozen report: its signature; with the journal at hand also that it stands there, that it comes out the same at its position, and what
/// has changed since.
fn check(place: &Place, file: &Path, key: Option<&str>) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
    let edition: Edition =
        serde_json::from_str(&text).map_err(|e| format!("{}：不是定稿文件（{e}）", file.display()))?;
    if let Some(hex) = key {
        let key: VerifyingKey = checkpoint::public_key(hex)?;
        edition.check(&key)?;
        println!("签名成立：{} {} 年度报告，流水第 {} 条。", edition.bureau, edition.year, edition.position);
        return Ok(());
    }
    let bureau = Bureau::open(place)?;
    let key = bureau.key()?;
    edition.check(&key.verifying_key())?;
    println!("签名成立：{} {} 年度报告，流水第 {} 条。", edition.bureau, edition.year, edition.position);
    let (ledger, folder, kept) = (bureau.ledger.clone(), bureau.data.join("past"), edition.clone());
    let (number, again, changes) = runtime()?
        .block_on(async move {
            let year = kept.year;
            let all = ledger.read(move |tx| report::editions(tx, year)).await?;
            let number = all.iter().find(|f| f.edition == kept).map(|f| f.number);
            let past = ledger.past(kept.position, &folder).await?;
            let again = kept.again(&past, &key).await?.agrees(&kept);
            let changes = ledger.read(move |tx| report::differences(tx, &kept)).await?;
            Ok::<_, Fault>((number, again, changes))
        })
        .map_err(fault)?;
    match number {
        Some(number) => println!("流水中有这份定稿，是 {} 年度第 {number} 份。", edition.year),
        None => return Err("流水中没有这份定稿".into()),
    }
    if !again {
        return Err("在同一位置重新计算，结果与定稿不同；程序版本可能不同".into());
    }
    println!("在同一位置重新计算，结果相同。");
    println!("定稿后有 {} 项变化。", changes.len());
    for change in changes {
        println!(
            "{}：{}（{} 条）→ {}（{} 条）",
            change.title, change.was, change.records.0, change.now, change.records.1
        );
    }
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(|e| format!("{}：{e}", file.display()))
}

/// Writes to the standard output; a PDF would only upset a terminal.
fn show(bytes: &[u8], format: Format) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let binary = matches!(format, Format::Pdf | Format::Docx);
    if binary && out.is_terminal() {
        return Err("PDF 和 DOCX 不能显示在终端里，请用 --out 写入文件".into());
    }
    let end: &[u8] = if binary { b"" } else { b"\n" };
    out.write_all(bytes).and_then(|()| out.write_all(end)).map_err(|e| e.to_string())
}
