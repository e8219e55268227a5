//! `instaseed migrate`: the schema forward and back, one file a verb.
//!
//! Where a database is and which migrations there are is said once for all verbs, before or after the verb.

mod live;
pub mod losses;
pub mod new;
pub mod plan;
pub mod protect;
pub mod repair;
pub mod status;
pub mod steps;

use crate::cli::{SourceArgs, TargetArgs};
use crate::commands::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::{Output, escape_line};
use instaseed::database::{Db, Target};
use instaseed::load;
use instaseed::migration::{
    self, Direction, Goal, Holder, Migration, MigrationError, MigrationState, MigrationStatus, Observer,
    Outcome, Runner, Source, Statement, Status, Step,
};
use live::Live;
use std::time::{Duration, Instant};

/// Move the schema forward and back
///
/// One list of migrations builds the course edition table by table, and then turns a populated course
/// database into the platform edition, and back. Every step is recorded, checked and reversible. A database
/// remembers its edition: `up` applies what belongs to it, yours included, and only `to` leads to another.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status                 what is applied, what is pending
  instaseed migrate up                     apply what is pending for its edition
  instaseed migrate to platform            the platform edition, data and all
  instaseed migrate to course --yes        and back
  instaseed migrate plan to platform       the SQL that this would run
  instaseed migrate down 2                 take back the last two; asks first
  instaseed migrate new add_stories --migrations my-migrations")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Up(steps::Up),
    Down(steps::Down),
    Redo(steps::Redo),
    To(steps::To),
    Status(status::Args),
    Plan(plan::Args),
    New(new::Args),
    Repair(repair::Args),
    Protect(protect::Protect),
    Unprotect(protect::Unprotect),
}

/// So long a run that shall stop may go on waiting for a lock.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Where a verb works and with which migrations.
#[derive(Debug)]
pub struct Place<'a> {
    pub target: &'a TargetArgs,
    pub source: &'a SourceArgs,
}

impl Place<'_> {
    fn connect(&self) -> Result<(Target, Db), Failure> {
        self.target.connect()
    }

    /// The same, but waits for another run that keeps the database from being read.
    fn connect_in_turn(&self, out: &Output) -> Result<(Target, Db), Failure> {
        let (target, mut db) = self.connect()?;
        migration::wait_until_readable(&mut db, self.source.options().lock_timeout, &mut Watcher::new(out))?;
        Ok((target, db))
    }

    /// For a verb that changes the schema: a load that was cut off has taken parts of it away.
    fn connect_to_change(&self, out: &Output) -> Result<(Target, Db), Failure> {
        let (target, mut db) = self.connect_in_turn(out)?;
        match load::interrupted(&mut db)? {
            Some(_) => Err(Failure::LoadCutOff { target: target.to_string() }),
            None => Ok((target, db)),
        }
    }

    fn source(&self, target: &Target) -> Result<Source, Failure> {
        self.source.source(target.engine())
    }

    fn options(&self) -> migration::Options {
        migration::Options { target: self.target.target().ok(), ..self.source.options() }
    }
}

/// Says that the folder of own migrations holds none: perhaps it is the wrong one.
pub fn tell_empty(source: &Source, out: &Output) {
    if let Some(folder) = source.empty_folder() {
        out.note(format_args!("{} holds no migration", folder.display()));
    }
}

/// Tells what a run of migrations does while it does it.
#[derive(Debug)]
pub struct Watcher<'a> {
    out: &'a Output,
    waiting: bool,
    live: Live,
    /// The connections that were named as being in the way.
    blocked_by: Vec<String>,
    /// Since when the statement is known to wait for a lock although the run shall stop.
    stuck: Option<Instant>,
    /// The steps that have run, for the case that a later one fails.
    done: Vec<(Direction, String)>,
}

impl<'a> Watcher<'a> {
    pub fn new(out: &'a Output) -> Watcher<'a> {
        Watcher {
            out,
            waiting: false,
            live: Live::new(out),
            blocked_by: Vec::new(),
            stuck: None,
            done: Vec::new(),
        }
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
        let mut runner = Runner::new(db, source, options, self);
        match runner.run(goal) {
            Ok(outcome) => Ok((outcome, runner.status()?)),
            Err(MigrationError::Stopped) => {
                let status = runner.status()?;
                Err(self.stopped(&status, goes_on))
            }
            Err(error) => {
                if let Ok(status) = runner.status() {
                    self.tell_what_was_kept(&status);
                }
                Err(error.into())
            }
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
            (kept, _) => format!("after {}", steps::migrations(kept)),
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
            (1, 0) => self.out.note("the migration before it was undone with it: nothing has changed"),
            (done, 0) => {
                self.out.note(format_args!(
                    "the {done} migrations before it were undone with it: nothing has changed"
                ));
            }
            (_, 1) => self.out.note("the migration before it was kept"),
            (_, kept) => self.out.note(format_args!("the {kept} migrations before it were kept")),
        }
    }
}

impl Observer for Watcher<'_> {
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
        let text = format!("{} was cut off after {done} of {of} statements; going on", step.name);
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

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let place = Place { target: &args.target, source: &args.source };
    match args.verb {
        Verb::Up(verb) => verb.run(&place, out),
        Verb::Down(verb) => verb.run(&place, out),
        Verb::Redo(verb) => verb.run(&place, out),
        Verb::To(verb) => verb.run(&place, out),
        Verb::Status(verb) => verb.run(&place, out),
        Verb::Plan(verb) => verb.run(&place, out),
        Verb::New(verb) => verb.run(&place, out),
        Verb::Repair(verb) => verb.run(&place, out),
        Verb::Protect(verb) => verb.run(&place, out),
        Verb::Unprotect(verb) => verb.run(&place, out),
    }
}
