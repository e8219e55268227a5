//! MySQL and MariaDB for the runner: `GET_LOCK`, and a catalogue read from `information_schema`.
//!
//! Every DDL statement commits by itself, so nothing is rolled back as a whole here. A DDL statement
//! either happened or did not (both servers make it atomic); the catalogue's digest shows which.

use std::time::Duration;

use diesel::QueryResult;

use super::bookkeeping::{LedgerStore, impl_ledger};
use super::dialect::{Dialect, RunMode};
use super::holder::{Holder, LockGuard};
use super::lexer::{Bodies, Kind, Lexis};
use super::session::{Away, Kept, Session};
use super::{Script, Statement};
use crate::database::MysqlConnection;
use crate::database::mysql::LOCK;

mod blockers;
mod carry;
mod catalogue;
mod settings;

pub(crate) const LEXIS: Lexis = Lexis {
    backslash_escapes: true,
    double_quoted_strings: true,
    escape_strings: false,
    hash_comments: true,
    spaced_dashes: true,
    cr_ends_comment: false,
    executable_comments: true,
    nested_comments: false,
    bracket_names: false,
    dollar_quotes: false,
    user_variables: true,
    bodies: Bodies::Compound,
};

pub(crate) const DIALECT: Dialect = Dialect {
    lexis: &LEXIS,
    quote: crate::database::mysql::quote,
    commits_ddl: true,
    manner,
    misplaced: |_, _| None,
    of_last_statement: &["ROW_COUNT", "FOUND_ROWS"],
    of_session: &["LAST_INSERT_ID", "ROW_COUNT", "FOUND_ROWS", "IDENTITY", "LASTVAL"],
    of_session_words: &["@@last_insert_id", "@@identity", "@@insert_id", "previous value for"],
};

/// Objects that `information_schema` shows to every account: its digest shows whether a statement
/// about them has happened.
const VISIBLE: [&str; 11] = [
    "TABLE",
    "INDEX",
    "VIEW",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "PACKAGE",
    "DATABASE",
    "SCHEMA",
    "SEQUENCE",
];
const INVISIBLE: [&str; 5] = ["USER", "ROLE", "SERVER", "TABLESPACE", "LOGFILE"];
/// `ALTER TABLE` with these words moves rows and does not change definitions.
const MOVING: [&str; 3] = ["EXCHANGE", "IMPORT", "DISCARD"];

fn manner(statement: &Statement) -> RunMode {
    match (statement.word(0), statement.word(1)) {
        ("SET", "STATEMENT") => RunMode::Uncertain,
        ("SET" | "USE" | "PREPARE" | "DEALLOCATE", _) | ("DROP", "PREPARE") => RunMode::Setting,
        ("SELECT", _) if ["OUTFILE", "DUMPFILE"].iter().any(|word| statement.says(word)) => {
            RunMode::Uncertain
        }
        ("LOAD", "INDEX") => RunMode::Repeatable,
        ("INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "SELECT" | "WITH" | "LOAD" | "VALUES" | "TABLE", _) => {
            RunMode::WithRecord
        }
        (
            "TRUNCATE" | "ANALYZE" | "OPTIMIZE" | "REPAIR" | "CHECK" | "CHECKSUM" | "SHOW" | "DESCRIBE"
            | "DESC" | "EXPLAIN" | "FLUSH" | "GRANT",
            _,
        ) => RunMode::Repeatable,
        ("CREATE" | "ALTER" | "DROP", _) => {
            let known =
                |word: &&String| VISIBLE.contains(&word.as_str()) || INVISIBLE.contains(&word.as_str());
            let is_visible =
                statement.words.iter().find(known).is_some_and(|word| VISIBLE.contains(&word.as_str()));
            let is_moving = statement.word(0) == "ALTER" && MOVING.iter().any(|word| statement.says(word));
            match is_visible && !is_moving && !statement.says("SONAME") {
                true => RunMode::Alone,
                false => RunMode::Uncertain,
            }
        }
        // Several tables may swap names, which can leave all definitions alike.
        ("RENAME", "TABLE" | "TABLES")
            if !statement.parts().iter().any(|part| part.kind == Kind::Mark(b',')) =>
        {
            RunMode::Alone
        }
        _ => RunMode::Uncertain,
    }
}

impl_ledger!(MysqlConnection, "?");

impl Session for MysqlConnection {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn tables(&mut self) -> QueryResult<Vec<String>> {
        self.lines("SELECT TABLE_NAME AS line FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
    }

    fn catalogue(&mut self, script: &Script, _statement: &Statement) -> QueryResult<String> {
        catalogue::digest(self, script)
    }

    fn try_lock(&mut self) -> QueryResult<Option<LockGuard>> {
        let got = self.number(&format!("SELECT CAST(GET_LOCK({LOCK}, 0) AS SIGNED) AS number"))? == 1;
        Ok(got.then(LockGuard::default))
    }

    fn unlock(&mut self, _held: LockGuard, _keep: bool) -> QueryResult<()> {
        self.number(&format!("SELECT CAST(RELEASE_LOCK({LOCK}) AS SIGNED) AS number")).map(|_| ())
    }

    fn holder(&mut self) -> QueryResult<Option<Holder>> {
        let id =
            self.number(&format!("SELECT CAST(COALESCE(IS_USED_LOCK({LOCK}), 0) AS SIGNED) AS number"))?;
        if id == 0 {
            return Ok(None);
        }
        // Without the PROCESS privilege other accounts' connections are hidden, and newer servers
        // may not have the table at all: the number alone is useful too.
        let seen = self
            .lines(&format!(
                "SELECT CONCAT(USER, '@', HOST) AS line FROM information_schema.PROCESSLIST WHERE ID = {id}"
            ))
            .unwrap_or_default();
        let who = seen.into_iter().next();
        Ok(Some(Holder { id: format!("connection {id}"), who, since: None, end: Some(format!("KILL {id}")) }))
    }

    fn bound_waits(&mut self, timeout: Duration) -> QueryResult<()> {
        let seconds = timeout.as_secs().clamp(1, 1_000_000);
        self.batch(&format!(
            "SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}"
        ))
    }

    fn keep(&mut self, script: &Script) -> QueryResult<Kept> {
        settings::keep(self, script)
    }

    fn restore(&mut self, kept: &Kept, script: &Script) -> QueryResult<()> {
        settings::restore(self, kept, script)
    }

    fn keep_to_ours(&mut self, kept: &Kept) -> QueryResult<()> {
        settings::number_without_gaps(self, kept)
    }

    fn go_home(&mut self, kept: &Kept, script: &Script, in_transaction: bool) -> QueryResult<Away> {
        settings::go_home(self, kept, script, in_transaction)
    }

    fn come_back(&mut self, away: Away, keep: bool) -> QueryResult<()> {
        settings::come_back(self, away, keep)
    }

    fn is_transactional(&mut self, statement: &Statement) -> QueryResult<bool> {
        catalogue::is_transactional(self, statement)
    }

    fn has_waited_enough(&self, error: &diesel::result::Error) -> bool {
        error.to_string().contains("Lock wait timeout exceeded")
    }

    fn connection_id(&mut self) -> QueryResult<Option<i64>> {
        self.number("SELECT CAST(CONNECTION_ID() AS SIGNED) AS number").map(Some)
    }

    fn blockers(&mut self, waiting: i64) -> QueryResult<Vec<Holder>> {
        blockers::find(self, waiting)
    }

    fn line_of_error(&self, _statement: &Statement, error: &diesel::result::Error) -> Option<usize> {
        let message = error.to_string();
        let (_, line) = message.rsplit_once(" at line ")?;
        line.trim().parse::<usize>().ok()?.checked_sub(1)
    }
}
