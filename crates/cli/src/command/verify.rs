//! `xiezhi verify`: the chain, the tree, the texts, the files, and whatever checkpoint was kept.

use std::path::PathBuf;

use clap::Args;
use ledger::Checkpoint;

use crate::Place;
use crate::bureau::Bureau;
use crate::command::runtime;

/// Options of `verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// 另行保存的检查点文件；不给出时用库中最新的
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// 线程数
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// 不核验文件库
    #[arg(long)]
    no_files: bool,
}

impl Verify {
    /// Everything, against the newest checkpoint of the journal itself.
    pub(crate) fn all() -> Verify {
        Verify { checkpoint: None, threads: 2, no_files: false }
    }

    /// Verifies; anything broken is an error that names its position.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let key = bureau.key()?.verifying_key();
        let ledger = bureau.ledger.clone();
        let kept = match &self.checkpoint {
            Some(file) => {
                let note = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
                Some(Checkpoint::open(&note, &key)?)
            }
            None => None,
        };
        let threads = self.threads.max(1);
        let verified = runtime()?.block_on(async move {
            let kept = match kept {
                Some(kept) => Some(kept),
                None => ledger.newest_checkpoint().await.map_err(|e| e.to_string())?,
            };
            ledger.verify(kept.as_ref(), threads).await.map_err(|broken| broken.to_string())
        })?;
        println!("{}", words(&verified));
        if !self.no_files {
            let (files, changed) = bureau.casework.evidence.verify().map_err(|e| e.to_string())?;
            if !changed.is_empty() {
                return Err(format!(
                    "文件库 {files} 个文件，其中 {} 个与校验值不一致：{}",
                    changed.len(),
                    changed.join("、")
                ));
            }
            println!("文件库 {files} 个文件，全部与校验值一致。");
        }
        Ok(())
    }
}

/// What was verified, in one sentence.
pub(crate) fn words(verified: &ledger::Verified) -> String {
    let erased: u64 = verified.erased.values().sum();
    let against = if verified.against_checkpoint { "，与检查点一致" } else { "" };
    let erased = if erased > 0 { format!("，依令删除 {erased} 段") } else { String::new() };
    format!("流水 {} 条，校验链完整{against}；文本 {} 段与承诺值一致{erased}。", verified.entries, verified.texts)
}
