//! A bureau with registers, and states written as people write them.

use jiff::civil::date;
use registers::{Names, Registers, Row, State, Who};
use testkit::World;

pub(crate) struct Bureau {
    pub(crate) world: World,
    pub(crate) registers: Registers,
}

/// Blocking work of a test that itself runs on a runtime.
pub(crate) fn apart<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(f).join()).expect("the work beside the test")
}

pub(crate) fn bureau() -> Bureau {
    apart(open)
}

fn open() -> Bureau {
    let mut tables = intake::tables();
    tables.extend(registers::tables());
    let world = World::with(tables, vec![intake::project, registers::project]);
    world.on(date(2024, 11, 21));
    let registers = Registers::new(world.ledger.clone(), world.casework.evidence.clone());
    Bureau { world, registers }
}

pub(crate) fn who() -> Who {
    Who { login: "test".into(), today: date(2024, 11, 21) }
}

impl Bureau {
    /// A state from what people would write into the fields and, after them, into lines.
    pub(crate) fn state(
        &self,
        register: &'static str,
        fields: &[(&str, &str)],
        lines: &[(&str, &[(&str, &str)])],
    ) -> State {
        let owned =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
        let fields = owned(fields);
        let lines: Vec<(String, Vec<(String, String)>)> =
            lines.iter().map(|(k, row)| ((*k).to_owned(), owned(row))).collect();
        let set = self.registers.set;
        let state = apart(|| {
            self.world.ledger.read_blocking(move |tx| {
                let d = set.get(register).expect("a register");
                let mut names = Names::read(tx, set)?;
                let mut read = |tx: &mut ledger::Tx<'_>, all: &[registers::Field], pairs: &[(String, String)]| {
                    let mut row = Row::new();
                    for (key, text) in pairs {
                        let field = all.iter().find(|f| &f.key == key).unwrap_or_else(|| panic!("no field {key}"));
                        let value = names.parse(tx, field, text, None)?.unwrap_or_else(|why| panic!("{key}: {why}"));
                        row.extend(value.map(|v| (key.clone(), v)));
                    }
                    Ok::<Row, ledger::Fault>(row)
                };
                let mut state = State { fields: read(tx, &d.fields, &fields)?, ..State::default() };
                for (key, pairs) in &lines {
                    let all = &d.lines_of(key).unwrap_or_else(|| panic!("no lines {key}")).fields;
                    let row = read(tx, all, pairs)?;
                    state.lines.entry(key.clone()).or_default().push(row);
                }
                Ok(state)
            })
        });
        state.expect("the standing order")
    }

    /// The state of a record as its page shows it, and its version.
    pub(crate) fn standing(&self, register: &'static str, id: i64) -> (State, i64) {
        let set = self.registers.set;
        let record = apart(|| {
            self.world.ledger.read_blocking(move |tx| {
                let mut names = Names::read(tx, set)?;
                registers::read::record(tx, set.get(register).expect("a register"), id, &mut names)
            })
        });
        let record = record.expect("a read").expect("a record");
        (record.state, record.version)
    }

    /// Numbers and names of a register's list, newest first.
    pub(crate) fn listed(&self, register: &'static str, words: Option<&str>) -> Vec<(i64, String)> {
        let set = self.registers.set;
        let filter = registers::read::Filter { words: words.map(str::to_owned), ..Default::default() };
        let page = apart(|| {
            self.world
                .ledger
                .read_blocking(move |tx| registers::read::list(tx, set.get(register).expect("a register"), &filter, 50))
        });
        page.expect("a list").rows.into_iter().map(|r| (r.id, r.title)).collect()
    }
}
