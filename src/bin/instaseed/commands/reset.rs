//! `instaseed reset`: takes every migration back, applies them again and seeds; asks first.

use crate::cli::{ConsentArgs, SourceArgs, TargetArgs};
use crate::commands::build::{self, Held, SeedArgs, Site};
use crate::commands::fill::Filled;
use crate::commands::migrate::Watcher;
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::output::Output;
use instaseed::database::{self, Db, Target};
use instaseed::edition::Edition;
use instaseed::migration::{self, Goal, Options, Runner};
use serde::Serialize;

/// Empty the database and build it again; asks first
///
/// Takes back every migration, applies them again up to the edition and seeds, as setup does. Tables that
/// instaseed did not make stay. With --drop the whole database goes and is made again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed reset                             the same edition again, freshly seeded; asks first
  instaseed reset --yes                       without asking
  instaseed reset --edition platform --yes    as the platform edition
  instaseed reset --drop --yes                remove the database itself first, whatever is in it

A database marked with `instaseed migrate protect` refuses; one that is not on this machine needs
--allow-remote as well.")]
pub struct Args {
    /// Which schema: course or platform [default: what is there, else course]
    #[arg(long)]
    edition: Option<Edition>,
    /// Remove the whole database and make it again, tables of others included
    #[arg(long)]
    drop: bool,
    #[command(flatten)]
    seed: SeedArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    consent: ConsentArgs,
}

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct Rebuilt {
    ok: bool,
    target: String,
    edition: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seeded: Option<Filled>,
    tables: Vec<Held>,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    // Whatever can be refused is refused before anything is taken away.
    let (target, mut db) = args.target.connect()?;
    let source = args.source.source(target.engine())?;
    let world = args.seed.world()?;
    let site = Site { target: &target, source: &source, args: &args.source };
    let protected = migration::is_protected(&mut db)?;
    let edition =
        args.edition.or_else(|| build::edition(&mut db, &site, out).ok()).unwrap_or(Edition::Course);
    let does = if args.drop {
        "removes the whole database with everything in it"
    } else {
        "takes back every migration and all rows of their tables"
    };
    if !guard::consent(&target, protected, Deed { verb: "reset", does }, &args.consent, out)? {
        return Ok(Answer::No);
    }
    let mut db = if args.drop { remove(db, &target)? } else { empty(db, &site, out)? };
    let (edition, _) = site.raise(&mut db, Some(edition), out)?;
    let (mut db, seeded) = site.seed(db, edition, world, out)?;
    if let Some(seeded) = &seeded {
        seeded.say(out);
    }
    let tables = build::held(&mut db, edition)?;
    build::summary(&target, edition, &tables, out);
    out.answer(&Rebuilt { ok: true, target: target.to_string(), edition: edition.name(), seeded, tables });
    Ok(Answer::Done)
}

/// Takes every migration back; what others made stays.
fn empty(mut db: Db, site: &Site<'_>, out: &Output) -> Result<Db, Failure> {
    let mut watcher = Watcher::new(out);
    let options = Options { target: Some(site.target.clone()), ..site.args.options() };
    Runner::new(&mut db, site.source, options, &mut watcher).run(&Goal::To("none".to_owned()))?;
    Ok(db)
}

/// Removes the database itself and makes it again.
fn remove(db: Db, target: &Target) -> Result<Db, Failure> {
    drop(db);
    database::remove(target)?;
    database::create(target)?;
    Ok(Db::connect(target)?)
}
