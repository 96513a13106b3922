//! Stamped originals beside their documents.

use casework::scans::{self, By, Cut, Dropped, How, NewScan, Put, Scan, Segment};
use casework::{Error, drive};
use jiff::civil::date;
use testkit::{World, by_unit, workday};

use crate::lead::lead;

/// Entries of the stream of a case's papers: matched by code, by hand and cut out of a stack, taken away.
const FIRST: &str = include_str!("../frozen/papers-1.jsonl");

struct Led {
    world: World,
    case: i64,
    /// Code of the notice and of the decision.
    codes: [String; 2],
    by: By,
    other: u32,
}

fn led() -> Led {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let case = lead(&world, "xujing", &steps);
    let code = |kind: &'static str| {
        let found = world.ledger.read_blocking(move |tx| {
            let args = ["qp".into(), kind.into()];
            tx.row("SELECT code FROM issued WHERE bureau = $1 AND kind = $2", &args, |row| Ok(row.text(0)))
        });
        found.unwrap().unwrap()
    };
    let codes = [code("prior_notice"), code("penalty_decision")];
    let by = By { login: "one".into(), person: team.officers[0], today: date(2024, 6, 3) };
    Led { codes, case, by, other: team.officers[1], world }
}

impl Led {
    fn send(&self, bytes: &[u8], person: u32) -> evidence::Stored {
        let stored = self.world.casework.evidence.put(bytes).unwrap();
        let copy = stored.clone();
        self.world
            .ledger
            .act_blocking(move |tx| {
                office::files::know(tx, &copy.id, &copy.sm3, copy.bytes, "{}")?;
                office::files::sent(tx, &copy.id, person, "扫描件.pdf")
            })
            .unwrap();
        stored
    }

    fn put(&self, scan: NewScan) -> Result<Put, Error> {
        let (own, by) = (self.world.casework.clone(), self.by.clone());
        self.world.ledger.act_blocking(move |tx| own.put_scan_in(tx, &by, &scan)).unwrap()
    }

    fn drop(&self, code: &str, scan: i64, reason: &'static str) -> Result<(), Error> {
        let (by, code) = (self.by.clone(), code.to_owned());
        self.world.ledger.act_blocking(move |tx| scans::drop_scan_in(tx, &by, &code, scan, reason)).unwrap()
    }

    fn rows(&self) -> Vec<scans::Row> {
        let case = self.case;
        self.world.ledger.read_blocking(move |tx| scans::of_case(tx, case)).unwrap()
    }
}

fn scan(code: &str, file: evidence::Stored, how: How, reason: Option<&str>) -> NewScan {
    NewScan { code: code.into(), file, pages: 2, how, other: None, reason: reason.map(str::to_owned), cut: None }
}

#[test]
fn a_scan_is_put_once_taken_away_with_a_reason_and_rebuilt_alike() {
    let led = led();
    led.world.on(date(2024, 6, 3));
    let [notice, decision] = led.codes.clone();
    let file = led.send(b"%PDF-1.7 decision", led.by.person);
    let put = led.put(scan(&decision, file.clone(), How::Code, None)).unwrap();
    let Put::New(position) = put else { panic!("{put:?}") };
    assert_eq!(led.put(scan(&decision, file.clone(), How::Code, None)).unwrap(), Put::Already(position));
    // By hand only with a reason, and what is kept of it stands beside the journal.
    let photo = led.send(b"\xff\xd8\xff notice", led.by.person);
    for reason in [None, Some(""), Some("  字 ")] {
        assert!(
            matches!(led.put(scan(&notice, photo.clone(), How::Hand, reason)), Err(Error::NotAllowed(_))),
            "{reason:?}"
        );
    }
    let by_hand = NewScan {
        other: Some(decision.clone()),
        cut: Some(Cut { file: file.id.clone(), first: 3, last: 4 }),
        ..scan(&notice, photo.clone(), How::Hand, Some("印章盖住了二维码"))
    };
    let Put::New(second) = led.put(by_hand).unwrap() else { panic!("it is new") };
    let case = led.case;
    let body = led.world.ledger.read_blocking(move |tx| {
        let args = ["qp".into(), second.into()];
        tx.row("SELECT body FROM journal WHERE bureau = $1 AND position = $2", &args, |row| Ok(row.text(0)))
    });
    assert!(!body.unwrap().unwrap().contains("印章"), "a reason may name somebody");
    let rows = led.rows();
    assert_eq!(
        rows.iter().map(|row| (row.position, row.how)).collect::<Vec<_>>(),
        [(position, How::Code), (second, How::Hand)]
    );
    assert_eq!(rows[1].reason.as_deref(), Some("印章盖住了二维码"));
    assert_eq!((rows[1].other.as_deref(), rows[0].person), (Some(decision.as_str()), led.by.person));
    // A file of the case is opened by whoever may see the case.
    let wanted = photo.id.clone();
    let unit = led.world.ledger.read_blocking(move |tx| casework::read::file::blob(tx, case, &wanted)).unwrap();
    assert_eq!(unit.as_deref(), Some(led.world.team("xujing").unit.as_str()));
    // Taken away: it stays with its reason, and the right one can be put.
    assert!(matches!(led.drop(&notice, position, "归错了"), Err(Error::NotAllowed(_))), "it is not of that document");
    assert!(matches!(led.drop(&notice, second, ""), Err(Error::NotAllowed(_))));
    led.drop(&notice, second, "归错了文书").unwrap();
    assert!(matches!(led.drop(&notice, second, "归错了文书"), Err(Error::NotAllowed(_))), "once");
    assert_eq!(led.rows()[1].dropped, Some((led.by.person, "归错了文书".into())));
    let Put::New(again) = led.put(scan(&notice, photo, How::Hand, Some("重新归入"))).unwrap() else {
        panic!("new again")
    };
    assert!(again > second);
    let before = led.rows();
    let rebuilt = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(led.world.ledger.rebuild());
    rebuilt.unwrap();
    assert_eq!(led.rows(), before);
    assert_eq!(before.len(), 3);
}

#[test]
fn only_what_one_sent_oneself_is_put_and_only_beside_a_document() {
    let led = led();
    let foreign = led.send(b"%PDF-1.7 foreign", led.other);
    let why = led.put(scan(&led.codes[0], foreign, How::Code, None)).unwrap_err().to_string();
    assert!(why.contains("不是您上传的"), "{why}");
    let own = led.send(b"%PDF-1.7 own", led.by.person);
    let why = led.put(scan("AAAABBBBCCCCDDDD", own.clone(), How::Code, None)).unwrap_err().to_string();
    assert!(why.contains("没有这份文书"), "{why}");
    let never = evidence::Stored { id: "0".repeat(64), ..own };
    let why = led.put(scan(&led.codes[0], never, How::Code, None)).unwrap_err().to_string();
    assert!(why.contains("没有这个文件"), "{why}");
    assert!(led.rows().is_empty());
}

#[test]
fn papers_without_a_scan_are_named_until_they_have_one() {
    let led = led();
    let unit = led.world.team("xujing").unit;
    let waiting = |unit: &str| {
        let unit = unit.to_owned();
        led.world.ledger.read_blocking(move |tx| scans::waiting(tx, Some(&unit), 50)).unwrap()
    };
    let before = waiting(&unit);
    assert!(
        before.iter().any(|paper| paper.code == led.codes[1]) && before.iter().all(|paper| !paper.number.is_empty())
    );
    assert!(waiting("zhaoxiang-squad").is_empty());
    led.put(scan(&led.codes[1], led.send(b"%PDF-1.7", led.by.person), How::Code, None)).unwrap();
    assert_eq!(waiting(&unit).len(), before.len() - 1);
    let number = before.iter().find(|paper| paper.code == led.codes[1]).unwrap().number.clone();
    let found = led.world.ledger.read_blocking(move |tx| casework::numbered(tx, &number)).unwrap();
    assert_eq!(found.as_deref(), Some(led.codes[1].as_str()));
}

#[test]
fn a_code_is_read_out_of_its_address_and_out_of_nothing_else() {
    assert_eq!(scans::code_in("https://x.cn/v/ABCDEFGHJKMN2345?root=a%2B"), Some("ABCDEFGHJKMN2345"));
    assert_eq!(scans::code_in("https://x.cn/q/ABCDEFGHJKMN2345"), Some("ABCDEFGHJKMN2345"));
    for other in [
        "ABCDEFGHJKMN2345",
        "https://x.cn/pay/ABCDEFGHJKMN2345",
        "https://x.cn/v/abc",
        "https://x.cn/v/ABCDEFGHJKMN23456",
        "",
    ] {
        assert_eq!(scans::code_in(other), None, "{other}");
    }
}

#[test]
fn a_stack_begins_a_paper_at_each_code() {
    let a = || vec!["https://x.cn/v/AAAAAAAAAAAAAAAA".to_owned()];
    let b = || vec!["https://x.cn/v/BBBBBBBBBBBBBBBB?root=1".to_owned(), "https://weixin.example/1".to_owned()];
    let none = Vec::new;
    let segment = |first, last, code: Option<&str>, several| Segment {
        first,
        last,
        code: code.map(|letter| letter.repeat(16)),
        several,
    };
    assert_eq!(scans::segments(&[]), []);
    assert_eq!(scans::segments(&[none(), none()]), [segment(1, 2, None, false)]);
    let stack = [none(), a(), none(), b(), a(), a()];
    let found = [
        segment(1, 1, None, false),
        segment(2, 3, Some("A"), false),
        segment(4, 4, Some("B"), false),
        segment(5, 6, Some("A"), false),
    ];
    assert_eq!(scans::segments(&stack), found);
    let both = [a(), b()].concat();
    assert_eq!(scans::segments(&[a(), both, none()]), [segment(1, 1, Some("A"), false), segment(2, 3, None, true)]);
}

#[test]
fn scans_of_the_first_version_are_read_and_written_alike() {
    let mut kinds = Vec::new();
    for line in FIRST.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (kind, text) = (line["kind"].as_str().unwrap(), line["body"].as_str().unwrap());
        let again = match kind {
            "paper.scanned" => serde_json::to_value(serde_json::from_str::<Scan>(text).unwrap()).unwrap(),
            _ => serde_json::to_value(serde_json::from_str::<Dropped>(text).unwrap()).unwrap(),
        };
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap(), "{kind}");
        kinds.push(kind.to_owned());
    }
    assert_eq!(kinds, ["paper.scanned", "paper.scanned", "paper.scan_dropped"]);
}
