//! Every indicator, listed by hand so that the list can be read and jumped from; a test compares it with the folders.

use std::sync::LazyLock;

use crate::Indicator;

/// A folder with its own query, or one whose query is that of several, from `lists/`.
macro_rules! folders {
    (@list $name:literal) => {
        include_str!(concat!("../indicators/", $name, "/list.sql"))
    };
    (@list $name:literal $list:literal) => {
        include_str!(concat!("../lists/", $list, ".sql"))
    };
    ($($name:literal $(as $list:literal)?)*) => {
        &[$((
            $name,
            include_str!(concat!("../indicators/", $name, "/meta.toml")),
            folders!(@list $name $($list)?),
        )),*]
    };
}

/// In the order of the report.
const FOLDERS: &[(&str, &str, &str)] = folders! {
    "outreach.events"
    "outreach.lectures"
    "transfer.received"
    "transfer.solved"
    "transfer.fines"
    "campaign.thunder.actions"
    "campaign.thunder.person_times"
    "campaign.thunder.cases"
    "campaign.thunder.fines"
    "people.legal_departments"
    "people.certificate_holders"
    "people.squad_certificate_holders"
    "claim.certificate_holders_published"
    "people.legal_officers"
    "people.public_lawyers"
    "claim.public_lawyers_qualified"
    "training.rounds"
    "training.person_times"
    "training.exam_passed"
    "training.fitness_tests"
    "training.hours"
    "training.credits"
    "case.ordinary_published"
    "case.fines_decided"
    "evaluation.major_decisions"
    "supervision.recordings_checked"
    "evaluation.online_files"
    "supervision.model_cases"
    "study.rule_of_law_discussions"
    "award.total"
    "dispute.total"
    "dispute.concluded"
    "dispute.corrected"
    "claim.no_corrected_disputes"
    "dispute.hearings"
    "dispute.head_appearances"
    "dispute.head_appearance_rate"
    "oversight.judicial_suggestions"
    "oversight.correction_notices"
    "oversight.procuratorial_letters"
    "disclosure.applications"
    "claim.disclosure_in_time"
    "duty.applications"
    "claim.duty_answered"
    "suggestion.total"
    "ticket.calls" as "tickets_received"
    "ticket.visits" as "tickets_received"
    "ticket.platform" as "tickets_received"
    "ticket.12345" as "tickets_received"
    "ticket.12319" as "tickets_received"
    "ticket.wechat" as "tickets_received"
    "ticket.contacted"
    "claim.tickets_answered"
};

static INDICATORS: LazyLock<Vec<Indicator>> = LazyLock::new(|| {
    let parsed = FOLDERS.iter().map(|(folder, meta, sql)| Indicator::parse(folder, meta, sql));
    // The folders are part of the program: a mistake in one is found by the first test, never by a user.
    parsed.collect::<Result<_, _>>().unwrap_or_else(|why| panic!("{why}"))
});

/// Every indicator, in the order of the report.
pub fn indicators() -> &'static [Indicator] {
    &INDICATORS
}

/// The indicator of this id.
pub fn indicator(id: &str) -> Option<&'static Indicator> {
    indicators().iter().find(|i| i.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_folder_is_listed() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/indicators");
        let there: BTreeSet<String> =
            std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let listed: BTreeSet<String> = indicators().iter().map(|i| i.id.clone()).collect();
        assert_eq!(there, listed);
        assert_eq!(listed.len(), FOLDERS.len(), "a folder is listed twice");
    }

    #[test]
    fn every_query_asks_for_one_bureau_and_keeps_to_the_last_day() {
        for indicator in indicators() {
            assert!(indicator.sql.contains("bureau = $1"), "{}", indicator.id);
            let today = indicator.id == "people.legal_departments";
            assert!(today || indicator.sql.contains("$3"), "{}", indicator.id);
            assert!(!indicator.sql.contains(';'), "{}", indicator.id);
        }
    }
}
