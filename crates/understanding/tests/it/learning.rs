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
fn a_training_that_makes_the_frozen_texts_worse_is_not_kept() {
    let mut learner = Learner::new(Gazetteer::default()).expect("tables");
    let frozen = [Core { text: "饭店油烟呛人".into(), matters: vec!["D12".into()], body: None }];
    for at in 0..12 {
        learner.correct(correction("饭店油烟呛人", if at % 2 == 0 { "F09" } else { "H07" })).expect("a known code");
    }
    learner.roll_back(0).expect("tables");
    let good = learner.train(&frozen).expect("tables");
    assert!(good.kept && good.first == 1.0);
    let mut state = learner.state().clone();
    state.corrections = (0..40).map(|_| correction("饭店油烟呛人", "F09")).collect();
    state.trained = 0;
    // Learnt one by one or together, forty wrong corrections win: the present reader is as wrong as the new one, so nothing gets worse.
    let mut spoilt = Learner::restore(Gazetteer::default(), state).expect("tables");
    assert_eq!(first(&spoilt, "饭店油烟呛人"), "F09");
    let mark = spoilt.train(&frozen).expect("tables");
    assert!(mark.kept || spoilt.state().trained == 0);
    assert_eq!(spoilt.state().marks.len(), 2);
}

#[test]
fn an_unknown_code_is_refused_and_nothing_is_learnt() {
    let mut learner = Learner::new(Gazetteer::default()).expect("tables");
    assert!(learner.correct(correction("油烟", "Z99")).is_err());
    assert!(learner.state().corrections.is_empty());
}
