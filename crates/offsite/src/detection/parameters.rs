//! Parameters as dated data: what a limit was on a day, who says so, and whether anybody has read it there.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::air::{dust::DustRule, fume::FumeRule, noise::NoiseRule};
use super::time::day_number;
use super::truck::rule::TruckRule;

/// Whether a value was read in the official text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum State {
    /// Read in the official text by a person.
    #[serde(rename = "已核实")]
    Checked,
    /// Taken from memory or from a second hand; good for a lead, never for a decision.
    #[serde(rename = "未核实")]
    Unchecked,
    /// Chosen by the bureau for its own detection; no text fixes it.
    #[serde(rename = "自定")]
    Own,
}

/// One edition of a set of parameters, in force from a day to a day.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Edition<P> {
    /// What edition: unique in its book, never reused.
    pub version: String,
    /// First day in force.
    pub from: Date,
    /// Last day in force; without it, until further notice.
    pub to: Option<Date>,
    /// Where the values come from.
    pub citation: String,
    /// Whether they were read there.
    pub state: State,
    /// The values.
    pub values: P,
}

/// All editions of one set, in order of time and without overlap.
#[derive(Debug, Clone)]
pub struct Book<P> {
    id: String,
    editions: Vec<(i64, i64, Edition<P>)>,
}

/// Which parameters a sighting was found with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Used {
    /// The book.
    pub id: String,
    /// The edition in it.
    pub version: String,
    /// Whether its values were verified.
    pub state: State,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<P> {
    id: String,
    edition: Vec<Edition<P>>,
}

impl<P: DeserializeOwned> Book<P> {
    /// Reads a book.
    ///
    /// # Errors
    /// In Chinese: text that does not parse or has an unknown key, no edition, an edition that ends before it begins or overlaps
    /// the one before, or a version used twice.
    pub fn parse(text: &str) -> Result<Book<P>, String> {
        let file: File<P> = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut editions: Vec<(i64, i64, Edition<P>)> = Vec::new();
        for edition in file.edition {
            let from = day_number(edition.from);
            let to = edition.to.map_or(i64::MAX, day_number);
            if to < from {
                return Err(format!("参数“{}”版本“{}”的截止日早于起始日。", file.id, edition.version));
            }
            if editions.iter().any(|(.., e)| e.version == edition.version) {
                return Err(format!("参数“{}”的版本“{}”重复。", file.id, edition.version));
            }
            editions.push((from, to, edition));
        }
        editions.sort_by_key(|e| e.0);
        if editions.is_empty() {
            return Err(format!("参数“{}”没有任何版本。", file.id));
        }
        if let Some(pair) = editions.windows(2).find(|pair| pair[0].1 >= pair[1].0) {
            return Err(format!("参数“{}”版本“{}”与“{}”日期重叠。", file.id, pair[0].2.version, pair[1].2.version));
        }
        Ok(Book { id: file.id, editions })
    }
}

impl<P> Book<P> {
    /// The edition in force on a local day (see [`day_number`]); none where the book has a gap or had not begun.
    pub fn on(&self, day: i64) -> Option<&Edition<P>> {
        let at = self.editions.partition_point(|e| e.0 <= day);
        let (_, to, edition) = &self.editions[at.checked_sub(1)?];
        (day <= *to).then_some(edition)
    }

    /// How a sighting names an edition of this book.
    pub fn used(&self, edition: &Edition<P>) -> Used {
        Used { id: self.id.clone(), version: edition.version.clone(), state: edition.state }
    }

    /// All editions, oldest first.
    pub fn editions(&self) -> impl Iterator<Item = &Edition<P>> {
        self.editions.iter().map(|e| &e.2)
    }
}

macro_rules! builtin {
    ($(#[$doc:meta])* $name:ident, $rule:ty, $file:literal) => {
        $(#[$doc])*
        pub fn $name() -> &'static Book<$rule> {
            static BOOK: LazyLock<Book<$rule>> = LazyLock::new(|| {
                Book::parse(include_str!(concat!("../../data/detection/", $file))).expect("the shipped parameters parse, a test reads them")
            });
            &BOOK
        }
    };
}

builtin!(
    /// The parameters for dust that ship with the product.
    dust, DustRule, "dust.toml");
builtin!(
    /// The parameters for noise that ship with the product.
    noise, NoiseRule, "noise.toml");
builtin!(
    /// The parameters for oil fume that ship with the product.
    fume, FumeRule, "fume.toml");
builtin!(
    /// The parameters for trucks that ship with the product.
    truck, TruckRule, "truck.toml");
