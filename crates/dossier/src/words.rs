//! The fields of an act as they are read on paper.

use std::collections::BTreeSet;

use casework::read::file::{ActRow, CaseFile};
use law::acts::{ActNo, FieldType, PersonId};
use law::case::{Entry, Subject};
use law::corpus::Corpus;

/// Label and text of every field of an act that says something.
pub(crate) fn fields(corpus: &Corpus, file: &CaseFile, row: &ActRow) -> Vec<(String, String)> {
    let kind = row.recorded.act.kind();
    let draft = row.recorded.act.to_draft();
    let mut copy = row.recorded.act.clone();
    let written: BTreeSet<&str> = copy.words_mut().into_iter().map(|(key, _)| key).collect();
    let mut fields = Vec::new();
    // Files have pages of their own, and a party's key is nobody's business.
    let shown = kind.fields().iter().filter(|f| !matches!(f.ty, FieldType::PartyKey | FieldType::Blobs));
    for spec in shown {
        let text = match spec.ty {
            // An optional text nobody wrote was not erased.
            FieldType::Words if !written.contains(spec.key) => None,
            FieldType::Words => row.texts.get(spec.key).cloned().or_else(|| Some("（已依令删除）".into())),
            ty => draft.get_text(spec.key).map(|text| word(corpus, file, ty, &text)),
        };
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fields.push((spec.label.to_owned(), text));
        }
    }
    fields
}

fn word(corpus: &Corpus, file: &CaseFile, ty: FieldType, text: &str) -> String {
    let each = |f: &dyn Fn(&str) -> String| text.split('、').map(f).collect::<Vec<_>>().join("、");
    match ty {
        FieldType::Person | FieldType::Persons => each(&|id| match id.parse() {
            Ok(id) => file.name(PersonId(id)).to_owned(),
            Err(_) => id.to_owned(),
        }),
        FieldType::Act(_) | FieldType::Acts(_) => {
            each(&|no| match no.parse().ok().and_then(|no| file.act(ActNo(no))) {
                Some(act) => format!("第{no}项{}", act.recorded.act.kind().label()),
                None => no.to_owned(),
            })
        }
        FieldType::Choice(list) => {
            list.iter().find(|(key, _)| *key == text).map_or_else(|| text.to_owned(), |(_, label)| (*label).to_owned())
        }
        FieldType::Matter => corpus.matter(text).map_or_else(|| text.to_owned(), |matter| matter.name.clone()),
        FieldType::Branch => each(&|id| {
            let versions = corpus.matters().flat_map(|matter| matter.versions.iter().rev());
            let found = versions.filter_map(|version| version.branch(id)).next();
            found.map_or_else(|| id.to_owned(), |branch| branch.text.clone())
        }),
        FieldType::Factors => each(&|id| {
            let mut factors = corpus.benchmarks().flat_map(|benchmark| &benchmark.factors);
            factors.find(|factor| factor.id == id).map_or_else(|| id.to_owned(), |factor| factor.name.clone())
        }),
        _ => text.to_owned(),
    }
}

/// Who performed it.
pub(crate) fn team(file: &CaseFile, row: &ActRow) -> String {
    row.recorded.team.iter().map(|person| file.name(*person)).collect::<Vec<_>>().join("、")
}

/// Day, and the hour where it matters: `2024-11-05 14:30`.
pub(crate) fn moment(row: &ActRow) -> String {
    match row.recorded.time {
        Some(time) => format!("{} {:02}:{:02}", row.recorded.happened, time.hour(), time.minute()),
        None => row.recorded.happened.to_string(),
    }
}

/// What an act is addressed to; empty where it is the case.
pub(crate) fn about(file: &CaseFile, subject: Subject) -> String {
    match subject {
        Subject::Case => String::new(),
        Subject::Party(no) => file
            .parties
            .iter()
            .find(|(at, _, _)| *at == i64::from(no.0))
            .map(|(_, _, identity)| identity.name.clone())
            .unwrap_or_default(),
        Subject::Document(no) | Subject::Item(no) => file.act(no).map_or_else(String::new, |act| {
            let kind = act.recorded.act.kind().label();
            match &act.recorded.allocated.number {
                Some(number) => format!("{kind}（{number}）"),
                None => format!("第{}项{kind}", no.0),
            }
        }),
    }
}

/// How it came into the file.
pub(crate) fn entered(row: &ActRow) -> String {
    match &row.recorded.entry {
        Entry::Live => "当时办理".to_owned(),
        Entry::Reported { source } => format!("事后录入，来源：{source}"),
    }
}
