//! `xiezhi backup` and `xiezhi restore`: both verify what they made.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::Place;
use crate::bureau::Bureau;
use crate::command::verify::Verify;
use crate::command::{fault, runtime};
use crate::config::Config;

/// Options of `backup`.
#[derive(Args)]
pub(crate) struct Backup {
    /// 备份到这个（尚不存在的）文件夹
    to: PathBuf,
}

/// Options of `restore`.
#[derive(Args)]
pub(crate) struct Restore {
    /// 备份所在的文件夹
    from: PathBuf,
}

impl Backup {
    /// Copies ledger, files, keys and configuration while the site goes on, then verifies the copy.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        if self.to.exists() {
            return Err(format!("{} 已经存在，请换一个文件夹", self.to.display()));
        }
        if place.database.is_some() {
            return Err("PostgreSQL 上的单位请用数据库自己的备份工具，并另行备份数据文件夹".into());
        }
        let bureau = Bureau::open(place)?;
        std::fs::create_dir_all(&self.to).map_err(|e| format!("{}：{e}", self.to.display()))?;
        // The ledger first: files it names were stored before their entries, so the copy of the files has them all.
        let (ledger, to) = (bureau.ledger.clone(), self.to.join("ledger"));
        runtime()?.block_on(async move { ledger.backup(&to).await }).map_err(fault)?;
        copy_files(&place.data.join("evidence"), &self.to.join("evidence"))?;
        copy(&place.data.join("keys"), &self.to.join("keys"))?;
        std::fs::copy(Config::file(&place.data), Config::file(&self.to)).map_err(|e| e.to_string())?;
        verify(&self.to)?;
        println!("已备份到 {} 并核验。", self.to.display());
        if !bureau.casework.evidence.is_folder() {
            println!("证据文件在存储桶里，不在这份备份中，请用存储服务自己的办法备份存储桶。");
        }
        Ok(())
    }
}

impl Restore {
    /// Copies a backup into a new data folder and verifies it there.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        if place.data.exists() && std::fs::read_dir(&place.data).is_ok_and(|mut d| d.next().is_some()) {
            return Err(format!("{} 不是空文件夹，没有改动任何内容", place.data.display()));
        }
        Config::read(&self.from)?;
        copy(&self.from, &place.data)?;
        verify(&place.data)?;
        println!("已恢复到 {} 并核验。", place.data.display());
        Ok(())
    }
}

fn verify(data: &Path) -> Result<(), String> {
    let place = Place { data: data.to_path_buf(), database: None, today: None };
    Verify::all().run(&place)
}

/// Copies the evidence files, without what is still being received and what can be made again.
fn copy_files(from: &Path, to: &Path) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("{}：{e}", from.display());
    std::fs::create_dir_all(to).map_err(wrong)?;
    for entry in std::fs::read_dir(from).map_err(wrong)? {
        let name = entry.map_err(wrong)?.file_name();
        if name != "new" && name != "cache" {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// Copies a folder with everything in it; files keep their permissions.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("{}：{e}", from.display());
    std::fs::create_dir_all(to).map_err(wrong)?;
    for entry in std::fs::read_dir(from).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(wrong)?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).map_err(wrong)?;
        }
    }
    Ok(())
}
