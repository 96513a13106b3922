//! How one make of terminal writes JT/T 808: tolerances, delimiters, the mapping of lift, load and cover.

use std::sync::LazyLock;

use serde::Deserialize;

use super::frame::Style;
use super::signals::Signal;
use super::{Tolerance, Tolerances};

/// A terminal's way of writing; belongs to its register entry and is kept with the evidence.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is for, in Chinese.
    pub title: String,
    /// The deviations let in.
    pub allow: Tolerances,
    /// The delimiters.
    pub style: Style,
    /// One delimiter may end a frame and begin the next.
    pub shared_delimiter: bool,
    /// Lift, load and cover.
    pub signals: Vec<Signal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    title: String,
    #[serde(default)]
    tolerances: Vec<String>,
    delimiter: Option<u8>,
    #[serde(default)]
    shared_delimiter: bool,
    #[serde(default)]
    signal: Vec<Signal>,
}

impl Profile {
    /// Reads a profile file.
    ///
    /// # Errors
    ///
    /// In Chinese: what in the file is unknown or malformed.
    pub fn from_toml(text: &str) -> Result<Profile, String> {
        let file: File = toml::from_str(text).map_err(|e| format!("设备配置格式不对：{e}"))?;
        let allow = file
            .tolerances
            .iter()
            .map(|name| Tolerance::named(name).ok_or_else(|| format!("没有容错项“{name}”")))
            .collect::<Result<Tolerances, String>>()?;
        let style = match file.delimiter {
            None | Some(0x7e) => Style::Standard,
            Some(0xe7) => Style::E7,
            Some(other) => return Err(format!("没有以0x{other:02X}分隔的写法，可用0x7E、0xE7")),
        };
        file.signal.iter().try_for_each(Signal::check)?;
        Ok(Profile {
            name: file.name,
            title: file.title,
            allow,
            style,
            shared_delimiter: file.shared_delimiter,
            signals: file.signal,
        })
    }

    /// The profiles shipped; the first is what decoding uses when none is named.
    pub fn builtin() -> &'static [Profile] {
        static BUILTIN: LazyLock<Vec<Profile>> = LazyLock::new(|| {
            [
                include_str!("../../../data/profiles/jt808-field.toml"),
                include_str!("../../../data/profiles/jt808-strict.toml"),
                include_str!("../../../data/profiles/jt808-works-e6.toml"),
                include_str!("../../../data/profiles/jt808-e7.toml"),
                include_str!("../../../data/profiles/jt808-any.toml"),
            ]
            .iter()
            .map(|text| Profile::from_toml(text).expect("a shipped profile is well formed"))
            .collect()
        });
        &BUILTIN
    }

    /// A shipped profile.
    pub fn named(name: &str) -> Option<&'static Profile> {
        Profile::builtin().iter().find(|p| p.name == name)
    }
}
