//! A digest of everything that DDL can change on MySQL and MariaDB, and which tables are not transactional.
//!
//! It covers the home schema and those that a script names: changes elsewhere are not the script's.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use crate::database::MysqlConnection;
use crate::database::mysql::{ALL, OTHER_SCHEMAS, ddl_queries, literal};
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::{Script, Statement};
use crate::sha256::hex;

pub(super) fn digest(connection: &mut MysqlConnection, script: &Script) -> QueryResult<String> {
    let schemas = schemas(connection, script)?;
    let mut hash = Sha256::new();
    for query in ddl_queries(&schemas, |word| script.mentions(word)) {
        for line in connection.lines(&query)? {
            hash.update(line.as_bytes());
            hash.update([b'\n']);
        }
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

/// The home schema and the others that the script names, as an SQL list.
fn schemas(connection: &mut MysqlConnection, script: &Script) -> QueryResult<String> {
    let all = connection.lines(&format!("{OTHER_SCHEMAS} {ALL}"))?;
    let named = all.into_iter().filter(|name| script.mentions(name));
    let named = named.map(|name| format!(", {}", literal(&name)));
    Ok(format!("DATABASE(){}", named.collect::<String>()))
}

/// Whether a rollback undoes everything that a statement writes. If any table is not transactional,
/// a trigger may write to it unnoticed.
pub(super) fn is_transactional(connection: &mut MysqlConnection, statement: &Statement) -> QueryResult<bool> {
    let others = connection.lines(&format!(
        "SELECT TABLE_NAME AS line FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
         AND TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN ('InnoDB', 'RocksDB', 'TokuDB', 'ndbcluster') {ALL}"
    ))?;
    if others.is_empty() {
        return Ok(true);
    }
    let triggers = connection.number(
        "SELECT COUNT(*) AS number FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    )?;
    Ok(triggers == 0 && !others.iter().any(|table| statement.says(&table.to_uppercase())))
}
