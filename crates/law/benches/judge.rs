//! How long a judgement, the guide and a grade take: `cargo bench -p law`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use law::Day;
use law::acts::{Kind, PartyNo, PersonId};
use law::case::{Case, Entry, Recorded, Subject};
use law::corpus::Corpus;
use law::judge::{Neighbours, Now, Proposal, judge};
use law::office::Office;
use law::scenario::play;

const TODAY: Day = jiff::civil::date(2026, 9, 28);

/// A case of sixty acts, ready for the decision: evidence piece by piece, then notice, hearing given up, review, discussion.
static FILE: LazyLock<(Vec<Recorded>, Office)> = LazyLock::new(|| {
    let mut text = String::from(
        "2026-09-01 线索登记 当事人:个人 事项:C09\n2026-09-01 立案\n2026-09-01 法律适用选择 适用事项:C09 不适用事项:C12\n2026-09-01 责令改正\n",
    );
    for _ in 0..24 {
        text += "2026-09-02 收集证据\n2026-09-02 证据核实 证据:收集证据\n";
    }
    text += "2026-09-03 调查终结报告\n2026-09-04 事先告知 罚款:6,000元 听证权:是\n2026-09-04 送达 文书:事先告知\n2026-09-05 陈述申辩\n\
        2026-09-05 申辩复核\n2026-09-05 放弃权利 放弃的权利:放弃听证\n2026-09-25 法制审核\n2026-09-25 集体讨论\n";
    let played = play("", &text);
    assert!(played.outcome.passed && played.log.len() == 60, "{}", played.outcome.report);
    (played.log, played.office)
});

static VERIFIED: BTreeSet<(String, Day)> = BTreeSet::new();

fn now() -> Now<'static> {
    let corpus = Corpus::builtin();
    Now {
        today: TODAY,
        corpus,
        calendar: corpus.calendar(),
        office: &FILE.1,
        neighbours: Neighbours::default(),
        verified: &VERIFIED,
    }
}

fn team() -> Vec<PersonId> {
    vec![PersonId(1), PersonId(2)]
}

/// One full draft of a decision, all rules of its kind.
#[divan::bench]
fn judge_a_decision(bencher: Bencher) {
    let case = Case::of(&FILE.0);
    let now = now();
    let subject = Subject::Party(PartyNo(0));
    let mut draft = law::guide::prefill(&case, Kind::PenaltyDecided, subject, &team());
    law::scenario::fill(&mut draft, TODAY, &team());
    let proposal = Proposal { subject, entry: Entry::Live, at: TODAY, time: None, team: team(), draft };
    bencher.bench(|| black_box(judge(&case, &proposal, &now)));
}

/// The fold of the whole log.
#[divan::bench]
fn fold_sixty_acts(bencher: Bencher) {
    bencher.bench(|| black_box(Case::of(&FILE.0)));
}

/// Every act worth offering, over all kinds and subjects.
#[divan::bench]
fn next_acts(bencher: Bencher) {
    let case = Case::of(&FILE.0);
    let now = now();
    bencher.bench(|| black_box(law::guide::guide(&case, &now, &team())));
}

/// Every running term.
#[divan::bench]
fn clocks(bencher: Bencher) {
    let case = Case::of(&FILE.0);
    let now = now();
    bencher.bench(|| black_box(law::clocks::clocks(&case, &now)));
}

/// Defects and omissions of the whole file.
#[divan::bench]
fn grade(bencher: Bencher) {
    let now = now();
    bencher.bench(|| black_box(law::grade::grade(&FILE.0, TODAY, &now)));
}

/// A thousand files of a hearing case each, graded one after the other: a hundredth of a bureau's archive.
#[divan::bench(sample_count = 3)]
fn grade_a_thousand_files(bencher: Bencher) {
    let now = now();
    let file = &FILE.0[..];
    let short: Vec<Recorded> = [&file[..8], &file[52..]].concat();
    let short: Vec<Recorded> = short.into_iter().take(20).collect();
    bencher.bench(|| {
        for _ in 0..1000 {
            black_box(law::grade::grade(&short, TODAY, &now));
        }
    });
}

fn main() {
    divan::main();
}
