//! `instaseed fixture`: data sets that are built once and cloned for each test, one file a verb.
//!
//! Where fixtures are, and how to build them, is said once for all verbs, before or after the verb. Standard output has
//! the result alone: the name of a fixture or the URL of a clone.

pub mod build;
pub mod check;
pub mod clone;
pub mod fill;
pub mod gc;
pub mod list;

use crate::args::{self, SourceArgs, TargetArgs, WorldArgs};
use crate::failure::{Answer, Failure};
use crate::interrupt;
use crate::output::Output;
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use instaseed::database::{Engine, Target};
use instaseed::edition::Edition;
use instaseed::fixture::{Building, Fixture, Place};
use std::path::PathBuf;
use std::time::Duration;

/// Build data sets once and clone them for tests
///
/// A fixture is a migrated database with its rows, built once and named by what is in it: schema, own migrations,
/// profile, seed and generator version. Each test gets a clone. Fixtures of SQLite are files in a folder; a server keeps
/// its own.
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
    #[command(hide = true)]
    Fill(fill::Args),
    List(list::Args),
    Gc(gc::Args),
}

/// Where fixtures are kept.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Fixtures")]
struct PlaceArgs {
    /// Folder for fixtures of SQLite [default: INSTASEED_FIXTURES, else instaseed/fixtures in
    /// XDG_CACHE_HOME or ~/.cache]
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
    /// The engine, without asking it anything.
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

    /// The fixture that is wanted.
    fn fixture(&self, recipe: &RecipeArgs) -> Result<Fixture, Failure> {
        let building = Building {
            lock_timeout: Duration::from_secs(self.source.lock_timeout),
            stop: interrupt::flag(),
            ..Building::default()
        };
        let fixture = Fixture::of(recipe.world.profile()?).edition(recipe.edition).building(building);
        Ok(match self.source.folder()? {
            Some(folder) => fixture.migrations(folder),
            None => fixture,
        })
    }
}

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let context = FixtureContext { place: &args.place, target: &args.target, source: &args.source };
    match args.verb {
        Verb::Build(verb) => verb.run(&context, out),
        Verb::Clone(verb) => verb.run(&context, out),
        Verb::Check(verb) => verb.run(&context, out),
        Verb::Fill(verb) => verb.run(&context, out),
        Verb::List(verb) => verb.run(&context, out),
        Verb::Gc(verb) => verb.run(&context, out),
    }
}
