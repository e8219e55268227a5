//! The only place in `grade` that names engines: how they write and delete rows, and how they count their work.

use super::count::{self, Counter};
use super::schema::{Relation, Schema};
use crate::database::Engine;
use crate::sandbox::Cell;

/// How an engine's work is counted.
pub(super) fn counter(engine: Engine) -> &'static Counter {
    match engine {
        Engine::Sqlite => &count::SQLITE,
        #[cfg(feature = "mysql")]
        Engine::Mysql => &count::MYSQL,
        #[cfg(feature = "postgres")]
        Engine::Postgres => &count::POSTGRES,
    }
}

/// A value in a statement. As a text it is converted to the type of its column on every engine; SQLite compares keys faster if
/// they are numbers.
pub(super) fn literal(engine: Engine, cell: &Cell) -> String {
    let text = match cell {
        Cell::Null => return "NULL".to_owned(),
        Cell::Integer(number) if !is_strict(engine) => return number.to_string(),
        cell => cell.shown().replace('\'', "''"),
    };
    match engine {
        #[cfg(feature = "mysql")]
        Engine::Mysql => format!("'{}'", text.replace('\\', "\\\\")),
        _ => format!("'{text}'"),
    }
}

/// Whether a number is not a boolean.
fn is_strict(engine: Engine) -> bool {
    match engine {
        #[cfg(feature = "postgres")]
        Engine::Postgres => true,
        _ => false,
    }
}

/// What an INSERT needs so that it may write columns that the engine numbers itself.
pub(super) fn over_identity(engine: Engine) -> &'static str {
    match engine {
        #[cfg(feature = "postgres")]
        Engine::Postgres => " OVERRIDING SYSTEM VALUE",
        _ => "",
    }
}

/// The statement that deletes the rows with these keys.
pub(super) fn delete(engine: Engine, relation: &Relation, keys: impl Iterator<Item = Vec<Cell>>) -> String {
    let columns = relation.key_columns(engine);
    let key = |key: Vec<Cell>| -> String {
        let cells: Vec<String> = key.iter().map(|cell| literal(engine, cell)).collect();
        if cells.len() == 1 { cells.concat() } else { format!("({})", cells.join(", ")) }
    };
    let keys: Vec<String> = keys.map(key).collect();
    let table = engine.quote(&relation.name);
    let values = match engine {
        // A list of rows must be a query there.
        #[cfg(feature = "sqlite")]
        Engine::Sqlite if columns.len() > 1 => "VALUES ",
        _ => "",
    };
    let columns = if columns.len() == 1 { columns.concat() } else { format!("({})", columns.join(", ")) };
    format!("DELETE FROM {table} WHERE {columns} IN ({values}{});\n", keys.join(", "))
}

/// The statements after which rows can be removed from a copy of a database: they drop the triggers, and drop or switch off the
/// foreign keys.
pub(super) fn loosen(engine: Engine, schema: &Schema) -> String {
    let mut sql = String::new();
    for table in &schema.tables {
        for trigger in &table.triggers {
            let trigger = engine.quote(trigger);
            sql.push_str(&match engine {
                #[cfg(feature = "postgres")]
                Engine::Postgres => format!("DROP TRIGGER {trigger} ON {};\n", engine.quote(&table.name)),
                _ => format!("DROP TRIGGER {trigger};\n"),
            });
        }
    }
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => sql.push_str("PRAGMA foreign_keys = OFF;\n"),
        #[cfg(feature = "mysql")]
        Engine::Mysql => sql.push_str("SET foreign_key_checks = 0;\n"),
        #[cfg(feature = "postgres")]
        Engine::Postgres => {
            for table in &schema.tables {
                for constraint in &table.constraints {
                    let (table, constraint) = (engine.quote(&table.name), engine.quote(constraint));
                    sql.push_str(&format!("ALTER TABLE {table} DROP CONSTRAINT {constraint};\n"));
                }
            }
        }
    }
    sql
}

/// The statements that make an engine return unordered rows in reverse, and the statements that end that.
pub(super) fn reversed(engine: Engine) -> Option<(&'static str, &'static str)> {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => {
            Some(("PRAGMA reverse_unordered_selects = ON", "PRAGMA reverse_unordered_selects = OFF"))
        }
        #[cfg(any(feature = "mysql", feature = "postgres"))]
        _ => None,
    }
}
