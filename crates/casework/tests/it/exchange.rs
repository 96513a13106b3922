//! Cases to and from another system.

use casework::drive::{on_spot, ordinary, perform};
use casework::exchange::export::{Wanted, before};
use casework::exchange::import::{Choice, Outcome, Who, read};
use jiff::civil::{Date, date};
use testkit::{World, by_person, by_unit, workday};

/// One late, ugly case of our own making.
const UGLY: &str = include_str!("../exchange/late-and-ugly.jsonl");

fn legal(today: Date) -> Who {
    Who { login: "legal".into(), person: 0, today, home: None, only: None }
}

/// The ugly file with the people of this world in it.
fn ugly(world: &World) -> String {
    let team = world.team("zhaoxiang");
    let names = world.casework.standings.clone();
    let day = date(2024, 4, 12);
    let directory = world.ledger.read_blocking(move |tx| names.directory(tx)).unwrap();
    let known = |person: u32| directory.known_as(person, day).unwrap().to_owned();
    let expired = world
        .ledger
        .read_blocking(|tx| {
            tx.row(
                "SELECT number FROM certificates WHERE bureau = $1 AND to_day < '2024-01-01' ORDER BY number LIMIT 1",
                &["qp".into()],
                |row| Ok(row.text(0)),
            )
        })
        .unwrap()
        .unwrap();
    let names = [
        ("OFFICER1", known(team.officers[0])),
        ("OFFICER2", known(team.officers[1])),
        ("HEAD", known(team.heads[0])),
        ("EXPIRED", expired),
    ];
    names.into_iter().fold(UGLY.to_owned(), |text, (name, person)| text.replace(name, &person))
}

async fn import(world: &World, text: &str, today: Date, choice: Choice) -> Outcome {
    world.casework.import_cases(legal(today), read(text.as_bytes()).unwrap(), choice).await.unwrap()
}

fn rules(outcome: &Outcome) -> Vec<(String, String)> {
    let graded = &outcome.graded[0];
    graded.defects.iter().map(|d| (d.act.clone().unwrap_or_default(), d.rule.clone())).collect()
}

/// What is wrong with it, by the law and nothing else.
const DEFECTS: &[(&str, &str)] = &[
    // The clue of 4 March had to be checked within fifteen working days, by 25 March (部令55-15).
    ("b", "Z15"),
    // One officer alone made the scene record (处罚法42).
    ("c", "I1"),
    // Forty-five days instead of at most thirty (强制法25), no head who approved (强制法18), neither decision nor list handed over
    // (强制法24), the party away and no witness (强制法18).
    ("d", "I40a"),
    ("d", "I41a"),
    ("d", "I42a"),
    ("d", "I42c"),
    // The second officer's certificate ran out in 2022 (处罚法42).
    ("e", "I1"),
    // The report rests on evidence nobody verified (处罚法46).
    ("f", "I37a"),
    // Decided without a notice before it (处罚法44), nobody was ordered to correct (处罚法28), evidence not proven (处罚法46), no
    // bank named (处罚法59), 1,500 yuan where the text gives 100 to 1,000 (处罚法9).
    ("g", "I36"),
    ("g", "I37b"),
    ("g", "I10a"),
    ("g", "I25"),
    ("g", "I28b"),
    // The notice came after the decision on the same conduct (处罚法44, 57), with the same sum beyond the range.
    ("h", "I24"),
    ("h", "I28b"),
    // Served on 28 June where seven working days ended on 21 May, without a return of service (处罚法61).
    ("i", "I26b"),
    ("i", "I26c"),
    // Closed three months after payment (部令55-31), the goods still seized (强制法28), papers lacking (部令55-40).
    ("k", "I43d"),
    ("k", "I60b"),
    ("k", "I60d"),
    // Never lifted: neither when the term ended nor when the decision left the goods alone (强制法25, 28).
    ("", "I40"),
    ("", "I43"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_late_and_ugly_case_enters_whole_and_every_defect_is_named() {
    let world = tokio::task::spawn_blocking(World::new).await.unwrap();
    let today = date(2024, 12, 2);
    world.on(today);
    let text = tokio::task::block_in_place(|| ugly(&world));
    let looked = world.casework.preview_cases(legal(today), read(text.as_bytes()).unwrap()).await.unwrap();
    let done = import(&world, &text, today, Choice::AllOrNothing).await;
    assert_eq!(done.problems, [], "nothing of it is refused");
    assert_eq!((done.new, done.new_cases, done.bad), (11, 1, 0));
    let mut expected: Vec<(String, String)> =
        DEFECTS.iter().map(|(act, rule)| ((*act).to_owned(), (*rule).to_owned())).collect();
    let mut found = rules(&done);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(rules(&looked).len(), found.len(), "looked at beforehand it is judged alike");
    assert!(done.graded[0].defects.iter().all(|d| !d.article.is_empty() && !d.why.is_empty()));
    // What the other system never wrote down counts as not done, and was said: the list handed over, a hearing cited, a return of service.
    assert_eq!(done.filled, 3);
    // The number it has there is kept, and no second paper was made.
    let number = world
        .ledger
        .read(|tx| {
            tx.row("SELECT number, (SELECT COUNT(*) FROM issued) FROM cases WHERE bureau = $1", &["qp".into()], |row| {
                Ok((row.text(0), row.int(1)))
            })
        })
        .await
        .unwrap();
    assert_eq!(number, Some(("示例罚决〔2024〕7号".into(), 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_change_nothing_and_a_changed_row_is_named() {
    let world = tokio::task::spawn_blocking(World::new).await.unwrap();
    let today = date(2024, 12, 2);
    world.on(today);
    let text = tokio::task::block_in_place(|| ugly(&world));
    import(&world, &text, today, Choice::AllOrNothing).await;
    let head = world.ledger.head().await.unwrap();
    let again = import(&world, &text, today, Choice::AllOrNothing).await;
    assert_eq!((again.new, again.known, again.changed.len()), (0, 11, 0));
    let text = text.replace(r#""金额":"1,500元""#, r#""金额":"1,400元""#);
    let changed = import(&world, &text, today, Choice::AllOrNothing).await;
    assert_eq!((changed.new, changed.known, changed.problems.len()), (0, 10, 0));
    let named: Vec<_> = changed.changed.iter().map(|c| (c.act.as_str(), c.columns.as_slice())).collect();
    assert_eq!(named, [("j", ["金额"].as_slice())]);
    assert_eq!(world.ledger.head().await.unwrap().position, head.position, "nothing was written");
    // More of the case comes later: it is taken in where the case stands.
    let header = text.lines().next().unwrap();
    let more = format!(
        "{header}\n{}",
        r#"{"case":"丑-2024-01","act":"l","kind":"归档","day":"2024-12-01","fields":{"案卷号":"示例-1"}}"#
    );
    let done = import(&world, &more, today, Choice::AllOrNothing).await;
    assert_eq!((done.new, done.new_cases), (1, 0));
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_are_named_by_column_and_nothing_or_the_rest_is_imported() {
    let world = tokio::task::spawn_blocking(World::new).await.unwrap();
    let today = date(2024, 12, 2);
    world.on(today);
    let text = tokio::task::block_in_place(|| ugly(&world));
    let broken = text
        .replace(r#""act":"e","kind":"询问笔录""#, r#""act":"e","kind":"问话""#)
        .replace(r#""act":"j","kind":"缴款","day":"2024-07-01""#, r#""act":"j","kind":"缴款","day":"2024-02-30""#)
        .replace(r#""subject":"g","team""#, r#""subject":"z","team""#);
    let done = import(&world, &broken, today, Choice::AllOrNothing).await;
    let mut columns: Vec<_> = done.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    columns.sort_unstable();
    // The report names evidence e, which is not there either.
    assert_eq!(columns, [(6, "行为"), (7, "证据"), (10, "对象"), (11, "发生日期")]);
    let none = world
        .ledger
        .read(|tx| tx.row("SELECT COUNT(*) FROM cases WHERE bureau = $1", &["qp".into()], |r| Ok(r.int(0))))
        .await;
    assert_eq!(none.unwrap(), Some(0));
    let done = import(&world, &broken, today, Choice::SkipBad).await;
    assert_eq!((done.new, done.bad), (7, 4));
    // The cured file brings the rest.
    let rest = import(&world, &text, today, Choice::AllOrNothing).await;
    assert_eq!((rest.new, rest.known, rest.problems.len()), (4, 7, 0));
}

#[test]
fn a_file_of_another_kind_is_refused_in_words() {
    for bytes in [b"".as_slice(), b"{}", b"\xff\xfe", b"PK\x03\x04 no", br#"{"format":"other/1","system":"x"}"#] {
        assert!(!read(bytes).unwrap_err().text.is_empty());
    }
    let odd = read("{\"format\":\"xiezhi.cases/1\",\"system\":\"x\"}\n{\"case\":1}\n".as_bytes()).unwrap();
    assert_eq!((odd.rows.len(), odd.problems[0].line), (0, 2));
}

/// Everything of a world as rows, without what says where it comes from.
fn rows(world: &World, after: i64) -> (Vec<String>, String) {
    let own = world.casework.clone();
    let text = world
        .ledger
        .read_blocking(move |tx| {
            let mut out = Vec::new();
            own.export_lines(tx, &Wanted { after, unit: None }, date(2024, 12, 31), &mut out)?;
            Ok(String::from_utf8(out).unwrap())
        })
        .unwrap();
    let plain = |line: &str| {
        let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
        for key in ["system", "source"] {
            row.as_object_mut().unwrap().remove(key);
        }
        row.to_string()
    };
    (text.lines().skip(1).map(plain).collect(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_comes_back_as_the_same_case() {
    tokio::task::spawn_blocking(|| {
        let (here, there) = (World::new(), World::new());
        let team = here.team("xujing");
        let mut last = date(2024, 1, 2);
        let mut lead = |steps: Vec<casework::drive::Step>| {
            let mut case = None;
            for step in &steps {
                here.on(step.day);
                last = last.max(step.day);
                case = Some(perform(&here.casework, &team, case, None, step).unwrap().case);
            }
        };
        lead(on_spot(&team, &by_person("A01", date(2024, 3, 5), 20_000), workday));
        lead(ordinary(&team, &by_unit("C09", date(2024, 3, 6), 400_000), false, workday));
        let half = here.ledger.read_blocking(|tx| tx.position()).unwrap();
        lead(ordinary(&team, &by_unit("D08", date(2024, 6, 3), 6_000_000), true, workday));
        let today = last.max(date(2024, 12, 31));
        here.on(today);
        there.on(today);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (rows_here, text) = rows(&here, 0);
        assert!(rows_here.len() > 30);
        // The two worlds began alike, so that they may be called alike.
        let foreign = |text: &str| text.replacen("\"system\":\"xiezhi-qp-", "\"system\":\"elsewhere-", 1);
        // First the newer half alone: cases whose beginning is missing are named, the whole new case comes in.
        let (newer, newer_text) = rows(&here, half);
        assert!(newer.len() > 10 && newer.len() < rows_here.len());
        let done = runtime.block_on(import(&there, &foreign(&newer_text), today, Choice::AllOrNothing));
        assert_eq!((done.problems.as_slice(), done.new, done.new_cases), ([].as_slice(), newer.len(), 1));
        let done = runtime.block_on(import(&there, &foreign(&text), today, Choice::AllOrNothing));
        assert_eq!((done.problems.as_slice(), done.changed.as_slice()), ([].as_slice(), [].as_slice()));
        assert_eq!((done.new, done.known), (rows_here.len() - newer.len(), newer.len()));
        let (mut was, mut is) = (rows_here, rows(&there, 0).0);
        was.sort();
        is.sort();
        assert_eq!(is, was);
        // Home again, what left home is known there, from either side.
        let home = runtime.block_on(import(&here, &text, today, Choice::AllOrNothing));
        assert_eq!((home.new, home.known, home.changed.len()), (0, was.len(), 0));
        let back = foreign(&rows(&there, 0).1).replacen("elsewhere-", "xiezhi-there-", 1);
        let done = runtime.block_on(import(&there, &back, today, Choice::AllOrNothing));
        assert_eq!((done.new, done.known, done.changed.len()), (0, was.len(), 0));
        // The workbook says the same.
        let own = here.casework.clone();
        let book = here
            .ledger
            .read_blocking(move |tx| own.export_book(tx, &Wanted::default(), date(2024, 12, 31)))
            .unwrap()
            .unwrap();
        assert_eq!(book.1.acts, was.len());
        let done = runtime
            .block_on(here.casework.import_cases(legal(today), read(&book.0).unwrap(), Choice::AllOrNothing))
            .unwrap();
        assert_eq!(
            (done.problems.as_slice(), done.known, done.changed.as_slice()),
            ([].as_slice(), was.len(), [].as_slice())
        );
        // Since a day: nothing was recorded on the last one.
        let since = here.ledger.read_blocking(move |tx| before(tx, today)).unwrap();
        assert_eq!(rows(&here, since).0.len(), 0);
        there.ledger.close();
        here.ledger.close();
    })
    .await
    .unwrap();
}

/// The journal entry of an imported act stays readable.
#[tokio::test(flavor = "multi_thread")]
async fn an_imported_act_keeps_where_it_comes_from() {
    let world = tokio::task::spawn_blocking(World::new).await.unwrap();
    let today = date(2024, 12, 2);
    world.on(today);
    let text = tokio::task::block_in_place(|| ugly(&world));
    import(&world, &text, today, Choice::AllOrNothing).await;
    let first = world.ledger.read(|tx| tx.stream("case/1")).await.unwrap().remove(0);
    let body = casework::Body::of(&first).unwrap();
    let origin = body.origin.unwrap();
    assert_eq!((origin.system.as_str(), origin.case.as_str(), origin.act.as_str()), ("示例市平台", "丑-2024-01", "a"));
    assert!(!first.body.contains("穆听澜"), "who the party is stands beside the journal");
}
