//! `xiezhi understand`: what a complaint says, as the desk would see it.

use std::path::PathBuf;

use clap::Args;
use understanding::cli::{Given, Input, run};

/// `xiezhi understand [TEXT | --jsonl FILE] [--places FILE] [--towns FILE] [--rules FILE]`
#[derive(Args)]
pub(crate) struct Understand {
    /// 诉求文字
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    text: Option<String>,
    /// 逐行 JSON 的诉求文件，每行至少有 text
    #[arg(long)]
    jsonl: Option<PathBuf>,
    /// 地点文件（逐行 JSON）
    #[arg(long)]
    places: Option<PathBuf>,
    /// 街镇边界文件（JSON）
    #[arg(long)]
    towns: Option<PathBuf>,
    /// 派遣规则文件（JSON 数组）；不给出时按街镇派到各中队
    #[arg(long)]
    rules: Option<PathBuf>,
}

impl Understand {
    /// Reads the files, then prints a JSON line for each text.
    ///
    /// # Errors
    /// When a file cannot be read or is not what it should be.
    pub(crate) fn run(&self) -> Result<(), String> {
        let (lines, places) = (read(self.jsonl.as_ref())?, read(self.places.as_ref())?);
        let (towns, rules) = (read(self.towns.as_ref())?, read(self.rules.as_ref())?);
        let input = match &lines {
            Some(lines) => Input::Lines(lines),
            None => Input::Text(self.text.as_deref().unwrap_or_default()),
        };
        let given = Given { places: places.as_deref(), towns: towns.as_deref(), rules: rules.as_deref() };
        run(input, given, &mut std::io::stdout().lock()).map_err(|trouble| trouble.to_string())
    }
}

fn read(path: Option<&PathBuf>) -> Result<Option<String>, String> {
    path.map(|path| std::fs::read_to_string(path).map_err(|e| format!("{}：{e}", path.display()))).transpose()
}
