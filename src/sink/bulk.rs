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

use std::collections::{BTreeSet, VecDeque};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Sink;
use crate::database::Target;
use crate::edition::Table;

pub use error::{BulkError, Problem};
pub(crate) use parked::{Kept, Parked};
pub(crate) use portion::{Coming, Portions};

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

/// What a session wants to have for itself for a moment.
pub(crate) struct Hold<'a> {
    pub tables: &'a [&'static Table],
    /// Tables of others, quoted, whose rows must stay as they are meanwhile.
    pub others: &'a [String],
    /// Those of them whose keys to ours are away or are about to go: no lock of ours reaches who writes there.
    pub loose: &'a [String],
    pub alone: bool,
}

/// A foreign key of somebody's table to one of ours; names are quoted where they may need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForeignKey {
    pub table: String,
    pub columns: Vec<String>,
    /// Ours, as the edition names it.
    pub parent: String,
    pub parent_columns: Vec<String>,
}

impl ForeignKey {
    /// Whether its parts are names and nothing else: one that was kept as a text may have been changed.
    pub(crate) fn is_of_names(&self) -> bool {
        let names = self.columns.iter().chain(&self.parent_columns).chain([&self.table]);
        self.columns.len() == self.parent_columns.len() && names.into_iter().all(|name| is_name(name))
    }

    /// Those of a list of rows: table, column, parent, column of the parent, in the order of the keys and their
    /// columns; a row whose number is 1 begins a key.
    pub(crate) fn of_rows(rows: Vec<TextRow>) -> Vec<ForeignKey> {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for row in rows {
            let Ok([Some(number), Some(table), Some(column), Some(parent), Some(parent_column)]) =
                <[Option<String>; 5]>::try_from(row)
            else {
                continue;
            };
            match keys.last_mut() {
                Some(key) if number != "1" => {
                    key.columns.push(column);
                    key.parent_columns.push(parent_column);
                }
                _ => keys.push(ForeignKey {
                    table,
                    columns: vec![column],
                    parent,
                    parent_columns: vec![parent_column],
                }),
            }
        }
        keys
    }
}

/// One connection that loads, of one engine.
pub(crate) trait Bulk: Sink + Send + Sized {
    /// How many connections load side by side.
    const LANES: usize;
    /// The engine holds foreign keys against the rows when they come back; elsewhere we look ourselves.
    const VALIDATES: bool;

    /// Plain indexes are parked also where the tables hold rows of others: nobody else can write meanwhile.
    const PARKS_BESIDE: bool = false;

    /// About how many bytes a row takes besides its cells, with its places in the indexes.
    const ROW_BYTES: u64;

    /// A table that was created in a transaction goes with it when it is rolled back.
    const ROLLS_BACK_DDL: bool = true;

    /// [`Bulk::reserve`] waits for every transaction that has touched the table.
    const RESERVING_WAITS: bool = false;

    /// SQL for the number of this connection, by which another one can find out whom it waits for.
    const CONNECTION: Option<&str> = None;

    /// What follows the columns where a bookkeeping table is created.
    const TABLE_OPTIONS: &str = "";

    /// Connects, and waits for others for about a second: as busy it fails without a trace, and may be tried again.
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

    /// Tries to hold tables for a moment, in a transaction: nobody else writes them until [`Bulk::release`], and with
    /// `alone` nobody reads them either. Fails as busy rather than wait for long, so that no other session is ever
    /// stuck behind this one.
    fn hold(&mut self, hold: &Hold<'_>) -> Result<(), BulkError>;

    /// Keeps what was done since [`Bulk::hold`], and lets go.
    fn release(&mut self) -> Result<(), BulkError>;

    /// The largest id that a table has, or has given to somebody.
    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError>;

    /// Moves the counter of a table, so that it gives no id up to this one any more. Only while it is held.
    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError>;

    /// The foreign keys of tables of others that lead to one of these.
    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError>;

    /// Asks the engine to leave the foreign keys of our own rows to us, while it holds those of everybody else; false
    /// where it looks at ours too.
    fn look_ourselves(&mut self, _tables: &[&'static Table], _wanted: bool) -> Result<bool, BulkError> {
        Ok(!Self::VALIDATES)
    }

    /// The tables of others that have a foreign key to one of these, quoted.
    fn referring(&mut self, tables: &[&'static Table]) -> Result<Vec<String>, BulkError> {
        let keys = self.foreign_keys(tables)?.into_iter();
        Ok(keys.map(|key| key.table).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Makes the tables empty.
    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError>;

    /// Lets the planner know a table, where that goes table by table; elsewhere `settle` does it for all.
    fn analyze(&mut self, _table: &Table) -> Result<(), BulkError> {
        Ok(())
    }

    /// Afterwards the planner knows the tables.
    fn settle(&mut self, _tables: &[&'static Table]) -> Result<(), BulkError> {
        Ok(())
    }

    /// How many rows a table has, if this connection has filled and counted it.
    fn counted(&self, _table: &Table) -> Option<u64> {
        None
    }

    /// How many rows this connection put into a table, if nothing else can have changed them since.
    fn rows_put_in(&mut self, _table: &Table) -> Option<u64> {
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

/// Whether a text is a name, plain or quoted, with or without a schema before it.
fn is_name(text: &str) -> bool {
    let Some(end) = name_end(text) else { return false };
    match &text[end..] {
        "" => true,
        rest => rest.strip_prefix('.').is_some_and(|rest| name_end(rest) == Some(rest.len())),
    }
}

/// Where the name ends that a text begins with.
fn name_end(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let end = match first {
        '"' | '`' => {
            // A doubled quote is one of the name's own.
            let inner: Vec<_> = text[1..].char_indices().collect();
            let mut at = 0;
            loop {
                match (inner.get(at), inner.get(at + 1)) {
                    (Some((_, a)), Some((_, b))) if *a == first && *b == first => at += 2,
                    (Some((end, a)), _) if *a == first => break end + 2,
                    (Some(_), _) => at += 1,
                    (None, _) => return None,
                }
            }
        }
        _ => text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len()),
    };
    (end > 0).then_some(end)
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

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_name_is_nothing_but_a_name() {
        for name in ["notes", "\"Pins\"", "`a``b`.`c`", "app.\"by \"\"whom\"", "größe"] {
            assert!(is_name(name), "{name}");
        }
        for other in
            ["", "a b", "a;b", "\"a", "\"a\"b", "a.", ".a", "a--", "\"a\" WHERE 1", "(SELECT 1)", "a.b.c"]
        {
            assert!(!is_name(other), "{other}");
        }
        assert!(!is_name(&"a.".repeat(1 << 20)), "a planted text must not exhaust the stack");
    }
}
