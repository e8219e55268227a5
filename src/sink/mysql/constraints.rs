//! What is parked on MySQL and MariaDB, read from the definitions of the tables.

use super::MysqlBulk;
use super::definitions::definitions;
use crate::database::mysql::quote;
use crate::edition::Table;
use crate::sink::bulk::{Bulk, BulkError, Parked, Problem, unreadable};

/// What SHOW CREATE TABLE prints for a table's keys is their exact definition: one ALTER puts back
/// all keys of a table, in one pass over its rows.
pub(super) fn parkable(bulk: &mut MysqlBulk, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
    let mut parked = Vec::new();
    if tables.is_empty() {
        return Ok(parked);
    }
    let ours = tables.iter().map(|table| table.name.to_owned());
    let others = bulk.names_referring("constraint_schema = DATABASE()", tables)?.into_iter();
    for name in ours.chain(others.map(|(_, name)| name)) {
        let shown = bulk.rows(&format!("SHOW CREATE TABLE {}", quote(&name)))?;
        let Some(shown) = shown.into_iter().next().and_then(|row| row.into_iter().nth(1)).flatten() else {
            continue;
        };
        let found = definitions(&bulk.home, &name, &shown, |name| bulk.is_one_of(name, tables));
        for kept in found.ok_or_else(|| not_understood(&name))? {
            parked.push(bulk.remade(kept.clone(), tables).ok_or_else(|| unreadable(&kept))?);
        }
    }
    parked.sort_by_key(|parked| parked.kept.stage);
    Ok(parked)
}

fn not_understood(table: &str) -> BulkError {
    BulkError::new(Problem::NotUnderstood, format!("the definition of the table {table} is not understood"))
}
