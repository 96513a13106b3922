//! SQLite: one connection, its statements and its durability.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, StatementStatus, ToSql, params_from_iter};

use super::{Access, Row};
use crate::search::{Doc, Query, Term};
use crate::value::Value;
use crate::{Fault, Hit};

/// The database file inside the ledger's folder.
pub(crate) const FILE: &str = "ledger.db";

/// Pages in the log after which the writer moves them into the database file: 16 MB.
const CHECKPOINT_PAGES: u64 = 4000;
/// The statement that took most steps of SQLite's machine since last asked, and how many.
static HEAVIEST: Mutex<Option<(u64, String)>> = Mutex::new(None);
static HEAVIEST_STEPS: AtomicU64 = AtomicU64::new(0);

/// Compares a finished statement with the heaviest so far: one that scans a table shows here long before it shows in a clock.
fn heavy(statement: &CachedStatement<'_>, sql: &str) {
    let steps = u64::try_from(statement.reset_status(StatementStatus::VmStep)).unwrap_or(0);
    if steps > HEAVIEST_STEPS.load(Ordering::Relaxed) {
        HEAVIEST_STEPS.store(steps, Ordering::Relaxed);
        *HEAVIEST.lock().unwrap_or_else(PoisonError::into_inner) = Some((steps, sql.to_owned()));
    }
}

/// What [`heavy`] found; begins anew.
pub(crate) fn heaviest() -> Option<(u64, String)> {
    HEAVIEST_STEPS.store(0, Ordering::Relaxed);
    HEAVIEST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// How long a statement waits for another process that writes.
const BUSY_MS: u64 = 10_000;
/// How long emptying the log after an erasure waits for readers, and after how many batches it is tried again.
const PURGE_MS: u64 = 200;
const PURGE_EVERY: u64 = 64;

pub(crate) struct Link {
    connection: Connection,
    /// Statements with `$n` rewritten to `?n`: to SQLite `$1` is a *name*, and `SELECT $2, $1` would silently bind the wrong way round.
    rewritten: HashMap<String, String>,
    file: PathBuf,
    /// A text was erased in this transaction: free pages and log must not keep its bytes.
    erased: bool,
    /// The log holds erased bytes.
    purge: bool,
    batches: u64,
    /// Pages written since the last checkpoint, estimated.
    pages: u64,
    failed: bool,
}

impl Link {
    pub(crate) fn open(folder: &Path, access: Access) -> Result<Link, Fault> {
        let file = folder.join(FILE);
        let open = |flags| Connection::open_with_flags(&file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let connection = match access {
            Access::Write => {
                std::fs::create_dir_all(folder).map_err(|error| io(&error))?;
                open(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            }
            Access::Read | Access::Scratch => open(OpenFlags::SQLITE_OPEN_READ_WRITE),
        }
        .map_err(|error| fault(&error))?;
        // The cache holds 16 statements unless told; a full set of projections has hundreds.
        connection.set_prepared_statement_cache_capacity(1024);
        connection.busy_timeout(Duration::from_millis(BUSY_MS)).map_err(|error| fault(&error))?;
        let pragmas = match access {
            // The writer moves the log itself after it has answered; SQLite's own threshold is only the safety net.
            Access::Write => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -65536; \
                 PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY;"
            }
            Access::Read => "PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
            // A scratch database is thrown away if it is not finished: no log, no sync.
            Access::Scratch => "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;",
        };
        connection.execute_batch(pragmas).map_err(|error| fault(&error))?;
        Ok(Link {
            connection,
            rewritten: HashMap::new(),
            file,
            erased: false,
            purge: false,
            batches: 0,
            pages: 0,
            failed: false,
        })
    }

    /// An empty scratch database at this path.
    pub(crate) fn scratch(folder: &Path) -> Result<Link, Fault> {
        std::fs::create_dir_all(folder).map_err(|error| io(&error))?;
        std::fs::File::create(folder.join(FILE)).map_err(|error| io(&error))?;
        Link::open(folder, Access::Scratch)
    }

    /// Makes creation durable: the file, its folder and the folder's own name.
    pub(crate) fn settle_files(&mut self) -> Result<(), Fault> {
        // Not all of it may go while another process reads; the log is durable too.
        self.move_log("TRUNCATE")?;
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let above = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for path in [self.file.as_path(), folder, above] {
            std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| io(&error))?;
        }
        Ok(())
    }

    pub(crate) fn search_tables() -> &'static [&'static str] {
        // Row numbers carry the scope in their upper bits (see `Scope`), so one search reads one range, newest first.
        &[
            "CREATE TABLE IF NOT EXISTS search_scopes (number INTEGER PRIMARY KEY, bureau TEXT NOT NULL, kind TEXT NOT NULL, \
             UNIQUE (bureau, kind))",
            "CREATE TABLE IF NOT EXISTS search_rows (row INTEGER PRIMARY KEY, bureau TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, \
             position BIGINT NOT NULL, digest BYTEA NOT NULL, UNIQUE (bureau, kind, id))",
            // Words come folded and cut (see `search`), so the tokenizer only splits at spaces; contents are never read back.
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(words, content='', contentless_delete=1, tokenize='ascii')",
            // Twice the default: less rewriting for each act, a little more reading for each search.
            "INSERT INTO search_words (search_words, rank) VALUES ('automerge', 8)",
        ]
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Fault> {
        let done = self.connection.execute_batch(sql);
        self.seen(done)
    }

    pub(crate) fn begin(&mut self, access: Access) -> Result<(), Fault> {
        let begin = match access {
            Access::Write => "BEGIN IMMEDIATE",
            Access::Read | Access::Scratch => "BEGIN",
        };
        self.connection.execute_batch(begin).map_err(|error| fault(&error))
    }

    /// After an I/O error the pages may or may not be durable, although this connection has rolled back: the outcome is unknown.
    /// A full disk is different: the commit's last frame was refused, and a log without it holds no commit.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        let done = self.connection.execute_batch("COMMIT");
        self.pages += 4;
        let Err(error) = done else { return Ok(()) };
        let code = error.sqlite_error().map(|e| (e.code, e.extended_code));
        tracing::error!(?error, ?code, "commit failed");
        self.rollback();
        match code {
            Some((ErrorCode::DiskFull, _)) => Err(Fault::Full),
            Some((ErrorCode::ReadOnly, _)) => Err(Fault::ReadOnly),
            Some((ErrorCode::ConstraintViolation, _)) => Err(fault(&error)),
            _ => Err(Fault::Unknown),
        }
    }

    pub(crate) fn rollback(&mut self) {
        self.failed = false;
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(?error, "rollback failed");
        }
        self.forget_erasure();
    }

    /// Some errors (disk full, I/O) end the transaction by themselves.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn take_failed(&mut self) -> bool {
        std::mem::take(&mut self.failed)
    }

    pub(crate) fn execute(&mut self, sql: &str, args: &[Value<'_>]) -> Result<u64, Fault> {
        let done = self
            .statement(sql)
            .and_then(|mut statement| {
                let done = statement.execute(params_from_iter(args));
                heavy(&statement, sql);
                done
            })
            .map(|rows| rows as u64);
        self.pages += 1;
        self.seen(done)
    }

    pub(crate) fn rows(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let done = (|| {
            let mut statement = self.statement(sql)?;
            let mut rows = statement.query(params_from_iter(args))?;
            while let Some(row) = rows.next()? {
                let row = Row::sqlite(row);
                if let Err(fault) = super::check(&row, each) {
                    return Ok(Err(fault));
                }
            }
            drop(rows);
            heavy(&statement, sql);
            Ok(Ok(()))
        })();
        self.seen(done)?
    }

    /// From here to the end of the transaction freed bytes are overwritten, also in whole pages.
    pub(crate) fn erasing(&mut self) -> Result<(), Fault> {
        if !self.erased {
            (self.erased, self.purge) = (true, true);
            // The next rest tries at once.
            self.batches = PURGE_EVERY - 1;
            self.script("PRAGMA secure_delete = ON")?;
        }
        Ok(())
    }

    /// After the transaction: freed bytes are overwritten within pages only, as before.
    fn forget_erasure(&mut self) {
        if std::mem::take(&mut self.erased)
            && let Err(error) = self.connection.execute_batch("PRAGMA secure_delete = FAST")
        {
            tracing::warn!(?error, "secure_delete stays on");
        }
    }

    /// Work that may wait until the callers are answered.
    pub(crate) fn rest(&mut self) {
        self.forget_erasure();
        self.batches += 1;
        // The log still holds what was erased; a long read may keep it from being emptied for a while.
        if self.purge && self.batches.is_multiple_of(PURGE_EVERY) {
            self.purge = !self.move_log_briefly();
        } else if self.pages >= CHECKPOINT_PAGES
            && let Err(error) = self.move_log("PASSIVE")
        {
            // The log is whole without it; the next checkpoint tries again.
            tracing::warn!(?error, "checkpoint of the log failed");
        }
    }

    fn move_log_briefly(&mut self) -> bool {
        let wait = |connection: &Connection, ms| connection.busy_timeout(Duration::from_millis(ms));
        let done =
            wait(&self.connection, PURGE_MS).map_err(|error| fault(&error)).and_then(|()| self.move_log("TRUNCATE"));
        if let Err(error) = wait(&self.connection, BUSY_MS) {
            tracing::warn!(?error, "the waiting time stays short");
        }
        done.unwrap_or_else(|error| {
            tracing::warn!(?error, "checkpoint of the log failed");
            false
        })
    }

    /// Moves the log into the database file; says whether all of it.
    fn move_log(&mut self, how: &str) -> Result<bool, Fault> {
        self.pages = 0;
        let sql = format!("PRAGMA wal_checkpoint({how})");
        self.connection.query_row(&sql, [], |row| Ok(row.get::<_, i64>(0)? == 0)).map_err(|error| fault(&error))
    }

    pub(crate) fn backup(&mut self, to: &Path) -> Result<(), Fault> {
        let mut copy = Connection::open(to).map_err(|error| fault(&error))?;
        {
            let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy).map_err(|error| fault(&error))?;
            // All pages in one step: a copy in several steps starts again whenever somebody writes.
            match backup.step(-1).map_err(|error| fault(&error))? {
                rusqlite::backup::StepResult::Done => {}
                other => return Err(Fault::Unavailable(format!("backup: {other:?}"))),
            }
        }
        copy.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))
            .map_err(|error| fault(&error))
            .and_then(
                |said| if said == "ok" { Ok(()) } else { Err(Fault::Bug(format!("backup is damaged: {said}"))) },
            )?;
        drop(copy);
        for path in [Some(to), to.parent()].into_iter().flatten() {
            std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| io(&error))?;
        }
        Ok(())
    }

    /// Writes the batch's search rows. FTS5 flushes at every savepoint, so this must come after the last release.
    pub(crate) fn write_search(&mut self, bureau: &str, docs: &[Doc]) -> Result<(), Fault> {
        let mut next: HashMap<&str, i64> = HashMap::new();
        for doc in docs {
            let row = match next.get(doc.kind.as_str()) {
                Some(row) => *row,
                None => self.next_row(bureau, &doc.kind)?,
            };
            next.insert(&doc.kind, row + 1);
            let mut old = None;
            self.rows(
                "SELECT row FROM search_rows WHERE bureau = $1 AND kind = $2 AND id = $3",
                &[bureau.into(), (&doc.kind).into(), (&doc.id).into()],
                &mut |found| {
                    old = Some(found.int(0));
                    Ok(())
                },
            )?;
            if let Some(old) = old {
                self.execute("DELETE FROM search_words WHERE rowid = $1", &[old.into()])?;
                self.execute("DELETE FROM search_rows WHERE row = $1", &[old.into()])?;
            }
            self.execute(
                "INSERT INTO search_rows (row, bureau, kind, id, position, digest) VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    row.into(),
                    bureau.into(),
                    (&doc.kind).into(),
                    (&doc.id).into(),
                    doc.position.into(),
                    (&doc.digest).into(),
                ],
            )?;
            let words = doc.words.join(" ");
            self.execute("INSERT INTO search_words (rowid, words) VALUES ($1, $2)", &[row.into(), (&words).into()])?;
        }
        Ok(())
    }

    pub(crate) fn clear_search(&mut self, bureau: &str) -> Result<(), Fault> {
        for scope in self.scopes(bureau, None)? {
            let (from, to) = scope.range();
            self.execute("DELETE FROM search_words WHERE rowid BETWEEN $1 AND $2", &[from.into(), to.into()])?;
            self.execute("DELETE FROM search_rows WHERE row BETWEEN $1 AND $2", &[from.into(), to.into()])?;
        }
        Ok(())
    }

    /// Dropping beats deleting a million rows, where no other bureau has rows there.
    pub(crate) fn drop_search(&mut self) -> Result<(), Fault> {
        self.script(
            "DROP TABLE IF EXISTS search_words; DROP TABLE IF EXISTS search_rows; DROP TABLE IF EXISTS search_scopes",
        )
    }

    pub(crate) fn search(
        &mut self,
        bureau: &str,
        kind: Option<&str>,
        query: &Query,
        limit: u32,
    ) -> Result<Vec<Hit>, Fault> {
        let matching = query.terms.iter().map(quoted).collect::<Vec<_>>().join(" ");
        let mut hits = Vec::new();
        for scope in self.scopes(bureau, kind)? {
            let (from, to) = scope.range();
            self.rows(
                "SELECT r.kind, r.id, r.position FROM search_words w JOIN search_rows r ON r.row = w.rowid \
                 WHERE w.words MATCH $1 AND w.rowid BETWEEN $2 AND $3 ORDER BY w.rowid DESC LIMIT $4",
                &[(&matching).into(), from.into(), to.into(), limit.into()],
                &mut |row| {
                    hits.push(Hit { kind: row.text(0), id: row.text(1), position: row.int(2) });
                    Ok(())
                },
            )?;
        }
        Ok(hits)
    }

    fn next_row(&mut self, bureau: &str, kind: &str) -> Result<i64, Fault> {
        let scope = match self.scopes(bureau, Some(kind))?.pop() {
            Some(scope) => scope,
            None => {
                self.execute(
                    "INSERT INTO search_scopes (bureau, kind) VALUES ($1, $2)",
                    &[bureau.into(), kind.into()],
                )?;
                self.scopes(bureau, Some(kind))?.pop().ok_or_else(|| Fault::bug("the new search scope is not there"))?
            }
        };
        let (from, to) = scope.range();
        let mut last = None;
        self.rows(
            "SELECT max(row) FROM search_rows WHERE row BETWEEN $1 AND $2",
            &[from.into(), to.into()],
            &mut |row| {
                last = row.opt_int(0);
                Ok(())
            },
        )?;
        Ok(last.unwrap_or(from) + 1)
    }

    fn scopes(&mut self, bureau: &str, kind: Option<&str>) -> Result<Vec<Scope>, Fault> {
        let mut scopes = Vec::new();
        let (sql, args): (_, Vec<Value<'_>>) = match kind {
            Some(kind) => {
                ("SELECT number FROM search_scopes WHERE bureau = $1 AND kind = $2", vec![bureau.into(), kind.into()])
            }
            None => ("SELECT number FROM search_scopes WHERE bureau = $1", vec![bureau.into()]),
        };
        self.rows(sql, &args, &mut |row| {
            scopes.push(Scope(row.int(0)));
            Ok(())
        })?;
        Ok(scopes)
    }

    fn statement(&mut self, sql: &str) -> rusqlite::Result<rusqlite::CachedStatement<'_>> {
        if !sql.contains('$') {
            return self.connection.prepare_cached(sql);
        }
        if !self.rewritten.contains_key(sql) {
            self.rewritten.insert(sql.to_owned(), rewrite(sql));
        }
        self.connection.prepare_cached(&self.rewritten[sql])
    }

    fn seen<T>(&mut self, done: rusqlite::Result<T>) -> Result<T, Fault> {
        done.map_err(|error| {
            self.failed = true;
            fault(&error)
        })
    }
}

/// One kind of search row of one bureau: the upper bits of its row numbers. 2^40 rows each.
struct Scope(i64);

impl Scope {
    fn range(&self) -> (i64, i64) {
        (self.0 << 40, ((self.0 + 1) << 40) - 1)
    }
}

fn quoted(term: &Term) -> String {
    // The words hold letters, digits and Han characters only, so there is nothing to escape within the quotes.
    match term {
        Term::Phrase(words) => format!("\"{}\"", words.join(" ")),
        Term::Prefix(word) => format!("\"{word}\"*"),
        Term::Tag(word) => format!("\"{word}\""),
    }
}

/// `$n` to `?n`, outside quoted text.
fn rewrite(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quote = None;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '$' && chars.peek().is_some_and(char::is_ascii_digit) => {
                out.push('?');
                continue;
            }
            None => {}
        }
        out.push(c);
    }
    out
}

pub(crate) fn io(error: &std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Fault::Full,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly,
        _ => Fault::Unavailable(error.to_string()),
    }
}

/// What an error *before* the commit means: nothing was recorded.
fn fault(error: &rusqlite::Error) -> Fault {
    let Some(code) = error.sqlite_error_code() else { return Fault::Bug(error.to_string()) };
    match code {
        ErrorCode::DiskFull => Fault::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Fault::ReadOnly,
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::CannotOpen
        | ErrorCode::SystemIoFailure
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed => Fault::Unavailable(error.to_string()),
        _ => Fault::Bug(error.to_string()),
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn numbered_arguments_are_rewritten_outside_quotes() {
        assert_eq!(rewrite("SELECT $2, $1, '$3', \"$4\" WHERE a = $10"), "SELECT ?2, ?1, '$3', \"$4\" WHERE a = ?10");
    }
}
