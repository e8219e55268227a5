//! MySQL and MariaDB under the runner: `GET_LOCK`, and a catalogue read from `information_schema`.
//!
//! Every DDL statement commits by itself, so nothing is rolled back as a whole here. A DDL statement either
//! happened or did not (both servers make them atomic); which of the two, the catalogue's digest tells.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use super::Statement;
use super::bookkeeping::{Ledger, impl_ledger};
use super::carry::{self, Obstacle, Surroundings, Way};
use super::dialect::{Dialect, Manner};
use super::lock::{Held, Holder};
use super::script::hex;
use super::session::Session;
use super::split::Lexis;
use crate::database::MysqlConnection;

pub(crate) const LEXIS: Lexis = Lexis {
    backslash_escapes: true,
    escape_strings: false,
    hash_comments: true,
    spaced_dashes: true,
    executable_comments: true,
    nested_comments: false,
    bracket_names: false,
    dollar_quotes: false,
    compound_objects: &["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"],
};

pub(crate) const DIALECT: Dialect = Dialect { folder: "mysql", lexis: &LEXIS, commits_ddl: true, manner };

fn manner(statement: &Statement) -> Manner {
    match statement.word(0) {
        "SET" if statement.word(1) != "STATEMENT" => Manner::Setting,
        "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "SELECT" | "WITH" | "DO" | "CALL" | "LOAD" => {
            Manner::WithRecord
        }
        _ => Manner::Alone,
    }
}

/// The lock's name is known to the whole server, so it holds the database's; names end at 64 characters.
pub(crate) const LOCK: &str = "CONCAT('instaseed:', LEFT(SHA2(DATABASE(), 256), 32))";

/// One query for each part of the catalogue; what changes with the rows (sizes, counters) is left out. No joins:
/// a table of `information_schema` is read quickly only where the schema is a constant.
const CATALOGUE: [&str; 9] = [
    "SELECT CONCAT_WS('|', TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_COMMENT, CREATE_OPTIONS) AS line \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
     COALESCE(COLUMN_DEFAULT, '-'), EXTRA, COALESCE(COLLATION_NAME, '-'), COLUMN_COMMENT, \
     COALESCE(GENERATION_EXPRESSION, '-')) AS line \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION",
    "SELECT CONCAT_WS('|', TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COALESCE(SUB_PART, '-'), INDEX_TYPE) AS line \
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE) AS line \
     FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_TABLE_NAME, \
     REFERENCED_COLUMN_NAME) AS line FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE) AS line \
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', CONSTRAINT_NAME, CHECK_CLAUSE) AS line \
     FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT CONCAT_WS('|', TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_TIMING, ACTION_STATEMENT) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1",
    "SELECT line FROM (SELECT CONCAT_WS('|', TABLE_NAME, VIEW_DEFINITION) AS line \
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() \
     UNION ALL SELECT CONCAT_WS('|', ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_DEFINITION) \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()) AS bodies ORDER BY 1",
];

/// What scripts switch off for a while, kept in variables of the session.
const KEEP_SETTINGS: &str = "SET @instaseed_sql_mode = @@sql_mode, @instaseed_foreign_key_checks = @@foreign_key_checks, \
     @instaseed_unique_checks = @@unique_checks, @instaseed_sql_safe_updates = @@sql_safe_updates";
const RESTORE_SETTINGS: &str = "SET SESSION sql_mode = @instaseed_sql_mode, SESSION foreign_key_checks = @instaseed_foreign_key_checks, \
     SESSION unique_checks = @instaseed_unique_checks, SESSION sql_safe_updates = @instaseed_sql_safe_updates";

impl_ledger!(MysqlConnection, diesel::mysql::Mysql, "?");

impl Session for MysqlConnection {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn tables(&mut self) -> QueryResult<Vec<String>> {
        self.lines("SELECT TABLE_NAME AS line FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
    }

    fn catalogue(&mut self) -> QueryResult<String> {
        let mut hash = Sha256::new();
        for query in CATALOGUE {
            for line in self.lines(query)? {
                hash.update(line.as_bytes());
                hash.update([b'\n']);
            }
            hash.update([0]);
        }
        Ok(hex(&hash.finalize()))
    }

    fn try_lock(&mut self) -> QueryResult<Option<Held>> {
        let got = self.number(&format!("SELECT CAST(GET_LOCK({LOCK}, 0) AS SIGNED) AS number"))? == 1;
        if got {
            self.batch(KEEP_SETTINGS)?;
        }
        Ok(got.then(Held::default))
    }

    fn unlock(&mut self, _held: Held, _keep: bool) -> QueryResult<()> {
        self.number(&format!("SELECT CAST(RELEASE_LOCK({LOCK}) AS SIGNED) AS number")).map(|_| ())
    }

    fn holder(&mut self) -> QueryResult<Option<Holder>> {
        let id =
            self.number(&format!("SELECT CAST(COALESCE(IS_USED_LOCK({LOCK}), 0) AS SIGNED) AS number"))?;
        if id == 0 {
            return Ok(None);
        }
        // Without the PROCESS privilege other accounts' connections are not shown, and newer servers may not have
        // the table at all: the number alone is an answer too.
        let seen = self
            .lines(&format!(
                "SELECT CONCAT(USER, '@', HOST) AS line FROM information_schema.PROCESSLIST WHERE ID = {id}"
            ))
            .unwrap_or_default();
        let who = seen.into_iter().next();
        Ok(Some(Holder { id: format!("connection {id}"), who, since: None }))
    }

    fn surroundings(&mut self) -> QueryResult<Surroundings> {
        let columns = self.lines(
            "SELECT CONCAT_WS(CHAR(31), c.TABLE_NAME, c.COLUMN_NAME) AS line FROM information_schema.COLUMNS c \
             JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME \
             WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION",
        )?;
        let views = self.lines(
            "SELECT TABLE_NAME AS line FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()",
        )?;
        Ok(Surroundings::from_lines(&columns, views))
    }

    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
        carry::mysql_obstacles(self, way)
    }

    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>> {
        carry::mysql_belongings(self, table)
    }

    fn restore_settings(&mut self) -> QueryResult<()> {
        self.batch(RESTORE_SETTINGS)
    }

    fn line_of_error(&self, _statement: &Statement, error: &diesel::result::Error) -> Option<usize> {
        let message = error.to_string();
        let (_, line) = message.rsplit_once(" at line ")?;
        line.trim().parse::<usize>().ok()?.checked_sub(1)
    }
}
