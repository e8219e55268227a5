//! Runs one migration in one direction, statement by statement, below Diesel's harness.
//!
//! Two ways. *Whole*: the harness holds a transaction (a savepoint on SQLite), the record is written inside it,
//! and a failure leaves nothing. *Stepwise*, where the engine commits DDL by itself or the migration asked for no
//! transaction: each statement's progress is recorded, so that a run that was cut off can say where, and go on.

use std::cell::RefCell;
use std::fmt;

use diesel::migration::{MigrationMetadata, MigrationName, MigrationVersion};

use super::dialect::Manner;
use super::fault::Fault;
use super::ledger::Entry;
use super::session::Session;
use super::{Direction, Migration, MigrationError, Observer, Origin, Script, Statement};

/// A migration about to run; Diesel's harness sees it as its own kind of migration.
pub(crate) struct Execution<'a> {
    migration: &'a Migration,
    direction: Direction,
    stepwise: bool,
    /// How many statements have run already.
    done: usize,
    /// The row of the migration before this run, to be put back when nothing happens.
    earlier: Option<Entry>,
    fault: &'a Fault,
    observer: RefCell<&'a mut dyn Observer>,
}

/// Longest piece of a statement that an error shows.
const SHOWN: usize = 160;

impl<'a> Execution<'a> {
    pub(crate) fn new(
        migration: &'a Migration,
        direction: Direction,
        commits_ddl: bool,
        fault: &'a Fault,
        observer: &'a mut dyn Observer,
    ) -> Self {
        let stepwise = commits_ddl || !migration.metadata.run_in_transaction;
        Self {
            migration,
            direction,
            stepwise,
            done: 0,
            earlier: None,
            fault,
            observer: RefCell::new(observer),
        }
    }

    /// Goes on behind the statements that have run.
    pub(crate) fn resuming(self, done: usize) -> Self {
        Self { done, ..self }
    }

    pub(crate) fn replacing(self, earlier: Option<Entry>) -> Self {
        Self { earlier, ..self }
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    pub(crate) fn execute(&self, session: &mut dyn Session) -> Result<(), MigrationError> {
        let Some(script) = self.migration.script(self.direction) else {
            return Err(self.migration.irreversible());
        };
        if self.migration.origin == Origin::Embedded {
            session.keep_to_ours().map_err(MigrationError::engine("cannot set the session up"))?;
        }
        if self.stepwise { self.stepwise(session, script) } else { self.whole(session, script) }
    }

    fn tell(&self, script: &Script, at: usize) {
        let statement = &script.statements[at];
        self.observer.borrow_mut().statement(
            self.migration,
            self.direction,
            at + 1,
            script.statements.len(),
            statement,
        );
    }

    fn whole(&self, session: &mut dyn Session, script: &Script) -> Result<(), MigrationError> {
        let before = session
            .count_rows(&script.statements)
            .map_err(MigrationError::engine("cannot count the rows before the migration"))?;
        for (at, statement) in script.statements.iter().enumerate() {
            self.tell(script, at);
            session.batch(&statement.sql).map_err(|error| self.failed(session, script, at, &error, false))?;
            self.fault.after_statement(&self.migration.version, at + 1);
        }
        session.check_rows(self.migration, self.direction, &before)?;
        session
            .restore_settings()
            .map_err(MigrationError::engine("cannot restore the session's settings"))?;
        session
            .write(&Entry::done(self.migration, self.direction), true)
            .map_err(MigrationError::engine("cannot record the migration"))
    }

    fn stepwise(&self, session: &mut dyn Session, script: &Script) -> Result<(), MigrationError> {
        let record = || MigrationError::engine("cannot record the progress of the migration");
        let mut entry = Entry::running(self.migration, self.direction);
        self.reach(&mut entry, script, self.done);
        if self.done == 0 { session.write(&entry, false) } else { session.update(&entry, false) }
            .map_err(record())?;
        for (at, statement) in script.statements.iter().enumerate() {
            let manner = (session.dialect().manner)(statement);
            if at < self.done {
                if manner == Manner::Setting {
                    session
                        .batch(&statement.sql)
                        .map_err(|error| self.failed(session, script, at, &error, true))?;
                }
                continue;
            }
            self.tell(script, at);
            let ran = match manner {
                Manner::WithRecord => self.with_record(session, script, at, &mut entry),
                Manner::Setting => self.plain(session, script, at, &mut entry),
                Manner::Alone => self.alone(session, script, at, &mut entry),
            };
            if let Err(error) = ran {
                let half_applied = self.settle(session, script, at, &mut entry);
                return Err(self.failed(session, script, at, &error, half_applied));
            }
            self.fault.after_record(&self.migration.version, at + 1);
        }
        session.restore_settings().map_err(MigrationError::engine("cannot restore the session's settings"))
    }

    /// The statement and the record of it are kept together or not at all.
    fn with_record(
        &self,
        session: &mut dyn Session,
        script: &Script,
        at: usize,
        entry: &mut Entry,
    ) -> diesel::QueryResult<()> {
        session.begin()?;
        let ran = session.batch(&script.statements[at].sql).and_then(|()| {
            self.fault.after_statement(&self.migration.version, at + 1);
            self.reach(entry, script, at + 1);
            session.update(entry, false)
        });
        match ran {
            Ok(()) => session.commit(),
            Err(error) => {
                // The statement's own error is the one to tell, whatever the rollback says.
                let _ = session.rollback();
                Err(error)
            }
        }
    }

    fn plain(
        &self,
        session: &mut dyn Session,
        script: &Script,
        at: usize,
        entry: &mut Entry,
    ) -> diesel::QueryResult<()> {
        session.batch(&script.statements[at].sql)?;
        self.fault.after_statement(&self.migration.version, at + 1);
        self.reach(entry, script, at + 1);
        session.update(entry, false)
    }

    /// Records the catalogue first: if it is the same after a cut, the statement has not happened.
    fn alone(
        &self,
        session: &mut dyn Session,
        script: &Script,
        at: usize,
        entry: &mut Entry,
    ) -> diesel::QueryResult<()> {
        session.clear_debris(&script.statements[at])?;
        entry.statements_started = count(at + 1);
        entry.digest_started = Some(script.digest_of_first(at + 1));
        entry.catalogue_before = Some(session.catalogue()?);
        session.update(entry, false)?;
        self.plain(session, script, at, entry)
    }

    fn reach(&self, entry: &mut Entry, script: &Script, done: usize) {
        entry.statements_done = count(done);
        entry.statements_started = count(done);
        entry.digest_done = Some(script.digest_of_first(done));
        entry.digest_started = None;
        entry.catalogue_before = None;
    }

    /// After a failure: the record is brought to what is true, and taken back when nothing happened at all.
    fn settle(&self, session: &mut dyn Session, script: &Script, at: usize, entry: &mut Entry) -> bool {
        let happened = entry.catalogue_before.is_some() && session.catalogue().ok() != entry.catalogue_before;
        if happened {
            return true;
        }
        self.reach(entry, script, at);
        // The connection may be gone; what stands in the table is then still true, if less exact.
        let _ = match (&self.earlier, at) {
            (Some(earlier), 0) => session.write(earlier, true),
            (None, 0) => session.forget(&self.migration.version),
            _ => session.update(entry, false),
        };
        at > 0
    }

    fn failed(
        &self,
        session: &dyn Session,
        script: &Script,
        at: usize,
        error: &diesel::result::Error,
        half_applied: bool,
    ) -> MigrationError {
        let statement: &Statement = &script.statements[at];
        MigrationError::Statement {
            file: script.file.clone(),
            line: statement.line + session.line_of_error(statement, error).unwrap_or(0),
            statement: statement.shortened(SHOWN),
            number: at + 1,
            total: script.statements.len(),
            message: error.to_string(),
            half_applied,
        }
    }
}

fn count(statements: usize) -> i32 {
    i32::try_from(statements).unwrap_or(i32::MAX)
}

impl fmt::Display for Execution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.migration.version, self.migration.name)
    }
}

impl MigrationName for Execution<'_> {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(&self.migration.version)
    }
}

impl MigrationMetadata for Execution<'_> {
    fn run_in_transaction(&self) -> bool {
        !self.stepwise
    }
}
