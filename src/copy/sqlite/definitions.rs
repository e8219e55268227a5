//! Reads from `sqlite_schema` what an application has added.

use super::SqliteReader;
use crate::copy::Result;
use crate::copy::definitions::{Definitions, OwnObject, TableDefinition, rows, rows_of};
use crate::database::records::is_bookkeeping;
use crate::database::sqlite::quote;
use crate::edition::Edition;
use crate::migration;

const SCHEMA: &str = "SELECT m.type, m.name, m.tbl_name, coalesce(m.sql, ''), \
     coalesce((SELECT l.type FROM pragma_table_list(m.name) l WHERE l.schema = 'main'), '') FROM sqlite_schema m \
     WHERE m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.rowid";

/// Numbers in the header of the file that an application may set.
const NUMBERS: [&str; 2] = ["user_version", "application_id"];

pub(in crate::copy) fn definitions(reader: &mut SqliteReader, edition: Edition) -> Result<Definitions> {
    let mut found = Definitions::new(quote, |_, index| format!("DROP INDEX IF EXISTS {}", quote(index)));
    let is_ours = |name: &str| edition.tables().iter().any(|table| table.name.eq_ignore_ascii_case(name));
    for [kind, name, table, sql, form] in rows_of::<5>(reader, SCHEMA)? {
        if is_bookkeeping(&name) || is_bookkeeping(&table) && kind == "index" {
            continue;
        }
        match (kind.as_str(), form.as_str()) {
            ("table", "virtual") => {
                found.left.push(format!("the virtual table {name}"));
                found.skip.insert(name);
            }
            ("table", "shadow") => drop(found.skip.insert(name)),
            ("table", _) => {
                for (column, definition) in migration::parts_of_table(&sql) {
                    found.columns.insert((name.clone(), column), definition);
                }
                let words = sql.to_uppercase();
                for word in ["ON CONFLICT", "DEFERRABLE"].iter().filter(|word| words.contains(*word)) {
                    if !is_ours(&name) {
                        found.objects.push(OwnObject::within(format!("the {word} of {name}")));
                    }
                }
                if !is_ours(&name) {
                    found.tables.insert(name, TableDefinition { create: sql, after: Vec::new() });
                }
            }
            ("index", _) if !sql.is_empty() => {
                if let Some(definition) = found.tables.get_mut(&table) {
                    definition.after.push(sql.clone());
                }
                found.indexes.insert((table, name), sql);
            }
            ("trigger", _) if is_ours(&table) && name == format!("{table}_set_updated_at") => {}
            ("trigger", _) => {
                let drop = format!("DROP TRIGGER IF EXISTS {}", quote(&name));
                found.objects.push(OwnObject::new(format!("the trigger {name} on {table}"), sql, drop));
            }
            ("view", _) => {
                let drop = format!("DROP VIEW IF EXISTS {}", quote(&name));
                found.objects.push(OwnObject::new(format!("the view {name}"), sql, drop));
            }
            _ => {}
        }
    }
    for number in NUMBERS {
        let value = rows(reader, &format!("PRAGMA {number}"))?.concat().concat();
        if !value.is_empty() && value != "0" {
            let sql = format!("PRAGMA {number} = {value}");
            found.objects.push(OwnObject::new(
                format!("the {number} {value}"),
                sql,
                format!("PRAGMA {number} = 0"),
            ));
        }
    }
    if !rows(reader, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")?.is_empty() {
        for [table, last] in rows_of::<2>(reader, "SELECT name, seq FROM sqlite_sequence")? {
            found.counters.extend(last.parse().ok().map(|last: i64| (table, None, last.saturating_add(1))));
        }
    }
    Ok(found)
}
