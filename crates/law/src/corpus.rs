//! The law as dated data: statutes by article, matters with their versions, the calendar.
//!
//! The files under `data/` are compiled in, each named in [`files`]. A summary of an article is ours, never the
//! official text; an amount is decidable only where a person read the text it comes from ([`Verification`]).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::calendar::Calendar;

mod applicable;
mod files;
mod matter;
mod sort;
mod statute;

pub use applicable::{Applicable, Comparison};
pub use files::files;
pub use matter::{Area, Example, Fine, Matter, Order, Party, Subject, Verification, Version};
pub use sort::Sort;
pub use statute::{Citation, Level, Statute};

/// Everything the rules know of the law.
#[derive(Debug, Clone)]
pub struct Corpus {
    statutes: BTreeMap<String, Statute>,
    matters: BTreeMap<String, Matter>,
    calendar: Calendar,
    digest: String,
}

impl Corpus {
    /// The corpus that ships with the product, parsed at first use.
    ///
    /// # Panics
    /// If the shipped data is not valid, which the tests of this crate exclude.
    pub fn builtin() -> &'static Corpus {
        static BUILTIN: LazyLock<Corpus> = LazyLock::new(|| match Corpus::parse(files()) {
            Ok(corpus) => corpus,
            Err(error) => panic!("{error}"),
        });
        &BUILTIN
    }

    /// Reads a corpus from (path, text) pairs; paths are relative to `data/`, as in `matters/A01.toml`.
    ///
    /// # Errors
    /// The first file that does not parse, has an unknown key, a citation that leads nowhere, overlapping versions, a fine
    /// for somebody the matter does not reach, or a name that differs from its content.
    pub fn parse(files: &[(&str, &str)]) -> Result<Corpus, CorpusError> {
        let mut statutes = BTreeMap::new();
        let mut matters = BTreeMap::new();
        let mut years = Vec::new();
        let mut hash = Sha256::new();
        for (path, text) in files {
            for part in [path.as_bytes(), text.as_bytes()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            let fail = |message| CorpusError { file: (*path).to_owned(), message };
            let (folder, name) = path.split_once('/').unwrap_or(("", path));
            let stem = name.strip_suffix(".toml").ok_or_else(|| fail("文件名应以 .toml 结尾".into()))?;
            match folder {
                "statutes" => {
                    let statute = Statute::parse(stem, text).map_err(fail)?;
                    if statutes.insert(stem.to_owned(), statute).is_some() {
                        return Err(fail("同一法规出现两次".into()));
                    }
                }
                "matters" => {
                    let matter = Matter::parse(stem, text).map_err(fail)?;
                    if matters.insert(stem.to_owned(), matter).is_some() {
                        return Err(fail("同一事项出现两次".into()));
                    }
                }
                "calendars" => years.push((*path, *text)),
                _ => return Err(fail("应放在 statutes、matters 或 calendars 目录下".into())),
            }
        }
        let calendar = Calendar::parse(&years).map_err(|e| CorpusError { file: e.file, message: e.message })?;
        let corpus = Corpus { statutes, matters, calendar, digest: hex(&hash.finalize()) };
        corpus.check_citations()?;
        Ok(corpus)
    }

    /// SHA-256 (hex) over the names and texts of all files: which state of knowledge an act was judged with.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// All statutes, by id.
    pub fn statutes(&self) -> impl ExactSizeIterator<Item = &Statute> {
        self.statutes.values()
    }

    /// One statute by its id, for example `apl`.
    pub fn statute(&self, id: &str) -> Option<&Statute> {
        self.statutes.get(id)
    }

    /// All matters, by code.
    pub fn matters(&self) -> impl ExactSizeIterator<Item = &Matter> {
        self.matters.values()
    }

    /// One matter by its code without prefix, for example `A01`.
    pub fn matter(&self, code: &str) -> Option<&Matter> {
        self.matters.get(code)
    }

    /// The days worked.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The summary of the article a citation leads to.
    pub fn summary(&self, citation: &Citation) -> Option<&str> {
        self.statutes.get(&citation.statute)?.articles.get(&citation.article).map(String::as_str)
    }

    /// The citation as documents write it: `《上海市市容环境卫生管理条例》第五十条第二款`.
    ///
    /// An unknown statute is written by its id, so that a wrong citation is seen rather than lost.
    pub fn cite(&self, citation: &Citation) -> String {
        let name = self.statutes.get(&citation.statute).map_or(citation.statute.as_str(), |s| s.name.as_str());
        format!("《{name}》{}", statute::article_in_chinese(&citation.article))
    }

    /// The citation as screens write it: `市容条例 第50条第2款`.
    pub fn cite_short(&self, citation: &Citation) -> String {
        let name = self.statutes.get(&citation.statute).map_or(citation.statute.as_str(), |s| s.short.as_str());
        format!("{name} {}", statute::article_in_digits(&citation.article))
    }

    /// Every version cites articles that the statute files hold, from a statute in force on the version's first day.
    fn check_citations(&self) -> Result<(), CorpusError> {
        for matter in self.matters.values() {
            let fail = |message| CorpusError { file: format!("matters/{}.toml", matter.code), message };
            for version in &matter.versions {
                for citation in version.citations() {
                    if self.summary(citation).is_none() {
                        let what = format!("{} {}", citation.statute, citation.article);
                        return Err(fail(format!("所引条文 {what} 在 statutes 中没有")));
                    }
                    let statute = &self.statutes[&citation.statute];
                    let outlived = match (statute.to, version.to) {
                        (Some(end), Some(last)) => last > end,
                        (Some(_), None) => true,
                        (None, _) => false,
                    };
                    if version.from < statute.from || outlived {
                        return Err(fail(format!("{}起的版本超出{}的施行期间", version.from, statute.name)));
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is wrong with a data file; the program does not start with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusError {
    /// The file, relative to `data/`.
    pub file: String,
    /// What to mend; names the key where one is unknown.
    pub message: String,
}

impl fmt::Display for CorpusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "法律数据文件 {} 有误：{}", self.file, self.message)
    }
}

impl std::error::Error for CorpusError {}

/// Lower-case hexadecimal digits of a hash.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
