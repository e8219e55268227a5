//! SQLite: chunks are loaded through the feed, one statement each; a portion is one transaction.
//!
//! The file is safe at any moment. The rollback journal and full synchronisation stay on, because rows
//! appended to a table need almost no journal and one commit per million rows costs next to nothing. The
//! connection holds the file alone until it is closed: nobody reads half a load or loads at the same time.

mod definitions;
mod hold;

use std::collections::{HashMap, VecDeque};

use super::bulk::{
    Bulk, BulkError, ForeignKey, Hold, Kept, Parked, PortionSpec, Portions, Problem, Stage, Strange, TextRow,
    column_list, names_of, number, unreadable,
};
use super::sqlite_feed::{KeyRange, MAX_COLUMNS, Raw, RawError, put_integer, put_null, put_text};
use super::{Batch, Sink};
use crate::database::Target;
use crate::database::sqlite::literal;
use crate::edition::{Cells, Table};
use crate::format::time_text::TimeText;
use crate::format::{Buffer, Encoder};
use crate::sink::Result;
use crate::time::Time;
use definitions::{first_statement, statements};

/// Foreign keys and checks are off: the rows satisfy them by construction, and the load checks the
/// references once they are all in. A small cache makes indexes faster: its size is also what is
/// sorted at once, and that much stays in the processor's cache. Sorting has a separate thread.
const SESSION: &str = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = FULL; \
     PRAGMA cache_size = -2048; PRAGMA threads = 1; PRAGMA temp_store = FILE";

/// Take the file first, and at once: a session that begins to read and only then wants the file
/// alone can meet a writer that waits for the reader to end.
const TAKE: &str = "PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT";

const ALONE: &str = ": a load needs the file alone, and in WAL mode even an idle connection is in its way";

/// Encodes rows for the feed.
#[derive(Default)]
pub(crate) struct SqliteRows {
    bytes: Vec<u8>,
    times: TimeText,
}

impl Encoder for SqliteRows {
    type Chunk = Buffer;

    fn begin(&mut self, _table: &'static Table, used: Buffer) {
        self.bytes = used.bytes;
        self.bytes.clear();
    }

    fn finish(&mut self) -> Buffer {
        let bytes = std::mem::take(&mut self.bytes);
        Buffer { len: bytes.len(), bytes }
    }
}

impl Cells for SqliteRows {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        put_integer(&mut self.bytes, value);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        put_text(&mut self.bytes, value.as_bytes());
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        put_text(&mut self.bytes, &self.times.of(value));
    }

    #[inline(always)]
    fn null(&mut self) {
        put_null(&mut self.bytes);
    }

    #[inline(always)]
    fn end_row(&mut self) {}
}

/// The one connection that loads an SQLite file.
pub(crate) struct SqliteBulk {
    raw: Raw,
    portions: Portions,
    insert: String,
    inserted: u64,
    given: HashMap<&'static str, Given>,
}

/// What this connection has put into a table.
#[derive(Clone, Copy)]
struct Given {
    rows: u64,
    ends: [KeyRange; MAX_COLUMNS],
}

impl Sink for SqliteBulk {
    type Encoder = SqliteRows;

    fn encoder(&self) -> SqliteRows {
        SqliteRows::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        let cells: Vec<_> = (0..table.columns.len()).map(|i| format!("c{i}")).collect();
        self.insert = format!(
            "INSERT INTO {} ({}) SELECT {} FROM instaseed_feed",
            table.name,
            column_list(table),
            cells.join(", ")
        );
        self.inserted = 0;
        self.portions.begin();
        Ok(self.run("BEGIN").map_err(|e| e.while_doing(format!("loading {}", table.name)))?)
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<Buffer>) -> Result<()> {
        let taken = self
            .raw
            .insert(&self.insert, table.columns.len(), batch.chunk.as_slice())
            .map_err(|e| problem(e).while_doing(format!("loading {}", table.name)))?;
        self.inserted += taken.rows;
        let given =
            self.given.entry(table.name).or_insert(Given { rows: 0, ends: [KeyRange::NONE; MAX_COLUMNS] });
        given.rows += taken.rows;
        for (ends, more) in given.ends.iter_mut().zip(taken.ends) {
            *ends = ends.union(more);
        }
        self.portions.add(batch);
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if self.inserted != self.portions.rows() {
            let words = format!("{} rows were sent and {} are in", self.portions.rows(), self.inserted);
            let error = BulkError::new(Problem::Mismatch, words);
            return Err(error.while_doing(format!("loading {}", table.name)).into());
        }
        let record = self.portions.record(table);
        self.run(&record)
            .and_then(|()| self.run("COMMIT"))
            .map_err(|e| e.while_doing(format!("loading {}", table.name)))?;
        Ok(())
    }
}

impl Bulk for SqliteBulk {
    const LANES: usize = 1;
    const VALIDATES: bool = false;
    const PARKS_BESIDE: bool = true;
    const ROW_BYTES: u64 = 30;

    fn open(target: &Target) -> Result<Self, BulkError> {
        let path = target
            .path()
            .expect("the caller chose this engine by the target, and SQLite targets have a path");
        let mut raw = Raw::open(path).map_err(problem)?;
        raw.run(TAKE).map_err(|error| {
            let mut error = problem(error);
            if error.problem == Problem::Busy {
                error.words += ALONE;
            }
            error
        })?;
        let mut bulk = Self {
            raw,
            portions: Portions::default(),
            insert: String::new(),
            inserted: 0,
            given: HashMap::new(),
        };
        bulk.run(SESSION)?;
        Ok(bulk)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        self.raw.run(sql).map_err(problem)
    }

    fn literal(text: &str) -> String {
        literal(text)
    }

    fn run_one(&mut self, sql: &str) -> Result<(), BulkError> {
        self.raw.run_one(sql).map_err(problem)
    }

    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError> {
        let found = self.rows(&format!(
            "SELECT name, CASE WHEN type <> 'table' THEN 'a ' || type WHEN sql LIKE 'CREATE VIRTUAL%' THEN 'a virtual table' END \
             FROM sqlite_schema WHERE type IN ('table', 'view') AND name IN ({})",
            names_of(tables)
        ))?;
        let strange =
            |table: &&'static Table| match found.iter().find(|row| row[0].as_deref() == Some(table.name)) {
                None => Some(Strange::missing(table.name)),
                Some(row) => row[1].clone().map(|what| Strange::other(table.name, what)),
            };
        Ok(tables.iter().filter_map(strange).collect())
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError> {
        self.raw.rows(sql).map_err(problem)
    }

    /// Parks indexes only: foreign keys are part of a table here, and the session ignores them. The
    /// schema may store more than the statement that created an index: only that statement counts.
    fn parkable(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        let rows = self.rows(&format!(
            "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({}) ORDER BY rowid",
            names_of(tables)
        ))?;
        let mut parked = Vec::new();
        for row in rows {
            let Ok([Some(table), Some(name), Some(sql)]) = <[Option<String>; 3]>::try_from(row) else {
                continue;
            };
            let definition = first_statement(&sql).unwrap_or(sql);
            let kept = Kept { stage: Stage::Index, schema: String::new(), table, name, definition };
            parked.push(self.remade(kept.clone(), tables).ok_or_else(|| unreadable(&kept))?);
        }
        Ok(parked)
    }

    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked> {
        statements(kept, tables)
    }

    /// The session holds the whole file: only the transaction is needed.
    fn hold(&mut self, _hold: &Hold<'_>) -> Result<(), BulkError> {
        self.run("BEGIN")
    }

    fn release(&mut self) -> Result<(), BulkError> {
        self.run("COMMIT")
    }

    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError> {
        hold::last_id(self, table)
    }

    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError> {
        hold::reserve(self, table, last)
    }

    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError> {
        hold::foreign_keys(self, tables)
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = {}", literal(table));
        Ok(!self.rows(&sql)?.is_empty())
    }

    /// The session holds the whole file already.
    fn try_lock(&mut self) -> Result<bool, BulkError> {
        Ok(true)
    }

    fn expect(&mut self, portions: VecDeque<PortionSpec>) {
        self.portions = Portions::new(portions);
    }

    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        for table in tables.iter().rev() {
            self.run(&format!("DELETE FROM {}", table.name))?;
            self.run(&format!("DELETE FROM sqlite_sequence WHERE name = {}", literal(table.name)))?;
        }
        Ok(())
    }

    /// Nobody else has the file: only a trigger can have removed rows.
    fn rows_put_in(&mut self, table: &Table) -> Option<u64> {
        let triggers = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'";
        let none = number(self, triggers).ok()? == Some(0_u64);
        none.then(|| self.given.get(table.name).map(|given| given.rows))?
    }

    fn written_range(&self, table: &Table, column: usize, rows: u64) -> Option<(i64, i64)> {
        let given = self.given.get(table.name).filter(|given| given.rows == rows)?;
        let KeyRange { min, max } = given.ends[column];
        Some((min, max))
    }

    /// The statistics use a sample of each index.
    fn finish_tables(&mut self, _tables: &[&'static Table]) -> Result<(), BulkError> {
        self.run("PRAGMA analysis_limit = 1000; ANALYZE")
    }

    fn size(&mut self) -> Result<Option<u64>, BulkError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        number(self, sql)
    }
}

fn problem(error: RawError) -> BulkError {
    use libsqlite3_sys as ffi;
    let problem = match error.code & 0xff {
        ffi::SQLITE_FULL => Problem::Full,
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Problem::Busy,
        ffi::SQLITE_READONLY | ffi::SQLITE_PERM | ffi::SQLITE_AUTH | ffi::SQLITE_CANTOPEN => {
            Problem::NotAllowed
        }
        _ => Problem::Other,
    };
    BulkError::new(problem, error.message)
}
