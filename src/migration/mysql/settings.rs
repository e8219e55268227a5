//! The MySQL or MariaDB session around a script: its variables, its database, its role.
//!
//! The server can reset a session (`COM_RESET_CONNECTION`), but that releases the runner's lock. So
//! changes made by a script are found by comparison, and reverted.

use diesel::QueryResult;
use diesel::RunQueryDsl;

use crate::database::MysqlConnection;
use crate::database::mysql::quote;
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::lexer::Kind;
use crate::migration::session::{Away, Kept};
use crate::migration::{Script, Statement};

#[derive(diesel::QueryableByName)]
struct Variable {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>, column_name = "Value")]
    value: Option<String>,
}

/// Variables that change by themselves or cannot be set.
const OF_THE_MOMENT: [&str; 16] = [
    "timestamp",
    "rand_seed1",
    "rand_seed2",
    "pseudo_thread_id",
    "error_count",
    "warning_count",
    "identity",
    "insert_id",
    "in_transaction",
    "last_gtid",
    "gtid_binlog_pos",
    "gtid_binlog_state",
    "gtid_current_pos",
    "gtid_executed",
    "ndb_row_checksum",
    "statement_id",
];

/// Statements that change rows and tables, but nothing in the session.
const HARMLESS: [&str; 9] =
    ["CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "RENAME", "TRUNCATE", "REPLACE"];

fn is_harmless(statement: &Statement) -> bool {
    !statement.batch && HARMLESS.contains(&statement.word(0)) && !statement.sql.contains('@')
}

pub(super) fn keep(connection: &mut MysqlConnection, script: &Script) -> QueryResult<Kept> {
    let home = connection.lines("SELECT DATABASE() AS line")?.into_iter().next();
    if script.statements.iter().all(is_harmless) {
        return Ok(Kept { home, ..Kept::default() });
    }
    Ok(Kept { settings: variables(connection)?, home, role: role(connection)? })
}

fn variables(connection: &mut MysqlConnection) -> QueryResult<Vec<(String, String)>> {
    let found: Vec<Variable> = diesel::sql_query("SHOW SESSION VARIABLES").load(connection)?;
    let kept = found.into_iter().filter(|variable| !OF_THE_MOMENT.contains(&variable.name.as_str()));
    Ok(kept.filter_map(|variable| Some((variable.name, variable.value?))).collect())
}

fn role(connection: &mut MysqlConnection) -> QueryResult<Option<String>> {
    Ok(connection.lines("SELECT CURRENT_ROLE() AS line")?.into_iter().next())
}

/// Our own scripts number rows from 1 without gaps, whatever the servers of a cluster are set to. An ordinary account
/// of MySQL 8 may not set this: then there are gaps. Done only if the settings were saved and so will be restored.
pub(super) fn number_without_gaps(connection: &mut MysqlConnection, kept: &Kept) -> QueryResult<()> {
    let is_set = |name: &str| kept.settings.iter().any(|(known, value)| known == name && value != "1");
    if is_set("auto_increment_increment") || is_set("auto_increment_offset") {
        let _ = connection.batch("SET SESSION auto_increment_increment = 1, auto_increment_offset = 1");
    }
    Ok(())
}

pub(super) fn restore(connection: &mut MysqlConnection, kept: &Kept, script: &Script) -> QueryResult<()> {
    if kept.settings.is_empty() {
        return Ok(());
    }
    // The script may have limited the size of results, including that of the next query.
    if let Some((name, value)) = kept.settings.iter().find(|(name, _)| name == "sql_select_limit") {
        set_back(connection, name, value)?;
    }
    let changed: Vec<(String, String)> =
        variables(connection)?.into_iter().filter(|now| !kept.settings.contains(now)).collect();
    for (name, before) in &kept.settings {
        if changed.iter().any(|(changed, _)| changed == name) {
            set_back(connection, name, before)?;
        }
    }
    if script.statements.iter().any(|statement| statement.word(0) == "SET" && statement.says("TIMESTAMP")) {
        connection.batch("SET SESSION timestamp = DEFAULT")?;
    }
    if let Some(home) = &kept.home {
        connection.batch(&format!("USE {}", quote(home)))?;
    }
    let now = role(connection)?;
    if now != kept.role {
        connection.batch(&format!("SET ROLE {}", spelled(kept.role.as_deref().unwrap_or_default())))?;
    }
    forget_variables(connection, script)?;
    forget_prepared(connection, script)
}

fn set_back(connection: &mut MysqlConnection, name: &str, value: &str) -> QueryResult<()> {
    let is_number = value.parse::<f64>().is_ok();
    let value = if is_number { value.to_owned() } else { format!("'{}'", value.replace('\'', "''")) };
    match connection.batch(&format!("SET SESSION {name} = {value}")) {
        // A server-wide setting was changed for the whole server: that was intended.
        Err(error)
            if ["GLOBAL variable", "read only", "read-only"]
                .iter()
                .any(|word| error.to_string().contains(word)) =>
        {
            Ok(())
        }
        set => set,
    }
}

/// MariaDB returns a bare name, MySQL a list of quoted accounts.
fn spelled(role: &str) -> String {
    match role {
        "" | "NONE" => "NONE".to_owned(),
        role if role.starts_with('`') => role.to_owned(),
        role => quote(role),
    }
}

fn forget_variables(connection: &mut MysqlConnection, script: &Script) -> QueryResult<()> {
    let with_sign = script.statements.iter().filter(|statement| statement.sql.contains('@'));
    let mut names: Vec<String> = with_sign
        .flat_map(Statement::parts)
        .filter(|part| part.kind == Kind::Variable)
        .map(|part| format!("@{} = NULL", quote(&part.text.to_lowercase())))
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() { Ok(()) } else { connection.batch(&format!("SET {}", names.join(", "))) }
}

fn forget_prepared(connection: &mut MysqlConnection, script: &Script) -> QueryResult<()> {
    for statement in script.statements.iter().filter(|statement| statement.word(0) == "PREPARE") {
        if let Some(name) = statement.parts().get(1) {
            // The script may have deallocated it itself: then there is nothing to do.
            let _ = connection.batch(&format!("DEALLOCATE PREPARE {}", quote(&name.text.to_lowercase())));
        }
    }
    Ok(())
}

/// Returns to the ledger's database: a script with `USE` is elsewhere.
pub(super) fn go_home(
    connection: &mut MysqlConnection,
    kept: &Kept,
    script: &Script,
    in_transaction: bool,
) -> QueryResult<Away> {
    let says = |word: &str| script.statements.iter().any(|statement| statement.batch || statement.says(word));
    let mut away = Away::default();
    if let Some(home) = kept.home.as_ref().filter(|_| says("USE")) {
        away.place = connection.lines("SELECT DATABASE() AS line")?.into_iter().next();
        connection.batch(&format!("USE {}", quote(home)))?;
    }
    // In Oracle mode even BEGIN has another meaning.
    let mode = kept.settings.iter().find(|(name, _)| name == "sql_mode");
    if let Some((name, value)) = mode.filter(|_| script.statements.iter().any(|statement| statement.batch)) {
        away.mode = connection.lines("SELECT @@sql_mode AS line")?.into_iter().next();
        set_back(connection, name, value)?;
    }
    // Without autocommit the record would stay uncommitted.
    if !in_transaction && says("AUTOCOMMIT") {
        connection.begin()?;
        away.begun = true;
    }
    Ok(away)
}

pub(super) fn come_back(connection: &mut MysqlConnection, away: Away, keep: bool) -> QueryResult<()> {
    if away.begun {
        if keep { connection.commit()? } else { connection.rollback()? }
    }
    if let Some(mode) = away.mode {
        set_back(connection, "sql_mode", &mode)?;
    }
    match away.place.filter(|place| !place.is_empty()) {
        Some(place) => connection.batch(&format!("USE {}", quote(&place))),
        None => Ok(()),
    }
}
