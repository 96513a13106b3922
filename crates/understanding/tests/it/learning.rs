use understanding::{Core, Correction, Gazetteer, Learner};

fn correction(text: &str, matter: &str) -> Correction {
    Correction {
        chosen: Core { text: text.to_owned(), matters: vec![matter.to_owned()], body: None },
        by: "P7".to_owned(),
    }
}

fn first(learner: &Learner, text: &str) -> String {
    learner.reader().understand(text).matters[0].code.clone()
}

/// A word no sentence has: nothing but the correction can teach it.
const STRANGE: &str = "那只呱呱蹦蹦天天在屋檐底下嘭嚓嚓";

#[test]
fn a_correction_has_effect_at_once_and_comes_back_with_the_state() {
    let mut learner = Learner::new(Gazetteer::default()).expect("tables");
    assert_ne!(first(&learner, STRANGE), "H02");
    learner.correct(correction(STRANGE, "H02")).expect("a known code");
    assert_eq!(first(&learner, STRANGE), "H02");

    let stored = serde_json::to_string(learner.state()).expect("a state");
    let again =
        Learner::restore(Gazetteer::default(), serde_json::from_str(&stored).expect("a state")).expect("tables");
    assert_eq!(again.state(), learner.state());
    let (a, b) = (learner.reader().understand(STRANGE), again.reader().understand(STRANGE));
    assert_eq!(serde_json::to_string(&a).expect("json"), serde_json::to_string(&b).expect("json"));

    learner.roll_back(0).expect("tables");
    assert_ne!(first(&learner, STRANGE), "H02");
    assert_eq!(learner.state().version, 2);
}

#[test]
fn training_never_makes_the_frozen_texts_worse() {
    let right = |learner: &Learner, frozen: &[Core]| {
        frozen.iter().filter(|core| core.matters.contains(&first(learner, &core.text))).count()
    };
    let frozen: Vec<Core> = [
        ("饭店油烟呛人", "D12"),
        ("楼上敲承重墙", "E05"),
        ("半夜偷倒渣土", "C06"),
        ("遛狗不牵绳", "K04"),
        ("大树被锯掉了", "F02"),
        (STRANGE, "H02"),
    ]
    .into_iter()
    .map(|(text, matter)| Core { text: text.to_owned(), matters: vec![matter.to_owned()], body: None })
    .collect();
    // Careless corrections, some of the very texts by which the training is judged.
    for wrong in ["F09", "H07", "A17", "G06"] {
        let mut learner = Learner::new(Gazetteer::default()).expect("tables");
        learner.correct(correction(STRANGE, "H02")).expect("a known code");
        for core in frozen.iter().take(3).cycle().take(9) {
            learner.correct(correction(&core.text, wrong)).expect("a known code");
        }
        let before = right(&learner, &frozen);
        let mark = learner.train(&frozen).expect("tables");
        let after = right(&learner, &frozen);
        assert!(after >= before, "{wrong}: {after} after {before}");
        assert!((mark.first - after as f32 / frozen.len() as f32).abs() < 1e-6);
        assert_eq!(learner.state().trained, if mark.kept { 10 } else { 0 });
        assert_eq!(learner.state().marks.last(), Some(&mark));
    }
}

#[test]
fn an_unknown_code_is_refused_and_nothing_is_learnt() {
    let mut learner = Learner::new(Gazetteer::default()).expect("tables");
    assert!(learner.correct(correction("油烟", "Z99")).is_err());
    assert!(learner.state().corrections.is_empty());
}
