//! A world for tests: a bureau with a temporary database, a clock that stands where it is set, seeded randomness.
//!
//! With `XIEZHI_TEST_POSTGRES` set to the address of a server, every world gets a database of its own there; otherwise SQLite
//! in a temporary folder.

mod database;
mod random;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::Casework;
use casework::drive::{Matter, Team};
use evidence::Evidence;
use jiff::civil::Date;
use law::corpus::Corpus;
use ledger::{Clock, Ledger, Project, Schema, Table};

pub use random::Random;

/// Matter codes on the example power lists.
pub const MATTERS: &[&str] =
    &["A01", "A02", "A04", "A07", "B14", "C01", "C02", "C07", "C08", "C09", "D08", "D13", "F04", "J01", "J02", "J05"];

/// A bureau for one test.
pub struct World {
    /// Cases.
    pub casework: Casework,
    /// The journal.
    pub ledger: Ledger,
    clock: Arc<AtomicI64>,
    folder: tempfile::TempDir,
    database: Option<database::Database>,
}

impl World {
    /// The demonstration bureau, its standing order recorded, no case yet. `tables` and `projects` are those of the crates
    /// above casework that a test needs.
    ///
    /// # Panics
    /// The database cannot be made: a test cannot go on.
    pub fn with(tables: Vec<&'static Table>, projects: Vec<Project>) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = database::Database::if_wanted();
        let clock = Arc::new(AtomicI64::new(at(jiff::civil::date(2024, 1, 2))));
        let ledger = open(&folder, database.as_ref(), &clock, tables, projects);
        ledger.act_blocking(|tx| office::demonstration::fill(tx, MATTERS)).expect("the standing order");
        let evidence = Evidence::open(&folder.path().join("evidence")).expect("the evidence store");
        let casework = Casework::new(ledger.clone(), evidence, None, "https://example.test");
        World { casework, ledger, clock, folder, database }
    }

    /// A bureau with cases and nothing above them.
    pub fn new() -> World {
        World::with(Vec::new(), Vec::new())
    }

    /// The same with the demonstration's chains of approval.
    ///
    /// # Panics
    /// The database fails.
    pub fn chained() -> World {
        let world = World::new();
        world.ledger.act_blocking(office::demonstration::chains).expect("the chains");
        world
    }

    /// Sets the clock to nine in the morning of a day; it never goes back.
    pub fn on(&self, day: Date) {
        self.clock.fetch_max(at(day), Ordering::SeqCst);
    }

    /// A folder that goes with the world.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Is this world on PostgreSQL?
    pub fn on_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// The squad of an organ: its first two certified officers, the organ's heads, a reviewer of the district.
    ///
    /// # Panics
    /// The organ is not in the demonstration.
    pub fn team(&self, organ: &str) -> Team {
        team(&self.ledger, organ)
    }
}

impl Default for World {
    fn default() -> Self {
        World::new()
    }
}

fn open(
    folder: &tempfile::TempDir,
    database: Option<&database::Database>,
    clock: &Arc<AtomicI64>,
    tables: Vec<&'static Table>,
    projects: Vec<Project>,
) -> Ledger {
    let place = match database {
        Some(database) => ledger::Place::Postgres(database.url.clone()),
        None => ledger::Place::Sqlite(folder.path().join("ledger")),
    };
    let clock = clock.clone();
    let clock: Clock = Arc::new(move || clock.fetch_add(1, Ordering::SeqCst));
    let mut schema = Schema {
        tables: office::TABLES.iter().chain(casework::tables()).collect(),
        projects: vec![office::project, casework::project],
    };
    schema.tables.extend(tables);
    schema.projects.extend(projects);
    Ledger::open(place, "qp", clock, schema).expect("a ledger")
}

/// Nine in the morning in Shanghai, UTC milliseconds.
fn at(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = i64::from(day.since(epoch).expect("a day after 1970").get_days());
    days * 86_400_000 + 3_600_000
}

/// The squad of an organ.
///
/// # Panics
/// The organ is not in the demonstration.
pub fn team(ledger: &Ledger, organ: &str) -> Team {
    let organ = organ.to_owned();
    ledger
        .read_blocking(move |tx| {
            let unit = office::read::units(tx)?
                .into_iter()
                .find(|u| u.organ == organ && (u.kind == "squad" || u.kind == "squadron"))
                .expect("a squad");
            let persons = office::read::persons(tx, Some(&unit.id), 100)?;
            let officers: Vec<u32> = persons.iter().filter(|p| p.post == "执法队员").take(2).map(|p| p.id).collect();
            let holders = office::read::holders(tx, jiff::civil::date(2024, 1, 2))?;
            let heads = holders
                .iter()
                .filter(|h| h.3 == organ && matches!(h.2, office::Role::Head | office::Role::DeputyHead))
                .map(|h| h.0)
                .collect();
            let reviewer = holders.iter().find(|h| h.2 == office::Role::LegalReviewer).expect("a reviewer").0;
            Ok(Team { organ, unit: unit.id, officers: [officers[0], officers[1]], heads, reviewer })
        })
        .expect("the standing order")
}

/// The `n`th workday after a day; 0 gives the day itself.
pub fn workday(day: Date, n: i32) -> Date {
    let calendar = Corpus::builtin().calendar();
    let mut day = day;
    for _ in 0..n {
        day = day.tomorrow().expect("a day");
        while !calendar.is_workday(day) {
            day = day.tomorrow().expect("a day");
        }
    }
    day
}

/// A conduct by a made-up organisation.
pub fn by_unit(code: &str, day: Date, fine: i64) -> Matter {
    Matter {
        code: code.into(),
        day,
        place: "徐泾镇明珠路 88 号（示例）".into(),
        facts: "当事人在上述地点实施了涉案行为，现场拍照五张。".into(),
        party: casework::Identity {
            person: false,
            name: "上海澄岳建设工程有限公司（虚构）".into(),
            id_number: Some(format!("91310118MA{:08}", fine % 100_000_000)),
            address: Some("上海市青浦区崧泽大道 1 号（示例）".into()),
            phone: Some("021-0000 0001".into()),
            representative: Some("贺知微".into()),
        },
        fine,
    }
}

/// A conduct by a made-up person.
pub fn by_person(code: &str, day: Date, fine: i64) -> Matter {
    let mut matter = by_unit(code, day, fine);
    matter.party = casework::Identity {
        person: true,
        name: "罗砚舟".into(),
        id_number: Some(format!("31011819840517{:04}", fine % 10_000)),
        address: Some("上海市青浦区公园路 2 弄（示例）".into()),
        phone: Some("13000000002".into()),
        representative: None,
    };
    matter
}
