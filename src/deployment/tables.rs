//! What the tables of an edition contain.

use serde::Serialize;

use super::Result;
use crate::database::Db;
use crate::edition::Edition;
use crate::load;

/// How many rows a table has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCount {
    pub table: &'static str,
    pub rows: u64,
}

/// The rows of each table.
pub(super) fn counts(db: &mut Db, edition: Edition) -> Result<Vec<TableCount>> {
    let tables = edition.tables().iter();
    tables.map(|table| Ok(TableCount { table: table.name, rows: db.count(table.name)? })).collect()
}

/// Tables that are empty although data was loaded: undoing a migration and applying it again leaves its table empty.
pub(super) fn emptied(db: &mut Db, edition: Edition, counts: &[TableCount]) -> Result<Vec<&'static str>> {
    let recorded = load::recorded(db)?;
    let was_filled = |table: &str| {
        recorded.iter().any(|set| {
            let rows = set.tables.get(table).map(|table| table.rows);
            set.data.edition != edition || rows.is_some_and(|rows| rows > 0)
        })
    };
    let empty = counts.iter().filter(|count| count.rows == 0 && was_filled(count.table));
    Ok(empty.map(|count| count.table).collect())
}

/// Whether any table of the edition has a row.
pub(super) fn has_rows(db: &mut Db, edition: Edition) -> Result<bool> {
    for table in edition.tables() {
        if db.has_rows(table.name)? {
            return Ok(true);
        }
    }
    Ok(false)
}
