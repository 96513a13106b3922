//! `xiezhi export dossier CASE`: the whole case file as one PDF or as a signed package.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use dossier::{Contents, Export, Form, Signer, Variant};

use crate::bureau::Bureau;
use crate::clock::day_of;
use crate::command::{fault, runtime};

/// Options of `export dossier`.
#[derive(Args)]
pub(crate) struct Dossier {
    /// 案件编号（用于 dossier）
    case: Option<i64>,
    /// 整卷写成一个 PDF 文件（用于 dossier）
    #[arg(long, conflicts_with = "package")]
    pdf: Option<PathBuf>,
    /// 整卷写成签名的数据包（用于 dossier）
    #[arg(long)]
    package: Option<PathBuf>,
    /// 只导出正卷，供当事人或者法院查阅（用于 dossier）
    #[arg(long)]
    inspection: bool,
    /// 只导出申请法院强制执行的材料（用于 dossier）
    #[arg(long, conflicts_with = "inspection")]
    court: bool,
}

impl Dossier {
    /// Writes the file, and records who took what away.
    pub(crate) fn run(&self, bureau: &Bureau) -> Result<(), String> {
        let case = self.case.ok_or("请给出案件编号，如 xiezhi export dossier 12 --pdf 案卷.pdf")?;
        let variant = match (self.inspection, self.court) {
            (true, _) => Variant::Inspection,
            (_, true) => Variant::Court,
            _ => Variant::Whole,
        };
        match (&self.pdf, &self.package) {
            (Some(file), None) => self.pdf(bureau, case, variant, file),
            (None, Some(file)) => self.package(bureau, case, variant, file),
            _ => Err("请用 --pdf 或者 --package 给出要写入的文件".into()),
        }
    }

    fn pdf(&self, bureau: &Bureau, case: i64, variant: Variant, file: &Path) -> Result<(), String> {
        let (own, today) = (bureau.casework.clone(), day_of((bureau.clock)()));
        let read =
            bureau.ledger.read_blocking(move |tx| Contents::read(&own, tx, case, variant, today)).map_err(fault)?;
        let contents = read.ok_or("没有这个案件")?;
        let set = contents.volume(&bureau.casework).map_err(|e| e.to_string())?;
        self.keep(bureau, case, variant, Form::Pdf, &evidence::digests(&set.pdf))?;
        std::fs::write(file, &set.pdf).map_err(|e| format!("{}：{e}", file.display()))?;
        eprintln!("已导出{}到 {}：{} 页，{} 字节。", variant.label(), file.display(), set.pages, set.pdf.len());
        Ok(())
    }

    fn package(&self, bureau: &Bureau, case: i64, variant: Variant, file: &Path) -> Result<(), String> {
        let (own, today) = (bureau.casework.clone(), day_of((bureau.clock)()));
        let signer = Signer { key: bureau.key()?, origin: bureau.origin() };
        let prepared = dossier::prepare(&own, signer, case, variant, today);
        let prepared = runtime()?.block_on(prepared).map_err(|e| e.to_string())?;
        let set = prepared.contents().volume(&bureau.casework).map_err(|e| e.to_string())?;
        let wrong = |e: &dyn std::fmt::Display| format!("{}：{e}", file.display());
        let out = BufWriter::new(std::fs::File::create(file).map_err(|e| wrong(&e))?);
        let written = prepared.write(&bureau.casework.evidence, &set, out).map_err(|e| e.to_string())?;
        written.into_inner().map_err(|e| wrong(&e))?.sync_all().map_err(|e| wrong(&e))?;
        let made = dossier::digest(std::fs::File::open(file).map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
        if let Err(why) = self.keep(bureau, case, variant, Form::Package, &made) {
            // Nothing leaves unrecorded. What cannot even be taken back is said with the reason.
            return Err(match std::fs::remove_file(file) {
                Ok(()) => why,
                Err(e) => format!("{why}；{}", wrong(&e)),
            });
        }
        eprintln!("已导出{}数据包到 {}：{} 字节。", variant.label(), file.display(), made.bytes);
        Ok(())
    }

    fn keep(
        &self,
        bureau: &Bureau,
        case: i64,
        variant: Variant,
        form: Form,
        made: &evidence::Stored,
    ) -> Result<(), String> {
        let export = Export { case, variant: variant.code().into(), form, sha256: made.id.clone(), bytes: made.bytes };
        let today = day_of((bureau.clock)());
        let recorded = dossier::record(&bureau.ledger, "cli", today, export);
        runtime()?.block_on(recorded).map_err(fault).map(|_| ())
    }
}
