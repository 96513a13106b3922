//! The one PDF.

use dossier::Variant;
use law::acts::Kind;

use crate::support::{contents, led};

#[test]
fn every_act_stands_in_the_order_of_the_classes_and_the_pages_follow_on_each_other() {
    let contents = contents(Variant::Whole);
    let set = contents.volume(&led().own).unwrap();
    assert!(set.pdf.starts_with(b"%PDF-1."));
    assert_eq!(set.index.len(), contents.file.acts.len(), "a row for every act");
    assert!(set.index.is_sorted_by(|a, b| a.class <= b.class), "by class");
    let same = |n: usize| set.index[n].class == set.index[n - 1].class;
    assert!((1..set.index.len()).filter(|n| same(*n)).all(|n| set.index[n - 1].day <= set.index[n].day), "by time");
    // Cover and index come first, the remarks last; in between no page is without its row.
    assert_eq!(set.index[0].pages.0, 3, "cover, one page of index");
    for pair in set.index.windows(2) {
        assert_eq!(pair[0].pages.1 + 1, pair[1].pages.0, "{pair:?}");
    }
    assert_eq!(set.index.last().unwrap().pages.1, set.pages - 1);
    // The record, the photograph, the PDF named and its page, the broken PDF named, the recording named.
    let scene = set.index.iter().find(|row| row.title == Kind::SceneRecorded.label()).unwrap();
    let order = documents::kind("order_to_correct").unwrap();
    let pages = led().own.engine.as_ref().unwrap().render(order, &order.example()).unwrap().pages;
    assert_eq!(scene.pages.1 - scene.pages.0 + 1, 1 + 1 + (1 + pages) + 1 + 1);
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    let contents = contents(Variant::Inspection);
    let first = contents.volume(&led().own).unwrap();
    assert!(first.pdf == contents.volume(&led().own).unwrap().pdf);
}

#[test]
fn what_is_inspected_holds_nothing_of_the_inner_part() {
    let whole = contents(Variant::Whole);
    let open = contents(Variant::Inspection);
    let kinds = |c: &dossier::Contents| -> Vec<Kind> { c.parts().iter().map(|p| p.act.recorded.act.kind()).collect() };
    let hidden = [Kind::ClueRegistered, Kind::ClueVerified, Kind::FinalReport, Kind::LegallyReviewed, Kind::Discussed];
    for kind in hidden {
        assert!(kinds(&whole).contains(&kind) && !kinds(&open).contains(&kind), "{}", kind.label());
    }
    assert_eq!(kinds(&whole).len() - kinds(&open).len(), hidden.len(), "and nothing else is kept back");
    let set = open.volume(&led().own).unwrap();
    assert_eq!(set.index.len(), open.parts().len());
}
