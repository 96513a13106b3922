//! The engine: fonts read once, documents set one after another, from any thread.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use typst::diag::{SourceDiagnostic, SourceResult, Warned};
use typst::foundations::{Datetime, Dict, Output, Smart, Str, Value};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{Faces, FontFile};
use crate::kind::{Kind, Size};
use crate::sheet::Sheets;
use crate::world::DocumentWorld;
use crate::{INPUT_VERSION, Input, ReportPaper};

/// Renderings between two clearings of the typesetter's cache, and the clearings an unused result survives: enough to keep
/// what all documents share, little enough to bound the memory.
const CLEAR_EVERY: u32 = 16;
const CLEAR_AGE: usize = 2;

/// Offset of Asia/Shanghai in minutes, for the creation date in the PDF.
const SHANGHAI_MINUTES: i32 = 8 * 60;

/// Sets documents. Holds the fonts in memory (about 90 MB with all shipped faces); make one and share it.
pub struct Engine {
    files: Vec<FontFile>,
    faces: Faces,
    rendered: AtomicU32,
}

/// How a document is set, beside what it says.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The paper.
    pub size: Size,
    /// Image of the organ's seal, PNG or JPEG. None: its place stays dashed, to be stamped by hand.
    pub seal: Option<Vec<u8>>,
    /// A word across every page.
    pub mark: Option<String>,
}

/// A document as PDF.
pub struct Rendered {
    /// The PDF, fonts embedded.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// The text on the paper: the body of all pages, then what stands at their feet.
    pub text: String,
    /// It conforms to PDF/A-2b (ISO 19005-2). False only where a character has no glyph, which is warned of.
    pub archival: bool,
    /// What a person should look at before this is served; Chinese. Empty in the ordinary case.
    pub warnings: Vec<String>,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered")
            .field("bytes", &self.pdf.len())
            .field("pages", &self.pages)
            .field("archival", &self.archival)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Why a document, or the engine, could not be made. `Display` is Chinese and says what to do.
#[derive(Debug)]
pub enum Fault {
    /// A folder or font file cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A family every document needs is in none of the fonts.
    NoFace {
        /// The family.
        family: &'static str,
    },
    /// The input is of a version this build does not know.
    Version(u16),
    /// A day is no day.
    Day {
        /// Chinese name of the field.
        field: &'static str,
        /// What it holds.
        text: String,
    },
    /// A clock time is none.
    Time {
        /// Chinese name of the field.
        field: &'static str,
        /// What it holds.
        text: String,
    },
    /// Fields the kind needs are empty.
    Missing {
        /// Title of the document.
        title: String,
        /// Chinese names of the fields.
        fields: Vec<String>,
    },
    /// The paper, as set, lacks what the law demands of it.
    Lacking {
        /// Title of the document.
        title: String,
        /// What is lacking, each with its article.
        contents: Vec<String>,
    },
    /// The address to verify is too long for a code.
    Address,
    /// The template is wrong.
    Template(Vec<String>),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable { path, error } => {
                write!(f, "无法读取字体“{}”（{error}）。请检查该文件是否存在、程序是否有权读取。", path.display())
            }
            Fault::NoFace { family } => write!(
                f,
                "字体目录中没有“{family}”，不能制作文书。请把发行包中的 fonts 目录放到程序旁边（开发环境请运行 cargo xtask fetch）。"
            ),
            Fault::Version(version) => {
                write!(
                    f,
                    "文书内容的版本为 {version}，本程序只能读取 {INPUT_VERSION} 及以下的版本。请升级程序后再打开。"
                )
            }
            Fault::Day { field, text } => write!(f, "{field}“{text}”不是有效日期。请按“2024-11-05”的格式填写。"),
            Fault::Time { field, text } => write!(f, "{field}“{text}”不是有效时间。请按“14:30”的格式填写。"),
            Fault::Missing { title, fields } => {
                write!(f, "不能制作《{title}》：{}没有填写。请补充后重试。", fields.join("、"))
            }
            Fault::Lacking { title, contents } => {
                write!(f, "《{title}》缺少法定内容：{}。请补充后重试。", contents.join("；"))
            }
            Fault::Address => write!(f, "核验地址太长，无法生成二维码。请缩短系统的对外网址。"),
            Fault::Template(problems) => write!(f, "文书模板有误：{}。请联系系统管理员。", problems.join("；")),
        }
    }
}

impl std::error::Error for Fault {}

impl Engine {
    /// An engine with the fonts of these folders. The bureau's own folder comes first, so that its licensed faces are
    /// preferred; a folder that does not exist is skipped.
    ///
    /// # Errors
    /// A font cannot be read, or the faces every document needs are not there.
    pub fn open(folders: &[&Path]) -> Result<Engine, Fault> {
        Engine::from_fonts(crate::fonts::read(folders)?)
    }

    /// An engine with exactly these fonts, in this order: to set again what was issued with them.
    ///
    /// # Errors
    /// The faces every document needs are not there.
    pub fn from_fonts(files: Vec<FontFile>) -> Result<Engine, Fault> {
        let faces = Faces::of(&files)?;
        Ok(Engine { files, faces, rendered: AtomicU32::new(0) })
    }

    /// The fonts, in the order of preference.
    pub fn fonts(&self) -> &[FontFile] {
        &self.files
    }

    /// One digest for all fonts in their order: SHA-256 over their digests, in hexadecimal digits.
    pub fn fonts_digest(&self) -> String {
        let all: Vec<&str> = self.files.iter().map(|file| file.digest.as_str()).collect();
        crate::sha256_hex(all.join("\n").as_bytes())
    }

    /// The official-document faces (FangSong 仿宋 and its kin) are there. If not, documents are set in Noto, which is complete and
    /// legible and looks less official.
    pub fn has_official_faces(&self) -> bool {
        self.faces.families.iter().any(|family| family == "FandolFang R" || family.contains("FangSong"))
    }

    /// Sets a document of a kind.
    ///
    /// # Errors
    /// The input lacks a field the kind needs, or the paper as set lacks what the law demands of it.
    pub fn render(&self, kind: &Kind, input: &Input) -> Result<Rendered, Fault> {
        let title = || kind.heading(input).to_owned();
        let fields = kind.missing(input);
        if !fields.is_empty() {
            let fields = fields.into_iter().map(str::to_owned).collect();
            return Err(Fault::Missing { title: title(), fields });
        }
        let rendered = self.render_template(&kind.source(), input)?;
        let contents = kind.lacks(input, &rendered.text);
        if !contents.is_empty() {
            return Err(Fault::Lacking { title: title(), contents });
        }
        Ok(rendered)
    }

    /// Sets an input with a template kept from an earlier issue ([`Kind::source`]). What was lawful then is not judged again.
    ///
    /// # Errors
    /// The input is of an unknown version, a day or time in it is none, or the template is wrong.
    pub fn render_template(&self, source: &str, input: &Input) -> Result<Rendered, Fault> {
        self.render_look(source, input, &Look::default())
    }

    /// The same on another size of paper, or with the image of the seal. The same look gives the same bytes.
    ///
    /// # Errors
    /// As [`render_template`](Self::render_template); the image of the seal is none.
    pub fn render_look(&self, source: &str, input: &Input, look: &Look) -> Result<Rendered, Fault> {
        if input.version == 0 || input.version > INPUT_VERSION {
            return Err(Fault::Version(input.version));
        }
        for (field, text) in input.days() {
            timestamp(text).ok_or_else(|| Fault::Day { field, text: text.to_owned() })?;
        }
        if let Some((field, text)) = input.times().find(|(_, text)| !is_time(text)) {
            return Err(Fault::Time { field, text: text.to_owned() });
        }
        let json = serde_json::to_string(input).map_err(|error| Fault::Template(vec![error.to_string()]))?;
        let code = match input.verify_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => {
                let address = crate::qr::address(url, input.checkpoint_root.as_deref());
                Some(crate::qr::svg(&address).ok_or(Fault::Address)?)
            }
            None => None,
        };
        self.set(source, json, code, timestamp(&input.days.issued), look)
    }

    /// Sets a draft: what is missing stands in the text as a place to be filled, every page is marked as a preview, and nothing
    /// is refused for being incomplete. It has no number and no code.
    ///
    /// # Errors
    /// The template is wrong.
    pub fn render_draft(&self, kind: &Kind, input: &Input) -> Result<Rendered, Fault> {
        let json = crate::draft::json(kind, input).map_err(|error| Fault::Template(vec![error.to_string()]))?;
        let look = Look { mark: Some("预览".into()), ..Look::default() };
        self.set(&kind.source(), json, None, timestamp(&input.days.issued), &look)
    }

    /// Sets the yearly report. The same paper gives the same bytes.
    ///
    /// # Errors
    /// The last day of the period is none, or the template is wrong.
    pub fn render_report(&self, paper: &ReportPaper) -> Result<Rendered, Fault> {
        let until =
            timestamp(&paper.until).ok_or_else(|| Fault::Day { field: "截止日期", text: paper.until.clone() })?;
        let json = paper.json().map_err(|error| Fault::Template(vec![error.to_string()]))?;
        self.set(crate::report::SOURCE, json, None, Some(until), &Look::default())
    }

    /// Sets whatever a source makes of its input; `made` is the creation date in the PDF.
    fn set(
        &self,
        source: &str,
        json: String,
        code: Option<String>,
        made: Option<Timestamp>,
        look: &Look,
    ) -> Result<Rendered, Fault> {
        // The identifier of the PDF follows from what is in it: the same document has the same one.
        let mut all = vec![source, json.as_str()];
        all.extend((look.size != Size::A4).then(|| look.size.code()));
        all.extend(look.mark.as_deref());
        let seal = look.seal.as_deref().map(crate::sha256_hex);
        all.extend(seal.as_deref());
        let ident = crate::sha256_hex(all.join("\n").as_bytes());
        let world = DocumentWorld::new(source, self.inputs(json, code, look), &self.faces);

        let Warned { output, warnings } = compile_for(typst_pdf::pdf, &world);
        let document = output.map_err(|errors| template_fault(&world, &errors))?;
        let mut warnings: Vec<String> = warnings.iter().map(|warning| words(&world, warning)).collect();
        let mut sheets = Sheets::default();
        for page in document.pages() {
            sheets.page(&page.frame);
        }
        let archival = sheets.holes.is_empty();
        if !archival {
            let holes: Vec<&str> = sheets.holes.iter().map(String::as_str).collect();
            warnings.push(format!(
                "字体中没有“{}”的字形，纸面上会显示为空框。请把含有该字的字体放入本单位的字体目录后重新制作。",
                holes.join("、")
            ));
        }
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("Xiezhi".to_owned())),
            timestamp: made,
            // The standard asks for a date, which a draft may not have yet.
            standards: standards(archival && made.is_some()),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| template_fault(&world, &errors))?;
        let pages = document.pages().len();
        drop(document);
        if self.rendered.fetch_add(1, Ordering::Relaxed) % CLEAR_EVERY == CLEAR_EVERY - 1 {
            typst::comemo::evict(CLEAR_AGE);
        }
        Ok(Rendered { pdf, pages, text: sheets.text(), archival, warnings })
    }

    /// Sets a volume: foreign pages are in it, so it claims no archival standard, and its headings say where its parts begin.
    pub(crate) fn set_volume(
        &self,
        source: &str,
        json: String,
        files: Vec<std::sync::Arc<[u8]>>,
        made: &str,
    ) -> Result<crate::Volume, Fault> {
        let made = timestamp(made).ok_or_else(|| Fault::Day { field: "日期", text: made.to_owned() })?;
        let mut ident = vec![crate::sha256_hex(source.as_bytes()), crate::sha256_hex(json.as_bytes())];
        ident.extend(files.iter().map(|file| crate::sha256_hex(file)));
        let mut inputs = self.inputs(json, None, &Look::default());
        inputs.insert(crate::volume::name(), crate::volume::values(files));
        let world = DocumentWorld::new(source, inputs, &self.faces);
        let Warned { output, warnings } = compile_for(typst_pdf::pdf, &world);
        let document = output.map_err(|errors| template_fault(&world, &errors))?;
        let warnings = warnings.iter().map(|warning| words(&world, warning)).collect();
        let (mut starts, mut text) = (Vec::new(), String::new());
        for (page, number) in document.pages().iter().zip(1..) {
            let mut sheets = Sheets::default();
            sheets.page(&page.frame);
            starts.extend(std::iter::repeat_n(number, sheets.headings));
            text.push_str(&sheets.text());
        }
        let options = PdfOptions {
            ident: Smart::Custom(crate::sha256_hex(ident.join("\n").as_bytes())),
            creator: Smart::Custom(Some("Xiezhi".to_owned())),
            timestamp: Some(made),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| template_fault(&world, &errors));
        let pages = document.pages().len();
        drop(document);
        // Whatever was taken in is large and not met again.
        typst::comemo::evict(0);
        Ok(crate::Volume { pdf: pdf?, pages, starts, text, warnings })
    }

    /// What a template reads: strings and the bytes of an image. Data never becomes markup, so nothing in it can act.
    fn inputs(&self, json: String, code: Option<String>, look: &Look) -> Dict {
        let mut inputs = Dict::new();
        let mut put = |key: &str, text: String| inputs.insert(Str::from(key), Value::Str(Str::from(text)));
        put("input", json);
        put("families", self.faces.families.join("\n"));
        if let Some(code) = code {
            put("code", code);
        }
        if look.size != Size::A4 {
            put("size", look.size.code().to_owned());
        }
        if let Some(mark) = &look.mark {
            put("mark", mark.clone());
        }
        if let Some(seal) = &look.seal {
            inputs.insert(Str::from("seal"), Value::Bytes(typst::foundations::Bytes::new(seal.clone())));
        }
        inputs
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("fonts", &self.files).finish_non_exhaustive()
    }
}

/// Name and version of the typesetter, to be kept with an issue: other versions may set the same text in other bytes.
pub fn typesetter() -> String {
    format!("typst {}", typst::utils::version().raw())
}

/// Compiles to whatever document the exporter takes, so that its type needs no name here.
fn compile_for<T: Output>(
    _exporter: fn(&T, &PdfOptions) -> SourceResult<Vec<u8>>,
    world: &DocumentWorld<'_>,
) -> Warned<SourceResult<T>> {
    typst::compile(world)
}

fn standards(archival: bool) -> PdfStandards {
    let list: &[PdfStandard] = if archival { &[PdfStandard::A_2b] } else { &[] };
    // A single standard cannot contradict itself.
    PdfStandards::new(list).unwrap_or_default()
}

/// Midnight of the day in Shanghai.
fn timestamp(day: &str) -> Option<Timestamp> {
    if !day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let mut parts = day.split('-');
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), date.len()) != (4, 2, 2) {
        return None;
    }
    let day = Datetime::from_ymd_hms(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?, 0, 0, 0)?;
    Timestamp::new_local(day, SHANGHAI_MINUTES)
}

/// `14:30`.
fn is_time(text: &str) -> bool {
    let number = |part: &str, end: u8| {
        part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u8>().is_ok_and(|n| n < end)
    };
    text.split_once(':').is_some_and(|(hour, minute)| number(hour, 24) && number(minute, 60))
}

fn template_fault(world: &DocumentWorld<'_>, errors: &[SourceDiagnostic]) -> Fault {
    Fault::Template(errors.iter().map(|error| words(world, error)).collect())
}

fn words(world: &DocumentWorld<'_>, diagnostic: &SourceDiagnostic) -> String {
    match world.line(diagnostic.span) {
        Some(line) => format!("第{line}行：{}", diagnostic.message),
        None => diagnostic.message.to_string(),
    }
}
