//! Where rows come from: any range of a table's units can be made alone, in any order, on any thread.
//!
//! A unit is what rows are made by: users for follows and likes, photos for their tags, windows of time for
//! comments. The rows of units a..b followed by those of b..c are the rows of a..c.

use std::ops::Range;

use super::{Cells, Table};

/// Rows of tables as pure functions of their units.
pub trait Rows: Sync {
    /// Working memory of one thread; carries nothing from one call to the next.
    type Scratch;

    fn scratch(&self) -> Self::Scratch;

    /// Makes ahead of time what the first row of the table would wait for.
    fn prepare(&self, _table: &'static Table) {}

    /// Whether that takes a moment, in which rows of other tables can be made.
    fn needs_warm_up(&self, _table: &'static Table) -> bool {
        false
    }

    fn units(&self, table: &'static Table) -> u64;

    /// How many units make a chunk of about a megabyte; follows from the data alone.
    fn chunk_units(&self, table: &'static Table) -> u64;

    /// About how many rows the table has, without counting: a row a unit, if nothing else is known.
    fn rows_about(&self, table: &'static Table) -> u64 {
        self.units(table)
    }

    /// What comes before the first id of a table: its ids are counted from the next one.
    fn ids_before(&self, _table: &'static Table) -> i64 {
        0
    }

    /// The keys that a row of the table may hold, its own and those it refers to.
    fn keys(&self, table: &'static Table) -> Vec<Keys>;

    /// The smallest and the largest id of a table whose rows bring their ids along; `None` where ids are counted from 1.
    fn own_ids(&self, _table: &'static Table) -> Option<(i64, i64)> {
        None
    }

    /// SQL condition for the rows of some units, where rows are told apart by their keys.
    fn condition(&self, _table: &'static Table, _units: Range<u64>) -> Option<String> {
        None
    }

    /// Why the rows of the last call are not whole, for rows that are read from elsewhere.
    fn failed(&self) -> Option<String> {
        None
    }

    /// The number of rows of the units, cheaper than making them.
    fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut Self::Scratch) -> u64;

    /// The rows of the units in the order of their primary key; generated ids go on from `first_id`.
    ///
    /// The cells come and go by value: a sink's position in its buffer then lives in a register.
    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        cells: C,
        scratch: &mut Self::Scratch,
    ) -> C;
}

/// How many keys of which table there are; about, where counting would be the work itself.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    pub table: &'static Table,
    pub count: u64,
}
