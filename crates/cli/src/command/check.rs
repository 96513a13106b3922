//! `xiezhi check FILE`: checks a package of a case file with nothing but the file.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use dossier::check::{Holds, check};

use crate::command::checkpoint::public_key;

/// Options of `check`.
#[derive(Args)]
pub(crate) struct Check {
    /// 案卷数据包
    file: PathBuf,
    /// 从签发单位另行取得的公钥：64 位十六进制，或者写有它的文件
    #[arg(long)]
    key: Option<String>,
}

impl Check {
    /// Says what holds; anything changed is an error that names the part.
    pub(crate) fn run(&self) -> Result<(), String> {
        let trusted = match &self.key {
            Some(text) => Some(match public_key(text) {
                Ok(key) => key,
                Err(why) => public_key(&std::fs::read_to_string(text).map_err(|_| why)?)?,
            }),
            None => None,
        };
        let file = File::open(&self.file).map_err(|e| format!("{}：{e}", self.file.display()))?;
        let holds = check(BufReader::with_capacity(1 << 20, file), trusted.as_ref())
            .map_err(|refused| format!("核验不通过。{refused}"))?;
        print!("{}", words(&holds));
        Ok(())
    }
}

/// What holds, in sentences.
fn words(holds: &Holds) -> String {
    let mut lines = vec![
        "核验通过。".to_owned(),
        format!("案件：{} {}，{}（{}）", holds.bureau, holds.stream, holds.number, holds.variant),
        format!("清单：{} 个文件的 SHA-256 和 SM3 全部相符，清单由 {} 签名。", holds.files, holds.origin),
        format!("记录：{} 条内容与校验值相符。", holds.entries),
    ];
    if holds.papers > 0 {
        lines.push(format!("      盖章原件归入、移出的记录 {} 条，也都有证明。", holds.papers));
    }
    if holds.sealed > 0 {
        lines.push(format!("      另有 {} 条为副卷，只附校验值和证明。", holds.sealed));
    }
    lines.push(format!(
        "证明：{} 条记录都在检查点所签的 {} 条之内，根值 {}。",
        holds.entries + holds.sealed,
        holds.size,
        holds.root
    ));
    lines.push(format!("文字：{} 段与承诺值相符，其中文书全文 {} 份。", holds.texts, holds.documents));
    if holds.unopened > 0 {
        lines.push(format!("      {} 段没有附上（依令删除，或者不供查阅）。", holds.unopened));
    }
    lines.push(format!("文件：证据 {} 个，与记录所载校验值相符。", holds.evidence));
    if holds.missing > 0 {
        lines.push(format!("      {} 个记录提到的文件没有附上。", holds.missing));
    }
    lines.push(format!("公钥：{}", holds.key));
    lines.push(if holds.compared {
        "      与您给出的公钥一致。".to_owned()
    } else {
        "      这是包内的公钥，只说明各部分出自同一签名者。请与从签发单位另行取得的公钥比对，一致才可信。".to_owned()
    });
    lines.join("\n") + "\n"
}
