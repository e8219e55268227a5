//! PostgreSQL under the runner: a session advisory lock, and one transaction for each migration; a change of
//! editions is one as a whole, with a savepoint for each migration.
//!
//! Statements that refuse a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`) stand in migrations with
//! `run_in_transaction = false`, which run one statement at a time: several in one message would again be one
//! transaction.

use std::time::Duration;

use diesel::QueryResult;

use super::bookkeeping::{Ledger, impl_ledger};
use super::carry::{self, Aside, Obstacle, Surroundings, Way};
use super::dialect::{Dialect, Manner};
use super::lexer::{Bodies, Kind, Lexis};
use super::lock::{Held, Holder};
use super::session::{Away, Kept, Session};
use super::{Direction, Migration, Script, Statement};
use crate::database::PgConnection;
use crate::database::postgres::{LOCK, literal, quote, strangers};
use crate::database::records::{FACTS_TABLE, KEPT_TABLE, LEDGER_TABLE, VERSION_TABLE};

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
    folder: "postgres",
    lexis: &LEXIS,
    quote: crate::database::postgres::quote,
    commits_ddl: false,
    manner,
    misplaced,
    of_last_statement: &[],
    of_session: &["LASTVAL", "CURRVAL"],
    of_session_words: &[],
};

fn manner(statement: &Statement) -> Manner {
    let concurrently = statement.words.iter().any(|word| word == "CONCURRENTLY");
    match (statement.word(0), statement.word(1)) {
        ("SET" | "RESET" | "PREPARE" | "DEALLOCATE" | "LISTEN" | "UNLISTEN" | "LOAD", _) => Manner::Setting,
        ("SELECT", _) if only_sets(statement) => Manner::Setting,
        ("VACUUM" | "REINDEX" | "CLUSTER" | "REFRESH" | "CHECKPOINT" | "DISCARD" | "ANALYZE", _) => {
            Manner::Repeatable
        }
        ("ALTER", "SYSTEM") => Manner::Repeatable,
        _ if concurrently => Manner::Alone,
        // A label of an enum, added in a transaction, could not be used in it.
        ("ALTER", "TYPE") if statement.words.iter().any(|word| word == "VALUE") => Manner::Alone,
        ("CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION") => Manner::Uncertain,
        ("ALTER", "DATABASE" | "SUBSCRIPTION") | ("CALL", _) => Manner::Uncertain,
        // A block that commits cannot stand in a transaction.
        ("DO", _)
            if ["COMMIT", "ROLLBACK"].iter().any(|word| statement.sql.to_uppercase().contains(word)) =>
        {
            Manner::Uncertain
        }
        _ => Manner::WithRecord,
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

impl_ledger!(PgConnection, diesel::pg::Pg, "$1");

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

    fn try_lock(&mut self) -> QueryResult<Option<Held>> {
        let (class, object) = LOCK;
        let sql = format!("SELECT pg_try_advisory_lock({class}, {object})::int::bigint AS number");
        Ok((self.number(&sql)? == 1).then(Held::default))
    }

    fn unlock(&mut self, _held: Held, _keep: bool) -> QueryResult<()> {
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
        self.batch("SELECT set_config('search_path', quote_ident(current_schema()), false)")
    }

    fn bound_waits(&mut self, timeout: Duration) -> QueryResult<()> {
        let milliseconds = timeout.as_millis().clamp(1, i32::MAX as u128);
        self.batch(&format!("SET lock_timeout = {milliseconds}"))?;
        // So that the server ends a statement that waits for a lock once its client is gone. Older servers do not know
        // the setting, and some systems cannot do it: then the wait ends by `lock_timeout`.
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

    fn surroundings(&mut self) -> QueryResult<Surroundings> {
        let columns = self.lines(
            "SELECT json_build_array(c.relname, a.attname)::text AS line FROM pg_class c \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
             ORDER BY c.relname, a.attnum",
        )?;
        let views = self.lines(
            "SELECT c.relname::text AS line FROM pg_class c \
             WHERE c.relkind IN ('v', 'm', 'S') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        )?;
        Surroundings::from_lines(&columns, views)
    }

    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
        carry::postgres_obstacles(self, way)
    }

    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>> {
        carry::postgres_belongings(self, table)
    }

    fn put_aside(&mut self, migration: &Migration, direction: Direction) -> QueryResult<Aside> {
        Ok(Aside::of_statements(carry::put_views_aside(self, migration, direction)?))
    }

    fn put_back(&mut self, aside: &Aside) -> QueryResult<()> {
        aside.statements().iter().try_for_each(|sql| self.one(sql))
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

/// From a line of number, account and time.
fn holder(line: &str) -> Holder {
    let parts: Vec<&str> = line.split('\u{1f}').collect();
    let part = |at: usize| parts.get(at).filter(|part| !part.is_empty()).map(|part| (*part).to_owned());
    let end = Some(format!("SELECT pg_terminate_backend({})", parts[0]));
    Holder { id: format!("connection {}", parts[0]), who: part(1), since: part(2), end }
}
