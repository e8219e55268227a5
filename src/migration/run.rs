//! The runner: takes the lock, reads the state again, executes the plan, writes the ledger.
//!
//! A run first finishes any half-applied migration, from the statement that was reached: a
//! migration is always completely up or completely down before anything else happens to it.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::carry::Carrier;
use super::engines::session;
use super::execute::Execution;
use super::fault::Fault;
use super::ledger::{CREATE_TABLES, Entry};
use super::properties;
use super::session::{Session, refuse_stranger};
use super::state::{EDITION, State};
use super::status::Status;
use super::{
    Belonging, Direction, Goal, Migration, MigrationError, Observer, Plan, Source, Step, carry, harness,
    lock, losses, plan,
};
use crate::database::records::{FACTS_TABLE, LEDGER_TABLE, VERSION_TABLE};
use crate::database::{Db, Target};
use crate::migration::Result;

/// How a run behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long to wait for another run.
    pub lock_timeout: Duration,
    /// Apply pending migrations that are older than the newest applied one.
    pub allow_out_of_order: bool,
    /// Whether a run may undo migrations. A caller that planned a way forward, and asked nobody,
    /// sets this to false: the database may have moved on since the plan was made.
    pub may_take_back: bool,
    /// The address of the connection, so that a run that waits for another connection's lock can
    /// find out whose it is.
    pub target: Option<Target>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(60),
            allow_out_of_order: false,
            may_take_back: true,
            target: None,
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Outcome {
    pub steps: Vec<StepDone>,
}

/// One migration that ran.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepDone {
    pub direction: Direction,
    pub version: String,
    pub name: String,
    /// It was interrupted earlier and is now finished.
    pub resumed: bool,
    pub seconds: f64,
}

/// A source of migrations, applied to one database.
///
/// ```
/// use instaseed::database::{self, Db, Target};
/// use instaseed::migration::{Goal, Options, Runner, Source};
///
/// # fn main() -> instaseed::Result<()> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let file = folder.path().join("shop.db");
/// # let file = file.to_str().expect("UTF-8");
/// let target = Target::parse(file)?; // or mysql://..., postgres://...
/// database::create(&target)?;
/// let mut db = Db::connect(&target)?;
/// let source = Source::embedded(target.engine())?;
/// // Add `.observed_by(&mut observer)` to watch the run.
/// let mut runner = Runner::new(&mut db, &source, Options::default());
/// runner.run(&Goal::To("course".into()))?;
/// assert_eq!(runner.status()?.edition, "course");
/// # Ok(())
/// # }
/// ```
pub struct Runner<'a> {
    db: &'a mut Db,
    pub(super) source: &'a Source,
    options: Options,
    observer: &'a mut dyn Observer,
    fault: Fault,
}

impl<'a> Runner<'a> {
    /// Changes nothing yet.
    pub fn new(db: &'a mut Db, source: &'a Source, options: Options) -> Self {
        // `()` takes no memory, so nothing leaks.
        let nobody = Box::leak(Box::new(()));
        Self { db, source, options, observer: nobody, fault: Fault::from_environment() }
    }

    /// Reports what happens to the observer, and asks it whether to stop.
    pub fn observed_by(mut self, observer: &'a mut dyn Observer) -> Self {
        self.observer = observer;
        self
    }

    pub(super) fn session(&mut self) -> &mut dyn Carrier {
        session(self.db)
    }

    /// The state of the database. Only reads, and creates nothing.
    pub fn status(&mut self) -> Result<Status> {
        let state = self.read()?;
        let holder =
            self.session().current_holder().map_err(MigrationError::engine("cannot look for other runs"))?;
        Ok(Status::new(self.source, &state, holder))
    }

    /// Whether the database is protected: nothing may be removed from it.
    pub fn is_protected(&mut self) -> Result<bool> {
        let state = self.read()?;
        super::properties::is_protected_in(session(self.db), &state.tables)
    }

    /// What `run` would do. Only reads, and creates nothing.
    pub fn plan(&mut self, goal: &Goal) -> Result<Plan> {
        loop {
            let state = self.read_settled()?;
            let planned = self.plan_from(goal, &state);
            // If another run has changed the database meanwhile, plan again.
            let meets_another = planned.is_err() && {
                let now = self.read()?;
                now.versions != state.versions || is_unsettled(session(self.db), &now)?
            };
            if !meets_another {
                return planned;
            }
        }
    }

    fn plan_from(&mut self, goal: &Goal, state: &State) -> Result<Plan> {
        let mut plan = plan::make(self.source, state, goal, self.options.allow_out_of_order)?;
        losses::count(session(self.db), &mut plan, self.options.lock_timeout);
        if let Some(step) = plan.steps.first_mut().filter(|step| step.resumes) {
            let migration = self.find(&step.version)?;
            let done = self.resume_point(migration, step.direction, state)?;
            step.statements.drain(..done);
        }
        if !plan.is_empty() {
            refuse_stranger(self.session())?;
        }
        carry::examine(session(self.db), self.source, &plan)?;
        Ok(plan)
    }

    /// Own triggers, indexes and columns that are dropped with the tables of a plan.
    pub fn belongings(&mut self, plan: &Plan) -> Result<Vec<Belonging>> {
        carry::belongings(session(self.db), self.source, plan)
    }

    /// Makes and runs the plan, alone: a run that finds another one waits, and then plans again.
    pub fn run(&mut self, goal: &Goal) -> Result<Outcome> {
        match State::read(self.session()) {
            // Another run is in the middle of a migration: plan after it has ended.
            Ok(state) if is_unsettled(session(self.db), &state)? => {}
            // With nothing to do, no lock and no write privilege is needed.
            Ok(state) => {
                let plan = plan::make(self.source, &state, goal, self.options.allow_out_of_order)?;
                if plan.is_empty() && plan.records.is_none() && self.untidy(&state).is_empty() {
                    return Ok(Outcome::default());
                }
            }
            Err(error) if self.session().is_busy(&error) => {}
            Err(error) => return Err(cannot_read(error)),
        }
        let before = self.read()?.versions;
        match self.locked(|runner| runner.run_locked(goal)) {
            // A reader locked the tables in another order: one of the two had to give way, and the
            // reader is gone now.
            Err(error) if error.is_deadlock() && self.read()?.versions == before => {
                self.locked(|runner| runner.run_locked(goal))
            }
            ended => ended,
        }
    }

    fn read(&mut self) -> Result<State, MigrationError> {
        lock::wait(session(self.db), self.options.lock_timeout, self.observer, |session| {
            match State::read(session) {
                Ok(state) => Ok(Some(state)),
                Err(error) if session.is_busy(&error) => Ok(None),
                Err(error) => Err(cannot_read(error)),
            }
        })
    }

    /// Like `read`, but waits until no other run is in the middle of a migration: what is
    /// half-applied then was abandoned.
    fn read_settled(&mut self) -> Result<State, MigrationError> {
        lock::wait(session(self.db), self.options.lock_timeout, self.observer, |session| {
            match State::read(session) {
                Ok(state) if is_unsettled(session, &state)? => Ok(None),
                Ok(state) => Ok(Some(state)),
                Err(error) if session.is_busy(&error) => Ok(None),
                Err(error) => Err(cannot_read(error)),
            }
        })
    }

    pub(super) fn locked<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, MigrationError>,
    ) -> Result<T> {
        let held = lock::acquire(session(self.db), self.options.lock_timeout, self.observer)?;
        let worked = refuse_stranger(self.session()).and_then(|()| work(self));
        let unlocked =
            self.session().unlock(held, worked.is_ok()).map_err(MigrationError::engine("cannot end the run"));
        // Of two errors the first is the cause.
        let value = worked?;
        unlocked?;
        Ok(value)
    }

    fn run_locked(&mut self, goal: &Goal) -> Result<Outcome, MigrationError> {
        let mut state = State::read(self.session()).map_err(cannot_read)?;
        let plan = plan::make(self.source, &state, goal, self.options.allow_out_of_order)?;
        let goes_back = plan.steps.iter().any(|step| step.direction == Direction::Down && !step.resumes);
        if goes_back && !self.options.may_take_back {
            return Err(MigrationError::MovedMeanwhile);
        }
        let tidied = self.untidy(&state);
        self.observer.planned(&plan);
        if plan.is_empty() && plan.records.is_none() && tidied.is_empty() {
            return Ok(Outcome::default());
        }
        carry::examine(session(self.db), self.source, &plan)?;
        let mut joined = self.join(&plan, 0, false)?;
        let ran = self.steps(&plan, &mut state, tidied, &mut joined);
        if joined {
            let ended = if ran.is_ok() { self.session().commit() } else { self.session().rollback() };
            // Of two errors the first is the cause.
            let outcome = ran?;
            ended.map_err(MigrationError::engine("cannot keep what was run"))?;
            return Ok(outcome);
        }
        ran
    }

    fn steps(
        &mut self,
        plan: &Plan,
        state: &mut State,
        tidied: Vec<Entry>,
        joined: &mut bool,
    ) -> Result<Outcome, MigrationError> {
        if self.observer.is_stopped() {
            return Err(MigrationError::Stopped);
        }
        self.create_tables(state, plan)?;
        if let Some(edition) = &plan.records {
            self.session()
                .set_property(EDITION, Some(edition))
                .map_err(MigrationError::engine("cannot record the edition"))?;
        }
        if !plan.steps.is_empty() {
            properties::count_run(self.session()).map_err(MigrationError::engine("cannot record the run"))?;
        }
        for entry in tidied {
            let known = state.entry(&entry.version).is_some_and(Entry::is_running);
            let kept =
                if known { self.session().update(&entry, true) } else { self.session().write(&entry, true) };
            kept.map_err(cannot_record())?;
            state.ledger.insert(entry.version.clone(), (entry, Default::default()));
        }
        let mut outcome = Outcome::default();
        for (at, step) in plan.steps.iter().enumerate() {
            if self.observer.is_stopped() {
                return Err(MigrationError::Stopped);
            }
            *joined = self.join(plan, at, *joined)?;
            outcome.steps.push(self.step(step, state)?);
        }
        carry::forget_if_empty(self.session())?;
        Ok(outcome)
    }

    /// Opens or ends the transaction around a change of editions, as the step at `at` needs it;
    /// returns whether one is open now.
    fn join(&mut self, plan: &Plan, at: usize, joined: bool) -> Result<bool, MigrationError> {
        match plan.steps.get(at).is_some_and(|step| plan.is_joined(step)) {
            true if !joined => {
                self.session().begin_run().map_err(MigrationError::engine("cannot begin the run"))
            }
            false if joined => {
                self.session().commit().map_err(MigrationError::engine("cannot keep what was run so far"))?;
                Ok(false)
            }
            _ => Ok(joined),
        }
    }

    /// Does some work in one transaction; inside another one it is a savepoint.
    fn together(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), MigrationError>,
    ) -> Result<(), MigrationError> {
        self.session().begin().map_err(MigrationError::engine("cannot begin a transaction"))?;
        match work(self) {
            Ok(()) => self.session().commit().map_err(MigrationError::engine("cannot keep what was run")),
            Err(error) => {
                // The first error is the cause, whatever the rollback returns.
                let _ = self.session().rollback();
                Err(error)
            }
        }
    }

    /// Runs a migration in one piece, and carries along what the user would lose.
    fn whole(
        &mut self,
        step: &Step,
        migration: &Migration,
        earlier: Option<Entry>,
    ) -> Result<(), MigrationError> {
        let connection = self.connection()?;
        self.together(|runner| {
            let aside = runner.session().put_aside(migration, step.direction).map_err(cannot_carry(step))?;
            let execution = Execution::new(migration, step.direction, false, &runner.fault, runner.observer)
                .watched(runner.options.target.as_ref(), connection)
                .replacing(earlier);
            harness::run_one(runner.db, &execution).map_err(|error| execution.why(error))?;
            runner.session().put_back(&aside).map_err(cannot_carry(step))
        })
    }

    /// The connection to look up when a statement waits; `None` if the address of the database is not known.
    fn connection(&mut self) -> Result<Option<i64>, MigrationError> {
        match self.options.target {
            Some(_) => {
                self.session().connection_id().map_err(MigrationError::engine("cannot name the connection"))
            }
            None => Ok(None),
        }
    }

    /// The statements are the same on every engine. An existing table is not created again, because even `IF NOT
    /// EXISTS` needs the privilege to create. The table of properties is created only if the plan records one.
    fn create_tables(&mut self, state: &State, plan: &Plan) -> Result<(), MigrationError> {
        for (name, sql) in [VERSION_TABLE, LEDGER_TABLE, FACTS_TABLE].into_iter().zip(CREATE_TABLES) {
            let is_needed = name != FACTS_TABLE || plan.records.is_some();
            if is_needed && !state.tables.iter().any(|table| table.eq_ignore_ascii_case(name)) {
                self.session()
                    .batch(sql)
                    .map_err(MigrationError::engine(format!("cannot create the table {name}")))?;
            }
        }
        Ok(())
    }

    fn find(&self, version: &str) -> Result<&'a Migration, MigrationError> {
        let source = self.source;
        source.find(version).ok_or_else(|| MigrationError::MissingFile { version: version.to_owned() })
    }

    fn step(&mut self, step: &Step, state: &State) -> Result<StepDone, MigrationError> {
        let begun = Instant::now();
        let migration = self.find(&step.version)?;
        self.observer.started(step);
        let earlier = state
            .entry(&step.version)
            .filter(|entry| !entry.is_running() && entry.direction() != step.direction)
            .cloned();
        let done = if step.resumes { self.resume_point(migration, step.direction, state)? } else { 0 };
        if step.resumes {
            self.observer.resumed(step, done);
        }
        if step.transaction {
            self.whole(step, migration, earlier)?;
        } else {
            let connection = self.connection()?;
            let commits_ddl = self.session().dialect().commits_ddl;
            let execution =
                Execution::new(migration, step.direction, commits_ddl, &self.fault, self.observer)
                    .resuming(done)
                    .watched(self.options.target.as_ref(), connection)
                    .replacing(earlier);
            session(self.db)
                .leave_transaction()
                .map_err(MigrationError::engine("cannot keep what was run so far"))?;
            let ran =
                harness::run_one(self.db, &execution).map_err(|error| execution.why(error)).and_then(|()| {
                    self.fault.after_record(&step.version, step.statements.len() + 1);
                    session(self.db)
                        .update(&Entry::done(migration, step.direction), true)
                        .map_err(cannot_record())
                });
            let entered = session(self.db).enter_transaction();
            ran?;
            entered.map_err(MigrationError::engine("cannot continue the run"))?;
        }
        let took = begun.elapsed();
        self.observer.finished(step, took);
        Ok(StepDone {
            direction: step.direction,
            version: step.version.clone(),
            name: step.name.clone(),
            resumed: step.resumes,
            seconds: took.as_secs_f64(),
        })
    }
}

/// Whether another run is working on the half-applied migration.
fn is_unsettled(session: &mut dyn Session, state: &State) -> Result<bool, MigrationError> {
    if state.half_applied().is_none() {
        return Ok(false);
    }
    let holder = session.current_holder().map_err(MigrationError::engine("cannot look for other runs"))?;
    Ok(holder.is_some())
}

pub(super) fn cannot_read(error: diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot read what is applied")(error)
}

fn cannot_carry(step: &Step) -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine(format!("{}: cannot bring along what is yours", step.file))
}

pub(super) fn cannot_record() -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot write the ledger")
}
