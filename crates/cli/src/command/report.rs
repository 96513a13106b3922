//! `xiezhi report YEAR`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use report::{Period, Report as Yearly};

use crate::Place;
use crate::bureau::Bureau;
use crate::command::{fault, runtime};

/// Options of `report`.
#[derive(Args)]
pub(crate) struct Report {
    /// 年度
    year: i16,
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
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Html,
    Pdf,
}

impl Report {
    /// Computes the report, at the newest position or at an earlier one.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let until = self.until.unwrap_or_else(|| Date::new(self.year, 12, 31).unwrap_or(Date::MAX));
        let period = Period::of_year(self.year, until).map_err(|e| e.to_string())?;
        let (ledger, as_of, folder) = (bureau.ledger.clone(), self.as_of, bureau.data.join("past"));
        let (report, name) = runtime()?.block_on(async move {
            let ledger = match as_of {
                Some(position) => ledger.past(position, &folder).await.map_err(fault)?,
                None => ledger,
            };
            let head = ledger.head().await.map_err(fault)?;
            let read = ledger.read(move |tx| Ok((Yearly::of(tx, &period, &head)?, office::read::bureau(tx)?.name)));
            read.await.map_err(fault)
        })?;
        let bytes = match self.format {
            Format::Json => report.json().map_err(fault)?.into_bytes(),
            Format::Html => web::report_html(&report).map_err(|e| format!("{e}"))?.into_bytes(),
            Format::Pdf => {
                let engine = bureau
                    .casework
                    .engine
                    .as_ref()
                    .ok_or("没有文书字体，不能制作 PDF；请把 fonts 文件夹放到程序旁边，或者用 --format html")?;
                web::report_pdf(engine, &report, &name).map_err(|e| e.to_string())?
            }
        };
        match &self.out {
            Some(file) => std::fs::write(file, bytes).map_err(|e| format!("{}：{e}", file.display())),
            None => show(&bytes, self.format),
        }
    }
}

/// Writes to the standard output; a PDF would only upset a terminal.
fn show(bytes: &[u8], format: Format) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    if matches!(format, Format::Pdf) && out.is_terminal() {
        return Err("PDF 不能显示在终端里，请用 --out 写入文件".into());
    }
    let end: &[u8] = if matches!(format, Format::Pdf) { b"" } else { b"\n" };
    out.write_all(bytes).and_then(|()| out.write_all(end)).map_err(|e| e.to_string())
}
