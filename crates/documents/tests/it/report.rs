//! The yearly report on paper.

use documents::{ReportBlock, ReportFigure, ReportPaper, ReportSection, ReportTable};

use crate::support::{engine, squeezed};

fn paper() -> ReportPaper {
    ReportPaper {
        bureau: "上海市青浦区城市管理行政执法局".into(),
        title: "2024年度法治建设工作报告".into(),
        from: "2024-01-01".into(),
        until: "2024-11-21".into(),
        sections: vec![
            ReportSection {
                title: "四、规范执法办案".into(),
                blocks: vec![
                    ReportBlock::Words("公示并更新普通程序行政处罚案件646件。".into()),
                    ReportBlock::Words("共处罚款338.3万元。".into()),
                    ReportBlock::Table(ReportTable {
                        title: "诉求（按渠道）".into(),
                        head: vec!["渠道".into(), "件".into()],
                        rows: vec![vec!["平台派单".into(), "65".into()], vec!["来访".into(), "15".into()]],
                    }),
                ],
            },
            ReportSection {
                title: "五、接受社会监督".into(),
                blocks: vec![ReportBlock::Words("接听来电约1650个。".into())],
            },
        ],
        figures: (1..=40)
            .map(|n| ReportFigure { title: format!("项目{n}"), value: format!("{n} 件"), worded: format!("{n}件") })
            .collect(),
        position: 3_210,
        root: "9f2c41d07be8a6530c1d5e4f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b".into(),
    }
}

#[test]
fn everything_of_the_report_stands_on_the_paper_which_is_the_same_every_time() {
    let first = engine().render_report(&paper()).unwrap();
    assert_eq!(first.warnings, Vec::<String>::new());
    assert!(first.archival && first.pdf.starts_with(b"%PDF-1."));
    assert!(first.pdf == engine().render_report(&paper()).unwrap().pdf, "the same bytes");
    let text = squeezed(&first.text);
    let paper = paper();
    let mut wanted = vec![paper.bureau.as_str(), &paper.title, &paper.root, "第3210条", "2024年1月1日至2024年11月21日"];
    for section in &paper.sections {
        wanted.push(&section.title);
        for block in &section.blocks {
            match block {
                ReportBlock::Words(words) => wanted.push(words),
                ReportBlock::Table(table) => {
                    wanted.push(&table.title);
                    wanted.extend(table.head.iter().chain(table.rows.iter().flatten()).map(String::as_str));
                }
            }
        }
    }
    for phrase in wanted {
        assert!(text.contains(&squeezed(phrase)), "{phrase}: {text}");
    }
    assert!(first.pages >= 2, "a long table runs over");
}

#[test]
fn another_position_is_another_paper_and_a_day_must_be_one() {
    let mut other = paper();
    other.position += 1;
    assert!(engine().render_report(&other).unwrap().pdf != engine().render_report(&paper()).unwrap().pdf);
    other.until = "2024-02-30".into();
    assert!(engine().render_report(&other).unwrap_err().to_string().contains("截止日期"));
}

#[test]
fn markup_in_a_word_is_printed_and_never_read() {
    for evil in ["#panic(\"x\")", "$x^2$", "*粗*", "\"] #let d = 1", "@cite", "= 标题", "[a](b)"] {
        let mut paper = paper();
        paper.title = evil.into();
        paper.sections[0].blocks[0] = ReportBlock::Words(evil.into());
        paper.figures[0].worded = evil.into();
        let rendered = engine().render_report(&paper).unwrap_or_else(|fault| panic!("{evil}: {fault}"));
        assert!(squeezed(&rendered.text).contains(&squeezed(evil)), "{evil}");
    }
}

/// The parts of a Word document, each checked to be XML whose tags close.
fn parts(bytes: &[u8]) -> std::collections::BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = std::collections::BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        let name = file.name().unwrap().into_owned();
        closed(&name, &text);
        parts.insert(name, text);
    }
    parts
}

/// Every tag that opens closes, in order, and no text holds a bare sign.
fn closed(name: &str, xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n").unwrap();
    while let Some((text, from)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{name}: {text}");
        let (tag, after) = from.split_once('>').unwrap_or_else(|| panic!("{name}: {from}"));
        if let Some(end) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(end), "{name}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        rest = after;
    }
    assert!(open.is_empty() && rest.is_empty(), "{name}: {open:?}{rest}");
}

#[test]
fn the_word_document_says_the_same_and_is_the_same_every_time() {
    let paper = paper();
    let bytes = documents::report_docx(&paper).unwrap();
    assert!(bytes == documents::report_docx(&paper).unwrap(), "the same bytes");
    let parts = parts(&bytes);
    for part in ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml", "word/fontTable.xml"] {
        assert!(parts.contains_key(part), "{part}");
    }
    let text = &parts["word/document.xml"];
    let mut wanted =
        vec![paper.bureau.as_str(), &paper.title, &paper.root, "2024年1月1日至2024年11月21日", "第 3210 条"];
    for section in &paper.sections {
        wanted.push(&section.title);
        for block in &section.blocks {
            match block {
                ReportBlock::Words(words) => wanted.push(words),
                ReportBlock::Table(table) => wanted.extend(table.rows.iter().flatten().map(String::as_str)),
            }
        }
    }
    wanted.extend(paper.figures.iter().flat_map(|f| [f.title.as_str(), &f.value, &f.worded]));
    for phrase in wanted {
        assert!(text.contains(phrase), "{phrase}");
    }
    for font in ["仿宋_GB2312", "黑体", "方正小标宋简体"] {
        assert!(parts["word/styles.xml"].contains(font) && parts["word/fontTable.xml"].contains(font), "{font}");
    }
    assert!(parts["word/footer1.xml"].contains(" PAGE "), "pages are numbered");
}

#[test]
fn signs_of_xml_in_a_word_are_printed_and_never_read() {
    let mut paper = paper();
    paper.sections[0].blocks[0] = ReportBlock::Words("<w:p>&\u{1}\"]]>".into());
    let parts = parts(&documents::report_docx(&paper).unwrap());
    assert!(parts["word/document.xml"].contains("&lt;w:p&gt;&amp;&quot;]]&gt;"));
}
