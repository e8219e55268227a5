//! `instaseed setup`: from nothing to a database with data, in one command that may be run again at any time.

use crate::cli::{self, SourceArgs, TargetArgs};
use crate::commands::build::{self, Held, SeedArgs, Site};
use crate::commands::fill::Filled;
use crate::commands::migrate::losses::Taken;
use crate::commands::migrate::{self, Watcher};
use crate::commands::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::Output;
use instaseed::database::{self, Db};
use instaseed::edition::Edition;
use instaseed::migration::{self, Goal};
use serde::Serialize;

/// Make a database with tables and data: create it if missing, migrate, seed
///
/// It only ever adds: a database that is there is not emptied, rows that are there stay, its edition stays, and
/// running it twice changes nothing. Migrations of your own that fit the edition run too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed setup                       the course's seven tables, with data
  instaseed setup --users 10000         a larger world
  instaseed setup --no-seed             the tables only
  instaseed setup --edition platform    the fuller schema, with accounts
  instaseed setup --database-url mysql://root:secret@127.0.0.1/instagram

Then look at it:  instaseed show")]
pub struct Args {
    /// Which schema, for a database without one: course (seven tables) or platform [default: what is there, else course]
    #[arg(long, value_parser = cli::edition(), hide_possible_values = true)]
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
struct Built {
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
    seeded: Option<Filled>,
    tables: Vec<Held>,
    /// Tables that hold nothing although data was loaded.
    empty_tables: Vec<&'static str>,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    // Whatever can be refused is refused before anything is made.
    let target = args.target.target()?;
    let source = args.source.source(target.engine())?;
    let world = args.seed.world()?;
    let created = !database::exists(&target)?;
    if created {
        args.target.refuse_bare_word(&target)?;
        let _work = interrupt::begin(Work::AtOnce);
        database::create(&target)?;
        out.say(format_args!("Created {target}."));
    }
    let mut db = Db::connect(&target)?;
    migration::wait_until_readable(&mut db, args.source.options().lock_timeout, &mut Watcher::new(out))?;
    let site = Site { target: &target, source: &source, args: &args.source };
    migrate::tell_empty(&source, out);
    let wanted = args.edition.map(|edition| edition.name().to_owned());
    let (edition, outcome, taken) = site.raise(&mut db, &Goal::Setup(wanted), out)?;
    args.seed.accept_rows(&mut db, edition)?;
    let (mut db, seeded) = site.seed(db, edition, world, args.seed.note(), out)?;
    interrupt::done();
    let changed = created || !outcome.steps.is_empty() || seeded.is_some();
    if let Some(seeded) = &seeded {
        seeded.say(out);
    }
    let tables = build::held(&mut db, edition)?;
    let empty_tables =
        if args.seed.is_wanted() { build::emptied(&mut db, edition, &tables)? } else { vec![] };
    if !changed && empty_tables.is_empty() {
        out.say("Nothing to do: everything is there already.");
    }
    build::summary(&target, edition, &tables, out);
    if !empty_tables.is_empty() {
        out.say(out.advice(&format!(
            "{} empty, and the others hold rows: {}. `instaseed seed --replace` fills all of them anew.",
            match empty_tables.len() {
                1 => "1 table is".to_owned(),
                many => format!("{many} tables are"),
            },
            empty_tables.join(", ")
        )));
    }
    out.answer(&Built {
        ok: true,
        changed,
        target: target.to_string(),
        created,
        edition: edition.name(),
        migrations_run: outcome.steps.len(),
        taken,
        seeded,
        tables,
        empty_tables,
    });
    Ok(Answer::Done)
}
