//! `instaseed setup`: from nothing to a database with data, in one command that may be run again at any time.

use crate::args::{self, SeedArgs, SourceArgs, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::interrupt;
use crate::observers::{MigrationProgress, deployment};
use crate::output::Output;
use crate::summary;
use instaseed::deployment::{Seeded, Setup, TableCount, Taken, Wanted};
use instaseed::edition::Edition;
use serde::Serialize;

/// Create a database with tables and data
///
/// Creates the database if it is missing, applies the migrations, and fills empty tables. It only adds: existing
/// rows stay, the edition stays, and a second run changes nothing. Your own migrations that belong to the edition
/// run too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed setup                       create the course's tables, with data
  instaseed setup --users 10000         generate a larger world
  instaseed setup --profile classic     generate the counts of the original
  instaseed setup --no-seed             create the tables only
  instaseed setup --edition platform    create the platform edition
  instaseed setup --database-url mysql://root:secret@127.0.0.1/instagram

Then look at it:  instaseed show")]
pub struct Args {
    /// Edition to create if the database has none yet: course or platform [default: course]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    #[command(flatten)]
    seed: SeedArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct SetupOutput {
    ok: bool,
    /// False when everything was there already.
    changed: bool,
    target: String,
    created: bool,
    edition: &'static str,
    migrations_run: usize,
    /// What own migrations could not keep.
    #[serde(flatten)]
    taken: Taken,
    #[serde(skip_serializing_if = "Option::is_none")]
    seeded: Option<Seeded>,
    tables: Vec<TableCount>,
    /// Tables that hold nothing although data was loaded.
    empty_tables: Vec<&'static str>,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    // Whatever can be refused is refused before anything is made.
    let target = args.target.target()?;
    let source = args.source.source(target.engine())?;
    let profile = args.seed.profile()?;
    args.target.refuse_bare_word(&target)?;
    let mut watcher = MigrationProgress::new(out).with_note(&source);
    let any_rows = args.seed.world.is_default();
    let wanted = Wanted { edition: args.edition, profile: profile.as_ref(), any_rows };
    let done = deployment(&target, source, &args.source, None)
        .setup(wanted, &mut watcher)
        .map_err(|error| args.seed.world.with_way_out(watcher.failure(error)))?;
    interrupt::done();
    let Setup { changed, created, edition, migrations_run, taken, seeded, tables, empty_tables } = done;
    if let Some(seeded) = &seeded {
        summary::seeded(seeded, out);
    }
    if !changed && empty_tables.is_empty() {
        out.say("Nothing to do: everything is already there.");
    }
    summary::ready(&target, edition, &tables, out);
    if !empty_tables.is_empty() {
        out.say(out.advice(&format!(
            "{} empty, and the others have rows: {}. Load all of them again with `instaseed seed --replace`.",
            match empty_tables.len() {
                1 => "1 table is".to_owned(),
                many => format!("{many} tables are"),
            },
            empty_tables.join(", ")
        )));
    }
    out.answer(&SetupOutput {
        ok: true,
        changed,
        target: target.to_string(),
        created,
        edition: edition.name(),
        migrations_run,
        taken,
        seeded,
        tables,
        empty_tables,
    });
    Ok(Answer::Done)
}
