//! The law as dated data: statutes by article, matters with their versions, the calendar.
//!
//! The files under `data/` are compiled in, each named in [`files`]. A summary of an article is ours, never the
//! official text; an amount is decidable only where a person read the text it comes from ([`Verification`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::calendar::Calendar;

mod applicable;
mod check;
mod circumstance;
mod conflict;
mod fault;
mod files;
mod fine;
mod matter;
mod measure;
mod sort;
mod statute;
pub mod tiers;

pub use applicable::{Applicable, Comparison, Found};
pub use circumstance::{Branch, Conflict, Correction, Daily, When, Within};
pub use conflict::{Clash, Side};
pub use fault::CorpusError;
pub use files::files;
pub use fine::{Band, Fine, NoBand, daily};
pub use matter::{Example, Matter, Order, Party, Subject, Verification, Version};
pub use measure::{Area, Measure, Measures, Rate};
pub use sort::Sort;
pub use statute::{Citation, Level, Statute};

/// Everything the rules know of the law.
#[derive(Debug, Clone)]
pub struct Corpus {
    statutes: BTreeMap<String, Statute>,
    matters: BTreeMap<String, Matter>,
    /// For each matter, those whose files declare a conflict it is a side of.
    clashing: BTreeMap<String, BTreeSet<String>>,
    tiers: BTreeMap<String, tiers::Benchmark>,
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
    /// for somebody the matter does not reach, an example that fails, tiers with a gap, or a name that differs from its
    /// content; each with its line where there is one, and what to do.
    pub fn parse(files: &[(&str, &str)]) -> Result<Corpus, CorpusError> {
        let mut statutes = BTreeMap::new();
        let mut matters = BTreeMap::new();
        let mut tiers = BTreeMap::new();
        let mut years = Vec::new();
        let mut hash = Sha256::new();
        for (path, text) in files {
            for part in [path.as_bytes(), text.as_bytes()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            let fail = |message| CorpusError { file: (*path).to_owned(), line: None, message };
            let (folder, name) = path.split_once('/').unwrap_or(("", path));
            let stem = name.strip_suffix(".toml").ok_or_else(|| fail("文件名应以 .toml 结尾".into()))?;
            let twice = match folder {
                "statutes" => {
                    statutes.insert(stem.to_owned(), Statute::parse(stem, text).map_err(|e| e.of(path))?).is_some()
                }
                "matters" => {
                    matters.insert(stem.to_owned(), Matter::parse(stem, text).map_err(|e| e.of(path))?).is_some()
                }
                "tiers" => {
                    let benchmark = tiers::Benchmark::parse(stem, text).map_err(|e| e.of(path))?;
                    tiers.insert(stem.to_owned(), benchmark).is_some()
                }
                "calendars" => {
                    years.push((*path, *text));
                    false
                }
                _ => return Err(fail("应放在 statutes、matters、tiers 或 calendars 目录下".into())),
            };
            if twice {
                return Err(fail("同一文件出现两次，请只留一个".into()));
            }
        }
        let calendar =
            Calendar::parse(&years).map_err(|e| CorpusError { file: e.file, line: None, message: e.message })?;
        let clashing = conflict::clashing(&matters);
        let corpus = Corpus { statutes, matters, clashing, tiers, calendar, digest: hex(&hash.finalize()) };
        for (path, text) in files {
            let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or_default();
            match path.split_once('/') {
                Some(("matters", _)) => corpus.check_matter(stem, text),
                Some(("tiers", _)) => corpus.check_tiers(stem, text),
                _ => Ok(()),
            }
            .map_err(|e| e.of(path))?;
        }
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

    /// The discretion tiers that ship for a matter, by its code.
    pub fn benchmark(&self, code: &str) -> Option<&tiers::Benchmark> {
        self.tiers.get(code)
    }

    /// All discretion tiers, by code of the matter.
    pub fn benchmarks(&self) -> impl ExactSizeIterator<Item = &tiers::Benchmark> {
        self.tiers.values()
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
}

/// Lower-case hexadecimal digits of a hash.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
