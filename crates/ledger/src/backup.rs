//! Backups: the journal, the texts and everything else that cannot be rebuilt.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::encode::{from_hex, hex};
use crate::entry::Envelope;
use crate::export::write_lines;
use crate::ledger::apart;
use crate::schema::{OWN, Schema, Table, columns, insert_into};
use crate::tx::{Access, Link, insert_entry, io};
use crate::value::Owned;
use crate::verify::Walk;
use crate::{Clock, Fault, Ledger, Line, Place, rebuild};

impl Ledger {
    /// Writes a backup into a new or empty folder, beside the running ledger, and syncs it.
    ///
    /// From SQLite it is a database that [`Place::Sqlite`](crate::Place::Sqlite) opens; from PostgreSQL it is what [`Ledger::dump`] writes. Texts erased
    /// later are still in it: treat backups accordingly.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] where the folder holds something already.
    pub async fn backup(&self, to: &Path) -> Result<(), Fault> {
        let to = to.to_owned();
        self.aside(move |link, inner| {
            empty_folder(&to)?;
            match link.copy_file(&to) {
                Some(done) => done,
                None => dump(link, &inner.bureau, &inner.schema, &to),
            }
        })
        .await
    }

    /// Writes everything of this bureau that cannot be rebuilt as lines of JSON into a new or empty folder, and syncs it:
    /// `journal.jsonl` as in [`Ledger::export`], and `<table>.jsonl` with an object for each row (bytes as `{"hex": ..}`) of texts,
    /// checkpoints and every primary table. [`Ledger::restore`] reads it, on either database.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] where the folder holds something already.
    pub async fn dump(&self, to: &Path) -> Result<(), Fault> {
        let to = to.to_owned();
        self.aside(move |link, inner| {
            empty_folder(&to)?;
            dump(link, &inner.bureau, &inner.schema, &to)
        })
        .await
    }

    /// Opens a new ledger with what [`Ledger::dump`] wrote, its projections rebuilt, in one transaction. Every hash is checked on the
    /// way in; [`Ledger::verify`] then compares the texts. Also the way from one database to the other.
    ///
    /// # Errors
    /// [`Fault::Bug`] where the bureau's journal is not empty, or the dump is of another bureau, damaged, or does not fit the schema.
    pub fn restore(from: &Path, place: Place, bureau: &str, clock: Clock, schema: Schema) -> Result<Ledger, Fault> {
        let ledger = Ledger::open(place, bureau, clock, schema)?;
        let inner = &ledger.inner;
        let done = apart(|| {
            let mut link = Link::open(&inner.place, Access::Write)?;
            link.begin(Access::Write)?;
            match load(&mut link, &inner.bureau, &inner.schema, from) {
                Ok(()) => link.commit(),
                Err(fault) => {
                    link.rollback();
                    Err(fault)
                }
            }
        });
        match done {
            Ok(()) => Ok(ledger),
            Err(fault) => {
                ledger.close();
                Err(fault)
            }
        }
    }
}

fn empty_folder(to: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(to).map_err(|error| io(&error))?;
    match std::fs::read_dir(to).map_err(|error| io(&error))?.next() {
        Some(_) => Err(Fault::Unavailable(format!("{} is not empty", to.display()))),
        None => Ok(()),
    }
}

/// The tables a dump holds beside the journal.
fn dumped(schema: &Schema) -> impl Iterator<Item = &'static Table> + '_ {
    OWN.iter().filter(|table| ["texts", "checkpoints"].contains(&table.name)).chain(schema.primaries())
}

fn dump(link: &mut Link, bureau: &str, schema: &Schema, to: &Path) -> Result<(), Fault> {
    link.begin(Access::Read)?;
    let done = dump_view(link, bureau, schema, to);
    link.rollback();
    done
}

fn load(link: &mut Link, bureau: &str, schema: &Schema, from: &Path) -> Result<(), Fault> {
    let mut tip = link.take_tip(bureau)?;
    if tip.position != 0 {
        return Err(Fault::bug(format!("the journal of {bureau} is not empty")));
    }
    let mut walk = Walk { expected: 1, prev: tip.hash, recorded_at: 0 };
    for line in lines(from, "journal")? {
        let Line { bureau: said, entry } = serde_json::from_str(&line?).map_err(Fault::bug)?;
        if said != bureau {
            return Err(Fault::bug(format!("the dump is of bureau {said}")));
        }
        let day = entry.happened_at.to_string();
        walk.step(&Envelope::of(&entry, bureau, &day), &entry.hash.0).map_err(Fault::bug)?;
        insert_entry(link, bureau, &entry, &day)?;
        tip.push(link, bureau, &entry)?;
    }
    link.put_tip(bureau, &tip)?;
    for table in dumped(schema) {
        let names = columns(table.name, table.create)?.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        for line in lines(from, table.name)? {
            let row: Map<String, Json> = serde_json::from_str(&line?).map_err(Fault::bug)?;
            // A column added since the dump keeps its default.
            let given = names.iter().filter(|name| row.contains_key(*name)).collect::<Vec<_>>();
            if given.len() != row.len() || row.get("bureau").and_then(Json::as_str) != Some(bureau) {
                return Err(Fault::bug(format!("a row of {} does not fit this bureau or its table", table.name)));
            }
            let cells = given.iter().map(|name| cell(&row[*name])).collect::<Result<Vec<_>, _>>()?;
            let insert = insert_into(table.name, &given);
            link.later(&insert, &cells.iter().map(Owned::borrow).collect::<Vec<_>>())?;
        }
    }
    rebuild::replay(link, bureau, schema, i64::MAX)?;
    Ok(())
}

fn lines(from: &Path, name: &str) -> Result<impl Iterator<Item = Result<String, Fault>>, Fault> {
    let file = File::open(from.join(format!("{name}.jsonl"))).map_err(|error| io(&error))?;
    Ok(BufReader::new(file).lines().map(|line| line.map_err(|error| io(&error))))
}

fn cell(json: &Json) -> Result<Owned, Fault> {
    let wrong = || Fault::bug(format!("{json} is not a value of a dump"));
    Ok(match json {
        Json::Null => Owned::Null,
        Json::Number(n) => Owned::Int(n.as_i64().ok_or_else(wrong)?),
        Json::String(text) => Owned::Text(text.clone()),
        Json::Object(bytes) => {
            Owned::Blob(bytes.get("hex").and_then(Json::as_str).and_then(from_hex).ok_or_else(wrong)?)
        }
        _ => return Err(wrong()),
    })
}

fn dump_view(link: &mut Link, bureau: &str, schema: &Schema, to: &Path) -> Result<(), Fault> {
    let journal = File::create(to.join("journal.jsonl")).map_err(|error| io(&error))?;
    write_lines(link, bureau, &journal)?;
    journal.sync_all().map_err(|error| io(&error))?;
    for table in dumped(schema) {
        let names = columns(table.name, table.create)?.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let file = File::create(to.join(format!("{}.jsonl", table.name))).map_err(|error| io(&error))?;
        let mut out = BufWriter::new(&file);
        link.each(
            &format!("SELECT {} FROM {} WHERE bureau = $1", names.join(", "), table.name),
            &[bureau.into()],
            |row| {
                let cells = names.iter().enumerate().map(|(at, name)| {
                    let cell = match row.cell(at) {
                        Owned::Null => Json::Null,
                        Owned::Int(n) => n.into(),
                        Owned::Text(text) => text.into(),
                        Owned::Blob(bytes) => serde_json::json!({ "hex": hex(&bytes) }),
                    };
                    (name.clone(), cell)
                });
                writeln!(out, "{}", Json::Object(cells.collect::<Map<_, _>>())).map_err(|error| io(&error))
            },
        )?;
        out.flush().map_err(|error| io(&error))?;
        drop(out);
        file.sync_all().map_err(|error| io(&error))?;
    }
    File::open(to).and_then(|folder| folder.sync_all()).map_err(|error| io(&error))
}
