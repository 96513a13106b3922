//! The gazetteer: roads, estates, shops, areas and towns by stable id, with names, aliases and where they lie.
//!
//! One entry of the stream `places` for each change of a place; the newest one counts. What the standing order's older entries
//! (`office.place`) say of a place stands in the same table.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Draft, Entry, Fault, Tx, Value};
use serde::{Deserialize, Serialize};

use crate::change::Change;

/// The stream of all changes of places.
pub const STREAM: &str = "places";

/// Longitude and latitude in WGS-84, millionths of a degree.
pub type Micro = (i64, i64);

/// Kinds of places, `(code, name)`.
pub const KINDS: &[(&str, &str)] = &[
    ("town", "街镇"),
    ("road", "道路"),
    ("estate", "小区"),
    ("village", "村"),
    ("shop", "店铺"),
    ("market", "市场"),
    ("mall", "商场"),
    ("school", "学校"),
    ("hospital", "医院"),
    ("station", "车站"),
    ("park", "公园绿地"),
    ("river", "河道"),
    ("bridge", "桥梁"),
    ("site", "工地"),
    ("industrial", "园区厂区"),
    ("area", "责任区域"),
    ("place", "其他地点"),
];

/// A place as the journal keeps it, version 1. Frozen: only optional fields may come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Stable id.
    pub id: String,
    /// Usual name.
    pub name: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// What people call it besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The town or sub-district; of a road through several, the one it is mostly in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// Every town of a road through several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub towns: Vec<String>,
    /// The unit that answers for it, where it is not the town's own squad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Id of the road it stands at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub road: Option<String>,
    /// Its house number there, `128号`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Micro>,
    /// The pair as received and its system, `121.1,31.1 GCJ-02`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The line of a road or river.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line: Vec<Micro>,
    /// The outline of an area or a town, without its first corner again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area: Vec<Micro>,
    /// It is no longer there and proposed no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// Records a place as it now stands.
///
/// # Errors
/// The database fails.
pub fn record(tx: &mut Tx<'_>, actor: &str, on: Date, place: &Place) -> Result<Entry, Fault> {
    let body = serde_json::to_string(place).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.append(Draft {
        stream: STREAM,
        expects: None,
        happened_at: on,
        actor,
        kind: "place.recorded",
        kind_version: 1,
        body,
    })
}

/// Writes an entry of the stream `places` into the table.
pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let place: Place =
        serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
    write(tx, &place)
}

/// A place of the standing order's older shape.
pub(crate) fn of_change(change: &Change) -> Option<Place> {
    let Change::Place { id, name, aliases, unit, wgs84, raw } = change else { return None };
    let kind = if name.contains(['路', '道', '街']) && !name.contains("周边") { "road" } else { "place" };
    Some(Place {
        id: id.clone(),
        name: name.clone(),
        kind: kind.to_owned(),
        aliases: aliases.clone(),
        unit: Some(unit.clone()),
        at: *wgs84,
        raw: raw.clone(),
        ..Place::default()
    })
}

/// Writes a place into the table.
pub(crate) fn write(tx: &mut Tx<'_>, place: &Place) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let body = serde_json::to_string(place).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.execute(
        "INSERT INTO places (bureau, id, name, kind, town, unit, lon, lat, gone, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (bureau, id) DO UPDATE SET name = $3, kind = $4, town = $5, unit = $6, lon = $7, lat = $8, gone = $9, body = $10",
        &[
            Value::from(bureau.as_str()),
            (&place.id).into(),
            (&place.name).into(),
            (&place.kind).into(),
            (&place.town).into(),
            place.unit.as_deref().into(),
            place.at.map(|p| p.0).into(),
            place.at.map(|p| p.1).into(),
            place.gone.into(),
            (&body).into(),
        ],
    )?;
    Ok(())
}

/// The most places a bureau keeps; a district has some tens of thousands.
pub const PLACES_MAX: i64 = 200_000;

/// Every place that is still there, by id.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx<'_>) -> Result<BTreeMap<String, Place>, Fault> {
    let bureau = tx.bureau().to_owned();
    let bodies = tx.rows(
        "SELECT body FROM places WHERE bureau = $1 AND gone = 0 ORDER BY id LIMIT $2",
        &[bureau.as_str().into(), PLACES_MAX.into()],
        |row| Ok(row.text(0)),
    )?;
    bodies.iter().map(|body| read(body).map(|place| (place.id.clone(), place))).collect()
}

/// One place, also one that is gone.
///
/// # Errors
/// The database fails.
pub fn one(tx: &mut Tx<'_>, id: &str) -> Result<Option<Place>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row("SELECT body FROM places WHERE bureau = $1 AND id = $2", &[bureau.as_str().into(), id.into()], |row| {
        Ok(row.text(0))
    })?
    .map(|body| read(&body))
    .transpose()
}

/// A page of places: those whose name begins so, or of a kind or town, after an id; in the order of ids.
///
/// # Errors
/// The database fails.
pub fn page(tx: &mut Tx<'_>, asked: &Asked, limit: i64) -> Result<Vec<Place>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut sql = "SELECT body FROM places WHERE bureau = $1 AND id > $2".to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), asked.after.as_str().into()];
    let like = format!("%{}%", asked.words.replace(['%', '_'], ""));
    if !asked.words.is_empty() {
        args.push(like.as_str().into());
        sql.push_str(&format!(" AND body LIKE ${}", args.len()));
    }
    if !asked.kind.is_empty() {
        args.push(asked.kind.as_str().into());
        sql.push_str(&format!(" AND kind = ${}", args.len()));
    }
    if !asked.town.is_empty() {
        args.push(asked.town.as_str().into());
        sql.push_str(&format!(" AND town = ${}", args.len()));
    }
    args.push(limit.into());
    sql.push_str(&format!(" ORDER BY id LIMIT ${}", args.len()));
    let bodies = tx.rows(&sql, &args, |row| Ok(row.text(0)))?;
    bodies.iter().map(|body| read(body)).collect()
}

/// Which places; empty fields ask for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Characters of a name or alias.
    pub words: String,
    /// Kind.
    pub kind: String,
    /// Town.
    pub town: String,
    /// After this id.
    pub after: String,
}

fn read(body: &str) -> Result<Place, Fault> {
    serde_json::from_str(body).map_err(|e| Fault::Bug(format!("a place: {e}")))
}
