//! Stamped originals in the package: their files, and the entries that say how they came there.

use casework::scans::{By, How, NewScan, Put};
use casework::{Casework, drive};
use dossier::Variant;
use dossier::check::{Refused, check};
use evidence::Stored;
use jiff::civil::date;
use testkit::{World, by_unit, workday};

use crate::forged::{pack, parts, sign};
use crate::support::{led, run, signer};

const REASON: &str = "印章盖住了二维码，与李某某核对";

struct Scanned {
    world: World,
    own: Casework,
    case: i64,
    by: By,
}

impl Scanned {
    fn new() -> Scanned {
        let world = World::new();
        let mut own = world.casework.clone();
        own.engine = led().own.engine.clone();
        let team = world.team("xujing");
        let mut case = None;
        for step in &drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 6_000_000), true, workday) {
            world.on(step.day);
            case = Some(drive::perform(&own, &team, case, None, step).unwrap().case);
        }
        let by = By { login: "one".into(), person: team.officers[0], today: date(2024, 6, 3) };
        world.on(by.today);
        Scanned { world, own, case: case.unwrap(), by }
    }

    /// Puts a file to the document of this kind; its code, its digests and the position of the entry.
    fn put(&self, kind: &'static str, bytes: &[u8], how: How) -> (String, Stored, i64) {
        let stored = self.own.evidence.put(bytes).unwrap();
        let (own, by, file) = (self.own.clone(), self.by.clone(), stored.clone());
        let done = self.world.ledger.act_blocking(move |tx| {
            let args = ["qp".into(), kind.into()];
            let sql = "SELECT code FROM issued WHERE bureau = $1 AND kind = $2";
            let code = tx.row(sql, &args, |row| Ok(row.text(0)))?.expect("the document");
            office::files::know(tx, &file.id, &file.sm3, file.bytes, "{}")?;
            office::files::sent(tx, &file.id, by.person, "扫描件.pdf")?;
            let reason = (how == How::Hand).then(|| REASON.to_owned());
            let scan =
                NewScan { code: code.clone(), file: file.clone(), pages: 0, how, other: None, reason, cut: None };
            let Put::New(at) = own.put_scan_in(tx, &by, &scan)?.expect("it is put") else { panic!("it is new") };
            Ok((code, at))
        });
        let (code, at) = done.unwrap();
        (code, stored, at)
    }

    fn packed(&self, variant: Variant) -> Vec<u8> {
        run(dossier::prepare(&self.own, signer(), self.case, variant, date(2025, 1, 2)))
            .unwrap()
            .bytes(&self.own)
            .unwrap()
    }
}

fn refused(bytes: &[u8]) -> Refused {
    check(bytes, None).expect_err("a forged package is refused")
}

#[test]
fn originals_come_with_their_entries_and_any_byte_of_them_changed_is_refused_by_name() {
    let scanned = Scanned::new();
    let before = check(scanned.packed(Variant::Whole).as_slice(), None).unwrap();
    assert_eq!(before.papers, 0);
    let (_, decision, _) = scanned.put("penalty_decision", b"\xff\xd8\xff the decision with its stamp", How::Code);
    let (_, report, _) = scanned.put("final_report", b"\xff\xd8\xff the report, signed", How::Hand);
    let (code, wrong, at) = scanned.put("prior_notice", b"\xff\xd8\xff of another case", How::Code);
    let by = scanned.by.clone();
    let gone =
        scanned.world.ledger.act_blocking(move |tx| casework::scans::drop_scan_in(tx, &by, &code, at, "归错了文书"));
    gone.unwrap().unwrap();
    let name = |file: &Stored| format!("files/{}.jpg", file.id);
    let whole = scanned.packed(Variant::Whole);
    let holds = check(whole.as_slice(), Some(&signer().key.verifying_key())).unwrap();
    assert_eq!((holds.papers, holds.evidence, holds.missing), (4, before.evidence + 2, 0));
    assert_eq!((holds.entries, holds.unopened), (before.entries, 0), "acts and papers are counted apart");
    let has = |bytes: &[u8], file: &Stored| parts(bytes).iter().any(|part| part.0 == name(file));
    assert!(
        has(&whole, &decision) && has(&whole, &report) && !has(&whole, &wrong),
        "what was taken away is not enclosed"
    );

    // The outer part has the decision's original alone, and says neither why nor of which other paper anything was said.
    let open = scanned.packed(Variant::Inspection);
    let holds = check(open.as_slice(), None).unwrap();
    assert_eq!(holds.papers, 4, "all are proved");
    assert!(has(&open, &decision) && !has(&open, &report) && !has(&open, &wrong));
    for (name, content) in parts(&open) {
        let says = |text: &str| content.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(!says("印章盖住") && !says(&report.id) && !says(&wrong.id), "{name}");
    }

    // A byte of an original, in place and with everything around it made to fit.
    let key = signer().key;
    for file in [&decision, &report] {
        let mut bent = parts(&whole);
        let one = bent.iter_mut().find(|part| part.0 == name(file)).unwrap();
        *one.1.last_mut().unwrap() ^= 1;
        assert_eq!(refused(&pack(&bent)).part, name(file));
        sign(&mut bent, &key);
        assert_eq!(refused(&pack(&bent)).part, name(file), "also by whoever holds the key");
    }
    // Another file under its own name is named by no entry.
    let mut other = parts(&whole);
    let one = other.iter_mut().find(|part| part.0 == name(&decision)).unwrap();
    let stored = evidence::digests(b"\xff\xd8\xff forged");
    *one = (name(&stored), b"\xff\xd8\xff forged".to_vec());
    sign(&mut other, &key);
    assert_eq!(refused(&pack(&other)).part, name(&stored));
    // Entries of the stream of papers changed, or one left out.
    let bend = |part: &str, change: &dyn Fn(&str) -> String| {
        let mut bent = parts(&whole);
        let one = bent.iter_mut().find(|one| one.0 == part).unwrap();
        one.1 = change(std::str::from_utf8(&one.1).unwrap()).into_bytes();
        sign(&mut bent, &key);
        refused(&pack(&bent)).part
    };
    assert_eq!(bend("papers.jsonl", &|text| text.replacen(&decision.id, &wrong.id, 1)), "papers.jsonl");
    let fewer = |text: &str| text.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
    assert_eq!(bend("papers.jsonl", &fewer), "papers.jsonl");
    assert_eq!(bend("papers-proof.jsonl", &fewer), "papers-proof.jsonl");
}
