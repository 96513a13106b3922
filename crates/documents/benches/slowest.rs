//! Every kind from its example, warm, each time another document; the slowest first: `cargo bench -p documents --bench slowest`.
//!
//! Ends with an error where a kind takes longer than a person should wait.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use documents::{Engine, kinds};

/// How long one paper may take.
const MOST: Duration = Duration::from_millis(150);
/// Renderings of each kind that are measured; the middle one counts.
const TIMES: usize = 5;

fn main() -> ExitCode {
    let program = std::env::current_exe().expect("the running program has a path");
    let fonts = program.ancestors().nth(2).expect("target/release/deps").join("fonts");
    let engine =
        Engine::open(&[&fonts]).unwrap_or_else(|fault| panic!("no fonts: run `cargo xtask fetch` once ({fault})"));
    let mut number = 0;
    let mut render = |kind: &documents::Kind| {
        number += 1;
        let mut input = kind.example();
        input.number = format!("沪青城管示字〔2024〕第{number:06}号");
        input.party.name = format!("上海示例餐饮管理有限公司第{number}分公司");
        let begun = Instant::now();
        engine.render(kind, &input).unwrap_or_else(|fault| panic!("{}: {fault}", kind.code));
        begun.elapsed()
    };
    for kind in kinds() {
        render(kind);
    }
    let mut took: Vec<(Duration, &str)> = kinds()
        .iter()
        .map(|kind| {
            let mut all: Vec<Duration> = (0..TIMES).map(|_| render(kind)).collect();
            all.sort_unstable();
            (all[TIMES / 2], kind.code)
        })
        .collect();
    took.sort_unstable_by(|a, b| b.cmp(a));
    let whole: Duration = took.iter().map(|(time, _)| *time).sum();
    println!("{} kinds, {:.1} ms on average; slowest:", took.len(), whole.as_secs_f64() * 1000.0 / took.len() as f64);
    for (time, code) in took.iter().take(8) {
        println!("{:7.1} ms  {code}", time.as_secs_f64() * 1000.0);
    }
    if took[0].0 > MOST {
        println!("more than {} ms", MOST.as_millis());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
