//! Stored rows in the form that the loader and the files take: a unit is a piece of a table, which is a range of its keys. Any
//! thread can read any piece: it borrows a reader, and all readers see the same moment.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::pieces::{EachText, Piece, Pieces, Reader};
use super::{CopyError, Result};
use crate::edition::{Cells, Edition, Keys, Rows, Table};

/// The rows of the tables of an edition at one moment.
pub(crate) struct StoredRows<R> {
    pub edition: Edition,
    /// In the order of the edition's tables.
    pub pieces: Vec<Pieces>,
    readers: Mutex<Vec<R>>,
    given_back: Condvar,
    failure: Mutex<Option<CopyError>>,
}

impl<R: Reader> StoredRows<R> {
    pub(crate) fn new(edition: Edition, pieces: Vec<Pieces>, readers: Vec<R>) -> Self {
        Self {
            edition,
            pieces,
            readers: Mutex::new(readers),
            given_back: Condvar::new(),
            failure: Mutex::default(),
        }
    }

    /// How many threads can read at the same time.
    pub(crate) fn readers(&self) -> usize {
        lock(&self.readers).len()
    }

    /// Why a piece could not be read. Returned once.
    pub(crate) fn take_failure(&self) -> Option<CopyError> {
        lock(&self.failure).take()
    }

    /// Passes on the rows of a query, as of the same moment.
    pub(crate) fn texts(&self, sql: &str, each: &mut EachText<'_>) -> Result<()> {
        let mut reader = self.borrow();
        let read = reader.texts(sql, each);
        lock(&self.readers).push(reader);
        self.given_back.notify_one();
        read
    }

    fn of(&self, table: &Table) -> &Pieces {
        let at = self.edition.tables().iter().position(|known| known.name == table.name);
        &self.pieces[at.expect("the caller asks for a table of the edition")]
    }

    fn borrow(&self) -> R {
        let mut readers = lock(&self.readers);
        loop {
            if let Some(reader) = readers.pop() {
                return reader;
            }
            readers = self.given_back.wait(readers).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R: Reader> Rows for StoredRows<R> {
    type Scratch = ();

    fn scratch(&self) {}

    fn units(&self, table: &'static Table) -> u64 {
        self.of(table).count() as u64
    }

    fn chunk_units(&self, _table: &'static Table) -> u64 {
        1
    }

    fn rows_about(&self, table: &'static Table) -> u64 {
        self.of(table).rows
    }

    /// Stored keys fit; a key that does not is an error when it is read.
    fn keys(&self, _table: &'static Table) -> Vec<Keys> {
        Vec::new()
    }

    fn own_ids(&self, table: &'static Table) -> Option<(i64, i64)> {
        Some(self.of(table).ids)
    }

    fn condition(&self, table: &'static Table, units: Range<u64>) -> Option<String> {
        let pieces = self.of(table);
        let last = pieces.piece(units.end.saturating_sub(1) as usize);
        Some(Piece { up_to: last.up_to, ..pieces.piece(units.start as usize) }.condition(table))
    }

    fn failed(&self) -> Option<String> {
        lock(&self.failure).as_ref().map(ToString::to_string)
    }

    fn count(&self, table: &'static Table, units: Range<u64>, (): &mut ()) -> u64 {
        let pieces = self.of(table);
        pieces.rows * (units.end - units.start) / pieces.count().max(1) as u64
    }

    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        _first_id: i64,
        mut cells: C,
        (): &mut (),
    ) -> C {
        let mut reader = self.borrow();
        for unit in units {
            if let Err(error) = reader.read(table, self.of(table).piece(unit as usize), &mut cells) {
                lock(&self.failure).get_or_insert(error);
                break;
            }
        }
        lock(&self.readers).push(reader);
        self.given_back.notify_one();
        cells
    }
}
