//! `xiezhi report YEAR`.

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
        let report = runtime()?.block_on(async move {
            let ledger = match as_of {
                Some(position) => ledger.past(position, &folder).await.map_err(fault)?,
                None => ledger,
            };
            let head = ledger.head().await.map_err(fault)?;
            ledger.read(move |tx| Yearly::of(tx, &period, &head)).await.map_err(fault)
        })?;
        let text = match self.format {
            Format::Json => report.json().map_err(fault)?,
            Format::Html => web::report_html(&report).map_err(|e| format!("{e}"))?,
            Format::Pdf => return Err("PDF 报告还不能生成；请用 --format html 或者 json".into()),
        };
        match &self.out {
            Some(file) => std::fs::write(file, text).map_err(|e| format!("{}：{e}", file.display())),
            None => {
                println!("{text}");
                Ok(())
            }
        }
    }
}
