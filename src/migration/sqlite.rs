//! SQLite for the runner: the whole run is one exclusive transaction, which is also the lock.
//!
//! Rebuilding a table drops it, and with foreign keys on, the drop cascades to the children's rows. `foreign_keys`
//! cannot change inside a transaction (and `defer_foreign_keys` does not stop the cascade), so it is switched off
//! before the run and restored after it; rows are counted and references checked before a migration is committed.

use std::fs;
use std::os::unix::fs::MetadataExt;

use diesel::connection::AnsiTransactionManager;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use sha2::{Digest, Sha256};

use super::bookkeeping::{LedgerStore, cells, impl_ledger};
use super::dialect::{Dialect, RunMode};
use super::holder::{Holder, LockGuard};
use super::lexer::{Bodies, Lexis};
use super::session::{Kept, Session};
use super::{Direction, Migration, MigrationError, Script, Statement};
use crate::database::sqlite::{DDL, quote};
use crate::sha256::hex;

mod carry;
mod settings;

/// The parts of a CREATE TABLE between its outer parentheses, each with its name in lower case: a column, or the first
/// word of a constraint.
pub(crate) fn parts_of_table(create_table: &str) -> Vec<(String, String)> {
    super::carry::words::definitions(create_table, LEXIS)
}

pub(crate) const LEXIS: Lexis = Lexis {
    backslash_escapes: false,
    double_quoted_strings: false,
    escape_strings: false,
    hash_comments: false,
    spaced_dashes: false,
    cr_ends_comment: false,
    executable_comments: false,
    nested_comments: false,
    bracket_names: true,
    dollar_quotes: false,
    user_variables: false,
    bodies: Bodies::Triggers,
};

pub(crate) const DIALECT: Dialect = Dialect {
    lexis: &LEXIS,
    quote,
    commits_ddl: false,
    manner,
    misplaced,
    of_last_statement: &["CHANGES"],
    of_session: &["LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES"],
    of_session_words: &[],
};

/// Everything but VACUUM is transactional, and what is not can be repeated.
fn manner(statement: &Statement) -> RunMode {
    match statement.word(0) {
        "PRAGMA" | "ATTACH" | "DETACH" => RunMode::Setting,
        "VACUUM" if statement.says("INTO") => RunMode::Uncertain,
        "VACUUM" => RunMode::Repeatable,
        _ => RunMode::WithRecord,
    }
}

fn misplaced(statement: &Statement, stepwise: bool) -> Option<&'static str> {
    let sets = || statement.sql.contains(['=', '(']);
    match statement.word(0) {
        "PRAGMA" if !stepwise && statement.says("JOURNAL_MODE") && sets() => {
            Some("the journal mode cannot change in a transaction: this needs run_in_transaction = false")
        }
        "ATTACH" if !stepwise => Some(
            "what is attached in a transaction cannot be detached in it: this needs run_in_transaction = false",
        ),
        _ => None,
    }
}

impl_ledger!(SqliteConnection, "?");

impl Session for SqliteConnection {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn tables(&mut self) -> QueryResult<Vec<String>> {
        self.lines("SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    }

    fn catalogue(&mut self, _script: &Script, _statement: &Statement) -> QueryResult<String> {
        let lines = self.lines(DDL)?;
        Ok(hex(&Sha256::digest(lines.join("\n"))))
    }

    fn try_lock(&mut self) -> QueryResult<Option<LockGuard>> {
        let foreign_keys = has_foreign_keys(self)?;
        let patience = self.patience()?;
        self.set_patience(0)?;
        // Off before the transaction, for every step of it.
        self.batch("PRAGMA foreign_keys = OFF")?;
        let begun = AnsiTransactionManager::begin_transaction_sql(self, "BEGIN EXCLUSIVE");
        self.set_patience(patience.unwrap_or_default())?;
        match begun {
            Ok(()) => Ok(Some(LockGuard { foreign_keys })),
            Err(error) => {
                set_foreign_keys(self, foreign_keys)?;
                if self.is_busy(&error) { Ok(None) } else { Err(error) }
            }
        }
    }

    fn patience(&mut self) -> QueryResult<Option<i64>> {
        let found: Patience = diesel::sql_query("PRAGMA busy_timeout").get_result(self)?;
        Ok(Some(i64::from(found.timeout)))
    }

    fn set_patience(&mut self, milliseconds: i64) -> QueryResult<()> {
        self.batch(&format!("PRAGMA busy_timeout = {milliseconds}"))
    }

    fn keep(&mut self, _script: &Script) -> QueryResult<Kept> {
        settings::keep(self)
    }

    fn restore(&mut self, kept: &Kept, _script: &Script) -> QueryResult<()> {
        settings::restore(self, kept)
    }

    fn unlock(&mut self, held: LockGuard, keep: bool) -> QueryResult<()> {
        self.batch("PRAGMA locking_mode = NORMAL")?;
        let ended = if keep { self.commit() } else { self.rollback() };
        set_foreign_keys(self, held.foreign_keys)?;
        // With the normal mode restored, the next access releases the file lock.
        self.batch("SELECT 1 FROM sqlite_master LIMIT 1")?;
        ended
    }

    fn holder(&mut self) -> QueryResult<Option<Holder>> {
        // Use a statement, not a table-valued function: that would be looked up in the schema,
        // which the holder has locked.
        let databases: Vec<Database> = diesel::sql_query("PRAGMA database_list").load(self)?;
        let path = databases
            .into_iter()
            .find(|database| database.name == "main")
            .map(|main| main.file)
            .unwrap_or_default();
        let log = format!("{path}-shm");
        let writer = holder_of(&path, "WRITE").or_else(|| holder_of(&log, "WRITE"));
        // With a write-ahead log, readers block nobody.
        let reader = || if fs::exists(&log).unwrap_or(true) { None } else { holder_of(&path, "READ") };
        Ok(writer.or_else(reader))
    }

    fn current_holder(&mut self) -> QueryResult<Option<Holder>> {
        // A run is one transaction: a reader sees the database before it or after it.
        Ok(None)
    }

    fn leave_transaction(&mut self) -> QueryResult<()> {
        // Commits, but keeps the file lock.
        self.batch("PRAGMA locking_mode = EXCLUSIVE")?;
        self.commit()
    }

    fn enter_transaction(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction_sql(self, "BEGIN EXCLUSIVE")
    }

    fn count_rows(&mut self, statements: &[Statement]) -> QueryResult<Vec<(String, i64)>> {
        if statements.iter().all(cannot_remove) {
            return Ok(Vec::new());
        }
        let mut counts = Vec::new();
        for table in self.tables()?.into_iter().filter(|table| !table.starts_with("__")) {
            let rows = self.number(&format!("SELECT count(*) AS number FROM {}", quote(&table)))?;
            counts.push((table, rows));
        }
        Ok(counts)
    }

    fn check_rows(
        &mut self,
        migration: &Migration,
        direction: Direction,
        before: &[(String, i64)],
    ) -> Result<(), MigrationError> {
        let Some(script) =
            migration.script(direction).filter(|script| !script.statements.iter().all(cannot_remove))
        else {
            return Ok(());
        };
        let failed = || MigrationError::engine("cannot count what the migration left");
        let now = self.count_rows(&script.statements).map_err(failed())?;
        for (table, before) in before {
            let after = now.iter().find(|(name, _)| name == table).map(|(_, rows)| *rows);
            if let Some(after) =
                after.filter(|after| after < before && !migration.metadata.may_lose_rows(direction, table))
            {
                return Err(MigrationError::RowsLost {
                    file: script.file.clone(),
                    version: migration.version.clone(),
                    table: table.clone(),
                    before: *before,
                    after,
                });
            }
        }
        dangling(self, migration, script.file.clone()).map_err(failed())?.map_or(Ok(()), Err)
    }

    fn line_of_error(&self, statement: &Statement, error: &diesel::result::Error) -> Option<usize> {
        // SQLite reports only the word it failed on: that gives a line if the word occurs once.
        let message = error.to_string();
        let word = message.split_once("near \"")?.1.split_once("\":")?.0;
        let mut places = statement.sql.match_indices(word);
        let (at, _) = places.next()?;
        places.next().is_none().then(|| statement.sql[..at].matches('\n').count())
    }

    fn is_busy(&self, error: &diesel::result::Error) -> bool {
        error.to_string().contains("is locked")
    }
}

#[derive(diesel::QueryableByName)]
struct Database {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    file: String,
}

#[derive(diesel::QueryableByName)]
struct Patience {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    timeout: i32,
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    foreign_keys: i32,
}

fn has_foreign_keys(connection: &mut SqliteConnection) -> QueryResult<bool> {
    let setting: Setting = diesel::sql_query("PRAGMA foreign_keys").get_result(connection)?;
    Ok(setting.foreign_keys == 1)
}

fn set_foreign_keys(connection: &mut SqliteConnection, on: bool) -> QueryResult<()> {
    connection.batch(if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" })
}

/// The first reference without a target.
fn dangling(
    connection: &mut SqliteConnection,
    migration: &Migration,
    file: String,
) -> QueryResult<Option<MigrationError>> {
    let found = connection.lines(
        "SELECT json_array(\"table\", parent, count(*), coalesce(min(rowid), '?')) AS line \
             FROM pragma_foreign_key_check GROUP BY \"table\", parent ORDER BY \"table\", parent LIMIT 1",
    )?;
    let Some(line) = found.first() else { return Ok(None) };
    let [table, parent, rows, first] = cells(line)?;
    Ok(Some(MigrationError::DanglingRows {
        file,
        version: migration.version.clone(),
        table,
        parent,
        rows: rows.parse().unwrap_or(0),
        first: format!("rowid {first}"),
    }))
}

/// Statements that can neither remove rows nor break a reference.
fn cannot_remove(statement: &Statement) -> bool {
    statement.word(0) == "CREATE"
}

/// Who holds a lock of this mode on a file, from the kernel's list; for read locks, only other
/// processes. Do not use `fcntl`: it needs the file open, and closing any descriptor of a file
/// drops all locks that this process has on it, including those of the caller's connection.
fn holder_of(path: &str, mode: &str) -> Option<Holder> {
    let inode = fs::metadata(path).ok()?.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let own = std::process::id().to_string();
    // "1: POSIX  ADVISORY  WRITE 4711 fd:00:2228 1073741824 1073742335"
    let pid = locks.lines().filter(|line| !line.contains("->")).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let other = mode == "WRITE" || fields.get(4) != Some(&own.as_str());
        let kind = fields.get(3) == Some(&mode);
        let same = fields.get(5).is_some_and(|id| id.rsplit(':').next() == Some(inode.as_str()));
        (kind && same && other).then(|| fields[4].to_owned())
    })?;
    let command = fs::read_to_string(format!("/proc/{pid}/comm")).ok().map(|name| name.trim().to_owned());
    Some(Holder { id: format!("process {pid}"), who: command, since: None, end: None })
}
