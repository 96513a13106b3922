//! `xiezhi export KIND`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use crate::Place;
use crate::bureau::Bureau;
use crate::clock::day_of;
use crate::command::{fault, runtime};

/// Options of `export`.
#[derive(Args)]
pub(crate) struct Export {
    /// cases：案件（JSONL，文件名以 .xlsx 结尾的为 XLSX）；journal：流水（JSONL）；tickets：诉求（XLSX）；dossier：整个案卷（PDF 或者数据包）；台账的代号，如 outreach（XLSX，文件名以 .csv 结尾的为 CSV）
    kind: String,
    /// 写入文件；流水不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    dossier: super::dossier::Dossier,
    /// 只要这一天起登记的行为，或者流水的这个位置以后的，只用于 cases
    #[arg(long)]
    since: Option<String>,
    /// 只要这个单位的案件，只用于 cases
    #[arg(long)]
    unit: Option<String>,
}

impl Export {
    /// Writes the export.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        match self.kind.as_str() {
            "cases" => self.cases(&bureau),
            "journal" => {
                let out: Box<dyn Write + Send> = match &self.out {
                    Some(file) => {
                        Box::new(BufWriter::new(File::create(file).map_err(|e| format!("{}：{e}", file.display()))?))
                    }
                    None => Box::new(std::io::stdout()),
                };
                let ledger = bureau.ledger.clone();
                let lines = runtime()?.block_on(async move { ledger.export(out).await }).map_err(fault)?;
                eprintln!("已导出 {lines} 条。");
                Ok(())
            }
            "dossier" => self.dossier.run(&bureau),
            "tickets" => {
                let file = self.out.as_ref().ok_or("请用 --out 给出文件")?;
                let filter = intake::read::Filter::default();
                let today = day_of((bureau.clock)());
                let bytes =
                    bureau.ledger.read_blocking(move |tx| intake::export::xlsx(tx, &filter, today)).map_err(fault)?;
                std::fs::write(file, bytes).map_err(|e| format!("{}：{e}", file.display()))
            }
            other => {
                let d = registers::descriptor(other).ok_or_else(|| {
                    format!(
                        "不能导出“{other}”；可以导出 cases、journal、tickets、dossier，或者台账 {}",
                        super::import::names()
                    )
                })?;
                let file = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{other}.xlsx")));
                let today = day_of((bureau.clock)());
                let csv = file.extension().is_some_and(|e| e == "csv");
                let (set, filter) = (bureau.registers.set, registers::read::Filter::default());
                let made = bureau.ledger.read_blocking(move |tx| {
                    if csv {
                        registers::export::csv(tx, set, d, &filter)
                    } else {
                        registers::export::xlsx(tx, set, d, &filter, today)
                    }
                });
                std::fs::write(&file, made.map_err(fault)?).map_err(|e| format!("{}：{e}", file.display()))?;
                eprintln!("已导出到 {}。", file.display());
                Ok(())
            }
        }
    }

    /// Cases for another system: everything, or what was recorded since the last time.
    fn cases(&self, bureau: &Bureau) -> Result<(), String> {
        use casework::exchange::export::{Wanted, before};
        let today = day_of((bureau.clock)());
        let after = match self.since.as_deref() {
            None => 0,
            Some(text) => match (text.parse::<i64>(), text.parse::<jiff::civil::Date>()) {
                (Ok(position), _) => position,
                (_, Ok(day)) => bureau.ledger.read_blocking(move |tx| before(tx, day)).map_err(fault)?,
                _ => return Err(format!("“{text}”不是日期，也不是流水的位置")),
            },
        };
        let wanted = Wanted { after, unit: self.unit.clone() };
        let own = bureau.casework.clone();
        let book = self.out.as_ref().is_some_and(|file| file.extension().is_some_and(|e| e == "xlsx"));
        let done = if let Some(file) = self.out.as_ref().filter(|_| book) {
            let made = bureau.ledger.read_blocking(move |tx| own.export_book(tx, &wanted, today)).map_err(fault)?;
            let (bytes, done) =
                made.map_err(|most| format!("超过一份表格的 {most} 行，请用 --since 分段，或者导出 JSONL"))?;
            std::fs::write(file, bytes).map_err(|e| format!("{}：{e}", file.display()))?;
            done
        } else {
            let mut out: Box<dyn Write + Send> = match &self.out {
                Some(file) => {
                    Box::new(BufWriter::new(File::create(file).map_err(|e| format!("{}：{e}", file.display()))?))
                }
                None => Box::new(std::io::stdout()),
            };
            bureau
                .ledger
                .read_blocking(move |tx| {
                    let done = own.export_lines(tx, &wanted, today, &mut out)?;
                    out.flush().map_err(|e| ledger::Fault::Unavailable(format!("不能写入文件：{e}")))?;
                    Ok(done)
                })
                .map_err(fault)?
        };
        eprintln!("已导出 {} 件案件的 {} 项行为；下次从 --since {} 接着导出。", done.cases, done.acts, done.until);
        Ok(())
    }
}
