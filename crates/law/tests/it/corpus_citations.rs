//! Every article that a rule, a matter or a remedy names has a summary.

use law::corpus::{Citation, Corpus, Level};
use law::rules::rules;

/// Names that rules use for a statute beside its short name.
const NAMES: &[(&str, &str)] = &[
    ("部令55-", "zj55"),
    ("沪听证", "sh_hearing"),
    ("上海优化营商环境条例", "sh_business"),
    ("行政诉讼法", "all"),
    ("国办发〔2018〕118号", "three_systems"),
];

#[test]
fn every_article_of_a_rule_resolves() {
    let corpus = Corpus::builtin();
    let mut wrong = Vec::new();
    for rule in rules() {
        for part in rule.article.split('；').map(str::trim).filter(|part| !part.is_empty()) {
            let named =
                NAMES.iter().find(|(name, _)| part.starts_with(name)).map(|(name, id)| (*name, *id)).or_else(|| {
                    corpus.statutes().find(|s| part.starts_with(&s.short)).map(|s| (s.short.as_str(), s.id.as_str()))
                });
            let Some((name, id)) = named else {
                wrong.push(format!("{}: {part} names no statute", rule.id));
                continue;
            };
            let numbers = part.strip_prefix(name).unwrap_or_default();
            for number in numbers.split('、').map(str::trim).filter(|n| !n.is_empty()) {
                let article = number.trim_start_matches('第').trim_end_matches('条');
                if corpus.summary(&Citation::new(id, article)).is_none() {
                    wrong.push(format!("{}: {name}{number} has no summary in {id}", rule.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_remedies_rest_on_resolves() {
    // The articles that crates/law/src/remedy.rs names.
    for (statute, article) in [
        ("arl", "20"),
        ("arl", "23"),
        ("all", "45"),
        ("all", "46"),
        ("apl", "67"),
        ("apl", "72"),
        ("apl", "64"),
        ("zj55", "22"),
    ] {
        assert!(Corpus::builtin().summary(&Citation::new(statute, article)).is_some(), "{statute} {article}");
    }
}

#[test]
fn statutes_are_told_apart() {
    let corpus = Corpus::builtin();
    let mut shorts: Vec<_> = corpus.statutes().map(|s| s.short.as_str()).collect();
    shorts.sort_unstable();
    assert!(shorts.windows(2).all(|pair| pair[0] != pair[1]), "two statutes with one short name");
    for statute in corpus.statutes() {
        assert!(!statute.source.trim().is_empty() && !statute.articles.is_empty(), "{}", statute.id);
        // No rule below a rule of a government sets a penalty (处罚法16).
        if statute.level == Level::Document {
            let punishes = |m: &law::corpus::Matter| m.versions.iter().any(|v| v.penalty.statute == statute.id);
            assert!(!corpus.matters().any(punishes), "{}", statute.id);
        }
    }
}

/// Half-width punctuation between Chinese characters is a slip of the keyboard.
#[test]
fn chinese_texts_have_full_width_punctuation() {
    for (path, text) in law::corpus::files() {
        for (at, line) in text.lines().enumerate() {
            let chars: Vec<char> = line.chars().collect();
            let chinese = |c: Option<&char>| c.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c));
            let slip = (1..chars.len())
                .any(|i| matches!(chars[i], ',' | ';' | ':' | '(' | ')' | '.') && chinese(chars.get(i - 1)));
            assert!(!slip, "{path} {}: {line}", at + 1);
        }
    }
}

#[test]
fn parsing_is_fast() {
    let files = law::corpus::files();
    let mut best = std::time::Duration::MAX;
    for _ in 0..5 {
        let clock = std::time::Instant::now();
        std::hint::black_box(Corpus::parse(files).expect("shipped"));
        best = best.min(clock.elapsed());
    }
    println!("{} files: {best:?}", files.len());
    assert!(best.as_millis() < 30, "{best:?}");
}

#[test]
fn an_article_is_read_however_people_write_it() {
    use law::corpus::Citation;
    for (text, key) in [
        ("50", "50"),
        ("50(2)", "50(2)"),
        ("第50条第2款", "50(2)"),
        ("第五十条第二款", "50(2)"),
        ("第一千一百七十四条第一款第（四）项", "1174(1)[4]"),
        ("第七十七条第二项", "77[2]"),
        ("第 十 条", "10"),
        ("一百零五", "105"),
        ("第1060条", "1060"),
    ] {
        assert_eq!(Citation::article_of(text).as_deref(), Some(key), "{text}");
    }
    for text in ["", "第条", "五十五十", "第五十条之一", "零", "10000", "总则", "第二款"] {
        assert_eq!(Citation::article_of(text), None, "{text}");
    }
}
