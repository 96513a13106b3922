//! `xiezhi rebuild` and `xiezhi upgrade`.

use clap::Args;

use crate::Place;
use crate::bureau::Bureau;
use crate::command::{fault, runtime};

/// Options of `rebuild`.
#[derive(Args)]
pub(crate) struct Rebuild {}

impl Rebuild {
    /// Drops every projection and writes it anew from the journal.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let ledger = bureau.ledger.clone();
        let rebuilt = runtime()?.block_on(async move { ledger.rebuild().await }).map_err(fault)?;
        println!("已由 {} 条记录重建 {} 张查询表。", rebuilt.entries, rebuilt.tables);
        Ok(())
    }
}

/// Options of `upgrade`.
#[derive(Args)]
pub(crate) struct Upgrade {}

impl Upgrade {
    /// Opens the folder, which adds what this version's tables need, rebuilds the projections and verifies the journal.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        Rebuild {}.run(place)?;
        let bureau = Bureau::open(place)?;
        let ledger = bureau.ledger.clone();
        let verified = runtime()?.block_on(async move { ledger.verify(None, 2).await }).map_err(|e| e.to_string())?;
        println!("{}", crate::command::verify::words(&verified));
        println!("数据文件夹已是本版本（{}）。", env!("CARGO_PKG_VERSION"));
        Ok(())
    }
}
