//! The usual value of what a scenario does not say.

use crate::Day;
use crate::acts::*;

/// Fills every open field of a draft with the value an orderly case would have.
pub fn fill(draft: &mut Draft, at: Day, team: &[PersonId]) {
    let kind = draft.kind();
    for spec in kind.fields() {
        if draft.get_text(spec.key).is_some_and(|text| !text.is_empty()) {
            continue;
        }
        let text = usual(kind, spec, at, team);
        if !text.is_empty() {
            // Every usual value is one its field reads; a test fills every kind.
            let _ = draft.set(spec.key, &text, &NoNames);
        }
    }
}

fn usual(kind: Kind, spec: &FieldSpec, at: Day, team: &[PersonId]) -> String {
    let list = |ids: &[PersonId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    let fixed = match spec.key {
        "head" | "chair" | "clerk" | "reviewer" | "chooser" | "receiver" => match spec.key {
            "head" => "50",
            "chair" => "45",
            "clerk" => "47",
            "reviewer" | "chooser" => "41",
            _ => "8",
        },
        "handlers" => return list(team),
        "heads" | "approvers" => "50、51",
        "members" => "46",
        "matter" => "A01",
        "party_kind" if kind == Kind::ClueRegistered => "",
        "party_born" => "1980-01-01",
        "party_key" => "甲",
        "certificate_shown" | "rights_told" | "recording" | "receipt" if spec.ty == FieldType::Bool => "是",
        "defence_heard" | "open" | "approve" | "recuse" | "device_reviewed" | "location_published" | "list_signed"
        | "list_given" | "told" | "present" | "signed" | "danger" | "disinterested" | "public_place" | "unable"
        | "granted" | "remedied" => "是",
        "officer" => "1",
        "until" if !matches!(kind, Kind::OrderedToCorrect | Kind::DemolitionAnnounced) => {
            return at.saturating_add(jiff::SignedDuration::from_hours(240)).to_string();
        }
        "correction" => "责令改正",
        "handed_over" => "当场交付并签收",
        "pay_to" => "工商银行青浦支行专户，地址：青浦区公园路 1 号",
        "sorts" => "罚款",
        "conducts" if !spec.optional => "0",
        "days" => "30",
        "announced" => return at.to_string(),
        _ => "",
    };
    if !fixed.is_empty() || spec.optional {
        return fixed.to_owned();
    }
    match spec.ty {
        FieldType::Words | FieldType::Line => "（略）".to_owned(),
        FieldType::Bool => "否".to_owned(),
        FieldType::Day => at.to_string(),
        FieldType::Time => "09:30".to_owned(),
        FieldType::Money => "0元".to_owned(),
        FieldType::Choice(options) => match spec.key {
            "lightening" => "无".to_owned(),
            _ => options.first().map(|(_, label)| (*label).to_owned()).unwrap_or_default(),
        },
        _ => String::new(),
    }
}
