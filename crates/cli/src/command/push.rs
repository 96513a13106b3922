//! `xiezhi push`: sends orders to a bureau as another platform does; for trying out that platform's side. `docs/orders.md` is what it speaks.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use outbox::{Sign, signature};
use serde_json::{Value, json};

use crate::clock::now_ms;

/// Options of `push`.
#[derive(Args)]
pub(crate) struct Push {
    /// 工单文件，每行一件 JSON；不给出时只查询
    file: Option<PathBuf>,
    /// 对方网站，例如 https://xiezhi.example
    #[arg(long)]
    url: String,
    /// 对方登记的平台名
    #[arg(long)]
    platform: String,
    /// 密钥文件
    #[arg(long)]
    secret: PathBuf,
    /// 用 SM3 签名
    #[arg(long)]
    sm3: bool,
    /// 查询这个编号的工单办到哪里
    #[arg(long)]
    ask: Option<String>,
}

/// Orders sent together.
const TOGETHER: usize = 100;

impl Push {
    /// Sends every order and prints what became of it, a JSON line each.
    pub(crate) fn run(&self) -> Result<(), String> {
        let secret = std::fs::read_to_string(&self.secret).map_err(|e| format!("{}：{e}", self.secret.display()))?;
        let secret = secret.trim().as_bytes();
        if let Some(file) = &self.file {
            let text = std::fs::read_to_string(file).map_err(|e| format!("{}：{e}", file.display()))?;
            let orders = text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim().is_empty())
                .map(|(at, line)| serde_json::from_str(line).map_err(|e| format!("第 {} 行不是 JSON：{e}", at + 1)))
                .collect::<Result<Vec<Value>, String>>()?;
            for (n, some) in orders.chunks(TOGETHER).enumerate() {
                let body = json!({ "orders": some }).to_string();
                let answer = self.send(secret, "/api/v1/orders", &format!("push-{n}"), Some(&body))?;
                for taken in answer["orders"].as_array().into_iter().flatten() {
                    println!("{taken}");
                }
            }
        }
        if let Some(order) = &self.ask {
            let path = format!("/api/v1/orders/{order}");
            println!("{}", self.send(secret, &path, &format!("GET {path}"), None)?);
        }
        Ok(())
    }

    fn send(&self, secret: &[u8], path: &str, key: &str, body: Option<&str>) -> Result<Value, String> {
        let time = now_ms().to_string();
        let sign = if self.sm3 { Sign::Sm3 } else { Sign::Sha256 };
        let signed = signature(sign, secret, &time, key, body.unwrap_or_default());
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .into();
        let url = format!("{}{path}", self.url.trim_end_matches('/'));
        let headers = [
            ("X-Xiezhi-Platform", self.platform.as_str()),
            ("X-Xiezhi-Time", time.as_str()),
            ("Idempotency-Key", key),
            ("X-Xiezhi-Signature", signed.as_str()),
        ];
        let sent = match body {
            Some(body) => {
                let request = headers.iter().fold(agent.post(&url), |r, (name, value)| r.header(*name, *value));
                request.header("Content-Type", "application/json").send(body)
            }
            None => headers.iter().fold(agent.get(&url), |r, (name, value)| r.header(*name, *value)).call(),
        };
        let mut answer = sent.map_err(|e| format!("{url}：{e}"))?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().map_err(|e| e.to_string())?;
        if !status.is_success() {
            return Err(format!("对方答复 {status}：{text}"));
        }
        serde_json::from_str(&text).map_err(|e| format!("对方的答复不是 JSON：{e}"))
    }
}
