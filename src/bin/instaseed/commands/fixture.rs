//! `instaseed fixture`: data sets that are built once and cloned for each test, one file a verb.
//!
//! Where fixtures are, and how to build them, is said once for all verbs, before or after the verb. Standard output has
//! the result alone: the name of a fixture or the URL of a clone.

pub mod build;
pub mod check;
pub mod clone;
pub mod drop;
pub mod fill;
pub mod gc;
pub mod list;

use crate::args::{self, SourceArgs, TargetArgs, WorldArgs};
use crate::failure::{Answer, Failure};
use crate::interrupt;
use crate::observers::note_empty_folder;
use crate::output::{Output, escape_line};
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use instaseed::database::{Cause, Engine, Target};
use instaseed::edition::Edition;
use instaseed::fixture::{self, Building, Fixture, Place};
use instaseed::migration::Origin;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Build data sets once and clone them for tests
///
/// A fixture is a migrated database with its rows. It is built once, and its name follows from what is in it: schema, own
/// migrations, profile, seed and generator version. Each test gets a clone. SQLite fixtures are files in a folder; on a
/// server, fixtures are databases.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed fixture build --profile tiny
  export DATABASE_URL=$(instaseed fixture clone --profile tiny)
  instaseed fixture check --migrations my-migrations
  instaseed fixture gc --older-than 1d

See docs/fixtures.md for test suites and CI.")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Build(build::Args),
    Clone(clone::Args),
    Check(check::Args),
    Drop(drop::Args),
    #[command(hide = true)]
    Fill(fill::Args),
    List(list::Args),
    Gc(gc::Args),
}

/// Where fixtures are kept.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Fixtures")]
struct PlaceArgs {
    /// Folder for SQLite fixtures [default: INSTASEED_FIXTURES, else instaseed/fixtures in XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(args::folder))]
    dir: Option<PathBuf>,
}

/// What is in a fixture.
#[derive(Debug, clap::Args)]
struct RecipeArgs {
    /// Edition of the schema: course or platform
    #[arg(long, default_value_t = Edition::Course, value_parser = args::edition(), hide_possible_values = true)]
    edition: Edition,
    /// Run CMD in a shell after the rows are loaded, with the URL in DATABASE_URL; may be repeated
    #[arg(long, value_name = "CMD")]
    run: Vec<String>,
    /// File or folder that CMD depends on, such as migrations: a change in it makes a new fixture; may be repeated
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, requires = "run")]
    depends: Vec<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
}

/// Where a verb works and with which migrations.
#[derive(Debug)]
pub struct FixtureContext<'a> {
    place: &'a PlaceArgs,
    target: &'a TargetArgs,
    source: &'a SourceArgs,
}

impl FixtureContext<'_> {
    /// The engine; no connection is opened.
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(match &self.place.dir {
            Some(dir) => Place::Folder(dir.clone()).engine()?,
            None => Target::resolve(self.target.database_url.as_deref())?.0.engine(),
        })
    }

    fn place(&self) -> Result<Place, Failure> {
        Ok(match &self.place.dir {
            Some(dir) => Place::Folder(dir.clone()),
            None => Place::of(&self.target.target()?)?,
        })
    }

    /// The fixture that the options describe.
    fn fixture(&self, recipe: &RecipeArgs) -> Result<Fixture, Failure> {
        let building = Building {
            lock_timeout: Duration::from_secs(self.source.lock_timeout),
            stop: interrupt::flag(),
            ..Building::default()
        };
        let mut fixture = Fixture::of(recipe.world.profile()?).edition(recipe.edition).building(building);
        if let Some(folder) = self.source.folder()? {
            fixture = fixture.migrations(folder);
        }
        let depends = match recipe.depends.is_empty() {
            true => String::new(),
            false => format!(" {}", fixture::digest_of(&recipe.depends)?),
        };
        for command in &recipe.run {
            let program = command.clone();
            fixture = fixture.with_url(format!("{command}{depends}"), move |url| run_shell(&program, url));
        }
        Ok(fixture)
    }

    /// Says which own migrations are not in a fixture, because its name does not show that.
    fn note_left_out(&self, recipe: &RecipeArgs, out: &Output) -> Result<(), Failure> {
        if self.source.folder()?.is_none() {
            return Ok(());
        }
        let source = self.source.source(self.engine()?)?;
        note_empty_folder(&source, out);
        let edition = recipe.edition.name();
        for migration in source.migrations().iter().filter(|one| one.origin == Origin::Folder) {
            if let Some(editions) = &migration.metadata.editions
                && !editions.iter().any(|name| name == edition)
            {
                let (folder, of) = (escape_line(&migration.folder), editions.join(", "));
                out.note(format_args!("{folder} is left out: it is for edition {of}, not {edition}"));
            }
        }
        Ok(())
    }
}

/// Runs a command of the user; what it prints goes to standard error, because standard output has the result alone.
fn run_shell(command: &str, url: &str) -> Result<(), Cause> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("DATABASE_URL", url).stdin(Stdio::null()).stdout(std::io::stderr());
    let status = shell.status()?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
}

/// Says how to remove what is in use.
fn note_in_use(is_any: bool, out: &Output) {
    if is_any {
        out.note(
            "close the sessions that use it, or end their transactions, then run the same command again",
        );
    }
}

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let context = FixtureContext { place: &args.place, target: &args.target, source: &args.source };
    match args.verb {
        Verb::Build(verb) => verb.run(&context, out),
        Verb::Clone(verb) => verb.run(&context, out),
        Verb::Check(verb) => verb.run(&context, out),
        Verb::Drop(verb) => verb.run(&context, out),
        Verb::Fill(verb) => verb.run(&context, out),
        Verb::List(verb) => verb.run(&context, out),
        Verb::Gc(verb) => verb.run(&context, out),
    }
}
