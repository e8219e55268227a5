//! Moves the counters of tables, and finds what refers to them, on SQLite: the file is held as a whole anyway.

use super::SqliteBulk;
use crate::database::sqlite::literal;
use crate::edition::Table;
use crate::sink::bulk::{Bulk, BulkError, ForeignKey, names_of, number};

pub(super) fn last_id(bulk: &mut SqliteBulk, table: &Table) -> Result<i64, BulkError> {
    let (name, id) = (table.name, table.id().name);
    let most: i64 = number(bulk, &format!("SELECT max({id}) FROM {name}"))?.unwrap_or(0);
    let given: Option<i64> =
        number(bulk, &format!("SELECT seq FROM sqlite_sequence WHERE name = {}", literal(name)))?;
    Ok(most.max(given.unwrap_or(0)))
}

pub(super) fn reserve(bulk: &mut SqliteBulk, table: &Table, last: i64) -> Result<(), BulkError> {
    if last_id(bulk, table)? >= last {
        return Ok(());
    }
    let name = literal(table.name);
    bulk.run(&format!(
        "DELETE FROM sqlite_sequence WHERE name = {name}; INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})"
    ))
}

/// A foreign key that names no columns of its parent means the parent's primary key.
pub(super) fn foreign_keys(
    bulk: &mut SqliteBulk,
    tables: &[&'static Table],
) -> Result<Vec<ForeignKey>, BulkError> {
    let ours = names_of(tables);
    let quoted = |name: &str| format!("'\"' || replace({name}, '\"', '\"\"') || '\"'");
    let rows = bulk.rows(&format!(
        "SELECT k.seq + 1, {}, {}, lower(k.\"table\"), {} \
         FROM sqlite_schema t, pragma_foreign_key_list(t.name) k \
         LEFT JOIN pragma_table_info(k.\"table\") p ON p.pk = k.seq + 1 \
         WHERE t.type = 'table' AND lower(k.\"table\") IN ({ours}) AND lower(t.name) NOT IN ({ours}) \
         ORDER BY t.name, k.id, k.seq",
        quoted("t.name"),
        quoted("k.\"from\""),
        quoted("coalesce(k.\"to\", p.name)"),
    ))?;
    Ok(ForeignKey::of_rows(rows))
}
