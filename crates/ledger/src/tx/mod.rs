//! The transaction: the only place that knows which database runs.

mod fold;
mod postgres;
mod row;
mod sqlite;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

pub use fold::Folded;
pub(crate) use fold::Folds;
pub use row::Row;
pub(crate) use sqlite::{FILE, io};

use crate::entry::{Draft, Entry, Envelope, FORMAT};
use crate::merkle::{self, Frontier};
use crate::schema::Schema;
use crate::search::{Doc, Hit, Query};
use crate::text;
use crate::value::Value;
use crate::{ChainHash, Fault, Place};

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has sent to its databases, apart from the beginning and end of transactions: what a page costs is
/// the difference.
pub fn statements() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

/// The statement that took most steps in SQLite since last asked, and how many: the same on every machine, so a test can say how far a
/// statement may look.
pub fn heaviest() -> Option<(u64, String)> {
    sqlite::heaviest()
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Write,
    Read,
    Scratch,
}

/// One connection to one of the databases, used by one thread.
pub(crate) enum Link {
    Sqlite(sqlite::Link),
    Postgres(Box<postgres::Link>),
}

impl Link {
    pub(crate) fn open(place: &Place, access: Access) -> Result<Link, Fault> {
        Ok(match place {
            Place::Sqlite(folder) => Link::Sqlite(sqlite::Link::open(folder, access)?),
            Place::Postgres(url) => Link::Postgres(Box::new(postgres::Link::open(url, access)?)),
        })
    }

    /// An empty database in this folder, without durability.
    pub(crate) fn scratch(folder: &Path) -> Result<Link, Fault> {
        Ok(Link::Sqlite(sqlite::Link::scratch(folder)?))
    }

    pub(crate) fn search_tables(&self) -> &'static [&'static str] {
        match self {
            Link::Sqlite(_) => sqlite::Link::search_tables(),
            Link::Postgres(_) => postgres::Link::search_tables(),
        }
    }

    /// Keeps other nodes from changing tables until the transaction ends.
    pub(crate) fn schema_lock(&mut self) -> Result<(), Fault> {
        match self {
            // BEGIN IMMEDIATE has it already.
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => link.schema_lock(),
        }
    }

    pub(crate) fn settle_files(&mut self) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.settle_files(),
            Link::Postgres(_) => Ok(()),
        }
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.script(sql),
            Link::Postgres(link) => link.script(sql),
        }
    }

    pub(crate) fn begin(&mut self, access: Access) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.begin(access),
            Link::Postgres(link) => link.begin(access),
        }
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.commit(),
            Link::Postgres(link) => link.commit(),
        }
    }

    pub(crate) fn rollback(&mut self) {
        match self {
            Link::Sqlite(link) => link.rollback(),
            Link::Postgres(link) => link.rollback(),
        }
    }

    /// Marks the beginning of an act within the transaction.
    pub(crate) fn savepoint(&mut self) -> Result<(), Fault> {
        self.marker("SAVEPOINT act")
    }

    pub(crate) fn release(&mut self) -> Result<(), Fault> {
        self.marker("RELEASE SAVEPOINT act")
    }

    /// Undoes the act alone.
    pub(crate) fn undo(&mut self) -> Result<(), Fault> {
        self.marker("ROLLBACK TO SAVEPOINT act")?;
        self.release()
    }

    fn marker(&mut self, sql: &'static str) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.execute(sql, &[]).map(|_| ()),
            Link::Postgres(link) => link.simple(sql),
        }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        match self {
            Link::Sqlite(link) => link.in_transaction(),
            Link::Postgres(link) => link.in_transaction(),
        }
    }

    /// Whether a statement failed since last asked.
    pub(crate) fn take_failed(&mut self) -> bool {
        match self {
            Link::Sqlite(link) => link.take_failed(),
            Link::Postgres(link) => link.take_failed(),
        }
    }

    /// Whether statements are answered later than sent, so that an error may come from an earlier one.
    pub(crate) fn pipelines(&self) -> bool {
        matches!(self, Link::Postgres(_))
    }

    pub(crate) fn settle(&mut self) -> Result<(), Fault> {
        match self {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => link.settle(),
        }
    }

    pub(crate) fn execute(&mut self, sql: &str, args: &[Value<'_>]) -> Result<u64, Fault> {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
        match self {
            Link::Sqlite(link) => link.execute(sql, args),
            Link::Postgres(link) => link.execute(sql, args),
        }
    }

    pub(crate) fn later(&mut self, sql: &str, args: &[Value<'_>]) -> Result<(), Fault> {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
        match self {
            Link::Sqlite(link) => link.execute(sql, args).map(|_| ()),
            Link::Postgres(link) => link.later(sql, args),
        }
    }

    pub(crate) fn each(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
        match self {
            Link::Sqlite(link) => link.rows(sql, args, &mut each),
            Link::Postgres(link) => link.rows(sql, args, &mut each),
        }
    }

    pub(crate) fn rows<T>(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut rows = Vec::new();
        self.each(sql, args, |row| {
            rows.push(f(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if any.
    pub(crate) fn row<T>(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        f: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(sql, args, f)?.into_iter().next())
    }

    fn erasing(&mut self) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.erasing(),
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Upkeep that may wait until the callers are answered.
    pub(crate) fn rest(&mut self) {
        match self {
            Link::Sqlite(link) => link.rest(),
            Link::Postgres(_) => {}
        }
    }

    /// A copy of the whole database as one file, where the database can give one.
    pub(crate) fn copy_file(&mut self, to: &Path) -> Option<Result<(), Fault>> {
        match self {
            Link::Sqlite(link) => Some(link.backup(&to.join(FILE))),
            Link::Postgres(_) => None,
        }
    }

    pub(crate) fn write_search(&mut self, bureau: &str, docs: &mut Vec<Doc>) -> Result<(), Fault> {
        // The last text given for an id in the batch is the one that counts.
        let mut last: HashMap<(String, String), usize> = HashMap::new();
        for (at, doc) in docs.iter().enumerate() {
            last.insert((doc.kind.clone(), doc.id.clone()), at);
        }
        let mut at = 0;
        docs.retain(|doc| {
            at += 1;
            last.get(&(doc.kind.clone(), doc.id.clone())) == Some(&(at - 1))
        });
        let done = match self {
            Link::Sqlite(link) => link.write_search(bureau, docs),
            Link::Postgres(link) => link.write_search(bureau, docs),
        };
        docs.clear();
        done
    }

    pub(crate) fn clear_search(&mut self, bureau: &str) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.clear_search(bureau),
            Link::Postgres(link) => link.clear_search(bureau),
        }
    }

    pub(crate) fn drop_search(&mut self) -> Result<(), Fault> {
        match self {
            Link::Sqlite(link) => link.drop_search(),
            Link::Postgres(link) => link.drop_search(),
        }
    }

    fn search(&mut self, bureau: &str, kind: Option<&str>, query: &Query, limit: u32) -> Result<Vec<Hit>, Fault> {
        match self {
            Link::Sqlite(link) => link.search(bureau, kind, query, limit),
            Link::Postgres(link) => link.search(bureau, kind, query, limit),
        }
    }

    /// The head of the chain as last committed; `None` before the bureau's first opening.
    pub(crate) fn tip(&mut self, bureau: &str) -> Result<Option<Tip>, Fault> {
        self.row(
            "SELECT position, recorded_at, hash, frontier, turn FROM heads WHERE bureau = $1",
            &[bureau.into()],
            Tip::read,
        )
    }

    /// Takes the chain for this transaction: nobody else can append until it ends. Every read of an act comes after this.
    pub(crate) fn take_tip(&mut self, bureau: &str) -> Result<Tip, Fault> {
        self.row(
            "UPDATE heads SET turn = turn + 1 WHERE bureau = $1 RETURNING position, recorded_at, hash, frontier, turn",
            &[bureau.into()],
            Tip::read,
        )?
        .ok_or_else(|| Fault::bug(format!("no chain for bureau {bureau}")))
    }

    pub(crate) fn put_tip(&mut self, bureau: &str, tip: &Tip) -> Result<(), Fault> {
        self.later(
            "UPDATE heads SET position = $2, recorded_at = $3, hash = $4, frontier = $5 WHERE bureau = $1",
            &[
                bureau.into(),
                tip.position.into(),
                tip.recorded_at.into(),
                (&tip.hash.0).into(),
                (&tip.frontier.bytes()).into(),
            ],
        )
    }
}

/// Runs the caller's function on a row; a value misread makes the statement fail, whatever the function made of it.
fn check(row: &Row<'_>, each: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let done = each(row);
    match row.misread() {
        Some(what) => Err(Fault::bug(format!("misread {what}"))),
        None => done,
    }
}

/// The end of the chain.
#[derive(Clone, Debug)]
pub(crate) struct Tip {
    pub(crate) position: i64,
    pub(crate) recorded_at: i64,
    pub(crate) hash: ChainHash,
    pub(crate) frontier: Frontier,
    /// Counts batches: if it moved by one, nobody else wrote in between.
    pub(crate) turn: i64,
}

impl Tip {
    pub(crate) fn beginning(bureau: &str) -> Tip {
        Tip { position: 0, recorded_at: 0, hash: ChainHash::beginning(bureau), frontier: Frontier::default(), turn: 0 }
    }

    /// Moves on to the next entry; the root of a block it completes is kept.
    pub(crate) fn push(&mut self, link: &mut Link, bureau: &str, entry: &Entry) -> Result<(), Fault> {
        let block = self.frontier.push(merkle::leaf(&entry.hash));
        (self.position, self.recorded_at, self.hash) = (entry.position, entry.recorded_at, entry.hash);
        match block {
            Some(root) => insert_block(link, bureau, entry.position, &root),
            None => Ok(()),
        }
    }

    fn read(row: &Row<'_>) -> Result<Tip, Fault> {
        let position = row.int(0);
        Ok(Tip {
            position,
            recorded_at: row.int(1),
            hash: chain_hash(row, 2)?,
            frontier: Frontier::load(position, &row.blob(3))
                .ok_or_else(|| Fault::bug("heads.frontier does not fit its position"))?,
            turn: row.int(4),
        })
    }
}

pub(crate) const ENTRY: &str =
    "format, position, stream, version, happened_at, recorded_at, actor, kind, kind_version, body, texts, prev, hash";

pub(crate) fn read_entry(row: &Row<'_>) -> Result<Entry, Fault> {
    let small = |n: i64| u16::try_from(n).map_err(|_| Fault::bug(format!("journal: {n} is not a version")));
    Ok(Entry {
        format: small(row.int(0))?,
        position: row.int(1),
        stream: row.text(2),
        version: row.int(3),
        happened_at: row.text(4).parse().map_err(Fault::bug)?,
        recorded_at: row.int(5),
        actor: row.text(6),
        kind: row.text(7),
        kind_version: small(row.int(8))?,
        body: row.text(9),
        texts: u32::try_from(row.int(10)).map_err(Fault::bug)?,
        prev: chain_hash(row, 11)?,
        hash: chain_hash(row, 12)?,
    })
}

fn chain_hash(row: &Row<'_>, column: usize) -> Result<ChainHash, Fault> {
    row.blob(column).try_into().map(ChainHash).map_err(|_| Fault::bug("a hash is not 64 bytes long"))
}

/// Versions of streams written lately, so that an act need not ask. Right as long as nobody else wrote, which the head's turn tells.
#[derive(Default)]
pub(crate) struct Versions {
    known: HashMap<String, (i64, ChainHash)>,
    /// What the current act changed, to put back if it is undone.
    touched: Vec<(String, Option<(i64, ChainHash)>)>,
}

const VERSIONS_MAX: usize = 100_000;

impl Versions {
    /// Remembers what the database said: true whether the act is kept or undone.
    fn learn(&mut self, stream: &str, end: (i64, ChainHash)) {
        self.known.insert(stream.to_owned(), end);
    }

    fn set(&mut self, stream: &str, end: (i64, ChainHash)) {
        let before = self.known.insert(stream.to_owned(), end);
        self.touched.push((stream.to_owned(), before));
    }

    pub(crate) fn keep(&mut self) {
        self.touched.clear();
        if self.known.len() > VERSIONS_MAX {
            self.known.clear();
        }
    }

    pub(crate) fn undo(&mut self) {
        for (stream, before) in self.touched.drain(..).rev() {
            match before {
                Some(end) => self.known.insert(stream, end),
                None => self.known.remove(&stream),
            };
        }
    }

    pub(crate) fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Act,
    /// A projection runs, for a new entry or in a rebuild.
    Project {
        position: i64,
        recorded_at: i64,
    },
}

/// What a transaction knows beside the database.
pub(crate) struct Frame {
    pub(crate) mode: Mode,
    pub(crate) tip: Tip,
    /// What the clock said when the transaction began, UTC ms.
    pub(crate) clock_ms: i64,
    pub(crate) docs: Vec<Doc>,
    pub(crate) versions: Versions,
    pub(crate) folds: Folds,
    /// Texts kept under the next position and not yet named by an entry.
    pub(crate) kept: u32,
    /// Those of them not yet written: slot, salt, text.
    pub(crate) texts: Vec<(u32, [u8; 32], String)>,
    /// The act has the transaction to itself: no error can come from a neighbour.
    pub(crate) alone: bool,
}

impl Frame {
    pub(crate) fn new(mode: Mode, tip: Tip, clock_ms: i64) -> Frame {
        Frame {
            mode,
            tip,
            clock_ms,
            docs: Vec::new(),
            versions: Versions::default(),
            folds: Folds::default(),
            kept: 0,
            texts: Vec::new(),
            alone: false,
        }
    }
}

/// A transaction: a consistent view of the database, and for an act its writes, all kept or none.
///
/// SQL is written once in the subset both databases read, with numbered arguments (`$1`). On PostgreSQL an argument that is only
/// selected needs a cast (`CAST($1 AS TEXT)`), and `SUM` over nothing is NULL on both.
pub struct Tx<'a> {
    pub(crate) link: &'a mut Link,
    pub(crate) bureau: &'a str,
    pub(crate) schema: &'a Schema,
    pub(crate) frame: &'a mut Frame,
}

impl Tx<'_> {
    /// The bureau whose ledger this is: the first column of every table.
    pub fn bureau(&self) -> &str {
        self.bureau
    }

    /// The time of this transaction, UTC milliseconds: the clock, in an act never before the last entry. In a projection, the entry's
    /// own.
    pub fn now_ms(&self) -> i64 {
        match self.frame.mode {
            Mode::Project { recorded_at, .. } => recorded_at,
            Mode::Act => self.frame.clock_ms.max(self.frame.tip.recorded_at),
            Mode::Read => self.frame.clock_ms,
        }
    }

    /// The position of the last entry this transaction sees; 0 in an empty journal.
    ///
    /// # Errors
    /// The database fails: a read asks for it only here, because most pages do not need it.
    pub fn position(&mut self) -> Result<i64, Fault> {
        Ok(match self.frame.mode {
            Mode::Project { position, .. } => position,
            Mode::Act => self.frame.tip.position,
            Mode::Read => self.tip()?.position,
        })
    }

    /// The position the next append gets: texts are kept under it.
    pub fn next_position(&self) -> i64 {
        match self.frame.mode {
            Mode::Project { position, .. } => position + 1,
            Mode::Act | Mode::Read => self.frame.tip.position + 1,
        }
    }

    /// The end of the chain as this transaction sees it.
    pub(crate) fn tip(&mut self) -> Result<Tip, Fault> {
        match self.frame.mode {
            Mode::Read => {
                let bureau = self.bureau;
                self.link.tip(bureau)?.ok_or_else(|| Fault::bug(format!("no chain for bureau {bureau}")))
            }
            _ => Ok(self.frame.tip.clone()),
        }
    }

    /// Runs a statement and gives the number of rows changed.
    pub fn execute(&mut self, sql: &str, args: &[Value<'_>]) -> Result<u64, Fault> {
        self.link.execute(sql, args)
    }

    /// Runs a statement whose result nobody needs: sent without waiting where the database allows. Its error, if any, fails the act.
    pub fn later(&mut self, sql: &str, args: &[Value<'_>]) -> Result<(), Fault> {
        self.link.later(sql, args)
    }

    /// All rows of a query.
    pub fn rows<T>(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        f: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.link.rows(sql, args, f)
    }

    /// The first row of a query, if there is one.
    pub fn row<T>(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        f: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.link.row(sql, args, f)
    }

    /// Appends an entry and runs every projection on it, so that none can be forgotten.
    ///
    /// # Errors
    /// [`Fault::Conflict`] where the stream is not at the version expected; [`Fault::Bug`] where the draft breaks the form (empty names,
    /// NUL characters, a body that is not JSON) or a projection fails.
    pub fn append(&mut self, draft: Draft<'_>) -> Result<Entry, Fault> {
        self.must_act("append")?;
        well_formed(&draft)?;
        let version = self.version(draft.stream, draft.expects)? + 1;
        let recorded_at = self.now_ms();
        let tip = &self.frame.tip;
        let day = draft.happened_at.to_string();
        let mut entry = Entry {
            format: FORMAT,
            position: tip.position + 1,
            stream: draft.stream.to_owned(),
            version,
            happened_at: draft.happened_at,
            recorded_at,
            actor: draft.actor.to_owned(),
            kind: draft.kind.to_owned(),
            kind_version: draft.kind_version,
            body: draft.body,
            texts: self.frame.kept,
            prev: tip.hash,
            hash: tip.hash,
        };
        entry.hash = Envelope::of(&entry, self.bureau, &day).hash();
        self.write_texts()?;
        insert_entry(self.link, self.bureau, &entry, &day)?;
        self.frame.tip.push(self.link, self.bureau, &entry)?;
        self.frame.versions.set(draft.stream, (version, entry.hash));
        self.frame.kept = 0;
        self.project(&entry)?;
        Ok(entry)
    }

    /// Keeps a text outside the journal under ([`Tx::next_position`], `slot`), so that it can be erased by order, and gives the salted
    /// commitment to put into the body of the entry: 128 hexadecimal digits (SM3, then SHA-256). The salt is 32 random bytes for each
    /// text, so equal texts show nothing. The act must then append that entry.
    pub fn keep(&mut self, slot: u32, text: &str) -> Result<String, Fault> {
        self.must_act("keep")?;
        if text.contains('\0') {
            return Err(Fault::bug("a text holds a NUL character"));
        }
        let salt = text::salt()?;
        let position = self.next_position();
        let commitment = text::commitment(position, slot.into(), &salt, text);
        self.frame.texts.push((slot, salt, text.to_owned()));
        self.frame.kept += 1;
        Ok(commitment)
    }

    /// Writes the texts kept for the next entry, all in one statement.
    fn write_texts(&mut self) -> Result<(), Fault> {
        if self.frame.texts.is_empty() {
            return Ok(());
        }
        let position = self.next_position();
        let texts = std::mem::take(&mut self.frame.texts);
        let mut args: Vec<Value<'_>> = Vec::with_capacity(2 + texts.len() * 3);
        args.extend([self.bureau.into(), Value::from(position)]);
        for (slot, salt, text) in &texts {
            args.extend([Value::from(*slot), salt.into(), text.into()]);
        }
        let row = |n: usize| format!("($1, $2, ${}, ${}, ${})", n * 3 + 3, n * 3 + 4, n * 3 + 5);
        let rows = (0..texts.len()).map(row).collect::<Vec<_>>().join(", ");
        self.link.later(&format!("INSERT INTO texts (bureau, position, slot, salt, value) VALUES {rows}"), &args)
    }

    /// A text kept earlier; `None` where it was erased or never kept.
    pub fn text(&mut self, position: i64, slot: u32) -> Result<Option<String>, Fault> {
        self.write_texts()?;
        let found = self.link.row(
            "SELECT value FROM texts WHERE bureau = $1 AND position = $2 AND slot = $3",
            &[self.bureau.into(), position.into(), slot.into()],
            |row| Ok(row.opt_text(0)),
        )?;
        Ok(found.flatten())
    }

    /// Several texts in few statements; those erased are not in the answer.
    pub fn texts(&mut self, keys: &[(i64, u32)]) -> Result<BTreeMap<(i64, u32), String>, Fault> {
        self.write_texts()?;
        let mut texts = BTreeMap::new();
        for some in keys.chunks(TEXTS_MAX) {
            let Some(last) = some.last() else { continue };
            // A few lengths, filled up with the last key, so that few prepared statements serve every length.
            let (length, sql) =
                TEXTS.iter().find(|(length, _)| *length >= some.len()).expect("a chunk fits the longest");
            let mut args: Vec<Value<'_>> = vec![self.bureau.into()];
            for (position, slot) in some.iter().chain(std::iter::repeat_n(last, length - some.len())) {
                args.extend([Value::from(*position), Value::from(*slot)]);
            }
            let rows = self.link.rows(sql, &args, |row| {
                Ok(((row.int(0), u32::try_from(row.int(1)).map_err(Fault::bug)?), row.opt_text(2)))
            })?;
            texts.extend(rows.into_iter().filter_map(|(key, text)| Some((key, text?))));
        }
        Ok(texts)
    }

    /// Drops a text and its salt by order of the entry at `by_position`; the chain stays valid and [`verify`](crate::Ledger::verify) says
    /// what erased it. Gives whether there was a text to erase. Backups made before still hold it.
    ///
    /// The projections of the erasing entry must also take the text out of their rows, and [`Tx::index`] what is left. Pairs of its
    /// characters may stay in the files of the search until they are merged, on PostgreSQL old row versions until they are vacuumed.
    pub fn erase(&mut self, position: i64, slot: u32, by_position: i64) -> Result<bool, Fault> {
        if self.frame.mode == Mode::Read {
            return Err(Fault::ReadOnly);
        }
        self.link.erasing()?;
        let rows = self.link.execute(
            "UPDATE texts SET salt = NULL, value = NULL, erased_by = $4 WHERE bureau = $1 AND position = $2 AND slot = $3 AND erased_by IS NULL",
            &[self.bureau.into(), position.into(), slot.into(), by_position.into()],
        )?;
        Ok(rows > 0)
    }

    /// Every entry of a stream, in order.
    pub fn stream(&mut self, stream: &str) -> Result<Vec<Entry>, Fault> {
        self.link.rows(
            &format!("SELECT {ENTRY} FROM journal WHERE bureau = $1 AND stream = $2 ORDER BY version"),
            &[self.bureau.into(), stream.into()],
            read_entry,
        )
    }

    /// The version of each of these streams, in their order, 0 for an empty one; one statement for every two hundred.
    ///
    /// # Errors
    /// The database fails; a projection asks, which a rebuild would answer differently.
    pub fn versions(&mut self, streams: &[String]) -> Result<Vec<i64>, Fault> {
        const CHUNK: usize = 200;
        if matches!(self.frame.mode, Mode::Project { .. }) {
            return Err(Fault::bug("a projection asks how far a stream has come"));
        }
        // Always as many marks, filled up with the last stream, so that one prepared statement serves every length.
        let marks: Vec<String> = (2..CHUNK + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT stream, MAX(version) FROM journal WHERE bureau = $1 AND stream IN ({}) GROUP BY stream",
            marks.join(", ")
        );
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        for some in streams.chunks(CHUNK) {
            let Some(last) = some.last() else { continue };
            let mut args: Vec<Value<'_>> = vec![self.bureau.into()];
            args.extend(some.iter().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(Value::from));
            found.extend(self.link.rows(&sql, &args, |row| Ok((row.text(0), row.int(1))))?);
        }
        Ok(streams.iter().map(|stream| found.get(stream).copied().unwrap_or(0)).collect())
    }

    /// The hash of the newest entry of each of these streams, `None` for an empty one: what was made of a stream is still right exactly
    /// while this stays. One statement in a read; in an act none, mostly.
    ///
    /// # Errors
    /// The database fails; a projection asks, which a rebuild would answer differently.
    pub fn ends<const N: usize>(&mut self, streams: [&str; N]) -> Result<[Option<ChainHash>; N], Fault> {
        let mut ends = [None; N];
        match self.frame.mode {
            Mode::Project { .. } => return Err(Fault::bug("a projection asks how far a stream has come")),
            Mode::Act => {
                for (found, stream) in ends.iter_mut().zip(streams) {
                    *found = match self.frame.versions.known.get(stream) {
                        Some((_, hash)) => Some(*hash),
                        None => {
                            let end = self.end(stream)?;
                            if let Some(end) = end {
                                self.frame.versions.learn(stream, end);
                            }
                            end.map(|(_, hash)| hash)
                        }
                    };
                }
            }
            Mode::Read => {
                let newest = |n| {
                    format!(
                        "(SELECT hash FROM journal WHERE bureau = $1 AND stream = ${n} ORDER BY version DESC LIMIT 1)"
                    )
                };
                let sql = format!("SELECT {}", (2..N + 2).map(newest).collect::<Vec<_>>().join(", "));
                let mut args: Vec<Value<'_>> = vec![self.bureau.into()];
                args.extend(streams.map(Value::from));
                self.link.each(&sql, &args, |row| {
                    for (at, found) in ends.iter_mut().enumerate() {
                        *found = row.opt_blob(at).map(|_| chain_hash(row, at)).transpose()?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(ends)
    }

    /// What all entries of a stream make, folded one by one, oldest first.
    ///
    /// An act gets what an earlier act of this writer folded and reads only the entries since; a read folds the whole stream.
    ///
    /// # Errors
    /// The database fails, or `step` does.
    pub fn fold<S: Folded>(&mut self, stream: &str) -> Result<Arc<S>, Fault> {
        self.fold_until(stream, None)
    }

    /// What a stream makes up to and including this entry: what a projection may know, live and in a rebuild alike.
    ///
    /// # Errors
    /// As [`Tx::fold`].
    pub fn fold_to<S: Folded>(&mut self, entry: &Entry) -> Result<Arc<S>, Fault> {
        self.fold_until(&entry.stream, Some(entry))
    }

    fn fold_until<S: Folded>(&mut self, stream: &str, last: Option<&Entry>) -> Result<Arc<S>, Fault> {
        let until = last.map_or(i64::MAX, |entry| entry.version);
        let (mut version, mut state) = self.frame.folds.take::<S>(stream, until).unwrap_or_default();
        let complete = last.is_none() && self.frame.versions.known.get(stream).is_some_and(|end| end.0 == version);
        match last {
            Some(entry) if version == until - 1 => {
                Arc::make_mut(&mut state).step(entry)?;
                version = until;
            }
            _ if version == until || complete => {}
            _ => {
                let sql = format!(
                    "SELECT {ENTRY} FROM journal WHERE bureau = $1 AND stream = $2 AND version > $3 AND version <= $4 ORDER BY version"
                );
                let args = [self.bureau.into(), stream.into(), version.into(), until.into()];
                let folded = Arc::make_mut(&mut state);
                self.link.each(&sql, &args, |row| {
                    let entry = read_entry(row)?;
                    version = entry.version;
                    folded.step(&entry)
                })?;
            }
        }
        if self.frame.mode != Mode::Read {
            self.frame.folds.put(stream, version, &state);
        }
        Ok(state)
    }

    /// The entry at a position.
    pub fn entry(&mut self, position: i64) -> Result<Option<Entry>, Fault> {
        self.link.row(
            &format!("SELECT {ENTRY} FROM journal WHERE bureau = $1 AND position = $2"),
            &[self.bureau.into(), position.into()],
            read_entry,
        )
    }

    /// At most `limit` entries after a position, in order.
    pub fn entries_after(&mut self, position: i64, limit: u32) -> Result<Vec<Entry>, Fault> {
        entries_after(self.link, self.bureau, position, i64::MAX, limit.into())
    }

    /// Puts a text into the search, replacing what was there under this kind and id; an empty text is never found.
    ///
    /// Only projections may index, because only what they index comes back in a rebuild. Written at the end of the batch: a search in
    /// the same transaction does not see it yet.
    pub fn index(&mut self, kind: &'static str, id: &str, text: &str) -> Result<(), Fault> {
        self.index_tagged(kind, id, text, &[])
    }

    /// [`Tx::index`] with tags to narrow a search by.
    pub fn index_tagged(&mut self, kind: &'static str, id: &str, text: &str, tags: &[&str]) -> Result<(), Fault> {
        let Mode::Project { position, .. } = self.frame.mode else {
            return Err(Fault::bug("index is called outside a projection; a rebuild would lose it"));
        };
        self.frame.docs.push(Doc::new(kind, id, position, text, tags));
        Ok(())
    }

    /// What was indexed with all the words of the query, newest first. `kind` narrows it to one kind.
    pub fn search(&mut self, kind: Option<&str>, query: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        self.search_tagged(kind, query, &[], limit)
    }

    /// [`Tx::search`] among what carries all of these tags.
    pub fn search_tagged(
        &mut self,
        kind: Option<&str>,
        query: &str,
        tags: &[&str],
        limit: u32,
    ) -> Result<Vec<Hit>, Fault> {
        let query = Query::new(query, tags);
        if query.terms.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = self.link.search(self.bureau, kind, &query, limit)?;
        hits.sort_by(|a, b| b.position.cmp(&a.position).then_with(|| (&a.kind, &a.id).cmp(&(&b.kind, &b.id))));
        hits.truncate(limit as usize);
        Ok(hits)
    }

    /// Runs the projections on an entry, live or in a rebuild.
    pub(crate) fn project(&mut self, entry: &Entry) -> Result<(), Fault> {
        let before = self.frame.mode;
        self.frame.mode = Mode::Project { position: entry.position, recorded_at: entry.recorded_at };
        let schema = self.schema;
        let done = schema.projects.iter().try_for_each(|project| project(self, entry));
        self.frame.mode = before;
        done
    }

    fn must_act(&self, what: &str) -> Result<(), Fault> {
        match self.frame.mode {
            Mode::Act => Ok(()),
            Mode::Read => Err(Fault::ReadOnly),
            Mode::Project { .. } => Err(Fault::bug(format!("{what} is called inside a projection"))),
        }
    }

    /// Version and hash of the newest entry of a stream.
    fn end(&mut self, stream: &str) -> Result<Option<(i64, ChainHash)>, Fault> {
        self.link.row(
            "SELECT version, hash FROM journal WHERE bureau = $1 AND stream = $2 ORDER BY version DESC LIMIT 1",
            &[self.bureau.into(), stream.into()],
            |row| Ok((row.int(0), chain_hash(row, 1)?)),
        )
    }

    /// The version of the stream, which must be the one expected.
    fn version(&mut self, stream: &str, expects: Option<i64>) -> Result<i64, Fault> {
        let version = match self.frame.versions.known.get(stream) {
            Some((version, _)) => *version,
            // A stream said to be new: the unique key speaks if it is not, and then the act runs again alone and asks.
            None if expects == Some(0) && self.link.pipelines() && !self.frame.alone => 0,
            None => self.end(stream)?.map_or(0, |end| end.0),
        };
        if expects.is_some_and(|expected| expected != version) {
            return Err(Fault::Conflict { stream: stream.to_owned(), version });
        }
        Ok(version)
    }
}

/// Keys asked for in one statement at most.
const TEXTS_MAX: usize = 512;

/// Statements for so many keys. The keys are the outer table of the join: asked with OR, SQLite reads the whole table instead.
static TEXTS: LazyLock<[(usize, String); 4]> = LazyLock::new(|| {
    [8, 32, 128, TEXTS_MAX].map(|length| {
        let key = |i| format!("(CAST(${} AS BIGINT), CAST(${} AS BIGINT))", 2 * i + 2, 2 * i + 3);
        let keys = (0..length).map(key).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT t.position, t.slot, t.value FROM (VALUES {keys}) AS k CROSS JOIN texts t \
             WHERE t.bureau = $1 AND t.position = k.column1 AND t.slot = k.column2"
        );
        (length, sql)
    })
});

pub(crate) fn entries_after(
    link: &mut Link,
    bureau: &str,
    after: i64,
    to: i64,
    limit: i64,
) -> Result<Vec<Entry>, Fault> {
    link.rows(
        &format!("SELECT {ENTRY} FROM journal WHERE bureau = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4"),
        &[bureau.into(), after.into(), to.into(), limit.into()],
        read_entry,
    )
}

pub(crate) fn insert_entry(link: &mut Link, bureau: &str, entry: &Entry, day: &str) -> Result<(), Fault> {
    link.later(
        "INSERT INTO journal (bureau, position, format, stream, version, happened_at, recorded_at, actor, kind, kind_version, body, texts, \
         prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            bureau.into(),
            entry.position.into(),
            entry.format.into(),
            (&entry.stream).into(),
            entry.version.into(),
            day.into(),
            entry.recorded_at.into(),
            (&entry.actor).into(),
            (&entry.kind).into(),
            entry.kind_version.into(),
            (&entry.body).into(),
            entry.texts.into(),
            (&entry.prev.0).into(),
            (&entry.hash.0).into(),
        ],
    )
}

/// Keeps the root of the block that the entry at `position` completed.
fn insert_block(link: &mut Link, bureau: &str, position: i64, root: &merkle::Node) -> Result<(), Fault> {
    let number = position / merkle::BLOCK.cast_signed() - 1;
    link.later(
        "INSERT INTO blocks (bureau, number, root) VALUES ($1, $2, $3)",
        &[bureau.into(), number.into(), root.into()],
    )
}

fn well_formed(draft: &Draft<'_>) -> Result<(), Fault> {
    for (name, text) in [("stream", draft.stream), ("actor", draft.actor), ("kind", draft.kind)] {
        if text.is_empty() || text.contains('\0') {
            return Err(Fault::bug(format!("the draft's {name} is empty or holds a NUL character")));
        }
    }
    serde_json::from_str::<serde::de::IgnoredAny>(&draft.body)
        .map_err(|error| Fault::bug(format!("the draft's body is not JSON: {error}")))?;
    Ok(())
}
