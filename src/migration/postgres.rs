//! PostgreSQL for the runner: a session advisory lock, and one transaction per migration; a change
//! of editions is one transaction as a whole, with a savepoint per migration.
//!
//! Statements that cannot run in a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`) belong in
//! migrations with `run_in_transaction = false`, which run one statement at a time: several in one
//! message would again be one transaction.

use std::time::Duration;

use diesel::QueryResult;

use super::bookkeeping::{LedgerStore, impl_ledger};
use super::dialect::{Dialect, RunMode};
use super::holder::{Holder, LockGuard};
use super::lexer::{Bodies, Kind, Lexis};
use super::session::{Away, Kept, Session};
use super::{Script, Statement};
use crate::database::PgConnection;
use crate::database::postgres::{LOCK, literal, quote, strangers};
use crate::database::records::{FACTS_TABLE, KEPT_TABLE, LEDGER_TABLE, VERSION_TABLE};

mod carry;
mod catalogue;
mod debris;
mod settings;

pub(crate) const LEXIS: Lexis = Lexis {
    backslash_escapes: false,
    double_quoted_strings: false,
    escape_strings: true,
    hash_comments: false,
    spaced_dashes: false,
    cr_ends_comment: true,
    executable_comments: false,
    nested_comments: true,
    bracket_names: false,
    dollar_quotes: true,
    user_variables: false,
    bodies: Bodies::Atomic,
};

pub(crate) const DIALECT: Dialect = Dialect {
    lexis: &LEXIS,
    quote: crate::database::postgres::quote,
    commits_ddl: false,
    manner,
    misplaced,
    of_last_statement: &[],
    of_session: &["LASTVAL", "CURRVAL"],
    of_session_words: &[],
};

fn manner(statement: &Statement) -> RunMode {
    let concurrently = statement.words.iter().any(|word| word == "CONCURRENTLY");
    match (statement.word(0), statement.word(1)) {
        ("SET" | "RESET" | "PREPARE" | "DEALLOCATE" | "LISTEN" | "UNLISTEN" | "LOAD", _) => RunMode::Setting,
        ("SELECT", _) if only_sets(statement) => RunMode::Setting,
        ("VACUUM" | "REINDEX" | "CLUSTER" | "REFRESH" | "CHECKPOINT" | "DISCARD" | "ANALYZE", _) => {
            RunMode::Repeatable
        }
        ("ALTER", "SYSTEM") => RunMode::Repeatable,
        _ if concurrently => RunMode::Alone,
        // An enum label that is added in a transaction cannot be used in it.
        ("ALTER", "TYPE") if statement.words.iter().any(|word| word == "VALUE") => RunMode::Alone,
        ("CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION") => RunMode::Uncertain,
        ("ALTER", "DATABASE" | "SUBSCRIPTION") | ("CALL", _) => RunMode::Uncertain,
        // A block that commits cannot run in a transaction.
        ("DO", _)
            if ["COMMIT", "ROLLBACK"].iter().any(|word| statement.sql.to_uppercase().contains(word)) =>
        {
            RunMode::Uncertain
        }
        _ => RunMode::WithRecord,
    }
}

fn misplaced(statement: &Statement, stepwise: bool) -> Option<&'static str> {
    match statement.word(0) {
        "LOCK" if stepwise => {
            Some("a lock on a table ends with the transaction, and this migration runs in none")
        }
        "DECLARE" if stepwise && !statement.says("HOLD") => {
            Some("a cursor ends with the transaction, and this migration runs in none")
        }
        _ => None,
    }
}

/// `SELECT set_config('a', 'b', false)` and nothing else.
fn only_sets(statement: &Statement) -> bool {
    let parts = statement.parts();
    parts.get(1).is_some_and(|part| part.text == "SET_CONFIG")
        && !parts.iter().any(|part| part.kind == Kind::Word && matches!(part.text.as_str(), "FROM" | "WHERE"))
        && parts.iter().filter(|part| part.kind == Kind::Word).count() <= 3
}

impl_ledger!(PgConnection, "$1");

impl Session for PgConnection {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn tables(&mut self) -> QueryResult<Vec<String>> {
        self.lines(
            "SELECT c.relname::text AS line FROM pg_class c \
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        )
    }

    fn schema_of(&mut self, table: &str) -> QueryResult<Option<String>> {
        let name = literal(&quote(table));
        let found = self.lines(&format!(
            "SELECT n.nspname::text AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.oid = to_regclass({name}) AND c.relkind IN ('r', 'p', 'f')"
        ))?;
        Ok(found.into_iter().next())
    }

    fn stranger(&mut self) -> QueryResult<Option<(String, String)>> {
        let strangers = strangers(&[VERSION_TABLE, LEDGER_TABLE, FACTS_TABLE, KEPT_TABLE]);
        let found =
            self.lines(&format!("SELECT concat_ws(chr(31), a, b) AS line FROM ({strangers}) found"))?;
        Ok(found
            .first()
            .and_then(|line| line.split_once('\u{1f}'))
            .map(|(a, b)| (a.to_owned(), b.to_owned())))
    }

    fn catalogue(&mut self, script: &Script, statement: &Statement) -> QueryResult<String> {
        catalogue::digest(self, script, statement)
    }

    fn try_lock(&mut self) -> QueryResult<Option<LockGuard>> {
        let (class, object) = LOCK;
        let sql = format!("SELECT pg_try_advisory_lock({class}, {object})::int::bigint AS number");
        Ok((self.number(&sql)? == 1).then(LockGuard::default))
    }

    fn unlock(&mut self, _held: LockGuard, _keep: bool) -> QueryResult<()> {
        let (class, object) = LOCK;
        self.number(&format!("SELECT pg_advisory_unlock({class}, {object})::int::bigint AS number"))
            .map(|_| ())
    }

    fn holder(&mut self) -> QueryResult<Option<Holder>> {
        let (class, object) = LOCK;
        let seen = self.lines(&format!(
            "SELECT concat_ws(chr(31), l.pid, coalesce(a.usename, '') || coalesce(' ' || nullif(a.application_name, ''), '') \
             || coalesce(' from ' || host(a.client_addr), ''), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')) AS line \
             FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.classid = {class} AND l.objid = {object} AND l.objsubid = 2 AND l.granted \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()"
        ))?;
        Ok(seen.first().map(|line| holder(line)))
    }

    fn begin_run(&mut self) -> QueryResult<bool> {
        self.begin().map(|()| true)
    }

    fn keep_to_ours(&mut self, _kept: &Kept) -> QueryResult<()> {
        self.batch("SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false)")
    }

    fn bound_waits(&mut self, timeout: Duration) -> QueryResult<()> {
        let milliseconds = timeout.as_millis().clamp(1, i32::MAX as u128);
        self.batch(&format!("SET lock_timeout = {milliseconds}"))?;
        // Makes the server end a statement that waits for a lock once its client is gone. Older servers do
        // not have the setting, and some systems do not support it: then the wait ends by `lock_timeout`.
        let known = self.number(
            "SELECT count(*) AS number FROM pg_settings WHERE name = 'client_connection_check_interval'",
        )?;
        if known > 0 {
            let _ = self.batch("SET client_connection_check_interval = '2s'");
        }
        Ok(())
    }

    fn keep(&mut self, script: &Script) -> QueryResult<Kept> {
        settings::keep(self, script)
    }

    fn restore(&mut self, kept: &Kept, script: &Script) -> QueryResult<()> {
        settings::restore(self, kept, script)
    }

    fn go_home(&mut self, kept: &Kept, _script: &Script, in_transaction: bool) -> QueryResult<Away> {
        settings::go_home(self, kept, in_transaction)
    }

    fn come_back(&mut self, away: Away, keep: bool) -> QueryResult<()> {
        match (away.begun, keep) {
            (true, true) => self.commit(),
            (true, false) => self.rollback(),
            (false, _) => Ok(()),
        }
    }

    fn clear_debris(&mut self, statement: &Statement) -> QueryResult<()> {
        debris::clear(self, statement)
    }

    fn has_waited_enough(&self, error: &diesel::result::Error) -> bool {
        error.to_string().contains("lock timeout")
    }

    fn connection_id(&mut self) -> QueryResult<Option<i64>> {
        self.number("SELECT pg_backend_pid()::bigint AS number").map(Some)
    }

    fn blockers(&mut self, waiting: i64) -> QueryResult<Vec<Holder>> {
        let lines = self.lines(&format!(
            "SELECT concat_ws(chr(31), b.pid, coalesce(a.usename, '') || coalesce(' ' || nullif(a.application_name, ''), '') \
             || coalesce(' from ' || host(a.client_addr), '') || coalesce(', ' || a.state, ''), \
             to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')) AS line \
             FROM unnest(pg_blocking_pids({waiting})) AS b (pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY b.pid LIMIT 5"
        ))?;
        Ok(lines.iter().map(|line| holder(line)).collect())
    }

    fn line_of_error(&self, statement: &Statement, error: &diesel::result::Error) -> Option<usize> {
        let diesel::result::Error::DatabaseError(_, information) = error else { return None };
        let position = usize::try_from(information.statement_position()?).ok()?;
        Some(statement.sql.chars().take(position.saturating_sub(1)).filter(|c| *c == '\n').count())
    }
}

/// Parses a line of number, account and time.
fn holder(line: &str) -> Holder {
    let parts: Vec<&str> = line.split('\u{1f}').collect();
    let part = |at: usize| parts.get(at).filter(|part| !part.is_empty()).map(|part| (*part).to_owned());
    let end = Some(format!("SELECT pg_terminate_backend({})", parts[0]));
    Holder { id: format!("connection {}", parts[0]), who: part(1), since: part(2), end }
}
