//! `xiezhi demo`: the demonstration bureau, filled and served.

use clap::Args;
use jiff::civil::{Date, date};

use crate::Place;
use crate::bureau::make_key;
use crate::command::serve::Serve;
use crate::config::Config;
use crate::demonstration;

/// Options of `demo`.
#[derive(Args)]
pub(crate) struct Demo {
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// 只填充，不启动网站
    #[arg(long)]
    fill_only: bool,
}

/// The day the demonstration stands on unless told otherwise: the day the yearly report counts to.
const TODAY: Date = date(2024, 11, 21);

impl Demo {
    /// Fills the folder unless it is filled, then serves it.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let place = Place { today: Some(place.today.unwrap_or(TODAY)), ..place.clone() };
        if !Config::file(&place.data).exists() {
            std::fs::create_dir_all(&place.data).map_err(|e| format!("{}：{e}", place.data.display()))?;
            make_key(&place.data)?;
            let address = format!("http://{}", self.listen);
            Config { bureau: "qp".into(), address, listen: self.listen.clone(), proxies: Vec::new(), fonts: None }
                .write(&place.data)?;
            demonstration::fill(&place)?;
        }
        let file = demonstration::sign_ins(&place.data);
        let sign_ins = std::fs::read_to_string(&file).map_err(|e| format!("{}：{e}", file.display()))?;
        println!("演示单位：{}", place.data.display());
        println!("{sign_ins}");
        if self.fill_only {
            return Ok(());
        }
        Serve { listen: Some(self.listen.clone()) }.run(&place)
    }
}
