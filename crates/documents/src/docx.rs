//! The yearly report as a Word document: the same words, headings, tables and end as on paper, in the fonts the writer's machine has.
//!
//! Fonts are asked for by the names official papers use (小标宋, 仿宋, 黑体); a program that has none of them takes the alternatives that
//! `fontTable.xml` names. The file is made part by part, with no time in it: the same paper gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{ReportBlock, ReportPaper};

/// Sizes in half points: 二号 22 pt, 三号 16 pt, 五号 10.5 pt.
const TITLE: u32 = 44;
const BODY: u32 = 32;
const SMALL: u32 = 21;

const SONG_TITLE: &str = "方正小标宋简体";
const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const SONG: &str = "宋体";

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;
const DOCUMENT_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;

/// Makes the document.
///
/// # Errors
/// The archive cannot be written, which in memory does not happen; in English.
pub fn report_docx(paper: &ReportPaper) -> Result<Vec<u8>, String> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let parts = [
        // Readers look for the types first.
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELS.to_owned()),
        ("docProps/core.xml", core(paper)),
        ("word/_rels/document.xml.rels", DOCUMENT_RELS.to_owned()),
        ("word/document.xml", document(paper)),
        ("word/styles.xml", styles()),
        ("word/fontTable.xml", fonts()),
        ("word/footer1.xml", footer()),
    ];
    for (name, text) in parts {
        archive.start_file(name, options).map_err(|e| e.to_string())?;
        archive.write_all(HEAD.as_bytes()).map_err(|e| e.to_string())?;
        archive.write_all(text.as_bytes()).map_err(|e| e.to_string())?;
    }
    Ok(archive.finish().map_err(|e| e.to_string())?.into_inner())
}

fn document(paper: &ReportPaper) -> String {
    let mut body = String::new();
    body.push_str(&paragraph("Title", &paper.bureau));
    body.push_str(&paragraph("Title", &paper.title));
    for section in &paper.sections {
        if !section.title.is_empty() {
            body.push_str(&paragraph("Heading1", &section.title));
        }
        for block in &section.blocks {
            match block {
                ReportBlock::Words(words) => body.push_str(&paragraph("Normal", words)),
                ReportBlock::Table(table) => {
                    body.push_str(&paragraph("Caption", &table.title));
                    body.push_str(&grid(&table.head, table.rows.iter().map(Vec::as_slice)));
                }
            }
        }
    }
    body.push_str(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#);
    body.push_str(&paragraph("Heading1", "附：数字一览"));
    let rows: Vec<[String; 3]> =
        paper.figures.iter().map(|f| [f.title.clone(), f.value.clone(), f.worded.clone()]).collect();
    let head = ["项目", "数值", "报告中写作"].map(str::to_owned);
    body.push_str(&grid(&head, rows.iter().map(<[String; 3]>::as_slice)));
    body.push_str(&paragraph("Note", &format!("统计期间：{}至{}。", day(&paper.from), day(&paper.until))));
    body.push_str(&paragraph(
        "Note",
        &format!("数字由登记的诉求、案件和人员记录计算，算到流水第 {} 条；在同一位置再算，数字相同。", paper.position),
    ));
    body.push_str(&paragraph("Note", &format!("校验根：{}", paper.root)));
    // A4 with the margins of GB/T 9704: above 37 mm, left 28 mm, type area 156 by 225 mm; twentieths of a point.
    format!(
        r#"<w:document {W}><w:body>{body}<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1400" w:gutter="0"/></w:sectPr></w:body></w:document>"#
    )
}

fn paragraph(style: &str, words: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#,
        escaped(words)
    )
}

/// A table with lines; the first column takes what two others take.
fn grid<'a>(head: &[String], rows: impl Iterator<Item = &'a [String]>) -> String {
    /// Width of the type area.
    const WIDTH: usize = 8844;
    let part = WIDTH / (head.len() + 1);
    let width = |at: usize| if at == 0 { WIDTH - part * (head.len() - 1) } else { part };
    let mut table = String::from(
        r#"<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:left w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:right w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#,
    );
    for at in 0..head.len() {
        let _ = write!(table, r#"<w:gridCol w:w="{}"/>"#, width(at));
    }
    table.push_str("</w:tblGrid>");
    let mut row = |cells: &[String], is_head: bool| {
        table.push_str("<w:tr><w:trPr><w:cantSplit/>");
        table.push_str(if is_head { "<w:tblHeader/></w:trPr>" } else { "</w:trPr>" });
        for (at, cell) in cells.iter().enumerate() {
            let style = match (is_head, at) {
                (true, _) => "TableHead",
                (_, 0) => "TableText",
                _ => "TableNumber",
            };
            let _ = write!(
                table,
                r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/></w:tcPr>{}</w:tc>"#,
                width(at),
                paragraph(style, cell)
            );
        }
        table.push_str("</w:tr>");
    };
    row(head, true);
    rows.for_each(|cells| row(cells, false));
    table.push_str("</w:tbl>");
    table
}

fn styles() -> String {
    let style = |id: &str, name: &str, font: &str, size: u32, paragraph: &str| {
        let default = if id == "Normal" { r#" w:default="1""# } else { "" };
        let based = if id == "Normal" { "" } else { r#"<w:basedOn w:val="Normal"/>"# };
        format!(
            r#"<w:style w:type="paragraph"{default} w:styleId="{id}"><w:name w:val="{name}"/>{based}<w:pPr>{paragraph}</w:pPr><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:style>"#
        )
    };
    // 28 pt between lines, two characters of indent: 22 lines of 28 characters on a page.
    let text = r#"<w:spacing w:before="0" w:after="0" w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>"#;
    let heading = r#"<w:keepNext/><w:spacing w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="0"/>"#;
    let flat = |align: &str| {
        format!(
            r#"<w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{align}"/>"#
        )
    };
    let title = r#"<w:spacing w:before="120" w:after="120" w:line="640" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>"#;
    let caption = format!("<w:keepNext/>{}", flat("center"));
    let all = [
        style("Normal", "Normal", FANG, BODY, text),
        style("Title", "Title", SONG_TITLE, TITLE, title),
        style("Heading1", "heading 1", HEI, BODY, heading),
        style("Caption", "caption", HEI, 24, &caption),
        style("TableHead", "Table Head", HEI, SMALL, &flat("center")),
        style("TableText", "Table Text", SONG, SMALL, &flat("left")),
        style("TableNumber", "Table Number", SONG, SMALL, &flat("right")),
        style("Note", "Note", SONG, SMALL, &flat("left")),
        style("Footer", "footer", SONG, 28, &flat("center")),
    ];
    format!("<w:styles {W}>{}</w:styles>", all.concat())
}

/// What to take where a font is missing.
fn fonts() -> String {
    let font = |name: &str, other: &str, family: &str| {
        format!(
            r#"<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/></w:font>"#
        )
    };
    let all = [
        font(SONG_TITLE, "小标宋,FZXiaoBiaoSong-B05S,SimSun,Noto Serif CJK SC", "roman"),
        font(FANG, "仿宋,FangSong,STFangsong,Noto Serif CJK SC", "modern"),
        font(HEI, "SimHei,STHeiti,Noto Sans CJK SC", "swiss"),
        font(SONG, "SimSun,STSong,Noto Serif CJK SC", "roman"),
    ];
    format!("<w:fonts {W}>{}</w:fonts>", all.concat())
}

/// `— 3 —`, as official papers number pages.
fn footer() -> String {
    format!(
        r#"<w:ftr {W}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#
    )
}

fn core(paper: &ReportPaper) -> String {
    format!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>"#,
        escaped(&paper.title),
        escaped(&paper.bureau)
    )
}

/// `2024年1月1日`; what is no day stays as it is.
fn day(text: &str) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => {
            format!("{year}年{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0'))
        }
        _ => text.to_owned(),
    }
}

/// Text as XML takes it: control characters other than tab and line end do not exist in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
