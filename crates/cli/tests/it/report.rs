//! `xiezhi report`; the fonts lie beside the built program.

use crate::released::{folder, unpack, xiezhi};

#[test]
fn the_report_of_a_position_is_one_pdf_whenever_it_is_made() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    unpack(&folder().join("0.1.0"), &data);
    let made = |name: &str, more: &[&str]| {
        let file = temporary.path().join(name);
        let out = file.to_str().unwrap();
        let args = [&["report", "2024", "--until", "2024-03-12", "--format", "pdf", "--out", out], more].concat();
        xiezhi(&data, &args);
        std::fs::read(file).unwrap()
    };
    let first = made("first.pdf", &[]);
    assert!(first.starts_with(b"%PDF-1."));
    assert!(first == made("second.pdf", &[]), "the same bytes");
    assert!(first == made("third.pdf", &["--as-of", "1660"]), "the same position, looked back to");
    assert!(first != made("fourth.pdf", &["--as-of", "1600"]), "another position");
}
