//! `xiezhi checkpoint` and `xiezhi prove`.

use std::path::PathBuf;

use clap::Args;
use ledger::{Checkpoint, Proof, VerifyingKey, check_proof};

use crate::Place;
use crate::bureau::Bureau;
use crate::command::{fault, runtime};

/// Options of `checkpoint`.
#[derive(Args)]
pub(crate) struct Make {
    /// 写入文件；不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Make {
    /// Signs the journal as it is.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let (key, origin, ledger) = (bureau.key()?, bureau.origin(), bureau.ledger.clone());
        eprintln!("公钥 {}", hex(key.verifying_key().as_bytes()));
        let made = runtime()?.block_on(async move { ledger.checkpoint(&key, &origin).await }).map_err(fault)?;
        match &self.out {
            Some(file) => std::fs::write(file, &made.note).map_err(|e| format!("{}：{e}", file.display())),
            None => {
                print!("{}", made.note);
                Ok(())
            }
        }
    }
}

/// Options of `prove`.
#[derive(Args)]
pub(crate) struct Prove {
    /// 记录所在的流，如 case/12
    stream: Option<String>,
    /// 写入文件；不给出时显示
    #[arg(long)]
    out: Option<PathBuf>,
    /// 核对一份证明（与 --checkpoint 合用）
    #[arg(long)]
    check: Option<PathBuf>,
    /// 另行保存的检查点
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// 签发检查点的公钥（十六进制）；给出时核对证明不需要数据文件夹
    #[arg(long)]
    key: Option<String>,
}

impl Prove {
    /// Proves a stream, or checks a proof with nothing but a checkpoint and the public key.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let note = match &self.checkpoint {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?),
            None => None,
        };
        if let Some(file) = &self.check {
            let text = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
            let proof: Proof =
                serde_json::from_str(&text).map_err(|e| format!("{}：不是证明（{e}）", file.display()))?;
            let note = note.ok_or("请用 --checkpoint 给出检查点")?;
            let key = match &self.key {
                Some(hex) => public_key(hex)?,
                None => Bureau::open(place)?.key()?.verifying_key(),
            };
            let checked = check_proof(&proof, &note, &key)?;
            println!(
                "证明成立：{} 的 {} 共 {} 条记录，在签发者 {} 的检查点（{} 条）之内。",
                checked.bureau, checked.stream, checked.entries, checked.origin, checked.size
            );
            return Ok(());
        }
        let bureau = Bureau::open(place)?;
        let key = bureau.key()?;
        let stream = self.stream.clone().ok_or("请给出要证明的流，如 case/12")?;
        let (ledger, origin) = (bureau.ledger.clone(), bureau.origin());
        let proof = runtime()?.block_on(async move {
            let at = match note {
                Some(note) => Checkpoint::open(&note, &key.verifying_key())?,
                None => ledger.checkpoint(&key, &origin).await.map_err(fault)?,
            };
            ledger.prove(&stream, &at).await.map_err(fault)
        })?;
        let text = serde_json::to_string_pretty(&proof).map_err(|e| e.to_string())?;
        match &self.out {
            Some(file) => std::fs::write(file, text).map_err(|e| format!("{}：{e}", file.display())),
            None => {
                println!("{text}");
                Ok(())
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads a public key.
pub(crate) fn public_key(text: &str) -> Result<VerifyingKey, String> {
    let wrong = || "公钥应是 64 位十六进制".to_owned();
    let bytes = crate::bureau::bytes_of(text.trim()).ok_or_else(wrong)?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| wrong())
}
