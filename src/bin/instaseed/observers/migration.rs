//! Shows what a run of migrations is doing, and says in what state a stopped run left the database.

use super::live::Live;
use super::load::LoadProgress;
use crate::failure::Failure;
use crate::interrupt::{self, Begun, Work};
use crate::output::{Output, counted, escape_line};
use instaseed::database::Db;
use instaseed::migration::{
    self, Direction, Goal, Holder, Migration, MigrationError, MigrationState, MigrationStatus, Observer,
    Outcome, Runner, Source, Statement, Status, Step,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So long a run that shall stop may go on waiting for a lock.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Tells what a run of migrations does while it does it.
pub struct MigrationProgress<'a> {
    pub(super) out: &'a Output,
    waiting: bool,
    live: Live,
    /// The connections that were named as being in the way.
    blocked_by: Vec<String>,
    /// Since when the statement is known to wait for a lock although the run shall stop.
    stuck: Option<Instant>,
    /// The steps that have run, for the case that a later one fails.
    done: Vec<(Direction, String)>,
    /// What is known where the migrations are a part of other work.
    pub(super) deploying: Deploying,
}

/// What is known of work on a database as a whole, of which the migrations are a part.
#[derive(Default)]
pub(super) struct Deploying {
    /// It was said what will be made.
    pub(super) announced: bool,
    /// The folder of own migrations, if it has none: perhaps it is the wrong one.
    pub(super) empty_folder: Option<String>,
    pub(super) work: Option<Begun>,
    pub(super) load: Option<Arc<LoadProgress>>,
    /// What a run of migrations that was stopped has left.
    pub(super) stopped: Option<Failure>,
}

impl<'a> MigrationProgress<'a> {
    pub fn new(out: &'a Output) -> MigrationProgress<'a> {
        MigrationProgress {
            out,
            waiting: false,
            live: Live::new(out),
            blocked_by: Vec::new(),
            stuck: None,
            done: Vec::new(),
            deploying: Deploying::default(),
        }
    }

    /// Before another run: what the last one did is settled.
    pub(super) fn forget(&mut self) {
        self.blocked_by.clear();
        self.stuck = None;
        self.done.clear();
    }

    /// Runs to the goal, and answers where the database stands then; after a failure it tells what was kept.
    pub fn run(
        &mut self,
        db: &mut Db,
        source: &Source,
        options: migration::Options,
        goal: &Goal,
    ) -> Result<(Outcome, Status), Failure> {
        let goes_on = matches!(goal, Goal::Up(None) | Goal::Setup(_) | Goal::To(_) | Goal::Repair);
        let _work = interrupt::begin(Work::Migrating { goes_on });
        let mut runner = Runner::new(db, source, options).observed_by(self);
        match runner.run(goal) {
            Ok(outcome) => Ok((outcome, runner.status()?)),
            Err(error) => {
                let status = runner.status();
                Err(self.halted_at(&error, status, goes_on).unwrap_or_else(|| error.into()))
            }
        }
    }

    /// Says what a run has kept that ended with an error; the failure that it is, if it was asked to stop.
    pub(super) fn halted_at(
        &self,
        error: &MigrationError,
        status: Result<Status, MigrationError>,
        goes_on: bool,
    ) -> Option<Failure> {
        match (error, status) {
            (MigrationError::Stopped, Ok(status)) => Some(self.stopped(&status, goes_on)),
            (MigrationError::Stopped, Err(unread)) => Some(unread.into()),
            (_, Ok(status)) => {
                self.tell_what_was_kept(&status);
                None
            }
            (_, Err(_)) => None,
        }
    }

    /// What a run that was asked to stop has left.
    fn stopped(&self, status: &Status, goes_on: bool) -> Failure {
        self.live.finished(|| ());
        let half = status.migrations.iter().find(|one| one.state == MigrationState::HalfApplied);
        let kept = self.kept(status);
        let run = match (kept, self.done.len()) {
            (0, 0) if interrupt::has_changed() => "before the end".to_owned(),
            (0, 0) => "before any migration was run".to_owned(),
            (0, _) => "before the end, and the migrations that had run were undone".to_owned(),
            (kept, _) => format!("after {}", counted(kept as u64, "migration", "migrations")),
        };
        let left = match half {
            None => run,
            Some(MigrationStatus { name, direction, statements_done, statements_total, .. }) => {
                let way = direction.unwrap_or(Direction::Up);
                let (done, of) = (statements_done.unwrap_or_default(), statements_total.unwrap_or_default());
                let half = format!("{name} is half-applied ({way}: {done} of {of} statements have run)");
                match kept {
                    0 => format!("in the middle of a migration: {half}"),
                    _ => format!("{run}, in the middle of the next: {half}"),
                }
            }
        };
        let nothing = half.is_none() && kept == 0;
        Failure::MigrationStopped { left, half: half.is_some(), goes_on: goes_on || nothing }
    }

    /// How many of the steps that were reported as done still are.
    fn kept(&self, status: &Status) -> usize {
        let is_applied = |version: &String| {
            let same = status.migrations.iter().find(|migration| migration.version == *version);
            same.is_some_and(|migration| {
                !matches!(migration.state, MigrationState::Pending | MigrationState::OtherEdition)
            })
        };
        let holds = |(direction, version): &&(Direction, String)| {
            is_applied(version) == (*direction == Direction::Up)
        };
        self.done.iter().filter(holds).count()
    }

    /// After a failure: where the engine holds a whole run in one transaction, the steps before the failure are
    /// undone with it, although they were reported as done.
    fn tell_what_was_kept(&self, status: &Status) {
        self.live.finished(|| ());
        let kept = self.kept(status);
        match (self.done.len(), kept) {
            (0, _) => {}
            (1, 0) => self.out.note("the migration before it was undone with it: nothing was changed"),
            (done, 0) => {
                self.out.note(format_args!(
                    "the {done} migrations before it were undone with it: nothing was changed"
                ));
            }
            (_, 1) => self.out.note("the migration before it was kept"),
            (_, kept) => self.out.note(format_args!("the {kept} migrations before it were kept")),
        }
    }
}

impl Observer for MigrationProgress<'_> {
    fn waiting(&mut self, holder: &Holder, _waited: Duration) {
        if !self.waiting {
            self.waiting = true;
            self.live.aside(|| {
                self.out.note(format_args!("waiting for another run: {}", escape_line(&holder.to_string())))
            });
        }
    }

    fn started(&mut self, step: &Step) {
        self.live.started(step);
    }

    fn statement(&mut self, _: &Migration, _: Direction, number: usize, total: usize, _: &Statement) {
        self.stuck = None;
        self.live.statement(number, total);
    }

    fn blocked(&mut self, holder: &Holder, _waited: Duration) {
        if interrupt::is_stopping() && self.stuck.get_or_insert_with(Instant::now).elapsed() >= PATIENCE {
            interrupt::insist();
        }
        if self.blocked_by.contains(&holder.id) {
            return;
        }
        self.blocked_by.push(holder.id.clone());
        let end = holder.end.as_deref().map(|sql| format!("; `{sql}` ends it")).unwrap_or_default();
        let text = format!("waiting for a lock that {holder} seems to hold{end}");
        self.live.aside(|| self.out.note(escape_line(&text)));
    }

    fn resumed(&mut self, step: &Step, done: usize) {
        let of = step.statements.len();
        let text = format!(
            "migration `{}` was interrupted after {done} of {of} statements; it is finished first",
            step.name
        );
        self.live.aside(|| self.out.note(text));
    }

    fn is_stopped(&self) -> bool {
        interrupt::is_stopping()
    }

    fn finished(&mut self, step: &Step, took: Duration) {
        let way = match step.direction {
            Direction::Up => "up  ",
            Direction::Down => "down",
        };
        let time = if took >= Duration::from_secs(1) {
            format!("  ({:.1} s)", took.as_secs_f64())
        } else {
            String::new()
        };
        let line = format!("{way}  {}  {}{time}", step.version, step.name);
        self.live.finished(|| self.out.say(line));
        self.done.push((step.direction, step.version.clone()));
    }
}
