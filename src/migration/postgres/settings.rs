//! The session of PostgreSQL around a script: its settings, its role, its search path.

use diesel::QueryResult;

use crate::database::PgConnection;
use crate::migration::Script;
use crate::migration::bookkeeping::Ledger;
use crate::migration::session::{Away, Kept};

/// Statements that change rows and tables, and nothing of the session.
const HARMLESS: [&str; 10] =
    ["CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "COMMENT", "TRUNCATE", "GRANT", "REVOKE"];

/// What was set by this program: the server's own defaults come back by `RESET ALL`.
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
        // Nothing that the script says touches a setting; where names lead is restored all the same.
        let home = connection_literal(kept.home.as_deref().unwrap_or_default());
        return connection.batch(&format!("SELECT set_config('search_path', {home}, false)"));
    }
    // First alone: what follows may have letters that the script's encoding cannot say.
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

/// For the length of a transaction: the script's own settings are back with its end.
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

/// A string that reads the same whatever `standard_conforming_strings` is.
fn connection_literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
