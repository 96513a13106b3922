//! The file as one PDF: cover, index, documents, record pages, evidence, remarks.

use std::collections::BTreeSet;
use std::sync::Arc;

use casework::Casework;
use documents::{Engine, Input, Volume, VolumeForm, VolumeOrgan, VolumePaper, VolumePart};
use evidence::Evidence;
use law::acts::{FieldType, Kind};
use law::corpus::Corpus;

use crate::contents::{Contents, Part, Variant};
use crate::{Error, jpeg, words};

/// Bytes of evidence set as pages; what comes after is named with its digest and lies in the package. It bounds the memory of one export.
const PICTURES_MAX: usize = 192 * 1024 * 1024;
/// Pixels of a picture that must be decoded to be set.
const PIXELS_MAX: u64 = 40_000_000;

/// A file as set, and what each part of it begins on.
pub struct Set {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
    /// The rows of the index.
    pub index: Vec<Row>,
    /// The text of the file's own pages and of the documents; pages of evidence and scans are not in it.
    pub text: String,
}

/// A row of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Class.
    pub class: String,
    /// Document number.
    pub number: String,
    /// Who made it.
    pub maker: String,
    /// Title.
    pub title: String,
    /// Day.
    pub day: String,
    /// First and last page, from 1.
    pub pages: (usize, usize),
}

/// What is being put together.
struct Making<'a> {
    engine: &'a Engine,
    evidence: &'a Evidence,
    corpus: &'static Corpus,
    contents: &'a Contents,
    parts: Vec<VolumePart>,
    files: Vec<Arc<[u8]>>,
    taken: usize,
    not_taken: usize,
    erased: usize,
    text: String,
}

impl Contents {
    /// Sets the file. Takes a few seconds for a long case: never to be called while others wait for a transaction.
    ///
    /// # Errors
    /// There are no fonts, a file is not what it was, or the typesetter refuses.
    pub fn volume(&self, own: &Casework) -> Result<Set, Error> {
        let engine = own.engine.as_ref().ok_or(Error::NoFonts)?;
        let mut making = Making {
            engine,
            evidence: &own.evidence,
            corpus: own.corpus,
            contents: self,
            parts: Vec::new(),
            files: Vec::new(),
            taken: 0,
            not_taken: 0,
            erased: 0,
            text: String::new(),
        };
        let parts = self.parts();
        for part in &parts {
            making.part(part)?;
        }
        let paper = VolumePaper {
            title: "行政处罚案卷".into(),
            scope: match self.variant {
                Variant::Whole => "全卷（含副卷，内部使用）".into(),
                Variant::Inspection => "正卷（供查阅）".into(),
                Variant::Court => "申请人民法院强制执行材料".into(),
            },
            organ: VolumeOrgan { name: self.organ() },
            number: self.number(),
            made: self.until().to_string(),
            cover: self.cover(own.corpus, parts.len()),
            remarks: self.remarks(&parts, &making),
            parts: making.parts,
        };
        let volume = engine.render_volume(&paper, making.files).map_err(Error::Setting)?;
        let text = making.text + &volume.text;
        Ok(Set { index: index(&paper, &volume), pages: volume.pages, pdf: volume.pdf, text })
    }

    /// Name of the organ that signs.
    pub(crate) fn organ(&self) -> String {
        self.file.directory.organ(&self.file.row.organ).map(|organ| organ.name.clone()).unwrap_or_default()
    }

    fn cover(&self, corpus: &Corpus, count: usize) -> Vec<(String, String)> {
        let (file, row) = (&self.file, &self.file.row);
        let parties = file.parties.iter().map(|(_, _, identity)| identity.name.as_str()).collect::<Vec<_>>().join("、");
        let unit = file.directory.unit(&row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let matter = corpus.matter(&row.matter).map_or_else(|| row.matter.clone(), |matter| matter.name.clone());
        let head = file.last(Kind::Archived).or_else(|| file.last(Kind::Closed));
        let volume = file.last(Kind::Archived).and_then(|act| act.recorded.act.to_draft().get_text("volume"));
        let or_open = |day: &Option<String>| day.clone().unwrap_or_else(|| "–".into());
        let pairs = [
            ("案件编号", format!("第{}号", file.id)),
            ("文书文号", self.number()),
            ("案由", matter),
            ("当事人", parties),
            ("承办部门", unit),
            ("程序", if row.procedure == "simple" { "简易程序".into() } else { "普通程序".into() }),
            ("立案日期", or_open(&row.filed)),
            ("决定日期", or_open(&row.decided)),
            ("结案日期", or_open(&row.closed)),
            ("案卷号", volume.unwrap_or_else(|| "–".into())),
            ("归档日期", head.filter(|a| a.recorded.act.kind() == Kind::Archived).map_or("–".into(), words::moment)),
            ("卷数", "一案一卷，本卷为第一卷".into()),
            ("卷内件数", format!("{count}件")),
            ("保管期限", "（由档案人员按档案保管期限表填写）".into()),
        ];
        pairs
            .into_iter()
            .map(|(label, text)| (label.to_owned(), if text.is_empty() { "–".into() } else { text }))
            .collect()
    }

    fn remarks(&self, parts: &[Part<'_>], making: &Making<'_>) -> Vec<String> {
        let mut lines = vec![format!("本卷共{}件，按八类排列，类内按时间排列。", parts.len())];
        let void = parts.iter().filter(|part| part.void).count();
        if void > 0 {
            lines.push(format!("其中{void}件已作废，仍留在卷内并注明。"));
        }
        let sealed = self.sealed_acts();
        if sealed > 0 {
            lines.push(format!(
                "另有副卷{sealed}件（线索及核查、调查终结报告、复核、法制审核、集体讨论等内部材料），不在查阅范围之内。"
            ));
        }
        if making.erased > 0 {
            lines.push(format!("有{}件文书的内容已依令删除，只保留编号、日期和校验值。", making.erased));
        }
        if making.not_taken > 0 {
            lines.push(format!(
                "有{}个文件不能或者不宜排成页面，在相应位置载明校验值，原件随案卷数据包或者文件库保存。",
                making.not_taken
            ));
        }
        if let (Some(first), Some(last)) = (self.entries.first(), self.entries.last()) {
            lines.push(format!(
                "本卷由流水中该案的{}条记录（第{}号至第{}号）生成，最后一条的校验值为 {}。",
                self.entries.len(),
                first.position,
                last.position,
                last.hash.to_string().as_bytes().chunks(32).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
            ));
        }
        lines.push("同一案件在同一步骤导出的同一种案卷，每次内容相同。".into());
        lines
    }
}

impl Making<'_> {
    fn part(&mut self, part: &Part<'_>) -> Result<(), Error> {
        let (file, row) = (&self.contents.file, part.act);
        let kind = row.recorded.act.kind();
        let document = match &row.document {
            Some(issued) => self.document(row.position, issued)?,
            None => None,
        };
        let document = document.map(|(title, set)| {
            self.text.push_str(&set.text);
            (title, set.pdf, set.pages)
        });
        let about = words::about(file, row.recorded.subject);
        let void = if part.void { "（已作废）" } else { "" };
        let name = row.recorded.act.to_draft().get_text("name").unwrap_or_default();
        let title = match (&document, [&name, &about].into_iter().find(|text| !text.is_empty())) {
            (Some((title, _, _)), _) => format!("{title}{void}"),
            (None, None) => format!("{}{void}", kind.label()),
            (None, Some(which)) => format!("{}：{which}{void}", kind.label()),
        };
        let common = VolumePart {
            class: format!("{}、{}", part.class.number(), part.class.label()),
            entry: true,
            level: 1,
            mark: title.clone(),
            number: row.recorded.allocated.number.clone().unwrap_or_default(),
            maker: self.maker(kind, row.recorded.subject),
            day: row.recorded.happened.to_string(),
            title,
            ..VolumePart::default()
        };
        match document {
            Some((_, pdf, pages)) => {
                self.files.push(pdf.into());
                let file = self.files.len() - 1;
                self.parts.push(VolumePart { form: VolumeForm::Pages, file, pages, ..common });
            }
            None => {
                let mut fields = vec![("时间".to_owned(), words::moment(row))];
                if !about.is_empty() {
                    fields.push(("对象".to_owned(), about));
                }
                fields.extend(words::fields(self.corpus, file, row));
                fields.push(("办理人".to_owned(), words::team(file, row)));
                fields.push(("依据".to_owned(), kind.article().to_owned()));
                fields.push(("录入".to_owned(), words::entered(row)));
                if let (Some(approval), Variant::Whole) = (row.approval, self.contents.variant) {
                    fields.push(("审批".to_owned(), format!("经第{approval}号审批逐级签署")));
                }
                fields.retain(|(_, text)| !text.is_empty());
                let note = if row.document.is_some() {
                    self.erased += 1;
                    "本文书的内容已依令删除。"
                } else {
                    ""
                };
                let note = format!("{note}记录位置：流水第{}号；校验值前段：{}。", row.position, row.hash);
                // What is called a record or a report already is not called so twice.
                let word = if kind.label().ends_with(['录', '告', '书']) { "" } else { "记录" };
                self.parts.push(VolumePart {
                    heading: format!("{}{word}{void}", kind.label()),
                    fields,
                    note,
                    ..common
                });
            }
        }
        self.originals(part);
        self.files_of(part)
    }

    /// The stamped originals behind the document that was made here: what was served is what was stamped and signed.
    fn originals(&mut self, part: &Part<'_>) {
        let contents = self.contents;
        let Some(issued) = &part.act.document else { return };
        let all: Vec<_> = contents.scans_of(&issued.code).collect();
        for (scan, number) in all.iter().zip(1..) {
            let heading = if all.len() == 1 { "盖章原件".to_owned() } else { format!("盖章原件{number}") };
            let how = match &scan.reason {
                Some(reason) => format!("{}：{reason}", scan.how.label()),
                None => scan.how.label().to_owned(),
            };
            let person = law::acts::PersonId(scan.person);
            let fields = vec![
                ("归入".to_owned(), format!("{}，{}", contents.file.name(person), scan.day)),
                ("核对".to_owned(), how),
                ("记录位置".to_owned(), format!("流水第{}号", scan.position)),
                ("SHA-256".to_owned(), split(&scan.file)),
            ];
            let common = VolumePart {
                class: format!("{}、{}", part.class.number(), part.class.label()),
                level: 2,
                mark: heading.clone(),
                heading,
                fields,
                ..VolumePart::default()
            };
            let room = PICTURES_MAX.saturating_sub(self.taken);
            let bytes = self.evidence.get(&scan.file).ok().filter(|bytes| bytes.len() <= room);
            match bytes.and_then(|bytes| self.shown(bytes)) {
                Some((bytes, VolumeForm::Pages, pages)) => {
                    let note = format!("前面是本机制作的文书，以下{pages}页是送达的盖章原件。");
                    self.parts.push(VolumePart { note, ..common.clone() });
                    self.take(bytes);
                    let (file, level) = (self.files.len() - 1, 3);
                    let pages =
                        VolumePart { form: VolumeForm::Pages, file, pages, level, fields: Vec::new(), ..common };
                    self.parts.push(pages);
                }
                Some((bytes, form, _)) => {
                    self.take(bytes);
                    self.parts.push(VolumePart { form, file: self.files.len() - 1, ..common });
                }
                None => {
                    self.not_taken += 1;
                    let note = "盖章原件不能排成页面，存于文件库，以上述校验值核对。".into();
                    self.parts.push(VolumePart { note, ..common });
                }
            }
        }
    }

    /// Title and pages of an issued document, set with the template and words it was issued with; none once its words are erased.
    fn document(
        &self,
        position: i64,
        issued: &casework::Issued,
    ) -> Result<Option<(String, documents::Rendered)>, Error> {
        let Some(text) = self.contents.input(position) else { return Ok(None) };
        let input: Input =
            serde_json::from_str(text).map_err(|e| ledger::Fault::Bug(format!("document {}: {e}", issued.code)))?;
        let kind = documents::kind(&issued.kind);
        let source = match kind {
            Some(kind) if kind.digest() == issued.template => kind.source(),
            _ => {
                let bytes = self.evidence.get(&issued.template).map_err(|_| Error::Changed(issued.template.clone()))?;
                String::from_utf8(bytes).map_err(|_| Error::Changed(issued.template.clone()))?
            }
        };
        let rendered = self.engine.render_template(&source, &input).map_err(Error::Setting)?;
        let title = kind.map_or_else(|| issued.kind.clone(), |kind| kind.heading(&input).to_owned());
        Ok(Some((title, rendered)))
    }

    /// A page for every file the act names: pictures whole, PDFs as their pages, anything else by what is known of it.
    fn files_of(&mut self, part: &Part<'_>) -> Result<(), Error> {
        let act = &part.act.recorded.act;
        let blobs: Vec<String> = act.blobs().iter().map(|blob| blob.0.clone()).collect();
        let mut seen = BTreeSet::new();
        for (id, number) in blobs.iter().zip(1..) {
            if !seen.insert(id) {
                continue;
            }
            let bytes = match self.evidence.get(id) {
                Ok(bytes) => Ok(bytes),
                // What is damaged stops the export: nothing may stand in a file as if it were what was registered.
                Err(evidence::Fault::Changed(_)) => return Err(Error::Changed(id.clone())),
                Err(evidence::Fault::TooLarge) => {
                    Err("该文件较大，不排成页面，也不收入数据包；原件存于文件库，以上述校验值核对。")
                }
                // Named and not here: kept elsewhere, or erased by order.
                Err(_) => Err("该文件不在本机，原件以上述校验值核对。"),
            };
            self.file(part, id, number, bytes);
        }
        Ok(())
    }

    /// The page of one file; where its bytes are not to be had, why.
    fn file(&mut self, part: &Part<'_>, id: &str, number: usize, bytes: Result<Vec<u8>, &str>) {
        let why =
            *bytes.as_ref().err().unwrap_or(&"该文件不排成页面，原件存于文件库（以 SHA-256 为名），并收入案卷数据包。");
        let bytes = bytes.ok();
        let (file, row) = (&self.contents.file, part.act);
        let kind = row.recorded.act.kind();
        let draft = row.recorded.act.to_draft();
        let name = draft.get_text("name").filter(|name| !name.is_empty()).unwrap_or_else(|| kind.label().to_owned());
        let mark = format!("{name}附件{number}");
        let size = bytes.as_ref().map(Vec::len);
        let sm3 = bytes.as_ref().map(|bytes| evidence::digests(bytes).sm3);
        let sort = bytes.as_deref().map_or("未收入", sort);
        // One line of caption for each thing the law asks of evidence; long texts stand on the record's own page.
        let short = kind.fields().iter().filter(|f| !matches!(f.ty, FieldType::Words | FieldType::Bool));
        let short: BTreeSet<&str> = short.map(|f| f.label).collect();
        let mut fields = vec![("文件类型".to_owned(), sort.to_owned())];
        let known = words::fields(self.corpus, file, row);
        fields.extend(known.into_iter().filter(|(label, _)| short.contains(label.as_str())));
        fields.push(("收集人".into(), words::team(file, row)));
        fields.push(("收集时间".into(), words::moment(row)));
        if kind.field("place").is_none() {
            fields.push(("地点".into(), file.row.place.clone()));
        }
        if let Some(size) = size {
            fields.push(("大小".into(), format!("{size} 字节")));
        }
        fields.push(("SHA-256".into(), split(id)));
        if let Some(sm3) = sm3 {
            fields.push(("SM3".into(), split(&sm3)));
        }
        fields.retain(|(_, text)| !text.is_empty());
        let common = VolumePart {
            class: format!("{}、{}", part.class.number(), part.class.label()),
            level: 2,
            mark: mark.clone(),
            heading: mark,
            fields,
            ..VolumePart::default()
        };
        let room = PICTURES_MAX.saturating_sub(self.taken);
        let shown = bytes.filter(|bytes| bytes.len() <= room).and_then(|bytes| self.shown(bytes));
        match shown {
            Some((bytes, VolumeForm::Pages, pages)) => {
                // What is known of it stands before its pages.
                self.parts
                    .push(VolumePart { note: format!("以下{pages}页为该文件原页。"), ..common.clone() });
                self.take(bytes);
                let file = self.files.len() - 1;
                let level = 3;
                self.parts.push(VolumePart {
                    form: VolumeForm::Pages,
                    file,
                    pages,
                    level,
                    fields: Vec::new(),
                    ..common
                });
            }
            Some((bytes, form, _)) => {
                self.take(bytes);
                self.parts.push(VolumePart { form, file: self.files.len() - 1, ..common });
            }
            None => {
                self.not_taken += 1;
                self.parts.push(VolumePart { note: why.into(), ..common });
            }
        }
    }

    fn take(&mut self, bytes: Arc<[u8]>) {
        self.taken += bytes.len();
        self.files.push(bytes);
    }

    /// What of these bytes can stand on a page.
    fn shown(&self, bytes: Vec<u8>) -> Option<(Arc<[u8]>, VolumeForm, usize)> {
        if let Some(page) = jpeg::page(&bytes) {
            return Some((page.into(), VolumeForm::Picture, 1));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            let side = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes).map(u64::from);
            let fits = side(16)?.checked_mul(side(20)?)? <= PIXELS_MAX;
            return fits.then(|| (bytes.into(), VolumeForm::Picture, 1));
        }
        if bytes.starts_with(b"%PDF-") {
            let bytes: Arc<[u8]> = bytes.into();
            let pages = self.engine.takes_in(&bytes)?;
            return Some((bytes, VolumeForm::Pages, pages));
        }
        None
    }

    /// Who made a paper: the organ, or whoever's word it is.
    fn maker(&self, kind: Kind, subject: law::case::Subject) -> String {
        use Kind::*;
        let said =
            [Defended, Waived, HearingAsked, PostponementAsked, DemandAnswered, CreditRepairAsked, AddressConfirmed];
        if said.contains(&kind) {
            let file = &self.contents.file;
            let party = file.case.party_of_subject(subject).map(|no| words::about(file, law::case::Subject::Party(no)));
            return party.filter(|name| !name.is_empty()).unwrap_or_else(|| "当事人".into());
        }
        match kind {
            PoliceAnswered => "公安机关".into(),
            CourtRuled => "人民法院".into(),
            TestReported => "检测鉴定机构".into(),
            _ => self.contents.organ(),
        }
    }
}

/// A digest in two lines, so that it does not run out of its cell.
fn split(digest: &str) -> String {
    match digest.split_at_checked(32) {
        Some((a, b)) => format!("{a}\n{b}"),
        None => digest.to_owned(),
    }
}

/// What a file is, by its first bytes.
pub(crate) fn sort(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "图片（JPEG）",
        [0x89, b'P', b'N', b'G', ..] => "图片（PNG）",
        [b'%', b'P', b'D', b'F', b'-', ..] => "PDF",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "录像或者录音（MP4）",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "录音（WAV）",
        [b'I', b'D', b'3', ..] => "录音（MP3）",
        _ => "其他文件",
    }
}

fn index(paper: &VolumePaper, volume: &Volume) -> Vec<Row> {
    let starts: Vec<usize> =
        paper.parts.iter().zip(&volume.starts).filter(|(part, _)| part.entry).map(|(_, start)| *start).collect();
    let end = volume.starts.last().copied().unwrap_or(volume.pages + 1);
    let parts = paper.parts.iter().filter(|part| part.entry);
    parts
        .zip(starts.iter().zip(starts.iter().skip(1).chain(std::iter::once(&end))))
        .map(|(part, (first, next))| Row {
            class: part.class.clone(),
            number: part.number.clone(),
            maker: part.maker.clone(),
            title: part.title.clone(),
            day: part.day.clone(),
            pages: (*first, next.saturating_sub(1).max(*first)),
        })
        .collect()
}
