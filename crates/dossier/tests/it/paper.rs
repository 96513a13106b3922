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
    let before = set.index[0].pages.0 - 1;
    assert!((2..=3).contains(&before), "the cover, and an index of some twenty rows: {before}");
    for pair in set.index.windows(2) {
        assert_eq!(pair[0].pages.1 + 1, pair[1].pages.0, "{pair:?}");
    }
    assert_eq!(set.index.last().unwrap().pages.1, set.pages - 1);
    // The record, the photograph, the PDF named and its page, the broken PDF named, the recording named.
    let record = documents::kind("scene_record").unwrap();
    let scene = set.index.iter().find(|row| row.title == record.title).unwrap();
    let act = contents.file.acts.iter().find(|act| act.recorded.act.kind() == Kind::SceneRecorded).unwrap();
    let code = act.document.as_ref().unwrap().code.clone();
    let document = led().world.ledger.read_blocking(move |tx| casework::document(tx, &code)).unwrap().unwrap();
    let input = serde_json::from_str(&document.input.unwrap()).unwrap();
    let own = led().own.engine.as_ref().unwrap().render(record, &input).unwrap().pages;
    let order = documents::kind("order_to_correct").unwrap();
    let pages = led().own.engine.as_ref().unwrap().render(order, &order.example()).unwrap().pages;
    assert_eq!(scene.pages.1 - scene.pages.0 + 1, own + 1 + (1 + pages) + 1 + 1);
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

/// A JPEG of three megabytes whose header says twelve megapixels: its pixels are never looked at.
fn photograph(n: u8) -> Vec<u8> {
    let mut bytes =
        vec![0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
    bytes.extend([0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
    bytes.resize(3 << 20, n);
    bytes.extend([0xff, 0xd9]);
    bytes
}

#[test]
fn a_case_of_sixty_acts_with_forty_photographs_is_set_in_seconds() {
    let world = testkit::World::new();
    let mut own = world.casework.clone();
    own.engine = led().own.engine.clone();
    let team = world.team("xujing");
    let day = jiff::civil::date(2024, 3, 5);
    let mut steps = casework::drive::ordinary(&team, &testkit::by_unit("C01", day, 6_000_000), true, testkit::workday);
    let closed = steps.pop().unwrap();
    let last = steps.last().unwrap().day;
    for n in 0..40 {
        let stored = own.evidence.put(&photograph(n)).unwrap();
        let fields = vec![
            ("sort", "electronic".into()),
            ("name", format!("现场照片{n}")),
            ("source", "执法人员拍摄".into()),
            ("files", stored.id),
        ];
        steps.push(casework::drive::Step::case(last, Kind::EvidenceTaken, fields));
    }
    steps.push(closed);
    let mut case = None;
    for step in &steps {
        world.on(step.day);
        let done = casework::drive::perform(&own, &team, case, None, step);
        case = Some(done.unwrap_or_else(|e| panic!("{}: {e:?}", step.kind.label())).case);
    }
    let (copy, id) = (own.clone(), case.unwrap());
    let contents = world
        .ledger
        .read_blocking(move |tx| dossier::Contents::read(&copy, tx, id, Variant::Whole, jiff::civil::date(2025, 1, 2)));
    let contents = contents.unwrap().unwrap();
    assert!(contents.file.acts.len() >= 58, "{}", contents.file.acts.len());
    let begun = std::time::Instant::now();
    let set = contents.volume(&own).unwrap();
    let took = begun.elapsed();
    println!("{} acts, {} pages, {} bytes, {took:?}", contents.file.acts.len(), set.pages, set.pdf.len());
    assert!(set.pdf.len() > 40 * (3 << 20), "the photographs are in it as they were taken");
    assert!(took.as_secs() < 60, "not a question of minutes: {took:?}");
}

#[test]
fn the_stamped_original_stands_behind_the_document_made_here() {
    let world = testkit::World::new();
    let mut own = world.casework.clone();
    own.engine = led().own.engine.clone();
    let team = world.team("xujing");
    let day = jiff::civil::date(2024, 3, 5);
    let mut case = None;
    for step in &casework::drive::on_spot(&team, &testkit::by_unit("A04", day, 20_000), testkit::workday) {
        world.on(step.day);
        case = Some(casework::drive::perform(&own, &team, case, None, step).unwrap().case);
    }
    let case = case.unwrap();
    let set = |variant: Variant| {
        let copy = own.clone();
        let read = world
            .ledger
            .read_blocking(move |tx| dossier::Contents::read(&copy, tx, case, variant, jiff::civil::date(2025, 1, 2)));
        read.unwrap().unwrap().volume(&own).unwrap()
    };
    let before = set(Variant::Inspection);
    let order = documents::kind("order_to_correct").unwrap();
    let scanned = own.engine.as_ref().unwrap().render(order, &order.example()).unwrap();
    let stored = own.evidence.put(&scanned.pdf).unwrap();
    let (copy, person) = (own.clone(), team.officers[0]);
    let by = casework::scans::By { login: "one".into(), person, today: jiff::civil::date(2024, 6, 3) };
    let put = by.clone();
    let (code, scan) = world
        .ledger
        .act_blocking(move |tx| {
            let args = ["qp".into(), "on_spot_decision".into()];
            let sql = "SELECT code FROM issued WHERE bureau = $1 AND kind = $2";
            let code = tx.row(sql, &args, |row| Ok(row.text(0)))?.expect("the decision");
            office::files::know(tx, &stored.id, &stored.sm3, stored.bytes, "{}")?;
            office::files::sent(tx, &stored.id, person, "决定.pdf")?;
            let scan = casework::scans::NewScan {
                code: code.clone(),
                file: stored.clone(),
                pages: 1,
                how: casework::scans::How::Code,
                other: None,
                reason: None,
                cut: None,
            };
            let put = copy.put_scan_in(tx, &put, &scan)?.expect("it is put");
            let casework::scans::Put::New(scan) = put else { panic!("it is new") };
            Ok((code, scan))
        })
        .unwrap();
    for variant in [Variant::Inspection, Variant::Whole] {
        let after = set(variant);
        let own = |set: &dossier::Set| {
            let row = set.index.iter().find(|row| row.title.contains("当场行政处罚决定书")).unwrap();
            row.pages.1 - row.pages.0 + 1
        };
        // What is known of it stands on a page before its own pages, all under the row of the decision.
        assert_eq!(own(&after), own(&before) + 1 + scanned.pages, "{variant:?}");
    }
    assert_eq!(set(Variant::Inspection).index.len(), before.index.len(), "it is no act of its own");
    let gone = world.ledger.act_blocking(move |tx| casework::scans::drop_scan_in(tx, &by, &code, scan, "归错了文书"));
    gone.unwrap().unwrap();
    assert!(set(Variant::Inspection).pdf == before.pdf, "taken away, it is in no file");
}
