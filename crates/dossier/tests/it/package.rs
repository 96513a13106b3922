//! A package holds, and with any byte changed it does not.

use dossier::Variant;
use dossier::check::{CONTAINER, check};
use testkit::Random;

use crate::forged::parts;
use crate::support::{contents, packed, signer};

#[test]
fn a_package_holds_and_says_what_is_in_it() {
    let whole = packed(Variant::Whole);
    let key = signer().key.verifying_key();
    let holds = check(whole.as_slice(), Some(&key)).unwrap();
    let contents = contents(Variant::Whole);
    assert_eq!((holds.entries, holds.sealed), (contents.file.acts.len(), 0));
    let papers = contents.file.acts.iter().filter(|act| act.document.is_some()).count();
    assert!(papers > 10, "record, order, report, notice, review, discussion, decision, returns: {papers}");
    assert_eq!(holds.documents, papers);
    assert_eq!((holds.evidence, holds.missing, holds.unopened), (4, 0, 0));
    assert_eq!(holds.texts, contents.texts.len());
    assert!(holds.compared && !check(whole.as_slice(), None).unwrap().compared);
    assert!(whole == packed(Variant::Whole), "the same case gives the same bytes");
}

#[test]
fn a_package_for_inspection_proves_the_inner_part_without_showing_it() {
    let bytes = packed(Variant::Inspection);
    let holds = check(bytes.as_slice(), None).unwrap();
    let all = contents(Variant::Whole);
    assert_eq!(holds.entries + holds.sealed, all.file.acts.len());
    assert_eq!(holds.sealed, 5);
    // Neither bodies nor texts of what is sealed: not in any file of it.
    let opinion = "事实清楚，程序合法，适用依据正确，裁量适当。".as_bytes();
    for (name, content) in parts(&bytes) {
        assert!(!content.windows(opinion.len()).any(|w| w == opinion), "{name}");
        for kind in ["case.LegallyReviewed", "case.ClueRegistered", "case.Discussed", "case.FinalReport"] {
            assert!(!content.windows(kind.len()).any(|w| w == kind.as_bytes()), "{kind} in {name}");
        }
    }
}

#[test]
fn one_byte_changed_anywhere_is_refused_and_its_part_is_named() {
    let good = packed(Variant::Whole);
    let mut random = Random::new(2024);
    let mut tried = 0;
    let mut bend = |at: usize, by: u8| {
        let mut bent = good.clone();
        bent[at] ^= by;
        tried += 1;
        check(bent.as_slice(), None).expect_err("a changed byte is refused")
    };
    // Within every file: it is named. Within its header, and in directory and end: the container.
    let mut at = 0;
    for (name, content) in parts(&good) {
        let (header, data) = (at, at + 30 + name.len());
        if !content.is_empty() {
            for place in [data, data + content.len() / 2, data + content.len() - 1] {
                assert_eq!(bend(place, 1).part, name, "byte {place}");
            }
        }
        for place in (header..data).step_by(7) {
            bend(place, 0x10);
        }
        at = data + content.len();
    }
    for place in at..good.len() {
        assert_eq!(bend(place, 4).part, CONTAINER, "byte {place}");
    }
    for _ in 0..250 {
        let place = random.below(good.len());
        let by = 1_u8 << random.below(8);
        bend(place, by);
    }
    assert!(tried > 500, "{tried}");
    for cut in (0..good.len()).step_by(good.len() / 97) {
        assert!(check(&good[..cut], None).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_package_for_inspection_tells_no_telephone_and_no_number_beside_the_documents() {
    // The party was brought in by the clue, which is sealed; of a spot penalty the act itself brings it in.
    let world = testkit::World::new();
    let mut own = world.casework.clone();
    own.engine = crate::support::led().own.engine.clone();
    let team = world.team("xujing");
    let matter = testkit::by_person("A04", jiff::civil::date(2024, 3, 5), 10_000);
    let mut case = None;
    for step in casework::drive::on_spot(&team, &matter, testkit::workday) {
        world.on(step.day);
        let done = casework::drive::perform(&own, &team, case, None, &step);
        case = Some(done.unwrap_or_else(|e| panic!("{}: {e:?}", step.kind.label())).case);
    }
    let today = jiff::civil::date(2025, 1, 2);
    let texts = |variant| {
        let made = crate::support::run(dossier::prepare(&own, signer(), case.unwrap(), variant, today)).unwrap();
        let bytes = made.bytes(&own).unwrap();
        let holds = check(bytes.as_slice(), None).unwrap();
        let lines = parts(&bytes).into_iter().find(|part| part.0 == "texts.jsonl").unwrap().1;
        let lines = String::from_utf8(lines).unwrap();
        let identity = |line: &&str| !line.contains("\"slot\":90,");
        (holds.unopened, lines.lines().filter(identity).map(str::to_owned).collect::<Vec<_>>().join("\n"))
    };
    let phone = matter.party.phone.as_deref().unwrap();
    let (unopened, whole) = texts(Variant::Whole);
    assert!(unopened == 0 && whole.contains(phone) && whole.contains(&matter.party.name));
    let (unopened, open) = texts(Variant::Inspection);
    // Number, address and telephone; the name stays.
    assert!(unopened == 3 && !open.contains(phone) && open.contains(&matter.party.name), "{unopened} {open}");
}
