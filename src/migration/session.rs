//! What the runner asks of a connection beyond the ledger: the lock, the catalogue, the guards. One file for each
//! engine answers; the runner itself does not know which one it talks to.

use diesel::QueryResult;

use super::bookkeeping::Ledger;
use super::dialect::Dialect;
use super::lock::{Held, Holder};
use super::{Direction, Migration, MigrationError, Statement};
use crate::database::Db;

/// An engine's connection, as the runner sees it.
pub(crate) trait Session: Ledger {
    fn dialect(&self) -> &'static Dialect;
    /// The tables that an unqualified name finds.
    fn tables(&mut self) -> QueryResult<Vec<String>>;
    /// A digest of everything that DDL can change.
    fn catalogue(&mut self) -> QueryResult<String>;
    /// `None` when another one has it.
    fn try_lock(&mut self) -> QueryResult<Option<Held>>;
    /// Gives the lock back; where the run is one transaction, `keep` decides what becomes of it.
    fn unlock(&mut self, held: Held, keep: bool) -> QueryResult<()>;
    fn holder(&mut self) -> QueryResult<Option<Holder>>;
    /// Whether statements wait by themselves for another connection's lock; while the runner waits, they must not:
    /// it tells for whom, and how long is its own decision.
    fn be_patient(&mut self, _patient: bool) -> QueryResult<()> {
        Ok(())
    }
    /// A run of another connection, as far as a reader can meet one.
    fn run_under_way(&mut self) -> QueryResult<Option<Holder>> {
        self.holder()
    }

    /// Opens the one transaction that holds several migrations; answers whether one is open now, to be ended with
    /// `commit` or `rollback`. Without it, each migration is kept by itself, or the lock holds the whole run already.
    fn begin_run(&mut self) -> QueryResult<bool> {
        Ok(false)
    }
    /// Around a migration that must not stand in the transaction of the run.
    fn leave_transaction(&mut self) -> QueryResult<()> {
        Ok(())
    }
    fn enter_transaction(&mut self) -> QueryResult<()> {
        Ok(())
    }
    /// Settings that a script may have changed and the next one must not inherit.
    fn restore_settings(&mut self) -> QueryResult<()> {
        Ok(())
    }
    /// Clears what an interrupted statement left behind that its repetition would stumble over.
    fn clear_debris(&mut self, _statement: &Statement) -> QueryResult<()> {
        Ok(())
    }
    /// Counts what a migration must not lose.
    fn count_rows(&mut self, _statements: &[Statement]) -> QueryResult<Vec<(String, i64)>> {
        Ok(Vec::new())
    }
    /// Holds the counts against those of now, and the references against their targets.
    fn check_rows(
        &mut self,
        _migration: &Migration,
        _direction: Direction,
        _before: &[(String, i64)],
    ) -> Result<(), MigrationError> {
        Ok(())
    }
    /// The line inside the statement (from 0) that the engine complains of.
    fn line_of_error(&self, _statement: &Statement, _error: &diesel::result::Error) -> Option<usize> {
        None
    }
    /// Whether an error only says that another one has the lock.
    fn is_busy(&self, _error: &diesel::result::Error) -> bool {
        false
    }
}

pub(crate) fn session(db: &mut Db) -> &mut dyn Session {
    match db {
        Db::Sqlite(connection) => connection,
        Db::Mysql(connection) => connection,
        Db::Postgres(connection) => connection,
    }
}
