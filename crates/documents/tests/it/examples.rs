//! Every kind's example: clean, and the same bytes every time.

use documents::{Engine, kinds, typesetter};

use crate::support::{clean, engine, fonts, of};

#[test]
fn every_example_renders_without_a_warning() {
    for kind in kinds() {
        let rendered = clean(kind, &kind.example());
        assert!(rendered.pdf.starts_with(b"%PDF-1."), "{}", kind.code);
        assert!((1..=4).contains(&rendered.pages), "{}: {} pages", kind.code, rendered.pages);
        assert!(rendered.text.contains(kind.heading(&kind.example())), "{}", kind.code);
        assert!(rendered.pdf.len() < 400_000, "{}: {} bytes", kind.code, rendered.pdf.len());
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_also_from_another_engine_and_thread() {
    let again = Engine::from_fonts(engine().fonts().to_vec()).expect("the same fonts");
    assert_eq!(again.fonts_digest(), engine().fonts_digest());
    for kind in kinds() {
        let first = clean(kind, &kind.example()).pdf;
        assert!(first == clean(kind, &kind.example()).pdf, "{}: twice", kind.code);
        let kept = again.render_template(&kind.source(), &kind.example()).expect("the kept template").pdf;
        assert!(first == kept, "{}: another engine", kind.code);
    }
    let decision = clean(of("penalty_decision").0, &of("penalty_decision").1).pdf;
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let (kind, input) = of("penalty_decision");
                    assert!(clean(kind, &input).pdf == decision);
                }
            });
        }
    });
}

#[test]
fn the_cache_can_be_cleared_between() {
    let (kind, input) = of("order_to_correct");
    let first = clean(kind, &input).pdf;
    for number in 0..40 {
        let mut other = input.clone();
        other.number = format!("沪青城管责改字〔2024〕第{number:06}号");
        assert!(clean(kind, &other).pdf != first);
    }
    assert!(clean(kind, &input).pdf == first);
}

#[test]
fn the_creation_date_is_the_day_of_issue() {
    let (kind, mut input) = of("penalty_decision");
    assert!(bytes_contain(&clean(kind, &input).pdf, b"D:20241105000000+08"));
    for day in ["2024-02-30", "2024-1-05", "2024年11月5日", "2024-11-05T00", "+024-11-05"] {
        input.days.issued = day.to_owned();
        let fault = engine().render(kind, &input).expect_err(day).to_string();
        assert_eq!(fault, format!("落款日期“{day}”不是有效日期。请按“2024-11-05”的格式填写。"));
    }
}

#[test]
fn the_standard_is_claimed_in_the_file() {
    let (kind, input) = of("penalty_decision");
    let pdf = clean(kind, &input).pdf;
    assert!(bytes_contain(&pdf, b"pdfaid:part>2<") && bytes_contain(&pdf, b"pdfaid:conformance>B<"));
}

#[test]
fn fonts_are_known_by_their_digest_and_a_missing_folder_says_what_to_do() {
    assert!(engine().fonts().iter().all(|font| font.digest.len() == 64 && !font.bytes.is_empty()));
    let twice = Engine::open(&[&fonts(), &fonts()]).expect("the fonts");
    assert_eq!(twice.fonts().len(), engine().fonts().len());
    let fault = Engine::open(&[&fonts().join("none")]).expect_err("no fonts").to_string();
    assert!(fault.contains("Noto Serif SC") && fault.contains("cargo xtask fetch"), "{fault}");
    assert!(typesetter().starts_with("typst "));
}

#[test]
fn without_the_official_faces_documents_are_set_in_noto() {
    let noto = engine().fonts().iter().filter(|font| font.name.starts_with("Noto")).cloned().collect();
    let plain = Engine::from_fonts(noto).expect("Noto is enough");
    assert!(!plain.has_official_faces());
    for kind in kinds() {
        let rendered = plain.render(kind, &kind.example()).expect(kind.code);
        assert_eq!(rendered.warnings, Vec::<String>::new(), "{}", kind.code);
    }
}

fn bytes_contain(pdf: &[u8], needle: &[u8]) -> bool {
    pdf.windows(needle.len()).any(|window| window == needle)
}
