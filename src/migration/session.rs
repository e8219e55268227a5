//! What the runner needs from a connection besides the ledger: the lock, the catalogue, the guards, the
//! session itself. Each engine implements it in one file; the runner does not know which engine it runs on.

use std::time::Duration;

use diesel::QueryResult;

use super::bookkeeping::LedgerStore;
use super::dialect::Dialect;
use super::holder::{Holder, LockGuard};
use super::{Direction, Migration, MigrationError, Script, Statement};

/// The state of a session before a migration, so that the next one starts in the session that it would have alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// Settings by name.
    pub settings: Vec<(String, String)>,
    /// Where unqualified names are looked up: a database, a search path.
    pub home: Option<String>,
    pub role: Option<String>,
}

/// How to return to where a script has moved the session.
#[derive(Debug, Default)]
pub(crate) struct Away {
    /// A transaction was opened for the ledger's sake.
    pub begun: bool,
    pub place: Option<String>,
    /// How the engine reads SQL there.
    pub mode: Option<String>,
}

/// An engine's connection, as the runner sees it.
pub(crate) trait Session: LedgerStore + Send {
    fn dialect(&self) -> &'static Dialect;
    /// The names of the tables in the schema of ours, and of whatever else could share a name with one.
    fn tables(&mut self) -> QueryResult<Vec<String>>;
    /// The schema of a table that is not among ours but that its bare name still resolves to, on
    /// engines that search several schemas.
    fn schema_of(&mut self, _table: &str) -> QueryResult<Option<String>> {
        Ok(None)
    }
    /// A record table of ours that another account owns, with that account: it may have added
    /// triggers. Engines without owners have none.
    fn stranger(&mut self) -> QueryResult<Option<(String, String)>> {
        Ok(None)
    }
    /// A digest of everything that the DDL of a script can change; `statement` is the one in question.
    fn catalogue(&mut self, script: &Script, statement: &Statement) -> QueryResult<String>;
    /// `None` if another session holds the lock.
    fn try_lock(&mut self) -> QueryResult<Option<LockGuard>>;
    /// Releases the lock. If the run is one transaction, `keep` decides between commit and rollback.
    fn unlock(&mut self, held: LockGuard, keep: bool) -> QueryResult<()>;
    fn holder(&mut self) -> QueryResult<Option<Holder>>;
    /// Limits how long any statement of the run waits for another session's lock.
    fn bound_waits(&mut self, _timeout: Duration) -> QueryResult<()> {
        Ok(())
    }
    /// How long statements wait by themselves for another connection's lock, in milliseconds;
    /// `None` if the engine has no such setting. They must not wait while the runner does: it
    /// reports the holder, and decides itself how long to wait.
    fn patience(&mut self) -> QueryResult<Option<i64>> {
        Ok(None)
    }
    fn set_patience(&mut self, _milliseconds: i64) -> QueryResult<()> {
        Ok(())
    }
    /// A run of another connection, if a reader can meet one.
    fn current_holder(&mut self) -> QueryResult<Option<Holder>> {
        self.holder()
    }

    /// Opens the transaction that holds several migrations; returns whether one is open now, to be
    /// ended with `commit` or `rollback`. Otherwise each migration is committed separately, or the
    /// lock already holds the whole run.
    fn begin_run(&mut self) -> QueryResult<bool> {
        Ok(false)
    }
    /// Around a migration that must not run in the run's transaction.
    fn leave_transaction(&mut self) -> QueryResult<()> {
        Ok(())
    }
    fn enter_transaction(&mut self) -> QueryResult<()> {
        Ok(())
    }
    /// Before a migration of ours: a table that is missing in our schema must not be found in another.
    fn keep_to_ours(&mut self, _kept: &Kept) -> QueryResult<()> {
        Ok(())
    }
    /// Saves what a script may change in the session.
    fn keep(&mut self, script: &Script) -> QueryResult<Kept>;
    /// Restores the session to that, whatever the script has left.
    fn restore(&mut self, kept: &Kept, script: &Script) -> QueryResult<()>;
    /// In the middle of a script: goes to where the ledger is. `in_transaction` says whether a transaction is open.
    fn go_home(&mut self, _kept: &Kept, _script: &Script, _in_transaction: bool) -> QueryResult<Away> {
        Ok(Away::default())
    }
    fn come_back(&mut self, _away: Away, _keep: bool) -> QueryResult<()> {
        Ok(())
    }
    /// Whether a separate transaction can commit the statement together with its record.
    fn is_transactional(&mut self, _statement: &Statement) -> QueryResult<bool> {
        Ok(true)
    }
    /// Removes what an interrupted statement left behind and what its repetition would fail on.
    fn clear_debris(&mut self, _statement: &Statement) -> QueryResult<()> {
        Ok(())
    }
    /// Counts what a migration must not lose.
    fn count_rows(&mut self, _statements: &[Statement]) -> QueryResult<Vec<(String, i64)>> {
        Ok(Vec::new())
    }
    /// Compares the counts with the present ones, and checks that references have their targets.
    fn check_rows(
        &mut self,
        _migration: &Migration,
        _direction: Direction,
        _before: &[(String, i64)],
    ) -> Result<(), MigrationError> {
        Ok(())
    }
    /// The line inside the statement (from 0) that the engine complains about.
    fn line_of_error(&self, _statement: &Statement, _error: &diesel::result::Error) -> Option<usize> {
        None
    }
    /// Whether an error only says that another session holds the lock.
    fn is_busy(&self, _error: &diesel::result::Error) -> bool {
        false
    }
    /// Whether a statement reached the limit of its wait for another session's lock.
    fn has_waited_enough(&self, _error: &diesel::result::Error) -> bool {
        false
    }
    /// The id by which another connection can ask what this one waits for; `None` if the engine does not need it.
    fn connection_id(&mut self) -> QueryResult<Option<i64>> {
        Ok(None)
    }
    /// Asked on another connection: the sessions that block the connection with this id.
    fn blockers(&mut self, _waiting: i64) -> QueryResult<Vec<Holder>> {
        Ok(Vec::new())
    }
}

/// Refuses record tables that another account has created: they are not ours, and writing to them
/// may run that account's code.
pub(super) fn refuse_stranger(session: &mut dyn Session) -> Result<(), MigrationError> {
    let found = session.stranger().map_err(MigrationError::engine("cannot see who made the records"))?;
    found.map_or(Ok(()), |(table, owner)| Err(MigrationError::Planted { table, owner }))
}
