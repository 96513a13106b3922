//! Pictures of seals: by the head, from a day to a day, printed only where decided.

use casework::seals::{self, Seal};
use jiff::civil::{Date, date};
use testkit::World;

const FIRST: &str = include_str!("../frozen/seals-1.jsonl");

fn record(
    world: &World,
    person: u32,
    file: &evidence::Stored,
    from: Date,
    to: Option<Date>,
    printed: bool,
) -> Result<i64, String> {
    let seal = Seal {
        organ: "xujing".into(),
        file: file.id.clone(),
        sm3: file.sm3.clone(),
        bytes: file.bytes,
        sides: (400, 400),
        from,
        to,
        printed,
        person,
    };
    let own = world.casework.clone();
    let done = world.ledger.act_blocking(move |tx| own.record_seal_in(tx, "head", date(2024, 3, 5), &seal)).unwrap();
    done.map_err(|why| why.to_string())
}

#[test]
fn the_newest_entry_that_covers_a_day_says_what_is_printed() {
    let world = World::new();
    let team = world.team("xujing");
    world.on(date(2024, 3, 5));
    let put = |bytes: &[u8]| world.casework.evidence.put(bytes).unwrap();
    let (old, new) = (put(b"old"), put(b"new"));
    let printed = |day: &'static str| world.ledger.read_blocking(move |tx| seals::printed(tx, "xujing", day)).unwrap();
    assert_eq!(printed("2024-03-05"), None);
    let head = team.heads[0];
    assert!(record(&world, team.officers[0], &old, date(2024, 1, 1), None, true).unwrap_err().contains("负责人"));
    assert!(record(&world, head, &old, date(2024, 2, 1), Some(date(2024, 1, 1)), true).unwrap_err().contains("止用"));
    let never = evidence::Stored { id: "0".repeat(64), ..old.clone() };
    assert!(record(&world, head, &never, date(2024, 1, 1), None, true).unwrap_err().contains("没有这个文件"));
    record(&world, head, &old, date(2024, 1, 1), None, true).unwrap();
    record(&world, head, &new, date(2024, 3, 1), Some(date(2024, 3, 31)), true).unwrap();
    assert_eq!(printed("2023-12-31"), None);
    assert_eq!(printed("2024-02-29"), Some(old.id.clone()));
    assert_eq!((printed("2024-03-01"), printed("2024-03-31")), (Some(new.id.clone()), Some(new.id.clone())));
    assert_eq!(printed("2024-04-01"), Some(old.id.clone()));
    // Kept, and printed no longer.
    record(&world, head, &old, date(2024, 4, 1), None, false).unwrap();
    assert_eq!((printed("2024-04-01"), printed("2024-02-29")), (None, Some(old.id.clone())));
    let rows = || world.ledger.read_blocking(|tx| seals::of(tx, "xujing")).unwrap();
    let before = rows();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(world.ledger.rebuild()).unwrap();
    assert_eq!((rows(), before.len()), (before, 3));
}

#[test]
fn seals_of_the_first_version_are_read_and_written_alike() {
    for line in FIRST.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["kind"], "seal.recorded");
        let text = line["body"].as_str().unwrap();
        let again = serde_json::to_value(serde_json::from_str::<Seal>(text).unwrap()).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
    }
    assert_eq!(FIRST.lines().count(), 2);
}
