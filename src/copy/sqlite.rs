//! Reads an SQLite file at one moment: connections that each begin to read while one of them keeps writers out, for as
//! long as that takes. A file that cannot be locked is read by one connection.

use super::pieces::{Piece, Reader};
use super::values::Place;
use super::{CopyError, Result};
use crate::database::Target;
use crate::edition::{Cells, Kind, Table};
use crate::sink::sqlite_feed::{Raw, RawCell, RawError};

/// A connection that reads.
pub(crate) struct SqliteReader {
    raw: Raw,
}

/// The schema is read to begin the transaction's view: `BEGIN` alone does not.
const BEGIN: &str = "BEGIN; SELECT count(*) FROM sqlite_schema";

/// Opens so many readers of the same moment; one, if the file cannot be locked for that.
pub(super) fn snapshot(target: &Target, readers: usize) -> Result<Vec<SqliteReader>> {
    let path =
        target.path().expect("the caller chose this engine by the target, and SQLite targets have a path");
    let open = || {
        let mut raw = Raw::open(path)?;
        raw.run("PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA cache_size = -8192")?;
        Ok::<_, CopyError>(raw)
    };
    let mut gate = Raw::open(path)?;
    gate.run("PRAGMA busy_timeout = 1000")?;
    let is_held = readers > 1 && gate.run("BEGIN IMMEDIATE").is_ok();
    let count = if is_held { readers } else { 1 };
    let mut opened = Vec::with_capacity(count);
    for _ in 0..count {
        let mut raw = open()?;
        raw.run(BEGIN)?;
        opened.push(SqliteReader { raw });
    }
    Ok(opened)
}

impl Reader for SqliteReader {
    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>> {
        let mut numbers = Vec::new();
        self.raw.each::<CopyError>(sql, &mut |row| {
            numbers.extend((0..row.len()).map(|column| match row.cell(column) {
                RawCell::Integer(number) => Some(number),
                _ => None,
            }));
            Ok(())
        })?;
        Ok(numbers)
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        self.raw.each(&piece.query(table, &columns.join(", ")), &mut |row| {
            for (at, column) in table.columns.iter().enumerate() {
                let place = Place { table, column };
                match (column.kind, row.cell(at)) {
                    (_, RawCell::Null) => cells.null(),
                    (Kind::Integer, RawCell::Integer(value)) => place.integer(value, cells)?,
                    (Kind::Text, RawCell::Text(text)) => place.text(text, cells)?,
                    (Kind::Time, RawCell::Text(text)) => place.moment(text, cells)?,
                    (_, other) => return Err(place.refuse(&format!("{other:?}"))),
                }
            }
            cells.end_row();
            Ok(())
        })
    }
}

impl From<RawError> for CopyError {
    fn from(error: RawError) -> Self {
        CopyError::Source { words: error.message }
    }
}
