//! The list of kinds and their folders.

use std::collections::BTreeSet;
use std::path::Path;

use documents::{INPUT_VERSION, Input, kind, kinds};

#[test]
fn every_number_of_the_standard_list_has_its_paper() {
    let covered: BTreeSet<u8> = kinds().iter().flat_map(|kind| kind.forms.clone()).collect();
    assert_eq!(covered, (1..=53).collect());
    for kind in kinds() {
        assert!(!kind.forms.is_empty(), "{}", kind.code);
    }
}

#[test]
fn an_annex_is_a_kind_without_a_number_and_without_annexes() {
    for (of, annex) in kinds().iter().flat_map(|of| of.annexes.iter().map(move |annex| (of, annex))) {
        let kind = kind(&annex.kind).unwrap_or_else(|| panic!("{}: {}", of.code, annex.kind));
        assert!(kind.word.is_empty() && kind.annexes.is_empty(), "{}: {}", of.code, kind.code);
    }
}

#[test]
fn the_example_of_a_paper_fills_its_annexes_too() {
    for kind in kinds() {
        for annex in kind.annexes_of(&kind.example()) {
            assert_eq!(annex.missing(&kind.example()), Vec::<&str>::new(), "{}: {}", kind.code, annex.code);
        }
        assert_eq!(kind.annexes_of(&kind.example()).len(), kind.annexes.len(), "{}", kind.code);
    }
}

#[test]
fn what_is_kept_of_an_input_is_short_and_reads_back_the_same() {
    for kind in kinds() {
        let example = kind.example();
        let kept = example.kept().expect("an input is JSON");
        assert!(kept.len() < serde_json::to_string(&example).expect("an input is JSON").len(), "{}", kind.code);
        assert_eq!(serde_json::from_str::<Input>(&kept).expect("as kept"), example, "{}", kind.code);
    }
}

#[test]
fn an_input_of_the_first_version_is_read() {
    let text = r#"{"version":1,"organ":{"name":"局"},"number":"","party":{"kind":"person","name":"李四"},"days":{"issued":"2024-11-05"}}"#;
    let input: Input = serde_json::from_str(text).expect("version 1");
    assert_eq!((input.version, input.party.name.as_str()), (1, "李四"));
}

#[test]
fn every_folder_is_in_the_list_and_every_kind_has_its_own_title_and_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kinds");
    let folders: BTreeSet<String> = folder
        .read_dir()
        .expect("the folder of kinds")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    let listed: BTreeSet<String> = kinds().iter().map(|kind| kind.code.to_owned()).collect();
    assert_eq!(folders, listed);
    assert_eq!(listed.len(), kinds().len());
    assert_eq!(kinds().iter().map(|kind| kind.title).collect::<BTreeSet<_>>().len(), kinds().len());
    // A series of numbers belongs to one kind of paper.
    let words: Vec<&str> = kinds().iter().map(|kind| kind.word).filter(|word| !word.is_empty()).collect();
    assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
    assert!(kind("nothing").is_none());
}

#[test]
fn the_digest_covers_template_and_shared_parts() {
    let digests: BTreeSet<String> = kinds().iter().map(documents::Kind::digest).collect();
    assert_eq!(digests.len(), kinds().len());
    for kind in kinds() {
        assert_eq!(kind.digest().len(), 64);
        assert!(
            kind.source().contains("#let official(")
                && ["official", "form", "record"].iter().any(|page| kind.source().contains(&format!("#show: {page}"))),
            "{}",
            kind.code
        );
    }
}

#[test]
fn examples_are_of_this_version_and_read_back_as_written() {
    for kind in kinds() {
        let example = kind.example();
        assert_eq!(example.version, INPUT_VERSION, "{}", kind.code);
        let text = serde_json::to_string(&example).expect("an input is JSON");
        assert_eq!(serde_json::from_str::<Input>(&text).expect("as written"), example);
        assert_eq!(kind.missing(&example), Vec::<&str>::new(), "{}", kind.code);
    }
}

#[test]
fn unknown_fields_are_errors() {
    let decision = kind("penalty_decision").expect("a built-in kind");
    let example = serde_json::to_value(decision.example()).expect("an input is JSON");
    for path in ["/colour", "/party/colour", "/days/colour", "/conduct_law/colour", "/organ/colour"] {
        let mut value = example.clone();
        let (parent, key) = path.rsplit_once('/').expect("a path");
        value.pointer_mut(parent).and_then(|part| part.as_object_mut()).expect(path).insert(key.into(), 1.into());
        assert!(serde_json::from_value::<Input>(value).is_err(), "{path}");
    }
}

#[test]
fn title_and_word_follow_the_right_to_a_hearing() {
    let kind = kind("prior_notice").expect("a kind");
    let mut input = kind.example();
    assert_eq!((kind.heading(&input), kind.word_for(true)), ("行政处罚听证告知书", "听告"));
    input.hearing_right = false;
    assert_eq!((kind.heading(&input), kind.word_for(false)), ("行政处罚事先告知书", "告"));
    input.title = Some("行政处罚意见告知书".into());
    assert_eq!(kind.heading(&input), "行政处罚意见告知书");
}
