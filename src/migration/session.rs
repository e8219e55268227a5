//! What the runner asks of a connection beyond the ledger: the lock, the catalogue, the guards, the session itself. One
//! file for each engine answers; the runner itself does not know which one it talks to.

use std::time::Duration;

use diesel::QueryResult;

use super::bookkeeping::Ledger;
use super::carry::{Aside, Obstacle, Surroundings, Way};
use super::dialect::Dialect;
use super::lock::{Held, Holder};
use super::{Direction, Migration, MigrationError, Script, Statement};
use crate::database::Db;

/// What a session was like before a migration, so that the next one begins in the session that it would have alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// Settings by name.
    pub settings: Vec<(String, String)>,
    /// Where unqualified names lead: a database, a search path.
    pub home: Option<String>,
    pub role: Option<String>,
}

/// How to get back to where a script has gone.
#[derive(Debug, Default)]
pub(crate) struct Away {
    /// A transaction was opened for the visit at home.
    pub begun: bool,
    pub place: Option<String>,
    /// How the engine reads SQL there.
    pub mode: Option<String>,
}

/// An engine's connection, as the runner sees it.
pub(crate) trait Session: Ledger + Send {
    fn dialect(&self) -> &'static Dialect;
    /// The tables where ours are, and what else could have the name of one.
    fn tables(&mut self) -> QueryResult<Vec<String>>;
    /// Where a table is that is not among ours and that its bare name still leads to, on engines that look for it in
    /// several places.
    fn schema_of(&mut self, _table: &str) -> QueryResult<Option<String>> {
        Ok(None)
    }
    /// The record of ours that another account owns, with that account: it may have put triggers there. Engines
    /// without owners know none.
    fn stranger(&mut self) -> QueryResult<Option<(String, String)>> {
        Ok(None)
    }
    /// A digest of everything that the DDL of a script can change; `statement` is the one in question.
    fn catalogue(&mut self, script: &Script, statement: &Statement) -> QueryResult<String>;
    /// `None` when another one has it.
    fn try_lock(&mut self) -> QueryResult<Option<Held>>;
    /// Gives the lock back; where the run is one transaction, `keep` decides what becomes of it.
    fn unlock(&mut self, held: Held, keep: bool) -> QueryResult<()>;
    fn holder(&mut self) -> QueryResult<Option<Holder>>;
    /// No statement of the run waits longer than this for a lock of somebody else.
    fn bound_waits(&mut self, _timeout: Duration) -> QueryResult<()> {
        Ok(())
    }
    /// How long statements wait by themselves for another connection's lock, in milliseconds; `None` where they are
    /// not asked. While the runner waits, they must not: it tells for whom, and how long is its own decision.
    fn patience(&mut self) -> QueryResult<Option<i64>> {
        Ok(None)
    }
    fn set_patience(&mut self, _milliseconds: i64) -> QueryResult<()> {
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
    /// Before a migration of ours: a table that is not where ours are must not be found elsewhere.
    fn keep_to_ours(&mut self, _kept: &Kept) -> QueryResult<()> {
        Ok(())
    }
    /// What a script may change of the session, as it is before it.
    fn keep(&mut self, script: &Script) -> QueryResult<Kept>;
    /// Brings the session back to that, whatever the script has left.
    fn restore(&mut self, kept: &Kept, script: &Script) -> QueryResult<()>;
    /// In the middle of a script: to where the ledger is. `in_transaction` tells whether one is open.
    fn go_home(&mut self, _kept: &Kept, _script: &Script, _in_transaction: bool) -> QueryResult<Away> {
        Ok(Away::default())
    }
    fn come_back(&mut self, _away: Away, _keep: bool) -> QueryResult<()> {
        Ok(())
    }
    /// Whether a transaction of its own keeps the statement together with its record.
    fn is_transactional(&mut self, _statement: &Statement) -> QueryResult<bool> {
        Ok(true)
    }
    /// Clears what an interrupted statement left behind that its repetition would stumble over.
    fn clear_debris(&mut self, _statement: &Statement) -> QueryResult<()> {
        Ok(())
    }
    /// The tables where ours are, with their columns, and the views.
    fn surroundings(&mut self) -> QueryResult<Surroundings>;
    /// What of the user's the steps of a way cannot bring along.
    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>>;
    /// What of the user's hangs on a table: kinds and names.
    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>>;
    /// Around a step: what hangs on a table that the step builds anew.
    fn put_aside(&mut self, _migration: &Migration, _direction: Direction) -> QueryResult<Aside> {
        Ok(Aside::default())
    }
    fn put_back(&mut self, _aside: &Aside) -> QueryResult<()> {
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
    /// Whether a statement waited for somebody else's lock as long as it may.
    fn has_waited_enough(&self, _error: &diesel::result::Error) -> bool {
        false
    }
    /// By what another connection can ask for whom this one waits; `None` where the engine needs no such question.
    fn connection_id(&mut self) -> QueryResult<Option<i64>> {
        Ok(None)
    }
    /// Asked on another connection: who is in the way of the one of this number.
    fn blockers(&mut self, _waiting: i64) -> QueryResult<Vec<Holder>> {
        Ok(Vec::new())
    }
}

pub(crate) fn session(db: &mut Db) -> &mut dyn Session {
    match db {
        Db::Sqlite(connection) => connection,
        Db::Mysql(connection) => connection,
        Db::Postgres(connection) => connection,
    }
}
