//! `instaseed migrate`: the schema forward and back, one file a verb.
//!
//! Where a database is and which migrations there are is said once for all verbs, before or after the verb.

pub mod new;
pub mod plan;
pub mod protect;
pub mod repair;
pub mod status;
pub mod steps;

use crate::args::{SourceArgs, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::observers::MigrationProgress;
use crate::output::Output;
use instaseed::database::{Db, Target};
use instaseed::deployment;
use instaseed::migration::{self, Source};

/// Move the schema forward and back
///
/// One list of migrations creates the course edition table by table, then turns a course database with its data
/// into the platform edition, and back. Every step is recorded, checked and reversible. A database remembers its
/// edition: `up` applies the migrations that belong to it, including yours; only `to` changes the edition.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status             show what is applied and what is pending
  instaseed migrate up                 apply what is pending for the edition
  instaseed migrate to platform        change edition, with the data
  instaseed migrate to course --yes    change back
  instaseed migrate plan to platform   print the SQL that this would run
  instaseed migrate down 2             undo the last two; asks first
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

/// Where a verb works and with which migrations.
#[derive(Debug)]
pub struct MigrateContext<'a> {
    pub target: &'a TargetArgs,
    pub source: &'a SourceArgs,
}

impl MigrateContext<'_> {
    fn connect(&self) -> Result<(Target, Db), Failure> {
        self.target.connect()
    }

    /// The same, but waits for another run that keeps the database from being read.
    fn connect_in_turn(&self, out: &Output) -> Result<(Target, Db), Failure> {
        let (target, mut db) = self.connect()?;
        migration::wait_until_readable(
            &mut db,
            self.source.options().lock_timeout,
            &mut MigrationProgress::new(out),
        )?;
        Ok((target, db))
    }

    /// For a verb that changes the schema: a load that was cut off has taken parts of it away.
    fn connect_to_change(&self, out: &Output) -> Result<(Target, Db), Failure> {
        let (target, mut db) = self.connect_in_turn(out)?;
        deployment::refuse_cut_off(&mut db, &target)?;
        Ok((target, db))
    }

    fn source(&self, target: &Target) -> Result<Source, Failure> {
        self.source.source(target.engine())
    }

    fn options(&self) -> migration::Options {
        migration::Options { target: self.target.target().ok(), ..self.source.options() }
    }
}

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let place = MigrateContext { target: &args.target, source: &args.source };
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
