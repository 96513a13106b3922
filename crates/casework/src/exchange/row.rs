//! One act as files carry it.

use std::collections::BTreeMap;

use law::Day;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The format these files name, with its version.
pub(crate) const FORMAT: &str = "xiezhi.cases/1";

/// The first line of a JSONL file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// The system the rows come from.
    pub system: String,
    /// The day it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported: Option<Day>,
    /// Everything up to this position of the sender's journal is in it; the next file begins here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// One act: keys of the system it comes from, words of the law.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The system it comes from, where it is not the file's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Key of the case.
    pub case: String,
    /// Key of the act, unique in the case.
    pub act: String,
    /// Its place among the acts of the case; where every row of a case has one it decides, else the day does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// Name or id of the organ that signs, in the row that opens the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ: Option<String>,
    /// Name or id of the unit that handles it, in the row that opens the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Kind of act: its Chinese word, or its code.
    pub kind: String,
    /// The day it happened.
    pub day: String,
    /// The time of day, where an hour matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Key of the act it is addressed to; for an act on a party, of the act that brought the party in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Certificate numbers of the officers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<String>,
    /// In which capacity they acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// Number of the document it issued there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Where the knowledge comes from; the system where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Fields by their declared names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "texts")]
    pub fields: BTreeMap<String, String>,
    /// The party the act brings in or changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
}

/// Who a party is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// `个人` or `单位`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Identity number, or the unified social credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Legal representative or person in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
}

/// Values as other programs write them: text, a number, yes or no, a list of these.
fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let raw = BTreeMap::<String, Value>::deserialize(from)?;
    raw.into_iter()
        .map(|(key, value)| text(&value).map(|text| (key, text)).ok_or("字段的值只能是文字、数字、是否或者它们的列表"))
        .collect::<Result<_, _>>()
        .map_err(D::Error::custom)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(yes) => Some(if *yes { "是" } else { "否" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().map(text).collect::<Option<Vec<_>>>()?.join("、")),
        Value::Object(_) => None,
    }
}
