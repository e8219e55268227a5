//! Runs one migration in one direction, statement by statement, within Diesel's harness.
//!
//! There are two ways. *Whole*: the harness holds a transaction (a savepoint where the run is one transaction:
//! on SQLite, and in a change of editions on PostgreSQL), the record is written inside it, and a failure leaves
//! nothing. *Stepwise*, where the engine commits DDL by itself or the migration asked for no transaction: each
//! statement's progress is recorded, so that an interrupted run can report where it stopped, and be resumed.

use std::cell::RefCell;
use std::ops::Range;

use super::dialect::RunMode;
use super::error::Remains;
use super::fault::Fault;
use super::holder::Holder;
use super::ledger::Entry;
use super::session::{Kept, Session};
use super::statement::SHOWN;
use super::watch::Watch;
use super::{Direction, Migration, MigrationError, Observer, Origin, Script, Statement};
use crate::database::Target;

/// A migration about to run; Diesel's harness sees it as its own kind of migration.
pub(crate) struct Execution<'a> {
    migration: &'a Migration,
    direction: Direction,
    stepwise: bool,
    /// How many statements have run already.
    done: usize,
    /// The migration's row before this run, to be restored if nothing happens.
    earlier: Option<Entry>,
    fault: &'a Fault,
    observer: RefCell<&'a mut dyn Observer>,
    watch: Watch<'a>,
    /// The sessions that blocked the statement that ran last.
    in_the_way: RefCell<Vec<Holder>>,
    /// Why it failed. Diesel's harness may return another error if the engine has ended the transaction.
    failure: RefCell<Option<MigrationError>>,
}

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
            watch: Watch::default(),
            in_the_way: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// Continues after the statements that have run.
    pub(crate) fn resuming(self, done: usize) -> Self {
        Self { done, ..self }
    }

    pub(crate) fn replacing(self, earlier: Option<Entry>) -> Self {
        Self { earlier, ..self }
    }

    /// Reports the session that a statement waits for, as seen from another connection to the same database.
    pub(crate) fn watched(self, target: Option<&'a Target>, connection: Option<i64>) -> Self {
        Self { watch: Watch { target, connection }, ..self }
    }

    pub(crate) fn migration(&self) -> &Migration {
        self.migration
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether it runs statement by statement, without a transaction around the whole.
    pub(crate) fn is_stepwise(&self) -> bool {
        self.stepwise
    }

    /// Runs the script. On failure, `failure` holds the cause.
    pub(crate) fn execute(&self, session: &mut dyn Session) -> diesel::QueryResult<()> {
        let ran = match self.migration.script(self.direction) {
            None => Err(self.migration.irreversible()),
            Some(script) if self.stepwise => self.stepwise(session, script),
            Some(script) => self.whole(session, script),
        };
        ran.map_err(|error| {
            self.failure.replace(Some(error));
            diesel::result::Error::RollbackTransaction
        })
    }

    /// Why it failed: the error seen here if there is one, otherwise the harness's.
    pub(crate) fn why(&self, error: Box<dyn std::error::Error + Send + Sync>) -> MigrationError {
        self.failure.take().unwrap_or_else(|| MigrationError::Engine {
            what: "cannot keep the migration".to_owned(),
            message: error.to_string(),
        })
    }

    /// Saves what the script may change in the session. Our own scripts look for tables in our schema only.
    fn keep(&self, session: &mut dyn Session, script: &Script) -> Result<Kept, MigrationError> {
        let kept = session.keep(script).map_err(cannot_keep())?;
        if self.migration.origin == Origin::Embedded {
            session.keep_to_ours(&kept).map_err(cannot_keep())?;
        }
        Ok(kept)
    }

    fn report_statement(&self, script: &Script, at: usize) {
        let statement = &script.statements[at];
        self.observer.borrow_mut().statement(
            self.migration,
            self.direction,
            at + 1,
            script.statements.len(),
            statement,
        );
    }

    fn go_on(&self) -> Result<(), MigrationError> {
        match self.observer.borrow().is_stopped() {
            true => Err(MigrationError::Stopped),
            false => Ok(()),
        }
    }

    fn whole(&self, session: &mut dyn Session, script: &Script) -> Result<(), MigrationError> {
        let kept = self.keep(session, script)?;
        let ran = self.at_once(session, script);
        let restored = session.restore(&kept, script).map_err(cannot_restore());
        // The first of two errors is the cause: after a failure the engine may refuse to restore, and rolls back.
        ran?;
        restored?;
        session
            .write(&Entry::done(self.migration, self.direction), true)
            .map_err(MigrationError::engine("cannot record the migration"))
    }

    fn at_once(&self, session: &mut dyn Session, script: &Script) -> Result<(), MigrationError> {
        let before = session
            .count_rows(&script.statements)
            .map_err(MigrationError::engine("cannot count the rows before the migration"))?;
        for (at, statement) in script.statements.iter().enumerate() {
            self.go_on()?;
            self.report_statement(script, at);
            self.run_statement(session, statement)
                .map_err(|error| self.failed(session, script, at, &error, Remains::Nothing))?;
            self.fault.after_statement(&self.migration.version, at + 1);
        }
        self.go_on()?;
        session.check_rows(self.migration, self.direction, &before)
    }

    fn stepwise(&self, session: &mut dyn Session, script: &Script) -> Result<(), MigrationError> {
        let kept = self.keep(session, script)?;
        let ran = self.steps(session, script, &kept);
        let restored = session.restore(&kept, script).map_err(cannot_restore());
        ran?;
        restored
    }

    fn steps(&self, session: &mut dyn Session, script: &Script, kept: &Kept) -> Result<(), MigrationError> {
        let mut entry = Entry::running(self.migration, self.direction);
        self.reach(&mut entry, script, self.done);
        if self.done == 0 { session.write(&entry, false) } else { session.update(&entry, false) }
            .map_err(MigrationError::engine("cannot record the progress of the migration"))?;
        for at in super::lost::settings_to_repeat(session.dialect(), script, self.done) {
            session
                .batch(&script.statements[at].sql)
                .map_err(|error| self.failed(session, script, at, &error, Remains::Recorded))?;
        }
        let mut at = self.done;
        while at < script.statements.len() {
            // Not before the first statement: the run has just asked.
            if at > self.done {
                self.go_on()?;
            }
            let unit = at..session.dialect().unit(&script.statements, at);
            let mut step = Stepping { script, kept, entry: &mut entry, unit: unit.clone(), reached: at };
            if let Err(error) = self.unit(session, &mut step) {
                let reached = step.reached;
                let remains = self.record_failure(session, &mut step, &error);
                return Err(self.failed(session, script, reached, &error, remains));
            }
            self.fault.after_record(&self.migration.version, unit.end);
            at = unit.end;
        }
        Ok(())
    }

    fn unit(&self, session: &mut dyn Session, step: &mut Stepping<'_>) -> diesel::QueryResult<()> {
        let statements = &step.script.statements[step.unit.clone()];
        let manner = match session.dialect().manner_of(statements) {
            RunMode::WithRecord => {
                let mut exact = true;
                for statement in statements {
                    exact &= session.is_transactional(statement)?;
                }
                if exact { RunMode::WithRecord } else { RunMode::Uncertain }
            }
            manner => manner,
        };
        match manner {
            RunMode::WithRecord => self.with_record(session, step),
            RunMode::Setting | RunMode::Repeatable => self.plain(session, step),
            RunMode::Alone | RunMode::Uncertain => {
                session.clear_debris(&statements[0])?;
                self.announce(session, step, manner)?;
                self.plain(session, step)
            }
        }
    }

    fn run_statements(&self, session: &mut dyn Session, step: &mut Stepping<'_>) -> diesel::QueryResult<()> {
        for at in step.unit.clone() {
            step.reached = at;
            self.report_statement(step.script, at);
            self.run_statement(session, &step.script.statements[at])?;
            self.fault.after_statement(&self.migration.version, at + 1);
        }
        Ok(())
    }

    fn run_statement(&self, session: &mut dyn Session, statement: &Statement) -> diesel::QueryResult<()> {
        let (ran, seen) = self.watch.run(session, &statement.sql, &mut **self.observer.borrow_mut());
        self.in_the_way.replace(seen);
        ran
    }

    /// The statements and their record are committed together or not at all.
    fn with_record(&self, session: &mut dyn Session, step: &mut Stepping<'_>) -> diesel::QueryResult<()> {
        session.begin()?;
        let ran = self.run_statements(session, step).and_then(|()| {
            let away = session.go_home(step.kept, step.script, true)?;
            self.reach(step.entry, step.script, step.unit.end);
            session.update(step.entry, false)?;
            Ok(away)
        });
        match ran {
            Ok(away) => {
                session.commit()?;
                session.come_back(away, true)
            }
            Err(error) => {
                // Report the statement's own error, whatever the rollback returns.
                let _ = session.rollback();
                Err(error)
            }
        }
    }

    fn plain(&self, session: &mut dyn Session, step: &mut Stepping<'_>) -> diesel::QueryResult<()> {
        self.run_statements(session, step)?;
        self.reach(step.entry, step.script, step.unit.end);
        self.record(session, step)
    }

    /// Records that the unit begins, and the catalogue before it: if that is unchanged after an
    /// interruption, a DDL statement has not happened.
    fn announce(
        &self,
        session: &mut dyn Session,
        step: &mut Stepping<'_>,
        manner: RunMode,
    ) -> diesel::QueryResult<()> {
        let (script, first) = (step.script, step.unit.start);
        step.entry.statements_started = count(step.unit.end);
        step.entry.digest_started = Some(script.digest_of_first(step.unit.end));
        step.entry.catalogue_before = match manner {
            RunMode::Alone => Some(at_home(session, step.kept, script, |session| {
                session.catalogue(script, &script.statements[first])
            })?),
            _ => None,
        };
        self.record(session, step)
    }

    fn record(&self, session: &mut dyn Session, step: &Stepping<'_>) -> diesel::QueryResult<()> {
        at_home(session, step.kept, step.script, |session| session.update(step.entry, false))
    }

    fn reach(&self, entry: &mut Entry, script: &Script, done: usize) {
        entry.reach(done, script.digest_of_first(done));
    }

    /// After a failure: corrects the record, and removes it if nothing happened at all.
    fn record_failure(
        &self,
        session: &mut dyn Session,
        step: &mut Stepping<'_>,
        error: &diesel::result::Error,
    ) -> Remains {
        let (script, kept, first) = (step.script, step.kept, step.unit.start);
        let statement = &script.statements[first];
        let was_announced = step.entry.started_count() > step.entry.done_count();
        if was_announced {
            match &step.entry.catalogue_before {
                Some(before) => {
                    let now = at_home(session, kept, script, |session| session.catalogue(script, statement));
                    if now.ok().as_ref() != Some(before) {
                        return Remains::Recorded;
                    }
                }
                None if step.unit.len() == 1 && is_syntax_error(statement, error) => {}
                None => return Remains::Uncertain,
            }
        }
        self.reach(step.entry, script, first);
        // The connection may be gone; what the table contains is then still true, if less exact.
        let _ = at_home(session, kept, script, |session| match (&self.earlier, first) {
            (Some(earlier), 0) => session.write(earlier, true),
            (None, 0) => session.forget(&self.migration.version),
            _ => session.update(step.entry, false),
        });
        if first > 0 { Remains::Recorded } else { Remains::Nothing }
    }

    fn failed(
        &self,
        session: &dyn Session,
        script: &Script,
        at: usize,
        error: &diesel::result::Error,
        remains: Remains,
    ) -> MigrationError {
        let statement: &Statement = &script.statements[at];
        let in_the_way = match session.has_waited_enough(error) {
            true => self.in_the_way.take(),
            false => Vec::new(),
        };
        MigrationError::Statement {
            file: script.file.clone(),
            line: statement.line + session.line_of_error(statement, error).unwrap_or(0),
            statement: statement.shortened(SHOWN),
            number: at + 1,
            total: script.statements.len(),
            message: error.to_string(),
            remains,
            stepwise: self.stepwise,
            in_the_way,
        }
    }
}

/// What a script is doing at the moment.
struct Stepping<'a> {
    script: &'a Script,
    kept: &'a Kept,
    entry: &'a mut Entry,
    /// The statements that run together.
    unit: Range<usize>,
    /// The statement of the unit that is running.
    reached: usize,
}

/// The ledger is where the run began, no matter where the script has moved the session since.
fn at_home<T>(
    session: &mut dyn Session,
    kept: &Kept,
    script: &Script,
    work: impl FnOnce(&mut dyn Session) -> diesel::QueryResult<T>,
) -> diesel::QueryResult<T> {
    let away = session.go_home(kept, script, false)?;
    let worked = work(session);
    let returned = session.come_back(away, worked.is_ok());
    let value = worked?;
    returned.map(|()| value)
}

/// A statement with a syntax error has not happened; but a stored program may run another text.
fn is_syntax_error(statement: &Statement, error: &diesel::result::Error) -> bool {
    let may_run_others = ["CALL", "EXECUTE", "BEGIN", "IF", "CASE", "WHILE", "LOOP", "REPEAT", "FOR"];
    !statement.batch
        && !may_run_others.contains(&statement.word(0))
        && error.to_string().contains("error in your SQL syntax")
}

fn cannot_keep() -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot read the session's settings")
}

fn cannot_restore() -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot restore the session's settings")
}

fn count(statements: usize) -> i32 {
    i32::try_from(statements).unwrap_or(i32::MAX)
}
