//! The runner: takes the lock, looks again, executes the plan, keeps the ledger.
//!
//! Whatever a run finds half-applied it finishes first, from the statement that was reached: a migration is always
//! wholly up or wholly down before anything else happens to it.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::execute::Execution;
use super::facts::{self, EDITION};
use super::fault::Fault;
use super::ledger::{CREATE_TABLES, Entry};
use super::session::{Session, session};
use super::state::State;
use super::status::Status;
use super::{
    Belonging, Direction, Goal, Migration, MigrationError, Observer, Plan, Source, Step, carry, lock, losses,
    plan,
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
    /// Whether a run may take migrations back. A caller that planned a way forward, and asked nobody, says no: the
    /// database may have gone on since the plan was made.
    pub may_take_back: bool,
    /// The place of the connection, so that a run that waits for another connection's lock can look for whom.
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

/// One migration that was run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepDone {
    pub direction: Direction,
    pub version: String,
    pub name: String,
    /// It was cut off earlier and is now finished.
    pub resumed: bool,
    pub seconds: f64,
}

/// A source of migrations set against one database.
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
/// let mut nobody = (); // or an `Observer`, to be told what happens
/// let mut runner = Runner::new(&mut db, &source, Options::default(), &mut nobody);
/// runner.run(&Goal::To("course".into()))?;
/// assert_eq!(runner.status()?.edition, "course");
/// # Ok(())
/// # }
/// ```
pub struct Runner<'a> {
    pub(super) session: &'a mut dyn Session,
    pub(super) source: &'a Source,
    options: Options,
    observer: &'a mut dyn Observer,
    fault: Fault,
}

impl<'a> Runner<'a> {
    /// Touches nothing yet.
    pub fn new(db: &'a mut Db, source: &'a Source, options: Options, observer: &'a mut dyn Observer) -> Self {
        Self { session: session(db), source, options, observer, fault: Fault::from_environment() }
    }

    /// Where the database stands; reads only, and creates nothing.
    pub fn status(&mut self) -> Result<Status> {
        let state = self.read()?;
        let holder =
            self.session.run_under_way().map_err(MigrationError::engine("cannot look for other runs"))?;
        Ok(Status::new(self.source, &state, holder))
    }

    /// Whether the database is marked as one that nothing may be taken away from.
    pub fn is_protected(&mut self) -> Result<bool> {
        let state = self.read()?;
        super::facts::is_protected_in(self.session, &state.tables)
    }

    /// What `run` would do; reads only, and creates nothing.
    pub fn plan(&mut self, goal: &Goal) -> Result<Plan> {
        loop {
            let state = self.read_settled()?;
            let planned = self.plan_from(goal, &state);
            // What another run makes meanwhile is no obstacle.
            let meets_another = planned.is_err() && {
                let now = self.read()?;
                now.versions != state.versions || is_unsettled(self.session, &now)?
            };
            if !meets_another {
                return planned;
            }
        }
    }

    fn plan_from(&mut self, goal: &Goal, state: &State) -> Result<Plan> {
        let mut plan = plan::make(self.source, state, goal, self.options.allow_out_of_order)?;
        losses::count(self.session, &mut plan, self.options.lock_timeout);
        if let Some(step) = plan.steps.first_mut().filter(|step| step.resumes) {
            let migration = self.find(&step.version)?;
            let done = self.resume_point(migration, step.direction, state)?;
            step.statements.drain(..done);
        }
        if !plan.is_empty() {
            refuse_stranger(self.session)?;
        }
        carry::examine(self.session, self.source, &plan)?;
        Ok(plan)
    }

    /// Own triggers, indexes and columns that go with the tables which a plan takes away.
    pub fn belongings(&mut self, plan: &Plan) -> Result<Vec<Belonging>> {
        carry::belongings(self.session, self.source, plan)
    }

    /// Does it, alone: a run that finds another one waits, and then looks again at what is left to do.
    pub fn run(&mut self, goal: &Goal) -> Result<Outcome> {
        match State::read(self.session) {
            // Another run is in the middle of a migration: what is left to do is seen after it.
            Ok(state) if is_unsettled(self.session, &state)? => {}
            // Nothing to do needs no lock and no right to write.
            Ok(state) => {
                let plan = plan::make(self.source, &state, goal, self.options.allow_out_of_order)?;
                if plan.is_empty() && plan.records.is_none() && self.untidy(&state).is_empty() {
                    return Ok(Outcome::default());
                }
            }
            Err(error) if self.session.is_busy(&error) => {}
            Err(error) => return Err(cannot_read(error)),
        }
        let before = self.read()?.versions;
        match self.locked(|runner| runner.run_locked(goal)) {
            // A reader that took the tables in another order: one of the two had to give way, and it is gone now.
            Err(error) if error.is_deadlock() && self.read()?.versions == before => {
                self.locked(|runner| runner.run_locked(goal))
            }
            ended => ended,
        }
    }

    fn read(&mut self) -> Result<State, MigrationError> {
        lock::wait(self.session, self.options.lock_timeout, self.observer, |session| {
            match State::read(session) {
                Ok(state) => Ok(Some(state)),
                Err(error) if session.is_busy(&error) => Ok(None),
                Err(error) => Err(cannot_read(error)),
            }
        })
    }

    /// As `read`, once no other run is in the middle of a migration: what is half-applied then is nobody's work.
    fn read_settled(&mut self) -> Result<State, MigrationError> {
        lock::wait(self.session, self.options.lock_timeout, self.observer, |session| {
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
        let held = lock::acquire(self.session, self.options.lock_timeout, self.observer)?;
        let worked = refuse_stranger(self.session).and_then(|()| work(self));
        let unlocked =
            self.session.unlock(held, worked.is_ok()).map_err(MigrationError::engine("cannot end the run"));
        // Of two errors the first is the cause.
        let value = worked?;
        unlocked?;
        Ok(value)
    }

    fn run_locked(&mut self, goal: &Goal) -> Result<Outcome, MigrationError> {
        let mut state = State::read(self.session).map_err(cannot_read)?;
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
        carry::examine(self.session, self.source, &plan)?;
        let mut joined = self.join(&plan, 0, false)?;
        let ran = self.steps(&plan, &mut state, tidied, &mut joined);
        if joined {
            let ended = if ran.is_ok() { self.session.commit() } else { self.session.rollback() };
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
            self.session
                .set_fact(EDITION, Some(edition))
                .map_err(MigrationError::engine("cannot record the edition"))?;
        }
        if !plan.steps.is_empty() {
            facts::count_run(self.session).map_err(MigrationError::engine("cannot record the run"))?;
        }
        for entry in tidied {
            let known = state.entry(&entry.version).is_some_and(Entry::is_running);
            let kept =
                if known { self.session.update(&entry, true) } else { self.session.write(&entry, true) };
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
        carry::forget_if_empty(self.session)?;
        Ok(outcome)
    }

    /// Opens or ends the transaction that holds a change of editions as a whole, as the step at `at` wants it;
    /// answers whether one is open now.
    fn join(&mut self, plan: &Plan, at: usize, joined: bool) -> Result<bool, MigrationError> {
        match plan.steps.get(at).is_some_and(|step| plan.is_joined(step)) {
            true if !joined => {
                self.session.begin_run().map_err(MigrationError::engine("cannot begin the run"))
            }
            false if joined => {
                self.session.commit().map_err(MigrationError::engine("cannot keep what was run so far"))?;
                Ok(false)
            }
            _ => Ok(joined),
        }
    }

    /// All of some work in one transaction; inside of another one it is a savepoint.
    fn together(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), MigrationError>,
    ) -> Result<(), MigrationError> {
        self.session.begin().map_err(MigrationError::engine("cannot begin a transaction"))?;
        match work(self) {
            Ok(()) => self.session.commit().map_err(MigrationError::engine("cannot keep what was run")),
            Err(error) => {
                // The first error is the cause, whatever the rollback says.
                let _ = self.session.rollback();
                Err(error)
            }
        }
    }

    /// Runs a migration whole, and brings along what it would take from the user.
    fn whole(
        &mut self,
        step: &Step,
        migration: &Migration,
        earlier: Option<Entry>,
    ) -> Result<(), MigrationError> {
        let connection = self.connection()?;
        self.together(|runner| {
            let aside = runner.session.put_aside(migration, step.direction).map_err(cannot_carry(step))?;
            let execution = Execution::new(migration, step.direction, false, &runner.fault, runner.observer)
                .watched(runner.options.target.as_ref(), connection)
                .replacing(earlier);
            runner.session.run_one(&execution).map_err(|error| execution.why(error))?;
            runner.session.put_back(&aside).map_err(cannot_carry(step))
        })
    }

    /// Whom to look for when a statement waits: nobody looks where the way to the database is not known.
    fn connection(&mut self) -> Result<Option<i64>, MigrationError> {
        match self.options.target {
            Some(_) => {
                self.session.connection_id().map_err(MigrationError::engine("cannot name the connection"))
            }
            None => Ok(None),
        }
    }

    /// The statements are the same on every engine; a table that is there is not created again, because even
    /// `IF NOT EXISTS` asks for the right to create. Facts are written here only where the plan records one.
    fn create_tables(&mut self, state: &State, plan: &Plan) -> Result<(), MigrationError> {
        for (name, sql) in [VERSION_TABLE, LEDGER_TABLE, FACTS_TABLE].into_iter().zip(CREATE_TABLES) {
            let is_needed = name != FACTS_TABLE || plan.records.is_some();
            if is_needed && !state.tables.iter().any(|table| table.eq_ignore_ascii_case(name)) {
                self.session
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
            let commits_ddl = self.session.dialect().commits_ddl;
            let execution =
                Execution::new(migration, step.direction, commits_ddl, &self.fault, self.observer)
                    .resuming(done)
                    .watched(self.options.target.as_ref(), connection)
                    .replacing(earlier);
            self.session
                .leave_transaction()
                .map_err(MigrationError::engine("cannot keep what was run so far"))?;
            let ran = self.session.run_one(&execution).map_err(|error| execution.why(error)).and_then(|()| {
                self.fault.after_record(&step.version, step.statements.len() + 1);
                self.session.update(&Entry::done(migration, step.direction), true).map_err(cannot_record())
            });
            let entered = self.session.enter_transaction();
            ran?;
            entered.map_err(MigrationError::engine("cannot go on with the run"))?;
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

/// Whether what is half-applied is being worked on by another run.
fn is_unsettled(session: &mut dyn Session, state: &State) -> Result<bool, MigrationError> {
    if state.half_applied().is_none() {
        return Ok(false);
    }
    let holder = session.run_under_way().map_err(MigrationError::engine("cannot look for other runs"))?;
    Ok(holder.is_some())
}

/// A record that another account has made is none of ours, and what it does when it is written is that account's.
pub(super) fn refuse_stranger(session: &mut dyn Session) -> Result<(), MigrationError> {
    let found = session.stranger().map_err(MigrationError::engine("cannot see who made the records"))?;
    found.map_or(Ok(()), |(table, owner)| Err(MigrationError::Planted { table, owner }))
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
