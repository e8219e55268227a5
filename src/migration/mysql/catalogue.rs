//! What DDL can change on MySQL and MariaDB, as one digest, and which tables know no transaction.
//!
//! Of the schema that is home, and of those that a script names: what happens elsewhere is none of its doing.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use crate::database::MysqlConnection;
use crate::migration::bookkeeping::Ledger;
use crate::migration::script::hex;
use crate::migration::{Script, Statement};

/// One query for each part of the catalogue; what changes with the rows (sizes, counters) is left out. No joins:
/// a table of `information_schema` is read quickly only where the schema is a constant.
const CATALOGUE: [&str; 9] = [
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_COMMENT, CREATE_OPTIONS) AS line \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
     COALESCE(COLUMN_DEFAULT, '-'), EXTRA, COALESCE(COLLATION_NAME, '-'), COLUMN_COMMENT, \
     COALESCE(GENERATION_EXPRESSION, '-')) AS line \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN (?) ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COALESCE(SUB_PART, '-'), INDEX_TYPE) AS line \
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE) AS line \
     FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_TABLE_NAME, \
     REFERENCED_COLUMN_NAME) AS line FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE) AS line \
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CHECK_CLAUSE) AS line \
     FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_TIMING, ACTION_STATEMENT) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN (?) ORDER BY 1",
    "SELECT line FROM (SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION) AS line \
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN (?) \
     UNION ALL SELECT CONCAT_WS('|', ROUTINE_SCHEMA, ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_DEFINITION) \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN (?)) AS bodies ORDER BY 1",
];

/// The same of what few scripts touch: only for those that say the word.
const RARE: [(&str, &str); 4] = [
    ("DATABASE", SCHEMAS),
    ("SCHEMA", SCHEMAS),
    (
        "PARTITION",
        "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, \
     PARTITION_DESCRIPTION, PARTITION_COMMENT) AS line FROM information_schema.PARTITIONS \
     WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA IN (?) ORDER BY 1",
    ),
    (
        "EVENT",
        "SELECT CONCAT_WS('|', EVENT_SCHEMA, EVENT_NAME, DEFINER, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, \
     STATUS, ON_COMPLETION, EVENT_COMMENT, EVENT_DEFINITION) AS line \
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA IN (?) ORDER BY 1",
    ),
];
const SCHEMAS: &str = "SELECT CONCAT_WS('|', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME) AS line \
     FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (?) ORDER BY 1";

/// A script may have set `sql_select_limit`, which would cut the catalogue short.
const ALL: &str = "LIMIT 18446744073709551615";

pub(super) fn digest(connection: &mut MysqlConnection, script: &Script) -> QueryResult<String> {
    let schemas = schemas(connection, script)?;
    let mut hash = Sha256::new();
    let rare = RARE.iter().filter(|(word, _)| script.mentions(word)).map(|(_, query)| query);
    for query in CATALOGUE.iter().chain(rare) {
        for line in connection.lines(&format!("{} {ALL}", query.replace('?', &schemas)))? {
            hash.update(line.as_bytes());
            hash.update([b'\n']);
        }
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

/// Home and the other schemas that the script names, as a list of SQL.
fn schemas(connection: &mut MysqlConnection, script: &Script) -> QueryResult<String> {
    let all = connection.lines(&format!(
        "SELECT SCHEMA_NAME AS line FROM information_schema.SCHEMATA WHERE SCHEMA_NAME <> DATABASE() ORDER BY 1 {ALL}"
    ))?;
    let named = all.into_iter().filter(|name| script.mentions(name));
    let named = named.map(|name| format!(", '{}'", name.replace('\\', "\\\\").replace('\'', "''")));
    Ok(format!("DATABASE(){}", named.collect::<String>()))
}

/// Whether all that a statement writes is undone with a transaction. Where a table knows none, a trigger may write
/// into it unseen.
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
