//! What an engine must do to be loaded fast, and the records that make a load resumable.
//!
//! A load goes over one or more connections of the engine's own driver. Each takes portions (ranges of chunks
//! of one table) one after another, each in a transaction that also holds the portion's record, so that a
//! portion is either in the database with its record or not at all. What slows a load down (foreign keys,
//! indexes) is parked before it and put back after it; an engine says what, with the SQL for both ways.

mod error;
mod parked;
mod portion;
pub(crate) mod tokens;

use std::collections::VecDeque;
use std::str::FromStr;

use super::Sink;
use crate::database::Target;
use crate::edition::Table;

pub use error::{BulkError, Problem};
pub(crate) use parked::{Kept, Parked};
pub(crate) use portion::{Coming, PORTIONS_TABLE, Portions};

/// A row of a small query, every cell as text.
pub(crate) type TextRow = Vec<Option<String>>;

/// The order in which parked things come back; they go away in the reverse order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Index,
    /// A key; its index may be there already.
    Key,
    ForeignKey,
    /// A foreign key that is there already is held against the rows.
    Validation,
    /// The server's own care for a table, which would lock it while it is made ready.
    Autovacuum,
}

impl Stage {
    pub(crate) const ALL: [Stage; 5] =
        [Stage::Index, Stage::Key, Stage::ForeignKey, Stage::Validation, Stage::Autovacuum];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Stage::Key => "key",
            Stage::Index => "index",
            Stage::ForeignKey => "foreign key",
            Stage::Validation => "validation",
            Stage::Autovacuum => "autovacuum",
        }
    }

    /// The work grows with the rows; the other stages mostly write down in the catalogue what holds.
    pub(crate) fn reads_rows(self) -> bool {
        matches!(self, Stage::Index | Stage::Validation)
    }

    pub(crate) fn of(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Something under one of our names, or about one of our tables, that keeps a load from being right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strange {
    pub table: &'static str,
    /// What it is: `a view`.
    pub what: String,
}

/// One connection that loads, of one engine.
pub(crate) trait Bulk: Sink + Send + Sized {
    /// How many connections load side by side.
    const LANES: usize;
    /// The engine holds foreign keys against the rows when they come back; elsewhere we look ourselves.
    const VALIDATES: bool;

    /// A table that was created in a transaction goes with it when it is rolled back.
    const ROLLS_BACK_DDL: bool = true;

    /// What follows the columns where a bookkeeping table is created.
    const TABLE_OPTIONS: &str = "";

    fn open(target: &Target) -> Result<Self, BulkError>;

    /// A text as an SQL literal.
    fn literal(text: &str) -> String;

    /// Runs SQL of ours whose rows do not matter; several statements may stand in it.
    fn run(&mut self, sql: &str) -> Result<(), BulkError>;

    /// Runs one statement, whatever it holds: for everything that names what a catalogue told.
    fn run_one(&mut self, sql: &str) -> Result<(), BulkError>;

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError>;

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError>;

    /// Takes the lock that migrations take too, until the connection closes; false when another session has it.
    fn try_lock(&mut self) -> Result<bool, BulkError>;

    /// Lets the others see that this connection, which has no lock, works for the one that has it: a server goes on with
    /// a statement whose client is gone.
    fn attend(&mut self) -> Result<(), BulkError> {
        Ok(())
    }

    /// What stands under the names of these tables and is no table that a load can fill.
    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError>;

    /// The account that owns one of these bookkeeping tables, where that is neither ours nor a role that we are a
    /// member of.
    fn stranger(&mut self, _tables: &[&str]) -> Result<Option<(String, String)>, BulkError> {
        Ok(None)
    }

    /// What waits until the rows of these tables are in, in the order in which it comes back.
    fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError>;

    /// Makes the statements of something that the database has kept; `None` if this load would not have kept it.
    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked>;

    /// How large a table is, by which long work is dealt out; 0 where that makes no difference.
    fn bytes_of(&mut self, _kept: &Kept) -> Result<u64, BulkError> {
        Ok(0)
    }

    /// Brings back something that is missing, of a table of about so many bytes.
    fn put_back(&mut self, parked: &Parked, _bytes: u64) -> Result<(), BulkError> {
        self.run_one(&parked.restore)
    }

    /// Tables of up to so many chunks are quicker in one portion, with all that is on them in place; larger ones,
    /// and tables that hold rows already, go in by portions while what slows them down is parked. 0: all of them.
    fn whole_chunks(&mut self) -> Result<u64, BulkError> {
        Ok(0)
    }

    /// Which portions the parts are that this connection is going to be given, in their order.
    fn expect(&mut self, portions: VecDeque<Coming>);

    /// The tables of others that have a foreign key to one of these, quoted.
    fn referring(&mut self, tables: &[&'static Table]) -> Result<Vec<String>, BulkError>;

    /// Makes the tables empty.
    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError>;

    /// Lets the planner know a table, where that goes table by table; elsewhere `settle` does it for all.
    fn analyze(&mut self, _table: &Table) -> Result<(), BulkError> {
        Ok(())
    }

    /// Afterwards the next row of an application gets the next id, and the planner knows the tables.
    fn settle(&mut self, tables: &[&'static Table]) -> Result<(), BulkError>;

    /// How many rows a table has, if this connection has filled and counted it.
    fn counted(&self, _table: &Table) -> Option<u64> {
        None
    }

    /// The smallest and the largest number that this connection gave to a column, if all `rows` rows of the table are
    /// from it and it took note.
    fn ends_given(&self, _table: &Table, _column: usize, _rows: u64) -> Option<(i64, i64)> {
        None
    }

    /// Bytes of the database, where the engine tells.
    fn size(&mut self) -> Result<Option<u64>, BulkError>;

    /// What a user ought to know about the way this load goes.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The first cell of the first row.
pub(crate) fn one<B: Bulk>(bulk: &mut B, sql: &str) -> Result<Option<String>, BulkError> {
    Ok(bulk.rows(sql)?.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
}

/// The first cell of the first row, where that is a number.
pub(crate) fn number<B: Bulk, N: FromStr>(bulk: &mut B, sql: &str) -> Result<Option<N>, BulkError> {
    Ok(one(bulk, sql)?.and_then(|text| text.parse().ok()))
}

/// `'a', 'b'`: the names of tables of ours, for IN.
pub(crate) fn names_of(tables: &[&'static Table]) -> String {
    tables.iter().map(|table| format!("'{}'", table.name)).collect::<Vec<_>>().join(", ")
}

/// What is kept must come back the same way: a definition that we could not read again is not taken away.
pub(crate) fn unreadable(kept: &Kept) -> BulkError {
    let Kept { stage, table, name, definition, .. } = kept;
    let words =
        format!("the definition of the {} {name} of {table} is not understood: {definition}", stage.name());
    BulkError::new(Problem::NotUnderstood, words)
}

/// The columns of a table, as its rows give them.
pub(crate) fn column_list(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}
