//! The only sink module with `unsafe`: a raw SQLite connection whose bulk insert reads our row batches
//! through a virtual table (`INSERT INTO t SELECT .. FROM instaseed_feed`). This is about twice as
//! fast as bound parameters, because SQLite pulls each cell straight into the record it builds.
//!
//! Invariant: the feed outlives the connection, and a batch is not touched while a statement reads
//! it. Everything here is private to the loader; the safe surface is [`Raw`]. `guard` keeps the
//! contents of a hostile file from acting.
#![allow(unsafe_code, reason = "SQLite's interface for virtual tables is in C")]

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

use crate::edition::WIDEST;

mod guard;
mod rows;
mod table;

pub(crate) use rows::RawCell;

/// The widest table that the feed can serve.
pub(crate) const MAX_COLUMNS: usize = 16;

const _: () = assert!(WIDEST <= MAX_COLUMNS, "the virtual table declares fewer columns than a table has");

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const TEXT: u8 = 2;

/// Appends a number to the rows of a batch: each cell is a tag and its bytes, with nothing between rows.
#[inline(always)]
pub(crate) fn put_integer(bytes: &mut Vec<u8>, value: i64) {
    let mut cell = [INTEGER; 9];
    cell[1..].copy_from_slice(&value.to_ne_bytes());
    bytes.extend_from_slice(&cell);
}

/// Appends a text.
#[inline(always)]
pub(crate) fn put_text(bytes: &mut Vec<u8>, value: &[u8]) {
    let mut head = [TEXT; 5];
    head[1..].copy_from_slice(&(value.len() as u32).to_ne_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(value);
}

/// Appends NULL.
#[inline(always)]
pub(crate) fn put_null(bytes: &mut Vec<u8>) {
    bytes.push(NULL);
}

/// SQLite's own error message, with its extended code.
#[derive(Debug)]
pub(crate) struct RawError {
    pub code: i32,
    pub message: String,
}

/// The smallest and the largest number that a column received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyRange {
    pub min: i64,
    pub max: i64,
}

impl KeyRange {
    /// The range of no numbers at all.
    pub(crate) const NONE: KeyRange = KeyRange { min: i64::MAX, max: i64::MIN };

    #[inline(always)]
    pub(crate) fn union(self, other: KeyRange) -> KeyRange {
        KeyRange { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

/// What the virtual table reads: one batch, as wide as the statement's table; empty between
/// statements. It records the range of each column as SQLite reads it.
struct Feed {
    bytes: *const u8,
    len: usize,
    columns: usize,
    ends: [KeyRange; MAX_COLUMNS],
}

impl Feed {
    const EMPTY: Feed = Feed { bytes: ptr::null(), len: 0, columns: 0, ends: [KeyRange::NONE; MAX_COLUMNS] };
}

/// What a statement took from the feed.
#[derive(Debug)]
pub(crate) struct Taken {
    pub rows: u64,
    pub ends: [KeyRange; MAX_COLUMNS],
}

/// A raw connection with the feed registered.
#[derive(Debug)]
pub(crate) struct Raw {
    db: *mut ffi::sqlite3,
    feed: *mut Feed,
}

impl Raw {
    pub(crate) fn open(path: &Path) -> Result<Raw, RawError> {
        let refused = |message: String| RawError { code: ffi::SQLITE_CANTOPEN, message };
        // SQLite treats a name that begins with `file:` as a URI, which would be another file; no
        // absolute path begins so.
        let path = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
        let c_path = CString::new(path.as_os_str().as_encoded_bytes())
            .map_err(|_| refused("the path holds a NUL byte".into()))?;
        let mut db = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the path is NUL-terminated, and `db` receives a handle that `Raw` closes, even after an error.
        let code = unsafe { ffi::sqlite3_open_v2(c_path.as_ptr(), &mut db, flags, ptr::null()) };
        let feed = Box::into_raw(Box::new(Feed::EMPTY));
        let raw = Raw { db, feed };
        raw.check(code)?;
        raw.check(guard::apply(raw.db))?;
        // SAFETY: MODULE is static, and the feed is freed in Drop only after the connection is closed.
        let code = unsafe {
            ffi::sqlite3_create_module_v2(db, c"instaseed_feed".as_ptr(), &table::MODULE, feed.cast(), None)
        };
        raw.check(code)?;
        Ok(raw)
    }

    /// Runs our own SQL and ignores its rows; it may contain several statements.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), RawError> {
        let c_sql = c_text(sql)?;
        // SAFETY: `c_sql` is NUL-terminated and lives through the call.
        let code =
            unsafe { ffi::sqlite3_exec(self.db, c_sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        self.check(code)
    }

    /// Runs one statement; a text that contains more is refused before anything runs.
    pub(crate) fn run_one(&mut self, sql: &str) -> Result<(), RawError> {
        let statement = Statement::prepare(self, sql)?;
        while statement.step(self)? {}
        Ok(())
    }

    /// The rows of a small query, every cell as text.
    pub(crate) fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, RawError> {
        let statement = Statement::prepare(self, sql)?;
        let mut rows = Vec::new();
        while statement.step(self)? {
            rows.push((0..statement.columns()).map(|column| statement.text(column)).collect());
        }
        Ok(rows)
    }

    /// Inserts the rows of a batch written with `put_..`, and returns what was inserted.
    pub(crate) fn insert(&mut self, sql: &str, columns: usize, batch: &[u8]) -> Result<Taken, RawError> {
        assert!(columns <= MAX_COLUMNS, "the feed declares {MAX_COLUMNS} columns");
        let statement = Statement::prepare(self, sql)?;
        // SAFETY: no statement reads the feed now; the batch is borrowed until the statement is finalised.
        unsafe { *self.feed = Feed { bytes: batch.as_ptr(), len: batch.len(), columns, ..Feed::EMPTY } };
        let outcome = statement.step(self);
        drop(statement);
        // SAFETY: the statement is finalised, so nothing reads the feed any more.
        let ends = unsafe { std::mem::replace(&mut *self.feed, Feed::EMPTY) }.ends;
        outcome?;
        // SAFETY: the handle is open.
        Ok(Taken { rows: unsafe { ffi::sqlite3_changes64(self.db) } as u64, ends })
    }

    fn check(&self, code: c_int) -> Result<(), RawError> {
        if code == ffi::SQLITE_OK {
            return Ok(());
        }
        // SAFETY: sqlite3_errmsg accepts any handle, even NULL, and returns a NUL-terminated text.
        let (code, message) = unsafe {
            let text = CStr::from_ptr(ffi::sqlite3_errmsg(self.db)).to_string_lossy().into_owned();
            (if self.db.is_null() { code } else { ffi::sqlite3_extended_errcode(self.db) }, text)
        };
        Err(RawError { code, message })
    }
}

// SAFETY: the handle and the feed belong to this value alone, and every call goes through `&mut self` or a
// statement that borrows it; SQLite lets a connection move between threads.
unsafe impl Send for Raw {}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: all statements are finalised (they borrow within one call); the feed is freed after the connection.
        unsafe {
            ffi::sqlite3_close(self.db);
            drop(Box::from_raw(self.feed));
        }
    }
}

fn c_text(text: &str) -> Result<CString, RawError> {
    CString::new(text)
        .map_err(|_| RawError { code: ffi::SQLITE_MISUSE, message: "the statement holds a NUL byte".into() })
}

struct Statement(*mut ffi::sqlite3_stmt);

impl Statement {
    /// Refuses a text with anything but white space after its first statement.
    fn prepare(raw: &Raw, sql: &str) -> Result<Statement, RawError> {
        let c_sql = c_text(sql)?;
        let (mut statement, mut tail) = (ptr::null_mut(), c_sql.as_ptr());
        // SAFETY: the handle is open and the text NUL-terminated; the statement is finalised in Drop.
        let code = unsafe { ffi::sqlite3_prepare_v2(raw.db, c_sql.as_ptr(), -1, &mut statement, &mut tail) };
        raw.check(code)?;
        let statement = Statement(statement);
        // SAFETY: SQLite has set the tail to a place inside `c_sql`, which is still alive.
        match unsafe { CStr::from_ptr(tail) }.to_bytes().trim_ascii() {
            [] if !statement.0.is_null() => Ok(statement),
            _ => {
                let message = "one statement was expected".into();
                Err(RawError { code: ffi::SQLITE_MISUSE, message })
            }
        }
    }

    fn step(&self, raw: &Raw) -> Result<bool, RawError> {
        // SAFETY: the statement was prepared on this open handle.
        match unsafe { ffi::sqlite3_step(self.0) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => raw.check(code).map(|()| false),
        }
    }

    fn columns(&self) -> c_int {
        // SAFETY: the statement is live.
        unsafe { ffi::sqlite3_column_count(self.0) }
    }

    fn text(&self, column: c_int) -> Option<String> {
        // SAFETY: called after a step returned a row; the pointer is valid until the next step.
        unsafe {
            let text = ffi::sqlite3_column_text(self.0, column);
            (!text.is_null()).then(|| CStr::from_ptr(text.cast()).to_string_lossy().into_owned())
        }
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: finalize takes a live statement or NULL.
        unsafe { ffi::sqlite3_finalize(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> (tempfile::TempDir, Raw) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("feed.db");
        std::fs::write(&path, b"").unwrap();
        let mut raw = Raw::open(&path).unwrap();
        raw.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c INTEGER)").unwrap();
        (dir, raw)
    }

    #[test]
    fn a_batch_arrives_cell_by_cell() {
        let (_dir, mut raw) = fresh();
        let mut batch = Vec::new();
        for i in 0..1000 {
            put_integer(&mut batch, i);
            if i % 7 == 0 {
                put_null(&mut batch);
            } else {
                put_text(&mut batch, format!("row {i} \u{1F600}").as_bytes());
            }
            put_integer(&mut batch, -i);
        }
        let sql = "INSERT INTO t SELECT c0,c1,c2 FROM instaseed_feed";
        let taken = raw.insert(sql, 3, &batch).unwrap();
        let ends = |min, max| KeyRange { min, max };
        assert_eq!(
            (taken.rows, &taken.ends[..3]),
            (1000, &[ends(0, 999), KeyRange::NONE, ends(-999, 0)][..])
        );
        assert_eq!(raw.insert(sql, 3, &[]).unwrap().rows, 0);
        let rows = raw.rows("SELECT count(*), count(b), sum(c), max(b) FROM t").unwrap();
        let expected = ["1000", "857", "-499500", "row 999 \u{1F600}"].map(|s| Some(s.to_string()));
        assert_eq!(rows, [expected]);
    }

    #[test]
    fn a_refused_row_is_an_error_in_sqlites_words() {
        let (_dir, mut raw) = fresh();
        let mut batch = Vec::new();
        for _ in 0..2 {
            put_integer(&mut batch, 1);
        }
        let error = raw.insert("INSERT INTO t(a) SELECT c0 FROM instaseed_feed", 1, &batch).unwrap_err();
        assert_eq!(error.message, "UNIQUE constraint failed: t.a");
        assert_eq!(raw.rows("SELECT count(*) FROM t").unwrap(), [[Some("0".to_string())]]);
    }

    #[test]
    fn one_statement_is_run_where_one_is_meant() {
        let (_dir, mut raw) = fresh();
        raw.run_one("CREATE INDEX i ON t(b); ").unwrap();
        for sql in ["CREATE INDEX k ON t(b); CREATE TABLE u(a)", "", "-- nothing"] {
            assert!(raw.run_one(sql).is_err(), "{sql}");
        }
        assert_eq!(raw.rows("SELECT count(*) FROM sqlite_schema").unwrap(), [[Some("2".to_string())]]);
    }

    #[test]
    fn nothing_is_written_elsewhere() {
        let (dir, mut raw) = fresh();
        let other = dir.path().join("other.db");
        std::fs::write(&other, b"").unwrap();
        for sql in [
            format!("ATTACH '{}' AS other", other.display()),
            "ATTACH ':memory:' AS other".to_owned(),
            format!("VACUUM INTO '{}'", dir.path().join("copy.db").display()),
            "PRAGMA temp_store_directory = '/'".to_owned(),
            "PRAGMA trusted_schema = ON".to_owned(),
            "CREATE VIRTUAL TABLE v USING fts5(a)".to_owned(),
            "SELECT load_extension('x')".to_owned(),
            "PRAGMA writable_schema = ON".to_owned(),
            "UPDATE sqlite_schema SET sql = ''".to_owned(),
        ] {
            assert!(raw.run(&sql).is_err(), "{sql}");
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_batch_that_ends_inside_a_cell_is_refused() {
        let (_dir, mut raw) = fresh();
        let mut batch = Vec::new();
        put_integer(&mut batch, 1);
        put_text(&mut batch, b"cut");
        for cut in 1..batch.len() {
            let sql = "INSERT INTO t(a, b) SELECT c0, c1 FROM instaseed_feed";
            assert!(raw.insert(sql, 2, &batch[..cut]).is_err(), "{cut}");
        }
    }
}
