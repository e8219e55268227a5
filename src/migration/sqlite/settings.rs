//! The SQLite session around a script: its pragmas, attached databases and temporary objects.

use diesel::{QueryResult, SqliteConnection};

use crate::database::sqlite::quote;
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::session::Kept;

/// Pragmas of the connection that a script may change and the next one must not inherit. Above all
/// `foreign_keys`: if it is on, a `DROP TABLE` in the next script also removes the children's rows or references.
const PRAGMAS: [&str; 19] = [
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cell_size_check",
    "defer_foreign_keys",
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
];

/// The value of this pragma cannot be read.
const LIKE: &str = "case_sensitive_like";
const ATTACHED: &str = "attached ";
const TEMPORARY: &str = "temporary ";

pub(super) fn keep(connection: &mut SqliteConnection) -> QueryResult<Kept> {
    Ok(Kept { settings: read(connection)?, ..Kept::default() })
}

fn read(connection: &mut SqliteConnection) -> QueryResult<Vec<(String, String)>> {
    let mut query: String = PRAGMAS
        .iter()
        .map(|name| {
            format!("SELECT '{name}' || char(31) || (SELECT * FROM pragma_{name}) AS line UNION ALL ")
        })
        .collect();
    query.push_str(&format!(
        "SELECT '{LIKE}' || char(31) || ('a' NOT LIKE 'A') \
         UNION ALL SELECT '{ATTACHED}' || name || char(31) FROM pragma_database_list WHERE name NOT IN ('main', 'temp') \
         UNION ALL SELECT '{TEMPORARY}' || name || char(31) || type FROM sqlite_temp_master WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ));
    let lines = connection.lines(&query)?;
    let pairs = lines.iter().filter_map(|line| line.split_once('\u{1f}'));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

pub(super) fn restore(connection: &mut SqliteConnection, kept: &Kept) -> QueryResult<()> {
    for (name, now) in read(connection)? {
        let before = kept.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        match (name.strip_prefix(ATTACHED), name.strip_prefix(TEMPORARY), before) {
            (Some(database), _, None) => connection.batch(&format!("DETACH {}", quote(database)))?,
            // A trigger or a view is dropped with its table.
            (_, Some(object), None) => {
                connection.batch(&format!("DROP {now} IF EXISTS temp.{}", quote(object)))?;
            }
            (None, None, Some(before)) if *before != now => {
                connection.batch(&format!("PRAGMA {name} = {before}"))?;
            }
            _ => {}
        }
    }
    Ok(())
}
