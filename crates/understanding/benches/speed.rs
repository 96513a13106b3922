//! How long a reading takes, and how long learning.

use understanding::{Gazetteer, Reader};

fn main() {
    divan::main();
}

fn reader() -> Reader {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/benchmark/places.jsonl");
    let places = std::fs::read_to_string(folder).expect("the gazetteer can be read");
    Reader::new(Gazetteer::read(&places).expect("places")).expect("tables")
}

/// A call note of two sentences against 1,200 places.
#[divan::bench]
fn understand_a_note(bencher: divan::Bencher<'_, '_>) {
    let reader = reader();
    let text =
        "我住在云栖苑，楼下烧烤店夏天把桌子摆到店门外十几张，吃到凌晨一点，吵得睡不着。油烟往楼上飘，要求处理并回电。";
    bencher.bench(|| reader.understand(divan::black_box(text)));
}

/// A short line.
#[divan::bench]
fn understand_a_line(bencher: divan::Bencher<'_, '_>) {
    let reader = reader();
    bencher.bench(|| reader.understand(divan::black_box("楼道里又停满了小电驴")));
}

/// Training from the committed sentences.
#[divan::bench(sample_count = 3)]
fn train() -> Reader {
    Reader::new(Gazetteer::default()).expect("tables")
}
