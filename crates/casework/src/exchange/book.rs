//! The same rows as a workbook: one sheet of acts, one of cases and parties.

use std::collections::{BTreeMap, BTreeSet};

use law::Day;
use law::acts::Kind;
use ledger::Fault;
use office::BadInput;
use office::sheet::{self, Cell, Table};

use super::import::{Problem, Read};
use super::row::{FORMAT, Header, Party, Row};

/// The sheet of acts.
const ACTS: &str = "行为";
/// The sheet of cases and parties.
const PARTIES: &str = "案件和当事人";

/// Columns of an act before its fields. No field is called like one of them; a test says so.
pub(super) const OWN: [&str; 12] = [
    "来源系统",
    "案件编号",
    "行为编号",
    "顺序",
    "行为",
    "发生日期",
    "发生时间",
    "对象",
    "执法证号",
    "执法身份",
    "文书号",
    "信息来源",
];

const OF_CASE: [&str; 10] =
    ["案件编号", "行为编号", "机关", "承办单位", "类别", "姓名或者名称", "证件号码", "住址", "联系电话", "负责人"];

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Read, BadInput> {
    let acts = sheet::read_sheet(bytes, ACTS)?
        .ok_or_else(|| BadInput::new("文件", format!("没有名为“{ACTS}”的工作表，请用模板")))?;
    let parties = sheet::read_sheet(bytes, PARTIES)?.unwrap_or_default();
    let mut problems = Vec::new();
    let mut system = None;
    let mut rows = Vec::new();
    for row in acts.rows {
        let own = |name: &str| row.cells.get(name).map(|text| unmarked(text).to_owned());
        let named = own("来源系统");
        system = system.or_else(|| named.clone());
        let order = match own("顺序").map(|text| text.parse::<u32>()) {
            Some(Err(_)) => {
                problems.push(Problem {
                    line: row.line,
                    column: "顺序".into(),
                    text: "应当是整数，也可以整列留空".into(),
                });
                continue;
            }
            order => order.and_then(Result::ok),
        };
        let fields = row.cells.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
        rows.push((
            row.line,
            Row {
                system: named,
                case: own("案件编号").unwrap_or_default(),
                act: own("行为编号").unwrap_or_default(),
                order,
                kind: own("行为").unwrap_or_default(),
                day: own("发生日期").unwrap_or_default(),
                time: own("发生时间"),
                subject: own("对象"),
                team: own("执法证号")
                    .map(|text| text.split(['、', ',', '，', ' ']).map(str::to_owned).collect())
                    .unwrap_or_default(),
                capacity: own("执法身份"),
                number: own("文书号"),
                source: own("信息来源"),
                fields: fields.map(|(name, text)| (name.clone(), unmarked(text).to_owned())).collect(),
                ..Row::default()
            },
        ));
    }
    let system = system.ok_or_else(|| BadInput::new("来源系统", "请写明行为来自哪个系统"))?;
    let mut at: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (index, (_, row)) in rows.iter().enumerate() {
        at.entry((row.case.clone(), row.act.clone())).or_insert(index);
    }
    for row in parties.rows {
        let own = |name: &str| row.cells.get(name).map(|text| unmarked(text).to_owned());
        let key = (own("案件编号").unwrap_or_default(), own("行为编号").unwrap_or_default());
        let Some((_, of)) = at.get(&key).and_then(|at| rows.get_mut(*at)) else {
            let text = format!("“{ACTS}”表中没有案件“{}”的行为“{}”", key.0, key.1);
            problems.push(Problem { line: row.line, column: format!("{PARTIES}·行为编号"), text });
            continue;
        };
        (of.organ, of.unit) = (of.organ.take().or(own("机关")), of.unit.take().or(own("承办单位")));
        if own("姓名或者名称").is_some() || own("类别").is_some() {
            of.party = Some(Party {
                kind: own("类别").unwrap_or_default(),
                name: own("姓名或者名称").unwrap_or_default(),
                id_number: own("证件号码"),
                address: own("住址"),
                phone: own("联系电话"),
                representative: own("负责人"),
            });
        }
    }
    // The file's own name is said once.
    for (_, row) in &mut rows {
        row.system = row.system.take().filter(|named| *named != system);
    }
    Ok(Read { header: Header { format: FORMAT.into(), system, exported: None, until: None }, rows, problems })
}

/// A file of ours puts a mark before what a spreadsheet would run.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\'').filter(|t| t.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

/// Writes a workbook.
pub(super) fn write(system: &str, made: Day, rows: &[Row]) -> Result<Vec<u8>, Fault> {
    let used: BTreeSet<&str> = rows.iter().flat_map(|row| row.fields.keys().map(String::as_str)).collect();
    // Columns stand in the order of the declarations.
    let mut labels: Vec<&str> = Vec::new();
    for field in Kind::ALL.iter().flat_map(|kind| kind.fields()) {
        if used.contains(field.label) && !labels.contains(&field.label) {
            labels.push(field.label);
        }
    }
    let head: Vec<&str> = OWN.iter().copied().chain(labels.iter().copied()).collect();
    let mut acts = Table::new(ACTS, &head);
    let mut parties = Table::new(PARTIES, &OF_CASE);
    for row in rows {
        let mut cells: Vec<Cell> = vec![
            row.system.as_deref().unwrap_or(system).into(),
            row.case.as_str().into(),
            row.act.as_str().into(),
            row.order.map_or(Cell::Empty, |n| Cell::Number(n.into())),
            row.kind.as_str().into(),
            row.day.as_str().into(),
            row.time.as_deref().into(),
            row.subject.as_deref().into(),
            row.team.join("、").into(),
            row.capacity.as_deref().into(),
            row.number.as_deref().into(),
            row.source.as_deref().into(),
        ];
        cells.extend(labels.iter().map(|label| Cell::from(row.fields.get(*label).map(String::as_str))));
        acts.rows.push(cells);
        if row.organ.is_none() && row.party.is_none() {
            continue;
        }
        let party = row.party.clone().unwrap_or_default();
        parties.rows.push(vec![
            row.case.as_str().into(),
            row.act.as_str().into(),
            row.organ.as_deref().into(),
            row.unit.as_deref().into(),
            party.kind.into(),
            party.name.into(),
            party.id_number.into(),
            party.address.into(),
            party.phone.into(),
            party.representative.into(),
        ]);
    }
    sheet::xlsx("案件交换", made, &[acts, parties])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_called_like_a_column_of_its_own() {
        for kind in Kind::ALL {
            for field in kind.fields() {
                assert!(!OWN.contains(&field.label), "{}：{}", kind.label(), field.label);
            }
        }
    }
}
