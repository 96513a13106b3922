//! Time of one document, warm: `cargo bench -p documents`.

use std::sync::LazyLock;

use documents::{Engine, kind, kinds};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let program = std::env::current_exe().expect("the running program has a path");
    let fonts = program.ancestors().nth(2).expect("target/release/deps").join("fonts");
    Engine::open(&[&fonts]).unwrap_or_else(|fault| panic!("no fonts: run `cargo xtask fetch` once ({fault})"))
});

fn main() {
    LazyLock::force(&ENGINE);
    divan::main();
}

/// Each kind, every document another one.
#[divan::bench(args = kinds().iter().map(|kind| kind.code), sample_count = 30)]
fn document(bencher: divan::Bencher<'_, '_>, code: &str) {
    let kind = kind(code).expect("a kind");
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let mut input = kind.example();
            input.number = format!("沪青城管示字〔2024〕第{number:06}号");
            input.party.name = format!("上海示例餐饮管理有限公司第{number}分公司");
            input.facts = format!("{}（第{number}次检查）", input.facts);
            input
        })
        .bench_local_refs(|input| ENGINE.render(kind, input).map(|rendered| rendered.pdf.len()));
}

/// Reading and hashing the fonts, once per process.
#[divan::bench(sample_count = 3)]
fn open() -> usize {
    let program = std::env::current_exe().expect("the running program has a path");
    let fonts = program.ancestors().nth(2).expect("target/release/deps").join("fonts");
    Engine::open(&[&fonts]).map_or(0, |engine| engine.fonts().len())
}
