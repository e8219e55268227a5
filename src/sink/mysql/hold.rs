//! Holds tables for a moment, moves their counters, and finds what refers to them, on MySQL and MariaDB.
//!
//! START TRANSACTION would release the tables, so a hold is a session without autocommit. A DDL
//! statement ends the transaction but keeps the tables locked.

use super::MysqlBulk;
use crate::database::mysql::{literal, quote};
use crate::database::records::{FACTS_TABLE, LOAD_TABLES};
use crate::edition::Table;
use crate::sink::Hint;
use crate::sink::bulk::{Bulk, BulkError, Hold, Problem, number, one};

pub(super) fn hold(bulk: &mut MysqlBulk, hold: &Hold<'_>) -> Result<(), BulkError> {
    let ours = hold.tables.iter().map(|table| format!("{} WRITE", table.name));
    let others = hold.others.iter().map(|name| format!("{name} READ"));
    let mut records = Vec::new();
    for table in LOAD_TABLES.into_iter().chain([FACTS_TABLE]) {
        if bulk.has_table(table)? {
            records.push(format!("{table} WRITE"));
        }
    }
    let list: Vec<_> = ours.chain(others).chain(records).collect();
    bulk.run("SET SESSION lock_wait_timeout = 1, autocommit = 0")?;
    let held = bulk.run(&format!("LOCK TABLES {}", list.join(", ")));
    let back = if held.is_ok() {
        "SET SESSION lock_wait_timeout = 60"
    } else {
        "SET SESSION lock_wait_timeout = 60, autocommit = 1"
    };
    bulk.run(back)?;
    match held {
        Err(error) if error.problem == Problem::NotAllowed => Err(error.with_way_out(right_to_lock(bulk)?)),
        held => held,
    }
}

/// The statement that grants the right to lock tables.
fn right_to_lock(bulk: &mut MysqlBulk) -> Result<Hint, BulkError> {
    let account = one(bulk, "SELECT CURRENT_USER()")?.unwrap_or_default();
    let (user, host) = account.rsplit_once('@').unwrap_or((&account, "%"));
    let (home, user, host) = (quote(&bulk.home), literal(user), literal(host));
    Ok(Hint::GrantLockTables { sql: format!("GRANT LOCK TABLES ON {home}.* TO {user}@{host}") })
}

pub(super) fn release(bulk: &mut MysqlBulk) -> Result<(), BulkError> {
    bulk.run("COMMIT")?;
    bulk.run("UNLOCK TABLES")?;
    bulk.run("SET SESSION autocommit = 1")
}

/// Reads the counter from the table's definition: the server's statistics may be stale.
pub(super) fn last_id(bulk: &mut MysqlBulk, table: &Table) -> Result<i64, BulkError> {
    let name = table.name;
    let most: i64 = number(bulk, &format!("SELECT max({}) FROM {name}", table.id().name))?.unwrap_or(0);
    let shown = bulk.rows(&format!("SHOW CREATE TABLE {name}"))?;
    let definition = shown.into_iter().next().and_then(|row| row.into_iter().nth(1)).flatten();
    Ok(most.max(definition.as_deref().and_then(next_id).map_or(0, |next| next - 1)))
}

/// The counter is in the last line, after the engine.
fn next_id(definition: &str) -> Option<i64> {
    let (_, rest) = definition.lines().last()?.split_once(" AUTO_INCREMENT=")?;
    rest.split(' ').next()?.parse().ok()
}

pub(super) fn reserve(bulk: &mut MysqlBulk, table: &Table, last: i64) -> Result<(), BulkError> {
    // Run it even if the counter is already there: the statement waits for sessions that use the table.
    let last = last.max(last_id(bulk, table)?);
    bulk.run(&format!("ALTER TABLE {} AUTO_INCREMENT = {}", table.name, last + 1))
}

#[cfg(test)]
mod tests {
    use super::next_id;

    #[test]
    fn the_counter_is_read_from_the_options_of_a_table() {
        let shown = "CREATE TABLE `t` (\n  `a` int COMMENT ' AUTO_INCREMENT=9 '\n) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4";
        assert_eq!(next_id(shown), Some(42));
        assert_eq!(next_id("CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"), None);
    }
}
