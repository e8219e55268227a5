//! What is parked on PostgreSQL, read from its catalogue: keys, indexes, foreign keys, and autovacuum.

use super::PostgresBulk;
use super::definitions::{AUTOVACUUM_OPTION, is_validated};
use crate::edition::Table;
use crate::sink::bulk::{Bulk, BulkError, Kept, Parked, Problem, Stage, TextRow, names_of, unreadable};

/// Keys, plain indexes, and every foreign key that starts or ends at one of the tables, including those
/// of tables that are not ours: the key that it needs is parked too. Also autovacuum, unless a table has
/// an explicit setting: it would find many new rows, and its lock would delay ours by a second each time.
pub(super) fn parkable(bulk: &mut PostgresBulk, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
    // With an empty path the server names every table with its schema.
    let ours = bulk.rows(&relations(tables))?.into_iter().flatten().flatten().collect::<Vec<_>>();
    let ours = if ours.is_empty() { "NULL".to_owned() } else { ours.join(", ") };
    bulk.run("BEGIN; SET LOCAL search_path = pg_catalog")?;
    let read = definitions(bulk, &ours);
    bulk.run("ROLLBACK")?;
    let mut parked = Vec::new();
    for kept in read? {
        match bulk.remade(kept.clone(), tables) {
            Some(made) => parked.push(made),
            None => return Err(unreadable(&kept)),
        }
    }
    // An index that belongs to a key is dropped with it.
    let keys: Vec<_> = parked.iter().filter(|parked| parked.kept.stage == Stage::Key).map(named).collect();
    for index in parked.iter_mut().filter(|parked| parked.kept.stage == Stage::Index) {
        if keys.contains(&named(index)) {
            index.drop.clear();
        }
    }
    parked.sort_by_key(|parked| parked.kept.stage);
    Ok(parked)
}

/// Everything that is parked with these tables (given by oid). Read it while the path is empty.
fn definitions(bulk: &mut PostgresBulk, ours: &str) -> Result<Vec<Kept>, BulkError> {
    let mut found = constraints(bulk, ours)?;
    found.extend(indexes(bulk, ours)?);
    found.extend(vacuumed(bulk, ours)?);
    Ok(found)
}

/// The keys of the tables with their indexes, and the foreign keys from and to them.
fn constraints(bulk: &mut PostgresBulk, ours: &str) -> Result<Vec<Kept>, BulkError> {
    let constraints = bulk.rows(&format!(
        "SELECT k.contype, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), \
         CASE WHEN k.contype IN ('p', 'u') AND NOT i.indisexclusion THEN pg_get_indexdef(k.conindid) END, \
         concat_ws(' ', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, 'USING INDEX', quote_ident(k.conname), \
         CASE WHEN k.condeferrable THEN 'DEFERRABLE' END, CASE WHEN k.condeferred THEN 'INITIALLY DEFERRED' END), \
         CASE WHEN NOT pg_has_role(c.relowner, 'USAGE') THEN pg_get_userbyid(c.relowner) END \
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_index i ON i.indexrelid = k.conindid WHERE (k.contype IN ('p', 'u', 'x') AND k.conrelid IN ({ours})) \
         OR (k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid IN ({ours}) OR k.confrelid IN ({ours}))) \
         ORDER BY k.contype = 'f', k.oid"
    ))?;
    let mut found = Vec::new();
    for row in constraints {
        let Ok(
            [
                Some(kind),
                Some(schema),
                Some(table),
                Some(name),
                Some(definition),
                index,
                Some(using_index),
                owner,
            ],
        ) = <[Option<String>; 8]>::try_from(row)
        else {
            continue;
        };
        if let Some(owner) = owner {
            let words = format!(
                "{name} of {table} must be dropped while rows are loaded, and only the owner of {table}, {owner}, may drop it"
            );
            return Err(BulkError::new(Problem::NotAllowed, words));
        }
        let kept = |stage, definition| {
            let (schema, table, name) = (schema.clone(), table.clone(), name.clone());
            Kept { stage, schema, table, name, definition }
        };
        if kind == "f" {
            if is_validated(&definition) {
                found.push(kept(Stage::Validation, String::new()));
            }
            found.push(kept(Stage::ForeignKey, definition));
            continue;
        }
        // The index is dropped with the key; it is built under a lock that other indexes of the table share.
        let definition = if index.is_some() { using_index } else { definition };
        found.extend(index.map(|index| kept(Stage::Index, index)));
        found.push(kept(Stage::Key, definition));
    }
    Ok(found)
}

/// The indexes that belong to no key.
fn indexes(bulk: &mut PostgresBulk, ours: &str) -> Result<Vec<Kept>, BulkError> {
    let indexes = bulk.rows(&format!(
        "SELECT n.nspname, c.relname, x.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class x ON x.oid = i.indexrelid \
         WHERE i.indrelid IN ({ours}) AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid \
         AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"
    ))?;
    let kept = |row: TextRow| {
        let [schema, table, name, definition] = <[Option<String>; 4]>::try_from(row).ok()?;
        Some(Kept {
            stage: Stage::Index,
            schema: schema?,
            table: table?,
            name: name?,
            definition: definition?,
        })
    };
    Ok(indexes.into_iter().filter_map(kept).collect())
}

/// The tables without an autovacuum setting.
fn vacuumed(bulk: &mut PostgresBulk, ours: &str) -> Result<Vec<Kept>, BulkError> {
    let vacuumed = bulk.rows(&format!(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid IN ({ours}) AND NOT EXISTS ({AUTOVACUUM_OPTION}) ORDER BY c.oid"
    ))?;
    let kept = |row: TextRow| {
        let [schema, table] = <[Option<String>; 2]>::try_from(row).ok()?;
        let (schema, table) = (schema?, table?);
        Some(Kept { stage: Stage::Autovacuum, schema, name: table.clone(), table, definition: String::new() })
    };
    Ok(vacuumed.into_iter().filter_map(kept).collect())
}

fn named(parked: &Parked) -> (String, String) {
    (parked.kept.schema.clone(), parked.kept.name.clone())
}

/// The query for the oids of the tables.
pub(super) fn relations(tables: &[&'static Table]) -> String {
    format!(
        "SELECT c.oid FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relname IN ({})",
        names_of(tables)
    )
}
