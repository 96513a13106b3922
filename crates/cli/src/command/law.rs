//! `xiezhi law`: the rulebook without a bureau.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use law::corpus::Corpus;
use law::rules::rules;

/// Options of `law`.
#[derive(Args)]
pub(crate) struct Law {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// 按规则演算一个案例文件
    Judge {
        /// FILE.case
        file: PathBuf,
    },
    /// 列出全部规则
    Rules,
    /// 列出违法事项和各版本
    Matters,
}

impl Law {
    /// Runs it; a scenario that does not come out as it says is an error.
    pub(crate) fn run(&self) -> Result<(), String> {
        match &self.what {
            What::Judge { file } => {
                let text = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
                let outcome = law::scenario::run(&text);
                println!("{}", outcome.report);
                if outcome.passed { Ok(()) } else { Err("案例与规则不符".into()) }
            }
            What::Rules => {
                for rule in rules() {
                    println!("{}\t{:?}\t{}\t{}", rule.id, rule.effect, rule.article, rule.text);
                }
                Ok(())
            }
            What::Matters => {
                for matter in Corpus::builtin().matters() {
                    for version in &matter.versions {
                        let to = version.to.map_or_else(|| "至今".into(), |d| d.to_string());
                        let state = if version.decidable() { "可决定" } else { "未核实" };
                        println!("{}\t{}\t{} 至 {to}\t{state}", matter.code, version.name, version.from);
                    }
                }
                Ok(())
            }
        }
    }
}
