//! A draft of a document: what is missing is shown where it belongs.

use serde_json::{Value, json};

use crate::{Hearing, Input, Kind, Law, Order, Paper, Pay, Remedies, Service, Span, Sum, Terms};

/// The input as JSON with every gap of the kind, and of its fine where it has one, filled by a place to write in.
pub(crate) fn json(kind: &Kind, input: &Input) -> Result<String, serde_json::Error> {
    let mut input = input.clone();
    input.verify_url = None;
    parts(kind, &mut input);
    let mut value = serde_json::to_value(&input)?;
    for gap in kind.gaps(&input) {
        fill(&mut value, gap.path, &format!("【{}】", gap.label));
    }
    serde_json::to_string(&value)
}

/// Makes the parts a template takes for granted, so that their fields can be filled one by one.
fn parts(kind: &Kind, input: &mut Input) {
    for need in kind.needs() {
        match need.split('.').next().unwrap_or(need) {
            "conduct_law" => drop(input.conduct_law.get_or_insert_with(Law::default)),
            "penalty_law" => drop(input.penalty_law.get_or_insert_with(Law::default)),
            "order" => drop(input.order.get_or_insert_with(Order::default)),
            "hearing" => drop(input.hearing.get_or_insert_with(Hearing::default)),
            "terms" => drop(input.terms.get_or_insert_with(Terms::default)),
            "remedies" => drop(input.remedies.get_or_insert_with(Remedies::default)),
            "service" => drop(input.service.get_or_insert_with(Service::default)),
            "about" => drop(input.about.get_or_insert_with(Paper::default)),
            "term" => drop(input.term.get_or_insert_with(Span::default)),
            "sum" => drop(input.sum.get_or_insert_with(Sum::default)),
            "pay" if input.fine.is_some() => drop(input.pay.get_or_insert_with(Pay::default)),
            _ => {}
        }
    }
}

fn fill(value: &mut Value, path: &str, text: &str) {
    if let Some(label) = path.strip_prefix("rows.") {
        let row = json!({ "label": label, "value": text });
        match value.get_mut("rows").and_then(Value::as_array_mut) {
            Some(rows) => rows.push(row),
            None => value["rows"] = json!([row]),
        }
        return;
    }
    let filled = match path {
        "sorts" | "evidence" => json!([text]),
        "officers" => json!([{ "name": text, "certificate": "" }]),
        "items" => json!([{ "name": text }]),
        "people" => json!([{ "role": "", "name": text }]),
        "points" => json!([{ "point": text, "answer": "" }]),
        "questions" => json!([{ "ask": text, "answer": "" }]),
        "opinions" => json!([{ "step": "", "text": text, "name": "" }]),
        "receipts" => json!([{ "what": text, "number": "", "day": "" }]),
        "index" => json!([{ "title": text }]),
        "service.documents" => json!([{ "title": text, "number": "" }]),
        // Amounts are set as figures: nothing to write in.
        "fine" | "sum.fen" => json!(0),
        other => {
            let pointer = format!("/{}", other.replace('.', "/"));
            match value.pointer_mut(&pointer) {
                // A part that is there is filled field by field.
                Some(part) if part.is_object() => return,
                Some(field) => *field = json!(text),
                None => set(value, other, text),
            }
            return;
        }
    };
    if let Some((part, key)) = path.split_once('.') {
        value[part][key] = filled;
    } else {
        value[path] = filled;
    }
}

/// A field that the shape leaves out while it is empty.
fn set(value: &mut Value, path: &str, text: &str) {
    match path.split_once('.') {
        Some((part, key)) if value.get(part).is_some_and(Value::is_object) => value[part][key] = json!(text),
        Some(_) => {}
        None => value[path] = json!(text),
    }
}
