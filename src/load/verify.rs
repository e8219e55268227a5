//! Verifies what the engine did not: every reference has its row, and the counts are right.
//!
//! If the keys of a parent have no gaps between the smallest and the largest, a reference is valid if
//! and only if it is between them too. That takes two look-ups at the ends of an index instead of a
//! join, or none if a single connection filled the table and noted what it sent. The join is needed only
//! where keys have gaps. Where the tables hold other rows too, only the load's own rows are checked.

use std::collections::HashMap;

use super::LoadError;
use super::ours::Ours;
use crate::edition::{Edition, Table};
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, number};

/// Checks every foreign key of the load's rows against its parent table. `counts` has the counted
/// rows of the load by table; `ours` is given if the tables hold other rows too.
pub(super) fn references<B: Bulk>(
    bulk: &mut B,
    edition: Edition,
    counts: &HashMap<&'static str, u64>,
    ours: Option<&Ours>,
) -> Result<()> {
    let own = |table: &Table| ours.map(|ours| ours.condition(table));
    let mut parents = Vec::new();
    for parent in edition.tables().iter().filter(|table| table.has_id()) {
        parents.push((parent, Keys::of(bulk, parent, counts, own(parent).as_deref())?));
    }
    for table in edition.tables() {
        for (i, column) in table.columns.iter().enumerate() {
            let Some(name) = column.references else { continue };
            let Some((parent, keys)) = parents.iter().find(|(parent, _)| parent.name == name) else {
                continue;
            };
            let own = own(table);
            let given = counts.get(table.name).and_then(|&rows| bulk.written_range(table, i, rows));
            let ends = match given {
                Some(ends) => ends,
                None => ends(bulk, table.name, column.name, own.as_deref())?,
            };
            let count = orphans(bulk, table, column.name, parent, keys, ends, own.as_deref())?;
            if count > 0 {
                return Err(LoadError::Orphans {
                    table: table.name,
                    column: column.name,
                    parent: parent.name,
                    count,
                });
            }
        }
    }
    Ok(())
}

/// The keys of a table, or those of the load.
struct Keys {
    min: i64,
    max: i64,
    gapless: bool,
}

impl Keys {
    fn of<B: Bulk>(
        bulk: &mut B,
        table: &Table,
        counts: &HashMap<&'static str, u64>,
        own: Option<&str>,
    ) -> Result<Keys, BulkError> {
        let (min, max) = ends(bulk, table.name, table.id().name, own)?;
        let count = match counts.get(table.name) {
            Some(&count) => Some(count as i64),
            None => number(bulk, &format!("SELECT count(*) FROM {}{}", table.name, those(own)))?,
        };
        Ok(Keys { min, max, gapless: count == Some(max - min + 1) })
    }
}

fn those(own: Option<&str>) -> String {
    own.map_or_else(String::new, |own| format!(" WHERE {own}"))
}

/// The smallest and the largest value, each read from one end of an index. For an empty table the range is empty.
fn ends<B: Bulk>(
    bulk: &mut B,
    table: &str,
    column: &str,
    own: Option<&str>,
) -> Result<(i64, i64), BulkError> {
    let mut end = |which: &str, none: i64| {
        let value = number(bulk, &format!("SELECT {which}({column}) FROM {table}{}", those(own)))?;
        Ok::<_, BulkError>(value.unwrap_or(none))
    };
    Ok((end("min", 1)?, end("max", 0)?))
}

fn orphans<B: Bulk>(
    bulk: &mut B,
    table: &Table,
    column: &str,
    parent: &Table,
    keys: &Keys,
    (min, max): (i64, i64),
    own: Option<&str>,
) -> Result<u64, BulkError> {
    if min > max || keys.gapless && keys.min <= min && max <= keys.max {
        return Ok(0);
    }
    let (child, parent, id) = (table.name, parent.name, parent.id().name);
    let own = own.map_or_else(String::new, |own| format!("{own} AND "));
    let sql = format!(
        "SELECT count(*) FROM {child} WHERE {own}{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{id} = {child}.{column})"
    );
    Ok(number(bulk, &sql)?.unwrap_or(0))
}

/// Whether a table holds exactly the load's rows. Returns an error if any of the load's rows are missing.
pub(super) fn holds_exactly<B: Bulk>(
    lane: &mut B,
    table: &'static Table,
    expected: u64,
    counted: Option<u64>,
    beside: bool,
    ours: &Ours,
) -> Result<bool> {
    let mut count = |condition: &str| {
        let sql = format!("SELECT count(*) FROM {}{condition}", table.name);
        Ok::<u64, BulkError>(number(lane, &sql)?.unwrap_or(0))
    };
    if !beside {
        let found = match counted {
            Some(rows) => rows,
            None => count("")?,
        };
        if found == expected {
            return Ok(true);
        }
    } else if counted == Some(expected) {
        return Ok(false);
    }
    // Others write too, so count only rows that can be the load's.
    match count(&format!(" WHERE {}", ours.condition(table)))? {
        found if found == expected => Ok(false),
        found => Err(LoadError::Rows { table: table.name, expected, found }),
    }
}
