//! `xiezhi decode`: one frame of a device per line in, one JSON line each out, without a bureau.

use std::io::{BufRead, Write};

use clap::Args;
use offsite::protocols::decode::{Protocol, line};

/// Options of `decode`.
#[derive(Args)]
pub(crate) struct Decode {
    /// 协议：hj212 或者 jt808
    #[arg(value_parser = protocol)]
    protocol: Protocol,
    /// 设备配置的名称；不给出时容许常见的不规范写法
    #[arg(long)]
    profile: Option<String>,
}

impl Decode {
    /// Reads frames from standard input, as text or hexadecimal; a frame that is rejected is a line like any other.
    pub(crate) fn run(&self) -> Result<(), String> {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        for frame in std::io::stdin().lock().split(b'\n') {
            let frame = frame.map_err(|e| e.to_string())?;
            let text = String::from_utf8_lossy(&frame);
            if !text.trim().is_empty() {
                let value = line(self.protocol, self.profile.as_deref(), &text);
                writeln!(out, "{value}").map_err(|e| e.to_string())?;
            }
        }
        out.flush().map_err(|e| e.to_string())
    }
}

fn protocol(name: &str) -> Result<Protocol, String> {
    Protocol::named(name).ok_or_else(|| format!("没有协议“{name}”，可用：hj212、jt808"))
}
