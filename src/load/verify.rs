//! What the engine did not look at itself: that every reference has its row, and that counts are what they should be.
//!
//! Where the keys of a parent lie without a gap between its smallest and its largest, a reference is right exactly
//! if it lies between them too: two look-ups at the ends of an index instead of a join, or none where a connection
//! that has filled the table alone has noted what it gave. Only where keys have gaps is the join made.
//! Where the tables hold rows of others too, only the load's own rows are checked.

use std::collections::HashMap;

use super::LoadError;
use super::ours::Ours;
use crate::edition::{Edition, Table};
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, number};

/// Checks every foreign key of the load's rows against its parent table. `counts` has the rows of the load by table,
/// which have been counted; `ours` is given where the tables hold rows of others too.
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
            let given = counts.get(table.name).and_then(|&rows| bulk.ends_given(table, i, rows));
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
    least: i64,
    most: i64,
    gapless: bool,
}

impl Keys {
    fn of<B: Bulk>(
        bulk: &mut B,
        table: &Table,
        counts: &HashMap<&'static str, u64>,
        own: Option<&str>,
    ) -> Result<Keys, BulkError> {
        let (least, most) = ends(bulk, table.name, table.columns[0].name, own)?;
        let count = match counts.get(table.name) {
            Some(&count) => Some(count as i64),
            None => number(bulk, &format!("SELECT count(*) FROM {}{}", table.name, those(own)))?,
        };
        Ok(Keys { least, most, gapless: count == Some(most - least + 1) })
    }
}

fn those(own: Option<&str>) -> String {
    own.map_or_else(String::new, |own| format!(" WHERE {own}"))
}

/// The smallest and the largest value: each from one end of an index. An empty table has none between them.
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
    (least, most): (i64, i64),
    own: Option<&str>,
) -> Result<u64, BulkError> {
    if least > most || keys.gapless && keys.least <= least && most <= keys.most {
        return Ok(0);
    }
    let (child, parent, id) = (table.name, parent.name, parent.columns[0].name);
    let own = own.map_or_else(String::new, |own| format!("{own} AND "));
    let sql = format!(
        "SELECT count(*) FROM {child} WHERE {own}{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{id} = {child}.{column})"
    );
    Ok(number(bulk, &sql)?.unwrap_or(0))
}
