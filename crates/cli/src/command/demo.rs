//! `xiezhi demo`: the demonstration bureau, filled with a year and served.

use std::path::PathBuf;

use clap::Args;
use demonstration::Targets;
use jiff::civil::{Date, date};

use crate::Place;
use crate::bureau::make_key;
use crate::command::serve::Serve;
use crate::config::Config;
use crate::demonstration as filling;

/// Options of `demo`.
#[derive(Args)]
pub(crate) struct Demo {
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// 只填充，不启动网站
    #[arg(long)]
    fill_only: bool,
    /// 按这个文件中的指标数字填充（JSON），不写的为 2024 年青浦
    #[arg(long, value_name = "FILE")]
    targets: Option<PathBuf>,
}

impl Demo {
    /// Fills the folder unless it is filled, then serves it.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let targets = match &self.targets {
            None => Targets::builtin()?,
            Some(file) => {
                let name = file.display().to_string();
                let text = std::fs::read_to_string(file).map_err(|e| format!("{name}：{e}"))?;
                Targets::read(&name, &text)?
            }
        };
        // The whole year is performed; the site stands on the morning after. Told another day, it stands there and knows no later one.
        let last: Date = place.today.unwrap_or(date(targets.year, 12, 31));
        let today = place.today.unwrap_or(date(targets.year + 1, 1, 1));
        let place = Place { today: Some(today), ..place.clone() };
        if !Config::file(&place.data).exists() {
            std::fs::create_dir_all(&place.data).map_err(|e| format!("{}：{e}", place.data.display()))?;
            make_key(&place.data)?;
            let address = format!("http://{}", self.listen);
            Config {
                bureau: "qp".into(),
                address,
                listen: self.listen.clone(),
                proxies: Vec::new(),
                fonts: None,
                evidence: None,
                seal: None,
                ofd: None,
                outbox: Default::default(),
                platforms: Default::default(),
            }
            .write(&place.data)?;
            filling::fill(&place, &targets, last)?;
        }
        let file = filling::sign_ins(&place.data);
        let sign_ins = std::fs::read_to_string(&file).map_err(|e| format!("{}：{e}", file.display()))?;
        println!("演示单位：{}", place.data.display());
        println!("{sign_ins}");
        if self.fill_only {
            return Ok(());
        }
        Serve { listen: Some(self.listen.clone()) }.run(&place)
    }
}
