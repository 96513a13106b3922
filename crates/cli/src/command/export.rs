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
    /// journal：流水（JSONL）；tickets：诉求（XLSX）
    kind: String,
    /// 写入文件；流水不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
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
            "tickets" => {
                let file = self.out.as_ref().ok_or("请用 --out 给出文件")?;
                let filter = intake::read::Filter::default();
                let today = day_of((bureau.clock)());
                let bytes =
                    bureau.ledger.read_blocking(move |tx| intake::export::xlsx(tx, &filter, today)).map_err(fault)?;
                std::fs::write(file, bytes).map_err(|e| format!("{}：{e}", file.display()))
            }
            other => Err(format!("不能导出“{other}”；可以导出 journal、tickets")),
        }
    }
}
