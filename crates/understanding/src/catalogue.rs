//! The families citizens speak of, and the questions that choose a matter within one: `data/catalogue.toml`.

use serde::{Deserialize, Serialize};

use crate::Trouble;

/// A family of matters that a caller's words do not tell apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its key.
    pub id: String,
    /// What citizens call it.
    pub name: String,
    /// What the desk asks to find the matter.
    pub ask: String,
    /// Whether it cannot wait by its nature: gas, a bearing wall.
    #[serde(default)]
    pub presses: bool,
    /// Possible answers and the matters they choose.
    pub choose: Vec<Answer>,
}

/// An answer to a family's question and the matter it chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer(pub String, pub String);

/// The key of the family a matter belongs to.
pub fn family_of(code: &str) -> Option<&'static str> {
    static ALL: std::sync::LazyLock<Option<Catalogue>> =
        std::sync::LazyLock::new(|| Catalogue::read(crate::data::CATALOGUE).ok());
    ALL.as_ref()?.family(code).map(|family| family.id.as_str())
}

/// All families and, in the order of their codes, all matters.
#[derive(Debug, Clone)]
pub struct Catalogue {
    families: Vec<Family>,
    codes: Vec<String>,
    family_of: Vec<usize>,
}

#[derive(Deserialize)]
struct File {
    family: Vec<Family>,
}

impl Catalogue {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is not the TOML it should be, or a matter stands in two families.
    pub fn read(toml: &str) -> Result<Self, Trouble> {
        let file: File = toml::from_str(toml).map_err(|e| Trouble::new("catalogue", e))?;
        let mut all: Vec<(String, usize)> = file
            .family
            .iter()
            .enumerate()
            .flat_map(|(at, family)| family.choose.iter().map(move |answer| (answer.1.clone(), at)))
            .collect();
        all.sort();
        if let Some(twice) = all.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Trouble::new("catalogue", format!("{} stands in two families", twice[0].0)));
        }
        let (codes, family_of) = all.into_iter().unzip();
        Ok(Self { families: file.family, codes, family_of })
    }

    /// The families, as the desk sees them.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The codes of all matters, in order.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The family of a matter.
    pub fn family(&self, code: &str) -> Option<&Family> {
        let at = self.number(code)?;
        self.families.get(self.family_of[at])
    }

    pub(crate) fn number(&self, code: &str) -> Option<usize> {
        self.codes.binary_search_by(|c| c.as_str().cmp(code)).ok()
    }

    pub(crate) fn family_number(&self, matter: usize) -> usize {
        self.family_of[matter]
    }
}

/// Matters that a class of the city grid usually means (small class by name or number), to start from when an event comes from the grid.
#[derive(Debug, Clone, Deserialize)]
pub struct GridClass {
    /// Number, as `0501`; empty for a local class.
    pub number: String,
    /// Name.
    pub name: String,
    /// Codes of matters, the likeliest first.
    pub matters: Vec<String>,
}

#[derive(Deserialize)]
struct Grid {
    class: Vec<GridClass>,
}

/// The start table from grid classes to matters: `data/grid.toml`.
///
/// # Errors
/// When the table is not the TOML it should be.
pub fn grid_classes() -> Result<Vec<GridClass>, Trouble> {
    let grid: Grid = toml::from_str(include_str!("../data/grid.toml")).map_err(|e| Trouble::new("grid", e))?;
    Ok(grid.class)
}
