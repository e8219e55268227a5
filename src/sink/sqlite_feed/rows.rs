//! Reads the rows of a query one after another, without holding them: cells are lent until the next row.

use std::ffi::c_int;
use std::slice;

use libsqlite3_sys as ffi;

use super::{Raw, RawError, Statement};

/// A cell as SQLite stores it, whatever its column is declared as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RawCell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    /// Meant to be UTF-8; SQLite does not check it.
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// The row at which a statement is.
pub(crate) struct RawRow<'a>(&'a Statement);

impl RawRow<'_> {
    pub(crate) fn len(&self) -> usize {
        self.0.columns() as usize
    }

    pub(crate) fn cell(&self, column: usize) -> RawCell<'_> {
        let (statement, column) = (self.0.0, column as c_int);
        // SAFETY: the statement is at a row, and stays there while this value is borrowed; SQLite accepts any column.
        unsafe {
            match ffi::sqlite3_column_type(statement, column) {
                ffi::SQLITE_INTEGER => RawCell::Integer(ffi::sqlite3_column_int64(statement, column)),
                ffi::SQLITE_FLOAT => RawCell::Real(ffi::sqlite3_column_double(statement, column)),
                ffi::SQLITE_TEXT => {
                    let text = ffi::sqlite3_column_text(statement, column);
                    RawCell::Text(bytes(text, ffi::sqlite3_column_bytes(statement, column)))
                }
                ffi::SQLITE_BLOB => {
                    let blob = ffi::sqlite3_column_blob(statement, column);
                    RawCell::Blob(bytes(blob.cast(), ffi::sqlite3_column_bytes(statement, column)))
                }
                _ => RawCell::Null,
            }
        }
    }
}

/// The bytes of a cell; SQLite has no address for those of an empty one.
///
/// # Safety
///
/// An address that is not null must be that of `len` bytes which live as long as the result.
unsafe fn bytes<'a>(start: *const u8, len: c_int) -> &'a [u8] {
    match start.is_null() {
        true => &[],
        // SAFETY: the caller promises it.
        false => unsafe { slice::from_raw_parts(start, len as usize) },
    }
}

impl Raw {
    /// Passes on each row of a query; an error of the receiver ends the reading.
    pub(crate) fn each<E: From<RawError>>(
        &mut self,
        sql: &str,
        row: &mut dyn FnMut(&RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let statement = Statement::prepare(self, sql)?;
        while statement.step(self)? {
            row(&RawRow(&statement))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_cell_arrives_as_it_is_stored() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rows.db");
        std::fs::write(&path, b"").unwrap();
        let mut raw = Raw::open(&path).unwrap();
        let mut seen = 0;
        raw.each::<RawError>("SELECT NULL, 7, 0.5, 'é' || char(0) || 'x', x'00ff', '', x''", &mut |row| {
            let cells: Vec<_> = (0..row.len()).map(|column| row.cell(column)).collect();
            let expected = [
                RawCell::Null,
                RawCell::Integer(7),
                RawCell::Real(0.5),
                RawCell::Text("é\0x".as_bytes()),
                RawCell::Blob(&[0, 255]),
                RawCell::Text(b""),
                RawCell::Blob(b""),
            ];
            assert_eq!(cells, expected);
            seen += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, 1);
    }
}
