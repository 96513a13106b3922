//! Every kind can be filled, recorded, read back and redrawn.

use law::acts::{Act, Draft, FieldType, Kind, NoNames, PersonId, Words};
use law::scenario::fill;

fn filled(kind: Kind) -> Draft {
    let mut draft = Draft::empty(kind);
    fill(&mut draft, jiff::civil::date(2026, 9, 1), &[PersonId(1), PersonId(2)]);
    for spec in kind.fields() {
        if spec.key == "evidence" {
            draft.set(spec.key, "3、4", &NoNames).expect("a list of numbers");
        }
        // Which norm is applied is nobody's usual value.
        if kind == Kind::NormChosen && spec.ty == FieldType::Matter {
            draft.set(spec.key, "C09", &NoNames).expect("a code");
        }
    }
    draft
}

#[test]
fn every_kind_survives_json_and_text() {
    for &kind in Kind::ALL {
        let draft = filled(kind);
        let act = draft.complete().unwrap_or_else(|missing| panic!("{}: {missing:?}", kind.label()));
        assert_eq!(act.kind(), kind);
        let json = serde_json::to_string(&act).expect("acts are plain");
        assert!(json.starts_with(&format!("{{\"kind\":\"{}\"", kind.code())), "{json}");
        assert_eq!(serde_json::from_str::<Act>(&json).expect("what was written is read"), act);
        assert_eq!(act.to_draft(), draft);
        let mut again = Draft::empty(kind);
        for spec in kind.fields() {
            let text = draft.get_text(spec.label).expect("every field is known");
            again
                .set(spec.key, &text, &NoNames)
                .unwrap_or_else(|error| panic!("{} {}: {error}", kind.label(), spec.label));
        }
        assert_eq!(again, draft, "{}", kind.label());
    }
}

#[test]
fn an_unknown_key_in_the_journal_is_an_error() {
    let text = r#"{"kind":"Archived","volume":"1","extra":1}"#;
    assert!(serde_json::from_str::<Act>(text).is_err());
}

#[test]
fn names_are_unique() {
    for (at, kind) in Kind::ALL.iter().enumerate() {
        assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        assert_eq!(Kind::from_label(kind.label()), Some(*kind));
        for other in &Kind::ALL[at + 1..] {
            assert_ne!(kind.label(), other.label());
        }
        let labels: Vec<&str> = kind.fields().iter().map(|spec| spec.label).collect();
        for (at, label) in labels.iter().enumerate() {
            assert!(!labels[at + 1..].contains(label), "{}: {label}", kind.label());
        }
        assert_eq!(
            kind.subject_kinds().is_empty(),
            !matches!(kind.subject(), law::acts::SubjectKind::Document | law::acts::SubjectKind::Item)
                || *kind == Kind::Voided
        );
    }
}

#[test]
fn wrong_text_is_named_and_an_empty_text_opens_the_field() {
    let mut draft = Draft::empty(Kind::PriorNotice);
    let error = draft.set("罚款", "许多", &NoNames).expect_err("not money");
    assert!(error.field == "fine" && error.text.contains("许多"));
    assert!(draft.set("罚金", "1元", &NoNames).is_err());
    assert!(draft.set("fine", "-1元", &NoNames).is_err());
    draft.set("fine", "1.5万元", &NoNames).expect("money");
    assert_eq!(draft.get_text("fine").as_deref(), Some("15,000元"));
    draft.set("fine", " ", &NoNames).expect("open again");
    assert_eq!(draft.get_text("fine"), None);
    let missing = draft.complete().expect_err("nothing is filled");
    assert!(missing.iter().any(|spec| spec.key == "fine") && !missing.iter().any(|spec| spec.optional));
}

#[test]
fn kept_words_are_not_empty_and_not_redrawn() {
    let kept: Words = serde_json::from_str(r#"{"slot":1,"commitment":"ab"}"#).expect("kept");
    assert!(!kept.is_empty());
    assert!(Words::Given("  ".to_owned()).is_empty());
    assert_eq!(serde_json::to_string(&Words::Given("文".to_owned())).expect("plain"), "\"文\"");
    assert!(Kind::SceneRecorded.fields().iter().any(|spec| spec.ty == FieldType::Words));
}
