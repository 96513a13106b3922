//! Every register, listed by hand so that the list can be read and jumped from; a test compares it with the folder.

use std::sync::LazyLock;

use crate::descriptor::{Descriptor, Set};

macro_rules! files {
    ($($name:literal)*) => {
        &[$((concat!("data/", $name, ".toml"), include_str!(concat!("../data/", $name, ".toml")))),*]
    };
}

/// In the order of the report.
const FILES: &[(&str, &str)] = files! {
    "study"
    "staff_training"
    "outreach"
    "lecture"
    "task"
    "meeting"
    "operation"
    "transfer"
    "campaign"
    "campaign_action"
    "adviser_call"
    "adviser_engagement"
    "adviser_advice"
    "lecturer"
    "material"
    "training_plan"
    "training_round"
    "exam"
    "fitness_test"
    "decision_evaluation"
    "recording_check"
    "file_evaluation"
    "guidance"
    "model_case"
    "award"
    "study_discussion"
    "dispute"
    "letter"
    "information"
    "duty_application"
    "suggestion"
    "studio"
};

static SET: LazyLock<Set> = LazyLock::new(|| {
    // The files are part of the program: a mistake in one is found by the first test, never by a user.
    Set::parse(FILES).unwrap_or_else(|why| panic!("{why}"))
});

/// The registers this program carries.
pub fn builtin() -> &'static Set {
    &SET
}

/// Every register, in the order of the report.
pub fn descriptors() -> &'static [Descriptor] {
    &builtin().descriptors
}

/// The register of this name.
pub fn descriptor(name: &str) -> Option<&'static Descriptor> {
    builtin().get(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_listed_and_right() {
        let set = Set::parse(FILES).unwrap_or_else(|why| panic!("{why}"));
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
        let there: BTreeSet<String> = std::fs::read_dir(root)
            .expect("the folder data")
            .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = set.descriptors.iter().map(|d| format!("{}.toml", d.name)).collect();
        assert_eq!(there, listed);
    }

    #[test]
    fn texts_are_punctuated_full_width() {
        for (file, text) in FILES {
            for (at, line) in text.lines().enumerate() {
                for quoted in line.split('"').skip(1).step_by(2).filter(|q| !q.is_ascii()) {
                    assert!(!quoted.contains([',', ';', ':', '(', ')', '?', '!']), "{file}:{}: {quoted}", at + 1);
                }
            }
        }
    }
}
