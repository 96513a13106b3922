//! Five hundred corrections, voidings and additions at random: after each, every figure, list and claim is what an independent program
//! recomputes from the exported journal at that position (`tests/recompute/recompute.mjs`).

mod cases;
mod people;
mod records;
mod tickets;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use intake::Intake;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use registers::Registers;
use report::{Cell, Period};
use serde_json::{Value as Json, json};
use testkit::{Random, World};

/// The bureau's clock stands here; reports look back from it.
const TODAY: Date = date(2024, 12, 31);
const CORRECTIONS: usize = 500;

/// A small bureau and what is known of it.
struct Bureau {
    world: World,
    registers: Registers,
    intake: Intake,
    random: Random,
    runtime: tokio::runtime::Runtime,
    led: Vec<cases::Led>,
    tickets: i64,
    /// Numbers and versions of the records that stand.
    records: BTreeMap<&'static str, Vec<(i64, i64)>>,
}

/// What was done, or nothing where it was refused.
type Done = Option<String>;

impl Bureau {
    fn open() -> Bureau {
        let tables = intake::tables().into_iter().chain(registers::tables()).collect();
        let world = World::with(tables, vec![intake::project, registers::project]);
        world.on(TODAY);
        Bureau {
            registers: Registers::new(world.ledger.clone(), world.casework.evidence.clone()),
            intake: Intake::new(world.ledger.clone(), world.casework.clone()),
            random: Random::new(20_241_231),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            world,
            led: Vec::new(),
            tickets: 0,
            records: BTreeMap::new(),
        }
    }

    /// A day from `from` to today, often one at which a period begins or ends.
    fn day(&mut self, from: Date) -> Date {
        const EDGES: [Date; 8] = [
            date(2023, 12, 31),
            date(2024, 1, 1),
            // Two months before the last day of a period.
            date(2024, 9, 21),
            date(2024, 10, 31),
            date(2024, 11, 20),
            date(2024, 11, 21),
            date(2024, 11, 22),
            date(2024, 12, 31),
        ];
        let edge = *self.random.pick(&EDGES);
        if edge >= from && self.random.chance(35) {
            return edge;
        }
        let from = from.clamp(date(2023, 11, 1), TODAY);
        let days = usize::try_from((TODAY - from).get_days()).unwrap_or(0);
        from + i64::try_from(self.random.below(days + 1)).unwrap_or(0).days()
    }

    /// One correction, voiding or addition at random.
    fn correct(&mut self) -> Done {
        match self.random.below(100) {
            0..=31 => self.correct_record(),
            32..=66 => self.correct_case(),
            67..=73 => self.lead_on(),
            74..=86 => self.correct_ticket(),
            _ => self.correct_people(),
        }
    }

    /// The report of a period as it is now, with the keys of its lists.
    fn snapshot(&self, until: Date, after: &str) -> Json {
        let period = Period::of_year(2024, until).unwrap();
        let work = move |tx: &mut ledger::Tx<'_>| {
            let (figures, claims) = (report::figures(tx, &period)?, report::claims(tx, &period)?);
            let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for indicator in report::indicators() {
                let page = report::list(tx, &indicator.id, &period, None, 1000)?.expect("an indicator");
                assert!(page.next.is_none(), "{} is too long for this test", indicator.id);
                lists.insert(indicator.id.clone(), page.records.iter().map(|r| plain(&r.key)).collect());
            }
            for claim in claims.iter().filter(|c| !c.holds) {
                let against = report::against(tx, &claim.id, &period, None, 5)?.expect("a claim");
                for record in against.records {
                    assert!(names(&claim.id, &claim.worded, &record.cells), "{}: {}", claim.id, claim.worded);
                }
            }
            Ok(json!({
                "year": 2024, "period": period, "as_of": { "position": tx.position()? },
                "figures": figures, "claims": claims, "lists": lists,
            }))
        };
        let mut report = self.world.ledger.read_blocking(work).unwrap();
        report["after"] = json!(after);
        report
    }
}

/// A key without the zeros that make it sort: `2024-03-05/0000000012` is `2024-03-05/12`.
fn plain(key: &str) -> String {
    let part = |part: &str| match part.parse::<i64>() {
        Ok(n) if part.len() == 10 => n.to_string(),
        _ => part.to_owned(),
    };
    key.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Does the sentence name this counter-example by what its page shows of it?
fn names(id: &str, worded: &str, cells: &[Cell]) -> bool {
    cells.iter().any(|cell| match cell {
        Cell::Text(text) => worded.contains(text.as_str()),
        // Only a person is named by a number.
        Cell::Number(n) => id == "claim.public_lawyers_qualified" && worded.contains(&format!("{n}")),
        _ => false,
    })
}

#[test]
fn five_hundred_corrections_move_every_figure_as_an_independent_program_says() {
    let mut own = Bureau::open();
    let mut reports: Vec<Json> = Vec::new();
    let mut keep = |own: &Bureau, after: &str| {
        reports.extend([date(2024, 11, 21), TODAY].map(|until| own.snapshot(until, after)));
    };
    keep(&own, "the beginning");
    own.fill();
    keep(&own, "the fill");
    // Each claim made false, and what chance alone would seldom meet.
    for act in [
        Bureau::unpublish,
        Bureau::qualify_without_licence,
        Bureau::lose_a_dispute,
        Bureau::answer_late,
        Bureau::leave_unanswered,
        Bureau::close_before_the_answer,
        Bureau::fall_due_on_the_last_day,
        Bureau::trace_before_the_decision,
        Bureau::decide_unproven,
        Bureau::publish_backwards,
        Bureau::change_backwards,
    ] {
        let what = act(&mut own);
        keep(&own, &what);
    }
    let (mut done, mut tries) = (0, 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    while done < CORRECTIONS {
        tries += 1;
        assert!(tries < CORRECTIONS * 20, "{done} corrections in {tries} tries: {kinds:?}");
        if let Some(what) = own.correct() {
            done += 1;
            *kinds.entry(what.split(':').next().unwrap_or_default().to_owned()).or_default() += 1;
            keep(&own, &format!("correction {done}, {what}"));
        }
    }
    println!("{CORRECTIONS} corrections in {tries} tries: {kinds:?}");
    recomputed(&own, &reports);
    moved(&reports);
}

/// Nothing is compared in vain: every figure took several values, every claim held and failed.
fn moved(reports: &[Json]) {
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for report in reports {
        for said in ["figures", "claims"].iter().flat_map(|part| report[part].as_array().unwrap()) {
            let value = if said["value"].is_null() { &said["holds"] } else { &said["value"] };
            seen.entry(said["id"].as_str().unwrap()).or_default().insert(value.to_string());
        }
    }
    let still: Vec<_> = seen.iter().filter(|(_, values)| values.len() < 2).collect();
    assert!(still.is_empty(), "never moved: {still:?}");
}

/// Exports the journal once and has the independent program compare every report with its own.
fn recomputed(own: &Bureau, reports: &[Json]) {
    let (journal, told) = (own.world.folder().join("journal.jsonl"), own.world.folder().join("reports.json"));
    let file = std::fs::File::create(&journal).unwrap();
    own.runtime.block_on(own.world.ledger.export(file)).unwrap();
    std::fs::write(&told, serde_json::to_vec(reports).unwrap()).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recompute/recompute.mjs");
    let output = Command::new("node").arg(program).arg(&journal).arg("--compare").arg(&told).output();
    let output = output.unwrap_or_else(|why| panic!("Node 20 or newer has to be installed for this test: {why}"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    print!("{said}");
}
