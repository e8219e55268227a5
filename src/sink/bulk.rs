//! What an engine must implement for fast loading, and the records that make a load resumable.
//!
//! A load runs on one or more connections of the engine's own driver. Each takes portions (ranges of chunks of
//! one table) one after another, each in a transaction that also contains the portion's record, so a portion
//! is either in the database with its record or not at all. What slows a load down (foreign keys, indexes) is
//! parked before it and put back after it; the engine lists these objects, with the SQL for both directions.

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
pub(crate) use portion::{PortionSpec, Portions};

/// A row of a small query, every cell as text.
pub(crate) type TextRow = Vec<Option<String>>;

/// The order in which parked objects are put back; they are removed in reverse order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Index,
    /// A key; its index may already exist.
    Key,
    ForeignKey,
    /// An existing foreign key is validated against the rows.
    Validation,
    /// Autovacuum, which would lock the table while it is being prepared.
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

    /// Whether the work grows with the rows; the other stages mostly write to the catalogue.
    pub(crate) fn reads_rows(self) -> bool {
        matches!(self, Stage::Index | Stage::Validation)
    }

    pub(crate) fn of(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Something that has one of our names, or concerns one of our tables, and prevents a correct load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strange {
    pub table: &'static str,
    pub kind: StrangeKind,
    /// What it is: `a view`.
    pub what: String,
}

impl Strange {
    /// A table that does not exist.
    pub(crate) fn missing(table: &'static str) -> Strange {
        Strange { table, kind: StrangeKind::Missing, what: "not there".to_owned() }
    }

    pub(crate) fn other(table: &'static str, what: String) -> Strange {
        Strange { table, kind: StrangeKind::Other, what }
    }
}

/// The kind of obstacle, which decides what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrangeKind {
    /// There is no such table.
    Missing,
    /// A table that cannot hold every text.
    CharacterSet,
    /// Something other than an ordinary table of ours.
    Other,
}

/// What a session wants to hold for a moment.
pub(crate) struct Hold<'a> {
    pub tables: &'a [&'static Table],
    /// Other tables, quoted, whose rows must not change meanwhile.
    pub others: &'a [String],
    /// Those of the other tables whose foreign keys to ours are parked or about to be: a lock on
    /// our tables does not stop writes to them.
    pub loose: &'a [String],
    pub alone: bool,
}

/// A foreign key from another table to one of ours; names are quoted if necessary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForeignKey {
    pub table: String,
    pub columns: Vec<String>,
    /// Our table, as the edition names it.
    pub parent: String,
    pub parent_columns: Vec<String>,
}

impl ForeignKey {
    /// Whether its parts are names and nothing else: a key that was stored as text may have been changed.
    pub(crate) fn is_of_names(&self) -> bool {
        let names = self.columns.iter().chain(&self.parent_columns).chain([&self.table]);
        self.columns.len() == self.parent_columns.len() && names.into_iter().all(|name| is_name(name))
    }

    /// The keys from a list of rows: table, column, parent, column of the parent, ordered by key
    /// and column; a row with number 1 begins a key.
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

/// One connection that loads, for one engine.
pub(crate) trait Bulk: Sink + Send + Sized {
    /// How many connections load in parallel.
    const LANES: usize;
    /// Whether the engine validates foreign keys when they are put back; otherwise the load checks them itself.
    const VALIDATES: bool;

    /// Whether plain indexes are parked even if the tables hold other rows: nobody else can write meanwhile.
    const PARKS_BESIDE: bool = false;

    /// Roughly how many bytes a row takes besides its cells, including its index entries.
    const ROW_BYTES: u64;

    /// Whether rolling back a transaction also removes a table created in it.
    const ROLLS_BACK_DDL: bool = true;

    /// Whether [`Bulk::reserve`] waits for every transaction that has touched the table.
    const RESERVING_WAITS: bool = false;

    /// SQL for this connection's id, by which another connection can find out what it waits for.
    const CONNECTION: Option<&str> = None;

    /// What follows the columns when a bookkeeping table is created.
    const TABLE_OPTIONS: &str = "";

    /// Connects, and waits for other sessions for about a second. If it fails as busy, it leaves no
    /// trace and may be tried again.
    fn open(target: &Target) -> Result<Self, BulkError>;

    /// A text as an SQL literal.
    fn literal(text: &str) -> String;

    /// Runs our own SQL and ignores its rows; it may contain several statements.
    fn run(&mut self, sql: &str) -> Result<(), BulkError>;

    /// Runs a single statement, whatever the text contains: for SQL with names from a catalogue.
    fn run_one(&mut self, sql: &str) -> Result<(), BulkError>;

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError>;

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError>;

    /// Takes the lock that migrations also take, until the connection closes; false if another session holds it.
    fn try_lock(&mut self) -> Result<bool, BulkError>;

    /// Shows other sessions that this connection, which has no lock, works for the one that does: a
    /// server continues a statement even if its client is gone.
    fn hold_helper_lock(&mut self) -> Result<(), BulkError> {
        Ok(())
    }

    /// What has the names of these tables but is not a table that a load can fill.
    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError>;

    /// The account that owns one of these bookkeeping tables, if that is neither ours nor a role
    /// that ours is a member of.
    fn stranger(&mut self, _tables: &[&str]) -> Result<Option<(String, String)>, BulkError> {
        Ok(None)
    }

    /// What is parked until the rows of these tables are in, in the order in which it is put back.
    fn parkable(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError>;

    /// Builds the statements for something that the database has stored; `None` if this load would
    /// not have stored it.
    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked>;

    /// The size of a table, by which long work is distributed; 0 if that makes no difference.
    fn bytes_of(&mut self, _kept: &Kept) -> Result<u64, BulkError> {
        Ok(0)
    }

    /// Puts back something that is missing, on a table of about this many bytes.
    fn put_back(&mut self, parked: &Parked, _bytes: u64) -> Result<(), BulkError> {
        self.run_one(&parked.restore)
    }

    /// Tables of up to this many chunks load faster in one portion, with everything on them in
    /// place. Larger ones, and tables that already hold rows, are loaded in several portions while
    /// what slows them down is parked. 0: all of them.
    fn whole_chunks(&mut self) -> Result<u64, BulkError> {
        Ok(0)
    }

    /// Sets the portions that this connection is going to be given, in order.
    fn expect(&mut self, portions: VecDeque<PortionSpec>);

    /// Tries to hold tables for a moment, in a transaction: nobody else writes to them until
    /// [`Bulk::release`], and with `alone` nobody reads them either. Fails as busy instead of
    /// waiting long, so that no other session is ever stuck behind this one.
    fn hold(&mut self, hold: &Hold<'_>) -> Result<(), BulkError>;

    /// Commits what was done since [`Bulk::hold`], and releases the tables.
    fn release(&mut self) -> Result<(), BulkError>;

    /// The largest id that a table contains or has given out.
    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError>;

    /// Moves the counter of a table past this id. Call only while the table is held.
    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError>;

    /// The foreign keys from other tables to one of these.
    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError>;

    /// Asks the engine to leave the foreign keys of our own rows to us, while it enforces those of
    /// other rows; false if it checks ours too.
    fn look_ourselves(&mut self, _tables: &[&'static Table], _wanted: bool) -> Result<bool, BulkError> {
        Ok(!Self::VALIDATES)
    }

    /// The other tables that have a foreign key to one of these, quoted.
    fn referring(&mut self, tables: &[&'static Table]) -> Result<Vec<String>, BulkError> {
        let keys = self.foreign_keys(tables)?.into_iter();
        Ok(keys.map(|key| key.table).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Empties the tables.
    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError>;

    /// Updates the planner's statistics for a table, where that works table by table; otherwise
    /// `finish_tables` does it for all.
    fn analyze(&mut self, _table: &Table) -> Result<(), BulkError> {
        Ok(())
    }

    /// Updates the planner's statistics for all tables.
    fn finish_tables(&mut self, _tables: &[&'static Table]) -> Result<(), BulkError> {
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

    /// The smallest and the largest number that this connection wrote to a column, if it wrote all
    /// `rows` rows of the table and kept track.
    fn written_range(&self, _table: &Table, _column: usize, _rows: u64) -> Option<(i64, i64)> {
        None
    }

    /// The size of the database in bytes, if the engine reports it.
    fn size(&mut self) -> Result<Option<u64>, BulkError>;

    /// What the user should know about how this load runs.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Whether a text is a name, plain or quoted, with or without a schema.
fn is_name(text: &str) -> bool {
    let Some(end) = name_end(text) else { return false };
    match &text[end..] {
        "" => true,
        rest => rest.strip_prefix('.').is_some_and(|rest| name_end(rest) == Some(rest.len())),
    }
}

/// The end of the name at the start of a text.
fn name_end(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let end = match first {
        '"' | '`' => {
            // A doubled quote is part of the name.
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

/// The first cell of the first row, if it is a number.
pub(crate) fn number<B: Bulk, N: FromStr>(bulk: &mut B, sql: &str) -> Result<Option<N>, BulkError> {
    Ok(one(bulk, sql)?.and_then(|text| text.parse().ok()))
}

/// `'a', 'b'`: the names of our tables, for IN.
pub(crate) fn names_of(tables: &[&'static Table]) -> String {
    tables.iter().map(|table| format!("'{}'", table.name)).collect::<Vec<_>>().join(", ")
}

/// What is parked must come back unchanged: a definition that we cannot read is not removed.
pub(crate) fn unreadable(kept: &Kept) -> BulkError {
    let Kept { stage, table, name, definition, .. } = kept;
    let words =
        format!("the definition of the {} {name} of {table} is not understood: {definition}", stage.name());
    BulkError::new(Problem::NotUnderstood, words)
}

/// The columns of a table, in the order of its rows' cells.
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
