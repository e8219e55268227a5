//! The PostgreSQL session around a script: its settings, its role, its search path.

use diesel::QueryResult;

use crate::database::PgConnection;
use crate::migration::Script;
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::session::{Away, Kept};

/// Statements that change rows and tables, but nothing in the session.
const HARMLESS: [&str; 10] =
    ["CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "COMMENT", "TRUNCATE", "GRANT", "REVOKE"];

/// Saves what this program has set; `RESET ALL` restores the server's own defaults.
pub(super) fn keep(connection: &mut PgConnection, script: &Script) -> QueryResult<Kept> {
    let harmless = script.statements.iter().all(|statement| {
        !statement.batch && HARMLESS.contains(&statement.word(0)) && !statement.calls("SET_CONFIG")
    });
    let home = connection.lines(
        "SELECT concat_ws(chr(31), current_setting('role'), current_setting('search_path')) AS line",
    )?;
    let (role, path) = home.first().and_then(|line| line.split_once('\u{1f}')).unwrap_or_default();
    let mut kept = Kept { settings: Vec::new(), home: Some(path.to_owned()), role: Some(role.to_owned()) };
    if !harmless {
        let lines = connection.lines(
            "SELECT concat_ws(chr(31), name, current_setting(name)) AS line FROM pg_settings \
             WHERE source = 'session' AND name NOT LIKE 'transaction\\_%'",
        )?;
        let pairs = lines.iter().filter_map(|line| line.split_once('\u{1f}'));
        kept.settings = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }
    Ok(kept)
}

pub(super) fn restore(connection: &mut PgConnection, kept: &Kept, script: &Script) -> QueryResult<()> {
    if kept.settings.is_empty() {
        // The script changes no setting, but restore the search path all the same.
        let home = connection_literal(kept.home.as_deref().unwrap_or_default());
        return connection.batch(&format!("SELECT set_config('search_path', {home}, false)"));
    }
    // Run this first, by itself: the script's encoding may lack characters of what follows.
    connection.batch("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; UNLISTEN *")?;
    let set = kept.settings.iter().map(|(name, value)| {
        format!("set_config({}, {}, false)", connection_literal(name), connection_literal(value))
    });
    connection.batch(&format!("SELECT {}", set.collect::<Vec<_>>().join(", ")))?;
    if script.statements.iter().any(|statement| statement.word(0) == "PREPARE") {
        let prepared = connection
            .lines("SELECT quote_ident(name) AS line FROM pg_prepared_statements WHERE from_sql")?;
        for name in prepared {
            connection.batch(&format!("DEALLOCATE {name}"))?;
        }
    }
    Ok(())
}

/// Goes home for the duration of a transaction: the script's own settings return when it ends.
pub(super) fn go_home(connection: &mut PgConnection, kept: &Kept, in_transaction: bool) -> QueryResult<Away> {
    if !in_transaction {
        connection.begin()?;
    }
    let home = connection_literal(kept.home.as_deref().unwrap_or_default());
    let role = connection_literal(kept.role.as_deref().unwrap_or("none"));
    connection.batch("SET LOCAL client_encoding = 'UTF8'; SET LOCAL SESSION AUTHORIZATION DEFAULT")?;
    connection.batch(&format!(
        "SELECT set_config('role', {role}, true), set_config('search_path', {home}, true), \
         set_config('standard_conforming_strings', 'on', true)"
    ))?;
    Ok(Away { begun: !in_transaction, ..Away::default() })
}

/// A string literal that does not depend on `standard_conforming_strings`.
fn connection_literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
