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
    /// journal：流水（JSONL）；tickets：诉求（XLSX）；dossier：整个案卷（PDF 或者数据包）；台账的代号，如 outreach（XLSX，文件名以 .csv 结尾的为 CSV）
    kind: String,
    /// 写入文件；流水不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    dossier: super::dossier::Dossier,
}

impl Export {
    /// Writes the export.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        match self.kind.as_str() {
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
                        "不能导出“{other}”；可以导出 journal、tickets、dossier，或者台账 {}",
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
}
