//! Holds tables for a moment, moves their counters, and finds what refers to them, on PostgreSQL.

use super::PostgresBulk;
use super::constraints::relations;
use crate::database::postgres::literal;
use crate::edition::Table;
use crate::sink::bulk::{Bulk, BulkError, ForeignKey, Hold, Problem, TextRow, number, one};

/// Shorter than the second after which the server looks for deadlocks, so waiting for us never ends in one.
const PATIENCE: &str = "SET LOCAL lock_timeout = '400ms'";

pub(super) fn hold(bulk: &mut PostgresBulk, hold: &Hold<'_>) -> Result<(), BulkError> {
    let mode = if hold.alone { "ACCESS EXCLUSIVE" } else { "SHARE ROW EXCLUSIVE" };
    // Writing a row that points at ours locks ours, as long as the foreign key exists.
    let names = hold.tables.iter().map(|table| table.name).chain(hold.loose.iter().map(String::as_str));
    let names = names.collect::<Vec<_>>().join(", ");
    let held = bulk.run(&format!(
        "BEGIN; {PATIENCE}; LOCK TABLE {names} IN {mode} MODE; SET LOCAL lock_timeout = '60s'"
    ));
    held.map_err(|error| match bulk.run("ROLLBACK") {
        Ok(()) => error,
        Err(lost) => lost,
    })
}

/// The sequence behind the ids of a table, quoted as the server quotes it.
fn sequence(bulk: &mut PostgresBulk, table: &Table) -> Result<Option<String>, BulkError> {
    let (name, id) = (literal(table.name), literal(table.id().name));
    one(bulk, &format!("SELECT pg_get_serial_sequence(quote_ident(current_schema()) || '.' || {name}, {id})"))
}

/// The last value that a sequence has given out; 0 before the first.
fn given(bulk: &mut PostgresBulk, sequence: &str) -> Result<i64, BulkError> {
    let sql = format!("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {sequence}");
    Ok(number(bulk, &sql)?.unwrap_or(0))
}

pub(super) fn last_id(bulk: &mut PostgresBulk, table: &Table) -> Result<i64, BulkError> {
    let sql = format!("SELECT max({}) FROM {}", table.id().name, table.name);
    let most = number(bulk, &sql)?.unwrap_or(0);
    let given = match sequence(bulk, table)? {
        Some(sequence) => given(bulk, &sequence)?,
        None => 0,
    };
    Ok(most.max(given).max(0))
}

pub(super) fn reserve(bulk: &mut PostgresBulk, table: &Table, last: i64) -> Result<(), BulkError> {
    match sequence(bulk, table)? {
        Some(sequence) if given(bulk, &sequence)? < last => {
            bulk.run(&format!("SELECT setval({}, {last})", literal(&sequence)))
        }
        _ => Ok(()),
    }
}

pub(super) fn foreign_keys(
    bulk: &mut PostgresBulk,
    tables: &[&'static Table],
) -> Result<Vec<ForeignKey>, BulkError> {
    let ours = relations(tables);
    let rows: Vec<TextRow> = bulk.rows(&format!(
        "SELECT u.number, k.conrelid::regclass, quote_ident(c.attname), p.relname, quote_ident(a.attname) \
         FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid \
         CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (child, parent, number) \
         JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = u.child \
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.parent \
         WHERE k.contype = 'f' AND k.confrelid IN ({ours}) AND k.conrelid NOT IN ({ours}) ORDER BY k.oid, u.number"
    ))?;
    Ok(ForeignKey::of_rows(rows))
}

/// In the replica role the session checks no foreign key and fires no trigger. Only for accounts that may set
/// it, and if no application has triggers on the tables. Never inside a transaction: a refusal would end it.
pub(super) fn look_ourselves(
    bulk: &mut PostgresBulk,
    tables: &[&'static Table],
    wanted: bool,
) -> Result<bool, BulkError> {
    if !wanted {
        // RESET needs the same privilege as SET: an account without it has set nothing.
        let set = "SELECT 1 FROM pg_settings WHERE name = 'session_replication_role' AND source = 'session'";
        if !bulk.rows(set)?.is_empty() {
            bulk.run("RESET session_replication_role")?;
        }
        return Ok(true);
    }
    let triggers =
        format!("SELECT 1 FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN ({})", relations(tables));
    if !bulk.rows(&triggers)?.is_empty() {
        return Ok(false);
    }
    match bulk.run("SET session_replication_role = replica") {
        Ok(()) => Ok(true),
        Err(error) if error.problem == Problem::NotAllowed => Ok(false),
        Err(error) => Err(error),
    }
}
