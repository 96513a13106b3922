//! Does a row that comes again still say what was recorded of it?

use law::acts::{Draft, FieldType, Kind, NoNames};

use super::whole::Whole;
use crate::perform::Proposed;

/// The columns in which a row differs from the act recorded of it. Files are not compared: they may arrive later than their act. What was
/// erased by order is not compared either.
pub(super) fn differences(whole: &Whole, at: usize, row: &Proposed) -> Vec<&'static str> {
    let Some(recorded) = whole.log.case.log().get(at) else { return vec!["行为编号"] };
    let kind = recorded.act.kind();
    if kind != row.kind {
        return vec!["行为"];
    }
    let mut found = Vec::new();
    let mut note = |differs: bool, column| {
        if differs {
            found.push(column);
        }
    };
    note(recorded.happened != row.at, "发生日期");
    note(recorded.time != row.time, "发生时间");
    note(recorded.subject != row.subject, "对象");
    note(recorded.team != row.team, "执法证号");
    let (was, now) = (recorded.act.to_draft(), drafted(kind, row));
    for field in kind.fields() {
        let now = now.get_text(field.key).unwrap_or_default();
        match field.ty {
            FieldType::Blobs | FieldType::PartyKey => {}
            FieldType::Words => match whole.words(at, field.key) {
                Some(text) => note(text.trim() != now, field.label),
                None => note(!now.is_empty() && !is_kept(recorded, field.key), field.label),
            },
            _ => note(was.get_text(field.key).unwrap_or_default() != now, field.label),
        }
    }
    if let (Some((_, was)), Some(now)) = (whole.identity(at), &row.party) {
        note(was != *now && was.name != crate::party::ERASED, "当事人");
    }
    found
}

/// Is a text kept of this field, which then was erased if it cannot be read?
fn is_kept(recorded: &law::case::Recorded, key: &str) -> bool {
    let value = serde_json::to_value(&recorded.act).ok();
    value.and_then(|act| act.get(key)?.get("commitment").map(|_| ())).is_some()
}

fn drafted(kind: Kind, row: &Proposed) -> Draft {
    let mut draft = Draft::empty(kind);
    for (key, text) in &row.fields {
        // A text that cannot be read leaves its field open, and so differs.
        let _ = draft.set(key, text, &NoNames);
    }
    draft
}
